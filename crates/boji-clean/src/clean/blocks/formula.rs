use std::borrow::Cow;

use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::drawn::drawn_tree;
use super::drawn_katex::katex_tree;
use super::image::percent_decoded;
use super::names::has_class;
use super::pictured::stands_as_glyphs;
use crate::parse::html::{Step, Tree, Walk, attribute, is_block};
use crate::text::{self, LOST_FORMULA, MathNode, holds_tex, set_formula};

/// Longest text that may be one formula, in bytes.
const MAX_SOURCE: usize = 8_192;
/// Neighbours that may stand between a drawing and its source.
const MAX_BETWEEN: usize = 4;

/// What an element says of a formula, as text: TeX between dollar signs where the page states it or it can be read from the
/// elements, the characters in a row where these are all there is, [`LOST_FORMULA`] where it cannot be read; "" for the
/// drawing of one whose source stands beside it. `None` where an element is no formula, or what is inside of it says more.
pub fn formula(node: NodeRef<'_, Node>, element: &Element) -> Option<String> {
    let kind = attribute(element, "class").and_then(|class| class.split_ascii_whitespace().find_map(Kind::of));
    if kind == Some(Kind::Drawing) && is_drawn_beside(node) {
        return Some(String::new());
    }
    if let Some(stated) = stated(element) {
        return Some(stated);
    }
    match element.name() {
        "math" | "mml:math" | "m:math" => return Some(mathml(node, element)),
        "tex-math" => return Some(written(&Tree::text_of(node), false)),
        "mjx-container" => return Some(drawn(node, element)),
        "d-math" | "eq" | "eqn" => return source(node, element),
        "embed" if stands_as_glyphs(element) => return Some(LOST_FORMULA.to_owned()),
        "span" if is_copy(node, element) => return Some(String::new()),
        _ => {}
    }
    match kind? {
        Kind::Drawing if holds_blocks(node) => None,
        Kind::Drawing => Some(drawn(node, element)),
        Kind::Hidden => Some(String::new()),
        Kind::Katex => katex(node),
        // The MathML is hidden from those who see the picture of it.
        Kind::Wiki => below(node, "math").and_then(|math| Some(mathml(math, math.value().as_element()?))),
        Kind::Source => source(node, element),
        Kind::Substack => source(node, element).or_else(|| is_bare(node).then(|| LOST_FORMULA.to_owned())),
    }
}

/// What the class of an element says of a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A drawing of MathJax.
    Drawing,
    /// A stand-in for one, or the drawing beside its source.
    Hidden,
    /// KaTeX: source and drawing.
    Katex,
    /// MediaWiki: MathML and a picture.
    Wiki,
    /// TeX as text.
    Source,
    /// A block that Substack's script fills.
    Substack,
}

impl Kind {
    fn of(class: &str) -> Option<Self> {
        Some(match class {
            "MathJax"
            | "MathJax_Display"
            | "MathJax_SVG"
            | "MathJax_SVG_Display"
            | "MathJax_CHTML"
            | "mjx-chtml"
            | "mjx-math"
            | "MJXc-display"
            | "mjpage" => Self::Drawing,
            "MathJax_Preview" | "katex-html" | "math-holder" => Self::Hidden,
            "katex" => Self::Katex,
            "mwe-math-element" => Self::Wiki,
            "math" | "math-inline" | "math-display" | "math-block" | "math-tex" | "math-container"
            | "language-math" | "katex-eq" | "katex-error" | "ztext-math" | "js-render-math" => Self::Source,
            "latex-rendered" => Self::Substack,
            _ => return None,
        })
    }
}

/// Whether an element holds formulas and nothing else but the number or the point behind one.
pub fn is_formula(node: NodeRef<'_, Node>) -> bool {
    /// Longest text beside a formula, in bytes.
    const MAX_BESIDE: usize = 12;
    let mut found = false;
    let mut walk = Walk::new(node);
    while let Some(step) = walk.next() {
        let Step::Enter(below) = step else { continue };
        match below.value() {
            Node::Element(element) if formula(below, element).is_some() => {
                found = true;
                walk.skip_children();
            }
            Node::Text(text) => {
                let text = text.trim();
                if !text.is_empty() && text::formula(text) == Some(text.len()) {
                    found = true;
                } else if text.len() > MAX_BESIDE || text.contains(char::is_alphabetic) {
                    return false;
                }
            }
            _ => {}
        }
    }
    found
}

/// Sets each formula that goes over lines in one, as breaks of the page part its delimiters from it.
pub(super) fn join_lines(text: &mut String) {
    if !text.contains('\n') || !(text.contains("$$") || text.contains("\\[")) {
        return;
    }
    let mut joined = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['$', '\\']) {
        let (before, behind) = rest.split_at_checked(at).unwrap_or((rest, ""));
        joined.push_str(before);
        let length = text::formula(behind).unwrap_or(1);
        let (tex, after) = behind.split_at_checked(length).unwrap_or((behind, ""));
        joined.push_str(&tex.replace('\n', " "));
        rest = after;
    }
    joined.push_str(rest);
    *text = joined;
}

/// Formulas between three dollar signs, or six for lines of their own, as Codeforces sets them, with those that others use.
pub(super) fn of_three_dollars(text: &str) -> Cow<'_, str> {
    if !text.contains('$') || !text.contains("$$$") {
        return Cow::Borrowed(text);
    }
    let parts: Vec<&str> = text.split("$$$").collect();
    let are_formulas = parts.iter().skip(1).step_by(2).all(|tex| tex.is_empty() || holds_tex(tex));
    if parts.len().is_multiple_of(2) || !are_formulas {
        return Cow::Borrowed(text);
    }
    Cow::Owned(parts.join("$"))
}

/// The source of a formula that an attribute states: editors of WeChat articles (`data-formula`), Zhihu (`data-tex`), MathJax 4
/// (`data-latex`), SiYuan (`data-content`), Substack (`data-attrs`), Yuque (`value` of a card), MathJax 2 and Wiris (`data-mathml`).
fn stated(element: &Element) -> Option<String> {
    let is_display = is_display(element);
    let mut found = None;
    for (name, value) in &element.attrs {
        let tex = match &*name.local {
            "data-formula" | "data-tex" | "data-latex" => Cow::Borrowed(&**value),
            "data-content" if is_math_of_siyuan(element) => Cow::Borrowed(&**value),
            "data-attrs" => Cow::Owned(json_text(value, "persistentExpression")?),
            "value" if element.name() == "card" && attribute(element, "name") == Some("math") => {
                Cow::Owned(json_text(&percent_decoded(value, false), "code")?)
            }
            "data-mathml" => Cow::Owned(stated_mathml(value)?),
            _ => continue,
        };
        found = set_formula(&tex, is_display);
        if found.is_some() {
            break;
        }
    }
    found
}

/// A text of an object in JSON.
fn json_text(json: &str, key: &str) -> Option<String> {
    let json = json.strip_prefix("data:").unwrap_or(json);
    let object: serde_json::Value = serde_json::from_str(json).ok()?;
    object.get(key)?.as_str().map(str::to_owned)
}

fn is_math_of_siyuan(element: &Element) -> bool {
    attribute(element, "data-subtype") == Some("math")
}

/// Whether an element sets its formula in lines of its own.
fn is_display(element: &Element) -> bool {
    is_block(element.name()) || is_called_display(element)
}

/// The same by its attributes alone.
fn is_called_display(element: &Element) -> bool {
    let says = |name, words: &[&str]| attribute(element, name).is_some_and(|value| words.contains(&value));
    says("display", &["true", "block"])
        || says("data-math-style", &["display"])
        || has_class(element, |class| {
            matches!(
                class,
                "display"
                    | "math-display"
                    | "math-block"
                    | "MathJax_Display"
                    | "MathJax_SVG_Display"
                    | "MJXc-display"
                    | "mjpage__block"
                    | "katex-display"
            )
        })
}

/// A formula in MathML: its TeX source when the page states it, else what its elements say.
fn mathml(math: NodeRef<'_, Node>, element: &Element) -> String {
    let is_display = is_display(element);
    for step in Walk::new(math) {
        let Step::Enter(node) = step else { continue };
        let Some(element) = node.value().as_element() else { continue };
        if bare_name(element) == "annotation"
            && attribute(element, "encoding").is_some_and(|kind| kind.to_ascii_lowercase().contains("tex"))
            && let Some(tex) = set_formula(&Tree::text_of(node), is_display)
        {
            return tex;
        }
    }
    let stated = attribute(element, "alttext").filter(|alt| alt.contains(['\\', '^', '_', '{']) && holds_tex(alt));
    let tex = stated.map_or_else(|| math_node(math).tex(), str::to_owned);
    if tex.contains(['\\', '^', '_', '{', '\'']) { set_formula(&tex, is_display).unwrap_or_default() } else { tex }
}

/// The TeX of MathML that an attribute states, its brackets as they are or, as Wiris writes them, as quotation marks.
fn stated_mathml(value: &str) -> Option<String> {
    let is_quoted = value.trim_start().starts_with('«');
    let unquoted = || value.replace('«', "<").replace('»', ">").replace('¨', "\"").replace('§', "&");
    let value = if is_quoted { Cow::Owned(unquoted()) } else { Cow::Borrowed(value) };
    let (tree, _) = Tree::fragment(&value);
    let math = tree.first("math")?;
    let formula = mathml(math, math.value().as_element()?);
    (!formula.is_empty()).then_some(formula)
}

/// The elements of a formula as a tree of their own.
fn math_node(math: NodeRef<'_, Node>) -> MathNode {
    let mut open = vec![MathNode::default()];
    for step in Walk::new(math) {
        match step {
            Step::Enter(node) => match (node.value(), open.last_mut()) {
                // White space means nothing but in words.
                (Node::Text(text), Some(parent)) if matches!(parent.name.as_str(), "mtext" | "ms") => {
                    parent.text.push_str(text.trim_matches(['\n', '\t']));
                }
                (Node::Text(text), Some(parent)) => parent.text.push_str(text.trim()),
                (Node::Element(element), _) => {
                    let says = |name: &&str| Some(((*name).to_owned(), attribute(element, name)?.to_owned()));
                    let attributes = MathNode::ATTRIBUTES.iter().filter_map(says).collect();
                    open.push(MathNode { name: bare_name(element).to_owned(), attributes, ..MathNode::default() });
                }
                _ => {}
            },
            Step::Leave(node) => {
                if node.value().is_element()
                    && let (Some(done), Some(parent)) = (open.pop(), open.last_mut())
                {
                    parent.children.push(done);
                }
            }
        }
    }
    open.pop().unwrap_or_default()
}

/// The name of an element of MathML without the prefix that XML gives it.
fn bare_name(element: &Element) -> &str {
    let name = element.name();
    name.rsplit(':').next().unwrap_or(name)
}

/// A drawing of MathJax: what it states, the MathML for those who hear it, what the pre-pass read, else its elements.
fn drawn(node: NodeRef<'_, Node>, element: &Element) -> String {
    if is_drawn_beside(node) {
        return String::new();
    }
    let mut is_display = is_display(element)
        || node.parent().and_then(|parent| parent.value().as_element()).is_some_and(|parent| {
            has_class(parent, |class| class.ends_with("_Display") || matches!(class, "MJXc-display" | "mjpage__block"))
        });
    let mut read: Vec<String> = Vec::new();
    let mut spoken = None;
    let mut shows = false;
    let mut walk = Walk::new(node);
    while let Some(step) = walk.next() {
        let Step::Enter(below) = step else { continue };
        let Some(inner) = below.value().as_element() else {
            shows |= below.value().as_text().is_some_and(|text| !text.trim().is_empty());
            continue;
        };
        is_display |= has_class(inner, |class| class == "MJXc-display") || attribute(inner, "display") == Some("true");
        if let Some(stated) =
            attribute(inner, "data-latex").or_else(|| attribute(inner, "data-mathml")).map(|_| stated(inner))
        {
            if let Some(stated) = stated {
                return written(&stated, is_display);
            }
        } else if bare_name(inner) == "math" {
            let formula = mathml(below, inner);
            let is_tex = formula.starts_with('$');
            return if is_tex { written(&formula, is_display) } else { formula };
        } else if inner.name() == "tex-math" {
            let part = Tree::text_of(below);
            // MathJax 4 draws a long formula in several pieces, each with the whole source.
            if !read.contains(&part) {
                read.push(part);
            }
            walk.skip_children();
        } else if spoken.is_none() {
            spoken = attribute(inner, "aria-label").filter(|label| holds_tex(label));
        }
        shows |= inner.name().starts_with("mjx-") || has_class(inner, |class| class == "math");
    }
    if read.iter().any(|part| part == LOST_FORMULA) {
        return LOST_FORMULA.to_owned();
    }
    if !read.is_empty() {
        let parts: String = read.iter().map(|part| part.trim_matches('$')).collect();
        return written(&parts, is_display);
    }
    let tex = spoken.map(str::to_owned).or_else(|| drawn_tree(node).map(|tree| tree.tex()));
    match tex.and_then(|tex| set_formula(&tex, is_display)) {
        Some(tex) => tex,
        None if shows => LOST_FORMULA.to_owned(),
        None => String::new(),
    }
}

/// A formula that was read already, in lines of its own where its frame says so.
fn written(formula: &str, is_display: bool) -> String {
    if formula == LOST_FORMULA { formula.to_owned() } else { set_formula(formula, is_display).unwrap_or_default() }
}

/// Whether the source of a drawing follows it.
fn is_drawn_beside(node: NodeRef<'_, Node>) -> bool {
    for sibling in node.next_siblings().take(MAX_BETWEEN) {
        match sibling.value() {
            Node::Text(text) if text.trim().is_empty() => {}
            Node::Element(element) if matches!(element.name(), "tex-math" | "math") => {
                return Tree::text_of(sibling) != LOST_FORMULA;
            }
            Node::Element(element) if has_class(element, |class| class == "MathJax_Preview") => {}
            _ => return false,
        }
    }
    false
}

/// A formula of KaTeX: its source, the MathML, the words that are left of both where a copy lost its elements, or the drawing.
fn katex(node: NodeRef<'_, Node>) -> Option<String> {
    let is_display = node.parent().and_then(|it| it.value().as_element()).is_some_and(is_called_display);
    let mut drawing = None;
    let mut walk = Walk::new(node);
    while let Some(step) = walk.next() {
        let Step::Enter(below) = step else { continue };
        let Some(element) = below.value().as_element() else { continue };
        if bare_name(element) == "math" {
            let formula = mathml(below, element);
            return Some(if formula.starts_with('$') { written(&formula, is_display) } else { formula });
        }
        if has_class(element, |class| class == "katex-mathml") {
            let text = Tree::text_of(below);
            // Line by line the MathML, then the source, all in one line.
            let source = text.lines().map(str::trim).rfind(|line| !line.is_empty());
            if let Some(tex) =
                source.filter(|_| self::below(below, "math").is_none()).and_then(|tex| set_formula(tex, is_display))
            {
                return Some(tex);
            }
        }
        if has_class(element, |class| class == "katex-html") {
            drawing = Some(below);
            walk.skip_children();
        }
    }
    let tree = katex_tree(drawing?);
    let tex = tree.and_then(|tree| set_formula(&tree.tex(), is_display));
    Some(tex.unwrap_or_else(|| LOST_FORMULA.to_owned()))
}

/// The first element of a name below a node.
fn below<'a>(node: NodeRef<'a, Node>, name: &str) -> Option<NodeRef<'a, Node>> {
    Walk::new(node).find_map(|step| match step {
        Step::Enter(below) => below.value().as_element().is_some_and(|it| bare_name(it) == name).then_some(below),
        Step::Leave(_) => None,
    })
}

/// The TeX that is the text of an element.
fn source(node: NodeRef<'_, Node>, element: &Element) -> Option<String> {
    let is_bare = node.children().all(|child| match child.value() {
        Node::Element(child) => matches!(child.name(), "code" | "br"),
        _ => true,
    });
    let text = is_bare.then(|| Tree::text_of(node))?;
    let is_stated = matches!(element.name(), "eq" | "d-math")
        || has_class(element, |class| matches!(class, "katex-error" | "ztext-math"));
    let is_tex = text.len() <= MAX_SOURCE && (is_stated || holds_tex(&text));
    let is_display = is_display(element)
        || node
            .parent()
            .and_then(|it| it.value().as_element())
            .is_some_and(|it| attribute(it, "data-eeimg") == Some("2"));
    is_tex.then(|| set_formula(&text, is_display)).flatten()
}

fn is_bare(node: NodeRef<'_, Node>) -> bool {
    !Walk::new(node).skip(1).any(|step| matches!(step, Step::Enter(_)))
}

fn holds_blocks(node: NodeRef<'_, Node>) -> bool {
    Walk::new(node).any(|step| match step {
        Step::Enter(below) => {
            below.value().as_element().is_some_and(|it| matches!(it.name(), "p" | "section" | "article" | "h1" | "h2"))
        }
        Step::Leave(_) => false,
    })
}

/// Whether a `span` without any name is the drawing of the formula before it: a feed took the classes of KaTeX away. Both show the same
/// characters, if in another order.
fn is_copy(node: NodeRef<'_, Node>, element: &Element) -> bool {
    if !element.attrs.is_empty() {
        return false;
    }
    let Some(before) = node.prev_sibling().filter(|it| it.value().as_element().is_some_and(|it| it.name() == "span"))
    else {
        return false;
    };
    let Some(math) = before.first_child().filter(|it| it.value().as_element().is_some_and(|it| it.name() == "math"))
    else {
        return false;
    };
    let signs = |text: &str| {
        let is_sign = |c: &char| !c.is_whitespace() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2061}'..='\u{2064}');
        let mut signs: Vec<char> = text.chars().filter(is_sign).take(MAX_SOURCE).collect();
        signs.sort_unstable();
        signs
    };
    let mut shown = String::new();
    let mut walk = Walk::new(math);
    while let Some(step) = walk.next() {
        let Step::Enter(below) = step else { continue };
        match below.value() {
            Node::Element(element) if element.name() == "annotation" => walk.skip_children(),
            Node::Text(text) => shown.push_str(text),
            _ => {}
        }
    }
    signs(&shown) == signs(&Tree::text_of(node))
}
