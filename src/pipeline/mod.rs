//! The run: plan, stages, limits, lock, report. The one place where fetch, parse, clean and store meet.

mod candidates;
mod engine;
mod error;
mod import;
mod listed;
mod lock;
mod next_step;
mod ordered;
mod page_failure;
mod pages;
mod plan;
mod poll;
mod replay;
mod report;
mod run;
mod schedule;
mod source_step;
mod stop;
mod store_thread;
mod submit;
mod task;

pub use engine::Event;
pub use error::RunError;
pub use import::{ImportOptions, import};
pub use lock::RunLock;
pub use ordered::{guarded, in_order};
pub use plan::{Plan, Planned, Skipped, plan};
pub use replay::{SOURCES_NOTE, replay, sources_note};
pub use report::{Problem, RunReport, SourceReport};
pub use run::{Setup, adopt_sources, run};
pub use schedule::{PollFacts, PollOutcome, next_due};
pub use stop::{Signal, Stop};
pub use store_thread::{StoreHandle, StoreThread};
pub use task::{RunOptions, Task, plan_of};
