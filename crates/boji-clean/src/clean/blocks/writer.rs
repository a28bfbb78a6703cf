use std::collections::HashMap;

use ego_tree::{NodeId, NodeRef};
use scraper::Node;
use scraper::node::Element;
use url::Url;

use super::card::{card, holds_blocks};
use super::code::{is_listing_control, is_prose, listing};
use super::formula::{formula, join_lines, of_three_dollars};
use super::hidden::is_hidden;
use super::image::{background, emoji, is_boxed, is_picture_figure, label, picture, sourced};
use super::inline_style::{InlineStyle, is_line, keeps_lines};
use super::line::Line;
use super::link_run::LinkRun;
use super::list::{List, is_code_list};
use super::listing_box::{is_listing_box, is_listing_tool};
use super::names::{declares, has_class, heading_level, is_silent};
use super::notes::{is_inline_note, stated_note};
use super::opened::ButtonRole;
use super::permalink::{is_permalink, leads_to_own_heading};
use super::pictured::{PicturedFormula, pictured_formula};
use super::quotation::{Side, quotation_mark};
use super::raised::{lowered, raised};
use super::recorded::recorded;
use super::table::{self, TableForm};
use super::written::{AsideReason, SetAside, WrittenBlocks};
use crate::model::{Block, BlockKind, Cell, Image, Span, Style};
use crate::parse::html::{Step, Tree, Walk, attribute, is_block};
use crate::rules::words::{BlockWords, Words};
use crate::text::{LOST_FORMULA, is_letter};

/// Deepest quotation and deepest nesting of lists written; what lies deeper stands at this depth. Both are as deep as
/// Markdown is read. Every line of text repeats its depth, so that this bounds how a page can grow.
const MAX_QUOTE: u8 = 8;
const MAX_LIST_DEPTH: usize = 15;

/// Most pictures that are listed as backgrounds.
const MAX_BACKGROUNDS: usize = 200;

/// Writes what is below `root` as blocks, in one pass and in reading order. Hidden elements are passed over. Links and
/// pictures are made absolute against the page's `base` and `base_url` ("" for none).
pub fn blocks(tree: &Tree, root: NodeId, base_url: &str, words: &Words) -> Vec<Block> {
    write(tree, root, base_url, &HashMap::new(), words).blocks
}

/// As [`blocks`], with the elements that are page chrome set aside, each with what is below it.
#[expect(clippy::implicit_hasher, reason = "the map always comes from `locate` or is empty")]
pub fn write(
    tree: &Tree,
    root: NodeId,
    base_url: &str,
    set_aside: &HashMap<NodeId, AsideReason>,
    words: &Words,
) -> WrittenBlocks {
    let Some(root) = tree.node(root) else { return WrittenBlocks::default() };
    let mut writer = BlockWriter::new(tree.base(base_url), &words.blocks);
    let mut apart = Vec::new();
    writer.walk(root, set_aside, &mut apart);
    WrittenBlocks { blocks: writer.out, apart, backgrounds: writer.backgrounds }
}

/// The controls that WeChat's scripts put into an article, to be set aside.
pub fn controls(tree: &Tree, words: &Words) -> HashMap<NodeId, AsideReason> {
    let is_control = |element: &Element| has_class(element, |class| words.blocks.is_control(class));
    let found = tree.body().descendants().filter(|node| node.value().as_element().is_some_and(is_control));
    found.map(|node| (node.id(), AsideReason::Chrome)).collect()
}

#[derive(Debug)]
struct BlockWriter<'a> {
    words: &'a BlockWords,
    out: Vec<Block>,
    line: Line,
    base: Option<Url>,
    quote: u8,
    heading: Option<u8>,
    /// Figures open whose pictures and words make one block.
    figures: u32,
    lists: Vec<List>,
    /// The item whose first block is still to be written.
    item: Option<(u8, Option<u32>)>,
    /// Items open: whether their first words were written, behind which more stands in them.
    items: Vec<bool>,
    settings: Vec<(NodeId, InlineStyle)>,
    link: LinkRun,
    /// The box of a listing that is open.
    listing: Option<NodeId>,
    /// Notes that stand in the block being written: they come behind it.
    notes: Vec<Block>,
    /// What is written is such a note, or stands in one.
    in_note: bool,
    /// The pictures set behind what is written, each once.
    backgrounds: Vec<String>,
}

impl<'a> BlockWriter<'a> {
    fn new(base: Option<Url>, words: &'a BlockWords) -> Self {
        Self {
            words,
            out: Vec::new(),
            line: Line::default(),
            base,
            quote: 0,
            heading: None,
            figures: 0,
            lists: Vec::new(),
            item: None,
            items: Vec::new(),
            settings: Vec::new(),
            link: LinkRun::default(),
            listing: None,
            notes: Vec::new(),
            in_note: false,
            backgrounds: Vec::new(),
        }
    }

    /// Writes everything below an element.
    fn walk(&mut self, root: NodeRef<'_, Node>, set_aside: &HashMap<NodeId, AsideReason>, apart: &mut Vec<SetAside>) {
        let mut walk = Walk::new(root);
        let mut passed_over = None;
        while let Some(step) = walk.next() {
            match step {
                Step::Enter(node) => match node.value() {
                    Node::Text(text) => self.lines(node, text),
                    Node::Element(element) => {
                        let hidden = node.id() != root.id() && is_hidden(node, element, self.words);
                        // The box of a task holds nothing that could be set aside, and says something of its words.
                        let is_box = element.name() == "input";
                        let reason = set_aside.get(&node.id()).filter(|_| node.id() != root.id() && !is_box);
                        if let Some(reason) = reason.filter(|_| !hidden) {
                            self.set_aside(node, element, *reason, apart);
                        } else if !hidden && self.listing.is_none() {
                            let at = self.out.len();
                            let found = recorded(node, element, self.base.as_ref(), self.words);
                            apart.extend(found.map(|(reason, block)| SetAside { at, reason, block }));
                        }
                        if hidden || reason.is_some() || !self.enter(node, element) {
                            passed_over = Some(node.id());
                            walk.skip_children();
                        }
                    }
                    _ => {}
                },
                Step::Leave(node) => {
                    if passed_over.take_if(|id| *id == node.id()).is_none()
                        && let Node::Element(element) = node.value()
                    {
                        self.leave(node, element);
                    }
                }
            }
        }
        self.flush();
    }

    /// Writes a piece of page chrome beside the article. A run of text goes on behind one that stands in a line.
    fn set_aside(
        &mut self,
        node: NodeRef<'_, Node>,
        element: &Element,
        reason: AsideReason,
        apart: &mut Vec<SetAside>,
    ) {
        if is_block(element.name()) {
            self.boundary();
        }
        let mut writer = Self::new(self.base.take(), self.words);
        let mut inner = Vec::new();
        writer.walk(node, &HashMap::new(), &mut inner);
        self.base = writer.base;
        let at = self.out.len();
        let whole = WrittenBlocks { blocks: writer.out, apart: inner, backgrounds: Vec::new() };
        apart.extend(whole.into_order().into_iter().map(|block| SetAside { at, reason, block }));
    }

    /// Text as the page has it; where its style keeps line ends they are breaks.
    fn lines(&mut self, node: NodeRef<'_, Node>, text: &str) {
        let text = &*of_three_dollars(text);
        if self.is_joined() || !text.trim().contains('\n') || !keeps_lines(node, self.words) {
            return self.text(text);
        }
        for (nth, line) in text.trim_matches('\n').split('\n').enumerate() {
            if nth > 0 {
                self.line.line_break();
            }
            self.text(line);
        }
    }

    fn text(&mut self, text: &str) {
        if self.line.is_parted() && !self.is_joined() && text.contains(|c: char| !c.is_whitespace()) {
            self.flush();
        }
        let (style, href) = self.settings.last().map_or((Style::default(), ""), |(_, it)| (it.style, it.href.as_str()));
        if text.contains(|c: char| !c.is_whitespace()) {
            self.link.next(style, href, self.line.is_empty());
        }
        self.line.text(text, style, if self.link.is_unclosed() { "" } else { href });
    }

    /// True inside of an element whose content becomes one block whatever stands in it.
    fn is_joined(&self) -> bool {
        self.heading.is_some() || self.figures > 0
    }

    fn boundary(&mut self) {
        if self.is_joined() || self.line.is_note_mark() {
            self.line.space();
        } else {
            self.flush();
        }
    }

    fn flush(&mut self) {
        self.flush_line();
        for note in std::mem::take(&mut self.notes) {
            self.push(note);
        }
    }

    fn flush_line(&mut self) {
        let words = self.line.has_text();
        let mut spans = self.line.take();
        if spans.is_empty() {
            return;
        }
        for span in &mut spans {
            if let Span::Text { text, .. } = span {
                join_lines(text);
            }
        }
        let pictures = spans.iter().any(|span| matches!(span, Span::Image(_)));
        let kind = if pictures && (!words || self.figures > 0) {
            BlockKind::Figure
        } else if let Some(level) = self.heading {
            self.item = None;
            BlockKind::Heading(level)
        } else if let Some((depth, number)) = self.item.take() {
            if let Some(is_begun) = self.items.last_mut() {
                *is_begun = true;
            }
            self.push(Block::new(BlockKind::ListItem { depth, number }, spans));
            return;
        } else {
            BlockKind::Paragraph
        };
        self.push(Block::new(kind, spans));
    }

    fn push(&mut self, block: Block) {
        let items = match block.kind {
            BlockKind::ListItem { .. } => 0,
            _ => self.items.iter().take_while(|is_begun| **is_begun).take(MAX_LIST_DEPTH + 1).count() as u8,
        };
        self.out.push(Block { quote: self.quote.min(MAX_QUOTE), items, ..block });
    }

    /// Begins an element; false when its content is not to be entered.
    fn enter(&mut self, node: NodeRef<'_, Node>, element: &Element) -> bool {
        let name = element.name();
        if let Some(url) = background(element, self.base.as_ref()) {
            if self.backgrounds.len() < MAX_BACKGROUNDS && !self.backgrounds.contains(&url) {
                self.backgrounds.push(url.clone());
            }
            if is_boxed(node, element) {
                self.boundary();
                self.image(Image { url, alt: label(element), width: 0 });
            }
        }
        if let Some(formula) = formula(node, element) {
            self.text(&formula);
            return false;
        }
        if name == "input" && self.item.is_some() && self.line.is_empty() {
            self.task_mark(element);
        }
        if is_silent(name) || self.is_tool(node, element) {
            return false;
        }
        if !self.in_note && is_inline_note(node, element, self.words) {
            self.note(node);
            return false;
        }
        if let Some(note) = stated_note(node, element, self.words)
            && !self.notes.iter().any(|known| known.text().ends_with(&note))
        {
            let mark = Tree::short_text_of(node, MAX_MARK).and_then(|mark| raised(&mark, "a", None));
            self.notes.push(Block::paragraph(mark.map_or_else(|| note.clone(), |mark| format!("{mark} {note}"))));
        }
        if name == "button" {
            match ButtonRole::of(node, element, self.words) {
                ButtonRole::Control => return false,
                ButtonRole::Question => self.boundary(),
                // It has an edge.
                ButtonRole::Word if self.line.tail().ends_with(is_letter) => self.line.space(),
                ButtonRole::Word => {}
            }
        }
        if let Some(card) = card(element, self.words) {
            self.flush();
            if !card.spans.is_empty() {
                self.push(card);
            }
            return holds_blocks(node);
        }
        if name == "mp-style-type" {
            return holds_blocks(node);
        }
        if is_block(name) {
            return self.enter_block(node, element);
        }
        if is_line(node, element, self.words) {
            self.boundary();
        }
        self.enter_inline(node, element)
    }

    /// Whether an element works a listing or a heading and is none of it.
    fn is_tool(&self, node: NodeRef<'_, Node>, element: &Element) -> bool {
        (matches!(element.name(), "ul" | "ol" | "td" | "pre") && is_listing_control(node, element, self.words))
            || (self.listing.is_some_and(|it| it != node.id()) && is_listing_tool(node, element, self.words))
            || is_permalink(node, element, self.words)
    }

    /// Writes a note that stands in a sentence, to come behind it with the mark that stands before it.
    fn note(&mut self, node: NodeRef<'_, Node>) {
        let mark: String =
            self.line.tail().chars().rev().take(MAX_DIGITS).take_while(|c| is_raised_digit(*c)).collect();
        let mut note = self.in_one_line(node, true).spans;
        if !mark.is_empty() {
            note.insert(0, Span::plain(format!("{} ", mark.chars().rev().collect::<String>())));
        }
        if !note.is_empty() {
            self.notes.push(Block::new(BlockKind::Paragraph, note));
        }
        if next_char(node).is_some_and(is_letter) {
            self.line.space();
        }
    }

    fn enter_block(&mut self, node: NodeRef<'_, Node>, element: &Element) -> bool {
        let name = element.name();
        if !self.is_joined() && !matches!(name, "p" | "div" | "section" | "dd") {
            self.flush();
        }
        self.boundary();
        if self.listing.is_none() && is_listing_box(node, element, self.words) {
            self.listing = Some(node.id());
        }
        match name {
            "hr" if !self.is_joined() => {
                if self.out.last().is_some_and(|block| block.kind != BlockKind::Rule) {
                    self.push(Block::new(BlockKind::Rule, Vec::new()));
                }
            }
            "blockquote" => self.quote = self.quote.saturating_add(1),
            "ul" | "menu" | "dir" => self.lists.push(List::default()),
            "ol" if is_code_list(node, self.words) => {
                self.write_code(node);
                return false;
            }
            "ol" => self.lists.push(List::ordered(node, element)),
            "li" if !self.is_joined() => self.begin_item(element),
            "figure" if is_picture_figure(node) => {
                self.flush();
                self.figures += 1;
            }
            "pre" if !is_prose(node, self.words) => {
                self.write_code(node);
                return false;
            }
            "table" => return self.enter_table(node),
            _ => {
                if let Some(level) = heading_level(name) {
                    self.heading = Some(level);
                }
            }
        }
        true
    }

    fn begin_item(&mut self, element: &Element) {
        let depth = self.lists.len().saturating_sub(1).min(MAX_LIST_DEPTH) as u8;
        let stated = attribute(element, "value").and_then(|value| value.trim().parse().ok());
        let number = self.lists.last_mut().and_then(|list| list.number(stated));
        self.item = Some((depth, number));
        self.items.push(false);
    }

    fn enter_table(&mut self, node: NodeRef<'_, Node>) -> bool {
        match table::form(node, &mut |cell| self.cell(cell)) {
            TableForm::Layout => true,
            TableForm::Code => {
                self.write_code(node);
                false
            }
            TableForm::Data(rows) => {
                self.flush();
                for caption in table::captions(node, self.words) {
                    let caption = self.cell(caption);
                    if !caption.is_empty() {
                        self.push(Block::new(BlockKind::Paragraph, caption.spans));
                    }
                }
                self.push(Block::new(BlockKind::Table(rows), Vec::new()));
                false
            }
        }
    }

    /// What stands in a cell, written as anywhere else, in one line.
    fn cell(&mut self, node: NodeRef<'_, Node>) -> Cell {
        self.in_one_line(node, self.in_note)
    }

    fn in_one_line(&mut self, node: NodeRef<'_, Node>, in_note: bool) -> Cell {
        let mut writer = Self { in_note, ..Self::new(self.base.take(), self.words) };
        writer.walk(node, &HashMap::new(), &mut Vec::new());
        self.base = writer.base;
        table::cell(writer.out)
    }

    fn write_code(&mut self, node: NodeRef<'_, Node>) {
        self.flush();
        let listing = listing(node, self.words);
        if !listing.text.trim().is_empty() {
            self.push(Block::new(BlockKind::Code(listing.language), vec![Span::plain(listing.text)]));
        }
        for element in listing.pictures {
            self.write_image(element);
            self.flush();
        }
    }

    fn enter_inline(&mut self, node: NodeRef<'_, Node>, element: &Element) -> bool {
        match element.name() {
            "br" if self.heading.is_some() => self.line.space(),
            "br" => self.line.line_break(),
            "img" => self.write_image(element),
            "amp-img" | "amp-anim" => {
                self.write_image(element);
                return false;
            }
            "q" => self.text(quotation_mark(node, Side::Before)),
            "picture" => {
                if let Some(image) = sourced(node, self.base.as_ref(), self.words) {
                    self.image(image);
                    return false;
                }
            }
            "rt" => self.text("("),
            _ if self.raised(node, element) => return false,
            "a" if self.heading.is_some() && leads_to_own_heading(node, element) => {}
            _ => {
                if let Some(setting) = InlineStyle::of(element, self.settings.last(), self.base.as_ref()) {
                    self.settings.push((node.id(), setting));
                }
            }
        }
        true
    }

    /// The box before the words of a task, as plain text and Markdown have it.
    fn task_mark(&mut self, element: &Element) {
        let is_checkbox = attribute(element, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox"));
        // One that readers may click is a control of the page.
        let is_text = attribute(element, "disabled").is_some() || has_class(element, |class| class.contains("task"));
        if is_checkbox && is_text {
            self.text(if attribute(element, "checked").is_some() { "[x] " } else { "[ ] " });
        }
    }

    /// Writes raised or lowered text by the signs that plain text has for it, where it would mean something else without.
    fn raised(&mut self, node: NodeRef<'_, Node>, element: &Element) -> bool {
        let style = attribute(element, "style").unwrap_or_default();
        let is_raised = element.name() == "sup" || declares(style, "vertical-align", "super");
        let is_lowered = element.name() == "sub" || declares(style, "vertical-align", "sub");
        if !(is_raised || is_lowered) {
            return false;
        }
        let is_plain = |step: Step<'_>| match step {
            Step::Enter(node) => node.value().as_element().is_none_or(|it| is_run(it.name())),
            Step::Leave(_) => true,
        };
        if !Walk::new(node).all(is_plain) {
            return false;
        }
        let (text, before, next) = (Tree::text_of(node), self.line.tail(), next_char(node));
        let signs = if is_raised { raised(&text, before, next) } else { lowered(&text, before, next) };
        let Some(signs) = signs else { return false };
        let link = Walk::new(node).find_map(|step| match step {
            Step::Enter(node) => node.value().as_element().filter(|it| it.name() == "a"),
            Step::Leave(_) => None,
        });
        match link.and_then(|link| InlineStyle::of(link, self.settings.last(), self.base.as_ref())) {
            // The mark of a note leads to it.
            Some(link) => self.line.text(&signs, link.style, &link.href),
            None => self.text(&signs),
        }
        true
    }

    fn write_image(&mut self, element: &Element) {
        let formula = pictured_formula(element, self.words);
        if let Some(PicturedFormula::Read(tex)) = &formula {
            // A link round such a picture leads to the picture, or to who drew it.
            let style = self.settings.last().map_or(Style::default(), |(_, it)| it.style);
            self.line.text(tex, style, "");
        } else if let Some(emoji) = emoji(element, self.words) {
            self.text(&emoji);
        } else if let Some(mut image) = picture(element, self.base.as_ref(), self.words) {
            if formula.is_some() {
                LOST_FORMULA.clone_into(&mut image.alt);
            }
            self.image(image);
        }
    }

    fn image(&mut self, image: Image) {
        let twice = self.line.is_empty()
            && self.out.last().is_some_and(|block| block.images().last().is_some_and(|it| it.url == image.url));
        if !twice {
            self.line.image(image);
        }
    }

    fn leave(&mut self, node: NodeRef<'_, Node>, element: &Element) {
        self.settings.pop_if(|(id, _)| *id == node.id());
        let name = element.name();
        match name {
            "rt" => self.text(")"),
            "q" => self.text(quotation_mark(node, Side::Behind)),
            _ => {}
        }
        self.listing.take_if(|id| *id == node.id());
        if !is_block(name) {
            let role = (name == "button").then(|| ButtonRole::of(node, element, self.words));
            if role == Some(ButtonRole::Question) || is_line(node, element, self.words) {
                self.boundary();
            } else if role == Some(ButtonRole::Word) && next_char(node).is_some_and(is_letter) {
                self.line.space();
            }
            return;
        }
        let ends_heading = self.heading.is_some() && heading_level(name).is_some();
        let ends_figure = name == "figure" && self.figures > 0;
        if ends_heading || ends_figure {
            self.flush();
        } else {
            self.boundary();
        }
        match name {
            "blockquote" => self.quote = self.quote.saturating_sub(1),
            "ul" | "ol" | "menu" | "dir" => {
                self.lists.pop();
                self.item = None;
            }
            "li" if !self.is_joined() => {
                self.item = None;
                self.items.pop();
            }
            "figure" => self.figures = self.figures.saturating_sub(u32::from(ends_figure)),
            _ if ends_heading => self.heading = None,
            _ => {}
        }
    }
}

/// True for an element that may stand in raised text that is read by its signs.
fn is_run(name: &str) -> bool {
    const RUNS: [&str; 14] =
        ["sup", "sub", "span", "a", "b", "strong", "em", "i", "font", "small", "u", "var", "cite", "abbr"];
    RUNS.contains(&name)
}

/// Longest mark of a note that is written before it: of one that states it, in bytes, and of one before it, in digits.
const MAX_MARK: usize = 12;
const MAX_DIGITS: usize = 4;

fn is_raised_digit(c: char) -> bool {
    matches!(c, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹')
}

/// The character right behind an element in its line.
fn next_char(node: NodeRef<'_, Node>) -> Option<char> {
    let next = node.next_sibling()?;
    match next.value() {
        Node::Text(text) => text.chars().next(),
        Node::Element(element) if !is_block(element.name()) && !matches!(element.name(), "sup" | "sub") => {
            next.first_child().and_then(|child| child.value().as_text()).and_then(|text| text.chars().next())
        }
        _ => None,
    }
}
