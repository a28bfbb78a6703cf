//! The run: plan, stages, limits, lock, report. The one place where fetch, parse, clean and store meet.

mod error;
mod lock;
mod ordered;
mod plan;
mod schedule;
mod stop;
mod store_thread;

pub use error::RunError;
pub use lock::RunLock;
pub use ordered::in_order;
pub use plan::{Plan, Planned, Skipped, plan};
pub use schedule::{PollFacts, PollOutcome, next_due};
pub use stop::{Signal, Stop};
pub use store_thread::{StoreHandle, StoreThread};
