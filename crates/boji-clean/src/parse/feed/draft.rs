use url::Url;

use super::markup::{attributes, decode_entities, join_surrogates};
use super::text::{has_tags, html_of_plain, is_full_text, plain_text, single_spaced};
use crate::model::{Candidate, Date, FoundBy, MAX_ADDRESS, WeChatLink, canonical_url, limits};
use crate::text::{count_letters, has_letters};

/// A piece of text with what is known of its form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    pub text: String,
    pub is_html: bool,
}

impl Written {
    pub(super) fn html(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_html: true }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// As HTML. What stands in a place for HTML and has no tag is plain text where blank lines divide it, and was escaped once
    /// too often where its entities hide tags.
    fn into_html(self) -> String {
        // Some bridges put HTML where by its type plain text stands.
        if !self.is_html && !is_markup(&self.text) {
            return html_of_plain(&self.text);
        }
        let text = join_surrogates(self.text.trim());
        if has_tags(&text) {
            return text.into_owned();
        }
        let read = decode_entities(&text);
        if has_tags(&read) && read.contains("</") {
            return read.into_owned();
        }
        if has_blank_line(&text) { html_of_plain(&read) } else { text.into_owned() }
    }

    /// As a title or name.
    pub(super) fn to_plain(&self) -> String {
        if self.is_html { plain_text(&self.text) } else { single_spaced(&self.text) }
    }
}

/// Whether a text is HTML from end to end, whatever is said of it: it begins with a tag of a block and ends with one.
fn is_markup(text: &str) -> bool {
    let text = text.trim();
    let begins = ["<p", "<div", "<section", "<article", "<figure", "<h", "<ul", "<ol", "<blockquote", "<img", "<span"];
    let head = text.get(..text.floor_char_boundary(16)).unwrap_or(text).to_ascii_lowercase();
    begins
        .iter()
        .any(|tag| head.strip_prefix(tag).is_some_and(|rest| rest.starts_with([' ', '>', '1', '2', '3', '4', '/'])))
        && text.ends_with('>')
}

/// An entry as one reader sees it, before the rules that all readers share.
#[derive(Clone, Debug, Default)]
pub(super) struct EntryDraft {
    pub title: Written,
    /// Address as written.
    pub link: String,
    pub guid: String,
    /// False when the feed says that the guid is no address.
    pub guid_may_be_link: bool,
    pub authors: Vec<String>,
    pub published: Option<Date>,
    pub modified: Option<Date>,
    pub tags: Vec<String>,
    pub cover: String,
    pub license: String,
    pub rights: String,
    pub content: Written,
    pub summary: Written,
    /// What relative addresses of this entry start from, when it says so itself.
    pub base: String,
}

impl EntryDraft {
    /// Fills what is missing here from the index of fields, and takes from it what it keeps as written: addresses, guid,
    /// dates with their zones, names.
    pub(super) fn complete_from(&mut self, other: Self) {
        let fill = |mine: &mut Written, theirs: Written| {
            if mine.is_blank() {
                *mine = theirs;
            }
        };
        fill(&mut self.title, other.title);
        fill(&mut self.content, other.content);
        fill(&mut self.summary, other.summary);
        if self.tags.is_empty() {
            self.tags = other.tags;
        }
        if other.authors.iter().any(|name| !name.is_empty()) {
            self.authors = other.authors;
        }
        if self.cover.is_empty() {
            self.cover = other.cover;
        }
        if !other.link.is_empty() {
            self.link = other.link;
        }
        self.license = other.license;
        self.rights = other.rights;
        self.guid = other.guid;
        self.guid_may_be_link = other.guid_may_be_link;
        self.published = other.published.or(self.published);
        self.modified = other.modified;
        self.base = other.base;
    }

    /// The same, signed by those who sign the whole feed where it names nobody itself (RFC 4287 §4.2.1).
    pub(super) fn signed_by(mut self, authors: &[String]) -> Self {
        if self.authors.iter().all(|name| name.trim().is_empty()) {
            self.authors = authors.to_vec();
        }
        self
    }

    /// The candidate: addresses absolute, text in its form, a full text in the description taken for the body.
    pub(super) fn into_candidate(self, base: Option<&Url>, series: &str) -> Candidate {
        let own_base = base.map_or_else(|| Url::parse(&self.base).ok(), |base| base.join(&self.base).ok());
        let base = own_base.as_ref().or(base);
        let mut url = absolute(&self.link, base);
        if url.is_empty() && self.guid_may_be_link && self.guid.starts_with("http") {
            url = absolute(&self.guid, base);
        }
        let mut body = self.content.into_html();
        // What a bridge writes that could not get the text.
        if WeChatLink::parse(&url).is_some() && says_nothing(&body) {
            body.clear();
        }
        let mut summary = self.summary;
        let mut is_abstract = leads_on(&body, &url);
        // A picture, a space or a teaser in the place of the text, which stands beside it.
        if !body.is_empty() && is_full_text(&summary.text) && is_little_of(&body, &summary.text) {
            body = std::mem::take(&mut summary).into_html();
            is_abstract = true;
        }
        if body.is_empty() && is_full_text(&summary.text) {
            body = std::mem::take(&mut summary).into_html();
            is_abstract = true;
        } else if summary.text.trim() == body {
            summary.text.clear();
        }
        Candidate {
            identity: String::new(),
            url,
            guid: kept_guid(self.guid),
            title: shortened(self.title.to_plain(), limits::MAX_TITLE),
            authors: clean_list(&self.authors),
            published: self.published,
            modified: self.modified.filter(|modified| Some(*modified) != self.published),
            tags: clean_list(&self.tags),
            cover_url: absolute(&self.cover, base),
            body,
            is_abstract,
            excerpt: String::new(),
            body_capture: String::new(),
            summary: summary.text.trim().to_owned(),
            account: String::new(),
            copyright: String::new(),
            license: limits::cut(self.license.trim(), limits::MAX_NAME).to_owned(),
            rights: shortened(plain_text(&self.rights), limits::MAX_TITLE),
            series: limits::cut(series, limits::MAX_NAME).to_owned(),
            found_by: Some(FoundBy::Feed),
        }
    }
}

/// An address as written when it is absolute, else joined to its base; "" for anything but http and https.
pub(super) fn absolute(raw: &str, base: Option<&Url>) -> String {
    let raw = raw.trim();
    if raw.is_empty() || raw.len() > MAX_ADDRESS {
        return String::new();
    }
    // Escaped once too often: no address has this.
    let raw = &raw.replace("&amp;", "&");
    let (url, written) = match Url::parse(raw) {
        Ok(url) => (Some(url), true),
        Err(_) => (base.and_then(|base| base.join(raw).ok()), false),
    };
    match url.filter(|url| matches!(url.scheme(), "http" | "https")) {
        Some(_) if written && !raw.contains(char::is_whitespace) => raw.to_owned(),
        Some(url) => url.into(),
        None => String::new(),
    }
}

/// Least letters of a text of a WeChat article without a picture: what is shorter can only be a message.
const MIN_LETTERS_OF_WECHAT: usize = 20;

/// Whether a text is too short for an article and shows nothing else.
fn says_nothing(html: &str) -> bool {
    const MEDIA: [&str; 8] = ["<img", "<svg", "<video", "<audio", "<iframe", "<mpvoice", "<mp-", "<qqmusic"];
    let lower = html.to_ascii_lowercase();
    !MEDIA.iter().any(|media| lower.contains(media)) && !has_letters(&plain_text(html), MIN_LETTERS_OF_WECHAT)
}

/// Least letters of a link that may lead to the rest; a sign is the permanent link of the entry.
const MIN_LETTERS_OF_A_LINK: usize = 4;

/// Whether a text ends with a link to its own page: the rest stands there, in whatever language that is said.
fn leads_on(html: &str, url: &str) -> bool {
    let last = || {
        let (tag, behind) = html.get(html.rfind("<a ")?..)?.split_once('>')?;
        let (_, address) = attributes(tag).find(|(name, _)| *name == "href")?;
        let (text, behind) = behind.split_once("</a>")?;
        Some((decode_entities(address).into_owned(), plain_text(text), plain_text(behind)))
    };
    last().is_some_and(|(address, text, behind)| {
        has_letters(&text, MIN_LETTERS_OF_A_LINK)
            && !has_letters(&behind, 1)
            && !address.contains('#')
            && canonical_url(&address).is_some_and(|address| canonical_url(url) == Some(address))
    })
}

/// Whether a text has so little of what another says that it stands for it and is not it.
fn is_little_of(html: &str, other: &str) -> bool {
    count_letters(&plain_text(html)) * 2 < count_letters(&plain_text(other))
}

fn has_blank_line(text: &str) -> bool {
    text.lines().map(str::trim).collect::<Vec<_>>().windows(2).any(|pair| matches!(pair, [one, ""] if !one.is_empty()))
}

fn clean_list(list: &[String]) -> Vec<String> {
    limits::listed(list.iter().map(|item| single_spaced(item)))
}

/// A title or name in short.
fn shortened(mut text: String, most: usize) -> String {
    limits::shorten(&mut text, most);
    text
}

/// An id as it is kept: a hash stands for one that nobody can have written.
fn kept_guid(guid: String) -> String {
    if guid.len() > MAX_ADDRESS { format!("b3:{}", blake3::hash(guid.as_bytes()).to_hex()) } else { guid }
}

/// The name in `a@b.example (Name)`, `Name <a@b.example>` or either alone.
pub(super) fn person_name(raw: &str) -> String {
    let raw = raw.trim();
    if !raw.contains('@') {
        return raw.to_owned();
    }
    let without: String = raw
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '（' | '）' | '[' | ']' | ',' | ';'))
        .filter(|word| !word.contains('@') && !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    if without.is_empty() { raw.trim_start_matches("mailto:").to_owned() } else { without }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_ends_with_a_link_to_its_page_goes_on_there() {
        let own = "https://a.example/p/1";
        let cases = [
            ("<p>Anfang.</p><p><a href=\"https://a.example/p/1\">Weiterlesen</a></p>", true),
            ("<p>开头…… <a class='more' href='https://a.example/p/1?utm_source=rss'>阅读全文</a>。</p>", true),
            ("<p>All of it.</p><a href=\"https://a.example/p/1\">★</a>", false),
            ("<p>All of it.</p><p>The post <a href=\"https://a.example/p/1\">A title</a> stood here first.</p>", false),
            ("<p>All of it, with <a href=\"https://b.example/\">a source</a></p>", false),
            ("<p>All of it.</p><a href=\"https://a.example/p/1#comments\">Three comments</a>", false),
            ("<p>All of it.</p>", false),
        ];
        for (html, want) in cases {
            assert_eq!(leads_on(html, own), want, "{html}");
        }
        assert!(!leads_on("<a href=\"\">more of it</a>", ""));
    }

    #[test]
    fn html_in_a_place_for_plain_text_is_html_from_end_to_end() {
        let html = |text: &str| Written { text: text.to_owned(), is_html: false }.into_html();
        assert_eq!(html("<p style=\"a\">甲</p><p>乙</p>"), "<p style=\"a\">甲</p><p>乙</p>");
        for plain in ["<p> begins a paragraph.", "a <b>c</b>", "<pre>-heavy</pre>", "1 < 2"] {
            assert!(html(plain).contains("&lt;"), "{plain}");
        }
    }

    #[test]
    fn finds_the_name_beside_an_address() {
        let cases = [
            ("a@b.example (Li Lei)", "Li Lei"),
            ("a@b.example（李雷）", "李雷"),
            ("Li Lei <a@b.example>", "Li Lei"),
            ("a@b.example", "a@b.example"),
            ("李雷、韩梅梅", "李雷、韩梅梅"),
        ];
        for (raw, want) in cases {
            assert_eq!(person_name(raw), want);
        }
    }

    #[test]
    fn addresses_stay_as_written_or_become_absolute() {
        let base = Url::parse("https://a.example/blog/feed.xml").expect("a URL");
        let cases = [
            ("https://A.example/中文?a=1&b", "https://A.example/中文?a=1&b"),
            ("post/1", "https://a.example/blog/post/1"),
            ("//b.example/x", "https://b.example/x"),
            ("tag:a.example,2024:1", ""),
            ("", ""),
        ];
        for (raw, want) in cases {
            assert_eq!(absolute(raw, Some(&base)), want);
        }
    }
}
