use std::borrow::Cow;

/// Stands beside a mark of emphasis, where no space or punctuation may stand for CommonMark to see it, and before a line
/// that begins no block. It is no character of any text, and leaves no trace.
pub(super) const JOINER: char = '\u{fdd0}';

/// A mark of bold that was written, between its joiners.
pub(super) const BOLD: &str = "\u{fdd0}**\u{fdd0}";

/// An underscore that may begin emphasis, may end it, or may do either; `emphasis` finds out.
pub(super) const OPENS: char = '\u{fdd1}';
pub(super) const CLOSES: char = '\u{fdd7}';
pub(super) const EITHER: char = '\u{fdd8}';

/// Signs that are to mean nothing to Markdown, and what stands for them while it is read.
const HIDDEN: [(char, char); 8] = [
    ('<', '\u{fdd2}'),
    ('\\', '\u{fdd3}'),
    ('*', '\u{fdd4}'),
    ('_', '\u{fdd5}'),
    ('[', '\u{fdd6}'),
    ('_', OPENS),
    ('_', CLOSES),
    ('_', EITHER),
];

/// What stands for a sign that is to mean nothing.
pub(super) fn hidden(sign: char) -> char {
    HIDDEN.iter().find(|(known, _)| *known == sign).map_or(sign, |(_, stand_in)| *stand_in)
}

/// Whether a character is one of ours; Unicode keeps them free of any meaning.
pub(super) fn is_stand_in(c: char) -> bool {
    ('\u{fdd0}'..='\u{fdd8}').contains(&c)
}

/// Whether a character stands for an underscore that may mark emphasis.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, OPENS | CLOSES | EITHER)
}

/// The text as it was written, wherever in Markdown it stood.
pub(super) fn written(text: &str) -> Cow<'_, str> {
    signs(text, |_| false)
}

/// The text as it was written, but for the marks of emphasis in it.
pub(super) fn marked(text: &str) -> Cow<'_, str> {
    signs(text, is_mark)
}

fn signs(text: &str, stays: fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(is_stand_in) {
        return Cow::Borrowed(text);
    }
    let sign = |c| HIDDEN.iter().find(|(_, stand_in)| *stand_in == c && !stays(c)).map_or(c, |(sign, _)| *sign);
    Cow::Owned(text.chars().map(sign).filter(|c| !is_stand_in(*c) || stays(*c)).collect())
}
