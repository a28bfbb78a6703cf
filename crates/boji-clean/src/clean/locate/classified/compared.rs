use std::collections::{HashMap, HashSet};

use ego_tree::NodeRef;
use scraper::Node;

use super::super::trim::{PageContext, page_title};
use crate::clean::address::leads_within;
use crate::parse::html::{Step, Walk, attribute};
use crate::text::{is_common_han, is_letter};

/// Most links of a text that are looked at.
const MOST_LINKS: usize = 12;
/// Most bytes of a word that are compared.
const MAX_WORD: usize = 24;
/// From here on scripts are written without spaces: each letter is a word.
const WIDE: char = '\u{2E80}';

/// What a text has in common with its page.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct InCommon {
    /// Its links; those to other pages of the site; those of them whose path has as many steps as the page's own, as that of
    /// another article has.
    pub(super) links: usize,
    pub(super) within: usize,
    pub(super) alike: usize,
    /// Share of its words that stand in the title of the page.
    pub(super) title: f32,
}

/// The page with which texts are compared.
pub(super) struct Compared<'a> {
    page: PageContext<'a>,
    title: HashSet<String>,
    steps: usize,
    /// Whether an address leads to another page of the site: the same ones stand in a page again and again.
    within: HashMap<&'a str, bool>,
}

impl<'a> Compared<'a> {
    pub(super) fn new(page: PageContext<'a>) -> Self {
        let mut title = HashSet::new();
        words(&page_title(page.tree), |word| {
            title.insert(word.to_owned());
        });
        Self { page, title, steps: steps(page.url), within: HashMap::new() }
    }

    pub(super) fn in_common(&mut self, node: NodeRef<'a, Node>) -> InCommon {
        let mut common = InCommon::default();
        let mut text = String::new();
        for step in Walk::new(node) {
            let Step::Enter(node) = step else { continue };
            match node.value() {
                Node::Text(run) => text.push_str(run),
                Node::Element(element) if element.name() == "a" && common.links < MOST_LINKS => {
                    if let Some(href) = attribute(element, "href") {
                        self.link(href, &mut common);
                    }
                }
                _ => {}
            }
        }
        let (mut all, mut known) = (0_u16, 0_u16);
        words(&text, |word| {
            all = all.saturating_add(1);
            known = known.saturating_add(u16::from(self.title.contains(word)));
        });
        common.title = if all == 0 { 0.0 } else { f32::from(known) / f32::from(all) };
        common
    }

    fn link(&mut self, href: &'a str, common: &mut InCommon) {
        let PageContext { url, words, .. } = self.page;
        let is_within = *self.within.entry(href).or_insert_with(|| leads_within(href, url, &words.addresses));
        common.links += 1;
        common.within += usize::from(is_within);
        common.alike += usize::from(is_within && steps(href) == self.steps);
    }
}

/// Steps of the path of an address.
fn steps(address: &str) -> usize {
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => address,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.split('/').filter(|step| !step.is_empty()).count()
}

/// The words of a text in small letters.
fn words(text: &str, mut take: impl FnMut(&str)) {
    let mut word = String::new();
    let mut end = |word: &mut String| {
        if !word.is_empty() {
            take(word);
            word.clear();
        }
    };
    for letter in text.chars() {
        if is_common_han(letter) {
            end(&mut word);
            word.push(letter);
            end(&mut word);
            continue;
        }
        for letter in letter.to_lowercase() {
            let (is_wide, is_letter) = (letter >= WIDE, is_letter(letter));
            if is_wide || !is_letter {
                end(&mut word);
            }
            if is_letter && word.len() < MAX_WORD {
                word.push(letter);
            }
            if is_wide {
                end(&mut word);
            }
        }
    }
    end(&mut word);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::html::Tree;
    use crate::rules::Rules;

    #[test]
    fn a_text_is_compared_with_the_address_and_the_title_of_its_page() {
        let rules = Rules::shipped();
        let (tree, _) = Tree::document("<title>The river rose again</title>");
        let page = PageContext { tree: &tree, url: "https://river.example/news/rising", words: rules.words() };
        let cases = [
            ("<p>No link at all</p>", 0, 0, 0, 0.0),
            ("<p><a href='/news/falling'>Again the river</a></p>", 1, 1, 1, 1.0),
            ("<p><a href='https://www.river.example/about'>Who we are</a></p>", 1, 1, 0, 0.0),
            ("<p><a href='https://hills.example/news/rising'>The hills</a></p>", 1, 0, 0, 0.5),
            ("<p><a href='#note'>A note</a> of the <a>river</a></p>", 1, 0, 0, 0.4),
        ];
        for (html, links, within, alike, title) in cases {
            let (part, _) = Tree::fragment(html);
            let node = part.elements().find(|(_, it)| it.name() == "p").expect("a paragraph").0;
            let common = Compared::new(page).in_common(node);
            assert_eq!(common, InCommon { links, within, alike, title }, "{html}");
        }
    }

    #[test]
    fn each_wide_letter_is_a_word() {
        let mut found = Vec::new();
        words("Old-town 春潮2", |word| found.push(word.to_owned()));
        assert_eq!(found, ["old", "town", "春", "潮", "2"]);
    }
}
