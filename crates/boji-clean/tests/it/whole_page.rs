//! Nothing of a page is lost in silence: each word that it shows stands in a block, kept or with the reason why not.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use boji_clean::clean::{Context, clean_page};
use boji_clean::parse::Input;
use boji_clean::rules::Rules;
use proptest::prelude::*;

/// An article of its own, round which the boxes of a site stand.
const ARTICLE: [&str; 3] = [
    "The lock keeper opens the upper gate at six, when the river has fallen far enough to show the third step.",
    "By noon the barges have passed, and whoever comes later waits for the evening, since nobody fills the basin for one boat.",
    "He writes each name into a book, the hour beside it, and the weather where there was any worth a word.",
];
/// What a box may be, with names that speak for it, against it and of nothing.
const BOXES: [&str; 24] = [
    "div",
    "section",
    "aside",
    "header",
    "footer",
    "nav",
    "main",
    "article",
    "blockquote",
    "figure",
    "details",
    "form",
    "div class=sidebar",
    "div class=related-posts",
    "div class=comments",
    "div class=newsletter",
    "div class=entry-content",
    "div class=widget",
    "div class=card",
    "div id=footer",
    "section class=share",
    "aside class=note",
    "div role=navigation",
    "div class=author-bio",
];
/// What bears words in them. Buttons are left out: those of a listing go with its line numbers.
const WORDED: [&str; 13] = [
    "p",
    "h2",
    "h3",
    "span",
    "li",
    "a href=/x",
    "td",
    "dd",
    "pre",
    "figcaption",
    "p class=meta",
    "div class=tags",
    "summary",
];

/// One part of a page.
#[derive(Debug, Clone)]
enum Part {
    Words { element: usize, count: usize },
    Box { element: usize, parts: Vec<Part> },
    Article,
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let leaf = prop_oneof![
        6 => (0..WORDED.len(), 1..24_usize).prop_map(|(element, count)| Part::Words { element, count }),
        1 => Just(Part::Article),
    ];
    let part = leaf.prop_recursive(4, 40, 6, |inner| {
        (0..BOXES.len(), prop::collection::vec(inner, 1..6)).prop_map(|(element, parts)| Part::Box { element, parts })
    });
    prop::collection::vec(part, 1..8)
}

/// Writes parts as HTML, each word another one.
fn write(parts: &[Part], html: &mut String, words: &mut usize, in_article: &mut bool) {
    for part in parts {
        match part {
            Part::Words { element, count } => {
                let element = WORDED[*element];
                let name = element.split(' ').next().unwrap_or_default();
                let (open, close) = match name {
                    "li" => ("<ul>", "</ul>"),
                    "td" => ("<table><tr>", "</tr></table>"),
                    "dd" => ("<dl>", "</dl>"),
                    "figcaption" => ("<figure>", "</figure>"),
                    "summary" => ("<details open>", "</details>"),
                    _ => ("", ""),
                };
                write!(html, "{open}<{element}>").expect("written");
                for _ in 0..*count {
                    *words += 1;
                    write!(html, "word{words} ").expect("written");
                }
                write!(html, "</{name}>{close}").expect("written");
            }
            Part::Box { element, parts } => {
                let element = BOXES[*element];
                let name = element.split(' ').next().unwrap_or_default();
                write!(html, "<{element}>").expect("written");
                write(parts, html, words, in_article);
                write!(html, "</{name}>").expect("written");
            }
            Part::Article if *in_article => {}
            Part::Article => {
                *in_article = true;
                write!(html, "<article><h1>The lock</h1><p>{}</p></article>", ARTICLE.join("</p><p>"))
                    .expect("written");
            }
        }
    }
}

/// The numbered words of a text.
fn numbered(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| word.starts_with("word")).map(str::to_owned).collect()
}

proptest! {
    #[test]
    fn each_word_of_a_page_stands_in_a_block(parts in parts()) {
        let (mut body, mut count, mut has_article) = (String::new(), 0, false);
        write(&parts, &mut body, &mut count, &mut has_article);
        if !has_article {
            write(&[Part::Article], &mut body, &mut count, &mut has_article);
        }
        let html = format!("<html><head><title>The lock</title></head><body>{body}</body></html>");
        let input = Input { bytes: html.as_bytes(), url: "https://locks.example/the-lock", ..Input::default() };
        let cleaned = clean_page(&input, &Context::default(), &Rules::shipped());
        let Some(article) = cleaned.article else { return Ok(()) };
        let found: BTreeSet<String> = article.blocks.iter().flat_map(|judged| numbered(&judged.block.text())).collect();
        let shown: BTreeSet<String> = (1..=count).map(|number| format!("word{number}")).collect();
        let missing: Vec<&String> = shown.difference(&found).collect();
        prop_assert!(missing.is_empty(), "{missing:?} stand in no block of {html}");
    }
}
