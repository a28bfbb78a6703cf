use super::fields::{account_of, filled};
use super::pairs::undecorated;
use super::words::{address, plain};
use crate::model::{Date, Facts};
use crate::parse::date::parse_date;

/// Most characters of a byline, of its place, and of the card of an account.
const MAX_BYLINE: usize = 120;
const MAX_PLACE: usize = 8;
const MAX_CARD: usize = 300;

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
    /// Reads a line that is a byline and nothing else.
    pub(super) fn read(line: &str) -> Option<Self> {
        let raw = undecorated(line);
        if raw.chars().count() > MAX_BYLINE * 4 {
            return None;
        }
        let shown = plain(raw);
        if shown.chars().count() > MAX_BYLINE || shown.contains(['。', '，', '：', '！', '？', '；']) {
            return None;
        }
        let is_linked = raw.contains("](javascript");
        let Some((names, date, after)) = divided(&shown) else {
            // html2text leaves the date out, which a script writes. Only WeChat's own link proves such a line.
            let (names, is_original) = without_mark(&shown);
            let (authors, account) = parted(raw, names).filter(|_| is_linked && is_original)?;
            return Some(Self { authors, account, is_original, ..Self::default() });
        };
        let published = parse_date(date, Date::BEIJING).filter(|_| !names.contains(':'))?;
        let (names, is_original) = without_mark(names);
        let is_linked =
            is_linked || raw.contains("](http://mp.weixin.qq.com/") || raw.contains("](https://mp.weixin.qq.com/");
        if names.is_empty() && is_original && is_linked {
            // Pages of 2016: the date stands before the names.
            let (authors, account) = parted(raw, after)?;
            return Some(Self { authors, account, published: Some(published), is_original, ..Self::default() });
        }
        let place = after.trim();
        if !(place.is_empty() || is_place(place)) || (matches!(published, Date::Day { .. }) && !is_linked) {
            return None;
        }
        let has_wide_gap = raw.find(date).and_then(|at| raw.get(..at)).is_some_and(|names| names.ends_with("   "));
        // wechatmp2markdown sets two blanks between names: what has only one is the account's.
        let (authors, account) =
            if has_wide_gap && !names.contains("  ") { (Vec::new(), filled(names)) } else { parted(raw, names)? };
        Some(Self { authors, account, published: Some(published), place: filled(place), is_original, has_wide_gap })
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

/// A place as WeChat shows it: a province or a country.
pub(super) fn is_place(text: &str) -> bool {
    (2..=MAX_PLACE).contains(&text.chars().count()) && text.chars().all(char::is_alphabetic)
}

/// What stands before the date and time of a line, these, and what stands behind.
fn divided(shown: &str) -> Option<(&str, &str, &str)> {
    let starts = shown.char_indices().filter(|(at, c)| {
        c.is_ascii_digit() && (*at == 0 || shown.get(..*at).is_some_and(|head| head.ends_with(char::is_whitespace)))
    });
    let is_of_date = |c: char| {
        c.is_ascii_digit()
            || matches!(c, '-' | '/' | '.' | ':' | ' ' | '年' | '月' | '日' | '时' | '分' | 'T' | 'Z' | '+')
    };
    for (at, _) in starts {
        let rest = shown.get(at..)?;
        let end = rest.find(|c: char| !is_of_date(c)).unwrap_or(rest.len());
        let date = rest.get(..end)?.trim_end();
        if date.len() >= "2025-6-3".len()
            && date.get(..4).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()))
        {
            return Some((shown.get(..at)?, date, rest.get(end..)?));
        }
    }
    None
}

/// The names without the mark of an original.
fn without_mark(names: &str) -> (&str, bool) {
    let names = names.trim();
    match ["原创", "原創", "Original"].iter().find_map(|mark| names.strip_prefix(mark)) {
        Some(rest) if rest.starts_with(char::is_whitespace) || rest.is_empty() => (rest.trim_start(), true),
        _ => (names, false),
    }
}

/// Authors and account. Two blanks part them, or the link by which WeChat names the account, or single blanks where that
/// leaves no doubt. `None` for what holds no name.
fn parted(raw: &str, names: &str) -> Option<(Vec<String>, Option<String>)> {
    let names = names.trim();
    if names.is_empty() {
        return None;
    }
    if let Some((authors, account)) = names.rsplit_once("  ") {
        return Some((filled(authors).into_iter().collect(), filled(account)));
    }
    let linked =
        ["](javascript", "](http://mp.weixin.qq.com/", "](https://mp.weixin.qq.com/"].iter().find_map(|link| {
            let (head, _) = raw.split_once(link)?;
            Some(plain(head.rsplit_once('[')?.1))
        });
    if let Some(account) = linked.filter(|name| !name.is_empty()) {
        let author = names.strip_suffix(account.as_str())?;
        return Some((filled(author).into_iter().collect(), Some(account)));
    }
    let words: Vec<&str> = names.split_whitespace().collect();
    Some(match words.as_slice() {
        [account] => (Vec::new(), filled(account)),
        [author, account] if !(is_latin(author) && is_latin(account)) => (vec![(*author).to_owned()], filled(account)),
        [authors @ .., account] if !is_latin(account) => {
            (filled(&authors.join(" ")).into_iter().collect(), filled(account))
        }
        // Words of Latin names are parted as the names are.
        _ => (Vec::new(), None),
    })
}

fn is_latin(name: &str) -> bool {
    name.is_ascii()
}

/// Where an article comes from, as a program or a person that saved it says in a sentence of its own: SimpRead's line,
/// `原文来自「X」`, `来自公众号 X`.
pub(super) fn provenance(line: &str, facts: &mut Facts) -> bool {
    let raw = undecorated(line);
    if raw.chars().count() > MAX_CARD * 4 {
        return false;
    }
    let shown = plain(raw);
    let is_saver = shown.contains("转码") && (shown.contains("SimpRead") || shown.contains("简悦"));
    if is_saver {
        let behind = raw.rfind("原文地址").and_then(|at| raw.get(at..)).and_then(address);
        facts.url = facts.url.take().or(behind);
        return true;
    }
    if let Some((address, names)) = host_link(raw) {
        facts.url = facts.url.take().or(Some(address));
        if let Some((authors, account)) = parted("", &names) {
            facts.authors = if facts.authors.is_empty() { authors } else { std::mem::take(&mut facts.authors) };
            facts.account = facts.account.take().or(account);
        }
        return true;
    }
    let begins = ["原文来自", "本文来自", "文章来自", "来自公众号", "来自微信公众号", "原文來自"];
    // A note of reprinting is the text's own, but where nothing else says whose it is.
    let is_unknown = facts.account.is_none() && facts.url.is_none() && line.trim_start().starts_with('>');
    let reprints = ["本文转载自", "转载自", "本文轉載自", "整理自"];
    let begin = begins.iter().find_map(|begin| shown.strip_prefix(begin));
    let rest = begin.or_else(|| reprints.iter().filter(|_| is_unknown).find_map(|begin| shown.strip_prefix(begin)));
    let Some(rest) = rest else { return false };
    let first = rest.split(['，', '。', ',']).next().unwrap_or(rest);
    let name = account_of(first);
    let is_name = !name.is_empty() && name.chars().count() <= 24 && !name.contains(['，', '。', '：', '、']);
    if !is_name {
        return false;
    }
    facts.account = facts.account.take().or_else(|| filled(name));
    facts.url = facts.url.take().or_else(|| address(raw));
    true
}

/// Cubox's line: a link whose words are the host of its address, and the names behind it.
fn host_link(line: &str) -> Option<(String, String)> {
    let (host, rest) = line.strip_prefix('[')?.split_once("](")?;
    let (_, names) = rest.split_once(')')?;
    let address = address(line)?;
    let is_host = address
        .split_once("://")
        .is_some_and(|(_, rest)| rest.strip_prefix(host).is_some_and(|path| path.starts_with('/')));
    let names = plain(names);
    (is_host && host.contains('.') && names.chars().count() <= 40 && !names.contains(['。', '，', '：']))
        .then_some((address, names))
}

/// The card of the account that WeChat shows above some articles: its picture, its name in bold, its signature, how many
/// articles it has written. Gives its name.
pub(super) fn account_card(line: &str) -> Option<String> {
    let raw = line.trim();
    let shown = plain(raw);
    if shown.chars().count() > MAX_CARD || !shown.trim_end().ends_with("公众号") {
        return None;
    }
    let counted = shown.trim_end().strip_suffix("公众号")?.trim_end();
    let counted = counted.strip_suffix("篇原创内容").or_else(|| counted.strip_suffix("篇原创"))?;
    if !counted.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let name = raw.split("**").nth(1)?.trim();
    filled(name)
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
            let byline = Byline::read(line).expect(line);
            assert_eq!(byline.authors, authors, "{line}");
            assert_eq!((byline.account.as_deref(), byline.place.as_deref()), (account, place), "{line}");
            assert_eq!(byline.is_original, is_original, "{line}");
            assert_eq!(byline.published, Date::civil(2025, 6, 3, 20, 15, 0, Date::BEIJING), "{line}");
        }
        let undated = Byline::read("原创  许青禾  [ 灯下校书 ](javascript:void\\(0\\);)").expect("WeChat's link");
        assert_eq!((undated.authors, undated.account.as_deref()), (vec!["许青禾".to_owned()], Some("灯下校书")));
        let old =
            Byline::read("原创 _2016-08-06_ _梁启山_[河工手记](https://mp.weixin.qq.com/s?__biz=M)").expect("of 2016");
        assert_eq!((old.authors, old.account.as_deref()), (vec!["梁启山".to_owned()], Some("河工手记")));
        for line in ["2025-06-03 20:15", "船在 2025-06-03 20:15 开走，没有回来。", "渡口 2025-06-03", "渡口夜航", ""]
        {
            assert_eq!(Byline::read(line), None, "{line}");
        }
    }
}
