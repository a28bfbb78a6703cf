use std::ops::Range;
use std::slice::Iter;

use super::date_reading::{DateContext, DateReading, day, may_hold_date, same_day, turned};
use super::names::{has_lead, names};
use super::page_text::{PageText, Span, StatingElement};
use crate::model::Date;
use crate::rules::words::DateWords;
use crate::rules::words::metadata::{CELL, COMMENTS, DATE, Marks, PUBLISHED, UPDATED};
use crate::text::has_letters;

/// Most words before a date in which its label is looked for.
const MAX_LABEL_WORDS: usize = 4;
/// Most words behind a date in which its label is looked for.
const MAX_WORDS_BEHIND: usize = 7;
/// Longest line that can be the label of the line below it.
const MAX_ABOVE_BYTES: usize = 48;
/// Most dates of a page that are looked at.
const MAX_SHOWN_DATES: usize = 128;
/// Longest line, its date left out, in which a date stands for itself.
const MAX_REST_BYTES: usize = 48;
/// The same for a date whose year has two digits.
const MAX_SHORT_REST_BYTES: usize = 20;
/// The same for a date that marks cut off from what stands round it.
const MAX_CUT_BYTES: usize = 120;
/// Fewest letters beside a date in a heading that tell of something.
const MIN_LETTERS: usize = 3;
/// Most words written small beside a date that is no part of a sentence.
const MAX_SMALL_WORDS: usize = 3;
/// Most bytes of a byline before its date: `By Ann Lee on`.
const MAX_BYLINE_BYTES: usize = 60;
/// Most bytes of prose between a title and the date under it.
const MAX_PROSE: usize = 420;
/// Most bytes between a date and the title under it.
pub(super) const MAX_ABOVE: usize = 400;

/// What the words before a date call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateLabel {
    Published,
    Updated,
    /// A date, of whatever: `Date:`. Where nothing says more it is the publication.
    Dated,
    /// The date of something else: an event, a copyright.
    Other,
    None,
}

/// What is said right round the date at `hit` of a line; what stands before `from` belongs to the date before it. A date
/// that begins its line is called what the short line above says.
pub(super) fn label(
    seen: &PageText,
    index: usize,
    words: &str,
    from: usize,
    hit: Range<usize>,
    marks: Marks,
) -> DateLabel {
    let before = words.get(from..hit.start).unwrap_or_default();
    let dates = &seen.known.dates;
    let own = label_before(before, dates);
    if own != DateLabel::None {
        return own;
    }
    if from == 0 && !has_letters(before, 4) {
        let above = index.checked_sub(1).and_then(|above| seen.lines.get(above));
        let is_title = |line: &&Span| seen.headings.iter().any(|it| (it.start..it.end).contains(&line.start));
        let above = above.filter(|line| line.end - line.start <= MAX_ABOVE_BYTES && !is_title(line));
        let above = above.map(|line| seen.words(*line));
        // Only a line that ends in a label speaks of what is below it.
        let above = above.map_or(DateLabel::None, |words| label_of(words, 2, dates));
        if above != DateLabel::None {
            return above;
        }
    }
    let after = words.get(hit.end..).unwrap_or_default();
    if is_called_behind(after, dates) {
        return DateLabel::Published;
    }
    // The class of a line with two dates does not tell which of them it means.
    if marks & UPDATED != 0 && marks & PUBLISHED == 0 && !may_hold_date(after) {
        DateLabel::Updated
    } else {
        DateLabel::None
    }
}

/// Whether a verb behind a date calls it the publication: "am 3. Mai 2024 um 12 Uhr veröffentlicht".
fn is_called_behind(after: &str, dates: &DateWords) -> bool {
    let words = after.split(' ').take(MAX_WORDS_BEHIND).map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    words.map(str::to_lowercase).any(|word| dates.published_behind.contains(&word))
}

/// Whether the words before a date call it the first of several: `Originally published on`.
fn is_original(words: &str, from: usize, at: usize, dates: &DateWords) -> bool {
    let before = words.get(from..at).unwrap_or_default();
    let mut near = before.rsplit(' ').filter(|word| !word.is_empty()).take(MAX_LABEL_WORDS);
    near.any(|word| dates.first.contains(&word.to_lowercase()))
}

/// Whether a line tells, from its beginning, that a page was published on the date at `hit`: `This entry was posted on`,
/// or with the verb behind the date.
fn tells_publication(line: &str, hit: &Range<usize>, dates: &DateWords) -> bool {
    let begins = |openers: &[String]| {
        openers.iter().any(|opener| line.get(..opener.len()).is_some_and(|start| start.to_lowercase() == *opener))
    };
    begins(&dates.sentences)
        || (begins(&dates.verb_last_sentences) && is_called_behind(line.get(hit.end..).unwrap_or_default(), dates))
}

/// What the words before a date call it.
fn label_before(before: &str, dates: &DateWords) -> DateLabel {
    label_of(before, MAX_LABEL_WORDS, dates)
}

/// What the last `reach` words of a text call what comes behind them.
fn label_of(before: &str, reach: usize, dates: &DateWords) -> DateLabel {
    if !before.is_ascii() {
        let tail = before.trim_end();
        let near = tail.char_indices().rev().nth(7).map_or(tail, |(start, _)| tail.get(start..).unwrap_or(tail));
        let holds = |list: &[String]| list.iter().any(|word| near.contains(word.as_str()));
        for (list, label) in [
            (&dates.updated_cjk, DateLabel::Updated),
            (&dates.published_cjk, DateLabel::Published),
            (&dates.other_cjk, DateLabel::Other),
            (&dates.dated_cjk, DateLabel::Dated),
        ] {
            if holds(list) {
                return label;
            }
        }
    }
    let mut label = DateLabel::None;
    // A "Corona-Update" is no update.
    let cut = |c: char| !c.is_alphanumeric() && !matches!(c, '©' | '-');
    let near = before.rsplit(cut).map(|word| word.trim_matches('-')).filter(|word| !word.is_empty());
    for (back, word) in near.take(reach).enumerate() {
        let lower = if word.is_ascii() { word.to_ascii_lowercase() } else { word.to_lowercase() };
        let is_in = |list: &[String]| list.contains(&lower);
        if is_in(&dates.updated) {
            return DateLabel::Updated;
        }
        if is_in(&dates.published) {
            return DateLabel::Published;
        }
        if back < 2 && is_in(&dates.other) {
            return DateLabel::Other;
        }
        if is_in(&dates.dated) {
            label = DateLabel::Dated;
        }
    }
    label
}

/// Marks that cut a line into parts.
const CUTS: [char; 8] = ['|', '/', '·', '•', '>', '»', '–', '-'];

/// A date that a reader sees.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShownDate {
    pub date: Date,
    /// What it is where the month comes first and it was read with the day first, or the other way round.
    pub turned: Option<Date>,
    pub label: DateLabel,
    /// It is called the first publication, of several.
    pub original: bool,
    /// Where it stands, with the marks of its line.
    pub span: Span,
    /// Class words, a `time` element or an empty line around it say that it is no part of a sentence.
    pub alone: bool,
}

/// The dates in the short lines of a page and in its `time` elements, in reading order, and behind them those of longer
/// lines that tell of the publication.
pub(super) fn shown_dates(seen: &PageText, reading: DateReading, title: Option<Span>) -> Vec<ShownDate> {
    let mut found = Vec::new();
    let mut times = seen.times.iter().peekable();
    for (index, line) in seen.lines.iter().enumerate() {
        if found.len() >= MAX_SHOWN_DATES {
            break;
        }
        let line = ShownLine {
            seen,
            reading,
            index,
            span: *line,
            words: seen.text.get(line.start..line.end).unwrap_or_default(),
        };
        let behind = line.times(&mut times, &mut found);
        line.texts(behind, &mut found);
    }
    found.extend(told(seen, reading));
    call_headed(seen, title, &mut found);
    found
}

/// Calls the dates in headings of sections those of something else: of an event that a heading tells of, and where several
/// headings are dated of what stands under each. Blogs mark the dates that stand so.
fn call_headed(seen: &PageText, title: Option<Span>, found: &mut [ShownDate]) {
    let heading = |sight: &ShownDate| {
        let heads = |heading: &&Span| heading.start <= sight.span.start && sight.span.end <= heading.end;
        let mut others =
            seen.subheadings.iter().filter(|heading| title.is_none_or(|title| title.start != heading.start));
        others.find(heads).filter(|_| sight.span.marks & DATE == 0 && sight.label == DateLabel::None)
    };
    let is_several = found.iter().filter(|sight| heading(sight).is_some()).count() > 1;
    for sight in found {
        let Some(heading) = heading(sight) else { continue };
        let before = seen.text.get(heading.start..sight.span.start).unwrap_or_default();
        let behind = seen.text.get(sight.span.end..heading.end).unwrap_or_default();
        if is_several || has_letters(before, MIN_LETTERS) || has_letters(behind, MIN_LETTERS) {
            sight.label = DateLabel::Other;
        }
    }
}

/// A line that is short enough to state a date.
struct ShownLine<'a> {
    seen: &'a PageText<'a>,
    reading: DateReading,
    index: usize,
    span: Span,
    words: &'a str,
}

impl ShownLine<'_> {
    /// The dates of the `time` elements that end in the line; gives the offset behind the last one.
    fn times(
        &self,
        times: &mut std::iter::Peekable<Iter<'_, StatingElement<'_>>>,
        found: &mut Vec<ShownDate>,
    ) -> usize {
        let (words, start) = (self.words, self.span.start);
        let mut from = 0;
        while let Some(time) = times.next_if(|time| time.span.end <= self.span.end + 1) {
            let shown = self.seen.words(time.span);
            let text = || self.reading.first(shown);
            let stated = self.reading.date(time.value).or_else(text);
            let Some(mut date) = stated.filter(|_| time.span.start >= start) else { continue };
            // Shown in another zone than stated: the day that readers see counts.
            let day_shown = text().map(Date::local_day).or_else(|| self.reading.beside(shown, date));
            if let Some(other) = day_shown.filter(|shown| day(*shown) != day(date)) {
                date = other;
            }
            let at = (time.span.start - start).min(words.len());
            let end = time.span.end.saturating_sub(start).clamp(at, words.len());
            let inside = shown.get(..shown.find(|c: char| c.is_ascii_digit()).unwrap_or(0)).unwrap_or_default();
            let marks = time.span.marks | self.span.marks;
            let label = match label_before(inside, &self.seen.known.dates) {
                DateLabel::None => label(self.seen, self.index, words, from, at..end, marks),
                label => label,
            };
            // In a sentence it may be the time of anything.
            let alone = self.is_alone(&(at..end), false) || marks & DATE != 0;
            let span = Span { marks: marks | if alone { DATE } else { 0 }, ..time.span };
            found.push(ShownDate {
                date,
                turned: None,
                label,
                original: is_original(words, from, at, &self.seen.known.dates),
                span,
                alone,
            });
            from = end;
        }
        from
    }

    /// The dates in the words of the line behind an offset.
    fn texts(&self, behind: usize, found: &mut Vec<ShownDate>) {
        let (words, dates) = (self.words, &self.seen.known.dates);
        let mut from = behind;
        for (date, hit) in self.reading.all(words).filter(|(_, hit)| hit.start >= behind) {
            let text = words.get(hit.clone()).unwrap_or_default();
            let short_year = text.len() <= 8 && !text.contains(char::is_alphabetic);
            let alone = self.is_alone(&hit, short_year);
            if short_year && !alone {
                continue;
            }
            let said = label(self.seen, self.index, words, from, hit.clone(), self.span.marks);
            let tells = from == 0 && tells_publication(words, &hit, dates);
            let label =
                if tells && matches!(said, DateLabel::None | DateLabel::Dated) { DateLabel::Published } else { said };
            let original = is_original(words, from, hit.start, dates) || (tells && label == DateLabel::Published);
            let start = self.span.start;
            let span = Span { start: start + hit.start, end: start + hit.end, ..self.span };
            found.push(ShownDate { date, turned: turned(date, text), label, original, span, alone });
            // "12 May 2024 – 15 May 2024" is a time in which something goes on.
            let between = words.get(from..hit.start).unwrap_or_default().trim();
            if from > 0 && matches!(between, "-" | "–" | "—") {
                found.iter_mut().rev().take(2).for_each(|sight| sight.label = DateLabel::Other);
            }
            from = hit.end;
        }
    }

    /// Whether a date of the line is no part of a sentence.
    fn is_alone(&self, hit: &Range<usize>, short_year: bool) -> bool {
        let rest = self.words.len() - hit.len();
        let before = self.words.get(..hit.start).unwrap_or_default();
        let known = &self.seen.known.authors;
        let byline = || {
            before.len() <= MAX_BYLINE_BYTES && has_lead(before, known) && !names(before, self.seen.names()).is_empty()
        };
        (rest <= if short_year { MAX_SHORT_REST_BYTES } else { MAX_REST_BYTES } && !is_in_sentence(self.words, hit))
            || self.span.marks & DATE != 0
            || (rest <= MAX_CUT_BYTES && is_cut_off(self.words, hit))
            || byline()
    }
}

/// The dates of the longer lines that begin by telling when the page was published.
fn told(seen: &PageText, reading: DateReading) -> impl Iterator<Item = ShownDate> {
    let dates = &seen.known.dates;
    seen.heads.iter().filter_map(move |line| {
        let words = seen.words(*line);
        let (date, hit) = reading.all(words).next()?;
        let called = label_before(words.get(..hit.start)?, dates);
        let tells = tells_publication(words, &hit, dates) && !matches!(called, DateLabel::Updated | DateLabel::Other);
        // It may stand below the text, among what the site says.
        let span = Span { marks: line.marks & COMMENTS, ..*line };
        let label = DateLabel::Published;
        tells.then_some(ShownDate { date, turned: None, label, original: true, span, alone: true })
    })
}

/// Whether a date stands among words of a sentence: nothing cuts it off from several that are written small.
fn is_in_sentence(words: &str, hit: &Range<usize>) -> bool {
    let before = words.get(..hit.start).unwrap_or_default().rsplit(CUTS).next().unwrap_or_default();
    let behind = words.get(hit.end..).unwrap_or_default().split(CUTS).next().unwrap_or_default();
    let beside = before.split(' ').chain(behind.split(' '));
    beside.filter(|word| word.len() > 1 && word.starts_with(char::is_lowercase)).count() > MAX_SMALL_WORDS
}

/// Whether a part of a line stands between marks and its ends.
fn is_cut_off(words: &str, part: &Range<usize>) -> bool {
    let before = words.get(..part.start).unwrap_or_default();
    let behind = words.get(part.end..).unwrap_or_default();
    // Addresses have such marks, too, but no spaces.
    let begins = before.is_empty() || (before.ends_with(' ') && before.trim_end().ends_with(CUTS));
    let ends = behind.is_empty() || (behind.starts_with(' ') && behind.trim_start().starts_with(CUTS));
    begins && ends
}

/// The date that a reader takes for the publication: in the lines round the title, else one below the text that is
/// called so, or is the only one of the page.
pub(super) fn shown(all: &[ShownDate], title: Option<Span>) -> Option<ShownDate> {
    let fits = |sight: &&ShownDate| {
        is_own(sight.span, title) && matches!(sight.label, DateLabel::None | DateLabel::Published | DateLabel::Dated)
    };
    let near = |sight: &&ShownDate| is_near(sight, title);
    let alone = |sight: &&ShownDate| sight.alone || is_called(sight);
    let head = || all.iter().filter(fits).filter(near).filter(alone);
    let below = || title.map_or(0, |title| title.start);
    // What the page itself calls published, right under its title, is that in any of its parts.
    let called = |sight: &&ShownDate| sight.label == DateLabel::Published && sight.span.marks & COMMENTS == 0;
    let dated = |sight: &&ShownDate| sight.label == DateLabel::Dated || sight.span.marks & DATE != 0;
    let under = |sight: &&ShownDate| title.is_some_and(|title| sight.span.start >= title.start);
    let first = all.iter().filter(fits).find(|sight| sight.label == DateLabel::Published && sight.original);
    first
        .or_else(|| all.iter().filter(near).filter(called).find(under))
        .or_else(|| head().find(|sight| sight.label == DateLabel::Published))
        .or_else(|| head().find(|sight| sight.span.start >= below() && dated(sight)))
        .or_else(|| head().find(|sight| sight.span.start >= below()))
        .or_else(|| head().next_back())
        .or_else(|| {
            // Cells of tables tell of what the table does.
            let tail = || all.iter().filter(fits).filter(alone).filter(|it| it.span.marks & CELL == 0 || is_called(it));
            let only = || {
                let first = tail().next()?;
                all.iter().filter(fits).all(|sight| same_day(sight.date, first.date)).then_some(first)
            };
            let named = || tail().filter(|sight| sight.label == DateLabel::Published);
            let one = named().next().filter(|first| named().all(|other| same_day(other.date, first.date)));
            // Where the page calls several days so, those are cards of other pages, and its own stands before them.
            let several = || named().next().and_then(|_| all.iter().filter(called).filter(alone).find(under));
            let dated = || tail().find(|sight| sight.label == DateLabel::Dated);
            // Nothing but what stands beside the text calls a date its own.
            let is_beside = |sight: &&ShownDate| under(sight) && is_called(sight) && sight.span.marks & COMMENTS == 0;
            one.or_else(several).or_else(dated).or_else(only).or_else(|| all.iter().find(is_beside))
        })
        .copied()
}

/// Whether a date stands where the page speaks of itself. The line right above the title does, whatever part of the page
/// it belongs to.
pub(super) fn is_own(date: Span, title: Option<Span>) -> bool {
    let above = |title: Span| date.end < title.start && title.start - date.end <= 1;
    title.is_some_and(above) || !PageText::is_foreign(date, title)
}

/// Whether words round a date say that it is that of the text.
fn is_called(sight: &ShownDate) -> bool {
    matches!(sight.label, DateLabel::Published | DateLabel::Dated)
}

/// The last change as the page shows it.
pub(super) fn shown_change(seen: &PageText, all: &[ShownDate], context: DateContext) -> Option<Date> {
    let from_items = seen.items_of("dateModified").find_map(|item| context.reading.date(seen.said(item)));
    let own = |sight: &&ShownDate| (sight.alone || is_near(sight, context.title)) && is_own(sight.span, context.title);
    from_items.or_else(|| Some(all.iter().filter(own).find(|sight| sight.label == DateLabel::Updated)?.date))
}

/// Whether little prose stands between a title and what is under it.
pub(super) fn is_close(span: Span, title: Option<Span>) -> bool {
    let Some(title) = title else { return span.prose <= MAX_PROSE };
    span.start >= title.start && span.prose.saturating_sub(title.prose) <= MAX_PROSE
}

/// Whether a date stands in the lines round the title.
pub(super) fn is_near(sight: &ShownDate, title: Option<Span>) -> bool {
    let above = |title: Span| {
        sight.span.start < title.start
            && sight.span.end + MAX_ABOVE >= title.start
            && (sight.span.marks & DATE != 0 || sight.span.end + 100 >= title.start)
    };
    is_close(sight.span, title) || title.is_some_and(above)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn words_before_a_date_name_it() {
        let rules = Rules::shipped();
        let cases = [
            ("Published on ", DateLabel::Published),
            ("Last updated: ", DateLabel::Updated),
            ("Published May 3 | Updated ", DateLabel::Updated),
            ("© ", DateLabel::Other),
            ("Ann Lee | ", DateLabel::None),
            ("发布时间：", DateLabel::Published),
            ("Zuletzt aktualisiert am ", DateLabel::Updated),
            ("Corona-Update ", DateLabel::None),
            ("Datum: ", DateLabel::Dated),
            ("Published date: ", DateLabel::Published),
            ("发布日期：", DateLabel::Published),
            ("日期：", DateLabel::Dated),
        ];
        for (before, want) in cases {
            assert_eq!(label_before(before, &rules.words().metadata.dates), want, "{before}");
        }
    }
}
