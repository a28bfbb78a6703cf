//! A page that a person wants to see cleaned, without a source and without a store.

use crate::command::blog_page;
use crate::place::{Place, files, signal, source, wait_until};
use crate::server::{Reply, Server};
use crate::writing::{feed, page};

async fn server_with(path: &str, body: String) -> Server {
    let server = Server::start().await;
    server.on(path, [Reply::ok(body).header("Content-Type", "text/html")]);
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_cleaned_by_its_address_and_nothing_is_kept() {
    let server = server_with("/mill", blog_page("The Mill", 5)).await;
    let place = Place::new(&[&server], "");
    let before = files(&place.path(""));
    let cleaned = place.boji(&["clean", &server.url("/mill")]);
    assert_eq!((cleaned.code, cleaned.stderr.as_str()), (Some(0), ""));
    assert!(cleaned.stdout.contains("title: \"The Mill\"") && cleaned.stdout.contains("Paragraph 5"));
    assert!(cleaned.stdout.contains(&format!("url: \"{}\"", server.url("/mill"))), "{}", cleaned.stdout);
    assert_eq!(server.paths(), ["/robots.txt", "/mill"]);
    let record = place.boji(&["clean", &server.url("/mill"), "--json"]).json();
    assert_eq!((&record["title"], record["date_fetched"] == ""), (&"The Mill".into(), false));
    let explained = place.boji(&["explain", &server.url("/mill")]);
    assert_eq!(explained.code, Some(0), "{explained:?}");
    assert!(explained.stdout.starts_with(&format!("fetched    {}\nstate      article", server.url("/mill"))));
    assert_eq!(files(&place.path("")), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_address_turns_out_to_be_is_told_as_of_a_file() {
    let captcha = std::fs::read_to_string(crate::command::fixture("pages/wechat-captcha-shell.html")).expect("text");
    let server = server_with("/wall", captcha).await;
    server.on("/robots.txt", [Reply::ok("User-agent: *\nDisallow: /private\n")]);
    let place = Place::new(&[&server], "");
    let cases = [
        (&["clean", "/wall"][..], 3, " holds no article: blocked ("),
        (&["explain", "/wall"], 0, ""),
        (&["clean", "/nowhere"], 1, "not found (status 404)"),
        (&["explain", "/private/a"], 1, "robots.txt"),
        (&["clean", "/wall", "--url", "https://a.example/"], 2, "--url goes with a file"),
    ];
    for (arguments, code, words) in cases {
        let url = server.url(arguments[1]);
        let arguments = [&[arguments[0], url.as_str()], &arguments[2..]].concat();
        let ended = place.boji(&arguments);
        assert_eq!(ended.code, Some(code), "{arguments:?}: {ended:?}");
        assert!(ended.stderr.contains(words), "{arguments:?}: {}", ended.stderr);
        assert!(code != 1 || ended.stderr.starts_with("error: failed to fetch http://"), "{}", ended.stderr);
    }
    let told = place.boji(&["explain", &server.url("/wall")]).stdout;
    assert!(told.contains("\nstate      blocked ("), "{told}");
    let other = place.boji(&["clean", "ftp://a.example/mill"]);
    assert_eq!(other.code, Some(1));
    assert!(other.stderr.contains("ftp is not http or https"), "{}", other.stderr);
    assert!(!place.path("data").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_of_an_address_is_explained_without_asking_again() {
    let server = Server::start().await;
    let url = server.url("/page/shed");
    let atom = Reply::ok(feed("shed", &[(url.clone(), "shed".to_owned())], false));
    server.on("/shed", [atom.header("Content-Type", "application/atom+xml")]);
    server.on("/page/shed", [Reply::ok(page("shed")).header("Content-Type", "text/html")]);
    let place = Place::new(&[&server], &source("shed", "feed", &server.url("/shed")));
    assert_eq!(place.boji(&["run"]).code, Some(0));
    let asked = server.paths().len();
    let stored = place.boji(&["explain", &url]);
    assert_eq!(stored.code, Some(0), "{stored:?}");
    assert!(stored.stdout.contains("of source shed") && stored.stderr.contains("`--fetch` asks for the page anew"));
    assert_eq!(server.paths().len(), asked);
    let fetched = place.boji(&["explain", &url, "--fetch"]);
    assert!(fetched.stdout.starts_with("fetched    ") && fetched.stderr.is_empty(), "{fetched:?}");
    assert!(server.paths().len() > asked);
    assert_eq!(place.boji(&["explain", "abc", "--fetch"]).code, Some(2));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_page_may_stop() {
    let server = Server::start().await;
    server.on("/slow", [Reply::ok("x".repeat(1_000)).trickle(1_000)]);
    let place = Place::with_timeout(&[&server], "", 60);
    let mut child = place.command(&["clean", &server.url("/slow")]).spawn().expect("started");
    wait_until("the request", || server.paths().iter().any(|path| path == "/slow"));
    signal(&child, "-INT");
    assert_eq!(child.wait().expect("ended").code(), Some(130));
    let ended = child.wait_with_output().expect("read");
    assert_eq!((ended.stdout, ended.stderr), (Vec::new(), Vec::new()));
}
