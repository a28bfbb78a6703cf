use crate::rules::Rules;
use crate::text::simplified;

/// A role as printed and the names that it is given.
pub(super) type Credit = (String, Vec<String>);

/// Longest line that can be credits, in characters.
const MAX_CHARS: usize = 120;

/// Longest name, in characters.
const MAX_NAME: usize = 24;

/// Longest role with what narrows it, in characters.
const MAX_ROLE: usize = 16;

/// Longest Chinese name of a person, in characters.
const PERSON: usize = 4;

/// Reads a line of credits: `编辑：甲`, `文｜甲 图｜乙`, `责任编辑 | 甲`, `（作者丨甲、乙）`, `甲 投稿`, `甲 发自 乙地`. Empty when any part of
/// the line is something else.
pub(super) fn parse(text: &str, rules: &Rules, account: &str) -> Vec<Credit> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "【】[]（）()*|｜丨".contains(c));
    if text.is_empty() || text.chars().count() > MAX_CHARS || text.contains("http") {
        return Vec::new();
    }
    labelled(text, rules)
        .or_else(|| spaced(text, rules))
        .or_else(|| clause(text, rules))
        .or_else(|| by_line(text, rules, account))
        .unwrap_or_default()
}

/// Role, sign, names, and so on to the end of the line.
fn labelled(text: &str, rules: &Rules) -> Option<Vec<Credit>> {
    let mut credits: Vec<Credit> = Vec::new();
    let mut rest = if text.contains(SIGNS) { text } else { return None };
    while !rest.is_empty() {
        let (role, after) = label(rest, rules).or_else(|| source(rest, rules).filter(|_| !credits.is_empty()))?;
        let end = next_label(after, rules);
        let names = names(after.get(..end)?)?;
        credits.push((role, names));
        rest = after.get(end..)?.trim_start_matches(|c: char| c.is_whitespace() || is_divider(c));
    }
    Some(credits)
}

/// The role at the start of a text with the sign behind it, and what follows.
fn label<'a>(text: &'a str, rules: &Rules) -> Option<(String, &'a str)> {
    let (role, rest) = role(text, rules)?;
    let rest = rest.trim_start();
    // Roles stand together as in 图/文：甲.
    if let Some(second) = rest.strip_prefix(['/', '&', '、', '／'])
        && let Some((other, after)) = label(second.trim_start(), rules)
    {
        return Some((format!("{role}/{other}"), after));
    }
    let after = rest.strip_prefix(SIGNS)?;
    Some((role.to_owned(), after))
}

/// What stands between a role and its names.
const SIGNS: [char; 8] = [':', '：', '|', '｜', '丨', '/', '／', '│'];

/// The label of a source among credits: `作者：甲 | 来源：乙`.
fn source<'a>(text: &'a str, rules: &Rules) -> Option<(String, &'a str)> {
    let word = rules.credits().sources.iter().find(|word| text.starts_with(*word))?;
    let rest = text.get(word.len()..)?.trim_start();
    Some((word.clone(), rest.strip_prefix([':', '：', '|', '｜', '丨'])?))
}

/// The longest role at the start of a text, a word that narrows it (实习, 技术) included, and what follows.
fn role<'a>(text: &'a str, rules: &Rules) -> Option<(&'a str, &'a str)> {
    let shortest = text.chars().take(MAX_ROLE).map(simplified).collect::<String>().to_lowercase();
    let longest =
        |words: &[String], text: &str| words.iter().find(|word| text.starts_with(word.as_str())).map(String::len);
    let narrowed = || {
        let modifier = longest(&rules.credits().modifiers, &shortest)?;
        Some(modifier + longest(&rules.credits().roles, shortest.get(modifier..)?)?)
    };
    let signed = || rules.credits().author_ids.iter().find_map(|id| Some(shortest.find(id)? + id.len()));
    let known = longest(&rules.credits().roles, &shortest);
    let length = known.into_iter().chain(narrowed()).chain(signed()).max()?;
    Some((text.get(..length)?, text.get(length..)?))
}

/// Where the next label begins, behind white space or a divider.
fn next_label(text: &str, rules: &Rules) -> usize {
    let mut boundary = false;
    for (at, c) in text.char_indices() {
        if boundary && text.get(at..).is_some_and(|tail| label(tail, rules).or_else(|| source(tail, rules)).is_some()) {
            return at;
        }
        boundary = c.is_whitespace() || is_divider(c);
    }
    text.len()
}

fn is_divider(c: char) -> bool {
    matches!(c, '|' | '｜' | '丨' | '│' | ';' | '；' | '，' | ',' | '/')
}

fn names(text: &str) -> Option<Vec<String>> {
    let names: Vec<String> = text
        .split(['、', '，', ',', ';', '；', '&', '|', '｜', '丨'])
        .map(|name| name.trim().trim_matches(['*', '《', '》', '】', '）', ')']).trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    let sound =
        |name: &String| name.chars().count() <= MAX_NAME && !name.contains(['。', '？', '！', '：', ':', '“', '?']);
    (!names.is_empty() && names.iter().all(sound)).then_some(names)
}

/// `责任编辑 甲　校对 乙`: a line that begins with a desk's role and goes on in roles and names of persons.
fn spaced(text: &str, rules: &Rules) -> Option<Vec<Credit>> {
    let mut credits: Vec<Credit> = Vec::new();
    for word in text.split_whitespace() {
        if credits.is_empty() && !rules.credits().desk_roles.iter().any(|role| role == word) {
            return None;
        }
        let is_role = role(word, rules).is_some_and(|(_, rest)| rest.is_empty());
        match credits.last_mut() {
            _ if is_role => credits.push((word.to_owned(), Vec::new())),
            Some((_, names)) if (2..=PERSON).contains(&word.chars().count()) => names.push(word.to_owned()),
            _ => return None,
        }
    }
    (!credits.is_empty() && credits.iter().all(|(_, names)| !names.is_empty())).then_some(credits)
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
        [desk, names @ ..]
            if is_in(&known.desks, desk)
                && !names.is_empty()
                && names.len() <= 4
                && names.iter().all(|name| (2..=PERSON).contains(&name.chars().count())) =>
        {
            Some(vec![((*desk).to_owned(), joined(names))])
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
            ("甲团队 投稿", "投稿=甲团队"),
            ("甲 乙 发自 河边", "发自=甲+乙"),
            ("山水报 | 公众号 Shanshui", "公众号=Shanshui"),
            ("技术编辑：甲", "技术编辑=甲"),
            ("本期编辑｜甲 实习编辑｜乙", "本期编辑=甲 实习编辑=乙"),
            ("責任編輯：甲", "責任編輯=甲"),
            ("编辑/甲", "编辑=甲"),
            ("责任编辑 张三　校对 李四", "责任编辑=张三 校对=李四"),
            ("本报记者 张三 李四", "本报记者=张三+李四"),
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
}
