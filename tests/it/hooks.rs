//! Commands of a person's own that are called when a run brought news.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::place::{Place, source};
use crate::server::{Reply, Server};
use crate::writing::{feed, page};

/// Keeps each object that it is told in a file of the folder, one a line, and where boji's data lie.
const KEEP: &str = "#!/bin/sh\ncat >> \"$HOME/told\"\necho \"$BOJI_HOOK $BOJI_DATA\" >> \"$HOME/where\"\n";

async fn server_of(names: &[&str]) -> Server {
    let server = Server::start().await;
    for name in names {
        offer(&server, name, &page(name));
    }
    server
}

/// A feed of one article, with its page.
fn offer(server: &Server, name: &str, page: &str) {
    let url = server.url(&format!("/page/{name}"));
    let atom = Reply::ok(feed(name, &[(url, name.to_owned())], false));
    server.on(&format!("/{name}"), [atom.header("Content-Type", "application/atom+xml")]);
    server.on(&format!("/page/{name}"), [Reply::ok(page).header("Content-Type", "text/html")]);
}

/// A place whose hooks are these lines, with a program `keep` beside its configuration.
fn place(server: &Server, sources: &str, hooks: &str, program: &str) -> Place {
    let place = Place::new(&[server], sources);
    let settings = place.path("config/boji.toml");
    let before = std::fs::read_to_string(&settings).expect("text");
    std::fs::write(settings, format!("{before}\n[hooks]\n{hooks}\n")).expect("written");
    let keep = place.path("config/keep");
    std::fs::write(&keep, program).expect("written");
    std::fs::set_permissions(keep, std::fs::Permissions::from_mode(0o755)).expect("made a program");
    place
}

fn feed_of(server: &Server, name: &str) -> String {
    source(name, "feed", &server.url(&format!("/{name}")))
}

/// What was told so far.
fn told(place: &Place) -> Vec<Value> {
    let told = std::fs::read_to_string(place.path("told")).unwrap_or_default();
    told.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn new_articles_are_told_once_on_the_stdin_of_a_command() {
    let server = server_of(&["shed", "loft"]).await;
    let sources = feed_of(&server, "shed") + &feed_of(&server, "loft");
    let place = place(&server, &sources, "on_new = [\"./keep\"]", KEEP);
    let ran = place.boji(&["run"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let first = told(&place);
    let [first] = first.as_slice() else { panic!("{first:?}") };
    assert_eq!((&first["schema"], &first["event"], &first["total"]), (&json!(1), &json!("new"), &json!(2)));
    let articles = first["articles"].as_array().expect("a list");
    let names: Vec<&Value> = articles.iter().map(|article| &article["source"]).collect();
    assert_eq!(names, ["loft", "shed"]);
    let shed = &articles[1];
    assert_eq!((&shed["title"], &shed["change"], &shed["revision"]), (&json!("shed"), &json!("new"), &json!(1)));
    assert_eq!(shed["url"], server.url("/page/shed"));
    let id = shed["id"].as_str().expect("an id");
    assert_eq!(place.boji(&["show", id, "--as", "text"]).code, Some(0), "the id is that of the store");
    let data = place.path("data");
    assert_eq!(std::fs::read_to_string(place.path("where")).expect("called"), format!("on_new {}\n", data.display()));

    assert_eq!(place.boji(&["run", "--all"]).code, Some(0));
    assert_eq!(told(&place).len(), 1, "nothing new, nobody is called");

    offer(&server, "shed", &page("shed").replace("</article>", "<p>A week later the rung was mended.</p></article>"));
    place.boji(&["retry", &server.url("/page/shed")]);
    assert_eq!(place.boji(&["run", "--all"]).code, Some(0));
    let revised = told(&place).pop().expect("told");
    assert_eq!((&revised["total"], &revised["articles"][0]["change"]), (&json!(1), &json!("revised")));
    assert_eq!(revised["articles"][0]["revision"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_hides_and_what_is_imported_is_no_news() {
    let server = server_of(&["shed"]).await;
    let place = place(&server, &feed_of(&server, "shed"), "on_new = [\"./keep\"]", KEEP);
    std::fs::create_dir(place.path("album")).expect("made");
    std::fs::write(place.path("album/loft.html"), page("loft")).expect("written");
    assert_eq!(place.boji(&["import", "album"]).code, Some(0));
    assert_eq!(place.boji(&["run", "--dry-run"]).code, Some(0), "it makes the source known");
    assert_eq!(place.boji(&["hide", "--source", "shed", "--reason", "not mine"]).code, Some(0));
    assert_eq!(place.boji(&["run"]).code, Some(0));
    assert!(told(&place).is_empty());
    assert_eq!(place.boji(&["unhide", "--source", "shed"]).code, Some(0));
    assert_eq!(place.titles(), ["loft", "shed"], "both are there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_fails_is_a_warning_and_no_failure_of_the_run() {
    let server = server_of(&["shed"]).await;
    let cases = [
        (
            "[\"./keep\"]",
            "#!/bin/sh\necho no paper >&2\nexit 7\n",
            "the command for on_new failed: exit status: 7: no paper",
        ),
        ("[\"/no/such/program\"]", "", "the command for on_new could not be started: /no/such/program: "),
    ];
    for (command, program, words) in cases {
        let place = place(&server, &feed_of(&server, "shed"), &format!("on_new = {command}"), program);
        let ran = place.boji(&["run", "-q"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.stderr.contains(words) && ran.stderr.contains("\nhint: `on_new` in [hooks]"), "{}", ran.stderr);
        assert_eq!(place.titles(), ["shed"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_command_says_goes_to_the_log() {
    let server = server_of(&["shed"]).await;
    let program = "#!/bin/sh\necho printed a page\n";
    let place = place(&server, &feed_of(&server, "shed"), "on_new = [\"./keep\"]", program);
    let ran = place.boji(&["-v", "run"]);
    assert!(ran.stderr.contains("hook says") && ran.stderr.contains("printed a page"), "{}", ran.stderr);
    assert!(!ran.stdout.contains("printed a page"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_may_start_a_boji_that_writes_and_that_one_calls_nobody() {
    let server = server_of(&["shed"]).await;
    let program = format!("#!/bin/sh\ncat >> \"$HOME/told\"\n{} run --all -q\n", env!("CARGO_BIN_EXE_boji"));
    let place = place(&server, &feed_of(&server, "shed"), "on_new = [\"./keep\"]\non_trouble = [\"./keep\"]", &program);
    let ran = place.boji(&["run"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!ran.stderr.contains("warning:"), "{}", ran.stderr);
    assert_eq!(told(&place).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_is_told_when_it_begins_and_again_when_it_comes_back() {
    let server = Server::start().await;
    let gone = Reply::new(410, "");
    server.on("/shed", [gone.clone()]);
    let place = place(&server, &feed_of(&server, "shed"), "on_trouble = [\"./keep\"]", KEEP);
    place.boji(&["run"]);
    let first = told(&place);
    let [first] = first.as_slice() else { panic!("{first:?}") };
    assert_eq!((&first["event"], &first["schema"]), (&json!("trouble"), &json!(1)));
    assert_eq!(first["problems"], place.boji(&["status", "--json"]).json()["problems"]);
    let kinds: Vec<&Value> = first["problems"].as_array().expect("a list").iter().map(|one| &one["kind"]).collect();
    assert!(kinds.contains(&&json!("gone")), "{kinds:?}");
    place.boji(&["run", "--all"]);
    assert_eq!(told(&place).len(), 1, "it lasts");

    offer(&server, "shed", &page("shed"));
    place.boji(&["retry", "shed"]);
    assert_eq!(place.boji(&["run", "shed"]).code, Some(0));
    assert_eq!(told(&place).len(), 1, "it has mended");
    server.on("/shed", [gone]);
    place.boji(&["run", "shed"]);
    assert_eq!(told(&place).len(), 2, "it is back");
}

#[test]
fn a_command_is_a_list_of_words() {
    let place = crate::command::Place::new();
    for (line, words) in [
        ("on_new = \"notify\"", "must be a list in [ ], not text in quotes"),
        ("on_new = [\"\"]", "the first of which is the program"),
        ("on_trouble = [1]", "the first of which is the program"),
        ("on_news = []", "unknown key `on_news` in [hooks]"),
    ] {
        place.write("boji.toml", format!("[hooks]\n{line}\n"));
        let ended = place.boji(&["run"]).with_code(4);
        assert!(ended.err.contains(words), "{line}: {}", ended.err);
    }
}
