//! Where in a page its article stands: the element that holds it, and what inside of it is page chrome.
//!
//! It knows class words and densities, no site and no wording: single lines of boilerplate are left to the rules.

mod beside;
mod candidate;
mod choose;
mod classified;
mod content;
mod extent;
mod ground;
mod lead;
mod measure;
mod noted;
mod search;
mod short;
mod slug;
mod survey;
mod trim;

pub use candidate::{CandidateKind, RootCandidate, Trace, judge};
pub use choose::{Located, Weakness, box_rows, carried_chrome, locate, locate_classified};
pub use classified::{BOX_FEATURES, BoxRow};
pub use short::ShortText;
