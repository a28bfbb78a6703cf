use std::fmt;

use boji_clean::model::{Issue, IssueCode, Timestamp};

/// The place of an article in an album, by message and position: `begin_msgid` and `begin_itemidx`. A page that is
/// asked from a mark begins with the article after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub msgid: String,
    pub itemidx: String,
}

impl Mark {
    /// A mark of two numbers; `None` if one is none, for they go into an address.
    pub(super) fn new(msgid: &str, itemidx: &str) -> Option<Self> {
        /// Digits of a 64-bit number.
        const MAX_DIGITS: usize = 20;
        let digits =
            |text: &str| (1..=MAX_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        (digits(msgid) && digits(itemidx)).then(|| Self { msgid: msgid.to_owned(), itemidx: itemidx.to_owned() })
    }

    fn parse(text: &str) -> Option<Self> {
        let (msgid, itemidx) = text.split_once('_')?;
        Self::new(msgid, itemidx)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.msgid, self.itemidx)
    }
}

/// In which order an album stands. Its owner chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    NewestFirst,
    OldestFirst,
}

impl Order {
    /// The order of a page by the times of its articles, the majority of neighbours deciding; `None` if they do not tell.
    pub(super) fn of(times: &[Option<Timestamp>]) -> Option<Self> {
        let known: Vec<Timestamp> = times.iter().flatten().copied().collect();
        let neighbours = || known.iter().zip(known.iter().skip(1));
        let rising = neighbours().filter(|(earlier, later)| earlier < later).count();
        let falling = neighbours().filter(|(earlier, later)| earlier > later).count();
        match rising.cmp(&falling) {
            std::cmp::Ordering::Greater => Some(Self::OldestFirst),
            std::cmp::Ordering::Less => Some(Self::NewestFirst),
            std::cmp::Ordering::Equal => None,
        }
    }
}

/// Where the reading of an album goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum AlbumCursor {
    /// At its first page.
    #[default]
    Start,
    /// At its first page, and when that meets known articles, at these places: reading was stopped there before it had
    /// met known articles or the end.
    Gaps(Vec<Mark>),
    /// Oldest first: new articles come after this place.
    After(Mark),
}

impl AlbumCursor {
    /// Reads what [`fmt::Display`] writes; anything else is the start.
    pub(super) fn parse(text: &str) -> Self {
        let mut words = text.split(' ');
        let kind = words.next();
        let marks: Option<Vec<Mark>> = words.map(Mark::parse).collect();
        match (kind, marks) {
            (Some("gaps"), Some(marks)) if !marks.is_empty() => Self::Gaps(marks),
            (Some("after"), Some(marks)) => marks.into_iter().next().map_or(Self::Start, Self::After),
            _ => Self::Start,
        }
    }

    /// The cursor for these gaps.
    pub(super) fn gaps(marks: Vec<Mark>) -> Self {
        if marks.is_empty() { Self::Start } else { Self::Gaps(marks) }
    }
}

/// "", `gaps MARK MARK …` or `after MARK`: what is stored between two runs.
impl fmt::Display for AlbumCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => Ok(()),
            Self::Gaps(marks) => {
                f.write_str("gaps")?;
                marks.iter().try_for_each(|mark| write!(f, " {mark}"))
            }
            Self::After(mark) => write!(f, "after {mark}"),
        }
    }
}

/// Places that a run has still to come back to; more are not kept.
const MAX_GAPS: usize = 16;

/// What a page was, as far as paging asks.
#[derive(Debug)]
pub(super) struct SeenOnPage<'a> {
    /// The place from which it was asked; `None` for the first page.
    pub asked: Option<&'a Mark>,
    /// The cursor when it was asked.
    pub cursor: AlbumCursor,
    /// Its articles.
    pub marks: &'a [Mark],
    /// Its order, if it tells.
    pub order: Option<Order>,
    /// More articles follow.
    pub more: bool,
    /// The run has seen the last of its articles before.
    pub last_is_known: bool,
}

/// The next page of a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Next {
    /// There is none.
    #[default]
    Stop,
    /// The first page of the album.
    First,
    /// The page that begins after this article.
    After(Mark),
}

/// Where to go from a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Move {
    /// The next page of this run.
    pub next: Next,
    /// What is to be remembered if the run stops here.
    pub cursor: AlbumCursor,
    /// Oddities got over.
    pub issues: Vec<Issue>,
}

/// Decides where to go from a page, purely.
///
/// Newest first: pages are read until one ends with a known article, for what follows it is older. Oldest first: new
/// articles stand at the end, so reading begins near the end of last time.
pub(super) fn advance(seen: SeenOnPage<'_>) -> Move {
    let remembered = match seen.cursor {
        AlbumCursor::After(_) => Some(Order::OldestFirst),
        AlbumCursor::Gaps(_) => Some(Order::NewestFirst),
        AlbumCursor::Start => None,
    };
    let Some(last) = seen.marks.last() else { return after_nothing(seen) };
    if seen.asked == Some(last) {
        let issue = Issue::new(IssueCode::NoProgress, "the album gave the same page again");
        return Move { issues: vec![issue], ..after_nothing(SeenOnPage { marks: &[], ..seen }) };
    }
    // The first page decides anew; further on, another order means that the owner turned the album round.
    if seen.asked.is_some() && seen.order.is_some() && remembered.is_some() && seen.order != remembered {
        let issue = Issue::new(IssueCode::OrderChanged, "the album stands in another order than last time");
        return Move { next: Next::First, cursor: AlbumCursor::Start, issues: vec![issue] };
    }
    let order = if seen.asked.is_some() { remembered.or(seen.order) } else { seen.order.or(remembered) };
    match order {
        Some(Order::OldestFirst) => towards_the_end(&seen, last),
        Some(Order::NewestFirst) | None => down_to_the_known(seen, last),
    }
}

fn towards_the_end(seen: &SeenOnPage<'_>, last: &Mark) -> Move {
    if seen.more {
        return Move { next: Next::After(last.clone()), cursor: AlbumCursor::After(last.clone()), issues: Vec::new() };
    }
    // One article less than the end: the next run then sees at least one, and if it sees none, the place is lost.
    let before_last = seen.marks.len().checked_sub(2).and_then(|at| seen.marks.get(at)).or(seen.asked);
    Move {
        next: Next::Stop,
        cursor: before_last.cloned().map_or(AlbumCursor::Start, AlbumCursor::After),
        issues: Vec::new(),
    }
}

fn down_to_the_known(seen: SeenOnPage<'_>, last: &Mark) -> Move {
    if !seen.more {
        return Move::default();
    }
    let mut open = open_gaps(seen.cursor, seen.asked);
    if seen.last_is_known {
        return to_next_gap(open);
    }
    let mut issues = Vec::new();
    open.insert(0, last.clone());
    if open.len() > MAX_GAPS {
        open.truncate(MAX_GAPS);
        issues.push(Issue::new(
            IssueCode::GapDropped,
            "the album grew faster than it was read; its oldest gap is given up",
        ));
    }
    Move { next: Next::After(last.clone()), cursor: AlbumCursor::gaps(open), issues }
}

/// A page without articles: the end of the album, or a place that is there no more.
fn after_nothing(seen: SeenOnPage<'_>) -> Move {
    match seen.cursor {
        AlbumCursor::After(mark) if seen.asked == Some(&mark) => {
            let issue =
                Issue::new(IssueCode::PlaceLost, "the album has no article where reading stopped; it is read anew");
            Move { next: Next::First, cursor: AlbumCursor::Start, issues: vec![issue] }
        }
        cursor => to_next_gap(open_gaps(cursor, seen.asked)),
    }
}

fn to_next_gap(open: Vec<Mark>) -> Move {
    Move {
        next: open.first().cloned().map_or(Next::Stop, Next::After),
        cursor: AlbumCursor::gaps(open),
        issues: Vec::new(),
    }
}

/// The gaps that are still open when the one asked from is being read.
fn open_gaps(cursor: AlbumCursor, asked: Option<&Mark>) -> Vec<Mark> {
    let AlbumCursor::Gaps(mut gaps) = cursor else { return Vec::new() };
    if asked.is_some() && gaps.first() == asked {
        gaps.remove(0);
    }
    gaps
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use boji_clean::model::Timestamp;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was_written() {
        for text in ["", "gaps 1_1 2_3", "after 9_1"] {
            assert_eq!(AlbumCursor::parse(text).to_string(), text);
        }
        for bad in ["gaps", "after", "gaps 1_1 x", "after 1", "9_1"] {
            assert_eq!(AlbumCursor::parse(bad), AlbumCursor::Start, "{bad}");
        }
    }

    #[test]
    fn the_order_is_that_of_most_neighbours() {
        let at = |seconds: &[i64]| -> Vec<Option<Timestamp>> {
            seconds.iter().map(|second| Some(Timestamp::from_seconds(*second))).collect()
        };
        assert_eq!(Order::of(&at(&[9, 8, 8, 3])), Some(Order::NewestFirst));
        assert_eq!(Order::of(&at(&[1, 3, 2, 4])), Some(Order::OldestFirst));
        assert_eq!(Order::of(&at(&[4])), None);
        assert_eq!(Order::of(&[None, None]), None);
    }

    fn marks(text: &str) -> Vec<Mark> {
        text.split(' ').filter_map(|number| Mark::new(number, "1")).collect()
    }

    /// One step in words: what is asked, what comes, and where it leads.
    fn step(asked: &str, cursor: &str, page: &str, order: Option<Order>, more: bool, last_is_known: bool) -> String {
        let asked = Mark::new(asked, "1");
        let cursor = AlbumCursor::parse(cursor);
        let came =
            advance(SeenOnPage { asked: asked.as_ref(), cursor, marks: &marks(page), order, more, last_is_known });
        let next = match came.next {
            Next::Stop => "stop".to_owned(),
            Next::First => "first".to_owned(),
            Next::After(mark) => mark.to_string(),
        };
        format!("{next} [{}]", came.cursor)
    }

    #[test]
    fn newest_first_goes_down_to_the_known() {
        let order = Some(Order::NewestFirst);
        assert_eq!(step("", "", "9 8 7", order, true, false), "7_1 [gaps 7_1]");
        assert_eq!(step("7", "gaps 7_1", "6 5 4", order, true, false), "4_1 [gaps 4_1]");
        assert_eq!(step("4", "gaps 4_1", "3 2 1", order, false, false), "stop []");
        assert_eq!(step("", "", "12 11 9", order, true, true), "stop []");
    }

    #[test]
    fn a_reading_that_was_stopped_goes_on_below_the_new() {
        let order = Some(Order::NewestFirst);
        assert_eq!(step("", "gaps 7_1", "12 11 9", order, true, true), "7_1 [gaps 7_1]");
        assert_eq!(step("", "gaps 7_1", "15 14 13", order, true, false), "13_1 [gaps 13_1 7_1]");
        assert_eq!(step("13", "gaps 13_1 7_1", "12 11 9", order, true, true), "7_1 [gaps 7_1]");
        assert_eq!(step("7", "gaps 7_1", "", None, false, false), "stop []");
    }

    #[test]
    fn oldest_first_goes_on_near_the_end() {
        let order = Some(Order::OldestFirst);
        assert_eq!(step("", "", "1 2 3", order, true, false), "3_1 [after 3_1]");
        assert_eq!(step("3", "after 3_1", "4 5 6", order, true, true), "6_1 [after 6_1]");
        assert_eq!(step("6", "after 6_1", "7 8", order, false, false), "stop [after 7_1]");
        assert_eq!(step("7", "after 7_1", "8", None, false, true), "stop [after 7_1]");
        assert_eq!(step("7", "after 7_1", "8 9", order, false, false), "stop [after 8_1]");
        assert_eq!(step("", "", "1", None, false, false), "stop []");
    }

    #[test]
    fn a_lost_place_or_a_turned_album_is_read_from_the_start() {
        assert_eq!(step("7", "after 7_1", "", None, false, false), "first []");
        assert_eq!(step("7", "after 7_1", "6 5 4", Some(Order::NewestFirst), true, true), "first []");
        assert_eq!(step("7", "gaps 7_1", "8 9", Some(Order::OldestFirst), true, true), "first []");
        assert_eq!(step("7", "gaps 7_1", "7", None, true, false), "stop []");
    }

    #[test]
    fn gaps_are_bounded() {
        let many: Vec<String> = (1..40).rev().map(|number| format!("{number}_1")).collect();
        let came = step("", &format!("gaps {}", many.join(" ")), "99 98", Some(Order::NewestFirst), true, false);
        assert_eq!(came.matches('_').count(), MAX_GAPS + 1, "{came}");
    }

    /// An album of `size` articles, numbered by age, as its server gives it.
    struct Album {
        size: usize,
        order: Order,
    }

    impl Album {
        /// Numbers of the ten articles after `begin`, and whether more follow.
        fn page(&self, begin: Option<&Mark>) -> (Vec<usize>, bool) {
            let numbers: Vec<usize> = match self.order {
                Order::OldestFirst => (1..=self.size).collect(),
                Order::NewestFirst => (1..=self.size).rev().collect(),
            };
            let start = begin.map_or(0, |mark| {
                numbers.iter().position(|number| number.to_string() == mark.msgid).map_or(numbers.len(), |at| at + 1)
            });
            let page: Vec<usize> = numbers.iter().skip(start).take(10).copied().collect();
            let more = start + page.len() < numbers.len();
            (page, more)
        }

        /// A run of at most `limit` requests; gives the requests made.
        fn run(&self, known: &mut BTreeSet<usize>, cursor: &mut AlbumCursor, limit: usize) -> usize {
            let mut next = match cursor {
                AlbumCursor::After(mark) => Next::After(mark.clone()),
                _ => Next::First,
            };
            for request in 0..limit {
                let asked = match next {
                    Next::Stop => return request,
                    Next::First => None,
                    Next::After(mark) => Some(mark),
                };
                let (page, more) = self.page(asked.as_ref());
                let marks: Vec<Mark> = page.iter().filter_map(|number| Mark::new(&number.to_string(), "1")).collect();
                let times: Vec<_> = page.iter().map(|&number| Some(Timestamp::from_seconds(number as i64))).collect();
                let came = advance(SeenOnPage {
                    asked: asked.as_ref(),
                    cursor: cursor.clone(),
                    marks: &marks,
                    order: Order::of(&times),
                    more,
                    last_is_known: page.last().is_some_and(|number| known.contains(number)),
                });
                known.extend(page);
                *cursor = came.cursor;
                next = came.next;
            }
            limit
        }
    }

    proptest! {
        /// However an album grows or is turned round, and wherever runs are cut short, each article is found in the end, and a quiet
        /// album costs one request.
        #[test]
        fn every_article_of_a_growing_album_is_found(
            newest_first in any::<bool>(),
            turns in any::<bool>(),
            runs in proptest::collection::vec((0_usize..35, 1_usize..5), 1..8),
        ) {
            let order = if newest_first { Order::NewestFirst } else { Order::OldestFirst };
            let mut album = Album { size: 0, order };
            let (mut known, mut cursor) = (BTreeSet::new(), AlbumCursor::Start);
            for (growth, limit) in runs {
                album.size += growth;
                album.run(&mut known, &mut cursor, limit);
            }
            if turns {
                album.order = if newest_first { Order::OldestFirst } else { Order::NewestFirst };
            }
            for _ in 0..3 {
                album.run(&mut known, &mut cursor, 100);
            }
            prop_assert_eq!(known.len(), album.size);
            prop_assert_eq!(album.run(&mut known, &mut cursor, 100), 1);
        }
    }
}
