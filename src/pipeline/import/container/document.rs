use std::path::PathBuf;

use boji_clean::model::Timestamp;

/// One thing that may be an article, a list or a page that is neither: a file, or a part of one that holds many.
pub(in crate::pipeline::import) struct Document {
    /// Path relative to what is imported, and the place in the file that holds it: `metadata.file` of the article.
    pub file: String,
    /// Where its bytes are, or that there are none.
    pub content: Content,
}

/// What is known of a document before it is read.
pub(in crate::pipeline::import) enum Content {
    /// A file, read where it is cleaned.
    File(PathBuf),
    /// What was packed in a file, by a name whose ending tells what it may be.
    Unpacked {
        /// Its name.
        name: String,
        /// When it was taken, where that is known.
        fetched: Option<Timestamp>,
        /// All of it.
        bytes: Vec<u8>,
    },
    /// A page as a server sent it.
    Page(Page),
    /// An entry of a feed, in a feed of its own.
    Entry {
        /// The address of the feed.
        feed: String,
        /// When it was fetched.
        fetched: Option<Timestamp>,
        /// All of it.
        bytes: Vec<u8>,
    },
    /// A JSON object that holds a page, a text or an article of a list.
    Record(Vec<u8>),
    /// A request and its answer as browsers write them down.
    HarEntry(Vec<u8>),
    /// A file that is not read, by what it is.
    PassedOver(PassedOver),
    /// A sentence why it cannot be read.
    Broken(String),
}

/// A page as a server sent it.
#[derive(Debug, PartialEq)]
pub(in crate::pipeline::import) struct Page {
    /// Its address.
    pub url: String,
    /// What the server called it, "" when it did not say.
    pub content_type: String,
    /// When it was fetched.
    pub fetched: Option<Timestamp>,
    /// The body, its encodings undone.
    pub body: Vec<u8>,
    /// The pages over which its article goes on, in order, each with its place in the file.
    pub later: Vec<(String, Page)>,
}

/// What is not read, as it is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::pipeline::import) enum PassedOver {
    /// A file, by its ending: `.pdf`.
    File(String),
    /// A record of a container, by its type or what became of its request: `image/png`, `status 404`.
    Record(String),
}

impl Document {
    /// Bytes of it that are in memory.
    pub(in crate::pipeline::import) fn bytes(&self) -> usize {
        match &self.content {
            Content::Unpacked { bytes, .. }
            | Content::Entry { bytes, .. }
            | Content::Record(bytes)
            | Content::HarEntry(bytes) => bytes.len(),
            Content::Page(page) => {
                page.body.len() + page.later.iter().map(|(_, later)| later.body.len()).sum::<usize>()
            }
            Content::File(_) | Content::PassedOver(_) | Content::Broken(_) => 0,
        }
    }

    /// A document of this name.
    pub(super) fn new(file: impl Into<String>, content: Content) -> Self {
        Self { file: file.into(), content }
    }

    /// One that cannot be read.
    pub(super) fn broken(file: impl Into<String>, why: impl Into<String>) -> Self {
        Self::new(file, Content::Broken(why.into()))
    }
}
