use std::borrow::Cow;
use std::collections::HashMap;

use url::Url;

use super::words::ListWords;
use crate::model::{MAX_ADDRESS, limits};
use crate::parse::date::parse_date;
use crate::parse::feed::{Markup, Tag, decode_entities, read_markup};

/// Bytes of a page that are searched, and links that are looked at.
const WINDOW: usize = 4 * 1024 * 1024;
const MAX_ANCHORS: usize = 20_000;
/// Open elements that are remembered; deeper ones count as what they stand in.
const MAX_OPEN: usize = 1_024;
/// Bytes of a text that may be a date.
const MAX_DATE: usize = 60;

/// A link as it stands in a page.
#[derive(Clone, Debug)]
pub(super) struct Anchor {
    /// Its address, absolute, without fragment.
    pub url: Url,
    /// Its text, "" when it has none.
    pub text: String,
    /// The heading inside, and the one over it in its item.
    pub heading: String,
    /// Its `title`.
    pub title: String,
    /// Its text is a heading, or called a title.
    pub is_headed: bool,
    /// It stands in an `article`.
    pub is_in_article: bool,
    /// It stands in what is no list of articles by its element or its names.
    pub is_chrome: bool,
    /// A day stands in its item.
    pub is_dated: bool,
    /// It says that it leads to what comes next.
    pub leads_on: bool,
}

/// What a page shows as far as lists go.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    /// What stands in `title`.
    pub title: String,
    /// Its links, in their order.
    pub anchors: Vec<Anchor>,
    /// It ends early, or is longer than is read.
    pub is_cut: bool,
}

/// An element that is open.
#[derive(Clone, Debug)]
struct Open {
    name: String,
    is_chrome: bool,
    is_heading: bool,
}

/// Goes over the tags of a page once, without a tree.
struct Scan<'a> {
    words: &'a ListWords,
    base: Option<Url>,
    open: Vec<Open>,
    /// How many of each are open.
    count: HashMap<String, usize>,
    chrome: usize,
    headings: usize,
    /// The link that is open, and how many headings were when it began.
    anchor: Option<(Anchor, usize)>,
    /// The last heading of the item that stood outside of links.
    heading: String,
    /// A day stood in the item before any link.
    is_dated: bool,
    /// The link of the item to which a day behind it belongs.
    last: Option<usize>,
    found: Scanned,
}

/// The links of a page in their order.
pub(super) fn scan(html: &str, base: &str, words: &ListWords) -> Scanned {
    let mut scan = Scan {
        words,
        base: Url::parse(base).ok(),
        open: Vec::new(),
        count: HashMap::new(),
        chrome: 0,
        headings: 0,
        anchor: None,
        heading: String::new(),
        is_dated: false,
        last: None,
        found: Scanned { is_cut: html.len() > WINDOW, ..Scanned::default() },
    };
    let mut at = 0;
    while let Some(rest) = html.get(at..).filter(|rest| !rest.is_empty() && at < WINDOW) {
        let step = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
        scan.text(rest.get(..step).unwrap_or_default());
        let Some(behind) = rest.get(step..).filter(|behind| !behind.is_empty()) else { break };
        let (markup, length) = read_markup(behind);
        at += step + length.max(1);
        match markup {
            Markup::Tag(tag) => at += scan.tag(&tag, html.get(at..).unwrap_or_default()),
            Markup::Stray => scan.text("<"),
            Markup::Cut => scan.found.is_cut = true,
            Markup::Cdata(_) | Markup::Silent(_) => {}
        }
        if scan.found.anchors.len() >= MAX_ANCHORS {
            scan.found.is_cut = true;
            break;
        }
    }
    scan.close_anchor();
    scan.found
}

/// Whether a tag states a relation `next` (HTML, link types).
fn is_next(tag: &Tag<'_>) -> bool {
    tag.attribute("rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("next")))
}

/// Elements whose text is none of the page.
const RAW: [&str; 6] = ["script", "style", "template", "textarea", "noscript", "svg"];
/// Elements that a start of the same closes.
const CLOSED_BY_THEMSELVES: [&str; 6] = ["li", "tr", "td", "th", "dd", "dt"];
/// Elements that are remembered while they are open: those that divide a page.
const BOXES: [&str; 27] = [
    "article", "aside", "center", "dd", "div", "dl", "dt", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "li", "main", "nav", "ol", "section", "table", "td", "th", "tr", "ul",
];
/// Those that hold one article of a list.
const ITEMS: [&str; 5] = ["article", "dd", "dt", "li", "tr"];

impl Scan<'_> {
    /// Takes a tag in; how many bytes behind it are skipped.
    fn tag(&mut self, tag: &Tag<'_>, behind: &str) -> usize {
        let name = tag.name.to_ascii_lowercase();
        if tag.is_end {
            match name.as_str() {
                "a" => self.close_anchor(),
                name => self.close(name),
            }
            return 0;
        }
        match name.as_str() {
            "title" if self.found.title.is_empty() && self.open.is_empty() => {
                let end = raw_end(behind, "title");
                let title = decode_entities(behind.get(..end).unwrap_or_default()).into_owned();
                self.found.title = one_line(limits::cut(&title, limits::MAX_TITLE));
                return end;
            }
            name if RAW.contains(&name) && !tag.is_empty => return raw_end(behind, name),
            "base" => {
                if let Some(href) = tag.attribute("href").filter(|href| href.len() <= MAX_ADDRESS) {
                    self.base = self
                        .base
                        .take()
                        .map_or_else(|| Url::parse(&href).ok(), |base| base.join(&href).ok().or(Some(base)));
                }
            }
            "a" => self.open_anchor(tag),
            // One of the head has no text.
            "link" if is_next(tag) => {
                self.open_anchor(tag);
                self.close_anchor();
            }
            "time" => self.day(),
            name if BOXES.contains(&name) => self.open(name, tag),
            _ => {}
        }
        0
    }

    fn text(&mut self, raw: &str) {
        if raw.trim().is_empty() && self.anchor.is_none() {
            return;
        }
        let text = decode_entities(raw);
        if is_day(&text) {
            self.day();
        }
        let is_heading = self.headings > 0;
        let push = |into: &mut String, text: &Cow<'_, str>| {
            if into.len() < limits::MAX_TITLE {
                into.push_str(limits::cut(text, limits::MAX_TITLE));
            }
        };
        match &mut self.anchor {
            Some((anchor, headings)) => {
                push(&mut anchor.text, &text);
                if self.headings > *headings {
                    push(&mut anchor.heading, &text);
                }
            }
            None if is_heading => push(&mut self.heading, &text),
            None => {}
        }
    }

    /// A day was met: it belongs to the link before it in the same item, else to the next.
    fn day(&mut self) {
        if let Some((anchor, _)) = &mut self.anchor {
            anchor.is_dated = true;
        } else if let Some(last) = self.last.and_then(|at| self.found.anchors.get_mut(at)) {
            last.is_dated = true;
        } else {
            self.is_dated = true;
        }
    }

    fn open_anchor(&mut self, tag: &Tag<'_>) {
        self.close_anchor();
        let Some(href) = tag.attribute("href") else { return };
        let (href, base) = (href.trim(), self.base.as_ref());
        if href.is_empty() || href.starts_with('#') || href.len() > MAX_ADDRESS {
            return;
        }
        let Some(mut url) = base.map_or_else(|| Url::parse(href).ok(), |base| base.join(href).ok()) else { return };
        url.set_fragment(None);
        // Escapes are three times as long as what they stand for.
        if url.as_str().len() > MAX_ADDRESS {
            return;
        }
        let hint = self.words.hint(&tag.attribute("class").unwrap_or_default());
        let is_headed = self.headings > 0 || hint.is_title;
        let anchor = Anchor {
            url,
            text: String::new(),
            heading: String::new(),
            title: tag
                .attribute("title")
                .map(|title| one_line(limits::cut(&title, limits::MAX_TITLE)))
                .unwrap_or_default(),
            is_headed,
            is_in_article: self.count.get("article").is_some_and(|open| *open > 0),
            is_chrome: self.chrome > 0 || tag.name.eq_ignore_ascii_case("link"),
            is_dated: false,
            leads_on: is_next(tag),
        };
        self.anchor = Some((anchor, self.headings));
    }

    fn close_anchor(&mut self) {
        let Some((mut anchor, _)) = self.anchor.take() else { return };
        anchor.text = one_line(&anchor.text);
        anchor.heading = one_line(&anchor.heading);
        anchor.is_headed |= !anchor.heading.is_empty();
        if anchor.text.is_empty() && anchor.is_in_article && !self.heading.trim().is_empty() {
            // One link laid over the whole card of an article.
            anchor.heading = one_line(&self.heading);
            anchor.is_headed = true;
        }
        let leads_to_article = super::address::may_be_article(&anchor.url, self.words);
        if leads_to_article && !anchor.is_chrome {
            anchor.is_dated |= std::mem::take(&mut self.is_dated);
            // A day behind a picture, or behind "read more", is that of the title before it.
            let is_again = self
                .last
                .and_then(|at| self.found.anchors.get(at))
                .is_some_and(|last| last.url == anchor.url || self.words.is_generic(&anchor.text));
            if !is_again || self.last.is_none() {
                self.last = Some(self.found.anchors.len());
            }
        }
        self.found.anchors.push(anchor);
    }

    fn open(&mut self, name: &str, tag: &Tag<'_>) {
        if CLOSED_BY_THEMSELVES.contains(&name) && self.open.last().is_some_and(|open| open.name == name) {
            self.close(name);
        }
        self.begin_item(name);
        if tag.is_empty || self.open.len() >= MAX_OPEN {
            return;
        }
        let is_of_page = self.count.get("article").is_none_or(|open| *open == 0);
        let names = ["class", "id"].map(|name| tag.attribute(name).unwrap_or_default());
        let hint = if matches!(name, "main" | "article") {
            super::words::BoxHint::default()
        } else {
            self.words.hint(&names.join(" "))
        };
        let is_chrome =
            hint.is_chrome || matches!(name, "nav" | "aside") || (matches!(name, "header" | "footer") && is_of_page);
        let is_heading = hint.is_title || is_heading(name);
        self.chrome += usize::from(is_chrome);
        self.headings += usize::from(is_heading);
        if is_heading && self.headings == 1 {
            self.heading.clear();
        }
        *self.count.entry(name.to_owned()).or_default() += 1;
        self.open.push(Open { name: name.to_owned(), is_chrome, is_heading });
    }

    fn close(&mut self, name: &str) {
        if self.count.get(name).is_none_or(|open| *open == 0) {
            return;
        }
        self.begin_item(name);
        while let Some(open) = self.open.pop() {
            self.chrome -= usize::from(open.is_chrome);
            self.headings -= usize::from(open.is_heading);
            if let Some(count) = self.count.get_mut(&open.name) {
                *count -= 1;
            }
            if open.name == name {
                break;
            }
        }
    }

    /// Where an item begins or ends, days belong to other links.
    fn begin_item(&mut self, name: &str) {
        if ITEMS.contains(&name) {
            (self.is_dated, self.last) = (false, None);
            self.heading.clear();
        } else if is_heading(name) {
            self.last = None;
        }
    }
}

fn is_heading(name: &str) -> bool {
    matches!(name.as_bytes(), [b'h', b'1'..=b'6'])
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text is a day, or begins or ends with one: in full, or as `11-30` and `11月30日`, which lists of this year show.
fn is_day(text: &str) -> bool {
    let text = text.trim().trim_matches(['[', ']', '(', ')', '【', '】', '（', '）']);
    if text.len() > MAX_DATE * 4 || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let has_day = |piece: &str| {
        let parts: Vec<&str> = piece.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
        let numbers: Vec<u32> = parts.iter().map_while(|part| part.parse().ok()).collect();
        match numbers.as_slice() {
            _ if numbers.len() != parts.len() => false,
            [year, month, day] => (1990..2100).contains(year) && (1..=12).contains(month) && (1..=31).contains(day),
            [month, day] => (1..=12).contains(month) && (1..=31).contains(day) && !piece.contains('.'),
            _ => false,
        }
    };
    let is_spoken =
        || text.len() <= MAX_DATE && parse_date(text, 0).is_some() && !text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_whitespace().take(8).any(has_day) || is_spoken()
}

/// Where the end tag of an element begins whose content is no markup; all that is left when it has none.
fn raw_end(text: &str, name: &str) -> usize {
    memchr::memmem::find_iter(text.as_bytes(), b"</")
        .find(|at| text.get(at + 2..at + 2 + name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name)))
        .unwrap_or(text.len())
}
