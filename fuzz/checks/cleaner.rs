use super::{invariants, notation};

/// Blocks to verdicts to text and Markdown. The bytes are blocks in the notation of `notation.rs`.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (facts, blocks) = notation::read(&text);
    invariants::judged(&blocks, &facts, text.len());
}
