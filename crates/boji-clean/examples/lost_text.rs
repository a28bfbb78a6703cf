//! What cleaning loses in silence: `lost_text FOLDER…` prints, for each page whose blocks lack words that it shows, those words.
//! Words are compared as letters and digits, so that marks, links and line ends count nothing.
#![allow(clippy::print_stdout, reason = "a tool for developers")]

use std::collections::HashMap;
use std::path::Path;

use boji_clean::clean::blocks::{is_hidden, is_silent};
use boji_clean::clean::{Context, clean_page};
use boji_clean::parse::html::{Step, Tree, Walk, is_block};
use boji_clean::parse::{Input, MarkupHint, decode};
use boji_clean::rules::Rules;
use scraper::Node;

fn main() -> std::io::Result<()> {
    let rules = Rules::shipped();
    let (mut pages, mut whole, mut words, mut lost) = (0, 0, 0, 0);
    for folder in std::env::args().skip(1) {
        let mut files: Vec<_> = std::fs::read_dir(&folder)?.filter_map(Result::ok).map(|file| file.path()).collect();
        files.sort();
        for file in files.iter().filter(|file| file.extension().is_some_and(|it| it == "html")) {
            let Some(missing) = missing(file, &rules)? else { continue };
            pages += 1;
            whole += usize::from(missing.is_empty());
            words += missing.len();
            if !missing.is_empty() {
                lost += 1;
                println!("{} {}: {}", missing.len(), file.display(), missing.join(" | "));
            }
        }
    }
    println!("{pages} articles: {whole} whole, {lost} lack {words} words");
    Ok(())
}

/// The words of a page that stand in none of its blocks as often as in the page.
fn missing(file: &Path, rules: &Rules) -> std::io::Result<Option<Vec<String>>> {
    let bytes = std::fs::read(file)?;
    let input = Input { bytes: &bytes, ..Input::default() };
    let Some(article) = clean_page(&input, &Context::default(), rules).article else { return Ok(None) };
    let mut left: HashMap<String, isize> = HashMap::new();
    for judged in &article.blocks {
        let text = judged.block.text();
        for word in letters(&text) {
            *left.entry(word).or_default() += 1;
        }
    }
    let html = decode(&bytes, "text/html", MarkupHint::Html).text;
    let (tree, _) = Tree::document(&html);
    let mut missing = Vec::new();
    for word in letters(&shown(&tree, rules)) {
        let count = left.entry(word.clone()).or_default();
        *count -= 1;
        if *count < 0 {
            missing.push(word);
        }
    }
    Ok(Some(missing))
}

fn letters(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// What a reader sees of a page.
fn shown(tree: &Tree, rules: &Rules) -> String {
    let mut text = String::new();
    let mut walk = Walk::new(tree.body());
    while let Some(step) = walk.next() {
        let (Step::Enter(node) | Step::Leave(node)) = step;
        match (step, node.value()) {
            (Step::Enter(_), Node::Text(run)) => text.push_str(run),
            (Step::Enter(_), Node::Element(element))
                if is_silent(element.name()) || is_hidden(node, element, &rules.words().blocks) =>
            {
                walk.skip_children();
            }
            (_, Node::Element(element)) if is_block(element.name()) || element.name() == "br" => text.push('\n'),
            _ => {}
        }
    }
    text
}
