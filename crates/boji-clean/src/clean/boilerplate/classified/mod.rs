//! Lines that no rule knows: what was learned from labelled articles says whether they are boilerplate.
//!
//! A line has features: what it sounds like, what stands around it, what the rules took, where it stands. The same code
//! makes them for training and for judging. Must not know what the weights are.

mod features;
mod lines;
mod reasons;
mod rows;
mod signs;
mod surroundings;
mod take;

pub use features::FEATURES;
pub use rows::LineRow;
pub(super) use rows::rows;
pub(in crate::clean) use take::is_classified;
pub(super) use take::take;
