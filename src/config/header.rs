use url::Url;

/// Most headers that one source may have.
pub(crate) const MAX_HEADERS: usize = 32;
/// Longest name, value or user agent, in characters.
const MAX_CHARS: usize = 4_096;

/// Headers that no source may set, with the reason: those that frame a message or belong to one connection (RFC 9110 §7.6.1),
/// and those that boji sets itself and reads the answers by.
const TAKEN: [(&str, &str); 24] = [
    ("accept-encoding", "says what boji can unpack"),
    ("connection", "belongs to the connection"),
    ("cookie", "comes of a file: `cookies`"),
    ("cookie2", "comes of a file: `cookies`"),
    ("expect", "belongs to the connection"),
    ("host", "is that of the address"),
    ("http2-settings", "belongs to the connection"),
    ("if-match", "asks under a condition"),
    ("if-modified-since", "asks under a condition"),
    ("if-none-match", "asks under a condition"),
    ("if-range", "asks under a condition"),
    ("if-unmodified-since", "asks under a condition"),
    ("keep-alive", "belongs to the connection"),
    ("proxy-authenticate", "belongs to the proxy"),
    ("proxy-authorization", "belongs to the proxy"),
    ("proxy-connection", "belongs to the proxy"),
    ("range", "asks for a part alone"),
    ("set-cookie", "is an answer's"),
    ("te", "belongs to the connection"),
    ("trailer", "belongs to the connection"),
    ("transfer-encoding", "belongs to the connection"),
    ("upgrade", "belongs to the connection"),
    ("user-agent", "has a key of its own: `user_agent`"),
    ("via", "belongs to the proxy"),
];

/// Whether one of the addresses has a user or a password, who is sent in the header `Authorization`.
pub(crate) fn have_account<'a>(mut addresses: impl Iterator<Item = &'a String>) -> bool {
    addresses.any(|address| Url::parse(address).is_ok_and(|url| !url.username().is_empty() || url.password().is_some()))
}

/// What is wrong with the name of a header for requests to addresses that have an account or not, as a clause to stand behind it;
/// `None` when it is right.
pub(crate) fn header_name_problem(name: &str, has_account: bool) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if lower.is_empty() || lower.len() > MAX_CHARS || !lower.bytes().all(is_token) {
        return Some("is no name of a header".to_owned());
    }
    if let Some((_, why)) = TAKEN.iter().find(|(taken, _)| *taken == lower) {
        return Some(format!("cannot be set: it {why}"));
    }
    if lower.starts_with("content-") {
        return Some("cannot be set: requests have no content".to_owned());
    }
    if lower == "authorization" && has_account {
        return Some("cannot be set: the address has a user, who is sent in it".to_owned());
    }
    None
}

/// What is wrong with the value of a header or a user agent, as a clause that does not repeat it; `None` when it is right.
pub(crate) fn header_value_problem(value: &str) -> Option<&'static str> {
    if value.trim().is_empty() {
        return Some("is empty");
    }
    if value.len() > MAX_CHARS {
        return Some("is longer than 4096 characters");
    }
    let is_plain = value.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    (!is_plain || value.trim() != value).then_some("must be plain ASCII in one line, without spaces at its ends")
}

/// RFC 9110 §5.6.2.
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_is_not_a_persons_to_set_is_refused() {
        let cases = [
            ("accept-language", "https://a.example/", ""),
            ("X-Token", "https://me:pw@a.example/", ""),
            ("Authorization", "https://a.example/", ""),
            ("Authorization", "https://me:pw@a.example/", "cannot be set: the address has a user"),
            ("", "https://a.example/", "is no name"),
            ("a b", "https://a.example/", "is no name"),
            ("名", "https://a.example/", "is no name"),
            ("Host", "https://a.example/", "cannot be set: it is that of the address"),
            ("COOKIE", "https://a.example/", "cannot be set: it comes of a file"),
            ("Content-Type", "https://a.example/", "cannot be set: requests have no content"),
            ("If-None-Match", "https://a.example/", "cannot be set: it asks under a condition"),
        ];
        for (name, address, want) in cases {
            let problem = header_name_problem(name, have_account([address.to_owned()].iter())).unwrap_or_default();
            assert!(problem.starts_with(want) && problem.is_empty() == want.is_empty(), "{name}: {problem}");
        }
    }

    #[test]
    fn a_value_is_a_line_of_ascii() {
        assert_eq!(header_value_problem("zh-CN, zh;q=0.8"), None);
        for value in ["", " ", "a\r\nX: y", "簸箕", " a", "a\t", &"a".repeat(5_000)] {
            assert!(header_value_problem(value).is_some(), "{value:?}");
        }
    }
}
