//! Integration tests: one binary, one file a topic.

mod bad_input;
mod bad_store;
#[path = "../../fuzz/checks/mod.rs"]
mod checks;
mod clean;
mod cli;
mod command;
mod config;
mod demo_day;
mod discover;
mod export;
mod feeds;
mod fetch;
mod filter;
mod fuzz_corpus;
mod html;
mod identity;
mod import;
mod kill;
mod layering;
mod locate;
mod markdown;
mod opml;
mod place;
mod readme;
mod reclean;
mod replay;
mod rule;
mod run;
mod server;
mod show;
mod sites;
mod store_contract;
mod wechat;
mod wording;
mod writing;
