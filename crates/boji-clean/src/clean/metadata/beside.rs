use memchr::memmem;

use super::names::{is_house, is_job, is_name, names};
use super::pen::Span;
use super::reading::Reading;
use super::seen::Seen;
use crate::model::{count_letters, has_letters};
use crate::rules::words::AuthorWords;

/// Most bytes between the title and the line of the date that names who wrote.
const MAX_AWAY: usize = 600;
/// Most bytes of prose between them: a teaser.
const MAX_TEASER: usize = 420;
/// Longest line that holds but a date, a name and how long the reading takes.
const MAX_LINE_BYTES: usize = 100;
/// Most lines below the date that are looked at.
const MAX_BELOW: usize = 2;
/// Most letters beside the names: an "and".
const MAX_REST: usize = 3;
/// Marks that divide the parts of such a line.
const DIVIDERS: [char; 10] = ['·', '•', '|', '⋅', '・', '—', '–', '/', '●', '∙'];

/// The names of a byline without any word that leads to them: alone beside the date under or over the title, or in the
/// line next to it. Only what is written as names of persons are, and nowhere in the page as common words, is taken.
pub(super) fn beside_date(seen: &Seen, title: Span, site: &str) -> Option<Vec<String>> {
    let near = |line: &Span| {
        let below = line.start >= title.end && line.start - title.end <= MAX_AWAY;
        let above = line.end <= title.start && title.start - line.end <= MAX_AWAY / 2;
        (below || above)
            && line.prose.saturating_sub(title.prose) <= MAX_TEASER
            && line.end - line.start <= MAX_LINE_BYTES
    };
    let near = |line: &Span| near(line) && !Seen::is_foreign(*line, Some(title));
    let lines: Vec<Span> = seen.lines.iter().filter(|line| near(line)).copied().collect();
    let dated = lines.iter().position(|line| holds_date(seen.words(*line)))?;
    let inside = lines.get(dated).and_then(|line| signed(seen, seen.words(*line), site));
    inside.or_else(|| {
        let full = |line: &&Span| line.start != title.start && !says_nothing(seen.words(**line));
        let (above, below) = lines.split_at(dated);
        let above = above.iter().rev().filter(full).take(1);
        let below = below.iter().skip(1).filter(full).take(MAX_BELOW);
        above.chain(below).find_map(|line| signed(seen, seen.words(*line), site))
    })
}

/// Whether a line is but a mark between two others.
fn says_nothing(words: &str) -> bool {
    !has_letters(words, 2)
}

fn holds_date(words: &str) -> bool {
    Reading { offset: 0, month_first: Some(true) }.first(words).is_some()
}

/// The names in the one part of a line that holds nothing else.
fn signed(seen: &Seen, words: &str, site: &str) -> Option<Vec<String>> {
    words.split(DIVIDERS).map(str::trim).find_map(|part| {
        let found = names(part, &seen.known.authors);
        let rest = found.iter().fold(part.to_owned(), |rest, name| rest.replacen(name.as_str(), "", 1));
        let letters = count_letters(&rest);
        // "Ann Lee in Baking" begins with the name, and "May 3, 2024 Ann Lee" with the date.
        let begins = found.len() == 1 && found.iter().all(|name| part.starts_with(name.as_str()));
        let whole = letters <= MAX_REST || begins || holds_date(&rest);
        let persons = found.iter().all(|name| is_person(name, &seen.known.authors) && !name.eq_ignore_ascii_case(site));
        let named = found.iter().flat_map(|name| name.split(' ')).all(|word| !is_common(seen, word));
        (!found.is_empty() && whole && persons && named).then_some(found)
    })
}

/// Whether a name has the shape that those of persons have.
fn is_person(name: &str, known: &AuthorWords) -> bool {
    let words: Vec<&str> = name.split(' ').collect();
    let large = |word: &&str| word.chars().next().is_some_and(char::is_uppercase);
    let particle = |word: &&str| known.particles.iter().any(|known| known == word);
    let mixed = |word: &str| word.chars().count() == 1 || word.chars().any(char::is_lowercase) || word.ends_with('.');
    (2..=4).contains(&words.len())
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\'' | '’'))
        && words.first().is_some_and(large)
        && words.last().is_some_and(large)
        && !words.iter().any(|word| word.ends_with("'s") || word.ends_with("’s"))
        && words.iter().all(|word| particle(word) || (large(word) && mixed(word)))
        && is_name(name, known)
        && !is_house(name, known)
        && !is_job(name, known)
}

/// Whether the page writes a word small somewhere: names are written large wherever they stand.
fn is_common(seen: &Seen, word: &str) -> bool {
    let small = word.to_lowercase();
    let letter =
        |at: Option<usize>| at.and_then(|at| seen.text.as_bytes().get(at)).is_some_and(u8::is_ascii_alphanumeric);
    small != word
        && memmem::find_iter(seen.text.as_bytes(), small.as_bytes())
            .any(|at| !letter(at.checked_sub(1)) && !letter(Some(at + small.len())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::html::Tree;
    use crate::rules::Rules;

    #[test]
    fn a_name_beside_the_date_signs() {
        let cases = [
            ("<h1>Bread</h1><p>Ann Lee · May 3, 2024 · 5 min read<p>The dough rests.", "Ann Lee"),
            ("<h1>Bread</h1><p>Ann Lee<p>3 May 2024<p>The dough rests.", "Ann Lee"),
            ("<div>2024-05-03</div><div>Ann van Lee</div><h1>Bread</h1><p>The dough rests.", "Ann van Lee"),
            ("<h1>Bread</h1><p>Ann Lee, Bo Chen<p>3 May 2024", "Ann Lee;Bo Chen"),
            ("<h1>Bread</h1><p>May 3, 2024<p>•<p>Ann Lee in Baking<p>The dough rests.", "Ann Lee"),
            ("<h1>Bread</h1><p><span>May 3, 2024</span> <b>Ann Lee</b><p>The dough rests.", "Ann Lee"),
            ("<h1>Bread</h1><p>Sour Dough · May 3, 2024<p>A sour loaf.", ""),
            ("<h1>Bread</h1><p>Crumbs Team · May 3, 2024<p>text", ""),
            ("<h1>Bread</h1><p>Head Baker · May 3, 2024<p>text", ""),
            ("<h1>Bread</h1><p>Today's Hours<p>May 3, 2024", ""),
            ("<h1>Bread</h1><p>Ann Lee<p>The dough rests.", ""),
            ("<h1>Bread</h1><p>Saint Honoré Bread<p>May 3, 2024<p>the bread", ""),
        ];
        for (html, want) in cases {
            let (tree, _) = Tree::document(html);
            let rules = Rules::shipped();
            let seen = Seen::new(&tree, &rules.words().metadata);
            let title = seen.headings.first().copied().expect("a heading");
            assert_eq!(beside_date(&seen, title, "Crumbs").unwrap_or_default().join(";"), want, "{html}");
        }
    }
}
