use serde::{Deserialize, Deserializer};

use super::word::word_enum;

word_enum! {
    /// What a block is that is no text of its article: a kind of boilerplate or of metadata.
    pub enum Category {
        /// Somebody pays for it.
        Advertisement = "advertisement",
        /// A few lines about the author.
        AuthorNote = "author-note",
        /// Other articles of the account.
        BackIssues = "back-issues",
        /// A picture that runs across the page.
        Banner = "banner",
        /// Who wrote it.
        Byline = "byline",
        /// A card of an account or a mini program.
        Card = "card",
        /// The line that claims a work as the author's own.
        Claim = "claim",
        /// What readers wrote.
        Comments = "comments",
        /// Goods, courses, money.
        Commerce = "commerce",
        /// How to reach the author or the editors.
        Contact = "contact",
        /// Who had which part in making the article.
        Credits = "credits",
        /// The day of the article.
        Date = "date",
        /// Ornaments, labels of pictures, pictures among boilerplate.
        Decoration = "decoration",
        /// Who answers for nothing.
        Disclaimer = "disclaimer",
        /// What the author has to do with the matter.
        Disclosure = "disclosure",
        /// The mark at the end.
        End = "end",
        /// A prompt to follow the account.
        Follow = "follow",
        /// A prompt to join a group.
        Group = "group",
        /// The label of a player.
        Media = "media",
        /// What a person's own rule takes, of no other kind.
        Other = "other",
        /// Who made a picture.
        PhotoCredit = "photo-credit",
        /// What the platform or the site sets round its articles.
        Platform = "platform",
        /// A code to be scanned.
        Qr = "qr",
        /// The link to the original.
        ReadOriginal = "read-original",
        /// A list of sources.
        References = "references",
        /// Links to other articles.
        Related = "related",
        /// A prompt to give money.
        Reward = "reward",
        /// Who may print it.
        Rights = "rights",
        /// What the account says about itself.
        SelfIntro = "self-intro",
        /// The series, and the article's number in it.
        Series = "series",
        /// A prompt to pass the article on.
        Share = "share",
        /// Who published it first.
        Source = "source",
        /// A prompt to mark the account.
        Star = "star",
        /// Its tags.
        Tags = "tags",
        /// What comes with every article of its account.
        Template = "template",
        /// The title again.
        Title = "title",
        /// Its length as stated.
        WordCount = "word-count",
    }
}

/// For `#[serde(deserialize_with = …)]`: a stored category, where "" is none. A person's own rule of an earlier release
/// could make up a word of its own: that reads as [`Category::Other`].
pub(super) fn stored<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Category>, D::Error> {
    let word = String::deserialize(deserializer)?;
    Ok((!word.is_empty()).then(|| Category::from_word(&word).unwrap_or(Category::Other)))
}
