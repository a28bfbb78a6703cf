//! Feeds of every kind and state to candidates: RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed.
//!
//! A feed is decoded, written anew as well-formed XML with an index of its fields ([`repair`]), and read by feed-rs.
//! Where that loses entries, the index itself steps in. No stage knows network, store or clock.

mod bounded_json;
mod draft;
mod element;
mod excerpt;
mod json;
mod links;
mod markup;
mod outline;
mod output;
mod parse;
mod repair;
mod rhythm;
mod text;
mod zone;

pub use links::{FeedLink, find_feed_links, without_feed_scheme};
pub(in crate::parse) use markup::{Markup, Tag, decode_entities, read_markup};
pub(super) use parse::looks_like_feed;
pub use parse::{Feed, NotAFeed, parse_feed};
pub use rhythm::Rhythm;
