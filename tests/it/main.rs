//! Integration tests: one binary, one file a topic.

#![allow(unreachable_pub, reason = "a binary has no outside: `pub` tells here what one topic gives to another")]

mod add;
mod bad_input;
mod bad_store;
mod claims;
mod cli;
mod clock;
mod command;
mod config;
mod containers;
mod contract;
#[cfg(target_os = "linux")]
mod daemon;
mod dataset;
mod demo_day;
mod discover;
mod doctor;
mod dolma;
mod duplicates;
mod export;
mod fair;
mod fetch;
mod filter;
mod fuzz_containers;
mod habit;
mod held;
mod histories;
#[cfg(unix)]
mod hooks;
mod identity;
mod import;
mod join_pages;
mod kill;
mod layering;
mod list_pages;
mod listed;
mod log;
mod looks;
mod manners;
mod old_store;
mod one_page;
mod own;
mod own_words;
#[cfg(target_os = "linux")]
mod packaging;
mod pictures;
mod place;
mod readme;
mod reclean;
mod redact;
mod replay;
mod rule;
mod run;
mod scene;
mod search;
mod series;
mod serve;
mod server;
mod show;
mod signals;
mod sitemaps;
mod stats;
mod status;
mod store_contract;
mod upkeep;
mod web_archives;
mod why;
mod withheld;
mod writing;
