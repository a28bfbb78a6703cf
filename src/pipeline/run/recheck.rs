use boji_clean::model::Timestamp;

use super::pages::take_turn;
use super::turns::Turns;
use super::waiting_looks::waiting_looks;
use crate::config::RunSettings;
use crate::fetch::Fetcher;
use crate::model::{Entry, Source};
use crate::pipeline::engine::Engine;
use crate::pipeline::error::RunError;
use crate::pipeline::report::{SourceOutcome, SourceReport, Stage};
use crate::store::{Store, StoreError};

/// Looks again at the articles of a source whose time has come, after the pages of all sources of its priority, and out of the same
/// shares of the run. Half of what a host may be asked in a day is left for pages that are named later in it. Each look is committed by
/// itself, as a page that waits.
///
/// That a page does not come is no trouble of the run: its article is stored. It is written down, and tried again.
pub(super) async fn look_again(
    engine: &Engine,
    source: &Source,
    turns: &mut Turns,
    report: &mut SourceReport,
) -> Result<(), RunError> {
    let (id, run, now) = (source.id.clone(), engine.settings.clone(), engine.clock.now());
    let entries = engine.store.with(move |store| due(store, &id, &run, now)).await?;
    if entries.is_empty() {
        return Ok(());
    }
    tokio::select! {
        biased;
        () = engine.stop.wait() => {
            report.result = SourceOutcome::Stopped;
            return Ok(());
        }
        () = engine.at_work.have_ended() => {}
    }
    for entry in entries {
        let is_spared = !engine.fetcher.has_half_a_day_left(&Fetcher::host_of(&entry.candidate.url));
        if is_spared || !turns.has_one_for(engine, source, &entry) {
            continue;
        }
        let mut aside = SourceReport::default();
        let Some(turn) = take_turn(engine, source, entry, turns, &mut aside).await? else {
            report.result = SourceOutcome::Stopped;
            return Ok(());
        };
        let problems = std::mem::take(&mut aside.problems).into_iter();
        report.problems.extend(problems.filter(|problem| turn.closes_host() || problem.stage == Stage::Clean));
        report.looked_again += aside.looked_again;
        for (outcome, count) in std::mem::take(&mut aside.others) {
            *report.others.entry(outcome).or_default() += count;
        }
        report.take_articles(aside);
    }
    Ok(())
}

/// The entries of a source that a run looks at again, the longest due first.
fn due(store: &dyn Store, source_id: &str, run: &RunSettings, now: Timestamp) -> Result<Vec<Entry>, StoreError> {
    let mut entries = Vec::new();
    for key in waiting_looks(store, source_id, run, now)?.due.into_iter().take(run.rechecks_per_source as usize) {
        entries.extend(store.entry(source_id, &key)?);
    }
    Ok(entries)
}
