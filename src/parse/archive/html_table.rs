use super::inline::entity;

/// Most cells read in one table.
const MAX_CELLS: usize = 20_000;

/// Longest tag looked at, in bytes; editors write long styles.
const MAX_TAG: usize = 8_192;

/// The rows of an HTML table as words, every tag taken out. A table without cells gives its words as one cell.
pub(super) fn rows(html: &str) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let (mut cell, mut count) = (String::new(), 0);
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        if c == '<'
            && let Some((name, length)) = tag(rest)
        {
            rest = rest.get(length..).unwrap_or_default();
            match name.as_str() {
                "tr" => rows.push(Vec::new()),
                "td" | "th" => cell.clear(),
                "/td" | "/th" if count < MAX_CELLS => {
                    count += 1;
                    let words = tidy(&std::mem::take(&mut cell));
                    match rows.last_mut() {
                        Some(row) => row.push(words),
                        None => rows.push(vec![words]),
                    }
                }
                "br" | "/p" | "/li" | "/div" | "/section" => cell.push('\n'),
                _ => {}
            }
            continue;
        }
        if c == '&'
            && let Some((decoded, length)) = entity(rest)
        {
            cell.push(decoded);
            rest = rest.get(length..).unwrap_or_default();
            continue;
        }
        cell.push(c);
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    let left_over = tidy(&cell);
    if !left_over.is_empty() {
        rows.push(vec![left_over]);
    }
    rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
    rows
}

/// Name (with `/` when it closes) and length of the tag at the start of `text`.
fn tag(text: &str) -> Option<(String, usize)> {
    let inner = text.get(1..)?;
    let slash = inner.starts_with('/');
    let name: String = inner.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
    if name.is_empty() && !inner.starts_with('!') {
        return None;
    }
    let end = text.bytes().take(MAX_TAG).position(|byte| byte == b'>')?;
    let name = name.to_ascii_lowercase();
    Some((if slash { format!("/{name}") } else { name }, end + 1))
}

/// The lines of a cell, each with single spaces, joined by one space.
fn tidy(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_cells_and_drops_tags() {
        let html = "<table style=\"a: b\"><tbody><tr><td><p>甲<br>乙</p></td><th>a &lt; b</th></tr><tr><td></td><td>2 < 3</td></tr></table>";
        assert_eq!(rows(html), [vec!["甲 乙", "a < b"], vec!["", "2 < 3"]]);
        assert_eq!(rows("<table>words</table>"), [vec!["words"]]);
    }
}
