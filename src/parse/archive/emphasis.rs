use crate::model::{Image, Span, Style};

/// A piece of inline text before emphasis is worked out.
pub(super) struct Piece {
    pub what: What,
    /// Where it links to, "" when it is no link.
    pub href: String,
}

pub(super) enum What {
    Text(String),
    Code(String),
    Image(Image),
    Bold { inside_word: bool },
    Italic { mark: char, opens: bool, closes: bool },
}

/// Works out emphasis and joins equal neighbours.
pub(super) fn assemble(mut pieces: Vec<Piece>) -> Vec<Span> {
    settle_bold(&mut pieces);
    settle_italic(&mut pieces);
    let mut spans: Vec<Span> = Vec::new();
    let mut style = Style::default();
    for Piece { what, href } in pieces {
        match what {
            What::Bold { .. } => style.bold = !style.bold,
            What::Italic { .. } => style.italic = !style.italic,
            What::Image(image) => spans.push(Span::Image(image)),
            What::Code(text) => add(&mut spans, text, Style { code: true, ..style }, href),
            What::Text(text) => add(&mut spans, text, style, href),
        }
    }
    spans
}

fn add(spans: &mut Vec<Span>, words: String, new: Style, link: String) {
    if words.is_empty() && link.is_empty() {
        return;
    }
    if let Some(Span::Text { text, style, href }) = spans.last_mut()
        && *style == new
        && *href == link
    {
        text.push_str(&words);
        return;
    }
    spans.push(Span::Text { text: words, style: new, href: link });
}

/// An odd bold mark is taken back: as text when it stands inside a word (`2**3`), else for nothing.
fn settle_bold(pieces: &mut [Piece]) {
    let marks: Vec<usize> =
        (0..pieces.len()).filter(|at| matches!(pieces.get(*at), Some(Piece { what: What::Bold { .. }, .. }))).collect();
    if marks.len().is_multiple_of(2) {
        return;
    }
    let inside =
        marks.iter().find(|at| matches!(pieces.get(**at), Some(Piece { what: What::Bold { inside_word: true }, .. })));
    let (at, words) = match inside {
        Some(at) => (*at, "**"),
        None => (marks.last().copied().unwrap_or_default(), ""),
    };
    if let Some(piece) = pieces.get_mut(at) {
        piece.what = What::Text(words.to_owned());
    }
}

/// Pairs the marks of emphasis; those without a partner are text.
fn settle_italic(pieces: &mut [Piece]) {
    let mut open: Option<(usize, char)> = None;
    let mut paired = vec![false; pieces.len()];
    for (at, piece) in pieces.iter().enumerate() {
        let What::Italic { mark, opens, closes } = piece.what else { continue };
        match open {
            Some((from, opened)) if closes && opened == mark => {
                for end in [from, at] {
                    if let Some(flag) = paired.get_mut(end) {
                        *flag = true;
                    }
                }
                open = None;
            }
            None if opens => open = Some((at, mark)),
            _ => {}
        }
    }
    for (piece, paired) in pieces.iter_mut().zip(paired) {
        if let What::Italic { mark, .. } = piece.what
            && !paired
        {
            piece.what = What::Text(mark.to_string());
        }
    }
}
