//! boji (簸箕, the winnowing basket) fetches WeChat and blog articles on a schedule, winnows the boilerplate from them,
//! keeps captures, articles and verdicts in an embedded store, and exports a cleaned corpus.
//!
//! This is the program. What makes an article of a page is a library of its own, `boji_clean`, which knows no network, no
//! store and no clock. The modules below stand in the order of their layers, the lowest first:
//!
//! | module | its part of the way |
//! |---|---|
//! | [`model`] | the nouns beside those of cleaning: `Source`, `Capture`, `Entry`, `Decision`, times to wait for |
//! | [`config`] | settings and sources as typed TOML, and where a person's own rules lie |
//! | [`search`] | what a search sees of a text, and how a query is read |
//! | [`fetch`] | bytes over HTTP, politely; or from a recording |
//! | [`discover`] | what is new at a source |
//! | [`dedup`] | new, revision, duplicate, refresh or unchanged |
//! | [`store`] | what is kept |
//! | [`export`] | the corpus: JSONL, Markdown tree, manifest |
//! | [`statistics`] | what a corpus holds, counted, and a page that shows it |
//! | [`pipeline`] | the run that joins them |
//! | [`inspect`] | what can be told of a store: how sources fare, what is wrong, why something came or did not |
//! | [`serve`] | the inspector: a local web page that shows all of it |
//! | [`cli`] | commands, output, exit codes |
//!
//! ARCHITECTURE.md follows one article through all of them.

mod cli;
mod config;
mod dedup;
mod discover;
mod export;
mod fetch;
mod inspect;
mod model;
mod pipeline;
#[doc(hidden)]
pub mod seams;
mod search;
mod serve;
mod spdx;
mod statistics;
mod store;

pub use cli::main;
