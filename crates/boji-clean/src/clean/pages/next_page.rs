use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::address::{Mark, follows};
use crate::model::PageState;
use crate::parse::html::{Tree, attribute};
use crate::parse::{Body, Page};
use crate::rules::words::{ChromeWords, Hint, PagerForm, PagerWords, Says, Words};

/// Most links of a page that are looked at.
const MAX_LINKS: usize = 20_000;

/// The address of the page behind the one at `url`, in the article whose first page is at `first`; `None` when the page
/// names none, or only something that may be another article.
pub(in crate::clean) fn next_page(page: &Page, url: &str, first: &str, words: &Words) -> Option<String> {
    match &page.body {
        Body::Document(tree) if page.state == PageState::Article => in_tree(tree, url, first, words),
        _ => None,
    }
}

/// The first link of a page, in reading order, of which address and words agree.
fn in_tree(tree: &Tree, url: &str, first: &str, words: &Words) -> Option<String> {
    let base = tree.base(url)?;
    let mut links = tree.elements().filter(|(_, element)| matches!(element.name(), "a" | "link")).take(MAX_LINKS);
    links.find_map(|(node, element)| {
        let href = attribute(element, "href")?.trim();
        // What only moves about in the page is spared the reading.
        if href.is_empty() || href.starts_with('#') {
            return None;
        }
        let target = base.join(href).ok()?;
        let mark = follows(first, url, target.as_str(), &words.pager)?;
        let says = says(node, element, mark, &words.pager)?;
        let fits = says == Says::Page || mark.form != PagerForm::Suffix;
        let fragment = target.fragment().unwrap_or_default();
        if !fits || words.chrome.hint(fragment) == Hint::Comments || is_in_comments(node, &words.chrome) {
            return None;
        }
        let mut target = target;
        target.set_fragment(None);
        Some(target.into())
    })
}

/// What a link says: by its words, by its label where it has none, by its relation.
fn says(node: NodeRef<'_, Node>, element: &Element, mark: Mark, words: &PagerWords) -> Option<Says> {
    // A system that counts from nought shows the second page as 2 and names it 1.
    let shown = if mark.form == PagerForm::Suffix { mark.number.saturating_add(1) } else { mark.number };
    let of = |text: &str| words.says(text, mark.number).or_else(|| words.says(text, shown));
    let text = Tree::text_of(node);
    let label = ["title", "aria-label"].into_iter().filter_map(|name| of(attribute(element, name)?)).max();
    let relation = attribute(element, "rel").unwrap_or_default();
    let related = relation.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("next"));
    let related = if related { words.says("rel=next", mark.number) } else { None };
    [of(&text), label, related].into_iter().flatten().max()
}

/// The pages of comments are numbered too.
fn is_in_comments(node: NodeRef<'_, Node>, chrome: &ChromeWords) -> bool {
    node.ancestors().filter_map(|above| above.value().as_element()).any(|element| {
        ["class", "id"]
            .into_iter()
            .filter_map(|name| attribute(element, name))
            .any(|names| element.name() != "body" && chrome.hint(names) == Hint::Comments)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{self, Input};
    use crate::rules::Rules;

    const FIRST: &str = "https://a.example/2024/the-mill/";

    /// The next page of one with this markup in its body.
    fn of(url: &str, first: &str, markup: &str) -> Option<String> {
        let page = format!("<!doctype html><html><head><title>t</title></head><body><p>text</p>{markup}</body></html>");
        let page = parse::page(&Input { bytes: page.as_bytes(), url, content_type: "text/html" });
        next_page(&page, url, first, Rules::shipped().words())
    }

    #[test]
    fn address_and_words_must_agree() {
        let second = "https://a.example/2024/the-mill/2/";
        let cases = [
            ("<a href='/2024/the-mill/2/'>Next page</a>", Some(second)),
            ("<link rel=next href='/2024/the-mill/2/'>", Some(second)),
            ("<a rel='nofollow next' href='2/'>Go on</a>", Some(second)),
            ("<p>Pages: 1 <a href='2/'>2</a> <a href='3/'>3</a></p>", Some(second)),
            ("<a href='2/#more'>»</a>", Some(second)),
            ("<a href='2/' title='Next page'><img src=x></a>", Some(second)),
            ("<a href='2/' aria-label='Nächste Seite'>|</a>", Some(second)),
            ("<a href='3/'>Next page</a><a href='2/'>下一页</a>", Some(second)),
            // The word is right, and the address another article's.
            ("<a rel=next href='/2024/the-race/'>Next page</a>", None),
            ("<link rel=next href='/2024/the-race/'>", None),
            ("<a href='/2024/the-mill-2/'>下一页</a>", None),
            ("<a href='https://b.example/2024/the-mill/2/'>Next page</a>", None),
            ("<a href='/page/2/'>Next page</a>", None),
            ("<a href='#2'>2</a><a href=''>Next page</a><a>Next page</a>", None),
            ("<a href='/2024/the-mill/'>Next page</a>", None),
            ("<a href='javascript:next()'>Next page</a>", None),
            // The address is right, and the word another.
            ("<a href='2/'>Photos</a>", None),
            ("<a href='2/'>Next article</a>", None),
            ("<a href='2/'>3</a>", None),
            ("<a rel=prev href='2/'>Back</a>", None),
            // What readers wrote has pages of its own.
            ("<a href='?page=2#comments'>Next page</a>", None),
            ("<section id='comments'><p><a href='?page=2'>Next page</a></p></section>", None),
            ("<a href='comment-page-2/#comments'>2</a>", None),
        ];
        for (markup, want) in cases {
            assert_eq!(of(FIRST, FIRST, markup).as_deref(), want, "{markup}");
        }
    }

    #[test]
    fn a_suffix_wants_a_word_that_speaks_of_a_page() {
        let first = "https://a.example/news/update.html";
        let cases = [
            ("<a href='update_2.html'>下一页</a>", Some("https://a.example/news/update_2.html")),
            ("<a href='update_1.html'>2</a>", Some("https://a.example/news/update_1.html")),
            ("<a href='update_2.html'>2</a>", Some("https://a.example/news/update_2.html")),
            ("<a rel=next href='update-2.html'>Update</a>", None),
            ("<link rel=next href='update_2.html'>", None),
            ("<a href='update_2.html'>Next »</a>", None),
            ("<a href='update-2.html'>下一篇：Update</a>", None),
        ];
        for (markup, want) in cases {
            assert_eq!(of(first, first, markup).as_deref(), want, "{markup}");
        }
    }

    #[test]
    fn a_later_page_leads_on_and_a_stranger_does_not() {
        let (second, third) = ("https://a.example/2024/the-mill/2/", "https://a.example/2024/the-mill/3/");
        assert_eq!(of(second, FIRST, "<a href='../3/'>Next page</a>").as_deref(), Some(third));
        assert_eq!(of(second, FIRST, "<a href='../2/'>Next page</a><a href='../'>1</a>"), None);
        assert_eq!(of("https://a.example/2024/the-race/", FIRST, "<a href='/2024/the-mill/2/'>Next page</a>"), None);
        assert_eq!(of("", "", "<a href='https://a.example/mill/2/'>Next page</a>"), None);
        assert_eq!(
            of("https://a.example/news?page=1", "https://a.example/news?page=1", "<a href='?page=2'>3</a>"),
            None
        );
    }

    #[test]
    fn only_an_articles_page_leads_on() {
        let feed =
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><link>https://a.example/2</link></channel></rss>";
        let page = parse::page(&Input { bytes: feed.as_bytes(), url: FIRST, content_type: "" });
        assert_eq!(next_page(&page, FIRST, FIRST, Rules::shipped().words()), None);
    }
}
