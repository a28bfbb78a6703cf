/// The targets of a `Link` header's links of one relation (RFC 8288 §3), in order and as written, each with its media type; ""
/// for none. Several headers are read as one; what is no link is passed over.
pub(crate) fn link_targets(headers: &[(String, String)], relation: &str) -> Vec<(String, String)> {
    let lines = headers.iter().filter(|(name, _)| name == "link").map(|(_, value)| value.as_str());
    let mut targets = Vec::new();
    for mut rest in lines {
        while let Some((_, open)) = rest.split_once('<') {
            let Some((target, behind)) = open.split_once('>') else { break };
            let (rel, kind, next) = parameters(behind);
            if targets.len() < MAX_LINKS && rel.split_whitespace().any(|word| word.eq_ignore_ascii_case(relation)) {
                targets.push((target.trim().to_owned(), kind));
            }
            rest = next;
        }
    }
    targets
}

/// Links that are given of one answer.
const MAX_LINKS: usize = 32;

/// `rel` and `type` of the link whose target ends here, and what stands behind its comma.
fn parameters(text: &str) -> (String, String, &str) {
    let (mut rel, mut kind) = (String::new(), String::new());
    let mut is_of_another = false;
    let mut rest = text.trim_start();
    while let Some(parameter) = rest.strip_prefix(';') {
        let end = parameter.find(['=', ';', ',']).unwrap_or(parameter.len());
        let name = parameter.get(..end).unwrap_or_default().trim();
        let behind = parameter.get(end..).unwrap_or_default();
        let Some(value) = behind.strip_prefix('=') else {
            rest = behind.trim_start();
            continue;
        };
        let value = value.trim_start();
        let (value, behind) = match value.strip_prefix('"') {
            Some(quoted) => split_quoted(quoted),
            None => value.split_at(value.find([';', ',']).unwrap_or(value.len())),
        };
        // The first of its name counts (RFC 8288 §3.3).
        if name.eq_ignore_ascii_case("anchor") {
            // It is a link of something else (RFC 8288 §3.2).
            is_of_another = true;
        } else if name.eq_ignore_ascii_case("rel") && rel.is_empty() {
            value.trim().clone_into(&mut rel);
        } else if name.eq_ignore_ascii_case("type") && kind.is_empty() {
            value.trim().clone_into(&mut kind);
        }
        rest = behind.trim_start();
    }
    let rel = if is_of_another { String::new() } else { rel };
    (rel, kind, rest.strip_prefix(',').unwrap_or(rest))
}

/// A text in quotes, without its first, and what stands behind its last: a backslash takes its meaning from the sign behind it
/// (RFC 9110 §5.6.4).
fn split_quoted(quoted: &str) -> (&str, &str) {
    let mut is_escaped = false;
    for (at, sign) in quoted.char_indices() {
        match sign {
            '"' if !is_escaped => {
                return (quoted.get(..at).unwrap_or_default(), quoted.get(at + 1..).unwrap_or_default());
            }
            _ => is_escaped = sign == '\\' && !is_escaped,
        }
    }
    (quoted, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_by_their_relation() {
        let read = |values: &[&str], relation: &str| {
            let headers: Vec<_> = values.iter().map(|&value| ("link".to_owned(), value.to_owned())).collect();
            let targets = link_targets(&headers, relation);
            targets.into_iter().map(|(target, kind)| format!("{target} {kind}")).collect::<Vec<_>>().join("|")
        };
        let two = "<https://hub.example/>; rel=\"hub\", </feed>; rel=self";
        let cases: [(&[&str], &str, &str); 11] = [
            (&["</f>; title=\"The \\\"mill\\\"\"; rel=hub"], "hub", "/f "),
            (&["</f>; rel=hub; anchor=\"https://other.example/\""], "hub", ""),
            (&[two], "hub", "https://hub.example/ "),
            (&[two], "self", "/feed "),
            (&["</f.xml>; rel=\"alternate\"; type=\"application/rss+xml\""], "alternate", "/f.xml application/rss+xml"),
            (&["</f>;type=text/x ; title=\"a, b; c\";REL=\"Alternate home\""], "alternate", "/f text/x"),
            (&["</a>; rel=x; rel=hub"], "hub", ""),
            (&["</a>", "</b>; rel=hub, </c>; rel=hub"], "hub", "/b |/c "),
            (&["</a>; crossorigin; rel=hub"], "hub", "/a "),
            (&["no link", "<open", "</a>; rel=\"hub"], "hub", "/a "),
            (&[""], "hub", ""),
        ];
        for (values, relation, want) in cases {
            assert_eq!(read(values, relation), want, "{values:?} {relation}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_header_is_read_to_its_end(value in "[<>;,=\" a-z]{0,60}") {
            let _ = link_targets(&[("link".to_owned(), value)], "a");
        }
    }
}
