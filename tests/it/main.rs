//! Integration tests: one binary, one file a topic.
mod feeds;
mod opml;
