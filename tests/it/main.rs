//! Integration tests: one binary, one file a topic.

mod config;
mod discover;
mod fetch;
mod html;
mod layering;
mod server;
mod store_contract;
mod wechat;
