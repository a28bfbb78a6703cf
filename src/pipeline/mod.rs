//! The run: plan, stages, limits, lock, report. The one place where fetch, parse, clean and store meet.

mod engine;
mod error;
mod import;
mod knowledge;
mod lock;
mod log;
mod ordered;
mod pauses;
mod reclean;
mod report;
mod ruling;
mod run;
mod stop;
mod submit;

pub(crate) use engine::Event;
pub(crate) use error::RunError;
pub(crate) use import::Imported;
pub use import::{ImportOptions, import};
pub use lock::RunLock;
pub(crate) use ordered::{cores, guarded, in_order};
pub(crate) use pauses::Pauses;
pub(crate) use reclean::{Change, RecleanOptions, RecleanReport, Rulings, outdated, read_again, reclean};
pub use report::RunReport;
pub(crate) use report::{PassedOverCounts, Problem, SourceOutcome, SourceReport};
pub(crate) use ruling::{Called, RulingChange, rule_on, rulings_on};
pub use run::{Errand, Habit, RunOptions, Setup, run};
pub(crate) use run::{
    NoLook, PAGES_NOTE, PageWait, SOURCES_NOTE, SourceWait, Task, Upcoming, WANTS_A_PERSON, adopt_sources,
    count_due_looks, interval_seconds, is_due, is_overdue, next_look, page_wait, plan_of, replay, source_wait,
    sources_note, twins, upcoming,
};
pub(crate) use stop::Signal;
pub use stop::Stop;
