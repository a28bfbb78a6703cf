//! Integration tests: one binary, one file a topic.

mod html;
mod layering;
mod store_contract;
mod wechat;
