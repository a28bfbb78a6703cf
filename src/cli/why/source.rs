use boji_clean::model::Timestamp;

use super::label::{fact, requests, rest};
use crate::cli::output::Output;
use crate::inspect::{Outcomes, SourceReport, rfc3339};
use crate::pipeline::SourceWait;

/// How a source fares, for a person.
pub(super) fn print(answer: &SourceReport, output: Output) -> std::io::Result<()> {
    output.data(&answer.answer)?;
    fact(output, "name", &answer.name)?;
    fact(output, "address", &answer.url)?;
    fact(output, "moves to", &answer.moving_to)?;
    fact(output, "moved from", &answer.moved_from)?;
    fact(output, "tags", &answer.tags.join(", "))?;
    let is_asked = !matches!(answer.wait, SourceWait::Folder);
    fact(output, "schedule", if is_asked { &answer.schedule } else { "" })?;
    fact(output, "habit", &answer.habit)?;
    if !answer.same_as.is_empty() {
        fact(output, "same feed", &format!("as {}, which is asked for both", answer.same_as))?;
    }
    fact(output, "hub", &answer.hub)?;
    fact(output, "last asked", &or_never(answer.last_tried))?;
    fact(output, "last well", &or_never(answer.last_success))?;
    fact(output, "next", &rfc3339(answer.next_due))?;
    let SourceReport { waiting, done, closed, .. } = answer;
    fact(output, "named", &format!("{waiting} that wait, {done} stored, {closed} closed"))?;
    for Outcomes { status, outcome, means, entries } in &answer.outcomes {
        let word = outcome.map_or_else(|| "-".to_owned(), |outcome| outcome.to_string());
        fact(output, "", &format!("{entries:>6} {status:<7}  {word}: {means}"))?;
    }
    requests(output, "failure", &answer.failed_requests)?;
    rest(output, answer.host.as_ref())
}

fn or_never(at: Timestamp) -> String {
    if at == Timestamp::default() { "never".to_owned() } else { at.to_string() }
}
