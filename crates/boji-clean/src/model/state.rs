use super::word::word_enum;

word_enum! {
    /// What a fetched page turned out to be. Only [`PageState::Article`] is stored as an article.
    ///
    /// The first group says something about the article, `Blocked` says something about us: mixing the two up loses
    /// articles for ever.
    pub enum PageState {
        /// An article with a body: store it.
        Article = "article",
        /// We are kept out (captcha, rate limit, challenge page): pause the host and retry later.
        Blocked = "blocked",
        /// The author took it down: final, what is stored stays.
        Deleted = "deleted",
        /// The platform took it down: final, with the reason when shown.
        Violation = "violation",
        /// The account moved: follow once.
        Migrated = "migrated",
        /// A temporary link is over: final for this URL.
        Expired = "expired",
        /// Bad parameters: final for this URL.
        Invalid = "invalid",
        /// "Cannot be viewed now": retry later.
        Unavailable = "unavailable",
        /// A profile, search, album, list or feed page, or an empty shell: reported, not stored.
        NotArticle = "not_article",
    }
}
