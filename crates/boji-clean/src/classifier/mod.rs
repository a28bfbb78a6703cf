//! What was learned from labelled pages: a dictionary of short runs of characters, decision trees, and how they are asked.
//!
//! The weights are files that `training/` makes. Pure, and the same on every machine. Must not know what a page is: its
//! features come from who asks.

mod box_classifier;
mod dictionary;
mod forest;
mod line_classifier;
mod page_classifier;
mod strictness;
mod trees;
mod weights;

pub use box_classifier::{BoxClassifier, Reach};
pub use dictionary::clipped;
pub use forest::Forest;
pub use line_classifier::{LineClassifier, LineScores};
pub use page_classifier::PageClassifier;
pub use strictness::Strictness;
pub use trees::{LOG_ODD, probability};
