//! Rows 35, 36 and 38 to 41: many feeds at once, hubs, older pages, changes alone, and one feed under two addresses.

use std::collections::BTreeSet;

use boji::seams::pipeline::{Errand, RunOptions, RunReport};
use boji_clean::model::Timestamp;

use super::{address, rss, short, telling};
use crate::place::{Place, source, wait_until};
use crate::scene::{BEGINNING, Given, Scene};
use crate::server::{Reply, Server};

// Row 35.
#[tokio::test]
async fn two_hundred_feeds_of_one_host_go_one_by_one_and_hold_nobody_back() {
    let scene = Scene::new();
    let add = |host: &str, count: usize| {
        for number in 0..count {
            let url = format!("https://{host}.example/{number}");
            scene.add_feed(&format!("{host}-{number}"), &url);
            scene.in_turn(&url, [Given::new(200, telling(host, [number as u32]))]);
        }
    };
    add("big", 200);
    for host in ["a", "b", "c", "d", "e"] {
        add(host, 3);
    }
    scene.run_due().await;
    let log = scene.log();
    let is_of_big = |url: &str| url.starts_with("https://big.");
    let big: Vec<i64> = log.iter().filter(|asked| is_of_big(&asked.url)).map(|asked| asked.at.as_millis()).collect();
    let addresses: BTreeSet<&str> = log.iter().map(|asked| asked.url.as_str()).collect();
    assert_eq!((log.len(), addresses.len(), big.len()), (215, 215, 200), "each is asked once");
    let gap = i64::from(scene.settings.fetch.host_gap_millis);
    assert!(gap >= 1_000 && big.windows(2).all(|pair| pair[1] - pair[0] >= gap));
    let last_of_others = log.iter().rposition(|asked| !is_of_big(&asked.url)).expect("some");
    assert!(last_of_others < 50, "the last of 15 elsewhere was request {last_of_others}");
}

// Row 36.
#[tokio::test]
async fn after_a_day_off_a_thousand_feeds_come_back_in_the_course_of_an_hour() {
    let scene = Scene::new();
    for number in 0..1_000 {
        let url = format!("https://host-{}.example/{number}", number % 100);
        scene.add_feed(&format!("f{number}"), &url);
        let whole = Given::new(200, telling("shed", [])).header("etag", "\"a\"");
        scene.in_turn(&url, [whole, Given::new(304, "")]);
    }
    scene.run_due().await;
    assert_eq!(scene.log().len(), 1_000);
    scene.clock.advance_to(Timestamp::from_seconds(BEGINNING + 25 * 3_600));
    let mut counts = Vec::new();
    for _ in 0..15 {
        let before = scene.log().len();
        scene.run_due().await;
        counts.push(scene.log().len() - before);
        scene.pass(300).await;
    }
    assert!(counts.iter().sum::<usize>() >= 1_000, "{counts:?}");
    assert!(counts.iter().all(|count| *count <= 300), "{counts:?}");
}

// Row 36.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_before_a_kill_is_not_asked_again() {
    let (server, slow) = (Server::start().await, Server::start().await);
    let atom = |name: &str| Reply::ok(telling(name, [1])).header("Content-Type", "application/atom+xml");
    let names = ["a", "b", "c", "d", "e"];
    let mut sources = source("slow", "feed", &slow.url("/feed"));
    for name in names {
        server.on(&format!("/{name}"), [atom(name)]);
        sources += &source(name, "feed", &server.url(&format!("/{name}")));
    }
    slow.on("/feed", [atom("slow").trickle(1_000), atom("slow")]);
    let place = Place::with_timeout(&[&server, &slow], &sources, 600);
    let mut child = place.command(&["run", "-q"]).spawn().expect("started");
    let all_are_asked = || server.log().len() == names.len() && !slow.log().is_empty();
    wait_until("all are asked", all_are_asked);
    wait_until("what came is stored", || {
        names.iter().all(|name| place.source(name).1.last_success > Timestamp::default())
    });
    child.kill().expect("killed");
    assert_eq!(child.wait().expect("ended").code(), None);
    assert_eq!(place.boji(&["run", "-q"]).code, Some(0));
    assert_eq!((server.log().len(), slow.log().len()), (5, 2));
    assert_eq!(place.titles(), ["a 1", "b 1", "c 1", "d 1", "e 1", "slow 1"]);
}

// Row 38.
#[tokio::test]
async fn a_hub_is_remembered_and_nothing_half_begun_with_it() {
    let scene = Scene::new();
    let hub = "https://hub.example/";
    let links =
        format!("<atom:link rel=\"hub\" href=\"{hub}\"/><atom:link rel=\"self\" href=\"{}\"/>", address("body"));
    scene.add_feed("body", &address("body"));
    scene.in_turn(&address("body"), [Given::new(200, rss("body", &links))]);
    scene.add_feed("header", &address("header"));
    let link = format!("<{hub}>; rel=\"hub\", <{}>; rel=\"self\"", address("header"));
    scene.in_turn(&address("header"), [short("header").header("link", link)]);
    scene.play([0, 61]).await;
    for site in ["body", "header"] {
        assert_eq!(scene.source(site).1.hub, hub, "{site}");
        assert_eq!(scene.requests(&address(site)).len(), 2, "{site}");
    }
    assert!(scene.requests(hub).is_empty());
}

async fn walk(scene: &Scene, id: &str) -> RunReport {
    let options = RunOptions { sources: vec![id.to_owned()], errand: Errand::Older(10), ..RunOptions::default() };
    scene.run_by(&scene.clock, &options).await
}

// Row 39.
#[tokio::test]
async fn older_pages_are_walked_on_request_once_and_never_in_a_circle() {
    for form in ["prev-archive", "next", "json"] {
        let scene = Scene::new();
        let url = |number: u32| format!("https://shed.example/pages/{number}");
        for number in 1..=3 {
            // The third leads back to the first.
            let next = url(number % 3 + 1);
            let atom = telling("shed", [number]);
            let given = match form {
                "json" => Given::new(
                    200,
                    serde_json::json!({
                        "version": "https://jsonfeed.org/version/1.1", "title": "Shed", "next_url": next,
                        "items": [{
                            "id": format!("j{number}"), "url": format!("https://shed.example/{number}"),
                            "title": format!("shed {number}"), "content_html": crate::writing::prose(&format!("page {number}")),
                        }],
                    })
                    .to_string(),
                ),
                _ => Given::new(200, atom.replacen("<id>", &format!("<link rel=\"{form}\" href=\"{next}\"/><id>"), 1)),
            };
            scene.in_turn(&url(number), [given]);
        }
        scene.add_feed("shed", &url(1));
        scene.play([0, 61]).await;
        assert_eq!(scene.asked(), [url(1), url(1)], "{form}: no poll walks");
        let from = scene.log().len();
        walk(&scene, "shed").await;
        assert_eq!(scene.asked(), [url(2), url(3)], "{form}");
        let walked: Vec<i64> = scene.log()[from..].iter().map(|asked| asked.at.as_millis()).collect();
        assert!(walked[1] - walked[0] >= i64::from(scene.settings.fetch.host_gap_millis), "{form}");
        assert_eq!(scene.titles(), ["shed 1", "shed 2", "shed 3"], "{form}");
        let again = walk(&scene, "shed").await;
        assert!(again.sources[0].has_no_older, "{form}");
        assert_eq!(scene.asked(), [""; 0], "{form}: nothing is asked for twice");
    }
}

// Row 40.
#[tokio::test]
async fn changes_alone_are_not_asked_for() {
    let scene = Scene::new();
    scene.add_feed("shed", &address("shed"));
    scene.on(&address("shed"), |asked| {
        let is_offered = asked.header("a-im").is_some();
        Ok(match (asked.is_conditional(), is_offered) {
            (false, _) => Given::new(200, telling("shed", [1, 2])).header("etag", "\"1\""),
            (true, true) => Given::new(226, telling("shed", [3])).header("im", "feed").header("etag", "\"2\""),
            (true, false) => Given::new(200, telling("shed", [1, 2, 3])).header("etag", "\"2\""),
        })
    });
    scene.play([0, 61, 122]).await;
    let requests = scene.requests(&address("shed"));
    assert!(requests.len() == 3 && requests.iter().all(|asked| asked.header("a-im").is_none()), "{requests:?}");
    assert_eq!(scene.titles(), ["shed 1", "shed 2", "shed 3"]);
}

// Row 41.
#[tokio::test(flavor = "multi_thread")]
async fn two_feeds_that_lead_to_one_address_are_asked_as_one_and_said_to_be() {
    for status in [301, 302] {
        let server = Server::start().await;
        for path in ["/one", "/two"] {
            server.on(path, [Reply::redirect(status, "/end")]);
        }
        let whole = Reply::ok(telling("shed", [1])).header("Content-Type", "application/atom+xml");
        let whole = whole.header("ETag", "\"e\"");
        server.on("/end", [whole.clone(), whole, Reply::new(304, "")]);
        let sources = source("one", "feed", &server.url("/one")) + &source("two", "feed", &server.url("/two"));
        let place = Place::new(&[&server], &sources);
        assert_eq!(place.boji(&["run"]).code, Some(0));
        let told = place.boji(&["run", "--all", "-v"]).stderr;
        let mut paths = server.paths();
        // Nobody knows yet in the first run, in which both go on side by side.
        paths[..4].sort();
        assert_eq!(paths, ["/end", "/end", "/one", "/two", "/one", "/end"], "{status}");
        assert!(told.contains("same feed as another"), "{status}: {told}");
        let status_says = place.boji(&["status"]).stdout;
        assert!(status_says.contains("two: same feed as one"), "{status}: {status_says}");
        assert_eq!(place.titles(), ["shed 1"], "{status}");
    }
}
