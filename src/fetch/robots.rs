use boji_clean::model::Timestamp;
use boji_clean::word_enum;
use tracing::debug;
use url::{Position, Url};

use super::address::host_key;
use super::error::{FetchError, redact_url};
use super::fetcher::Fetcher;
use super::redirect::{is_redirect, next_hop};
use super::robots_rules::{MAX_BYTES, RobotsRules};
use super::slot::Slot;
use super::transport::{Exchange, Request};
use crate::model::{ErrorClass, Hop, HostState};

/// How long an answer holds (RFC 9309 §2.4).
const FRESH_SECONDS: i64 = 24 * 3600;
/// How soon to ask again when the server failed to say.
const RETRY_SECONDS: i64 = 30 * 60;
/// How a host's robots.txt stands, as it is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RobotsStanding {
    /// Never asked, or too long ago: ask first.
    Ask,
    /// The host has none: everything may be fetched.
    NoRules,
    /// Its rules say what may be fetched.
    Rules,
    /// The server could not say, so nothing is allowed until it is asked again in so many seconds (RFC 9309 §2.3.1.4).
    Unreachable(i64),
}

word_enum! {
    /// What is remembered of a host's robots.txt, however old it is.
    pub(crate) enum RobotsKnown {
        /// It was never asked for.
        NeverAsked = "never_asked",
        /// The host has none: everything may be fetched.
        None = "none",
        /// It has rules.
        Rules = "rules",
        /// Its server could not say, so nothing is fetched until it can.
        Unreadable = "unreadable",
    }
}

impl RobotsKnown {
    /// What it means, as a clause for people.
    pub(crate) const fn phrase(self) -> &'static str {
        match self {
            Self::NeverAsked => "robots.txt was never asked for",
            Self::None => "there is no robots.txt: everything may be fetched",
            Self::Rules => "robots.txt has rules",
            Self::Unreadable => "robots.txt could not be read, so nothing may be fetched until it can be",
        }
    }
}

/// What is remembered of a host's robots.txt.
pub(crate) fn robots_known(state: &HostState) -> RobotsKnown {
    match state.robots_status {
        _ if state.robots.is_none() => RobotsKnown::NeverAsked,
        status if is_failure(status) => RobotsKnown::Unreadable,
        200..300 => RobotsKnown::Rules,
        _ => RobotsKnown::None,
    }
}

/// Whether the rules that are remembered of an address's host let it be fetched; `None` when no rules are known, or it is no
/// address.
pub(crate) fn robots_allow(state: &HostState, url: &str) -> Option<bool> {
    let url = Url::parse(url).ok()?;
    let text = state.robots.as_deref().filter(|_| robots_known(state) == RobotsKnown::Rules)?;
    Some(RobotsRules::parse(text).allow(path_and_query(&url)))
}

/// What the rules of a robots.txt are about (RFC 9309 §2.2.2).
fn path_and_query(url: &Url) -> &str {
    url.as_str().get(url[..Position::BeforePath].len()..).unwrap_or_default()
}

/// What is remembered of a host's robots.txt, at this instant.
fn standing(state: &HostState, now: Timestamp) -> RobotsStanding {
    if state.robots.is_none() {
        return RobotsStanding::Ask;
    }
    let failed = is_failure(state.robots_status);
    let age = now.as_seconds() - state.robots_at.as_seconds();
    let left = if failed { RETRY_SECONDS } else { FRESH_SECONDS } - age;
    // One from the future was written by a clock that was ahead.
    match state.robots_status {
        _ if left <= 0 || age < 0 => RobotsStanding::Ask,
        _ if failed => RobotsStanding::Unreachable(left),
        200..300 => RobotsStanding::Rules,
        _ => RobotsStanding::NoRules,
    }
}

/// The text of robots.txt that is worth keeping.
fn kept_text(body: &[u8]) -> String {
    String::from_utf8_lossy(body.get(..MAX_BYTES).unwrap_or(body)).into_owned()
}

/// No answer, a server's error, "too many requests" or a proxy that keeps us out: no statement about the rules.
const fn is_failure(status: u16) -> bool {
    matches!(status, 0 | 407 | 429 | 500..)
}

/// Redirects of robots.txt that are followed; RFC 9309 §2.3.1.2 asks for at least five.
const ROBOTS_REDIRECTS: usize = 5;

/// Obeying robots.txt: asks for it when need be, and does what it says.
impl Fetcher {
    /// Asks the host's robots.txt if need be; the gap in milliseconds that it wants when it allows the URL.
    pub(super) async fn ask_robots(&self, url: &Url, slot: Option<&Slot>) -> Result<i64, FetchError> {
        if !self.settings.obey_robots {
            return Ok(0);
        }
        let host = host_key(url);
        // Who holds the lock needs a slot for robots.txt.
        if let Some(slot) = slot {
            slot.release();
        }
        let _asking = self.pace.robots_lock(&host).await;
        let look = || self.pace.change(&host, |state| standing(state, self.clock.now()));
        let mut found = look();
        if found == RobotsStanding::Ask {
            self.fetch_robots(url, &host, slot).await?;
            found = look();
        }
        debug!(url = redact_url(url.as_str()), standing = ?found, "robots.txt");
        let error = |message: String| FetchError::new(url.as_str(), ErrorClass::Robots, message);
        match found {
            RobotsStanding::NoRules => Ok(0),
            RobotsStanding::Rules => {
                let rules = self.pace.robots_rules(&host);
                if rules.allow(path_and_query(url)) {
                    Ok(rules.delay_millis())
                } else {
                    Err(error(format!("robots.txt of {host} forbids it")))
                }
            }
            RobotsStanding::Unreachable(seconds) => {
                let message = format!("robots.txt of {host} could not be read, so nothing may be fetched");
                Err(FetchError { retry_after: Some(seconds), ..error(message) })
            }
            // Only a clock that jumps a day ahead meanwhile leads here.
            RobotsStanding::Ask => Err(error(format!("robots.txt of {host} grew old while it was read"))),
        }
    }

    /// Fetches robots.txt through the same gate and remembers what came. A server that does not answer is an error
    /// in its own class, since the page would have met with the same.
    async fn fetch_robots(&self, page: &Url, host: &str, slot: Option<&Slot>) -> Result<(), FetchError> {
        let Ok(start) = page.join("/robots.txt") else { return Ok(()) };
        let (status, text, error) = match self.robots_answer(start, slot).await {
            Ok(answer) => (answer.status, kept_text(&answer.body), None),
            Err(error) => match error.class {
                // Our own refusals say nothing about the host's rules.
                ErrorClass::Budget | ErrorClass::HostPaused | ErrorClass::PrivateAddress | ErrorClass::BadUrl => {
                    return Err(error);
                }
                // RFC 9309 §2.3.1.2 takes endless redirects for "no rules"; so do we a recording without the file.
                ErrorClass::RedirectLoop | ErrorClass::RedirectRefused | ErrorClass::NotRecorded => {
                    (404, String::new(), None)
                }
                _ => (0, String::new(), Some(error)),
            },
        };
        let now = self.clock.now();
        self.pace.remember_robots(host, text, status, now);
        error.map_or(Ok(()), |error| {
            let message = format!("robots.txt could not be read: {}", error.message);
            Err(FetchError { message, retry_after: Some(RETRY_SECONDS), ..error })
        })
    }

    async fn robots_answer(&self, start: Url, slot: Option<&Slot>) -> Result<Exchange, FetchError> {
        let mut url = start;
        let mut hops = Vec::new();
        loop {
            let headers = self.headers("text/plain, */*;q=0.5");
            let request = Request { url: url.as_str().to_owned(), headers, secret_headers: Vec::new() };
            let answer = self.exchange(&url, &request, 0, slot).await?;
            if !is_redirect(answer.status) {
                return Ok(answer);
            }
            hops.push(Hop { url: url.into(), status: answer.status });
            url = next_hop(answer.header("location"), &hops, ROBOTS_REDIRECTS)
                .map_err(|(class, message)| FetchError::new("", class, message))?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_of_a_host_decides_whether_to_ask() {
        let asked = Timestamp::parse("2026-11-24T00:00:00Z").expect("a time");
        let some = Some(String::new());
        let cases = [
            (None, 0, 0, RobotsStanding::Ask),
            (some.clone(), 200, 60, RobotsStanding::Rules),
            (some.clone(), 200, 24 * 3600, RobotsStanding::Ask),
            (some.clone(), 404, 60, RobotsStanding::NoRules),
            (some.clone(), 403, 60, RobotsStanding::NoRules),
            (some.clone(), 429, 60, RobotsStanding::Unreachable(1740)),
            (some.clone(), 503, 60, RobotsStanding::Unreachable(1740)),
            (some.clone(), 0, 1800, RobotsStanding::Ask),
            (some.clone(), 200, -1, RobotsStanding::Ask),
        ];
        for (robots, robots_status, after, want) in cases {
            let state = HostState { robots, robots_status, robots_at: asked, ..HostState::default() };
            let got = standing(&state, asked.plus_seconds(after));
            assert_eq!(got, want, "{robots_status} after {after} s");
        }
    }

    #[test]
    fn what_is_remembered_says_whether_an_address_may_be_fetched() {
        let text = "User-agent: *\nDisallow: /private\n";
        let cases = [
            (None, 0, RobotsKnown::NeverAsked, None),
            (Some(""), 404, RobotsKnown::None, None),
            (Some(text), 200, RobotsKnown::Rules, Some(false)),
            (Some(text), 503, RobotsKnown::Unreadable, None),
            (Some(""), 0, RobotsKnown::Unreadable, None),
        ];
        for (robots, robots_status, known, allowed) in cases {
            let state = HostState { robots: robots.map(str::to_owned), robots_status, ..HostState::default() };
            let allows = robots_allow(&state, "https://a.example/private/x?y");
            assert_eq!((robots_known(&state), allows), (known, allowed), "{robots:?} {robots_status}");
        }
        let state = HostState { robots: Some(text.to_owned()), robots_status: 200, ..HostState::default() };
        assert_eq!(robots_allow(&state, "https://a.example/open"), Some(true));
        assert_eq!(robots_allow(&state, "no address"), None);
    }
}
