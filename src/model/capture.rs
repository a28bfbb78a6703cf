use boji_clean::Input;
use boji_clean::model::Timestamp;
use serde::{Deserialize, Serialize};

/// The content type of what was cut out of a feed: the parts are put together as UTF-8, whatever the feed was in.
const EXCERPT_TYPE: &str = "text/xml; charset=utf-8";
/// What an excerpt begins with, the mark of UTF-8.
const EXCERPT_MARK: &[u8] = b"\xef\xbb\xbf";

/// One answer on the way from the URL asked for to the final one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// The URL asked.
    pub url: String,
    /// The HTTP status that it gave.
    pub status: u16,
}

/// The bytes that a server sent (or a file held), with what is known about how they came. Immutable: everything later
/// can be computed from it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// The URL asked for; for a file its path relative to the folder that was imported, with the place in it of a page out of
    /// many: `pages.warc.gz#3`.
    pub url: String,
    /// Redirects followed, in order, the last being the final answer. Of a page out of a file that holds many the one hop is
    /// its address; empty for any other file.
    pub hops: Vec<Hop>,
    /// HTTP status of the final answer; 200 for a file.
    pub status: u16,
    /// Response headers of the final answer as received, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body with its content encoding undone.
    pub body: Vec<u8>,
    /// When the final answer was complete.
    pub fetched_at: Timestamp,
}

impl Capture {
    /// The capture of one entry alone: `excerpt` is the feed that `answer` brought, without its other entries.
    pub fn excerpt(answer: &Self, excerpt: String) -> Self {
        Self {
            url: answer.url.clone(),
            hops: answer.hops.clone(),
            status: answer.status,
            headers: vec![("content-type".to_owned(), EXCERPT_TYPE.to_owned())],
            body: excerpt.into_bytes(),
            fetched_at: answer.fetched_at,
        }
    }

    /// Whether it was cut out of a feed, so that no server ever sent these bytes.
    pub fn is_excerpt(&self) -> bool {
        let [(name, value)] = self.headers.as_slice() else { return false };
        name == "content-type" && value == EXCERPT_TYPE && self.body.starts_with(EXCERPT_MARK)
    }

    /// The URL that gave the final answer.
    pub fn final_url(&self) -> &str {
        self.hops.last().map_or(&self.url, |hop| &hop.url)
    }

    /// The first value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// What the parsers are given of it.
    pub fn input(&self) -> Input<'_> {
        let content_type = self.header("content-type").unwrap_or_default();
        Input { bytes: &self.body, url: self.final_url(), content_type }
    }

    /// The same of what came as a file, whose path is no address of a page.
    pub fn input_of_file(&self) -> Input<'_> {
        let content_type = self.header("content-type").unwrap_or_else(|| type_of_file(&self.url));
        Input { bytes: &self.body, url: self.hops.last().map_or("", |hop| &hop.url), content_type }
    }

    /// Content address of the body: 64 hexadecimal digits of BLAKE3.
    pub fn body_hash(&self) -> String {
        blake3::hash(&self.body).to_hex().to_string()
    }
}

/// The type that the ending of a file declares, where it says more than the content does: Markdown may begin with a tag. ""
/// for any other.
pub(crate) fn type_of_file(path: &str) -> &'static str {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    if matches!(ending.as_deref(), Some("md" | "markdown")) { "text/markdown" } else { "" }
}
