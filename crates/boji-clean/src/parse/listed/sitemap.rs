use std::collections::BTreeSet;

use url::Url;

use super::address::may_be_article;
use super::identity::Identities;
use super::words::ListWords;
use crate::model::{Date, Issue, IssueCode, MAX_ADDRESS, bare_host, limits};
use crate::parse::date::parse_date;
use crate::parse::decode::{MarkupHint, decode};
use crate::parse::feed::{Markup, decode_entities, read_markup};

/// Addresses read of one sitemap: what the protocol allows.
const MAX_PAGES: usize = 50_000;
/// Bytes at the start in which the root stands.
const HEAD: usize = 4_096;

/// A sitemap (sitemaps.org, protocol 0.9), or an index of sitemaps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sitemap {
    /// Pages that may be articles, in their order, each once.
    pub pages: Vec<ListedPage>,
    /// Other sitemaps, in their order, each once.
    pub sitemaps: Vec<ListedPage>,
    /// What had to be got over.
    pub issues: Vec<Issue>,
}

/// What a sitemap says of one address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedPage {
    /// Absolute address.
    pub url: String,
    /// What the page is known by, in whatever form it is named; "" of a sitemap.
    pub identity: String,
    /// `lastmod`: when it changed, or is said to have.
    pub changed: Option<Date>,
    /// `news:title`, "" when there is none.
    pub title: String,
    /// `news:publication_date`.
    pub published: Option<Date>,
}

/// Whether bytes are a sitemap: by the root of XML, or as plain text with nothing but addresses.
pub fn looks_like_sitemap(bytes: &[u8]) -> bool {
    let decoded = decode(bytes.get(..=HEAD).unwrap_or(bytes), "", MarkupHint::Xml);
    is_sitemap(&decoded.text)
}

fn is_sitemap(text: &str) -> bool {
    let head = text.get(..text.floor_char_boundary(HEAD)).unwrap_or_default().trim_start();
    if !head.starts_with('<') {
        let mut lines = head.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
        let is_cut = text.len() > HEAD;
        let all: Vec<&str> = lines.by_ref().collect();
        let whole = if is_cut && all.len() > 1 { all.get(..all.len() - 1).unwrap_or_default() } else { &all };
        return !whole.is_empty() && whole.iter().all(|line| is_address(line));
    }
    let mut rest = head;
    while let Some(step) = memchr::memchr(b'<', rest.as_bytes()) {
        let (markup, length) = read_markup(rest.get(step..).unwrap_or_default());
        rest = rest.get(step + length.max(1)..).unwrap_or_default();
        if let Markup::Tag(tag) = markup {
            return ["urlset", "sitemapindex"].iter().any(|root| tag.local_name().eq_ignore_ascii_case(root));
        }
    }
    false
}

fn is_address(line: &str) -> bool {
    (line.starts_with("http://") || line.starts_with("https://")) && !line.contains(char::is_whitespace)
}

/// Reads a sitemap that came from an address; `None` for bytes that are none. Names count without their prefixes, and what stands
/// in extensions for pictures and films does not. Addresses on another host than its own are left out, as the protocol says, and
/// those that by their own words are lists, doors or files.
pub fn parse_sitemap(bytes: &[u8], content_type: &str, url: &str) -> Option<Sitemap> {
    let decoded = decode(bytes, content_type, MarkupHint::Xml);
    let text = decoded.text.trim_start();
    if !is_sitemap(text) {
        return None;
    }
    let mut reader = Reader {
        words: ListWords::shipped(),
        own: Url::parse(url).ok(),
        known: BTreeSet::new(),
        identities: Identities::default(),
        foreign: 0,
        is_full: false,
        sitemap: Sitemap { issues: decoded.issues, ..Sitemap::default() },
    };
    if text.starts_with('<') {
        reader.xml(text);
    } else {
        reader.lines(text);
    }
    let Reader { words, identities, foreign, is_full, mut sitemap, .. } = reader;
    for page in &mut sitemap.pages {
        page.identity = Url::parse(&page.url).map(|url| identities.of(&url, words)).unwrap_or_default();
    }
    if foreign > 0 {
        let message = format!("{foreign} addresses of the sitemap are on another host and left out");
        sitemap.issues.push(Issue::new(IssueCode::ArticleSkipped, message));
    }
    if is_full {
        let message = format!("the sitemap lists more than {MAX_PAGES} addresses");
        sitemap.issues.push(Issue::new(IssueCode::TooManyEntries, message));
    }
    Some(sitemap)
}

struct Reader {
    words: &'static ListWords,
    own: Option<Url>,
    known: BTreeSet<String>,
    identities: Identities,
    foreign: usize,
    is_full: bool,
    sitemap: Sitemap,
}

impl Reader {
    fn lines(&mut self, text: &str) {
        for line in text.lines().map(str::trim).filter(|line| is_address(line)) {
            self.add(ListedPage { url: line.to_owned(), ..ListedPage::default() }, false);
        }
    }

    fn xml(&mut self, text: &str) {
        let mut page: Option<ListedPage> = None;
        // The extension for pictures or films in which we are, which has addresses and titles of its own.
        let mut media: Option<String> = None;
        let mut value = String::new();
        let mut rest = text;
        while let Some(step) = memchr::memchr(b'<', rest.as_bytes()) {
            if value.len() < MAX_ADDRESS {
                value.push_str(&decode_entities(limits::cut(rest.get(..step).unwrap_or_default(), MAX_ADDRESS)));
            }
            let (markup, length) = read_markup(rest.get(step..).unwrap_or_default());
            rest = rest.get(step + length.max(1)..).unwrap_or_default();
            let tag = match markup {
                Markup::Tag(tag) => tag,
                Markup::Cdata(text) => {
                    value.push_str(limits::cut(text, MAX_ADDRESS));
                    continue;
                }
                Markup::Cut => {
                    self.sitemap.issues.push(Issue::new(IssueCode::Truncated, "the sitemap ends early"));
                    break;
                }
                Markup::Silent(_) | Markup::Stray => continue,
            };
            let name = tag.local_name().to_ascii_lowercase();
            if media.is_some() {
                if tag.is_end && media.as_ref() == Some(&name) {
                    media = None;
                }
                value.clear();
                continue;
            }
            match (name.as_str(), tag.is_end) {
                ("url" | "sitemap", false) => {
                    self.take(page.take(), false);
                    page = Some(ListedPage::default());
                }
                ("url" | "sitemap", true) => self.take(page.take(), name == "sitemap"),
                ("image" | "video", false) if !tag.is_empty => media = Some(name.clone()),
                (name, true) => {
                    if let Some(page) = &mut page {
                        set(page, name, value.trim());
                    }
                }
                _ => {}
            }
            value.clear();
        }
        self.take(page, false);
    }

    fn take(&mut self, page: Option<ListedPage>, is_sitemap: bool) {
        if let Some(page) = page.filter(|page| !page.url.is_empty()) {
            self.add(page, is_sitemap);
        }
    }

    fn add(&mut self, page: ListedPage, is_sitemap: bool) {
        let Ok(url) = Url::parse(&page.url) else { return };
        if !matches!(url.scheme(), "http" | "https") {
            return;
        }
        if self.own.as_ref().is_some_and(|own| bare_host(own) != bare_host(&url)) {
            self.foreign += 1;
            return;
        }
        if !is_sitemap && !may_be_article(&url, self.words) {
            return;
        }
        if self.known.len() >= MAX_PAGES {
            self.is_full = true;
            return;
        }
        if !is_sitemap {
            // Each address counts as a page of its own.
            self.identities.meet(&url, &page.url, self.words);
        }
        if self.known.insert(page.url.clone()) {
            let list = if is_sitemap { &mut self.sitemap.sitemaps } else { &mut self.sitemap.pages };
            list.push(page);
        }
    }
}

/// Takes in what an element says; the first of each name counts.
fn set(page: &mut ListedPage, name: &str, value: &str) {
    match name {
        "loc" if page.url.is_empty() && value.len() <= MAX_ADDRESS => value.clone_into(&mut page.url),
        "lastmod" if page.changed.is_none() => page.changed = parse_date(value, 0),
        "title" if page.title.is_empty() => limits::cut(value, limits::MAX_TITLE).clone_into(&mut page.title),
        "publication_date" if page.published.is_none() => page.published = parse_date(value, 0),
        _ => {}
    }
}
