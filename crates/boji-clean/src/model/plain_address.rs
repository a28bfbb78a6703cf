/// Rounds of escaping undone at most.
const MAX_ESCAPES: usize = 4;

/// An address with the escapes undone that pages and lists put on it, often twice: `&amp;`, `&#38;`, `\x26`, `\u0026`,
/// `\/`.
pub fn plain_address(raw: &str) -> String {
    let mut plain = raw.trim().replace("\\x26", "&").replace("\\u0026", "&").replace("\\/", "/");
    for _ in 0..MAX_ESCAPES {
        let next = plain.replace("&amp;", "&").replace("&#38;", "&");
        if next == plain {
            break;
        }
        plain = next;
    }
    plain
}
