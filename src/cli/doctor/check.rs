use boji_clean::word_enum;
use serde::Serialize;

word_enum! {
    /// How something is.
    pub(super) enum State {
        /// As it should be.
        Ok = "ok",
        /// It works, and somebody should know.
        Warning = "warning",
        /// Something does not work.
        Ill = "ill",
    }
}

/// What was looked at, and how it is.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Check {
    /// What: a stable word or two.
    pub name: &'static str,
    /// How it is.
    pub state: State,
    /// A clause: lower case, no final period.
    pub message: String,
    /// What to do about it, "" where there is nothing to do.
    pub hint: String,
}

impl Check {
    pub(super) fn ok(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, state: State::Ok, message: message.into(), hint: String::new() }
    }

    pub(super) fn warning(name: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { name, state: State::Warning, message: message.into(), hint: hint.into() }
    }

    pub(super) fn ill(name: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { name, state: State::Ill, message: message.into(), hint: hint.into() }
    }
}
