use super::{
    cgi::{self, Cgi},
    dom,
    outline::Outline,
    share,
    value::Value,
    vars::Vars,
};
use crate::model::{ArticleKind, Block, Issue, IssueCode};

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
        ArticleKind::Article | ArticleKind::Reprint => element(page, issues).or_else(|| teaser(data)),
        ArticleKind::Picture => {
            let text = cgi::body_text(data).or_else(|| share_text(kind, data, vars, page));
            let mut blocks = text.map(|text| share::paragraphs(&text)).unwrap_or_default();
            blocks.extend(pictures(data, vars));
            (!blocks.is_empty()).then_some(Content::Blocks(blocks))
        }
        ArticleKind::Text | ArticleKind::Video | ArticleKind::Audio => share_text(kind, data, vars, page)
            .and_then(|text| body(kind, text))
            .or_else(|| teaser(data))
            .or_else(|| if kind == ArticleKind::Text { element(page, issues) } else { None }),
    }
}

/// The lines of a share, or the HTML of anything else.
fn body(kind: ArticleKind, text: String) -> Option<Content> {
    let is_share = matches!(kind, ArticleKind::Text | ArticleKind::Video | ArticleKind::Audio);
    if is_share && !share::is_html(&text) {
        let blocks = share::paragraphs(&text);
        return (!blocks.is_empty()).then_some(Content::Blocks(blocks));
    }
    dom::shows_something(&text).then_some(Content::Html(text))
}

/// The body in `#js_content`.
fn element(page: &Outline<'_>, issues: &mut Vec<Issue>) -> Option<Content> {
    let (html, whole) = dom::content(page)?;
    if !dom::shows_something(html) {
        return None;
    }
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
        .or_else(|| vars.text(&["msg_desc"]))
}

fn pictures(data: &Value<'_>, vars: &Vars<'_>) -> Vec<Block> {
    let listed = share::listed_pictures(data.get("picture_page_info_list"));
    if listed.is_empty() { share::listed_pictures(vars.get("picture_page_info_list")) } else { listed }
}

/// The teaser of a paid article that is locked as a whole.
fn teaser(data: &Value<'_>) -> Option<Content> {
    let costs = data.get("is_pay_subscribe").integer() == Some(1);
    let text = data.get("pay_subscribe_info").get("desc").stated().filter(|_| costs)?;
    let blocks = share::paragraphs(&text);
    (!blocks.is_empty()).then_some(Content::Blocks(blocks))
}
