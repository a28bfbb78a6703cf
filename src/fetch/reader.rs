use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use boji_clean::model::Timestamp;
use url::Url;

use super::address::{host_key, site_key};
use super::cookies::CookieJar;
use crate::model::Source;

/// What the requests for one source carry that others do not: a name, headers and cookies of its own. They go to its hosts alone:
/// those below the registered name of its address, or that host itself; and never from https to http.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Reader {
    /// The addresses that a person gave.
    homes: Vec<Url>,
    user_agent: String,
    headers: BTreeMap<String, String>,
    cookies: Arc<CookieJar>,
}

impl Reader {
    /// Who reads a source, with the cookies of its file.
    pub(super) fn of(source: &Source, cookies: Arc<CookieJar>) -> Self {
        if !has_own(source) {
            return Self::default();
        }
        let homes = [&source.url].into_iter().chain(&source.urls).filter_map(|url| Url::parse(url).ok()).collect();
        Self { homes, user_agent: source.user_agent.clone(), headers: source.headers.clone(), cookies }
    }

    /// Whether a request for this URL carries what the source has of its own.
    fn is_at_home(&self, url: &Url) -> bool {
        self.homes.iter().any(|home| {
            let is_near =
                host_key(home) == host_key(url) || site_key(home).is_some_and(|site| site_key(url) == Some(site));
            is_near && (home.scheme() == url.scheme() || url.scheme() == "https")
        })
    }

    /// The name to give at this URL; `None` for that of the installation.
    pub(super) fn user_agent_for(&self, url: &Url) -> Option<&str> {
        (!self.user_agent.is_empty() && self.is_at_home(url)).then_some(self.user_agent.as_str())
    }

    /// Headers for a request for this URL at an instant, the cookies among them. None of them may be written down.
    pub(super) fn secrets_for(&self, url: &Url, now: Timestamp) -> Vec<(String, String)> {
        if !self.is_at_home(url) {
            return Vec::new();
        }
        let headers = self.headers.iter().map(|(name, value)| (name.clone(), value.clone()));
        let cookies = self.cookies.header_for(url, now).map(|cookies| ("cookie".to_owned(), cookies));
        headers.chain(cookies).collect()
    }
}

/// Names of headers, and no value.
impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.headers.keys().collect();
        f.debug_struct("Reader").field("headers", &names).field("cookies", &self.cookies).finish_non_exhaustive()
    }
}

/// Whether the requests for a source carry at this address what others do not.
pub(crate) fn carries_own_to(source: &Source, url: &str) -> bool {
    let reader = Reader::of(source, Arc::default());
    Url::parse(url).is_ok_and(|url| reader.is_at_home(&url))
}

/// Whether a source that has headers or cookies of its own would take them to another site by moving to this address.
pub(crate) fn takes_secrets_away(source: &Source, moved: &str) -> bool {
    let has_secrets = !source.headers.is_empty() || !source.cookies.is_empty();
    has_secrets && !carries_own_to(source, moved)
}

fn has_own(source: &Source) -> bool {
    !(source.user_agent.is_empty() && source.headers.is_empty() && source.cookies.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Schedule, SourceKind};

    #[test]
    fn what_a_source_carries_stays_on_its_site() {
        let source = |url: &str| Source {
            headers: [("x-token".to_owned(), "SECRET".to_owned())].into(),
            ..Source::new(SourceKind::Feed, "s", url, Schedule::Every(60))
        };
        let cases = [
            ("https://a.example/feed", "https://a.example/p", true),
            ("https://feeds.a.example/feed", "https://www.a.example/p", true),
            ("https://a.example/feed", "https://b.example/p", false),
            ("https://a.example/feed", "http://a.example/p", false),
            ("http://a.example/feed", "https://a.example/p", true),
            ("https://mill.github.io/feed", "https://loom.github.io/p", false),
            ("http://127.0.0.1:81/feed", "http://127.0.0.1:81/p", true),
            ("http://127.0.0.1:81/feed", "http://127.0.0.1:82/p", false),
            ("http://127.0.0.1:81/feed", "no address", false),
        ];
        for (home, url, want) in cases {
            assert_eq!(carries_own_to(&source(home), url), want, "{home} {url}");
            assert_eq!(takes_secrets_away(&source(home), url), !want, "{home} {url}");
        }
        let plain = Source::new(SourceKind::Feed, "s", "https://a.example/", Schedule::Every(60));
        assert!(!carries_own_to(&plain, "https://a.example/") && !takes_secrets_away(&plain, "https://b.example/"));
        let listed = Source { urls: vec!["https://b.example/1".into()], ..source("") };
        assert!(carries_own_to(&listed, "https://b.example/2"));
    }

    #[test]
    fn nothing_that_is_carried_is_shown() {
        let headers = [("x-token".to_owned(), "SECRET".to_owned())].into();
        let reader = Reader { headers, ..Reader::default() };
        assert_eq!(format!("{reader:?}"), "Reader { headers: [\"x-token\"], cookies: 0 cookies, .. }");
    }
}
