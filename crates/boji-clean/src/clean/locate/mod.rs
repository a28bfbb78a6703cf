//! Where in a page its article stands: the element that holds it, and what inside of it is furniture.
//!
//! It knows class words and densities, no site and no wording: single lines of chaff are left to the rules.

mod candidate;
mod choose;
mod ground;
mod lead;
mod measure;
mod page;
mod reading;
mod search;
mod survey;
mod tag;
mod trim;
mod way;

pub use candidate::{Candidate, Kind, judge};
pub use choose::{Located, Weakness, locate};
pub use way::Way;
