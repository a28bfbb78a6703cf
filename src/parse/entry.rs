use super::html::Tree;
use super::{Body, Page};
use crate::model::{Candidate, Facts, Origin, PageState, WeChatLink};

/// The page that a feed entry makes by itself: its own text is the body, all of it.
pub fn entry_page(candidate: &Candidate) -> Page {
    let html = if candidate.body.trim().is_empty() { &candidate.summary } else { &candidate.body };
    let (tree, issues) = Tree::fragment(html);
    let wechat = WeChatLink::parse(&candidate.url).is_some();
    Page {
        state: PageState::Article,
        evidence: String::new(),
        origin: if wechat { Origin::Wechat } else { Origin::Feed },
        facts: Facts::default(),
        body: Body::Fragment(tree),
        issues,
    }
}
