//! What the form of an address tells of where it leads.

use std::sync::LazyLock;

use serde::Deserialize;

/// The shipped words, embedded.
const SHIPPED: &str = include_str!("../../config/addresses.toml");

static WORDS: LazyLock<Words> = LazyLock::new(|| toml::from_str(SHIPPED).unwrap_or_default());

/// The words of `config/addresses.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    second_levels: Vec<String>,
    shared: Vec<String>,
    documents: Vec<String>,
}

/// The front page of a site: what it shows belongs to other pages.
pub(super) fn is_front_page(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else { return false };
    rest.split_once('/').is_none_or(|(_, path)| path.is_empty() || path.starts_with('#'))
}

/// True when a link leads to another page of its site, on whichever of the site's hosts.
pub(super) fn leads_within(href: &str, url: &str) -> bool {
    match host(href) {
        Some(of_link) => host(url).is_some_and(|of_page| site(of_page).eq_ignore_ascii_case(site(of_link))),
        None => !href.starts_with('#') && !href.contains(':'),
    }
}

/// A file beside a page, which is no page itself.
pub(super) fn is_document(href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or_default();
    let kind = path.rsplit_once('.').map_or("", |(_, kind)| kind);
    WORDS.documents.iter().any(|known| known.eq_ignore_ascii_case(kind))
}

/// The host of an address, without its `www`.
pub(super) fn host(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("//")?;
    if !matches!(scheme, "" | "http:" | "https:") {
        return None;
    }
    Some(rest.split(['/', '?', '#']).next()?.trim_start_matches("www."))
}

/// The end of a host that its owner registered, as far as its form tells: two names, or three where the last two are
/// for all, as in `example.com.cn`, or belong to many authors.
pub(super) fn site(host: &str) -> &str {
    let mut dots = host.rmatch_indices('.').map(|(at, _)| at);
    let (top, second, third) = (dots.next(), dots.next(), dots.next());
    let is_one_of = |known: &[String], from: usize, to: usize| {
        host.get(from..to).is_some_and(|name| known.iter().any(|known| known.eq_ignore_ascii_case(name)))
    };
    let is_shared = |top: usize, second: usize| {
        let of_country = host.len() - top <= 3 && is_one_of(&WORDS.second_levels, second + 1, top);
        of_country || is_one_of(&WORDS.shared, second + 1, host.len())
    };
    let start = match (top, second) {
        (Some(top), Some(second)) if is_shared(top, second) => third.map_or(0, |third| third + 1),
        (Some(_), Some(second)) => second + 1,
        _ => 0,
    };
    host.get(start..).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_has_several_hosts() {
        toml::from_str::<Words>(SHIPPED).expect("the shipped file is valid");
        let cases = [
            ("news.orf.at", "orf.at"),
            ("sn.people.com.cn", "people.com.cn"),
            ("mill.wordpress.com", "mill.wordpress.com"),
            ("example.org", "example.org"),
            ("localhost", "localhost"),
        ];
        for (host, want) in cases {
            assert_eq!(site(host), want, "{host}");
        }
        assert_eq!(host("/go?to=https://a.example/1"), None);
        assert!(leads_within("//B.mill.example/2", "https://www.mill.example/1") && leads_within("/2", ""));
        assert!(!leads_within("#top", "") && !leads_within("mailto:a@mill.example", ""));
        assert!(is_document("/books/first.PDF?x=1") && !is_document("/books/first"));
        assert!(is_front_page("https://a.example/") && is_front_page("https://a.example"));
        assert!(!is_front_page("https://a.example/a"));
    }
}
