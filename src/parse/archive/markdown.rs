use super::header::Dialect;
use super::lines::{self, indent, next_line};
use super::output::Output;
use super::wrap::{self, Line};
use super::{html_table, inline, table};
use crate::model::{Block, BlockKind, Issue, IssueCode};

/// Most blocks read from one archive.
const MAX_BLOCKS: usize = 100_000;

/// Most lines that a wrapped table row may take.
const MAX_ROW_LINES: usize = 64;

/// Deepest nesting of lists; deeper items stand at this depth.
const MAX_LIST_DEPTH: usize = 16;

/// The blocks of a Markdown body, in order. Every letter of the text is in some block, save marks and addresses.
pub(super) fn blocks(text: &str, dialect: Dialect, issues: &mut Vec<Issue>) -> Vec<Block> {
    let mut reader = Reader::new(dialect);
    let mut rest = text;
    while !rest.is_empty() && reader.out.blocks.len() < MAX_BLOCKS {
        let (line, after) = next_line(rest);
        reader.line(line);
        rest = after;
    }
    reader.finish();
    if !rest.is_empty() {
        issues.push(Issue::new(IssueCode::Truncated, format!("the archive has more than {MAX_BLOCKS} blocks")));
    }
    reader.out.blocks
}

/// What an open run of lines will become.
#[derive(Clone, Debug)]
enum Open<'a> {
    Nothing,
    Text(BlockKind),
    Fence { mark: char, length: usize, language: String },
    Indented,
    Table { rows: Vec<Vec<String>>, width: usize, row: Vec<Line<'a>> },
    HtmlTable { depth: usize },
}

struct Reader<'a> {
    out: Output,
    open: Open<'a>,
    /// Lines of the open paragraph, item, code or HTML table.
    lines: Vec<Line<'a>>,
    /// Indents of the list items in which the cursor stands, outermost first.
    lists: Vec<usize>,
    after_blank: bool,
    dialect: Dialect,
}

impl<'a> Reader<'a> {
    fn new(dialect: Dialect) -> Self {
        let (lines, lists) = (Vec::new(), Vec::new());
        Self { out: Output::default(), open: Open::Nothing, lines, lists, after_blank: true, dialect }
    }

    fn line(&mut self, whole: &'a str) {
        if self.inside_verbatim(whole) {
            return;
        }
        let (quote, line) = lines::unquote(whole);
        if line.trim().is_empty() {
            self.close();
            self.after_blank = true;
            return;
        }
        let lazy = quote < self.out.quote && self.soft();
        if quote != self.out.quote && !lazy {
            self.close();
            self.lists.clear();
            self.out.quote = quote;
        }
        // wechatmp2markdown opens a fence at the end of the words before it.
        let glued = line
            .strip_suffix("```")
            .filter(|words| self.dialect == Dialect::Unescaped && !words.trim().is_empty() && !words.contains('`'));
        let line = glued.unwrap_or(line);
        if !self.table_line(line) && !self.starts_block(line) {
            self.text(line);
        }
        if glued.is_some() {
            self.begin(Open::Fence { mark: '`', length: 3, language: String::new() });
        }
        self.after_blank = false;
    }

    /// A line of fenced code, indented code or an HTML table, whatever it holds.
    fn inside_verbatim(&mut self, whole: &'a str) -> bool {
        let line = if self.out.quote > 0 { lines::unquote(whole).1 } else { whole };
        match &mut self.open {
            Open::Fence { mark, length, .. } => {
                if lines::closes(line, *mark, *length) {
                    self.close();
                } else {
                    self.lines.push(Line { text: line, hard: true });
                }
                true
            }
            Open::HtmlTable { depth } => {
                *depth = (*depth + count(line, "<table")).saturating_sub(count(line, "</table"));
                let done = *depth == 0;
                self.lines.push(Line { text: line, hard: false });
                if done {
                    self.close();
                }
                true
            }
            Open::Indented if line.trim().is_empty() || indent(line) >= 4 => {
                self.lines.push(Line { text: line, hard: true });
                true
            }
            _ => false,
        }
    }

    /// A further line of an open pipe table, or the rule under its head.
    fn table_line(&mut self, line: &'a str) -> bool {
        let dialect = self.dialect;
        if let Open::Table { rows, width, row } = &mut self.open {
            row.push(line_of(line));
            let cells = table::cells(&wrap::join(row), dialect);
            // html2text ends every row with two spaces and lets line breaks inside a cell stand.
            if cells.len() >= *width || line.ends_with("  ") || row.len() >= MAX_ROW_LINES {
                rows.push(cells);
                row.clear();
            }
            return true;
        }
        let head = matches!(self.open, Open::Text(BlockKind::Paragraph)) && table::is_separator(line);
        if head {
            let head: Vec<Line> = self.lines.drain(..).map(|line| Line { hard: false, ..line }).collect();
            let cells = table::cells(&wrap::join(&head), dialect);
            let width = table::cells(line, dialect).len().max(1);
            self.open = Open::Table { rows: vec![cells], width, row: Vec::new() };
        }
        head
    }

    /// A line that begins a block of its own kind.
    fn starts_block(&mut self, line: &'a str) -> bool {
        if indent(line) >= 4 && self.lists.is_empty() && self.after_blank {
            self.begin(Open::Indented);
            self.lines.push(Line { text: line, hard: true });
            return true;
        }
        if let Some((mark, length, language)) = lines::fence(line) {
            self.begin(Open::Fence { mark, length, language: language.to_owned() });
            return true;
        }
        // A wrapped line may begin with anything; html2text never puts a block against a paragraph without an empty line.
        let wrapped = self.dialect == Dialect::Wrapped && self.soft();
        if let Some((number, words)) = lines::item(line).filter(|_| !lines::is_rule(line))
            && (!wrapped || indent(line) >= 2)
        {
            self.item(indent(line), number, words, line.ends_with("  "));
            return true;
        }
        if wrapped {
            return false;
        }
        if let Some((level, words)) = lines::heading(line) {
            self.begin(Open::Nothing);
            self.lists.clear();
            let spans = inline::spans(words, self.dialect);
            self.out.words(&BlockKind::Heading(level), spans);
            return true;
        }
        if let Some(level) = self.underline(line) {
            self.open = Open::Text(BlockKind::Heading(level));
            self.close();
            return true;
        }
        if lines::is_rule(line) {
            self.begin(Open::Nothing);
            self.lists.clear();
            self.out.block(BlockKind::Rule, Vec::new());
            return true;
        }
        self.html_table(line)
    }

    fn html_table(&mut self, line: &'a str) -> bool {
        if !line.trim_start().to_ascii_lowercase().starts_with("<table") {
            return false;
        }
        let depth = count(line, "<table").saturating_sub(count(line, "</table"));
        self.begin(Open::HtmlTable { depth });
        self.lines.push(Line { text: line, hard: false });
        if depth == 0 {
            self.close();
        }
        true
    }

    /// Level of the heading that an underline makes of the open paragraph.
    fn underline(&self, line: &str) -> Option<u8> {
        let paragraph = matches!(self.open, Open::Text(BlockKind::Paragraph)) && self.soft() && self.lines.len() == 1;
        let line = line.trim();
        match (paragraph, line.bytes().next()?) {
            (true, b'=') if line.bytes().all(|byte| byte == b'=') => Some(1),
            (true, b'-') if line.len() >= 2 && line.bytes().all(|byte| byte == b'-') => Some(2),
            _ => None,
        }
    }

    fn item(&mut self, indent: usize, number: Option<u32>, words: &'a str, hard: bool) {
        while self.lists.last().is_some_and(|outer| indent < *outer) {
            self.lists.pop();
        }
        if self.lists.last().is_none_or(|outer| indent >= outer + 2) && self.lists.len() < MAX_LIST_DEPTH {
            self.lists.push(indent);
        }
        let depth = self.lists.len().saturating_sub(1) as u8;
        self.begin(Open::Text(BlockKind::ListItem { depth, number }));
        self.lines.push(Line { text: words.trim(), hard });
    }

    fn text(&mut self, line: &'a str) {
        if !matches!(self.open, Open::Text(_)) {
            if indent(line) < 2 {
                self.lists.clear();
            }
            self.begin(Open::Text(BlockKind::Paragraph));
        }
        self.lines.push(line_of(line));
    }

    /// Whether the next line may be a continuation that a wrapper made.
    fn soft(&self) -> bool {
        matches!(self.open, Open::Text(_)) && self.lines.last().is_some_and(|line| !line.hard)
    }

    fn begin(&mut self, open: Open<'a>) {
        self.close();
        self.open = open;
    }

    fn finish(&mut self) {
        self.close();
    }

    fn close(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => {}
            Open::Text(kind) => {
                let spans = inline::spans(&wrap::join(&lines), self.dialect);
                self.out.words(&kind, spans);
            }
            Open::Fence { language, .. } => self.out.code(language, &lines, 0),
            Open::Indented => self.out.code(String::new(), &lines, 4),
            Open::Table { mut rows, row, .. } => {
                if !row.is_empty() {
                    rows.push(table::cells(&wrap::join(&row), self.dialect));
                }
                self.out.rows(rows);
            }
            Open::HtmlTable { .. } => {
                let html: Vec<&str> = lines.iter().map(|line| line.text).collect();
                self.out.rows(html_table::rows(&html.join("\n")));
            }
        }
    }
}

fn line_of(line: &str) -> Line<'_> {
    let hard = line.ends_with("  ") || line.ends_with("\u{a0} ");
    match line.trim_end().strip_suffix('\\') {
        Some(text) if !hard => Line { text: text.trim(), hard: true },
        _ => Line { text: line.trim(), hard },
    }
}

fn count(line: &str, tag: &str) -> usize {
    memchr::memmem::find_iter(line.to_ascii_lowercase().as_bytes(), tag).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    /// A block a line: kind, then words, `>` for each level of quotation.
    fn shape(text: &str, dialect: Dialect) -> Vec<String> {
        blocks(text, dialect, &mut Vec::new())
            .iter()
            .map(|block| {
                let kind = match &block.kind {
                    BlockKind::Heading(level) => format!("h{level}"),
                    BlockKind::Paragraph => "p".into(),
                    BlockKind::ListItem { depth, number } => match number {
                        Some(number) => format!("{depth}.{number}"),
                        None => format!("{depth}-"),
                    },
                    BlockKind::Table(_) => "table".into(),
                    BlockKind::Code(language) => format!("code:{language}"),
                    BlockKind::Figure => format!("figure:{}", block.images().count()),
                    BlockKind::Rule => "rule".into(),
                };
                let quote = ">".repeat(usize::from(block.quote));
                format!("{quote}{kind} {}", block.text().replace('\n', "/").replace('\t', "|"))
            })
            .collect()
    }

    #[test]
    fn reads_what_converters_write() {
        let cases: [(&str, &[&str]); 20] = [
            ("甲\n乙\n\n丙", &["p 甲乙", "p 丙"]),
            ("甲  \n乙  \n  \n丙  ", &["p 甲/乙", "p 丙"]),
            ("# 甲\n乙", &["h1 甲", "p 乙"]),
            ("##   \n## 甲  \n", &["h2 甲"]),
            ("  * 甲\n\n    * 乙\n\n  * 丙\n\n丁", &["0- 甲", "1- 乙", "0- 丙", "p 丁"]),
            ("  1. 甲\n  2. 乙\n     续\n", &["0.1 甲", "0.2 乙续"]),
            ("> 甲\n>\n> ****\n\n乙", &[">p 甲", "p 乙"]),
            ("> 甲\n乙", &[">p 甲乙"]),
            ("> 甲  \n乙", &[">p 甲", "p 乙"]),
            ("甲\n```sh\n# 乙\n\n丙\n```  \n丁", &["p 甲", "code:sh # 乙//丙", "p 丁"]),
            ("甲\n\n    乙\n      丙\n\n丁", &["p 甲", "code: 乙/  丙", "p 丁"]),
            ("**甲**| 乙  \n---|---  \n1| 2  \n3|\n4  \n  \n丙", &["table 甲|乙/1|2/3|4", "p 丙"]),
            ("| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n丙", &["table 甲|乙/1|2", "p 丙"]),
            ("<table><tr><td>甲</td>\n<td>乙</td></tr></table>\n丙", &["table 甲|乙", "p 丙"]),
            ("![图片](u \"\")  \n甲  \n![](v)  ", &["figure:1 ", "p 甲", "figure:1 "]),
            ("###### **![](u)**", &["figure:1 "]),
            ("甲\n* * *\n乙\n\n---\n", &["p 甲", "rule ", "p 乙", "rule "]),
            ("甲\n===\n乙\n---\n", &["h1 甲", "h2 乙"]),
            ("****\n\n甲", &["p 甲"]),
            ("[1、[甲\n乙]](http://a.example/x-\ny)", &["p 1、[甲乙]"]),
        ];
        for (text, want) in cases {
            assert_eq!(shape(text, Dialect::Plain), want, "{text}");
        }
    }

    #[test]
    fn a_wrapped_line_may_begin_with_a_mark() {
        assert_eq!(shape("version\n2. of C\n# and\n- so on", Dialect::Wrapped), ["p version 2. of C # and - so on"]);
        assert_eq!(shape("  * 甲\n  * 乙", Dialect::Wrapped), ["0- 甲", "0- 乙"]);
    }

    #[test]
    fn a_fence_may_open_behind_words() {
        assert_eq!(shape("甲```\nx\n```  \n乙  ", Dialect::Unescaped), ["p 甲", "code: x", "p 乙"]);
        assert_eq!(shape("甲 ```x```\n乙", Dialect::Unescaped).len(), 1);
    }

    #[test]
    fn an_address_that_was_cut_is_whole_again() {
        let found = blocks("[甲\n乙](http://a.example/x-\ny)", Dialect::Wrapped, &mut Vec::new());
        let links: Vec<_> = found.iter().flat_map(Block::links).collect();
        assert_eq!(links, [("甲乙", "http://a.example/x-y")]);
    }

    proptest::proptest! {
        #[test]
        fn never_panics_and_loses_no_letter(text in "[ab甲乙\\n \\-*#>`|.1\\[\\]()!_\\\\<&;]{0,120}") {
            for dialect in [Dialect::Plain, Dialect::Wrapped, Dialect::Unescaped] {
                let found = blocks(&text, dialect, &mut Vec::new());
                let kept: String = found.iter().map(Block::text).collect();
                for letter in ['甲', '乙'] {
                    let addresses: usize = found.iter().flat_map(|block| block.spans.iter()).map(|span| match span {
                        Span::Text { href, .. } => href.matches(letter).count(),
                        Span::Image(image) => image.url.matches(letter).count() + image.alt.matches(letter).count(),
                    }).sum();
                    proptest::prop_assert!(kept.matches(letter).count() + addresses >= text.matches(letter).count() || text.contains('`'), "{text:?} {found:?}");
                }
            }
        }
    }
}
