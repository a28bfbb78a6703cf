//! Integration tests: one binary, one file a topic.

mod clean;
mod config;
mod demo_day;
mod discover;
mod export;
mod fetch;
mod html;
mod layering;
mod server;
mod store_contract;
mod wechat;
