//! Judged blocks to plain text and to Markdown. Only what is kept is written.

mod inline;
mod markdown;

pub use markdown::{RemovedText, WholeText, markdown, text, whole_text};

use crate::model::{Block, JudgedBlock, Label};

/// The kept blocks, in order.
fn kept(blocks: &[JudgedBlock]) -> impl Iterator<Item = &Block> {
    blocks.iter().filter(|judged| judged.verdict.label == Label::Keep).map(|judged| &judged.block)
}
