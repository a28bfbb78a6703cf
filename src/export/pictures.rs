use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use boji_clean::clean::picture_id;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::error::ExportError;
use super::sink::{Output, WrittenFile};
use crate::model::{PictureFile, StoredArticle};
use crate::store::Store;

/// Folder of the pictures, beside those of the documents.
pub(super) const IMAGES: &str = "images";

/// The pictures that go along with documents: each is written once, under the hash of its bytes.
pub(super) struct Pictures<'a> {
    store: &'a dyn Store,
    folder: PathBuf,
    /// By their paths; `None` of those whose files are lost or damaged.
    written: BTreeMap<String, Option<WrittenFile>>,
}

/// A document that shows what lies beside it.
pub(super) struct Illustrated {
    /// Its Markdown. A picture that is not kept is shown from where it was.
    pub markdown: String,
    /// Where the picture lies that stands for the article, "" when it is not kept.
    pub cover: String,
}

impl<'a> Pictures<'a> {
    pub(super) fn new(store: &'a dyn Store, folder: &Path) -> Self {
        Self { store, folder: folder.to_owned(), written: BTreeMap::new() }
    }

    /// The Markdown of an article with the addresses of the pictures that are kept led to their files, which are written with it. The
    /// document lies in a folder of its own beside that of the pictures.
    pub(super) fn illustrated(&mut self, stored: &StoredArticle) -> Result<Illustrated, ExportError> {
        let article = &stored.submission.article;
        let pictures = self.store.pictures_of(&stored.id)?;
        let kept: BTreeMap<&str, &PictureFile> =
            pictures.iter().filter_map(|picture| Some((picture.wanted.name.as_str(), picture.file()?))).collect();
        if kept.is_empty() {
            return Ok(Illustrated { markdown: article.markdown.clone(), cover: String::new() });
        }
        let mut place = |url: &str| match kept.get(picture_id(url).as_str()) {
            Some(file) => self.written(file),
            None => Ok(None),
        };
        let markdown = with_places(&article.markdown, &mut place)?;
        Ok(Illustrated { markdown, cover: place(&article.metadata.cover_url)?.unwrap_or_default() })
    }

    /// What was written, by path.
    pub(super) fn finish(self) -> impl Iterator<Item = WrittenFile> {
        self.written.into_values().flatten()
    }

    /// Writes a picture where it is not written yet, and says where it lies for a document.
    fn written(&mut self, file: &PictureFile) -> Result<Option<String>, ExportError> {
        let Some(path) = file.path().map(|path| format!("{IMAGES}/{path}")) else { return Ok(None) };
        if !self.written.contains_key(&path) {
            let written = match self.store.picture_bytes(file)? {
                Some(bytes) => {
                    let mut output = Output::create(&self.folder, &path)?;
                    output.write_all(&bytes).map_err(ExportError::writing(&self.folder.join(&path)))?;
                    Some(output.finish(0)?)
                }
                None => None,
            };
            self.written.insert(path.clone(), written);
        }
        Ok(self.written.get(&path).is_some_and(Option::is_some).then(|| format!("../{path}")))
    }
}

/// Markdown in which the address of each picture is that which `place` gives for it, where it gives one. Nothing else is changed.
fn with_places<E>(markdown: &str, place: &mut impl FnMut(&str) -> Result<Option<String>, E>) -> Result<String, E> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let (mut out, mut done) = (String::with_capacity(markdown.len()), 0);
    // The address of the picture in hand, and where its words end.
    let mut open: Option<(String, usize)> = None;
    for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Image { link_type: LinkType::Inline, dest_url, .. }) => {
                open = Some((dest_url.into_string(), range.start + "![".len()));
            }
            Event::End(TagEnd::Image) => {
                let Some((url, words_end)) = open.take() else { continue };
                let is_plain = markdown.get(words_end..range.end).is_some_and(|rest| rest.starts_with("]("));
                if let Some(place) = place(&url)?.filter(|_| is_plain) {
                    out.push_str(markdown.get(done..words_end).unwrap_or_default());
                    out.push_str("](");
                    out.push_str(&place);
                    out.push(')');
                    done = range.end;
                }
            }
            _ => {
                if let Some((_, words_end)) = &mut open {
                    *words_end = range.end.max(*words_end);
                }
            }
        }
    }
    out.push_str(markdown.get(done..).unwrap_or_default());
    Ok(out)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn pictures_that_lie_beside_it_are_shown_from_there_and_nothing_else_is_changed() {
        let kept = "https://a.example/mill.png";
        let mut place = |url: &str| Ok::<_, Infallible>((url == kept).then(|| "../images/ab/c.png".to_owned()));
        let cases = [
            ("![](https://a.example/mill.png)", "![](../images/ab/c.png)"),
            (
                "甲 ![风车 \\[一\\] \\*](https://a.example/mill.png) 乙",
                "甲 ![风车 \\[一\\] \\*](../images/ab/c.png) 乙",
            ),
            (
                "[![m](https://a.example/mill.png)](https://a.example/mill.png)",
                "[![m](../images/ab/c.png)](https://a.example/mill.png)",
            ),
            (
                "| a | b |\n| --- | --- |\n| ![m](https://a.example/mill.png) | c |",
                "| a | b |\n| --- | --- |\n| ![m](../images/ab/c.png) | c |",
            ),
            ("> - ![m](https://a.example/mill.png)\n>\n> after", "> - ![m](../images/ab/c.png)\n>\n> after"),
            ("![m](https://a.example/other.png)", "![m](https://a.example/other.png)"),
            ("`![m](https://a.example/mill.png)`", "`![m](https://a.example/mill.png)`"),
            ("```\n![m](https://a.example/mill.png)\n```", "```\n![m](https://a.example/mill.png)\n```"),
            ("\\![m](https://a.example/mill.png)", "\\![m](https://a.example/mill.png)"),
            (
                "![a](https://a.example/mill.png)![b](https://a.example/mill.png)",
                "![a](../images/ab/c.png)![b](../images/ab/c.png)",
            ),
        ];
        for (markdown, want) in cases {
            let Ok(found) = with_places(markdown, &mut place);
            assert_eq!(found, want, "{markdown}");
        }
    }
}
