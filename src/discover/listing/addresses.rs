use boji_clean::model::{Candidate, FoundBy, canonical_url, plain_address};

/// Letters of a line beside its address: a title is not longer, a sentence of prose often is.
const MAX_TITLE: usize = 120;
/// Lines without an address that are named.
const MAX_BAD: usize = 100;
/// Addresses taken of one file.
const MAX_ADDRESSES: usize = 1_000_000;
/// Signs that may stand between a title and its address.
const BETWEEN: [char; 12] = [' ', '\t', ',', '，', ';', '；', ':', '：', '|', '"', '<', '\u{3000}'];
/// Signs that part the fields of a row.
const FIELDS: [char; 4] = ['\t', ',', '，', '"'];

/// A text in which each line is an address, perhaps with a title before or behind it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AddressList {
    /// What it names, in its order.
    pub candidates: Vec<Candidate>,
    /// Lines that hold no address, with their numbers from 1.
    pub bad: Vec<(usize, String)>,
}

impl AddressList {
    /// Whether it says more than the addresses.
    pub(crate) fn has_titles(&self) -> bool {
        self.candidates.iter().any(|candidate| !candidate.title.is_empty())
    }
}

/// Reads a text as a list of addresses. `None` for prose: fewer than two of three lines hold an address at their beginning
/// or end, be it a broken one, or a line is longer than a title is. Empty lines and such as begin with `#` say nothing.
pub(crate) fn read_addresses(text: &str) -> Option<AddressList> {
    let mut list = AddressList::default();
    let (mut bad, mut broken) = (0, 0);
    for (number, line) in text.trim_start_matches('\u{feff}').lines().map(str::trim).enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match entry(line) {
            Some((title, _)) if title.chars().count() > MAX_TITLE => return None,
            Some((title, url)) if list.candidates.len() < MAX_ADDRESSES => list.candidates.push(candidate(url, title)),
            Some(_) => break,
            None if line.chars().count() > MAX_TITLE => return None,
            None => {
                bad += 1;
                broken += usize::from(looks_like_address(line));
                if bad <= MAX_BAD {
                    list.bad.push((number + 1, line.to_owned()));
                }
            }
        }
    }
    let meant = list.candidates.len() + broken;
    (!list.candidates.is_empty() && meant >= (bad - broken) * 2).then_some(list)
}

/// Whether a line without an address was meant to be one: `htps:/a.example/b`, `www.a.example`.
fn looks_like_address(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    let scheme = first.split_once(":/").map(|(scheme, _)| scheme);
    let has_scheme = scheme
        .is_some_and(|scheme| (1..=8).contains(&scheme.len()) && scheme.bytes().all(|byte| byte.is_ascii_alphabetic()));
    has_scheme || first.starts_with("www.")
}

/// Title and address of a line.
fn entry(line: &str) -> Option<(&str, &str)> {
    let at = ["http://", "https://"].iter().filter_map(|scheme| line.find(scheme)).min()?;
    let (before, rest) = line.split_at_checked(at)?;
    let end = rest.char_indices().find(|(at, letter)| ends_address(*letter, rest.get(at + letter.len_utf8()..)));
    let (address, behind) = rest.split_at_checked(end.map_or(rest.len(), |(at, _)| at))?;
    let is_parted = before.is_empty() || before.ends_with(BETWEEN);
    // A row of a table has fields on both sides; a sentence goes on without their signs.
    let is_row = before.ends_with(FIELDS) && behind.starts_with(FIELDS);
    let (before, behind) = (bare(before), bare(behind));
    let title = if before.is_empty() { behind } else { before };
    let is_row = is_row || before.is_empty() || behind.is_empty();
    (is_parted && is_row && canonical_url(address).is_some()).then_some((title, address))
}

/// Whether a letter ends an address: white space, quotation marks, and a comma behind which something else begins.
fn ends_address(letter: char, behind: Option<&str>) -> bool {
    let next = behind.and_then(|behind| behind.chars().next());
    match letter {
        '"' | '<' | '>' | '，' | '；' => true,
        ',' | ';' => next.is_none_or(|next| !next.is_ascii_alphanumeric()),
        letter => letter.is_whitespace(),
    }
}

fn bare(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || BETWEEN.contains(&letter) || letter == '>')
}

/// An article that a list names.
pub(super) fn candidate(url: &str, title: &str) -> Candidate {
    Candidate {
        url: plain_address(url),
        title: title.trim().to_owned(),
        found_by: Some(FoundBy::List),
        ..Candidate::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `title=address` of each, then the numbers of bad lines.
    fn told(text: &str) -> Option<String> {
        let list = read_addresses(text)?;
        let named = list.candidates.iter().map(|candidate| format!("{}={}", candidate.title, candidate.url));
        let bad = list.bad.iter().map(|(number, _)| format!("!{number}"));
        Some(named.chain(bad).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn lines_hold_addresses_and_perhaps_titles() {
        let cases = [
            (
                "\u{feff}# to read\nhttps://a.example/1\n\nhttps://a.example/2\n",
                "=https://a.example/1 =https://a.example/2",
            ),
            ("甲 乙 https://a.example/1", "甲 乙=https://a.example/1"),
            ("https://a.example/1\t甲", "甲=https://a.example/1"),
            ("甲,https://a.example/1", "甲=https://a.example/1"),
            ("\"甲\",\"https://a.example/1\"", "甲=https://a.example/1"),
            ("https://a.example/1,甲", "甲=https://a.example/1"),
            ("https://a.example/1,2.html", "=https://a.example/1,2.html"),
            ("甲：https://a.example/1", "甲=https://a.example/1"),
            ("<https://a.example/1>", "=https://a.example/1"),
            ("甲,https://a.example/1,2024", "甲=https://a.example/1,2024"),
            (
                "https://a.example/1\nhtps:/a.example/2\nhttps://a.example/3",
                "=https://a.example/1 =https://a.example/3 !2",
            ),
        ];
        let broken = "https://a.example/1\nhtp://a.example/2\nhttps:/a.example/3\nwww.a.example/4\n一句话";
        assert_eq!(told(broken).as_deref(), Some("=https://a.example/1 !2 !3 !4 !5"));
        for (text, want) in cases {
            assert_eq!(told(text).as_deref(), Some(want), "{text:?}");
        }
    }

    #[test]
    fn prose_is_no_list() {
        let long = format!("{}。https://a.example/1", "河边的镇子在三月里修了一座新桥".repeat(10));
        for text in [
            "",
            "# a heading",
            "words",
            "原文链接\n\n一段正文，说的是晒谷场。\n\nhttps://a.example/1",
            "见 https://a.example/1 的说明",
            "title 甲; date 2024; url https://a.example/1; text begins 一句，两句",
            "[甲](https://a.example/1)",
            "https://a.example/1\n一句\n两句",
            &long,
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
