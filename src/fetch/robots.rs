use boji_clean::model::Timestamp;
use texting_robots::Robot;

use crate::model::HostState;

/// The name by which a robots.txt group addresses us (RFC 9309 §2.2.1).
const PRODUCT: &str = "boji";
/// Bytes of robots.txt that are read; RFC 9309 §2.5 asks for at least 500 KiB.
const MAX_BYTES: usize = 500 * 1024;
/// How long an answer holds (RFC 9309 §2.4).
const FRESH_SECONDS: i64 = 24 * 3600;
/// How soon to ask again when the server failed to say.
pub(super) const RETRY_SECONDS: i64 = 30 * 60;
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
pub(super) enum Ruling {
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
pub(super) fn ruling(state: &HostState, url: &str, now: Timestamp) -> Ruling {
    let Some(text) = &state.robots else { return Ruling::Ask };
    let failed = is_failure(state.robots_status);
    let left = if failed { RETRY_SECONDS } else { FRESH_SECONDS } - (now.as_seconds() - state.robots_at.as_seconds());
    if left <= 0 {
        return Ruling::Ask;
    }
    if failed {
        return Ruling::Unreachable(left);
    }
    if !(200..300).contains(&state.robots_status) {
        return Ruling::Allowed(0);
    }
    let robots = Robots::parse(text);
    if robots.allows(url) { Ruling::Allowed(robots.delay_millis()) } else { Ruling::Disallowed }
}

/// The text of robots.txt that is worth keeping.
pub(super) fn kept_text(body: &[u8]) -> String {
    String::from_utf8_lossy(body.get(..MAX_BYTES).unwrap_or(body)).into_owned()
}

/// No answer, a server's error, or "too many requests", which is no statement about the rules.
const fn is_failure(status: u16) -> bool {
    matches!(status, 0 | 429 | 500..)
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
            (None, 0, 0, Ruling::Ask),
            (deny.clone(), 200, 60, Ruling::Disallowed),
            (deny.clone(), 200, 24 * 3600, Ruling::Ask),
            (deny.clone(), 404, 60, Ruling::Allowed(0)),
            (deny.clone(), 403, 60, Ruling::Allowed(0)),
            (deny.clone(), 429, 60, Ruling::Unreachable(1740)),
            (deny.clone(), 503, 60, Ruling::Unreachable(1740)),
            (deny.clone(), 0, 1800, Ruling::Ask),
            (Some(String::new()), 200, 60, Ruling::Allowed(0)),
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
