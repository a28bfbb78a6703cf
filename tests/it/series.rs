//! Series of exports: each step holds what is new, changed or gone since the last one.

use std::collections::BTreeMap;
use std::fs;

use crate::command::{Place, articles, assert_told, blog_page};

const STEP: &[&str] = &["export", "--to", "out", "--since-last", "weekly"];

/// A page that is like no other: what one repeats of another is a change of its record.
fn page(title: &str, who: &str, did: &str, what: &str) -> String {
    let page = blog_page(title, 3).replace("miller of that year", who).replace("weighed the sacks", did);
    let page = page.replace("wrote the numbers into the ledger", what).replace("found by evening", did);
    page.replace("that one of them had been counted twice", &format!("{what} {did} {who}"))
}

fn stocked() -> Place {
    let place = Place::new();
    place.write(
        "pages/one.html",
        page("The Sieve", "weaver", "split the willow while it was green and soaked", "her hands"),
    );
    place.write(
        "pages/two.html",
        page("The Ledger", "heron", "counted every boat that came down the river", "nobody believed"),
    );
    place.boji(&["import", "pages"]).with_code(0);
    place
}

/// The lines of a step's changes by their kinds, and its records by their ids.
fn step(place: &Place, number: u32) -> (BTreeMap<String, usize>, Vec<String>) {
    let folder = format!("out/weekly-{number:05}");
    let changes = fs::read_to_string(place.path(&format!("{folder}/changes.tsv"))).expect("changes");
    let mut kinds = BTreeMap::new();
    for line in changes.lines() {
        *kinds.entry(line.split('\t').next().unwrap_or_default().to_owned()).or_default() += 1;
    }
    let records = fs::read_to_string(place.path(&format!("{folder}/part-00000.jsonl"))).unwrap_or_default();
    let id = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["title"].to_string();
    (kinds, records.lines().map(id).collect())
}

fn counts(of: &[(&str, usize)]) -> BTreeMap<String, usize> {
    of.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect()
}

#[test]
fn each_step_holds_what_changed() {
    let place = stocked();
    place.boji(STEP).with_code(0);
    assert_eq!(step(&place, 1).0, counts(&[("new", 2)]));
    assert!(place.boji(STEP).with_code(0).err.contains("nothing is new or changed"));
    place.write(
        "pages/three.html",
        page("The Wheel", "wright", "cut the spokes out of ash that had lain for years", "the frost"),
    );
    place.boji(&["import", "pages"]).with_code(0);
    place.boji(STEP).with_code(0);
    assert_eq!(step(&place, 2), (counts(&[("new", 1)]), vec!["\"The Wheel\"".to_owned()]));
    let sieve = articles(&place, &[]).into_iter().find(|article| article["title"] == "The Sieve").expect("stored");
    place.boji(&["hide", sieve["id"].as_str().expect("an id"), "--reason", "not ours"]).with_code(0);
    place.boji(STEP).with_code(0);
    assert_eq!(step(&place, 3), (counts(&[("withdrawn", 1)]), vec![]));
    place.boji(&["unhide", sieve["id"].as_str().expect("an id")]).with_code(0);
    place.boji(STEP).with_code(0);
    assert_eq!(step(&place, 4).0, counts(&[("new", 1)]));
    let verified = place.boji(&["verify", "out", "--json"]).with_code(0).json();
    assert_eq!((&verified[0]["records"], &verified[0]["problems"]), (&4.into(), &serde_json::json!([])));
    place.boji(&["verify", "out/weekly-00002"]).with_code(0);
    // Another series in the same folder begins at its beginning.
    place.boji(&["export", "--to", "out", "--since-last", "daily", "--format", "parquet"]).with_code(0);
    place.boji(&["verify", "out"]).with_code(0);
    assert!(place.path("out/daily-00001/data").exists());
}

#[test]
fn steps_that_do_not_hold_together_are_refused() {
    let place = stocked();
    place.boji(STEP).with_code(0);
    place.write(
        "pages/three.html",
        page("The Wheel", "wright", "cut the spokes out of ash that had lain for years", "the frost"),
    );
    place.boji(&["import", "pages"]).with_code(0);
    place.boji(STEP).with_code(0);
    let changes = place.path("out/weekly-00001/changes.tsv");
    let whole = fs::read_to_string(&changes).expect("changes");
    fs::write(&changes, whole.lines().next().expect("a line").to_owned() + "\n").expect("written");
    assert_told(&place.boji(STEP), 1, "it has not the lines that the manifest counts");
    place.boji(&["verify", "out"]).with_code(5);
    fs::write(&changes, &whole).expect("written");
    place.boji(&["verify", "out"]).with_code(0);
    let manifest = place.path("out/weekly-00001/manifest.json");
    let said = fs::read_to_string(&manifest).expect("a manifest");
    fs::write(&manifest, format!("{said}\n")).expect("written");
    assert_told(&place.boji(STEP), 1, "it follows another manifest");
    assert!(place.boji(&["verify", "out"]).with_code(5).err.contains("follows another manifest"));
    fs::remove_dir_all(place.path("out/weekly-00001")).expect("removed");
    assert_told(&place.boji(STEP), 1, "the step 1 before it is not there");
    assert_told(&place.boji(&["export", "--to", "out", "--since-last", "a/b"]), 2, "write letters, digits");
    assert_told(&place.boji(&["export", "--to", "-", "--since-last", "a"]), 2, "a series of exports lies in a folder");
}

#[test]
fn two_series_of_one_store_are_equal() {
    let place = stocked();
    for folder in ["one", "two"] {
        place.boji(&["export", "--to", folder, "--since-last", "weekly"]).with_code(0);
    }
    for file in ["manifest.json", "changes.tsv", "part-00000.jsonl"] {
        let of = |folder: &str| fs::read(place.path(&format!("{folder}/weekly-00001/{file}"))).expect("a file");
        assert_eq!(of("one"), of("two"), "{file}");
    }
}

#[test]
fn an_export_and_a_series_do_not_share_a_folder() {
    let place = stocked();
    let listing = |folder: &str| {
        let mut names: Vec<_> =
            fs::read_dir(place.path(folder)).expect("a folder").map(|it| it.expect("one").path()).collect();
        names.sort();
        names.into_iter().map(|path| (fs::read(&path).unwrap_or_default(), path)).collect::<Vec<_>>()
    };
    place.boji(&["export", "--to", "whole"]).with_code(0);
    place.boji(STEP).with_code(0);
    for (case, arguments, held, want, hint) in [
        (
            "a series into an export",
            &["export", "--to", "whole", "--since-last", "weekly"][..],
            "whole",
            "error: failed to write a series of exports to whole: it holds an export\n",
            "hint: choose another folder",
        ),
        (
            "an export into a series",
            &["export", "--to", "out"],
            "out",
            "it holds a series of exports, weekly\n",
            "hint: `--since-last weekly`",
        ),
        (
            "an export into a step",
            &["export", "--to", "out/weekly-00001"],
            "out/weekly-00001",
            "it is a step of the series of exports weekly\n",
            "hint: `--since-last weekly`",
        ),
        (
            "a series into a step",
            &["export", "--to", "out/weekly-00001", "--since-last", "daily"],
            "out/weekly-00001",
            "it is a step of the series of exports weekly\n",
            "hint: `--since-last weekly`",
        ),
    ] {
        let before = listing(held);
        let ended = place.boji(arguments);
        assert_told(&ended, 1, want);
        assert!(ended.err.contains(hint), "{case}: {}", ended.err);
        assert_eq!(listing(held), before, "{case}");
    }
    place.boji(&["verify", "whole"]).with_code(0);
    place.boji(&["verify", "out"]).with_code(0);
}

#[test]
fn a_series_that_goes_on_with_other_wishes_says_so_and_in_another_form_does_not() {
    let place = stocked();
    place.boji(STEP).with_code(0);
    let with = |more: &[&str]| place.boji(&[STEP, more].concat());
    for (more, want) in [
        (&[][..], ""),
        (&["--shard-records", "5", "--dump", "another"], ""),
        (&["--min-chars", "10", "--no-flag", "promotion"], "with other wishes: min_chars, without_flags\n"),
    ] {
        let ended = with(more);
        assert!(
            ended.err.contains(want) && (ended.err.contains("other wishes") == want.contains("other")),
            "{ended:?}"
        );
    }
    let other = with(&["--format", "parquet"]);
    assert_told(&other, 2, "error: failed to go on with the series weekly: its steps are of the form jsonl\n");
    assert!(other.err.contains("hint: `--format jsonl` goes on with it"), "{}", other.err);
    assert!(!place.path("out/weekly-00002").exists());
    // The next step is compared with the last one.
    let none = with(&["--match", "lighthouse"]).with_code(0);
    assert!(none.err.contains("with other wishes: containing\n"), "{}", none.err);
    assert_eq!(step(&place, 2).0, counts(&[("withdrawn", 2)]));
    let same = with(&["--match", "lighthouse"]).with_code(0);
    assert!(!same.err.contains("other wishes") && same.err.contains("no step was written"), "{}", same.err);
    assert!(same.err.contains("hint: no article goes with all that is asked for"), "{}", same.err);
}
