//! What cleaning makes of pages, archives and feeds: one binary, one file a topic. The fixtures are those of the program.

#![allow(unreachable_pub, reason = "a binary has no outside: `pub` tells here what one topic gives to another")]

mod archive;
#[path = "../../../../fuzz/checks/mod.rs"]
mod checks;
mod classifiers;
mod clean;
mod cleaner;
mod feeds;
mod forms;
mod fuzz_corpus;
mod headers;
mod html;
mod locate;
mod markdown;
mod opml;
mod own_rules;
mod sites;
mod wechat;
mod whole_page;
mod wording;
