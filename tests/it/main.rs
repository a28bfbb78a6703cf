//! Integration tests: one binary, one file a topic.

mod bad_input;
mod bad_store;
mod cli;
mod command;
mod config;
mod demo_day;
mod discover;
mod export;
mod feeds;
mod fetch;
mod filter;
mod html;
mod import;
mod layering;
mod opml;
mod readme;
mod server;
mod show;
mod store_contract;
mod wechat;
