use std::cmp::Reverse;
use std::collections::BTreeMap;

use boji_clean::model::{Candidate, Date, FoundBy};
use boji_clean::parse::ListedPage;

/// Days for which an article may have been published before its site names it.
const LATE_DAYS: i64 = 7;
/// Known pages of one sitemap that are asked for again at once because it says that they changed.
const MAX_CHANGED: usize = 200;
/// A `lastmod` that so many pages of a sitemap share, and one of so many, is when the site was built and not when they changed.
const SHARED_BY: usize = 10;
const SHARED_PART: usize = 10;
const DAY: i64 = 86_400;

/// What is known of a sitemap before its pages are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Met {
    /// The source is polled for the first time, and so many pages are to be taken.
    First(usize),
    /// All that it named is known: what is not known is new.
    Before,
    /// It is read for the first time: what is older than the source is not new.
    Unread,
}

/// What is to be done with the pages of a sitemap.
#[derive(Debug, Default)]
pub(super) struct Choice {
    /// New pages, and known ones that changed.
    pub candidates: Vec<Candidate>,
    /// Pages that stay unasked for.
    pub passed_over: Vec<Candidate>,
    /// How many of the candidates are new.
    pub new: usize,
    /// New pages are left, because there was no room.
    pub is_cut: bool,
}

/// Chooses purely, in the order of dates, the newest first, and of places where there is none. `since` and `polled` are the
/// instants of the first poll and of the last, in seconds.
pub(super) fn choose(
    pages: Vec<ListedPage>,
    met: Met,
    (since, polled): (i64, i64),
    room: usize,
    known: &dyn Fn(&Candidate) -> bool,
) -> Choice {
    let told = told_apart(pages);
    let mut choice = Choice::default();
    let mut changed = 0;
    for (candidate, stated) in told {
        let date = candidate.published.or(stated).map(seconds);
        if known(&candidate) {
            let is_changed = candidate.modified.is_some_and(|at| seconds(at) > polled - DAY);
            if is_changed && changed < MAX_CHANGED {
                changed += 1;
                choice.candidates.push(candidate);
            }
            continue;
        }
        let is_new = match met {
            Met::First(left) => choice.new < left,
            Met::Before => true,
            Met::Unread => date.is_some_and(|date| date >= since - LATE_DAYS * DAY),
        };
        if !is_new {
            choice.passed_over.push(candidate);
        } else if choice.new < room {
            choice.new += 1;
            choice.candidates.push(candidate);
        } else {
            choice.is_cut = true;
        }
    }
    choice
}

/// The pages as candidates beside their stated `lastmod`, the newest first. A `lastmod` that many share is none of the page's.
fn told_apart(pages: Vec<ListedPage>) -> Vec<(Candidate, Option<Date>)> {
    let mut sharing: BTreeMap<i64, usize> = BTreeMap::new();
    for date in pages.iter().filter_map(|page| page.changed) {
        *sharing.entry(seconds(date)).or_default() += 1;
    }
    let most = SHARED_BY.max(pages.len() / SHARED_PART);
    let is_own = |date: &Date| sharing.get(&seconds(*date)).is_none_or(|count| *count <= most);
    let mut told: Vec<(Candidate, Option<Date>)> = pages
        .into_iter()
        .map(|page| {
            let stated = page.changed;
            let candidate = Candidate {
                guid: page.identity,
                url: page.url,
                title: page.title,
                published: page.published,
                modified: stated.filter(is_own),
                found_by: Some(FoundBy::Sitemap),
                ..Candidate::default()
            };
            (candidate, stated)
        })
        .collect();
    told.sort_by_key(|(candidate, stated)| Reverse(candidate.published.or(*stated).map(seconds)));
    told
}

fn seconds(date: Date) -> i64 {
    date.instant().as_seconds()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SINCE: i64 = 1_760_000_000;

    fn page(url: &str, days: Option<i64>) -> ListedPage {
        let at = |days: i64| boji_clean::model::Timestamp::from_seconds(SINCE + days * DAY);
        ListedPage { url: url.into(), changed: days.map(|days| Date::moment(at(days), 0)), ..ListedPage::default() }
    }

    /// Names of what is taken and of what is passed over.
    fn chosen(pages: Vec<ListedPage>, met: Met, room: usize, known: &[&str]) -> (String, String, bool) {
        let choice = choose(pages, met, (SINCE, SINCE), room, &|candidate| known.contains(&candidate.url.as_str()));
        let names = |list: &[Candidate]| list.iter().map(|it| it.url.clone()).collect::<Vec<_>>().join(" ");
        (names(&choice.candidates), names(&choice.passed_over), choice.is_cut)
    }

    #[test]
    fn what_is_new_depends_on_what_is_known() {
        let pages = || vec![page("a", Some(-90)), page("b", Some(-1)), page("c", None)];
        let cases = [
            ("first, all", Met::First(9), 9, vec![], ("b a c", "", false)),
            ("first, the newest", Met::First(1), 9, vec![], ("b", "a c", false)),
            ("read before", Met::Before, 9, vec!["a"], ("b c", "", false)),
            ("read before, no room", Met::Before, 1, vec!["a"], ("b", "", true)),
            ("unread", Met::Unread, 9, vec![], ("b", "a c", false)),
        ];
        for (case, met, room, known, (taken, passed, cut)) in cases {
            let want = (taken.to_owned(), passed.to_owned(), cut);
            assert_eq!(chosen(pages(), met, room, &known), want, "{case}");
        }
    }

    #[test]
    fn a_known_page_is_named_when_it_changed_since_the_last_poll() {
        let pages = vec![page("new", Some(1)), page("old", Some(-30))];
        assert_eq!(chosen(pages, Met::Before, 9, &["new", "old"]).0, "new");
    }

    #[test]
    fn the_time_of_a_build_is_no_change_of_pages() {
        let names: Vec<String> = (0..40).map(|number| format!("p{number:02}")).collect();
        let pages = names.iter().map(|name| page(name, Some(1))).collect();
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(chosen(pages, Met::Before, 9, &known).0, "");
    }
}
