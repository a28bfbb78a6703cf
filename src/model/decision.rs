/// What the store knows that bears on a new article. Given to the decision, never changed by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The article with the same key: its latest revision number and content hash.
    pub same_key: Option<(u32, String)>,
    /// Id of the first stored article with another key and the same normalised text, or of the one that it duplicates.
    pub same_text: Option<String>,
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
    /// Seen with the same words: only the time of the last sight changes.
    Unchanged,
}
