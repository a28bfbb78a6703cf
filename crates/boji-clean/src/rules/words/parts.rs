use aho_corasick::{AhoCorasick, BuildError};
use serde::Deserialize;

/// Parts of words, all of them looked for in one pass over a text.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub(super) struct Parts(AhoCorasick);

impl Parts {
    /// Whether a text holds one of them.
    pub(super) fn are_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl TryFrom<Vec<String>> for Parts {
    type Error = BuildError;

    fn try_from(parts: Vec<String>) -> Result<Self, BuildError> {
        AhoCorasick::new(parts).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_part_is_found_wherever_it_stands() {
        let parts = Parts::try_from(["code", "lang-"].map(str::to_owned).to_vec()).expect("a few words");
        for (text, want) in [("my-code", true), ("lang-rust", true), ("lang", false), ("", false)] {
            assert_eq!(parts.are_in(text), want, "{text}");
        }
        assert!(!Parts::try_from(Vec::new()).expect("none").are_in("code"));
    }
}
