//! What decides: rules of boilerplate and of sites, and the words by which pages are read, as typed TOML.
//!
//! [`Rules::shipped`] has those that come with the program, [`Rules::with`] lays a person's own files over them. What is
//! wrong in a file is shown with its line and a caret ([`Mistake`]).

mod error;
mod pattern;
mod people_words;
mod rule;
mod rule_fault;
mod rule_file;
mod rule_set;
mod rules_draft;
mod site_rules;
pub mod words;

pub use error::{Mistake, RulesError, nearest, similar};
pub use people_words::{CreditWords, Recruiting, StatementWords};
pub use rule::{Form, MetaField, Rule, Zone};
pub use rule_fault::RuleFault;
pub use rule_file::RuleFile;
pub use rule_set::{CLEANER_REVISION, Rules};
pub use site_rules::{SELECTOR_ATTRIBUTES, SitePlace, SiteRule, SiteRules};
