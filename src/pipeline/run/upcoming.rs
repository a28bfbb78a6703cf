use std::collections::BTreeMap;

use boji_clean::model::Timestamp;

use super::next_step::due_pages;
use super::plan::plan;
use super::waiting_looks::waiting_looks;
use crate::config::RunSettings;
use crate::fetch::Fetcher;
use crate::model::{Entry, HostState};
use crate::pipeline::error::RunError;
use crate::pipeline::report::SkipReason;
use crate::store::{Store, Waiting};

/// What the next run has to do, and when there is more of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Upcoming {
    /// A run would find work now.
    pub is_due: bool,
    /// When the first of the sources and pages that wait is due; `None` when nothing waits.
    pub next: Option<Timestamp>,
}

/// Pages of a source that are looked at, the longest due first.
const LOOKED_AT: usize = 50;

/// Looks what a run without arguments would find now, and later: the same sources and pages that it takes.
pub(crate) fn upcoming(store: &dyn Store, now: Timestamp, run: &RunSettings) -> Result<Upcoming, RunError> {
    let sources = store.sources()?;
    let plan = plan(&sources, &[], false, now, run);
    let hosts: BTreeMap<String, HostState> = store.hosts()?.into_iter().map(|host| (host.host.clone(), host)).collect();
    let mut upcoming = Upcoming { is_due: !plan.polls.is_empty(), next: None };
    for skipped in &plan.skipped {
        if skipped.why == SkipReason::NotDue {
            upcoming.wait_for(skipped.state.rhythm.next_allowed(skipped.state.next_due.max(now)));
        }
        if !skipped.why.leaves_pages() {
            continue;
        }
        let id = Some(skipped.source.id.as_str());
        let due = store.pending(id, due_pages(now, run), LOOKED_AT)?;
        // A host that rests refuses all of its pages, and not one of them is any further for having been asked for.
        let rests = |entry: &Entry| {
            let host = hosts.get(&Fetcher::host_of(&entry.candidate.url));
            let site = hosts.get(&Fetcher::site_of_url(&entry.candidate.url));
            host.into_iter().chain(site).filter(|host| host.rests(now)).map(|host| host.not_before).max()
        };
        match due.iter().map(rests).min() {
            Some(None) => {
                upcoming.is_due = true;
                continue;
            }
            Some(Some(until)) => upcoming.wait_for(until),
            None => {}
        }
        let looks = waiting_looks(store, &skipped.source.id, run, now)?;
        upcoming.is_due |= !looks.due.is_empty();
        if let Some(next) = looks.next {
            upcoming.wait_for(next);
        }
        let later = store.pending(id, Waiting::all(now), LOOKED_AT)?.into_iter().map(|entry| entry.next_due);
        if let Some(next) = later.filter(|next| *next > now).min() {
            upcoming.wait_for(next);
        }
    }
    Ok(upcoming)
}

impl Upcoming {
    fn wait_for(&mut self, when: Timestamp) {
        self.next = Some(self.next.map_or(when, |next| next.min(when)));
    }
}

#[cfg(test)]
mod tests {
    use boji_clean::model::{Article, ArticleKey, Candidate, Origin, PageState};

    use super::*;
    use crate::config::{Recheck, Settings};
    use crate::dedup;
    use crate::model::{EntryStatus, Outcome, Schedule, Source, SourceKind, SourceState, Submission};
    use crate::store::{Batch, SqliteStore};

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);
    const HOUR: i64 = 3_600;

    /// A source that is due in so many seconds, and the seconds after which a page of it is due.
    type Waits = (i64, Option<i64>);
    /// Whether something is due, and the seconds until the next is.
    type Seen = (bool, Option<i64>);

    fn seen(sources: &[Waits], change: impl Fn(&mut Source, &mut SourceState)) -> Seen {
        let mut store = SqliteStore::in_memory().expect("a store");
        for (number, (due, page)) in sources.iter().enumerate() {
            let id = format!("s{number}");
            let address = format!("https://{id}.example/feed");
            let mut source = Source::new(SourceKind::Feed, &id, &address, Schedule::Every(3_600));
            let mut state = SourceState {
                last_tried: NOW.plus_seconds(-HOUR),
                next_due: NOW.plus_seconds(*due),
                ..SourceState::default()
            };
            change(&mut source, &mut state);
            store.put_source(&source).expect("stored");
            let entry = |seconds: &i64| Entry {
                source_id: id.clone(),
                key: "page".to_owned(),
                candidate: Candidate::default(),
                fingerprint: String::new(),
                words_hash: String::new(),
                status: EntryStatus::Pending,
                outcome: None,
                skipped_by: String::new(),
                tries: 1,
                next_due: NOW.plus_seconds(*seconds),
                article_id: String::new(),
            };
            let entries = page.iter().map(entry).collect();
            let batch = Batch { entries, source_states: vec![(id.clone(), state)], ..Batch::default() };
            store.commit(&batch, &dedup::decide).expect("stored");
        }
        let found = upcoming(&store, NOW, &Settings::default().run).expect("readable");
        (found.is_due, found.next.map(|next| next.as_seconds() - NOW.as_seconds()))
    }

    #[test]
    fn the_first_of_sources_and_pages_is_next() {
        let cases: [(&str, &[Waits], Seen); 7] = [
            ("nothing at all", &[], (false, None)),
            ("two sources wait", &[(2 * HOUR, None), (HOUR, None)], (false, Some(HOUR))),
            ("a page is due before its source", &[(2 * HOUR, Some(60))], (false, Some(60))),
            ("a source is due", &[(0, None), (HOUR, None)], (true, Some(HOUR))),
            ("a page is due", &[(HOUR, Some(0))], (true, Some(HOUR))),
            ("only what is due now", &[(-HOUR, Some(-60))], (true, None)),
            ("a clock that was ahead wrote the page's time", &[(HOUR, Some(400 * 24 * HOUR))], (true, Some(HOUR))),
        ];
        for (case, sources, want) in cases {
            assert_eq!(seen(sources, |_, _| {}), want, "{case}");
        }
    }

    #[test]
    fn an_article_that_is_due_for_another_look_wakes_somebody() {
        let run = Settings::default().run;
        let mut store = SqliteStore::in_memory().expect("a store");
        store.put_source(&Source::new(SourceKind::Folder, "s", "", Schedule::Every(3_600))).expect("stored");
        let url = "https://mp.weixin.qq.com/s/aBcDeFgHiJkLmNoPqRsTuV";
        let key = ArticleKey::Url(url.to_owned());
        let submission = Submission {
            article: Article { origin: Origin::Wechat, ..Article::bare(key.clone()) },
            source_id: "s".to_owned(),
            capture_hash: "c".to_owned(),
            later_captures: Vec::new(),
            fetched_at: NOW,
            text_key: String::new(),
            simhash: String::new(),
            rules_hash: String::new(),
            is_of_feed: false,
        };
        let entry = Entry {
            source_id: "s".to_owned(),
            key: "page".to_owned(),
            candidate: Candidate { url: url.to_owned(), ..Candidate::default() },
            fingerprint: String::new(),
            words_hash: String::new(),
            status: EntryStatus::Done,
            outcome: Some(Outcome::Page(PageState::Article)),
            skipped_by: String::new(),
            tries: 1,
            next_due: NOW,
            article_id: key.id(),
        };
        let batch = Batch { articles: vec![submission], entries: vec![entry], ..Batch::default() };
        store.commit(&batch, &dedup::decide).expect("stored");
        let at = |hours: i64| {
            let found = upcoming(&store, NOW.plus_seconds(hours * HOUR), &run).expect("readable");
            (found.is_due, found.next.map(|next| (next.as_seconds() - NOW.as_seconds()) / HOUR))
        };
        assert_eq!(at(1), (false, Some(24)));
        assert_eq!(at(24), (true, None));
        assert_eq!(at(38 * 24), (false, None), "it is too late for the last one");
        let off = RunSettings { recheck: Recheck::Off, ..run.clone() };
        assert_eq!(upcoming(&store, NOW.plus_seconds(24 * HOUR), &off).expect("readable"), Upcoming::default());
    }

    #[test]
    fn what_no_run_asks_wakes_nobody() {
        let waits = [(-HOUR, Some(-HOUR))];
        assert_eq!(seen(&waits, |source, _| source.enabled = false), (false, None), "switched off");
        assert_eq!(seen(&waits, |_, state| state.gone = true), (true, None), "its pages may still be there");
        assert_eq!(seen(&[(-HOUR, Some(HOUR))], |_, state| state.gone = true), (false, Some(HOUR)));
    }
}
