use std::ops::Range;
use std::path::{Path, PathBuf};

use boji_clean::rules::Mistake;

/// Why a configuration cannot be used. Ends a command with exit code 4.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file or folder that cannot be read.
    #[error("read {}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A folder given by hand that holds no configuration.
    #[error("use {} as configuration: neither boji.toml nor sources.toml is in it", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// A file that says something wrong.
    #[error("use {0}")]
    Mistake(Box<Mistake>),
}

impl ConfigError {
    /// What a person can do about it, if anything.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unreadable { .. } => Some("check that it is there and that you may read it".to_owned()),
            Self::Empty { .. } => {
                Some("name the folder that holds boji.toml, or leave --config out for the defaults".to_owned())
            }
            Self::Mistake(mistake) => (!mistake.hint.is_empty()).then(|| mistake.hint.clone()),
        }
    }

    /// A mistake at a place of a file. Its line is shown without what may be secret in it.
    pub(super) fn at(file: &Path, text: &str, span: Range<usize>, message: String, hint: String) -> Self {
        Self::Mistake(Box::new(Mistake::new(file, &without_secrets(text), span, message, hint)))
    }

    /// A mistake that the TOML library found.
    pub(super) fn from_toml(file: &Path, text: &str, error: &toml::de::Error) -> Self {
        let mut mistake = Mistake::of_toml(file, &without_secrets(text), error);
        mistake.message = without_given(&mistake.message);
        if mistake.hint.is_empty() {
            const FORM: &str =
                "texts stand in quotes, `key = value` in a line, and each source begins with [[source]] (toml.io)";
            FORM.clone_into(&mut mistake.hint);
        }
        Self::Mistake(Box::new(mistake))
    }
}

/// Parts of the names of keys whose values are nobody's business. An address is, where it holds a user or parameters.
const SECRET: [&str; 8] = ["auth", "cookie", "header", "key", "pass", "proxy", "secret", "token"];

/// A file of which each line may be shown: where a secret may stand, be the line as broken as it may, letters and digits give way
/// to `*`. A name stays, and each byte gives way to one, so that places stay what they are.
fn without_secrets(text: &str) -> String {
    let mut is_in_headers = false;
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start();
        if bare.starts_with('[') && !bare.contains('"') {
            is_in_headers = bare.to_ascii_lowercase().contains("header");
            shown.push_str(line);
            continue;
        }
        let name = line.find('=').map_or("", |sign| line.get(..sign).unwrap_or_default()).to_ascii_lowercase();
        let is_plain = bare.is_empty() || bare.starts_with('#') || bare.starts_with(']');
        // A line without a name goes on with the value of one before it.
        let is_secret =
            is_in_headers || name.is_empty() || line.contains(['@', '?']) || SECRET.iter().any(|it| name.contains(it));
        if is_plain || !is_secret {
            shown.push_str(line);
            continue;
        }
        let is_of_name =
            |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.' | ' ' | '"' | '\'');
        let lead = line.len() - bare.len();
        let end =
            if name.is_empty() { lead } else { bare.find(|sign| !is_of_name(sign)).map_or(line.len(), |at| lead + at) };
        let (kept, mut rest) = line.split_at(end);
        shown.push_str(kept);
        while let Some(first) = rest.chars().next() {
            let length = rest.find(|sign: char| !is_of_word(sign)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(length.max(first.len_utf8()));
            let may_be_name = shown.trim_end_matches(AROUND_NAMES).ends_with(['{', ',']);
            if !is_of_word(first) || (may_be_name && behind.trim_start_matches(AROUND_NAMES).starts_with('=')) {
                shown.push_str(word);
            } else {
                shown.extend(std::iter::repeat_n('*', word.len()));
            }
            rest = behind;
        }
    }
    shown
}

/// What may stand between the name of a key and the signs before and behind it.
const AROUND_NAMES: [char; 3] = [' ', '"', '\''];

fn is_of_word(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '-' | '_')
}

/// What the TOML library says, without the text that it quotes.
fn without_given(message: &str) -> String {
    let quoted = message.split_once("string \"").and_then(|(before, rest)| Some((before, rest.rsplit_once('"')?.1)));
    quoted.map_or_else(|| message.to_owned(), |(before, behind)| format!("{before}text{behind}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_shows_what_may_be_secret() {
        let cases = [
            "headers = { \"X-Token\" = \"SECRET123 }",
            "headers = { X-Token = SECRET123== }",
            "header = { \"X-Token\" = \"SECRET123\" }",
            "headers = \"X-Token: SECRET123\"",
            "headers = [\n  \"X-Token: SECRET123\"\n]",
            "[source.headers]\n\"X Token: SECRET123\" = \"\"",
            "[source.headers]\nX-Token = \"SECRET123\"",
            "proxy = \"http://u:SECRET123@h:80",
            "site = \"http://u:SECRET123@h:80",
            "url = 'https://a.example/feed?key=SECRET123",
        ];
        for text in cases {
            let shown = without_secrets(text);
            assert!(!shown.contains("SECRET123") && shown.len() == text.len(), "{text}: {shown}");
        }
        for plain in
            ["every = \"1 h\"", "[[source]]", "# a note: token", "kind = \"fed\"", "url = \"htp://a.example/f\""]
        {
            assert_eq!(without_secrets(plain), plain);
        }
        let said = "invalid type: string \"X-Token: SECRET123\", expected a map";
        assert_eq!(without_given(said), "invalid type: text, expected a map");
    }
}
