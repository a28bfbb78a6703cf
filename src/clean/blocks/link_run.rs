/// Most pieces of text in a row that one link is made of.
const MAX_PIECES: usize = 16;

/// The link that the last pieces of text belong to. One that its author forgot to close runs on through all that
/// follows, block by block; it is a link of its first words only.
#[derive(Debug, Default)]
pub(super) struct LinkRun {
    href: String,
    pieces: usize,
}

impl LinkRun {
    /// Takes in the address of the next piece of text, "" for none.
    pub fn next(&mut self, href: &str) {
        if self.href != href {
            (self.href, self.pieces) = (href.to_owned(), 0);
        }
        self.pieces += 1;
    }

    /// Whether the last piece is one too many.
    pub fn is_unclosed(&self) -> bool {
        !self.href.is_empty() && self.pieces > MAX_PIECES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_does_not_end_is_none() {
        let mut link = LinkRun::default();
        let mut next = |href: &str| {
            link.next(href);
            link.is_unclosed()
        };
        assert!((0..MAX_PIECES).all(|_| !next("/a")));
        assert!(next("/a") && next("/a"));
        assert!(!next("/b") && !next("") && !next("/a"));
        assert!((0..2 * MAX_PIECES).all(|_| !next("")));
    }
}
