use std::path::Path;

/// Why a folder of rules cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("use the rules in {0}")]
pub struct RulesError(std::path::PathBuf);

impl RulesError {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<String> {
        None
    }
}

/// The cleaning rules in force.
#[derive(Clone, Debug, Default)]
pub struct Rules {}

impl Rules {
    /// Those that come with the program.
    pub fn shipped() -> Self {
        Self {}
    }

    /// The shipped ones and those of a folder.
    pub fn load(_folder: &Path) -> Result<Self, RulesError> {
        Ok(Self {})
    }

    /// Their version.
    pub fn hash(&self) -> &str {
        ""
    }
}
