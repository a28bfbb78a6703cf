use super::header;
use super::html::html;
use super::prepare::prepared;
use crate::model::{Facts, Issue, IssueCode, Origin, PageState, WeChatLink};
use crate::parse::html::Tree;
use crate::parse::page::{Body, Page};

/// Longest archive read, in bytes; the rest is left out with an issue.
const MAX_BYTES: usize = 16_000_000;

/// Most characters that may begin something in Markdown, line ends among them. Each can cost half a kilobyte in the tree, the
/// blocks and their lines; a book of a million words has fewer.
const MAX_MARKS: usize = 200_000;

/// Bytes at the start of a file in which HTML, XML or JSON shows itself.
const SNIFFED: usize = 1_024;

/// Reads a saved Markdown article: header to facts, body to blocks. `None` when the text is empty. Markdown without any
/// header is an archive too; its title is the first heading of level 1.
pub fn page(text: &str) -> Option<Page> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return None;
    }
    let mut issues = Vec::new();
    let text = bounded(text, &mut issues);
    let header = header::read(text);
    let mut facts = header.facts;
    let html = html(&prepared(header.body, header.dialect), facts.title.is_none());
    if html.title.is_some() {
        facts.title = html.title;
        facts.provenance.insert("title", "dom");
    }
    if html.is_cut {
        issues.push(Issue::new(IssueCode::Truncated, "the archive has too many blocks"));
    }
    let origin = link_facts(&mut facts, header.origin);
    let state = if html.is_empty && facts.title.is_none() { PageState::NotArticle } else { PageState::Article };
    let body = if html.is_empty {
        Body::Empty
    } else {
        let (tree, met) = Tree::fragment(&html.body);
        issues.extend(met);
        Body::Fragment(tree)
    };
    Some(Page { state, evidence: String::new(), origin, facts, body, issues })
}

/// Whether a text may be Markdown, and does not start like HTML, XML, JSON or bytes of something else.
pub(in crate::parse) fn is_markdown(text: &str) -> bool {
    let start = text.trim_start();
    if start.is_empty() {
        return false;
    }
    let end = start.char_indices().map(|(at, _)| at).find(|at| *at >= SNIFFED).unwrap_or(start.len());
    let start = start.get(..end).unwrap_or_default();
    if start.contains('\0') {
        return false;
    }
    let lower = start.to_ascii_lowercase();
    let markup = ["<!doctype", "<?xml", "<html", "<head", "<body", "<rss", "<feed", "<opml", "<script", "<meta"];
    let json = lower.starts_with('{') || lower.starts_with("[{") || lower.starts_with("[\"");
    // An article about HTML may show a tag; only where nothing says Markdown a tag says HTML.
    !json && !markup.iter().any(|tag| lower.starts_with(tag)) && (is_marked(start) || !lower.contains("<html"))
}

/// Whether a text begins with what only Markdown begins with: a heading or front matter.
pub(in crate::parse) fn is_marked(start: &str) -> bool {
    ["# ", "## ", "---\n", "---\r\n", "+++\n"].iter().any(|mark| start.starts_with(mark))
}

/// Whether a text has lines as only Markdown has them: headings, fences, pictures and links, quotations.
pub(in crate::parse) fn has_markdown_lines(text: &str) -> bool {
    let begins = ["# ", "## ", "### ", "```", "> ", "![", "- [", "**"];
    text.lines()
        .map(str::trim_start)
        .any(|line| begins.iter().any(|mark| line.starts_with(mark)) || line.contains("](http"))
}

fn bounded<'a>(text: &'a str, issues: &mut Vec<Issue>) -> &'a str {
    let is_mark = |byte: &u8| b"\n[]*_`<>|!&\\~".contains(byte);
    let mut marks = text.bytes().enumerate().filter(|(_, byte)| is_mark(byte)).map(|(at, _)| at);
    let end = match marks.nth(MAX_MARKS) {
        Some(at) => at.min(MAX_BYTES),
        None => MAX_BYTES,
    };
    if text.len() <= end {
        return text;
    }
    let end = text.floor_char_boundary(end);
    let message = format!("the archive is longer than {MAX_BYTES} bytes or has more than {MAX_MARKS} marks and lines");
    issues.push(Issue::new(IssueCode::Truncated, message));
    text.get(..end).unwrap_or_default()
}

/// Fills in what a WeChat link says about its article, and tells the origin.
fn link_facts(facts: &mut Facts, stated: Option<Origin>) -> Origin {
    let Some(link) = facts.url.as_deref().and_then(WeChatLink::parse) else {
        return stated.unwrap_or(Origin::Archive);
    };
    let said = |value: String, known: &mut Option<String>| {
        if !value.is_empty() {
            *known = Some(value);
        }
    };
    said(link.biz, &mut facts.biz);
    said(link.mid, &mut facts.mid);
    said(link.idx, &mut facts.idx);
    said(link.sn, &mut facts.sn);
    for (field, known) in [("biz", &facts.biz), ("mid", &facts.mid), ("idx", &facts.idx), ("sn", &facts.sn)] {
        if known.is_some() {
            facts.provenance.insert(field, "url");
        }
    }
    stated.unwrap_or(Origin::Wechat)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Date;

    fn facts(text: &str) -> Facts {
        page(text).expect("an archive").facts
    }

    #[test]
    fn reads_the_album_crawlers_header() {
        let text = "# 一天（附图）\n\n文章作者: 山下人\n发布时间: 2025-03-04 08:05\n发布地: 未知地区\n原文链接: \
                    http://mp.weixin.qq.com/s?__biz=Mz0x==&mid=22&idx=2&sn=ab&chksm=cd#rd\n\n封面图链接: https://a.example/300\n\n\
                    发布地: 这一行是正文\n";
        let page = page(text).expect("an archive");
        assert_eq!(page.origin, Origin::Wechat);
        assert_eq!(page.facts.title.as_deref(), Some("一天（附图）"));
        assert_eq!(page.facts.account.as_deref(), Some("山下人"));
        assert_eq!(page.facts.place, None);
        assert_eq!(page.facts.published, Date::civil(2025, 3, 4, 8, 5, 0, Date::BEIJING));
        assert_eq!(
            (page.facts.biz.as_deref(), page.facts.mid.as_deref(), page.facts.idx.as_deref(), page.facts.sn.as_deref()),
            (Some("Mz0x=="), Some("22"), Some("2"), Some("ab"))
        );
        assert_eq!(page.facts.cover_url.as_deref(), Some("https://a.example/300"));
        let Body::Fragment(tree) = page.body else { panic!("no body") };
        assert_eq!(Tree::text_of(tree.root()), "发布地: 这一行是正文", "a header key in the body is text");
    }

    #[test]
    fn reads_wechatmp2markdowns_header() {
        let cases = [
            ("#  题   \n原创 甲 乙  某 号   2024-12-09 13:40  \n  \n文", vec!["甲 乙"], "某 号", Some("original")),
            ("#  题   \n 某号   2024-12-09 13:40  \n  \n文", vec![], "某号", None),
            ("#  题   \nJo Doe  某号   2024-12-09 13:40  \n  \n文", vec!["Jo Doe"], "某号", None),
        ];
        for (text, authors, account, copyright) in cases {
            let facts = facts(text);
            assert_eq!(facts.title.as_deref(), Some("题"), "{text}");
            assert_eq!(facts.authors, authors, "{text}");
            assert_eq!(facts.account.as_deref(), Some(account), "{text}");
            assert_eq!(facts.copyright.as_deref(), copyright, "{text}");
            assert_eq!(facts.published, Date::civil(2024, 12, 9, 13, 40, 0, Date::BEIJING));
        }
    }

    #[test]
    fn reads_front_matter() {
        let text = "---\ntitle: \"A: b\"\nauthor: [Ann, 'Bo']\ndate: 2024-05-01\nlink: https://a.example/p\ntags:\n  - x\n  - y\n---\n\nBody.\n";
        let facts = facts(text);
        assert_eq!(facts.title.as_deref(), Some("A: b"));
        assert_eq!(facts.authors, ["Ann", "Bo"]);
        assert_eq!(facts.published, Date::day(2024, 5, 1));
        assert_eq!(facts.url.as_deref(), Some("https://a.example/p"));
        assert_eq!(facts.tags, ["x", "y"]);
    }

    #[test]
    fn plain_markdown_gives_its_first_heading() {
        let page = page("# Title\n\nBody.\n").expect("an archive");
        assert_eq!(page.facts.title.as_deref(), Some("Title"));
        assert_eq!(page.origin, Origin::Archive);
    }

    #[test]
    fn other_formats_are_no_archives() {
        for text in
            ["", " \n", "<!DOCTYPE html><p>x", "\u{feff}<html>", "{\"id\": 1}", "\0\0", "<?xml version=\"1.0\"?>"]
        {
            assert!(!is_markdown(text), "{text:?}");
        }
        assert!(!is_markdown("saved by <html>"));
        for start in ["# 题\n", "---\ntitle: 题\n---\n"] {
            let page = page(&format!("{start}\n讲 `<html>` 的一段。")).expect("an archive");
            assert!(matches!(page.body, Body::Fragment(_)), "a tag that is shown is no markup");
        }
    }
}
