use super::header::{note, set};
use super::lines::{indent, next_line};
use crate::model::Facts;

/// Most lines that a front matter may have.
const MAX_LINES: usize = 200;

/// YAML between two lines of `---` at the start: scalars, quoted or not, and lists of them. What is nested deeper is
/// passed over. `None` when there is no such block.
pub(super) fn read(text: &str) -> Option<(Facts, &str)> {
    let (first, mut rest) = next_line(text);
    if first.trim_end() != "---" {
        return None;
    }
    let mut facts = Facts::default();
    let mut key = String::new();
    let mut known = false;
    for _ in 0..MAX_LINES {
        if rest.is_empty() {
            return None;
        }
        let (line, after) = next_line(rest);
        rest = after;
        if matches!(line.trim_end(), "---" | "...") {
            note(&mut facts);
            return known.then_some((facts, rest));
        }
        let trimmed = line.trim();
        if let Some(item) = trimmed.strip_prefix("- ") {
            known |= set(&mut facts, &key, unquoted(item));
        } else if indent(line) == 0
            && let Some((name, value)) = trimmed.split_once(':')
        {
            name.trim().clone_into(&mut key);
            for value in values(value.trim()) {
                known |= set(&mut facts, &key, value);
            }
        }
    }
    None
}

/// The scalars of a value: one, or those of an inline list.
fn values(value: &str) -> Vec<&str> {
    match value.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        Some(inner) => inner.split(',').map(|item| unquoted(item.trim())).collect(),
        None => vec![unquoted(value)],
    }
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(value)
}
