//! The text of an article that stands in the data of a page's scripts: `__NEXT_DATA__`, `__NUXT__`, `__INITIAL_STATE__`, Apollo's store, the
//! rows that React streams, Markdown in a script. No script is run and no structure is believed: what counts are the strings.

mod choose;
mod literals;

pub(super) use choose::embedded;
