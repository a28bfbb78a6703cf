//! Articles that run over several pages, joined by a run of a source that asks for it.

use boji::seams::model::{EntryStatus, StoredArticle};
use boji::seams::store::Store;
use boji_clean::model::{BuiltinRule, Label};

use crate::place::{Place, ran, signal, source, wait_until, word_of};
use crate::server::{Reply, Server};
use crate::writing::{feed, prose};

fn html(body: String) -> Reply {
    Reply::ok(body).header("Content-Type", "text/html; charset=utf-8")
}

/// A page of the article with this title: what a template sets round the text of a page, and the pager.
fn page_of(title: &str, thing: &str, pager: &str) -> Reply {
    html(format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body>\
         <header><a href=\"/\">The shed</a></header><article><h1>{title}</h1><p>By Anna Miller, with pictures by her \
         brother and a map of the valley.</p>{}<p>{pager}</p><p>The Shed Notebook is written by those who carry, and \
         printed when it rains.</p></article><footer>Imprint</footer></body></html>",
        prose(thing)
    ))
}

/// A page of the article about the mill.
fn page(thing: &str, pager: &str) -> Reply {
    page_of("The mill that came back", thing, pager)
}

fn link(to: &str, text: &str) -> String {
    format!("<a href=\"{to}\">{text}</a>")
}

/// A feed that names one article of this address.
fn on_feed(server: &Server, path: &str) {
    let entries = [(server.url(path), "The mill that came back".to_owned())];
    server.on("/feed", [Reply::ok(feed("Shed", &entries, false)).header("Content-Type", "application/atom+xml")]);
}

fn joining(server: &Server) -> Place {
    Place::new(&[server], &(source("shed", "feed", &server.url("/feed")) + "join_pages = true\n"))
}

/// The one article of a place.
fn only(place: &Place) -> StoredArticle {
    let mut articles = place.articles();
    assert_eq!(articles.len(), 1);
    articles.remove(0)
}

/// What the article tells of, in order, by the first sentence of each page.
fn told(stored: &StoredArticle) -> Vec<String> {
    let sentences = stored.submission.article.text.split("The notebook says of ").skip(1);
    sentences.filter_map(|rest| rest.split_once(" that ").map(|(thing, _)| thing.to_owned())).collect()
}

/// The error in the history of the article's own page.
fn noted(place: &Place, server: &Server, path: &str) -> String {
    let history = place.history("shed");
    history.into_iter().find(|fetch| fetch.url == server.url(path)).expect("asked").error
}

fn three_pages(server: &Server) {
    on_feed(server, "/mill/");
    server
        .on("/mill/", [page("wheels", &format!("Pages: 1 {} {}", link("/mill/2/", "2"), link("/mill/3/", "3")))])
        .on("/mill/2/", [page("stones", &format!("{} 2 {}", link("/mill/", "1"), link("/mill/3/", "Next page »")))])
        .on("/mill/3/", [page("sacks", &format!("{} {} 3", link("/mill/", "1"), link("/mill/2/", "2")))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_fetched_in_order_and_make_one_article() {
    let server = Server::start().await;
    three_pages(&server);
    let place = joining(&server);
    let done = place.boji(&["run", "-q"]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{done:?}");
    assert_eq!(server.paths(), ["/feed", "/robots.txt", "/mill/", "/mill/2/", "/mill/3/"]);
    let stored = only(&place);
    assert_eq!(told(&stored), ["wheels", "stones", "sacks"]);
    let article = &stored.submission.article;
    assert_eq!((article.title.as_str(), article.url.as_str()), ("The mill that came back", &*server.url("/mill/")));
    for once in ["By Anna Miller", "The Shed Notebook is written"] {
        let all = article.blocks.iter().filter(|judged| judged.block.text().contains(once));
        let (kept, gone): (Vec<_>, Vec<_>) =
            all.partition(|judged| judged.verdict.rule != BuiltinRule::ShapePageRepeat);
        assert_eq!((kept.len(), gone.len()), (1, 2), "{once}");
        assert!(gone.iter().all(|judged| judged.verdict.label == Label::Drop));
    }
    let pagers = article.blocks.iter().filter(|judged| judged.verdict.rule == BuiltinRule::ShapePageLinks).count();
    assert_eq!(pagers, 3, "{:?}", article.blocks);
    assert!(article.text.trim_end().ends_with("printed when it rains."), "{}", article.text);
    assert_eq!(place.outcomes("shed"), ["captured", "article", "captured", "captured"]);
    assert_eq!(noted(&place, &server, "/mill/"), "");

    let store = place.store();
    let captured: Vec<String> = std::iter::once(&stored.submission.capture_hash)
        .chain(&stored.submission.later_captures)
        .map(|hash| store.capture(hash).expect("readable").expect("stored").url)
        .collect();
    assert_eq!(captured, ["/mill/", "/mill/2/", "/mill/3/"].map(|path| server.url(path)));
    let explained = place.boji(&["explain", &stored.id]);
    assert!(explained.stdout.contains("shape.page.repeat"), "{explained:?}");
    assert!(captured.iter().all(|url| explained.stdout.contains(&format!("captured   {url}"))), "{explained:?}");

    let again = place.boji(&["reclean", "--all", "--json"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    let cleaned = only(&place);
    assert_eq!(cleaned.submission.article, stored.submission.article, "cleaning again takes the same pages");
    assert_eq!(cleaned.submission.later_captures, stored.submission.later_captures);
    assert_eq!((cleaned.revision, store.check().expect("sound")), (1, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_for_more_than_the_page_by_a_source_that_does_not_want_it() {
    let server = Server::start().await;
    three_pages(&server);
    let place = Place::new(&[&server], &source("shed", "feed", &server.url("/feed")));
    assert_eq!(place.boji(&["run"]).code, Some(0));
    assert_eq!(server.paths(), ["/feed", "/robots.txt", "/mill/"]);
    assert_eq!((told(&only(&place)), only(&place).submission.later_captures.len()), (vec!["wheels".to_owned()], 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_of_pages_replays_to_the_same_article() {
    let server = Server::start().await;
    on_feed(&server, "/n/71.html");
    server
        .on("/n/71.html", [page("水轮", &format!("1 {}", link("71_2.html", "下一页")))])
        .on("/n/71_2.html", [page("磨石", &format!("{} 2", link("71.html", "上一页")))]);
    let place = joining(&server);
    assert_eq!(place.boji(&["run", "--record", "tape.warc.gz"]).code, Some(0));
    let asked = server.log().len();
    let replayed = ran(&mut place.command_in("again", &["replay", "tape.warc.gz"]));
    assert_eq!((replayed.code, server.log().len()), (Some(0), asked), "{replayed:?}");
    let (one, two) = (place.store(), place.store_in("again"));
    let id = only(&place).id;
    let article = |store: &dyn Store| store.article(&id).expect("readable").expect("stored").submission;
    assert_eq!(article(&one).article, article(&two).article);
    assert_eq!(article(&one).later_captures, article(&two).later_captures);
    assert_eq!(told(&only(&place)), ["水轮", "磨石"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_lead_in_a_circle_end_it() {
    let server = Server::start().await;
    on_feed(&server, "/mill");
    server
        .on("/mill", [page("wheels", &link("/mill?page=2", "Next page"))])
        .on("/mill?page=2", [page("stones", &format!("{} {}", link("/mill", "Next page"), link("/mill?page=2", "2")))]);
    let place = joining(&server);
    assert_eq!(place.boji(&["run"]).code, Some(0));
    assert_eq!(server.paths(), ["/feed", "/robots.txt", "/mill", "/mill?page=2"]);
    assert_eq!(told(&only(&place)), ["wheels", "stones"]);

    // A server that has no more pages and gives the first one for all of them.
    let server = Server::start().await;
    on_feed(&server, "/mill");
    server.on("/mill", [page("wheels", &link("/mill/2", "2"))]).on("/mill/2", [page("wheels", &link("/mill/2", "2"))]);
    let place = joining(&server);
    assert_eq!(place.boji(&["run"]).code, Some(0));
    assert_eq!((told(&only(&place)), noted(&place, &server, "/mill")), (vec!["wheels".to_owned()], String::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_does_not_come_leaves_what_came() {
    let server = Server::start().await;
    three_pages(&server);
    server.on("/mill/3/", [Reply::new(500, "")]);
    let place = joining(&server);
    let done = place.boji(&["run", "--json"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    let oddity = done.json()["sources"][0]["oddities"][0].to_string();
    assert!(oddity.contains("/mill/: pages-incomplete: page 3 did not come"), "{oddity}");
    let stored = only(&place);
    assert_eq!((told(&stored), stored.submission.later_captures.len()), (vec!["wheels".into(), "stones".into()], 1));
    assert_eq!(place.outcomes("shed"), ["captured", "article", "captured", "server"]);
    let noted = noted(&place, &server, "/mill/");
    assert!(noted.starts_with("pages-incomplete: page 3 did not come: "), "{noted}");
    let entry = place.entry("shed", &server.url("/mill/"));
    assert_eq!((entry.status, word_of(&entry)), (EntryStatus::Done, "article"));

    // What robots.txt forbids is not asked for.
    let server = Server::start().await;
    three_pages(&server);
    server.on("/robots.txt", [Reply::ok("User-agent: *\nDisallow: /mill/2\n").header("Content-Type", "text/plain")]);
    let place = joining(&server);
    assert_eq!(place.boji(&["run"]).code, Some(0));
    assert_eq!(server.paths(), ["/feed", "/robots.txt", "/mill/"]);
    assert_eq!(told(&only(&place)), ["wheels"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_article_is_never_joined() {
    let server = Server::start().await;
    let next = "<a rel=\"next\" href=\"/race/\">Next page</a> <a rel=\"next\" href=\"/mill-2/\">下一页</a>";
    on_feed(&server, "/mill/");
    server.on("/mill/", [page("wheels", next)]).on("/race/", [page("races", "")]).on("/mill-2/", [page("gates", "")]);
    let place = joining(&server);
    assert_eq!(place.boji(&["run"]).code, Some(0));
    assert_eq!(server.paths(), ["/feed", "/robots.txt", "/mill/"], "its address is not that of a page");
    assert_eq!(told(&only(&place)), ["wheels"]);

    // A page with the beginnings of several articles goes on with others.
    let server = Server::start().await;
    on_feed(&server, "/mill/");
    let part = |thing: &str| format!("<article><h2>{thing}</h2>{}</article>", prose(thing));
    let parts: String = ["wheels", "stones", "sacks", "gates"].iter().map(|thing| part(thing)).collect();
    let list = format!("<html><body><main>{parts}<p>{}</p></main></body></html>", link("/mill/2/", "Next page"));
    server.on("/mill/", [html(list)]).on("/mill/2/", [page("races", "")]);
    let place = joining(&server);
    assert_eq!(place.boji(&["run"]).code, Some(0));
    assert_eq!(server.paths(), ["/feed", "/robots.txt", "/mill/"]);
    assert!(noted(&place, &server, "/mill/").starts_with("several-articles"));

    let strangers = [
        (page_of("The race below", "races", ""), "page 2 has another title or day"),
        (Reply::redirect(302, "/race/"), "page 2 leads elsewhere"),
        (html("<html><body><form><input></form></body></html>".to_owned()), "page 2 is not_article"),
    ];
    for (stranger, why) in strangers {
        let server = Server::start().await;
        on_feed(&server, "/mill/");
        server
            .on("/mill/", [page("wheels", &link("/mill/2/", "2"))])
            .on("/mill/2/", [stranger])
            .on("/race/", [page("races", &link("/mill/3/", "3"))]);
        let place = joining(&server);
        assert_eq!(place.boji(&["run"]).code, Some(0));
        assert_eq!(told(&only(&place)), ["wheels"], "{why}");
        let noted = noted(&place, &server, "/mill/");
        assert!(noted.starts_with(&format!("pages-incomplete: {why}")), "{noted}");
        assert!(!server.paths().contains(&"/mill/3/".to_owned()), "{why}");
        assert_eq!(
            place.store().counts(boji_clean::model::Timestamp::default()).expect("readable").captures,
            3,
            "what was fetched is kept all the same"
        );
        let before = only(&place).submission.article;
        assert_eq!(place.boji(&["reclean", "--all"]).code, Some(0));
        assert_eq!(only(&place).submission.article, before, "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_pages_are_enough_of_one_article() {
    let server = Server::start().await;
    let address = |number: usize| if number == 1 { "/mill".to_owned() } else { format!("/mill/{number}") };
    on_feed(&server, "/mill");
    for number in 1..=23 {
        server.on(&address(number), [page(&format!("thing {number}"), &link(&address(number + 1), "Next page"))]);
    }
    let place = joining(&server);
    assert_eq!(place.boji(&["run"]).code, Some(0));
    assert_eq!((server.log().len(), server.paths().last().map(String::as_str)), (2 + 20, Some("/mill/20")));
    assert_eq!(told(&only(&place)).len(), 20);
    assert!(noted(&place, &server, "/mill").starts_with("pages-incomplete: page 21"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_has_had_enough_at_a_later_page_is_left_alone() {
    let server = Server::start().await;
    three_pages(&server);
    let entries = ["/mill/", "/race/"].map(|path| (server.url(path), path.to_owned()));
    server.on("/feed", [Reply::ok(feed("Shed", &entries, false)).header("Content-Type", "application/atom+xml")]);
    server.on("/mill/2/", [Reply::new(429, "")]);
    let place = joining(&server);
    assert_eq!(place.boji(&["run", "--json"]).json()["sources"][0]["pending"], 1);
    assert_eq!(server.paths()[2..], ["/mill/", "/mill/2/"]);
    assert_eq!(told(&only(&place)), ["wheels"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn later_pages_are_part_of_the_share_of_a_run() {
    let server = Server::start().await;
    three_pages(&server);
    let entries = ["/mill/", "/race/"].map(|path| (server.url(path), path.to_owned()));
    server.on("/feed", [Reply::ok(feed("Shed", &entries, false)).header("Content-Type", "application/atom+xml")]);
    server.on("/race/", [page_of("The race below", "races", "")]);
    let place = joining(&server);
    let mut settings = std::fs::read_to_string(place.path("config/boji.toml")).expect("readable");
    settings.push_str("[run]\npages_per_source = 3\n");
    std::fs::write(place.path("config/boji.toml"), settings).expect("written");
    let done = place.boji(&["run", "--json"]);
    assert_eq!(done.json()["sources"][0]["pending"], 1, "{done:?}");
    assert_eq!(server.paths()[2..], ["/mill/", "/mill/2/", "/mill/3/"]);
    assert_eq!(place.boji(&["run"]).code, Some(0));
    assert_eq!(place.titles(), ["The mill that came back", "The race below"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_stopped_between_pages_begins_the_article_again() {
    let server = Server::start().await;
    three_pages(&server);
    let slow = page("stones", &link("/mill/3/", "3"));
    server.on("/mill/2/", [slow.clone().trickle(1_000), slow]);
    let sources = source("shed", "feed", &server.url("/feed")) + "join_pages = true\n";
    let place = Place::with_timeout(&[&server], &sources, 60);
    let child = place.command(&["run"]).spawn().expect("started");
    wait_until("the second page is asked for", || server.paths().contains(&"/mill/2/".to_owned()));
    signal(&child, "-INT");
    assert_eq!(child.wait_with_output().expect("ended").status.code(), Some(130));
    assert_eq!(place.articles().len(), 0, "half an article is none");
    assert_eq!(place.entry("shed", &server.url("/mill/")).status, EntryStatus::Pending);
    assert_eq!(place.boji(&["run"]).code, Some(0));
    assert_eq!(told(&only(&place)), ["wheels", "stones", "sacks"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_told_to_join_pages_when_it_is_added_or_later() {
    let server = Server::start().await;
    on_feed(&server, "/mill/");
    let place = Place::new(&[&server], "");
    let add = |arguments: &[&str]| {
        let done = place.boji(&[&["add", &*server.url("/feed"), "--id", "shed"], arguments].concat());
        assert_eq!(done.code, Some(0), "{done:?}");
        place.source("shed").0.join_pages
    };
    assert_eq!([add(&[]), add(&["--join-pages"]), add(&[])], [false, true, true]);
    let written = "[[source]]\nid = \"a\"\nkind = \"feed\"\nurl = \"https://a.example/\"\njoin_pages = true\n";
    let read = boji::seams::config::load_sources(
        "sources.toml".as_ref(),
        written,
        &boji::seams::config::Settings::default().run,
    );
    assert!(read.expect("valid")[0].join_pages);
}
