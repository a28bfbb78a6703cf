use std::collections::BTreeMap;

use super::figures::Tally;
use super::month::Month;

/// Most columns of the plot.
const MAX_COLUMNS: i32 = 72;
/// Of so many articles one at either end may stand outside of the plot: a page that names 1970 must not squeeze all others together.
const ONE_OUTSIDE_OF: u64 = 200;
/// Months of a year.
const YEAR: i32 = 12;

/// The articles over the time of their publication, without gaps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Timeline {
    /// Whether each column is a year; else it is a month.
    pub(super) is_of_years: bool,
    /// The columns, `2024-05` or `2024`, from old to new.
    pub(super) columns: Vec<(String, Tally)>,
    /// Articles before the first column.
    pub(super) earlier: u64,
    /// Articles after the last column.
    pub(super) later: u64,
}

/// Lays the months of articles out: month by month where they are few enough, else year by year.
pub(super) fn timeline(by_month: &BTreeMap<Month, Tally>) -> Timeline {
    let stated: Vec<(i32, Tally)> =
        by_month.iter().filter_map(|(month, tally)| Some((month.number()?, *tally))).collect();
    let all: u64 = stated.iter().map(|(_, tally)| tally.articles).sum();
    let outside = all / ONE_OUTSIDE_OF;
    let first = behind(outside, stated.iter());
    let last = behind(outside, stated.iter().rev());
    let (Some(first), Some(last)) = (first, last) else { return Timeline::default() };
    let is_of_years = last - first >= MAX_COLUMNS;
    let size = if is_of_years { YEAR } else { 1 };
    let last = last / size;
    let first = (first / size).max(last - MAX_COLUMNS + 1);
    let mut timeline = Timeline { is_of_years, ..Timeline::default() };
    timeline.columns = (first..=last).map(|column| (label(column, is_of_years), Tally::default())).collect();
    for (month, tally) in stated {
        let place = month / size - first;
        let column = usize::try_from(place).ok().and_then(|place| timeline.columns.get_mut(place));
        match column {
            Some((_, counted)) => counted.add(tally),
            None if place < 0 => timeline.earlier += tally.articles,
            None => timeline.later += tally.articles,
        }
    }
    timeline
}

/// The first month with which more than so many articles have come.
fn behind<'a>(mut outside: u64, mut months: impl Iterator<Item = &'a (i32, Tally)>) -> Option<i32> {
    let found = months.find(|(_, tally)| match outside.checked_sub(tally.articles) {
        Some(left) => {
            outside = left;
            false
        }
        None => true,
    });
    found.map(|(month, _)| *month)
}

fn label(column: i32, is_year: bool) -> String {
    if is_year { format!("{column:04}") } else { format!("{:04}-{:02}", column / YEAR, column % YEAR + 1) }
}

#[cfg(test)]
mod tests {
    use boji_clean::model::Date;

    use super::*;

    fn of(days: &[(&str, u64)]) -> Timeline {
        let month = |day: &str| Month::of(Date::parse(day));
        timeline(
            &days.iter().map(|(day, articles)| (month(day), Tally { articles: *articles, characters: 0 })).collect(),
        )
    }

    fn shape(timeline: &Timeline) -> (usize, &str, &str, u64, u64) {
        let ends = [timeline.columns.first(), timeline.columns.last()];
        let [first, last] = ends.map(|column| column.map_or("", |(label, _)| label.as_str()));
        (timeline.columns.len(), first, last, timeline.earlier, timeline.later)
    }

    #[test]
    fn the_columns_hold_nearly_all_articles_without_gaps() {
        for (days, want) in [
            (&[][..], (0, "", "", 0, 0)),
            (&[("", 7)], (0, "", "", 0, 0)),
            (&[("", 7), ("2024-05-01", 1)], (1, "2024-05", "2024-05", 0, 0)),
            (&[("2023-11-01", 1), ("2024-02-01", 1)], (4, "2023-11", "2024-02", 0, 0)),
            (&[("2018-03-01", 1), ("2024-02-01", 1)], (72, "2018-03", "2024-02", 0, 0)),
            (&[("2018-02-01", 1), ("2024-02-01", 1)], (7, "2018", "2024", 0, 0)),
            (&[("1970-01-01", 1), ("2024-02-01", 198)], (55, "1970", "2024", 0, 0)),
            (&[("1970-01-01", 1), ("2024-02-01", 198), ("2099-02-01", 1)], (1, "2024-02", "2024-02", 1, 1)),
            (&[("0001-01-01", 1), ("9999-12-01", 1)], (72, "9928", "9999", 1, 0)),
        ] {
            let timeline = of(days);
            assert_eq!(shape(&timeline), want, "{days:?}");
            let inside: u64 = timeline.columns.iter().map(|(_, tally)| tally.articles).sum();
            let stated: u64 = days.iter().filter(|(day, _)| !day.is_empty()).map(|(_, articles)| articles).sum();
            assert_eq!(inside + timeline.earlier + timeline.later, stated, "{days:?}");
        }
    }
}
