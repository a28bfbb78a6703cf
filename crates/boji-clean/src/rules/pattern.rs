use std::sync::OnceLock;

use regex::Regex;

/// A regular expression that is compiled when a text first asks for it: a run meets few of all wordings, and compiling
/// them all takes longer than cleaning a hundred pages.
#[derive(Debug)]
pub(super) struct Pattern {
    source: String,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern that is known to compile.
    pub(super) fn proven(source: String) -> Self {
        Self { source, regex: OnceLock::new() }
    }

    /// A pattern that is compiled at once, for what is wrong in it must be told.
    pub(super) fn new(source: String) -> Result<Self, regex::Error> {
        let regex = OnceLock::from(Some(Regex::new(&source)?));
        Ok(Self { source, regex })
    }

    /// The expression as written.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// The compiled expression.
    pub(super) fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| Regex::new(&self.source).ok()).as_ref()
    }

    /// Whether a text holds a match.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text))
    }
}
