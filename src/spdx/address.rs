/// Endings of files that say nothing of the licence.
const ENDINGS: [&str; 4] = [".html", ".htm", ".txt", ".php"];
/// How the last part of an address of Creative Commons begins that leads to the text of the licence, or to its summary.
const DEEDS: [&str; 2] = ["deed", "legalcode"];

/// The addresses of a statement, each in the form in which they are compared, and its other words.
pub(super) fn divided(statement: &str) -> (Vec<String>, String) {
    let mut addresses = Vec::new();
    let mut words = String::new();
    let is_end =
        |c: char| !c.is_ascii_graphic() || matches!(c, '(' | ')' | '[' | ']' | '<' | '>' | '"' | '\'' | ',' | ';');
    for piece in statement.split_inclusive(is_end) {
        let address = piece.trim_end_matches(is_end);
        if is_address(address) {
            addresses.push(compared(address));
            words.push_str(piece.get(address.len()..).unwrap_or_default());
        } else {
            words.push_str(piece);
        }
    }
    (addresses, words)
}

/// With a scheme, or a host and a path: `creativecommons.org/licenses/by/4.0`, but not `4.0/MIT`.
fn is_address(piece: &str) -> bool {
    if piece.starts_with("http://") || piece.starts_with("https://") || piece.starts_with("//") {
        return true;
    }
    let host = piece.split_once('/').map(|(host, _)| host);
    let domain = host.and_then(|host| host.rsplit_once('.')).map(|(_, domain)| domain);
    domain.is_some_and(|domain| domain.len() > 1 && domain.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// An address without scheme, `www.`, query, fragment, ending and the like, in lower case.
fn compared(address: &str) -> String {
    let address = address.to_ascii_lowercase();
    let bare = address.split_once("//").map_or(address.as_str(), |(_, bare)| bare);
    let bare = bare.split(['?', '#']).next().unwrap_or_default();
    let bare = bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches(['/', '.']);
    let bare = ENDINGS.iter().find_map(|ending| bare.strip_suffix(ending)).unwrap_or(bare);
    let is_deed = |last: &str| DEEDS.iter().any(|deed| last.starts_with(deed));
    match bare.rsplit_once('/') {
        Some((licence, last)) if licence.starts_with("creativecommons.org/") && is_deed(last) => licence.to_owned(),
        _ => bare.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_words() {
        for (statement, addresses, words) in [
            ("MIT（https://mit-license.org/）", "mit-license.org", "MIT（）"),
            ("CC BY 4.0/MIT and/or v1.0/x", "", "CC BY 4.0/MIT and/or v1.0/x"),
            ("//CreativeCommons.org/licenses/by/4.0/deed.zh-hans#x", "creativecommons.org/licenses/by/4.0", ""),
            ("www.apache.org/licenses/LICENSE-2.0.txt, or so", "apache.org/licenses/license-2.0", ", or so"),
            ("http://", "", ""),
        ] {
            let (found, left) = divided(statement);
            assert_eq!((found.join(" ").as_str(), left.as_str()), (addresses, words), "{statement}");
        }
    }
}
