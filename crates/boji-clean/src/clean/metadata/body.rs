use super::json_ld::JsonLd;
use crate::clean::blocks::blocks;
use crate::model::{Block, count_letters};
use crate::parse::html::Tree;
use crate::rules::words::Words;

/// Shortest text, in letters, that is taken for the body of an article.
const MIN_BODY: usize = 200;
/// The body of an article as the page's JSON-LD states it.
#[derive(Debug)]
pub struct Stated {
    text: String,
    /// How many letters it has.
    pub letters: usize,
}

impl Stated {
    /// The stated body (schema.org `articleBody`); `None` when the page states none, or a line.
    /// `title` tells the article from others that the page links to.
    pub fn read(tree: &Tree, title: &str) -> Option<Self> {
        if !tree.json_ld.iter().any(|script| script.contains("\"articleBody\"")) {
            return None;
        }
        let text = JsonLd::read(&tree.json_ld, title).text("articleBody")?;
        let letters = count_letters(&text);
        (letters >= MIN_BODY).then_some(Self { text, letters })
    }

    /// The same as blocks.
    pub fn blocks(&self, url: &str, words: &Words) -> Vec<Block> {
        if ["<p", "<br", "&lt;p"].iter().any(|mark| self.text.contains(mark)) {
            let (tree, _) = Tree::fragment(&self.text.replace("&lt;", "<").replace("&gt;", ">"));
            return blocks(&tree, tree.body().id(), url, words);
        }
        self.text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Block::paragraph).collect()
    }
}

/// How many letters a page shows.
pub fn shown_letters(blocks: &[Block]) -> usize {
    blocks.iter().map(|block| count_letters(&block.text())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn a_stated_body_becomes_blocks() {
        let line = "The mill stood still all summer. ".repeat(10);
        let page = |body: &str| {
            let json = serde_json::json!({ "@type": "NewsArticle", "articleBody": body });
            Tree::document(&format!("<script type=application/ld+json>{json}</script><div id=app></div>")).0
        };
        let texts = |body: &str| {
            let stated = Stated::read(&page(body), "")?;
            Some(stated.blocks("", Rules::shipped().words()).iter().map(Block::text).collect::<Vec<_>>())
        };
        let line = line.trim();
        assert_eq!(texts(&format!("{line}\n\n{line}")), Some(vec![line.to_owned(), line.to_owned()]));
        assert_eq!(texts(&format!("<p>{line}</p><p>End</p>")), Some(vec![line.to_owned(), "End".to_owned()]));
        assert_eq!(texts("Too short."), None);
    }
}
