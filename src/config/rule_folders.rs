use std::path::{Path, PathBuf};

use super::words::WordsDraft;

/// Where a person's own files of rules and words lie.
#[derive(Clone, Copy, Debug, Default)]
pub struct RuleFolders<'a> {
    /// The folder of boilerplate rules: every `*.toml` in it, by name. A rule with the id of a shipped one takes its
    /// place, `enabled = false` switches it off.
    pub boilerplate: Option<&'a Path>,
    /// The folder of site rules: every `*.toml` in it. A rule for the domain of a shipped one takes its place.
    pub sites: Option<&'a Path>,
    /// The folder in which files of words may lie, such as `chrome.toml`. What they say is added to the shipped words.
    pub words: Option<&'a Path>,
}

impl RuleFolders<'_> {
    /// Whether nothing of a person's own lies there.
    pub(super) fn are_empty(self) -> bool {
        self.boilerplate.is_none() && self.sites.is_none() && self.word_files().is_empty()
    }

    /// The files of words that are there, by name.
    pub(super) fn word_files(self) -> Vec<(&'static str, PathBuf)> {
        let Some(folder) = self.words else { return Vec::new() };
        WordsDraft::FILES.map(|name| (name, folder.join(name))).into_iter().filter(|(_, path)| path.is_file()).collect()
    }
}
