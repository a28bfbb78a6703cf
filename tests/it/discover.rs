//! Discovery: albums in both orders over several runs, folders, the `Discover` of every kind.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use boji::seams::discover::{Step, of_kind, walk};
use boji::seams::model::{Capture, FailureClass, Hop, Schedule, Source, SourceKind, SourceState};
use boji_clean::model::{Candidate, FoundBy, Timestamp};

const ALBUM: &str =
    "https://mp.weixin.qq.com/mp/appmsgalbum?__biz=MzA5OTk5OTk5MQ==&action=getalbum&album_id=3000000000000000025";

fn source(kind: SourceKind, url: &str) -> Source {
    Source { time_zone_minutes: 480, ..Source::new(kind, "s", url, Schedule::Every(3_600)) }
}

fn capture(url: &str, body: Vec<u8>) -> Capture {
    let hops = vec![Hop { url: url.into(), status: 200 }];
    Capture { url: url.into(), hops, status: 200, headers: Vec::new(), body, fetched_at: Timestamp::default() }
}

/// A run as the pipeline makes it, answered from `fixtures/albums/<case>/<place>.json`.
struct Run {
    /// Places asked for, in order.
    asked: Vec<String>,
    /// Guids that were new, in the album's order.
    new: Vec<String>,
    /// The last step, candidates taken out.
    last: Step,
}

/// Runs an album once; `known` and `state` live on from run to run. At most `requests` are answered.
fn run_album(case: &str, known: &mut BTreeSet<String>, state: &mut SourceState, requests: usize) -> Run {
    let source = source(SourceKind::Album, ALBUM);
    let machine = of_kind(SourceKind::Album);
    let mut run = Run { asked: Vec::new(), new: Vec::new(), last: machine.start(&source, state) };
    while let Some(query) = run.last.next.take() {
        if run.asked.len() == requests {
            break;
        }
        assert!(query.url.starts_with(&format!("{ALBUM}&count=10")) && query.url.ends_with("&f=json"), "{}", query.url);
        let place = query
            .url
            .split_once("&begin_msgid=")
            .map_or("first".to_owned(), |(_, rest)| rest.trim_end_matches("&f=json").replace("&begin_itemidx=", "_"));
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/albums/{case}/{place}.json"));
        let body = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        run.asked.push(place);
        let seen = known.clone();
        let is_known = |candidate: &Candidate| seen.contains(&candidate.guid);
        run.last = machine.read(&source, &query, &capture(&query.url, body), &is_known);
        for candidate in std::mem::take(&mut run.last.candidates) {
            if known.insert(candidate.guid.clone()) {
                run.new.push(candidate.guid);
            }
        }
        state.cursor.clone_from(&run.last.cursor);
    }
    run
}

#[test]
fn an_album_newest_first_is_read_whole_once_and_then_only_its_head() {
    let (mut known, mut state) = (BTreeSet::new(), SourceState::default());
    let first = run_album("newest-first", &mut known, &mut state, 99);
    assert_eq!(first.asked, ["first", "2247483648_1", "2247483618_1"]);
    assert_eq!((first.new.len(), state.cursor.as_str()), (25, ""));
    assert_eq!(first.last.about.title, "簸箕手记");

    let again = run_album("newest-first", &mut known, &mut state, 99);
    assert_eq!((again.asked.len(), again.new.len()), (1, 0));

    let grown = run_album("newest-first-grown", &mut known, &mut state, 99);
    assert_eq!(
        (grown.asked.len(), grown.new),
        (1, vec!["3099999991_2247483681_1".into(), "3099999991_2247483678_1".into()])
    );
}

#[test]
fn an_album_oldest_first_is_read_whole_once_and_then_only_its_end() {
    let (mut known, mut state) = (BTreeSet::new(), SourceState::default());
    let first = run_album("oldest-first", &mut known, &mut state, 99);
    assert_eq!((first.asked.len(), first.new.len()), (3, 25));

    let again = run_album("oldest-first", &mut known, &mut state, 99);
    assert_eq!((again.asked, again.new.len()), (vec!["2247483672_1".to_owned()], 0));

    let grown = run_album("oldest-first-grown", &mut known, &mut state, 99);
    assert_eq!(
        (grown.asked.len(), grown.new),
        (1, vec!["3099999991_2247483678_1".into(), "3099999991_2247483681_1".into()])
    );
}

#[test]
fn a_run_that_is_cut_short_goes_on_where_it_was() {
    for case in ["newest-first", "oldest-first"] {
        let (mut known, mut state) = (BTreeSet::new(), SourceState::default());
        let mut requests = 0;
        for _ in 0..6 {
            requests += run_album(case, &mut known, &mut state, 2).asked.len();
        }
        assert_eq!(known.len(), 25, "{case}");
        assert!(requests <= 9, "{case}: {requests}");
    }
}

#[test]
fn what_is_new_and_what_was_left_both_come_in() {
    let (mut known, mut state) = (BTreeSet::new(), SourceState::default());
    run_album("newest-first", &mut known, &mut state, 1);
    assert_eq!(state.cursor, "gaps 2247483648_1");
    let grown = run_album("newest-first-grown", &mut known, &mut state, 99);
    assert_eq!(grown.asked, ["first", "2247483648_1", "2247483618_1"], "from the known down to the gap at once");
    assert_eq!((known.len(), state.cursor.as_str()), (27, ""));
}

#[test]
fn a_lost_place_makes_the_album_be_read_anew() {
    let mut state = SourceState { cursor: "after 2247483672_1".into(), ..SourceState::default() };
    let mut known = BTreeSet::new();
    let run = run_album("oldest-first-place-lost", &mut known, &mut state, 99);
    assert_eq!((run.asked.len(), known.len()), (2, 5));
}

#[test]
fn an_album_of_one_comes_as_an_object() {
    let (mut known, mut state) = (BTreeSet::new(), SourceState::default());
    assert_eq!(run_album("single", &mut known, &mut state, 99).new, ["3099999991_2247483621_1"]);
}

#[test]
fn a_failure_keeps_the_cursor_and_says_whose_fault_it_is() {
    for (case, class) in [("captcha", FailureClass::Blocked), ("refused", FailureClass::Refused)] {
        let mut state = SourceState { cursor: "gaps 2247483648_1".into(), ..SourceState::default() };
        let run = run_album(case, &mut BTreeSet::new(), &mut state, 99);
        assert_eq!(run.last.failure.map(|failure| failure.class), Some(class), "{case}");
        assert_eq!(state.cursor, "gaps 2247483648_1", "{case}");
    }
}

#[test]
fn a_feed_is_one_request_and_what_it_says_of_itself() {
    let (source, machine) = (source(SourceKind::Feed, "https://a.example/feed"), of_kind(SourceKind::Feed));
    let query = machine.start(&source, &SourceState::default()).next.expect("a request");
    let rss = "<rss version='2.0'><channel><title>晒场</title><link>https://a.example/</link><ttl>120</ttl>\
               <item><title>一</title><link>/1</link><pubDate>2026-11-24 08:00:00</pubDate></item></channel></rss>";
    let step = machine.read(&source, &query, &capture(&query.url, rss.into()), &|_| false);
    assert_eq!((step.next, step.failure), (None, None));
    assert_eq!((step.about.title.as_str(), step.about.rhythm.least_seconds), ("晒场", 7_200));
    let entry = step.candidates.first().expect("one");
    assert_eq!((entry.url.as_str(), entry.found_by), ("https://a.example/1", Some(FoundBy::Feed)));
    let published = entry.published.expect("a time").to_string();
    assert_eq!(published, "2026-11-24T08:00:00+08:00", "a time without zone is in the source's");

    let page = machine.read(&source, &query, &capture(&query.url, b"<!DOCTYPE html><html>".to_vec()), &|_| false);
    assert_eq!(page.failure.map(|failure| failure.class), Some(FailureClass::NoFeed));
}

#[test]
fn addresses_need_no_request() {
    let source = Source { urls: vec!["https://a.example/?a=1&amp;b=2".into()], ..source(SourceKind::Urls, "") };
    let step = of_kind(SourceKind::Urls).start(&source, &SourceState::default());
    assert_eq!((step.candidates[0].url.as_str(), step.next), ("https://a.example/?a=1&b=2", None));
    assert_eq!(step.candidates[0].found_by, Some(FoundBy::Urls));
}

/// What a walk lists, and the errors it met.
fn listed(root: &Path) -> (Vec<String>, usize) {
    let (found, errors): (Vec<_>, Vec<_>) = walk(root).partition(Result::is_ok);
    (found.into_iter().flatten().map(|file| file.relative).collect(), errors.len())
}

#[test]
fn a_folder_is_listed_in_the_order_of_its_paths() {
    let root = tempfile::tempdir().expect("a folder");
    let files = [
        "b/2.md",
        "b/1.HTML",
        "b-c.md",
        "a.md",
        "b.md",
        ".hidden.md",
        ".git/x.md",
        "p.html",
        "p_files/inner.html",
        "my_files/kept.md",
        "image.png",
        "无/一.markdown",
        "feeds.opml",
    ];
    for file in files {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, "x").expect("written");
    }
    let (found, errors) = listed(root.path());
    let mut sorted = found.clone();
    sorted.sort();
    assert_eq!(found, sorted);
    let want =
        ["a.md", "b-c.md", "b.md", "b/1.HTML", "b/2.md", "feeds.opml", "my_files/kept.md", "p.html", "无/一.markdown"];
    assert_eq!((found, errors), (want.map(str::to_owned).to_vec(), 0));
    assert_eq!(listed(&root.path().join("a.md")).0, ["a.md"], "a file alone is itself");
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_a_folder_nor_round_in_it() {
    use std::os::unix::fs::symlink;
    let outer = tempfile::tempdir().expect("a folder");
    let root: PathBuf = outer.path().join("root");
    fs::create_dir(&root).expect("made");
    fs::write(outer.path().join("secret.md"), "x").expect("written");
    fs::write(root.join("a.md"), "x").expect("written");
    symlink(outer.path().join("secret.md"), root.join("out.md")).expect("linked");
    symlink(root.join("a.md"), root.join("in.md")).expect("linked");
    symlink(&root, root.join("ring")).expect("linked");
    symlink(outer.path().join("nothing.md"), root.join("broken.md")).expect("linked");
    assert_eq!(listed(&root), (vec!["a.md".to_owned(), "in.md".to_owned()], 0));
}
