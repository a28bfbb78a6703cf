//! Page to article: locate, blocks, boilerplate, metadata, normalise, render. Pure: no network, no store, no clock.

mod boilerplate;
mod normalize;
pub mod render;

pub use boilerplate::{Fields, Judged, judge};
pub use normalize::{normalize, text as normal_text};
