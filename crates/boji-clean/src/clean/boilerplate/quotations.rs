use super::unit::{Shape, Unit};

/// Fewest folded characters of a line that introduces a quotation, and of a sentence behind it with which the text goes on.
const INTRODUCTION: usize = 4;
const SENTENCE: usize = 20;

/// Takes quotations that the text introduces (`海报上写：`) out of what wording is asked about, where the text goes on behind
/// them: what a poster says is there to be told, though it be a prompt. Of the lines so introduced in labelled articles 184
/// are text and 3 are not, and behind those 3 no text comes.
pub(super) fn set_apart(units: &mut [Unit]) {
    let goes_on = |unit: &Unit| {
        unit.shape == Shape::Words && unit.block.quote == 0 && unit.is_sentence() && unit.chars >= SENTENCE
    };
    let last = units.iter().rposition(goes_on).unwrap_or(0);
    let mut introduced = false;
    for unit in units.iter_mut().take(last) {
        if unit.is_neutral() {
            continue;
        }
        if unit.block.quote == 0 {
            introduced = unit.chars >= INTRODUCTION && unit.text.trim_end().ends_with(['：', ':', '—']);
        } else if introduced && unit.shape == Shape::Words {
            unit.shape = Shape::Solid;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::unit::split;
    use super::*;
    use crate::model::{Block, BlockKind, Span};

    #[test]
    fn a_quotation_that_the_text_introduces_and_leaves_again_is_not_judged() {
        let plain = |text: &str| Block::paragraph(text);
        let quote = |text: &str| Block { quote: 1, ..Block::new(BlockKind::Paragraph, vec![Span::plain(text)]) };
        let prompt = "长按识别二维码，进群领鸡蛋";
        let behind = "鸡蛋是真的，不过领的时候要先替他们做一件事。";
        let cases = [
            (vec![plain("海报上这样写："), quote(prompt), plain(behind)], true, "in the text"),
            (vec![plain("海报上这样写："), quote("一"), quote(prompt), plain(behind)], true, "two lines of it"),
            (vec![plain("海报上这样写——"), quote(prompt), plain(behind)], true, "behind a dash"),
            (vec![plain("海报上这样写。"), quote(prompt), plain(behind)], false, "not introduced"),
            (vec![plain("海报上这样写："), quote(prompt)], false, "at the end"),
            (vec![plain("海报上这样写："), quote(prompt), plain("END")], false, "no sentence behind it"),
            (vec![plain("海报上这样写："), plain(prompt), plain(behind)], false, "no quotation"),
            (vec![plain("注："), quote(prompt), plain(behind)], false, "a label alone"),
        ];
        for (blocks, apart, case) in cases {
            let mut units = split(blocks);
            set_apart(&mut units);
            let found = units.iter().any(|unit| unit.text == prompt && unit.shape == Shape::Solid);
            assert_eq!(found, apart, "{case}");
        }
    }
}
