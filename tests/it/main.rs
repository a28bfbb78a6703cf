//! Integration tests: one binary, one file a topic.

mod clean;
mod config;
mod demo_day;
mod discover;
mod export;
mod feeds;
mod fetch;
mod html;
mod layering;
mod opml;
mod server;
mod store_contract;
mod wechat;
