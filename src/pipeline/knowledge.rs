use boji_clean::clean::Context;
use boji_clean::model::{Article, Candidate, Learned};
use boji_clean::rules::Rules;

/// All that judges an article beside the article itself: the rules, and what the store has learned. Taken once when a
/// run or an import begins, so that the order of its articles changes no verdict.
#[derive(Clone, Debug)]
pub(crate) struct Knowledge {
    /// Cleaning rules.
    pub rules: Rules,
    /// What was learned of accounts, and what people ruled.
    pub learned: Learned,
}

impl Knowledge {
    /// The surroundings of a page that a source named.
    pub(crate) fn of_candidate<'a>(&'a self, candidate: &'a Candidate) -> Context<'a> {
        Context { candidate: Some(candidate), learned: Some(&self.learned), ..Context::default() }
    }

    /// The surroundings of a saved page.
    pub(crate) fn of_file<'a>(&'a self, file: &'a str) -> Context<'a> {
        Context { file, learned: Some(&self.learned), ..Context::default() }
    }

    /// Hash of everything here that can change the verdicts on an article: equal hashes judge it alike.
    pub(crate) fn version(&self, article: &Article) -> String {
        self.version_of(&article.source_name, &article.id())
    }

    /// As [`Knowledge::version`], for an article known by its account and id.
    pub(crate) fn version_of(&self, account: &str, article_id: &str) -> String {
        version_of(self.rules.version(), &self.learned, account, article_id)
    }
}

/// The version of rules together with what was learned of an account and ruled on an article.
pub(super) fn version_of(rules_version: &str, learned: &Learned, account: &str, article_id: &str) -> String {
    let learned = learned.hash(account, article_id);
    if learned.is_empty() {
        return rules_version.to_owned();
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(rules_version.as_bytes()).update(b"\0").update(learned.as_bytes());
    format!("b3:{}", hasher.finalize().to_hex())
}
