use url::Url;

/// A URL as it may be written to a file that is passed on: without fragment, user and password, and with the values
/// of parameters that log a WeChat reader in replaced by `redacted`. A relative reference keeps its form.
pub(crate) fn redact_url(raw: &str) -> String {
    let Ok(mut url) = Url::parse(raw) else { return redact_relative(raw) };
    url.set_fragment(None);
    // Both fail only for URLs that cannot have a user, which then have none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    if let Some(query) = url.query().filter(|query| query.split('&').any(is_secret)).map(redact_query) {
        url.set_query(Some(&query));
    }
    url.into()
}

/// A header as it may be written down: cookies and credentials lose their value, locations their secrets.
pub(super) fn redact_header(name: &str, value: &str) -> String {
    match name {
        "cookie" | "set-cookie" | "authorization" | "proxy-authorization" => REDACTED.to_owned(),
        "location" | "content-location" | "referer" => redact_url(value),
        _ => value.to_owned(),
    }
}

const REDACTED: &str = "redacted";

fn redact_relative(raw: &str) -> String {
    let raw = raw.split_once('#').map_or(raw, |(before, _)| before);
    match raw.split_once('?') {
        Some((path, query)) => format!("{path}?{}", redact_query(query)),
        None => raw.to_owned(),
    }
}

fn redact_query(query: &str) -> String {
    query.split('&').map(without_secret).collect::<Vec<_>>().join("&")
}

fn is_secret(pair: &str) -> bool {
    let name = pair.split_once('=').map_or(pair, |(name, _)| name);
    matches!(name, "key" | "pass_ticket" | "uin" | "exportkey")
}

fn without_secret(pair: &str) -> &str {
    match pair.split_once('=').map(|(name, _)| name) {
        Some("key") => "key=redacted",
        Some("pass_ticket") => "pass_ticket=redacted",
        Some("uin") => "uin=redacted",
        Some("exportkey") => "exportkey=redacted",
        _ => pair,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_secrets_out_and_leaves_the_rest_alone() {
        let cases = [
            ("https://a.example/s?b=%20x&key=ab%2Fcd&idx=1#rd", "https://a.example/s?b=%20x&key=redacted&idx=1"),
            (
                "https://a.example/?uin=MTIz&pass_ticket=p&exportkey=e&keys=1",
                "https://a.example/?uin=redacted&pass_ticket=redacted&exportkey=redacted&keys=1",
            ),
            ("https://me:pw@a.example/feed", "https://a.example/feed"),
            ("https://a.example/p?q=a+b&c", "https://a.example/p?q=a+b&c"),
            ("/relative?key=1&b#c", "/relative?key=redacted&b"),
            ("not a url", "not a url"),
        ];
        for (raw, want) in cases {
            assert_eq!(redact_url(raw), want);
            assert_eq!(redact_url(&redact_url(raw)), want, "twice is the same as once");
        }
        assert_eq!(redact_header("set-cookie", "sid=1"), "redacted");
        assert_eq!(redact_header("location", "https://a.example/?key=1"), "https://a.example/?key=redacted");
        assert_eq!(redact_header("etag", "\"key=1\""), "\"key=1\"");
    }
}
