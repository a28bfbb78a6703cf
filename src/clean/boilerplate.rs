//! Verdicts on blocks. Nothing is judged yet: every block is kept.

use std::collections::BTreeMap;

use crate::config::Rules;
use crate::model::{Block, Facts, JudgedBlock, Verdict};

/// What lines about the article say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the record's metadata")]
pub struct Fields {
    pub credits: BTreeMap<String, Vec<String>>,
    pub word_count: Option<u32>,
    pub reading_minutes: Option<u32>,
    pub references: Vec<String>,
    pub original_source: String,
    pub original_url: String,
    pub rights: String,
    pub claim: String,
    pub series: String,
    pub sharer_note: String,
    pub authors: Vec<String>,
}

/// Blocks with their verdicts, and what was read from them.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// All blocks, in order.
    pub blocks: Vec<JudgedBlock>,
    /// What lines about the article say.
    pub fields: Fields,
    /// Flags of the document.
    pub flags: Vec<String>,
}

/// Gives each block its verdict.
pub fn judge(blocks: Vec<Block>, _facts: &Facts, _rules: &Rules) -> Judged {
    let blocks = blocks.into_iter().map(|block| JudgedBlock { block, verdict: Verdict::keep() }).collect();
    Judged { blocks, ..Judged::default() }
}
