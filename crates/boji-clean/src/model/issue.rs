use std::fmt;

use serde::{Deserialize, Serialize};

use super::word::word_enum;

word_enum! {
    /// The kind of an [`Issue`], for machines.
    pub enum IssueCode {
        /// An article of a list has no address or no id.
        ArticleSkipped = "article-skipped",
        /// A part of a list is no JSON.
        Broken = "broken",
        /// A JSON Feed is no JSON.
        BrokenJson = "broken-json",
        /// The bytes are not in the encoding that was stated.
        CharsetMismatch = "charset-mismatch",
        /// Elements of a feed are not closed where they should be.
        CrossedTags = "crossed-tags",
        /// Elements are nested deeper than is read.
        DepthCapped = "depth-capped",
        /// Entries of a feed repeat the guid of another.
        DuplicateGuid = "duplicate-guid",
        /// A feed seems to have entries, but none could be read.
        EntriesLost = "entries-lost",
        /// Another reader found the entries that the first one lost.
        Fallback = "fallback",
        /// feed-rs refused a feed.
        FeedRsRefused = "feed-rs-refused",
        /// An album grew faster than it was read.
        GapDropped = "gap-dropped",
        /// Something stands before the root element of a feed.
        LeadingJunk = "leading-junk",
        /// A list gives the same page again and again.
        NoProgress = "no-progress",
        /// An OPML file has no root.
        NoRoot = "no-root",
        /// An album is listed in another order than before.
        OrderChanged = "order-changed",
        /// Not all pages of an article came.
        PagesIncomplete = "pages-incomplete",
        /// The place up to which an album was read is not in it any more.
        PlaceLost = "place-lost",
        /// A reply is a refusal.
        Refused = "refused",
        /// A feed is listed twice.
        RepeatedFeed = "repeated-feed",
        /// Bytes are no text in the encoding of the page.
        ReplacementCharacters = "replacement-characters",
        /// A page holds several articles.
        SeveralArticles = "several-articles",
        /// The rule of a site found nothing on its page.
        SiteRuleMissed = "site-rule-missed",
        /// The body is the one that the page's data state.
        StatedBody = "stated-body",
        /// The text is the feed's, not the page's.
        TextFromFeed = "text-from-feed",
        /// Only the first entries of a feed are read.
        TooManyEntries = "too-many-entries",
        /// Something ends early, or is longer than is read.
        Truncated = "truncated",
        /// The text ends within a character.
        TruncatedCharacter = "truncated-character",
        /// CDATA sections are not closed.
        UnclosedCdata = "unclosed-cdata",
        /// A tag, a comment or a raw element has no end.
        Unterminated = "unterminated",
    }
}

/// Something odd that a parser met and tolerated. Parsers return a value and a list of these; they never fail on bad
/// input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// What kind of thing it is.
    pub code: IssueCode,
    /// A sentence for people: lower case, no final period.
    pub message: String,
}

impl Issue {
    /// An issue from its kind and its sentence.
    pub fn new(code: IssueCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}
