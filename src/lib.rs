//! boji (簸箕, the winnowing basket) fetches WeChat and blog articles on a schedule, winnows the boilerplate from them,
//! keeps captures, articles and verdicts in an embedded store, and exports a cleaned corpus.
//!
//! The modules below stand in the order in which an article passes through them:
//!
//! | module | its part of the way |
//! |---|---|
//! | [`model`] | the nouns: `Source`, `Candidate`, `Capture`, `Block`, `Verdict`, `Article` |
//! | [`config`] | settings, sources and cleaning rules as typed TOML |
//! | [`fetch`] | bytes over HTTP, politely; or from a recording |
//! | [`parse`] | bytes to structure: charset, feeds, HTML, WeChat pages, Markdown archives, dates |
//! | [`discover`] | what is new at a source |
//! | [`clean`] | page to article: a pure function of the capture and the rules |
//! | [`dedup`] | new, revision, duplicate, refresh or unchanged |
//! | [`store`] | what is kept |
//! | [`export`] | the corpus: JSONL, Markdown tree, manifest |
//! | [`pipeline`] | the run that joins them |
//! | [`cli`] | commands, output, exit codes |
//!
//! ARCHITECTURE.md follows one article through all of them.

pub mod clean;
pub mod cli;
pub mod config;
pub mod dedup;
pub mod discover;
pub mod export;
pub mod fetch;
pub mod model;
pub mod parse;
pub mod pipeline;
pub mod store;
