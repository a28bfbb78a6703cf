use serde::{Deserialize, Serialize};
use url::Url;

/// How far the older pages of a feed or a list were walked, as a cursor keeps it. A walk that ends anywhere goes on from there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct OlderPages {
    /// The page to ask for next, "" when none is known.
    pub next: String,
    /// There is nothing older than what was read.
    pub done: bool,
    /// Short hashes of the addresses that were asked for, in order: a page that leads back to one of them ends the walk.
    asked: Vec<u32>,
    /// Hash of what the last page began with: a server that gives the same page under each number is not asked for ever.
    last: u32,
}

/// Pages of one source that are walked in all.
const MAX_PAGES: usize = 2_000;

impl OlderPages {
    /// What a cursor says; one of another kind says nothing.
    pub(super) fn parse(cursor: &str) -> Self {
        serde_json::from_str(cursor).unwrap_or_default()
    }

    /// Nobody has asked for older pages yet.
    pub(super) fn is_unbegun(&self) -> bool {
        *self == Self::default()
    }

    /// The cursor.
    pub(super) fn cursor(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The page to ask for now, and the walk as it stands until that is answered; `None` when there is nothing older. `older` is where
    /// the source said that its older pages begin, "" when that is not known and the source itself is to be asked.
    pub(super) fn go_on(self, source: &str, older: &str) -> Option<(String, Self)> {
        if self.done {
            None
        } else if !self.next.is_empty() {
            Some((self.next.clone(), self))
        } else if older.is_empty() {
            Some((source.to_owned(), self))
        } else {
            // What the source itself shows was asked for already, and said what comes behind.
            Some((older.to_owned(), self.after(source, older, "")))
        }
    }

    /// After a page was read: `older` is where it says that the older ones are, `first` what its first entry is known by.
    #[must_use]
    pub(super) fn after(mut self, asked: &str, older: &str, first: &str) -> Self {
        self.asked.push(hash(asked));
        let first = hash(first);
        let is_same = first == self.last;
        self.last = first;
        let is_over = older.is_empty() || is_same || self.asked.contains(&hash(older)) || self.asked.len() >= MAX_PAGES;
        self.next = if is_over { String::new() } else { older.to_owned() };
        self.done = is_over;
        self
    }

    /// After a page was not there: it was one too many.
    #[must_use]
    pub(super) fn ended(self) -> Self {
        Self { next: String::new(), done: true, ..self }
    }
}

fn hash(text: &str) -> u32 {
    blake3::hash(text.as_bytes()).as_bytes().iter().take(4).fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

/// Where the older entries of a feed are that does not say so: WordPress gives every feed in pages (`?paged=2`). "" for a feed of
/// another program.
pub(super) fn by_program(generator: &str, url: &str) -> String {
    if !generator.to_ascii_lowercase().contains("wordpress") {
        return String::new();
    }
    let Ok(mut address) = Url::parse(url) else { return String::new() };
    let (of_page, others): (Vec<_>, Vec<_>) = address.query_pairs().into_owned().partition(|(name, _)| name == "paged");
    let page: u32 = of_page.first().and_then(|(_, number)| number.parse().ok()).unwrap_or(1);
    let mut query = address.query_pairs_mut();
    query.clear();
    query.extend_pairs(others).append_pair("paged", &page.saturating_add(1).to_string());
    drop(query);
    address.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_ends_where_it_began_or_stands_still() {
        let start = OlderPages::default().after("/1", "/2", "a");
        assert_eq!((start.next.as_str(), start.done), ("/2", false));
        let second = OlderPages::parse(&start.cursor()).after("/2", "/3", "b");
        assert_eq!((second.next.as_str(), second.done), ("/3", false));
        for (older, first, why) in [("/1", "c", "a circle"), ("", "c", "the end"), ("/4", "b", "the same page again")] {
            let third = second.clone().after("/3", older, first);
            assert_eq!((third.next.as_str(), third.done), ("", true), "{why}");
        }
        assert_eq!(OlderPages::parse("After(3)"), OlderPages::default());
    }

    #[test]
    fn wordpress_gives_its_feeds_in_pages() {
        let wordpress = "https://wordpress.org/?v=6.6";
        let cases = [
            (wordpress, "https://a.example/feed/", "https://a.example/feed/?paged=2"),
            (wordpress, "https://a.example/feed/?paged=2", "https://a.example/feed/?paged=3"),
            (wordpress, "https://a.example/?feed=rss2&paged=9", "https://a.example/?feed=rss2&paged=10"),
            ("Hugo", "https://a.example/feed/", ""),
            (wordpress, "", ""),
        ];
        for (generator, url, want) in cases {
            assert_eq!(by_program(generator, url), want, "{generator} {url}");
        }
    }
}
