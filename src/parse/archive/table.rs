use super::header::Dialect;
use super::inline;

/// Most cells read in a row.
const MAX_CELLS: usize = 256;

/// Whether a line is the `---|:--:` under a table's head.
pub(super) fn is_separator(line: &str) -> bool {
    let line = line.trim();
    line.contains('|') && line.contains("--") && line.chars().all(|c| matches!(c, '-' | '|' | ':' | ' '))
}

/// The cells of a row as words. A bar after a backslash or inside code does not divide.
pub(super) fn cells(line: &str, dialect: Dialect) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = Vec::new();
    let mut cell = String::new();
    let (mut escaped, mut code) = (false, false);
    for c in line.chars() {
        match c {
            '|' if escaped => {
                cell.pop();
                cell.push('|');
            }
            '|' if !code && cells.len() + 1 < MAX_CELLS => cells.push(words(&std::mem::take(&mut cell), dialect)),
            '`' => {
                code = !code;
                cell.push(c);
            }
            _ => cell.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    if !cell.trim().is_empty() {
        cells.push(words(&cell, dialect));
    }
    cells
}

fn words(cell: &str, dialect: Dialect) -> String {
    inline::plain(cell.trim(), dialect).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_rows() {
        let cases: [(&str, &[&str]); 5] = [
            ("a| b| c  ", &["a", "b", "c"]),
            ("| a | b |", &["a", "b"]),
            ("| **a** | `x|y` |", &["a", "x|y"]),
            (r"a \| b | c", &["a | b", "c"]),
            ("| | b", &["", "b"]),
        ];
        for (line, want) in cases {
            assert_eq!(cells(line, Dialect::Plain), want, "{line}");
        }
        assert!(is_separator(":--|---:") && !is_separator("a|b") && !is_separator("---"));
    }
}
