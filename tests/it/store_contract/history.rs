//! The history of fetches, and the hosts.

use boji::seams::model::HostState;
use boji::seams::store::{Batch, Store};

use super::Case;
use super::make::{at, decide, fetch};

pub const CASES: &[Case] = &[
    ("history has an order and a limit", history),
    ("history is found by the addresses that were asked", history_of_addresses),
    ("hosts are replaced by name", hosts),
];

fn history(store: &mut dyn Store) {
    let fetches = vec![fetch("b", 30), fetch("a", 30), fetch("a", 10), fetch("a", 20), fetch("a", 20)];
    store.commit(&Batch { fetches, ..Batch::default() }, &decide).unwrap();
    let list = |source_id, limit| -> Vec<(String, i64)> {
        let fetches = store.history(source_id, limit).unwrap();
        fetches.into_iter().map(|fetch| (fetch.source_id, fetch.at.as_seconds())).collect()
    };
    let row = |id: &str, seconds| (id.to_owned(), seconds);
    assert_eq!(list(None, 99), [row("a", 10), row("a", 20), row("a", 20), row("a", 30), row("b", 30)]);
    assert_eq!(list(None, 2), [row("a", 30), row("b", 30)]);
    assert_eq!(list(Some("a"), 2), [row("a", 20), row("a", 30)]);
    assert!(list(Some("c"), 2).is_empty());
    assert!(list(None, 0).is_empty());
    assert_eq!(store.history(Some("b"), 9).unwrap(), [fetch("b", 30)]);
}

fn history_of_addresses(store: &mut dyn Store) {
    let fetches = vec![fetch("b", 30), fetch("a", 10), fetch("a", 20), fetch("c", 25)];
    store.commit(&Batch { fetches, ..Batch::default() }, &decide).unwrap();
    let list = |addresses: &[&str], limit| -> Vec<i64> {
        let addresses: Vec<String> = addresses.iter().map(|&address| address.to_owned()).collect();
        let fetches = store.history_of(&addresses, limit).unwrap();
        fetches.into_iter().map(|fetch| fetch.at.as_seconds()).collect()
    };
    assert_eq!(list(&["https://a.example/"], 9), [10, 20]);
    assert_eq!(list(&["https://a.example/", "https://b.example/"], 2), [20, 30]);
    assert!(list(&["https://a.example"], 9).is_empty(), "letter by letter");
    assert!(list(&[], 9).is_empty());
}

fn hosts(store: &mut dyn Store) {
    let host = |name: &str, strikes| HostState {
        host: name.into(),
        not_before: at(7),
        reason: "captcha".into(),
        rests_since: at(5),
        strikes,
        robots: Some("User-agent: *\nDisallow: /\n".into()),
        robots_status: 200,
        robots_at: at(6),
        day: "2026-11-24".into(),
        requests_today: 12,
    };
    let plain = HostState { host: "a.example:81".into(), ..HostState::default() };
    for hosts in [vec![host("b.example", 1), plain.clone()], vec![host("b.example", 2)]] {
        store.commit(&Batch { hosts, ..Batch::default() }, &decide).unwrap();
    }
    assert_eq!(store.hosts().unwrap(), [plain, host("b.example", 2)]);
}
