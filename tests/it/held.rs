//! Words that would take nearly all of a stored article away are held back until they come twice, a day apart.

use boji::seams::dedup::decide_again;
use boji::seams::model::{Clock, EntryStatus};
use boji::seams::store::{Batch, Store};

use crate::place::{Place, every_revision, source};
use crate::scene::Scene;
use crate::server::{Reply, Server};
use crate::writing::page;

const HOUR: i64 = 3_600;
const FEED: &str = "https://shed.example/feed";
const SACKS: &str = "https://shed.example/sacks";

/// A page with other words under the same title, which says when it was written.
fn notice() -> String {
    "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>sacks</title>\
     <meta property=\"article:published_time\" content=\"2026-01-02\"></head><body><article><h1>sacks</h1>\
     <p>What stood here has been taken over to the other house, where the door is open from nine to five and where \
     somebody will be glad to look it up for you.</p></article></body></html>"
        .to_owned()
}

/// A feed that names the page; another title is an edit, after which the page is asked for again.
fn feed(title: &str) -> String {
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Shed</title><entry><id>1</id><title>{title}</title>\
         <link href=\"{SACKS}\"/><updated>2026-01-02T03:04:05Z</updated></entry></feed>"
    )
}

/// A scene in which the article is stored and its page has become something else; its id.
async fn gutted() -> (Scene, String) {
    let scene = Scene::new();
    scene.add_feed("shed", FEED);
    scene.feed(FEED, feed("sacks"));
    scene.page(SACKS, page("sacks"));
    scene.run().await;
    let id = scene.articles().remove(0).id;
    scene.feed(FEED, feed("sacks, again"));
    scene.page(SACKS, notice());
    scene.pass(HOUR).await;
    let report = scene.run().await;
    assert_eq!((report.sources[0].held, report.sources[0].revised), (1, 0));
    (scene, id)
}

fn stands(scene: &Scene, id: &str) -> (u32, bool) {
    let stored = scene.store().article(id).expect("readable").expect("stored");
    (stored.revision, stored.submission.article.text.contains("short by a rung"))
}

#[tokio::test]
async fn words_that_come_again_a_day_later_are_taken() {
    let (scene, id) = gutted().await;
    assert_eq!(stands(&scene, &id), (1, true));
    let held = scene.store().held().expect("readable");
    assert_eq!(held, [(id.clone(), scene.clock.now())]);
    let revisions = every_revision(&scene.store(), &id);
    assert_eq!(revisions.iter().map(|one| one.held_since.is_some()).collect::<Vec<_>>(), [false, true]);
    let waiting = scene.pending();
    assert_eq!((waiting.len(), waiting[0].status), (1, EntryStatus::Pending));

    scene.asked();
    scene.pass(2 * HOUR).await;
    scene.run_due().await;
    assert_eq!(scene.asked(), [FEED], "it is not asked for before a day is over");
    scene.pass(23 * HOUR).await;
    let report = scene.run().await;
    assert_eq!((report.sources[0].held, report.sources[0].revised), (0, 1));
    assert_eq!(stands(&scene, &id), (2, false));
    assert!(scene.store().held().expect("readable").is_empty());
    assert!(scene.pending().is_empty());
    assert_eq!(scene.store().check().expect("readable"), Vec::<String>::new());
}

#[tokio::test]
async fn an_article_that_comes_back_was_never_away() {
    let (scene, id) = gutted().await;
    scene.page(SACKS, page("sacks"));
    scene.pass(25 * HOUR).await;
    scene.run().await;
    assert_eq!(stands(&scene, &id), (1, true));
    assert!(scene.store().held().expect("readable").is_empty());
    assert_eq!(every_revision(&scene.store(), &id).len(), 1);
    assert!(scene.pending().is_empty());
}

#[tokio::test]
async fn cleaning_again_leaves_what_is_held_back() {
    let (scene, id) = gutted().await;
    let held = scene.store().held().expect("readable");
    let stored = scene.store().article(&id).expect("readable").expect("stored");
    let again = Batch { articles: vec![stored.submission], ..Batch::default() };
    scene.store().commit(&again, &decide_again).expect("stored");
    assert_eq!((stands(&scene, &id), scene.store().held().expect("readable")), ((1, true), held));
    scene.pass(25 * HOUR).await;
    scene.run().await;
    assert_eq!(stands(&scene, &id), (2, false), "its day went on");
    assert_eq!(scene.store().check().expect("readable"), Vec::<String>::new());
}

#[tokio::test]
async fn a_person_goes_back_and_stays_there() {
    let (scene, id) = gutted().await;
    scene.pass(25 * HOUR).await;
    scene.run().await;
    assert_eq!(stands(&scene, &id), (2, false));
    assert!(scene.store().revert(&id, 1, &decide_again).expect("stored"));
    assert!(!scene.store().revert(&id, 9, &decide_again).expect("stored"), "there is no ninth");
    assert_eq!(stands(&scene, &id), (1, true));
    for number in 0..3 {
        scene.feed(FEED, feed(&format!("sacks, {number}")));
        scene.pass(48 * HOUR).await;
        scene.run().await;
        assert_eq!(stands(&scene, &id), (1, true), "what a person turned away stays away");
    }
    scene.feed(FEED, feed("sacks, mended"));
    scene.page(SACKS, page("sacks").replace("short by a rung", "short by a rung and a nail"));
    scene.pass(HOUR).await;
    scene.run().await;
    assert_eq!(stands(&scene, &id), (3, true), "an edit of what stands is taken");
    assert!(scene.store().revert(&id, 2, &decide_again).expect("stored"));
    assert_eq!(stands(&scene, &id), (2, false));
    assert_eq!(scene.store().check().expect("readable"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn revisions_are_shown_compared_and_gone_back_to() {
    let server = Server::start().await;
    let feed = |title: &str| Reply::ok(feed(title).replace(SACKS, &server.url("/sacks")));
    let html = |body: String| Reply::ok(body).header("Content-Type", "text/html; charset=utf-8");
    server.on("/feed", [feed("sacks"), feed("sacks, mended"), feed("sacks, moved")]);
    server.on(
        "/sacks",
        [html(page("sacks")), html(page("sacks").replace("short by a rung", "short by two rungs")), html(notice())],
    );
    let place = Place::new(&[&server], &source("shed", "feed", &server.url("/feed")));
    for _ in 0..3 {
        assert_eq!(place.boji(&["run", "--all", "-q"]).code, Some(0));
    }
    let id = place.articles().remove(0).id;
    let status = place.boji(&["status"]).stdout;
    assert!(status.contains(&format!("held back {id}")), "{status}");
    let told = |arguments: &[&str]| {
        let ran = place.boji(arguments);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran.stdout
    };
    let held = told(&["diff", &id[..12]]);
    assert!(held.contains("held since") && held.contains("\n+What stood here"), "{held}");
    let edit = told(&["diff", &id, "1", "2"]);
    assert!(edit.contains("\n-By noon") && edit.contains("two rungs"), "{edit}");
    let json = place.boji(&["diff", &id, "1", "2", "--json"]).json();
    assert_eq!((&json["old"]["revision"], json["removed"].as_array().map(Vec::len)), (&1.into(), Some(1)));
    for (number, words) in [("1", "by a rung"), ("2", "by two rungs"), ("3", "the other house")] {
        assert!(told(&["show", &id, "--as", "text", "--revision", number]).contains(words), "{number}");
    }
    let wrong = place.boji(&["show", &id, "--revision", "4"]);
    assert!(wrong.code == Some(2) && wrong.stderr.contains("it has 1, 2, 3"), "{wrong:?}");

    told(&["revert", &id]);
    assert!(told(&["show", &id, "--as", "text"]).contains("by a rung"));
    let first = place.boji(&["revert", &id]);
    assert!(first.code == Some(2) && first.stderr.contains("no earlier revision"), "{first:?}");
    told(&["revert", &id, "--to", "3"]);
    assert!(told(&["show", &id, "--as", "text"]).contains("the other house"));

    let again = place.boji(&["retry", &server.url("/sacks")]);
    assert!(again.code == Some(0) && again.stderr.contains("asks for 1 page"), "{again:?}");
    let before = server.log().len();
    place.boji(&["run", "-q"]);
    assert_eq!(server.paths()[before..], ["/sacks"]);
    assert_eq!(place.boji(&["retry", "shed"]).code, Some(0));
    let unknown = place.boji(&["retry", "https://nowhere.example/"]);
    assert!(unknown.code == Some(2) && unknown.stderr.contains("hint:"), "{unknown:?}");
}
