use std::sync::LazyLock;

use aho_corasick::packed::Searcher;

use super::body::{self, Content};
use super::cgi::{self, Cgi};
use super::markup::{find_tag, words};
use super::outline::Outline;
use super::stated::{StatedFacts, merge, share_title};
use super::value::Value;
use super::vars::Vars;
use super::{dom, exported, framed, state};
use crate::model::{ArticleKind, Block, Facts, Issue, IssueCode, Origin, PageState, WeChatLink};
use crate::parse::html::Tree;
use crate::parse::page::{Body, Page};

/// The hosts of the platform and of its search.
const HOSTS: [&str; 2] = ["mp.weixin.qq.com", "weixin.sogou.com"];

/// Without one of these a page of another address is not the platform's. They are looked for in one pass.
const MARKS: [&str; 9] = [
    "js_content",
    "cgiDataNew",
    "mmbizwap:",
    "weui-msg",
    "page_msg",
    "var msgList = ",
    state::SEARCH_TITLE,
    exported::FRAME,
    SHARE,
];

/// The class of the article in a share, which has no `#js_content` of its own once its scripts ran.
const SHARE: &str = "share_content_page";

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
    let outline = Outline::new(html);
    state::notice(shown).map(|(state, _)| state).or_else(|| state::box_alone(&outline))?;
    Some(read(&outline, cgi::find_data(&outline).as_ref(), url))
}

/// Whether an address is that of an article, for good or for some hours.
pub fn is_article_address(url: &str) -> bool {
    WeChatLink::parse(url).is_some() || WeChatLink::is_temporary(url)
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
    let is_search = || has_title(page, state::SEARCH_TITLE);
    page.script_has("mmbizwap:")
        || (has("id", "js_content") && (has("id", "activity-name") || has("class", "rich_media_content")))
        || (has("id", "js_content") && framed::names_article(page))
        || (has("class", exported::FRAME) && has("class", "__meta__"))
        || (has("class", SHARE) && has("class", "wx_follow_nickname"))
        || ((has("class", "weui-msg") || has("class", "page_msg") || page.script_has("var msgList = "))
            && loads_platform(page))
        || is_search()
}

/// Whether the page shows anything beside its title.
fn shows_text(page: &Outline<'_>) -> bool {
    page.markup().any(|(_, piece)| {
        let shown = piece.rsplit_once("</title>").map_or(piece, |(_, behind)| behind);
        !words(shown).is_empty()
    })
}

fn loads_platform(page: &Outline<'_>) -> bool {
    ["res.wx.qq.com/mmbizwap", "mmbizappmsg"].iter().any(|part| page.markup_has(part) || page.script_has(part))
}

/// Whether a page has the elements or the scripts of the platform's own. Others, of an article's address, were made by who saved
/// the article: its text may stand anywhere in them.
fn is_platforms(page: &Outline<'_>) -> bool {
    let elements = [
        ("id", "js_content"),
        ("id", "js_article"),
        ("id", "activity-name"),
        ("class", "weui-msg"),
        ("class", "page_msg"),
    ];
    let has = |(name, word)| page.markup().any(|(_, piece)| find_tag(piece, name, word).is_some());
    page.script_has("mmbizwap") || page.script_has("mmbizappmsg") || elements.into_iter().any(has)
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
    let mut issues = Vec::new();
    if let Some(exported) = if data.is_none() { exported::read(outline) } else { None } {
        return rendered(exported, url, issues);
    }
    let mut facts = places.facts();
    if data.is_some_and(|cgi| cgi.truncated) {
        issues.push(Issue::new(IssueCode::Truncated, "the page ends inside of its data object"));
    }
    let kind = facts.kind.unwrap_or_default();
    let content = body::content(kind, data, &vars, outline, &mut issues);
    // A video or a recording may come without a word; its title and address are the article then.
    let is_bare_share = matches!(kind, ArticleKind::Video | ArticleKind::Audio) && facts.title.is_some();
    // So may an article be of one player, drawing, vote or card.
    let media = body_html(data, outline).filter(|html| kind == ArticleKind::Article && dom::is_wordless(html));
    facts.wordless = media.is_some() && facts.title.is_some();
    let has_body = content.is_some() || is_bare_share || facts.wordless;
    let is_saved = !has_body && data.is_none() && is_article_address(url) && !is_platforms(outline);
    let shows_body = has_body || (is_saved && state::shows_more_than_a_message(outline));
    let (state, evidence) = state::judge(outline, url, shows_body, notice.as_ref().or(data));
    if is_saved && matches!(state, PageState::Article | PageState::NotArticle) && shows_text(outline) {
        let (tree, issues) = Tree::document(outline.html());
        let (state, evidence, body) = (PageState::Article, String::new(), Body::Document(tree));
        return Page { state, evidence, origin: Origin::Wechat, facts, body, issues };
    }
    let body = if state == PageState::Article {
        let shown = if facts.wordless { media.as_deref().and_then(body::backgrounds) } else { None };
        shown.or(content).map_or(Body::Empty, |content| into_body(content, &mut issues))
    } else {
        facts.kind = None;
        facts.preview = false;
        facts.wordless = false;
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

/// The body of an article as markup, wherever it stands.
fn body_html(data: Option<&Cgi<'_>>, outline: &Outline<'_>) -> Option<String> {
    let stated = data.and_then(|cgi| cgi::body_text(&cgi.value)).filter(|html| !html.trim().is_empty());
    stated.or_else(|| dom::content(outline).map(|(html, _)| html.to_owned()))
}

/// The page of an exporter's frame.
fn rendered(exported: exported::Exported, url: &str, mut issues: Vec<Issue>) -> Page {
    let exported::Exported { stated, kind, content, is_preview, is_wordless } = exported;
    let mut facts = merge(&[("dom", stated), ("url", dom::stated_by_address(url))]);
    facts.kind = Some(kind);
    if kind == ArticleKind::Text {
        let words = || match &content {
            Some(Content::Blocks(blocks)) => Some(blocks.iter().map(Block::text).collect::<Vec<_>>().join("\n")),
            _ => None,
        };
        facts.title = facts.title.or_else(words).as_deref().and_then(share_title);
    }
    facts.preview = is_preview;
    let state = if content.is_some() || facts.title.is_some() { PageState::Article } else { PageState::NotArticle };
    facts.wordless = is_wordless || content.is_none();
    let body = content.map_or(Body::Empty, |content| into_body(content, &mut issues));
    Page { state, evidence: String::new(), origin: Origin::Wechat, facts, body, issues }
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

/// All places of one page that say something about its article.
pub(super) struct Places<'p, 'a> {
    /// The data object.
    pub cgi: Option<&'p Cgi<'a>>,
    /// The small object on pages about a removed article.
    pub notice: Option<&'p Cgi<'a>>,
    /// The script variables.
    pub vars: &'p Vars<'a>,
    /// The page.
    pub page: &'p Outline<'a>,
    /// Its address, "" when unknown.
    pub url: &'p str,
}

/// The long address of a page that names its parts and not itself. Without the signature it does not open, but a temporary
/// link opens no longer, and names nothing.
fn built_address(facts: &Facts, url: &str) -> Option<String> {
    let part = |value: &Option<String>| value.clone().unwrap_or_default();
    if facts.sn.is_none() && !WeChatLink::is_temporary(url) {
        return None;
    }
    let (biz, mid, idx, sn) = (part(&facts.biz), part(&facts.mid), part(&facts.idx), part(&facts.sn));
    let link = WeChatLink { biz, mid, idx, sn, token: String::new() };
    link.key().map(|_| link.canonical())
}

impl Places<'_, '_> {
    /// What the page says, in the order of trust: data object, variables, elements, metas, address.
    pub(super) fn facts(&self) -> Facts {
        let object = |found: Option<&Cgi<'_>>| found.map_or_else(StatedFacts::default, |cgi| cgi::stated(&cgi.value));
        let framed = framed::stated(self.page);
        let mut metas = dom::stated_by_metas(self.page);
        // An archive writes its own name behind the title.
        if framed.title.as_ref().is_some_and(|title| metas.title.as_ref().is_some_and(|meta| meta.starts_with(title))) {
            metas.title = None;
        }
        let places = [
            ("cgi", object(self.cgi)),
            ("var", self.vars.stated()),
            ("dom", dom::stated(self.page)),
            ("dom", framed),
            ("og", metas),
            ("cgi", object(self.notice)),
            ("url", dom::stated_by_address(self.url)),
        ];
        let mut facts = merge(&places);
        let kind = self.kind(facts.copyright.as_deref());
        facts.kind = Some(kind);
        facts.preview = self.is_preview();
        if kind == ArticleKind::Text {
            facts.title = facts.title.as_deref().and_then(share_title);
        }
        if kind == ArticleKind::Reprint && facts.original_url.is_none() {
            facts.original_url = self.vars.original_address();
        }
        if facts.url.is_none() {
            facts.url = built_address(&facts, self.url);
        }
        if kind == ArticleKind::Picture {
            // The digest of a picture share is its text once more, with the markup escaped.
            facts.summary = None;
            facts.provenance.remove("summary");
            let listed = self.cgi.map_or(&Value::Nothing, |cgi| cgi.value.get("picture_page_info_list"));
            let old = self.vars.get("picture_page_info_list");
            facts.qr_images =
                [listed, old].into_iter().map(body::qr_codes).find(|found| !found.is_empty()).unwrap_or_default();
        }
        facts
    }

    /// The form of the article by `item_show_type`, in old pages by the class of the body element. A reprint has the
    /// type of an ordinary article.
    pub(super) fn kind(&self, copyright: Option<&str>) -> ArticleKind {
        let number = |value: &Value<'_>| value.integer();
        let cgi = self.cgi.map_or(&Value::Nothing, |cgi| &cgi.value);
        let names = ["item_show_type", "real_item_show_type"];
        let share = names.iter().find_map(|name| number(cgi.get(name)).or_else(|| number(self.vars.get(name))));
        let kind = match share {
            Some(8) => ArticleKind::Picture,
            Some(10) => ArticleKind::Text,
            Some(5) => ArticleKind::Video,
            Some(17) => self.kind_of_short_content(),
            Some(6 | 7) => ArticleKind::Audio,
            Some(_) => ArticleKind::Article,
            None => self.kind_by_class(),
        };
        if kind == ArticleKind::Article && copyright == Some("reprint") { ArticleKind::Reprint } else { kind }
    }

    /// Short content is whatever it holds.
    fn kind_of_short_content(&self) -> ArticleKind {
        let cgi = self.cgi.map_or(&Value::Nothing, |cgi| &cgi.value);
        let has = |name: &str| !cgi.get(name).items().is_empty() || !self.vars.get(name).items().is_empty();
        if has("video_page_infos") {
            ArticleKind::Video
        } else if has("picture_page_info_list") {
            ArticleKind::Picture
        } else {
            ArticleKind::Text
        }
    }

    fn kind_by_class(&self) -> ArticleKind {
        const CLASSES: [(&str, ArticleKind); 4] = [
            ("page_share_img", ArticleKind::Picture),
            ("page_share_text", ArticleKind::Text),
            ("page_share_video", ArticleKind::Video),
            ("page_share_audio", ArticleKind::Audio),
        ];
        let has = |class: &str| self.page.markup().any(|(_, piece)| find_tag(piece, "class", class).is_some());
        CLASSES.into_iter().find(|(class, _)| has(class)).map_or(ArticleKind::Article, |(_, kind)| kind)
    }

    /// Whether only a preview of a paid article is open: it costs, and its reader has not paid.
    fn is_preview(&self) -> bool {
        let cgi = self.cgi.map_or(&Value::Nothing, |cgi| &cgi.value);
        let is_one = |value: &Value<'_>| value.integer() == Some(1);
        let costs = is_one(cgi.get("is_pay_subscribe"))
            || is_one(self.vars.get("is_pay_subscribe"))
            || is_one(self.vars.get("isPaySubscribe"));
        if !costs {
            // A page without its data has the mark alone.
            return self.cgi.is_none() && self.page.markup_has("mp-pay-preview-filter");
        }
        let has_paid = [cgi.get("user_info").get("is_paid"), cgi.get("is_paid")].iter().find_map(|paid| paid.integer());
        let locked = || {
            cgi.get("pay_subscribe_info").get("preview_percent").integer().is_some_and(|percent| percent > 0)
                || cgi.get("content_noencode").text().contains("mp-pay-preview-filter")
                || self.page.markup_has("mp-pay-preview-filter")
        };
        has_paid.map_or_else(locked, |paid| paid == 0)
    }
}
