/// What the store knows that bears on a new article. Given to the decision, never changed by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The article with the same key: its latest revision.
    pub same_key: Option<Latest>,
    /// Id of the first stored article with another key and the same normalised text, or of the one that it duplicates.
    pub same_text: Option<String>,
}

/// The latest revision of a stored article, as far as a decision asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latest {
    /// Its number, from 1.
    pub revision: u32,
    /// Hash of title and text.
    pub content_hash: String,
    /// Content address of the capture it was made from.
    pub capture_hash: String,
    /// Those of the captures of its later pages.
    pub later_captures: Vec<String>,
    /// Version of the rules that made it.
    pub rules_hash: String,
    /// The source that led to it, "" when it is no more: a person gave it another name.
    pub source_id: String,
}

/// What to do with an article. A value, so that deciding needs no store and storing needs no judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Never seen: revision 1.
    New,
    /// Never seen, but its text is that of the article named: stored, with `dup_of`.
    Duplicate(String),
    /// Seen with other words: stored as this revision number.
    Revision(u32),
    /// Seen, and cleaned by other rules since: the latest revision is replaced, its number stays. A revision is what
    /// the author changed; what we changed is none. Should its text be another now, it duplicates the article named:
    /// cleaned again, two copies are copies still.
    Refresh(Option<String>),
    /// Seen with the same words: only the time of the last sight changes.
    Unchanged,
}

impl Decision {
    /// The word for logs.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Duplicate(_) => "duplicate",
            Self::Revision(_) => "revision",
            Self::Refresh(_) => "refresh",
            Self::Unchanged => "unchanged",
        }
    }

    /// Why it was taken, as a clause.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::New => "no article of its key or of its text is stored",
            Self::Duplicate(_) => "an article of another key has its text",
            Self::Revision(_) => "its author changed its words",
            Self::Refresh(_) => "the same bytes, or other rules, gave other words",
            Self::Unchanged => "it is stored with these words",
        }
    }
}
