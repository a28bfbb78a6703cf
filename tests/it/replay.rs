//! A recording gives the same run again, byte for byte, without the network.

use std::fs;
use std::path::Path;

use boji::seams::store::Store;

use crate::place::{Place, Ran, files, ran, source};
use crate::server::{Reply, Server};
use crate::writing::{captcha, feed, page};

fn dump(place: &Place, data: &str) -> String {
    let mut dump = Vec::new();
    place.store_in(data).dump(&mut dump).expect("dumped");
    String::from_utf8(dump).expect("UTF-8")
}

/// Replays a tape into a folder of its own, and exports what came of it.
fn replay(place: &Place, tape: &Path, data: &str) -> Ran {
    let done = ran(&mut place.command_in(data, &["replay", tape.to_str().expect("a path"), "--json"]));
    export(place, data);
    done
}

/// Exports both forms to `<data>-jsonl` and `<data>-markdown`.
fn export(place: &Place, data: &str) {
    for format in ["jsonl", "markdown"] {
        let to = format!("{data}-{format}");
        let done = ran(&mut place.command_in(data, &["export", "--dump", "demo", "--format", format, "--to", &to]));
        assert_eq!(done.code, Some(0), "{done:?}");
    }
}

fn assert_same_exports(place: &Place, one: &str, two: &str) {
    for format in ["jsonl", "markdown"] {
        let (one, two) =
            (files(&place.path(&format!("{one}-{format}"))), files(&place.path(&format!("{two}-{format}"))));
        assert!(one.len() > 1, "{one:?}");
        assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
        for (path, bytes) in &one {
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
            assert_eq!(text(bytes), text(&two[path]), "{}", path.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_run_replays_to_the_same_corpus() {
    let (server, guard) = (Server::start().await, Server::start().await);
    let list = |things: &[&str]| -> Vec<(String, String)> {
        things.iter().map(|thing| (server.url(&format!("/{thing}")), (*thing).to_owned())).collect()
    };
    let target = "/mp/wappoc_appmsgcaptcha?poc_token=Hxyz";
    guard
        .on("/guarded", [Reply::redirect(302, target)])
        .on("/zz", [Reply::ok(feed("Never asked", &[], true))])
        .on(target, [Reply::ok(captcha()).header("Content-Type", "text/html")]);
    let mut pages = list(&["baskets", "elsewhere", "missing", "slow"]);
    pages.extend(["/guarded", "/guarded/too"].map(|path| (guard.url(path), path.to_owned())));
    server
        .on("/texts", [Reply::ok(feed("Loft", &list(&["nuts", "bolts"]), true)).header("ETag", "\"t\"")])
        .on("/pages", [Reply::ok(feed("Shed", &pages, false))])
        .on("/down", [Reply::new(503, "")])
        .on("/later", [Reply::ok(feed("Later", &list(&["later"]), true))])
        .on("/robots.txt", [Reply::ok("User-agent: *\nDisallow: /private\n")])
        .on("/baskets", [Reply::ok(page("baskets")).header("Content-Type", "text/html")])
        .on("/elsewhere", [Reply::redirect(302, "http://127.0.0.1:1/inside")])
        .on("/slow", [Reply::ok(page("slow")).trickle(200)]);
    let sources: String = ["down", "later", "pages", "texts"]
        .iter()
        .map(|id| source(id, "feed", &server.url(&format!("/{id}"))))
        .collect();
    let sources = sources + &source("zz", "feed", &guard.url("/zz"));
    let place = Place::new(&[&server, &guard], &sources);
    let recorded = place.boji(&["run", "--record", "tape.warc.gz", "down", "pages", "texts", "zz", "--json"]);
    assert_eq!(recorded.code, Some(3), "{recorded:?}");
    assert_eq!(place.titles(), ["baskets", "bolts", "nuts"]);
    export(&place, "data");
    assert_eq!(guard.paths(), ["/robots.txt", "/guarded", target], "a host that locks us out is left alone");
    let asked = server.log().len();
    let again = place.boji(&["run", "--record", "tape.warc.gz", "texts"]);
    assert_eq!(again.code, Some(1), "a recording is never overwritten: {again:?}");

    let tape = place.path("tape.warc.gz");
    let (one, two) = (replay(&place, &tape, "one"), replay(&place, &tape, "two"));
    assert_eq!(server.log().len(), asked, "a replay never asks the network");
    assert_eq!((one.code, &one.stdout), (Some(3), &two.stdout));
    assert_eq!(dump(&place, "one"), dump(&place, "two"));
    assert_same_exports(&place, "one", "two");
    // Even dates are the recording's. What differs lies in the store alone, for the replay's clock stands still but
    // for the gaps: when things were tried, how long they took, when they are due.
    assert_same_exports(&place, "one", "data");
    let what = |ran: &Ran| -> Vec<serde_json::Value> {
        let report = ran.json();
        let sources = report["sources"].as_array().expect("sources").iter();
        sources
            .map(|source| serde_json::json!([source["source"], source["result"], source["others"], source["pending"]]))
            .collect()
    };
    assert_eq!(what(&one), what(&recorded), "failures are recorded too, and only what was polled is replayed");
}

#[test]
fn the_demos_tape_replays_with_a_configuration_of_ones_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = fs::read_to_string(root.join("fixtures/demo/sources.toml")).expect("readable");
    let place = Place::new(&[], &sources);
    let tape = root.join("fixtures/tapes/demo.warc.gz");
    let (one, two) = (replay(&place, &tape, "one"), replay(&place, &tape, "two"));
    assert_eq!((one.code, &one.stdout), (two.code, &two.stdout));
    assert_eq!(dump(&place, "one"), dump(&place, "two"));
    assert_same_exports(&place, "one", "two");
    for source in one.json()["sources"].as_array().expect("sources") {
        let gave = source["new"].as_u64().zip(source["duplicates"].as_u64()).map(|(new, copies)| new + copies);
        assert_eq!(gave == Some(0), source["source"] == "wechat-links", "{source}");
    }
}

#[test]
fn the_demo_plays_once_and_then_has_nothing_new() {
    let place = Place::new(&[], "");
    let demo = |to: &str| ran(&mut place.command(&["demo", "--to", to]));
    let first = demo("one");
    assert_eq!((first.code, first.stderr.as_str()), (Some(0), ""), "{first:?}");
    for gift in [
        "cangmenkou",
        "shuixian           4 new",
        "4  水线手记: 桥东的灯先亮，桥西的灯要到后半夜才灭",
        "hutlog",
        "nuts-bolts",
        "slow-almanac",
        "tiangeng-album",
        "wechat-links",
        "1 blocked",
        "1 deleted",
    ] {
        assert!(first.stdout.contains(gift), "{gift}: {}", first.stdout);
    }
    let corpus = files(&place.path("one/corpus"));
    let second = demo("one");
    assert_eq!(second.code, Some(0));
    assert!(second.stdout.contains("Nothing new"), "{}", second.stdout);
    assert_eq!(files(&place.path("one/corpus")), corpus);
    assert_eq!(demo("two").code, Some(0));
    assert_eq!(files(&place.path("two/corpus")), corpus);
    assert_eq!(files(&place.path("two/markdown")), files(&place.path("one/markdown")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_of_a_later_run_suits_the_store_that_it_was_made_with() {
    let server = Server::start().await;
    let listed = [(server.url("/nuts"), "nuts".to_owned())];
    let texts = Reply::ok(feed("Loft", &listed, true)).header("ETag", "\"t\"");
    server.on("/texts", [texts, Reply::new(304, "")]);
    let place = Place::new(&[&server], &source("texts", "feed", &server.url("/texts")));
    assert_eq!(place.boji(&["run"]).code, Some(0));
    fs::create_dir(place.path("copy")).expect("made");
    fs::copy(place.path("data/boji.db"), place.path("copy/boji.db")).expect("copied");
    assert_eq!(place.boji(&["run", "texts", "--record", "later.warc.gz"]).code, Some(0));
    let copy = ran(&mut place.command_in("copy", &["replay", "later.warc.gz"]));
    assert_eq!(copy.code, Some(0), "{copy:?}");
    let fresh = ran(&mut place.command_in("fresh", &["replay", "later.warc.gz"]));
    assert_eq!(fresh.code, Some(3), "{fresh:?}");
    assert!(fresh.stderr.contains("nothing had changed for who asked then"), "{fresh:?}");
    assert!(fresh.stderr.contains("a store that knew more"), "{fresh:?}");
}

#[test]
fn what_cannot_be_replayed_whole_is_no_success() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tape = fs::read(root.join("fixtures/tapes/demo.warc.gz")).expect("readable");
    let sources = fs::read_to_string(root.join("fixtures/demo/sources.toml")).expect("readable");
    let place = Place::new(&[], &sources);
    fs::write(place.path("whole.warc.gz"), &tape).expect("written");
    fs::write(place.path("half.warc.gz"), &tape[..tape.len() / 2]).expect("written");
    fs::write(place.path("empty.warc.gz"), "").expect("written");
    fs::write(place.path("page.html"), "<p>no recording</p>").expect("written");
    for (arguments, code, told) in [
        (&["replay", "half.warc.gz"][..], 3, "half.warc.gz is damaged: record "),
        (&["replay", "half.warc.gz", "--dump", "day.txt"], 1, "half.warc.gz is damaged"),
        (&["replay", "whole.warc.gz", "--dump", "nowhere/day.txt"], 1, "failed to write nowhere/day.txt"),
    ] {
        let ended = place.boji(arguments);
        assert!(ended.code == Some(code) && ended.stderr.contains(told), "{arguments:?}: {ended:?}");
    }
    assert!(!place.path("day.txt").exists(), "no half day is compared with later");
    let dumped = place.boji(&["replay", "whole.warc.gz", "--dump", "-", "--json"]);
    assert!(dumped.stdout.starts_with("source [{") && !dumped.stdout.contains("\n{"), "{}", &dumped.stdout[..200]);
    fs::write(place.path("config/sources.toml"), "").expect("written");
    for (file, code, told) in [
        ("empty.warc.gz", 1, "holds no answer of a server"),
        ("page.html", 1, "a recording is a WARC file"),
        ("missing.warc.gz", 1, "check the path"),
        ("whole.warc.gz", 2, "names a source to play"),
    ] {
        let ended = ran(&mut place.command_in("other", &["replay", file]));
        assert!(ended.code == Some(code) && ended.stderr.contains(told), "{file}: {ended:?}");
        assert!(ended.stderr.contains("hint:"), "{file}: {ended:?}");
    }
    let ended = place.boji(&["run", "--record", "nowhere/day.warc.gz"]);
    assert!(ended.code == Some(1) && ended.stderr.contains("there is no folder nowhere"), "{ended:?}");
}
