use std::borrow::Cow;
use std::sync::LazyLock;

use html5ever::tendril::{StrTendril, TendrilSink as _};
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink as _, TokenizerOpts};
use html5ever::{Attribute, LocalName, ParseOpts, Parser, QualName, ns};
use htmlize::{unescape, unescape_attribute};
use memchr::memchr3;
use scraper::{Html, HtmlTreeSink};

use super::attributes::{Kept, READ};
use super::markup::Markup;
use super::names::{VOID, key};
use crate::model::{Issue, IssueCode};

/// Deepest tree. The pre-pass refuses what nests half as deep by its reckoning, but what an end tag closes depends on
/// more than it knows, and the builder looks through all open elements again and again.
const MAX_DEPTH: usize = 1024;
/// Levels that one start tag may add: parts of a table that it implies, formatting that goes on in it.
const LEVELS_OF_A_TAG: usize = 70;
/// Most nodes of a tree; behind them only the text goes on.
const MAX_NODES: usize = 2_000_000;

/// The names of the attributes read, interned once.
static NAMES: LazyLock<Vec<LocalName>> =
    LazyLock::new(|| READ.iter().map(|name| LocalName::from(String::from_utf8_lossy(name))).collect());

/// How the parser is to be made whose builder of the tree [`Tokens`] feeds.
pub(super) fn options() -> ParseOpts {
    ParseOpts { tokenizer: TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() }, ..ParseOpts::default() }
}

/// Gives what the pre-pass leaves to the standard builder of the tree, tag by tag. The standard tokenizer would look at
/// each letter for what cannot stand there any more; only a document type goes through it.
pub(super) struct Tokens {
    /// The page, so that texts and values are pieces of it and no copies.
    page: StrTendril,
    parser: Parser<HtmlTreeSink>,
    /// So many start tags cannot nest too deep yet.
    tags_until_measured: usize,
    /// The tree has as many nodes as it may have.
    full: bool,
    /// An element was closed where it stood, for the tree was as deep as it may be.
    capped: bool,
}

impl Tokens {
    /// Begins a tree of a page.
    pub(super) fn new(page: &str, parser: Parser<HtmlTreeSink>) -> Self {
        Self { page: StrTendril::from_slice(page), parser, tags_until_measured: 0, full: false, capped: false }
    }

    /// The tree, and what was left out of it.
    pub(super) fn finish(self) -> (Html, Vec<Issue>) {
        let issues = [
            (self.full, IssueCode::Truncated, "the page has more elements than a tree may have"),
            (self.capped, IssueCode::DepthCapped, "elements are nested deeper than a tree goes"),
        ];
        let issues = issues.into_iter().filter(|(met, ..)| *met).map(|(_, code, words)| Issue::new(code, words));
        (self.parser.finish(), issues.collect())
    }

    /// Closes the element just opened where it stands too deep.
    fn bound_depth(&mut self) {
        if self.tags_until_measured > 0 {
            self.tags_until_measured -= 1;
            return;
        }
        let (nodes, depth, name) = self.measure();
        self.full = nodes > MAX_NODES;
        self.tags_until_measured = MAX_DEPTH.saturating_sub(depth) / LEVELS_OF_A_TAG;
        if depth >= MAX_DEPTH
            && let Some(name) = name.filter(|name| !VOID.contains(&key(name)))
        {
            self.capped = true;
            self.end_tag(&name);
        }
    }

    /// How many nodes there are, how deep the last one is, and its name when it is an element.
    fn measure(&self) -> (usize, usize, Option<LocalName>) {
        let html = self.parser.tokenizer.sink.sink.0.borrow();
        let mut nodes = html.tree.nodes();
        let count = nodes.len();
        let Some(last) = nodes.next_back() else { return (count, 0, None) };
        let name = last.value().as_element().map(|element| element.name.local.clone());
        (count, last.ancestors().take(MAX_DEPTH).count(), name)
    }

    fn emit(&mut self, token: Token) {
        // What the builder asks of a tokenizer is about elements whose content is no markup: of these, only titles are
        // left, and the pre-pass has read them.
        let _ = self.parser.tokenizer.sink.process_token(token, 1);
    }

    /// A piece of the page.
    fn piece(&self, at: usize, length: usize) -> StrTendril {
        self.page.try_subtendril(at as u32, length as u32).unwrap_or_default()
    }

    fn value(&self, kept: &Kept<'_>) -> StrTendril {
        if is_plain(kept.value) {
            return self.piece(kept.value_at, kept.value.len());
        }
        let text = one_line_end(kept.value).replace('\0', "\u{fffd}");
        StrTendril::from_slice(&unescape_attribute(text))
    }

    fn characters(&mut self, text: StrTendril) {
        if !text.is_empty() {
            self.emit(Token::CharacterTokens(text));
        }
    }
}

impl Markup for Tokens {
    fn doctype(&mut self, doctype: &str) {
        self.parser.process(StrTendril::from_slice(doctype));
    }

    fn text_of_page(&mut self, from: usize, to: usize) {
        let text = self.piece(from, to.saturating_sub(from));
        if is_plain(&text) {
            self.characters(text);
        } else {
            self.text(&text);
        }
    }

    fn text(&mut self, text: &str) {
        // Browsers leave a zero in a text out.
        let text = one_line_end(text).replace('\0', "");
        self.characters(StrTendril::from_slice(&unescape(text)));
    }

    fn start_tag(&mut self, name: &str, attributes: &[Kept<'_>], self_closing: bool) {
        // An element keeps the room that its list takes here.
        let mut attrs = Vec::with_capacity(attributes.len());
        attrs.extend(attributes.iter().filter_map(|kept| {
            let name = QualName::new(None, ns!(), NAMES.get(kept.name)?.clone());
            Some(Attribute { name, value: self.value(kept) })
        }));
        let tag = tag(TagKind::StartTag, name, self_closing, attrs);
        if !self.full {
            self.emit(tag);
            self.bound_depth();
        }
    }

    fn end_tag(&mut self, name: &str) {
        if self.full {
            return;
        }
        self.emit(tag(TagKind::EndTag, name, false, Vec::new()));
    }
}

fn tag(kind: TagKind, name: &str, self_closing: bool, attrs: Vec<Attribute>) -> Token {
    Token::TagToken(Tag { kind, name: local_name(name), self_closing, attrs, had_duplicate_attributes: false })
}

fn local_name(name: &str) -> LocalName {
    if name.bytes().any(|byte| byte.is_ascii_uppercase() || byte == 0) {
        LocalName::from(name.to_ascii_lowercase().replace('\0', "\u{fffd}"))
    } else {
        LocalName::from(name)
    }
}

/// Whether a text is what it says: no reference to a character, no line end to unify, no zero.
fn is_plain(text: &str) -> bool {
    memchr3(b'&', b'\r', 0, text.as_bytes()).is_none()
}

/// Line ends as the standard has them.
fn one_line_end(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::super::prune;
    use super::super::prune::pass;
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::Strategy;
    use proptest::sample::select;

    /// The tree of a page, and the one that the standard tokenizer makes of what the pre-pass leaves.
    fn both(html: &str) -> (Html, Html) {
        let parser = html5ever::parse_document(HtmlTreeSink::new(Html::new_document()), options());
        let mut tokens = Tokens::new(html, parser);
        pass(html, false, &mut tokens);
        (tokens.finish().0, Html::parse_document(&prune(html)))
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
    fn makes_the_tree_of_the_standard_tokenizer() {
        let cases = [
            "<!DOCTYPE html><html lang=en><head><title>a &amp; b</title><meta charset=utf-8></head><body>x</body></html>",
            "<!doctype html public \"-//W3C//DTD HTML 3.2//EN\"><p>a<table><tr><td>b</table>",
            "<p class = 'a b' ID=c hidden>x<br/><IMG src=\"/a?b=1&amp;c=2&copy=3&lt\" alt=>",
            "<p>a&nbsp;</p><p>b&am<b>c</b>&lt",
            "<p>&notit; &#x4e2d;&#20013 &#128; &#0; &#xd800; &#x110000; &#13; &bogus; & &",
            "a\r\n<pre>\nb\r</pre>\nc\0d<table>e\0</table>",
            "<title>a <b>c</b></title><p title='a\r\nb\0'>d",
            "<p>1 < 2 <3 <<b>c</b> < ",
            "<p>a &<<p>b",
            "<math><mi>x</mi><title>y</title></math><a href=/x/>y</a>",
            "<select><title>x</title><option>y</select>",
            "<p",
            "<a href='x",
            "<p>a</p x></p ><//><?x?>b<!-- c -->d",
            "<p\0>a</p\0><P:Q>b",
            "<p>a</p title='>b'>c</p title=x/>d",
        ];
        for html in cases {
            assert_eq!(alike(html), Ok(()));
        }
    }

    #[test]
    fn what_is_cut_out_parts_what_stood_around_it() {
        let text = |html: &str| both(html).0.root_element().text().collect::<String>();
        assert_eq!(text("<p>a &am<!-- x -->p; b"), "a &amp; b");
        assert_eq!(text("<p>a <<!-- x -->b>c"), "a <b>c");
    }

    /// Pieces of pages, parted by bars.
    const MARKUP: &str = "<p>|</p>|<b>|</b>|<a href=\"x\">|</a>|<table>|<tr>|<td>|</table>|<li class=y>|<ul>|</ul>|<pre>|<br />|\
                          <title>a &amp; b</title>|<div style='display:none'>|</div>|<math>|a| |\n|;|&lt;|=|文|<select>|\
                          <!doctype html>|<html id=q>|<body class=r>|</body>|<form>|<i title='&amp;&lt'>|</i>";
    const LETTERS: &str = "&|amp|&#|65|>|'|\"|x|copy|\r";
    const CUT: &str = "<script>|</script>|<textarea>|</textarea>|<svg>|</svg>|<!-- a -->|<noscript>|/|!|>";

    fn pages(pieces: [&'static str; 2]) -> impl Strategy<Value = String> {
        let pieces: Vec<&str> = pieces.into_iter().flat_map(|pieces| pieces.split('|')).collect();
        vec(select(pieces), 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest::proptest! {
        #[test]
        fn any_letters_make_the_same_tree(page in pages([MARKUP, LETTERS])) {
            proptest::prop_assert_eq!(alike(&page), Ok(()));
        }

        #[test]
        fn what_is_cut_changes_no_tree(page in pages([MARKUP, CUT])) {
            proptest::prop_assert_eq!(alike(&page), Ok(()));
        }
    }
}
