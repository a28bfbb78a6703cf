use boji_clean::model::Timestamp;

/// What the store knows that bears on a new article. Given to the decision, never changed by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The article with the same key: its latest revision.
    pub same_key: Option<Latest>,
    /// Id of the first stored article with another key and the same normalised text, or of the one that it duplicates.
    pub same_text: Option<String>,
    /// Its revisions that do not stand though they came later, oldest first; empty when it has the same words as ever.
    pub set_aside: Vec<SetAside>,
}

/// The standing revision of a stored article, as far as a decision asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latest {
    /// Its number, from 1.
    pub revision: u32,
    /// The number of the next one.
    pub next_revision: u32,
    /// Its title.
    pub title: String,
    /// Its text, "" when its words are those of the article which comes.
    pub text: String,
    /// The text of the revision that stood before it, "" when there was none or the words are those which come.
    pub text_before: String,
    /// Hash of title and text.
    pub content_hash: String,
    /// Content address of the capture it was made from.
    pub capture_hash: String,
    /// Those of the captures of its later pages.
    pub later_captures: Vec<String>,
    /// Version of the rules that made it.
    pub rules_hash: String,
    /// Its words are those of a feed about a page, not of the page.
    pub is_of_feed: bool,
    /// The source that led to it, "" when it is no more: a person gave it another name.
    pub source_id: String,
}

/// A revision that does not stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Its text.
    pub text: String,
    /// When its words came first, while they wait to come again; `None` when a person went back behind them.
    pub held_since: Option<Timestamp>,
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
    /// Seen with words that would take most of the stored ones away. They are kept as a revision that does not stand.
    Held(Hold),
    /// Seen, and cleaned by other rules since: the latest revision is replaced, its number stays. A revision is what
    /// the author changed; what we changed is none, and a number that counts on is none after its second time. Should its text be another now, it duplicates the article named:
    /// cleaned again, two copies are copies still.
    Refresh(Option<String>),
    /// Seen with the same words: only the time of the last sight changes.
    Unchanged,
    /// These words change nothing, nor are they a sight of the article: a feed tells them of another source's, or a person went
    /// back behind them.
    Refused,
}

/// A revision that is held back until its words come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The number that it has when it is taken.
    pub revision: u32,
    /// When its words came first.
    pub since: Timestamp,
    /// When to ask for them again.
    pub ask_again: Timestamp,
}

impl Decision {
    /// The word for logs.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Duplicate(_) => "duplicate",
            Self::Revision(_) => "revision",
            Self::Held(_) => "held",
            Self::Refresh(_) => "refresh",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
        }
    }

    /// Why it was taken, as a clause.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::New => "no article of its key or of its text is stored",
            Self::Duplicate(_) => "an article of another key has its text",
            Self::Revision(_) => "its author changed its words",
            Self::Held(_) => "less than a third of its words would be left: they must come twice",
            Self::Refresh(_) => "the same bytes, or other rules, gave other words, or numbers alone have changed again",
            Self::Unchanged => "it is stored with these words",
            Self::Refused => "another source has it, or a person went back behind these words",
        }
    }
}
