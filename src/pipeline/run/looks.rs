//! When the pages of stored articles are looked at again. Pure: what was decided is carried out by who commits the page.

use boji_clean::model::{Origin, PageState, Timestamp};
use boji_clean::word_enum;

use super::next_step::{NextStep, SELDOM_DAYS};
use crate::config::{Recheck, RunSettings};
use crate::fetch::{FetchError, backoff};
use crate::model::{Entry, EntryStatus, ErrorClass, LastSight, Outcome};

word_enum! {
    /// Why the page of an article is not looked at again.
    pub(crate) enum NoLook {
        /// The settings say so.
        Off = "off",
        /// The settings say so of all but WeChat's.
        NotWechat = "not_wechat",
        /// Its words are not those of a page.
        NotOfPage = "not_of_page",
        /// It was taken off the web.
        Gone = "gone",
        /// It has had its last look, or is too old for it.
        Over = "over",
    }
}

impl NoLook {
    /// What it means, as a clause for people.
    pub(crate) const fn phrase(self) -> &'static str {
        match self {
            Self::Off => "`recheck` is off",
            Self::NotWechat => "`recheck` is for WeChat's articles alone",
            Self::NotOfPage => "its words came from a feed or a file, not from its page",
            Self::Gone => "it was taken off the web",
            Self::Over => "it has had its last look, or is older than the last of `recheck_days`",
        }
    }
}

const DAY_SECONDS: i64 = 86_400;

/// Days by which the last look at an article may be late: it is not taken after them, so that neither a long pause nor a store of
/// thousands of old articles makes boji ask for all of them.
const LATEST_DAYS: i64 = 7;

/// When an article is looked at next, or why never. A look at each age, once; one that comes late stands for those before it. After a
/// look that gave nothing the entry itself says when.
pub(crate) fn next_look(sight: &LastSight, run: &RunSettings, now: Timestamp) -> Result<Timestamp, NoLook> {
    if run.recheck == Recheck::Off {
        return Err(NoLook::Off);
    }
    if !sight.is_of_page {
        return Err(NoLook::NotOfPage);
    }
    if run.recheck == Recheck::Wechat && sight.origin != Origin::Wechat {
        return Err(NoLook::NotWechat);
    }
    if sight.is_gone {
        return Err(NoLook::Gone);
    }
    let mut ages = run.recheck_days.iter().map(|days| sight.first_seen.plus_seconds(i64::from(*days) * DAY_SECONDS));
    let due = if sight.outcome == Some(WELL) { ages.find(|age| *age > sight.at) } else { Some(sight.at) };
    let last = sight.first_seen.plus_seconds(last_seconds(run));
    due.filter(|due| (*due).max(now) <= last).ok_or(NoLook::Over)
}

/// The looks that a source's articles wait for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Looks {
    /// The keys of entries whose look is due, the longest due first.
    pub due: Vec<String>,
    /// When the first of the others is due.
    pub next: Option<Timestamp>,
}

impl Looks {
    /// By the last sights of the articles.
    pub(super) fn after(sights: Vec<LastSight>, run: &RunSettings, now: Timestamp) -> Self {
        let mut looks: Vec<(Timestamp, String)> =
            sights.into_iter().filter_map(|sight| Some((next_look(&sight, run, now).ok()?, sight.key))).collect();
        looks.sort();
        let later = looks.split_off(looks.partition_point(|(at, _)| *at <= now));
        Self { due: looks.into_iter().map(|(_, key)| key).collect(), next: later.first().map(|(at, _)| *at) }
    }
}

/// The instant before which no article was stored that is looked at again.
pub(super) fn oldest(run: &RunSettings, now: Timestamp) -> Timestamp {
    now.plus_seconds(-last_seconds(run) - 1)
}

/// Seconds after an article was first stored, after which it is not looked at.
fn last_seconds(run: &RunSettings) -> i64 {
    let days = run.recheck_days.last().copied().unwrap_or_default();
    (i64::from(days) + LATEST_DAYS) * DAY_SECONDS
}

/// Whether an entry on which somebody works is looked at again: its article is stored.
pub(super) fn is_look(entry: &Entry) -> bool {
    entry.status == EntryStatus::Done
}

/// The tries that count against a page: of one that is looked at again, the looks in a row that gave nothing.
pub(super) fn tries(entry: &Entry) -> u32 {
    if !is_look(entry) {
        entry.tries
    } else if entry.outcome == Some(WELL) {
        0
    } else {
        entry.tries.saturating_sub(1)
    }
}

/// What a look gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gave {
    /// The article, whatever its words, or word that nothing changed.
    Article,
    /// Word that it was taken down.
    TakenDown,
    /// Nothing.
    Nothing,
    /// Nothing, for nobody was asked: the host rests.
    NotAsked,
}

impl Gave {
    /// What a page in this state is for a look.
    pub(super) const fn of_page(state: PageState) -> Self {
        match state {
            PageState::Article => Self::Article,
            PageState::Deleted | PageState::Violation => Self::TakenDown,
            _ => Self::Nothing,
        }
    }

    /// What a request that failed is for a look.
    pub(super) fn of_error(error: &FetchError) -> Self {
        match error.class {
            ErrorClass::Gone => Self::TakenDown,
            _ if error.was_not_sent() => Self::NotAsked,
            _ => Self::Nothing,
        }
    }
}

/// What to do with an entry after a look, given the step of a page that waits. What gave nothing changes no stored article: the entry
/// stays done, and there is another look a day later, then two and four.
pub(super) fn after_look(gave: Gave, step: NextStep, tries: u32, now: Timestamp) -> NextStep {
    let open = |next_due, tries| NextStep {
        status: EntryStatus::Done,
        next_due,
        tries,
        rest_host: step.rest_host,
        is_late: false,
    };
    match gave {
        Gave::Article => open(now, 1),
        Gave::TakenDown if step.status == EntryStatus::Closed => step,
        Gave::TakenDown | Gave::Nothing => {
            let wait = backoff(tries + 1, DAY_MINUTES, SELDOM_DAYS * 24);
            open(step.next_due.max(now.plus_seconds(wait)), tries + 2)
        }
        Gave::NotAsked => open(step.next_due, tries + 1),
    }
}

const DAY_MINUTES: u32 = 24 * 60;

/// An article came of its page.
const WELL: Outcome = Outcome::Page(PageState::Article);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    const FIRST: Timestamp = Timestamp::from_seconds(1_700_000_000);

    fn at(days: i64) -> Timestamp {
        FIRST.plus_seconds(days * DAY_SECONDS)
    }

    /// An article of WeChat's that was seen last so many days after it was stored.
    fn seen(days: i64) -> LastSight {
        LastSight {
            source_id: "s".into(),
            key: "k".into(),
            at: at(days),
            outcome: Some(WELL),
            first_seen: FIRST,
            origin: Origin::Wechat,
            is_of_page: true,
            is_gone: false,
        }
    }

    #[test]
    fn an_article_is_looked_at_once_at_each_age() {
        let run = Settings::default().run;
        let failed = |days| LastSight { outcome: Some(Outcome::Failed(ErrorClass::Timeout)), ..seen(days) };
        let cases = [
            ("just stored", seen(0), 0, Ok(at(1))),
            ("the first look is due", seen(0), 1, Ok(at(1))),
            ("nobody ran for five days", seen(0), 6, Ok(at(1))),
            ("after the first look", seen(1), 1, Ok(at(7))),
            ("after a first look that came late", seen(8), 8, Ok(at(30))),
            ("after the last look", seen(30), 30, Err(NoLook::Over)),
            ("the last look is late", seen(7), 37, Ok(at(30))),
            ("the last look is too late", seen(7), 38, Err(NoLook::Over)),
            ("stored long ago, and never looked at", seen(0), 400, Err(NoLook::Over)),
            ("the last look failed", failed(9), 8, Ok(at(9))),
            ("it fails to the end", failed(38), 37, Err(NoLook::Over)),
            ("gone", LastSight { is_gone: true, ..seen(0) }, 0, Err(NoLook::Gone)),
            ("of a feed", LastSight { is_of_page: false, ..seen(0) }, 0, Err(NoLook::NotOfPage)),
            ("of a blog", LastSight { origin: Origin::Blog, ..seen(0) }, 0, Err(NoLook::NotWechat)),
        ];
        for (case, sight, now, want) in cases {
            assert_eq!(next_look(&sight, &run, at(now)), want, "{case}");
        }
        let blog = LastSight { origin: Origin::Blog, ..seen(0) };
        let with = |recheck| RunSettings { recheck, ..run.clone() };
        assert_eq!(next_look(&blog, &with(Recheck::All), FIRST), Ok(at(1)));
        assert_eq!(next_look(&seen(0), &with(Recheck::Off), FIRST), Err(NoLook::Off));
    }

    #[test]
    fn the_longest_due_comes_first() {
        let run = Settings::default().run;
        let named =
            |key: &str, first: i64| LastSight { key: key.into(), at: at(first), first_seen: at(first), ..seen(0) };
        let sights = vec![named("a", 3), named("b", 1), named("c", 9), named("d", 1)];
        let looks = Looks::after(sights, &run, at(5));
        assert_eq!(looks.due, ["b", "d", "a"]);
        assert_eq!(looks.next, Some(at(10)));
    }

    #[test]
    fn a_look_that_gave_nothing_leaves_the_entry_done() {
        let step = |status, due| NextStep { status, next_due: at(due), tries: 9, rest_host: None, is_late: true };
        let waits = |due| step(EntryStatus::Pending, due);
        let closed = step(EntryStatus::Closed, 0);
        let cases = [
            ("the article", Gave::Article, closed.clone(), 3, (EntryStatus::Done, at(0), 1)),
            ("it failed", Gave::Nothing, waits(0), 0, (EntryStatus::Done, at(1), 2)),
            ("it failed for the third time", Gave::Nothing, waits(0), 2, (EntryStatus::Done, at(4), 4)),
            ("its site wants more rest", Gave::Nothing, waits(7), 0, (EntryStatus::Done, at(7), 2)),
            ("its link is over", Gave::Nothing, closed.clone(), 0, (EntryStatus::Done, at(1), 2)),
            ("it says that it is gone", Gave::TakenDown, waits(1), 0, (EntryStatus::Done, at(1), 2)),
            ("it is gone", Gave::TakenDown, closed, 1, (EntryStatus::Closed, at(0), 9)),
            ("its host rests", Gave::NotAsked, waits(0), 0, (EntryStatus::Done, at(0), 1)),
        ];
        for (case, gave, step, tries, want) in cases {
            let next = after_look(gave, step, tries, at(0));
            assert_eq!((next.status, next.next_due, next.tries), want, "{case}");
        }
    }
}
