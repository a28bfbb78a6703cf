//! What a corpus holds: its articles counted by all that is known of them, and a page that shows the figures.
//!
//! [`count`] reads the articles that a filter wants once and keeps sums alone: what it needs grows with the names and lengths that
//! there are, never with the articles. [`page`] is a pure function of these sums. No clock: the same store gives the same
//! figures and the same page. This module must not know the network, HTML that strangers wrote, or files.

mod figures;
mod groups;
mod lengths;
mod month;
mod page;
mod plot;
mod said;
mod timeline;
mod words;

pub(crate) use figures::{Statistics, count};
pub(crate) use groups::{Group, MAX_ROWS, lengths, months, named};
pub(crate) use page::{STYLE, body, notes, page};
pub(crate) use said::{articles, number, percent};
