//! Integration tests: one binary, one file a topic.

mod config;
mod discover;
mod export;
mod html;
mod layering;
mod store_contract;
mod wechat;
