use std::path::PathBuf;

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
            Self::Read { .. } => "check that [clean] rules names a folder that you may read",
            Self::Syntax { .. } => {
                "compare with a shipped rule: id, category, zone, form, pattern or phrases, reason, examples"
            }
            Self::Rule { .. } => "patterns see folded text: lower case, no spaces, no punctuation but : | / @",
        };
        Some(hint.to_owned())
    }
}
