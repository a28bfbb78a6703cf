//! The contract of `Store`: each case runs on a store in memory and on one in a file.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod aliases;
mod articles;
mod captures;
mod decisions;
mod dumps;
mod entries;
mod files;
mod history;
mod lessons;
mod lists;
mod make;
mod near;
mod pictures;
mod refresh;
mod rulings;
mod searches;
mod sources;
mod twins;
mod withheld;

use boji::seams::store::{Access, SqliteStore, Store};

type Case = (&'static str, fn(&mut dyn Store));

const TOPICS: [&[Case]; 16] = [
    sources::CASES,
    decisions::CASES,
    refresh::CASES,
    articles::CASES,
    aliases::CASES,
    lists::CASES,
    entries::CASES,
    lessons::CASES,
    rulings::CASES,
    captures::CASES,
    history::CASES,
    dumps::CASES,
    searches::CASES,
    withheld::CASES,
    near::CASES,
    pictures::CASES,
];

#[test]
fn a_store_in_memory_keeps_the_contract() {
    for (name, case) in TOPICS.concat() {
        let mut store = SqliteStore::in_memory().unwrap();
        case(&mut store);
        assert_eq!(store.check().unwrap(), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn a_store_in_a_file_keeps_the_contract() {
    for (name, case) in TOPICS.concat() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = SqliteStore::open(&folder.path().join("boji.db"), Access::Write).unwrap();
        case(&mut store);
        assert_eq!(store.check().unwrap(), Vec::<String>::new(), "{name}");
    }
}
