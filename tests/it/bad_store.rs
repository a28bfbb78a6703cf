//! A disk that is full, a database that is not ours, a run that is not alone: clear errors, and nothing is lost.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use boji::seams::pipeline::RunLock;
use boji_clean::model::Timestamp;
use serde_json::json;

use crate::command::{DATABASE, Ended, Place, assert_told, blog_page, feed, ids, program};

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_stdout_is_an_error() {
    let place = Place::new();
    place.write("page.html", blog_page("The Ledger", 5));
    let question = json!({ "id": "a", "path": "page.html" }).to_string();
    let full = || fs::File::options().write(true).open("/dev/full").expect("a device");
    let mut clean = place.command(&["clean", "page.html"]);
    assert_told(&Ended::of(clean.stdout(full()).output().expect("started")), 1, "No space left");
    let mut filter = place.bare("sh");
    filter.args(["-c", "exec \"$0\" filter >/dev/full", program()]);
    assert_told(&feed(filter, question.as_bytes()), 1, "failed to write to stdout: No space left");
    let mut generate = place.command(&["generate", "completions", "bash"]);
    assert_told(&Ended::of(generate.stdout(full()).output().expect("started")), 1, "No space left");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_the_database_loses_nothing_stored_before() {
    let place = Place::new();
    place.write("few/first.html", blog_page("The First", 5));
    place.boji(&["import", "few"]).with_code(0);
    let before = ids(&place);
    // A comment that does not compress: each page needs some space of its own.
    let mut seed = 1_u64;
    for number in 0..40 {
        let mut page = format!("{}<!--", blog_page(&format!("Year {number}"), 3));
        for _ in 0..12_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            write!(page, "{seed:016x}").expect("written");
        }
        page.push_str("-->");
        place.write(&format!("many/{number}.html"), page);
    }
    // A file may hold two megabytes; what is over that fails as on a full disk (the signal is ignored).
    let mut limited = place.bare("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 4096; exec \"$0\" import many", program()]);
    let ended = Ended::of(limited.output().expect("started"));
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{ended:?}");
    // What came of it so far is told, then what broke it off.
    let (came, error) = ended.err.split_once("error: ").expect("an error");
    assert!(came.contains(" new") && came.contains(", stopped early\n"), "{came}");
    assert!(error.contains("boji.db") && error.contains("stored before is safe"), "{error}");

    let after = ids(&place);
    assert!(before.iter().all(|id| after.contains(id)) && after.len() < 41, "{}", after.len());
    place.boji(&["status", "--check"]).with_code(0);
    place.boji(&["import", "many"]).with_code(0);
    assert_eq!(ids(&place).len(), 41);
}

#[test]
fn a_database_of_a_newer_boji_is_left_alone() {
    let place = Place::new();
    place.boji(&["init"]).with_code(0);
    let database = rusqlite::Connection::open(place.path(DATABASE)).expect("opened");
    database.pragma_update(None, "user_version", 99).expect("set");
    drop(database);
    for command in [&["list"][..], &["run"], &["status"]] {
        assert_told(&place.boji(command), 1, "version 99");
    }
}

#[test]
fn a_foreign_database_is_left_alone() {
    let place = Place::new();
    fs::create_dir_all(place.path(DATABASE).parent().expect("a parent")).expect("made");
    let database = rusqlite::Connection::open(place.path(DATABASE)).expect("opened");
    database.execute_batch("CREATE TABLE bookmark (url TEXT); INSERT INTO bookmark VALUES ('a');").expect("made");
    drop(database);
    let before = fs::read(place.path(DATABASE)).expect("readable");
    for command in [&["list"][..], &["run"], &["init"]] {
        assert_told(&place.boji(command), 1, "is not a boji database");
    }
    assert_eq!(fs::read(place.path(DATABASE)).expect("readable"), before);

    place.write(DATABASE, "these are the accounts of the mill, not a database".repeat(100));
    assert_told(&place.boji(&["list"]), 1, "is not a boji database");
}

#[test]
fn a_second_run_waits_for_nobody() {
    let place = Place::new();
    place.boji(&["init"]).with_code(0);
    let folder = place.path(DATABASE).parent().map(Path::to_owned).expect("a parent");
    let held = RunLock::take(&folder, Timestamp::from_seconds(1_700_000_000)).expect("free");
    place.write("in/a.html", blog_page("The Ledger", 4));
    for command in [&["run"][..], &["import", "in"], &["add", "https://a.example/feed"]] {
        assert_told(&place.boji(command), 11, "another boji");
    }
    // Readers need no lock.
    place.boji(&["list"]).with_code(0);
    place.boji(&["status"]).with_code(0);
    drop(held);
    place.boji(&["run"]).with_code(0);
}

#[test]
fn a_damaged_article_is_made_anew_from_its_capture() {
    let place = Place::new();
    for thing in ["first", "second"] {
        place.write(&format!("few/{thing}.html"), blog_page(&format!("The {thing}"), 5));
    }
    place.boji(&["import", "few"]).with_code(0);
    let id = ids(&place).into_iter().next().expect("an article");
    let store = rusqlite::Connection::open(place.path(DATABASE)).expect("opened");
    store
        .execute("UPDATE revision SET packed_text = substr(packed_text, 2) WHERE article_id = ?1", [&id])
        .expect("changed");
    drop(store);
    let check = place.boji(&["status", "--check"]).with_code(5);
    assert!(check.out.contains(&format!("boji reclean {id}")), "{}", check.out);
    let export = place.boji(&["export", "--to", "out"]).with_code(3);
    assert!(export.err.contains(&format!("{id} was left out")), "{}", export.err);
    place.boji(&["reclean", &id]).with_code(0);
    place.boji(&["status", "--check"]).with_code(0);
    assert!(place.boji(&["export", "--to", "out"]).with_code(0).err.contains("2 records"));
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_not_ours_to_write_can_be_read() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = Place::new();
    place.write("few/first.html", blog_page("The first", 5));
    place.boji(&["import", "few"]).with_code(0);
    let database = place.path(DATABASE);
    let data = database.parent().expect("a folder");
    for name in ["boji.db-wal", "boji.db-shm"] {
        let _ = fs::remove_file(data.join(name));
    }
    fs::set_permissions(data, fs::Permissions::from_mode(0o555)).expect("set");
    // Who may write everywhere, as root, has no such folder.
    let is_writable = fs::write(data.join("try"), "").is_ok();
    for command in [&["list"][..], &["status"], &["export", "--to", "out"]] {
        let ended = place.boji(command);
        assert!(is_writable || ended.code == Some(0), "{command:?}: {}", ended.err);
    }
    fs::set_permissions(data, fs::Permissions::from_mode(0o755)).expect("set");
}
