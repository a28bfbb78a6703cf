//! Lines of the saving program that say nothing of the article: headings of its parts, links to itself, the name of the
//! platform.

use super::words::plain;
use crate::model::Date;
use crate::parse::date::parse_date;

/// Headings and callouts over what a program says of an article.
const INFORMATION: [&str; 20] = [
    "原文信息",
    "文章信息",
    "文章資訊",
    "基本信息",
    "来源信息",
    "來源資訊",
    "文章元数据",
    "公众号文章元数据",
    "信息",
    "元数据",
    "元信息",
    "来源",
    "來源",
    "出处",
    "属性",
    "metadata",
    "meta",
    "info",
    "source",
    "properties",
];
/// Headings over the text itself.
const TEXT: [&str; 12] = [
    "正文",
    "正文内容",
    "内容",
    "全文",
    "文章内容",
    "文章正文",
    "content",
    "full content",
    "article",
    "fulltext",
    "full document",
    "markdown content",
];
/// Links of the saving program to itself.
const OWN_LINKS: [&str; 5] =
    ["read on omnivore", "open in cubox", "read in cubox", "在 cubox 中打开", "在 cubox 中阅读"];
/// What WeChat calls itself in the titles of its pages.
const PLATFORM: [&str; 3] = ["weixin official accounts platform", "微信公众平台", "微信公众号"];

/// What a line of the frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameLine {
    /// It may stand above more of the header.
    Information,
    /// Behind it the text begins.
    Text,
    /// The cover, by its name.
    Cover,
}

/// Whether a line is one of the frame.
pub(super) fn frame_line(line: &str) -> Option<FrameLine> {
    let line = line.trim();
    let quoted = line.trim_start_matches(['>', ' ']);
    if let Some(callout) = quoted.strip_prefix("[!") {
        let title = callout.split_once(']').map(|(_, title)| title.trim_start_matches(['-', '+']))?;
        let is_frame = title.trim().is_empty() || is_one_of(title, &INFORMATION);
        return is_frame.then_some(FrameLine::Information);
    }
    let heading = quoted.trim_start_matches('#');
    if heading.len() < quoted.len() {
        if is_one_of(heading, &TEXT) {
            return Some(FrameLine::Text);
        }
        let is_label = !heading.starts_with(' ') && !heading.contains(char::is_whitespace);
        return (is_label || is_one_of(heading, &INFORMATION)).then_some(FrameLine::Information);
    }
    if quoted.ends_with([':', '：']) && !quoted.starts_with("**") {
        let of = |known: &[&str]| is_one_of(quoted, known);
        return (of(&TEXT).then_some(FrameLine::Text)).or_else(|| of(&INFORMATION).then_some(FrameLine::Information));
    }
    let is_link = quoted.starts_with('[') && OWN_LINKS.contains(&plain(quoted).to_lowercase().as_str());
    if is_cover(quoted) {
        return Some(FrameLine::Cover);
    }
    is_link.then_some(FrameLine::Information)
}

fn is_one_of(words: &str, known: &[&str]) -> bool {
    let words = plain(words).to_lowercase();
    // Some set a sign before the words.
    known.contains(&words.trim_matches(|c: char| !c.is_alphanumeric()))
}

/// Whether a heading is the platform's name and no title.
pub(super) fn is_platform_name(heading: &str) -> bool {
    PLATFORM.contains(&heading.to_lowercase().as_str())
}

/// The cover by its name, as it stands above the title. Some converters escape its signs.
fn is_cover(line: &str) -> bool {
    let line = line.replace('\\', "");
    let name = line.strip_prefix("![").and_then(|rest| rest.split_once("](")).map(|(name, _)| name);
    name.is_some_and(|name| name.ends_with("cover_image") || name == "rw-book-cover") && line.ends_with(')')
}

/// A date that is all of a line.
pub(super) fn lone_date(line: &str) -> Option<Date> {
    let shown = plain(line);
    let is_short = shown.starts_with(|c: char| c.is_ascii_digit()) && shown.len() <= 32;
    let is_date = |c: char| c.is_ascii_digit() || "-/.: 年月日时分秒TZ+".contains(c);
    (is_short && shown.chars().all(is_date)).then(|| parse_date(&shown, Date::BEIJING)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_told_from_headings_of_the_text() {
        let cases = [
            ("## 原文信息", Some(FrameLine::Information)),
            ("> [!info]- 文章信息：", Some(FrameLine::Information)),
            ("> [!NOTE] 读者须知", None),
            ("# Full Content:", Some(FrameLine::Text)),
            ("## 正文", Some(FrameLine::Text)),
            ("#笔记", Some(FrameLine::Information)),
            ("## 来源地的水", None),
            ("[Read on Omnivore](https://a.example/)", Some(FrameLine::Information)),
            ("![cover_image](https://a.example/a.jpg)", Some(FrameLine::Cover)),
            ("!\\[cover\\_image\\](https://a.example/a.jpg)", Some(FrameLine::Cover)),
            ("![Image 1: cover_image](https://a.example/a.jpg)", Some(FrameLine::Cover)),
            ("![](https://a.example/a.jpg)", None),
            ("## 📋 文章信息", Some(FrameLine::Information)),
            ("正文内容:", Some(FrameLine::Text)),
            ("内容：三件事", None),
        ];
        for (line, want) in cases {
            assert_eq!(frame_line(line), want, "{line}");
        }
    }
}
