use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;
use url::Url;

use super::names::has_class;
use crate::model::{Image, MAX_ADDRESS};
use crate::parse::html::{Step, Walk, attribute};
use crate::rules::words::BlockWords;
use crate::text::without_controls;

/// Where pages put the address of a picture that loads late, best first; `src` then holds a placeholder.
pub(super) const SOURCES: [&str; 26] = [
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-actualsrc",
    "data-original-src",
    "data-lazy",
    "data-lazyload",
    "data-ks-lazyload",
    "data-echo",
    "data-cfsrc",
    "real_src",
    "_src",
    "lazy-src",
    "original",
    // Discuz.
    "zoomfile",
    "file",
    "data-lazy-srcset",
    "data-srcset",
    "srcset",
    "src",
    // Where `src` has none: they may lead to other things.
    "data-url",
    "data-image",
    "data-bg",
    "data-background-image",
    // Of a drawing.
    "href",
    "xlink:href",
];

/// Longest name of an emoji, in characters.
const MAX_EMOJI_NAME: usize = 12;

/// The picture of an `img`, its lazy address resolved against `base`; `None` when it has none but inline data.
pub fn picture(element: &Element, base: Option<&Url>, words: &BlockWords) -> Option<Image> {
    let stated = || {
        SOURCES.iter().filter_map(|name| {
            let value = attribute(element, name)?.trim();
            let value = if name.ends_with("srcset") { largest(value)? } else { value };
            // Some say there only that it loads late.
            let is_flag = !matches!(*name, "src" | "srcset" | "href") && !value.contains(['/', '.']);
            (is_address(value) && !value.starts_with("{{") && !is_flag).then_some(value)
        })
    };
    let is_placeholder = |address: &&str| words.is_placeholder(&file_name(address).to_ascii_lowercase());
    let address = stated().find(|address| !is_placeholder(address)).or_else(|| stated().next())?;
    let url = carried(address, words).unwrap_or_else(|| absolute(address, base));
    if url.is_empty() {
        return None;
    }
    let width = ["width", "data-w"].into_iter().find_map(|name| pixels(attribute(element, name)?));
    Some(Image { url, alt: stated_alt(element, words).unwrap_or_default(), width: width.unwrap_or(0) })
}

/// The alternative text of a picture in one line, unless an editor filled it in by itself.
fn stated_alt(element: &Element, words: &BlockWords) -> Option<String> {
    let alt = attribute(element, "alt").filter(|alt| !words.is_empty_alt(alt.trim()))?;
    Some(without_controls(&alt.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned())
}

/// The name of a file at the end of its address.
fn file_name(address: &str) -> &str {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default()
}

/// The picture of a `picture` whose `img` has no address of its own: that of the first source that has one.
pub(super) fn sourced(node: NodeRef<'_, Node>, base: Option<&Url>, words: &BlockWords) -> Option<Image> {
    let children = || node.children().filter_map(|child| child.value().as_element());
    let of = |name: &'static str| children().filter(move |child| child.name() == name);
    if of("img").any(|image| picture(image, base, words).is_some()) {
        return None;
    }
    let alt = of("img").find_map(|image| stated_alt(image, words)).unwrap_or_default();
    let image = of("source").find_map(|source| picture(source, base, words))?;
    Some(Image { alt: if image.alt.is_empty() { alt } else { image.alt }, ..image })
}

/// Whether an element with a picture behind it stands for that picture: it is empty, and says so or stands in a figure.
pub(super) fn is_boxed(node: NodeRef<'_, Node>, element: &Element) -> bool {
    /// Elements above that may be the figure.
    const MAX_ABOVE: usize = 3;
    let is_figure = |node: NodeRef<'_, Node>| node.value().as_element().is_some_and(|it| it.name() == "figure");
    let is_picture = attribute(element, "role") == Some("img") || node.ancestors().take(MAX_ABOVE).any(is_figure);
    is_picture && node.children().all(|child| child.value().as_text().is_some_and(|text| text.trim().is_empty()))
}

/// What an element says of itself to those who cannot see it.
pub(super) fn label(element: &Element) -> String {
    let label = ["aria-label", "title"].into_iter().find_map(|name| attribute(element, name)).unwrap_or_default();
    without_controls(&label.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

/// The address of a picture behind that of a program which passes pictures on, as in `/static/res/logo/https://…`.
fn carried(address: &str, words: &BlockWords) -> Option<String> {
    let behind = words.picture_proxies().iter().find_map(|path| address.split_once(path.as_str()))?.1;
    let behind = if behind.contains("://") { behind.to_owned() } else { percent_decoded(behind, false) };
    let (scheme, rest) = behind.split_once(":/").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))?;
    let url = format!("{scheme}://{}", rest.trim_start_matches('/'));
    (url.len() <= MAX_ADDRESS).then_some(url)
}

/// A text with its `%41` read. Where there are such, and a form wrote it, a plus is a space; elsewhere it is a plus.
pub(super) fn percent_decoded(text: &str, is_form: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let is_escaped = is_form && text.contains('%');
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        let hex = behind.get(..2).and_then(|digits| str::from_utf8(digits).ok());
        match (first, hex.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            (b'+', _) if is_escaped => bytes.push(b' '),
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The code or character of an emoji that is set as a picture, such as `[加油]`; `None` for other pictures and for one
/// that does not say what it shows.
pub(super) fn emoji(element: &Element, words: &BlockWords) -> Option<String> {
    let stated = |name| attribute(element, name).map(str::trim).filter(|text| !text.is_empty());
    let own = stated("data-text");
    let address = SOURCES.iter().find_map(|name| stated(name)).unwrap_or_default();
    let is_wechat = address.contains("res.wx.qq.com") && words.is_emoji(address);
    let named = || has_class(element, |class| matches!(class, "emoji" | "wp-smiley" | "twemoji" | "emoji_img"));
    if own.is_none() && !is_wechat && !named() {
        return None;
    }
    let name = own.or_else(|| stated("alt")).filter(|name| !words.is_empty_alt(name))?;
    let is_word = name.chars().all(char::is_alphanumeric) && name.chars().count() <= MAX_EMOJI_NAME;
    match is_word {
        true if is_wechat || own.is_some() => Some(format!("[{name}]")),
        true => None,
        false => (name.chars().count() <= MAX_EMOJI_NAME + 2).then(|| name.to_owned()),
    }
}

/// The address of the picture that a style sets behind an element, or that WeChat's editor sets there later.
pub(super) fn background(element: &Element, base: Option<&Url>) -> Option<String> {
    let styled = || {
        let (_, rest) = attribute(element, "style")?.split_once("background")?;
        let (_, rest) = rest.split_once("url(")?;
        Some(rest.split(')').next()?.trim_matches(['"', '\'', ' ']))
    };
    let lazy = ["data-lazy-bgimg", "data-bg", "data-background-image"].into_iter();
    let lazy = lazy.filter(|_| element.name() != "img").find_map(|name| attribute(element, name));
    let lazy =
        lazy.map(|value| value.trim().trim_start_matches("url(").trim_end_matches(')').trim_matches(['"', '\'']));
    let is_address = |address: &&str| is_address(address) && address.contains(['/', '.']);
    let address = lazy.filter(is_address).or_else(styled).filter(is_address)?;
    Some(absolute(address, base)).filter(|url| url.starts_with("http"))
}

/// The address of a frame that shows a player.
pub(super) fn framed(element: &Element, base: Option<&Url>, words: &BlockWords) -> Option<String> {
    let mut stated = ["data-src", "data-lazy-src", "src"].into_iter().filter_map(|name| attribute(element, name));
    let address = stated.find(|address| is_address(address) && words.shows_player(address))?;
    Some(absolute(address.trim(), base)).filter(|url| !url.is_empty())
}

/// An address made absolute; as it stands where that cannot be done. One that is too long is none: "".
pub(super) fn absolute(address: &str, base: Option<&Url>) -> String {
    let absolute = match base {
        Some(base) => base.join(address).map_or_else(|_| address.to_owned(), String::from),
        None => address.to_owned(),
    };
    if absolute.len() > MAX_ADDRESS { String::new() } else { absolute }
}

/// Whether an address leads somewhere: none that runs a script, holds a page or names a file of the reader's.
pub(super) fn is_address(href: &str) -> bool {
    const REFUSED: [&str; 6] = ["javascript:", "vbscript:", "data:", "file:", "about:", "blob:"];
    // Readers of addresses pass over white space and controls in them.
    let head: String = href.chars().filter(|c| !c.is_whitespace() && !c.is_control()).take(12).collect();
    let head = head.to_ascii_lowercase();
    !head.is_empty() && !REFUSED.iter().any(|scheme| head.starts_with(scheme))
}

/// The candidate with the greatest width or density in a `srcset`.
fn largest(srcset: &str) -> Option<&str> {
    let mut best = (0.0, None);
    for candidate in srcset.split(", ").flat_map(|part| part.split(",http").take(1)) {
        let mut words = candidate.split_ascii_whitespace();
        let Some(address) = words.next() else { continue };
        let size = words.next().and_then(|word| word.trim_end_matches(['w', 'x', ',']).parse().ok()).unwrap_or(1.0);
        if size > best.0 {
            best = (size, Some(address.trim_end_matches(',')));
        }
    }
    best.1
}

fn pixels(value: &str) -> Option<u32> {
    let digits = value.trim().trim_end_matches("px");
    let pixels = digits.split('.').next()?.parse().ok()?;
    (pixels > 0).then_some(pixels)
}

/// True for a figure of pictures and their words; one that frames a quotation, a listing or a table is a mere box.
pub(super) fn is_picture_figure(figure: NodeRef<'_, Node>) -> bool {
    let mut pictures = false;
    for step in Walk::new(figure).skip(1) {
        let Step::Enter(node) = step else { continue };
        match node.value().as_element().map(Element::name) {
            Some("img" | "amp-img" | "amp-anim") => pictures = true,
            Some("figure" | "blockquote" | "pre" | "table" | "ul" | "ol") => return false,
            _ => {}
        }
    }
    pictures
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::html::Tree;
    use crate::rules::Rules;

    #[test]
    fn an_emoji_is_what_it_says() {
        let rules = Rules::shipped();
        let cases = [
            ("<img data-src='https://res.wx.qq.com/t/wx_fed/we-emoji/res/x.png' alt='加油'>", Some("[加油]")),
            ("<img src='https://res.wx.qq.com/mpres/icon_emotion_single/1.png' data-text='[苦涩]'>", Some("[苦涩]")),
            ("<img class='emoji' src='https://a.example/1f600.png' alt='😀'>", Some("😀")),
            ("<img data-src='https://res.wx.qq.com/t/wx_fed/we-emoji/res/Cold.png' data-w=20>", None),
            ("<img src='https://a.example/emoji/x.png' alt='加油'>", None),
            ("<img class='emoji' src='https://a.example/x.png' alt='team'>", None),
        ];
        for (html, want) in cases {
            let (tree, _) = Tree::fragment(html);
            let element = tree.first("img").and_then(|node| node.value().as_element()).expect("an image");
            assert_eq!(emoji(element, &rules.words().blocks).as_deref(), want, "{html}");
        }
    }

    #[test]
    fn a_picture_that_a_program_passes_on_has_its_own_address() {
        let real = "https://mmbiz.qpic.cn/a/0?wx_fmt=png&from=x";
        let cases = [
            format!("src='/static/res/logo/{real}'"),
            format!("data-src='http://192.0.2.1:8001/static/res/logo/{real}'"),
            "src='/static/res/logo/https:/mmbiz.qpic.cn/a/0?wx_fmt=png&from=x'".to_owned(),
            "src='/static/res/logo/https%3A%2F%2Fmmbiz.qpic.cn%2Fa%2F0%3Fwx_fmt%3Dpng%26from%3Dx'".to_owned(),
        ];
        for attributes in cases {
            let (tree, _) = Tree::fragment(&format!("<img {attributes}>"));
            let element = tree.first("img").and_then(|node| node.value().as_element()).expect("an image");
            let base = Url::parse("https://a.example/").ok();
            let image = picture(element, base.as_ref(), &Rules::shipped().words().blocks).expect("an address");
            assert_eq!(image.url, real, "{attributes}");
        }
    }

    #[test]
    fn escapes_are_read() {
        for (text, is_form, want) in [
            ("a%2Bb+c", true, "a+b c"),
            ("a+c", true, "a+c"),
            ("a%2Bb+c", false, "a+b+c"),
            ("5%", true, "5%"),
            ("%E9%80", true, "\u{fffd}"),
        ] {
            assert_eq!(percent_decoded(text, is_form), want, "{text}");
        }
    }

    #[test]
    fn an_address_without_end_is_none() {
        let long = format!("https://a.example/{}", "x".repeat(MAX_ADDRESS));
        let (tree, _) = Tree::fragment(&format!("<img src=\"{long}\">"));
        let element = tree.first("img").and_then(|node| node.value().as_element()).expect("an image");
        assert_eq!(picture(element, None, &Rules::shipped().words().blocks), None);
        assert_eq!(absolute("y", Url::parse(&long).ok().as_ref()), "https://a.example/y");
        assert_eq!(absolute("y", Url::parse(&format!("{long}/")).ok().as_ref()), "");
    }

    #[test]
    fn finds_the_real_address() {
        let base = Url::parse("https://a.example/p/q").ok();
        let cases = [
            (r#"<img src="x.png" alt=" a  b ">"#, "https://a.example/p/x.png|a b|0"),
            (r#"<img src="x.png" alt="图片">"#, "https://a.example/p/x.png||0"),
            (r#"<img src="blank.gif" data-src="//b.example/y.jpg" data-w="640">"#, "https://b.example/y.jpg||640"),
            (r#"<img srcset="s.jpg 300w, l.jpg 900w" src="s.jpg" width="120px">"#, "https://a.example/p/l.jpg||120"),
            (
                r#"<img src="data:image/gif;base64,R0" data-original=z.webp width=100%>"#,
                "https://a.example/p/z.webp||0",
            ),
        ];
        for (html, want) in cases {
            let (tree, _) = Tree::fragment(html);
            let element = tree.first("img").and_then(|node| node.value().as_element()).expect("an image");
            let image = picture(element, base.as_ref(), &Rules::shipped().words().blocks).expect("an address");
            assert_eq!(format!("{}|{}|{}", image.url, image.alt, image.width), want);
        }
    }
}
