use boji_clean::model::Timestamp;
use texting_robots::Robot;
use tracing::debug;
use url::Url;

use super::error::{FetchError, redact_url};
use super::fetcher::{Fetcher, host_key};
use super::redirect::{is_redirect, next_hop};
use super::transport::{Exchange, Request};
use crate::model::{ErrorClass, Hop, HostState};

/// The name by which a robots.txt group addresses us (RFC 9309 §2.2.1).
const PRODUCT: &str = "boji";
/// Bytes of robots.txt that are read; RFC 9309 §2.5 asks for at least 500 KiB.
const MAX_BYTES: usize = 500 * 1024;
/// How long an answer holds (RFC 9309 §2.4).
const FRESH_SECONDS: i64 = 24 * 3600;
/// How soon to ask again when the server failed to say.
const RETRY_SECONDS: i64 = 30 * 60;
/// Longest crawl-delay that is respected.
const MAX_DELAY_MILLIS: i64 = 30_000;

/// The rules of one host's robots.txt for us.
#[derive(Debug)]
pub(crate) struct Robots {
    rules: Option<Robot>,
}

impl Robots {
    /// Reads a robots.txt; one that makes no sense limits nothing.
    pub(crate) fn parse(text: &str) -> Self {
        let end = text.floor_char_boundary(MAX_BYTES);
        // A byte order mark would hide the first line's name.
        let text = text.get(..end).unwrap_or("").trim_start_matches('\u{feff}');
        Self { rules: Robot::new(PRODUCT, text.as_bytes()).ok() }
    }

    /// Whether the URL may be fetched: the longest matching rule wins, Allow wins a tie.
    pub(crate) fn allows(&self, url: &str) -> bool {
        self.rules.as_ref().is_none_or(|rules| rules.allowed(url))
    }

    /// The gap that its crawl-delay asks for, in milliseconds, at most 30 s; 0 without one.
    pub(crate) fn delay_millis(&self) -> i64 {
        let seconds = self.rules.as_ref().and_then(|rules| rules.delay).unwrap_or(0.0);
        if seconds.is_finite() && seconds > 0.0 { ((seconds * 1000.0) as i64).min(MAX_DELAY_MILLIS) } else { 0 }
    }
}

/// What a host's remembered robots.txt says about a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RobotsRuling {
    /// Never asked, or too long ago: ask first.
    Ask,
    /// Go on, with at least this gap in milliseconds after the request.
    Allowed(i64),
    /// Its rules forbid the URL.
    Disallowed,
    /// The server could not say, so nothing is allowed until it is asked again in so many seconds (RFC 9309 §2.3.1.4).
    Unreachable(i64),
}

/// Judges a URL by what is remembered of its host.
fn ruling(state: &HostState, url: &str, now: Timestamp) -> RobotsRuling {
    let Some(text) = &state.robots else { return RobotsRuling::Ask };
    let failed = is_failure(state.robots_status);
    let age = now.as_seconds() - state.robots_at.as_seconds();
    let left = if failed { RETRY_SECONDS } else { FRESH_SECONDS } - age;
    // One from the future was written by a clock that was ahead.
    if left <= 0 || age < 0 {
        return RobotsRuling::Ask;
    }
    if failed {
        return RobotsRuling::Unreachable(left);
    }
    if !(200..300).contains(&state.robots_status) {
        return RobotsRuling::Allowed(0);
    }
    let robots = Robots::parse(text);
    if robots.allows(url) { RobotsRuling::Allowed(robots.delay_millis()) } else { RobotsRuling::Disallowed }
}

/// The text of robots.txt that is worth keeping.
fn kept_text(body: &[u8]) -> String {
    String::from_utf8_lossy(body.get(..MAX_BYTES).unwrap_or(body)).into_owned()
}

/// No answer, a server's error, or "too many requests", which is no statement about the rules.
const fn is_failure(status: u16) -> bool {
    matches!(status, 0 | 429 | 500..)
}

/// Redirects of robots.txt that are followed; RFC 9309 §2.3.1.2 asks for at least five.
const ROBOTS_REDIRECTS: usize = 5;

/// Obeying robots.txt: asks for it when need be, and does what [`ruling`] says.
impl Fetcher {
    /// Asks the host's robots.txt if need be; the gap in milliseconds that it wants when it allows the URL.
    pub(super) async fn ask_robots(&self, url: &Url) -> Result<i64, FetchError> {
        if !self.settings.obey_robots {
            return Ok(0);
        }
        let host = host_key(url);
        let _asking = self.pace.robots_lock(&host).await;
        let judge = || self.pace.change(&host, |state| ruling(state, url.as_str(), self.clock.now()));
        let mut judged = judge();
        if judged == RobotsRuling::Ask {
            self.fetch_robots(url, &host).await?;
            judged = judge();
        }
        debug!(url = redact_url(url.as_str()), ruling = ?judged, "robots.txt");
        let error = |message: String| FetchError::new(url.as_str(), ErrorClass::Robots, message);
        match judged {
            RobotsRuling::Allowed(gap) => Ok(gap),
            RobotsRuling::Disallowed => Err(error(format!("robots.txt of {host} forbids it"))),
            RobotsRuling::Unreachable(seconds) => {
                let message = format!("robots.txt of {host} could not be read, so nothing may be fetched");
                Err(FetchError { retry_after: Some(seconds), ..error(message) })
            }
            // Only a clock that jumps a day ahead meanwhile leads here.
            RobotsRuling::Ask => Err(error(format!("robots.txt of {host} grew old while it was read"))),
        }
    }

    /// Fetches robots.txt through the same gate and remembers what came. A server that does not answer is an error
    /// in its own class, since the page would have met with the same.
    async fn fetch_robots(&self, page: &Url, host: &str) -> Result<(), FetchError> {
        let Ok(start) = page.join("/robots.txt") else { return Ok(()) };
        let (status, text, error) = match self.robots_answer(start).await {
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
        self.pace.change(host, |state| {
            state.robots = Some(text);
            state.robots_status = status;
            state.robots_at = now;
        });
        error.map_or(Ok(()), |error| {
            let message = format!("robots.txt could not be read: {}", error.message);
            Err(FetchError { message, retry_after: Some(RETRY_SECONDS), ..error })
        })
    }

    async fn robots_answer(&self, start: Url) -> Result<Exchange, FetchError> {
        let mut url = start;
        let mut hops = Vec::new();
        loop {
            let request = Request { url: url.as_str().to_owned(), headers: self.headers("text/plain, */*;q=0.5") };
            let answer = self.exchange(&url, &request, 0).await?;
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
    fn follows_rfc_9309() {
        let text = "User-agent: *\nDisallow: /\n\nUser-agent: Boji\nDisallow: /private\nAllow: /private/open\n\
                    Disallow: /*.pdf$\nDisallow: /tie\nAllow: /tie\nCrawl-delay: 2\n";
        let cases = [
            ("/", true),
            ("/private/x", false),
            ("/private/open/x", true),
            ("/a.pdf", false),
            ("/a.pdf?x", true),
            ("/tie", true),
        ];
        let robots = Robots::parse(text);
        for (path, want) in cases {
            assert_eq!(robots.allows(&format!("https://a.example{path}")), want, "{path}");
        }
        assert_eq!(robots.delay_millis(), 2000);
        assert_eq!(Robots::parse("User-agent: *\nCrawl-delay: 86400").delay_millis(), 30_000);
        assert!(!Robots::parse("\u{feff}User-agent: *\nDisallow: /").allows("https://a.example/x"));
    }

    #[test]
    fn rules_beyond_the_limit_are_not_read() {
        let filler = "# filler\n".repeat(70_000);
        assert!(Robots::parse(&format!("{filler}User-agent: *\nDisallow: /")).allows("https://a.example/x"));
        assert!(!Robots::parse(&format!("User-agent: *\nDisallow: /\n{filler}")).allows("https://a.example/x"));
    }

    #[test]
    fn the_memory_of_a_host_decides_whether_to_ask() {
        let asked = Timestamp::parse("2026-11-24T00:00:00Z").expect("a time");
        let deny = Some("User-agent: *\nDisallow: /".to_owned());
        let cases = [
            (None, 0, 0, RobotsRuling::Ask),
            (deny.clone(), 200, 60, RobotsRuling::Disallowed),
            (deny.clone(), 200, 24 * 3600, RobotsRuling::Ask),
            (deny.clone(), 404, 60, RobotsRuling::Allowed(0)),
            (deny.clone(), 403, 60, RobotsRuling::Allowed(0)),
            (deny.clone(), 429, 60, RobotsRuling::Unreachable(1740)),
            (deny.clone(), 503, 60, RobotsRuling::Unreachable(1740)),
            (deny.clone(), 0, 1800, RobotsRuling::Ask),
            (Some(String::new()), 200, 60, RobotsRuling::Allowed(0)),
        ];
        for (robots, robots_status, after, want) in cases {
            let state = HostState { robots, robots_status, robots_at: asked, ..HostState::default() };
            let got = ruling(&state, "https://a.example/x", asked.plus_seconds(after));
            assert_eq!(got, want, "{robots_status} after {after} s");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "(?s).{0,400}", path in "/[ -~]{0,40}") {
            let robots = Robots::parse(&text);
            let _ = (robots.allows(&path), robots.delay_millis());
        }
    }
}
