use unicode_normalization::UnicodeNormalization as _;

use crate::model::{Block, BlockKind, Span, Style};

/// The normal form of a block's text: invisible characters gone, every kind of space one space, no space where only the
/// layout put one, no empty lines, nothing at the ends. Letters and digits never change, save that the look-alike
/// radicals that some keyboards and PDF readers produce become the characters that they stand for. Code keeps its
/// spaces and lines; a row of a table ends with its last filled cell.
pub fn normalize(mut block: Block) -> Block {
    match &mut block.kind {
        BlockKind::Code(_) => code(&mut block.spans),
        BlockKind::Table(rows) => {
            for row in rows {
                for cell in row.iter_mut() {
                    cell.spans = spans(std::mem::take(&mut cell.spans));
                }
                let filled = row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
                row.truncate(filled);
            }
        }
        BlockKind::Heading(_) => {
            block.spans = spans(std::mem::take(&mut block.spans));
            unembolden(&mut block.spans);
        }
        _ => block.spans = spans(std::mem::take(&mut block.spans)),
    }
    block
}

/// A heading that is bold from end to end says it twice.
fn unembolden(spans: &mut [Span]) {
    let is_bold = |span: &Span| match span {
        Span::Text { text, style, .. } => style.bold || text.trim().is_empty(),
        Span::Image(_) => true,
    };
    if spans.iter().all(is_bold) {
        for span in spans {
            if let Span::Text { style, .. } = span {
                style.bold = false;
            }
        }
    }
}

/// The normal form of a run of plain text.
pub(super) fn text(text: &str) -> String {
    run(text, None, &mut State::default())
}

/// What has been written so far, as far as the next character cares.
#[derive(Default)]
struct State {
    /// Last visible character of the line, `None` at its start.
    last: Option<char>,
    /// White space was seen since then.
    space: bool,
    /// A line break was seen since the last visible character of the block.
    newline: bool,
    /// Something visible was written before.
    begun: bool,
    /// The style changed since the last visible character.
    boundary: bool,
}

impl State {
    /// The character right before the next one.
    fn before(&self) -> Option<char> {
        self.last.filter(|_| !self.space && !self.newline)
    }

    /// The white space that parts what was written from the character that comes.
    fn write_gap(&self, next: char, out: &mut String) {
        if self.newline && self.begun {
            out.push('\n');
        } else if self.space
            && let Some(last) = self.last
            && wants_space(last, next, self.boundary)
        {
            out.push(' ');
        }
    }
}

fn spans(spans: Vec<Span>) -> Vec<Span> {
    let mut state = State::default();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    let mut style_before = Style::default();
    let mut rest = spans.into_iter();
    while let Some(span) = rest.next() {
        match span {
            Span::Image(_) => out.push(span),
            Span::Text { text, style, href } => {
                state.boundary |= style != style_before;
                style_before = style;
                let mut words = run(&text, rest.as_slice().first().and_then(first_char), &mut state);
                let plain = style == Style::default() && href.is_empty();
                // White space before a word in bold, in code or in a link is not part of it.
                if !plain && words.starts_with([' ', '\n']) {
                    let space = words.remove(0);
                    let is_of_link = matches!(out.last(), Some(Span::Text { href: before, .. }) if *before == href);
                    add(
                        &mut out,
                        space.to_string(),
                        Style::default(),
                        if is_of_link { href.clone() } else { String::new() },
                    );
                }
                if !words.is_empty() || (text.is_empty() && !href.is_empty()) {
                    add(&mut out, words, style, href);
                }
            }
        }
    }
    out
}

/// The character with which a span begins, if it is text.
fn first_char(span: &Span) -> Option<char> {
    match span {
        Span::Text { text, .. } => text.chars().next(),
        Span::Image(_) => None,
    }
}

/// One run of text with the character behind it in its line; spaces that turn out to be needed stand at its start.
fn run(text: &str, behind_it: Option<char>, state: &mut State) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let (words, behind) = rest.split_at_checked(words(rest.as_bytes())).unwrap_or(("", rest));
        if let (Some(first), Some(last)) = (words.chars().next(), words.chars().next_back()) {
            state.write_gap(first, &mut out);
            out.push_str(words);
            *state = State { last: Some(last), begun: true, ..State::default() };
        }
        let mut chars = behind.chars();
        let Some(c) = chars.next() else { return out };
        rest = chars.as_str();
        match c {
            '\u{4e00}'..='\u{9fff}' => {
                state.write_gap(c, &mut out);
                out.push(c);
                *state = State { last: Some(c), begun: true, ..State::default() };
            }
            '\n' | '\u{2028}' | '\u{2029}' => {
                state.newline = true;
                state.space = false;
            }
            _ if c.is_whitespace() || is_blank(c) => state.space = true,
            _ if is_invisible(c, state.before(), chars.next().or(behind_it)) => {}
            _ => {
                state.write_gap(c, &mut out);
                push(&mut out, c);
                *state = State { last: Some(c), begun: true, ..State::default() };
            }
        }
    }
}

/// The length of the words of ASCII at the start of a text, with one space between each two: they are as they should be.
fn words(text: &[u8]) -> usize {
    let mut length = 0;
    let graphic = |at: usize| text.get(at).is_some_and(u8::is_ascii_graphic);
    while graphic(length) || (length > 0 && text.get(length) == Some(&b' ') && graphic(length + 1)) {
        length += 1;
    }
    length
}

/// Whether a space between two characters was written and not laid out: full-width punctuation brings its own, and
/// html2text puts one behind bold words that stand between Han characters.
fn wants_space(last: char, next: char, boundary: bool) -> bool {
    let layout = boundary && is_han(last) && is_han(next);
    !(layout || is_full_width_mark(last) || is_full_width_mark(next))
}

/// A radical of the Kangxi block is written as the character; everything else as it is.
fn push(out: &mut String, c: char) {
    if matches!(u32::from(c), 0x2F00..=0x2FDF) {
        out.extend(std::iter::once(c).nfkc());
    } else {
        out.push(c);
    }
}

/// Letters without a shape, with which editors indent and part lines: the empty Braille cell, the Hangul fillers.
fn is_blank(c: char) -> bool {
    matches!(c, '\u{2800}' | '\u{3164}' | '\u{115f}' | '\u{1160}' | '\u{ffa0}')
}

/// Characters that show nothing: zero-width ones, marks of direction, private use, control. A joiner is a letter where it
/// stands between letters that it parts or joins, and a part of an emoji inside of one.
fn is_invisible(c: char, last: Option<char>, next: Option<char>) -> bool {
    match c {
        ZERO_WIDTH_NON_JOINER => !parts_letters(last, next),
        ZERO_WIDTH_JOINER => {
            let joins_pictures = last.is_some_and(is_pictograph) && next.is_some_and(is_pictograph);
            // At an end of a word it shows the form of a letter in its midst: `\u{647}\u{200d}.`
            !(joins_pictures || last.is_some_and(is_joining) || (last.is_none() && next.is_some_and(is_joining)))
        }
        // Before the last vowel of a Mongolian word.
        '\u{180e}' => !(last.is_some_and(is_mongolian) && next.is_some_and(is_mongolian)),
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        _ => {
            matches!(u32::from(c), 0xE000..=0xF8FF | 0xFEFF | 0xFFF9..=0xFFFC | 0xF_0000..=0x10_FFFF) || c.is_control()
        }
    }
}

const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';
const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// Whether a non-joiner parts two letters that would join, or at the end of a word keeps a letter of an Indic script from the
/// form that it has before others.
fn parts_letters(last: Option<char>, next: Option<char>) -> bool {
    let ends_word = next.is_none_or(|next| !next.is_alphanumeric()) && last.is_some_and(is_virama);
    last.is_some_and(is_joining) && (ends_word || next.is_some_and(is_joining))
}

/// A letter or a mark of a script whose letters take other forms beside one another: Arabic and its kin, those of India and
/// its neighbours, Mongolian.
fn is_joining(c: char) -> bool {
    matches!(
        u32::from(c),
        0x0620..=0x065F | 0x066E..=0x06D3 | 0x06D5..=0x06DC | 0x06DF..=0x06E8 | 0x06EA..=0x06EF | 0x06FA..=0x06FF
            | 0x0710..=0x08FF | 0x0900..=0x0963 | 0x0971..=0x0DFF
            | 0x0F40..=0x0FBC | 0x1000..=0x109F | 0x1780..=0x17D3 | 0x1807 | 0x180A..=0x180D | 0x1820..=0x18AA
            | 0x1900..=0x1CFF | 0xA800..=0xA9FF | 0xAA00..=0xAAFF | 0xABC0..=0xABFF
            | 0xFB50..=0xFDFF | 0xFE70..=0xFEFC | 0x1_0A00..=0x1_0A5F | 0x1_0AC0..=0x1_0AFF | 0x1_0D00..=0x1_0D3F
            | 0x1_0F30..=0x1_0F6F | 0x1_1000..=0x1_1FFF | 0x1_E900..=0x1_E95F
    )
}

/// The mark that takes the vowel from a letter of an Indic script.
fn is_virama(c: char) -> bool {
    matches!(
        u32::from(c),
        0x094D
            | 0x09CD
            | 0x0A4D
            | 0x0ACD
            | 0x0B4D
            | 0x0BCD
            | 0x0C4D
            | 0x0CCD
            | 0x0D3B
            | 0x0D3C
            | 0x0D4D
            | 0x0DCA
            | 0x1039
            | 0x17D2
            | 0xA9C0
    )
}

fn is_mongolian(c: char) -> bool {
    matches!(u32::from(c), 0x180B..=0x180D | 0x1820..=0x18AA)
}

fn is_pictograph(c: char) -> bool {
    matches!(u32::from(c), 0x2190..=0x2BFF | 0xFE0F | 0x1_F000..=0x1_FAFF)
}

/// A character of a script that is written without spaces: Han and kana.
fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x2E80..=0x2FDF | 0x3005..=0x3007 | 0x3021..=0x3029 | 0x3041..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
}

/// Full-width punctuation, which holds its own white space.
fn is_full_width_mark(c: char) -> bool {
    matches!(u32::from(c), 0x3001..=0x3003 | 0x3008..=0x3011 | 0x3014..=0x301F | 0xFF01 | 0xFF08..=0xFF09 | 0xFF0C | 0xFF0E | 0xFF1A..=0xFF1B | 0xFF1F)
}

fn code(spans: &mut Vec<Span>) {
    for span in &mut *spans {
        if let Span::Text { text, .. } = span {
            let lines: Vec<String> = text.lines().map(code_line).collect();
            *text = lines.join("\n");
        }
    }
}

fn code_line(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        if c == '\u{a0}' {
            out.push(' ');
        } else if c == '\t' || !is_invisible(c, out.chars().next_back(), rest.clone().next()) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn add(out: &mut Vec<Span>, words: String, new: Style, link: String) {
    if let Some(Span::Text { text, style, href }) = out.last_mut()
        && *style == new
        && *href == link
    {
        text.push_str(&words);
    } else {
        out.push(Span::Text { text: words, style: new, href: link });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Cell;

    #[test]
    fn a_heading_is_not_bold_as_a_whole() {
        let bold = |text: &str| Span::Text {
            text: text.into(),
            style: Style { bold: true, ..Style::default() },
            href: String::new(),
        };
        let whole = normalize(Block::new(BlockKind::Heading(2), vec![bold("Water"), bold(" and grain")]));
        assert!(whole.spans.iter().all(|span| matches!(span, Span::Text { style, .. } if !style.bold)));
        let part = normalize(Block::new(BlockKind::Heading(2), vec![bold("Water"), Span::plain(" and grain")]));
        assert!(matches!(&part.spans[0], Span::Text { style, .. } if style.bold));
    }

    #[test]
    fn tidies_text_and_leaves_letters() {
        let cases = [
            ("\u{feff}甲\u{200b}乙\u{a0}\u{a0}c", "甲乙 c"),
            ("　　甲  乙 ", "甲 乙"),
            ("甲 ， 乙", "甲，乙"),
            ("甲 （ b ） 丙", "甲（b）丙"),
            ("a , b", "a , b"),
            ("甲\n\n \n乙\n", "甲\n乙"),
            ("⽂中", "文中"),
            ("Ａ１\u{e001}b\u{f0001}", "Ａ１b"),
            ("甲\u{3164}\u{2800}乙\u{180e}", "甲 乙"),
            ("👨\u{200d}👩\u{200d}a", "👨\u{200d}👩a"),
            ("a\u{200c}b 甲\u{200d}乙\u{200c} c\u{200c}", "ab 甲乙 c"),
            // Persian, a Persian abbreviation, Devanagari, Bengali, a Malayalam letter at the end of a word, Mongolian.
            ("می\u{200c}خوانم", "می\u{200c}خوانم"),
            ("می\u{200c} خوانم\u{200c}\u{200c}ها \u{200c}b", "می خوانم\u{200c}ها b"),
            ("ه\u{200d}.ش", "ه\u{200d}.ش"),
            ("क्\u{200d}ष", "क्\u{200d}ष"),
            ("উদ্\u{200c}যাপন", "উদ্\u{200c}যাপন"),
            ("അവന്\u{200d} അത്\u{200c}.", "അവന്\u{200d} അത്\u{200c}."),
            ("ᠮᠣᠩᠭᠣᠯ\u{180e}ᠠ", "ᠮᠣᠩᠭᠣᠯ\u{180e}ᠠ"),
        ];
        for (raw, want) in cases {
            assert_eq!(text(raw), want, "{raw:?}");
        }
    }

    #[test]
    fn a_space_that_html2text_put_behind_bold_goes() {
        let bold = Style { bold: true, ..Style::default() };
        let block = |text: &str, tail: &str| {
            let bold = Span::Text { text: text.into(), style: bold, href: String::new() };
            normalize(Block::new(BlockKind::Paragraph, vec![bold, Span::plain(tail)])).text()
        };
        assert_eq!(block("甲", " 乙"), "甲乙");
        assert_eq!(block("甲", " b"), "甲 b");
        assert_eq!(text("甲 乙"), "甲 乙", "an author's own space stays");
    }

    #[test]
    fn a_line_break_before_code_is_not_in_it() {
        let code =
            Span::Text { text: "b".into(), style: Style { code: true, ..Style::default() }, href: String::new() };
        let block = Block::new(BlockKind::Paragraph, vec![Span::plain("a\n"), code.clone()]);
        assert_eq!(normalize(block).spans, [Span::plain("a\n"), code]);
    }

    #[test]
    fn a_row_ends_with_its_last_filled_cell() {
        let row = |cells: &[&str]| cells.iter().map(|cell| Cell::from(*cell)).collect::<Vec<_>>();
        let rows = vec![row(&["a", "", " "]), row(&["", "b", ""])];
        let kind = normalize(Block::new(BlockKind::Table(rows), Vec::new())).kind;
        assert_eq!(kind, BlockKind::Table(vec![row(&["a"]), row(&["", "b"])]));
    }

    #[test]
    fn a_joiner_between_two_runs_stays() {
        let bold = Style { bold: true, ..Style::default() };
        let bold = Span::Text { text: "خوانم".into(), style: bold, href: String::new() };
        let block = Block::new(BlockKind::Paragraph, vec![Span::plain("می\u{200c}"), bold]);
        assert_eq!(normalize(block).text(), "می\u{200c}خوانم");
    }

    #[test]
    fn a_space_before_a_link_is_not_in_it() {
        let block = Block::new(BlockKind::Paragraph, vec![Span::plain("see "), Span::link(" the gate", "u")]);
        assert_eq!(normalize(block).spans, [Span::plain("see "), Span::link("the gate", "u")]);
    }

    #[test]
    fn code_keeps_its_shape() {
        let block = Block::new(
            BlockKind::Code(String::new()),
            vec![Span::plain("a\u{a0}  b \n\n\tc\u{200b}\n# می\u{200c}خوانم 👨\u{200d}👩")],
        );
        assert_eq!(normalize(block).text(), "a   b\n\n\tc\n# می\u{200c}خوانم 👨\u{200d}👩");
    }

    proptest::proptest! {
        #[test]
        fn is_settled_after_one_pass(raw in "[ab甲 ，\n\u{200b}\u{a0}。]{0,40}") {
            let once = text(&raw);
            proptest::prop_assert_eq!(text(&once), once.clone());
            let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            proptest::prop_assert_eq!(letters(&once), letters(&raw));
        }
    }
}
