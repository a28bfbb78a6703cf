use boji_clean::clean::judge;
use boji_clean::model::Origin;
use boji_clean::rules::Rules;

use super::{invariants, notation};

/// Blocks to verdicts to text and Markdown. The bytes are blocks in the notation of `notation.rs`.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (facts, blocks) = notation::read(&text);
    let judged = invariants::judged(&blocks, &facts, text.len());
    let again = judge(blocks, Origin::Wechat, &facts, &Rules::shipped(), None);
    invariants::equal(&judged, &again, "verdicts");
}
