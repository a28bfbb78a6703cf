//! Bytes to text: which charset a page or feed is really in, whatever it claims.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GBK, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::model::{Issue, IssueCode};

/// Bytes at the start in which a charset declaration is looked for.
const DECLARATION_WINDOW: usize = 4096;
/// Bytes at the start in which zero bytes betray UTF-16.
const ZERO_WINDOW: usize = 512;
/// A text with this many whole multi-byte characters for every broken one is UTF-8 with blemishes; with fewer it is, where it
/// says so itself.
const UTF8_CHARACTERS_PER_BLEMISH: usize = 20;
const DECLARED_CHARACTERS_PER_BLEMISH: usize = 1;
/// A declared charset is believed while at most one of this many non-ASCII bytes is broken in it.
const BYTES_PER_BREAK: usize = 50;

/// What kind of markup the bytes are thought to hold: where a declaration of the charset is to be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkupHint {
    /// `<meta charset>` or `<meta http-equiv>`.
    Html,
    /// `<?xml encoding=…?>`; a `<meta>` is looked for too, since feeds turn out to be pages.
    Xml,
    /// No declaration: JSON, Markdown, text.
    Text,
}

/// Text with the charset it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text without byte order mark; borrowed when the bytes were UTF-8 already.
    pub text: Cow<'a, str>,
    /// The WHATWG name of the charset, such as `UTF-8` or `GBK`.
    pub encoding: &'static str,
    /// `truncated-character`, `replacement-characters`, `charset-mismatch`.
    pub issues: Vec<Issue>,
}

/// Decodes bytes to text; never fails. In this order: byte order mark, UTF-16 by its zero bytes, valid UTF-8 (also when
/// cut inside the last character or sprinkled with a few broken bytes), the charset of `content_type`, the charset
/// declared in the markup, a guess from the bytes. A declaration in which the bytes make no sense is passed over.
pub fn decode<'a>(bytes: &'a [u8], content_type: &str, hint: MarkupHint) -> Decoded<'a> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decode_as(encoding, bytes.get(mark..).unwrap_or_default());
    }
    if let Some(encoding) = utf16_by_zero_bytes(bytes) {
        return decode_as(encoding, bytes);
    }
    let mut declared = declared_encodings(bytes, content_type, hint);
    let says_utf8 = declared.contains(&UTF_8);
    // These have been tried.
    declared.retain(|encoding| ![UTF_8, UTF_16BE, UTF_16LE].contains(encoding));
    // ISO-2022-JP is ASCII with escapes, so it would pass for UTF-8.
    if declared.contains(&ISO_2022_JP) && memchr::memchr(0x1b, bytes).is_some() {
        return decode_as(ISO_2022_JP, bytes);
    }
    if let Some(joined) = joined_surrogates(bytes) {
        return owned(decode(&joined, content_type, hint));
    }
    let least = if says_utf8 { DECLARED_CHARACTERS_PER_BLEMISH } else { UTF8_CHARACTERS_PER_BLEMISH };
    decode_utf8(bytes, least).unwrap_or_else(|| decode_legacy(bytes, &declared))
}

/// Bytes in which each half of a character was written in UTF-8 by itself (CESU-8, of Java and old MySQL), as UTF-8; `None`
/// where no such pair stands.
fn joined_surrogates(bytes: &[u8]) -> Option<Vec<u8>> {
    let pair = |at: usize| -> Option<char> {
        let [0xED, high @ 0xA0..=0xAF, one @ 0x80..=0xBF, 0xED, low @ 0xB0..=0xBF, two @ 0x80..=0xBF] =
            *bytes.get(at..at + 6)?
        else {
            return None;
        };
        let unit = |lead: u8, tail: u8| 0xD000 | u16::from(lead & 0x3F) << 6 | u16::from(tail & 0x3F);
        char::decode_utf16([unit(high, one), unit(low, two)]).next()?.ok()
    };
    let first = memchr::memchr_iter(0xED, bytes).find(|at| pair(*at).is_some())?;
    let mut out = bytes.get(..first)?.to_vec();
    let mut at = first;
    while let Some(byte) = bytes.get(at) {
        if let Some(character) = pair(at) {
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            at += 6;
        } else {
            out.push(*byte);
            at += 1;
        }
    }
    Some(out)
}

fn owned(decoded: Decoded<'_>) -> Decoded<'static> {
    Decoded { text: Cow::Owned(decoded.text.into_owned()), encoding: decoded.encoding, issues: decoded.issues }
}

/// UTF-8, whole or nearly; `None` when the bytes are something else.
fn decode_utf8(bytes: &[u8], characters_per_blemish: usize) -> Option<Decoded<'_>> {
    // The standard library makes the same check, but letter by letter where these are not ASCII.
    if let Some(Cow::Borrowed(text)) = UTF_8.decode_without_bom_handling_and_without_replacement(bytes) {
        return Some(plain(text));
    }
    let error = std::str::from_utf8(bytes).err()?;
    let whole = bytes.get(..error.valid_up_to()).and_then(|head| std::str::from_utf8(head).ok()).unwrap_or_default();
    // A short text that ends in half a character may as well be in a legacy charset, so it must show a whole one.
    if error.error_len().is_none() && !whole.is_ascii() {
        let mut decoded = plain(whole);
        decoded.issues.push(Issue::new(IssueCode::TruncatedCharacter, "the text ends inside a character"));
        return Some(decoded);
    }
    let (mut characters, mut blemishes) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        characters += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        blemishes += usize::from(!chunk.invalid().is_empty());
    }
    (characters >= blemishes * characters_per_blemish).then(|| decode_as(UTF_8, bytes))
}

/// The first declared charset in which the bytes make sense, else the best guess.
fn decode_legacy<'a>(bytes: &'a [u8], declared: &[&'static Encoding]) -> Decoded<'a> {
    let foreign = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    for encoding in declared {
        let (decoded, breaks) = decode_counting(encoding, bytes);
        if breaks * BYTES_PER_BREAK <= foreign {
            return decoded;
        }
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let mut decoded = decode_as(detector.guess(None, Utf8Detection::Deny), bytes);
    if !declared.is_empty() {
        let message = format!("the declared charset does not fit, read as {}", decoded.encoding);
        decoded.issues.push(Issue::new(IssueCode::CharsetMismatch, message));
    }
    decoded
}

fn plain(text: &str) -> Decoded<'_> {
    Decoded { text: Cow::Borrowed(text), encoding: UTF_8.name(), issues: Vec::new() }
}

fn decode_as<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    decode_counting(encoding, bytes).0
}

/// Decodes and counts the replacement characters put in for broken bytes.
fn decode_counting<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> (Decoded<'a>, usize) {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    let breaks = if broken { text.matches('\u{fffd}').count() } else { 0 };
    let mut issues = Vec::new();
    if breaks > 0 {
        issues.push(Issue::new(IssueCode::ReplacementCharacters, format!("{breaks} broken characters were replaced")));
    }
    (Decoded { text, encoding: encoding.name(), issues }, breaks)
}

/// UTF-16 without a mark: markup is mostly ASCII, so nearly every other byte at the start is zero.
fn utf16_by_zero_bytes(bytes: &[u8]) -> Option<&'static Encoding> {
    let window = bytes.get(..bytes.len().min(ZERO_WINDOW)).unwrap_or_default();
    let (mut high_first, mut low_first, mut pairs) = (0usize, 0usize, 0usize);
    for pair in window.chunks_exact(2) {
        pairs += 1;
        match pair {
            [0, 0] => {}
            [0, _] => high_first += 1,
            [_, 0] => low_first += 1,
            _ => {}
        }
    }
    let enough = |count: usize| count >= 2 && count * 5 >= pairs * 2;
    match (enough(high_first), enough(low_first)) {
        (true, false) => Some(UTF_16BE),
        (false, true) => Some(UTF_16LE),
        _ => None,
    }
}

/// What header and markup declare, most trusted first; Latin-1 comes last, since servers send it by default and every byte makes
/// sense in it.
fn declared_encodings(bytes: &[u8], content_type: &str, hint: MarkupHint) -> Vec<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(DECLARATION_WINDOW)).unwrap_or_default();
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let labels = [
        label_after(&content_type.to_ascii_lowercase(), "charset"),
        if hint == MarkupHint::Xml { xml_label(&head) } else { None },
        if hint == MarkupHint::Text { None } else { meta_label(&head) },
    ];
    let mut encodings: Vec<&'static Encoding> =
        labels.iter().flatten().filter_map(|label| encoding_of(label)).collect();
    encodings.sort_by_key(|encoding| *encoding == WINDOWS_1252);
    encodings.dedup();
    encodings
}

fn encoding_of(label: &str) -> Option<&'static Encoding> {
    match label {
        // Labels outside of the WHATWG list that Chinese servers send.
        "gb-2312" | "cp936" | "ms936" | "windows-936" | "gb18030-2000" => Some(GBK),
        _ => Encoding::for_label(label.as_bytes()),
    }
}

fn xml_label(head: &str) -> Option<String> {
    let start = head.find("<?xml")?;
    let declaration = head.get(start..)?.split("?>").next()?;
    label_after(declaration, "encoding")
}

fn meta_label(head: &str) -> Option<String> {
    head.split("<meta").skip(1).find_map(|rest| label_after(rest.split('>').next()?, "charset"))
}

/// The value after `name=`, with or without quotes.
fn label_after(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(name)?;
    let value = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let label: String = value
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))
        .take(40)
        .collect();
    (!label.is_empty()).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "<p>春天来了，山坡上的杏花开得正好，孩子们放学以后都到那里去玩。</p>";

    fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn borrows_utf8_and_takes_its_mark_off() {
        let decoded = decode(SAMPLE.as_bytes(), "text/html; charset=gbk", MarkupHint::Html);
        assert!(matches!(decoded.text, Cow::Borrowed(_)), "UTF-8 wins over a wrong header without a copy");
        assert_eq!((decoded.text.as_ref(), decoded.encoding), (SAMPLE, "UTF-8"));
        assert_eq!(decode(b"\xef\xbb\xbfhello", "", MarkupHint::Text).text, "hello");
    }

    #[test]
    fn a_stray_byte_does_not_change_what_a_page_says_it_is() {
        let mut bytes = "<meta charset=utf-8><p>春天来了，杏花开了</p>".as_bytes().to_vec();
        bytes.insert(bytes.len() - 4, 0xb4);
        let decoded = decode(&bytes, "", MarkupHint::Html);
        assert_eq!(decoded.encoding, "UTF-8");
        assert!(decoded.text.contains("杏花开了\u{fffd}"), "{}", decoded.text);
    }

    #[test]
    fn finds_the_declared_charset() {
        let gbk = encoded(GBK, SAMPLE);
        let meta = [b"<meta http-equiv=Content-Type content='text/html; charset=gb2312'>".as_slice(), &gbk].concat();
        let xml = [b"<?xml version='1.0' encoding='GBK'?>".as_slice(), &gbk].concat();
        let latin_header = "text/html; charset=ISO-8859-1";
        let cases = [
            (gbk.clone(), "text/html; charset=GB2312", MarkupHint::Html),
            (meta.clone(), "text/html", MarkupHint::Html),
            (meta, latin_header, MarkupHint::Html),
            (xml, "", MarkupHint::Xml),
            // Declared as UTF-8, or not at all: the bytes decide.
            (gbk.clone(), "text/html; charset=utf-8", MarkupHint::Html),
            (gbk, "", MarkupHint::Text),
        ];
        for (bytes, content_type, hint) in cases {
            let decoded = decode(&bytes, content_type, hint);
            assert!(decoded.text.ends_with(SAMPLE), "{content_type} {hint:?}: {}", decoded.text);
        }
    }

    #[test]
    fn passes_over_a_declaration_that_makes_no_sense() {
        let big5 = encoded(encoding_rs::BIG5, &"臺灣的山城九份，曾經因為金礦而興盛一時。".repeat(5));
        let decoded = decode(&big5, "text/html; charset=euc-jp", MarkupHint::Html);
        assert_eq!(decoded.encoding, "Big5");
        assert_eq!(decoded.issues[0].code, IssueCode::CharsetMismatch);
    }

    #[test]
    fn reads_utf16_with_and_without_mark() {
        let text = format!("<?xml version=\"1.0\" encoding=\"utf-16\"?><rss><title>{SAMPLE}</title></rss>");
        for little in [true, false] {
            assert_eq!(decode(&utf16(&text, little), "", MarkupHint::Xml).text, text);
            let marked = utf16(&format!("\u{feff}{text}"), little);
            assert_eq!(decode(&marked, "", MarkupHint::Xml).text, text);
        }
        let lying = decode(text.as_bytes(), "", MarkupHint::Xml);
        assert_eq!(lying.encoding, "UTF-8", "a declared utf-16 over single bytes is not believed");
    }

    #[test]
    fn survives_cut_and_blemished_utf8() {
        let bytes = SAMPLE.as_bytes();
        let cut = decode(&bytes[..bytes.len() - 5], "", MarkupHint::Html);
        assert_eq!((cut.encoding, cut.issues[0].code), ("UTF-8", IssueCode::TruncatedCharacter));
        let mut blemished = SAMPLE.repeat(3).into_bytes();
        blemished[4] = 0xff;
        let decoded = decode(&blemished, "text/html; charset=gbk", MarkupHint::Html);
        assert_eq!((decoded.encoding, decoded.issues[0].code), ("UTF-8", IssueCode::ReplacementCharacters));
    }

    #[test]
    fn reads_escaped_japanese_when_declared() {
        let bytes = b"<?xml version='1.0' encoding='ISO-2022-JP'?>\x1b$B;3\x1b(B";
        assert!(decode(bytes, "", MarkupHint::Xml).text.ends_with('山'));
    }
}
