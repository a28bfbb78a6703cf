use std::error::Error;

use super::redact::redact_url;
use crate::model::{ErrorClass, Hop};

/// A fetch that gave no page. Reads after "failed to": `fetch https://a.example/: not found (status 404)`.
#[derive(Debug, thiserror::Error)]
#[error("fetch {}: {message}", redact_url(.url))]
pub struct FetchError {
    /// The URL asked for.
    pub url: String,
    /// Why.
    pub class: ErrorClass,
    /// The same as a phrase for people.
    pub message: String,
    /// HTTP status of the last answer, 0 when there was none.
    pub status: u16,
    /// Answers up to the failure, in order.
    pub hops: Vec<Hop>,
    /// Seconds until another try makes sense, when the server or our own pacing says so.
    pub retry_after: Option<i64>,
    /// What lies beneath.
    #[source]
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

impl FetchError {
    /// A failure without an answer.
    pub fn new(url: &str, class: ErrorClass, message: impl Into<String>) -> Self {
        let (url, message) = (url.to_owned(), message.into());
        Self { url, class, message, status: 0, hops: Vec::new(), retry_after: None, source: None }
    }

    /// Whether we held the request back ourselves: nothing was asked, so nothing is known.
    pub const fn was_not_sent(&self) -> bool {
        matches!(self.class, ErrorClass::HostPaused | ErrorClass::Budget)
    }

    /// Whether every other request to this host would now fail in the same way, so that a run can save them.
    pub const fn is_host_wide(&self) -> bool {
        matches!(
            self.class,
            ErrorClass::Dns
                | ErrorClass::Connect
                | ErrorClass::Tls
                | ErrorClass::PrivateAddress
                | ErrorClass::RateLimited
                | ErrorClass::Budget
                | ErrorClass::HostPaused
        )
    }

    /// What a person can do about it.
    pub const fn hint(&self) -> Option<&'static str> {
        match self.class {
            ErrorClass::PrivateAddress => Some(
                "add the host, host:port or network (198.18.0.0/15 for proxies with fake addresses) to fetch.allow_private",
            ),
            ErrorClass::TooLarge => Some("raise fetch.max_body_bytes if a page of this size is expected"),
            ErrorClass::Timeout => Some("raise fetch.total_timeout_seconds if the server is known to be slow"),
            ErrorClass::Robots => Some("the site's robots.txt keeps crawlers out; fetch.obey_robots decides"),
            ErrorClass::Budget => {
                Some("fetch.slow_daily_budget limits the requests of a day; the rest follows tomorrow")
            }
            ErrorClass::Gone => Some("the server says that this is gone for good; remove the source"),
            ErrorClass::Dns => Some("check the spelling of the host and your network"),
            ErrorClass::Forbidden => Some("the site keeps us out; set fetch.contact so that its owner can reach you"),
            ErrorClass::NotRecorded => Some("the recording was made with other sources or settings; record it again"),
            _ => None,
        }
    }
}
