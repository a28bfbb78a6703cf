use super::unit::{Shape, Unit};
use crate::model::{Block, BlockKind, Category, Span};
use crate::rules::Rules;

/// Parts a figure from a caption that only names who made the picture: the picture stays where the credit goes.
pub(super) fn part(units: Vec<Unit>, rules: &Rules) -> Vec<Unit> {
    let mut out = Vec::with_capacity(units.len());
    for unit in units {
        if !is_credited_picture(&unit, rules) {
            out.push(unit);
            continue;
        }
        let (words, pictures): (Vec<Span>, Vec<Span>) =
            unit.block.spans.into_iter().partition(|span| matches!(span, Span::Text { .. }));
        let quote = unit.block.quote;
        out.push(Unit::of(unit.source, Block { kind: BlockKind::Figure, quote, spans: pictures }));
        let mut credit = Unit::of(unit.source, Block { kind: BlockKind::Paragraph, quote, spans: words });
        credit.seam = true;
        out.push(credit);
    }
    out
}

fn is_credited_picture(unit: &Unit, rules: &Rules) -> bool {
    unit.block.kind == BlockKind::Figure
        && unit.shape == Shape::Words
        && unit.block.images().next().is_some()
        && rules.matching_anywhere(&unit.folded).iter().any(|rule| rule.category() == Category::PhotoCredit)
}

#[cfg(test)]
mod tests {
    use super::super::unit::split;
    use super::*;
    use crate::model::Image;

    #[test]
    fn a_picture_outlives_its_credit() {
        let picture = Image { url: "https://a.example/1.jpg".into(), alt: String::new(), width: 0 };
        for (caption, units) in [("Photo credit: River Archive", 2), ("The ferry at noon", 1), ("", 1)] {
            let spans = vec![Span::Image(picture.clone()), Span::plain(caption)];
            let parted = part(split(vec![Block::new(BlockKind::Figure, spans)]), &Rules::shipped());
            assert_eq!(parted.len(), units, "{caption}");
            assert_eq!(parted.first().map(|unit| unit.block.images().count()), Some(1), "{caption}");
        }
    }
}
