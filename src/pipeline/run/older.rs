use std::sync::Arc;

use boji_clean::model::IssueCode;

use super::ask::{Answered, answer};
use super::entries::{named_in, take_candidates};
use crate::discover::{self, Failure};
use crate::fetch::redact_url;
use crate::model::{ErrorClass, FailureClass, Source, SourceState};
use crate::pipeline::engine::Engine;
use crate::pipeline::error::RunError;
use crate::pipeline::report::{Problem, SourceReport, Stage};
use crate::store::Batch;

/// Walks through what a source had before, one page after the other, and stores what each names with the place to go on from.
/// Ends where there is nothing older, where a page cannot be had, and after `pages` of them.
pub(super) async fn walk_older(
    engine: &Engine,
    source: &Source,
    state: &mut SourceState,
    pages: u32,
    report: &mut SourceReport,
) -> Result<(), RunError> {
    let kind = discover::of_kind(source.kind);
    let Some(mut step) = kind.start_older(source, state) else {
        report.problems.push(problem(source, "a source of this kind has no older pages"));
        return Ok(());
    };
    let (mut is_over, mut read) = (step.next.is_none(), 0);
    while read < pages {
        let Some(ask) = step.next.take() else { break };
        let slot = engine.slots.slot();
        let answered = match answer(engine, source, state, &ask, false, &slot, report).await {
            Err(RunError::Worker(why)) => Answered::Unusable(Failure::new(FailureClass::BrokeOff, why.to_string())),
            answered => answered?,
        };
        step = match answered {
            Answered::Read(capture, mut step) => {
                state.cursor.clone_from(&step.cursor);
                take_candidates(engine, source, state, named_in(&mut step), Some(&Arc::new(capture)), report).await?;
                *step
            }
            // One page too many is how most of them say that there are no more. The first one may be missing for another reason.
            Answered::Failed(error) if matches!(error.class, ErrorClass::NotFound | ErrorClass::Gone) => {
                if read > 0 {
                    state.cursor = kind.end_older(&ask.cursor);
                }
                is_over = true;
                break;
            }
            Answered::Failed(error) => {
                report.problems.push(Problem::of_fetch(&source.id, &error, true));
                break;
            }
            Answered::Unusable(failure) => {
                report.problems.push(problem(source, &format!("{}: {}", redact_url(&ask.url), failure.message)));
                break;
            }
            Answered::NotModified { .. } => break,
        };
        // What it shows itself is asked for only to learn where the older ones are.
        read += u32::from(ask.url != source.url);
        is_over = step.next.is_none();
        if step.issues.iter().any(|issue| issue.code == IssueCode::Truncated) {
            break;
        }
    }
    report.older_pages = read as usize;
    report.has_no_older = is_over;
    let batch = Batch { source_states: vec![(source.id.clone(), state.clone())], ..Batch::default() };
    engine.commit(batch, &source.url).await?;
    Ok(())
}

fn problem(source: &Source, message: &str) -> Problem {
    Problem {
        item: source.id.clone(),
        stage: Stage::Discover,
        url: source.url.clone(),
        message: message.to_owned(),
        hint: String::new(),
        transient: false,
    }
}
