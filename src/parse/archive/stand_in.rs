use std::borrow::Cow;

/// Stands beside a mark of emphasis, where no space or punctuation may stand for CommonMark to see it, and before a line
/// that begins no block. It is no character of any text, and leaves no trace.
pub(super) const JOINER: char = '\u{fdd0}';

/// A mark of bold that was written, between its joiners.
pub(super) const BOLD: &str = "\u{fdd0}**\u{fdd0}";

/// An underscore that is read as a star: the sign stands before it.
pub(super) const UNDERSCORE: &str = "\u{fdd1}*";

/// Signs that are to mean nothing, and what stands for them while Markdown is read.
const HIDDEN: [(char, char); 5] =
    [('<', '\u{fdd2}'), ('\\', '\u{fdd3}'), ('*', '\u{fdd4}'), ('_', '\u{fdd5}'), ('[', '\u{fdd6}')];

/// What stands for a sign that is to mean nothing.
pub(super) fn hidden(sign: char) -> char {
    HIDDEN.iter().find(|(known, _)| *known == sign).map_or(sign, |(_, stand_in)| *stand_in)
}

/// Whether a character is one of ours; Unicode keeps them free of any meaning.
pub(super) fn is_stand_in(c: char) -> bool {
    ('\u{fdd0}'..='\u{fdd6}').contains(&c)
}

/// The text as it was written, wherever in Markdown it stood.
pub(super) fn written(text: &str) -> Cow<'_, str> {
    if !text.contains(is_stand_in) {
        return Cow::Borrowed(text);
    }
    let text = text.replace(UNDERSCORE, "_");
    let sign = |c| HIDDEN.iter().find(|(_, stand_in)| *stand_in == c).map_or(c, |(sign, _)| *sign);
    Cow::Owned(text.chars().map(sign).filter(|c| !is_stand_in(*c)).collect())
}
