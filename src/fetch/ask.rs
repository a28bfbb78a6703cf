use boji_clean::model::Timestamp;

use crate::model::{Capture, Hop};

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The absolute URL.
    pub url: String,
    /// What it should be.
    pub purpose: Purpose,
    /// `ETag` of the copy that we have, byte for byte as it came; "" for none.
    pub etag: String,
    /// `Last-Modified` of the copy that we have, byte for byte as it came; "" for none.
    pub last_modified: String,
    /// The URL that gave these two, when a redirect led to it; "" when it was the URL asked for. They are sent there
    /// and nowhere else.
    pub validators_of: String,
}

impl Ask {
    /// An unconditional request.
    pub fn new(url: impl Into<String>, purpose: Purpose) -> Self {
        let (etag, last_modified, validators_of) = (String::new(), String::new(), String::new());
        Self { url: url.into(), purpose, etag, last_modified, validators_of }
    }
}

/// What a URL is fetched for: it decides the Accept header and whether robots.txt is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// A feed that the user named.
    Feed,
    /// An article or list page; robots.txt is obeyed.
    Page,
    /// A WeChat album that the user named.
    Album,
}

impl Purpose {
    /// The Accept header.
    pub(super) const fn accept(self) -> &'static str {
        match self {
            Self::Feed => {
                "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, \
                 text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
            }
            Self::Page => "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
            Self::Album => "application/json, text/html;q=0.9, */*;q=0.5",
        }
    }
}

/// A fetch that went well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The copy that we have is still good.
    NotModified {
        /// 304.
        status: u16,
        /// Headers of the answer, which may bring new validators and a new lifetime.
        headers: Vec<(String, String)>,
        /// Answers in order, the last being the 304.
        hops: Vec<Hop>,
        /// When it came.
        at: Timestamp,
    },
    /// A whole body.
    Complete(Capture),
}
