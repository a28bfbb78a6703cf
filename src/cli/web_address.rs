use url::Url;

use super::mistake::Mistake;
use crate::fetch::redact_url;

/// Whether a text is an absolute address of the web: http or https, and a host.
pub(super) fn is_web_address(text: &str) -> bool {
    text.contains("://") && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// An error when `--url`, which names the address of a page in a file, says something else; "" says nothing.
pub(super) fn refuse_other(url: &str) -> Result<(), Mistake> {
    if url.is_empty() || is_web_address(url) {
        return Ok(());
    }
    let message = format!("--url {} is no absolute address of http or https", redact_url(url));
    Err(Mistake::usage(message, "write the whole address, with https://"))
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
