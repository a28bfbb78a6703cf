use std::error::Error;
use std::fmt;

use super::redact_url;
use crate::model::Hop;

/// Why a fetch gave no page, as a word that history, reports and tapes keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorClass {
    /// The host's name has no address.
    Dns,
    /// No connection, or it broke before an answer.
    Connect,
    /// TLS failed, mostly a certificate.
    Tls,
    /// Too slow to connect, silent too long, or too long in all.
    Timeout,
    /// The decoded body is larger than `max_body_bytes`.
    TooLarge,
    /// The body ended before its stated length.
    Truncated,
    /// The body is not in the content encoding that its header names.
    Decode,
    /// Redirects that come back to themselves, or too many.
    RedirectLoop,
    /// A redirect without a usable target, or to another scheme than http and https.
    RedirectRefused,
    /// The host is, or resolves to, an address that is not public.
    PrivateAddress,
    /// Not an http or https URL with a host.
    BadUrl,
    /// robots.txt forbids it, or could not be read.
    Robots,
    /// 401, 403, 407, 451: we are kept out.
    Forbidden,
    /// 404.
    NotFound,
    /// 410: gone on purpose.
    Gone,
    /// 429.
    RateLimited,
    /// 5xx, or an answer that makes no sense.
    Server,
    /// Any other 4xx.
    Client,
    /// The slow lane's requests of this day are used up.
    Budget,
    /// The host rests for longer than one run can wait.
    HostPaused,
    /// The recording holds no answer to this request.
    NotRecorded,
}

impl ErrorClass {
    /// Every class.
    pub const ALL: [Self; 21] = [
        Self::Dns,
        Self::Connect,
        Self::Tls,
        Self::Timeout,
        Self::TooLarge,
        Self::Truncated,
        Self::Decode,
        Self::RedirectLoop,
        Self::RedirectRefused,
        Self::PrivateAddress,
        Self::BadUrl,
        Self::Robots,
        Self::Forbidden,
        Self::NotFound,
        Self::Gone,
        Self::RateLimited,
        Self::Server,
        Self::Client,
        Self::Budget,
        Self::HostPaused,
        Self::NotRecorded,
    ];

    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::TooLarge => "too_large",
            Self::Truncated => "truncated",
            Self::Decode => "decode",
            Self::RedirectLoop => "redirect_loop",
            Self::RedirectRefused => "redirect_refused",
            Self::PrivateAddress => "private_address",
            Self::BadUrl => "bad_url",
            Self::Robots => "robots",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Gone => "gone",
            Self::RateLimited => "rate_limited",
            Self::Server => "server",
            Self::Client => "client",
            Self::Budget => "budget",
            Self::HostPaused => "host_paused",
            Self::NotRecorded => "not_recorded",
        }
    }

    /// The class of a word that [`ErrorClass::as_str`] gives.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == word)
    }

    /// The class of a final status; `None` below 400.
    pub const fn of_status(status: u16) -> Option<Self> {
        match status {
            0..=399 => None,
            401 | 403 | 407 | 451 => Some(Self::Forbidden),
            404 => Some(Self::NotFound),
            410 => Some(Self::Gone),
            429 => Some(Self::RateLimited),
            400..=499 => Some(Self::Client),
            500.. => Some(Self::Server),
        }
    }
}

impl fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back_to_its_class() {
        for class in ErrorClass::ALL {
            assert_eq!(ErrorClass::from_word(class.as_str()), Some(class));
        }
    }

    #[test]
    fn a_status_has_one_class() {
        let cases = [
            (200, None),
            (304, None),
            (400, Some("client")),
            (401, Some("forbidden")),
            (403, Some("forbidden")),
            (404, Some("not_found")),
            (410, Some("gone")),
            (418, Some("client")),
            (429, Some("rate_limited")),
            (503, Some("server")),
        ];
        for (status, want) in cases {
            assert_eq!(ErrorClass::of_status(status).map(ErrorClass::as_str), want, "{status}");
        }
    }
}
