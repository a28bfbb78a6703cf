//! What is slow, or kills the process, holds nothing else back.

use std::fmt::Write as _;
use std::os::unix::process::ExitStatusExt;

use boji::seams::model::EntryStatus;

use crate::place::{Place, signal, source, wait_until, word_of};
use crate::server::{Reply, Server};
use crate::writing::{feed, page};

fn atom(server: &Server, things: &[&str]) -> Reply {
    let entries: Vec<_> = things.iter().map(|&thing| (server.url(&format!("/{thing}")), thing.to_owned())).collect();
    Reply::ok(feed("Shed", &entries, false)).header("Content-Type", "application/atom+xml")
}

fn html(body: String) -> Reply {
    Reply::ok(body).header("Content-Type", "text/html; charset=utf-8")
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_sources_do_not_keep_a_good_one_waiting() {
    let things = ["a", "b", "c", "d", "e"];
    let mut slow = Vec::new();
    for _ in 0..8 {
        let server = Server::start().await;
        server.on("/feed", [atom(&server, &things)]);
        for thing in things {
            server.on(&format!("/{thing}"), [Reply::new(503, "wait....").trickle(100)]);
        }
        slow.push(server);
    }
    let good = Server::start().await;
    good.on("/feed", [atom(&good, &["sacks"])]).on("/sacks", [html(page("sacks"))]);
    let mut sources: String = (0..8).map(|n| source(&format!("a{n}"), "feed", &slow[n].url("/feed"))).collect();
    sources += &source("z", "feed", &good.url("/feed"));
    let servers: Vec<&Server> = slow.iter().chain([&good]).collect();
    let place = Place::with_timeout(&servers, &sources, 60);
    let child = place.command(&["run", "-q"]).spawn().expect("started");
    wait_until("the good page is asked for", || good.paths().contains(&"/sacks".to_owned()));
    let third = slow.iter().filter(|server| server.paths().contains(&"/c".to_owned())).count();
    assert!(third < 8, "the good one had to wait until all slow ones were at their third page");
    assert_eq!(child.wait_with_output().expect("ended").status.code(), Some(3));
    assert_eq!(place.titles(), ["sacks"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_robots_of_a_host_lets_the_one_that_asks_for_it_go_on() {
    let (shed, yard, mill) = (Server::start().await, Server::start().await, Server::start().await);
    for (server, thing) in [(&shed, "sacks"), (&yard, "wheel")] {
        let moved = Reply::new(302, "moved.....").header("Location", mill.url(&format!("/{thing}"))).trickle(50);
        server.on("/feed", [atom(server, &["moved"])]).on("/moved", [moved]);
        mill.on(&format!("/{thing}"), [html(page(thing))]);
    }
    let sources = source("shed", "feed", &shed.url("/feed")) + &source("yard", "feed", &yard.url("/feed"));
    let place = Place::with_timeout(&[&shed, &yard, &mill], &sources, 60);
    let settings = std::fs::read_to_string(place.path("config/boji.toml")).expect("written");
    std::fs::write(place.path("config/boji.toml"), settings + "[run]\nconcurrency = 1\n").expect("written");
    let mut child = place.command(&["run", "-q"]).spawn().expect("started");
    wait_until("both are there", || child.try_wait().expect("a child").is_some());
    assert_eq!(place.titles(), ["sacks", "wheel"]);
}

/// A page that takes a while to clean.
fn long_page() -> String {
    let mut body = String::new();
    for number in 0..8_000 {
        let _ = write!(
            body,
            "<p>On day {number} the <b>mill</b> stood <i>still</i>, and nobody in the valley asked why it did, or whether it would.</p>"
        );
    }
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><title>long</title></head><body><article><h1>long</h1>{body}</article></body></html>"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_at_once_whatever_is_being_cleaned() {
    let server = Server::start().await;
    server.on("/feed", [atom(&server, &["long"])]).on("/long", [html(long_page())]);
    let place = Place::with_timeout(&[&server], &source("shed", "feed", &server.url("/feed")), 60);
    let child = place.command(&["run", "-q"]).spawn().expect("started");
    let entry = || place.entry("shed", &server.url("/long"));
    wait_until("the page came", || server.paths().contains(&"/long".to_owned()));
    wait_until("it is being read", || word_of(&entry()) == "started");
    signal(&child, "-INT");
    assert_eq!(child.wait_with_output().expect("ended").status.code(), Some(130));
    let entry = entry();
    assert_eq!((entry.status, word_of(&entry), entry.tries), (EntryStatus::Pending, "", 0), "no try was made");
    assert_eq!(place.boji(&["run", "-q"]).code, Some(0));
    assert_eq!(place.titles(), ["long"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_kills_the_process_is_passed_over() {
    let server = Server::start().await;
    server.on("/feed", [atom(&server, &["long", "sacks"])]);
    server.on("/long", [html(long_page())]).on("/sacks", [html(page("sacks"))]);
    let place = Place::with_timeout(&[&server], &source("shed", "feed", &server.url("/feed")), 60);
    let mut waits = Vec::new();
    for arguments in [["run", "-q"], ["run", "shed"]] {
        let asked = server.paths().iter().filter(|path| *path == "/long").count();
        let mut child = place.command(&arguments).spawn().expect("started");
        let entry = || place.entry("shed", &server.url("/long"));
        wait_until("the page came", || server.paths().iter().filter(|path| *path == "/long").count() > asked);
        wait_until("it is being read", || word_of(&entry()) == "started" && entry().tries as usize == asked + 1);
        child.kill().expect("killed");
        assert_eq!(child.wait().expect("ended").signal(), Some(9));
        waits.push(entry().next_due.as_seconds() - place.source("shed").1.last_tried.as_seconds());
    }
    assert!(waits[0] > 600 && waits[0] < 3_600, "once may be chance: {waits:?}");
    assert!(waits[1] > 6 * 86_400, "twice is not: {waits:?}");
    assert_eq!(place.boji(&["run", "-q"]).code, Some(0));
    assert_eq!(place.titles(), ["sacks"], "what is behind it comes");
}
