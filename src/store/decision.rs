use super::StoreError;
use crate::model::{Decision, Known};

/// Refuses a decision that does not go with what is known; what passes can be stored.
pub(super) fn check(id: &str, known: &Known, decision: &Decision) -> Result<(), StoreError> {
    let why = match (decision, &known.same_key) {
        (Decision::New | Decision::Duplicate(_), Some(_)) => "an article of this key is stored",
        (Decision::Revision(_) | Decision::Refresh(_) | Decision::Unchanged, None) => {
            "no article of this key is stored"
        }
        (Decision::Revision(number), Some(latest)) if *number != latest.revision.saturating_add(1) => {
            "its revision is not the next one"
        }
        _ if original(decision) == Some(id) => "it would be a duplicate of itself",
        _ => return Ok(()),
    };
    Err(StoreError::Decision { id: id.to_owned(), why })
}

/// The article that a decision makes another a duplicate of; it must be stored.
pub(super) fn original(decision: &Decision) -> Option<&str> {
    match decision {
        Decision::Duplicate(original) | Decision::Refresh(Some(original)) => Some(original),
        Decision::New | Decision::Revision(_) | Decision::Refresh(None) | Decision::Unchanged => None,
    }
}

/// The error of a duplicate whose original is not there.
pub(super) fn unknown_original(id: &str) -> StoreError {
    StoreError::Decision { id: id.to_owned(), why: "the article that it duplicates is not stored" }
}
