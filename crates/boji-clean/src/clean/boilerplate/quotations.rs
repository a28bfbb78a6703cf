use std::collections::BTreeSet;

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

/// The numbers of the sources that a text cites: `[3]` within a line.
pub(super) fn cited(units: &[Unit]) -> BTreeSet<u16> {
    let of = |unit: &Unit| numbers(&unit.text).filter(|(at, _)| *at > 0).map(|(_, number)| number).collect::<Vec<_>>();
    units.iter().flat_map(of).collect()
}

/// Whether a line is the entry of a source that the text cites: a title may hold any word.
pub(super) fn is_entry(unit: &Unit, cited: &BTreeSet<u16>) -> bool {
    numbers(&unit.text).next().is_some_and(|(at, number)| at == 0 && cited.contains(&number))
}

/// The numbers in square brackets of a text, with their places.
fn numbers(text: &str) -> impl Iterator<Item = (usize, u16)> {
    text.match_indices('[').filter_map(|(at, _)| {
        let rest = text.get(at + 1..)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number = rest.get(..digits).filter(|_| (1..=3).contains(&digits))?.parse().ok()?;
        (rest.as_bytes().get(digits) == Some(&b']')).then_some((at, number))
    })
}

#[cfg(test)]
mod tests {
    use super::super::unit::split;
    use super::*;
    use crate::model::{Block, BlockKind, Span};

    #[test]
    fn an_entry_is_one_that_the_text_cites() {
        let lines = ["河底的石头很硬。[3]", "[3] 甲乙咨询. 桥梁市场.", "[4] 微信扫码咨询"];
        let units = split(lines.into_iter().map(Block::paragraph).collect());
        let cited = cited(&units);
        let entries: Vec<bool> = units.iter().map(|unit| is_entry(unit, &cited)).collect();
        assert_eq!(entries, [false, true, false]);
    }

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
