use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::DateTime;
use feed_rs::model::{Entry, MediaObject, Text};
use feed_rs::parser::Builder;

use super::draft::{Draft, Written, person_name};
use super::element::Dialect;
use crate::model::{Date, Timestamp};
use crate::parse::date::parse_date;

/// Reads repaired XML with feed-rs; `Err` is its complaint. Dates come without their zone: the field index knows it.
pub(super) fn read_strictly(xml: &str, dialect: Dialect, default_offset_minutes: i16) -> Result<Vec<Draft>, String> {
    let parser = Builder::new()
        .sanitize_content(false)
        // A missing id stays missing: identity is not the parser's to invent.
        .id_generator(|_, _, _| String::new())
        .timestamp_parser(move |text| {
            DateTime::from_timestamp_millis(parse_date(text, default_offset_minutes)?.instant().as_millis())
        })
        .build();
    // The values known to make it panic are written differently; this is for the unknown ones.
    let outcome = catch_unwind(AssertUnwindSafe(|| parser.parse(xml.as_bytes())));
    match outcome {
        Ok(Ok(feed)) => Ok(feed.entries.into_iter().map(|entry| draft(entry, dialect)).collect()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("feed-rs panicked".to_owned()),
    }
}

fn draft(entry: Entry, dialect: Dialect) -> Draft {
    let written = |text: Text| written(text, dialect);
    let date = |instant: Option<DateTime<chrono::Utc>>| {
        instant.map(|instant| Date::moment(Timestamp::from_millis(instant.timestamp_millis()), 0))
    };
    let content = entry.content.and_then(|content| {
        let is_html = content.content_type.subty() != "plain";
        Some(Written { text: content.body?, is_html })
    });
    let link = entry.links.iter().find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"));
    Draft {
        title: entry.title.map(written).unwrap_or_default(),
        link: link.map(|link| link.href.clone()).unwrap_or_default(),
        guid: entry.id,
        guid_may_be_link: false,
        authors: entry
            .authors
            .into_iter()
            .filter_map(|person| person.name.filter(|name| !name.is_empty()).or(person.email))
            .map(|name| person_name(&name))
            .collect(),
        published: date(entry.published),
        modified: date(entry.updated),
        tags: entry.categories.into_iter().map(|category| category.label.unwrap_or(category.term)).collect(),
        cover: cover(&entry.media),
        content: content.unwrap_or_default(),
        summary: entry.summary.map(written).unwrap_or_default(),
        base: String::new(),
    }
}

/// RSS does not say whether its text is HTML, and feed-rs calls it plain: only Atom's word counts.
fn written(text: Text, dialect: Dialect) -> Written {
    Written { is_html: dialect == Dialect::Rss || text.content_type.subty() != "plain", text: text.content }
}

fn cover(media: &[MediaObject]) -> String {
    let thumbnail =
        media.iter().flat_map(|object| &object.thumbnails).map(|thumbnail| thumbnail.image.uri.clone()).next();
    let image = || {
        let contents = media.iter().flat_map(|object| &object.content);
        let mut images =
            contents.filter(|content| content.content_type.as_ref().is_some_and(|kind| kind.ty() == "image"));
        images.find_map(|content| content.url.as_ref().map(ToString::to_string))
    };
    thumbnail.or_else(image).unwrap_or_default()
}
