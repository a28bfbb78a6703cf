use std::ops::Range;
use std::path::{Path, PathBuf};

use boji_clean::rules::Mistake;

/// Why a configuration cannot be used. Ends a command with exit code 4.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file or folder that cannot be read.
    #[error("read {}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A folder given by hand that holds no configuration.
    #[error("use {} as configuration: neither boji.toml nor sources.toml is in it", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// A file that says something wrong.
    #[error("use {0}")]
    Mistake(Box<Mistake>),
}

impl ConfigError {
    /// What a person can do about it, if anything.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unreadable { .. } => Some("check that it is there and that you may read it".to_owned()),
            Self::Empty { .. } => {
                Some("name the folder that holds boji.toml, or leave --config out for the defaults".to_owned())
            }
            Self::Mistake(mistake) => (!mistake.hint.is_empty()).then(|| mistake.hint.clone()),
        }
    }

    /// A mistake at a place of a file.
    pub(super) fn at(file: &Path, text: &str, span: Range<usize>, message: String, hint: String) -> Self {
        Self::Mistake(Box::new(Mistake::new(file, text, span, message, hint)))
    }

    /// A mistake that the TOML library found.
    pub(super) fn from_toml(file: &Path, text: &str, error: &toml::de::Error) -> Self {
        Self::Mistake(Box::new(Mistake::of_toml(file, text, error)))
    }
}

/// A text with the places of secrets made unreadable, so that a line may be shown.
pub(super) fn masked(text: &str, secrets: &[Range<usize>]) -> String {
    let is_secret = |at: usize| secrets.iter().any(|secret| secret.start < at && at + 1 < secret.end);
    // Each byte gives way to one, so that places stay what they are.
    let mask = |(at, sign): (usize, char)| match sign {
        '\n' => vec![sign],
        _ if is_secret(at) => vec!['*'; sign.len_utf8()],
        _ => vec![sign],
    };
    text.char_indices().flat_map(mask).collect()
}
