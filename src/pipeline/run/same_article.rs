use std::collections::BTreeMap;

use boji_clean::model::{Article, ArticleKey, Candidate, Date, WeChatLink, bare_host, canonical_url};
use boji_clean::text::{has_letters, kept_percent};
use url::Url;

use crate::dedup;
use crate::model::{Entry, Source, StoredArticle, Submission};
use crate::pipeline::engine::Engine;
use crate::pipeline::error::RunError;

/// What is stored of which an entry may be.
pub(super) enum Before {
    /// The article to which the entry itself led.
    ItsOwn(StoredArticle),
    /// The article at its address, to which another entry of its source led.
    Anothers(StoredArticle),
}

/// What is stored of which entries may be, by their keys: articles of their own source.
pub(super) async fn before(
    engine: &Engine,
    source: &Source,
    entries: impl IntoIterator<Item = &Entry>,
) -> Result<BTreeMap<String, Before>, RunError> {
    let asked: Vec<(String, String, bool)> = entries
        .into_iter()
        .filter_map(|entry| {
            let is_new = entry.article_id.is_empty();
            let id = if is_new { id_at_address(&entry.candidate)? } else { entry.article_id.clone() };
            Some((entry.key.clone(), id, is_new))
        })
        .collect();
    if asked.is_empty() {
        return Ok(BTreeMap::new());
    }
    let source_id = source.id.clone();
    engine
        .store
        .with(move |store| {
            let mut found = BTreeMap::new();
            for (key, id, is_new) in asked {
                let stored = match store.article(&id) {
                    // One that a disk has damaged tells nothing; its words are made anew when they come.
                    Err(error) if error.is_damage() => None,
                    stored => stored?,
                };
                let Some(stored) = stored.filter(|stored| stored.submission.source_id == source_id) else { continue };
                if !is_new {
                    found.insert(key, Before::ItsOwn(stored));
                } else if store.entries_of(&stored.id)?.iter().any(|one| one.source_id == source_id && one.key != key) {
                    found.insert(key, Before::Anothers(stored));
                }
            }
            Ok(found)
        })
        .await
}

/// The article that a text of a feed would be by its address. A link of WeChat's is an article's own.
fn id_at_address(candidate: &Candidate) -> Option<String> {
    if WeChatLink::parse(&candidate.url).is_some() {
        return None;
    }
    let identity =
        if candidate.identity.is_empty() { canonical_url(&candidate.url)? } else { candidate.identity.clone() };
    Some(ArticleKey::Url(identity).id())
}

/// Lets the words of a source's entry be those of the article that it led to, when they came under another address; and those
/// of an entry of its own, when another has the article at its address.
pub(super) fn settle_key(
    submission: &mut Submission,
    entry: &Entry,
    source: &Source,
    before: &BTreeMap<String, Before>,
) {
    match before.get(&entry.key) {
        Some(Before::ItsOwn(stored)) => {
            let old = &stored.submission.article;
            if old.key != submission.article.key && is_its_own(old, &submission.article) {
                submission.article.key = old.key.clone();
            }
        }
        Some(Before::Anothers(stored)) if submission.is_of_feed => {
            if !is_the_same(&stored.submission.article, &submission.article) {
                submission.article.key = ArticleKey::Url(dedup::own_identity(&source.url, &entry.key));
            }
        }
        Some(Before::Anothers(_)) | None => {}
    }
}

/// Whether the words of an entry's page are of the article to which it led before, once [`settle_key`] has looked; also when nothing
/// can be read of that.
pub(super) fn is_of_its_own(submission: &Submission, entry: &Entry, before: &BTreeMap<String, Before>) -> bool {
    let Some(Before::ItsOwn(stored)) = before.get(&entry.key) else { return true };
    let (old, new) = (&stored.submission.article, &submission.article);
    let keys = |article: &Article| std::iter::once(article.key.clone()).chain(article.aliases()).collect::<Vec<_>>();
    let known = keys(old);
    keys(new).iter().any(|key| known.contains(key))
}

/// Least percentage of a text that stands in another when both are of one article.
const LEAST_SHARED_PERCENT: usize = 33;

/// Least percentage of each of two texts that stands in the other when that alone tells that both are of one article: half of
/// what is written to a pattern is the same.
const NEARLY_ALL_PERCENT: usize = 80;

/// Letters from which on a text is compared.
const MIN_LETTERS: usize = 20;

/// Whether an entry that comes again with its id, under another address, is of the same article still. An id that a source
/// gives to whatever is first in its list leads to another one.
fn is_its_own(old: &Article, new: &Article) -> bool {
    if let (Some(old), Some(new)) = (place(&old.url), place(&new.url))
        && old == new
    {
        return true;
    }
    let (old_in_new, new_in_old) = (kept_percent(&old.text, &new.text), kept_percent(&new.text, &old.text));
    let is_short = [&old.text, &new.text].iter().any(|text| !has_letters(text, MIN_LETTERS));
    let is_untitled = old.title.is_empty() && new.title.is_empty();
    let has_its_title = old.title == new.title && (!is_untitled || is_of_its_day(old, new));
    let (shared, held) = (old_in_new.min(new_in_old), old_in_new.max(new_in_old));
    // Few words are alike by chance.
    (has_its_title && if is_short { !is_untitled } else { held >= LEAST_SHARED_PERCENT })
        || (!is_short && if is_of_its_day(old, new) { held } else { shared } >= NEARLY_ALL_PERCENT)
}

/// Whether an entry with another id is of the article at its address.
fn is_the_same(old: &Article, new: &Article) -> bool {
    if [&old.text, &new.text].iter().any(|text| !has_letters(text, MIN_LETTERS)) {
        return old.title == new.title && old.text == new.text;
    }
    let shared = kept_percent(&old.text, &new.text).min(kept_percent(&new.text, &old.text));
    let has_its_title = !old.title.is_empty() && old.title == new.title && is_of_its_day(old, new);
    shared >= if has_its_title { LEAST_SHARED_PERCENT } else { NEARLY_ALL_PERCENT }
}

fn is_of_its_day(old: &Article, new: &Article) -> bool {
    old.published.map(Date::local_day) == new.published.map(Date::local_day)
}

/// An address without what sites change of it and mean the same: scheme, `www.`, a slash at the end.
fn place(url: &str) -> Option<String> {
    let url = Url::parse(&canonical_url(url)?).ok()?;
    Some(format!("{}{}?{}", bare_host(&url), url.path().trim_end_matches('/'), url.query().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article((url, title, text, day): (&str, &str, &str, i8)) -> Article {
        Article {
            url: url.into(),
            title: title.into(),
            text: text.into(),
            published: Date::day(2026, 1, day),
            ..Article::bare(ArticleKey::Url(url.into()))
        }
    }

    const SACKS: &str =
        "The sacks were short by a rung this morning, and nobody had counted them since the carts came in.";
    const MORE: &str = "The sacks were short by a rung this morning, and nobody had counted them since the carts came in. \
        Then the miller came down with a lamp and a long face, and found the seventh one behind the door of the drying room.";
    const SIEVES: &str =
        "A sieve is known by its mesh; ours came from the tinker, who stayed for soup and left a bill.";
    /// Written to one pattern.
    const MONDAY: &str =
        "Prices at the mill today: wheat 20, rye 18, oats 9; the gate is open from six until the bell rings.";
    const TUESDAY: &str =
        "Prices at the mill today: wheat 31, rye 22, oats 14; the gate is open from six until the dusk falls.";

    #[test]
    fn an_id_tells_of_one_article_as_long_as_something_else_does() {
        let a = ("https://a.example/a", "Sacks", SACKS, 1);
        let cases = [
            ("another scheme, all rewritten", a, ("http://www.a.example/a/", "Sieves", SIEVES, 2), true),
            ("a token, and it grew", a, ("https://a.example/a?t=2", "Sacks", MORE, 1), true),
            ("another slug, and it grew", a, ("https://a.example/sacks", "Sacks", MORE, 1), true),
            ("another slug and title", a, ("https://a.example/sacks", "All sacks", SACKS, 1), true),
            ("no address, another title, and it grew", ("", "Sacks", SACKS, 1), ("", "All sacks", MORE, 1), true),
            ("no address, and it grew", ("", "Sacks", SACKS, 1), ("", "Sacks", MORE, 1), true),
            (
                "no words at first",
                ("https://a.example/a?t=1", "Sacks", "", 1),
                ("https://a.example/a?t=2", "Sacks", SACKS, 1),
                true,
            ),
            (
                "given to another note without a title",
                ("https://a.example/1", "", "Photo of day 1.", 1),
                ("https://a.example/2", "", "Photo of day 2.", 1),
                false,
            ),
            ("given to another", a, ("https://a.example/b", "Sieves", SIEVES, 2), false),
            (
                "given to another of one pattern",
                ("https://a.example/1", "Monday", MONDAY, 1),
                ("https://a.example/2", "Tuesday", TUESDAY, 2),
                false,
            ),
            (
                "the same, told by a parameter",
                ("https://a.example/?p=1", "Monday", MONDAY, 1),
                ("https://a.example/?p=2", "Tuesday", TUESDAY, 2),
                false,
            ),
            (
                "the same title for another",
                ("https://a.example/1", "Note", SACKS, 1),
                ("https://a.example/2", "Note", SIEVES, 2),
                false,
            ),
        ];
        for (name, old, new, want) in cases {
            assert_eq!(is_its_own(&article(old), &article(new)), want, "{name}");
        }
    }

    #[test]
    fn an_address_tells_of_one_article_as_long_as_the_words_do() {
        let at = "https://a.example/log";
        let cases = [
            ("another id at each build", (at, "Sacks", SACKS, 1), (at, "Sacks", SACKS, 1), true),
            ("and the title edited", (at, "Sacks", SACKS, 1), (at, "All sacks", SACKS, 1), true),
            ("and the text", (at, "Sacks", SACKS, 1), (at, "Sacks", MORE, 1), true),
            ("another of the same page", (at, "Sacks", SACKS, 1), (at, "Sieves", SIEVES, 1), false),
            ("another of one pattern", (at, "Monday", MONDAY, 1), (at, "Tuesday", TUESDAY, 2), false),
            ("another few words", (at, "Note", "Soon.", 1), (at, "Note", "Late.", 1), false),
            ("the same few words", (at, "Note", "Soon.", 1), (at, "Note", "Soon.", 1), true),
            ("another of one title", (at, "Prices", MONDAY, 1), (at, "Prices", TUESDAY, 2), false),
        ];
        for (name, old, new, want) in cases {
            assert_eq!(is_the_same(&article(old), &article(new)), want, "{name}");
        }
    }
}
