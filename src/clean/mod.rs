//! Page to article: locate, blocks, boilerplate, metadata, normalise, render. Pure: no network, no store, no clock.

mod language;

pub use language::language;
pub mod blocks;
pub mod locate;
mod normalize;
pub mod render;

pub use normalize::{normalize, text as normal_text};
