//! Hiding and forgetting as a person does it.

use serde_json::json;

use crate::command::{Place, articles, assert_told, blog_page, ids};

fn stocked() -> Place {
    let place = Place::new();
    place.write("pages/one.html", blog_page("The Sieve", 3));
    place.write("pages/two.html", blog_page("The Ledger", 4));
    place.boji(&["import", "pages"]).with_code(0);
    place
}

fn id_of(place: &Place, title: &str) -> String {
    let found = articles(place, &[]).into_iter().find(|article| article["title"] == title).expect("stored");
    found["id"].as_str().expect("an id").to_owned()
}

#[test]
fn what_is_hidden_is_in_no_list_and_in_no_export() {
    let place = stocked();
    let id = id_of(&place, "The Sieve");
    let told = &place.boji(&["hide", &id[..8], "--reason", "not ours", "--json"]).with_code(0).json()[0];
    assert!(told["hidden_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{told}");
    assert_eq!(articles(&place, &[]).len(), 1);
    let hidden = articles(&place, &["--hidden"]);
    assert_eq!((hidden.len(), &hidden[0]["hidden"], &hidden[0]["id"]), (1, &json!("not ours"), &json!(id)));
    assert!(place.boji(&["list", "--hidden"]).with_code(0).out.contains("(hidden: not ours)"));
    let exported = place.boji(&["export", "--to", "-"]).with_code(0).out;
    assert!(!exported.contains("The Sieve") && exported.contains("The Ledger"), "{exported}");
    // What comes again stays hidden, and is cleaned as ever.
    place.boji(&["import", "pages"]).with_code(0);
    place.boji(&["reclean", "--all"]).with_code(0);
    assert_eq!(articles(&place, &[]).len(), 1);
    place.boji(&["unhide", &id]).with_code(0);
    assert_eq!(articles(&place, &[]).len(), 2);
    place.boji(&["hide", "--source", "pages", "--reason", "all of it"]).with_code(0);
    assert_eq!(articles(&place, &[]).len(), 0);
    place.write("pages/three.html", blog_page("The Wheel", 5));
    place.boji(&["import", "pages"]).with_code(0);
    assert_eq!((articles(&place, &[]).len(), articles(&place, &["--hidden"]).len()), (0, 3));
    place.boji(&["status", "--check"]).with_code(0);
}

#[test]
fn what_is_hidden_already_gets_the_new_reason_and_says_so() {
    let place = stocked();
    let id = id_of(&place, "The Sieve");
    let hide = |reason: &str| place.boji(&["hide", &id, "--reason", reason]).with_code(0).err;
    assert!(hide("not ours").starts_with("hid the article "));
    assert!(
        hide("a letter came").contains("is hidden already; the reason is the new one now, in place of: not ours\n")
    );
    assert!(hide("a letter came").contains("is hidden already, for this reason\n"));
    assert_eq!(articles(&place, &["--hidden"])[0]["hidden"], json!("a letter came"));
}

#[test]
fn what_was_forgotten_stays_away() {
    let place = stocked();
    let id = id_of(&place, "The Sieve");
    assert_told(&place.boji(&["forget", &id, "--reason", "a letter came"]), 2, "--yes");
    assert_eq!(ids(&place).len(), 2);
    place.boji(&["forget", &id, "--reason", "a letter came", "--yes"]).with_code(0);
    for folder in ["pages", "other"] {
        place.write("other/again.html", blog_page("The Sieve", 3));
        place.boji(&["import", folder, "--source", folder]).with_code(0);
    }
    let listed = articles(&place, &[]);
    assert!(listed.iter().all(|article| article["id"] != json!(id)), "{listed:?}");
    let forgotten = place.boji(&["list", "--hidden", "--json"]).with_code(0).json();
    assert_eq!((forgotten.len(), &forgotten[0]["forgotten"]), (1, &json!("a letter came")));
    place.boji(&["status", "--check"]).with_code(0);
    place.boji(&["forget", "--undo", &id[..8]]).with_code(0);
    assert_eq!(place.boji(&["list", "--hidden", "--json"]).with_code(0).json().len(), 0);
    assert_told(&place.boji(&["forget", "--undo", &id]), 2, "there is no forgotten article");
    // The document that gave it is as one that never came.
    place.boji(&["import", "pages"]).with_code(0);
    assert_eq!(id_of(&place, "The Sieve"), id);
}

#[test]
fn what_is_not_there_cannot_be_hidden() {
    let place = stocked();
    assert_told(&place.boji(&["hide", "ffff", "--reason", "x"]), 2, "there is no article ffff");
    assert_told(&place.boji(&["hide", "--source", "nobody", "--reason", "x"]), 2, "nobody");
    assert_told(&place.boji(&["hide", "--account", "nobody", "--reason", "x"]), 2, "nobody");
    assert_told(&place.boji(&["hide", "--reason", "x"]), 2, "nothing is named");
    assert_told(&Place::new().boji(&["hide", "x", "--reason", "x"]), 10, "no database");
}
