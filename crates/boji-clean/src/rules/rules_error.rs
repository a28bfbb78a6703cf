use std::path::PathBuf;

use super::mistake::Mistake;

/// Why rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// A file says something wrong; line and caret are shown.
    #[error("use {0}")]
    Mistake(Box<Mistake>),
    /// A file that comes with the program cannot be used; a test reads them all.
    #[error("use the shipped {}: {message}", path.display())]
    Shipped {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A file whose name tells nothing of what is in it.
    #[error("use {}: nothing reads a file of this name", path.display())]
    UnknownFile {
        /// The file.
        path: PathBuf,
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
            Self::Mistake(mistake) if !mistake.hint.is_empty() => &mistake.hint,
            Self::Mistake(_) => "compare with the file of its kind that comes with the program, under config/",
            Self::UnknownFile { .. } => "its name is to be boilerplate/….toml, sites/….toml or that of a file of words",
            Self::Shipped { .. } => "this is a fault of the program: please tell its authors",
            Self::Rule { .. } => "patterns see folded text: lower case, no spaces, no punctuation but : | / @",
        };
        Some(hint.to_owned())
    }
}

impl From<Mistake> for RulesError {
    fn from(mistake: Mistake) -> Self {
        Self::Mistake(Box::new(mistake))
    }
}

impl From<Box<Mistake>> for RulesError {
    fn from(mistake: Box<Mistake>) -> Self {
        Self::Mistake(mistake)
    }
}
