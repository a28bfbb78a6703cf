//! Copies of a store, and a store without what nobody needs.

use std::fs;

use serde_json::json;

use crate::command::{Place, articles, assert_told, blog_page};

fn stocked() -> Place {
    let place = Place::new();
    place.write("pages/one.html", blog_page("The Sieve", 3));
    place.write("pages/two.html", blog_page("The Ledger", 4));
    place.write("pages/none.html", "<html><body><p>Just a moment...</p></body></html>");
    place.boji(&["import", "pages"]).with_code(0);
    place
}

#[test]
fn a_copy_is_the_store_as_it_was() {
    let place = stocked();
    let listed = articles(&place, &[]);
    let ended = place.boji(&["backup", "copy.db"]).with_code(0);
    assert!(ended.err.contains("checked"), "{}", ended.err);
    assert_told(&place.boji(&["backup", "copy.db"]), 2, "copy.db is there already");
    fs::create_dir(place.path("restored")).expect("made");
    fs::rename(place.path("copy.db"), place.path("restored/boji.db")).expect("moved");
    assert_eq!(articles(&place, &["--data", "restored"]), listed);
    place.boji(&["status", "--check", "--data", "restored"]).with_code(0);
    assert!(place.boji(&["search", "sieve", "--data", "restored"]).with_code(0).out.contains("The Sieve"));
    let left: Vec<_> = fs::read_dir(place.path(".")).expect("a folder").filter_map(Result::ok).collect();
    assert!(left.iter().all(|file| !file.file_name().to_string_lossy().contains("partial")));
}

#[test]
fn what_no_article_was_made_of_can_be_pruned() {
    let place = stocked();
    let plan = place.boji(&["prune", "--older-than", "0s", "--json"]).with_code(0).json();
    assert_eq!((&plan[0]["pruned"], &plan[0]["what"]["captures"]), (&json!(false), &json!(1)));
    assert!(place.boji(&["prune", "--older-than", "0s"]).with_code(0).err.contains("would go; --yes"));
    assert_eq!(place.boji(&["prune", "--json"]).with_code(0).json()[0]["what"]["captures"], json!(0));
    place.boji(&["prune", "--older-than", "0s", "--yes"]).with_code(0);
    let plan = place.boji(&["prune", "--older-than", "0s", "--json"]).with_code(0).json();
    assert_eq!(plan[0]["what"]["captures"], json!(0));
    place.boji(&["vacuum", "--repack"]).with_code(0);
    place.boji(&["status", "--check"]).with_code(0);
    assert_eq!(articles(&place, &[]).len(), 2);
    // What is left can be cleaned again.
    let report = place.boji(&["reclean", "--all", "--json"]).with_code(0).json().pop().expect("a report");
    assert_eq!(report["problems"], json!([]));
    assert_told(&place.boji(&["prune", "--older-than", "soon"]), 2, "write a number");
}
