use super::locate::Way;
use crate::model::{Article, Facts, Issue, PageState};

/// What cleaning made of a page.
#[derive(Debug)]
pub struct Cleaned {
    /// What the page turned out to be.
    pub state: PageState,
    /// The marker that decided the state; "" for an ordinary article.
    pub evidence: String,
    /// The article, exactly when the state is [`PageState::Article`].
    pub article: Option<Article>,
    /// What else the page says: where a migrated account went, who took it down.
    pub facts: Facts,
    /// Oddities got over.
    pub issues: Vec<Issue>,
    /// How the body was found, for a page in which it had to be looked for.
    pub way: Option<Way>,
    /// Domain of the site rule that said where the article stands, "" when it was located without one.
    pub site: String,
}

impl Cleaned {
    /// A page without an article.
    pub(super) fn refused(state: PageState, evidence: String, facts: Facts, issues: Vec<Issue>) -> Self {
        Self { state, evidence, article: None, facts, issues, way: None, site: String::new() }
    }
}
