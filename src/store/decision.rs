use super::StoreError;
use crate::model::{Decision, Known};

/// Refuses a decision that does not go with what is known; what passes can be stored.
pub(super) fn check(id: &str, known: &Known, decision: &Decision) -> Result<(), StoreError> {
    let why = match (decision, &known.same_key) {
        (Decision::New | Decision::Duplicate(_), Some(_)) => "an article of this key is stored",
        (Decision::Revision(_) | Decision::Unchanged, None) => "no article of this key is stored",
        (Decision::Revision(number), Some((latest, _))) if *number != latest.saturating_add(1) => {
            "its revision is not the next one"
        }
        (Decision::Duplicate(original), None) if original == id => "it would be a duplicate of itself",
        _ => return Ok(()),
    };
    Err(StoreError::Decision { id: id.to_owned(), why })
}

/// The error of a duplicate whose original is not there.
pub(super) fn unknown_original(id: &str) -> StoreError {
    StoreError::Decision { id: id.to_owned(), why: "the article that it duplicates is not stored" }
}
