use boji_clean::classifier::Strictness;
use boji_clean::word_enum;
use serde::{Deserialize, Serialize};

use crate::model::KeepImages;

/// The shipped `config/boji.toml`: the one place where defaults are written down.
pub(crate) const SHIPPED_SETTINGS: &str = include_str!("../../config/boji.toml");

/// Every setting. The meanings stand as comments in `config/boji.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How bytes are fetched.
    pub fetch: FetchSettings,
    /// How a run is paced.
    pub run: RunSettings,
    /// How pages are cleaned.
    pub clean: CleanSettings,
    /// What is called when there is news.
    pub hooks: HookSettings,
}

/// How bytes are fetched.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "explained beside each default in config/boji.toml")]
pub struct FetchSettings {
    pub contact: String,
    pub connect_timeout_seconds: u32,
    pub idle_timeout_seconds: u32,
    pub total_timeout_seconds: u32,
    pub max_body_bytes: u64,
    pub max_redirects: u32,
    pub host_gap_millis: u32,
    pub slow_hosts: Vec<String>,
    pub slow_gap_millis: u32,
    pub slow_daily_budget: u32,
    pub obey_robots: bool,
    pub allow_private: Vec<String>,
    pub rate_limit_scope: RateLimitScope,
    pub proxy: String,
}

word_enum! {
    /// Whom a server's "too many requests" (429) lets rest.
    #[derive(Default)]
    pub enum RateLimitScope {
        /// All hosts below the registered name.
        #[default]
        Site = "site",
        /// The host.
        Host = "host",
        /// What was asked for, and nothing else.
        Address = "address",
    }
}

word_enum! {
    /// Of which stored articles the pages are looked at again.
    #[derive(Default)]
    pub enum Recheck {
        /// Of none.
        Off = "off",
        /// Of WeChat's: authors may edit them, and the platform takes them down.
        #[default]
        Wechat = "wechat",
        /// Of all.
        All = "all",
    }
}

/// How a run is paced.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RunSettings {
    pub concurrency: u32,
    pub interval_minutes: u32,
    pub auto_least_minutes: u32,
    pub auto_patience_seconds: u32,
    pub overdue_at_once: u32,
    pub jitter_percent: u32,
    pub backoff_minutes: u32,
    pub backoff_ceiling_hours: u32,
    pub server_wait_ceiling_hours: u32,
    pub blocked_pause_minutes: u32,
    pub pages_per_source: u32,
    pub page_tries: u32,
    pub recheck: Recheck,
    pub recheck_days: Vec<u32>,
    pub rechecks_per_source: u32,
    pub keep_images: KeepImages,
    pub image_bytes: u64,
    pub images_per_article: u32,
    pub images_per_source: u32,
}

/// How pages are cleaned.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CleanSettings {
    pub rules: String,
    pub strictness: Strictness,
}

/// What is called when there is news: a program and its arguments each, empty for nothing.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HookSettings {
    pub on_new: Vec<String>,
    pub on_trouble: Vec<String>,
}

impl Default for Settings {
    /// The shipped defaults.
    fn default() -> Self {
        toml::from_str(SHIPPED_SETTINGS).expect("the shipped boji.toml is valid; a test reads it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_file_is_valid() {
        assert!(Settings::default().fetch.obey_robots);
    }
}
