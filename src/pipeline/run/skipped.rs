use crate::dedup;
use crate::model::{Entry, EntryRules, EntryStatus, Outcome, Source};
use crate::pipeline::engine::Engine;
use crate::pipeline::error::RunError;
use crate::pipeline::report::SourceReport;
use crate::store::{Batch, Waiting};

/// An entry as it is kept when a rule of its source keeps it out: known, closed, and with the rule.
pub(super) fn skipped(entry: Entry, rule: String) -> Entry {
    Entry { status: EntryStatus::Closed, outcome: Some(Outcome::Skipped), skipped_by: rule, tries: 0, ..entry }
}

/// Whether an entry was skipped, and a person wants it to be looked at again.
pub(super) fn is_taken_back(entry: &Entry) -> bool {
    entry.outcome == Some(Outcome::Skipped) && entry.status == EntryStatus::Pending
}

/// Closes the entries of a source that wait and that its rules keep out: those that were named before the rules were written. What
/// has led to an article is followed on.
pub(super) async fn skip_waiting(engine: &Engine, source: &Source, report: &mut SourceReport) -> Result<(), RunError> {
    let rules = EntryRules::of(source);
    if rules.is_empty() {
        return Ok(());
    }
    let (id, wanted) = (source.id.clone(), Waiting::all(engine.clock.now()));
    let closed = engine
        .store
        .with(move |store| {
            let waiting = store.pending(Some(&id), wanted, usize::MAX)?.into_iter();
            let waiting = waiting.filter(|entry| entry.article_id.is_empty());
            let against = |entry: Entry| rules.against(&entry.candidate).map(|rule| skipped(entry, rule));
            let entries: Vec<Entry> = waiting.filter_map(against).collect();
            let closed = entries.len();
            store.commit(&Batch { entries, ..Batch::default() }, &dedup::decide)?;
            Ok(closed)
        })
        .await?;
    report.skipped(closed);
    Ok(())
}
