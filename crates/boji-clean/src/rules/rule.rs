use serde::Deserialize;

use super::pattern::Pattern;
use super::rule_fault::RuleFault;
use crate::model::{Category, Label, RuleId, word_enum};
use crate::text::fold;

/// Where in an article a rule may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// Before the text.
    Head,
    /// Behind the text.
    Tail,
    /// Before or behind the text.
    Edge,
    /// Anywhere: only for wordings that no author writes.
    Any,
}

/// How a rule's pattern meets a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// The whole block.
    Line,
    /// Some part of it.
    Contains,
    /// Its start.
    Starts,
    /// The whole block, which heads a section that goes with it.
    Heading,
}

word_enum! {
    /// The field of an article that a statement fills.
    pub enum MetaField {
        /// The line that claims it as the author's own.
        Claim = "claim",
        /// The place that the platform shows for its author.
        Place = "place",
        /// Addresses of a list of sources.
        References = "references",
        /// Statement of rights.
        Rights = "rights",
        /// Series, or number in it.
        Series = "series",
        /// Who published first.
        Source = "source",
        /// Length or reading time as stated.
        WordCount = "word_count",
    }
}

/// One rule as written in TOML.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stable name such as `zh.follow.scan`.
    pub(super) id: toml::Spanned<RuleId>,
    /// Kind of boilerplate or of metadata. Only a rule that is off may leave it out.
    #[serde(default)]
    category: Option<Category>,
    /// `drop` or `meta`.
    #[serde(default = "drop_label")]
    pub label: Label,
    /// The field that a `meta` rule fills.
    #[serde(default)]
    pub field: Option<MetaField>,
    /// Where it may speak.
    #[serde(default = "edge")]
    pub zone: Zone,
    /// How it meets a block.
    #[serde(default = "contains")]
    pub form: Form,
    /// A regular expression over the folded text (see [`fold`]).
    #[serde(default)]
    pub pattern: String,
    /// Literal wordings, folded before use; an alternative to `pattern`.
    #[serde(default)]
    pub phrases: Vec<String>,
    /// Longest block, in characters after folding, that it looks at.
    #[serde(default = "max_chars")]
    pub max_chars: usize,
    /// It speaks only beside a block that another rule took.
    #[serde(default)]
    pub weak: bool,
    /// It speaks only of a block most of whose words are links.
    #[serde(default)]
    pub linked: bool,
    /// Why such blocks are no content. Only a rule that is off may leave it out.
    #[serde(default)]
    pub reason: String,
    /// Texts that it must match.
    #[serde(default)]
    pub examples: Vec<String>,
    /// Texts that it must not match.
    #[serde(default)]
    pub counterexamples: Vec<String>,
    /// Off: the rule of this id does nothing.
    #[serde(default = "on")]
    pub enabled: bool,
}

fn drop_label() -> Label {
    Label::Drop
}
fn edge() -> Zone {
    Zone::Edge
}
fn contains() -> Form {
    Form::Contains
}
fn max_chars() -> usize {
    60
}
fn on() -> bool {
    true
}

impl Rule {
    /// The name, such as `zh.follow.scan`.
    pub fn name(&self) -> &str {
        self.id().as_str()
    }

    /// The name by which verdicts know it.
    pub fn id(&self) -> &RuleId {
        self.id.get_ref()
    }

    /// The kind of what it takes, which every rule in force states.
    pub fn category(&self) -> Category {
        self.category.unwrap_or(Category::Other)
    }

    /// The pattern as a regular expression over folded text.
    pub(super) fn regex(&self) -> String {
        let body = if self.phrases.is_empty() {
            self.pattern.clone()
        } else {
            self.phrases.iter().map(|phrase| regex::escape(&fold(phrase))).collect::<Vec<_>>().join("|")
        };
        match self.form {
            Form::Line | Form::Heading => format!("^(?:{body})$"),
            Form::Starts => format!("^(?:{body})"),
            Form::Contains => format!("(?:{body})"),
        }
    }

    /// Whether the rule is complete and does what its examples say.
    pub(super) fn check(&self, pattern: &Pattern) -> Result<(), RuleFault> {
        if self.pattern.is_empty() == self.phrases.is_empty() {
            return Err(RuleFault::NoWording);
        }
        if self.category.is_none() {
            return Err(RuleFault::NoCategory);
        }
        if pattern.is_match("") {
            return Err(RuleFault::MatchesEmpty);
        }
        let meets = |text: &String| {
            let folded = fold(text);
            pattern.is_match(&folded) && folded.chars().count() <= self.max_chars
        };
        if let Some(missed) = self.examples.iter().find(|text| !meets(text)) {
            return Err(RuleFault::Misses(missed.clone()));
        }
        match self.counterexamples.iter().find(|text| meets(text)) {
            Some(hit) => Err(RuleFault::Hits(hit.clone())),
            None => Ok(()),
        }
    }
}
