use std::sync::LazyLock;

use html5ever::tendril::{StrTendril, TendrilSink as _};
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink as _, TokenizerOpts};
use html5ever::tree_builder::TreeSink;
use html5ever::{Attribute, LocalName, ParseOpts, Parser, QualName, ns};
use memchr::{memchr, memchr3};

use super::attributes::{READ, read_attributes};
use super::prune::starts_with;

/// The names of the attributes read, interned once.
static NAMES: LazyLock<Vec<LocalName>> =
    LazyLock::new(|| READ.iter().map(|name| LocalName::from(String::from_utf8_lossy(name))).collect());

/// Elements whose content is not markup to the standard tokenizer. The pre-pass leaves titles; the others it leaves only
/// where what it cuts out parted their letters.
const RAW: [&str; 10] =
    ["title", "script", "style", "textarea", "iframe", "xmp", "noembed", "noframes", "noscript", "plaintext"];

/// How the parser is to be made that [`parse`] drives.
pub(super) fn options() -> ParseOpts {
    ParseOpts { tokenizer: TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() }, ..ParseOpts::default() }
}

/// Parses what the pre-pass wrote. Its plain tags and texts are read here and go to the builder of the tree as they
/// are, where the standard tokenizer would look at each letter for what cannot stand there any more; it gets the pieces
/// that hold more: a character reference, a title, a doctype.
pub(super) fn parse<S: TreeSink>(html: &str, parser: Parser<S>) -> S::Output {
    let html = html.strip_prefix('\u{feff}').unwrap_or(html);
    let mut tokens = Tokens { html, shared: StrTendril::from_slice(html), parser, waits: false };
    let mut at = 0;
    while at < html.len() {
        at = tokens.step(at);
    }
    tokens.parser.finish()
}

struct Tokens<'a, S: TreeSink> {
    html: &'a str,
    /// The same, so that texts are pieces of it and no copies.
    shared: StrTendril,
    parser: Parser<S>,
    /// The standard tokenizer waits for what follows, to see where a reference ends.
    waits: bool,
}

impl<S: TreeSink> Tokens<'_, S> {
    /// Works off the piece at an offset; gives the offset behind it.
    fn step(&mut self, at: usize) -> usize {
        let rest = self.html.as_bytes().get(at..).unwrap_or_default();
        let behind = |mark: u8| memchr(mark, rest.get(1..).unwrap_or_default()).map(|found| at + 1 + found);
        match rest {
            [b'<', b'/', letter, ..] if letter.is_ascii_alphabetic() => match behind(b'>') {
                Some(end) => self.end_tag(at, end + 1),
                None => self.standard(at, self.html.len()),
            },
            [b'<', letter, ..] if letter.is_ascii_alphabetic() => self.start_tag(at),
            [b'<', b'!', ..] if starts_with(rest, b"<!doctype") => {
                self.standard(at, behind(b'>').map_or(self.html.len(), |end| end + 1))
            }
            [b'<', b'!' | b'?' | b'/', ..] => self.standard(at, self.html.len()),
            _ => self.text(at, behind(b'<').unwrap_or(self.html.len())),
        }
    }

    fn piece(&self, from: usize, to: usize) -> &str {
        self.html.get(from..to).unwrap_or_default()
    }

    /// A piece of the shared text.
    fn shared(&self, from: usize, to: usize) -> StrTendril {
        let shared = self.shared.try_subtendril(from as u32, to.saturating_sub(from) as u32);
        shared.unwrap_or_else(|_| StrTendril::from_slice(self.piece(from, to)))
    }

    fn emit(&mut self, token: Token) {
        // Only raw elements ask for something, and they are left to the standard tokenizer.
        let _ = self.parser.tokenizer.sink.process_token(token, 1);
    }

    fn standard(&mut self, from: usize, to: usize) -> usize {
        self.parser.process(self.shared(from, to));
        self.waits = false;
        to
    }

    fn text(&mut self, from: usize, to: usize) -> usize {
        if self.waits || !is_plain(self.piece(from, to)) {
            self.standard(from, to);
            self.waits = is_open(self.piece(from, to));
        } else {
            self.emit(Token::CharacterTokens(self.shared(from, to)));
        }
        to
    }

    fn end_tag(&mut self, at: usize, end: usize) -> usize {
        let name = self.piece(at + 2, end - 1);
        if self.waits || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return self.standard(at, end);
        }
        let name = local_name(name);
        self.emit(tag(TagKind::EndTag, name, false, Vec::new()));
        end
    }

    fn start_tag(&mut self, at: usize) -> usize {
        let bytes = self.html.as_bytes().get(at + 1..).unwrap_or_default();
        let length = bytes.iter().position(|byte| matches!(byte, b'>' | b'/') || byte.is_ascii_whitespace());
        let name_end = at + 1 + length.unwrap_or(bytes.len());
        let name = self.piece(at + 1, name_end);
        if RAW.iter().any(|raw| name.eq_ignore_ascii_case(raw)) {
            return self.raw(at, name_end);
        }
        let mut attributes = Vec::new();
        let read = read_attributes(self.html, name_end, |index, value, _| {
            if let Some(name) = NAMES.get(index) {
                let name = QualName::new(None, ns!(), name.clone());
                attributes.push(Attribute { name, value: StrTendril::from_slice(value) });
            }
        });
        let Some(read) = read else { return self.standard(at, self.html.len()) };
        if self.waits || !is_plain(self.piece(at, read.end)) {
            return self.standard(at, read.end);
        }
        let name = local_name(name);
        self.emit(tag(TagKind::StartTag, name, read.self_closing, attributes));
        read.end
    }

    /// A title without markup; everything from there on when it is something else.
    fn raw(&mut self, at: usize, name_end: usize) -> usize {
        let rest = self.html.as_bytes().get(name_end..).unwrap_or_default();
        let opened = memchr(b'>', rest).map(|found| name_end + found + 1);
        let closed = opened.and_then(|opened| Some(opened + memchr(b'<', self.html.as_bytes().get(opened..)?)?));
        let end = closed.and_then(|closed| {
            let tag = self.html.as_bytes().get(closed..)?;
            starts_with(tag, b"</title>").then_some(closed + b"</title>".len())
        });
        let title = self.piece(at, name_end).eq_ignore_ascii_case("<title");
        self.standard(at, end.filter(|_| title).unwrap_or(self.html.len()))
    }
}

/// Whether text or a tag is what it says: no reference to a character, no line end to unify, no zero.
fn is_plain(piece: &str) -> bool {
    memchr3(b'&', b'\r', 0, piece.as_bytes()).is_none()
}

/// Whether what follows a text may be a part of its last reference, line end or tag.
fn is_open(text: &str) -> bool {
    let open =
        |(_, tail): (&str, &str)| tail.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'#' | b';'));
    text.ends_with(['\r', '<']) || text.rsplit_once('&').is_some_and(open)
}

fn local_name(name: &str) -> LocalName {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        LocalName::from(name.to_ascii_lowercase())
    } else {
        LocalName::from(name)
    }
}

fn tag(kind: TagKind, name: LocalName, self_closing: bool, attrs: Vec<Attribute>) -> Token {
    Token::TagToken(Tag { kind, name, self_closing, attrs, had_duplicate_attributes: false })
}

#[cfg(test)]
mod tests {
    use scraper::{Html, HtmlTreeSink};

    use super::*;

    fn both(html: &str) -> (Html, Html) {
        let parser = html5ever::parse_document(HtmlTreeSink::new(Html::new_document()), options());
        (parse(html, parser), Html::parse_document(html))
    }

    fn alike(html: &str) -> Result<(), String> {
        let (ours, standard) = both(html);
        let (nodes, wanted) = (ours.tree.nodes(), standard.tree.nodes());
        let same = format!("{:?}", ours.tree.root().value()) == format!("{:?}", standard.tree.root().value())
            && ours.html() == standard.html()
            && nodes.zip(wanted).all(|(one, other)| one.value() == other.value())
            && ours.quirks_mode == standard.quirks_mode;
        if same { Ok(()) } else { Err(format!("{html:?}\n{}\n{}", ours.html(), standard.html())) }
    }

    #[test]
    fn finds_the_tree_of_the_standard_tokenizer() {
        let cases = [
            "<!DOCTYPE html><html lang=en><head><title>a &amp; b</title><meta charset=utf-8></head><body>x</body></html>",
            "<!doctype html public \"-//W3C//DTD HTML 3.2//EN\"><p>a<table><tr><td>b</table>",
            "<p class = 'a b' ID=c hidden>x<br/><IMG src=\"/a?b=1&amp;c=2\" alt=>",
            "<p>a&nbsp;</p><p>b&am<b>c</b>&lt",
            "<p>&notit; &#x4e2d;&#20013 &bogus; & &",
            "a\r\n<pre>\nb\r</pre>\nc\0d",
            "<title>a <b>c</b></title><p>d",
            "<p>1 < 2 <3 <<b>c</b> < ",
            "<p>a &<<p>b",
            "<scr<p>x</script><style>y</style>z",
            "<math><mi>x</mi><title>y</title></math><a href=/x/>y</a>",
            "<select><title>x</title><option>y</select>",
            "\u{feff}<p>x",
            "<p",
            "<a href='x",
            "<p>a</p x></p ><//><?x?>b<!-- c -->d",
        ];
        for html in cases {
            assert_eq!(alike(html), Ok(()));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_pieces_make_the_same_tree(pieces in proptest::collection::vec(proptest::sample::select(vec![
            "<p>", "</p>", "<b>", "</b>", "<a href=\"x\">", "</a>", "<table>", "<tr>", "<td>", "</table>", "<li class=y>",
            "<ul>", "</ul>", "<pre>", "<br />", "<title>", "</title>", "<div style='display:none'>", "</div>", "<math>",
            "a", " ", "\n", "\r", "\0", "&", "amp", ";", "&lt;", "&#", "65", "<", "/", ">", "!", "=", "'", "\"", "文", "<select>",
            "<script>", "</script>", "<textarea>", "<!doctype html>", "<html id=q>", "<body class=r>", "</body>", "<form>",
        ]), 0..24)) {
            let html = super::super::prune(&pieces.concat()).html;
            proptest::prop_assert_eq!(alike(&html), Ok(()));
        }
    }
}
