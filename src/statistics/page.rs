use boji_clean::model::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::figures::{Statistics, Tally};
use super::groups::{Group, Measure, lengths, months, named};
use super::plot::{Column, bar, columns};
use super::said::{articles, name, number, percent};
use super::timeline::timeline;
use crate::store::{Filter, Selection};

/// How the page looks. It loads nothing.
pub(crate) const STYLE: &str = include_str!("page.css");
/// A second lock behind the escaping: nothing on the page may run or be fetched.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";
/// Articles that cannot be read which are named; the others are counted.
const MAX_DAMAGED: usize = 20;

/// The figures as a page that stands by itself: no script, nothing to be fetched, readable in light and dark and by ear.
pub(crate) fn page(statistics: &Statistics, filter: &Filter, selection: &Selection) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "What the corpus holds" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { "What the corpus holds" }
                    (body(statistics, filter, selection))
                }
                (notes())
            }
        }
    };
    page.into_string()
}

/// The figures and plots alone, for a page that has a head of its own.
pub(crate) fn body(statistics: &Statistics, filter: &Filter, selection: &Selection) -> Markup {
    html! {
        (figures(statistics))
        (wishes(filter, selection))
        (damaged(statistics))
        (time(statistics))
        (length(statistics))
        @for group in named(statistics) { (section(&group)) }
    }
}

fn figures(statistics: &Statistics) -> Markup {
    let Statistics { articles, characters, estimated_words, length, removed, .. } = statistics;
    html! {
        dl.figures {
            @for (what, figure) in [
                ("articles", number(*articles)),
                ("characters of text", number(*characters)),
                ("words, estimated", number(*estimated_words)),
                ("median length, characters", number(length.median)),
                ("90th percentile, characters", number(length.percentile_90)),
                ("removed, of all on the pages", percent(removed.share)),
            ] {
                div { dt { (what) } dd { (figure) } }
            }
        }
    }
}

/// The wishes that left articles out.
fn wishes(filter: &Filter, selection: &Selection) -> Markup {
    // All fields are named, so that a new wish is not forgotten here. Hidden articles are left out everywhere.
    let Filter {
        sources,
        since,
        until,
        languages,
        kinds,
        without_duplicates,
        without_near_duplicates,
        accounts,
        min_chars,
        hidden: _,
    } = filter;
    let Selection { flags, without_flags, licenses, fetched_since, changed_since, containing } = selection;
    let words = |words: &[String]| words.iter().map(|word| name(word)).collect::<Vec<_>>().join(", ");
    let instant = |at: &Option<Timestamp>| at.map_or_else(String::new, |at| at.to_string());
    let yes = |is_wished: bool| if is_wished { "left out".to_owned() } else { String::new() };
    let wishes = [
        ("sources", words(sources)),
        ("published since", instant(since)),
        ("published before", instant(until)),
        ("languages", words(languages)),
        ("kinds", words(kinds)),
        ("accounts", words(accounts)),
        ("characters, at least", if *min_chars == 0 { String::new() } else { number(*min_chars as u64) }),
        ("exact duplicates", yes(*without_duplicates)),
        ("all that repeats another", yes(*without_near_duplicates)),
        ("quality flags", words(flags)),
        ("without quality flags", words(without_flags)),
        ("licences", words(licenses)),
        ("first stored since", instant(fetched_since)),
        ("new or changed since", instant(changed_since)),
        ("texts that they have", words(containing)),
    ];
    let wishes: Vec<_> = wishes.into_iter().filter(|(_, wish)| !wish.is_empty()).collect();
    html! {
        @if !wishes.is_empty() {
            h2 { "Which articles" }
            dl.wishes {
                @for (what, wish) in wishes { dt { (what) } dd { bdi { (wish) } } }
            }
        }
    }
}

fn damaged(statistics: &Statistics) -> Markup {
    let damaged = &statistics.damaged;
    html! {
        @if !damaged.is_empty() {
            h2.warning { "Articles that could not be read, and are not counted: " (number(damaged.len() as u64)) }
            ul {
                @for one in damaged.iter().take(MAX_DAMAGED) { li { code { (one.article) } ": " (one.why) } }
                @if damaged.len() > MAX_DAMAGED { li { (number((damaged.len() - MAX_DAMAGED) as u64)) " others" } }
            }
        }
    }
}

/// The articles over the time of their publication.
fn time(statistics: &Statistics) -> Markup {
    let timeline = timeline(&statistics.by_month);
    let unit = if timeline.is_of_years { "year" } else { "month" };
    let outside: Vec<String> = [(timeline.earlier, "before"), (timeline.later, "after")]
        .into_iter()
        .filter(|(articles, _)| *articles > 0)
        .map(|(articles, side)| format!("{} {side} the time that is shown", number(articles)))
        .collect();
    html! {
        @if let (Some((first, _)), Some((last, _))) = (timeline.columns.first(), timeline.columns.last()) {
            @let title = format!("Articles by {unit} of publication");
            @let about = format!("From {first} to {last}, a column a {unit}. The table below has all months.");
            @let plotted: Vec<Column> = timeline.columns.iter().map(|(label, tally)| column(label, *tally)).collect();
            section {
                h2 { (title) }
                div.wide { (columns("time", &title, &about, &plotted)) }
                @if !outside.is_empty() { p.quiet { "Articles outside of the plot: " (outside.join(", ")) "." } }
                details { summary { "All months" } (table(&months(statistics, usize::MAX), false)) }
            }
        } @else if statistics.articles > 0 {
            (section(&months(statistics, usize::MAX)))
        }
    }
}

fn length(statistics: &Statistics) -> Markup {
    let group = lengths(statistics);
    let plotted: Vec<Column> = group.rows.iter().map(|row| column(&row.name, row.tally)).collect();
    let about = "A column for each range of characters of text. The table below has the numbers.";
    html! {
        @if !plotted.is_empty() {
            section {
                h2 { (group.title) }
                div.wide { (columns("length", group.title, about, &plotted)) }
                details { summary { "The numbers" } (table(&group, false)) }
            }
        }
    }
}

fn column(label: &str, tally: Tally) -> Column {
    let said = format!("{label}: {}, {} characters", articles(tally.articles), number(tally.characters));
    Column { label: label.to_owned(), said, value: tally.articles }
}

/// A group with a bar beside each row.
fn section(group: &Group) -> Markup {
    html! {
        @if !group.rows.is_empty() {
            section { h2 { (group.title) } (table(group, true)) }
        }
    }
}

fn table(group: &Group, has_bars: bool) -> Markup {
    // What stands for many would make all others look like nothing.
    let single = group.rows.iter().filter(|row| !row.is_rest);
    let highest = single.map(|row| group.size(row)).max().unwrap_or_default();
    let share = match group.measure {
        Measure::Articles => "of all articles",
        Measure::Characters => "of all characters on the pages",
    };
    html! {
        div.wide {
            table {
                thead {
                    tr {
                        th scope="col" { (group.what) }
                        @if has_bars { td.plot {} }
                        th scope="col" { "articles" }
                        th scope="col" { "characters" }
                        th scope="col" { (share) }
                    }
                }
                tbody {
                    @for row in &group.rows {
                        tr {
                            th scope="row" { bdi { (row.name) } }
                            @if has_bars { td.plot { @if !row.is_rest { (bar(group.size(row), highest)) } } }
                            td { (number(row.tally.articles)) }
                            td { (number(row.tally.characters)) }
                            td { (group.share(row)) }
                        }
                    }
                }
            }
        }
    }
}

/// How the figures were made.
pub(crate) fn notes() -> Markup {
    html! {
        footer {
            p {
                "Counted by boji " (env!("CARGO_PKG_VERSION")) " over the revision of each article that stands; what is hidden is left out. \
                 The number of words is an estimate, no tokenizer's: 1.7 Han characters are one word, a run of letters or digits of other \
                 scripts is one. Months are those of the place where the day was stated. Half of the articles are no longer than the \
                 median, nine of ten no longer than the 90th percentile. An article can have several quality flags. What was removed \
                 is what cleaning took out of the articles; its share is of that and the texts together."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Damaged;

    #[test]
    fn a_page_of_nothing_is_a_page() {
        let page = page(&Statistics::default(), &Filter::default(), &Selection::default());
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">") && page.ends_with("</html>"), "{page}");
        assert!(!page.contains("<svg") && !page.contains("Which articles"), "{page}");
    }

    #[test]
    fn what_strangers_wrote_is_text_on_the_page() {
        let hostile = "<script>alert(1)</script>\u{202e}\" onload=\"x";
        let mut statistics = Statistics { articles: 1, ..Statistics::default() };
        for counts in [&mut statistics.by_account, &mut statistics.by_license, &mut statistics.by_source] {
            counts.insert(hostile.to_owned(), Tally { articles: 1, characters: 5 });
        }
        statistics.damaged.push(Damaged { article: hostile.to_owned(), why: hostile.to_owned() });
        let filter = Filter { accounts: vec![hostile.to_owned()], ..Filter::default() };
        let page = page(&statistics, &filter, &Selection::default());
        assert!(!page.contains("<script") && !page.contains("\" onload") && page.contains("&lt;script&gt;"), "{page}");
        let told = page.split("</style>").nth(1).unwrap_or_default();
        assert_eq!(told.matches("&lt;script&gt;alert(1)&lt;/script&gt;").count(), 6, "{told}");
    }
}
