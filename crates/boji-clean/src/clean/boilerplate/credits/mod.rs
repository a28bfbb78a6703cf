//! Credits: who had which part in making an article, as its lines name them.
//!
//! A line is read by itself: roles, signs and names to its end ([`parse`]), or what would be credits if others stood beside
//! it ([`beside_others`]). Must not know what stands there.

mod line;
mod marks;
mod names;
mod roles;

pub(super) use line::{Credit, KNOWN_AROUND, Standing, beside_others, parse};
pub(super) use marks::bare;
pub(super) use roles::is_author;
