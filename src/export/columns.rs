use boji_clean::model::{Article, Date};

use super::record::Record;
use crate::model::StoredArticle;

/// What a column of the corpus holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text, never absent.
    Text,
    /// A number from 0.
    Count,
    /// A fraction from 0 to 1.
    Share,
    /// An instant in UTC with milliseconds; absent where nothing is stated. Text in forms that know no instants.
    Instant,
    /// How exact the instant before it is; not in forms whose dates say so themselves.
    Precision,
    /// A list of texts.
    Texts,
}

/// What an article has in a column.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    Text(&'a str),
    Count(u64),
    Share(f64),
    /// Milliseconds since 1970.
    Instant(Option<i64>),
    Texts(&'a [String]),
}

/// A column of the corpus.
pub(super) struct Column {
    pub name: &'static str,
    pub kind: Kind,
    /// What stands in it, for who reads the card.
    pub about: &'static str,
    value: for<'a> fn(&'a Row) -> Value<'a>,
}

impl Column {
    /// What a row has in it.
    pub(super) fn value<'a>(&self, row: &'a Row) -> Value<'a> {
        (self.value)(row)
    }
}

/// An article as a row: the record, and its times as they are counted.
#[derive(Clone, Debug)]
pub(super) struct Row {
    record: Record,
    published: Option<Date>,
    modified: Option<Date>,
    fetched: i64,
}

impl Row {
    /// The row of a stored article.
    pub(super) fn new(record: &Record, stored: &StoredArticle) -> Self {
        let Article { published, modified, .. } = stored.submission.article;
        Self { record: record.clone(), published, modified, fetched: stored.submission.fetched_at.as_millis() }
    }

    /// Bytes of its longest texts, by which the size of a group is told.
    pub(super) fn bytes(&self) -> u64 {
        (self.record.text.len() + self.record.metadata.len() + self.record.title.len()) as u64
    }
}

fn instant(date: Option<Date>) -> Value<'static> {
    Value::Instant(date.map(|date| date.instant().as_millis()))
}

fn precision(date: Option<Date>) -> Value<'static> {
    Value::Text(match date {
        Some(Date::Moment { .. }) => "second",
        Some(Date::Day { .. }) => "day",
        None => "",
    })
}

/// A column that a field of the record fills.
macro_rules! column {
    ($name:ident, text, $about:literal) => {
        Column { name: stringify!($name), kind: Kind::Text, about: $about, value: |row| Value::Text(&row.record.$name) }
    };
    ($name:ident, count, $about:literal) => {
        Column {
            name: stringify!($name),
            kind: Kind::Count,
            about: $about,
            value: |row| Value::Count(row.record.$name as u64),
        }
    };
}

/// The columns of the corpus, in the order of the record.
pub(super) const COLUMNS: [Column; 29] = [
    column!(id, text, "Stable for ever: a hash of what identifies the article"),
    column!(text, text, "The cleaned text: blocks divided by a blank line, items and table rows by a line"),
    column!(title, text, "Title"),
    column!(author, text, "Persons or bylines as stated, several joined by a comma"),
    Column {
        name: "date",
        kind: Kind::Instant,
        about: "Publication as stated; a day alone where no more is known",
        value: |row| instant(row.published),
    },
    Column {
        name: "date_precision",
        kind: Kind::Precision,
        about: "How exact `date` is: `second`, `day` (then it is midnight in UTC) or nothing",
        value: |row| precision(row.published),
    },
    Column {
        name: "date_modified",
        kind: Kind::Instant,
        about: "Last change as stated",
        value: |row| instant(row.modified),
    },
    Column {
        name: "date_modified_precision",
        kind: Kind::Precision,
        about: "How exact `date_modified` is",
        value: |row| precision(row.modified),
    },
    Column {
        name: "date_fetched",
        kind: Kind::Instant,
        about: "When the page was fetched or imported",
        value: |row| Value::Instant(Some(row.fetched)),
    },
    column!(url, text, "Address as found"),
    column!(canonical_url, text, "Address without tracking parameters"),
    column!(language, text, "BCP 47 tag: `zh-Hans`, `zh-Hant`, `en`"),
    column!(source, text, "Kind of place: `wechat`, `blog`, `feed`, `archive`"),
    column!(source_id, text, "Id of the source that led to it"),
    column!(source_name, text, "Name of the account or site"),
    column!(license, text, "Licence as stated, never guessed"),
    column!(rights, text, "Statement of rights as stated"),
    column!(dump, text, "Name of the export"),
    column!(content_hash, text, "BLAKE3 of title and text"),
    column!(simhash, text, "SimHash of the text, for near duplicates"),
    Column {
        name: "revision",
        kind: Kind::Count,
        about: "Which revision of the article this is, from 1",
        value: |row| Value::Count(row.record.revision.into()),
    },
    column!(n_chars, count, "Characters of the text"),
    column!(n_removed_chars, count, "Characters of the page's blocks that are not in the text"),
    column!(dup_of, text, "Id of the article that this one repeats"),
    column!(dup_kind, text, "How: `exact`, `near`, `contained` in it, or a `reprint` that says so"),
    Column {
        name: "dup_score",
        kind: Kind::Share,
        about: "How much, from 0 for nothing to 1 for the same text",
        value: |row| Value::Share(row.record.dup_score.fraction()),
    },
    column!(quality_flags, text, "Words joined by `;`, such as `promotion`, `preview`, `short`"),
    Column { name: "tags", kind: Kind::Texts, about: "Tags as stated", value: |row| Value::Texts(&row.record.tags) },
    column!(
        metadata,
        text,
        "What else is known, as a JSON object with sorted keys; in it `license_spdx`, and numbers that say how the text looks (`quality`)"
    ),
];
