use crate::model::WINDOW;

/// Articles of an account after which a wording that was not learned and did not come back is forgotten. What an
/// account says once in each article would pile up for ever, and beyond [`WINDOW`] a sight teaches nothing more.
const MEMORY: u32 = 2 * WINDOW;

/// What to forget with the account's article of this number: every wording that was not learned and was last seen in
/// the article of the number returned, or before. Only every [`MEMORY`]th article asks, so that looking through an
/// account's wordings costs little: twice as many articles are remembered at most.
pub(super) fn last_forgotten(number: u32) -> Option<u32> {
    number.is_multiple_of(MEMORY).then(|| number.saturating_sub(MEMORY)).filter(|last| *last > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn now_and_then_what_the_last_articles_did_not_show_is_forgotten() {
        let cases = [(1, None), (24, None), (25, None), (47, None), (48, Some(24)), (49, None), (72, Some(48))];
        for (number, want) in cases {
            assert_eq!(last_forgotten(number), want, "{number}");
            assert!(want.is_none_or(|last| number - last >= WINDOW), "what counts towards learning stays");
        }
    }
}
