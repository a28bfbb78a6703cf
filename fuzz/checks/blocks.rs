use std::collections::{BTreeMap, HashMap};

use boji_clean::clean::blocks::{self, AsideReason, WrittenBlocks};
use boji_clean::clean::locate::locate;
use boji_clean::model::{Block, BlockKind};
use boji_clean::parse::html::{Step, Tree, Walk, attribute};
use boji_clean::rules::Rules;
use boji_clean::text::LOST_FORMULA;
use ego_tree::{NodeId, NodeRef};
use scraper::Node;
use scraper::node::Element;
use unicode_normalization::UnicodeNormalization;

use super::invariants;

/// A blog's address; nothing in it says what the page is.
const ADDRESS: &str = "https://mill.example/2024/05/flour";
/// Deepest quotation, deepest nesting of lists.
const DEEPEST: (u8, u8) = (8, 15);
/// Attributes whose words are shown.
const SPOKEN: [&str; 16] = [
    "alt",
    "data-text",
    "data-formula",
    "data-nickname",
    "data-miniprogram-title",
    "data-title",
    "music_name",
    "name",
    "data-miniprogram-nickname",
    "data-desc",
    "title",
    "data-footnote-content",
    "data-footnote-text",
    "data-footnote",
    "data-bigfoot-footnote",
    "data-note",
];
/// Attributes that tell where the frame of a player leads; its address is shown where it has no name.
const FRAMED: [&str; 3] = ["src", "data-src", "data-lazy-src"];
/// The mark of a note stands before the note too.
const MARK: &str = "0123456789";
/// What a class name may hold that says drawing of a formula, line number or button of a listing.
const OF_A_LISTING: [&str; 8] = ["line", "ln", "gutter", "num", "copy", "button", "block-ext", "katex"];

/// A page or a piece of one to blocks: no word is lost, doubled or moved.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let rules = Rules::shipped();
    let (page, _) = Tree::document(&text);
    let located = locate(&page, rules.words(), ADDRESS);
    let written = blocks::write(&page, located.root, ADDRESS, &located.set_aside, rules.words());
    let again = locate(&page, rules.words(), ADDRESS);
    invariants::equal(&written, &blocks::write(&page, again.root, ADDRESS, &again.set_aside, rules.words()), "blocks");
    let root = page.node(located.root).expect("what is located is in the tree");
    holds(&Words::below(root, &located.set_aside), &written, text.len());

    let (piece, _) = Tree::fragment(&text);
    let written = blocks::blocks(&piece, piece.body().id(), "", rules.words());
    holds(&Words::below(piece.body(), &HashMap::new()), &written.into(), text.len());
}

fn holds(words: &Words, written: &WrittenBlocks, read: usize) {
    let apart: Vec<Block> = written.apart.iter().map(|it| it.block.clone()).collect();
    let (own, set_aside) = (letters(&written.blocks), letters(&apart));
    assert!(invariants::is_part(&words.own, &own), "lost or moved:\nshown   {}\nwritten {own}", words.own);
    assert!(
        invariants::is_part(&words.chrome, &set_aside),
        "lost or moved in chrome:\nshown   {}\nwritten {set_aside}",
        words.chrome
    );
    let all = written.clone().into_order();
    let (shown, found, there) = (count(&words.shown), count(&letters(&all)), count(&words.there));
    for (letter, times) in &shown {
        assert!(found.get(letter).unwrap_or(&0) >= times, "{letter:?} is shown {times} times: {found:?}");
    }
    let lost: usize = all.iter().map(|block| block.text().matches(LOST_FORMULA).count()).sum();
    let is_of_command = |letter: &char| words.has_formula && letter.is_ascii_alphabetic();
    for (letter, times) in found.iter().filter(|(letter, _)| !is_of_command(letter)) {
        let bound = there.get(letter).unwrap_or(&0) + if LOST_FORMULA.contains(*letter) { lost } else { 0 };
        assert!(bound >= *times, "{letter:?} is written {times} times: {there:?}");
    }
    assert!(all.len() <= read, "{} blocks out of {read} bytes", all.len());
    let size = all.iter().map(|block| block.text().len()).sum();
    invariants::bounded(size, read, "blocks");
    for block in &all {
        assert!(block.quote <= DEEPEST.0, "a quotation in {}", block.quote);
        assert!(!matches!(block.kind, BlockKind::ListItem { depth, .. } if depth > DEEPEST.1), "{block:?}");
    }
    assert!(written.apart.iter().all(|it| it.at <= written.blocks.len()), "chrome stands behind the end");
    assert!(written.apart.is_sorted_by_key(|it| it.at), "chrome out of order");
}

/// The letters that an address may gain where signs of it and what is no ASCII are written as bytes.
fn escapes(address: &str) -> String {
    address
        .bytes()
        .filter(|byte| !byte.is_ascii_alphanumeric())
        .fold(String::new(), |escapes, byte| format!("{escapes}{byte:02X}"))
}

fn letters(blocks: &[Block]) -> String {
    blocks.iter().map(|block| plain(&block.text())).collect()
}

/// Letters and digits; raised and lowered ones as plain, for `sup` and `sub` are written with signs of their own.
fn plain(text: &str) -> String {
    let is_raised = |letter: &char| matches!(letter, '²' | '³' | '¹' | 'ᴬ'..='ᵪ' | '⁰'..='ₜ');
    let fold =
        |letter: char| if is_raised(&letter) { std::iter::once(letter).nfkc().collect() } else { String::from(letter) };
    invariants::letters(&text.chars().map(fold).collect::<String>())
}

/// The addresses from which a page says that its own are resolved.
fn bases(root: NodeRef<'_, Node>) -> String {
    let elements = root.tree().nodes().filter_map(|node| node.value().as_element());
    elements.filter(|element| element.name() == "base").filter_map(|element| attribute(element, "href")).collect()
}

fn count(letters: &str) -> BTreeMap<char, usize> {
    let mut times = BTreeMap::new();
    letters.chars().for_each(|letter| *times.entry(letter).or_default() += 1);
    times
}

/// The letters below an element, found without the writer.
#[derive(Default)]
struct Words {
    /// Surely shown, in order, outside of page chrome and captions, which stand before their tables.
    own: String,
    /// The same inside of page chrome. What a table makes of it is left out, for its cells stay together.
    chrome: String,
    /// Surely shown, anywhere.
    shown: String,
    /// All that is there, hidden text and what attributes say among it.
    there: String,
    /// MathML is written as TeX, whose commands have letters of their own.
    has_formula: bool,
}

impl Words {
    fn below(root: NodeRef<'_, Node>, chrome: &HashMap<NodeId, AsideReason>) -> Self {
        let mut words = Self::default();
        let mut inside = Inside::default();
        let bases = bases(root);
        for step in Walk::new(root) {
            let (Step::Enter(node) | Step::Leave(node)) = step;
            match (node.value(), step) {
                (Node::Text(text), Step::Enter(_)) => words.add(&plain(text), &inside),
                (Node::Element(element), _) => {
                    let is_root = node.id() == root.id();
                    let set_aside = !is_root && chrome.contains_key(&node.id());
                    if matches!(step, Step::Enter(_)) {
                        let spoken = SPOKEN.iter().filter_map(|name| attribute(element, name));
                        spoken.for_each(|words_of| words.there.push_str(&plain(words_of)));
                        if element.name() == "iframe" {
                            for address in
                                FRAMED.iter().filter_map(|name| attribute(element, name)).chain([ADDRESS, &bases])
                            {
                                words.there.push_str(&plain(address));
                                words.there.push_str(&escapes(address));
                            }
                        }
                        words.has_formula |= element.name() == "math";
                        if is_note(node, element) {
                            words.there.push_str(&MARK.repeat(4));
                        }
                        inside.enter(node, element, is_root, set_aside);
                    } else {
                        inside.leave(node, element, is_root, set_aside);
                    }
                }
                _ => {}
            }
        }
        words
    }

    fn add(&mut self, letters: &str, inside: &Inside) {
        self.there.push_str(letters);
        if inside.doubtful > 0 {
            return;
        }
        self.shown.push_str(letters);
        if inside.captions == 0 && inside.chrome == 0 {
            self.own.push_str(letters);
        } else if inside.captions == 0 && inside.solid == 0 {
            self.chrome.push_str(letters);
        }
    }
}

/// How many elements of each sort are open.
#[derive(Default)]
struct Inside {
    /// Hidden, or something other than text: whether its words are shown is the writer's to say.
    doubtful: usize,
    chrome: usize,
    captions: usize,
    /// Tables and listings round a piece of page chrome.
    solid: usize,
}

impl Inside {
    fn enter(&mut self, node: NodeRef<'_, Node>, element: &Element, is_root: bool, set_aside: bool) {
        self.solid += usize::from(self.chrome == 0 && is_solid(element));
        self.doubtful += usize::from(is_doubtful(node, element, is_root));
        self.captions += usize::from(element.name() == "caption");
        self.chrome += usize::from(set_aside);
    }

    fn leave(&mut self, node: NodeRef<'_, Node>, element: &Element, is_root: bool, set_aside: bool) {
        self.chrome -= usize::from(set_aside);
        self.captions -= usize::from(element.name() == "caption");
        self.doubtful -= usize::from(is_doubtful(node, element, is_root));
        self.solid -= usize::from(self.chrome == 0 && is_solid(element));
    }
}

fn is_solid(element: &Element) -> bool {
    matches!(element.name(), "table" | "pre")
}

/// A note in its sentence, which comes behind it, or the mark of one that states it.
fn is_note(node: NodeRef<'_, Node>, element: &Element) -> bool {
    let rules = Rules::shipped();
    let words = &rules.words().blocks;
    let class = attribute(element, "class").unwrap_or_default();
    blocks::is_inline_note(node, element, words)
        || class.split_ascii_whitespace().any(|class| words.is_note_mark(class))
}

fn is_doubtful(node: NodeRef<'_, Node>, element: &Element, is_root: bool) -> bool {
    let name = element.name();
    let class = attribute(element, "class").unwrap_or_default();
    let rules = Rules::shipped();
    let words = &rules.words().blocks;
    (!is_root && blocks::is_hidden(node, element, words))
        || blocks::is_silent(name)
        || matches!(name, "math" | "button")
        || name.starts_with("mp")
        || name.starts_with("qqmusic")
        || attribute(element, "data-formula").is_some()
        || attribute(element, "data-line-number").is_some()
        || class.contains("MathJax")
        || OF_A_LISTING.iter().any(|word| class.contains(word))
        || is_note(node, element)
        || is_beside_listing(node, element)
        || class.split_ascii_whitespace().any(|class| words.is_heading_tool(class))
        || (name == "a" && attribute(element, "href").is_some_and(|href| href.contains('#')))
}

/// The box of a listing, a listing with more than lines in it, a cell with a number: what counts or names is left out.
fn is_beside_listing(node: NodeRef<'_, Node>, element: &Element) -> bool {
    let holds = |names: &[&str]| {
        node.descendants().skip(1).filter_map(|node| node.value().as_element()).any(|it| names.contains(&it.name()))
    };
    match element.name() {
        "pre" => node.descendants().skip(1).any(|node| node.value().as_element().is_some_and(|it| it.name() != "br")),
        "td" => Tree::text_of(node).trim().bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_whitespace()),
        "figure" => holds(&["pre", "table"]),
        "div" | "section" => {
            let class = attribute(element, "class").unwrap_or_default();
            let rules = Rules::shipped();
            class.split_ascii_whitespace().any(|class| rules.words().blocks.is_listing(class))
                && holds(&["pre", "table"])
        }
        _ => false,
    }
}
