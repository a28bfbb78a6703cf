use boji_clean::model::Timestamp;

use super::looks::{Looks, oldest};
use crate::config::{Recheck, RunSettings};
use crate::store::{Store, StoreError};

/// The looks that the articles of a source wait for, as the store has them.
pub(super) fn waiting_looks(
    store: &dyn Store,
    source_id: &str,
    run: &RunSettings,
    now: Timestamp,
) -> Result<Looks, StoreError> {
    if run.recheck == Recheck::Off {
        return Ok(Looks::default());
    }
    Ok(Looks::after(store.sights_since(source_id, oldest(run, now))?, run, now))
}

/// How many articles are due for another look, of sources that are on.
pub(crate) fn count_due_looks(store: &dyn Store, run: &RunSettings, now: Timestamp) -> Result<usize, StoreError> {
    let sources = store.sources()?;
    let looks = sources
        .iter()
        .filter(|(source, _)| source.enabled)
        .map(|(source, _)| waiting_looks(store, &source.id, run, now).map(|looks| looks.due.len()));
    looks.sum()
}
