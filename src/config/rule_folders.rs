use std::path::{Path, PathBuf};

use boji_clean::rules::RuleFile;

use super::error::ConfigError;
use super::loader::read_text;

/// Most files read from a folder.
const MAX_FILES: usize = 10_000;

/// Where a person's own files of rules and words lie.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RuleFolders<'a> {
    /// The folder of boilerplate rules: every `*.toml` in it, by name. A rule with the id of a shipped one takes its
    /// place, `enabled = false` switches it off.
    pub boilerplate: Option<&'a Path>,
    /// The folder of site rules: every `*.toml` in it. A rule for the domain of a shipped one takes its place.
    pub sites: Option<&'a Path>,
    /// The folder in which files of words may lie, such as `chrome.toml`. What they say is added to the shipped words.
    pub words: Option<&'a Path>,
}

impl RuleFolders<'_> {
    /// The files that lie there, in the order in which they are laid over the shipped ones.
    pub(crate) fn files(self) -> Result<Vec<RuleFile>, ConfigError> {
        let mut found = Vec::new();
        for (kind, folder) in [("boilerplate", self.boilerplate), ("sites", self.sites)] {
            for path in folder.map_or_else(|| Ok(Vec::new()), in_folder)? {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                found.push((format!("{kind}/{name}"), path));
            }
        }
        if let Some(folder) = self.words {
            let words = RuleFile::WORDS.map(|name| (name.to_owned(), folder.join(name)));
            found.extend(words.into_iter().filter(|(_, path)| path.is_file()));
        }
        found.into_iter().map(|(name, path)| read_text(&path).map(|text| RuleFile { name, path, text })).collect()
    }
}

/// The files `*.toml` of a folder, by name.
fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: folder.to_owned(), source };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)?.take(MAX_FILES) {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
