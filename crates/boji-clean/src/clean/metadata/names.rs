use crate::parse::begins_as_month;
use crate::rules::words::AuthorWords;

/// Longest name, in characters and in words.
const MAX_NAME_CHARS: usize = 60;
const MAX_NAME_WORDS: usize = 5;
/// Most rounds of leads cut off one line.
const MAX_LEADS: usize = 4;

/// The names in a byline, its leads and what follows the names cut off.
pub(super) fn names(byline: &str, known: &AuthorWords) -> Vec<String> {
    let text = byline.split_whitespace().collect::<Vec<_>>().join(" ");
    let rest = behind_lead(behind_date(&text), known);
    let rest =
        rest.split(['|', '•', '·', '(', '[', '（', '●', '»', '›', '→']).map(str::trim).find(|part| !part.is_empty());
    let rest = before_end(rest.unwrap_or_default(), known);
    let rest = [" - ", " – ", " — ", ". "].iter().fold(rest, |rest, cut| match rest.split_once(cut) {
        // "St. John" and "J. R. Smith" go on behind their full stops.
        Some((head, _)) if *cut != ". " || ends_sentence(head) => head,
        _ => rest,
    });
    let mut names = Vec::new();
    if rest.contains(' ') && rest.split(' ').all(is_wide_name) {
        let reports = |word: &str| known.reports.iter().any(|end| word.ends_with(end.as_str()));
        let is_person = |word: &&str| !is_job(word, known) && !reports(word);
        return rest.split(' ').filter(is_person).map(str::to_owned).collect();
    }
    for part in rest.split([';', '、', '，', ',', '&', '＆']).flat_map(|part| divide_and(part, known)) {
        let name = part.trim().trim_matches(['"', ',', '@', '/', '-', '–', ':', '：', '*', '.', '“', '”', '\'']).trim();
        let name = behind_lead(name, known);
        let is_job = !names.is_empty() && is_job(name, known);
        if !name.is_empty() && !is_job {
            names.push(name.to_owned());
        }
    }
    names
}

/// Whether a word has the length of a Chinese name, and no other letters.
fn is_wide_name(word: &str) -> bool {
    (2..=4).contains(&word.chars().count()) && word.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// Whether the full stop behind a text ends more than an initial or a "Dr".
fn ends_sentence(head: &str) -> bool {
    head.rsplit(' ').next().is_some_and(|word| word.chars().count() > 3)
}

fn has_word(text: &str, list: &[String]) -> bool {
    text.split(' ').any(|word| list.iter().any(|known| known.eq_ignore_ascii_case(word.trim_matches(['.', ',']))))
}

/// Whether a text speaks of a job.
pub(super) fn is_job(text: &str, known: &AuthorWords) -> bool {
    has_word(text, &known.jobs)
}

/// Whether a text is a name that the data of a page write without capitals: `ann lee`.
pub(super) fn is_small_name(name: &str, known: &AuthorWords) -> bool {
    let words: Vec<&str> = name.split(' ').collect();
    let small = |word: &&str| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    words.len() == 2
        && words.iter().all(small)
        && !is_house(name, known)
        && !is_job(name, known)
        && !known.nobody.iter().any(|nobody| nobody == name || words.contains(&nobody.as_str()))
        && !known.openers.iter().any(|opener| words.first() == Some(&opener.as_str()))
}

/// Whether a name is that of a house or a team.
pub(super) fn is_house(name: &str, known: &AuthorWords) -> bool {
    has_word(name, &known.houses)
}

/// What stands behind a date that begins a byline: `Dec 17, 2025 · Ann Lee`.
fn behind_date(text: &str) -> &str {
    let first = text.split(' ').next().unwrap_or_default();
    if !(begins_as_month(first) || first.starts_with(|c: char| c.is_ascii_digit())) {
        return text;
    }
    let year = text.match_indices("20").map(|(at, _)| at).find(|at| {
        let digits = text.get(at + 2..at + 4).is_some_and(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
        *at > 0 && *at < 24 && digits
    });
    let rest = year.and_then(|at| text.get(at + 4..)).unwrap_or(text);
    rest.trim_start_matches([' ', '·', '•', '|', ',', '-', '–', '—', '/'])
}

/// Whether a byline begins with a word that leads to a name.
pub(super) fn has_lead(line: &str, known: &AuthorWords) -> bool {
    behind_lead(line, known).len() < line.trim_start().len()
}

/// Whether a line leads to a name in a way that means nothing else.
pub(super) fn has_sure_lead(line: &str, known: &AuthorWords) -> bool {
    let line = line.trim_start();
    known.sure.iter().any(|lead| starts(line, lead))
}

/// In a line of several labels, `日期：2024-05-06 作者：李华 摄影：王小明`, the part whose label leads to a name.
pub(super) fn labelled_part<'a>(line: &'a str, known: &AuthorWords) -> Option<&'a str> {
    let sure = known.sure.iter().filter(|lead| !lead.is_ascii());
    let labels = sure.filter(|lead| lead.ends_with(['：', ':']));
    let (at, label) = labels.filter_map(|label| Some((line.find(label.as_str())?, label))).min()?;
    // 合作者： is another word.
    if line.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric)) {
        return None;
    }
    let behind = line.get(at + label.len()..)?;
    let next = behind.find(['：', ':']);
    let (before, is_last) = next.map_or((behind, true), |next| (behind.get(..next).unwrap_or_default(), false));
    let end = if is_last { before.len() } else { before.rfind(char::is_whitespace)? };
    line.get(at..at + label.len() + end)
}

/// Whether a text can be a person's name, or a name that someone signs with.
pub(super) fn is_name(name: &str, known: &AuthorWords) -> bool {
    let length = name.chars().count();
    let (mut digits, mut letters, mut odd, mut wide) = (0, 0, 0, 0);
    for c in name.chars() {
        digits += usize::from(c.is_ascii_digit());
        letters += usize::from(c.is_alphabetic());
        wide += usize::from(u32::from(c) >= 0x2E80);
        odd += usize::from(!c.is_alphanumeric() && !matches!(c, ' ' | '.' | '-' | '\'' | '’' | '_' | '·' | '‐'));
    }
    let capital =
        name.split(' ').any(|word| word.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_lowercase()));
    let words = name.split(' ').count();
    let sentence =
        words >= 3 && name.split(' ').filter(|word| word.starts_with(|c: char| c.is_lowercase())).count() * 2 > words;
    (2..=MAX_NAME_CHARS).contains(&length)
        && (wide == 0 || length <= 20)
        && letters * 2 >= length
        && odd == 0
        && digits < 4
        && words <= MAX_NAME_WORDS
        && !sentence
        && (capital || words == 1)
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && !(words > 1 && name.split(' ').next().is_some_and(|first| has_word(first, &known.openers)))
        && !known.nobody.iter().any(|nobody| nobody.eq_ignore_ascii_case(name))
        && !name.to_ascii_lowercase().starts_with("http")
}

/// Whether a name is a login that a system put, and not one that a person signs with: `jsmith2`, `anna-lee`.
pub(super) fn is_login(name: &str) -> bool {
    !name.contains(' ')
        && name.is_ascii()
        && (name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_')))
}

fn starts(text: &str, lead: &str) -> bool {
    let Some(head) = text.get(..lead.len()) else { return false };
    let ends_word = || {
        let next = text.get(lead.len()..).and_then(|rest| rest.chars().next());
        let inside = lead.ends_with(|c: char| c.is_alphabetic() && u32::from(c) < 0x2E80);
        !inside || !next.is_some_and(|c| c.is_alphanumeric() || c == '\'' || c == '-')
    };
    (head.eq_ignore_ascii_case(lead) || head == lead) && ends_word()
}

/// What stands behind the words that lead to a name.
fn behind_lead<'a>(text: &'a str, known: &AuthorWords) -> &'a str {
    let mut rest = text.trim_start();
    for _ in 0..MAX_LEADS {
        let Some(lead) = known.leads.iter().find(|lead| starts(rest, lead)) else { break };
        rest = rest
            .get(lead.len()..)
            .unwrap_or_default()
            .trim_start_matches([':', '：', ' ', '|', '/', '　', '-', '–', '・', ',']);
    }
    rest
}

/// What stands before a date or a word that goes on to something else.
fn before_end<'a>(byline: &'a str, known: &AuthorWords) -> &'a str {
    let cut = known.ends_cjk.iter().filter_map(|end| byline.find(end.as_str())).filter(|at| *at > 0).min();
    let byline = cut.and_then(|at| byline.get(..at)).unwrap_or(byline);
    let mut at = 0;
    for (index, word) in byline.split(' ').enumerate() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let is_end = index > 0
            && (known.ends.iter().any(|end| end.eq_ignore_ascii_case(bare))
                || bare.chars().next().is_some_and(|c| c.is_ascii_digit())
                || (begins_as_month(bare) && digit_behind(byline, at + word.len())));
        if is_end {
            return byline.get(..at).unwrap_or(byline).trim_end();
        }
        at += word.len() + 1;
    }
    byline
}

fn digit_behind(text: &str, at: usize) -> bool {
    text.get(at..).unwrap_or_default().trim_start_matches([' ', '.', ',']).starts_with(|c: char| c.is_ascii_digit())
}

/// "Ann Lee and Bo Chen" are two; "Ann and Bo" sign together.
fn divide_and<'a>(part: &'a str, known: &AuthorWords) -> Vec<&'a str> {
    let part = part.trim().trim_start_matches("and ");
    for joint in &known.joints {
        if let Some((one, other)) = part.split_once(joint.as_str())
            && one.trim().contains(' ')
            && other.trim().contains(' ')
        {
            let mut names = vec![one];
            names.extend(divide_and(other, known));
            return names;
        }
    }
    vec![part]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn reads_bylines() {
        let rules = Rules::shipped();
        let cases = [
            ("By  Ann Lee and Bo Chen | May 3", "Ann Lee;Bo Chen"),
            ("Written by: Ann", "Ann"),
            ("作者：王小明、李华", "王小明;李华"),
            ("作者：王小明 发布时间：2023年11月5日 08:15", "王小明"),
            ("作者：王小明 李华", "王小明;李华"),
            ("Ann Lee, PhD", "Ann Lee;PhD"),
            ("Ann Lee Published on July 18", "Ann Lee"),
            ("Ann Lee November 26th", "Ann Lee"),
            ("Ann and Bo", "Ann and Bo"),
            ("Ann Lee - Crumbs Editorial Team", "Ann Lee"),
            ("Ann Lee, Bo Chen, and Cy Dow", "Ann Lee;Bo Chen;Cy Dow"),
            ("Byron Lee", "Byron Lee"),
            ("Christopher S. Penn", "Christopher S. Penn"),
            ("Dec 17, 2025 · Ann Lee", "Ann Lee"),
            ("Ann Lee, Co-Founder, Crumbs Editor", "Ann Lee"),
            ("Posted by David at 11:15", "David"),
        ];
        for (byline, want) in cases {
            assert_eq!(names(byline, &rules.words().metadata.authors).join(";"), want, "{byline}");
        }
    }

    #[test]
    fn tells_names_from_other_words() {
        let rules = Rules::shipped();
        let cases = [
            ("Ann Lee", true),
            ("王小明", true),
            ("J. R. Smith-O’Hara", true),
            ("admin", false),
            ("https://a.example/ann", false),
            ("May 3 2024", false),
            ("following the tips below", false),
            ("Name *", false),
            ("Visit the Shop", false),
            ("5 Great Loaves", false),
        ];
        for (name, want) in cases {
            assert_eq!(is_name(name, &rules.words().metadata.authors), want, "{name}");
        }
        let is_small_name = |name| is_small_name(name, &rules.words().metadata.authors);
        assert!(is_small_name("ann lee") && !is_small_name("super user") && !is_small_name("marketing team"));
        assert!(!is_small_name("ann") && !is_small_name("Ann Lee") && !is_small_name("read more"));
        assert!(is_login("anna-lee2") && !is_login("Ann") && !is_login("Ann Lee"));
    }
}
