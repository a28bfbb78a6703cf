use super::marks::{SIGNS, WEAK_SIGNS, bare, closing, is_closing, is_divider};
use super::names::{MAX_NAME, PERSON, are_english, begins_as_names_do, is_person, names};
use super::roles::{self, Label, Sign};
use crate::rules::{CreditWords, Rules};

/// A role as printed and the names that it is given.
pub(in crate::clean::boilerplate) type Credit = (String, Vec<String>);

/// Longest line that can be credits, in characters.
const MAX_CHARS: usize = 120;

/// Most roles with their names in one line.
const MAX_PARTS: usize = 24;

/// Roles that the lists know, of a line or of lines one below the other, among which an unknown one is taken for one too.
pub(in crate::clean::boilerplate) const KNOWN_AROUND: usize = 2;

/// What a line, or a part of it, needs to be credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::clean::boilerplate) enum Standing {
    /// Nothing else.
    Sure,
    /// A line of credits beside it: its words may mean something else.
    Joining,
    /// Some of them: no list knows its role.
    Unknown,
}

/// Reads a line of credits: `编辑：甲`, `文｜甲 图｜乙`, `责任编辑 甲　校对 乙`, `（作者丨甲、乙）`, `甲/文　乙/图`, `甲 投稿`, `甲 发自 乙地`. Empty
/// when any part of the line is something else, or may be.
pub(in crate::clean::boilerplate) fn parse(text: &str, rules: &Rules, account: &str) -> Vec<Credit> {
    let Some(text) = line(text) else { return Vec::new() };
    let words = rules.credits();
    let labelled = by_labels(text, words).or_else(|| reversed(text, words));
    labelled
        .filter(|(_, standing)| *standing == Standing::Sure)
        .map(|(credits, _)| credits)
        .or_else(|| clause(text, rules))
        .or_else(|| by_line(text, rules, account))
        .unwrap_or_default()
}

/// Reads a line that is credits where others stand beside it.
pub(in crate::clean::boilerplate) fn beside_others(text: &str, words: &CreditWords) -> Option<(Vec<Credit>, Standing)> {
    let text = line(text)?;
    by_labels(text, words).or_else(|| reversed(text, words)).or_else(|| {
        let parts = parts(text, words, unknown_sign(text))?;
        Some((credits(parts), Standing::Unknown))
    })
}

/// The words of a line, when it can be credits at all.
fn line(text: &str) -> Option<&str> {
    let text = bare(text);
    let fits = !text.is_empty() && text.chars().nth(MAX_CHARS).is_none() && !text.contains("http");
    fits.then_some(text)
}

/// A role with its names, and what it needs to be one.
struct Part {
    credit: Credit,
    standing: Standing,
    /// It is of an editor's desk, or of a reporter.
    desk: bool,
}

fn credits(parts: Vec<Part>) -> Vec<Credit> {
    parts.into_iter().map(|part| part.credit).collect()
}

/// Role, sign, names, and so on to the end of the line; among roles that the lists know also others.
fn by_labels(text: &str, words: &CreditWords) -> Option<(Vec<Credit>, Standing)> {
    let count = |parts: &[Part], standing| parts.iter().filter(|part| part.standing == standing).count();
    let mixed = parts(text, words, unknown_sign(text)).filter(|parts| {
        let unknown = count(parts, Standing::Unknown);
        let known = parts.len() - unknown;
        unknown > 0 && known >= KNOWN_AROUND.max(unknown) && count(parts, Standing::Sure) > 0
    });
    if let Some(mixed) = mixed {
        return Some((credits(mixed), Standing::Sure));
    }
    let parts = parts(text, words, None)?;
    let several = parts.len() > 1 && parts.iter().any(|part| part.desk);
    if several || count(&parts, Standing::Sure) > 0 {
        return Some((credits(parts), Standing::Sure));
    }
    let named = parts.iter().any(|part| part.credit.0.chars().count() > 1);
    named.then(|| (credits(parts), Standing::Joining))
}

/// The sign that a role must have that no list knows: the first of the line.
fn unknown_sign(text: &str) -> Option<char> {
    text.chars().find(|c| SIGNS.contains(c))
}

/// All roles of a line with their names; roles that no list knows only where a sign is given for them.
fn parts(text: &str, words: &CreditWords, unknown: Option<char>) -> Option<Vec<Part>> {
    let mut parts: Vec<Part> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (label, known) = any_label(rest, words, unknown)?;
        let is_source = known == Known::Source;
        let end = next_label(label.rest, words, unknown);
        let names = names(label.rest.get(..end)?, &label.role, words)?;
        let standing = standing(&label, &names, known, words)?;
        if parts.len() >= MAX_PARTS || (is_source && parts.is_empty()) {
            return None;
        }
        let desk = roles::is_desk(&label.role, words) || roles::is_reporter(&label.role, words);
        rest = label.rest.get(end..)?.trim_start_matches(|c: char| c.is_whitespace() || is_divider(c));
        parts.push(Part { credit: (label.role, names), standing, desk });
    }
    Some(parts)
}

/// Who knows a label.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Role,
    Source,
    Nobody,
}

fn any_label<'a>(text: &'a str, words: &CreditWords, unknown: Option<char>) -> Option<(Label<'a>, Known)> {
    if let Some(label) = roles::label(text, words).filter(|label| label.sign != Sign::Weak || leads(label, words)) {
        return Some((label, Known::Role));
    }
    if let Some((role, rest)) = roles::source(text, words) {
        return Some((Label { role, sign: Sign::Clear(':'), rest }, Known::Source));
    }
    let unknown = Sign::Clear(unknown?);
    let label = roles::unknown_label(text, words).filter(|label| label.sign == unknown)?;
    Some((label, Known::Nobody))
}

/// Whether a name stands behind a weak sign: that of a person, and in English one that begins with a capital behind "by".
fn leads(label: &Label, words: &CreditWords) -> bool {
    let ends = |c: char| c.is_whitespace() || closing(c).is_some() || (is_divider(c) && !WEAK_SIGNS.contains(&c));
    let first = label.rest.split(ends).next().unwrap_or_default();
    if is_english(&label.role) {
        return first.starts_with(char::is_uppercase);
    }
    is_person(first) && !roles::is_role(first, words)
}

/// A role that leads to its names in a clause: "edited by".
fn is_english(role: &str) -> bool {
    role.to_ascii_lowercase().ends_with(" by")
}

fn standing(label: &Label, names: &[String], known: Known, words: &CreditWords) -> Option<Standing> {
    let are_names = || names.iter().all(|name| begins_as_names_do(name, words));
    match (known, label.sign) {
        (Known::Nobody, _) => are_names().then_some(Standing::Unknown),
        (Known::Role, Sign::Clear(_)) if words.joining_roles.contains(&label.role) => Some(Standing::Joining),
        (Known::Role, Sign::Clear(_)) | (Known::Source, _) => Some(Standing::Sure),
        (Known::Role, Sign::Weak) if is_english(&label.role) => are_english(names).then_some(Standing::Sure),
        (Known::Role, Sign::Weak) if !names.iter().all(|name| is_person(name)) => None,
        (Known::Role, Sign::Weak) if roles::is_reporter(&label.role, words) => Some(Standing::Sure),
        (Known::Role, Sign::Weak) if roles::is_desk(&label.role, words) && are_names() => Some(Standing::Sure),
        (Known::Role, Sign::Weak) => Some(Standing::Joining),
    }
}

/// Where the next label begins, behind white space, a divider or a bracket.
fn next_label(text: &str, words: &CreditWords, unknown: Option<char>) -> usize {
    let mut boundary = false;
    for (at, c) in text.char_indices() {
        let opens = at > 0 && c != '（' && c != '(' && closing(c).is_some();
        if (boundary || opens) && text.get(at..).is_some_and(|tail| any_label(tail, words, unknown).is_some()) {
            return at;
        }
        boundary = c.is_whitespace() || is_divider(c) || (is_closing(c) && c != '》');
    }
    text.len()
}

/// `甲/文　乙/图`, `甲 | 撰文`: the names before their roles.
fn reversed(text: &str, words: &CreditWords) -> Option<(Vec<Credit>, Standing)> {
    let mut credits: Vec<Credit> = Vec::new();
    for item in set_to_signs(text).split_whitespace() {
        let (name, role) = item.split_once(SIGNS)?;
        let mut roles = role.split(['/', '／', '&', '、']);
        let fits = is_person(name) && !roles::is_role(name, words) && roles.all(|role| roles::is_role(role, words));
        if !fits || item.contains([':', '：']) {
            return None;
        }
        credits.push((role.replace(['／', '&', '、'], "/"), vec![name.to_owned()]));
    }
    let writes = credits.first().is_some_and(|(role, _)| roles::is_author(role, words));
    let named = credits.iter().flat_map(|(_, names)| names).all(|name| begins_as_names_do(name, words));
    let sure = if credits.len() > 1 { writes || named } else { writes && named };
    sure.then_some((credits, Standing::Sure))
}

/// A text without the blanks around the signs in it.
fn set_to_signs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if SIGNS.contains(&c) {
            out.truncate(out.trim_end().len());
        } else if c.is_whitespace() && out.ends_with(SIGNS) {
            continue;
        }
        out.push(c);
    }
    out
}

/// `经过甲重新编排`, `本文由甲整理发布`: who worked on the text, said in a clause.
fn clause(text: &str, rules: &Rules) -> Option<Vec<Credit>> {
    let words = rules.statements();
    let text = words.clause_heads.iter().fold(text, |text, head| text.trim_start_matches(head.as_str()));
    let text = words.clause_tails.iter().fold(text, |text, tail| text.trim_end_matches(tail.as_str()));
    let rest = words.clause_leads.iter().find_map(|word| text.strip_prefix(word.as_str()))?;
    let role = rules.credits().roles.iter().find(|role| role.chars().count() > 1 && rest.ends_with(role.as_str()))?;
    let name = rest.strip_suffix(role.as_str())?;
    let name = words.clause_adverbs.iter().fold(name, |name, adverb| name.trim_end_matches(adverb.as_str())).trim();
    let sound = (2..=2 * PERSON).contains(&name.chars().count()) && name.chars().all(char::is_alphanumeric);
    (sound && !name.contains(NO_NAME)).then(|| vec![(role.clone(), vec![name.to_owned()])])
}

/// Characters of times and turns, which no name of a person or desk in such a clause holds.
const NO_NAME: [char; 8] = ['的', '年', '月', '天', '次', '他', '她', '们'];

/// `甲 投稿`, `甲 发自 乙地`, `账号 | 公众号 id`: how news desks sign.
fn by_line(text: &str, rules: &Rules, account: &str) -> Option<Vec<Credit>> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let short = |names: &[&str]| !names.is_empty() && names.iter().all(|name| name.chars().count() <= MAX_NAME);
    let joined = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let known = rules.credits();
    let is_in = |list: &[String], word: &str| list.iter().any(|known| known == word);
    match words.as_slice() {
        [names @ .., word] if is_in(&known.contributed, word) && short(names) && names.len() <= 4 => {
            Some(vec![((*word).to_owned(), vec![joined(names).join(" ")])])
        }
        [names @ .., word, _] if is_in(&known.reported_from, word) && short(names) && names.len() <= 6 => {
            Some(vec![((*word).to_owned(), joined(names))])
        }
        [name, "|" | "｜", label, id]
            if is_in(&rules.statements().account_labels, label)
                && !account.is_empty()
                && *name == account
                && id.is_ascii() =>
        {
            Some(vec![((*label).to_owned(), vec![(*id).to_owned()])])
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> String {
        let credits = parse(text, &Rules::shipped(), "山水报");
        credits.iter().map(|(role, names)| format!("{role}={}", names.join("+"))).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn reads_credits_and_nothing_else() {
        let cases = [
            ("编辑：甲", "编辑=甲"),
            ("主编: 甲", "主编=甲"),
            ("文｜甲 图｜乙", "文=甲 图=乙"),
            ("编辑|张三 语音|李四", "编辑=张三 语音=李四"),
            ("本篇作者 | 甲、乙 | 责任编辑 | 丙", "本篇作者=甲+乙 责任编辑=丙"),
            ("【作者丨甲】", "作者=甲"),
            ("图/文：甲", "图/文=甲"),
            ("责编、校对：甲", "责编/校对=甲"),
            ("文字+图片：甲", "文字/图片=甲"),
            ("甲团队 投稿", "投稿=甲团队"),
            ("甲 乙 发自 河边", "发自=甲+乙"),
            ("山水报 | 公众号 Shanshui", "公众号=Shanshui"),
            ("技术编辑：甲", "技术编辑=甲"),
            ("本期编辑｜甲 实习编辑｜乙", "本期编辑=甲 实习编辑=乙"),
            ("配音导演：甲", "配音导演=甲"),
            ("責任編輯：甲", "責任編輯=甲"),
            ("编辑/甲", "编辑=甲"),
            ("责任编辑 张三　校对 李四", "责任编辑=张三 校对=李四"),
            ("山水论坛作者ID：甲", "山水论坛作者ID=甲"),
            ("经过小河重新编排", "编排=小河"),
            ("本文由小山整理发布", "整理=小山"),
            ("经过三年的整理", ""),
            ("责任编辑 说了三句很长的话", ""),
            ("作者：甲 | 来源：山水报", "作者=甲 来源=山水报"),
            ("记者：您好，您什么时候到的？", ""),
            ("编辑器：一种工具", ""),
            ("作者认为：水会涨", ""),
            ("端口转发：甲", ""),
            ("来源：甲", ""),
        ];
        for (text, want) in cases {
            assert_eq!(shape(text), want, "{text}");
        }
    }

    #[test]
    fn names_end_where_the_next_role_begins() {
        let cases = [
            ("撰文：苏小岚 / 编辑：周七 / 校对：方舟", "撰文=苏小岚 编辑=周七 校对=方舟"),
            ("编辑：周七/审核：方舟", "编辑=周七 审核=方舟"),
            ("责编：周七、审核：方舟", "责编=周七 审核=方舟"),
            ("校对：周七；运营：方舟；排版：白露", "校对=周七 运营=方舟 排版=白露"),
            ("责编：周七（实习生）审核：方舟（副主编）", "责编=周七 审核=方舟"),
            ("编辑：周七 校对 方舟", "编辑=周七 校对=方舟"),
            ("记者：张三（江湾日报） 编辑：周七", "记者=张三 编辑=周七"),
        ];
        for (text, want) in cases {
            assert_eq!(shape(text), want, "{text}");
        }
    }

    #[test]
    fn ornaments_brackets_and_blanks_in_a_role_are_no_part_of_it() {
        let cases = [
            ("◎ 编辑：甲", "编辑=甲"),
            ("📝编辑｜甲", "编辑=甲"),
            ("▲ 作者丨甲 ▲ 编辑丨乙", "作者=甲 编辑=乙"),
            ("丨作者：甲丨编辑：乙丨", "作者=甲 编辑=乙"),
            ("编 辑：周七", "编辑=周七"),
            ("责 任 编 辑 | 周七", "责任编辑=周七"),
            ("作 者：", ""),
            ("（编辑 周七 校对 方舟）", "编辑=周七 校对=方舟"),
            ("【责任编辑】周七", "责任编辑=周七"),
            ("【编辑】周七【校对】方舟", "编辑=周七 校对=方舟"),
            ("编辑·周七", "编辑=周七"),
            ("编辑-周七", "编辑=周七"),
            ("——", ""),
        ];
        for (text, want) in cases {
            assert_eq!(shape(text), want, "{text}");
        }
    }

    #[test]
    fn a_role_without_a_sign_stands_before_persons() {
        let cases = [
            ("编辑 周七", "编辑=周七"),
            ("今日编辑 周七", "今日编辑=周七"),
            ("记者 张三 通讯员 王小五 文/图", ""),
            ("撰文 苏小岚 ｜ 编 周七 ｜ 美编 白露", "撰文=苏小岚 编=周七 美编=白露"),
            ("本报记者 张三 李四", "本报记者=张三+李四"),
            ("本报记者 张三 李四 通讯员 王小五", "本报记者=张三+李四 通讯员=王小五"),
            ("江湾日报记者 张三 李四", "江湾日报记者=张三+李四"),
            ("总台记者/张三 李四", "总台记者=张三+李四"),
            ("文/记者 张三 图/通讯员 王小五", "文=张三 图=王小五"),
            ("摄影：江湾日报记者 张三", "摄影=张三"),
            ("Words by Anna Lee, photos by Tom Reed", "Words by=Anna Lee photos by=Tom Reed"),
            ("Written by hand", ""),
            ("编辑 推荐", ""),
            ("摄影 高山", ""),
            ("设计·人生", ""),
            ("【摄影】春天里", ""),
            ("江湾日报记者 在河边住了很久", ""),
        ];
        for (text, want) in cases {
            assert_eq!(shape(text), want, "{text}");
        }
    }

    #[test]
    fn names_may_stand_before_their_roles() {
        let cases = [
            ("苏小岚/文 老方/图", "文=苏小岚 图=老方"),
            ("苏小岚 | 文", "文=苏小岚"),
            ("苏小岚｜撰文", "撰文=苏小岚"),
            ("苏小岚/文/图", "文/图=苏小岚"),
            ("周七/编辑 方舟/校对", "编辑=周七 校对=方舟"),
            ("生活/摄影 河边/设计", ""),
            ("生活｜摄影", ""),
            ("生活｜图文", ""),
        ];
        for (text, want) in cases {
            assert_eq!(shape(text), want, "{text}");
        }
    }

    #[test]
    fn a_role_that_no_list_knows_is_one_among_known_ones() {
        let cases = [
            ("责任编辑：周七 | 河湾看守：方舟 | 新媒体编辑：白露", "责任编辑=周七 河湾看守=方舟 新媒体编辑=白露"),
            ("策划 / 周七 水声 / 阿木 编辑 / 白露", "策划=周七 水声=阿木 编辑=白露"),
            ("编辑：周七 技术：方舟", "编辑=周七 技术=方舟"),
            ("河湾看守：方舟", ""),
            ("技术：方舟", ""),
            ("编辑：周七 | 地点：高桥", ""),
            ("编辑：周七 | 审核：方舟 | 地点：高桥", ""),
        ];
        for (text, want) in cases {
            assert_eq!(shape(text), want, "{text}");
        }
    }
}
