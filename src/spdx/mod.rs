//! Licences as SPDX calls them, from the words or the address by which a page states one.
//!
//! A pure function of the statement and of `config/licences.toml`. Nothing is guessed: where the words leave a doubt there is no identifier,
//! and who reads the record has the words.

mod address;
mod creative_commons;
mod phrase;
mod statement;
mod table;

pub(crate) use statement::spdx_identifier;
