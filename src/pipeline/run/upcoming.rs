use boji_clean::model::Timestamp;

use super::next_step::due_pages;
use super::plan::plan;
use crate::config::RunSettings;
use crate::pipeline::error::RunError;
use crate::pipeline::report::SkipReason;
use crate::store::{Store, Waiting};

/// What the next run has to do, and when there is more of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Upcoming {
    /// A run would find work now.
    pub is_due: bool,
    /// When the first of the sources and pages that wait is due; `None` when nothing waits.
    pub next: Option<Timestamp>,
}

/// Looks what a run without arguments would find now, and later: the same sources and pages that it takes.
pub(crate) fn upcoming(store: &dyn Store, now: Timestamp, run: &RunSettings) -> Result<Upcoming, RunError> {
    let sources = store.sources()?;
    let plan = plan(&sources, &[], false, now);
    let mut upcoming = Upcoming { is_due: !plan.polls.is_empty(), next: None };
    for skipped in &plan.skipped {
        if skipped.why == SkipReason::NotDue {
            upcoming.wait_for(skipped.state.next_due);
        }
        if !skipped.why.leaves_pages() {
            continue;
        }
        let id = Some(skipped.source.id.as_str());
        if !store.pending(id, due_pages(now, run), 1)?.is_empty() {
            upcoming.is_due = true;
        } else if let Some(entry) = store.pending(id, Waiting::all(now), 1)?.first() {
            upcoming.wait_for(entry.next_due);
        }
    }
    Ok(upcoming)
}

impl Upcoming {
    fn wait_for(&mut self, when: Timestamp) {
        self.next = Some(self.next.map_or(when, |next| next.min(when)));
    }
}
