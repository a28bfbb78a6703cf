//! What an ordinary page says about itself: title, authors, dates, site, licence. Nothing is guessed.
//!
//! It knows the vocabularies that pages share (JSON-LD, Open Graph, `meta` names, microdata, class words of bylines)
//! and no site. WeChat pages state their facts elsewhere.

mod authors;
mod date_reading;
mod dates;
mod facts;
mod json_ld;
mod names;
mod page_text;
mod shown_dates;
mod title;

pub(super) use dates::date_in;
pub use facts::facts;
pub use json_ld::{StatedBody, shown_letters};
