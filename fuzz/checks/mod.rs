//! What has to hold for any bytes that come through a door. Each check takes raw bytes and panics when something does
//! not hold; the fuzz targets call it, and so does the stable test that replays all seeds and mutates them a little.

pub mod blocks;
pub mod cleaner;
pub mod headers;
pub mod invariants;
pub mod judge;
pub mod literal;
pub mod markdown;
pub mod mutate;
mod notation;
pub mod page_data;
pub mod prepass;
pub mod wechat_page;
