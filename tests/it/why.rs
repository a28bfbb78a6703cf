//! `boji why` and `boji list` answer why something came or did not, from the store alone.

use serde_json::{Value, json};

use crate::place::{Place, source};
use crate::server::{Reply, Server};
use crate::writing::{captcha, feed, page};

/// Entries of a feed: addresses on a server and what they are about.
fn entries(server: &Server, things: &[&str]) -> Vec<(String, String)> {
    things.iter().map(|thing| (server.url(&format!("/{thing}")), (*thing).to_owned())).collect()
}

fn atom(body: String) -> Reply {
    Reply::ok(body).header("Content-Type", "application/atom+xml")
}

fn html(body: String) -> Reply {
    Reply::ok(body).header("Content-Type", "text/html; charset=utf-8")
}

/// A feed whose pages fare in all ways, read once.
async fn fared() -> (Server, Place) {
    let server = Server::start().await;
    let things = ["fine", "missing", "private/x", "passing", "sacks", "twin"];
    let robots = "User-agent: *\nDisallow: /private/\n";
    // Further from the other pages than a near copy is.
    let sacks = page("sacks").replace(
        "By noon",
        "Somebody had written beside it, in a hand that nobody knew, that a sack is a promise, that a promise is a debt, and that both \
         weigh more by night than by day. By noon",
    );
    server
        .on("/feed", [atom(feed("Shed", &entries(&server, &things), false))])
        .on("/robots.txt", [Reply::ok(robots).header("Content-Type", "text/plain")])
        .on("/fine", [html(page("fine"))])
        .on("/private/x", [html(page("private"))])
        .on("/passing", [html(page("passing")), Reply::new(410, "")])
        .on("/sacks", [html(sacks.clone())])
        .on("/twin", [html(sacks)])
        .on("/old", [Reply::new(410, "")]);
    let sources = source("shed", "feed", &server.url("/feed")) + &source("old", "feed", &server.url("/old"));
    let place = Place::new(&[&server], &sources);
    place.boji(&["run", "-q"]);
    (server, place)
}

/// The answer as JSON, after a look at the sentence that a person gets.
#[track_caller]
fn why(place: &Place, what: &str, begins: &str) -> Value {
    let told = place.boji(&["why", what]);
    assert_eq!((told.code, told.stderr.as_str()), (Some(0), ""), "{told:?}");
    assert!(told.stdout.starts_with(begins), "{what}: {}", told.stdout);
    let answer = place.boji(&["why", what, "--json"]).json();
    assert_eq!(answer["schema"], 1);
    assert_eq!(told.stdout.lines().next(), answer["answer"].as_str(), "{what}");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_failed_says_how_and_when_it_is_tried_again() {
    let (server, place) = fared().await;
    let url = server.url("/missing");
    let answer = why(&place, &url, "It waits until 2");
    let entry = &answer["entries"][0];
    assert_eq!(
        [&entry["source"], &entry["status"], &entry["outcome"], &entry["tries"], &entry["wait"]],
        [&json!("shed"), &json!("pending"), &json!("not_found"), &json!(1), &json!("backoff")]
    );
    let next_try = entry["next_try"].as_str().expect("a time");
    assert!(next_try.ends_with('Z') && answer["answer"].as_str().expect("words").contains(next_try), "{answer}");
    assert_eq!(
        (&answer["requests"][0]["status"], &answer["requests"][0]["outcome"]),
        (&json!(404), &json!("not_found"))
    );
    assert!(answer["requests"][0]["error"].as_str().expect("words").contains("not found (status 404)"), "{answer}");
    assert_eq!((&answer["robots"]["allows"], &answer["article"]), (&json!(true), &Value::Null));

    let bare = url.strip_prefix("http://").expect("a scheme");
    assert_eq!(why(&place, bare, "It waits")["entries"], answer["entries"], "without its scheme");
    let tracked = format!("{url}?utm_source=mail#top");
    assert_eq!(why(&place, &tracked, "It waits")["entries"], answer["entries"], "and as it is passed on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_robots_txt_forbids_says_so() {
    let (server, place) = fared().await;
    let answer = why(&place, &server.url("/private/x"), "It waits until");
    assert_eq!((&answer["entries"][0]["wait"], &answer["robots"]["allows"]), (&json!("robots"), &json!(false)));
    let told = place.boji(&["why", &server.url("/private/x")]).stdout;
    assert!(told.contains("robots.txt  robots.txt forbids it, as it was at 2"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_says_where_it_came_from_and_of_what_it_is_a_duplicate() {
    let (server, place) = fared().await;
    let ids = ["/sacks", "/twin"].map(|path| place.entry("shed", &server.url(path)).article_id);
    let twin = why(&place, &server.url("/twin"), "It is stored as the article");
    assert_eq!(twin["article"]["id"].as_str(), Some(ids[1].as_str()));
    let article = why(&place, &ids[1][..12], "It came because shed named it; it is stored");
    assert_eq!(article["article"], twin["article"]);
    let originals: Vec<Value> =
        ids.iter().map(|id| place.boji(&["why", id, "--json"]).json()["article"]["duplicate_of"].take()).collect();
    let is_of_the_other = originals == [json!(""), json!(ids[0])] || originals == [json!(ids[1]), json!("")];
    assert!(is_of_the_other, "one of the two: {originals:?}");
    let fine = why(&place, &server.url("/fine"), "It is stored as the article");
    assert_eq!((&fine["article"]["duplicate_of"], &fine["article"]["revision"]), (&json!(""), &json!(1)));
    assert_eq!((&fine["article"]["source"], &fine["is_known"]), (&json!("shed"), &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_that_is_gone_stays_and_says_since_when() {
    let (server, place) = fared().await;
    let url = server.url("/passing");
    let id = place.entry("shed", &url).article_id;
    place.boji(&["retry", &url, "-q"]);
    place.boji(&["run", "-q", "shed"]);
    let answer = why(&place, &id, "It came because shed named it");
    assert_eq!((&answer["article"]["gone"], &answer["entries"][0]["status"]), (&json!("deleted"), &json!("closed")));
    assert!(answer["article"]["gone_at"].as_str().expect("a time").ends_with('Z'), "{answer}");
    assert_eq!(answer["requests"].as_array().map(Vec::len), Some(2), "both requests for its page: {answer}");
    assert_eq!(answer["last_asked"], answer["requests"][1]["at"]);
    let told = place.boji(&["why", &url]).stdout;
    assert!(told.contains("took it off the web (deleted)"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_waits_while_its_host_rests() {
    let (feeds, pages) = (Server::start().await, Server::start().await);
    feeds.on("/feed", [atom(feed("Shed", &entries(&pages, &["first", "second"]), false))]);
    pages.on("/first", [html(captcha())]).on("/second", [html(page("b"))]);
    let place = Place::new(&[&feeds, &pages], &source("shed", "feed", &feeds.url("/feed")));
    place.boji(&["run", "-q"]);
    let answer = why(&place, &pages.url("/second"), "It waits until");
    assert_eq!((&answer["entries"][0]["wait"], &answer["entries"][0]["tries"]), (&json!("host_rests"), &json!(0)));
    let host = &answer["host"];
    assert_eq!((&host["host"], &host["rests"], &host["strikes"]), (&json!(pages.host()), &json!(true), &json!(1)));
    assert_eq!(answer["entries"][0]["next_try"], host["until"]);
    assert!(host["since"].as_str().expect("a time") < host["until"].as_str().expect("a time"), "{host}");

    let hosts = place.boji(&["list", "hosts"]).stdout;
    assert!(hosts.contains(&format!("{:<32}", pages.host())) && hosts.contains("rests since 2"), "{hosts}");
    let status = place.boji(&["status"]).stdout;
    assert!(status.contains(&format!("resting   {} since 2", pages.host())), "{status}");
    let first = place.boji(&["status", "--json"]).json()["resting_hosts"][0].take();
    assert_eq!((&first["host"], &first["until"]), (&host["host"], &host["until"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_says_when_it_is_asked_next_and_why_then() {
    let (server, place) = fared().await;
    let gone = why(&place, "old", "old: its server said that it is gone for good (410)");
    assert_eq!((&gone["kind"], &gone["wait"], &gone["next_due"]), (&json!("source"), &json!("gone"), &json!("")));
    assert_eq!(gone["failed_requests"][0]["outcome"], "gone");
    let shed = why(&place, "shed", "shed answers well; it is asked again at 2");
    assert_eq!((&shed["wait"], &shed["waiting"], &shed["done"]), (&json!("schedule"), &json!(2), &json!(4)));
    let outcomes: Vec<&str> =
        shed["outcomes"].as_array().expect("a list").iter().filter_map(|one| one["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["article", "not_found", "robots"]);
    assert_eq!(why(&place, &server.url("/feed"), "shed answers well")["id"], "shed", "the address of a source is it");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_named_is_unknown_and_a_typing_error_is_told() {
    let (server, place) = fared().await;
    let near =
        why(&place, &server.url("/nowhere"), "Nothing is known of it: no source has named it, though old, shed lie");
    assert_eq!((&near["is_known"], &near["sources_of_host"]), (&json!(false), &json!(["old", "shed"])));
    assert!(near["hint"].as_str().expect("words").contains("boji add "), "{near}");
    let far = why(&place, "elsewhere.example/p", "Nothing is known of it: no source has named it, and none lies");
    assert_eq!((&far["robots"]["known"], &far["host"]), (&json!("never_asked"), &Value::Null));
    let typo = place.boji(&["why", "shet"]);
    assert_eq!((typo.code, typo.stdout.as_str()), (Some(2), ""));
    assert!(typo.stderr.contains("shet is no source, no article and no address\nhint: "), "{typo:?}");
    // A source goes before a file of its name, and a file before the address that it looks like.
    for name in ["shed", "page.html"] {
        std::fs::write(place.path(name), "<p>a page</p>").expect("written");
    }
    assert_eq!(place.boji(&["why", "shed"]).code, Some(0));
    let file = place.boji(&["why", "page.html"]);
    assert!(file.code == Some(2) && file.stderr.contains("`boji explain page.html`"), "{file:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_without_an_article_are_listed() {
    let (server, place) = fared().await;
    let ran = place.boji(&["list", "pages", "--json"]);
    let pages: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let told: Vec<String> = pages.iter().map(|page| format!("{} {}", page["url"], page["outcome"])).collect();
    let line = |path: &str, outcome: &str| format!("\"{}\" \"{outcome}\"", server.url(path));
    assert_eq!(told, [line("/missing", "not_found"), line("/private/x", "robots")], "the first due first");
    let one = place.boji(&["list", "pages", "--limit", "1", "--source", "shed"]);
    assert!(one.stdout.starts_with("pending  not_found x1") && one.stdout.lines().count() == 1, "{one:?}");
    assert!(one.stderr.contains("--limit shows more"), "{one:?}");
    assert_eq!(place.boji(&["list", "pages", "--limit", "0"]).stdout.lines().count(), 2);
    assert_eq!(place.boji(&["list", "pages", "--source", "old"]).stdout, "");
    assert_eq!(place.boji(&["list", "pages", "--no-duplicates"]).code, Some(2));
    assert_eq!(place.boji(&["list", "--limit", "0"]).stdout.lines().count(), 4);

    let sources = place.boji(&["list", "sources", "--json"]).stdout;
    let shed: Value = serde_json::from_str(sources.lines().last().expect("a line")).expect("JSON");
    assert!(shed["next_due"].as_str().expect("a time").ends_with('Z'), "{shed}");
    assert!(shed["state"]["next_due"].is_i64() && shed["last_tried"] == shed["last_success"], "{shed}");
    assert!(place.boji(&["list", "sources"]).stdout.contains("  next -  "), "one that is gone is not asked");
}
