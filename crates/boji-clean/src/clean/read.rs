use super::blocks::{self, AsideReason, WrittenBlocks, write};
use super::embedded::embedded;
use super::locate::{
    CandidateKind, Located, RootCandidate, Trace, Weakness, carried_chrome, locate, locate_classified,
};
use super::place_taker::{self, Certainty, Little, PageRow, Told};
use super::short_post::is_short_post;
use super::{metadata, pages, site};
use crate::model::{Article, ArticleKind, Block, Facts, Issue, IssueCode, Origin, PageState, Span, WeChatLink};
use crate::parse::html::Tree;
use crate::parse::{self, Body, Input, Page};
use crate::rules::words::Words;
use crate::rules::{Rules, SiteRule};

/// A page with its blocks, before any of their words are judged.
#[derive(Debug)]
pub(super) struct Read {
    /// Of its state, as [`Cleaned::evidence`].
    pub evidence: String,
    /// What kind of place it came from.
    pub origin: Origin,
    /// What it says about its article.
    pub facts: Facts,
    /// Its blocks, page chrome set aside.
    pub written: WrittenBlocks,
    /// Oddities got over.
    pub issues: Vec<Issue>,
    /// How the body was found.
    pub way: Option<Trace>,
    /// Domain of the site rule that said where it stands.
    pub site: String,
    /// Its address, "" when unknown.
    pub url: String,
}

/// A page that was parsed once and is not judged yet. It waits for the pages over which its article goes on.
#[derive(Debug)]
pub struct ReadPage {
    /// The page, or what it is instead of an article.
    pub(super) outcome: Result<Read, Box<Cleaned>>,
    /// The address of the page behind it, where that was asked for and the page names one.
    pub next: Option<String>,
}

impl ReadPage {
    /// Whether the page holds one article, which may go on behind it. One with the beginnings of several goes on with
    /// others.
    pub fn is_one_article(&self) -> bool {
        self.outcome.as_ref().is_ok_and(|read| {
            is_article(&read.written, &read.facts)
                && read.issues.iter().all(|issue| issue.code != IssueCode::SeveralArticles)
        })
    }
}

/// Whether there is text, or the page is of a kind that is an article without any.
pub(super) fn is_article(written: &WrittenBlocks, facts: &Facts) -> bool {
    !written.blocks.is_empty() || facts.wordless || facts.kind.is_some_and(|kind| kind != ArticleKind::Article)
}

/// Parses a page, finds its article, and of an article that begins at the address `first` the page behind this one;
/// `None` asks for no next page. Pure.
pub fn read_page(input: &Input<'_>, first: Option<&str>, rules: &Rules) -> ReadPage {
    let saved = parse::saved(input);
    let input = &saved.input();
    let page = parse::page(input);
    let next = first.and_then(|first| pages::next_page(&page, input.url, first, rules.words()));
    let little = Little::of(&page, input.bytes);
    let read = read_parsed(page, input.url, rules);
    let little = little.filter(|little| may_be_none(&read, little.is_marked));
    let instead = little.and_then(|little| place_taker::state(&little, input.bytes, facts_of(&read), rules));
    let outcome = match (instead, read) {
        (None, read) => read,
        (Some(Told { state, certainty, evidence }), Ok(Read { facts, issues, .. })) => {
            Err(Box::new(Cleaned { certainty, ..Cleaned::refused(state, evidence, facts, issues) }))
        }
        (Some(Told { state, certainty, evidence }), Err(refused)) => {
            Err(Box::new(Cleaned { state, certainty, evidence, ..*refused }))
        }
    };
    ReadPage { outcome, next }
}

fn facts_of(read: &Result<Read, Box<Cleaned>>) -> &Facts {
    match read {
        Ok(read) => &read.facts,
        Err(refused) => &refused.facts,
    }
}

/// What the classifier of pages sees of one, for training: `None` for a page that it is not asked about. `scores`, where there
/// are as many as it asks for (the page's, its title's, each line's), stand for those of the dictionary.
pub fn page_row(input: &Input<'_>, rules: &Rules, scores: &[f32]) -> Option<PageRow> {
    let saved = parse::saved(input);
    let input = &saved.input();
    let page = parse::page(input);
    let little = Little::of(&page, input.bytes)?;
    let read = read_parsed(page, input.url, rules);
    may_be_none(&read, little.is_marked).then(|| place_taker::row(&little, facts_of(&read), rules, scores))
}

/// Whether a page may be something else that stands in the place of an article. One of the web that states its day of
/// publication is an article, and so is one that is marked as one and shows a day; any other may show the time of a refusal,
/// and an address says nothing of what stands there. In the frame of one of WeChat's, day and all, a message may stand.
fn may_be_none(read: &Result<Read, Box<Cleaned>>, is_marked: bool) -> bool {
    match read {
        // A page that shows nothing without its scripts.
        Ok(read) if read.way.as_ref().is_some_and(|way| way.is_by(CandidateKind::Script)) => false,
        Ok(read) => {
            let stated = match read.facts.provenance.get("published") {
                Some(&"url") | None => false,
                Some(&"dom") => is_marked && !read.facts.short,
                Some(_) => true,
            };
            !(read.facts.published.is_some() && stated) || read.origin == Origin::Wechat
        }
        Err(refused) => refused.state == PageState::NotArticle,
    }
}

/// The same of a page that is parsed already.
pub(super) fn read_parsed(page: Page, url: &str, rules: &Rules) -> Result<Read, Box<Cleaned>> {
    let Page { state, evidence, origin, facts, body, mut issues } = page;
    let mut facts = facts.bounded();
    if state != PageState::Article {
        return Err(Box::new(Cleaned::refused(state, evidence, facts, issues)));
    }
    let (mut way, mut site) = (None, String::new());
    let mut written = match body {
        Body::Empty => WrittenBlocks::default(),
        Body::Blocks(blocks) => blocks.into(),
        Body::Fragment(tree) if origin == Origin::Feed => {
            write(&tree, tree.body().id(), url, &carried_chrome(&tree, rules.words()), rules.words())
        }
        Body::Fragment(tree) if origin == Origin::Wechat => {
            write(&tree, tree.body().id(), url, &blocks::controls(&tree, rules.words()), rules.words())
        }
        Body::Fragment(tree) => blocks::blocks(&tree, tree.body().id(), url, rules.words()).into(),
        Body::Document(tree) => match document(&tree, url, rules, &mut issues) {
            Ok(found) => {
                facts = facts.filled_from(found.facts.bounded());
                (way, site) = (Some(found.way), found.site);
                found.written
            }
            Err(refused) => {
                let facts = facts.filled_from(*refused.facts);
                return Err(Box::new(Cleaned::refused(
                    PageState::NotArticle,
                    refused.reason.to_owned(),
                    facts,
                    issues,
                )));
            }
        },
    };
    facts.backgrounds = std::mem::take(&mut written.backgrounds);
    // What was set aside, or a card, was all that a saved page shows: a player with its controls.
    facts.wordless |= origin == Origin::Wechat && written.blocks.iter().all(is_card) && !written.apart.is_empty();
    written.frame(AsideReason::Header, (std::mem::take(&mut facts.above), std::mem::take(&mut facts.below)));
    Ok(Read { evidence, origin, facts, written, issues, way, site, url: url.to_owned() })
}

/// Whether a block is one of WeChat's cards and nothing else.
fn is_card(block: &Block) -> bool {
    block.spans.iter().all(|span| matches!(span, Span::Text { href, .. } if href.starts_with("wechat-card:")))
}

/// What cleaning made of a page.
#[derive(Debug)]
pub struct Cleaned {
    /// What the page turned out to be.
    pub state: PageState,
    /// How sure that is.
    pub certainty: Certainty,
    /// The marker that decided the state; "" for an ordinary article.
    pub evidence: String,
    /// The article, exactly when the state is [`PageState::Article`].
    pub article: Option<Article>,
    /// What else the page says: where a migrated account went, who took it down.
    pub facts: Facts,
    /// Oddities got over.
    pub issues: Vec<Issue>,
    /// How the body was found, for a page in which it had to be looked for.
    pub way: Option<Trace>,
    /// Domain of the site rule that said where the article stands, "" when it was located without one.
    pub site: String,
}

impl Cleaned {
    /// A page without an article.
    pub(super) fn refused(state: PageState, evidence: String, facts: Facts, issues: Vec<Issue>) -> Self {
        Self {
            state,
            certainty: Certainty::Sure,
            evidence,
            article: None,
            facts,
            issues,
            way: None,
            site: String::new(),
        }
    }
}

/// The article of a whole page before its words are judged.
#[derive(Debug)]
pub(super) struct Document {
    /// Its blocks, page chrome set aside.
    pub written: WrittenBlocks,
    /// What the page says about it.
    pub facts: Facts,
    /// How it was found.
    pub way: Trace,
    /// Domain of the site rule that said where it stands, "" when it was looked for.
    pub site: String,
}

/// A page without an article.
#[derive(Debug)]
struct Refused {
    /// What it has instead.
    pub reason: &'static str,
    /// What it says about itself.
    pub facts: Box<Facts>,
}

/// Finds the article of a whole page: by the rule of its site, else by what the page is made of, else in what its
/// JSON-LD states. `Err` for a page that holds none.
fn document(tree: &Tree, url: &str, rules: &Rules, issues: &mut Vec<Issue>) -> Result<Document, Refused> {
    let words = rules.words();
    let mut facts = metadata::facts(tree, url, words);
    // A page without an address, as a file, is taken by the one that it claims.
    let address = if url.is_empty() { facts.url.clone().unwrap_or_default() } else { url.to_owned() };
    let ruled = rules.sites().of(&address).and_then(|rule| by_rule(tree, rule, &mut facts, issues));
    // What was learned was learned from articles; a product, a forum or an index of the web has no day of publication.
    let located = || {
        if facts.published.is_some() { locate_classified(tree, rules, &address) } else { locate(tree, words, &address) }
    };
    let (located, site) = ruled.unwrap_or_else(|| (located(), String::new()));
    let Located { root, set_aside, mut way, weak, short } = located;
    // What WeChat has at its address without an article is one of its own pages: an album, a profile, a refusal.
    let is_wechat = WeChatLink::parse(&address).is_some();
    facts.short = !is_wechat && short.is_some_and(|short| is_short_post(tree, &address, &facts, short));
    let refused = match weak {
        _ if facts.short => None,
        Some(Weakness::NoProse) => Some("no prose"),
        Some(Weakness::Links) => Some("links only"),
        Some(Weakness::SeveralArticles) => {
            issues.push(Issue::new(IssueCode::SeveralArticles, "the page holds the beginnings of several articles"));
            None
        }
        None => None,
    };
    let mut written = match refused {
        Some(_) => WrittenBlocks::default(),
        None => write(tree, root, url, &set_aside, words),
    };
    written.drop_bare_tail();
    let outside = blocks::outside(tree, root, words);
    if site.is_empty()
        && !is_wechat
        && let Some(blocks) = stated_elsewhere(tree, url, words, &facts, &written, &mut way, issues)
    {
        written = written.replaced_by(blocks);
    } else if let Some(reason) = refused {
        return Err(Refused { reason, facts: Box::new(facts) });
    }
    written.frame(AsideReason::Outside, outside);
    Ok(Document { written, facts, way, site })
}

/// Most letters that a page shows for the data of its scripts to be asked whether they hold the whole.
const MAX_SHOWN: usize = 2_000;

/// The text of the article as the page states it beside what it shows, where that is at least twice as long: in its JSON-LD, or in
/// the data of its scripts.
fn stated_elsewhere(
    tree: &Tree,
    url: &str,
    words: &Words,
    facts: &Facts,
    written: &WrittenBlocks,
    way: &mut Trace,
    issues: &mut Vec<Issue>,
) -> Option<Vec<Block>> {
    let title = facts.title.as_deref().unwrap_or_default();
    let shown = metadata::shown_letters(&written.blocks);
    if let Some(stated) = metadata::StatedBody::read(tree, title) {
        let candidate = RootCandidate::stated(CandidateKind::JsonLd, stated.letters, shown, way.winner.as_ref());
        if way.challenge(&candidate) {
            let message = "the text is from the page's JSON-LD, which says more than the page shows";
            issues.push(Issue::new(IssueCode::StatedBody, message));
            (way.steps, way.leads, way.parts, way.reason) = (Vec::new(), Vec::new(), Vec::new(), "stated in JSON-LD");
            return Some(stated.blocks(url, words));
        }
    }
    if shown > MAX_SHOWN || tree.data.is_empty() {
        return None;
    }
    let text: String = written.blocks.iter().map(Block::text).collect();
    let body = embedded(tree, &text, url, words)?;
    let candidate = RootCandidate::stated(CandidateKind::Script, body.letters, shown, way.winner.as_ref());
    if !way.challenge(&candidate) {
        return None;
    }
    let message = "the text is from the data of the page's scripts, which say more than the page shows";
    issues.push(Issue::new(IssueCode::StatedBody, message));
    (way.steps, way.leads, way.parts, way.reason) =
        (Vec::new(), Vec::new(), Vec::new(), "stands in the data of a script");
    Some(body.blocks)
}

/// Where the article stands by the rule of its site, with the rule's domain; what the rule says of it goes into the
/// facts.
fn by_rule(tree: &Tree, rule: &SiteRule, facts: &mut Facts, issues: &mut Vec<Issue>) -> Option<(Located, String)> {
    let Some(located) = site::locate(tree, rule) else {
        let message = format!("the rule of {} finds no article in this page", rule.domain);
        issues.push(Issue::new(IssueCode::SiteRuleMissed, message));
        return None;
    };
    site::state(tree, rule, facts);
    Some((located, rule.domain.clone()))
}
