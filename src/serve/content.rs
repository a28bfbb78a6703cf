//! Blocks of an article as HTML. All that a stranger wrote is text here; what loads or runs is none of it.

use std::collections::BTreeMap;

use boji_clean::clean::picture_id;
use boji_clean::model::{Block, BlockKind, Image, Span, Style};
use maud::{Markup, html};
use url::Url;

use crate::model::{Picture, PictureFile};

/// Deepest list that is shown as one.
const MAX_DEPTH: u8 = 8;

/// The pictures of an article that are kept, by what all renderings of one share.
#[derive(Default)]
pub(super) struct KeptPictures<'a>(BTreeMap<&'a str, (&'a Picture, &'a PictureFile)>);

impl<'a> KeptPictures<'a> {
    pub(super) fn of(pictures: &'a [Picture]) -> Self {
        let kept =
            pictures.iter().filter_map(|picture| Some((picture.wanted.name.as_str(), (picture, picture.file()?))));
        Self(kept.collect())
    }
}

/// A block as it is read, with the pictures that are kept.
pub(super) fn block(block: &Block, kept: &KeptPictures<'_>) -> Markup {
    let spans = |spans: &[Span]| html! { @for span in spans { (one(span, kept)) } };
    let inner = match &block.kind {
        BlockKind::Heading(level) => heading(*level, &spans(&block.spans)),
        BlockKind::Paragraph => html! { p { (spans(&block.spans)) } },
        BlockKind::ListItem { depth, number } => list_item(*depth, *number, &spans(&block.spans)),
        BlockKind::Table(rows) => html! {
            div.wide { table { tbody {
                @for row in rows { tr { @for cell in row { td { (spans(&cell.spans)) } } } }
            } } }
        },
        BlockKind::Code(_) => html! { pre { code { @for span in &block.spans { (plain(span)) } } } },
        BlockKind::Figure => html! { figure { (spans(&block.spans)) } },
        BlockKind::Rule => html! { hr; },
    };
    if block.quote > 0 {
        html! { blockquote { (inner) } }
    } else {
        inner
    }
}

/// The title of the page is the first heading, so that those of the article stand below it.
fn heading(level: u8, inner: &Markup) -> Markup {
    match level {
        1 => html! { h2 { (inner) } },
        2 => html! { h3 { (inner) } },
        3 => html! { h4 { (inner) } },
        4 => html! { h5 { (inner) } },
        _ => html! { h6 { (inner) } },
    }
}

/// An item by itself: what stands between two of them may be a block that was taken out.
fn list_item(depth: u8, number: Option<u32>, inner: &Markup) -> Markup {
    let mark = number.map_or_else(|| "•".to_owned(), |number| format!("{number}."));
    html! { p.item data-depth=(depth.min(MAX_DEPTH)) { span.mark { (mark) " " } (inner) } }
}

fn one(span: &Span, kept: &KeptPictures<'_>) -> Markup {
    match span {
        Span::Image(image) => picture(image, kept),
        Span::Text { text, style, href } => {
            let words = styled(text, *style);
            match web_address(href) {
                Some(address) => {
                    html! { a href=(address) rel="noreferrer noopener nofollow" target="_blank" { (words) } }
                }
                None => words,
            }
        }
    }
}

fn plain(span: &Span) -> &str {
    if let Span::Text { text, .. } = span { text } else { "" }
}

fn styled(text: &str, style: Style) -> Markup {
    let lines = html! {
        @for (nth, line) in text.split('\n').enumerate() {
            @if nth > 0 { br; }
            (line)
        }
    };
    match style {
        Style { struck: true, .. } => html! { s { (lines) } },
        Style { code: true, .. } => html! { code { (lines) } },
        Style { bold: true, italic: true, .. } => html! { strong { em { (lines) } } },
        Style { bold: true, .. } => html! { strong { (lines) } },
        Style { italic: true, .. } => html! { em { (lines) } },
        Style { superscript: true, .. } => html! { sup { (lines) } },
        _ => lines,
    }
}

/// A picture that is kept is shown from its file. Any other is named, not loaded: whoever looks at a page of his own tells nobody.
fn picture(image: &Image, kept: &KeptPictures<'_>) -> Markup {
    if let Some((picture, file)) = kept.0.get(picture_id(&image.url).as_str()) {
        let address = format!("/article/{}/picture/{}", picture.article_id, picture.position);
        return html! {
            img.kept src=(address) alt=(image.alt) width=(file.width) height=(file.height) loading="lazy";
        };
    }
    let words = if image.alt.is_empty() { "picture" } else { image.alt.as_str() };
    html! {
        span.picture {
            @if let Some(address) = web_address(&image.url) {
                a href=(address) rel="noreferrer noopener nofollow" target="_blank" { "▣ " (words) }
            } @else { "▣ " (words) }
        }
    }
}

/// An address that may be a link: of the web, and nothing that a browser would run.
pub(super) fn web_address(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_wrote_is_text() {
        let hostile = Block::new(
            BlockKind::Paragraph,
            vec![
                Span::plain("<script>alert(1)</script>"),
                Span::link("run", "javascript:alert(1)"),
                Span::link("\" onclick=\"x", "https://a.example/\"onmouseover=\"x"),
                Span::Image(Image { url: "data:text/html,x".into(), alt: "<img onerror=x>".into(), width: 0 }),
            ],
        );
        let shown = block(&hostile, &KeptPictures::default()).into_string();
        assert!(!shown.contains("<script") && !shown.contains("javascript:") && !shown.contains("<img"), "{shown}");
        assert!(!shown.contains("\" on") && !shown.contains("\"on"), "{shown}");
    }

    #[test]
    fn each_kind_of_block_has_its_element() {
        let words = || vec![Span::plain("词")];
        let cases = [
            (BlockKind::Heading(1), "<h2>词</h2>"),
            (BlockKind::Heading(6), "<h6>词</h6>"),
            (BlockKind::Paragraph, "<p>词</p>"),
            (BlockKind::Code(String::new()), "<pre><code>词</code></pre>"),
            (BlockKind::Figure, "<figure>词</figure>"),
            (
                BlockKind::ListItem { depth: 1, number: Some(3) },
                "<p class=\"item\" data-depth=\"1\"><span class=\"mark\">3. </span>词</p>",
            ),
        ];
        for (kind, want) in cases {
            assert_eq!(block(&Block::new(kind, words()), &KeptPictures::default()).into_string(), want);
        }
        let quoted = Block { quote: 1, ..Block::paragraph("词") };
        assert_eq!(block(&quoted, &KeptPictures::default()).into_string(), "<blockquote><p>词</p></blockquote>");
    }
}
