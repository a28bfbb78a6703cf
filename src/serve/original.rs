//! The page as its server sent it, so that it can be looked at and can do nothing.
//!
//! Three locks, each of which would do: what runs, loads or leads elsewhere is taken out (ammonia); the answer's policy lets nothing
//! load, run or be sent; the frame that shows it is sandboxed. Pictures come only when a person asks for them.

use std::borrow::Cow;

use ammonia::{Builder, UrlRelative};
use boji_clean::parse::html::prune;
use boji_clean::parse::{MarkupHint, decode};

use crate::model::Capture;

/// Longest page that is shown; the rest is cut.
const MAX_BYTES: usize = 3 << 20;
/// What may be said of how things look. Not where they stand and whether they are seen: WeChat hides its text until a script runs.
const STYLES: [&str; 18] = [
    "background-color",
    "border",
    "border-bottom",
    "border-left",
    "border-radius",
    "border-top",
    "color",
    "font-size",
    "font-style",
    "font-weight",
    "letter-spacing",
    "line-height",
    "margin",
    "margin-bottom",
    "margin-top",
    "padding",
    "text-align",
    "text-decoration",
];
/// The look of what has none of its own.
const LOOK: &str = "body{margin:1rem;font:16px/1.6 system-ui,\"PingFang SC\",\"Microsoft YaHei\",\"Noto Sans CJK SC\",sans-serif;\
                    color:#1f2328;background:#fff;overflow-wrap:anywhere}img{max-width:100%;height:auto}pre{white-space:pre-wrap}\
                    table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.2rem .4rem}";

/// Whether pictures are shown, which asks their servers for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pictures {
    /// They are.
    Shown,
    /// Only their words are.
    Named,
}

impl Pictures {
    /// The policy of the answer.
    pub(super) const fn policy(self) -> &'static str {
        match self {
            Self::Shown => {
                "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src http: https:; form-action 'none'; base-uri 'none'; \
                 frame-ancestors 'self'"
            }
            Self::Named => {
                "sandbox; default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
            }
        }
    }
}

/// The page of a capture, made harmless; what is no HTML as text.
pub(super) fn shown(capture: &Capture, pictures: Pictures) -> String {
    let content_type = capture.header("content-type").unwrap_or_default();
    let decoded = decode(&capture.body, content_type, MarkupHint::Html);
    let text = beginning(&decoded.text);
    let body = if is_html(text, content_type) {
        harmless(text, pictures)
    } else {
        maud::html! { pre { (text) } }.into_string()
    };
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>As it came</title><style>{LOOK}</style></head><body>{body}</body></html>"
    )
}

fn harmless(html: &str, pictures: Pictures) -> String {
    // What hostile nesting would do to the parser behind is bounded here.
    let pruned = prune(html);
    let pruned = match pictures {
        // WeChat's scripts fill the addresses in.
        Pictures::Shown => Cow::Owned(pruned.replace(" data-src=\"", " src=\"")),
        Pictures::Named => Cow::Borrowed(pruned.as_str()),
    };
    let mut builder = Builder::default();
    builder
        .add_generic_attributes(["style"])
        .filter_style_properties(STYLES.into())
        // A frame that is led elsewhere would show a stranger's page as if it were ours.
        .rm_tag_attributes("a", ["href"])
        .url_relative(UrlRelative::Deny)
        .strip_comments(true);
    if pictures == Pictures::Named {
        builder.rm_tag_attributes("img", ["src", "srcset"]);
    }
    builder.clean(&pruned).to_string()
}

fn is_html(text: &str, content_type: &str) -> bool {
    let kind = content_type.to_ascii_lowercase();
    if kind.contains("html") {
        return true;
    }
    let head: String = text.chars().take(2_000).flat_map(char::to_lowercase).collect();
    !kind.contains("xml") && (head.contains("<html") || head.contains("<!doctype html") || head.contains("<body"))
}

fn beginning(text: &str) -> &str {
    let mut end = text.len().min(MAX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use boji_clean::model::Timestamp;

    fn capture(content_type: &str, body: &str) -> Capture {
        Capture {
            url: "https://a.example/p".into(),
            hops: Vec::new(),
            status: 200,
            headers: vec![("content-type".into(), content_type.into())],
            body: body.into(),
            fetched_at: Timestamp::from_seconds(1),
        }
    }

    #[test]
    fn a_hostile_page_is_harmless() {
        let hostile = r#"<html><head><meta http-equiv="refresh" content="0;url=https://evil.example/"><base href="https://evil.example/">
            <link rel="stylesheet" href="https://evil.example/a.css"><style>@import "https://evil.example/b.css";</style></head>
            <body onload="alert(1)" style="background:url(https://evil.example/c.png)"><script>alert(1)</script>
            <form action="https://evil.example/"><input name="a"><button>go</button></form>
            <svg onload="alert(1)"><a href="javascript:alert(1)">x</a><image href="https://evil.example/d.png"/></svg>
            <p style="color:red;background-image:url(https://evil.example/e.png);position:fixed">词</p>
            <a href="https://evil.example/">link</a><img src="https://evil.example/f.png" onerror="alert(1)" alt="alt">
            <iframe src="https://evil.example/"></iframe><object data="https://evil.example/"></object>
            <math><mtext><img src=x onerror=alert(1)></mtext></math></body></html>"#;
        for pictures in [Pictures::Named, Pictures::Shown] {
            let shown = shown(&capture("text/html", hostile), pictures);
            let body = shown.split("<body>").nth(1).expect("a body");
            for word in [
                "<script",
                "onload",
                "onerror",
                "javascript:",
                "<form",
                "<iframe",
                "<object",
                "<link",
                "<meta",
                "<base",
                "url(",
            ] {
                assert!(!body.contains(word), "{word} in {body}");
            }
            assert!(body.contains("词") && body.contains("link"), "{body}");
            let pictures_of = body.matches("evil.example").count();
            assert_eq!(pictures_of, usize::from(pictures == Pictures::Shown), "{body}");
        }
    }

    #[test]
    fn what_wechat_hides_until_its_script_runs_is_seen() {
        let page = r#"<html><body><div id="js_content" style="visibility: hidden; opacity: 0;"><p>第一段。</p></div></body></html>"#;
        let shown = shown(&capture("text/html; charset=utf-8", page), Pictures::Named);
        assert!(shown.contains("第一段。") && !shown.contains("hidden"), "{shown}");
    }

    #[test]
    fn what_is_no_html_is_text() {
        let shown = shown(&capture("text/markdown", "# 题目\n\n<script>x</script>"), Pictures::Named);
        assert!(shown.contains("<pre># 题目") && shown.contains("&lt;script&gt;"), "{shown}");
    }

    #[test]
    fn a_page_that_nests_without_end_is_cut_and_shown() {
        let deep = format!("<html><body>{}words", "<div>".repeat(200_000));
        assert!(shown(&capture("text/html", &deep), Pictures::Named).contains("words"));
    }
}
