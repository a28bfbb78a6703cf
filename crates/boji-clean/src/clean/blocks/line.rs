use crate::model::{Image, Span, Style};

/// The content of the block being written: runs of text and pictures, with white space collapsed as a browser does.
#[derive(Debug, Default)]
pub(super) struct Line {
    spans: Vec<Span>,
    /// White space seen and not yet written.
    gap: Gap,
    /// Forced breaks seen and not yet written.
    breaks: u8,
    /// That white space stands inside of code.
    is_gap_code: bool,
    /// The last character written, if it was text.
    last: Option<char>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Gap {
    #[default]
    None,
    Space,
    /// A line end of the source, which means nothing between two Chinese characters.
    LineEnd,
}

impl Line {
    /// True when nothing but white space was written.
    pub(super) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// True when words stand in the line.
    pub(super) fn has_text(&self) -> bool {
        self.last.is_some()
    }

    /// True when the next text begins a new paragraph: two breaks stand before it.
    pub(super) fn is_parted(&self) -> bool {
        self.breaks >= 2
    }

    /// True when all of the line is the mark of a footnote, `[12]`, whose words come in a box of their own.
    pub(super) fn is_note_mark(&self) -> bool {
        let [Span::Text { text, .. }] = self.spans.as_slice() else { return false };
        let number = text.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        self.breaks == 0
            && number
                .is_some_and(|number| (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()))
    }

    /// The words that stand before what is written next, as far as nothing parts them from it.
    pub(super) fn tail(&self) -> &str {
        match self.spans.last() {
            Some(Span::Text { text, .. }) if self.gap == Gap::None && self.breaks == 0 => text,
            _ => "",
        }
    }

    /// A `br`.
    pub(super) fn line_break(&mut self) {
        self.gap = Gap::None;
        self.breaks = self.breaks.saturating_add(u8::from(!self.spans.is_empty()));
    }

    /// White space that the markup implies, such as between two cells.
    pub(super) fn space(&mut self) {
        if self.gap == Gap::None {
            self.gap = Gap::Space;
            self.is_gap_code = false;
        }
    }

    /// Adds source text, collapsing its white space.
    pub(super) fn text(&mut self, text: &str, style: Style, href: &str) {
        let mut rest = text;
        loop {
            let (words, behind) = rest.split_at_checked(collapsed(rest)).unwrap_or((rest, ""));
            self.words(words, style, href);
            let next = behind.trim_start_matches(is_space);
            let Some(gap) = behind.get(..behind.len() - next.len()).filter(|gap| !gap.is_empty()) else { return };
            self.is_gap_code = style.code && (self.gap == Gap::None || self.is_gap_code);
            self.gap = match self.gap {
                Gap::None | Gap::Space if !gap.contains(['\n', '\r']) => Gap::Space,
                _ => Gap::LineEnd,
            };
            rest = next;
        }
    }

    /// Adds words with single spaces between them.
    fn words(&mut self, words: &str, style: Style, href: &str) {
        let Some(first) = words.chars().next() else { return };
        let before = if self.spans.is_empty() {
            ""
        } else if self.breaks > 0 {
            "\n"
        } else {
            match self.gap {
                Gap::None => "",
                Gap::LineEnd if self.last.is_some_and(is_wide) && is_wide(first) => "",
                Gap::Space | Gap::LineEnd => " ",
            }
        };
        self.gap = Gap::None;
        self.breaks = 0;
        self.last = words.chars().next_back();
        if let Some(Span::Text { text, style: old_style, href: old_href }) = self.spans.last_mut() {
            // Two pieces of code with white space between them are two.
            let is_one = !style.code || self.is_gap_code || before != " ";
            if *old_style == style && old_href == href && is_one {
                text.push_str(before);
                text.push_str(words);
                return;
            }
            // White space between two runs belongs to the one that is plain.
            let plain = |style: Style, href: &str| style == Style::default() && href.is_empty();
            if !before.is_empty() && !plain(style, href) {
                if plain(*old_style, old_href) {
                    text.push_str(before);
                } else {
                    // Between two runs of one link it is the link's.
                    let shared = if old_href == href { href } else { "" };
                    self.spans.push(Span::link(before, shared));
                }
                self.spans.push(Span::Text { text: words.to_owned(), style, href: href.to_owned() });
                return;
            }
        }
        self.spans.push(Span::Text { text: format!("{before}{words}"), style, href: href.to_owned() });
    }

    /// Adds a picture, unless the last one has the same address: pages give a lazy picture and its fallback.
    pub(super) fn image(&mut self, image: Image) {
        let twice = self.spans.iter().rev().find_map(|span| match span {
            Span::Image(last) => Some(last.url == image.url),
            Span::Text { .. } => None,
        });
        if twice == Some(true) {
            return;
        }
        if self.breaks > 0 {
            self.spans.push(Span::plain("\n"));
        } else if self.gap != Gap::None
            && let Some(Span::Text { text, .. }) = self.spans.last_mut()
        {
            text.push(' ');
        }
        self.gap = Gap::None;
        self.breaks = 0;
        self.spans.push(Span::Image(image));
    }

    /// Takes the content, white space at both ends cut, and leaves an empty line.
    pub(super) fn take(&mut self) -> Vec<Span> {
        let mut spans = std::mem::take(self).spans;
        if let Some(Span::Text { text, .. }) = spans.first_mut()
            && text.starts_with(char::is_whitespace)
        {
            *text = text.trim_start().to_owned();
        }
        if let Some(Span::Text { text, .. }) = spans.last_mut() {
            text.truncate(text.trim_end().len());
        }
        spans.retain(|span| !matches!(span, Span::Text { text, .. } if text.is_empty()));
        spans
    }
}

/// How many bytes at the start of a text are words with one space between each two: they are as they should be.
fn collapsed(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_word = |at: usize| match bytes.get(at) {
        None | Some(b' ' | b'\t' | b'\n' | b'\r' | b'\x0c') => false,
        Some(0xc2) => bytes.get(at + 1) != Some(&0xa0),
        Some(_) => true,
    };
    let mut length = 0;
    while is_word(length) || (length > 0 && bytes.get(length) == Some(&b' ') && is_word(length + 1)) {
        length += 1;
    }
    length
}

/// White space that collapses. A no-break space does too: pages indent and pad with it.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0c' | '\u{a0}')
}

/// Characters of scripts written without spaces between words, with their punctuation.
fn is_wide(character: char) -> bool {
    matches!(u32::from(character), 0x2E80..=0x9FFF | 0xF900..=0xFAFF | 0xFE30..=0xFE4F | 0xFF00..=0xFF60 | 0x2_0000..=0x3_FFFF)
        || matches!(character, '“' | '”' | '‘' | '’' | '…' | '—')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(spans: &[Span]) -> String {
        spans.iter().map(|span| if let Span::Text { text, .. } = span { text.as_str() } else { "#" }).collect()
    }

    #[test]
    fn collapses_as_a_browser_does() {
        let cases = [
            (&["  a \n b", " ", "c "][..], "a b c"),
            (&["春\n  天", "来 了"], "春天来 了"),
            (&["春\n", "spring\n", "天"], "春 spring 天"),
            (&["a\u{a0}\u{a0}b c d"], "a b c d"),
            (&["a b \u{a0}", "\u{e0} c "], "a b à c"),
            (&["\u{3000}\u{3000}缩进"], "缩进"),
        ];
        for (runs, want) in cases {
            let mut line = Line::default();
            for run in runs {
                line.text(run, Style::default(), "");
            }
            assert_eq!(joined(&line.take()), want, "{runs:?}");
        }
    }

    #[test]
    fn parts_runs_of_other_style_and_keeps_breaks() {
        let mut line = Line::default();
        line.line_break();
        line.text("see ", Style::default(), "");
        line.text("there", Style::default(), "https://a.example/");
        line.text(" now", Style::default(), "");
        line.line_break();
        line.text(" next", Style::default(), "");
        line.line_break();
        let want = [Span::plain("see "), Span::link("there", "https://a.example/"), Span::plain(" now\nnext")];
        assert_eq!(line.take(), want);
    }
}
