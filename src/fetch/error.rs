use std::error::Error;

use url::Url;

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

    /// Whether the other pages of the host had better be left alone. After a redirect the failure may be another host's.
    pub(crate) fn closes_host(&self) -> bool {
        let redirected = self.hops.iter().any(|hop| (300..400).contains(&hop.status));
        self.is_host_wide() && !redirected
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
            ErrorClass::Gone => Some("the server says that this is gone for good; a source that it was can be removed"),
            ErrorClass::Dns => Some("check the spelling of the host and your network"),
            ErrorClass::Connect | ErrorClass::Tls => Some("check the address, and whether its server is up"),
            ErrorClass::NotFound => Some("check the address; what was there once may have moved"),
            ErrorClass::RateLimited | ErrorClass::HostPaused => {
                Some("its host rests and is asked again by itself; `boji list hosts` says when")
            }
            ErrorClass::RedirectRefused => Some("`follow_to_http` of its source allows the way from https to http"),
            ErrorClass::Forbidden => Some(
                "the site keeps us out; `headers` or `cookies` of the source may let it in, and fetch.contact tells its owner whom to ask",
            ),
            ErrorClass::NotRecorded => Some(
                "the recording was made with other sources or settings, or by a store that knew more: replay it into a copy of that \
                 store from before, or record anew into a new folder (--data)",
            ),
            ErrorClass::Server => Some("its server has a fault, and is asked again by itself"),
            ErrorClass::RedirectLoop => {
                Some("see in a browser where it leads; `boji set ID --url` gives a source another address")
            }
            _ => None,
        }
    }
}

/// A URL as it may be written to a file that is passed on: without fragment, user and password, and with the values
/// of parameters that log a WeChat reader in replaced by `redacted`. A relative reference keeps its form.
pub(crate) fn redact_url(raw: &str) -> String {
    let Ok(mut url) = Url::parse(raw) else { return redact_relative(raw) };
    url.set_fragment(None);
    // Both fail only for URLs that cannot have a user, which then have none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    if let Some(query) = url.query().filter(|query| query.split('&').any(is_secret)).map(redact_query) {
        url.set_query(Some(&query));
    }
    url.into()
}

/// A header as it may be written down: cookies and credentials lose their value, locations their secrets.
pub(super) fn redact_header(name: &str, value: &str) -> String {
    match name {
        "cookie" | "set-cookie" | "authorization" | "proxy-authorization" => REDACTED.to_owned(),
        "location" | "content-location" | "referer" => redact_url(value),
        _ => value.to_owned(),
    }
}

/// What stands for a secret in what is written down.
pub(crate) const REDACTED: &str = "redacted";

fn redact_relative(raw: &str) -> String {
    let raw = raw.split_once('#').map_or(raw, |(before, _)| before);
    match raw.split_once('?') {
        Some((path, query)) => format!("{path}?{}", redact_query(query)),
        None => raw.to_owned(),
    }
}

fn redact_query(query: &str) -> String {
    query.split('&').map(without_secret).collect::<Vec<_>>().join("&")
}

fn is_secret(pair: &str) -> bool {
    let name = pair.split_once('=').map_or(pair, |(name, _)| name);
    matches!(name, "key" | "pass_ticket" | "uin" | "exportkey")
}

fn without_secret(pair: &str) -> &str {
    match pair.split_once('=').map(|(name, _)| name) {
        Some("key") => "key=redacted",
        Some("pass_ticket") => "pass_ticket=redacted",
        Some("uin") => "uin=redacted",
        Some("exportkey") => "exportkey=redacted",
        _ => pair,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_secrets_out_and_leaves_the_rest_alone() {
        let cases = [
            ("https://a.example/s?b=%20x&key=ab%2Fcd&idx=1#rd", "https://a.example/s?b=%20x&key=redacted&idx=1"),
            (
                "https://a.example/?uin=MTIz&pass_ticket=p&exportkey=e&keys=1",
                "https://a.example/?uin=redacted&pass_ticket=redacted&exportkey=redacted&keys=1",
            ),
            ("https://me:pw@a.example/feed", "https://a.example/feed"),
            ("https://a.example/p?q=a+b&c", "https://a.example/p?q=a+b&c"),
            ("/relative?key=1&b#c", "/relative?key=redacted&b"),
            ("not a url", "not a url"),
        ];
        for (raw, want) in cases {
            assert_eq!(redact_url(raw), want);
            assert_eq!(redact_url(&redact_url(raw)), want, "twice is the same as once");
        }
        assert_eq!(redact_header("set-cookie", "sid=1"), "redacted");
        assert_eq!(redact_header("location", "https://a.example/?key=1"), "https://a.example/?key=redacted");
        assert_eq!(redact_header("etag", "\"key=1\""), "\"key=1\"");
    }
}
