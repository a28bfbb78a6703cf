use super::pen::{MAX_LINE_BYTES, Span};
use super::seen::Seen;
use super::setting::Setting;
use crate::model::Date;

/// Most bytes of the place before the date: `Karlsruhe, (`.
const MAX_PLACE_BYTES: usize = 48;

/// The date with which the first paragraph of a report begins, as agencies write them: `NEW YORK, Jan. 5, 2022 –`.
pub(super) fn dateline(seen: &Seen, setting: Setting) -> Option<Date> {
    let behind = setting.title?.end;
    let is_prose = |line: &&Span| line.end - line.start > MAX_LINE_BYTES / 2;
    let lines = seen.lines.iter().filter(is_prose).chain(&seen.heads);
    let own = lines.filter(|line| line.start >= behind && !Seen::is_foreign(**line, setting.title));
    let words = seen.words(*own.min_by_key(|line| line.start)?);
    let (date, hit) = setting.reading.all(words).next()?;
    let (place, rest) = (words.get(..hit.start)?, words.get(hit.end..)?.trim_start());
    let is_place = place.len() <= MAX_PLACE_BYTES
        && !place.split(' ').any(|word| word.starts_with(char::is_lowercase))
        && place.chars().all(|c| c.is_alphabetic() || " ,.-/([–—".contains(c));
    let ends = seen.known.dates.dateline_ends.iter().any(|end| rest.starts_with(end.as_str()));
    (is_place && ends).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::metadata::reading::Reading;
    use crate::parse::html::Tree;
    use crate::rules::Rules;

    #[test]
    fn reports_begin_with_place_and_day() {
        let cases = [
            ("NEW YORK, Jan. 5, 2022 – The bakers", "2022-01-05"),
            ("Karlsruhe, (12.11.2021). Die Bäcker", "2021-11-12"),
            ("(18.01.2018) Die Bäcker", "2018-01-18"),
            ("新华社北京2021年3月4日电 面包师", "2021-03-04"),
            ("May 3, 2020 was the day on which the bakers", ""),
            ("When the bakers met on May 3, 2020, they", ""),
            ("John Lennon died on December 8, 1980. The", ""),
            ("Bakers Of All The Villages Round The Mill On The River, May 3, 2020 –", ""),
            ("The bakers.", ""),
        ];
        for (start, want) in cases {
            let html = format!("<h1>Bread</h1><p>{start} {}<p>May 9, 2023 – {}", "dough ".repeat(40), "x ".repeat(90));
            let (tree, _) = Tree::document(&html);
            let rules = Rules::shipped();
            let seen = Seen::new(&tree, &rules.words().metadata);
            let setting = Setting { url: "", reading: Reading::default(), title: seen.headings.first().copied() };
            let found = dateline(&seen, setting).map(|date| date.to_string()).unwrap_or_default();
            assert_eq!(found, want, "{start}");
        }
    }
}
