use std::collections::{HashMap, HashSet};

use boji_clean::model::{Candidate, WeChatLink, canonical_url, is_same_site};
use url::Url;

use super::entry::{entry_fingerprint, entry_key, own_words};

/// Gives each entry of a feed what tells it from the others. An entry that is told twice is one. An id that several entries have
/// is none: they are told apart by title, day and words, and by an address that is of one alone. And where an entry's address is
/// that of others too, or leads to another site (a link blog), the text that the feed carries of it is known by the feed's
/// address and the entry's id or link, not by that address. WeChat's links stay: a bridge gives the text of the article to which
/// its link leads.
pub(crate) fn tell_apart(candidates: &mut [Candidate], feed: &str) {
    let said: Vec<String> = candidates.iter().map(entry_fingerprint).collect();
    let keys = shared(candidates.iter().map(entry_key).zip(&said));
    let links: Vec<Option<String>> = candidates.iter().map(|candidate| canonical_url(&candidate.url)).collect();
    let shared_links = shared(links.iter().zip(&said).filter_map(|(link, said)| Some((link.clone()?, said))));
    let feed = canonical_url(feed).unwrap_or_default();
    let feed_url = Url::parse(&feed).ok();
    for (candidate, link) in candidates.iter_mut().zip(links) {
        let is_shared = link.as_ref().is_some_and(|link| shared_links.contains(link));
        let has_id = !candidate.guid.trim().is_empty() || !candidate.url.trim().is_empty();
        if has_id && keys.contains(&entry_key(candidate)) {
            let own = if is_shared { None } else { link.as_deref() };
            candidate.guid = own_words(candidate, own.unwrap_or_default());
        }
        let Some(link) = link else { continue };
        let is_elsewhere =
            || !Url::parse(&link).is_ok_and(|link| feed_url.as_ref().is_some_and(|feed| is_same_site(&link, feed)));
        if WeChatLink::parse(&link).is_none() && !feed.is_empty() && (is_shared || is_elsewhere()) {
            // Some make new ids at each build: a link of its own is the better id.
            let id = if is_shared { entry_key(candidate) } else { link };
            candidate.identity = identity(&feed, &id);
        }
    }
}

/// What the text of an entry is known by that has no address of its own: its feed's address and its key.
pub(crate) fn own_identity(feed: &str, key: &str) -> String {
    identity(&canonical_url(feed).unwrap_or_default(), key)
}

fn identity(feed: &str, id: &str) -> String {
    format!("{feed}#{id}")
}

/// The keys under which different things are said.
fn shared<'a>(told: impl Iterator<Item = (String, &'a String)>) -> HashSet<String> {
    let mut first: HashMap<String, &String> = HashMap::new();
    let mut shared = HashSet::new();
    for (key, said) in told {
        match first.get(&key) {
            Some(before) if *before != said => {
                shared.insert(key);
            }
            Some(_) => {}
            None => {
                first.insert(key, said);
            }
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Id, address and title of an entry.
    type Told<'a> = (&'a str, &'a str, &'a str);

    fn entry((guid, url, title): Told<'_>) -> Candidate {
        Candidate { guid: guid.into(), url: url.into(), title: title.into(), ..Candidate::default() }
    }

    fn told(entries: &[Told<'_>]) -> (Vec<String>, Vec<String>) {
        let mut candidates: Vec<Candidate> = entries.iter().copied().map(entry).collect();
        tell_apart(&mut candidates, "https://a.example/feed");
        let keys = candidates.iter().map(entry_key).collect();
        (keys, candidates.into_iter().map(|candidate| candidate.identity).collect())
    }

    #[test]
    fn entries_that_share_something_are_told_apart_by_the_rest() {
        let page = "https://a.example/notes";
        let cases: [(&str, [Told<'_>; 2], bool); 7] = [
            ("pages of their own", [("1", "https://a.example/1", "a"), ("2", "https://a.example/2", "b")], false),
            (
                "a host below the feed's",
                [("", "https://b.a.example/1", "a"), ("", "https://www.a.example/2", "b")],
                false,
            ),
            ("one page, ids", [("1", page, "a"), ("2", page, "b")], true),
            ("one page, no ids", [("", page, "a"), ("", page, "b")], true),
            ("one id, one page", [("1", page, "a"), ("1", page, "b")], true),
            ("places of one page", [("", "https://a.example/log#1", "a"), ("", "https://a.example/log#2", "b")], true),
            ("links to others", [("", "https://x.example/1", "a"), ("", "https://y.example/2", "b")], true),
        ];
        for (case, entries, by_feed) in cases {
            let (keys, identities) = told(&entries);
            assert_ne!(keys[0], keys[1], "{case}");
            assert_eq!(identities.iter().all(|identity| !identity.is_empty()), by_feed, "{case}: {identities:?}");
            assert!(!by_feed || identities[0] != identities[1], "{case}");
        }
    }

    #[test]
    fn one_id_on_pages_of_their_own_is_none() {
        let (keys, identities) = told(&[("7", "https://a.example/1", "a"), ("7", "https://a.example/2", "b")]);
        assert_ne!(keys[0], keys[1]);
        assert!(identities.iter().all(String::is_empty), "{identities:?}");
    }

    #[test]
    fn a_bridge_names_articles_of_wechat() {
        let link = "https://mp.weixin.qq.com/s?__biz=MzA=&mid=1&idx=1";
        assert_eq!(told(&[("", link, "a")]).1, [""]);
    }
}
