//! Integration tests: one binary, one file a topic.

mod config;
mod demo_day;
mod discover;
mod layering;
mod store_contract;
mod wechat;
mod html;
mod fetch;
mod server;
