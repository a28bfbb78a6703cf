use boji_clean::model::{Candidate, PageState};

use super::container::PassedOver;
use crate::discover::Listing;
use crate::model::{Capture, Source, Submission};
use crate::pipeline::report::Problem;

/// What one document turned out to hold.
pub(super) enum FileContent {
    /// The article that these very bytes gave before.
    Known,
    /// An article, and the captures of its later pages.
    Article(Box<(Capture, Submission)>, Vec<Capture>),
    /// A page that is none, with its state and the evidence.
    NoArticle(Capture, PageState, String),
    /// Articles that are named only, and those that the list carries whole.
    List(Capture, Listing, Vec<(Candidate, Submission)>),
    /// Sources to be polled.
    Sources(Vec<Source>),
    /// Nothing that is read.
    PassedOver(PassedOver),
}

/// One document after reading and cleaning.
pub(super) struct FileResult {
    /// Path relative to what is imported, and the place in it.
    pub file: String,
    /// What it holds, or a sentence why it could not be read.
    pub content: Result<FileContent, String>,
    /// What of it could not be read.
    pub problems: Vec<Problem>,
    /// What was odd and got over.
    pub oddities: Vec<String>,
}

impl FileResult {
    /// What a document of this name holds.
    pub(super) fn of(file: &str, content: FileContent) -> Self {
        Self { file: file.to_owned(), content: Ok(content), problems: Vec::new(), oddities: Vec::new() }
    }

    /// That of one that cannot be read.
    pub(super) fn failed(file: &str, why: String) -> Self {
        Self { file: file.to_owned(), content: Err(why), problems: Vec::new(), oddities: Vec::new() }
    }
}
