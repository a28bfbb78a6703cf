use boji_clean::model::{Candidate, Date, FoundBy, Timestamp, WeChatLink, canonical_url};
use boji_clean::text::{has_letters, letters};
use url::Url;

use crate::model::{Entry, EntryStatus};

/// Longest key kept as it is, in bytes; a longer one is hashed.
const MAX_KEY_BYTES: usize = 500;

/// Identity of an entry within its source: its guid, else its address, else a hash of title, date and words.
///
/// A guid or address that is a URL counts without the ways in which feeds let the same URL vary: scheme, tracking
/// parameters, WeChat's tokens. A fragment stays, because some sites tell their entries apart by nothing else.
pub fn entry_key(candidate: &Candidate) -> String {
    let (guid, url) = (candidate.guid.trim(), candidate.url.trim());
    let is_listed = matches!(candidate.found_by, Some(FoundBy::ListPage | FoundBy::Sitemap));
    let key = if is_listed && !guid.is_empty() {
        // What its list knows it by.
        guid.to_owned()
    } else if !guid.is_empty() {
        stable_url(guid).unwrap_or_else(|| guid.to_owned())
    } else if !url.is_empty() {
        stable_url(url).unwrap_or_else(|| url.to_owned())
    } else {
        own_words(candidate, "")
    };
    if key.len() > MAX_KEY_BYTES { hash(&[&key]) } else { key }
}

/// What tells an entry from others where it has no id of its own: a hash of title, day and words, and of the address when it has
/// that alone.
pub(super) fn own_words(candidate: &Candidate, own_address: &str) -> String {
    let (day, words) = (day(candidate.published), words(candidate));
    let parts = [candidate.title.as_str(), &day, &words, own_address];
    hash(if own_address.is_empty() { &parts[..3] } else { &parts })
}

/// Least letters of words that tell entries of the same title and day apart.
const MIN_LETTERS_OF_WORDS: usize = 20;

/// Hash by which an entry is known again when its source gives it another id and another address: of its title, its day and its
/// words. Words from a place for abstracts may be the same in each entry: with them its time of day counts. "" when it says too
/// little to be told from others.
///
/// Of an entry without id and address the title does not count: that is all that can be edited of it.
pub(crate) fn words_hash(candidate: &Candidate) -> String {
    let words = words(candidate);
    let is_text = !candidate.body.trim().is_empty() && !candidate.is_abstract;
    let date = candidate.published.or(candidate.modified);
    let at = if is_text { day(date) } else { time(date) };
    if !has_letters(&words, MIN_LETTERS_OF_WORDS) || (at.is_empty() && !is_text) {
        return String::new();
    }
    let is_unnamed = candidate.guid.trim().is_empty() && candidate.url.trim().is_empty();
    hash(&[if is_unnamed { "" } else { &candidate.title }, &at, &words])
}

/// The key that an entry had while no other shared its address; `None` for one that is known by an id.
pub(crate) fn former_key(candidate: &Candidate) -> Option<String> {
    if !candidate.guid.starts_with(HASH) || candidate.url.is_empty() {
        return None;
    }
    let own_address = canonical_url(&candidate.url).unwrap_or_default();
    let is_told_by_words = ["", &own_address].iter().any(|address| candidate.guid == own_words(candidate, address));
    let (url, found_by) = (candidate.url.clone(), candidate.found_by);
    is_told_by_words.then(|| entry_key(&Candidate { url, found_by, ..Candidate::default() }))
}

/// Hash of what an entry says: another one means that it was edited. Only words count, not markup, whose links and
/// pictures carry tokens that change with every poll. The date of change counts when the entry has no text of its own
/// to compare.
///
/// What a list page or a sitemap calls a page are not its words: of those only the date of change counts.
pub(crate) fn entry_fingerprint(candidate: &Candidate) -> String {
    if matches!(candidate.found_by, Some(FoundBy::ListPage | FoundBy::Sitemap)) {
        return hash(&[&entry_key(candidate), &date(candidate.modified)]);
    }
    let modified = if candidate.body.is_empty() { date(candidate.modified) } else { String::new() };
    hash(&[
        &candidate.title,
        &stable_url(&candidate.url).unwrap_or_else(|| candidate.url.clone()),
        &date(candidate.published),
        &modified,
        &words(candidate),
    ])
}

fn stable_url(raw: &str) -> Option<String> {
    let canonical = canonical_url(raw)?;
    if WeChatLink::parse(raw).is_some() {
        return Some(canonical);
    }
    let secure = match canonical.strip_prefix("http://") {
        Some(rest) => format!("https://{rest}"),
        None => canonical,
    };
    let url = Url::parse(raw.trim()).ok()?;
    Some(match url.fragment() {
        Some(fragment) if !fragment.is_empty() && !fragment.contains("utm_") => format!("{secure}#{fragment}"),
        _ => secure,
    })
}

/// The letters of the body, else of the abstract, outside of tags. Rough, but the same for the same words.
fn words(candidate: &Candidate) -> String {
    let markup = if candidate.body.is_empty() { &candidate.summary } else { &candidate.body };
    let mut outside = String::with_capacity(markup.len());
    let (mut rest, mut is_inside) = (markup.as_str(), false);
    while let Some(at) = rest.find(['<', '>']) {
        let (piece, behind) = rest.split_at(at);
        if !is_inside {
            outside.push_str(piece);
        }
        is_inside = behind.starts_with('<');
        // Both brackets are one byte.
        rest = behind.get(1..).unwrap_or_default();
    }
    if !is_inside {
        outside.push_str(rest);
    }
    let mut words = String::with_capacity(outside.len());
    words.extend(letters(&outside));
    words
}

fn date(date: Option<Date>) -> String {
    date.map_or_else(String::new, Date::to_utc)
}

/// The day alone: a feed without ids often prints the same date in several ways.
fn day(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_utc().chars().take("2024-05-01".len()).collect())
}

/// The instant, "" where only a day is told, or its midnight.
fn time(date: Option<Date>) -> String {
    match date {
        Some(date @ Date::Moment { .. }) if !date.to_string().contains("T00:00:00") => date.to_utc(),
        _ => String::new(),
    }
}

fn hash(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        // The length first, so that no two lists of parts run into the same bytes.
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    format!("{HASH}{}", hasher.finalize().to_hex())
}

/// How each hash begins.
const HASH: &str = "b3:";

/// An entry that nobody has worked on, due at once.
pub(crate) fn waiting_entry(source_id: &str, key: String, candidate: Candidate, now: Timestamp) -> Entry {
    Entry {
        source_id: source_id.to_owned(),
        key,
        fingerprint: entry_fingerprint(&candidate),
        words_hash: words_hash(&candidate),
        candidate,
        status: EntryStatus::Pending,
        outcome: None,
        skipped_by: String::new(),
        tries: 0,
        next_due: now,
        article_id: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_page_on_a_list_is_known_by_what_its_list_knows() {
        let url = "https://a.example/mill?ref=home".to_owned();
        let listed = Candidate {
            guid: "https://a.example/mill".into(),
            url,
            found_by: Some(FoundBy::ListPage),
            ..Candidate::default()
        };
        assert_eq!(entry_key(&listed), "https://a.example/mill");
    }

    fn entry(guid: &str, url: &str, title: &str, body: &str) -> Candidate {
        Candidate { guid: guid.into(), url: url.into(), title: title.into(), body: body.into(), ..Candidate::default() }
    }

    #[test]
    fn the_same_entry_has_one_key() {
        let cases = [
            ("https://a.example/p?id=1", "http://a.example/p?id=1&utm_source=rss"),
            ("https://a.example/p", "http://A.example/p#utm_medium=feed"),
            ("tag:a.example,2024:1", " tag:a.example,2024:1 "),
            (
                "https://mp.weixin.qq.com/s?__biz=Mz==&mid=2&idx=1&sn=ab",
                "http://mp.weixin.qq.com/s?__biz=Mz==&amp;mid=2&amp;idx=1&amp;sn=ab&amp;chksm=f1#wechat_redirect",
            ),
        ];
        for (one, other) in cases {
            let key = entry_key(&entry(one, "https://x.example/", "", ""));
            assert_eq!(key, entry_key(&entry(other, "https://y.example/", "", "")), "{other}");
            assert_eq!(key, entry_key(&entry("", other, "", "")), "{other} as address");
        }
    }

    #[test]
    fn other_entries_have_other_keys() {
        let entries = [
            entry("1", "https://a.example/", "", ""),
            entry("2", "https://a.example/", "", ""),
            entry("", "https://a.example/changes#v1", "", ""),
            entry("", "https://a.example/changes#v2", "", ""),
            entry("", "https://a.example/p?id=1", "", ""),
            entry("", "https://a.example/p?id=2", "", ""),
            entry("", "", "一", "<p>甲</p>"),
            entry("", "", "一", "<p>乙</p>"),
            entry("", "", "二", "<p>甲</p>"),
            Candidate { published: Date::day(2024, 5, 1), ..entry("", "", "一", "<p>甲</p>") },
            entry(&"x".repeat(600), "", "", ""),
            entry(&"x".repeat(601), "", "", ""),
        ];
        let keys: std::collections::BTreeSet<String> = entries.iter().map(entry_key).collect();
        assert_eq!(keys.len(), entries.len(), "{keys:#?}");
        assert!(keys.iter().all(|key| key.len() <= MAX_KEY_BYTES));
    }

    #[test]
    fn an_edit_changes_the_fingerprint_and_a_token_does_not() {
        let body = "<p>正文 <img src='https://i.example/1?token=a'></p>";
        let base = entry("1", "https://a.example/p", "题", body);
        let same = [
            entry("1", "http://a.example/p?utm_source=x", "题", body),
            entry("1", "https://a.example/p", "题", "<div>正文<img src='https://i.example/1?token=b'/></div>"),
            Candidate { modified: Date::day(2024, 5, 1), ..base.clone() },
            Candidate { summary: "别的".into(), tags: vec!["新".into()], ..base.clone() },
        ];
        let edited = [
            entry("1", "https://a.example/p", "新题", body),
            entry("1", "https://a.example/p", "题", "<p>改过的正文</p>"),
            entry("1", "https://a.example/q", "题", body),
            Candidate { published: Date::day(2024, 5, 1), ..base.clone() },
        ];
        let fingerprint = entry_fingerprint(&base);
        assert!(same.iter().all(|one| entry_fingerprint(one) == fingerprint));
        assert!(edited.iter().all(|one| entry_fingerprint(one) != fingerprint));

        let bare = entry("1", "https://a.example/p", "题", "");
        let touched = Candidate { modified: Date::day(2024, 5, 1), ..bare.clone() };
        assert_ne!(entry_fingerprint(&bare), entry_fingerprint(&touched));
    }

    #[test]
    fn another_text_of_a_link_is_no_edit_and_another_lastmod_is() {
        let listed = |found_by: FoundBy, title: &str, changed: Option<Date>| {
            let candidate = entry("", "https://a.example/p", title, "");
            entry_fingerprint(&Candidate { found_by: Some(found_by), modified: changed, ..candidate })
        };
        for kind in [FoundBy::ListPage, FoundBy::Sitemap] {
            assert_eq!(listed(kind, "题", None), listed(kind, "置顶：题", None), "{kind}");
            assert_ne!(listed(kind, "题", None), listed(kind, "题", Date::day(2026, 5, 1)), "{kind}");
        }
    }

    proptest! {
        #[test]
        fn a_key_used_as_guid_gives_the_same_key(guid in "\\PC{0,40}|https?://[a-z]{1,5}\\.example/[a-z0-9/]{0,9}(\\?[a-z]=[0-9]&utm_source=x)?(#[a-z]{1,3})?") {
            let key = entry_key(&entry(&guid, "https://a.example/", "", ""));
            prop_assert_eq!(entry_key(&entry(&key, "https://a.example/", "", "")), key);
        }

        #[test]
        fn any_markup_is_taken(body in "\\PC{0,60}|(<|>|a|&|一){0,20}") {
            let one = entry("", "", "t", &body);
            prop_assert_eq!(entry_key(&one), entry_key(&one.clone()));
            prop_assert_eq!(entry_fingerprint(&one).len(), 67);
        }
    }
}
