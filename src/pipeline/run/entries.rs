use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use boji_clean::clean::clean_entry;
use boji_clean::model::{Candidate, Date, PageState, Timestamp, WeChatLink};

use super::same_article::{self, Before};
use super::skipped::{is_taken_back, skipped};
use crate::dedup;
use crate::discover::Step;
use crate::model::{Capture, Entry, EntryRules, EntryStatus, Outcome, Source, SourceKind, SourceState, Submission};
use crate::pipeline::engine::Engine;
use crate::pipeline::error::RunError;
use crate::pipeline::report::SourceReport;
use crate::pipeline::submit;
use crate::store::Batch;

/// What a source named: what is to be worked on, and what is only to be known.
pub(super) struct Named {
    candidates: Vec<Candidate>,
    passed_over: Vec<Candidate>,
}

/// What a step names, taken out of it.
pub(super) fn named_in(step: &mut Step) -> Named {
    Named { candidates: std::mem::take(&mut step.candidates), passed_over: std::mem::take(&mut step.passed_over) }
}

/// Writes what a source named: its text when the source carries it, a waiting entry for the page when not. The answer
/// that it was read from, the entries, the articles and the cursor of the discovery are one transaction.
pub(super) async fn take_candidates(
    engine: &Engine,
    source: &Source,
    state: &mut SourceState,
    named: Named,
    capture: Option<&Arc<Capture>>,
    report: &mut SourceReport,
) -> Result<(), RunError> {
    let now = engine.clock.now();
    let is_first = state.known_since == Timestamp::default();
    let Named { candidates, passed_over } = named;
    let Sorted { fresh, settled, kept_out, former_keys, published } =
        sort(engine, source, candidates, now, is_first).await?;
    let is_news = !fresh.is_empty();
    report.skipped(kept_out.len());
    state.note_published(published);
    let mut batch = Batch {
        source_states: vec![(source.id.clone(), state.clone())],
        entries: settled
            .into_iter()
            .chain(kept_out)
            .chain(passed_over.into_iter().map(|it| only_known(source, it, now)))
            .collect(),
        renamed: former_keys.into_iter().map(|key| (source.id.clone(), key)).collect(),
        ..Batch::default()
    };
    let wants_pages = |candidate: &Candidate| source.fetch_pages || (is_abstract(candidate) && state.gives_abstracts());
    let (mut texts, pages): (Vec<_>, Vec<_>) = fresh
        .into_iter()
        .partition(|entry| has_text(&entry.candidate, wants_pages(&entry.candidate)) && capture.is_some());
    // Of a source that is not known yet, the pages of a few are asked for as well.
    let compared: BTreeSet<String> = texts
        .iter()
        .filter(|entry| is_abstract(&entry.candidate))
        .map(|entry| entry.key.clone())
        .take(state.abstracts_to_compare(now))
        .collect();
    for entry in &mut texts {
        entry.candidate.is_abstract &= !entry.candidate.url.is_empty();
    }
    let (pages, empty): (Vec<_>, Vec<_>) = pages.into_iter().partition(|entry| !entry.candidate.url.is_empty());
    let told = empty.iter().map(|entry| format!("an entry has neither address nor text: {}", entry.candidate.title));
    report.oddities.extend(told);
    let source_id = source.id.clone();
    if let Some(capture) = capture {
        let answer = Carrier::whole(capture);
        for mut entry in pages {
            // Where the text is that the source carries of it stays known while it waits for its page.
            if !entry.candidate.body.trim().is_empty() {
                let carrier = Carrier::of(&mut entry.candidate, &answer);
                entry.candidate.body_capture.clone_from(&carrier.hash);
                batch.captures.extend(carrier.into_own(&answer).map(|own| (source_id.clone(), own)));
            }
            batch.entries.push(without_body(entry));
        }
        for (entry, carrier, submission) in judge(engine, source, texts, &answer).await? {
            batch.captures.extend(carrier.into_own(&answer).map(|own| (source_id.clone(), own)));
            let mut entry = without_body(entry);
            if let Some(submission) = submission {
                if compared.contains(&entry.key) {
                    entry.candidate.body_capture.clone_from(&submission.capture_hash);
                } else {
                    entry.status = EntryStatus::Done;
                }
                entry.outcome = Some(Outcome::Page(PageState::Article));
                entry.article_id = submission.article.id();
                submit::add(&mut batch, submission);
            } else if entry.candidate.url.is_empty() {
                entry.status = EntryStatus::Closed;
                entry.outcome = Some(Outcome::Page(PageState::NotArticle));
                report.other(Outcome::Page(PageState::NotArticle));
            }
            batch.entries.push(entry);
        }
        // An answer that told nothing new teaches nothing later either; some differ with every poll. And of a sitemap, which may
        // be large, the entries have all that it tells.
        if is_news && source.kind != SourceKind::Sitemap {
            batch.captures.push((source_id, Capture::clone(capture)));
        }
    } else {
        batch.entries.extend(pages.into_iter().map(without_body));
    }
    report.count_articles(&engine.commit(batch, capture.map_or("", |capture| &capture.url)).await?);
    Ok(())
}

/// An entry that nobody asks for, until a person does.
fn only_known(source: &Source, candidate: Candidate, now: Timestamp) -> Entry {
    let key = dedup::entry_key(&candidate);
    Entry { status: EntryStatus::Closed, ..dedup::waiting_entry(&source.id, key, candidate, now) }
}

/// An entry with the capture that its text can be read from again, and the article that it makes.
type Judged = (Entry, Carrier, Option<Submission>);

/// How many texts of a feed are cleaned in one piece: the time that a piece may take is for a page, and a feed can have thousands.
const TEXTS_AT_ONCE: usize = 20;

/// The articles that the texts of entries make, each with the capture that it can be made from again.
async fn judge(engine: &Engine, source: &Source, texts: Vec<Entry>, answer: &Carrier) -> Result<Vec<Judged>, RunError> {
    let before = Arc::new(same_article::before(engine, source, &texts).await?);
    let mut judged = Vec::with_capacity(texts.len());
    let mut texts = texts.into_iter().peekable();
    while texts.peek().is_some() {
        let piece: Vec<Entry> = texts.by_ref().take(TEXTS_AT_ONCE).collect();
        judged.extend(judge_piece(engine, source, piece, Arc::clone(&before), answer).await?);
    }
    Ok(judged)
}

async fn judge_piece(
    engine: &Engine,
    source: &Source,
    texts: Vec<Entry>,
    before: Arc<BTreeMap<String, Before>>,
    answer: &Carrier,
) -> Result<Vec<Judged>, RunError> {
    let (answer, source) = (answer.clone(), source.clone());
    engine
        .compute(move |knowledge| {
            let judge = |mut entry: Entry| {
                let carrier = Carrier::of(&mut entry.candidate, &answer);
                let context = knowledge.of_candidate(&entry.candidate);
                let article = clean_entry(&entry.candidate, &context, &knowledge.rules).article;
                let mut submission = article.map(|article| Submission {
                    is_of_feed: true,
                    ..submit::submission_of(article, &source.id, &carrier.capture, carrier.hash.clone(), knowledge)
                });
                if let Some(submission) = &mut submission {
                    same_article::settle_key(submission, &entry, &source, &before);
                }
                (entry, carrier, submission)
            };
            texts.into_iter().map(judge).collect()
        })
        .await
}

/// The capture from which the text of an entry can be read again, with the hash of its body.
#[derive(Clone)]
struct Carrier {
    capture: Arc<Capture>,
    hash: String,
}

impl Carrier {
    /// The whole answer, hashed once for all of its entries.
    fn whole(answer: &Arc<Capture>) -> Self {
        Self { capture: Arc::clone(answer), hash: answer.body_hash() }
    }

    /// One of the entry alone, where the answer that named it can be divided, so that nobody has to read a whole feed for
    /// one of its entries.
    fn of(candidate: &mut Candidate, answer: &Self) -> Self {
        let excerpt = std::mem::take(&mut candidate.excerpt);
        if excerpt.is_empty() {
            return answer.clone();
        }
        let capture = Capture::excerpt(&answer.capture, excerpt);
        Self { hash: capture.body_hash(), capture: Arc::new(capture) }
    }

    /// Its capture, when it is to be stored by itself.
    fn into_own(self, answer: &Self) -> Option<Capture> {
        (!Arc::ptr_eq(&self.capture, &answer.capture)).then(|| Arc::unwrap_or_clone(self.capture))
    }
}

/// Whether the source's own words are the article: its full text, unless the page is wanted; and whatever there is when
/// no page is named.
fn has_text(candidate: &Candidate, fetch_pages: bool) -> bool {
    let (body, summary) = (!candidate.body.trim().is_empty(), !candidate.summary.trim().is_empty());
    if candidate.url.is_empty() { body || summary } else { body && !fetch_pages }
}

/// Whether the text that a source carries stood in a place for abstracts, and its page may say more. What bridges carry of
/// WeChat is whole, and the platform is asked for nothing that it need not be.
fn is_abstract(candidate: &Candidate) -> bool {
    candidate.is_abstract && !candidate.url.is_empty() && WeChatLink::parse(&candidate.url).is_none()
}

/// The capture keeps the text; an entry that waits, or is done, need not.
fn without_body(mut entry: Entry) -> Entry {
    entry.candidate.body.clear();
    entry.candidate.summary.clear();
    entry.candidate.excerpt.clear();
    entry
}

/// What a source named, by what is to be done with it.
#[derive(Default)]
struct Sorted {
    /// Entries to work on, in the source's order: those that are new or were edited.
    fresh: Vec<Entry>,
    /// Entries that have but another id or address than before, or a hash that they had not, and nothing to be done.
    settled: Vec<Entry>,
    /// Entries that a rule of the source keeps out, with the rule.
    kept_out: Vec<Entry>,
    /// The keys that entries of these kinds had.
    former_keys: Vec<String>,
    /// When entries were published that nobody has seen before, in seconds since 1970.
    published: Vec<i64>,
}

/// Sorts what a source named, each key once.
async fn sort(
    engine: &Engine,
    source: &Source,
    candidates: Vec<Candidate>,
    now: Timestamp,
    is_first: bool,
) -> Result<Sorted, RunError> {
    let (source_id, fetch_pages, rules) = (source.id.clone(), source.fetch_pages, EntryRules::of(source));
    engine
        .store
        .with(move |store| {
            let named: BTreeSet<String> = candidates.iter().map(dedup::entry_key).collect();
            let mut seen = BTreeSet::new();
            let mut sorted = Sorted::default();
            // What the source names no more, by what it said; each is taken once.
            let mut unnamed: HashMap<String, Vec<Entry>> = HashMap::new();
            for candidate in candidates {
                let key = dedup::entry_key(&candidate);
                if !seen.insert(key.clone()) {
                    continue;
                }
                let known = store.entry(&source_id, &key)?;
                // It stood alone at its address when it was seen first.
                let former = if known.is_some() { None } else { dedup::former_key(&candidate) };
                if let Some(former) = former
                    && let Some(former) = store.entry(&source_id, &former)?
                    && former.fingerprint == dedup::entry_fingerprint(&candidate)
                {
                    continue;
                }
                let words_hash = dedup::words_hash(&candidate);
                let against = rules.against(&candidate);
                let mut keep_out = |candidate: Candidate, key: String, rule: String| {
                    let entry = without_body(dedup::waiting_entry(&source_id, key, candidate, now));
                    sorted.kept_out.push(skipped(entry, rule));
                };
                if let Some(known) = known {
                    if let Some(rule) = against.filter(|_| known.article_id.is_empty()) {
                        let is_news = known.fingerprint != dedup::entry_fingerprint(&candidate);
                        if is_news || known.status == EntryStatus::Pending {
                            keep_out(candidate, key, rule);
                        }
                        continue;
                    }
                    let is_older = known.words_hash.is_empty() && !words_hash.is_empty();
                    let edited = sort_candidate(&source_id, key, candidate, Some(known.clone()), now);
                    if edited.is_none() && is_older {
                        // Written before entries were known by their words.
                        sorted.settled.push(Entry { words_hash, ..known });
                    }
                    sorted.fresh.extend(edited);
                    continue;
                }
                let alike = match unnamed.entry(words_hash) {
                    Occupied(alike) => alike.into_mut(),
                    Vacant(place) => {
                        let mut alike = store.entries_that_say(&source_id, place.key())?;
                        alike.retain(|entry| !named.contains(&entry.key));
                        alike.reverse();
                        place.insert(alike)
                    }
                };
                // It goes by another key now.
                let before = alike.pop();
                if before.is_none() {
                    sorted.published.extend(published_at(&candidate, now, is_first));
                }
                sorted.former_keys.extend(before.as_ref().map(|entry| entry.key.clone()));
                match before {
                    before if against.is_some() && before.as_ref().is_none_or(|it| it.article_id.is_empty()) => {
                        keep_out(candidate, key, against.unwrap_or_default());
                    }
                    Some(before) if is_renamed(&before, &candidate, fetch_pages) => {
                        sorted.settled.push(renamed(before, key, candidate));
                    }
                    before => sorted.fresh.extend(sort_candidate(&source_id, key, candidate, before, now)),
                }
            }
            Ok(sorted)
        })
        .await
}

/// When an entry was published, in seconds since 1970: a day without a time is its midnight. What has no date came now, unless it
/// was there when the source was read first.
fn published_at(candidate: &Candidate, now: Timestamp, is_first: bool) -> Option<i64> {
    let stated = candidate.published.or(candidate.modified).map(Date::instant);
    let seen = (!is_first).then_some(now);
    stated.or(seen).map(|at| at.min(now).as_seconds())
}

/// Whether nothing is to be done for an entry because of its new name: it has another id alone, or all is done and it says what
/// it said before. One without a fingerprint is to be read again; and where pages are asked for, words without a date are no
/// witness for another page.
fn is_renamed(before: &Entry, candidate: &Candidate, fetch_pages: bool) -> bool {
    let is_dated = candidate.published.or(candidate.modified).is_some();
    before.fingerprint == dedup::entry_fingerprint(candidate)
        || (before.status == EntryStatus::Done
            && !before.fingerprint.is_empty()
            && (is_dated || !fetch_pages)
            && before.candidate.title == candidate.title)
}

fn renamed(before: Entry, key: String, candidate: Candidate) -> Entry {
    let fingerprint = dedup::entry_fingerprint(&candidate);
    let candidate = Candidate { body_capture: before.candidate.body_capture.clone(), ..candidate };
    without_body(Entry { key, candidate, fingerprint, ..before })
}

/// Old and new word of a source about one thing → an entry to work on, or nothing to do.
fn sort_candidate(
    source_id: &str,
    key: String,
    candidate: Candidate,
    known: Option<Entry>,
    now: Timestamp,
) -> Option<Entry> {
    let waiting = dedup::waiting_entry(source_id, key, candidate, now);
    match known {
        None => Some(waiting),
        Some(known) if known.fingerprint == waiting.fingerprint && !is_taken_back(&known) => None,
        // Edited: worked on again, as a revision of the article it already led to.
        Some(known) => Some(Entry { article_id: known.article_id, ..waiting }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_without_a_page_is_taken_by_whatever_it_says() {
        let said = |url: &str, body: &str, summary: &str| Candidate {
            url: url.into(),
            body: body.into(),
            summary: summary.into(),
            ..Candidate::default()
        };
        let cases = [
            (said("u", "text", ""), false, true),
            (said("u", "text", ""), true, false),
            (said("u", "", "abstract"), false, false),
            (said("", "text", ""), true, true),
            (said("", " ", "abstract"), false, true),
            (said("", "", ""), false, false),
        ];
        for (candidate, fetch_pages, want) in cases {
            assert_eq!(has_text(&candidate, fetch_pages), want, "{candidate:?}");
        }
    }

    #[test]
    fn an_entry_is_worked_on_when_it_is_new_or_edited() {
        let now = Timestamp::from_seconds(9);
        let said = |title: &str| Candidate { guid: "g".into(), title: title.into(), ..Candidate::default() };
        let new = sort_candidate("s", "k".into(), said("one"), None, now).expect("new");
        let done = Entry { status: EntryStatus::Done, article_id: "a".into(), ..new };
        assert_eq!(sort_candidate("s", "k".into(), said("one"), Some(done.clone()), now), None);
        let edited = sort_candidate("s", "k".into(), said("two"), Some(done), now).expect("edited");
        assert_eq!((edited.status, edited.article_id.as_str(), edited.next_due), (EntryStatus::Pending, "a", now));
    }
}
