use super::literals::{MIN_BYTES, is_streamed, literals, streamed};
use crate::clean::blocks::blocks;
use crate::model::Block;
use crate::parse::html::Tree;
use crate::parse::{Body, archive};
use crate::rules::words::Words;
use crate::text::{count_letters, is_letter};

/// Fewest letters of a text that is taken for an article's.
const MIN_LETTERS: usize = 200;
/// Fewest ends of sentences in it.
const MIN_SENTENCES: usize = 2;
/// So many letters stand to one bracket at the least: a program has more of them.
const LETTERS_A_BRACKET: usize = 100;
/// Letters at the head of what the page shows by which the whole text is known.
const HEAD: usize = 24;
/// The longest text must be so many times as long as the next, where nothing else tells which is the article.
const CLEARLY: usize = 2;

/// The text of the article as the data of a page's scripts hold it.
#[derive(Debug)]
pub(in crate::clean) struct EmbeddedBody {
    /// Its blocks.
    pub blocks: Vec<Block>,
    /// How many letters it has.
    pub letters: usize,
}

/// The text of the article in the data of a page's scripts, when one string is known to be it: it begins as what the page shows, or the
/// page shows nothing and no other string is nearly as long. `shown` is the text that the page shows.
pub(in crate::clean) fn embedded(tree: &Tree, shown: &str, url: &str, words: &Words) -> Option<EmbeddedBody> {
    let mut found: Vec<EmbeddedBody> = Vec::new();
    let (pieces, others): (Vec<_>, Vec<_>) = tree
        .data
        .iter()
        .filter(|script| !script.is_markdown)
        .map(|script| script.text.as_str())
        .partition(|it| is_streamed(it));
    let strings = streamed(pieces.into_iter()).into_iter().chain(others.into_iter().flat_map(literals));
    let texts =
        strings.filter(|text| text.len() >= MIN_BYTES && may_be_text(text)).map(|text| of_text(&text, url, words));
    let markdown =
        tree.data.iter().filter(|script| script.is_markdown).map(|script| of_markdown(&script.text, url, words));
    for blocks in texts.chain(markdown) {
        let letters = blocks.iter().map(|block| count_letters(&block.text())).sum();
        if letters >= MIN_LETTERS && reads(&blocks, letters) {
            found.push(EmbeddedBody { blocks, letters });
        }
    }
    found.sort_by_key(|body| std::cmp::Reverse(body.letters));
    let head = head(shown);
    if !head.is_empty() {
        return found.into_iter().find(|body| begins_with(&body.blocks, &head));
    }
    // The same text may stand in several places of the data.
    let longest = found.first()?;
    let is_other = |body: &&EmbeddedBody| body.letters != longest.letters || body.blocks != longest.blocks;
    let other = found.iter().skip(1).find(is_other).map_or(0, |body| body.letters);
    (longest.letters >= other * CLEARLY).then(|| found.swap_remove(0))
}

/// Whether a string may be a text by a quick look: letters, and no program or address.
fn may_be_text(text: &str) -> bool {
    let brackets = text.bytes().filter(|byte| matches!(byte, b'{' | b'}' | b';')).count();
    let spaces = text.bytes().filter(|byte| matches!(byte, b' ' | b'\n' | b'<' | 0x80..)).count();
    brackets * LETTERS_A_BRACKET <= text.len().max(LETTERS_A_BRACKET) * 2 && spaces * 20 >= text.len()
}

/// Whether blocks read like an article: sentences, and few brackets.
fn reads(blocks: &[Block], letters: usize) -> bool {
    let count = |signs: &[char]| -> usize { blocks.iter().map(|block| block.text().matches(signs).count()).sum() };
    count(&['.', '!', '?', '。', '！', '？', '।', '…']) >= MIN_SENTENCES
        && count(&['{', '}']) * LETTERS_A_BRACKET <= letters
}

fn of_text(text: &str, url: &str, words: &Words) -> Vec<Block> {
    let is_escaped = text.contains("&lt;p") || text.contains("&lt;br");
    if is_escaped || ["<p", "<br", "<div", "<h2", "<li"].iter().any(|mark| text.contains(mark)) {
        let markup = if is_escaped {
            text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"")
        } else {
            text.to_owned()
        };
        let (tree, _) = Tree::fragment(&markup);
        return blocks(&tree, tree.body().id(), url, words);
    }
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Block::paragraph).collect()
}

fn of_markdown(text: &str, url: &str, words: &Words) -> Vec<Block> {
    match archive::page(text).map(|page| page.body) {
        Some(Body::Fragment(tree)) => blocks(&tree, tree.body().id(), url, words),
        _ => Vec::new(),
    }
}

/// The first letters of what a page shows, "" for nothing that could be known again.
fn head(shown: &str) -> String {
    let letters: String = shown.chars().filter(|letter| is_letter(*letter)).take(HEAD).collect();
    if letters.chars().count() < HEAD { String::new() } else { letters.to_lowercase() }
}

/// Whether a text has these letters in one of its first blocks.
fn begins_with(blocks: &[Block], head: &str) -> bool {
    let letters: String = blocks.iter().take(8).map(Block::text).collect();
    let letters: String = letters.chars().filter(|letter| is_letter(*letter)).collect();
    letters.to_lowercase().contains(head)
}
