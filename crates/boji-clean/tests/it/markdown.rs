//! Our Markdown through a CommonMark parser that is not ours: the same blocks, the same text, the same links.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use boji_clean::clean::{Context, clean_page, normalize, render};
use boji_clean::model::{Block, BlockKind, Cell, Image, JudgedBlock, Label, Span, Style, Verdict};
use boji_clean::parse::Input;
use boji_clean::rules::Rules;
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A block as a reader of rendered Markdown sees it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Seen {
    /// `h2`, `p`, `-` or `3.` with its depth, `code:rust`, `table`, `rule`.
    kind: String,
    quote: usize,
    /// Items in which it stands behind their first words.
    items: usize,
    text: String,
    /// Words and address of each link; two runs with one address are one link.
    links: Vec<(String, String)>,
    images: Vec<(String, String)>,
}

impl Seen {
    fn link(&mut self, words: &str, href: &str, begins: bool) {
        match self.links.last_mut().filter(|last| !begins && last.1 == href) {
            Some(last) => last.0.push_str(words),
            None => self.links.push((words.to_owned(), href.to_owned())),
        }
    }

    /// White space at the ends of a line, and how much of it stands in the middle, is layout.
    fn settled(mut self) -> Self {
        let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !self.kind.starts_with("code") {
            let lines: Vec<String> = self.text.lines().map(squeeze).filter(|line| !line.is_empty()).collect();
            self.text = lines.join("\n");
            // Where one struck run ends and the next begins shows nothing.
            if self.text.contains(|c| c != '~') {
                self.text = self.text.replace("~~~~", "");
            }
        }
        for (words, _) in &mut self.links {
            *words = squeeze(&words.replace("~~", ""));
        }
        self.links.retain(|(words, _)| !words.is_empty());
        self
    }

    fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.images.is_empty() && self.kind != "rule"
    }
}

/// An address as the writer puts it into Markdown; brackets that are closed stand as they are, others as their codes.
fn address(url: &str) -> String {
    let mut out = String::new();
    for c in url.replace("%28", "(").replace("%29", ")").chars() {
        match c {
            '<' | '>' | '"' | '\\' => {
                let _ = write!(out, "%{:02X}", u32::from(c));
            }
            _ if c.is_whitespace() => out.push_str("%20"),
            _ => out.push(c),
        }
    }
    out
}

/// What the blocks say.
fn meant(blocks: &[JudgedBlock]) -> Vec<Seen> {
    let kept = blocks.iter().filter(|judged| judged.verdict.label == Label::Keep).map(|judged| &judged.block);
    // Depth of quotation of each open list.
    let mut lists: Vec<u8> = Vec::new();
    let mut out = Vec::new();
    for block in kept {
        if block.kind != BlockKind::Rule && block.images().next().is_none() && block.text().trim().is_empty() {
            continue;
        }
        let mut seen = Seen { quote: usize::from(block.quote), ..Seen::default() };
        let deepest = match block.kind {
            BlockKind::ListItem { depth, .. } => usize::from(depth) + 1,
            _ => usize::from(block.items),
        };
        let open = lists.iter().take(deepest).take_while(|quote| **quote <= block.quote).count();
        lists.truncate(open);
        seen.kind = match &block.kind {
            BlockKind::Heading(level) => format!("h{level}"),
            BlockKind::Paragraph | BlockKind::Figure => "p".to_owned(),
            BlockKind::ListItem { depth, number } => {
                let depth = usize::from(*depth).min(lists.len());
                if lists.get(depth).is_some_and(|quote| *quote != block.quote) {
                    lists.truncate(depth);
                }
                let depth = depth.min(lists.len());
                lists.truncate(depth);
                lists.push(block.quote);
                format!("{}{depth}", number.map_or("-".to_owned(), |number| format!("{number}.")))
            }
            BlockKind::Table(_) => "table".to_owned(),
            BlockKind::Code(language) => format!("code:{language}"),
            BlockKind::Rule => "rule".to_owned(),
        };
        seen.items = if matches!(block.kind, BlockKind::ListItem { .. }) { 0 } else { lists.len() };
        if let BlockKind::Table(rows) = &block.kind {
            let width = rows.iter().map(Vec::len).max().unwrap_or(0);
            let line = |row: &Vec<Cell>| {
                let cells = (0..width).map(|at| row.get(at).map(Cell::text).unwrap_or_default());
                cells.map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join("|")
            };
            seen.text = rows.iter().map(line).collect::<Vec<_>>().join("\n");
        }
        let mut is_struck = false;
        for span in &block.spans {
            match span {
                Span::Text { text, style, href } => {
                    let begins = style.struck && !text.trim().is_empty();
                    if begins != is_struck && !text.is_empty() {
                        seen.text.push_str("~~");
                        is_struck = begins;
                    }
                    let in_line = style.code || matches!(block.kind, BlockKind::Heading(_));
                    let is_code = matches!(block.kind, BlockKind::Code(_));
                    let text = if in_line && !is_code { text.replace('\n', " ") } else { text.clone() };
                    let goes_on = seen.links.last().is_some_and(|(_, last)| *last == address(href));
                    if !href.is_empty() && (goes_on || !text.trim().is_empty()) {
                        seen.link(&text, &address(href), false);
                    } else if !text.is_empty() {
                        seen.link("", "", true);
                    }
                    seen.text.push_str(&text);
                }
                Span::Image(image) => {
                    let alt = image.alt.split_whitespace().collect::<Vec<_>>().join(" ");
                    seen.images.push((alt, address(&image.url)));
                    seen.link("", "", true);
                }
            }
        }
        seen.text.push_str(if is_struck { "~~" } else { "" });
        if matches!(block.kind, BlockKind::Code(_)) {
            seen.text = seen.text.trim_matches('\n').into();
        }
        out.push(seen.settled());
    }
    out
}

/// What a CommonMark renderer makes of our Markdown.
#[derive(Default)]
struct Reader {
    out: Vec<Seen>,
    open: Seen,
    quote: usize,
    lists: Vec<Option<u64>>,
    /// The item whose first block is to come.
    item: Option<String>,
    href: Option<String>,
    image: Option<(String, String)>,
}

impl Reader {
    fn close(&mut self, kind: &str) {
        let mut seen = std::mem::take(&mut self.open);
        seen.items = if self.item.is_some() { 0 } else { self.lists.len() };
        seen.kind = self.item.take().unwrap_or_else(|| kind.to_owned());
        seen.quote = self.quote;
        let seen = seen.settled();
        if !seen.is_empty() {
            self.out.push(seen);
        }
    }

    fn words(&mut self, words: &str) {
        if let Some((alt, _)) = &mut self.image {
            alt.push_str(words);
            return;
        }
        self.open.text.push_str(words);
        if let Some(href) = self.href.clone() {
            self.open.link(words, &href, false);
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::BlockQuote(_) => self.quote += 1,
            Tag::List(number) => {
                if !self.open.text.is_empty() || !self.open.images.is_empty() {
                    self.close("p");
                }
                self.lists.push(number);
            }
            Tag::Item => {
                let depth = self.lists.len() - 1;
                let number = self.lists.last_mut().and_then(Option::as_mut);
                let mark = number.map_or("-".to_owned(), |number| {
                    *number += 1;
                    format!("{}.", *number - 1)
                });
                self.item = Some(format!("{mark}{depth}"));
            }
            Tag::Link { dest_url, .. } => {
                let href = address(&dest_url);
                self.open.link("", &href, true);
                self.href = Some(href);
            }
            Tag::Strikethrough => self.open.text.push_str("~~"),
            Tag::Image { dest_url, .. } => self.image = Some((String::new(), address(&dest_url))),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::BlockQuote(_) => self.quote -= 1,
            TagEnd::List(_) => drop(self.lists.pop()),
            TagEnd::Item => {
                self.close("p");
                self.item = None;
            }
            TagEnd::Paragraph => self.close("p"),
            TagEnd::Heading(level) => self.close(&level.to_string()),
            TagEnd::TableCell => self.open.text.push('|'),
            TagEnd::TableRow | TagEnd::TableHead => {
                self.open.text.pop();
                self.open.text.push('\n');
            }
            TagEnd::Table => self.close("table"),
            TagEnd::Link => self.href = None,
            TagEnd::Strikethrough => self.open.text.push_str("~~"),
            TagEnd::Image => self.open.images.extend(self.image.take()),
            _ => {}
        }
    }
}

fn rendered(markdown: &str) -> Vec<Seen> {
    let mut reader = Reader::default();
    let mut language = String::new();
    let extensions = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    for event in Parser::new_ext(markdown, extensions) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                language = match kind {
                    pulldown_cmark::CodeBlockKind::Fenced(language) => language.to_string(),
                    pulldown_cmark::CodeBlockKind::Indented => "indented".to_owned(),
                };
            }
            Event::End(TagEnd::CodeBlock) => {
                let text = reader.open.text.trim_matches('\n').to_owned();
                reader.open.text = text;
                reader.close(&format!("code:{language}"));
            }
            Event::Start(tag) => reader.start(tag),
            Event::End(tag) => reader.end(tag),
            Event::Text(text) | Event::Code(text) => reader.words(&text),
            Event::TaskListMarker(is_done) => reader.words(if is_done { "[x] " } else { "[ ] " }),
            Event::SoftBreak | Event::HardBreak => reader.words("\n"),
            Event::Rule => {
                reader.open.kind = "rule".into();
                reader.close("rule");
            }
            other => reader.words(&format!("{other:?}")),
        }
    }
    reader.out
}

fn compare(blocks: &[JudgedBlock]) -> Result<(), TestCaseError> {
    let markdown = render::markdown(blocks);
    let (meant, found) = (meant(blocks), rendered(&markdown));
    prop_assert_eq!(found, meant, "\n{}", markdown);
    Ok(())
}

fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let mut paths: Vec<PathBuf> = ["pages", "archives"]
        .iter()
        .flat_map(|folder| fs::read_dir(root.join(folder)).expect("a folder"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "html" || end == "md"))
        .collect();
    paths.sort();
    paths
}

#[test]
fn spans_without_end_are_rendered_in_time() {
    let style = |italic: bool| Style { bold: true, italic, ..Style::default() };
    // Punctuation in emphasis inside of emphasis cannot be marked from any of them.
    let span = |nth: usize| {
        let text = if nth.is_multiple_of(2) { "甲" } else { "。" };
        Span::Text { text: text.to_owned(), style: style(nth % 2 == 1), href: String::new() }
    };
    let block = Block::new(BlockKind::Paragraph, (0..100_000).map(span).collect());
    let judged = [JudgedBlock { block, verdict: Verdict::keep() }];
    assert!(render::markdown(&judged).len() > 300_000);
}

#[test]
fn every_fixture_renders_as_it_was_read() {
    let mut articles = 0;
    for path in fixtures() {
        let bytes = fs::read(&path).expect("a fixture");
        let input = Input { bytes: &bytes, ..Input::default() };
        let Some(article) = clean_page(&input, &Context::default(), &Rules::shipped()).article else { continue };
        articles += 1;
        if let Err(error) = compare(&article.blocks) {
            panic!("{}: {error}", path.display());
        }
    }
    assert!(articles > 10, "{articles} articles");
}

/// The Markdown of an article, saved under its title and cleaned again, gives the same text, and nothing more goes.
#[test]
fn cleaning_the_markdown_of_every_fixture_again_changes_nothing() {
    let clean =
        |bytes: &[u8]| clean_page(&Input { bytes, ..Input::default() }, &Context::default(), &Rules::shipped()).article;
    let mut compared = 0;
    for path in fixtures() {
        let Some(first) = clean(&fs::read(&path).expect("a fixture")).filter(|first| !first.text.is_empty()) else {
            continue;
        };
        let title = first.title.replace('\n', " ");
        // A text share has its first words for a title, and a title said again is taken out.
        let is_named = !title.is_empty() && !title.starts_with(first.text.lines().next().unwrap_or_default());
        let saved = if is_named { format!("# {title}\n\n{}", first.markdown) } else { first.markdown.clone() };
        let again = clean(saved.as_bytes()).unwrap_or_else(|| panic!("{}: no article", path.display()));
        assert_eq!(again.text, first.text, "{}", path.display());
        assert_eq!(again.metadata.removed.values().sum::<usize>(), 0, "{}", path.display());
        compared += 1;
    }
    assert!(compared > 12, "{compared} articles");
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[ab1甲乙 ，。：（）“”*_#>`|.()!\\[\\]<&;~=+\n\\\\-]{0,16}",
        1 => "(\\* |- |\\+ |[0-9]{1,3}[.)] |#{1,7} |> |---|===|```|~~~|\\| --- \\||:-: \\||\\[1\\]: x|- \\[[x ]\\] |~~甲~~|&amp;|<b>|https://a\\.example/_x_)甲?",
        1 => "[甲乙a ]{1,8}",
    ]
}

fn span() -> impl Strategy<Value = Span> {
    let style = (any::<bool>(), any::<bool>(), prop::bool::weighted(0.15), prop::bool::weighted(0.1))
        .prop_map(|(bold, italic, code, superscript)| Style { bold, italic, code, superscript, struck: false });
    let struck = Style { struck: true, ..Style::default() };
    let style = prop_oneof![4 => Just(Style::default()), 6 => style, 1 => Just(struck)];
    let href = prop_oneof![4 => Just(String::new()), 1 => "https://a\\.example/[a-c_()*]{0,6}"];
    prop_oneof![
        8 => (words(), style, href).prop_map(|(text, style, href)| Span::Text { text, style, href }),
        1 => ("[a甲\\]\\[*! ]{0,4}", "https://a\\.example/[a-c ()]{0,4}")
            .prop_map(|(alt, url)| Span::Image(Image { url, alt, width: 0 })),
    ]
}

fn block() -> impl Strategy<Value = Block> {
    let kind = prop_oneof![
        4 => Just(BlockKind::Paragraph),
        2 => (1_u8..7).prop_map(BlockKind::Heading),
        4 => (0_u8..4, prop::option::of(0_u32..120)).prop_map(|(depth, number)| BlockKind::ListItem { depth, number }),
        1 => prop::collection::vec(prop::collection::vec(words().prop_map(|words| Cell::from(words.as_str())), 1..4), 1..4).prop_map(BlockKind::Table),
        1 => "(rust|)".prop_map(BlockKind::Code),
        1 => Just(BlockKind::Rule),
    ];
    let quote = prop_oneof![3 => Just(0_u8), 1 => 0_u8..3];
    let items = prop_oneof![3 => Just(0_u8), 1 => 0_u8..3];
    (kind, quote, items, prop::collection::vec(span(), 0..5)).prop_map(|(kind, quote, items, spans)| {
        let spans = match kind {
            BlockKind::Table(_) | BlockKind::Rule => Vec::new(),
            BlockKind::Code(_) => vec![Span::plain(Block::new(BlockKind::Paragraph, spans).text())],
            _ => spans,
        };
        let items = if matches!(kind, BlockKind::ListItem { .. }) { 0 } else { items };
        Block { kind, quote, items, spans }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_blocks_render_as_they_are(blocks in prop::collection::vec(block(), 1..6)) {
        let judged: Vec<JudgedBlock> =
            blocks.into_iter().map(|block| JudgedBlock { block: normalize(block), verdict: Verdict::keep() }).collect();
        compare(&judged)?;
    }
}
