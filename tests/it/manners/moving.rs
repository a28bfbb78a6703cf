//! Rows 22 to 27: redirects, private networks, and what a request carries with it.

use std::sync::Arc;

use boji::seams::config::{FetchSettings, Settings};
use boji::seams::fetch::{Ask, Fetched, Fetcher, Live, Purpose};
use boji::seams::model::{ErrorClass, FailureClass, ManualClock, Outcome};
use boji_clean::model::Timestamp;

use super::{address, every, short, telling, validators};
use crate::place::Place;
use crate::scene::{Given, Scene};
use crate::server::{Reply, Server};

/// Polls a little more than an hour apart.
fn hourly() -> impl Iterator<Item = i64> {
    every(62, 0..9 * 62)
}

// Row 22.
#[tokio::test]
async fn an_address_is_changed_after_three_polls_that_say_so() {
    let scene = Scene::new();
    for (site, status) in [("moved", 301), ("for-good", 308)] {
        let target = format!("https://{site}.example/new");
        scene.add_feed(site, &address(site));
        scene.in_turn(&address(site), [Given::redirect(status, &target)]);
        scene.in_turn(&target, [short(site).header("etag", "\"new\""), Given::new(304, "")]);
    }
    // One that had validators of its own before it moved, and one whose server wavers.
    let target = "https://own.example/new";
    scene.add_feed("own", &address("own"));
    let own = short("own").header("etag", "\"old\"");
    scene.in_turn(&address("own"), [own.clone(), own, Given::redirect(301, target)]);
    scene.in_turn(target, [short("own").header("etag", "\"new\"")]);
    scene.add_feed("wavering", &address("wavering"));
    let (home, away) = (short("wavering"), Given::redirect(301, "https://wavering.example/new"));
    let turns = [&home, &away, &away, &home, &away, &away, &home, &away, &home].map(Given::clone);
    scene.in_turn(&address("wavering"), turns);
    scene.in_turn("https://wavering.example/new", [home]);
    scene.play(hourly()).await;
    for site in ["moved", "for-good"] {
        let target = format!("https://{site}.example/new");
        assert_eq!((scene.requests(&address(site)).len(), scene.requests(&target).len()), (3, 9), "{site}");
        assert_eq!(scene.source(site).0.url, target);
    }
    let tags = |url: &str| -> Vec<Option<String>> {
        scene.requests(url).iter().map(|asked| validators(asked).0.map(str::to_owned)).collect()
    };
    let (old, new) = (tags(&address("own")), tags(target));
    assert!(old.contains(&Some("\"old\"".into())) && !old.contains(&Some("\"new\"".into())), "{old:?}");
    assert!(new.contains(&Some("\"new\"".into())) && !new.contains(&Some("\"old\"".into())), "{new:?}");
    assert_eq!(scene.requests(&address("wavering")).len(), 9);
    assert_eq!(scene.source("wavering").0.url, address("wavering"), "never three times in a row");
}

// Row 22.
#[tokio::test]
async fn what_a_person_asks_four_times_in_a_minute_moves_no_feed() {
    let scene = Scene::new();
    let target = "https://shed.example/new";
    scene.add_feed("shed", &address("shed"));
    scene.in_turn(&address("shed"), [Given::redirect(301, target)]);
    scene.in_turn(target, [short("shed")]);
    for _ in 0..4 {
        scene.run_named("shed").await;
        scene.pass(10).await;
    }
    assert_eq!(scene.requests(&address("shed")).len(), 4);
    assert_eq!(scene.source("shed").0.url, address("shed"));
}

// Row 23.
#[tokio::test]
async fn only_what_is_permanent_in_a_chain_is_kept() {
    let chains: [(&str, &[u16], bool); 5] = [
        ("found", &[302], false),
        ("see-other", &[303], false),
        ("for-now", &[307], false),
        ("mixed", &[302, 301], false),
        ("prefix", &[301, 302], true),
    ];
    let scene = Scene::new();
    let hop = |site: &str, number: usize| format!("https://{site}.example/{number}");
    for (site, statuses, _) in chains {
        scene.add_feed(site, &hop(site, 0));
        for (number, status) in statuses.iter().enumerate() {
            scene.in_turn(&hop(site, number), [Given::redirect(*status, &hop(site, number + 1))]);
        }
        scene.in_turn(&hop(site, statuses.len()), [short(site)]);
    }
    scene.play(hourly()).await;
    for (site, statuses, is_kept) in chains {
        assert_eq!(scene.requests(&hop(site, statuses.len())).len(), 9, "{site}: followed each time");
        assert_eq!(scene.source(site).0.url, hop(site, usize::from(is_kept)), "{site}");
    }
}

// Row 23.
#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_is_added_through_a_temporary_redirect_keeps_its_address() {
    let server = Server::start().await;
    server.on("/start", [Reply::redirect(302, "/end")]);
    server.on("/end", [Reply::ok(telling("shed", [1])).header("Content-Type", "application/atom+xml")]);
    let place = Place::new(&[&server], "");
    let added = place.boji(&["add", &server.url("/start"), "--id", "shed"]);
    assert_eq!(added.code, Some(0), "{added:?}");
    assert_eq!(place.source("shed").0.url, server.url("/start"));
}

// Row 24.
#[tokio::test]
async fn a_login_page_in_a_feeds_place_is_no_new_address() {
    let scene = Scene::new();
    let login = "https://hotel.example/login";
    let portal = "<!doctype html><title>Welcome</title><form><input name=room><button>Log in</form>";
    let away = Given::redirect(301, login);
    let turns: Vec<Given> = std::iter::once(short("shed")).chain(vec![away; 5]).chain([short("shed")]).collect();
    scene.add_feed("shed", &address("shed"));
    scene.in_turn(&address("shed"), turns);
    scene.in_turn(login, [Given::new(200, portal).header("content-type", "text/html")]);
    scene.play([0, 61, 122]).await;
    assert_eq!(scene.source("shed").1.last_error, Some(Outcome::Unusable(FailureClass::NoFeed)));
    scene.play(every(62, 186..1_440)).await;
    assert_eq!(scene.requests(login).len(), 5);
    assert_eq!((scene.source("shed").0.url, scene.source("shed").1.failures), (address("shed"), 0));
    assert_eq!(scene.titles(), ["shed 1"]);
}

// Row 25.
#[tokio::test]
async fn a_redirect_that_leads_nowhere_or_off_the_web_is_an_error() {
    let (circle, refused) = (ErrorClass::RedirectLoop, ErrorClass::RedirectRefused);
    let cases = [
        ("itself", "https://itself.example/feed", circle),
        ("ping", "https://pong.example/feed", circle),
        ("pong", "https://ping.example/feed", circle),
        ("file", "file:///etc/passwd", refused),
        ("ftp", "ftp://shed.example/feed", refused),
        ("data", "data:application/rss+xml,<rss/>", refused),
        ("script", "javascript:void(0)", refused),
        ("nowhere", "", refused),
        ("downgrade", "http://plain.example/feed", refused),
        ("long", "https://long.example/1", circle),
    ];
    let scene = Scene::new();
    for (site, target, _) in cases {
        scene.add_feed(site, &address(site));
        scene.in_turn(&address(site), [Given::redirect(302, target)]);
    }
    let step = |site: &str, number: usize| format!("https://{site}.example/{number}");
    for (site, steps) in [("long", 12), ("short", 3)] {
        for number in 1..steps {
            scene.in_turn(&step(site, number), [Given::redirect(302, &step(site, number + 1))]);
        }
        scene.in_turn(&step(site, steps), [short(site)]);
    }
    scene.add_feed("short", &step("short", 1));
    scene.in_turn("http://plain.example/feed", [short("plain")]);
    scene.run_due().await;
    for (site, _, class) in cases {
        assert_eq!(scene.source(site).1.last_error, Some(Outcome::Failed(class)), "{site}");
    }
    assert_eq!(scene.titles(), ["short 1"], "three hops are followed");
    let strange: Vec<String> = scene.asked().into_iter().filter(|url| !url.starts_with("https://")).collect();
    assert_eq!(strange, [""; 0]);
    assert!(scene.log().len() < 40, "{}", scene.log().len());
}

fn live(allow_private: Vec<String>) -> Fetcher {
    let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(0)));
    let settings = FetchSettings {
        allow_private,
        connect_timeout_seconds: 2,
        host_gap_millis: 0,
        contact: "https://owner.example/about".into(),
        ..Settings::default().fetch
    };
    let transport = Live::new(&settings, clock.clone()).expect("a client");
    Fetcher::new(Arc::new(transport), clock, &settings, Vec::new())
}

async fn class(fetcher: &Fetcher, ask: &Ask) -> Option<ErrorClass> {
    fetcher.fetch(ask).await.err().map(|error| error.class)
}

// Row 26.
#[tokio::test]
async fn no_way_leads_into_a_private_network_that_is_not_allowed() {
    let (good, hop, trap) = (Server::start().await, Server::start().await, Server::start().await);
    trap.on("/feed", [Reply::ok("inside")]);
    let port = trap.host().rsplit(':').next().expect("a port").to_owned();
    let hosts = [
        format!("127.0.0.1:{port}"),
        format!("0.0.0.0:{port}"),
        format!("2130706433:{port}"),
        format!("0177.0.0.1:{port}"),
        format!("127.1:{port}"),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
        format!("[::ffff:127.0.0.1]:{port}"),
        "10.211.211.211".to_owned(),
        "169.254.211.211".to_owned(),
        "192.168.211.211".to_owned(),
        "100.64.211.211".to_owned(),
        "[fd00:211::211]".to_owned(),
        "[fe80::211:211]".to_owned(),
    ];
    let fetcher = live(vec![good.host().to_owned(), hop.host().to_owned()]);
    let refused = Some(ErrorClass::PrivateAddress);
    for host in hosts {
        let target = format!("http://{host}/feed");
        good.on("/away", [Reply::redirect(302, target.clone())]);
        hop.on("/second", [Reply::redirect(302, target.clone())]);
        good.on("/two", [Reply::redirect(302, hop.url("/second"))]);
        for url in [good.url("/away"), good.url("/two"), target] {
            assert_eq!(class(&fetcher, &Ask::new(url.clone(), Purpose::Feed)).await, refused, "{url} to {host}");
        }
    }
    assert_eq!(
        class(&fetcher, &Ask::new(trap.url("/page"), Purpose::Page)).await,
        refused,
        "nor is its robots.txt asked"
    );
    assert!(trap.log().is_empty(), "{:?}", trap.paths());
    let allowed = live(vec!["127.0.0.0/8".to_owned()]);
    assert_eq!(
        class(&allowed, &Ask::new(good.url("/two"), Purpose::Feed)).await,
        refused,
        "the last target is another network"
    );
    good.on("/two", [Reply::redirect(302, trap.url("/feed"))]);
    assert_eq!(class(&allowed, &Ask::new(good.url("/two"), Purpose::Feed)).await, None);
}

// Row 27.
#[tokio::test]
async fn an_address_goes_out_as_it_was_given_and_no_cookie_comes_back() {
    let server = Server::start().await;
    let targets = [
        "/a%20b/%7Ename/%e4%bd%a0%E5%A5%BD?b=2&a=1&&c=%20+~&d=x;y&e=&f",
        "//double//slash/;v=1/feed.xml",
        "/empty-query?",
        "/marks?q=(a)*!$,:@/?-._~[]",
        "/utm?utm_source=rss&utm_medium=feed&fbclid=1",
    ];
    let cookie = |reply: Reply| reply.header("Set-Cookie", "sid=42; Path=/; Max-Age=99999");
    server.on("/start", [cookie(Reply::redirect(302, "/end"))]).on("/end", [cookie(Reply::ok("end"))]);
    for target in targets {
        server.on(target, [cookie(Reply::ok("here"))]);
    }
    let fetcher = live(vec![server.host().to_owned()]);
    for _ in 0..2 {
        for target in targets.into_iter().chain(["/start"]) {
            let fetched = fetcher.fetch(&Ask::new(server.url(target), Purpose::Feed)).await.expect(target);
            assert!(matches!(fetched, Fetched::Complete(_)), "{target}");
        }
    }
    let twice: Vec<&str> = targets.into_iter().chain(["/start", "/end"]).cycle().take(14).collect();
    assert_eq!(server.paths(), twice);
    for asked in server.log() {
        assert_eq!((asked.header("cookie"), asked.header("referer")), (None, None), "{}", asked.path);
    }
}
