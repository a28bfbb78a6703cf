use std::borrow::Cow;

use super::inner::Inner;

/// The text in an element written in base64; nothing when it is no text but a picture or the like.
pub(super) fn base64_inner(raw: &str) -> Inner<'_> {
    let text = decode(raw).and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    Inner::Literal(Cow::Owned(text))
}

/// RFC 4648, white space passed over.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0u32, 0u32);
    for byte in text.trim().trim_end_matches('=').bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        held = held << 6 & 0xff_ffff | u32::from(digit);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_text_and_nothing_else() {
        assert_eq!(decode("5bGx\n IGE=").as_deref(), Some("山 a".as_bytes()));
        assert_eq!(decode("<p>"), None);
        assert_eq!(base64_inner("/9j/4AAQ"), Inner::Literal(Cow::Owned(String::new())));
    }
}
