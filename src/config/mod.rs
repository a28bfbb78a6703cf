//! Typed TOML: settings, sources, rules. It must not know network or store.

mod fold;
mod rules;
mod settings;

pub use fold::fold;
pub use rules::{Form, Rule, Rules, RulesError, Zone};
pub use settings::{CleanSettings, FetchSettings, RunSettings, SHIPPED_SETTINGS, Settings};
