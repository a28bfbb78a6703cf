//! What the words of an article are for a search, what a person asks for, and where it stands in the text. Pure; the store keeps
//! the index.

mod query;
mod snippet;
mod tokens;

pub use query::{Field, Phrase, Query, QueryError};
pub(crate) use snippet::{Mark, Snippet};
pub(crate) use tokens::write_tokens;
