//! Typed TOML: settings, sources, rules. It must not know network or store.

mod settings;

pub use settings::{CleanSettings, FetchSettings, RunSettings, SHIPPED_SETTINGS, Settings};
