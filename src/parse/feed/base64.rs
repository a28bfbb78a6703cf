use std::borrow::Cow;

use super::inner::Inner;
use crate::parse::base64::from_base64;

/// The text in an element written in base64; nothing when it is no text but a picture or the like.
pub(super) fn base64_inner(raw: &str) -> Inner<'_> {
    let text = from_base64(raw).and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    Inner::Literal(Cow::Owned(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_nothing() {
        assert_eq!(base64_inner("5bGxIGE="), Inner::Literal(Cow::Owned("山 a".to_owned())));
        assert_eq!(base64_inner("/9j/4AAQ"), Inner::Literal(Cow::Owned(String::new())));
    }
}
