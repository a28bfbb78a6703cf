//! Sources and their states.

use boji::seams::model::{HostState, Schedule, Source, SourceState};
use boji::seams::store::{Batch, Store, StoreError};

use super::Case;
use super::make::{at, capture, commit, decide, dump, entry, fetch, source, state, submission};

pub const CASES: &[Case] = &[
    ("a source is put, replaced and removed", sources),
    ("a replaced source keeps its state", replaced_source_keeps_its_state),
    ("a state or an entry needs its source", unknown_source_changes_nothing),
];

fn sources(store: &mut dyn Store) {
    assert!(store.put_source(&source("b")).unwrap());
    assert!(store.put_source(&source("a")).unwrap());
    let renamed = Source { name: "Other".into(), schedule: Schedule::Cron("0 6 * * *".into()), ..source("b") };
    assert!(!store.put_source(&renamed).unwrap());
    let listed: Vec<Source> = store.sources().unwrap().into_iter().map(|(source, _)| source).collect();
    assert_eq!(listed, [source("a"), renamed]);

    commit(store, vec![submission("https://a.example/1", "words")]);
    let batch = Batch { entries: vec![entry("a", "1", 10), entry("b", "1", 10)], ..Batch::default() };
    store.commit(&batch, &decide).unwrap();
    assert!(store.remove_source("a").unwrap());
    assert!(!store.remove_source("a").unwrap());
    assert_eq!(store.entry("a", "1").unwrap(), None);
    assert_eq!(store.entry("b", "1").unwrap(), Some(entry("b", "1", 10)));
    assert_eq!(store.counts(at(0)).unwrap().articles, 1);
}

fn replaced_source_keeps_its_state(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    assert_eq!(store.sources().unwrap()[0].1, SourceState::default());
    let state = state();
    let batch = Batch { source_states: vec![("a".into(), state.clone())], ..Batch::default() };
    store.commit(&batch, &decide).unwrap();
    store.put_source(&Source { enabled: false, ..source("a") }).unwrap();
    assert_eq!(store.sources().unwrap(), [(Source { enabled: false, ..source("a") }, state)]);
}

fn unknown_source_changes_nothing(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    let good = Batch {
        captures: vec![("a".into(), capture("https://a.example/1", b"body"))],
        articles: vec![submission("https://a.example/1", "words")],
        entries: vec![entry("a", "1", 10)],
        fetches: vec![fetch("a", 10)],
        hosts: vec![HostState { host: "a.example".into(), ..HostState::default() }],
        ..Batch::default()
    };
    let empty = dump(store);
    let mut entries = good.clone();
    entries.entries.push(entry("nobody", "1", 10));
    let mut states = good.clone();
    states.source_states.push(("nobody".into(), SourceState::default()));
    for bad in [entries, states] {
        let error = store.commit(&bad, &decide).unwrap_err();
        assert!(matches!(&error, StoreError::UnknownSource { id } if id == "nobody"), "{error}");
        assert_eq!(dump(store), empty);
    }
    store.commit(&good, &decide).unwrap();
    assert_ne!(dump(store), empty);
}
