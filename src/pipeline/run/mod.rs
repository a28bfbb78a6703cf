//! A run: which sources are due, what each names, its pages one by one, and when it is asked again.

mod ask;
mod doubt;
mod driver;
mod entries;
mod errand;
pub(super) mod feed_text;
mod later_pages;
mod next_step;
mod older;
mod pages;
mod plan;
mod poll;
mod read_answer;
mod refusals;
mod same_article;
mod schedule;
mod skipped;
mod source_step;
mod upcoming;
mod waits;

pub(super) use doubt::DOUBTFUL;
pub(crate) use driver::{SOURCES_NOTE, adopt_sources, replay, sources_note};
pub use driver::{Setup, run};
pub use errand::Errand;
pub use plan::RunOptions;
pub(crate) use plan::{Task, is_due, plan_of};
pub(crate) use source_step::WANTS_A_PERSON;
pub(crate) use upcoming::{Upcoming, upcoming};
pub(crate) use waits::{PageWait, SourceWait, interval_seconds, is_overdue, page_wait, source_wait};
