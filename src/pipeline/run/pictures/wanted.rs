use std::collections::BTreeSet;

use boji_clean::clean::picture_id;
use boji_clean::model::Article;

use crate::model::{KeepImages, WantedPicture};

/// The pictures of an article that are to be kept, the one that stands for it first, each once whatever renderings of it there are, at
/// most `most`. Those of blocks that were taken out, codes, and what is too narrow to be more than decoration are none of them.
pub(super) fn wanted(article: &Article, keep: KeepImages, most: usize) -> Vec<WantedPicture> {
    let listed = &article.metadata.images;
    let names = |roles: &[&str]| -> BTreeSet<String> {
        listed.iter().filter(|image| roles.contains(&image.role.as_str())).map(|image| picture_id(&image.url)).collect()
    };
    // What is shown in the text is no decoration, though it is shown elsewhere too.
    let codes = names(&["qr"]);
    let cover = Some(article.metadata.cover_url.as_str()).filter(|_| keep != KeepImages::None);
    let shown = listed.iter().filter(|image| keep == KeepImages::All && image.role == "body");
    let mut seen = BTreeSet::new();
    let addresses = cover.into_iter().chain(shown.map(|image| image.url.as_str())).filter(|url| !url.is_empty());
    addresses
        .map(|url| WantedPicture { name: picture_id(url), url: url.to_owned() })
        .filter(|picture| !codes.contains(&picture.name) && seen.insert(picture.name.clone()))
        .take(most)
        .collect()
}

#[cfg(test)]
mod tests {
    use boji_clean::model::{ArticleKey, ListedImage};

    use super::*;

    #[test]
    fn what_is_wanted_is_what_the_verdicts_left() {
        let file = "https://mmbiz.qpic.cn/mmbiz_jpg/abcdefghijklmnopqrst";
        let image = |url: &str, role: &str| ListedImage { url: url.into(), alt: String::new(), role: role.into() };
        let mut article = Article::bare(ArticleKey::Url("https://a.example/p".into()));
        article.metadata.cover_url = format!("{file}/0?wx_fmt=jpeg");
        article.metadata.images = vec![
            image(&format!("{file}/640?wx_fmt=jpeg&tp=webp"), "body"),
            image("https://a.example/mill.png", "body"),
            image("https://a.example/code.png", "qr"),
            image("https://a.example/line.gif", "decoration"),
            image("https://a.example/follow.png", "banner"),
            image("https://a.example/wheel.png", "body"),
        ];
        let urls = |article: &Article, keep, most| -> Vec<String> {
            wanted(article, keep, most).into_iter().map(|picture| picture.url).collect()
        };
        let cover = format!("{file}/0?wx_fmt=jpeg");
        assert_eq!(urls(&article, KeepImages::None, 9), Vec::<String>::new());
        assert_eq!(urls(&article, KeepImages::Cover, 9), [cover.as_str()]);
        let all = [cover.as_str(), "https://a.example/mill.png", "https://a.example/wheel.png"];
        assert_eq!(urls(&article, KeepImages::All, 9), all);
        assert_eq!(urls(&article, KeepImages::All, 2), all[..2]);
        article.metadata.cover_url = "https://a.example/code.png".into();
        assert_eq!(urls(&article, KeepImages::Cover, 9), Vec::<String>::new(), "a code stands for no article");
        article.metadata.cover_url.clear();
        assert_eq!(urls(&article, KeepImages::Cover, 9), Vec::<String>::new(), "it has none");
    }
}
