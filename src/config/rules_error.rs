use std::path::PathBuf;

use super::Mistake;

/// Why rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// A file or the folder cannot be read.
    #[error("read {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file is not TOML of the right shape; the message shows line and caret.
    #[error("parse {}: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What is wrong, where.
        message: String,
    },
    /// The file of a site rule says something wrong.
    #[error("use {0}")]
    Site(Box<Mistake>),
    /// A rule cannot work.
    #[error("use rule {id} ({}, line {line}): {message}", path.display())]
    Rule {
        /// The file.
        path: PathBuf,
        /// Line of the rule's id, from 1.
        line: usize,
        /// The rule.
        id: String,
        /// What is wrong.
        message: String,
    },
}

impl RulesError {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Site(mistake) => return (!mistake.hint.is_empty()).then(|| mistake.hint.clone()),
            Self::Read { .. } => "check that you may read it; [clean] rules names the folder of boilerplate rules",
            Self::Syntax { .. } => {
                "compare with a shipped rule: id, category, zone, form, pattern or phrases, reason, examples"
            }
            Self::Rule { .. } => "patterns see folded text: lower case, no spaces, no punctuation but : | / @",
        };
        Some(hint.to_owned())
    }
}
