//! Integration tests: one binary, one file a topic.

mod fetch;
mod server;
