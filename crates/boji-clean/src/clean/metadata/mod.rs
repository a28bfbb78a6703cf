//! What an ordinary page says about itself: title, authors, dates, site, licence. Nothing is guessed.
//!
//! It knows the vocabularies that pages share (JSON-LD, Open Graph, `meta` names, microdata, class words of bylines)
//! and no site. WeChat pages state their facts elsewhere.

mod address;
mod authors;
mod beside;
mod body;
mod credits;
mod dateline;
mod dates;
mod day;
mod facts;
mod json_ld;
mod label;
mod names;
mod pen;
mod reading;
mod seen;
mod setting;
mod shown;
mod sights;
mod stated;
mod title;

pub use body::{Stated, shown_letters};
pub(super) use dates::date_in;
pub use facts::facts;
