use super::unit::Unit;
use crate::model::{BuiltinRule, Category};

/// Kinds of WeChat's cards that are no text of the article, as (kind, category). The parser writes a card as a link to
/// `wechat-card:<kind>`.
const CARDS: [(&str, Category); 6] = [
    ("profile", Category::Card),
    ("miniprogram", Category::Card),
    ("product", Category::Commerce),
    ("redpacket", Category::Commerce),
    ("audio", Category::Media),
    ("video", Category::Media),
];

/// Takes out cards of accounts, mini programs and shops, and the labels of players.
pub(super) fn take(units: &mut [Unit]) {
    for unit in units.iter_mut().filter(|unit| unit.is_open()) {
        let mut links = unit.block.links();
        let (Some((_, address)), None) = (links.next(), links.next()) else { continue };
        let kind = address.strip_prefix("wechat-card:").unwrap_or_default();
        let card = CARDS.iter().find(|(name, _)| *name == kind);
        drop(links);
        if let Some((kind, category)) = card {
            unit.drop(*category, BuiltinRule::ShapeCard, format!("a card: {kind}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::unit::split;
    use super::*;
    use crate::model::{Block, BlockKind, Span};

    #[test]
    fn cards_go_and_links_stay() {
        let block = |address: &str| Block::new(BlockKind::Paragraph, vec![Span::link("某号", address)]);
        let cases = [("wechat-card:profile", true), ("wechat-card:other", false), ("https://a.example/", false)];
        for (address, dropped) in cases {
            let mut units = split(vec![block(address)]);
            take(&mut units);
            assert_eq!(units.iter().all(Unit::is_dropped), dropped, "{address}");
        }
    }
}
