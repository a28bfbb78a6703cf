//! Integration tests: one binary, one file a topic.

mod clean;
mod config;
mod demo_day;
mod discover;
mod export;
mod feeds;
mod fetch;
mod html;
mod kill;
mod layering;
mod opml;
mod place;
mod replay;
mod run;
mod server;
mod store_contract;
mod wechat;
mod writing;
