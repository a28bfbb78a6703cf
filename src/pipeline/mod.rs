//! The run: plan, stages, limits, lock, report. The one place where fetch, parse, clean and store meet.

mod engine;
mod error;
mod import;
mod import_desk;
mod import_file;
mod knowledge;
mod later_pages;
mod lock;
mod log;
mod ordered;
mod pages;
mod plan;
mod poll;
mod reclean;
mod report;
mod run;
mod schedule;
mod source_step;
mod stop;
mod submit;

pub(crate) use engine::Event;
pub(crate) use error::RunError;
pub use import::{ImportOptions, import};
pub use lock::RunLock;
pub(crate) use ordered::{cores, guarded, in_order};
pub use plan::RunOptions;
pub(crate) use plan::{Task, is_due, plan_of};
pub(crate) use reclean::{Change, RecleanOptions, RecleanReport, outdated, reclean};
pub use report::RunReport;
pub(crate) use report::{Problem, SourceOutcome, SourceReport};
pub(crate) use run::{SOURCES_NOTE, adopt_sources, replay, sources_note};
pub use run::{Setup, run};
pub(crate) use source_step::WANTS_A_PERSON;
pub(crate) use stop::Signal;
pub use stop::Stop;
