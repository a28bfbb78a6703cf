use std::fmt::Write as _;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

use super::stand_in::{self, BOLD, hidden, is_mark, marked, seam, written};

/// Most blocks read from one archive.
const MAX_BLOCKS: usize = 100_000;

/// Deepest quotation and deepest nesting of lists written; what lies deeper stands at this depth.
const MAX_QUOTE: usize = 8;
const MAX_LIST_DEPTH: usize = 16;

/// What files hold beyond CommonMark.
const EXTENSIONS: Options =
    Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_TASKLISTS);

/// What a Markdown body says.
#[derive(Debug, Default)]
pub(super) struct Html {
    pub body: String,
    /// The first block, when it is a heading of level 1: it is a title, and no part of the body.
    pub title: Option<String>,
    /// The body holds no word and no picture.
    pub is_empty: bool,
    /// There were more than [`MAX_BLOCKS`] blocks.
    pub is_cut: bool,
}

/// Prepared Markdown as HTML, so that archives become blocks in the same way as pages.
pub(super) fn html(markdown: &str, takes_title: bool) -> Html {
    let mut writer = Writer { markdown, takes_title, ..Writer::default() };
    for (event, range) in Parser::new_ext(markdown, EXTENSIONS).into_offset_iter() {
        if writer.blocks > MAX_BLOCKS {
            break;
        }
        writer.event(event, range);
    }
    writer.settle();
    writer.settle_emphasis();
    let is_cut = writer.blocks > MAX_BLOCKS;
    let mut title = String::new();
    stand_in::write(&mut title, &writer.title, "", "");
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    Html { body: writer.out, title: (!title.is_empty()).then_some(title), is_empty: !writer.says_something, is_cut }
}

#[derive(Debug, Default)]
struct Writer<'a> {
    markdown: &'a str,
    out: String,
    /// Text read and not yet written: the parser gives it in pieces.
    text: String,
    /// The line end before that text.
    line_end: LineEnd,
    /// Where the open block begins in what is written, and whether its underscores are still to be looked at.
    block_at: usize,
    has_marks: bool,
    /// The last character of the line so far, and the one before it.
    ends: (Option<char>, Option<char>),
    bold: usize,
    italic: usize,
    quotes: usize,
    lists: usize,
    in_code: bool,
    /// The open picture, and how many are open inside of its alternative text.
    picture: Option<Picture>,
    inner_pictures: usize,
    /// Where the open cell begins, and how many empty ones before it are written only if a cell with words follows.
    cell_at: usize,
    empty_cells: usize,
    in_head: bool,
    /// What is left of the source of the row that is open, behind its last cell.
    row: Range<usize>,
    takes_title: bool,
    in_title: bool,
    title: String,
    blocks: usize,
    says_something: bool,
    /// Words were read, or code: what stands before them may be a picture or a box of HTML.
    has_words: bool,
    /// Where the heading that may be the title begins in what is written.
    title_at: usize,
}

#[derive(Debug)]
struct Picture {
    address: String,
    /// Where its alternative text begins in what is written.
    alt_at: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum LineEnd {
    #[default]
    None,
    Soft,
    Hard,
}

impl Writer<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        if let Event::Text(text) = event {
            return self.text.push_str(&text);
        }
        self.settle();
        match event {
            Event::SoftBreak => self.line_end = LineEnd::Soft,
            Event::HardBreak => self.line_end = LineEnd::Hard,
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Code(code) => self.code(&written(&code)),
            Event::Html(html) | Event::InlineHtml(html) => self.markup(&html),
            Event::TaskListMarker(is_done) => self.words(if is_done { "[x] " } else { "[ ] " }),
            Event::Rule => {
                self.block();
                self.out.push_str("<hr>");
            }
            _ => {}
        }
    }

    /// Writes the text read so far. A mark of bold that found no partner says nothing.
    fn settle(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.text);
        if self.in_code {
            return escape(&mut self.out, &written(&text));
        }
        let text = text.replace(BOLD, "");
        let text = if self.picture.is_some() { written(&text) } else { marked(&text) };
        self.words(&text);
    }

    /// Writes words, in which marks of emphasis may stand that `settle_emphasis` will replace.
    fn words(&mut self, marked: &str) {
        let text = &marked.replace(is_mark, "");
        self.has_marks |= text.len() < marked.len();
        if !text.is_empty() {
            self.end_line(text);
        }
        escape(&mut self.out, marked);
        if self.in_title {
            self.title.push_str(marked);
        } else if self.picture.is_none() {
            self.says_something |= !text.trim().is_empty();
            self.has_words |= text.chars().any(char::is_alphanumeric);
        }
        let mut ends = text.chars().rev();
        self.ends = match (ends.next(), ends.next()) {
            (None, _) => self.ends,
            (last, None) => (last, self.ends.0),
            ends => ends,
        };
    }

    /// Ends the block for its underscores.
    fn settle_emphasis(&mut self) {
        if std::mem::take(&mut self.has_marks) {
            let block = self.out.split_off(self.block_at);
            stand_in::write(&mut self.out, &block, "<em>", "</em>");
        }
        self.block_at = self.out.len();
    }

    /// Ends the line before `next`, "" for what is no text. A converter broke it off where punctuation follows.
    fn end_line(&mut self, next: &str) {
        let closing = ['，', '。', '、', '；', '：', '！', '？', '）', '》', '】', '」'];
        let between = match std::mem::take(&mut self.line_end) {
            LineEnd::None => "",
            LineEnd::Soft if next.is_empty() => " ",
            LineEnd::Soft => seam(self.ends, next),
            LineEnd::Hard if next.trim_start().starts_with(closing) => "",
            LineEnd::Hard if self.picture.is_some() || self.in_title => " ",
            LineEnd::Hard => "<br>",
        };
        self.out.push_str(between);
        if between == " " {
            self.ends = (Some(' '), self.ends.0);
        }
        if self.in_title {
            self.title.push_str(between);
        }
    }

    fn code(&mut self, code: &str) {
        self.end_line(code);
        if self.picture.is_some() {
            return self.words(code);
        }
        self.out.push_str("<code>");
        self.words(code);
        self.out.push_str("</code>");
    }

    /// Markup as it stands; a sign that is hidden in it is a sign of the text.
    fn markup(&mut self, html: &str) {
        if self.picture.is_some() || self.in_title {
            return;
        }
        self.end_line("");
        self.says_something |= !html.trim_start().starts_with("<!--");
        let between = html.split('>').filter_map(|part| part.split('<').next());
        self.has_words |= between.flat_map(str::chars).any(char::is_alphanumeric);
        self.out.push_str(&written(&html.replace(hidden('<'), "&lt;")));
    }

    fn block(&mut self) {
        self.settle_emphasis();
        self.blocks += 1;
        self.line_end = LineEnd::None;
        self.ends = (None, None);
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Strong => self.style(true, "strong"),
            Tag::Strikethrough if self.picture.is_none() => self.out.push_str("<del>"),
            Tag::Emphasis => self.style(true, "em"),
            Tag::Link { link_type, dest_url, .. } if self.picture.is_none() => {
                let scheme = if link_type == LinkType::Email { "mailto:" } else { "" };
                self.out.push_str("<a href=\"");
                escape(&mut self.out, &format!("{scheme}{}", written(&dest_url)));
                self.out.push_str("\">");
            }
            Tag::Image { dest_url, .. } => self.start_picture(&written(&dest_url)),
            Tag::TableCell => {
                self.settle_emphasis();
                self.cell_at = self.out.len();
                self.row.start = range.end;
            }
            Tag::Link { .. } | Tag::Strikethrough => {}
            tag => {
                self.block();
                // A list that only holds another one is nothing to see.
                let is_frame = matches!(tag, Tag::List(_)) || (tag == Tag::Item && self.lists > MAX_LIST_DEPTH);
                self.blocks -= usize::from(is_frame);
                self.start_block(tag, range);
            }
        }
    }

    fn start_block(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => self.out.push_str("<p>"),
            Tag::Heading { level, .. } => {
                let is_first = !self.has_words && self.title.is_empty();
                self.title_at = self.out.len();
                self.in_title = self.takes_title && is_first && level == HeadingLevel::H1 && self.is_outside();
                let _ = write!(self.out, "<{level}>");
            }
            Tag::BlockQuote(_) => {
                self.quotes += 1;
                if self.quotes <= MAX_QUOTE {
                    self.out.push_str("<blockquote>");
                }
            }
            Tag::CodeBlock(kind) => {
                self.in_code = true;
                self.says_something = true;
                self.has_words = true;
                let language = match &kind {
                    CodeBlockKind::Fenced(language) => language.split_whitespace().next().unwrap_or_default(),
                    CodeBlockKind::Indented => "",
                };
                self.out.push_str("<pre><code class=\"");
                if !language.is_empty() {
                    self.out.push_str("language-");
                    escape(&mut self.out, &written(language));
                }
                self.out.push_str("\">");
            }
            Tag::List(number) => {
                self.lists += 1;
                if self.lists <= MAX_LIST_DEPTH {
                    self.out.push_str(if number.is_some() { "<ol>" } else { "<ul>" });
                }
            }
            Tag::Item => {
                // The number as written: CommonMark counts on from the first one.
                let source = self.markdown.get(range).unwrap_or_default().trim_start();
                let digits = source.bytes().take_while(u8::is_ascii_digit).count();
                let _ = write!(self.out, "<li value=\"{}\">", source.get(..digits).unwrap_or_default());
            }
            Tag::Table(_) => self.out.push_str("<table>"),
            Tag::TableHead | Tag::TableRow => {
                self.in_head = tag == Tag::TableHead;
                self.out.push_str("<tr>");
                self.empty_cells = 0;
                self.row = range;
            }
            _ => {}
        }
    }

    fn is_outside(&self) -> bool {
        self.quotes == 0 && self.lists == 0
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.style(false, "strong"),
            TagEnd::Strikethrough if self.picture.is_none() => self.out.push_str("</del>"),
            TagEnd::Emphasis => self.style(false, "em"),
            TagEnd::Link if self.picture.is_none() => self.out.push_str("</a>"),
            TagEnd::Image => self.end_picture(),
            TagEnd::Paragraph => self.out.push_str("</p>"),
            TagEnd::Heading(level) => {
                let _ = write!(self.out, "</{level}>");
                self.settle_emphasis();
                if std::mem::take(&mut self.in_title) && !self.title.trim().is_empty() {
                    self.out.truncate(self.title_at);
                    self.block_at = self.title_at;
                }
            }
            TagEnd::BlockQuote(_) => {
                if self.quotes <= MAX_QUOTE {
                    self.out.push_str("</blockquote>");
                }
                self.quotes -= 1;
            }
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.out.push_str("</code></pre>");
            }
            TagEnd::List(is_ordered) => {
                if self.lists <= MAX_LIST_DEPTH {
                    self.out.push_str(if is_ordered { "</ol>" } else { "</ul>" });
                }
                self.lists -= 1;
            }
            TagEnd::Item => self.out.push_str("</li>"),
            TagEnd::Table => self.out.push_str("</table>"),
            TagEnd::TableHead | TagEnd::TableRow => {
                // Cells behind those that the head has: CommonMark's extension leaves them out.
                for cell in self.markdown.get(self.row.clone()).unwrap_or_default().split('|').map(str::trim) {
                    if !cell.is_empty() {
                        self.out.push_str("<td>");
                        escape(&mut self.out, &written(cell));
                        self.out.push_str("</td>");
                    }
                }
                self.out.push_str("</tr>");
            }
            TagEnd::TableCell => {
                self.settle_emphasis();
                let cell = self.out.split_off(self.cell_at);
                if cell.is_empty() {
                    self.empty_cells += 1;
                } else {
                    let name = if self.in_head { "th" } else { "td" };
                    self.out.push_str(&"<td></td>".repeat(std::mem::take(&mut self.empty_cells)));
                    let _ = write!(self.out, "<{name}>{cell}</{name}>");
                }
            }
            _ => {}
        }
    }

    /// Begins or ends a style, once however often it is said.
    fn style(&mut self, begins: bool, name: &str) {
        let depth = if name == "em" { &mut self.italic } else { &mut self.bold };
        let before = *depth;
        *depth = if begins { before + 1 } else { before.saturating_sub(1) };
        if self.picture.is_none() && before.min(*depth) == 0 {
            let _ = write!(self.out, "<{}{name}>", if begins { "" } else { "/" });
        }
    }

    fn start_picture(&mut self, address: &str) {
        if self.picture.is_some() {
            self.inner_pictures += 1;
            return;
        }
        self.end_line("");
        self.says_something |= !address.starts_with("data:");
        self.picture = Some(Picture { address: address.to_owned(), alt_at: self.out.len() });
    }

    fn end_picture(&mut self) {
        if self.inner_pictures > 0 {
            self.inner_pictures -= 1;
        } else if let Some(Picture { address, alt_at }) = self.picture.take() {
            let alt = self.out.split_off(alt_at);
            self.out.push_str("<img src=\"");
            escape(&mut self.out, &address);
            let _ = write!(self.out, "\" alt=\"{alt}\">");
            self.ends = (None, None);
        }
    }
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
}
