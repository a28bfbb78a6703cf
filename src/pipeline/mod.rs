//! The run: plan, stages, limits, lock, report. The one place where fetch, parse, clean and store meet.

mod plan;
mod schedule;

pub use plan::{Plan, Planned, Skipped, plan};
pub use schedule::{PollFacts, PollOutcome, next_due};
