//! Where in a page its article stands: the element that holds it, and what inside of it is furniture.
//!
//! It knows class words and densities, no site and no wording: single lines of chaff are left to the rules.

mod choose;
mod chrome;
mod ground;
mod lead;
mod measure;
mod tag;
mod trim;

pub use choose::{Located, Way, Weakness, locate};
pub use chrome::{Chrome, Hint};
