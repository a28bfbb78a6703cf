use super::json_ld::JsonLd;
use crate::clean::blocks::blocks;
use crate::model::Block;
use crate::parse::html::Tree;

/// Shortest text, in letters, that is taken for the body of an article.
const MIN_BODY: usize = 200;
/// How many times longer than the text of the page itself the stated one must be to be preferred: a page may state a
/// part of its article, or the whole while it shows a part.
const LONGER: usize = 2;

/// The body of the article as the page's JSON-LD states it (schema.org `articleBody`), as blocks; `None` when it
/// states none, or not much more than the page shows in the blocks `shown`.
/// `title` tells the article from others that the page links to.
pub fn stated_body(tree: &Tree, title: &str, url: &str, shown: &[Block]) -> Option<Vec<Block>> {
    if !tree.json_ld.iter().any(|script| script.contains("\"articleBody\"")) {
        return None;
    }
    let text = JsonLd::read(&tree.json_ld, title).text("articleBody")?;
    let stated = letters(&text);
    let shown: usize = shown.iter().map(|block| letters(&block.text())).sum();
    if stated < MIN_BODY || stated < shown.saturating_mul(LONGER) {
        return None;
    }
    if ["<p", "<br", "&lt;p"].iter().any(|mark| text.contains(mark)) {
        let (tree, _) = Tree::fragment(&text.replace("&lt;", "<").replace("&gt;", ">"));
        return Some(blocks(&tree, tree.body().id(), url));
    }
    Some(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Block::paragraph).collect())
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stated_body_must_say_more() {
        let line = "The mill stood still all summer. ".repeat(10);
        let page = |body: &str| {
            let json = serde_json::json!({ "@type": "NewsArticle", "articleBody": body });
            Tree::document(&format!("<script type=application/ld+json>{json}</script><div id=app></div>")).0
        };
        let texts = |body: &str, shown: usize| {
            let shown = [Block::paragraph("x".repeat(shown))];
            stated_body(&page(body), "", "", &shown).map(|blocks| blocks.iter().map(Block::text).collect::<Vec<_>>())
        };
        let line = line.trim();
        assert_eq!(texts(&format!("{line}\n\n{line}"), 0), Some(vec![line.to_owned(), line.to_owned()]));
        assert_eq!(texts(&format!("<p>{line}</p><p>End</p>"), 100), Some(vec![line.to_owned(), "End".to_owned()]));
        assert_eq!(texts(line, 200), None, "the page shows nearly all of it");
        assert_eq!(texts("Too short.", 0), None);
    }
}
