use std::sync::LazyLock;

use aho_corasick::packed::Searcher;

use super::{
    body::{self, Content},
    cgi::{self, Cgi},
    facts::Places,
    markup::find_tag,
    messages,
    outline::Outline,
    state,
    vars::Vars,
};
use crate::{
    model::{ArticleKind, Issue, IssueCode, Origin, PageState},
    parse::{Body, Page, html::Tree},
};

/// The hosts of the platform and of its search.
const HOSTS: [&str; 2] = ["mp.weixin.qq.com", "weixin.sogou.com"];

/// Without one of these a page of another address is not the platform's. They are looked for in one pass.
const MARKS: [&str; 7] =
    ["js_content", "cgiDataNew", "mmbizwap:", "weui-msg", "page_msg", "var msgList = ", state::SEARCH_TITLE];

/// Reads a page of the WeChat article platform; `None` when it is of another site. `url` is its final address, ""
/// when unknown: where a fetch ended tells the captcha apart even when its page shows nothing.
pub fn page(html: &str, url: &str) -> Option<Page> {
    if !is_hosted(url) && !is_marked(html) {
        return None;
    }
    let outline = Outline::new(html);
    let data = cgi::find_data(&outline);
    is_wechat(&outline, data.as_ref(), url).then(|| read(&outline, data.as_ref(), url))
}

/// Reads a page that shows nothing but one of WeChat's messages, wherever it was saved from; `None` for any other.
/// `shown` is all that it shows.
pub fn notice_page(html: &str, url: &str, shown: &str) -> Option<Page> {
    messages::notice(shown)?;
    let outline = Outline::new(html);
    Some(read(&outline, cgi::find_data(&outline).as_ref(), url))
}

fn is_hosted(url: &str) -> bool {
    HOSTS.iter().any(|known| known.eq_ignore_ascii_case(host(url)))
}

/// By vectors, where the machine has them: an automaton would look at each byte of megabytes.
fn is_marked(html: &str) -> bool {
    static SEARCH: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(MARKS));
    match SEARCH.as_ref() {
        Some(search) => search.find(html).is_some(),
        None => MARKS.iter().any(|mark| html.contains(mark)),
    }
}

/// By its address, else by marks that stand in the page's own scripts and tags. A page that links to WeChat or writes
/// about it is none.
fn is_wechat(page: &Outline<'_>, data: Option<&Cgi<'_>>, url: &str) -> bool {
    if data.is_some() || is_hosted(url) {
        return true;
    }
    let has = |name: &str, word: &str| page.markup().any(|(_, piece)| find_tag(piece, name, word).is_some());
    let loads_platform =
        || ["res.wx.qq.com/mmbizwap", "mmbizappmsg"].iter().any(|part| page.markup_has(part) || page.script_has(part));
    let is_search = || has_title(page, state::SEARCH_TITLE);
    page.script_has("mmbizwap:")
        || (has("id", "js_content") && (has("id", "activity-name") || has("class", "rich_media_content")))
        || ((has("class", "weui-msg") || has("class", "page_msg") || page.script_has("var msgList = "))
            && loads_platform())
        || is_search()
}

fn has_title(page: &Outline<'_>, words: &str) -> bool {
    page.markup().any(|(_, piece)| {
        let title = piece.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
        title.is_some_and(|(title, _)| title.contains(words))
    })
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host.split(':').next().unwrap_or_default()
}

fn read(outline: &Outline<'_>, data: Option<&Cgi<'_>>, url: &str) -> Page {
    let vars = Vars::read(outline, &data.map(|cgi| cgi.range.clone()).unwrap_or_default());
    let notice = if data.is_none() { cgi::find_notice(outline) } else { None };
    let places = Places { cgi: data, notice: notice.as_ref(), vars: &vars, page: outline, url };
    let mut facts = places.facts();
    let mut issues = Vec::new();
    if data.is_some_and(|cgi| cgi.truncated) {
        issues.push(Issue::new(IssueCode::Truncated, "the page ends inside of its data object"));
    }
    let kind = facts.kind.unwrap_or_default();
    let content = body::content(kind, data, &vars, outline, &mut issues);
    // A video or a recording may come without a word; its title and address are the article then.
    let is_bare_share = matches!(kind, ArticleKind::Video | ArticleKind::Audio) && facts.title.is_some();
    let (state, evidence) = state::judge(outline, url, content.is_some() || is_bare_share, notice.as_ref().or(data));
    let body = if state == PageState::Article {
        content.map_or(Body::Empty, |content| into_body(content, &mut issues))
    } else {
        facts.kind = None;
        facts.preview = false;
        Body::Empty
    };
    if state == PageState::Migrated
        && let Some(target) = state::transfer_target(outline)
    {
        facts.url = Some(target);
        facts.provenance.insert("url", "var");
    }
    Page { state, evidence, origin: Origin::Wechat, facts, body, issues }
}

fn into_body(content: Content, issues: &mut Vec<Issue>) -> Body {
    match content {
        Content::Blocks(blocks) => Body::Blocks(blocks),
        Content::Html(html) => {
            let (tree, more) = Tree::fragment(&html);
            issues.extend(more);
            Body::Fragment(tree)
        }
    }
}
