//! What a source has of its own: the name, headers and cookies of its requests, the rules for its entries, its priority.

use std::io::Read;

use boji::seams::model::{Clock as _, EntryStatus, Outcome, Schedule, Source, SourceKind};
use boji::seams::store::Store;
use serde_json::json;

use crate::place::{Place, source};
use crate::scene::Scene;
use crate::server::{Reply, Server};
use crate::writing::{feed, page};

const FEED: &str = "https://mill.example/feed";

/// A feed of the mill with headers of its own.
fn mill() -> Source {
    Source {
        user_agent: "mill-reader/1".into(),
        headers: [("x-token".to_owned(), "SECRET".to_owned())].into(),
        ..Source::new(SourceKind::Feed, "mill", FEED, Schedule::Every(3_600))
    }
}

fn entries(urls: &[&str]) -> Vec<(String, String)> {
    urls.iter().map(|url| ((*url).to_owned(), format!("The story at {url}"))).collect()
}

/// Of each request but those for robots.txt: its address, its name, and what it carries in secret.
fn carried(scene: &Scene) -> Vec<(String, String, String)> {
    let requests = scene.sent().into_iter().filter(|request| !request.url.ends_with("/robots.txt"));
    let carried = requests.map(|request| {
        let name = request.headers.iter().find(|(name, _)| name == "user-agent").map(|(_, value)| value.clone());
        let name = name.unwrap_or_default().split('/').next().unwrap_or_default().to_owned();
        let secrets: Vec<String> =
            request.secret_headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        (request.url, name, secrets.join(", "))
    });
    carried.collect()
}

#[tokio::test]
async fn cookies_and_headers_go_to_the_site_of_their_source_and_no_redirect_takes_them_away() {
    let scene = Scene::new();
    let cookies = scene.write(
        "cookies.txt",
        ".mill.example\tTRUE\t/\tFALSE\t0\tmill\t1\nmill.example\tFALSE\t/\tTRUE\t0\thost\t2\n\
         .mill.example\tTRUE\t/\tFALSE\t1000000000\told\t3\n.other.example\tTRUE\t/\tFALSE\t0\tother\t4\nstrange\n",
    );
    let source = Source { cookies: cookies.display().to_string(), ..mill() };
    scene.store().put_source(&source).expect("stored");
    let [own, other, moved] = ["https://www.mill.example/a", "https://other.example/b", "https://mill.example/moved"];
    scene.feed(FEED, feed("Mill", &entries(&[own, other, moved]), false));
    scene.page(own, page("wheel"));
    scene.page(other, page("loom"));
    let away = "https://other.example/c";
    scene.answer(
        moved,
        Some((302, vec![("location".into(), away.into()), ("set-cookie".into(), "new=5".into())], String::new())),
    );
    scene.page(away, page("sack"));
    let report = scene.run().await;
    assert_eq!(report.sources[0].oddities, ["mill: 1 lines of its file of cookies are no cookies"]);
    assert_eq!(scene.articles().len(), 3, "{report:?}");
    let mut told = carried(&scene);
    told[1..].sort();
    let own_name = "mill-reader";
    let want = [
        (FEED, own_name, "x-token: SECRET, cookie: mill=1; host=2"),
        (moved, own_name, "x-token: SECRET, cookie: mill=1; host=2"),
        (other, "boji", ""),
        (away, "boji", ""),
        (own, own_name, "x-token: SECRET, cookie: mill=1"),
    ];
    assert_eq!(told, want.map(|(url, name, secrets)| (url.to_owned(), name.to_owned(), secrets.to_owned())));
    let robots = scene.sent().into_iter().filter(|request| request.url.ends_with("/robots.txt"));
    assert!(robots.into_iter().all(|request| request.secret_headers.is_empty()));
}

#[tokio::test]
async fn a_source_whose_cookies_cannot_be_read_is_not_asked() {
    let scene = Scene::new();
    scene.store().put_source(&Source { cookies: "/no/such/cookies.txt".into(), ..mill() }).expect("stored");
    scene.add_feed("loom", "https://loom.example/feed");
    scene.feed("https://loom.example/feed", feed("Loom", &[], false));
    let report = scene.run().await;
    assert_eq!(scene.asked(), ["https://loom.example/feed"]);
    let mill = report.sources.iter().find(|report| report.source == "mill").expect("told");
    let problem = &mill.problems[0];
    assert!(problem.message.contains("/no/such/cookies.txt") && !problem.hint.is_empty(), "{problem:?}");
    assert!(!problem.transient && report.failed());
    let (_, state) =
        scene.store().sources().expect("readable").into_iter().find(|(it, _)| it.id == "mill").expect("there");
    assert_eq!((state.failures, state.last_error.map(Outcome::as_str)), (1, Some("no_cookies")));
    assert!(state.next_due > scene.clock.now());
}

#[tokio::test]
async fn a_source_with_secrets_does_not_move_to_another_site() {
    let scene = Scene::new();
    scene.store().put_source(&mill()).expect("stored");
    let elsewhere = "https://other.example/feed";
    scene.answer(FEED, Some((301, vec![("location".into(), elsewhere.into())], String::new())));
    scene.feed(elsewhere, feed("Mill", &[], false));
    for _ in 0..5 {
        scene.run().await;
        scene.pass(3_600).await;
    }
    assert_eq!(scene.store().sources().expect("readable")[0].0.url, FEED);
    assert!(carried(&scene).iter().all(|(url, _, secrets)| url == FEED || secrets.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_recording_log_or_list_holds_what_a_source_carries() {
    let server = Server::start().await;
    let atom = |text: String| Reply::ok(text).header("Content-Type", "application/atom+xml");
    server.on("/feed", [atom(feed("Mill", &entries(&[&server.url("/page")]), false))]);
    server.on("/page", [Reply::ok(page("wheel")).header("Content-Type", "text/html")]);
    let text = source("mill", "feed", &server.url("/feed"))
        + "headers = { X-Token = \"SECRET1\", accept = \"SECRET2\" }\ncookies = \"club.txt\"\n";
    let place = Place::new(&[&server], &text);
    std::fs::write(place.path("config/club.txt"), "127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\tSECRET3\n").expect("written");
    let ran = place.boji(&["-vvv", "run", "--record", "day.warc.gz"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for asked in server.log().iter().filter(|asked| asked.path != "/robots.txt") {
        let values = ["x-token", "accept", "cookie"].map(|name| asked.header(name).unwrap_or_default());
        assert_eq!(values, ["SECRET1", "SECRET2", "sid=SECRET3"], "{}", asked.path);
    }
    let mut recording = String::new();
    let file = std::fs::File::open(place.path("day.warc.gz")).expect("there");
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut recording).expect("gzip");
    assert!(recording.contains("x-token: redacted") && recording.contains("cookie: redacted"), "{recording}");
    let listed = place.boji(&["list", "sources", "--json"]);
    assert_eq!(listed.json()["headers"], json!({"x-token": "redacted", "accept": "redacted"}));
    assert!(listed.json()["cookies"].as_str().is_some_and(|path| path.ends_with("config/club.txt")), "{listed:?}");
    let plan = place.boji(&["run", "--all", "--dry-run", "--json"]);
    for (what, text) in [
        ("recording", &recording),
        ("log", &ran.stderr),
        ("report", &ran.stdout),
        ("list", &listed.stdout),
        ("plan", &plan.stdout),
    ] {
        assert!(!text.contains("SECRET"), "{what}: {text}");
    }
    std::fs::remove_file(place.path("config/club.txt")).expect("removed");
    let replayed = place.command_in("replayed", &["replay", "day.warc.gz"]).status().expect("ended");
    assert!(replayed.success(), "a replay needs no cookies");
}

#[tokio::test]
async fn what_a_rule_keeps_out_is_known_and_comes_when_it_is_taken_back() {
    let scene = Scene::new();
    let plain = Source::new(SourceKind::Feed, "mill", FEED, Schedule::Every(3_600));
    let (story, advert) = ("https://mill.example/story", "https://mill.example/advert");
    let named = [(story.to_owned(), "The wheel".to_owned()), (advert.to_owned(), "【廣告】Flour".to_owned())];
    scene.feed(FEED, feed("Mill", &named, false));
    scene.page(story, page("wheel"));
    scene.page(advert, page("flour"));
    scene.store().put_source(&Source { skip: vec!["title:广告".into()], ..plain.clone() }).expect("stored");
    for (times, run) in ["first", "second"].into_iter().enumerate() {
        let report = scene.run().await;
        let skipped = report.sources[0].others.get("skipped").copied().unwrap_or_default();
        assert_eq!(skipped, usize::from(times == 0), "{run}: told once");
        scene.pass(3_600).await;
    }
    assert!(!scene.asked().contains(&advert.to_owned()));
    let entry = || scene.store().entries_at(&[advert.to_owned()], 9).expect("readable").remove(0);
    assert_eq!((entry().status, entry().outcome), (EntryStatus::Closed, Some(Outcome::Skipped)));
    assert_eq!(entry().skipped_by, "skip title:广告");

    // Taken back while the rule stands, it stays out.
    let retry = |scene: &Scene| {
        let which = boji::seams::store::Retry::Source("mill".into());
        scene.store().retry(&which, scene.clock.now()).expect("stored")
    };
    assert_eq!(retry(&scene), 1);
    scene.run().await;
    assert_eq!((entry().status, scene.asked().contains(&advert.to_owned())), (EntryStatus::Closed, false));

    scene.store().put_source(&plain).expect("stored");
    scene.pass(3_600).await;
    scene.run().await;
    assert_eq!(entry().status, EntryStatus::Closed, "nobody asked for it yet");
    retry(&scene);
    scene.run().await;
    assert_eq!((entry().status, entry().skipped_by.as_str()), (EntryStatus::Done, ""));
    assert_eq!(scene.articles().len(), 2);
}

#[tokio::test]
async fn rules_close_what_waits_and_the_texts_of_a_feed_come_back_whole() {
    let scene = Scene::new();
    let plain = Source::new(SourceKind::Feed, "mill", FEED, Schedule::Every(3_600));
    let named = entries(&["https://mill.example/wheel", "https://mill.example/flour"]);
    scene.feed(FEED, feed("Mill", &named, true));
    scene.store().put_source(&Source { keep: vec!["url:/wheel".into()], ..plain.clone() }).expect("stored");
    scene.run().await;
    assert_eq!((scene.articles().len(), scene.asked()), (1, vec![FEED.to_owned()]));
    scene.store().put_source(&plain).expect("stored");
    let which = boji::seams::store::Retry::Source("mill".into());
    scene.store().retry(&which, scene.clock.now()).expect("stored");
    scene.run().await;
    assert_eq!((scene.articles().len(), scene.asked()), (2, vec![FEED.to_owned()]), "its text is taken from the feed");

    // Pages that waited when the rule was written.
    let pages = "https://loom.example/feed";
    scene.add_feed("loom", pages);
    scene.feed(pages, feed("Loom", &entries(&["https://loom.example/ads/1"]), false));
    scene.run().await;
    assert_eq!(scene.pending().len(), 1, "it was not there");
    let loom = Source::new(SourceKind::Feed, "loom", pages, Schedule::Every(3_600));
    scene.store().put_source(&Source { skip: vec!["url~/ads/\\d".into()], ..loom }).expect("stored");
    let report = scene.run().await;
    assert_eq!(scene.pending().len(), 0);
    let told = report.sources.iter().find(|report| report.source == "loom").expect("told");
    assert_eq!((told.others.get("skipped"), told.pending), (Some(&1), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_tell_which_rule_skipped_a_page() {
    let server = Server::start().await;
    let url = server.url("/ads/1");
    server.on(
        "/feed",
        [Reply::ok(feed("Mill", &entries(&[&url]), false)).header("Content-Type", "application/atom+xml")],
    );
    server.on("/ads/1", [Reply::ok(page("flour")).header("Content-Type", "text/html")]);
    let place = Place::new(&[&server], "");
    let added = place.boji(&[
        "add",
        "--id",
        "mill",
        "--skip",
        "url:/ads/",
        "--header",
        "X-Token: SECRET",
        &server.url("/feed"),
    ]);
    assert_eq!(added.code, Some(0), "{added:?}");
    assert!(server.log().iter().all(|asked| asked.path == "/robots.txt" || asked.header("x-token") == Some("SECRET")));
    place.boji(&["run", "--all", "-q"]);
    let why = place.boji(&["why", &url]);
    assert!(why.stdout.contains("a rule of its source keeps it out (skip url:/ads/)"), "{}", why.stdout);
    assert!(why.stdout.contains("`boji retry mill`"), "{}", why.stdout);
    let listed = place.boji(&["list", "pages"]).stdout;
    assert!(listed.starts_with("closed   skipped") && listed.contains("(skip url:/ads/)"), "{listed}");
    assert_eq!(place.boji(&["list", "pages", "--json"]).json()["skipped_by"], "skip url:/ads/");

    let wrong = place.boji(&["set", "mill", "--skip", "ads"]);
    assert!(wrong.code == Some(2) && wrong.stderr.contains("hint: write `title:WORDS`"), "{wrong:?}");
    let taken =
        place.boji(&["set", "mill", "--skip", "-url:/ads/", "--header", "-x-token", "--priority", "-3", "--json"]);
    assert_eq!((taken.code, &taken.json()["skip"], &taken.json()["priority"]), (Some(0), &json!(null), &json!(-3)));
    place.boji(&["retry", "mill"]);
    place.boji(&["run", "-q"]);
    assert_eq!(place.articles().len(), 1);
}

#[tokio::test]
async fn a_source_of_a_higher_priority_is_asked_with_its_pages_before_the_others() {
    let scene = Scene::new();
    for (id, priority) in [("a", 0), ("b", -1), ("z", 5)] {
        let url = format!("https://{id}.example/feed");
        let page_url = format!("https://{id}.example/page");
        scene.feed(&url, feed(id, &entries(&[&page_url]), false));
        scene.page(&page_url, page(id));
        let source = Source::new(SourceKind::Feed, id, url, Schedule::Every(3_600));
        scene.store().put_source(&Source { priority, ..source }).expect("stored");
    }
    scene.run().await;
    let want = ["z", "z", "a", "a", "b", "b"];
    let hosts: Vec<String> = scene.asked().iter().map(|url| url["https://".len()..][..1].to_owned()).collect();
    assert_eq!(hosts, want);
}

#[test]
fn a_store_of_an_earlier_version_has_no_word_on_what_sources_have_of_their_own() {
    let source = Source::new(SourceKind::Feed, "mill", FEED, Schedule::Every(3_600));
    let written = serde_json::to_value(&source).expect("JSON");
    for key in ["user_agent", "headers", "cookies", "keep", "skip", "priority"] {
        assert_eq!(written.get(key), None, "{key}");
    }
    assert_eq!(serde_json::from_value::<Source>(written).expect("a source"), source);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_of_a_proxy_is_told_nowhere() {
    let proxy = Server::start().await;
    let atom = Reply::ok(feed("Mill", &[], false)).header("Content-Type", "application/atom+xml");
    proxy.on("http://mill.example/feed", [atom]);
    let place = Place::new(
        &[],
        &(source("mill", "feed", "http://mill.example/feed") + &source("loom", "feed", "https://loom.example/feed")),
    );
    let settings = std::fs::read_to_string(place.path("config/boji.toml")).expect("readable");
    let address = proxy.url("").replace("http://", "http://me:SECRET@");
    std::fs::write(place.path("config/boji.toml"), format!("{settings}proxy = \"{address}\"\n")).expect("written");
    let ran = place.boji(&["-vvv", "run", "--record", "day.warc.gz"]);
    assert_eq!(place.outcomes("mill"), ["captured"], "{ran:?}");
    let mut recording = String::new();
    let file = std::fs::File::open(place.path("day.warc.gz")).expect("there");
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut recording).expect("gzip");
    let history = format!("{:?}", place.history("loom"));
    for (what, text) in
        [("log", &ran.stderr), ("report", &ran.stdout), ("recording", &recording), ("history", &history)]
    {
        assert!(!text.contains("SECRET") && !text.contains("bWU6U0VDUkVU"), "{what}: {text}");
    }
}
