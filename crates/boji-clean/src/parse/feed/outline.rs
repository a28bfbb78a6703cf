use std::borrow::Cow;

use super::draft::{EntryDraft, Written, person_name};
use super::markup::{attributes, decode_entities};
use super::output::Field;
use super::repair::Repaired;
use super::rhythm::WrittenRhythm;
use crate::model::Date;
use crate::parse::date::parse_date;

/// What a feed says about itself, as written.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    pub title: Written,
    pub description: Written,
    pub site: String,
    pub own: String,
    pub hub: String,
    /// The next page of a feed in pages, and the page before it of one with an archive (RFC 5005).
    pub next: String,
    pub archive: String,
    pub language: String,
    pub generator: String,
    pub rhythm: WrittenRhythm,
    /// Who signs the entries that name nobody.
    pub authors: Vec<String>,
}

/// Hours or days left out that are read; there are no more than 24.
const MOST_SKIPPED: usize = 32;

/// Reads the fields outside of entries.
pub(super) fn head(repaired: &Repaired) -> Head {
    let mut head = Head::default();
    for field in &repaired.head {
        let field = Reader { xml: &repaired.xml, field };
        match (field.field.parent, field.field.name) {
            ("author" | "atom:author", "name") | ("", "itunes:author" | "dc:creator") => {
                head.authors.push(person_name(&field.text()));
            }
            ("x:hours", "x:hour") if head.rhythm.hours.len() < MOST_SKIPPED => head.rhythm.hours.push(field.text()),
            ("x:days", "x:day") if head.rhythm.days.len() < MOST_SKIPPED => head.rhythm.days.push(field.text()),
            _ => {}
        }
    }
    for field in repaired.head.iter().filter(|field| matches!(field.parent, "")) {
        let field = Reader { xml: &repaired.xml, field };
        match field.field.name {
            "title" => set_written(&mut head.title, &field),
            "description" | "subtitle" => set_written(&mut head.description, &field),
            "language" | "dc:language" => set(&mut head.language, field.text()),
            "x:generator" => set(&mut head.generator, field.text()),
            "ttl" => set(&mut head.rhythm.ttl, field.text()),
            "x:period" => set(&mut head.rhythm.period, field.text()),
            "x:frequency" => set(&mut head.rhythm.frequency, field.text()),
            "link" | "atom:link" => {
                let href = field.attribute("href");
                match (href.is_empty(), field.attribute("rel").to_ascii_lowercase().as_str()) {
                    (true, _) => set(&mut head.site, field.text()),
                    (false, "self") => set(&mut head.own, href),
                    (false, "hub") => set(&mut head.hub, href),
                    (false, "next") => set(&mut head.next, href),
                    (false, "prev-archive") => set(&mut head.archive, href),
                    (false, "alternate" | "") => set(&mut head.site, href),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    if head.language.is_empty() {
        let root = repaired.xml.get(..repaired.xml.find('>').unwrap_or(0)).unwrap_or_default();
        let stated = attributes(root).find(|(name, _)| *name == "xml:lang");
        head.language = stated.map(|(_, value)| value.to_owned()).unwrap_or_default();
    }
    head
}

/// Reads every entry by its fields.
pub(super) fn drafts(repaired: &Repaired, default_offset_minutes: i16) -> Vec<EntryDraft> {
    repaired.entries.iter().map(|fields| draft(&repaired.xml, fields, default_offset_minutes)).collect()
}

fn draft(xml: &str, fields: &[Field], default_offset_minutes: i16) -> EntryDraft {
    let mut draft = EntryDraft { guid_may_be_link: true, ..EntryDraft::default() };
    let mut dates = EntryDates::default();
    let mut podcast_author = String::new();
    let (mut title_elsewhere, mut summary_elsewhere) = (Written::default(), Written::default());
    for field in fields {
        let field = Reader { xml, field };
        let parent = field.field.parent;
        let own = matches!(parent, "item" | "entry");
        let date = || parse_date(&field.text(), default_offset_minutes);
        match field.field.name {
            "item" | "entry" => {
                draft.base = field.attribute("xml:base");
                draft.guid = field.attribute("rdf:about");
            }
            "title" if own => set_written(&mut draft.title, &field),
            "dc:title" if own => set_written(&mut title_elsewhere, &field),
            "link" | "atom:link" if own => read_link(&mut draft, &field),
            "guid" | "id" if own => {
                let guid = field.text();
                if !guid.is_empty() {
                    draft.guid_may_be_link = !field.attribute("isPermaLink").eq_ignore_ascii_case("false");
                    draft.guid = guid;
                }
            }
            "author" if own && !field.text().is_empty() => draft.authors.push(person_name(&field.text())),
            "dc:creator" if own => draft.authors.push(person_name(&field.text())),
            "name" if matches!(parent, "author" | "atom:author") => draft.authors.push(field.text()),
            "itunes:author" if own => podcast_author = field.text(),
            "category" | "dc:subject" if own => read_tag(&mut draft, &field),
            "pubDate" | "published" if own => dates.published = dates.published.or_else(date),
            "dc:date" if own => dates.dublin_core = dates.dublin_core.or_else(date),
            "dcterms:created" if own => dates.created = dates.created.or_else(date),
            "updated" | "atom:updated" | "dcterms:modified" if own => dates.modified = dates.modified.or_else(date),
            "content:encoded" | "content" if own => set_written(&mut draft.content, &field),
            "description" | "summary" if own => set_written(&mut draft.summary, &field),
            "dc:description" | "itunes:summary" if own => set_written(&mut summary_elsewhere, &field),
            "dcterms:title" => set_written(&mut title_elsewhere, &field),
            "dcterms:abstract" => set_written(&mut summary_elsewhere, &field),
            "x:rights" if own => set(&mut draft.rights, field.text()),
            "x:license" if own => read_license(&mut draft, &field),
            "enclosure" | "media:content" | "media:thumbnail" | "itunes:image" => read_cover(&mut draft, &field),
            _ => {}
        }
    }
    if draft.authors.is_empty() {
        draft.authors.push(podcast_author);
    }
    if draft.title.is_blank() {
        draft.title = title_elsewhere;
    }
    if draft.summary.is_blank() {
        draft.summary = summary_elsewhere;
    }
    draft.published = dates.published.or(dates.dublin_core).or(dates.created);
    draft.modified = dates.modified;
    draft
}

#[derive(Default)]
struct EntryDates {
    published: Option<Date>,
    dublin_core: Option<Date>,
    created: Option<Date>,
    modified: Option<Date>,
}

fn read_link(draft: &mut EntryDraft, field: &Reader<'_>) {
    let href = field.attribute("href");
    let link = if href.is_empty() { field.text() } else { href };
    let rel = field.attribute("rel").to_ascii_lowercase();
    let kind = field.attribute("type").to_ascii_lowercase();
    match rel.as_str() {
        "" | "alternate"
            if draft.link.is_empty() || kind.contains("html") && !draft.link.is_empty() && rel == "alternate" =>
        {
            draft.link = link;
            if draft.base.is_empty() {
                draft.base = field.attribute("xml:base");
            }
        }
        // RFC 4946.
        "license" => set(&mut draft.license, link),
        "enclosure" if draft.cover.is_empty() && kind.starts_with("image/") => draft.cover = link,
        _ => {}
    }
}

fn read_tag(draft: &mut EntryDraft, field: &Reader<'_>) {
    for name in ["label", "term"] {
        let value = field.attribute(name);
        if !value.is_empty() {
            draft.tags.push(value);
            return;
        }
    }
    draft.tags.push(field.text());
}

/// The modules of Creative Commons for RSS 1.0 and 2.0, and Dublin Core.
fn read_license(draft: &mut EntryDraft, field: &Reader<'_>) {
    let resource = field.attribute("rdf:resource");
    set(&mut draft.license, if resource.is_empty() { field.text() } else { resource });
}

fn read_cover(draft: &mut EntryDraft, field: &Reader<'_>) {
    let is_image = match field.field.name {
        "enclosure" | "media:content" => {
            field.attribute("type").starts_with("image/") || field.attribute("medium") == "image"
        }
        _ => true,
    };
    let url = field.attribute(if field.field.name == "itunes:image" { "href" } else { "url" });
    if is_image {
        set(&mut draft.cover, url);
    }
}

fn set(slot: &mut String, value: String) {
    if slot.is_empty() {
        *slot = value;
    }
}

fn set_written(slot: &mut Written, field: &Reader<'_>) {
    if slot.is_blank() {
        *slot = Written { text: field.raw_text().into_owned(), is_html: field.attribute("type") != "text" };
    }
}

/// A field with the XML it lies in.
struct Reader<'a> {
    xml: &'a str,
    field: &'a Field,
}

impl<'a> Reader<'a> {
    fn raw_text(&self) -> Cow<'a, str> {
        let inner = self.xml.get(self.field.inner.clone()).unwrap_or_default();
        match inner.strip_prefix("<![CDATA[").and_then(|rest| rest.strip_suffix("]]>")) {
            Some(literal) if literal.contains("]]><![CDATA[") => Cow::Owned(literal.replace("]]><![CDATA[", "")),
            Some(literal) => Cow::Borrowed(literal),
            None => decode_entities(inner),
        }
    }

    fn text(&self) -> String {
        self.raw_text().trim().to_owned()
    }

    fn attribute(&self, name: &str) -> String {
        let text = self.xml.get(self.field.attributes.clone()).unwrap_or_default();
        let value = attributes(text)
            .find(|(key, _)| *key == name)
            .map_or(Cow::Borrowed(""), |(_, value)| decode_entities(value));
        value.trim().to_owned()
    }
}
