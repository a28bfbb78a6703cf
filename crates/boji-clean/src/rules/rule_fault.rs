use std::path::PathBuf;

use crate::model::RuleFamily;

/// Why a rule cannot be used: a clause that goes on behind its name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleFault {
    /// Its id has signs that ids do not have.
    #[error("has an id in another form than `mine.mill.bell`")]
    IdForm,
    /// Its id begins as those of rules that stand in no file.
    #[error("has an id that begins with `{0}`, as those of rules that stand in no file do")]
    IdFamily(RuleFamily),
    /// A file of the same set has a rule of the same id.
    #[error("stands in {} already, in line {line}", path.display())]
    Twice {
        /// The file.
        path: PathBuf,
        /// Line of the id there, from 1.
        line: usize,
    },
    /// It does not say why it is there.
    #[error("needs a reason")]
    NoReason,
    /// It says neither what it takes nor, twice, how.
    #[error("needs either a pattern or phrases")]
    NoWording,
    /// It does not say what kind of lines it takes.
    #[error("needs a category")]
    NoCategory,
    /// It would take each line.
    #[error("matches empty text")]
    MatchesEmpty,
    /// It does not take what it is to take.
    #[error("does not match its example {0:?}")]
    Misses(String),
    /// It takes what it is to leave.
    #[error("matches its counter-example {0:?}")]
    Hits(String),
    /// Its pattern is none; what is wrong with it.
    #[error("{0}")]
    Pattern(String),
}

impl RuleFault {
    /// What a person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::IdForm => "an id is lower-case letters a-z, digits, `-` and `_`, with single dots between its parts",
            Self::IdFamily(_) => "begin it with a word of your own: `mine.`",
            Self::Twice { .. } => "give one of them another id, or take one out",
            Self::NoReason => "add `reason = \"…\"`: why such lines are no content, as `boji explain` shows it",
            Self::NoWording => "add `pattern = \"…\"`, or `phrases = [\"…\"]`, and not both",
            Self::NoCategory => "add `category = \"…\"`, such as `follow`, `end` or `advertisement`",
            Self::MatchesEmpty => "let one word at least stand outside of `?`, `*` and empty alternatives",
            Self::Misses(_) | Self::Hits(_) => {
                "`form`, `max_chars` and the pattern decide; texts are folded: lower case, no spaces, no punctuation but : | / @"
            }
            Self::Pattern(_) => "patterns see folded text: lower case, no spaces, no punctuation but : | / @",
        }
    }
}

/// What is wrong with the id of a rule in a file; `None` when nothing is.
pub(super) fn id_fault(id: &str) -> Option<RuleFault> {
    let sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    if !id.split('.').all(|part| !part.is_empty() && part.bytes().all(sign)) {
        return Some(RuleFault::IdForm);
    }
    match RuleFamily::of(id) {
        RuleFamily::Wording => None,
        family => Some(RuleFault::IdFamily(family)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_parts_of_plain_signs_and_of_no_family_that_stands_in_no_file() {
        for id in ["mine", "own.x", "zh.read_original.prompt", "zh.follow-2.scan", "learnedly.x", "placed"] {
            assert_eq!(id_fault(id), None, "{id}");
        }
        for id in ["", ".", "own.", ".x", "own..x", "Own.x", "own x", "own.x ", "我的.铃", "own/x", "own:x"] {
            assert_eq!(id_fault(id), Some(RuleFault::IdForm), "{id}");
        }
        for (id, family) in [("judge.web.x", RuleFamily::Judge), ("place.own", RuleFamily::Place)] {
            assert_eq!(id_fault(id), Some(RuleFault::IdFamily(family)), "{id}");
        }
    }
}
