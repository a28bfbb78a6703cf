use super::kept;
use crate::model::{Block, BlockKind, JudgedBlock};

/// The kept blocks as plain text: blocks divided by an empty line, list items and table rows by a line, code as it
/// stands. Headings carry no mark, pictures leave nothing but their caption, a list item keeps its bullet or number.
pub fn text(blocks: &[JudgedBlock]) -> String {
    let mut out = String::new();
    let mut in_list = false;
    for block in kept(blocks) {
        let words = words(block);
        if words.trim().is_empty() {
            continue;
        }
        let item = matches!(block.kind, BlockKind::ListItem { .. });
        if !out.is_empty() {
            out.push_str(if in_list && item { "\n" } else { "\n\n" });
        }
        out.push_str(&words);
        in_list = item;
    }
    out
}

fn words(block: &Block) -> String {
    let text = block.text();
    match &block.kind {
        BlockKind::Code(_) => text.trim_matches('\n').to_owned(),
        // A tab at the start is an empty cell.
        BlockKind::Table(_) => text.trim_end().to_owned(),
        BlockKind::ListItem { .. } if text.trim().is_empty() => String::new(),
        BlockKind::ListItem { number: Some(number), .. } => format!("{number}. {}", text.trim()),
        BlockKind::ListItem { number: None, .. } => format!("- {}", text.trim()),
        BlockKind::Heading(_) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        _ => text.trim().to_owned(),
    }
}
