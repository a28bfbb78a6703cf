//! What the pre-pass leaves of a page, piece by piece, and the plainest thing to make of it: the page as text again.

use super::attributes::Kept;

/// Takes what the pre-pass leaves of a page, in order. Names and texts come as the page has them: names in any case,
/// references to characters unread.
pub(super) trait Markup {
    /// A document type, whole.
    fn doctype(&mut self, doctype: &str);
    /// The text from one offset of the page to another.
    fn text_of_page(&mut self, from: usize, to: usize);
    /// A text that does not stand in the page as it is to be read.
    fn text(&mut self, text: &str);
    /// A start tag with the attributes that somebody asks for later.
    fn start_tag(&mut self, name: &str, attributes: &[Kept<'_>], self_closing: bool);
    /// An end tag.
    fn end_tag(&mut self, name: &str);
}

/// The markup as text.
pub(super) struct Text<'a> {
    /// The page.
    pub page: &'a str,
    /// What of it is left.
    pub left: String,
}

impl Markup for Text<'_> {
    fn doctype(&mut self, doctype: &str) {
        self.left.push_str(doctype);
    }

    fn text_of_page(&mut self, from: usize, to: usize) {
        match self.page.get(from..to).unwrap_or_default() {
            // Where a comment behind it is cut, it must not begin a tag.
            "<" => self.left.push_str("&lt;"),
            text => self.left.push_str(text),
        }
    }

    fn text(&mut self, text: &str) {
        self.left.push_str(text);
    }

    fn start_tag(&mut self, name: &str, attributes: &[Kept<'_>], self_closing: bool) {
        self.left.push('<');
        self.left.push_str(name);
        for attribute in attributes {
            self.left.push(' ');
            self.left.push_str(attribute.written);
        }
        self.left.push_str(if self_closing { " />" } else { ">" });
    }

    fn end_tag(&mut self, name: &str) {
        self.left.push_str("</");
        self.left.push_str(name);
        self.left.push('>');
    }
}
