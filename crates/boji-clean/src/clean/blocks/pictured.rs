//! Formulas that a page shows as pictures: TeX in the alternative text, or in the address of the server that draws them.

use scraper::node::Element;

use super::image::{SOURCES, percent_decoded};
use super::names::has_class;
use crate::parse::html::attribute;
use crate::rules::words::BlockWords;
use crate::text::{holds_tex, set_formula};

/// Longest address that is asked for TeX, in bytes.
const MAX_ADDRESS: usize = 16_384;

/// What a picture says of a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PicturedFormula {
    /// It shows this one, set between dollar signs.
    Read(String),
    /// It shows one and does not say which.
    Unreadable,
}

/// The formula that a picture shows; `None` for other pictures.
pub(super) fn pictured_formula(element: &Element, words: &BlockWords) -> Option<PicturedFormula> {
    let stated = |name| attribute(element, name).map(str::trim).filter(|text| !text.is_empty());
    let addresses = || SOURCES.iter().filter_map(|name| stated(name)).filter(|address| address.len() <= MAX_ADDRESS);
    let server = addresses().find_map(|address| Some((address, words.formula_parameter(address)?)));
    let is_called = has_class(element, |class| words.is_formula(class)) || stands_as_glyphs(element);
    if server.is_none() && !is_called {
        return None;
    }
    let is_display = has_class(element, |class| words.is_displayed_formula(class));
    let told = ["alt", "title"].into_iter().filter_map(stated).find(|text| {
        let is_own = attribute(element, "alt") == Some(text) || server.is_some();
        is_own && !words.is_empty_alt(text) && (holds_tex(text) || is_set(text))
    });
    let addressed = server.and_then(|(address, parameter)| tex_of_address(address, parameter));
    // Markdown and XML may have taken signs from the words; an address that is escaped lost none.
    let tex = match (addressed, told) {
        (Some((tex, true)), _) => Some(tex),
        (_, Some(told)) => Some(told.to_owned()),
        (addressed, None) => addressed.map(|(tex, _)| tex),
    };
    let tex = tex.and_then(|tex| set_formula(&tex, is_display));
    match tex {
        Some(tex) => Some(PicturedFormula::Read(tex)),
        // A class may speak of what the picture is about.
        None if server.is_some() || stands_as_glyphs(element) => Some(PicturedFormula::Unreadable),
        None if has_class(element, |class| class == "formula") => Some(PicturedFormula::Unreadable),
        None => None,
    }
}

/// Whether a picture is set on the line of its text in units of its letters, as MathJax sets drawings of formulas and nobody else
/// pictures. Editors of WeChat articles upload these drawings.
pub(super) fn stands_as_glyphs(element: &Element) -> bool {
    let style = attribute(element, "style").unwrap_or_default();
    style
        .split(';')
        .filter_map(|declaration| declaration.split_once(':'))
        .any(|(name, value)| name.trim().eq_ignore_ascii_case("vertical-align") && value.trim().ends_with("ex"))
}

/// Whether a text brings the delimiters of a formula.
fn is_set(text: &str) -> bool {
    ["$", "\\(", "\\["].iter().any(|open| text.starts_with(open)) && text.len() > 2
}

/// The TeX in an address: behind a parameter (`tex=`), all of its query (`?`), or its last part (`/`).
/// Whether it was escaped there stands beside it.
fn tex_of_address(address: &str, parameter: &str) -> Option<(String, bool)> {
    let address = address.replace("&amp;", "&");
    let value = match parameter {
        "?" => address.split_once('?').map(|(_, query)| query),
        "/" => address.rsplit_once('/').map(|(_, file)| file),
        _ => address.split(['?', '&', '#']).skip(1).find_map(|part| part.strip_prefix(parameter)),
    }?;
    let tex = percent_decoded(value, true);
    (!tex.trim().is_empty()).then_some((tex, value.contains('%')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::html::Tree;
    use crate::rules::Rules;

    #[test]
    fn pictures_say_their_formulas() {
        let read = |tex: &str| Some(PicturedFormula::Read(tex.to_owned()));
        let cases = [
            ("<img src='https://www.zhihu.com/equation?tex=x%5E2%2B1' alt='x^2+1' eeimg=1>", read("$x^2+1$")),
            ("<img src='//www.zhihu.com/equation?tex=x%5E2+%2B+1'>", read("$x^2 + 1$")),
            ("<img src='https://www.zhihu.com/equation?tex=x%5E2%5C%5C' alt='[公式]'>", read("$$x^2$$")),
            ("<img src='https://www.zhihu.com/equation?tex=x_i+1'>", read("$x_i+1$")),
            ("<img src='https://juejin.cn/equation?tex=a%20'>", read("$a$")),
            ("<img src='data:image/gif;base64,R0' data-actualsrc='https://www.zhihu.com/equation?tex=x'>", read("$x$")),
            ("<img src='https://math.jianshu.com/math?formula=%5Calpha'>", read("$\\alpha$")),
            ("<img src='https://latex.codecogs.com/png.image?%5Cdpi%7B110%7D%5Cinline%20x%5E2' alt=''>", read("$x^2$")),
            ("<img src='https://latex.codecogs.com/gif.latex?a+b' title='a+b'>", read("$a+b$")),
            ("<img src='https://latex.csdn.net/eq?%5Cfrac%7Ba%7D%7Bb%7D'>", read("$\\frac{a}{b}$")),
            ("<img src='//api.bilibili.com/x/web-frontend/mathjax/tex?formula=x%5E2'>", read("$x^2$")),
            ("<img src='https://chart.googleapis.com/chart?cht=tx&amp;chl=x%5E2'>", read("$x^2$")),
            ("<img src='https://chart.googleapis.com/chart?cht=p&amp;chl=Rye'>", None),
            ("<img src='https://render.githubusercontent.com/render/math?math=x%5E2&mode=inline'>", read("$x^2$")),
            ("<img src='https://i.upmath.me/svg/x%5E2'>", read("$x^2$")),
            ("<img src='https://cdn.nlark.com/yuque/__latex/7.svg#card=math&code=x%5E2&id=Z0'>", read("$x^2$")),
            ("<img src='https://cdn.nlark.com/yuque/__latex/7.svg' alt='image'>", Some(PicturedFormula::Unreadable)),
            ("<img src='https://s0.wp.com/latex.php?latex=x%5E2+%2B1&#038;bg=ffffff'>", read("$x^2 +1$")),
            ("<img class=math src='_images/math/3.png' alt='x^2'>", read("$x^2$")),
            ("<img class=math src='lesson.jpg' alt='数学课堂'>", None),
            ("<img class=latex src='3.png' alt='$x$'>", read("$x$")),
            ("<img class='ql-img-displayed-equation' src='ql-cache/3.png' alt='\\[x\\]'>", read("$$x$$")),
            ("<img class=formula src='f/3.png' alt=''>", Some(PicturedFormula::Unreadable)),
            ("<img class=mwe-math-fallback-image-inline src='9e' alt='{\\displaystyle x}'>", read("$x$")),
            (
                "<img data-src='https://a.example/mmbiz_svg/3' style='vertical-align: -0.5ex'>",
                Some(PicturedFormula::Unreadable),
            ),
            ("<img src='https://a.example/_images/math/3.png' alt='x^2'>", read("$x^2$")),
            (
                "<img src='https://wikimedia.org/api/rest_v1/media/math/render/svg/9' alt='{\\displaystyle x}'>",
                read("$x$"),
            ),
            ("<img src='a.png' alt='x^2'>", None),
        ];
        for (html, want) in cases {
            let (tree, _) = Tree::fragment(html);
            let element = tree.first("img").and_then(|node| node.value().as_element()).expect("an image");
            assert_eq!(pictured_formula(element, &Rules::shipped().words().blocks), want, "{html}");
        }
    }
}
