//! Plots as SVG inside of a page: no script, and colours that the page's style gives.

use maud::{Markup, html};

use super::said::number;

/// Size of a plot of columns, in its own units, and where its axes stand.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 26.0;
/// Widest column: two articles are no wall.
const WIDEST: f64 = 56.0;
/// Share of its place that a column fills.
const FILLED: f64 = 0.8;
/// Least height of a column that is not nothing.
const LOWEST: f64 = 1.0;
/// Most labels below the columns.
const MAX_LABELS: usize = 12;
/// How many columns may share a label: of months what divides a year.
const COLUMNS_OF_A_LABEL: [usize; 5] = [1, 2, 3, 6, 12];
/// About so many lines stand behind the columns.
const LINES: u64 = 4;

/// A column of a plot.
pub(super) struct Column {
    /// What stands below it.
    pub(super) label: String,
    /// What a pointer that rests on it is told.
    pub(super) said: String,
    /// How high it is.
    pub(super) value: u64,
}

/// Columns side by side. `id` is of this plot alone; title and description are for those who do not see it.
pub(super) fn columns(id: &str, title: &str, description: &str, columns: &[Column]) -> Markup {
    let highest = columns.iter().map(|column| column.value).max().unwrap_or_default();
    let step = step(highest);
    let top = highest.div_ceil(step) * step;
    let place = (WIDTH - LEFT - RIGHT) / columns.len().max(1) as f64;
    let width = (place * FILLED).min(WIDEST);
    let height = |value: u64| (HEIGHT - TOP - BOTTOM) * value as f64 / top.max(1) as f64;
    let middle = |nth: usize| LEFT + place * (nth as f64 + 0.5);
    let ground = HEIGHT - BOTTOM;
    let least = columns.len().div_ceil(MAX_LABELS).max(1);
    let every = COLUMNS_OF_A_LABEL.into_iter().find(|many| *many >= least).unwrap_or(least);
    html! {
        svg.columns role="img" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } aria-labelledby={ (id) "-title " (id) "-about" } {
            title id={ (id) "-title" } { (title) }
            desc id={ (id) "-about" } { (description) }
            @for line in (0..=top / step).map(|nth| nth * step) {
                line.line x1=(LEFT) x2=(WIDTH - RIGHT) y1=(tenths(ground - height(line))) y2=(tenths(ground - height(line))) {}
                text.scale text-anchor="end" x=(LEFT - 8.0) y=(tenths(ground - height(line) + 4.0)) { (number(line)) }
            }
            @for (nth, column) in columns.iter().enumerate() {
                @if column.value > 0 {
                    @let high = height(column.value).max(LOWEST);
                    rect.bar x=(tenths(middle(nth) - width / 2.0)) y=(tenths(ground - high)) width=(tenths(width)) height=(tenths(high)) {
                        title { (column.said) }
                    }
                }
                @if nth % every == 0 {
                    text.label text-anchor="middle" x=(tenths(middle(nth))) y=(HEIGHT - 8.0) { (column.label) }
                }
            }
        }
    }
}

/// A bar beside a row whose numbers say the same, so that it need not be told to who does not see it.
pub(super) fn bar(value: u64, highest: u64) -> Markup {
    let width = 100.0 * value as f64 / highest.max(1) as f64;
    html! {
        svg.row viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
            rect.bar width=(tenths(width)) height="10" {}
        }
    }
}

/// The distance of two lines: 1, 2 or 5 times a power of ten.
fn step(highest: u64) -> u64 {
    let mut power = 1_u64;
    loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            if highest / step <= LINES {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

/// A measure with one digit behind the point, which is all that is seen.
fn tenths(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_at_round_numbers() {
        for (highest, want) in [
            (0, 1),
            (1, 1),
            (4, 1),
            (5, 2),
            (9, 2),
            (10, 5),
            (24, 5),
            (25, 10),
            (99, 20),
            (1_234, 500),
            (70_000, 20_000),
        ] {
            assert_eq!(step(highest), want, "{highest}");
        }
        assert!(u64::MAX / step(u64::MAX) <= LINES);
    }

    #[test]
    fn a_plot_is_told_in_words_and_escapes_what_it_is_given() {
        let column = |label: &str, value| Column { label: label.to_owned(), said: format!("{label}: {value}"), value };
        let plot = columns("plot", "a < b", "c & d", &[column("<x>", 3), column("none", 0)]).into_string();
        for part in [
            "role=\"img\"",
            "aria-labelledby=\"plot-title plot-about\"",
            "a &lt; b",
            "c &amp; d",
            "&lt;x&gt;: 3",
            ">none<",
        ] {
            assert!(plot.contains(part), "{part}: {plot}");
        }
        assert_eq!(plot.matches("<rect").count(), 1, "nothing has no column: {plot}");
        assert!(!columns("plot", "", "", &[]).into_string().contains("NaN"));
        assert!(bar(0, 0).into_string().contains("width=\"0.0\""));
    }
}
