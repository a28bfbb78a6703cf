/// A role as printed and the names that it is given.
pub(super) type Credit = (String, Vec<String>);

/// Longest line that can be credits, in characters.
const MAX_CHARS: usize = 120;

/// Longest name, in characters.
const MAX_NAME: usize = 24;

/// Reads a line of credits: `编辑：甲`, `文｜甲 图｜乙`, `责任编辑 | 甲`, `（作者丨甲、乙）`, `甲 投稿`, `甲 发自 乙地`. Empty when any part of
/// the line is something else.
pub(super) fn parse(text: &str, roles: &[String], account: &str) -> Vec<Credit> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "【】[]（）()*|｜丨".contains(c));
    if text.is_empty() || text.chars().count() > MAX_CHARS || text.contains("http") {
        return Vec::new();
    }
    labelled(text, roles).or_else(|| by_line(text, account)).unwrap_or_default()
}

/// Role, sign, names, and so on to the end of the line.
fn labelled(text: &str, roles: &[String]) -> Option<Vec<Credit>> {
    let mut credits: Vec<Credit> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (role, after) = label(rest, roles)?;
        let end = next_label(after, roles);
        let names = names(after.get(..end)?)?;
        credits.push((role, names));
        rest = after.get(end..)?.trim_start_matches(|c: char| c.is_whitespace() || is_divider(c));
    }
    Some(credits)
}

/// The role at the start of a text with the sign behind it, and what follows.
fn label<'a>(text: &'a str, roles: &[String]) -> Option<(String, &'a str)> {
    let lower = text.to_lowercase();
    let role = roles.iter().find(|role| lower.starts_with(role.as_str()))?;
    let rest = text.get(role.len()..)?;
    // Roles stand together as in 图/文：甲.
    if let Some(second) = rest.trim_start().strip_prefix(['/', '&', '、', '／'])
        && let Some((other, after)) = label(second.trim_start(), roles)
    {
        return Some((format!("{role}/{other}"), after));
    }
    let rest = rest.trim_start();
    let after = rest.strip_prefix([':', '：', '|', '｜', '丨', '/', '／', '│'])?;
    Some((role.clone(), after))
}

/// Where the next label begins, behind white space or a divider.
fn next_label(text: &str, roles: &[String]) -> usize {
    let mut boundary = false;
    for (at, c) in text.char_indices() {
        if boundary && text.get(at..).is_some_and(|tail| label(tail, roles).is_some()) {
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

/// `甲 投稿`, `甲 发自 乙地`, `账号 | 公众号 id`: how news desks sign.
fn by_line(text: &str, account: &str) -> Option<Vec<Credit>> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let short = |names: &[&str]| !names.is_empty() && names.iter().all(|name| name.chars().count() <= MAX_NAME);
    let joined = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    match words.as_slice() {
        [names @ .., "投稿" | "供稿"] if short(names) && names.len() <= 4 => {
            Some(vec![(words.last().copied().unwrap_or_default().to_owned(), vec![joined(names).join(" ")])])
        }
        [names @ .., "发自", _] if short(names) && names.len() <= 6 => Some(vec![("发自".into(), joined(names))]),
        [name, "|" | "｜", "公众号", id] if !account.is_empty() && *name == account && id.is_ascii() => {
            Some(vec![("公众号".into(), vec![(*id).to_owned()])])
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Rules;

    fn shape(text: &str) -> String {
        let rules = Rules::shipped();
        let credits = parse(text, rules.roles(), "山水报");
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
