//! What decides: rules of boilerplate and of sites, and the words by which pages are read, as typed TOML.
//!
//! [`Rules::shipped`] has those that come with the program, [`Rules::with`] lays a person's own files over them. What is
//! wrong in a file is shown with its line and a caret ([`Mistake`]).

mod credit_words;
mod mistake;
mod pattern;
mod pieces;
mod recruiting;
mod required;
mod rule;
mod rule_file;
mod rule_set;
mod rules_draft;
mod rules_error;
mod site_rule;
mod site_rules;
mod version;
pub mod words;

pub use credit_words::CreditWords;
pub use mistake::{Mistake, nearest};
pub use recruiting::Recruiting;
pub use rule::{Form, MetaField, Rule, Zone};
pub use rule_file::RuleFile;
pub use rule_set::{CLEANER_REVISION, Rules};
pub use rules_error::RulesError;
pub use site_rule::{Place, SELECTOR_ATTRIBUTES, SiteRule};
pub use site_rules::SiteRules;
