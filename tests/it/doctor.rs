//! What `doctor` finds ill, and what `config show` says of settings.

use std::fs;

use serde_json::{Value, json};

use crate::command::{Ended, Place};

/// The states of the checks of one name.
fn states(ended: &Ended, name: &str) -> Vec<String> {
    let told: Value = serde_json::from_str(&ended.out).expect("JSON");
    let checks = told["checks"].as_array().expect("checks");
    let of_it = checks.iter().filter(|check| check["name"] == name);
    of_it.map(|check| check["state"].as_str().expect("a word").to_owned()).collect()
}

#[test]
fn a_doctor_finds_nothing_ill_where_all_is_well_and_makes_nothing() {
    let place = Place::new();
    let before_all = place.boji(&["doctor", "--json"]).with_code(0);
    assert_eq!(states(&before_all, "database"), ["warning"]);
    assert!(!place.path("home/.local").exists());
    place.boji(&["init"]).with_code(0);
    let well = place.boji(&["doctor", "--json"]).with_code(0);
    for name in ["versions", "configuration", "rules", "data folder", "database", "lock", "clock", "tls"] {
        assert_eq!(states(&well, name), ["ok"], "{name}");
    }
    let text = place.boji(&["doctor"]).with_code(0).out;
    assert!(text.contains("warning  contact") && text.contains("fetch.contact"), "{text}");
}

#[test]
fn a_doctor_tells_of_wrong_files_and_a_damaged_database_at_once() {
    let place = Place::new();
    place.write("boji.toml", "[fetch]\nsurprise = 1\n");
    place.write(crate::command::DATABASE, "no database");
    let ended = place.boji(&["doctor", "--json"]).with_code(5);
    assert_eq!(states(&ended, "configuration"), ["ill"]);
    assert_eq!(states(&ended, "database"), ["ill"]);
    assert!(ended.out.contains("boji.toml:2:1: unknown key"), "{}", ended.out);
}

#[test]
fn a_setting_tells_where_it_comes_from() {
    let place = Place::new();
    place.write("home/.config/boji/boji.toml", "[run]\nconcurrency = 3\n");
    place.write("config/boji.toml", "[fetch]\n# mine\nproxy = \"http://me:secret@a.example:1\"\n");
    let text = place.boji(&["config", "show"]).with_code(0).out;
    let mut lines = text.lines();
    assert!(lines.next().is_some_and(|line| line.starts_with("file  ") && line.contains("config/boji.toml  (found)")));
    assert!(lines.next().is_some_and(|line| line.starts_with("not   ") && line.contains(".config/boji")), "{text}");
    assert!(!text.contains("secret"), "{text}");
    let told = place.boji(&["--data", "d", "config", "show", "--json"]).with_code(0).json();
    let settings = told[0]["settings"].as_array().expect("settings");
    let of = |name: &str| settings.iter().find(|setting| setting["name"] == name).expect(name).clone();
    assert_eq!((of("fetch.proxy")["from"].clone(), of("fetch.proxy")["line"].clone()), (json!("file"), json!(3)));
    assert_eq!(of("run.concurrency"), json!({ "name": "run.concurrency", "value": 8, "from": "default" }));
    assert_eq!((told[0]["data"].clone(), told[0]["data_from"].clone()), (json!("d"), json!("flag")));
}

#[test]
fn what_init_writes_sets_nothing_so_that_later_defaults_count() {
    let place = Place::new();
    place.boji(&["init", "."]).with_code(0);
    let told = place.boji(&["config", "show", "--json"]).with_code(0).json();
    let settings = told[0]["settings"].as_array().expect("settings");
    assert!(settings.len() > 25 && settings.iter().all(|setting| setting["from"] == "default"), "{settings:?}");
    // Without the marks it is what is shipped.
    let written = fs::read_to_string(place.path("boji.toml")).expect("readable");
    let bare = |line: &str| match line.strip_prefix("# ") {
        Some(rest) if rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')) => rest.to_owned(),
        _ => line.to_owned(),
    };
    let live: String = written.lines().map(|line| bare(line) + "\n").collect();
    place.write("boji.toml", live);
    let told = place.boji(&["config", "show", "--json"]).with_code(0).json();
    assert!(told[0]["settings"].as_array().expect("settings").iter().all(|setting| setting["from"] == "file"));
}
