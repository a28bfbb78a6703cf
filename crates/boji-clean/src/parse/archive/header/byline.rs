use super::fields::{authors, filled};
use super::pairs::undecorated;
use super::words::plain;
use crate::model::{Date, Facts};
use crate::parse::archive::lines::next_line;
use crate::parse::date::parse_date;

/// Most characters of a byline, of one of its lines where it stands over several, and of its place, in Chinese and in Latin
/// letters.
const MAX_BYLINE: usize = 120;
const MAX_PART: usize = 64;
const MAX_PLACE: usize = 8;
const MAX_LATIN_PLACE: usize = 24;
/// Most lines of a byline that stands over several.
const MAX_LINES: usize = 8;

/// The marks of an original, and what WeChat sets before a place.
const ORIGINAL: [&str; 3] = ["原创", "原創", "Original"];
const BEFORE_PLACE: [&str; 4] = ["发表于", "發表於", "发布于", "Posted on"];
/// Buttons that stand behind a byline.
const BUTTONS: [&str; 4] = ["听全文", "在小说阅读器读本章", "在小说阅读器中沉浸阅读", "去阅读"];
/// How WeChat shows the day of a new article, for which no clock is asked.
const RECENT_DAYS: [&str; 6] = ["刚刚", "今天", "昨天", "前天", "Today", "Yesterday"];
const RECENT_UNITS: [&str; 5] = ["分钟前", "小时前", "天前", "周前", "个月前"];

/// What a byline of WeChat says, as converters write the line below the title:
/// `[原创] [author] account 2025-06-03 20:15 [place]`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Byline {
    pub authors: Vec<String>,
    pub account: Option<String>,
    pub published: Option<Date>,
    pub place: Option<String>,
    pub is_original: bool,
    /// The three blanks before the date by which wechatmp2markdown is known.
    pub has_wide_gap: bool,
}

impl Byline {
    /// The byline at the start of a line, or in it and the next lines: its parts in lines of their own, below the mark of an
    /// original or a link of WeChat's. `account` is known from above. Gives what stands behind it.
    pub(super) fn at<'a>(line: &str, after: &'a str, account: Option<&str>) -> Option<(Self, &'a str)> {
        if let Some(byline) = Self::read(line, account) {
            return Some((byline, after));
        }
        Self::over_lines(line, after, account)
    }

    /// Reads a line that is a byline and nothing else.
    fn read(line: &str, known: Option<&str>) -> Option<Self> {
        let raw = undecorated(line);
        if raw.chars().count() > MAX_BYLINE * 4 {
            return None;
        }
        let shown = shown(raw);
        let (words, is_original) = without_mark(&shown);
        if shown.chars().count() > MAX_BYLINE || words.contains(['。', '，', '：', '！', '？', '；']) {
            return None;
        }
        let is_linked = is_link(raw);
        let Some(Divided { names, date, after }) = divided(words) else {
            // html2text leaves the date out, which a script writes. Only WeChat's own link proves such a line.
            let (authors, account) = parted(raw, words, known, is_original).filter(|_| is_linked && is_original)?;
            return Some(Self { authors, account, is_original, ..Self::default() });
        };
        let published = parse_date(date, Date::BEIJING).filter(|_| !names.contains(':'));
        if published.is_none() && !is_recent(date) {
            return None;
        }
        if names.is_empty() && is_original && (is_linked || raw.contains("://mp.weixin.qq.com/")) {
            // Pages of 2016: the date stands before the names.
            let (authors, account) = parted(raw, after, known, is_original)?;
            return Some(Self { authors, account, published, is_original, ..Self::default() });
        }
        let place = place_of(after);
        let is_sure = is_linked
            || is_original
            || ["](http://mp.weixin.qq.com/", "](https://mp.weixin.qq.com/"].iter().any(|link| raw.contains(link));
        if !(place.is_empty() || is_place(place)) || (!matches!(published, Some(Date::Moment { .. })) && !is_sure) {
            return None;
        }
        let has_wide_gap = raw.find(date).and_then(|at| raw.get(..at)).is_some_and(|names| names.ends_with("   "));
        // wechatmp2markdown sets two blanks between names: what has only one is the account's.
        let (authors, account) = if has_wide_gap && !names.contains("  ") {
            (Vec::new(), filled(names))
        } else {
            parted(raw, names, known, is_original)?
        };
        Some(Self { authors, account, published, place: filled(place), is_original, has_wide_gap })
    }

    fn over_lines<'a>(line: &str, after: &'a str, account: Option<&str>) -> Option<(Self, &'a str)> {
        let first = shown(undecorated(line));
        let (name, is_original) = without_mark(&first);
        // Where only the account is known some write the author twice.
        let is_twice = account.is_some() && !name.is_empty() && next_line(after).0.trim() == line.trim();
        if !is_original && !is_link(line) && !is_twice {
            return None;
        }
        let mut names: Vec<String> = filled(name).into_iter().collect();
        let mut joined = line.trim().to_owned();
        let (mut rest, mut lines) = (after, 0);
        while lines < MAX_LINES && !rest.is_empty() {
            let (next, after) = next_line(rest);
            rest = after;
            let part = shown(next.trim());
            if part.is_empty() || is_arrows(&part) {
                continue;
            }
            if part.chars().count() > MAX_PART || next.trim_start().starts_with(['>', '#', '!', '-', '|']) {
                return None;
            }
            lines += 1;
            if account == Some(part.as_str()) {
                names.dedup();
                return Some((Self { authors: names, is_original, ..Self::default() }, after));
            }
            joined.push_str(if names.is_empty() { " " } else { "  " });
            joined.push_str(next.trim());
            names.push(part);
            if let Some(mut byline) = Self::read(&joined, account) {
                let (line, behind) = next_line(after.trim_start());
                let place = line.trim();
                let is_behind = byline.place.is_none() && is_place(place);
                if is_behind {
                    byline.place = Some(place.to_owned());
                }
                return Some((byline, if is_behind { behind } else { after }));
            }
        }
        None
    }

    /// Fills in what the facts do not say yet.
    pub(super) fn set(self, facts: &mut Facts) {
        if facts.authors.is_empty() {
            facts.authors = self.authors;
        }
        facts.account = facts.account.take().or(self.account);
        // A time of day says more than a day.
        let is_day = matches!(facts.published, None | Some(Date::Day { .. }));
        if is_day {
            facts.published = self.published.or(facts.published);
        }
        facts.place = facts.place.take().or(self.place);
        if self.is_original {
            facts.copyright.get_or_insert_with(|| "original".to_owned());
        }
    }
}

/// The date, and perhaps the place, that stand below a byline without one.
pub(super) fn moment(line: &str) -> Option<Byline> {
    let shown = shown(undecorated(line));
    let Divided { names, date, after } = divided(&shown)?;
    let place = place_of(after);
    let published = parse_date(date, Date::BEIJING);
    let is_moment =
        names.is_empty() && (place.is_empty() || is_place(place)) && (published.is_some() || is_recent(date));
    is_moment.then(|| Byline { published, place: filled(place), ..Byline::default() })
}

/// Whether a line is nothing but buttons.
pub(super) fn is_button(line: &str) -> bool {
    BUTTONS.iter().any(|button| line.contains(button)) && shown(line).is_empty()
}

/// The words of a line without stray marks of emphasis, and without buttons behind them.
fn shown(raw: &str) -> String {
    let words = plain(raw);
    let mut shown = words.trim_matches(['*', '_', ' ', '\u{a0}']);
    while let Some(before) = BUTTONS.iter().find_map(|button| shown.strip_suffix(button)) {
        shown = before.trim_end_matches(['*', '_', ' ', '\u{a0}']);
    }
    shown.replace(" * ", " ")
}

/// The name of an account is a link that only a script follows.
fn is_link(raw: &str) -> bool {
    raw.contains("](javascript") && !raw.contains('↓')
}

/// Signs that point at a link.
fn is_arrows(shown: &str) -> bool {
    shown.chars().all(|c| matches!(c, '↓' | '↑' | '→' | '←' | '▼' | '▲' | '\u{fe0f}' | ' '))
}

/// A place as WeChat shows it: a province or a country.
fn is_place(text: &str) -> bool {
    let length = text.chars().count();
    if text.is_ascii() {
        let is_word = |word: &str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
        return length <= MAX_LATIN_PLACE && text.split(' ').all(is_word) && text.starts_with(char::is_uppercase);
    }
    (2..=MAX_PLACE).contains(&length) && text.chars().all(char::is_alphabetic)
}

/// What stands behind a date, without `发表于`.
fn place_of(after: &str) -> &str {
    let after = after.trim();
    BEFORE_PLACE.iter().find_map(|before| after.strip_prefix(before)).unwrap_or(after).trim()
}

/// A line before its date and time, these, and what stands behind.
struct Divided<'a> {
    names: &'a str,
    date: &'a str,
    after: &'a str,
}

fn divided(shown: &str) -> Option<Divided<'_>> {
    let is_start = |at: usize| at == 0 || shown.get(..at).is_some_and(|head| head.ends_with(char::is_whitespace));
    let is_of_date = |c: char| {
        c.is_ascii_digit()
            || matches!(c, '-' | '/' | '.' | ':' | ' ' | '年' | '月' | '日' | '时' | '分' | 'T' | 'Z' | '+')
    };
    for (at, _) in shown.char_indices().filter(|(at, c)| c.is_ascii_digit() && is_start(*at)) {
        let rest = shown.get(at..)?;
        let mut end = rest.find(|c: char| !is_of_date(c)).unwrap_or(rest.len());
        if rest.get(end..).is_some_and(|behind| behind.starts_with(char::is_alphabetic)) {
            // The first letter of a place is no zone.
            end = rest.get(..end)?.trim_end_matches(['T', 'Z']).len();
        }
        let date = rest.get(..end)?.trim_end();
        if date.len() >= "2025-6-3".len()
            && date.get(..4).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()))
        {
            return Some(Divided { names: shown.get(..at)?.trim(), date, after: rest.get(end..)? });
        }
    }
    let date = shown.split(char::is_whitespace).rfind(|word| is_recent(word))?;
    let at = shown.rfind(date)?;
    Some(Divided { names: shown.get(..at)?.trim(), date, after: shown.get(at + date.len()..)? })
}

/// Whether a word is a day as WeChat shows it for a while: `昨天`, `4天前`, `5月6日`.
fn is_recent(word: &str) -> bool {
    let is_number = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let of_month = word.strip_suffix('日').and_then(|rest| rest.split_once('月'));
    RECENT_DAYS.contains(&word)
        || RECENT_UNITS.iter().any(|unit| word.strip_suffix(unit).is_some_and(is_number))
        || of_month.is_some_and(|(month, day)| is_number(month) && is_number(day))
}

/// The names without the mark of an original, which had a colon once.
fn without_mark(names: &str) -> (&str, bool) {
    let names = names.trim();
    match ORIGINAL.iter().find_map(|mark| names.strip_prefix(mark)) {
        Some(rest) if rest.starts_with([':', '：']) => (rest.trim_start_matches([':', '：', ' ']), true),
        Some(rest) if rest.starts_with(char::is_whitespace) || rest.is_empty() => (rest.trim_start(), true),
        _ => (names, false),
    }
}

/// Authors and account. The known account tells, or two blanks part them, or the link by which WeChat names the account, or
/// single blanks where that leaves no doubt. `None` for what holds no name.
pub(super) fn parted(
    raw: &str,
    names: &str,
    known: Option<&str>,
    is_original: bool,
) -> Option<(Vec<String>, Option<String>)> {
    let names = names.trim();
    if names.is_empty() {
        return None;
    }
    if let Some(known) = known {
        let before =
            names.strip_suffix(known).filter(|before| before.is_empty() || before.ends_with(char::is_whitespace));
        if let Some(before) = before {
            return Some((persons(before), filled(known)));
        }
        // Who has an original of a known account as one name is its author.
        if is_original && !names.contains(char::is_whitespace) {
            return Some((persons(names), None));
        }
    }
    let linked =
        ["](javascript", "](http://mp.weixin.qq.com/", "](https://mp.weixin.qq.com/"].iter().find_map(|link| {
            let (head, _) = raw.split_once(link)?;
            Some(plain(head.rsplit_once('[')?.1))
        });
    if let Some(account) = linked.filter(|name| !name.is_empty() && !is_arrows(name)) {
        return Some((persons(names.strip_suffix(account.as_str())?), Some(account)));
    }
    if let Some((authors, account)) = names.rsplit_once("  ") {
        return Some((persons(authors), filled(account)));
    }
    let words: Vec<&str> = names.split_whitespace().collect();
    Some(match words.as_slice() {
        [account] => (Vec::new(), filled(account)),
        [author, account] if !(is_latin(author) && is_latin(account)) => (persons(author), filled(account)),
        [authors @ .., account] if !is_latin(account) => (persons(&authors.join(" ")), filled(account)),
        // Words of Latin names are parted as the names are.
        _ => (Vec::new(), None),
    })
}

/// The authors of a byline, in which some programs write each twice.
fn persons(names: &str) -> Vec<String> {
    let mut found: Vec<String> = names.split("  ").flat_map(authors).collect();
    found.dedup();
    if let [name] = found.as_slice()
        && let Some((one, other)) = name.split_once(' ')
        && one == other
    {
        return vec![one.to_owned()];
    }
    found
}

fn is_latin(name: &str) -> bool {
    name.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_bylines_in_every_form() {
        let cases = [
            ("原创 芦花 渡口夜航 2025-06-03 20:15 浙江", vec!["芦花"], Some("渡口夜航"), Some("浙江"), true),
            ("渡口夜航 2025年6月3日 20:15", vec![], Some("渡口夜航"), None, false),
            (
                "原创 芦花 [渡口夜航](javascript:void\\(0\\);) *2025年6月3日 20:15* *浙江*",
                vec!["芦花"],
                Some("渡口夜航"),
                Some("浙江"),
                true,
            ),
            (
                "Jo Doe [The Ferry](javascript:void(0);) 2025-06-03 20:15",
                vec!["Jo Doe"],
                Some("The Ferry"),
                None,
                false,
            ),
            ("Jo Doe Ferry 2025-06-03 20:15", vec![], None, None, false),
            ("某 号   2025-06-03 20:15", vec![], Some("某 号"), None, false),
            ("Original [渡口夜航](javascript:void(0);) *2025-06-03 20:15*", vec![], Some("渡口夜航"), None, true),
            ("原创 甲 乙  某 号   2025-06-03 20:15", vec!["甲 乙"], Some("某 号"), None, true),
        ];
        for (line, authors, account, place, is_original) in cases {
            let byline = Byline::read(line, None).expect(line);
            assert_eq!(byline.authors, authors, "{line}");
            assert_eq!((byline.account.as_deref(), byline.place.as_deref()), (account, place), "{line}");
            assert_eq!(byline.is_original, is_original, "{line}");
            assert_eq!(byline.published, Date::civil(2025, 6, 3, 20, 15, 0, Date::BEIJING), "{line}");
        }
        let undated = Byline::read("原创  许青禾  [ 灯下校书 ](javascript:void\\(0\\);)", None).expect("WeChat's link");
        assert_eq!((undated.authors, undated.account.as_deref()), (vec!["许青禾".to_owned()], Some("灯下校书")));
        let old = Byline::read("原创 _2016-08-06_ _梁启山_[河工手记](https://mp.weixin.qq.com/s?__biz=M)", None)
            .expect("of 2016");
        assert_eq!((old.authors, old.account.as_deref()), (vec!["梁启山".to_owned()], Some("河工手记")));
        for line in ["2025-06-03 20:15", "船在 2025-06-03 20:15 开走，没有回来。", "渡口 2025-06-03", "渡口夜航", ""]
        {
            assert_eq!(Byline::read(line, None), None, "{line}");
        }
    }
}
