use memchr::memchr;

use crate::text::MathNode;

/// Most elements of one drawing, and longest tag, in bytes.
const MAX_ELEMENTS: usize = 20_000;
const MAX_TAG: usize = 65_536;

/// The TeX of a formula that MathJax 3 and 4 drew: its elements bear the names of MathML in `data-mml-node`, its glyphs
/// their characters in `data-c`. `None` for any other drawing.
pub(super) fn drawn_formula(inside: &str) -> Option<String> {
    memchr::memmem::find(inside.as_bytes(), b"data-mml-node")?;
    let mut open: Vec<MathNode> = vec![MathNode::default()];
    let mut rest = inside;
    for _ in 0..MAX_ELEMENTS {
        let Some(start) = memchr(b'<', rest.as_bytes()) else { break };
        let tail = rest.get(start + 1..).unwrap_or_default();
        let Some(end) = memchr(b'>', tail.as_bytes().get(..MAX_TAG).unwrap_or(tail.as_bytes())) else { break };
        let tag = tail.get(..end).unwrap_or_default();
        rest = tail.get(end + 1..).unwrap_or_default();
        let name = tag.split([' ', '\n', '\t', '/']).next().unwrap_or_default();
        let is_empty = tag.ends_with('/');
        if tag.starts_with("/g") {
            if open.len() > 1
                && let (Some(node), Some(parent)) = (open.pop(), open.last_mut())
            {
                parent.children.extend(joined(node));
            }
        } else if name == "g" && !is_empty {
            let name = value(tag, "data-mml-node").unwrap_or_default().to_ascii_lowercase();
            open.push(MathNode { name, ..MathNode::default() });
        } else if let Some(parent) = open.last_mut() {
            let code = if matches!(name, "path" | "use") { value(tag, "data-c") } else { None };
            let glyph = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
            parent.text.extend(glyph);
            if name == "text" {
                parent.text.push_str(rest.get(..memchr(b'<', rest.as_bytes()).unwrap_or(0)).unwrap_or_default());
            }
        }
    }
    while open.len() > 1 {
        if let (Some(node), Some(parent)) = (open.pop(), open.last_mut()) {
            parent.children.extend(joined(node));
        }
    }
    let tex = open.pop()?.tex();
    (!tex.is_empty()).then_some(tex)
}

/// A group that only moves what is inside of it is no element of the formula.
fn joined(node: MathNode) -> Vec<MathNode> {
    if node.name.is_empty() && node.text.is_empty() { node.children } else { vec![node] }
}

fn value<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glyphs_and_names_make_a_formula() {
        let glyph = |name: &str, code: &str| {
            format!("<g data-mml-node=\"{name}\"><path data-c=\"{code}\" d=\"M1 1\"></path></g>")
        };
        let drawing = format!(
            "<defs></defs><g stroke=\"x\"><g data-mml-node=\"math\">{}{}<g data-mml-node=\"mfrac\"><g transform=\"a\">{}</g>{}<rect width=\"1\"></rect></g></g></g>",
            glyph("mi", "1D463"),
            glyph("mo", "3D"),
            glyph("mi", "1D444"),
            glyph("mi", "1D434"),
        );
        assert_eq!(drawn_formula(&drawing).as_deref(), Some("v=\\frac{Q}{A}"));
        for other in [
            "",
            "<g><path d=\"M1\"></g>",
            "<g data-mml-node=\"math\"><path d=\"\"></g>",
            "<g data-mml-node=\"mi\"><path data-c=",
        ] {
            assert_eq!(drawn_formula(other), None, "{other}");
        }
    }
}
