//! `boji rule`: a person writes a rule for a site.

use crate::command::{Place, assert_told, blog_page};
use crate::server::{Reply, Server};

/// A rule of one's own for the blog page.
fn rule(content: &str) -> String {
    format!("domain = \"blog.example\"\nreason = \"a test\"\ncontent = [\"#none\", \"{content}\"]\ntitle = [\"h1\"]\n")
}

#[test]
fn a_rule_is_tried_before_it_is_installed() {
    let place = Place::new();
    place.write("page.html", blog_page("The Mill", 5));
    place.write("own.toml", rule("p"));
    let arguments = ["rule", "test", "page.html", "--url", "https://blog.example/mill", "--rule", "own.toml", "--json"];
    let told = &place.boji(&arguments).with_code(0).json()[0];
    assert_eq!((&told["rule"]["origin"], &told["rule"]["domain"]), (&"user".into(), &"blog.example".into()));
    let found = told["selectors"].as_array().expect("a list");
    assert_eq!((&found[0]["count"], &found[0]["list"]), (&0.into(), &"content".into()));
    assert!(found[1]["count"].as_u64() >= Some(5), "{found:?}");
    let characters = |name: &str| told[name]["characters"].as_u64().expect("a number");
    assert!(0 < characters("with_rule") && characters("with_rule") < characters("without_rule"), "one paragraph alone");

    let text = place.boji(arguments.strip_suffix(&["--json"]).expect("the last")).with_code(0).out;
    assert!(text.contains("rule     blog.example (user own.toml): a test"), "{text}");
    let elsewhere =
        place.boji(&["rule", "test", "page.html", "--url", "https://a.example/", "--rule", "own.toml"]).with_code(2);
    assert!(elsewhere.err.contains("blog.example"), "{}", elsewhere.err);
    let nowhere = place.boji(&["rule", "test", "page.html", "--rule", "own.toml"]);
    assert_told(&nowhere, 2, "a page that names no address");
}

#[test]
fn what_finds_nothing_and_what_has_no_rule_is_told_by_the_exit_code() {
    let place = Place::new();
    place.write("page.html", blog_page("The Mill", 5));
    place.write("own.toml", rule("#also-none"));
    let missed =
        place.boji(&["rule", "test", "page.html", "--url", "https://blog.example/", "--rule", "own.toml"]).with_code(3);
    assert!(missed.out.contains("site-rule-missed"), "{}", missed.out);
    let none = place.boji(&["rule", "test", "page.html", "--url", "https://blog.example/"]).with_code(3);
    assert!(none.out.contains("none for this address"), "{}", none.out);
}

#[test]
fn a_folder_of_ones_own_is_in_force_everywhere() {
    let place = Place::new();
    place.write("page.html", blog_page("The Mill", 5));
    place.write("boji.toml", "");
    place.write("sites/blog.example.toml", rule("p"));
    place.write("sites/sohu.com.toml", "domain = \"sohu.com\"\nreason = \"off\"\nenabled = false\n");
    let listed = place.boji(&["rule", "list", "--json"]).with_code(0).json();
    let origin = |domain: &str| listed.iter().find(|line| line["domain"] == domain).map(|line| line["origin"].clone());
    assert_eq!(origin("blog.example"), Some("user".into()));
    assert_eq!((origin("csdn.net"), origin("sohu.com")), (Some("shipped".into()), None));
    let explained =
        place.boji(&["clean", "page.html", "--url", "https://blog.example/mill", "--explain"]).with_code(0).out;
    assert!(explained.contains("by the site rule of blog.example"), "{explained}");
    assert!(explained.contains("from       title: site"), "{explained}");

    place.write("sites/blog.example.toml", rule("p..x"));
    for arguments in [["rule", "list"], ["clean", "page.html"], ["run", "--all"]] {
        let refused = place.boji(&arguments).with_code(4).err;
        assert!(refused.contains("blog.example.toml:3:21: no CSS selector") && refused.contains('^'), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_fetched_with_the_manners_of_any_other() {
    let server = Server::start().await;
    server.on("/mill", [Reply::ok(blog_page("The Mill", 5)).header("Content-Type", "text/html")]);
    let place = crate::place::Place::new(&[&server], "");
    let tried = place.boji(&["rule", "test", &server.url("/mill"), "--json"]);
    assert_eq!(tried.code, Some(3), "there is no rule for this machine yet: {}", tried.stderr);
    assert!(tried.json()["without_rule"]["characters"].as_u64() > Some(100));
    assert_eq!(server.paths(), ["/robots.txt", "/mill"]);
    let own = place.path("own.toml");
    std::fs::write(&own, rule("p").replace("blog.example", "127.0.0.1")).expect("written");
    let own = own.display().to_string();
    let ruled = place.boji(&["rule", "test", &server.url("/mill"), "--rule", &own, "--json"]);
    assert_eq!(ruled.code, Some(0), "{}", ruled.stderr);
    assert_eq!(ruled.json()["rule"]["domain"], "127.0.0.1");
}

#[test]
fn what_is_no_page_or_no_address_of_one_is_refused() {
    let place = Place::new();
    place.write("page.html", blog_page("The Mill", 5));
    place.write("pages.jsonl", "{\"html\": \"<p>a</p>\"}\n");
    let url = place.boji(&["rule", "test", "page.html", "--url", "blog.example/mill"]);
    assert_told(&url, 2, "--url blog.example/mill is no absolute address");
    assert_told(&place.boji(&["rule", "test", "pages.jsonl"]), 2, "holds a JSON object a line");
}
