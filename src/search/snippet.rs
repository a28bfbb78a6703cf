use std::ops::Range;

use serde::Serialize;

use super::query::{Field, Phrase, Query};
use super::tokens::{is_wide, tokens};

/// Columns of a terminal that a snippet fills.
const COLUMNS: usize = 120;
/// Of these, what stands before the first place that was found.
const COLUMNS_BEFORE: usize = 30;
/// Places that are marked, in a text that repeats what is looked for without end.
const MAX_PLACES: usize = 10_000;

/// A place in a text, in characters from its beginning: the first that belongs to it, and the first behind it.
pub(crate) type Mark = (usize, usize);

/// A piece of a text on one line, with the places at which it says what was looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Snippet {
    /// It, with "…" where the text goes on.
    pub(crate) text: String,
    /// The places, in order; none overlaps another.
    pub(crate) marks: Vec<Mark>,
}

impl Snippet {
    /// The piece of a text that says most of what a query wants; its beginning when it says nothing of it.
    pub(crate) fn of(text: &str, query: &Query) -> Self {
        let phrases = query.wanted().into_iter().filter(|phrase| phrase.field != Some(Field::Title));
        let found = places(text, &phrases.collect::<Vec<_>>());
        Self::cut(text, &found)
    }

    fn cut(text: &str, found: &[Place]) -> Self {
        let from = best_beginning(text, found);
        let start = stretch_back(text, from, COLUMNS_BEFORE);
        let end = stretch(text, start, COLUMNS);
        let mut piece = String::new();
        if start > 0 {
            piece.push('…');
        }
        let shift = piece.chars().count();
        let characters_to = |at: usize| shift + text.get(start..at).unwrap_or_default().chars().count();
        let mut marks: Vec<Mark> = Vec::new();
        for place in found.iter().filter(|place| place.bytes.start >= start && place.bytes.end <= end) {
            let (first, behind) = (characters_to(place.bytes.start), characters_to(place.bytes.end));
            match marks.last_mut().filter(|last| last.1 >= first) {
                Some(last) => last.1 = last.1.max(behind),
                None => marks.push((first, behind)),
            }
        }
        let inside = text.get(start..end).unwrap_or_default();
        piece.extend(inside.chars().map(|c| if c.is_whitespace() { ' ' } else { c }));
        if end < text.len() {
            piece.push('…');
        }
        Self { text: piece, marks }
    }
}

/// Where a phrase stands.
struct Place {
    bytes: Range<usize>,
    phrase: usize,
}

/// The places at which a text says one of the phrases, by where they begin.
fn places(text: &str, phrases: &[&Phrase]) -> Vec<Place> {
    let all: Vec<_> = tokens(text).collect();
    let mut forms = String::with_capacity(text.len());
    let ends: Vec<usize> = all
        .iter()
        .map(|token| {
            token.write(text, &mut forms);
            forms.len()
        })
        .collect();
    let form = |nth: usize| {
        let start = nth.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
        ends.get(nth).and_then(|end| forms.get(start..*end))
    };
    let wanted: Vec<Vec<String>> =
        phrases.iter().map(|phrase| tokens(&phrase.text).map(|token| token.form(&phrase.text)).collect()).collect();
    let is_at = |nth: usize, (phrase, wanted): (&&Phrase, &Vec<String>)| {
        wanted.iter().enumerate().all(|(further, want)| {
            let may_go_on = phrase.is_prefix && further + 1 == wanted.len();
            form(nth + further)
                .is_some_and(|form| if may_go_on { form.starts_with(want.as_str()) } else { form == want })
        })
    };
    let mut found = Vec::new();
    for (nth, token) in all.iter().enumerate() {
        for (phrase, pair) in phrases.iter().zip(&wanted).enumerate() {
            let last = all.get(nth + pair.1.len().saturating_sub(1));
            if let Some(last) = last.filter(|_| is_at(nth, pair)) {
                found.push(Place { bytes: token.place.start..last.place.end, phrase });
            }
        }
        if found.len() >= MAX_PLACES {
            break;
        }
    }
    found
}

/// Where the piece begins that holds most of the phrases; of several such the first, and with nothing found the beginning.
fn best_beginning(text: &str, found: &[Place]) -> usize {
    let mut best = (0, 0);
    for (nth, first) in found.iter().enumerate() {
        let end = stretch(text, first.bytes.start, COLUMNS - COLUMNS_BEFORE);
        let mut said: Vec<usize> =
            found.iter().skip(nth).take_while(|place| place.bytes.end <= end).map(|place| place.phrase).collect();
        said.sort_unstable();
        said.dedup();
        if said.len() > best.0 {
            best = (said.len(), first.bytes.start);
        }
    }
    best.1
}

/// The place so many columns further on, or the end.
fn stretch(text: &str, from: usize, columns: usize) -> usize {
    let mut filled = 0;
    for (at, character) in text.get(from..).unwrap_or_default().char_indices() {
        filled += columns_of(character);
        if filled > columns {
            return from + at;
        }
    }
    text.len()
}

/// The place so many columns before, or the beginning.
fn stretch_back(text: &str, from: usize, columns: usize) -> usize {
    let mut filled = 0;
    for (at, character) in text.get(..from).unwrap_or_default().char_indices().rev() {
        filled += columns_of(character);
        if filled > columns {
            return at + character.len_utf8();
        }
    }
    0
}

fn columns_of(character: char) -> usize {
    if is_wide(character) { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marked(text: &str, query: &str) -> String {
        let snippet = Snippet::of(text, &Query::parse(query).unwrap());
        let mut out = String::new();
        for (nth, character) in snippet.text.chars().enumerate() {
            for (first, behind) in &snippet.marks {
                if nth == *first {
                    out.push('[');
                }
                if nth == *behind {
                    out.push(']');
                }
            }
            out.push(character);
        }
        if snippet.marks.last().is_some_and(|(_, behind)| *behind == snippet.text.chars().count()) {
            out.push(']');
        }
        out
    }

    #[test]
    fn what_is_looked_for_is_marked() {
        let far = format!("{}这里说簸箕的事。{}", "前面的话。".repeat(50), "后面的话。".repeat(50));
        for (text, query, want) in [
            ("用簸箕扬谷。", "簸箕", "用[簸箕]扬谷。"),
            ("簸箕", "簸箕", "[簸箕]"),
            ("Rust is not rusty.\nRUST!", "rust", "[Rust] is not rusty. [RUST]!"),
            ("Rust is rusty", "rust*", "[Rust] is [rusty]"),
            ("abab 簸箕箕", "簸箕 OR 箕箕", "abab [簸箕箕]"),
            ("没有", "簸箕", "没有"),
            ("簸箕和风车", "风车 -稻谷", "簸箕和[风车]"),
            ("标题里有", "title:标题", "标题里有"),
            ("", "一", ""),
        ] {
            assert_eq!(marked(text, query), want, "{query} in {text}");
        }
        let cut = marked(&far, "簸箕");
        assert!(cut.starts_with('…') && cut.ends_with('…') && cut.contains("这里说[簸箕]的事"), "{cut}");
    }

    #[test]
    fn the_piece_that_says_most_is_shown() {
        let text = format!("一开始只有簸箕。{}最后簸箕和风车都在。", "中间的话。".repeat(50));
        assert!(marked(&text, "簸箕 风车").ends_with("最后[簸箕]和[风车]都在。"));
    }

    proptest! {
        #[test]
        fn marks_lie_inside_and_in_order(text in "[ab簸箕 ，\n]{0,300}", query in "[ab簸箕]{1,3}( [ab簸箕]{1,2})?") {
            let snippet = Snippet::of(&text, &Query::parse(&query).unwrap());
            let mut last = 0;
            for (first, behind) in &snippet.marks {
                prop_assert!(last <= *first && first < behind);
                last = *behind;
            }
            prop_assert!(last <= snippet.text.chars().count());
        }
    }
}
