use boji_clean::clean::{Cleaned, clean_entry};
use boji_clean::model::{Article, Candidate, Issue, IssueCode, PageState};
use boji_clean::text::count_letters;

use crate::config;
use crate::dedup;
use crate::discover::{self, Query};
use crate::fetch::Purpose;
use crate::model::{Capture, Entry, Schedule, Source, SourceKind, Submission};
use crate::pipeline::engine::Engine;
use crate::pipeline::error::RunError;
use crate::pipeline::knowledge::Knowledge;
use crate::pipeline::submit;

/// How much longer, in percent, a feed's text must be than its page's to be taken instead: less is a difference in what
/// the two leave out, and the page knows more about its article.
const LONGER_PERCENT: usize = 20;

/// The flag of an article that is made of an abstract, for its page did not come.
pub(in crate::pipeline) const EXCERPT: &str = "excerpt";

/// The feed in which the text of an entry stands, when the source carries it and its page was asked for all the same.
pub(super) async fn carrier(engine: &Engine, entry: &Entry) -> Result<Option<Capture>, RunError> {
    let hash = entry.candidate.body_capture.clone();
    if hash.is_empty() {
        return Ok(None);
    }
    engine.store.with(move |store| store.capture(&hash)).await
}

/// An entry as its own capture has it, or that of its whole feed, with its text; `None` when the capture is no feed, or
/// holds no text of it. It is known by its key and the hash of its words.
pub(in crate::pipeline) fn entry_in(
    source: &Source,
    capture: &Capture,
    (key, words_hash): (&str, &str),
) -> Option<Candidate> {
    if source.kind != SourceKind::Feed {
        return None;
    }
    let ask = Query {
        url: source.url.clone(),
        purpose: Purpose::Feed,
        is_conditional: false,
        page: 1,
        cursor: String::new(),
        is_older: false,
    };
    let step = discover::of_kind(source.kind).read(source, &ask, capture, &|_| false);
    // An entry alone is the one, even where the feed of today would tell it apart by something else.
    let is_alone = step.candidates.len() == 1;
    // In a whole feed it may have had another key when that came.
    let says_it = |candidate: &Candidate| !words_hash.is_empty() && dedup::words_hash(candidate) == words_hash;
    let is_it = |candidate: &Candidate| is_alone || dedup::entry_key(candidate) == key;
    let at = step.candidates.iter().position(is_it).or_else(|| step.candidates.iter().position(says_it))?;
    step.candidates.into_iter().nth(at)
}

/// The entry of a feed that was cut out of it, as [`Capture::is_excerpt`] tells; `None` when it holds none.
pub(in crate::pipeline) fn entry_alone(excerpt: &Capture) -> Option<Candidate> {
    let url = excerpt.final_url();
    let source = Source::new(SourceKind::Feed, "", url, Schedule::Every(0));
    let source = Source { time_zone_minutes: config::default_time_zone(url), ..source };
    entry_in(&source, excerpt, ("", ""))
}

/// The article that the text in a feed makes, ready for the store.
pub(super) fn submission(source: &Source, feed: &Capture, entry: &Entry, knowledge: &Knowledge) -> Option<Submission> {
    let found = entry_in(source, feed, (&entry.key, &entry.words_hash))?;
    // Alone in its capture it does not show what it shares with others.
    let candidate = Candidate { identity: entry.candidate.identity.clone(), ..found };
    let article = clean_entry(&candidate, &knowledge.of_candidate(&candidate), &knowledge.rules).article?;
    Some(Submission { is_of_feed: true, ..submit::submission(article, &source.id, feed, knowledge) })
}

/// The same for an entry whose page will not come.
pub(super) async fn text_of(engine: &Engine, source: &Source, entry: &Entry) -> Result<Option<Submission>, RunError> {
    let Some(feed) = carrier(engine, entry).await? else { return Ok(None) };
    let (source, entry) = (source.clone(), entry.clone());
    engine
        .compute(move |knowledge| {
            let mut submission = submission(&source, &feed, &entry, knowledge)?;
            // Nobody has seen whether it is the whole.
            if entry.candidate.is_abstract {
                submission.article.flags.push(EXCERPT.to_owned());
                submission.article.flags.sort();
            }
            Some(submission)
        })
        .await
}

/// Whether a feed's text is but a part of what the page says.
pub(super) fn is_shorter(page: &Article, feed: &Article) -> bool {
    count_letters(&page.text) * 100 > count_letters(&feed.text) * (100 + LONGER_PERCENT)
}

/// Whether the text in the feed is to be taken instead of what the page gave, and why. What was taken down stays down,
/// and a page that may still come is waited for.
pub(super) fn feed_is_richer(
    page: &Cleaned,
    page_text: Option<&Article>,
    feed: &Article,
    is_last_try: bool,
) -> Option<Issue> {
    let carried = count_letters(&feed.text);
    let message = if let Some(article) = page_text {
        let fetched = count_letters(&article.text);
        if carried * 100 <= fetched * (100 + LONGER_PERCENT) {
            return None;
        }
        format!("the feed's text has {carried} letters, its page's {fetched}: the feed's was taken")
    } else {
        let never_comes = match page.state {
            PageState::NotArticle | PageState::Expired | PageState::Invalid => true,
            PageState::Blocked | PageState::Unavailable => is_last_try,
            _ => false,
        };
        if !never_comes {
            return None;
        }
        format!("its page is {}: the feed's text was taken", page.state)
    };
    Some(Issue::new(IssueCode::TextFromFeed, message))
}
