//! `boji status --check` says what is wrong and nothing else, and `--prometheus` gives numbers to a monitor.

use std::fs;

use boji::seams::dedup::decide;
use boji::seams::model::SourceState;
use boji::seams::store::{Access, Batch, SqliteStore, Store};
use boji_clean::model::Timestamp;

use crate::command::{self, DATABASE};
use crate::place::{Place, source};
use crate::server::{Reply, Server};
use crate::writing::feed;

const DAY: i64 = 86_400;

fn atom(body: String) -> Reply {
    Reply::ok(body).header("Content-Type", "application/atom+xml")
}

/// Two feeds that answer, of which one never has an entry when it is called silent.
async fn place(silent: bool) -> (Server, Place) {
    let server = Server::start().await;
    let named = vec![(server.url("/sacks"), "sacks".to_owned())];
    let few = if silent { Vec::new() } else { vec![(server.url("/sieves"), "sieves".to_owned())] };
    server.on("/shed", [atom(feed("Shed", &named, true))]).on("/mill", [atom(feed("Mill", &few, true))]);
    let sources = source("shed", "feed", &server.url("/shed")) + &source("mill", "feed", &server.url("/mill"));
    let place = Place::new(&[&server], &sources);
    place.boji(&["run", "-q"]);
    (server, place)
}

/// Lets a source have been asked, and be due, so many days ago.
fn asked_days_ago(place: &Place, id: &str, days: i64) {
    let state = place.source(id).1;
    let at = state.last_tried.plus_seconds(-days * DAY);
    put(place, id, SourceState { last_tried: at, last_success: at, next_due: at.plus_seconds(3_600), ..state });
}

fn put(place: &Place, id: &str, state: SourceState) {
    let batch = Batch { source_states: vec![(id.to_owned(), state)], ..Batch::default() };
    let mut store = SqliteStore::open(&place.path("data/boji.db"), Access::Write).expect("a store");
    store.commit(&batch, &decide).expect("stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_is_silent_when_all_is_well() {
    let (_server, place) = place(false).await;
    let check = place.boji(&["status", "--check"]);
    assert_eq!((check.code, check.stdout.as_str(), check.stderr.as_str()), (Some(0), "", ""));
    let json = place.boji(&["status", "--check", "--json"]);
    assert_eq!((json.code, &json.json()["schema"]), (Some(0), &1.into()), "as JSON it is always told");
    let source = json.json()["sources"][0].take();
    assert!(
        source["next_due"].as_str().expect("a time").ends_with('Z') && source["interval_seconds"].is_i64(),
        "{source}"
    );
    assert!(place.boji(&["status"]).stdout.starts_with("articles  2 "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_names_a_feed_without_entries_and_one_that_is_gone() {
    let (_server, place) = place(true).await;
    put(&place, "shed", SourceState { gone: true, ..place.source("shed").1 });
    let check = place.boji(&["status", "--check"]);
    assert_eq!(check.code, Some(5), "{check:?}");
    let lines: Vec<&str> = check.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("source mill has always answered, and never named an article; see "), "{lines:?}");
    assert!(lines[1].starts_with("source shed is gone: ") && lines[1].contains("`boji retry shed`"), "{lines:?}");
    let kinds: Vec<String> = place.boji(&["status", "--check", "--json"]).json()["problems"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|problem| format!("{} {}", problem["kind"], problem["source"]))
        .collect();
    assert_eq!(kinds, ["\"silent\" \"mill\"", "\"gone\" \"shed\""]);
    assert_eq!(place.boji(&["status"]).code, Some(0), "without --check it is told, and no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_notices_that_nobody_polls() {
    let (_server, place) = place(false).await;
    asked_days_ago(&place, "shed", 20);
    let check = place.boji(&["status", "--check"]);
    assert_eq!(check.code, Some(5), "{check:?}");
    assert!(check.stdout.starts_with("source shed is due since 2") && check.stdout.lines().count() == 1, "{check:?}");
    asked_days_ago(&place, "mill", 20);
    let check = place.boji(&["status", "--check"]);
    assert_eq!(check.code, Some(5), "{check:?}");
    assert!(check.stdout.contains("though 2 sources are due; see whether cron"), "{check:?}");
    assert_eq!(check.stdout.lines().count(), 1, "one for all: {check:?}");
}

#[test]
fn a_check_of_a_damaged_database_ends_with_5_and_one_without_any_with_10() {
    let place = command::Place::new();
    place.boji(&["status", "--check"]).with_code(10);
    place.write(DATABASE, "these are the accounts of the mill, not a database".repeat(100));
    let check = place.boji(&["status", "--check"]).with_code(5);
    assert!(check.out.contains("is not a boji database; ") && check.err.is_empty(), "{check:?}");
    let json = place.boji(&["status", "--check", "--json"]).with_code(5).json();
    assert_eq!(json[0]["problems"][0]["kind"], "database");
    place.boji(&["status"]).with_code(1);

    let place = command::stocked();
    let database = place.path(DATABASE);
    let mut bytes = fs::read(&database).expect("readable");
    for byte in bytes.iter_mut().skip(4_096) {
        *byte = 0x55;
    }
    fs::write(&database, bytes).expect("written");
    for beside in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{beside}", database.display()));
    }
    let check = place.boji(&["status", "--check"]).with_code(5);
    assert!(check.out.lines().all(|line| line.contains("; ")) && !check.out.is_empty(), "{check:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_written_for_a_collector() {
    let (_server, place) = place(false).await;
    let file = place.path("boji.prom");
    let name = file.to_str().expect("a path");
    let ran = place.boji(&["status", "--prometheus", name]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", ""));
    let metrics = fs::read_to_string(&file).expect("readable");
    let success: Timestamp = place.source("shed").1.last_success;
    let line = format!("boji_source_last_success_timestamp_seconds{{source=\"shed\"}} {}\n", success.as_seconds());
    assert!(metrics.contains("\nboji_articles 2\n") && metrics.contains(&line), "{metrics}");
    place.boji(&["status", "--check", "--prometheus", name]);
    assert_eq!(fs::read_to_string(&file).expect("readable"), metrics, "equal stores give equal bytes");
    let beside =
        fs::read_dir(place.path("")).expect("readable").filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    assert_eq!(
        beside.filter(|name| name.contains(".prom")).collect::<Vec<_>>(),
        ["boji.prom"],
        "nothing is left beside it"
    );
    let nowhere = place.boji(&["status", "--prometheus", "no/such/folder/boji.prom"]);
    assert_eq!(nowhere.code, Some(1));
    assert!(nowhere.stderr.contains("hint: "), "{nowhere:?}");
}
