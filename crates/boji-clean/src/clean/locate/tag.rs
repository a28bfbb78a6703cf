use crate::rules::words::Hint;

/// The elements that locating tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Anchor,
    Article,
    Aside,
    Body,
    Cell,
    Division,
    Footer,
    Header,
    Heading,
    /// Bold, italic and other runs inside of a paragraph.
    Inline,
    List,
    Main,
    Navigation,
    Other,
    Paragraph,
    Quote,
    Span,
    Table,
    /// A title of the first level.
    Title,
}

impl Tag {
    pub(super) fn of(name: &str) -> Self {
        match name {
            "a" => Self::Anchor,
            "article" => Self::Article,
            "aside" => Self::Aside,
            "html" | "body" => Self::Body,
            "td" | "tr" | "tbody" => Self::Cell,
            "div" | "section" | "form" | "center" => Self::Division,
            "footer" => Self::Footer,
            "header" => Self::Header,
            "h1" => Self::Title,
            "h2" | "h3" | "h4" | "h5" | "h6" => Self::Heading,
            "b" | "strong" | "em" | "i" | "small" | "u" | "font" | "cite" | "time" | "label" => Self::Inline,
            "ul" | "ol" => Self::List,
            "main" => Self::Main,
            "nav" | "dialog" => Self::Navigation,
            "p" => Self::Paragraph,
            "blockquote" | "pre" | "figure" => Self::Quote,
            "span" => Self::Span,
            "table" => Self::Table,
            _ => Self::Other,
        }
    }

    /// What the element means by itself.
    pub(super) fn hint(self) -> Hint {
        match self {
            Self::Navigation | Self::Aside | Self::Footer => Hint::Chrome,
            Self::Article | Self::Main => Hint::Body,
            _ => Hint::None,
        }
    }

    /// True when it can hold a whole article.
    pub(super) fn is_box(self) -> bool {
        matches!(
            self,
            Self::Article
                | Self::Body
                | Self::Cell
                | Self::Division
                | Self::Main
                | Self::Other
                | Self::Span
                | Self::Table
        )
    }

    /// True for what the text of an article flows in.
    pub(super) fn is_flow(self) -> bool {
        matches!(self, Self::Paragraph | Self::Heading | Self::List | Self::Quote)
    }

    /// True for headings of any level.
    pub(super) fn is_heading(self) -> bool {
        matches!(self, Self::Heading | Self::Title)
    }

    /// True for runs of text that are no block.
    pub(super) fn is_inline_text(self) -> bool {
        matches!(self, Self::Anchor | Self::Inline | Self::Span)
    }
}
