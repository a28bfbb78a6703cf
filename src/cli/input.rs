use std::fs::File;
use std::io;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::mistake::Mistake;
use crate::config::read_at_most;

/// Largest file taken, in bytes.
pub(super) const MAX_FILE: u64 = 128 << 20;

/// Keys of which a question of `boji filter` has at least one.
#[derive(Default, Deserialize)]
#[serde(default)]
struct OfAQuestion {
    html: Option<IgnoredAny>,
    markdown: Option<IgnoredAny>,
    path: Option<IgnoredAny>,
    url: Option<IgnoredAny>,
}

/// The bytes of a page in a file, or of stdin for `-`, bounded. A file of questions, one a line, is none.
pub(super) fn read_page(file: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = read(file)?;
    if holds_questions(&bytes) {
        let name = if file.as_os_str() == "-" { "stdin".to_owned() } else { file.display().to_string() };
        let message = format!("{name} holds a JSON object a line, where one page is expected");
        return Err(Mistake::usage(message, "`boji filter` reads such lines from standard input").into());
    }
    Ok(bytes)
}

/// Whether the first line is a question of `boji filter`.
fn holds_questions(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if !bytes.starts_with(b"{") {
        return false;
    }
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let OfAQuestion { html, markdown, path, url } = serde_json::from_slice(line).unwrap_or_default();
    [html, markdown, path, url].iter().any(Option::is_some)
}

/// The bytes of a file, or of stdin for `-`, bounded.
pub(super) fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let (name, bytes) = if file.as_os_str() == "-" {
        ("stdin".to_owned(), read_at_most(io::stdin().lock(), MAX_FILE))
    } else {
        let name = file.display().to_string();
        let open = File::open(file).with_context(|| format!("failed to open {name}"))?;
        (name, read_at_most(open, MAX_FILE))
    };
    match bytes {
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            let hint = "no page is so large; many pages go one a line through `boji filter`";
            Err(Mistake::failure(format!("{name} is {error}"), hint).into())
        }
        bytes => bytes.with_context(|| format!("failed to read {name}")),
    }
}

#[cfg(test)]
mod tests {
    use super::holds_questions;

    #[test]
    fn questions_are_known_by_the_first_of_them() {
        for text in [
            "{\"id\": 1, \"html\": \"<p>a</p>\"}\n",
            "\n  {\"markdown\": \"a\"}\n{\"markdown\": \"b\"}\n",
            "{\"path\": \"a.html\"}",
            "\u{feff}{\"path\": \"a.html\"}",
            "{\"url\": \"https://a.example/\", \"text\": \"a\"}\r\n",
        ] {
            assert!(holds_questions(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "<p>{\"html\": 1}</p>",
            "{\"title\": \"a\"}\n",
            "{\n\"html\": \"<p>a</p>\"}\n",
            "[{\"html\": \"a\"}]",
            "{{< toc >}}\n\nurl, html\n",
            "{\"html\": ",
        ] {
            assert!(!holds_questions(text.as_bytes()), "{text}");
        }
    }
}
