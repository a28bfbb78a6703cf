use super::decode::MarkupHint;
use super::feed::looks_like_feed;
use super::html::Tree;
use super::page::{Body, Input, Page};
use super::{archive, decode, signature, wechat};
use crate::model::{Candidate, Facts, Issue, Origin, PageState};

/// Bytes at the start of a text in which the marks of HTML are looked for.
const HEAD: usize = 4_096;

/// Reads a capture of any kind: decodes it, decides by its content what it is, and hands it to the right parser. The
/// declared type is only asked when the content leaves it open, for servers and file names are often wrong.
pub fn page(input: &Input<'_>) -> Page {
    if let Some(kind) = signature::binary(input.bytes) {
        return not_article(kind, input.url);
    }
    let hint = if input.bytes.trim_ascii_start().starts_with(b"<?xml") { MarkupHint::Xml } else { MarkupHint::Html };
    let decoded = decode(input.bytes, input.content_type, hint);
    let mut page = read(&decoded.text, input);
    page.issues.extend(decoded.issues);
    page
}

fn read(text: &str, input: &Input<'_>) -> Page {
    let start = text.trim_start();
    if start.is_empty() {
        return not_article("empty", input.url);
    }
    if looks_like_feed(input.bytes) {
        return not_article("feed", input.url);
    }
    if signature::is_noise(start) {
        return not_article("binary", input.url);
    }
    if is_other_xml(start) {
        return not_article("xml", input.url);
    }
    if start.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(start).is_ok() {
        return not_article("json", input.url);
    }
    let is_believed = input.content_type.contains("markdown");
    if !is_believed && !archive::is_marked(start) && signature::is_code(start, input.content_type) {
        return not_article("code", input.url);
    }
    if !is_html(start, input.content_type) {
        // Pictures and documents of office programs, whatever their name says.
        if memchr::memchr(0, text.as_bytes()).is_some() {
            return not_article("binary", input.url);
        }
        let archive = if is_believed || archive::is_markdown(text) { archive::page(text) } else { None };
        return archive.map_or_else(|| not_article("no known format", input.url), without_notice);
    }
    if let Some(page) = wechat::page(text, input.url) {
        return page;
    }
    let (tree, issues) = Tree::document(text);
    let notice = tree.words(wechat::MAX_NOTICE_BYTES).and_then(|shown| wechat::notice_page(text, input.url, &shown));
    // Of a file nobody knows where it came from but its own labels.
    let facts = if input.url.is_empty() { archive::page_frame(&tree) } else { Facts::default() };
    notice.unwrap_or_else(|| Page { facts, ..article(Origin::Blog, Body::Document(tree), issues) })
}

/// An archive in which a reader saved one of WeChat's messages in the place of an article.
fn without_notice(page: Page) -> Page {
    let Body::Fragment(tree) = &page.body else { return page };
    match tree.words(wechat::MAX_NOTICE_BYTES).and_then(|shown| wechat::notice(&shown)) {
        Some((state, words)) => {
            Page { state, evidence: format!("text: {words}"), origin: Origin::Wechat, body: Body::Empty, ..page }
        }
        None => page,
    }
}

fn article(origin: Origin, body: Body, issues: Vec<Issue>) -> Page {
    Page { state: PageState::Article, evidence: String::new(), origin, facts: Facts::default(), body, issues }
}

fn not_article(evidence: &str, url: &str) -> Page {
    let origin = if url.contains("mp.weixin.qq.com") { Origin::Wechat } else { Origin::Blog };
    let state = PageState::NotArticle;
    Page { state, evidence: evidence.into(), origin, facts: Facts::default(), body: Body::Empty, issues: Vec::new() }
}

/// Whether a text is XML of some other kind, such as a list of feeds or a sitemap. XHTML is a page.
fn is_other_xml(start: &str) -> bool {
    let head = start.get(..start.floor_char_boundary(HEAD)).unwrap_or(start);
    (head.starts_with("<?xml") || head.starts_with("<opml")) && !head.contains("<html") && !head.contains("<HTML")
}

/// Whether a text is HTML and not Markdown. Who says Markdown is believed, but for a text that begins as a page; a heading
/// or front matter at the start say Markdown, the tags of a page HTML. A declared type decides between markup and words,
/// and without one the lines: Markdown may begin with a comment, a picture or a box of HTML.
fn is_html(start: &str, content_type: &str) -> bool {
    let head = start.get(..start.floor_char_boundary(HEAD)).unwrap_or(start).to_ascii_lowercase();
    if content_type.contains("markdown") {
        return begins_as_page(&head);
    }
    if archive::is_marked(&head) {
        return false;
    }
    if ["<!doctype", "<html", "<head", "<body"].iter().any(|tag| head.contains(tag)) {
        return true;
    }
    if content_type.contains("text/plain") {
        return ["<script", "<meta"].iter().any(|tag| head.contains(tag));
    }
    if content_type.contains("html") {
        return true;
    }
    let has_markup = head.starts_with('<')
        || ["<script", "<meta", "</p>", "</div>", "</section>"].iter().any(|tag| head.contains(tag));
    has_markup && !archive::has_markdown_lines(&head)
}

/// Whether a text begins with the root of a page, behind comments.
fn begins_as_page(head: &str) -> bool {
    let mut rest = head.trim_start();
    while let Some((_, behind)) = rest.strip_prefix("<!--").and_then(|inner| inner.split_once("-->")) {
        rest = behind.trim_start();
    }
    ["<!doctype", "<html", "<head>", "<body"].iter().any(|tag| rest.starts_with(tag))
}

/// The page that a feed entry makes by itself: its own text is the body, all of it. A bridge that was kept out itself
/// puts WeChat's message in the place of the text: that is no article.
pub fn entry_page(candidate: &Candidate) -> Page {
    let html = if candidate.body.trim().is_empty() { &candidate.summary } else { &candidate.body };
    // Some bridges put the whole page of an article there.
    if let Some(page) = wechat::page(html, "").filter(|page| page.state != PageState::NotArticle) {
        return page;
    }
    let (tree, issues) = Tree::fragment(html);
    let is_wechat = wechat::is_article_address(&candidate.url);
    let origin = if is_wechat { Origin::Wechat } else { Origin::Feed };
    let said = tree.body().descendants().filter_map(|node| node.value().as_text().map(|text| &**text));
    let text: String = said.collect();
    let notice = wechat::notice(&text).map(|(state, word)| (state, word.to_owned()));
    let (state, evidence, body) = match notice.or_else(|| wechat::entry_notice(html, &text).filter(|_| is_wechat)) {
        Some((state, evidence)) => (state, evidence, Body::Empty),
        None => (PageState::Article, String::new(), Body::Fragment(tree)),
    };
    let preview = html.contains("mp-pay-preview-filter");
    let wordless = origin == Origin::Wechat && wechat::is_wordless(html);
    Page { state, evidence, origin, facts: Facts { preview, wordless, ..Facts::default() }, body, issues }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> (PageState, String, Origin, &'static str) {
        let page = page(&Input { bytes: text.as_bytes(), ..Input::default() });
        let body = match page.body {
            Body::Empty => "empty",
            Body::Blocks(_) => "blocks",
            Body::Fragment(_) => "fragment",
            Body::Document(_) => "document",
        };
        (page.state, page.evidence, page.origin, body)
    }

    #[test]
    fn decides_by_content() {
        let not = |word: &str, origin| (PageState::NotArticle, word.to_owned(), origin, "empty");
        let is = |origin, body| (PageState::Article, String::new(), origin, body);
        let cases = [
            ("", not("empty", Origin::Blog)),
            ("\u{FEFF} \n", not("empty", Origin::Blog)),
            ("<?xml version=\"1.0\"?>\n<!-- a --><rss version=\"2.0\"></rss>", not("feed", Origin::Blog)),
            ("<feed xmlns=\"http://www.w3.org/2005/Atom\"></feed>", not("feed", Origin::Blog)),
            ("<?xml version=\"1.0\"?><opml version=\"2.0\"></opml>", not("xml", Origin::Blog)),
            (
                "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><p>a</p></html>",
                is(Origin::Blog, "document"),
            ),
            ("{\"a\": [1]}", not("json", Origin::Blog)),
            ("# 题\n\n正文 <b>x</b>", is(Origin::Archive, "fragment")),
            ("---\ntitle: x\n---\n<p>a</p>", is(Origin::Archive, "fragment")),
            ("[link](https://a.example) text", is(Origin::Archive, "fragment")),
            ("plain words", is(Origin::Archive, "fragment")),
            (
                "# 题\n\n环境异常\n\n当前环境异常，完成验证后即可继续访问。\n",
                (PageState::Blocked, "text: 环境异常".to_owned(), Origin::Wechat, "empty"),
            ),
            ("# PK\u{3}\u{0}\u{0}words", not("binary", Origin::Blog)),
            ("%PDF-1.4 words", not("pdf", Origin::Blog)),
            ("a{b:c}\nd{e:f}\ng{h:i}", not("code", Origin::Blog)),
            (
                "<!DOCTYPE html><html><p>a <a href=\"https://mp.weixin.qq.com/s/x\">微信</a></p></html>",
                is(Origin::Blog, "document"),
            ),
            ("<p>id=\"js_content\" window.cgiDataNew = {nick_name: 'x'}</p>", is(Origin::Blog, "document")),
            ("<h1 id=\"activity-name\">t</h1><div id=\"js_content\"><p>a</p></div>", is(Origin::Wechat, "fragment")),
        ];
        for (text, want) in cases {
            assert_eq!(kind(text), want, "{text}");
        }
    }

    #[test]
    fn a_message_in_the_place_of_a_text_is_no_article() {
        let state = |body: &str| entry_page(&Candidate { body: body.into(), ..Candidate::default() }).state;
        let captcha = "<div><h2>环境异常</h2><p>当前环境异常，完成验证后即可继续访问。</p><a>去验证</a></div>";
        assert_eq!(state(captcha), PageState::Blocked);
        assert_eq!(state("<p>该内容已被<span>发布者</span>删除</p>"), PageState::Deleted);
        assert_eq!(state("<p>他打开一看：“该内容已被发布者删除”。</p>"), PageState::Article);
        assert_eq!(state("<p>河边的镇子在三月里修了一座新桥。</p>"), PageState::Article);
    }
}
