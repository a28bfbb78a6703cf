use crate::model::Style;

/// Most runs of text that one long address is written for.
const MAX_RUNS: usize = 16;
/// Longest address that may be written again and again, in bytes.
const MAX_SHORT: usize = 128;

/// The link that the last runs of text belong to. One that its author forgot to close goes on through all that follows,
/// block by block; a long address is then kept for its first runs only, or little text would become much.
#[derive(Debug, Default)]
pub(super) struct LinkRun {
    href: String,
    style: Style,
    runs: usize,
}

impl LinkRun {
    /// Takes in how the next piece of text is set and whether it begins a block.
    pub(super) fn next(&mut self, style: Style, href: &str, begins: bool) {
        if self.href != href {
            (self.href, self.runs) = (href.to_owned(), 0);
        } else if !begins && self.style == style {
            return;
        }
        self.style = style;
        self.runs += 1;
    }

    /// Whether the last run is one too many.
    pub(super) fn is_unclosed(&self) -> bool {
        self.runs > MAX_RUNS && self.href.len() > MAX_SHORT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_link_that_does_not_end_is_none() {
        let long = format!("https://a.example/{}", "x".repeat(MAX_SHORT));
        let mut link = LinkRun::default();
        let mut next = |href: &str, bold: bool, begins: bool| {
            link.next(Style { bold, ..Style::default() }, href, begins);
            link.is_unclosed()
        };
        assert!((0..MAX_RUNS).all(|_| !next(&long, false, true)));
        assert!(next(&long, false, true) && next(&long, false, false));
        assert!(!next("", false, false) && !next(&long, false, false));
        assert!((0..2 * MAX_RUNS).all(|_| !next(&long, false, false)), "pieces of one run");
        assert!((0..2 * MAX_RUNS).any(|nth| next(&long, nth % 2 == 0, false)), "a run for each style");
        assert!((0..2 * MAX_RUNS).all(|_| !next("https://a.example/x", false, true)), "a short one");
    }
}
