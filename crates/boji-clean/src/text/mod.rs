//! Texts brought into the form in which they are compared, and their fingerprints.

mod compatible;
mod control;
mod fold;
mod formula;
mod kept_share;
mod letters;
mod line_form;
mod math;
mod math_signs;
mod script;
mod simhash;
mod text_key;

pub use compatible::compatible;
pub use control::{is_control, one_line, without_controls};
pub use fold::fold;
pub use formula::{LOST_FORMULA, formula, holds_tex, set_formula};
pub use kept_share::kept_percent;
pub use letters::{count_letters, has_letters, is_common_han, is_letter, letters};
pub use line_form::line_form;
pub use math::MathNode;
pub use script::{is_han, simplified};
pub use simhash::{format_simhash, simhash};
pub use text_key::text_key;
