//! Integration tests: one binary, one file a topic.

mod layering;
mod store_contract;
mod wechat;
mod html;
