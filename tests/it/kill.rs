//! A run that is killed loses nothing that was stored, and the next one goes on.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use boji::seams::store::Store;

use crate::place::{Place, source};
use crate::server::{Reply, Server};
use crate::writing::{feed, page};

/// Times that the program is killed.
const KILLS: usize = 50;
/// Rounds after which the test gives up: in some the program may be done before it is killed.
const MOST_ROUNDS: usize = 80;
/// Feeds of the server. Those with an even number carry their texts; of the others the pages are fetched.
const FEEDS: usize = 4;

/// A server whose feeds grow by an entry each round.
struct Growing {
    server: Server,
    entries: Vec<Vec<(String, String)>>,
}

impl Growing {
    async fn start() -> Self {
        Self { server: Server::start().await, entries: vec![Vec::new(); FEEDS] }
    }

    fn grow(&mut self, round: usize) {
        for (number, entries) in self.entries.iter_mut().enumerate() {
            let path = format!("/{number}/{round}");
            let thing = format!("bundle {round} of feed {number}");
            self.server.on(&path, [Reply::ok(page(&thing)).header("Content-Type", "text/html")]);
            entries.push((self.server.url(&path), thing));
            let body = feed(&format!("Feed {number}"), entries, number % 2 == 0);
            let etag = format!("\"{number}-{round}\"");
            self.server.on(&format!("/feed/{number}"), [Reply::ok(body).header("ETag", etag)]);
        }
    }

    fn sources(&self) -> String {
        (0..FEEDS)
            .map(|number| source(&format!("f{number}"), "feed", &self.server.url(&format!("/feed/{number}"))))
            .collect()
    }

    /// Titles of all entries so far, sorted.
    fn titles(&self) -> Vec<String> {
        let mut titles: Vec<String> = self.entries.iter().flatten().map(|(_, thing)| thing.clone()).collect();
        titles.sort();
        titles
    }
}

/// What a person can rely on: the articles that are in the database, by id, with their text.
fn acknowledged(place: &Place) -> BTreeMap<String, String> {
    if !place.path("data/boji.db").exists() {
        return BTreeMap::new();
    }
    place.articles().into_iter().map(|stored| (stored.id, stored.submission.article.content_hash())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_lose_nothing() {
    let mut growing = Growing::start().await;
    let place = Place::new(&[&growing.server], &growing.sources());
    let mut kept: BTreeMap<String, String> = BTreeMap::new();
    let (mut kills, mut rounds) = (0, 0);
    while kills < KILLS {
        assert!(rounds < MOST_ROUNDS, "only {kills} kills in {rounds} rounds");
        growing.grow(rounds);
        // At another request each round: while a feed is read, between two pages, at the last one.
        let asked = growing.server.log().len() + 1 + rounds * 5 % 9;
        rounds += 1;
        let mut command = place.command(&["run", "--all", "-q"]);
        let mut child = command.stdout(Stdio::null()).spawn().expect("started");
        let status = loop {
            if let Some(status) = child.try_wait().expect("waited") {
                break status;
            }
            if growing.server.log().len() >= asked {
                child.kill().expect("killed");
                break child.wait().expect("waited");
            }
            tokio::time::sleep(std::time::Duration::from_micros(200)).await;
        };
        kills += usize::from(status.signal() == Some(9));
        let now = acknowledged(&place);
        for (id, text) in &kept {
            assert_eq!(now.get(id), Some(text), "lost in round {rounds}");
        }
        if !now.is_empty() {
            assert_eq!(place.store().check().expect("readable"), Vec::<String>::new(), "round {rounds}");
        }
        kept = now;
    }
    let check = place.boji(&["status", "--check"]);
    let told: Vec<&str> = check.stdout.lines().collect();
    // Of three kills in a row while one source was read a person is told.
    assert!(
        told.iter().all(|problem| problem.contains("times in a row") && problem.contains(": started (")),
        "{check:?}"
    );
    assert_eq!(check.code, Some(if told.is_empty() { 0 } else { 5 }), "{check:?}");
    let last = place.boji(&["run", "--all"]);
    assert_eq!(last.code, Some(0), "{last:?}");
    assert_eq!(place.titles(), growing.titles(), "each article once");
    let counts = place.store().counts(boji_clean::model::Timestamp::default()).expect("readable");
    assert_eq!((counts.pending, counts.revisions), (0, counts.articles));
    assert_eq!(place.boji(&["status", "--check"]).code, Some(0));
}
