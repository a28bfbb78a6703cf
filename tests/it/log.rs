//! What the program tells of its decisions when it is asked to, over a replayed day.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::place::{Place, Ran};

fn demo(arguments: &[&str]) -> (Place, Ran) {
    let place = Place::new(&[], "");
    let ran = place.boji(&[arguments, &["demo", "--to", "day"]].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    (place, ran)
}

/// The events of a log in JSON, by their message.
fn events(log: &str) -> BTreeMap<String, Vec<Value>> {
    let mut events: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in log.lines() {
        let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let message = event["message"].as_str().unwrap_or_default().to_owned();
        events.entry(message).or_default().push(event);
    }
    events
}

#[test]
fn one_v_tells_why_each_source_takes_part_and_what_it_gave() {
    let (_place, ran) = demo(&["-v", "--log-format", "json"]);
    let events = events(&ran.stderr);
    let sources = |message: &str| -> BTreeSet<&str> {
        events[message].iter().map(|event| event["source"].as_str().unwrap_or_default()).collect()
    };
    let due = sources("source is due");
    assert!(due.contains("nuts-bolts") && due.contains("tiangeng-album"), "{due:?}");
    assert_eq!(due, sources("source is done"));
    for event in &events["source is due"] {
        assert_eq!(event["reason"], "new", "{event}");
    }
    for event in &events["source is done"] {
        let told = event["next_due"].is_string() && event["new"].is_u64() && event["result"].is_string();
        assert!(told, "{event}");
    }
    assert!(!events.contains_key("request"), "requests are told at -vv");
}

#[test]
fn two_v_tell_each_request_wait_page_and_decision() {
    let (_place, ran) = demo(&["-vv", "--log-format", "json"]);
    let events = events(&ran.stderr);
    for message in ["request", "redirect", "robots.txt", "wait for the host's turn", "the host is left alone"] {
        assert!(events.contains_key(message), "no {message} in {:?}", events.keys());
    }
    let states: BTreeSet<&str> =
        events["page is read"].iter().map(|event| event["state"].as_str().unwrap_or_default()).collect();
    assert!(["article", "blocked", "deleted"].iter().all(|state| states.contains(state)), "{states:?}");
    for field in ["root", "rival", "title_from", "authors_from", "published_from"] {
        let told = |event: &Value| event[field].as_str().is_some_and(|text| !text.is_empty());
        assert!(events["page is read"].iter().any(told), "no page tells its {field}");
    }
    let decisions: BTreeSet<&str> =
        events["article is decided"].iter().map(|event| event["decision"].as_str().unwrap_or_default()).collect();
    assert!(decisions.contains("new") && decisions.contains("duplicate"), "{decisions:?}");
    assert!(events["article is decided"].iter().all(|event| event["reason"].is_string()));
}

#[test]
fn without_v_nothing_is_logged_and_text_is_for_people() {
    let (_place, ran) = demo(&[]);
    assert!(!ran.stderr.contains("source is due"), "{}", ran.stderr);
    let (_place, ran) = demo(&["-v"]);
    let line = ran.stderr.lines().find(|line| line.contains("source is done")).expect("a line");
    assert!(line.contains("source=\"") && line.contains("next_due=") && !line.contains('\u{1b}'), "{line}");
}
