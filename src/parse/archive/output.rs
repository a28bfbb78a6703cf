use super::lines::indent;
use super::pictures::by_pictures;
use super::wrap::Line;
use crate::model::{Block, BlockKind, Span};

/// The blocks read so far, and the quotation that the next one stands in.
#[derive(Debug, Default)]
pub(super) struct Output {
    pub blocks: Vec<Block>,
    /// Levels of quotation.
    pub quote: u8,
}

impl Output {
    /// Puts out one block.
    pub fn block(&mut self, kind: BlockKind, spans: Vec<Span>) {
        self.blocks.push(Block { kind, quote: self.quote, spans });
    }

    /// Puts out a block of words; pictures on lines of their own become figures.
    pub fn words(&mut self, kind: &BlockKind, spans: Vec<Span>) {
        for (pictures, spans) in by_pictures(spans) {
            self.block(if pictures { BlockKind::Figure } else { kind.clone() }, spans);
        }
    }

    /// Puts out a table, rows without a word left out.
    pub fn rows(&mut self, mut rows: Vec<Vec<String>>) {
        rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
        if !rows.is_empty() {
            self.block(BlockKind::Table(rows), Vec::new());
        }
    }

    /// Puts out a listing, its lines moved to the left by `margin` columns where they are indented so far.
    pub fn code(&mut self, language: String, lines: &[Line], margin: usize) {
        let lines: Vec<&str> = lines
            .iter()
            .map(|line| line.text.get(margin.min(indent(line.text)).min(line.text.len())..).unwrap_or(line.text))
            .collect();
        let text = lines.join("\n");
        let text = text.trim_matches('\n').trim_end();
        if !text.trim().is_empty() {
            self.block(BlockKind::Code(language), vec![Span::plain(text)]);
        }
    }
}
