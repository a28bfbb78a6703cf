use serde::{Deserialize, Serialize};

use super::date::Date;
use super::word::{or_empty, word_enum};

word_enum! {
    /// What kind of place named an article.
    pub enum FoundBy {
        /// A feed.
        Feed = "feed",
        /// A WeChat album.
        Album = "album",
        /// A list of addresses.
        Urls = "urls",
        /// A page that lists articles.
        ListPage = "list-page",
        /// A sitemap.
        Sitemap = "sitemap",
        /// A saved list.
        List = "list",
        /// A folder of files.
        Folder = "folder",
    }
}

/// Something a source says exists: an address to fetch, perhaps with its text already there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Candidate {
    /// Address as the source wrote it, made absolute; "" for an entry that has only text.
    pub url: String,
    /// The source's own id of the entry, "" when it gives none; of a WeChat article perhaps its key as
    /// [`super::ArticleKey`] writes it.
    pub guid: String,
    /// What the text that the source carries of it is known by, where that is not its address: others of the source have the
    /// same, or it leads to another site. "" otherwise.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub identity: String,
    /// Title, "" when unknown.
    pub title: String,
    /// Authors as the source states them.
    pub authors: Vec<String>,
    /// Publication time as the source states it.
    pub published: Option<Date>,
    /// Last change as the source states it.
    pub modified: Option<Date>,
    /// Tags or categories.
    pub tags: Vec<String>,
    /// Cover picture, "" when unknown.
    pub cover_url: String,
    /// Full text as HTML when the source carries it, "" otherwise.
    pub body: String,
    /// The body stood in a place for abstracts, and looks like the whole: what the page says of it is to be seen.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_abstract: bool,
    /// The entry alone, as its feed wrote it, on the way to a capture of its own; "" where the feed could not be divided.
    #[serde(skip)]
    pub excerpt: String,
    /// Content address of the capture that holds the full text, for an entry whose page is asked for all the same; ""
    /// otherwise.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub body_capture: String,
    /// Abstract as HTML or text, "" when there is none.
    pub summary: String,
    /// Name of the album or feed.
    pub series: String,
    /// Name of the account when the source tells it, "" otherwise.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub account: String,
    /// `original` when the source marks it so, "" otherwise.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub copyright: String,
    /// Licence as stated, words or an address, "" when none is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub license: String,
    /// Statement of rights as stated, "" when none is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rights: String,
    /// Where it was found; `None` for a file.
    #[serde(with = "or_empty")]
    pub found_by: Option<FoundBy>,
}
