use crate::model::WINDOW;

/// Articles of an account after which a wording that was not learned and did not come back is forgotten. What an
/// account says once in each article would pile up for ever; what can still be learned is seen within [`WINDOW`].
const MEMORY: u32 = 60;

const _: () = assert!(MEMORY >= WINDOW, "what counts towards learning must not be forgotten");

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
    fn every_sixtieth_article_forgets_what_the_last_sixty_did_not_show() {
        let cases = [(1, None), (59, None), (60, None), (61, None), (120, Some(60)), (121, None), (180, Some(120))];
        for (number, want) in cases {
            assert_eq!(last_forgotten(number), want, "{number}");
        }
    }
}
