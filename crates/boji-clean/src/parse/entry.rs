use super::html::Tree;
use super::page::{Body, Page};
use super::wechat;
use crate::model::{Candidate, Facts, Origin, PageState, WeChatLink};

/// The page that a feed entry makes by itself: its own text is the body, all of it. A bridge that was kept out itself
/// puts WeChat's message in the place of the text: that is no article.
pub fn entry_page(candidate: &Candidate) -> Page {
    let html = if candidate.body.trim().is_empty() { &candidate.summary } else { &candidate.body };
    let (tree, issues) = Tree::fragment(html);
    let origin = if WeChatLink::parse(&candidate.url).is_some() { Origin::Wechat } else { Origin::Feed };
    let said = tree.body().descendants().filter_map(|node| node.value().as_text().map(|text| &**text));
    let text: String = said.collect();
    let (state, evidence, body) = match wechat::notice(&text) {
        Some((state, word)) => (state, word.to_owned(), Body::Empty),
        None => (PageState::Article, String::new(), Body::Fragment(tree)),
    };
    Page { state, evidence, origin, facts: Facts::default(), body, issues }
}

#[cfg(test)]
mod tests {
    use super::*;

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
