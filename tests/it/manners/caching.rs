//! Rows 1 to 13: validators, freshness, and what a feed says of its own rhythm.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use boji_clean::model::Timestamp;

use super::{DAY, HOUR, HTTP_DATE, address, every, gaps, rss, short, telling, validators, written};
use crate::place::Place;
use crate::scene::{BEGINNING, Given, Scene};
use crate::server::{Reply, Server};

const DATE: &str = "Tue, 24 Nov 2026 08:49:37 GMT";

/// Adds the feed of each site, polled every hour.
fn subscribe(scene: &Scene, sites: &[&str]) {
    for site in sites {
        scene.add_feed(site, &address(site));
    }
}

// Row 1.
#[tokio::test]
async fn both_validators_go_back_in_whatever_form_they_came() {
    let forms = [
        ("plain", "\"plain-1\"", DATE),
        ("weak", "W/\"weak-2\"", DATE),
        ("unquoted", "abc-123", DATE),
        ("blanks", "\"a b, c;\\d\"", DATE),
        ("empty", "\"\"", DATE),
        ("zoned", "\"d\"", "Tuesday, 24-Nov-26 8:49:37 +0800"),
        ("undated", "\"n\"", "yesterday"),
    ];
    let scene = Scene::new();
    for (site, etag, date) in forms {
        subscribe(&scene, &[site]);
        let whole = short(site).header("etag", etag).header("last-modified", date);
        scene.in_turn(&address(site), [whole, Given::new(304, "")]);
    }
    scene.play([0, 61]).await;
    for (site, etag, date) in forms {
        let sent = scene.requests(&address(site));
        assert_eq!(sent.len(), 2, "{site}");
        assert_eq!(validators(&sent[1]), (Some(etag), Some(date)), "{site}");
    }
}

// Row 2.
#[tokio::test]
async fn of_two_validators_only_the_one_that_was_given_is_sent() {
    let scene = Scene::new();
    subscribe(&scene, &["tag", "date", "neither"]);
    scene.in_turn(&address("tag"), [short("tag").header("etag", "\"only\"")]);
    scene.in_turn(&address("date"), [short("date").header("last-modified", DATE)]);
    scene.in_turn(&address("neither"), [short("neither")]);
    scene.play([0, 61, 122]).await;
    for (site, want) in [("tag", (Some("\"only\""), None)), ("date", (None, Some(DATE))), ("neither", (None, None))] {
        let requests = scene.requests(&address(site));
        let sent: Vec<_> = requests.iter().map(validators).collect();
        assert_eq!(sent, [(None, None), want, want], "{site}");
    }
}

// Row 3.
#[tokio::test(flavor = "multi_thread")]
async fn a_feed_is_asked_without_validators_once_whoever_added_it() {
    let server = Server::start().await;
    let url = server.url("/feed");
    let whole =
        Reply::ok(telling("shed", [1])).header("ETag", "\"first\"").header("Content-Type", "application/atom+xml");
    server.on("/feed", [whole, Reply::new(304, "")]);
    let place = Place::new(&[&server], "");
    for command in [&["add", &*url, "--id", "shed"][..], &["run"], &["run", "--all"], &["run", "shed"]] {
        let ran = place.boji(command);
        assert_eq!(ran.code, Some(0), "{command:?}: {ran:?}");
    }
    let log = server.log();
    let sent: Vec<_> =
        log.iter().filter(|asked| asked.path == "/feed").map(|asked| asked.header("if-none-match")).collect();
    assert_eq!(sent, [None, Some("\"first\""), Some("\"first\"")], "what `add` asked counts");
    assert_eq!(place.titles(), ["shed 1"]);
}

// Row 4.
#[tokio::test]
async fn a_new_etag_of_the_same_body_is_the_one_that_is_sent() {
    let scene = Scene::new();
    subscribe(&scene, &["shed"]);
    let tagged = |number: u32| short("shed").header("etag", format!("\"v{number}\""));
    scene.in_turn(&address("shed"), [1, 2, 3, 4].map(tagged));
    scene.play([0, 61, 122, 183]).await;
    let requests = scene.requests(&address("shed"));
    let sent: Vec<_> = requests.iter().map(|asked| asked.header("if-none-match")).collect();
    assert_eq!(sent, [None, Some("\"v1\""), Some("\"v2\""), Some("\"v3\"")]);
}

// Row 5.
#[tokio::test]
async fn a_304_renews_validators_and_freshness_and_takes_nothing_away() {
    let scene = Scene::new();
    subscribe(&scene, &["shed"]);
    let (old, new) = (DATE, "Wed, 25 Nov 2026 08:49:37 GMT");
    let whole = Given::new(200, telling("shed", 1..4)).header("etag", "\"a\"").header("last-modified", old);
    let renewed = Given::new(304, "").header("etag", "\"b\"").header("last-modified", new);
    scene.in_turn(&address("shed"), [whole, renewed.header("cache-control", "max-age=7200")]);
    scene.play([0, 61, 122, 180, 182]).await;
    assert_eq!(scene.minutes(&address("shed")), [0, 61, 182]);
    let requests = scene.requests(&address("shed"));
    let sent: Vec<_> = requests.iter().map(validators).collect();
    assert_eq!(sent, [(None, None), (Some("\"a\""), Some(old)), (Some("\"b\""), Some(new))]);
    assert_eq!(scene.titles(), ["shed 1", "shed 2", "shed 3"]);
}

// Row 6.
#[tokio::test]
async fn a_304_that_says_nothing_leaves_the_validators_as_they_are() {
    let scene = Scene::new();
    subscribe(&scene, &["shed"]);
    let whole = short("shed").header("etag", "\"a\"").header("last-modified", DATE);
    scene.in_turn(&address("shed"), [whole, Given::new(304, "")]);
    scene.play([0, 61, 122, 183]).await;
    let requests = scene.requests(&address("shed"));
    let sent: Vec<_> = requests.iter().skip(1).map(validators).collect();
    assert_eq!(sent, [(Some("\"a\""), Some(DATE)); 3]);
}

// Row 7. The stated time is four weeks (`BELIEVED_DAYS`).
#[tokio::test]
async fn validators_that_never_change_hide_what_is_new_for_a_month_at_most() {
    let future = written(BEGINNING + 400 * DAY, HTTP_DATE);
    let cases = [
        ("past", None, "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("far", None, "Tue, 19 Jan 2038 03:14:07 GMT"),
        ("future", None, &future),
        ("frozen", Some("\"frozen\""), DATE),
    ];
    let scene = Scene::new();
    let has_grown = Arc::new(AtomicBool::new(false));
    for (site, etag, date) in cases {
        subscribe(&scene, &[site]);
        let (grown, etag, date) = (Arc::clone(&has_grown), etag.map(str::to_owned), date.to_owned());
        scene.on(&address(site), move |asked| {
            let numbers = 1..if grown.load(Ordering::SeqCst) { 3 } else { 2 };
            let given =
                if asked.is_conditional() { Given::new(304, "") } else { Given::new(200, telling(site, numbers)) };
            let given = given.header("last-modified", &date).header("expires", "0");
            Ok(etag.iter().fold(given, |given, etag| given.header("etag", etag)))
        });
    }
    scene.play([0]).await;
    has_grown.store(true, Ordering::SeqCst);
    scene.play(every(6 * 60, 6 * 60..31 * 1_440)).await;
    for (site, ..) in cases {
        assert!(scene.titles().contains(&format!("{site} 2")), "{site}: {:?}", scene.titles());
        let whole = scene.requests(&address(site)).iter().filter(|asked| !asked.is_conditional()).count();
        assert_eq!(whole, 2, "{site}: the first request and one more");
    }
}

// Row 8. Each run is a process of its own here: what is not in the store is forgotten.
#[tokio::test]
async fn an_answer_that_stays_fresh_for_two_hours_is_not_asked_for_again_before() {
    let scene = Scene::new();
    subscribe(&scene, &["shed"]);
    scene.in_turn(&address("shed"), [short("shed").header("cache-control", "public, max-age=7200")]);
    scene.play([0, 30, 72, 116, 119, 121, 180, 240, 242]).await;
    assert_eq!(scene.minutes(&address("shed")), [0, 121, 242]);
}

// Row 9.
#[tokio::test]
async fn the_age_of_an_answer_shortens_its_freshness_on_a_304_too() {
    let scene = Scene::new();
    subscribe(&scene, &["whole", "same"]);
    let aged = |given: Given, age: &str| given.header("cache-control", "max-age=9000").header("age", age);
    scene.in_turn(&address("whole"), [aged(short("whole"), "3600")]);
    let first = short("same").header("etag", "\"a\"");
    scene.in_turn(&address("same"), [first, aged(Given::new(304, ""), "1800")]);
    scene.play([0, 61, 89, 91, 178, 182]).await;
    assert_eq!(scene.minutes(&address("whole")), [0, 91, 182], "9,000 s less an hour");
    assert_eq!(scene.minutes(&address("same")), [0, 61, 182], "9,000 s less half an hour");
}

// Row 10.
#[tokio::test]
async fn a_year_of_freshness_is_cut_to_the_ceiling_and_told() {
    let scene = Scene::new();
    subscribe(&scene, &["shed"]);
    scene.in_turn(&address("shed"), [short("shed").header("cache-control", "max-age=31536000")]);
    let report = scene.run_due().await;
    assert!(report.sources[0].oddities[0].contains("8760 h of rest"), "{:?}", report.sources[0].oddities);
    let ceiling = i64::from(scene.settings.run.server_wait_ceiling_hours) * 60;
    scene.play([ceiling - 60, ceiling + 1]).await;
    assert_eq!(scene.minutes(&address("shed")), [0, ceiling + 1]);
}

// Row 11.
#[tokio::test]
async fn what_is_not_to_be_cached_is_polled_in_the_usual_interval() {
    let scene = Scene::new();
    let cases = [
        ("unstored", "no-store"),
        ("private", "private, max-age=60"),
        ("checked", "no-cache"),
        ("all", "no-store, max-age=0, must-revalidate"),
    ];
    for (site, value) in cases {
        subscribe(&scene, &[site]);
        scene.in_turn(&address(site), [short(site).header("cache-control", value)]);
    }
    scene.play([0, 2, 10, 25, 40, 50, 61, 66, 70]).await;
    for (site, _) in cases {
        assert_eq!(scene.minutes(&address(site)), [0, 61], "{site}");
    }
}

// Row 12.
#[tokio::test]
async fn expires_counts_when_it_lies_ahead_and_nothing_else_is_said() {
    type Headers = fn(i64) -> Vec<(&'static str, String)>;
    let cases: [(&str, Headers, i64); 7] = [
        ("ahead", |now| vec![("expires", written(now + 7_200, HTTP_DATE))], 121),
        (
            "slow",
            |now| vec![("expires", written(now - DAY + 7_200, HTTP_DATE)), ("date", written(now - DAY, HTTP_DATE))],
            121,
        ),
        ("both", |now| vec![("expires", written(now + 7_200, HTTP_DATE)), ("cache-control", "max-age=60".into())], 61),
        ("past", |now| vec![("expires", written(now - 7_200, HTTP_DATE))], 61),
        ("zero", |_| vec![("expires", "0".into())], 61),
        ("minus", |_| vec![("expires", "-1".into())], 61),
        ("words", |_| vec![("expires", "next week".into())], 61),
    ];
    let scene = Scene::new();
    for (site, headers, _) in cases {
        subscribe(&scene, &[site]);
        scene.on(&address(site), move |asked| {
            let headers = headers(asked.at.as_seconds());
            Ok(headers.into_iter().fold(short(site), |given, (name, value)| given.header(name, value)))
        });
    }
    scene.play([0, 20, 40, 50, 61, 90, 110, 118]).await;
    scene.play([121]).await;
    for (site, _, second) in cases {
        assert_eq!(scene.minutes(&address(site))[1], second, "{site}");
    }
}

// Row 13.
#[tokio::test]
async fn a_feed_that_says_how_often_it_changes_is_believed_up_to_the_ceiling() {
    let scene = Scene::new();
    let cases = [
        ("ttl", "<ttl>180</ttl>"),
        ("twice", "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"),
        ("hours", "<skipHours><hour>10</hour><hour>11</hour><hour>12</hour><hour>13</hour></skipHours>"),
        ("days", "<skipDays><day>Friday</day></skipDays>"),
        ("long", "<ttl>600000</ttl>"),
    ];
    for (site, head) in cases {
        subscribe(&scene, &[site]);
        scene.in_turn(&address(site), [Given::new(200, rss(site, head))]);
    }
    scene.play(every(30, 0..53 * 60)).await;
    for (site, least) in [("ttl", 180), ("twice", 720)] {
        let second = scene.minutes(&address(site))[1];
        assert!((least..=least + 30).contains(&second), "{site}: {second}");
    }
    let instants = |site: &str| -> Vec<String> {
        scene.requests(&address(site)).iter().map(|asked| asked.at.to_string()).collect()
    };
    let hours = instants("hours");
    assert!(hours.iter().all(|at| !("10".."14").contains(&&at[11..13])), "{hours:?}");
    assert!(hours.iter().any(|at| &at[11..13] == "14"), "{hours:?}");
    let days = instants("days");
    assert!(days.iter().all(|at| !at.starts_with("2025-10-10")), "{days:?}");
    assert!(days.iter().any(|at| at.starts_with("2025-10-11")), "{days:?}");
    assert_eq!(scene.minutes(&address("long")), [0]);
    scene.clock.advance_to(Timestamp::from_seconds(BEGINNING + 7 * DAY + HOUR));
    scene.run_due().await;
    assert_eq!(gaps(&scene.requests(&address("long"))).len(), 1, "a wish of a year is cut to a week");
}
