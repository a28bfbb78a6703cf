use std::path::PathBuf;

use super::words::WordsDraft;
use crate::classifier::Strictness;

/// The files of rules and words that come with the program: where each lies below `config/`, and its text.
pub(super) const SHIPPED: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// A file of rules or words of a person's own. What is in it its name tells, as with those that come with the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFile {
    /// `boilerplate/<any>.toml`, `sites/<any>.toml`, or one of [`RuleFile::WORDS`].
    pub name: String,
    /// Where it lies, which messages say.
    pub path: PathBuf,
    /// Its text, as TOML.
    pub text: String,
}

impl RuleFile {
    /// The names of the files of words.
    pub const WORDS: [&str; 7] = WordsDraft::FILES;

    /// What lies in it; `None` for a name that says nothing.
    pub(super) fn content(name: &str) -> Option<Content> {
        match name.split_once('/') {
            Some(("boilerplate", _)) => Some(Content::Boilerplate),
            Some(("sites", _)) => Some(Content::Site),
            Some(("weights", _)) => Some(Content::Weights),
            None if Self::WORDS.contains(&name) => Some(Content::Words),
            _ => None,
        }
    }
}

/// What a file of rules or words holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Rules of boilerplate. One with the id of another takes its place, `enabled = false` switches it off.
    Boilerplate,
    /// The rule of a site. One for the domain of another takes its place.
    Site,
    /// Weights of a classifier, read when it is first asked. They come with the program alone.
    Weights,
    /// Lists of words, which are added to those that there are.
    Words,
}

/// The version of the cleaner in the making: a hash of every file that decides, in the order in which they are read, of
/// the revision of the code, and of the strictness. Texts are hashed as they stand, so that the version can be had without reading them.
#[derive(Clone, Default)]
pub(super) struct VersionHasher(blake3::Hasher);

impl VersionHasher {
    /// Takes in a file, by its name below the folder of configuration.
    pub(super) fn file(&mut self, name: &str, text: &str) {
        for part in [name, text] {
            self.0.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
    }

    /// Takes in a file of a person's own: where its folder lies decides nothing.
    pub(super) fn own_file(&mut self, file: &RuleFile) {
        self.file(&format!("own {}", file.name), &file.text);
    }

    /// `b3:` and the hash.
    pub(super) fn finish(mut self, revision: u32, strictness: Strictness) -> String {
        self.0.update(&revision.to_le_bytes()).update(strictness.as_str().as_bytes());
        format!("b3:{}", self.0.finalize().to_hex())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn a_file_is_shipped_because_it_lies_in_the_folder() {
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config");
        let mut lie = Vec::new();
        for folder in ["", "boilerplate/", "sites/", "weights/"] {
            let paths =
                fs::read_dir(config.join(folder)).expect("readable").map(|entry| entry.expect("an entry").path());
            let files = paths.filter(|path| path.extension().is_some_and(|kind| kind == "toml" || kind == "txt"));
            lie.extend(files.map(|path| {
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                (format!("{folder}{name}"), fs::read_to_string(&path).expect("text"))
            }));
        }
        lie.retain(|(name, _)| {
            !["boji.toml", "licences.toml", "list-pages.toml", "sources.toml"].contains(&name.as_str())
        });
        lie.sort();
        let mut shipped: Vec<_> = SHIPPED.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        shipped.sort();
        assert_eq!(shipped, lie);
        assert!(shipped.len() > 20, "{}", shipped.len());
    }
}
