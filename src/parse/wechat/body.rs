use super::{
    cgi::{self, Cgi},
    dom,
    outline::Outline,
    share,
    value::Value,
    vars::Vars,
};
use crate::model::{ArticleKind, Block, Issue};

/// The body of an article, still as written.
#[derive(Debug, PartialEq)]
pub enum Content {
    /// HTML all of which is the body.
    Html(String),
    /// The lines and pictures of a share.
    Blocks(Vec<Block>),
}

/// The body where the page has it: in the data object, else in `#js_content`, else (picture shares of old) in the
/// variables. `None` when no place holds anything that a reader would see.
pub fn content(
    kind: ArticleKind,
    cgi: Option<&Cgi<'_>>,
    vars: &Vars<'_>,
    page: &Outline<'_>,
    issues: &mut Vec<Issue>,
) -> Option<Content> {
    let data = cgi.map_or(&Value::Nothing, |cgi| &cgi.value);
    let pictures = || {
        let listed = share::pictures(data.get("picture_page_info_list"));
        if listed.is_empty() { share::pictures(vars.get("picture_page_info_list")) } else { listed }
    };
    if kind == ArticleKind::Picture {
        let text = cgi::body_text(data).or_else(|| data.get("desc").stated()).or_else(|| vars.text(&["msg_desc"]));
        let mut blocks = text.map(|text| share::paragraphs(&text)).unwrap_or_default();
        blocks.extend(pictures());
        return (!blocks.is_empty()).then_some(Content::Blocks(blocks));
    }
    if let Some(text) = cgi::body_text(data) {
        if is_share(kind) && !share::is_html(&text) {
            return Some(Content::Blocks(share::paragraphs(&text)));
        }
        if is_share(kind) || dom::shows_something(&text) {
            return Some(Content::Html(text));
        }
    }
    if let Some((html, whole)) = dom::content(page)
        && dom::shows_something(html)
    {
        if !whole {
            issues.push(Issue::new("truncated", "the page ends inside of its body"));
        }
        return Some(Content::Html(html.to_owned()));
    }
    description(kind, data)
}

fn is_share(kind: ArticleKind) -> bool {
    matches!(kind, ArticleKind::Text | ArticleKind::Video | ArticleKind::Audio)
}

/// What stands for a body: the description of a video or recording, the teaser of a locked paid article.
fn description(kind: ArticleKind, data: &Value<'_>) -> Option<Content> {
    let text = if matches!(kind, ArticleKind::Video | ArticleKind::Audio) {
        data.get("desc").stated()
    } else {
        data.get("pay_subscribe_info")
            .get("desc")
            .stated()
            .filter(|_| data.get("is_pay_subscribe").integer() == Some(1))
    };
    let blocks = share::paragraphs(&text?);
    (!blocks.is_empty()).then_some(Content::Blocks(blocks))
}
