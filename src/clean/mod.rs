//! Page to article: locate, blocks, boilerplate, metadata, normalise, render. Pure: no network, no store, no clock.

mod normalize;
pub mod render;

pub use normalize::{normalize, text as normal_text};
