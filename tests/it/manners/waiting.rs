//! Rows 14 to 21: servers that ask for patience, fail, keep us out or are gone.

use boji::seams::config::RateLimitScope;
use boji::seams::model::{ErrorClass, Outcome};
use boji::seams::store::Store;
use boji_clean::model::Timestamp;

use super::{DAY, HOUR, HTTP_DATE, address, every, gaps, short, telling, written};
use crate::place::{Place, source, wait_until};
use crate::scene::{Asked, BEGINNING, Given, Scene};
use crate::server::{Reply, Server};

/// Longest wait that may lie between two requests for what fails: the ceiling is two days, and the grid of polls half a day.
const LONGEST: i64 = 2 * DAY + DAY / 2;

// Row 14.
#[tokio::test]
async fn a_host_that_asks_for_an_hour_of_rest_gets_it() {
    let scene = Scene::new();
    let [limited, beside] = ["limited", "beside"].map(|path| format!("https://shed.example/{path}"));
    scene.add_feed("limited", &limited);
    scene.add_feed("beside", &beside);
    let whole = short("shed");
    scene.in_turn(&limited, [whole.clone(), Given::new(429, "").header("retry-after", "3600"), whole]);
    scene.in_turn(&beside, [short("beside")]);
    scene.play([0, 65]).await;
    let met = scene.requests(&limited)[1].at;
    scene.play([67, 80, 95, 110, 124, 127, 135, 190]).await;
    for url in [&limited, &beside] {
        let since = scene.requests(url).into_iter().map(|asked| asked.at.as_seconds() - met.as_seconds());
        let since: Vec<i64> = since.filter(|since| *since > 2).collect();
        assert!(since.iter().all(|since| *since >= 3_600) && !since.is_empty(), "{url}: {since:?}");
    }
}

// Row 14.
#[tokio::test(flavor = "multi_thread")]
async fn a_rest_that_was_asked_for_outlives_a_kill() {
    let (server, slow) = (Server::start().await, Server::start().await);
    server.on("/limited", [Reply::new(429, "").header("Retry-After", "3600")]);
    server.on("/late", [Reply::ok(telling("late", [1])).header("Content-Type", "application/atom+xml")]);
    slow.on("/hangs", [Reply::ok("<feed>".repeat(50)).trickle(1_000)]);
    let mut sources = source("limited", "feed", &server.url("/limited")) + &source("slow", "feed", &slow.url("/hangs"));
    let place = Place::with_timeout(&[&server, &slow], &sources, 600);
    // Allowed as a network, a host counts as a public one: all of it rests.
    let settings = std::fs::read_to_string(place.path("config/boji.toml")).expect("written");
    let settings = settings.lines().filter(|line| !line.starts_with("allow_private")).collect::<Vec<_>>().join("\n");
    std::fs::write(place.path("config/boji.toml"), settings + "\nallow_private = [\"127.0.0.0/8\"]\n")
        .expect("written");
    let mut child = place.command(&["run", "-q"]).spawn().expect("started");
    wait_until("both are asked", || !server.log().is_empty() && !slow.log().is_empty());
    let rests = || place.store().hosts().expect("readable").iter().any(|host| host.reason.contains("429"));
    wait_until("the rest is written down", rests);
    child.kill().expect("killed");
    child.wait().expect("ended");
    sources = source("limited", "feed", &server.url("/limited")) + &source("late", "feed", &server.url("/late"));
    std::fs::write(place.path("config/sources.toml"), sources).expect("written");
    place.boji(&["run", "late", "limited", "-q"]);
    assert_eq!(server.paths(), ["/limited"], "what a person names waits too");
}

// Row 15.
#[tokio::test]
async fn a_date_to_come_back_at_is_read_in_every_form() {
    type Wish = fn(i64) -> String;
    let cases: [(&str, u16, Wish, i64); 10] = [
        ("imf", 429, |now| written(now + 7_200, HTTP_DATE), 120),
        ("busy", 503, |now| written(now + 7_200, HTTP_DATE), 120),
        ("rfc850", 429, |now| written(now + 7_200, "%A, %d-%b-%y %H:%M:%S GMT"), 120),
        ("asctime", 503, |now| written(now + 7_200, "%a %b %e %H:%M:%S %Y"), 120),
        ("east", 429, |now| written(now + 7_200 + 8 * HOUR, "%a, %d %b %Y %H:%M:%S +0800"), 120),
        ("west", 503, |now| written(now + 7_200 - 5 * HOUR, "%a, %d %b %Y %H:%M:%S -0500"), 120),
        ("past", 429, |now| written(now - 7_200, HTTP_DATE), 5),
        ("gone-by", 503, |now| written(now - 7_200, HTTP_DATE), 5),
        ("words", 429, |_| "after lunch".into(), 5),
        ("zero", 503, |_| "0".into(), 5),
    ];
    let scene = Scene::new();
    for (site, status, wish, _) in cases {
        scene.add_feed(site, &address(site));
        scene.on(&address(site), move |asked| {
            Ok(Given::new(status, "").header("retry-after", wish(asked.at.as_seconds())))
        });
    }
    scene.play([0, 2, 4, 20, 45, 60, 90, 110, 118, 121, 135, 150]).await;
    for (site, _, _, least) in cases {
        let second = scene.minutes(&address(site)).get(1).copied();
        assert!(second.is_some_and(|second| (least..=150).contains(&second)), "{site}: {second:?}");
        assert!(least > 5 || second < Some(60), "{site}: what cannot be read is no long wait: {second:?}");
    }
}

// Row 16.
#[tokio::test]
async fn a_429_without_a_wait_gets_one_that_doubles() {
    let scene = Scene::new();
    scene.add_feed("shed", &address("shed"));
    scene.in_turn(&address("shed"), [Given::new(429, "")]);
    scene.play(every(5, 0..120).chain(every(30, 120..1_440)).chain(every(120, 1_440..4 * 1_440))).await;
    let waits = gaps(&scene.requests(&address("shed")));
    assert!(waits.len() >= 5 && waits[0] >= 270, "{waits:?}");
    assert!(waits.windows(2).take(4).all(|pair| pair[1] * 2 >= pair[0] * 3), "{waits:?}");
    assert!(waits.iter().all(|wait| *wait <= LONGEST), "{waits:?}");
}

/// Minutes at which a feed beside one that got a 429 for two hours was asked, while polls go on; `limited` is its address.
async fn beside(scene: &Scene, limited: &str, beside: &str) -> Vec<i64> {
    scene.add_feed("limited", limited);
    scene.add_feed("beside", beside);
    scene.in_turn(limited, [short("limited"), Given::new(429, "").header("retry-after", "7200"), short("limited")]);
    scene.in_turn(beside, [short("beside")]);
    scene.play([0, 61, 90, 122, 150, 175]).await;
    assert_eq!(scene.minutes(limited), [0, 61], "{limited} itself rests");
    // What was on its way at the same moment could not know yet.
    scene.minutes(beside).into_iter().filter(|minute| *minute > 61).collect()
}

// Row 17.
#[tokio::test]
async fn a_429_is_about_a_site_and_on_a_server_of_ones_own_about_the_feed() {
    let [one, two, other] =
        ["one.blogs", "two.blogs", "one.journals"].map(|site| format!("https://{site}.example/feed"));
    let (private, neighbour) = ("http://127.0.0.1:1200/limited", "http://127.0.0.1:1200/beside");
    let none: [i64; 0] = [];
    assert_eq!(beside(&Scene::new(), &one, &two).await, none, "the same site");
    assert_eq!(beside(&Scene::new(), &one, &other).await, [122], "another site");
    let mut scene = Scene::new();
    scene.settings.fetch.allow_private = vec!["127.0.0.1:1200".to_owned()];
    assert_eq!(beside(&scene, private, neighbour).await, [122], "a private host");
    for (scope, same_site, same_host) in [(RateLimitScope::Host, 1, 0), (RateLimitScope::Address, 1, 1)] {
        for (url, want) in [(two.as_str(), same_site), ("https://one.blogs.example/other", same_host)] {
            let mut scene = Scene::new();
            scene.settings.fetch.rate_limit_scope = scope;
            assert_eq!(beside(&scene, &one, url).await.len(), want, "{scope}: {url}");
        }
    }
}

// Row 18.
#[tokio::test]
async fn what_fails_is_asked_ever_more_seldom_and_never_given_up() {
    let plays = [("e500", Ok(500)), ("e502", Ok(502)), ("e503", Ok(503)), ("e504", Ok(504))];
    let plays = plays.into_iter().chain([("reset", Err(ErrorClass::Connect)), ("silent", Err(ErrorClass::Timeout))]);
    let sites: Vec<(&str, Result<u16, ErrorClass>)> = plays.collect();
    let scene = Scene::new();
    for (site, play) in sites.clone() {
        scene.add_feed(site, &address(site));
        scene.on(&address(site), move |_| play.map(|status| Given::new(status, "")));
    }
    scene.play([0]).await;
    let mut first: Vec<i64> = sites
        .iter()
        .map(|(site, _)| {
            let state = scene.source(site).1;
            state.next_due.as_seconds() - state.last_tried.as_seconds()
        })
        .collect();
    first.sort_unstable();
    assert!(first[first.len() - 1] - first[0] > 5, "they drift apart: {first:?}");
    let (hours, days) = (every(60, 120..1_440), every(240, 1_440..5 * 1_440));
    scene.play(every(10, 10..120).chain(hours).chain(days).chain(every(720, 5 * 1_440..24 * 1_440))).await;
    for (site, _) in sites {
        let requests = scene.requests(&address(site));
        let waits = gaps(&requests);
        let since = |at: &Asked| at.at.as_seconds() - BEGINNING;
        assert!(requests.iter().filter(|asked| since(asked) < DAY).count() <= 14, "{site}: {waits:?}");
        assert!(waits.windows(2).take(3).all(|pair| pair[1] * 10 >= pair[0] * 14), "{site}: {waits:?}");
        assert!(waits.iter().all(|wait| *wait <= LONGEST), "{site}: {waits:?}");
        assert!(requests.iter().any(|asked| since(asked) > 16 * DAY), "{site}: {waits:?}");
    }
}

// Row 19.
#[tokio::test]
async fn a_feed_that_was_missing_for_a_day_comes_back_by_itself() {
    let scene = Scene::new();
    scene.add_feed("shed", &address("shed"));
    scene.on(&address("shed"), |asked| {
        let is_missing = asked.at.as_seconds() < BEGINNING + DAY;
        Ok(if is_missing { Given::new(404, "") } else { Given::new(200, telling("shed", [1, 2])) })
    });
    scene.play(every(20, 0..1_440)).await;
    let in_vain = scene.requests(&address("shed")).len();
    assert!((2..=24).contains(&in_vain), "{in_vain}");
    scene.play(every(180, 1_440..3 * 1_440)).await;
    assert_eq!(scene.titles(), ["shed 1", "shed 2"]);
    let state = scene.source("shed").1;
    assert_eq!((state.failures, state.last_error), (0, None));
}

// Row 20.
#[tokio::test]
async fn a_feed_that_is_gone_is_left_alone_until_a_person_asks() {
    let scene = Scene::new();
    let url = address("shed");
    scene.add_feed("shed", &url);
    scene.in_turn(&url, [short("shed"), Given::new(410, ""), Given::new(200, telling("shed", [1, 2]))]);
    scene.play([0]).await;
    scene.clock.advance_to(Timestamp::from_seconds(BEGINNING + 61 * 60));
    let report = scene.run_due().await;
    assert!(report.sources[0].problems[0].message.contains("gone"), "{:?}", report.sources[0].problems);
    assert!(!report.sources[0].problems[0].transient, "a person is told");
    scene.play(every(360, 360..30 * 1_440)).await;
    assert_eq!(scene.minutes(&url), [0, 61]);
    assert!(scene.source("shed").1.gone);
    scene.run_named("shed").await;
    assert_eq!(scene.titles(), ["shed 1", "shed 2"]);
    let by_hand = scene.requests(&url).len();
    scene.pass(2 * HOUR).await;
    scene.run_due().await;
    assert_eq!((by_hand, scene.requests(&url).len()), (3, 4), "it is polled again");
}

// Row 21.
#[tokio::test]
async fn who_keeps_us_out_is_told_from_who_fails_and_asked_seldom() {
    let page = "<!doctype html><title>Just a moment</title><p>Your browser is checked.";
    let challenge = |status: u16| Given::new(status, page).header("cf-mitigated", "challenge");
    let cases = [
        ("login", Given::new(401, "").header("www-authenticate", "Basic realm=\"x\""), ErrorClass::Forbidden),
        ("forbidden", Given::new(403, "<h1>Forbidden</h1>"), ErrorClass::Forbidden),
        ("proof", challenge(403), ErrorClass::RateLimited),
        ("busy-proof", challenge(503), ErrorClass::RateLimited),
        ("missing", Given::new(404, ""), ErrorClass::NotFound),
        ("broken", Given::new(500, ""), ErrorClass::Server),
    ];
    let scene = Scene::new();
    for (site, given, _) in cases.clone() {
        scene.add_feed(site, &address(site));
        scene.in_turn(&address(site), [given]);
    }
    let report = scene.run_due().await;
    for told in report.sources.iter().filter(|told| told.source.ends_with("proof")) {
        assert!(told.problems[0].message.contains("proof of humanity"), "{told:?}");
    }
    scene.play(every(7, 7..60).chain(every(30, 60..1_440))).await;
    for (site, _, class) in cases {
        assert_eq!(scene.source(site).1.last_error, Some(Outcome::Failed(class)), "{site}");
        let waits = gaps(&scene.requests(&address(site)));
        assert!((2..=12).contains(&waits.len()), "{site}: {waits:?}");
        assert!(waits[waits.len() - 1] >= 3 * waits[0], "{site}: {waits:?}");
    }
}
