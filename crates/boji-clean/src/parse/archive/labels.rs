use std::collections::HashSet;

use super::header::Dialect;

/// The names by which a file refers to addresses that it states apart, as `[words][name]` does to `[name]: address`.
pub(super) struct Labels<'a> {
    dialect: Dialect,
    used: HashSet<&'a str>,
}

impl<'a> Labels<'a> {
    pub(super) fn of(text: &'a str, dialect: Dialect) -> Self {
        let mut used = HashSet::new();
        if text.contains("]:") {
            let mut open = None;
            for (at, sign) in text.match_indices(['[', ']', '\n']) {
                let is_name = sign == "]" && text.as_bytes().get(at + 1) != Some(&b':');
                if let Some(name) = open.take_if(|_| is_name).and_then(|start| text.get(start..at)) {
                    used.insert(name);
                }
                open = (sign == "[").then_some(at + 1);
            }
        }
        Self { dialect, used }
    }

    /// Whether a line looks like the statement of an address, `[name]: address`, and is a text of the author's: one to
    /// which nothing refers. Of the converters only one states addresses, for pictures that it wrote into the file.
    pub(super) fn is_text(&self, line: &str) -> bool {
        let Some((name, rest)) = line.trim_start().strip_prefix('[').and_then(|inner| inner.split_once("]:")) else {
            return false;
        };
        let is_used = match self.dialect {
            Dialect::Wrapped => false,
            Dialect::Unescaped => rest.trim_start().starts_with("data:"),
            Dialect::Plain => true,
        };
        !(is_used && self.used.contains(name))
    }
}
