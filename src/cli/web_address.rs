use url::Url;

/// Whether a text is an absolute address of the web: http or https, and a host.
pub(super) fn is_web_address(text: &str) -> bool {
    text.contains("://") && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests {
    use super::is_web_address;

    #[test]
    fn an_address_of_the_web_has_a_scheme_and_a_host() {
        for text in
            ["http://a.example", "https://a.example/x?y#z", "HTTPS://磨坊.example/账本", "http://127.0.0.1:8080/"]
        {
            assert!(is_web_address(text), "{text}");
        }
        for text in ["", "a.example", "a.example/x", "/x", "//a.example/x", "https:", "https://", "https:a.example"] {
            assert!(!is_web_address(text), "{text}");
        }
        for text in ["ftp://a.example/x", "file:///x", "mailto:a@a.example", "data:text/html,a", "http://a b/"] {
            assert!(!is_web_address(text), "{text}");
        }
    }
}
