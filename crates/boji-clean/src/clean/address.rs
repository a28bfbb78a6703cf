//! What the form of an address tells of where it leads.

use memchr::memchr2;
use public_suffix::{DEFAULT_PROVIDER, EffectiveTLDProvider as _};

use crate::rules::words::AddressWords;

/// The front page of a site: what it shows belongs to other pages.
pub(super) fn is_front_page(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else { return false };
    rest.split_once('/').is_none_or(|(_, path)| path.is_empty() || path.starts_with('#'))
}

/// True when a link leads to another page of its site, on whichever of the site's hosts.
pub(super) fn leads_within(href: &str, url: &str, words: &AddressWords) -> bool {
    let site = |host| site(host, words);
    match host(href) {
        Some(of_link) => host(url).is_some_and(|of_page| site(of_page).eq_ignore_ascii_case(site(of_link))),
        None => !href.starts_with('#') && !href.contains(':'),
    }
}

/// A file beside a page, which is no page itself.
pub(super) fn is_document(href: &str, words: &AddressWords) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or_default();
    let kind = path.rsplit_once('.').map_or("", |(_, kind)| kind);
    words.is_document(kind)
}

/// The file of a picture.
pub(super) fn is_picture(href: &str, words: &AddressWords) -> bool {
    let end = memchr2(b'?', b'#', href.as_bytes()).unwrap_or(href.len());
    let path = href.get(..end).unwrap_or_default();
    path.rsplit_once('.').is_some_and(|(_, kind)| words.is_picture(kind))
}

/// The host of an address, without its `www`.
pub(super) fn host(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("//")?;
    if !matches!(scheme, "" | "http:" | "https:") {
        return None;
    }
    Some(rest.split(['/', '?', '#']).next()?.trim_start_matches("www."))
}

/// The end of a host that its owner registered: one name more than the public suffix (publicsuffix.org, with the hosts that
/// give names to many) or the shared host that it lies below. The host itself where it is such a one.
pub(super) fn site<'a>(host: &'a str, words: &AddressWords) -> &'a str {
    let host = host.trim_end_matches('.');
    let lower = host.to_ascii_lowercase();
    let Ok(registered) = DEFAULT_PROVIDER.effective_tld_plus_one(&lower) else { return host };
    let below = lower.strip_suffix(registered).and_then(|below| below.strip_suffix('.'));
    let own = match below {
        Some(below) if words.is_shared(registered) => below.rsplit('.').next().map_or(0, |name| name.len() + 1),
        _ => 0,
    };
    host.get(host.len() - registered.len() - own..).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::Rules;

    proptest! {
        #[test]
        fn the_site_of_any_host_is_an_end_of_it(host in "\\PC{0,12}|[a-z.:\\-\\[\\]é]{0,24}|([a-c]{0,2}\\.){0,4}(com|co\\.uk|ck|kobe\\.jp|中国)?") {
            prop_assert!(host.contains(site(&host, &Rules::shipped().words().addresses)));
        }
    }

    #[test]
    fn a_site_has_several_hosts() {
        let rules = Rules::shipped();
        let words = &rules.words().addresses;
        let cases = [
            ("news.orf.at", "orf.at"),
            ("sn.people.com.cn", "people.com.cn"),
            ("mill.wordpress.com", "mill.wordpress.com"),
            ("a.b.wordpress.com", "b.wordpress.com"),
            ("wordpress.com", "wordpress.com"),
            ("www.mill.github.io", "mill.github.io"),
            ("github.io", "github.io"),
            ("News.Mill.CO.UK", "Mill.CO.UK"),
            ("mill.example:8080", "mill.example:8080"),
            ("example.org.", "example.org"),
            ("", ""),
            ("example.org", "example.org"),
            ("localhost", "localhost"),
        ];
        for (host, want) in cases {
            assert_eq!(site(host, words), want, "{host}");
        }
        assert_eq!(host("/go?to=https://a.example/1"), None);
        assert!(
            leads_within("//B.mill.example/2", "https://www.mill.example/1", words) && leads_within("/2", "", words)
        );
        assert!(!leads_within("#top", "", words) && !leads_within("mailto:a@mill.example", "", words));
        assert!(is_document("/books/first.PDF?x=1", words) && !is_document("/books/first", words));
        assert!(is_front_page("https://a.example/") && is_front_page("https://a.example"));
        assert!(!is_front_page("https://a.example/a"));
    }
}
