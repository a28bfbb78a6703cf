use std::sync::Arc;

use boji_clean::model::Timestamp;

use super::error::FetchError;
use crate::model::BoxFuture;

/// One GET request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The absolute URL, http or https.
    pub url: String,
    /// Headers in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Headers that a person gave a source, and its cookies, sent in the place of those of the same names above: no value of them
    /// is written down.
    pub secret_headers: Vec<(String, String)>,
}

impl Request {
    /// Whether it asks for an answer only if that is another than before.
    pub(super) fn is_conditional(&self) -> bool {
        self.headers.iter().any(|(name, _)| matches!(name.as_str(), "if-none-match" | "if-modified-since"))
    }

    /// The headers of it that may be written down, without those that secret ones take the place of.
    pub(super) fn open_headers(&self) -> impl Iterator<Item = &(String, String)> {
        self.headers.iter().filter(|(name, _)| self.secret_headers.iter().all(|(secret, _)| secret != name))
    }
}

/// One answer, whatever its status; redirects are answers too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The URL asked.
    pub url: String,
    /// HTTP status.
    pub status: u16,
    /// Headers as received, names in lower case, without those that only frame the body on the wire
    /// (content-length, content-encoding, transfer-encoding, connection).
    pub headers: Vec<(String, String)>,
    /// The body with its content encoding undone.
    pub body: Vec<u8>,
    /// When the answer was complete.
    pub at: Timestamp,
}

impl Exchange {
    /// The first value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

/// Brings one request to one answer and follows nothing.
pub trait Transport: Send + Sync {
    /// Sends the request. An answer with any status is `Ok`; an error means that no whole answer came.
    fn exchange<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Exchange, FetchError>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn exchange<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Exchange, FetchError>> {
        (**self).exchange(request)
    }
}

/// The first value of a header in a list; `name` in lower case.
pub(super) fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Whether a header only frames the body on the wire, and so says nothing about the decoded body that we keep.
pub(super) fn is_framing(name: &str) -> bool {
    matches!(
        name,
        "content-length" | "content-encoding" | "transfer-encoding" | "connection" | "keep-alive" | "trailer"
    )
}
