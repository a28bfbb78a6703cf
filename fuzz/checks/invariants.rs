use std::fmt::Debug;

use boji_clean::clean::{Cleaned, Context, Judged, blocks, clean_page, judge, render};
use boji_clean::model::{Block, BlockKind, Facts, JudgedBlock, Label, Origin, PageState};
use boji_clean::parse::{Body, Input, archive};
use boji_clean::rules::Rules;
use unicode_normalization::UnicodeNormalization as _;

/// Bytes of text or Markdown that one byte of input may become, at most: a quotation writes its marks before each
/// line, and a list its indentation.
const GROWTH: usize = 64;
/// What may come on top of that for the smallest inputs.
const ALLOWANCE: usize = 4_096;

/// Letters and digits, radicals of the Kangxi block as the characters that they stand for.
pub fn letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(u32::from(letter), 0x2F00..=0x2FDF) {
            out.extend(std::iter::once(letter).nfkc());
        } else if letter.is_alphanumeric() {
            out.push(letter);
        }
    }
    out
}

/// Whether the letters of `part` stand in `whole` in their order; others may stand between them.
pub fn is_part(part: &str, whole: &str) -> bool {
    let mut whole = whole.chars();
    part.chars().all(|letter| whole.any(|found| found == letter))
}

fn letters_of<'a>(blocks: impl Iterator<Item = &'a Block>) -> String {
    blocks.map(|block| letters(&block.text())).collect()
}

/// The same bytes give the same value.
pub fn equal<T: Debug>(first: &T, second: &T, what: &str) {
    assert_eq!(format!("{first:?}"), format!("{second:?}"), "{what}: not the same twice");
}

/// Cleans a page. Every fourth input tells soon enough whether the same bytes give the same article; only an article is one.
pub fn cleaned(input: &Input<'_>, rules: &Rules, length: usize) -> Cleaned {
    let cleaned = clean_page(input, &Context::default(), rules);
    if (length / 2).is_multiple_of(4) {
        equal(&cleaned, &clean_page(input, &Context::default(), rules), "article");
    }
    assert_eq!(cleaned.article.is_some(), cleaned.state == PageState::Article, "{}", cleaned.evidence);
    cleaned
}

/// What is written is no more than a small multiple of what was read.
pub fn bounded(written: usize, read: usize, what: &str) {
    assert!(written <= read * GROWTH + ALLOWANCE, "{what}: {written} bytes out of {read}");
}

/// Every block that went in came out with a verdict: no letter and no picture is in none.
pub fn all_judged(before: &[Block], after: &[JudgedBlock]) {
    // What the page has outside of the article came in by another door.
    let after: Vec<&JudgedBlock> = after.iter().filter(|judged| !judged.verdict.rule.is_of_the_page()).collect();
    assert_eq!(letters_of(after.iter().map(|judged| &judged.block)), letters_of(before.iter()), "a letter was lost");
    let pictures = |block: &Block| block.images().map(|image| image.url.clone()).collect::<Vec<_>>();
    let before: Vec<String> = before.iter().flat_map(pictures).collect();
    let pictures_after: Vec<String> = after.iter().flat_map(|judged| pictures(&judged.block)).collect();
    assert_eq!(pictures_after, before, "a picture was lost");
    for judged in after {
        let kept = judged.verdict.label == Label::Keep;
        assert!(!judged.verdict.rule.as_str().is_empty(), "a verdict without rule: {judged:?}");
        assert_eq!(kept, judged.verdict.category.is_none(), "a verdict without category: {judged:?}");
    }
}

/// The text is what the kept blocks say and nothing else.
pub fn text_is_whole(blocks: &[JudgedBlock], text: &str) {
    let mut want = String::new();
    for block in blocks.iter().filter(|judged| judged.verdict.label == Label::Keep).map(|judged| &judged.block) {
        let words = block.text();
        if let BlockKind::ListItem { number: Some(number), .. } = block.kind
            && !words.trim().is_empty()
        {
            want.push_str(&number.to_string());
        }
        want.push_str(&letters(&words));
    }
    assert_eq!(letters(text), want, "the text is not the kept blocks");
}

/// The blocks of an archive, before any verdict.
pub fn archived(body: &Body) -> Vec<Block> {
    let Body::Fragment(tree) = body else { return Vec::new() };
    blocks::blocks(tree, tree.body().id(), "", Rules::shipped().words())
}

/// Markdown of our own, read as an export that is imported again, has the letters of the text.
pub fn reads_back(blocks: &[JudgedBlock], markdown: &str) -> Vec<Block> {
    let kept = blocks.iter().filter(|judged| judged.verdict.label == Label::Keep).map(|judged| &judged.block);
    let exported = format!("---\nid: \"0\"\ntitle: \"t\"\ncontent_hash: \"b3:0\"\n---\n\n{markdown}");
    let read = archive::page(&exported).map_or_else(Vec::new, |page| archived(&page.body));
    assert_eq!(letters_of(read.iter()), letters_of(kept), "read back otherwise:\n{markdown}");
    read
}

/// Judges blocks and checks all that must hold of the result.
pub fn judged(blocks: &[Block], facts: &Facts, read: usize) -> Judged {
    let rules = Rules::shipped();
    let judged = judge(blocks.to_vec(), Origin::Wechat, facts, &rules, None);
    all_judged(blocks, &judged.blocks);
    let (text, markdown) = (render::text(&judged.blocks), render::markdown(&judged.blocks));
    text_is_whole(&judged.blocks, &text);
    bounded(text.len(), read, "text");
    bounded(markdown.len(), read, "Markdown");
    let again = reads_back(&judged.blocks, &markdown);
    // What stands at the ends of an article is judged by its place there, so that a second cleaning may take more; it
    // loses nothing either.
    all_judged(&again, &judge(again.clone(), Origin::Wechat, facts, &rules, None).blocks);
    judged
}
