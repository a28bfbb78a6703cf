//! A machine whose clock was ahead, servers that were away, a network that lied: all comes by itself afterwards.

use std::sync::Arc;

use boji::seams::model::{Clock, EntryStatus, HostState, ManualClock};
use boji::seams::pipeline::RunOptions;
use boji::seams::store::{Batch, Retry, Store, Waiting};

use crate::scene::Scene;
use crate::writing::{feed, page};

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
const FEED: &str = "https://shed.example/feed";

fn link(thing: &str) -> String {
    format!("https://shed.example/{thing}")
}

/// A feed that names pages of these things.
fn naming(things: &[&str]) -> String {
    let entries: Vec<(String, String)> = things.iter().map(|thing| (link(thing), (*thing).to_owned())).collect();
    feed("Shed", &entries, false)
}

fn shed() -> Scene {
    let scene = Scene::new();
    scene.add_feed("shed", FEED);
    scene.feed(FEED, naming(&["sacks"]));
    scene.page(&link("sacks"), page("sacks"));
    scene
}

/// An address that answers with a status and nothing else from now on.
fn fails(scene: &Scene, thing: &str, status: u16) {
    scene.answer(&link(thing), Some((status, Vec::new(), String::new())));
}

/// Runs every hour, as cron does, until so many articles are stored; the hours that it took.
async fn hours_until(scene: &Scene, articles: usize, most: i64) -> i64 {
    for hour in 0..most {
        scene.run_due().await;
        if scene.articles().len() >= articles {
            return hour;
        }
        scene.pass(HOUR).await;
    }
    panic!("{} of {articles} articles after {most} hours", scene.articles().len());
}

#[tokio::test]
async fn a_clock_that_was_ahead_silences_nothing() {
    for ahead in [DAY, 100 * DAY, 365 * DAY, 73 * 365 * DAY] {
        let scene = shed();
        // While it was ahead the feed answered, one page failed, and one host asked for a pause.
        scene.feed(FEED, naming(&["sacks", "sieves"]));
        fails(&scene, "sieves", 404);
        let wrong = Arc::new(ManualClock::new(scene.clock.now().plus_seconds(ahead)));
        scene.run_by(&wrong, &RunOptions::default()).await;
        let paused = HostState {
            host: "shed.example".into(),
            not_before: wrong.now().plus_seconds(HOUR),
            reason: "429".into(),
            ..HostState::default()
        };
        scene
            .store()
            .commit(&Batch { hosts: vec![paused], ..Batch::default() }, &boji::seams::dedup::decide)
            .expect("stored");
        assert_eq!(scene.articles().len(), 1);
        scene.feed(FEED, naming(&["sacks", "sieves", "baskets"]));
        scene.page(&link("baskets"), page("baskets"));
        scene.page(&link("sieves"), page("sieves"));
        // A day ahead is a wait of a day: nobody can tell it from one that was meant.
        let most = if ahead == DAY { 27 } else { 3 };
        let hours = hours_until(&scene, 2, most).await;
        assert!(hours < most, "{ahead} s ahead: {hours} hours");
        let days = if ahead > 112 * DAY { 0 } else { ahead / DAY + 1 };
        hours_until(&scene, 3, days * 24 + 3).await;
    }
}

#[tokio::test]
async fn outages_of_hours_and_of_weeks_end_by_themselves() {
    // Of no status: nobody answers at all.
    let outages = [(3, None), (3, Some(503)), (48, Some(403)), (240, None), (240, Some(404)), (24 * 30, Some(500))];
    for (hours, status) in outages {
        let scene = shed();
        match status {
            Some(status) => fails(&scene, "sacks", status),
            None => scene.answer(&link("sacks"), None),
        }
        for _ in 0..hours {
            scene.run_due().await;
            scene.pass(HOUR).await;
        }
        assert!(scene.articles().is_empty(), "{hours} h of {status:?}");
        let entry = scene.pending().remove(0);
        assert_eq!(entry.status, EntryStatus::Pending);
        scene.page(&link("sacks"), page("sacks"));
        // As long again as it was away, and no longer than the rarest of all tries.
        let took = hours_until(&scene, 1, (hours * 2).clamp(8, 24 * 112)).await;
        assert!(took <= (hours * 2).max(8), "{hours} h of {status:?}: {took} h more");
    }
}

#[tokio::test]
async fn a_person_need_not_wait() {
    let scene = shed();
    fails(&scene, "sacks", 404);
    for _ in 0..240 {
        scene.run_due().await;
        scene.pass(HOUR).await;
    }
    scene.page(&link("sacks"), page("sacks"));
    scene.asked();
    let named = RunOptions { sources: vec!["shed".into()], ..RunOptions::default() };
    let report = scene.run_by(&scene.clock, &named).await;
    assert_eq!((report.sources[0].early, report.sources[0].new), (1, 1));

    let scene = shed();
    fails(&scene, "sacks", 410);
    scene.run_due().await;
    assert!(scene.pending().is_empty(), "the server says that it is gone");
    scene.page(&link("sacks"), page("sacks"));
    assert_eq!(scene.store().retry(&Retry::Source("shed".into()), scene.clock.now()).expect("stored"), 1);
    assert_eq!(
        scene.store().pending(None, Waiting { now: scene.clock.now(), longest: DAY }, 9).expect("read").len(),
        1
    );
    scene.pass(HOUR).await;
    let report = scene.run_due().await;
    assert_eq!((report.sources[0].early, report.sources[0].new), (0, 1));
}
