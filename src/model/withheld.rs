use boji_clean::model::Timestamp;
use boji_clean::word_enum;
use serde::Serialize;

word_enum! {
    /// What a person hides.
    pub enum Hideable {
        /// One article, by its id.
        Article = "article",
        /// All articles of a source, by its id.
        Source = "source",
        /// All articles of an account or site, by its name.
        Account = "account",
    }
}

/// What is kept out of lists, searches and exports until a person shows it again. It is stored and cleaned as ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hidden {
    /// What it is.
    pub kind: Hideable,
    /// Its id or name.
    pub subject: String,
    /// Why, in a person's words.
    pub reason: String,
    /// Since when.
    pub hidden_at: Timestamp,
}

/// An article of which nothing is left but that it must not come again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Forgotten {
    /// The id under which it was stored.
    pub id: String,
    /// Why, in a person's words.
    pub reason: String,
    /// Since when.
    pub forgotten_at: Timestamp,
}

/// What forgetting took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Forgetting {
    /// Articles: more than one where several ids turned out to be one article's.
    pub articles: usize,
    /// Captures.
    pub captures: usize,
    /// Captures that stay, as other articles were made of them too.
    pub shared_captures: usize,
    /// Pictures in files that no other article has.
    #[serde(skip_serializing_if = "is_none")]
    pub pictures: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_none(count: &usize) -> bool {
    *count == 0
}
