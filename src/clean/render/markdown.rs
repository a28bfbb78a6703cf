use super::inline::inline;
use super::kept;
use crate::model::{Block, BlockKind, JudgedBlock, Span};

/// The kept blocks as CommonMark with pipe tables. Reading it again gives the same plain text.
pub fn markdown(blocks: &[JudgedBlock]) -> String {
    let mut out = String::new();
    let mut before: Option<(u8, BlockKind)> = None;
    let mut list = List::default();
    for block in kept(blocks) {
        let body = list.body(block);
        if body.trim().is_empty() {
            continue;
        }
        if let Some((quote, kind)) = &before {
            let items = is_item(kind) && is_item(&block.kind) && *quote == block.quote;
            out.push('\n');
            if !items {
                let shared = prefix(block.quote.min(*quote));
                out.push_str(shared.trim_end());
                out.push('\n');
            }
        }
        let mark = prefix(block.quote);
        for (nth, line) in body.lines().enumerate() {
            if nth > 0 {
                out.push('\n');
            }
            out.push_str(if line.is_empty() { mark.trim_end() } else { &mark });
            out.push_str(line);
        }
        before = Some((block.quote, block.kind.clone()));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn is_item(kind: &BlockKind) -> bool {
    matches!(kind, BlockKind::ListItem { .. })
}

fn prefix(quote: u8) -> String {
    "> ".repeat(usize::from(quote))
}

/// Short rows of a table are filled up with empty cells to its width, but to no more than this: one wide row would make
/// all the others as long as itself.
const MAX_FILLED: usize = 64;

/// Where in a list the writer stands: an item can be only one level deeper than the one before it.
#[derive(Default)]
struct List {
    depth: Option<u8>,
}

impl List {
    /// The Markdown of one block without marks of quotation.
    fn body(&mut self, block: &Block) -> String {
        if let BlockKind::ListItem { depth, number } = block.kind {
            let depth = depth.min(self.depth.map_or(0, |depth| depth + 1));
            let words = item(&block.spans, depth, number);
            if !words.is_empty() {
                self.depth = Some(depth);
            }
            return words;
        }
        self.depth = None;
        match &block.kind {
            BlockKind::Heading(level) => heading(*level, &block.spans),
            BlockKind::Table(rows) => table(rows),
            BlockKind::Code(language) => code(language, &block.text()),
            BlockKind::Rule => "---".to_owned(),
            _ => inline(&block.spans, "  \n").trim().to_owned(),
        }
    }
}

fn heading(level: u8, spans: &[Span]) -> String {
    let words = inline(spans, " ");
    let words = words.trim();
    if words.is_empty() {
        return String::new();
    }
    // A run of marks at the end would be read as a closing run.
    let words = match words.strip_suffix('#') {
        Some(head) => format!("{head}\\#"),
        None => words.to_owned(),
    };
    format!("{} {words}", "#".repeat(usize::from(level.clamp(1, 6))))
}

/// Four columns a level: inside of both bullets and numbers, outside of indented code.
fn item(spans: &[Span], depth: u8, number: Option<u32>) -> String {
    let marker = number.map_or_else(|| "- ".to_owned(), |number| format!("{number}. "));
    let margin = " ".repeat(usize::from(depth) * 4);
    let words = inline(spans, &format!("  \n{margin}{}", " ".repeat(marker.len())));
    let words = words.trim();
    if words.is_empty() { String::new() } else { format!("{margin}{marker}{words}") }
}

fn code(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", text.trim_matches('\n'))
}

fn table(rows: &[Vec<String>]) -> String {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut lines = Vec::with_capacity(rows.len() + 1);
    for (nth, row) in rows.iter().enumerate() {
        let filled = if nth == 0 { width } else { width.min(MAX_FILLED).max(row.len()) };
        let cells = (0..filled).map(|at| row.get(at).map_or_else(String::new, |cell| cell_words(cell)));
        // Two spaces end a row that is not as wide as the first one.
        let end = if filled < width { "  " } else { "" };
        lines.push(format!("| {} |{end}", cells.collect::<Vec<_>>().join(" | ")));
        if nth == 0 {
            lines.push(format!("|{}", " --- |".repeat(width)));
        }
    }
    lines.join("\n")
}

fn cell_words(cell: &str) -> String {
    inline(&[Span::plain(cell)], " ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Verdict;

    fn written(blocks: Vec<Block>) -> String {
        let judged: Vec<JudgedBlock> =
            blocks.into_iter().map(|block| JudgedBlock { block, verdict: Verdict::keep() }).collect();
        markdown(&judged)
    }

    fn item(depth: u8, number: Option<u32>, text: &str) -> Block {
        Block::new(BlockKind::ListItem { depth, number }, vec![Span::plain(text)])
    }

    #[test]
    fn lists_nest_and_quotes_hold_together() {
        let mut quoted = Block::paragraph("甲\n乙");
        quoted.quote = 1;
        let blocks = vec![
            item(1, None, "a"),
            item(1, None, "b\nc"),
            item(2, Some(3), "d"),
            quoted.clone(),
            quoted,
            Block::paragraph("丙"),
        ];
        let want = "- a\n    - b  \n      c\n        3. d\n\n> 甲  \n> 乙\n>\n> 甲  \n> 乙\n\n丙\n";
        assert_eq!(written(blocks), want);
    }

    #[test]
    fn code_and_tables_hold_any_text() {
        let code = Block::new(BlockKind::Code("sh".into()), vec![Span::plain("```\nx")]);
        assert_eq!(written(vec![code]), "````sh\n```\nx\n````\n");
        let table = Block::new(BlockKind::Table(vec![vec!["a|b".into()], vec!["c".into(), "d".into()]]), Vec::new());
        assert_eq!(written(vec![table]), "| a\\|b |  |\n| --- | --- |\n| c | d |\n");
    }

    #[test]
    fn one_wide_row_does_not_widen_all_others() {
        let mut rows = vec![vec!["a".to_owned()]; 1000];
        rows.insert(1, vec!["b".to_owned(); 1000]);
        let table = written(vec![Block::new(BlockKind::Table(rows), Vec::new())]);
        assert!(table.len() < 400_000, "{}", table.len());
        assert!(table.ends_with(" |  \n"), "a short row has an end that is seen");
    }
}
