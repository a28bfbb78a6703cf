//! `boji run` as a person or cron calls it, against servers that behave as servers do.

use std::time::Duration;

use boji::seams::dedup::decide;
use boji::seams::model::{EntryStatus, Outcome, SourceState};
use boji::seams::store::{Access, Batch, SqliteStore, Store};

use crate::place::{Place, ran, signal, source, wait_until, word_of};
use crate::server::{Reply, Server};
use crate::writing::{Listed, album_page, captcha, feed, page};

/// Entries of a feed: addresses on a server and what they are about.
fn entries(server: &Server, things: &[&str]) -> Vec<(String, String)> {
    things.iter().map(|thing| (server.url(&format!("/{thing}")), (*thing).to_owned())).collect()
}

fn atom(body: String) -> Reply {
    Reply::ok(body).header("Content-Type", "application/atom+xml")
}

fn html(body: String) -> Reply {
    Reply::ok(body).header("Content-Type", "text/html; charset=utf-8")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_with_texts_is_read_once_and_then_asked_with_its_validators() {
    let server = Server::start().await;
    let (etag, modified) = ("W/\"a, b\"", "Thu, 1 Jan 1970 00:00:00 +0000");
    let feed = feed("Shed", &entries(&server, &["baskets", "sacks", "sieves"]), true);
    server.on("/feed", [atom(feed).header("ETag", etag).header("Last-Modified", modified), Reply::new(304, "")]);
    let place = Place::new(&[&server], &source("shed", "feed", &server.url("/feed")));

    let first = place.boji(&["run", "-q"]);
    assert_eq!((first.code, first.stdout.as_str(), first.stderr.as_str()), (Some(0), "", ""));
    assert_eq!(place.titles(), ["baskets", "sacks", "sieves"]);
    let entry = place.entry("shed", &server.url("/sacks"));
    assert_eq!((entry.status, word_of(&entry)), (EntryStatus::Done, "article"));
    assert!(place.articles().iter().any(|stored| stored.id == entry.article_id));

    let not_due = place.boji(&["run"]);
    assert_eq!(not_due.code, Some(0));
    assert_eq!(server.paths(), ["/feed"], "a source that is not due is left alone, and its pages are not fetched");

    let second = place.boji(&["run", "--all", "--json"]);
    assert_eq!((second.code, second.stderr.as_str()), (Some(0), ""));
    assert_eq!(second.json()["sources"][0]["result"], "not_modified");
    let log = server.log();
    assert_eq!((log[0].header("if-none-match"), log[0].header("if-modified-since")), (None, None));
    assert_eq!((log[1].header("if-none-match"), log[1].header("if-modified-since")), (Some(etag), Some(modified)));
    assert_eq!((log.len(), place.outcomes("shed")), (2, vec!["captured", "not_modified"]));
    assert_eq!(place.titles().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_moved_is_believed_the_third_time() {
    let server = Server::start().await;
    let feed = feed("Shed", &entries(&server, &["baskets"]), true);
    server.on("/old", [Reply::redirect(301, "/new")]);
    server.on("/new", [atom(feed).header("ETag", "\"n\""), Reply::new(304, "")]);
    let place = Place::new(&[&server], &source("shed", "feed", &server.url("/old")));
    for address in ["/old", "/old", "/new"] {
        assert_eq!(place.boji(&["run", "--all"]).code, Some(0));
        let (source, state) = place.source("shed");
        assert_eq!(source.url, server.url(address));
        // An hour passes.
        let state = SourceState { last_success: state.last_success.plus_seconds(-3_600), ..state };
        let batch = Batch { source_states: vec![(source.id, state)], ..Batch::default() };
        let mut store = SqliteStore::open(&place.path("data/boji.db"), Access::Write).expect("a store");
        store.commit(&batch, &decide).expect("stored");
    }
    assert_eq!(place.boji(&["run", "--all"]).code, Some(0));
    assert_eq!(server.paths(), ["/old", "/new", "/old", "/new", "/old", "/new", "/new"]);
    let validators: Vec<bool> = server.log().iter().map(|asked| asked.header("if-none-match").is_some()).collect();
    assert_eq!(validators, [false, false, false, true, false, true, true], "they go to the URL that gave them");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_without_texts_has_its_pages_fetched_once() {
    let server = Server::start().await;
    let feed = feed("Shed", &entries(&server, &["baskets", "sacks"]), false);
    server.on("/feed", [atom(feed)]).on("/baskets", [html(page("baskets"))]).on("/sacks", [html(page("sacks"))]);
    let place = Place::new(&[&server], &source("shed", "feed", &server.url("/feed")));
    assert_eq!(place.boji(&["run"]).code, Some(0));
    assert_eq!(server.paths(), ["/feed", "/robots.txt", "/baskets", "/sacks"]);
    assert_eq!(place.titles(), ["baskets", "sacks"]);
    assert!(place.articles()[0].submission.article.text.contains("short by a rung"));
    assert_eq!(place.outcomes("shed"), ["captured", "article", "article"]);
    assert_eq!(place.boji(&["run", "--all"]).code, Some(0));
    assert_eq!(server.paths()[4..], ["/feed"], "neither robots.txt nor a page is asked for again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_captcha_pauses_its_host_and_loses_nothing() {
    let (feeds, pages) = (Server::start().await, Server::start().await);
    let list = entries(&pages, &["s/first", "s/second"]);
    feeds.on("/feed", [atom(feed("Shed", &list, false))]);
    let target = "/mp/wappoc_appmsgcaptcha?poc_token=Hxyz&target_url=https%3A%2F%2Fmp.weixin.qq.com%2Fs%2Ffirst";
    pages.on("/s/first", [Reply::redirect(302, target)]).on(target, [html(captcha())]);
    pages.on("/s/second", [html(page("b"))]);
    let place = Place::new(&[&feeds, &pages], &source("shed", "feed", &feeds.url("/feed")));

    let quiet = place.boji(&["run", "-q"]);
    assert_eq!((quiet.code, quiet.stdout.as_str(), quiet.stderr.as_str()), (Some(3), "", ""), "it mends itself");
    assert_eq!(pages.paths(), ["/robots.txt", "/s/first", target], "the host is left alone at once");
    let blocked = place.entry("shed", &pages.url("/s/first"));
    assert_eq!((blocked.status, word_of(&blocked), blocked.tries), (EntryStatus::Pending, "blocked", 0));
    let waiting = place.entry("shed", &pages.url("/s/second"));
    assert_eq!((waiting.status, word_of(&waiting), waiting.tries), (EntryStatus::Pending, "", 0));
    assert!(place.articles().is_empty());
    let host = place.host(&pages);
    let now = place.source("shed").1.last_tried;
    assert!(host.not_before > now.plus_seconds(59 * 60), "{host:?}");
    assert!(host.reason.starts_with("locked out"), "{host:?}");
    assert_eq!((host.strikes, place.outcomes("shed")), (1, vec!["captured", "blocked"]));

    let again = place.boji(&["run", "--all", "--json"]);
    assert_eq!(again.json()["sources"][0]["pending"], 2, "{again:?}");
    assert_eq!(pages.log().len(), 3, "a host that rests is not asked by the next run either");
    assert_eq!(place.entry("shed", &pages.url("/s/second")).status, EntryStatus::Pending);
    let status = place.boji(&["status", "--json"]).json();
    assert_eq!(
        (status["resting_hosts"][0]["host"].as_str(), &status["counts"]["pending"]),
        (Some(pages.host()), &2.into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_page_stays_with_that_page() {
    let (server, other) = (Server::start().await, Server::start().await);
    let things = ["bomb", "circle", "elsewhere", "fine", "gone", "missing", "private/x", "slow"];
    let robots = "User-agent: *\nDisallow: /private/\n";
    server
        .on("/feed", [atom(feed("Shed", &entries(&server, &things), false))])
        .on("/robots.txt", [Reply::ok(robots).header("Content-Type", "text/plain")])
        .on("/bomb", [Reply::gzip_bomb(200)])
        .on("/circle", [Reply::redirect(302, "/round")])
        .on("/round", [Reply::redirect(302, "/circle")])
        .on("/elsewhere", [Reply::redirect(302, other.url("/inside"))])
        .on("/fine", [html(page("fine"))])
        .on("/gone", [Reply::new(410, "")])
        .on("/private/x", [html(page("private"))])
        .on("/slow", [html(page("slow")).trickle(200)]);
    let place = Place::new(&[&server], &source("shed", "feed", &server.url("/feed")));

    let mut child = place.command(&["run", "--json"]).spawn().expect("started");
    let mut peak_kb = 0;
    while child.try_wait().expect("waited").is_none() {
        peak_kb = peak_kb.max(peak_memory_kb(child.id()));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let output = child.wait_with_output().expect("waited");
    assert_eq!(output.status.code(), Some(3));
    assert!(peak_kb < 150_000, "a bomb of 200 MB took {peak_kb} KB");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let report = &report["sources"][0];
    assert_eq!((&report["new"], &report["pending"], &report["result"]), (&1.into(), &6.into(), &"ok".into()));

    let (open, closed, done) = (EntryStatus::Pending, EntryStatus::Closed, EntryStatus::Done);
    let want = [
        ("bomb", open, "too_large"),
        ("circle", open, "redirect_loop"),
        ("elsewhere", open, "private_address"),
        ("fine", done, "article"),
        ("gone", closed, "gone"),
        ("missing", open, "not_found"),
        ("private/x", open, "robots"),
        ("slow", open, "timeout"),
    ];
    for (thing, status, outcome) in want {
        let entry = place.entry("shed", &server.url(&format!("/{thing}")));
        assert_eq!((entry.status, word_of(&entry), entry.tries), (status, outcome, 1), "{thing}");
    }
    assert!(!server.paths().contains(&"/private/x".to_owned()));
    assert_eq!(other.paths(), Vec::<String>::new());
    assert_eq!(place.titles(), ["fine"]);

    let before = server.log().len();
    assert_eq!(place.boji(&["run", "-q"]).code, Some(0));
    assert_eq!(server.paths()[before..], [""; 0], "pages that failed wait for their time");
    assert_eq!(place.boji(&["run", "--all", "--json"]).json()["sources"][0]["early"], 6);
    assert_eq!(server.paths()[before..before + 2], ["/feed", "/bomb"], "unless a person asks for all");
}

/// The most memory that a process has held so far, 0 when it is gone or the system does not tell.
fn peak_memory_kb(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_down_is_asked_once_in_a_run() {
    let (feeds, pages) = (Server::start().await, Server::start().await);
    feeds.on("/feed", [atom(feed("Shed", &entries(&pages, &["baskets", "sacks", "sieves"]), false))]);
    pages.on("/robots.txt", [Reply::hangup()]);
    let place = Place::new(&[&feeds, &pages], &source("shed", "feed", &feeds.url("/feed")));
    let report = place.boji(&["run", "--json"]).json();
    assert_eq!(pages.paths(), ["/robots.txt"]);
    let source = &report["sources"][0];
    assert_eq!((&source["pending"], source["problems"].as_array().map(Vec::len)), (&3.into(), Some(1)));
    assert_eq!(place.entry("shed", &pages.url("/sacks")).tries, 0, "one that was not tried has lost no try");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_source_stays_with_that_source() {
    let server = Server::start().await;
    let text = |thing: &str| feed(thing, &entries(&server, &[thing]), true);
    server
        .on("/down", [Reply::new(502, ""), Reply::new(503, ""), atom(text("cellar"))])
        .on("/fine", [atom(text("shed"))])
        .on("/gone", [Reply::new(410, "")])
        .on("/limited", [Reply::new(429, "").header("Retry-After", "7200")])
        .on("/no-feed", [html(page("a page"))]);
    let ids = ["down", "fine", "gone", "limited", "no-feed"];
    let sources: String = ids.iter().map(|id| source(id, "feed", &server.url(&format!("/{id}")))).collect();
    let place = Place::new(&[&server], &sources);

    let first = place.boji(&["run", "--json"]);
    assert_eq!(first.code, Some(3));
    let results: Vec<_> = first.json()["sources"].as_array().expect("sources").iter().map(result_of).collect();
    assert_eq!(results, ["down failed", "fine ok", "gone failed", "limited failed", "no-feed failed"]);
    assert_eq!(place.titles(), ["shed"]);
    let waits = |id: &str| {
        let state = place.source(id).1;
        (state.failures, (state.next_due.as_seconds() - state.last_tried.as_seconds()) / 60)
    };
    assert!(matches!(waits("down"), (1, 13..=15)), "{:?}", waits("down"));
    assert!(matches!(waits("limited"), (1, 120)), "{:?}", waits("limited"));
    assert!(matches!(waits("fine"), (0, 54..=60)), "{:?}", waits("fine"));
    let error = |id: &str| place.source(id).1.last_error.map_or("", Outcome::as_str);
    assert_eq!([error("gone"), error("limited"), error("no-feed")], ["gone", "rate_limited", "no_feed"]);
    assert!(place.source("gone").1.gone);
    let asked = server.log().len();
    assert_eq!(place.boji(&["run"]).code, Some(0));
    assert_eq!(server.log().len(), asked, "nothing is due");

    assert_eq!(place.boji(&["run", "down", "-q"]).code, Some(3));
    assert!(matches!(waits("down"), (2, 26..=30)), "{:?}", waits("down"));
    assert_eq!(place.boji(&["run", "--all"]).code, Some(3));
    assert_eq!(waits("down").0, 0, "it is forgiven once it answers");
    let of_gone = server.paths().iter().filter(|path| *path == "/gone").count();
    assert_eq!(of_gone, 1, "what is gone for good is not asked again");
    assert_eq!(place.titles(), ["cellar", "shed"]);
}

fn result_of(source: &serde_json::Value) -> String {
    format!("{} {}", source["source"].as_str().expect("an id"), source["result"].as_str().expect("a result"))
}

#[tokio::test(flavor = "multi_thread")]
async fn cron_hears_of_what_needs_a_person_and_of_nothing_else() {
    let server = Server::start().await;
    server.on("/down", [Reply::new(500, "")]).on("/gone", [Reply::new(410, "")]);
    let down = Place::new(&[&server], &source("down", "feed", &server.url("/down")));
    for _ in 0..2 {
        let quiet = down.boji(&["run", "--all", "-q"]);
        assert_eq!((quiet.code, quiet.stdout.as_str(), quiet.stderr.as_str()), (Some(3), "", ""));
    }
    let third = down.boji(&["run", "--all", "-q"]);
    assert!(third.stdout.is_empty() && third.stderr.contains(&server.url("/down")), "{third:?}");
    assert_eq!(down.boji(&["status", "--check"]).code, Some(5));

    let gone = Place::new(&[&server], &source("gone", "feed", &server.url("/gone")));
    let told = gone.boji(&["run", "-q"]);
    assert!(told.stderr.contains("gone for good") && told.stderr.contains("hint:"), "{told:?}");
    let again = gone.boji(&["run", "-q", "--all"]);
    assert_eq!((again.code, again.stderr.as_str()), (Some(0), ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_feed_gives_the_entries_that_can_be_saved() {
    let server = Server::start().await;
    let whole = feed("Nuts & bolts", &entries(&server, &["nuts", "bolts", "screws"]), true);
    let cut = whole.rfind("The ladder is short").expect("the third text");
    server.on("/feed", [atom(whole[..cut].to_owned())]);
    let place = Place::new(&[&server], &source("shed", "feed", &server.url("/feed")));
    let report = place.boji(&["run", "--json"]);
    assert_eq!(report.code, Some(0));
    assert!(!report.json()["sources"][0]["oddities"].as_array().expect("a list").is_empty(), "{report:?}");
    assert_eq!(place.titles(), ["bolts", "nuts"]);
}

/// `from` down to `to`, as an album that stands newest first has them.
fn listed(server: &Server, from: u32, to: u32) -> Vec<Listed> {
    (to..=from).rev().map(|number| Listed { number, url: server.url(&format!("/a/{number}")) }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_is_read_to_its_end_and_then_only_where_it_grew() {
    let server = Server::start().await;
    let list = "/mp/appmsgalbum?__biz=MzA5OTk5OTk5MQ==&action=getalbum&album_id=3517720046118207493";
    let after = |number: u32| {
        let msgid = Listed { number, url: String::new() }.msgid();
        format!("{list}&count=10&begin_msgid={msgid}&begin_itemidx=1&f=json")
    };
    let reply = |from, to, count| Reply::ok(album_page(&listed(&server, from, to), count, to > 1));
    server
        .on(&format!("{list}&count=10&f=json"), [reply(25, 16, 25), reply(27, 18, 27)])
        .on(&after(16), [reply(15, 6, 25)])
        .on(&after(6), [reply(5, 1, 25)]);
    for number in 1..=27 {
        server.on(&format!("/a/{number}"), [html(page(&format!("bag {number}")))]);
    }
    let place = Place::new(&[&server], &source("bags", "album", &server.url(list)));

    assert_eq!(place.boji(&["run"]).code, Some(0));
    let first = server.paths();
    assert_eq!(first[..3], [format!("{list}&count=10&f=json"), after(16), after(6)]);
    assert_eq!((first[3].as_str(), first.len()), ("/robots.txt", 3 + 1 + 25));
    let mut pages: Vec<String> = first[4..].to_vec();
    pages.sort();
    pages.dedup();
    assert_eq!(pages.len(), 25);
    let counts = place.store().counts(boji_clean::model::Timestamp::default()).expect("readable");
    assert_eq!((counts.articles, counts.revisions, counts.pending), (25, 25, 0));
    assert_eq!(place.source("bags").1.cursor, "", "the end was reached");
    let outcomes = place.outcomes("bags");
    assert_eq!(outcomes[..3], ["captured", "captured", "captured"]);
    assert_eq!((outcomes.len(), outcomes[3..].iter().all(|outcome| *outcome == "article")), (28, true));

    assert_eq!(place.boji(&["run", "--all"]).code, Some(0));
    let mut second = server.paths()[first.len()..].to_vec();
    second[1..].sort();
    assert_eq!(second, [format!("{list}&count=10&f=json"), "/a/26".to_owned(), "/a/27".to_owned()]);
    let counts = place.store().counts(boji_clean::model::Timestamp::default()).expect("readable");
    assert_eq!((counts.articles, counts.revisions, counts.pending), (27, 27, 0));

    assert_eq!(place.boji(&["run", "--all"]).code, Some(0));
    assert_eq!(server.log().len(), first.len() + 3 + 1, "nothing new: one request");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_run_at_a_time_and_a_stopped_one_keeps_what_is_complete() {
    let server = Server::start().await;
    server
        .on("/feed", [atom(feed("Shed", &entries(&server, &["a", "b", "c"]), false))])
        .on("/a", [html(page("a"))])
        .on("/b", [html(page("b")).trickle(1_000), html(page("b"))])
        .on("/c", [html(page("c"))]);
    let place = Place::with_timeout(&[&server], &source("shed", "feed", &server.url("/feed")), 60);
    let child = place.command(&["run", "--json"]).spawn().expect("started");
    wait_until("the second page is asked for", || server.paths().contains(&"/b".to_owned()));
    let second = place.boji(&["run"]);
    assert_eq!(second.code, Some(11), "{second:?}");
    assert!(second.stderr.contains(&format!("process {}", child.id())), "{second:?}");
    signal(&child, "-INT");
    let output = child.wait_with_output().expect("ended");
    assert_eq!(output.status.code(), Some(130));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&report["stopped"], &report["sources"][0]["new"]), (&true.into(), &1.into()));
    assert_eq!(place.titles(), ["a"]);
    assert_eq!(place.entry("shed", &server.url("/b")).status, EntryStatus::Pending);
    assert_eq!(place.boji(&["run"]).code, Some(0), "the lock is free, and the pages that wait are fetched");
    assert_eq!(place.titles(), ["a", "b", "c"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_manager_gets_its_own_code() {
    let server = Server::start().await;
    server.on("/feed", [atom("<feed>".repeat(50)).trickle(1_000)]);
    let place = Place::with_timeout(&[&server], &source("shed", "feed", &server.url("/feed")), 60);
    let child = place.command(&["run"]).spawn().expect("started");
    wait_until("the feed is asked for", || !server.log().is_empty());
    signal(&child, "-TERM");
    assert_eq!(child.wait_with_output().expect("ended").status.code(), Some(143));
    assert_eq!(place.source("shed").1, SourceState::default(), "it is due as before");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_asks_for_no_more_pages_than_it_may_and_so_does_its_replay() {
    let server = Server::start().await;
    let things = ["baskets", "sacks", "sieves"];
    server.on("/feed", [atom(feed("Shed", &entries(&server, &things), false))]);
    for thing in things {
        server.on(&format!("/{thing}"), [html(page(thing))]);
    }
    let place = Place::new(&[&server], &source("shed", "feed", &server.url("/feed")));
    let first = place.boji(&["run", "--limit", "0"]);
    assert!(first.code == Some(0) && first.stderr.contains("0 new, 0 revised, 3 waiting"), "{first:?}");
    assert_eq!(server.paths(), ["/feed"], "what waits is known");
    let second = place.boji(&["run", "--all", "--limit", "2", "--record", "day.warc.gz"]);
    assert!(second.code == Some(0) && second.stderr.contains("2 new, 0 revised, 1 waiting"), "{second:?}");
    let replayed = ran(&mut place.command_in("elsewhere", &["replay", "day.warc.gz", "--json"]));
    assert_eq!(replayed.code, Some(0), "{replayed:?}");
    let replayed = replayed.json();
    assert_eq!((&replayed["sources"][0]["new"], &replayed["sources"][0]["pending"]), (&2.into(), &1.into()));
    assert_eq!(place.boji(&["run"]).code, Some(0));
    assert_eq!(place.titles().len(), 3, "the rest comes with the next run");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_fetches_nothing_and_wrong_names_are_wrong_usage() {
    let server = Server::start().await;
    let sources = source("b", "feed", &server.url("/b")) + &source("a", "feed", &server.url("/a"));
    let place = Place::new(&[&server], &sources);
    let plan = place.boji(&["run", "--dry-run"]);
    let words: Vec<&str> = plan.stdout.split_whitespace().collect();
    let host = &server.host();
    assert_eq!((plan.code, words), (Some(0), vec!["a", "new", host, "b", "new", host]));
    let unknown = place.boji(&["run", "a", "c"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(2), ""));
    assert!(unknown.stderr.contains("no source c") && unknown.stderr.contains("hint:"), "{unknown:?}");
    assert_eq!(server.log().len(), 0);
    std::fs::write(place.path("config/boji.toml"), "[fetch]\nhost_gap = 1\n").expect("written");
    assert_eq!(place.boji(&["run"]).code, Some(4));
    let nowhere = ran(&mut place.command_in("nowhere", &["status"]));
    assert_eq!(nowhere.code, Some(10), "{nowhere:?}");
}

#[test]
fn an_id_is_kept_as_it_was_given_and_never_taken_from_another_source() {
    let place = Place::new(&[], "");
    let album = |id: u32| format!("https://mp.weixin.qq.com/mp/appmsgalbum?__biz=MzA==&action=getalbum&album_id={id}");
    assert_eq!(place.boji(&["add", &album(12), "--id", "a.b"]).code, Some(0));
    let taken = place.boji(&["add", &album(13), "--id", "a.b"]);
    assert!(taken.code == Some(3) && taken.stderr.contains("the id a.b is taken"), "{taken:?}");
    assert_eq!(place.source("a.b").0.url, album(12));

    std::fs::create_dir(place.path("notes.2024")).expect("a folder");
    std::fs::write(place.path("notes.2024/sheds.md"), "# Sheds\n\nA shed is dry, and a loft is not.\n")
        .expect("written");
    let imported = place.boji(&["import", "notes.2024"]);
    assert_eq!(imported.code, Some(0), "{imported:?}");
    assert_eq!(place.source("notes.2024").0.name, "notes.2024");
    assert_eq!(place.titles(), ["Sheds"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_richer_of_a_feeds_text_and_its_page_is_taken() {
    let server = Server::start().await;
    let things = ["baskets", "sacks", "sieves", "crates", "lids"];
    let feed = feed("Shed", &entries(&server, &things), true);
    let cut = |thing: &str| {
        let whole = page(thing);
        let (start, _) = whole.split_once("<p>By noon").expect("a second paragraph");
        html(format!("{start}</article></body></html>"))
    };
    server.on("/feed", [atom(feed)]).on("/robots.txt", [Reply::ok("User-agent: *\nDisallow: /crates\n")]);
    server.on("/baskets", [html(page("baskets"))]).on("/sacks", [cut("sacks")]);
    server.on("/sieves", [html("<html><body><form><input></form></body></html>".to_owned())]);
    server.on("/lids", [Reply::new(410, "")]);
    let source = source("shed", "feed", &server.url("/feed")) + "fetch_pages = true\n";
    let place = Place::new(&[&server], &source);
    place.boji(&["run"]);
    assert_eq!(place.titles(), ["baskets", "crates", "sacks", "sieves"], "what is gone is not brought back");
    let taken_from = |thing: &str| {
        let articles = place.articles();
        let stored = articles.iter().find(|stored| stored.submission.article.title == thing).expect(thing);
        assert!(stored.submission.article.text.contains("the rung is to be mended"), "{thing} is whole");
        let capture = place.store().capture(&stored.submission.capture_hash).expect("readable").expect("kept");
        capture.url.rsplit('/').next().expect("a path").to_owned()
    };
    let from = ["baskets", "sacks", "sieves", "crates"].map(taken_from);
    assert_eq!(from, ["baskets", "feed", "feed", "feed"]);
    for thing in &things[..4] {
        let entry = place.entry("shed", &server.url(&format!("/{thing}")));
        assert_eq!((entry.status, word_of(&entry)), (EntryStatus::Done, "article"), "{thing}");
        assert!(!entry.article_id.is_empty() && entry.candidate.body.is_empty());
    }
    let told = place.history("shed").into_iter().filter(|fetch| fetch.error.starts_with("text-from-feed"));
    assert_eq!(told.count(), 2, "the history says which was taken");

    let before: Vec<_> = place.articles().into_iter().map(|stored| stored.submission.article).collect();
    assert_eq!(place.boji(&["reclean", "--all"]).code, Some(0));
    let after: Vec<_> = place.articles().into_iter().map(|stored| stored.submission.article).collect();
    assert_eq!(before, after, "cleaning again takes the same of the two");
}
