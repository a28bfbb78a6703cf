use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;

use super::frame::{Section, page};
use crate::pipeline::RunError;
use crate::store::StoreError;

/// Why a page cannot be shown.
#[derive(Debug)]
pub(super) enum Failure {
    /// There is no such thing; a sentence says what.
    Missing(String),
    /// What was sent makes no sense; a sentence says why.
    Wrong(String),
    /// Changes are not allowed here.
    ReadOnly,
    /// A form of another page.
    ForeignForm,
    /// Another boji writes.
    Locked(String),
    /// The store could not be read or written.
    Store(String),
    /// Too much is asked at once.
    Busy,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let said = error.hint().map_or_else(|| error.to_string(), |hint| format!("{error}: {hint}"));
        match error {
            // What was asked for is the cause, and not the store.
            StoreError::Ambiguous { .. } => Self::Missing(said),
            StoreError::NoSearchIndex => Self::Wrong(said),
            _ => Self::Store(said),
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Locked { .. } => Self::Locked(error.to_string()),
            RunError::Store(error) => error.into(),
            error => Self::Store(error.to_string()),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, said, hint) = match self {
            Self::Missing(said) => (StatusCode::NOT_FOUND, said, "the list of articles has what there is"),
            Self::Wrong(said) => (StatusCode::BAD_REQUEST, said, "go back and change what was asked"),
            Self::ReadOnly => (
                StatusCode::FORBIDDEN,
                "this inspector changes nothing".to_owned(),
                "`boji serve --write` lets it restore blocks and let rules rest",
            ),
            Self::ForeignForm => (
                StatusCode::FORBIDDEN,
                "the form is of another start of the inspector".to_owned(),
                "load the page again and repeat what you did",
            ),
            Self::Locked(said) => (StatusCode::SERVICE_UNAVAILABLE, said, "try again when the run has ended"),
            Self::Store(said) => {
                (StatusCode::INTERNAL_SERVER_ERROR, said, "`boji status --check` tells how the store is")
            }
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "too much is asked at once".to_owned(), "try again"),
        };
        let body = html! {
            h1 { "It cannot be shown" }
            p.said { (said) "." }
            p.hint { (hint) "." }
        };
        (status, page("It cannot be shown", Section::None, &body)).into_response()
    }
}
