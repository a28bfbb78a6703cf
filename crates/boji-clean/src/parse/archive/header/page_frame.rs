use super::fields::{is_wechat, note};
use super::keys::Field;
use super::run::{Above, Known, Run};
use super::words::plain;
use crate::model::Facts;
use crate::parse::html::{Step, Tree, Walk, attribute, is_block};

/// Most lines below a title in which labels are looked for, and most bytes of them.
const MAX_LINES: usize = 24;
const MAX_BYTES: usize = 8_192;

/// What labels directly below the title of a saved page say of its article, where they name an account of WeChat's or the
/// address of the article there: `公众号：渡口`, `来源：https://mp.weixin.qq.com/…`. Labels that prove less stand on any page.
/// Beside them the address that programs of notes write into the head of the pages that they export.
pub(in crate::parse) fn page_frame(tree: &Tree) -> Facts {
    let mut facts = below_title(tree).and_then(|lines| labelled(&lines)).unwrap_or_default();
    let noted = tree.meta().find(|(name, _)| name.eq_ignore_ascii_case("source-url")).map(|(_, address)| address);
    if let Some(address) = noted.filter(|_| facts.url.is_none()) {
        Field::Address.set(&mut facts, address, address);
    }
    note(&mut facts);
    facts
}

fn labelled(lines: &str) -> Option<Facts> {
    let run = Run::read(lines, None);
    let mut facts = Facts::default();
    let mut is_of_account = false;
    for line in run.header(Known { facts: &Facts::default(), above: Above::Nothing }) {
        for (pair, field) in line.pairs.iter().filter_map(|pair| Some((pair, pair.said()?.0))) {
            is_of_account |= field == Field::WeChatAccount;
            let is_stated = matches!(
                field,
                Field::Account
                    | Field::WeChatAccount
                    | Field::Author
                    | Field::Source
                    | Field::Published
                    | Field::Address
            );
            if is_stated && !pair.value.trim().is_empty() {
                field.set(&mut facts, pair.value, &plain(pair.value));
            }
        }
    }
    (is_of_account || facts.url.as_deref().is_some_and(is_wechat)).then_some(facts)
}

/// The lines of a page behind its first heading of level 1, as Markdown: links with their addresses, cells and spans apart.
fn below_title(tree: &Tree) -> Option<String> {
    let title = tree.first("h1")?.id();
    let mut lines = String::new();
    let (mut is_below, mut count) = (false, 0);
    for step in Walk::new(tree.body()) {
        match step {
            Step::Leave(node) if node.id() == title => is_below = true,
            _ if !is_below => {}
            Step::Enter(node) => {
                if let Some(text) = node.value().as_text() {
                    lines.push_str(&text.split_whitespace().collect::<Vec<_>>().join(" "));
                } else if let Some(element) = node.value().as_element() {
                    match element.name() {
                        "td" | "th" => lines.push(' '),
                        "span" | "time" if !lines.ends_with('\n') => lines.push_str("  "),
                        "a" => lines.push_str(" ["),
                        name if name == "br" || is_block(name) => lines.push('\n'),
                        _ => {}
                    }
                }
            }
            Step::Leave(node) => {
                if let Some(element) = node.value().as_element() {
                    match element.name() {
                        "a" => {
                            lines.push_str("](");
                            lines.push_str(attribute(element, "href").unwrap_or_default());
                            lines.push(')');
                        }
                        "tr" => lines.push('\n'),
                        "td" | "th" => {}
                        name if is_block(name) => lines.push('\n'),
                        _ => {}
                    }
                }
            }
        }
        count += usize::from(lines.ends_with('\n'));
        if count > MAX_LINES || lines.len() > MAX_BYTES {
            break;
        }
    }
    // Empty lines say nothing here: boxes make as many as they like.
    let filled: Vec<&str> = lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    Some(filled.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Date;

    #[test]
    fn labels_below_a_title_state_what_an_archive_knows() {
        let link = "https://mp.weixin.qq.com/s/Zx9kQw7LmN3pRs5TuV1yAb";
        let cases = [
            (
                format!(
                    "<blockquote><p>公众号：渡口<br>作者：芦花<br>发布时间：2025-06-03 20:15<br>原文链接：<a href={link}>{link}</a></p></blockquote><p>正文</p>"
                ),
                (Some("渡口"), "芦花", true, true),
            ),
            (
                "<p>公众号：渡口</p><p>发布时间：2025-06-03 20:15</p><div>正文</div>".to_owned(),
                (Some("渡口"), "", true, false),
            ),
            (
                format!(
                    "<table><tr><td><b>作者：</b></td><td>芦花</td></tr><tr><td><b>来源：</b></td><td><a href={link}>{link}</a></td></tr></table>"
                ),
                (None, "芦花", false, true),
            ),
        ];
        for (html, (account, author, is_dated, is_linked)) in cases {
            let (tree, _) = Tree::document(&format!("<html><body><h1>船</h1>{html}</body></html>"));
            let facts = page_frame(&tree);
            assert_eq!((facts.account.as_deref(), facts.authors.join(" ").as_str()), (account, author), "{html}");
            let date = Date::parse("2025-06-03T20:15:00+08:00").filter(|_| is_dated);
            assert_eq!((facts.published, facts.url.is_some()), (date, is_linked), "{html}");
        }
        let (tree, _) = Tree::document(&format!(
            "<html><head><meta name=source-url content={link}></head><body>正文</body></html>"
        ));
        assert_eq!(page_frame(&tree).url.as_deref(), Some(link));
        for other in [
            "<p>来源：河口日报</p><p>作者：芦花</p><p>发布时间：2025-06-03 20:15</p>",
            "<p>正文</p><p>公众号：渡口</p>",
            "<ul><li>公众号：渡口</li><li>地点：河口</li></ul>",
        ] {
            let (tree, _) = Tree::document(&format!("<html><body><h1>船</h1>{other}</body></html>"));
            assert_eq!(page_frame(&tree), Facts::default(), "{other}");
        }
    }
}
