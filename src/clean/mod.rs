//! Page to article: locate, blocks, boilerplate, metadata, normalise, render. Pure: no network, no store, no clock.

pub mod blocks;
pub mod locate;
