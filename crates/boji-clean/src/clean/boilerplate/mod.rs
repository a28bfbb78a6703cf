//! Which blocks are the article: zones at both ends, sections under known headings, neighbours, and the rules' wording.
//!
//! Every block gets a verdict with the rule that gave it; statements about the article become fields. Pure: rules and
//! facts in, verdicts out. Must not know how blocks were made.

mod classified;
mod credit_lines;
mod credits;
mod evidence;
mod fields;
mod fused;
mod gather;
mod judge;
mod learned;
mod neighbours;
mod player;
mod quotations;
mod sections;
mod unit;
mod zones;

pub(super) use classified::is_classified;
pub use classified::{FEATURES, LineRow};
pub use evidence::Memory;
pub use fields::Fields;
pub use judge::{Judged, judge};
pub(super) use judge::{keep_all, line_rows};
