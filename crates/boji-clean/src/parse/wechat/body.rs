use std::collections::BTreeSet;

use super::cgi::{self, Cgi};
use super::markup::{self, Token, attribute, has_class};
use super::outline::Outline;
use super::value::Value;
use super::vars::Vars;
use super::{dom, value};
use crate::model::{ArticleKind, Block, BlockKind, Image, Issue, IssueCode, Span, plain_address};

/// The body of an article, still as written.
#[derive(Debug, PartialEq)]
pub(super) enum Content {
    /// HTML all of which is the body.
    Html(String),
    /// The lines and pictures of a share.
    Blocks(Vec<Block>),
}

/// The body where the page has it: in the data object, else in the script variables and elements of older pages.
/// `None` when no place holds anything that a reader would see.
pub(super) fn content(
    kind: ArticleKind,
    cgi: Option<&Cgi<'_>>,
    vars: &Vars<'_>,
    page: &Outline<'_>,
    issues: &mut Vec<Issue>,
) -> Option<Content> {
    let data = cgi.map_or(&Value::Nothing, |cgi| &cgi.value);
    if let Some(text) = cgi::body_text(data) {
        let found = if kind == ArticleKind::Picture { None } else { body(kind, text) };
        if found.is_some() {
            return found;
        }
    }
    match kind {
        ArticleKind::Article | ArticleKind::Reprint => element(page, issues)
            .or_else(|| teaser(data))
            .or_else(|| body(ArticleKind::Text, untitled_words(data, vars)?)),
        ArticleKind::Picture => {
            let text = cgi::body_text(data).or_else(|| share_text(kind, data, vars, page));
            let mut blocks = text.map(|text| paragraphs(&text)).unwrap_or_default();
            blocks.extend(pictures(data, vars, page));
            (!blocks.is_empty()).then_some(Content::Blocks(blocks))
        }
        ArticleKind::Text | ArticleKind::Video | ArticleKind::Audio => share_text(kind, data, vars, page)
            .and_then(|text| body(kind, text))
            .or_else(|| teaser(data))
            .or_else(|| if kind == ArticleKind::Text { body(kind, data.get("title").stated()?) } else { None })
            .or_else(|| if kind == ArticleKind::Text { element(page, issues) } else { None }),
    }
}

/// The lines of a share, or the HTML of anything else.
fn body(kind: ArticleKind, text: String) -> Option<Content> {
    let is_share = matches!(kind, ArticleKind::Text | ArticleKind::Video | ArticleKind::Audio);
    if is_share && !is_html(&text) {
        let blocks = paragraphs(&text);
        return (!blocks.is_empty()).then_some(Content::Blocks(blocks));
    }
    dom::shows_something(&text).then_some(Content::Html(text))
}

/// The body in `#js_content`.
fn element(page: &Outline<'_>, issues: &mut Vec<Issue>) -> Option<Content> {
    // Beside the original, a script of 2017 to 2020 puts its first words into the element.
    let is_beginning = |html: &str| {
        dom::template(page).is_some_and(|whole| {
            let (shown, whole) = (markup::words(html), markup::words(whole));
            let begins = shown.chars().take(BEGINNING).eq(whole.chars().take(BEGINNING));
            whole.len() > shown.len() && begins
        })
    };
    let shown = dom::content(page).filter(|(html, _)| dom::shows_something(html) && !is_beginning(html));
    let Some((html, whole)) = shown else {
        return dom::template(page)
            .filter(|html| dom::shows_something(html))
            .map(|html| Content::Html(html.to_owned()));
    };
    if !whole {
        issues.push(Issue::new(IssueCode::Truncated, "the page ends inside of its body"));
    }
    Some(Content::Html(html.to_owned()))
}

/// The text of a share outside of its data object. Its `#js_content` holds the account's card beside the text, so it
/// is asked last; the digest of a share is its text once more, cut short in old pages.
fn share_text(kind: ArticleKind, data: &Value<'_>, vars: &Vars<'_>, page: &Outline<'_>) -> Option<String> {
    let own = data.get("desc").stated().filter(|_| kind != ArticleKind::Text);
    let rendered = || cgi::find_rendered(page);
    own.or_else(|| vars.share_text())
        .or_else(|| {
            let object = rendered()?;
            let value = &object.value;
            cgi::body_text(value).or_else(|| value.get("desc").stated()).or_else(|| {
                // A text share has no title; its words stand in the place of one.
                value.get("title").stated().filter(|_| kind == ArticleKind::Text)
            })
        })
        .or_else(|| dom::share_text(page))
        .or_else(|| untitled_words(data, vars))
        .or_else(|| vars.text(&["msg_desc"]))
}

/// The words of a share that stand in the place of its title alone.
fn untitled_words(data: &Value<'_>, vars: &Vars<'_>) -> Option<String> {
    if is_untitled(data, vars) { data.get("title").stated().or_else(|| vars.text(&["msg_title"])) } else { None }
}

/// Whether its author gave no title: the platform puts the first words, or all, in the place of one.
fn is_untitled(data: &Value<'_>, vars: &Vars<'_>) -> bool {
    let nested = data.get("text_page_info").get("is_user_title");
    [data.get("is_user_title"), nested, vars.get("is_user_title")].iter().find_map(|said| said.integer()) == Some(0)
}

fn pictures(data: &Value<'_>, vars: &Vars<'_>, page: &Outline<'_>) -> Vec<Block> {
    let listed = [data.get("picture_page_info_list"), vars.get("picture_page_info_list")];
    let shown = || {
        let mut seen = BTreeSet::new();
        let urls = dom::share_pictures(page).into_iter().filter(move |url| seen.insert(url.clone()));
        urls.take(MAX_PICTURES).map(|url| figure(url, 0)).collect()
    };
    listed.into_iter().map(listed_pictures).find(|listed| !listed.is_empty()).unwrap_or_else(shown)
}

/// The pictures of an article that has nothing but backgrounds.
pub(super) fn backgrounds(html: &str) -> Option<Content> {
    let blocks: Vec<Block> = dom::backgrounds(html).into_iter().map(|url| figure(url, 0)).collect();
    (!blocks.is_empty()).then_some(Content::Blocks(blocks))
}

fn figure(url: String, width: u32) -> Block {
    Block::new(BlockKind::Figure, vec![Span::Image(Image { url, alt: String::new(), width })])
}

/// The teaser of a paid article that is locked as a whole.
fn teaser(data: &Value<'_>) -> Option<Content> {
    let costs = data.get("is_pay_subscribe").integer() == Some(1);
    let text = data.get("pay_subscribe_info").get("desc").stated().filter(|_| costs)?;
    let blocks = paragraphs(&text);
    (!blocks.is_empty()).then_some(Content::Blocks(blocks))
}

/// Characters by which the beginning of a text is known.
const BEGINNING: usize = 16;

/// Pictures taken of one share; the platform allows 20.
const MAX_PICTURES: usize = 200;

/// The lines of a share's text, each a paragraph: a share has no other layout. Links keep their address; marks such as
/// "picture 2" and topics, which lead nowhere, become plain words.
fn paragraphs(text: &str) -> Vec<Block> {
    let mut lines = Lines::default();
    let mut href = String::new();
    for (token, _) in markup::tokens(text) {
        match token {
            Token::Text(text) => {
                let text = value::decode_entities(text);
                let mut parts = text.split(['\n', '\r']);
                lines.add(parts.next().unwrap_or_default(), &href);
                for part in parts {
                    lines.finish();
                    lines.add(part, &href);
                }
            }
            Token::Open { name, attributes } if name.eq_ignore_ascii_case("a") => {
                href = attribute(attributes, "href").map(|raw| plain_address(&raw)).unwrap_or_default();
                if !href.starts_with("http") {
                    href.clear();
                }
            }
            Token::Close { name } if name.eq_ignore_ascii_case("a") => href.clear(),
            Token::Open { name, .. } | Token::Close { name } if breaks(name) => lines.finish(),
            Token::Open { .. } | Token::Close { .. } => {}
        }
    }
    lines.finish();
    lines.blocks
}

/// The lines of a share and its pictures, where both stand in markup. What only numbers a picture is no line.
pub(super) fn paragraphs_and_pictures(html: &str) -> Option<Content> {
    let mut seen = BTreeSet::new();
    let (mut text, mut figures) = (String::with_capacity(html.len()), Vec::new());
    let (mut at, mut label) = (0, None);
    for (token, end) in markup::tokens(html) {
        let source = html.get(at..end).unwrap_or_default();
        at = end;
        match token {
            Token::Open { name, attributes } if has_class(attributes, "picture_item_label") => label = Some(name),
            Token::Close { name } if label.is_some_and(|open| open.eq_ignore_ascii_case(name)) => label = None,
            Token::Open { name, attributes } if name.eq_ignore_ascii_case("img") => {
                let url = attribute(attributes, "src").map(|url| plain_address(&url));
                let url = url.filter(|url| url.starts_with("http") && figures.len() < MAX_PICTURES);
                figures.extend(url.filter(|url| seen.insert(url.clone())).map(|url| figure(url, 0)));
            }
            _ if label.is_none() => text.push_str(source),
            _ => {}
        }
    }
    let mut blocks = paragraphs(&text);
    blocks.extend(figures);
    (!blocks.is_empty()).then_some(Content::Blocks(blocks))
}

/// One figure a picture of `picture_page_info_list`, in order, each address once.
fn listed_pictures(list: &Value<'_>) -> Vec<Block> {
    let mut seen: Vec<String> = Vec::new();
    for item in list.items().iter().take(MAX_PICTURES) {
        let Some(url) = item.get("cdn_url").stated().map(|raw| plain_address(&raw)) else { continue };
        if !seen.contains(&url) {
            seen.push(url);
        }
    }
    let width = |url: &str| {
        let item = list.items().iter().find(|item| plain_address(&item.get("cdn_url").text()) == url);
        item.and_then(|item| item.get("width").integer()).and_then(|width| u32::try_from(width).ok()).unwrap_or(0)
    };
    seen.into_iter()
        .map(|url| {
            let width = width(&url);
            figure(url, width)
        })
        .collect()
}

/// The addresses of pictures that the page knows to be QR codes.
pub(super) fn qr_codes(list: &Value<'_>) -> Vec<String> {
    let is_code = |item: &&Value<'_>| item.get("is_qr_code").integer() == Some(1);
    let address = |item: &Value<'_>| item.get("cdn_url").stated().map(|raw| plain_address(&raw));
    list.items().iter().take(MAX_PICTURES).filter(is_code).filter_map(address).collect()
}

/// Whether a share's text is laid out as HTML and not as lines.
fn is_html(text: &str) -> bool {
    markup::tokens(text).any(|(token, _)| matches!(token, Token::Open { name, .. } if is_layout(name)))
}

fn is_layout(name: &str) -> bool {
    ["p", "section", "div", "ul", "ol", "table", "h1", "h2", "h3", "blockquote"]
        .iter()
        .any(|tag| tag.eq_ignore_ascii_case(name))
}

fn breaks(name: &str) -> bool {
    name.eq_ignore_ascii_case("br") || is_layout(name)
}

#[derive(Default)]
struct Lines {
    blocks: Vec<Block>,
    spans: Vec<Span>,
}

impl Lines {
    fn add(&mut self, text: &str, href: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Span::Text { text: last, href: same, .. }) = self.spans.last_mut()
            && same == href
        {
            last.push_str(text);
            return;
        }
        self.spans.push(Span::link(text, href));
    }

    fn finish(&mut self) {
        let mut spans = std::mem::take(&mut self.spans);
        if let Some(Span::Text { text, .. }) = spans.first_mut() {
            *text = text.trim_start().to_owned();
        }
        if let Some(Span::Text { text, .. }) = spans.last_mut() {
            *text = text.trim_end().to_owned();
        }
        spans.retain(|span| !matches!(span, Span::Text { text, .. } if text.is_empty()));
        if !spans.is_empty() {
            self.blocks.push(Block::new(BlockKind::Paragraph, spans));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::wechat::literal;

    #[test]
    fn each_line_is_a_paragraph_and_links_stay_links() {
        let text = "一行 \n\n 二行 <a class=\"wx_img_refer_link\" data-seq=\"2\">图2</a> 完\r\n\
                    <a href=\"https://mp.weixin.qq.com/s?a=1&amp;b=2\">往事</a>\n1 &lt; 2<br>末";
        let blocks = paragraphs(text);
        let texts: Vec<_> = blocks.iter().map(Block::text).collect();
        assert_eq!(texts, ["一行", "二行 图2 完", "往事", "1 < 2", "末"]);
        let links: Vec<_> = blocks.iter().flat_map(Block::links).collect();
        assert_eq!(links, [("往事", "https://mp.weixin.qq.com/s?a=1&b=2")]);
    }

    #[test]
    fn pictures_become_figures() {
        let list = "[{cdn_url: JsDecode('https://a.example/1?x=1\\x26amp;amp;y=2'), width: '640' * 1}, {cdn_url: ''}, {cdn_url: 'https://a.example/1?x=1&y=2'}]";
        let blocks = listed_pictures(&literal::parse(list).expect("a list").value);
        let images: Vec<_> = blocks.iter().flat_map(Block::images).collect();
        assert_eq!(images, [&Image { url: "https://a.example/1?x=1&y=2".into(), alt: String::new(), width: 640 }]);
    }

    #[test]
    fn tells_layout_from_lines() {
        assert!(is_html("<section><p>a</p></section>"));
        assert!(!is_html("a <a href=\"x\">b</a>\n1 < 2"));
    }
}
