//! Integration tests: one binary, one file a topic.

mod config;
mod discover;
mod layering;
mod store_contract;
mod wechat;
mod html;
mod fetch;
mod server;
