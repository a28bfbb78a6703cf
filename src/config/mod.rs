//! Typed TOML: settings, sources, and where a person's own rules lie. It must not know network or store.
//!
//! [`load`] finds a person's folder, lays its `boji.toml` over the shipped one and reads its `sources.toml`. What is
//! wrong in a file is shown with its line and a caret ([`ConfigError`]).

mod bounded;
mod check;
mod cron;
mod error;
mod header;
mod interval;
mod loader;
mod rule_folders;
mod settings;
mod sources;

pub(crate) use bounded::read_at_most;
pub use cron::CronExpression;
pub use error::ConfigError;
pub(crate) use header::{MAX_HEADERS, have_account, header_name_problem, header_value_problem};
pub(crate) use interval::{parse_interval, parse_wait};
pub(crate) use loader::Loaded;
pub use loader::{LoadOptions, Origin, load};
pub(crate) use rule_folders::RuleFolders;
pub use settings::{FetchSettings, RateLimitScope, Settings};
pub(crate) use settings::{HookSettings, Recheck, RunSettings, SHIPPED_SETTINGS};
pub use sources::load_sources;
pub(crate) use sources::{AUTO, PRIORITIES, SHIPPED_SOURCES, default_time_zone, source_id_problem};
