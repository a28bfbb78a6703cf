//! Typed TOML: settings, sources, rules, words. It must not know network or store.
//!
//! [`load`] finds a person's folder, lays its `boji.toml` over the shipped one and reads its `sources.toml`. What is
//! wrong in a file is shown with its line and a caret ([`ConfigError`]).

mod bounded;
mod check;
mod compatible;
mod credit_words;
mod cron;
mod error;
mod fold;
mod loader;
mod pattern;
mod pieces;
mod recruiting;
mod required;
mod rule;
mod rule_files;
mod rule_folders;
mod rules;
mod rules_draft;
mod rules_error;
mod script;
mod settings;
mod site_rule;
mod site_rules;
mod sources;
mod version;
pub mod words;

pub use bounded::read_at_most;
pub use compatible::compatible;
pub use credit_words::CreditWords;
pub use cron::CronExpression;
pub use error::{ConfigError, Mistake};
pub use fold::fold;
pub use loader::{LoadOptions, Loaded, load};
pub use recruiting::Recruiting;
pub use rule::{Form, MetaField, Rule, Zone};
pub use rule_folders::RuleFolders;
pub use rules::{CLEANER_REVISION, Rules};
pub use rules_error::RulesError;
pub use script::simplified;
pub use settings::{CleanSettings, FetchSettings, RunSettings, SHIPPED_SETTINGS, Settings};
pub use site_rule::{Place, SELECTOR_ATTRIBUTES, SiteRule};
pub use site_rules::SiteRules;
pub use sources::{SHIPPED_SOURCES, default_time_zone, load_sources, parse_interval, source_id_problem};
