use super::marks::{JOINTS, SIGNS, WEAK_SIGNS, closing, is_han};
use crate::rules::CreditWords;
use crate::text::simplified;

/// Longest role with what narrows it, in characters.
const MAX_ROLE: usize = 16;

/// Most words that narrow a role, and most roles of one name.
const MAX_NARROWING: usize = 2;
const MAX_JOINED: usize = 4;

/// Characters of a role that no list holds.
const UNKNOWN: std::ops::RangeInclusive<usize> = 2..=8;

/// How a label shows that it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// A sign that divides a role from its names.
    Clear(char),
    /// A blank, a dot, a dash, brackets around the role: so stand other words together too.
    Weak,
}

/// A role, or several of one name, at the start of a text with the sign behind it.
#[derive(Debug)]
pub(super) struct Label<'a> {
    /// As printed, without blanks in it; several with `/` between them.
    pub role: String,
    pub sign: Sign,
    /// What stands behind the sign.
    pub rest: &'a str,
}

/// Reads the label at the start of a text.
pub(super) fn label<'a>(text: &'a str, words: &CreditWords) -> Option<Label<'a>> {
    let opening = text.chars().next().filter(|c| *c != '《');
    let closing = opening.and_then(closing);
    // Most lines are prose, in which nothing that ends a role stands so near to the beginning.
    let ends_role = |c: char| {
        c.is_whitespace() || SIGNS.contains(&c) || WEAK_SIGNS.contains(&c) || JOINTS.contains(&c) || Some(c) == closing
    };
    if !text.chars().skip(1).take(MAX_ROLE + 1).any(ends_role) {
        return None;
    }
    let mut rest = text.get(closing.and(opening).map_or(0, char::len_utf8)..)?;
    let mut joined: Vec<String> = Vec::new();
    // Roles stand together as in 图/文：甲.
    for _ in 0..MAX_JOINED {
        let (role, behind) = role(rest, words)?;
        let by_blank = behind.starts_with(char::is_whitespace);
        let behind = behind.trim_start();
        joined.push(role);
        if let Some(more) = behind.strip_prefix(JOINTS).map(str::trim_start)
            && self::role(more, words).is_some_and(|(role, next)| is_label_end(&role, next, closing, words))
        {
            rest = more;
            continue;
        }
        let (sign, rest) = match closing {
            Some(closing) => {
                let behind = behind.strip_prefix(closing)?.trim_start();
                sign(behind).unwrap_or((Sign::Weak, behind))
            }
            None => sign(behind).or_else(|| by_blank.then_some((Sign::Weak, behind)))?,
        };
        return Some(Label { role: joined.join("/"), sign, rest });
    }
    None
}

fn sign(text: &str) -> Option<(Sign, &str)> {
    let first = text.chars().next()?;
    let rest = text.get(first.len_utf8()..)?;
    match first {
        _ if SIGNS.contains(&first) => Some((Sign::Clear(first), rest)),
        _ if WEAK_SIGNS.contains(&first) => Some((Sign::Weak, rest)),
        _ => None,
    }
}

/// Whether a role that is joined to the one before is one, by what follows: a sign, its bracket, or a blank. With a blank
/// what reporters are called belongs to their name (`文/记者 甲`).
fn is_label_end(role: &str, rest: &str, closing: Option<char>, words: &CreditWords) -> bool {
    let behind = rest.trim_start();
    let signed = behind.starts_with(|c: char| SIGNS.contains(&c) || JOINTS.contains(&c) || Some(c) == closing);
    let calls = || words.reporters.iter().any(|word| role.ends_with(word.as_str()));
    signed || (behind.len() < rest.len() && !calls())
}

/// A label that no list knows: a few characters before a sign.
pub(super) fn unknown_label<'a>(text: &'a str, words: &CreditWords) -> Option<Label<'a>> {
    let at = text.find(|c: char| !is_han(c))?;
    let (role, rest) = text.split_at_checked(at)?;
    let (sign, rest) = sign(rest.trim_start())?;
    let fits = matches!(sign, Sign::Clear(_)) && UNKNOWN.contains(&role.chars().count());
    let plain: String = role.chars().map(simplified).collect();
    let states = words.other_labels.contains(&plain) || words.works.contains(&plain) || words.sources.contains(&plain);
    (fits && !states).then(|| Label { role: role.to_owned(), sign, rest })
}

/// The label of a source among credits: `作者：甲 | 来源：乙`.
pub(super) fn source<'a>(text: &'a str, words: &CreditWords) -> Option<(String, &'a str)> {
    let word = words.sources.iter().find(|word| text.starts_with(word.as_str()))?;
    let rest = text.get(word.len()..)?.trim_start();
    Some((word.clone(), rest.strip_prefix([':', '：', '|', '｜', '丨'])?))
}

/// Whether a word is a role and nothing else.
pub(super) fn is_role(word: &str, words: &CreditWords) -> bool {
    role(word, words).is_some_and(|(_, rest)| rest.is_empty())
}

/// Whether a role, or one of several, makes those whom it names authors.
pub(in crate::clean::boilerplate) fn is_author(role: &str, words: &CreditWords) -> bool {
    role.to_lowercase().split('/').any(|role| words.author_roles.iter().any(|known| known == role))
}

/// Whether a role is one of an editor's desk, which may stand before a person's name without any sign.
pub(super) fn is_desk(role: &str, words: &CreditWords) -> bool {
    words.desk_roles.iter().any(|known| role.ends_with(known.as_str()))
}

/// Whether a role names those who report for a house: 本报记者, 江湾日报记者.
pub(super) fn is_reporter(role: &str, words: &CreditWords) -> bool {
    words.desks.iter().any(|known| known == role) || of_house(role, words) == Some(role.chars().count())
}

/// The longest role at the start of a text, words that narrow it (实习, 技术) included, and what follows.
fn role<'a>(text: &'a str, words: &CreditWords) -> Option<(String, &'a str)> {
    let (printed, ends) = set_together(text);
    let folded: String = printed.chars().map(|c| simplified(c).to_ascii_lowercase()).collect();
    let length = known(&folded, words)
        .into_iter()
        .chain(narrowed(&folded, words))
        .chain(author_id(&folded, words))
        .chain(of_house(&folded, words))
        .max()?;
    let rest = text.get(*ends.get(length.checked_sub(1)?)?..)?;
    Some((printed.chars().take(length).collect(), rest))
}

/// The first characters of a text, and where in it each ends. Blanks between single Chinese characters, with which a role
/// is spread over a line (编　辑), are left out.
fn set_together(text: &str) -> (String, Vec<usize>) {
    let mut printed = String::new();
    let mut ends: Vec<usize> = Vec::new();
    let (mut since_blank, mut spread) = (0, false);
    for (at, c) in text.char_indices() {
        if ends.len() >= MAX_ROLE {
            break;
        }
        let alone = since_blank == 1 && printed.ends_with(is_han);
        if c.is_whitespace() && alone {
            (since_blank, spread) = (0, true);
            continue;
        }
        if c.is_whitespace() && (since_blank == 0 || printed.ends_with(is_han)) {
            break;
        }
        if spread && since_blank == 1 {
            break;
        }
        since_blank = if c.is_whitespace() { 0 } else { since_blank + 1 };
        printed.push(c);
        ends.push(at + c.len_utf8());
    }
    (printed, ends)
}

/// Characters of the longest role at the start of a folded text.
fn known(folded: &str, words: &CreditWords) -> Option<usize> {
    let joining = longest(&words.joining_roles, folded);
    longest(&words.roles, folded).into_iter().chain(joining).max()
}

/// The same with the words before it that narrow it: modifiers, and other roles (配音导演).
fn narrowed(folded: &str, words: &CreditWords) -> Option<usize> {
    let (mut passed, mut found) = (0, None);
    for _ in 0..MAX_NARROWING {
        let rest = behind(folded, passed);
        let narrowing = [&words.modifiers, &words.roles].into_iter().filter_map(|list| longest(list, rest)).max();
        let Some(length) = narrowing.filter(|length| *length > 1) else { break };
        passed += length;
        found = longest(&words.roles, behind(folded, passed)).map(|length| passed + length).or(found);
    }
    found
}

fn author_id(folded: &str, words: &CreditWords) -> Option<usize> {
    let ends = words.author_ids.iter().find_map(|id| Some(folded.find(id.as_str())? + id.len()));
    ends.and_then(|end| folded.get(..end)).map(|role| role.chars().count())
}

/// Characters of a house with its reporters: 江湾日报记者.
fn of_house(folded: &str, words: &CreditWords) -> Option<usize> {
    words.reporters.iter().find_map(|word| {
        let house = folded.get(..folded.find(word.as_str())?)?;
        let named = house.chars().all(|c| c.is_alphanumeric() || matches!(c, '《' | '》'));
        let known = named && words.houses.iter().any(|ends| house.trim_end_matches('》').ends_with(ends.as_str()));
        known.then(|| house.chars().count() + word.chars().count())
    })
}

/// Characters of the longest of some words, longest first, at the start of a text.
fn longest(list: &[String], text: &str) -> Option<usize> {
    list.iter().find(|word| text.starts_with(word.as_str())).map(|word| word.chars().count())
}

/// A text without its first characters.
fn behind(text: &str, passed: usize) -> &str {
    text.char_indices().nth(passed).and_then(|(at, _)| text.get(at..)).unwrap_or_default()
}
