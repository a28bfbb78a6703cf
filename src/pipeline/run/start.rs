use crate::dedup;
use crate::model::{Entry, FailureClass, Outcome};
use crate::pipeline::engine::Engine;
use crate::pipeline::error::RunError;
use crate::store::{Batch, Store};

use super::looks::{Gave, after_look, is_look, tries};
use super::next_step::{retry, wait_rarely};

/// Its page came, and reading it has not ended.
pub(super) const STARTED: Outcome = Outcome::Unusable(FailureClass::Started);

/// Counts a try before a page is read: one that kills the process, or makes somebody kill it, has had it when the next run
/// looks. A second start waits for days.
pub(super) async fn note_start(engine: &Engine, entry: &Entry) -> Result<(), RunError> {
    let (now, tries) = (engine.clock.now(), tries(entry));
    let mut step =
        if entry.outcome == Some(STARTED) { wait_rarely(tries, now) } else { retry(tries, now, &engine.settings) };
    if is_look(entry) {
        step = after_look(Gave::Nothing, step, tries, now);
    }
    let outcome = Some(STARTED);
    let started = Entry { status: step.status, tries: step.tries, next_due: step.next_due, outcome, ..entry.clone() };
    put_entry(engine, started).await
}

/// Puts an entry back as it was, when somebody stops before its page is read: its try was counted, and has not been made. What
/// was committed meanwhile, though nobody waited for it any more, stays.
pub(super) async fn take_back_start(engine: &Engine, as_it_was: Entry) -> Result<(), RunError> {
    let put = move |store: &mut dyn Store| {
        let stored = store.entry(&as_it_was.source_id, &as_it_was.key)?;
        if stored.is_some_and(|entry| entry.outcome == Some(STARTED)) {
            let batch = Batch { entries: vec![as_it_was], ..Batch::default() };
            store.commit(&batch, &dedup::decide)?;
        }
        Ok(())
    };
    engine.store.with(put).await
}

/// Writes an entry by itself.
pub(super) async fn put_entry(engine: &Engine, entry: Entry) -> Result<(), RunError> {
    let batch = Batch { entries: vec![entry], ..Batch::default() };
    engine.store.with(move |store| store.commit(&batch, &dedup::decide).map(drop)).await
}
