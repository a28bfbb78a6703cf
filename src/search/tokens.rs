use std::ops::Range;

/// Stands for spaces between tokens of which one is a sign by itself: 好 世 is not 好世.
const SPACE: char = '\u{E000}';
/// Stands for the end of a line.
const LINE_END: char = '\u{E001}';
/// A sign of ASCII stands so many further, where no tokenizer divides at it.
const SIGNS: u32 = 0xE100;

/// What a search sees of a text, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Where it stands, in bytes.
    pub(super) place: Range<usize>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A run of letters and digits of a script that divides its words.
    Word,
    /// Any other character: of a script without spaces, a punctuation mark, a symbol.
    Sign,
    /// Spaces that a person would see as a part of what he looks for.
    Space,
    /// The end of a line, with the spaces round it.
    LineEnd,
}

impl Token {
    /// Writes the form in which it is compared: lower case, one apostrophe for all.
    pub(super) fn write(&self, text: &str, out: &mut String) {
        match self.kind {
            Kind::Space => out.push(SPACE),
            Kind::LineEnd => out.push(LINE_END),
            Kind::Word | Kind::Sign => {
                let own = text.get(self.place.clone()).unwrap_or_default();
                for character in own.chars().flat_map(char::to_lowercase) {
                    out.push(match character {
                        '’' => sign_of('\''),
                        _ if character.is_ascii_graphic() && !character.is_ascii_alphanumeric() => sign_of(character),
                        _ => character,
                    });
                }
            }
        }
    }

    /// The form in which it is compared.
    pub(super) fn form(&self, text: &str) -> String {
        let mut form = String::new();
        self.write(text, &mut form);
        form
    }
}

fn sign_of(character: char) -> char {
    char::from_u32(SIGNS + u32::from(character)).unwrap_or(SPACE)
}

/// Writes the tokens of a text with a space behind each, for a tokenizer that divides at spaces alone.
///
/// Chinese is found at any length when each of its characters is a token and what is asked for is a phrase of them; words of scripts
/// with spaces are tokens as a whole. Punctuation and the spaces beside such characters are tokens too, so that a phrase ends
/// where the text does. Spaces between two words are none.
pub(crate) fn write_tokens(text: &str, out: &mut String) {
    out.reserve(text.len() + text.len() / 2);
    for token in tokens(text) {
        token.write(text, out);
        out.push(' ');
    }
}

/// The tokens of a text.
pub(super) fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0, last: None, next: None }
}

/// See [`tokens`].
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    last: Option<Kind>,
    /// What comes behind a space that was given.
    next: Option<Token>,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let token = match self.next.take() {
            Some(token) => token,
            None => self.read()?,
        };
        self.last = Some(token.kind);
        Some(token)
    }
}

impl Tokens<'_> {
    fn read(&mut self) -> Option<Token> {
        let from = self.at;
        let mut holds_line_end = false;
        let mut rest = self.text.get(from..)?.chars();
        let first = loop {
            let character = rest.next()?;
            if !character.is_whitespace() {
                break character;
            }
            holds_line_end |= character == '\n';
            self.at += character.len_utf8();
        };
        let token = self.token(first);
        let space = match (self.last, holds_line_end) {
            // Before the first token nothing is divided.
            (None, _) => None,
            _ if from == token.place.start => None,
            (_, true) => Some(Kind::LineEnd),
            (Some(Kind::Word), false) if token.kind == Kind::Word => None,
            (Some(_), false) => Some(Kind::Space),
        };
        let Some(kind) = space else { return Some(token) };
        let space = Token { place: from..token.place.start, kind };
        self.next = Some(token);
        Some(space)
    }

    /// The word or sign that begins here with this character.
    fn token(&mut self, first: char) -> Token {
        let from = self.at;
        let rest = self.text.get(from..).unwrap_or_default();
        let kind = if is_of_word(first) { Kind::Word } else { Kind::Sign };
        let length = match kind {
            Kind::Word => rest.find(|character| !is_of_word(character)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        self.at += length;
        Token { place: from..self.at, kind }
    }
}

/// Whether a character belongs to a word that spaces divide from the next one.
fn is_of_word(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric();
    }
    !stands_alone(character) && character.is_alphanumeric()
}

/// Whether a character fills two columns of a terminal, as nearly all do that stand alone.
pub(super) fn is_wide(character: char) -> bool {
    !character.is_ascii()
        && (stands_alone(character) || matches!(character, '\u{3000}'..='\u{303F}' | '\u{FF01}'..='\u{FF60}'))
}

/// Whether a character is of a script that sets no spaces between words, or, as Hangul, hangs endings on them. By blocks of Unicode.
fn stands_alone(character: char) -> bool {
    matches!(character,
        '\u{0E00}'..='\u{0EFF}'        // Thai, Lao
        | '\u{0F00}'..='\u{0FFF}'      // Tibetan
        | '\u{1000}'..='\u{109F}'      // Myanmar
        | '\u{1100}'..='\u{11FF}'      // Hangul Jamo
        | '\u{1780}'..='\u{17FF}'      // Khmer
        | '\u{2E80}'..='\u{312F}'      // radicals of Han, 々〆, Kana, Bopomofo
        | '\u{3130}'..='\u{4DBF}'      // Hangul, Kanbun, Kana, enclosed letters, extension A of Han
        | '\u{4E00}'..='\u{A4CF}'      // Han, Yi
        | '\u{A960}'..='\u{A97F}'      // Hangul Jamo
        | '\u{AC00}'..='\u{D7FF}'      // Hangul
        | '\u{F900}'..='\u{FAFF}'      // compatibility forms of Han
        | '\u{FF66}'..='\u{FFDC}'      // narrow Kana and Hangul
        | '\u{1B000}'..='\u{1B16F}'    // Kana
        | '\u{20000}'..='\u{3FFFF}'    // further Han
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn forms(text: &str) -> Vec<String> {
        tokens(text).map(|token| token.form(text)).collect()
    }

    #[test]
    fn characters_of_chinese_and_words_of_latin_are_tokens() {
        let space = "\u{E000}";
        let end = "\u{E001}";
        let comma = "\u{E12C}";
        let apostrophe = "\u{E127}";
        for (text, want) in [
            ("簸箕好，", vec!["簸", "箕", "好", "，"]),
            ("用Rust写", vec!["用", "rust", "写"]),
            ("用 Rust 写", vec!["用", space, "rust", space, "写"]),
            ("Hello  world", vec!["hello", "world"]),
            ("Hello, world", vec!["hello", comma, space, "world"]),
            ("一\n\n two", vec!["一", end, "two"]),
            ("one\ntwo", vec!["one", end, "two"]),
            ("don’t don't", vec!["don", apostrophe, "t", "don", apostrophe, "t"]),
            ("GPT4年", vec!["gpt4", "年"]),
            (" 한국 ", vec!["한", "국"]),
            ("Größe №5", vec!["größe", space, "№", "5"]),
            ("𠀀x", vec!["𠀀", "x"]),
            ("", vec![]),
            ("  ", vec![]),
        ] {
            assert_eq!(forms(text), want, "{text}");
        }
    }

    #[test]
    fn what_is_written_divides_at_ascii_spaces_alone() {
        let mut out = String::new();
        write_tokens("C++，\"a\"\u{a0}b\u{3000}c", &mut out);
        assert_eq!(out.trim_end().split(' ').count(), forms("C++，\"a\"\u{a0}b\u{3000}c").len());
        assert!(out.chars().all(|c| !c.is_ascii() || c.is_ascii_alphanumeric() || c == ' '), "{out:?}");
    }

    proptest! {
        #[test]
        fn any_text_of_characters_without_words_holds_what_a_scan_finds(text in "[春夏，。 \n]{0,24}", part in "[春夏，。]{1,4}|春 夏") {
            let (all, wanted) = (forms(&text), forms(&part));
            let found = all.windows(wanted.len()).any(|window| window == wanted);
            // A run of spaces counts as one, as in texts that are stored.
            let squeezed = text.split(' ').filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ").replace(" \n", "\n").replace("\n ", "\n");
            prop_assert_eq!(found, squeezed.contains(&part));
        }

        #[test]
        fn tokens_cover_all_that_is_no_space(text in ".{0,24}") {
            let covered: String = tokens(&text).filter(|token| matches!(token.kind, Kind::Word | Kind::Sign)).map(|token| text[token.place].to_owned()).collect();
            let all: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            prop_assert_eq!(covered, all);
        }
    }
}
