use crate::parse::begins_as_month;
use crate::rules::words::AuthorWords;
use crate::text::count_letters;

/// Longest name, in characters and in words.
const MAX_NAME_CHARS: usize = 60;
const MAX_NAME_WORDS: usize = 5;
/// Longest name in Chinese characters behind a label that nothing else can be meant by, and behind one that begins
/// sentences as well: "作者：", "作者 ".
const MAX_WIDE_NAME: usize = 20;
const MAX_LABELLED_NAME: usize = 12;
const MAX_LED_NAME: usize = 4;
/// Longest nickname, in characters: Ingrid "Inga" Halvorsen.
const MAX_NICKNAME_CHARS: usize = 16;
/// Longest degree or title behind a name, in bytes.
const MAX_CREDENTIAL_BYTES: usize = 10;
/// Longest sign of an agency or of somebody of the staff, in characters.
const MAX_SIGN_CHARS: usize = 4;
/// Most rounds of leads cut off one line.
const MAX_LEADS: usize = 4;

/// How the names of a byline are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct NameReading<'a> {
    /// The words round names.
    pub known: &'a AuthorWords,
    /// A space stands between the two parts of one name.
    pub is_japanese: bool,
    /// What is read is stated as names alone, so that no sentence goes on behind them.
    pub is_stated: bool,
}

/// The names in a byline, its leads and what follows the names cut off.
pub(super) fn names(byline: &str, reading: NameReading) -> Vec<String> {
    let known = reading.known;
    let text = byline.split_whitespace().collect::<Vec<_>>().join(" ");
    let (rest, room) = behind_leads(behind_date(&text), known);
    let rest = rest.split(['|', '•', '·', '[', '●', '»', '›', '→']).map(str::trim).find(|part| !part.is_empty());
    let rest = before_bracket(rest.unwrap_or_default());
    let rest = if reading.is_stated { before_date(rest) } else { before_end(rest, known) };
    let rest = [" - ", " – ", " — "].iter().fold(rest, |rest, cut| rest.split_once(cut).map_or(rest, |(head, _)| head));
    let rest = before_sentence(rest);
    let mut names = Vec::new();
    if rest.contains(' ') && rest.split(' ').all(is_wide_name) {
        let reports = |word: &str| known.reports.iter().any(|end| word.ends_with(end.as_str()));
        let is_person = |word: &&str| !is_job(word, known) && !reports(word);
        let words: Vec<&str> = rest.split(' ').filter(is_person).collect();
        if reading.is_japanese && words.len() == 2 {
            return vec![words.join(" ")];
        }
        return words.into_iter().map(str::to_owned).collect();
    }
    // "Ann Lee / Crumbs": behind the stroke stands whom somebody writes for, or another person.
    let strokes = rest.split(" / ").enumerate().filter(|(at, part)| *at == 0 || is_person(part.trim(), known));
    let parts = strokes.flat_map(|(_, part)| part.split([';', '、', '，', ',', '&', '＆']));
    let parts: Vec<&str> = parts.flat_map(|part| divide_and(part, known)).collect();
    let is_job_part = |part: &str| is_job(part, known) || is_small(part);
    // Behind what somebody does stands where; a person there does something, too.
    let mut behind_job = false;
    for (at, part) in parts.iter().enumerate() {
        let part = part.trim().trim_matches([',', '@', '/', '-', '–', ':', '：', '*', '.', '\'']).trim();
        let whole = without_marks(behind_lead(part, known));
        let name = before_role(whole, known);
        let has_role = name.len() < whole.len();
        if name.chars().count() > room && name.chars().all(is_wide) {
            // A sentence begins with what elsewhere is a label: 记者 从港务局了解到.
            return Vec::new();
        }
        if name.is_empty() {
            continue;
        }
        let Some(last) = names.last_mut() else {
            behind_job = has_role;
            names.push(name.to_owned());
            continue;
        };
        if is_credential(name) {
            last.push_str(", ");
            last.push_str(name);
        } else if is_job_part(name) && last.starts_with(char::is_uppercase) {
            behind_job = true;
        } else if !reading.is_stated && is_place(name, last, known) {
        } else if !behind_job
            || has_role
            || (is_person(name, known) && parts.get(at + 1).is_some_and(|it| is_job_part(it.trim())))
        {
            behind_job = has_role;
            names.push(name.to_owned());
        }
    }
    names
}

/// Whether one word behind a name of several is where somebody writes, and no agency: `Ann Lee, Hamburg`.
fn is_place(part: &str, name: &str, known: &AuthorWords) -> bool {
    let is_agency = || known.agencies.iter().any(|agency| agency.eq_ignore_ascii_case(part));
    name.contains(' ') && !part.contains(' ') && !part.chars().any(is_wide) && !is_agency()
}

/// Whether a part of a byline is written small and is no sign of an agency: `gastroenterologist`, but not `dpa`.
fn is_small(part: &str) -> bool {
    part.starts_with(char::is_lowercase) && part.chars().count() > MAX_SIGN_CHARS
}

/// Whether a part of a byline is what somebody earned, not somebody: `MD`, `Ph.D.`, `CEPF®`.
fn is_credential(part: &str) -> bool {
    let large = part.chars().filter(char::is_ascii_uppercase).count();
    let marks = |c: char| c.is_ascii_alphabetic() || matches!(c, '.' | '®' | '-' | '™');
    large >= 2 && large * 2 >= count_letters(part) && part.len() <= MAX_CREDENTIAL_BYTES && part.chars().all(marks)
}

/// What stands before a bracket with which a byline goes on. That of a nickname stands between two names.
fn before_bracket(text: &str) -> &str {
    let mut brackets = text.match_indices(['(', '（']).map(|(at, _)| at);
    let end = match brackets.next() {
        Some(first) if is_nickname(text, first) => brackets.next(),
        first => first,
    };
    end.and_then(|at| text.get(..at)).unwrap_or(text).trim_end()
}

/// Whether the bracket that opens at `at` holds a nickname: one word between two names.
fn is_nickname(text: &str, at: usize) -> bool {
    let Some((nick, behind)) = text.get(at..).and_then(|rest| rest.split_once([')', '）'])) else { return false };
    let is_word = !nick.contains(' ') && nick.chars().count() <= MAX_NICKNAME_CHARS;
    at > 0 && is_word && behind.strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_uppercase))
}

/// Words before names that are shortened, of more than two letters.
const SHORTENED: [&str; 8] = ["Mrs", "Rev", "Hon", "Sen", "Gov", "Gen", "Prof", "Capt"];

/// What stands before a full stop that ends more than initials or a "Dr".
fn before_sentence(text: &str) -> &str {
    let ends = |head: &str| {
        let last = head.rsplit(' ').next().unwrap_or_default();
        last.chars().count() > 2 && !last.contains('.') && !SHORTENED.contains(&last)
    };
    let mut stops = text.match_indices(". ").map(|(at, _)| at);
    stops.find(|at| text.get(..*at).is_some_and(ends)).and_then(|at| text.get(..at)).unwrap_or(text)
}

/// A name without the brackets that a label has opened, and the marks of quotation round it, which a nickname in it has
/// too.
fn without_marks(name: &str) -> &str {
    let marks = ['"', '“', '”', '„'];
    let name = if name.contains(['(', '（']) { name } else { name.trim_end_matches(['】', ')', '）', '」']) };
    if name.starts_with(marks) || name.matches(marks).count() == 1 { name.trim_matches(marks).trim() } else { name }
}

/// A name without the role that stands behind it without any mark: `Ann Lee Senior Editor`.
fn before_role<'a>(name: &'a str, known: &AuthorWords) -> &'a str {
    let holds = |list: &[String], word: &str| list.iter().any(|known| known.eq_ignore_ascii_case(word));
    let mut at = name.len();
    let (mut start, mut has_role) = (name.len(), false);
    for word in name.rsplit(' ') {
        at -= word.len();
        let is_role = holds(&known.roles, word);
        if !is_role && !holds(&known.role_parts, word) {
            break;
        }
        has_role |= is_role;
        start = at;
        at = at.saturating_sub(1);
    }
    let head = name.get(..start).unwrap_or_default().trim_end();
    if has_role && is_person(head, known) { head } else { name }
}

/// Whether a text is nothing but a role: `Senior Editor`.
pub(super) fn is_role(text: &str, known: &AuthorWords) -> bool {
    let holds = |list: &[String], word: &str| list.iter().any(|known| known.eq_ignore_ascii_case(word));
    text.split(' ').any(|word| holds(&known.roles, word))
        && text.split(' ').all(|word| holds(&known.roles, word) || holds(&known.role_parts, word))
}

/// Whether a character takes the place of two, as those of Chinese do.
fn is_wide(c: char) -> bool {
    u32::from(c) >= 0x2E80
}

/// Whether a word has the length of a Chinese name, and no other letters.
pub(super) fn is_wide_name(word: &str) -> bool {
    (2..=4).contains(&word.chars().count()) && word.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn has_word(text: &str, list: &[String]) -> bool {
    text.split(' ').any(|word| list.iter().any(|known| known.eq_ignore_ascii_case(word.trim_matches(['.', ',']))))
}

/// Whether a text speaks of a job.
pub(super) fn is_job(text: &str, known: &AuthorWords) -> bool {
    has_word(text, &known.jobs) || has_word(text, &known.roles)
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

/// Whether a name has the shape that those of persons have.
pub(super) fn is_person(name: &str, known: &AuthorWords) -> bool {
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

/// Whether a line is but a label of the author, as those of boxes beside a text are: `Author`.
pub(super) fn is_lone_lead(line: &str, known: &AuthorWords) -> bool {
    let bare = line.trim().trim_end_matches([':', '：']).to_lowercase();
    known.lone.contains(&bare)
}

/// In a line of several labels, `日期：2024-05-06 作者：李华 摄影：王小明`, the part whose label leads to a name.
pub(super) fn labelled_part<'a>(line: &'a str, known: &AuthorWords) -> Option<&'a str> {
    let wide = known.leads.iter().filter(|lead| lead.chars().any(is_wide));
    let labels = wide.filter_map(|lead| {
        let at = line.find(lead.as_str())?;
        let behind = line.get(at + lead.len()..)?;
        let is_label = lead.ends_with(['：', ':']) || behind.starts_with(['：', ':']);
        is_label.then_some((at, lead))
    });
    let (at, label) = labels.min_by_key(|(at, _)| *at)?;
    // 合作者： is another word.
    if line.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric)) {
        return None;
    }
    let behind = line.get(at + label.len()..)?.trim_start_matches(['：', ':']);
    let from = line.len() - behind.len();
    let next = behind.find(['：', ':']);
    let (before, is_last) = next.map_or((behind, true), |next| (behind.get(..next).unwrap_or_default(), false));
    let end = if is_last { before.len() } else { before.rfind(char::is_whitespace)? };
    line.get(at..from + end)
}

/// Whether a text is a name that systems put where nobody signed, or made of words of forms, buttons and labels alone:
/// `Published Mon`.
fn is_nobody(name: &str, known: &AuthorWords) -> bool {
    let is_known = |text: &str| known.nobody.iter().any(|nobody| nobody.eq_ignore_ascii_case(text));
    is_known(name) || name.split(' ').all(|word| is_known(word.trim_matches(['.', ':', ','])))
}

/// Whether a text can be a person's name, or a name that someone signs with.
pub(super) fn is_name(name: &str, known: &AuthorWords) -> bool {
    // Credentials stand behind it.
    let name = name.split(", ").next().unwrap_or(name);
    let length = name.chars().count();
    let (mut digits, mut letters, mut odd, mut wide) = (0, 0, 0, 0);
    let has_nickname = name.matches(['"', '“', '”', '„', '(', ')']).count() == 2;
    for c in name.chars().filter(|c| !has_nickname || !matches!(c, '"' | '“' | '”' | '„' | '(' | ')')) {
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
        && !name.split(' ').next().is_some_and(|first| has_word(first, &known.openers))
        && !is_nobody(name, known)
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
    let next = || text.get(lead.len()..).and_then(|rest| rest.chars().next());
    let ends_word = || match lead.chars().next_back() {
        Some(last) if is_wide(last) && last.is_alphabetic() => next().is_none_or(|c| PARTINGS.contains(&c)),
        Some(last) if last.is_alphabetic() => !next().is_some_and(|c| c.is_alphanumeric() || c == '\'' || c == '-'),
        _ => true,
    };
    (head.eq_ignore_ascii_case(lead) || head == lead) && ends_word()
}

/// What stands between a label and its name. Chinese sentences begin with the words of labels: 作者认为.
const PARTINGS: [char; 20] =
    [':', '：', ' ', '|', '｜', '/', '／', '　', '-', '–', '・', '·', ',', '【', '】', '[', ']', '(', '（', '「'];

/// What stands behind the words that lead to a name.
pub(super) fn behind_lead<'a>(text: &'a str, known: &AuthorWords) -> &'a str {
    behind_leads(text, known).0
}

/// What stands behind the words that lead to a name, and how many Chinese characters a name behind them has at most.
fn behind_leads<'a>(text: &'a str, known: &AuthorWords) -> (&'a str, usize) {
    let mut rest = text.trim_start();
    let mut room = MAX_WIDE_NAME;
    for _ in 0..MAX_LEADS {
        let bare = rest.strip_prefix(['【', '[']).unwrap_or(rest);
        let Some(lead) = known.leads.iter().find(|lead| starts(bare, lead)) else { break };
        rest = bare;
        let behind = rest.get(lead.len()..).unwrap_or_default();
        if lead.chars().any(is_wide) {
            let is_labelled = lead.ends_with(SURE_PARTINGS) || behind.trim_start().starts_with(SURE_PARTINGS);
            room = if is_labelled { MAX_LABELLED_NAME } else { MAX_LED_NAME };
        }
        rest = behind.trim_start_matches(PARTINGS);
    }
    // "ByAnn Lee", where the page sets the word apart by its looks.
    let glued = rest.strip_prefix("By").filter(|name| name.contains(' ') && begins_as_name(name));
    (glued.unwrap_or(rest), room)
}

/// The partings behind which nothing but a name stands.
const SURE_PARTINGS: [char; 8] = [':', '：', '|', '｜', '/', '／', '】', ']'];

/// Whether a text begins with a large letter and a small one.
fn begins_as_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

/// What stands before a date with which a line of names goes on.
fn before_date(names: &str) -> &str {
    let mut at = 0;
    for (index, word) in names.split(' ').enumerate() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if index > 0 && begins_as_month(bare) && digit_behind(names, at + word.len()) {
            return names.get(..at).unwrap_or(names).trim_end();
        }
        at += word.len() + 1;
    }
    names
}

/// What stands before a date or a word that goes on to something else.
fn before_end<'a>(byline: &'a str, known: &AuthorWords) -> &'a str {
    let cut = known.ends_cjk.iter().filter_map(|end| byline.find(end.as_str())).filter(|at| *at > 0).min();
    let byline = cut.and_then(|at| byline.get(..at)).unwrap_or(byline);
    let mut at = 0;
    for (index, word) in byline.split(' ').enumerate() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        // "Audiophile On" signs, "Ann Lee on" goes on.
        let is_last = at + word.len() == byline.len();
        let is_end = index > usize::from(is_last)
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
            && (one.trim().contains(' ') || is_credential(one.trim()))
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
            ("Ann Lee, PhD", "Ann Lee, PhD"),
            ("Ann Lee, MS, RD and Bo Chen, CEPF®", "Ann Lee, MS, RD;Bo Chen, CEPF®"),
            ("J.R.R. Lee", "J.R.R. Lee"),
            ("J. R. R. Lee. Photographs by Bo Chen", "J. R. R. Lee"),
            ("Ann \"Loaf\" Lee", "Ann \"Loaf\" Lee"),
            ("Ann (Loaf) Lee (Crumbs)", "Ann (Loaf) Lee"),
            ("ByAnn Lee", "Ann Lee"),
            ("ByteBakers", "ByteBakers"),
            ("Ann Lee Senior Editor, Crumbs", "Ann Lee"),
            ("Ann Lee Staff Writer", "Ann Lee"),
            ("AAA Bread Editor", "AAA Bread Editor"),
            ("Ann Lee, Senior Director, Bread & Cakes, Crumbs and Loaf Institute", "Ann Lee"),
            ("Ann Lee, Editor, Bo Chen, Reporter", "Ann Lee;Bo Chen"),
            ("Ann Lee / Crumbs Bakers", "Ann Lee;Crumbs Bakers"),
            ("Ann Lee / crumbs.example", "Ann Lee"),
            ("Von Ann Lee, Hamburg", "Ann Lee"),
            ("Ann Lee, dpa", "Ann Lee;dpa"),
            ("Loaf On", "Loaf On"),
            ("记者 从磨坊了解到", ""),
            ("记者 李小华 报道", "李小华"),
            ("作者（李小华）", "李小华"),
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
            let reading = NameReading { known: &rules.words().metadata.authors, is_japanese: false, is_stated: false };
            assert_eq!(names(byline, reading).join(";"), want, "{byline}");
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
            ("Published Mon", false),
            ("Learn", false),
            ("Ann \"Loaf\" Lee", true),
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
