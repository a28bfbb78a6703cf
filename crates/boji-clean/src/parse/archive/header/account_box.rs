//! The box in which WeChat shows an account above some articles, and the albums of an article below its byline.

use super::fields::filled;
use super::pairs::undecorated;
use super::words::plain;
use crate::model::Facts;
use crate::parse::archive::lines::next_line;

/// Most characters of a box, of one of its lines, and of an album's name.
const MAX_CARD: usize = 300;
const MAX_LINE: usize = 120;
const MAX_ALBUM: usize = 24;
/// Most lines of a box, and of a list of albums.
const MAX_LINES: usize = 8;

const LABELS: [&str; 2] = ["公众号", "Official Account"];

/// The box in one line: its picture, the account's name in bold, its signature, how many articles it has written. Gives its
/// name.
pub(super) fn account_card(line: &str) -> Option<String> {
    let raw = line.trim();
    let shown = plain(raw);
    let counted = LABELS.iter().find_map(|label| shown.trim_end().strip_suffix(label))?;
    if shown.chars().count() > MAX_CARD || !is_counted(counted) {
        return None;
    }
    filled(raw.split("**").nth(1)?.trim())
}

/// The same over several lines, the first of which is a picture or begins with the name of the known account. Gives what stands
/// behind it.
pub(super) fn card_over_lines<'a>(text: &'a str, facts: &Facts) -> Option<&'a str> {
    let account = facts.account.as_deref()?;
    let (mut rest, mut is_named, mut is_at_count) = (text, false, false);
    let mut lines = 0;
    while lines < MAX_LINES && !rest.is_empty() {
        let (line, after) = next_line(rest);
        rest = after;
        if line.trim().is_empty() {
            continue;
        }
        lines += 1;
        let shown = plain(line.trim());
        if shown.chars().count() > MAX_LINE || line.trim_start().starts_with(['#', '>', '|']) {
            return None;
        }
        is_named |= shown.starts_with(account);
        if is_named && is_at_count && LABELS.contains(&shown.as_str()) {
            return Some(after);
        }
        if !is_named && !line.trim_start().starts_with("![") {
            return None;
        }
        is_at_count = is_counted(&shown);
    }
    None
}

/// `143篇原创内容`, at the end of the words.
fn is_counted(shown: &str) -> bool {
    let counted = shown.trim_end();
    let number = counted.strip_suffix("篇原创内容").or_else(|| counted.strip_suffix("篇原创"));
    number.is_some_and(|number| number.ends_with(|c: char| c.is_ascii_digit()))
}

/// Lines of the box below the byline of a page of 2016 to 2021: its name, `微信号 X`, `功能介绍 X`, the
/// lines of the form that follows.
pub(super) fn is_profile(line: &str, facts: &Facts) -> bool {
    if line.contains("](http") {
        return false;
    }
    let shown = plain(line);
    let shown = shown.trim();
    let is_labelled = ["微信号", "功能介绍"].iter().any(|label| {
        shown.strip_prefix(label).is_some_and(|rest| rest.starts_with(char::is_whitespace) || rest.is_empty())
    });
    let is_form = shown.trim_matches(['_', ' ', '\u{a0}']);
    let is_name = facts.account.as_deref() == Some(shown) || facts.authors.iter().any(|author| author == shown);
    let is_empty = is_form.is_empty() && shown.contains('_');
    is_labelled || is_name || is_empty || is_form == "发表于"
}

/// The albums of an article: a label, and behind it or in the next lines `#渡口 12个`; or the same without a label as links
/// that only a script follows. Gives their names, and what stands behind them.
pub(super) fn album<'a>(line: &str, after: &'a str) -> Option<(Vec<String>, &'a str)> {
    let shown = plain(undecorated(line));
    let labels = ["收录于合集", "收录于话题", "收录于专辑", "收录于"];
    let Some(behind) = labels.iter().find_map(|label| shown.strip_prefix(label)) else {
        let names = numbered(&shown).filter(|_| line.contains("](javascript"))?;
        return Some((names, after));
    };
    if !behind.trim().is_empty() {
        return Some((numbered(behind.trim())?, after));
    }
    let (mut names, mut end) = (Vec::new(), None);
    let mut rest = after;
    for _ in 0..MAX_LINES {
        let (line, after) = next_line(rest);
        rest = after;
        if line.trim().is_empty() {
            continue;
        }
        let Some(found) = numbered(&plain(line.trim())) else { break };
        names.extend(found);
        end = Some(after);
    }
    Some((names, end?))
}

/// `#渡口 12个 #夜航4`: names of albums, each with how many articles it has.
fn numbered(shown: &str) -> Option<Vec<String>> {
    let is_digit = |c: char| c.is_ascii_digit();
    let name = |part: &str| {
        let counted = part.trim().trim_end_matches('个').trim_end();
        let name = counted.trim_end_matches(is_digit);
        let is_name = name.len() < counted.len() && name.chars().count() <= MAX_ALBUM && !name.contains(['，', '。']);
        filled(name).filter(|_| is_name)
    };
    shown.strip_prefix('#')?.split('#').map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn albums_are_read_in_every_layout() {
        let cases = [
            ("收录于合集", "\n\\#渡口12个\n\n\\#夜航 4 个\n\n正文", Some((vec!["渡口", "夜航"], "\n正文"))),
            ("收录于话题", "\n\\#渡口4\n正文", Some((vec!["渡口"], "正文"))),
            ("收录于合集 #渡口 <a id=\"a\"></a>25个", "正文", Some((vec!["渡口"], "正文"))),
            ("[#渡口](javascript:;) [12 个](javascript:;)", "正文", Some((vec!["渡口"], "正文"))),
            ("#渡口 12个", "正文", None),
            ("收录于合集", "\n正文", None),
            ("收录于合集的文章", "\n正文", None),
        ];
        for (line, after, want) in cases {
            let found = album(line, after);
            let names: Option<(Vec<&str>, &str)> =
                found.as_ref().map(|(names, after)| (names.iter().map(String::as_str).collect(), *after));
            assert_eq!(names, want, "{line}");
        }
    }

    #[test]
    fn a_box_over_lines_ends_with_its_label() {
        let facts = Facts { account: Some("渡口".to_owned()), ..Facts::default() };
        for (text, behind) in [
            ("**渡口**\n\n写河的人。\n\n143篇原创内容\n\n公众号\n\n正文", Some("\n正文")),
            ("![](a.png)\n\n**渡口**写河的人。\n\n**143篇原创内容**\n\nOfficial Account\n正文", Some("正文")),
            ("**渡口**\n\n写河的人。\n\n正文", None),
            ("写河的人。\n\n143篇原创内容\n\n公众号\n\n正文", None),
        ] {
            assert_eq!(card_over_lines(text, &facts), behind, "{text}");
        }
    }
}
