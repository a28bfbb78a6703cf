use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::figures::{Statistics, Tally};
use super::lengths::Bucket;
use super::month::Month;
use super::said::{name, number, percent};
use crate::model::Score;

/// Rows of a group that are shown to people where there may be any number; the others are one row.
pub(crate) const MAX_ROWS: usize = 30;

/// What the rows of a group are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// Articles, of all that are counted.
    Articles,
    /// Characters, of all that the articles' pages held.
    Characters,
}

/// Figures of one kind, as people are told them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// What is told, as a heading.
    pub(crate) title: &'static str,
    /// What a row is, as the head of its column.
    pub(crate) what: &'static str,
    /// What the rows are compared by.
    pub(super) measure: Measure,
    /// What all that is counted has of it.
    all: u64,
    /// In their order.
    pub(crate) rows: Vec<Row>,
}

/// A row of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// What is counted, on one line.
    pub(crate) name: String,
    /// How much of it there is.
    pub(crate) tally: Tally,
    /// Whether it stands for all that has no row of its own.
    pub(super) is_rest: bool,
}

impl Group {
    fn new(statistics: &Statistics, title: &'static str, what: &'static str, measure: Measure, rows: Vec<Row>) -> Self {
        let all = match measure {
            Measure::Articles => statistics.articles,
            Measure::Characters => statistics.characters + statistics.removed.characters,
        };
        Self { title, what, measure, all, rows }
    }

    /// Of what the shares of its rows are.
    pub(crate) const fn whole(&self) -> &'static str {
        match self.measure {
            Measure::Articles => "all articles",
            Measure::Characters => "all characters on the pages",
        }
    }

    /// How much a row has of what they are compared by.
    pub(super) fn size(&self, row: &Row) -> u64 {
        self.measure.of(&row.tally)
    }

    /// The share of a row, `12.3 %`.
    pub(crate) fn share(&self, row: &Row) -> String {
        percent(Score::rounded(self.size(row), self.all))
    }
}

impl Measure {
    fn of(self, tally: &Tally) -> u64 {
        match self {
            Self::Articles => tally.articles,
            Self::Characters => tally.characters,
        }
    }
}

impl Row {
    fn new(name: String, tally: Tally) -> Self {
        Self { name, tally, is_rest: false }
    }

    fn rest(name: String, tallies: impl Iterator<Item = Tally>) -> Self {
        let mut tally = Tally::default();
        tallies.for_each(|other| tally.add(other));
        Self { name, tally, is_rest: true }
    }
}

/// The months of publication, from old to new. Of more than so many the last ones stand by themselves.
pub(crate) fn months(statistics: &Statistics, most: usize) -> Group {
    let is_stated = |month: &Month| month.number().is_some();
    let stated: Vec<_> = statistics.by_month.iter().filter(|(month, _)| is_stated(month)).collect();
    let undated = statistics.by_month.iter().filter(|(month, _)| !is_stated(month));
    let mut rows: Vec<Row> = undated.map(|(month, tally)| Row::new(name(&month.to_string()), *tally)).collect();
    let (earlier, last) = stated.split_at(stated.len().saturating_sub(most));
    if !earlier.is_empty() {
        let name = format!("{} earlier", number(earlier.len() as u64));
        rows.push(Row::rest(name, earlier.iter().map(|(_, tally)| **tally)));
    }
    rows.extend(last.iter().map(|(month, tally)| Row::new(month.to_string(), **tally)));
    Group::new(statistics, "Articles by month of publication", "month", Measure::Articles, rows)
}

/// The lengths, from the shortest to the longest.
pub(crate) fn lengths(statistics: &Statistics) -> Group {
    let said = |bucket: &Bucket| match bucket.at_most {
        Some(last) if last == bucket.at_least => number(last),
        Some(last) => format!("{}–{}", number(bucket.at_least), number(last)),
        None => format!("{}+", number(bucket.at_least)),
    };
    let row =
        |bucket: &Bucket| Row::new(said(bucket), Tally { articles: bucket.articles, characters: bucket.characters });
    let buckets = statistics.length.buckets.iter().filter(|_| statistics.articles > 0);
    Group::new(statistics, "Articles by length", "length in characters", Measure::Articles, buckets.map(row).collect())
}

/// What is counted by names, those with the most first: sources, accounts, and so on to the categories of what was removed.
pub(crate) fn named(statistics: &Statistics) -> Vec<Group> {
    let Statistics {
        by_source,
        by_account,
        by_language,
        by_license,
        by_license_spdx,
        by_kind,
        by_flag,
        by_dup_kind,
        removed,
        ..
    } = statistics;
    // What people and pages name has no end. Our own words are few, and an article can have several of them: a row of others would
    // count it more than once.
    let theirs = |title, what, counts| (title, what, Measure::Articles, MAX_ROWS, counts);
    let ours = |title, what, measure, counts| (title, what, measure, usize::MAX, counts);
    let groups = [
        theirs("Articles by source", "source", by_source),
        theirs("Articles by account", "account", by_account),
        theirs("Articles by language", "language", by_language),
        ours("Articles by kind", "kind", Measure::Articles, by_kind),
        theirs("Articles by licence", "licence as stated", by_license),
        theirs("Articles by licence that SPDX has", "identifier of SPDX", by_license_spdx),
        ours("Articles by quality flag", "quality flag", Measure::Articles, by_flag),
        ours("Articles that repeat another", "how they repeat it", Measure::Articles, by_dup_kind),
        ours(
            "What was removed, by category",
            "category of what was removed",
            Measure::Characters,
            &removed.by_category,
        ),
    ];
    let group = |(title, what, measure, most, counts)| {
        Group::new(statistics, title, what, measure, ranked(counts, measure, most))
    };
    groups.into_iter().map(group).collect()
}

/// The largest first, of what is as large by name; of more than so many the others in one row.
fn ranked(counts: &BTreeMap<String, Tally>, measure: Measure, most: usize) -> Vec<Row> {
    let mut ranked: Vec<(&String, Tally)> = counts.iter().map(|(word, tally)| (word, *tally)).collect();
    ranked.sort_by_key(|(word, tally)| (Reverse(measure.of(tally)), word.as_str()));
    let others = ranked.get(most..).filter(|others| !others.is_empty());
    let rest = others.map(|others| {
        Row::rest(format!("{} others", number(others.len() as u64)), others.iter().map(|(_, tally)| *tally))
    });
    ranked.iter().take(most).map(|(word, tally)| Row::new(name(word), *tally)).chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_for_a_person_is_one_row() {
        let tally = |articles| Tally { articles, characters: 90 / articles };
        let mut counts: BTreeMap<String, Tally> =
            (0..33).map(|number| (format!("account {number:02}"), tally(2))).collect();
        counts.insert(String::new(), tally(9));
        let rows = ranked(&counts, Measure::Articles, MAX_ROWS);
        assert_eq!(rows.len(), MAX_ROWS + 1);
        assert_eq!(rows[0], Row::new("not stated".to_owned(), tally(9)));
        assert_eq!(rows[1].name, "account 00");
        let others = Tally { articles: 8, characters: 180 };
        assert_eq!(rows[MAX_ROWS], Row { name: "4 others".to_owned(), tally: others, is_rest: true });
        for most in [34, usize::MAX] {
            let rows = ranked(&counts, Measure::Characters, most);
            assert_eq!((rows.len(), rows[33].name.as_str(), rows[33].is_rest), (34, "not stated", false), "{most}");
        }
    }

    #[test]
    fn the_last_months_stand_by_themselves() {
        let of = |day: &str| Month::of(boji_clean::model::Date::parse(day));
        let days = ["", "2023-12-01", "2024-01-01", "2024-03-01"];
        let tally = Tally { articles: 1, characters: 10 };
        let by_month = days.iter().map(|day| (of(day), tally)).collect();
        let statistics = Statistics { articles: 4, by_month, ..Statistics::default() };
        for (most, want) in [
            (2, vec!["not stated 25.0 %", "1 earlier 25.0 %", "2024-01 25.0 %", "2024-03 25.0 %"]),
            (1, vec!["not stated 25.0 %", "2 earlier 50.0 %", "2024-03 25.0 %"]),
            (3, vec!["not stated 25.0 %", "2023-12 25.0 %", "2024-01 25.0 %", "2024-03 25.0 %"]),
        ] {
            let group = months(&statistics, most);
            let told: Vec<String> = group.rows.iter().map(|row| format!("{} {}", row.name, group.share(row))).collect();
            assert_eq!(told, want, "{most}");
        }
    }
}
