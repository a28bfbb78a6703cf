//! Page to article: locate, blocks, boilerplate, metadata, normalise, render. Pure: no network, no store, no clock.

pub mod blocks;
mod language;
pub mod locate;
pub mod web_facts;

pub use language::language;
