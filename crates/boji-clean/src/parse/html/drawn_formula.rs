use htmlize::unescape_attribute;
use memchr::{memchr, memmem};

use crate::text::MathNode;

/// Most elements of one drawing, longest tag, in bytes, and longest source that a drawing states.
const MAX_ELEMENTS: usize = 20_000;
const MAX_TAG: usize = 65_536;
const MAX_SOURCE: usize = 8_192;

/// What a drawing says of a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DrawnFormula {
    /// It shows the formula of this TeX.
    Read(String),
    /// It shows one and does not say which.
    Unreadable,
    /// It shows something else.
    None,
}

/// Reads the formula that a drawing of MathJax shows, from what is inside of its element and the class of that. MathJax 3 and
/// 4 name elements as MathML does in `data-mml-node` and give the characters of glyphs in `data-c`, MathJax 4 adds the whole
/// source; a formula that mathjax-node drew has it as its title. Of what MathJax 2 drew, and of drawings whose attributes
/// an editor took away, only what stands in one row can be read.
pub(super) fn drawn_formula(inside: &str, class: &str) -> DrawnFormula {
    let has = |sign: &str| memmem::find(inside.as_bytes(), sign.as_bytes()).is_some();
    let tex = if has("data-mml-node") {
        stated_source(inside).or_else(|| tree(inside))
    } else if is_turned(inside) {
        title(inside).or_else(|| glyphs_in_a_row(inside))
    } else if class.split_ascii_whitespace().any(|word| word == "latex") && (has("'page1'") || has("\"page1\"")) {
        // What dvisvgm makes of the output of TeX.
        None
    } else {
        return DrawnFormula::None;
    };
    // The glyphs that all formulas of a page share are no formula.
    let shows = has("<path") || has("<use") || has("<text");
    match tex {
        Some(tex) => DrawnFormula::Read(tex),
        None if shows => DrawnFormula::Unreadable,
        None => DrawnFormula::None,
    }
}

/// MathJax turns its glyphs, which stand upside down in fonts, in one group, and sets their colours there.
fn is_turned(inside: &str) -> bool {
    let bytes = inside.as_bytes();
    if memmem::find(bytes, b"stroke-width=\"0\"").is_none() {
        return false;
    }
    ["scale(1,-1)", "scale(1 -1)", "matrix(1 0 0 -1 0 0)", "matrix(1,0,0,-1,0,0)"].into_iter().any(|turn| {
        let Some(at) = memmem::find(bytes, turn.as_bytes()) else { return false };
        let (before, behind) = inside.split_at_checked(at).unwrap_or_default();
        let start = before.rsplit('<').next().unwrap_or_default();
        let end = behind.split('>').next().unwrap_or_default();
        let says = |sign: &str| start.contains(sign) || end.contains(sign);
        start.starts_with("g ") && says("stroke-width=\"0\"") && says("currentColor")
    })
}

/// The source that MathJax 4 states at the root of a formula.
fn stated_source(inside: &str) -> Option<String> {
    let at = memmem::find(inside.as_bytes(), b"data-latex=\"")?;
    let start = inside.get(..at)?.rfind('<')?;
    let tag = inside.get(start..)?.split('>').next()?;
    let source = value(tag, "data-latex=\"").filter(|source| source.len() <= MAX_SOURCE && tag.contains("\"math\""))?;
    Some(unescape_attribute(source).into_owned()).filter(|source| !source.trim().is_empty())
}

/// The source that mathjax-node sets into the drawing as its title.
fn title(inside: &str) -> Option<String> {
    let (_, rest) = inside.split_once("<title id=\"MathJax")?;
    let (_, rest) = rest.split_once('>')?;
    let (title, _) = rest.split_once("</title")?;
    Some(htmlize::unescape(title).into_owned()).filter(|title| !title.trim().is_empty() && title.len() <= MAX_SOURCE)
}

/// Glyphs of one size on one line, in the order in which they are drawn.
fn glyphs_in_a_row(inside: &str) -> Option<String> {
    let mut row = MathNode::default();
    for tag in Tags::new(inside) {
        match tag.name() {
            "use" => {
                let is_level =
                    value(tag.0, " y=\"").is_none_or(|y| y.parse() == Ok(0.0_f32)) && !tag.0.contains("scale(");
                let sign = glyph(tag.0).filter(|_| is_level)?;
                row.children.push(MathNode { text: sign.to_string(), ..MathNode::default() });
            }
            "g" if height(tag.0) != 0.0 => return None,
            "rect" | "text" | "svg" => return None,
            _ => {}
        }
    }
    Some(row.tex()).filter(|tex| !tex.is_empty())
}

/// An element that is still open.
#[derive(Debug, Default)]
struct Open {
    node: MathNode,
    /// How far it is raised above its neighbours, and each of its children.
    height: f32,
    heights: Vec<f32>,
    /// A glyph that is drawn as a group.
    is_glyph: bool,
    /// A line is drawn in it.
    has_line: bool,
}

/// The elements of a drawing that says what they are.
fn tree(inside: &str) -> Option<String> {
    let mut open = vec![Open::default()];
    for tag in Tags::new(inside) {
        let Some(parent) = open.last_mut() else { break };
        match tag.name() {
            "/g" => close(&mut open),
            "g" if !tag.0.ends_with('/') => {
                let name = value(tag.0, "data-mml-node=\"").unwrap_or_default().to_ascii_lowercase();
                let text: String = value(tag.0, "data-c=\"").and_then(character).into_iter().collect();
                let is_glyph = !text.is_empty();
                let node = MathNode { name, text, ..MathNode::default() };
                open.push(Open { node, height: height(tag.0), is_glyph, ..Open::default() });
            }
            "path" | "use" if !parent.is_glyph => parent.node.text.extend(glyph(tag.0)),
            "text" if !parent.is_glyph => parent.node.text.push_str(&htmlize::unescape(tag.1)),
            "rect" => parent.has_line = true,
            _ => {}
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    let tex = open.pop()?.node.tex();
    (!tex.is_empty()).then_some(tex)
}

/// Puts the element that ends into the one round it.
fn close(open: &mut Vec<Open>) {
    if open.len() < 2 {
        return;
    }
    let (Some(mut done), Some(parent)) = (open.pop(), open.last_mut()) else { return };
    let is_anonymous = done.node.name.is_empty();
    if is_anonymous && (done.is_glyph || !done.node.text.is_empty()) {
        parent.node.text.push_str(&done.node.text);
        return;
    }
    if is_anonymous {
        // A group that only moves what is inside of it is no element of the formula.
        parent.heights.extend(done.heights.iter().map(|height| height + done.height));
        parent.node.children.append(&mut done.node.children);
        parent.has_line |= done.has_line;
        return;
    }
    match done.node.name.as_str() {
        // Of two scripts the upper one may be drawn first.
        "msubsup" | "munderover" => {
            if let ([_, first, second], [_, one, other]) = (done.heights.as_slice(), done.node.children.as_mut_slice())
                && (first > second || (first >= second && done.node.name == "msubsup"))
            {
                std::mem::swap(one, other);
            }
        }
        "mfrac" if !done.has_line => done.node.attributes.push(("linethickness".to_owned(), "0".to_owned())),
        // A letter that stands upright is meant to; MathML would make it lean.
        "mi" if done.node.text.len() == 1 && done.node.text.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            done.node.attributes.push(("mathvariant".to_owned(), "normal".to_owned()));
        }
        _ => {}
    }
    parent.heights.push(done.height);
    parent.node.children.push(done.node);
}

/// The character of a glyph: by its code, else by the name of the shape that is used, `#E1-MJMATHI-76`.
fn glyph(tag: &str) -> Option<char> {
    let code = value(tag, "data-c=\"").or_else(|| {
        let shape = value(tag, "href=\"#")?;
        shape.rsplit('-').next().filter(|_| shape.contains("MJ"))
    });
    code.and_then(character)
}

fn character(code: &str) -> Option<char> {
    u32::from_str_radix(code, 16).ok().and_then(char::from_u32)
}

/// How far an element is moved up.
fn height(tag: &str) -> f32 {
    let moved = value(tag, "transform=\"").and_then(|transform| transform.split_once("translate("));
    let moved = moved.and_then(|(_, rest)| rest.split(')').next());
    moved.and_then(|moved| moved.split([',', ' ']).rfind(|part| !part.is_empty())?.parse().ok()).unwrap_or_default()
}

fn value<'a>(tag: &'a str, opening: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(opening)?;
    rest.split_once('"').map(|(value, _)| value)
}

/// A tag without its brackets, and the text behind it.
struct DrawnTag<'a>(&'a str, &'a str);

impl<'a> DrawnTag<'a> {
    fn name(&self) -> &'a str {
        let name = self.0.split([' ', '\n', '\t']).next().unwrap_or_default();
        name.strip_suffix('/').unwrap_or(name)
    }
}

/// The tags of a drawing, one after the other.
struct Tags<'a> {
    rest: &'a str,
    left: usize,
}

impl<'a> Tags<'a> {
    fn new(inside: &'a str) -> Self {
        Self { rest: inside, left: MAX_ELEMENTS }
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = DrawnTag<'a>;

    fn next(&mut self) -> Option<DrawnTag<'a>> {
        self.left = self.left.checked_sub(1)?;
        let tail = self.rest.get(memchr(b'<', self.rest.as_bytes())? + 1..)?;
        let end = memchr(b'>', tail.as_bytes().get(..MAX_TAG).unwrap_or(tail.as_bytes()))?;
        self.rest = tail.get(end + 1..)?;
        let text = self.rest.split('<').next().unwrap_or_default();
        Some(DrawnTag(tail.get(..end)?, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(name: &str, moved: &str, inside: &str) -> String {
        format!("<g data-mml-node=\"{name}\" transform=\"translate({moved})\">{inside}</g>")
    }

    fn glyph(name: &str, moved: &str, code: &str) -> String {
        element(name, moved, &format!("<path data-c=\"{code}\" d=\"M1 1\"></path>"))
    }

    fn read(drawing: &str) -> Option<String> {
        match drawn_formula(drawing, "") {
            DrawnFormula::Read(tex) => Some(tex),
            _ => None,
        }
    }

    #[test]
    fn glyphs_and_names_make_a_formula() {
        let (v, q, a) = (glyph("mi", "0,0", "1D463"), glyph("mi", "9,676", "1D444"), glyph("mi", "9,-6", "1D434"));
        let two = glyph("mn", "605,363", "32");
        let i = glyph("mi", "605,-284.4", "1D456");
        let brace =
            "<path data-c=\"E152\"/><g data-c=\"E156\"><path data-c=\"5C\"/></g><svg><path data-c=\"E154\"/></svg>";
        let cases = [
            (
                "a fraction",
                format!(
                    "<g><g>{v}</g></g>{}",
                    element("mfrac", "0,0", &format!("<g transform=\"a\">{q}</g>{a}<rect/>"))
                ),
                "v\\frac{Q}{A}",
            ),
            ("no line", element("mfrac", "0,0", &format!("{q}{a}")), "{Q \\atop A}"),
            ("the upper first", element("msubsup", "0,0", &format!("{v}{two}{i}")), "v_{i}^{2}"),
            (
                "the lower first",
                element("munderover", "0,0", &format!("{v}{i}{two}")),
                "\\underset{i}{\\overset{2}{v}}",
            ),
            ("pieces", element("munder", "0,0", &format!("{v}{}", element("mo", "0,-5", brace))), "\\underbrace{v}"),
            ("upright", glyph("mi", "0,0", "64"), "\\mathrm{d}"),
            (
                "its source",
                "<g data-mml-node=\"math\" data-latex=\"a&lt;b\"><path data-c=\"61\"/></g>".to_owned(),
                "a<b",
            ),
            ("words", element("mtext", "0,0", "<text>速</text>"), "\\text{速}"),
        ];
        for (case, drawing, want) in cases {
            let drawing = format!("<g data-mml-node=\"math\">{drawing}</g>");
            assert_eq!(read(&drawing).as_deref(), Some(want), "{case}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_known() {
        let turned = |inside: &str| {
            format!(
                "<g stroke=\"currentColor\" fill=\"currentColor\" stroke-width=\"0\" transform=\"matrix(1 0 0 -1 0 0)\">{inside}</g>"
            )
        };
        let used = |moved: &str| {
            format!("<use {moved} xlink:href=\"#E1-MJMATHI-76\" x=\"0\" y=\"0\"/><use xlink:href=\"#E1-MJMAIN-3D\"/>")
        };
        let cases = [
            ("paths", turned("<path d=\"M1\"/>"), "", DrawnFormula::Unreadable),
            ("uses", turned(&used("")), "", DrawnFormula::Read("v=".to_owned())),
            ("a script", turned(&used("transform=\"scale(0.707)\"")), "", DrawnFormula::Unreadable),
            (
                "a title",
                format!("<title id=\"MathJax-SVG-1-Title\">v</title>{}", turned("<path/>")),
                "",
                DrawnFormula::Read("v".to_owned()),
            ),
            ("dvisvgm", "<g id='page1'><use/></g>".to_owned(), "latex", DrawnFormula::Unreadable),
            ("a chart", "<g transform=\"scale(1,-1)\"><path d=\"M1\"/></g>".to_owned(), "", DrawnFormula::None),
            ("shared glyphs", "<defs><path id=\"MJX-1\" d=\"\"/></defs>".to_owned(), "", DrawnFormula::None),
            ("nothing", String::new(), "latex", DrawnFormula::None),
            ("no character", "<g data-mml-node=\"mi\"><path data-c=".to_owned(), "", DrawnFormula::Unreadable),
            ("no glyph", "<g data-mml-node=\"mi\"></g>".to_owned(), "", DrawnFormula::None),
        ];
        for (case, drawing, class, want) in cases {
            assert_eq!(drawn_formula(&drawing, class), want, "{case}");
        }
    }
}
