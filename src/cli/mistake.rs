use super::exit::Exit;

/// A mistake that a person can mend, where no module's own error says it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct Mistake {
    /// How the command ends.
    pub exit: Exit,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Mistake {
    /// Arguments that make no sense.
    pub(super) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into(), hint: hint.into() }
    }

    /// Something that is not there or cannot be used.
    pub(super) fn failure(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { exit: Exit::Failure, message: message.into(), hint: hint.into() }
    }
}
