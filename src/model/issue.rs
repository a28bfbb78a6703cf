use std::fmt;

use serde::{Deserialize, Serialize};

/// Something odd that a parser met and got over. Parsers return a value and a list of these; they never fail on bad input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// A short stable word for machines, such as `truncated` or `depth-capped`.
    pub code: String,
    /// A sentence for people: lower case, no final period.
    pub message: String,
}

impl Issue {
    /// An issue from its stable word and its sentence.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}
