//! `boji add`, `set` and `backfill`: what an address leads to, what is kept of it, and how a source is changed.

use boji::seams::model::{Schedule, SourceKind};
use boji::seams::store::Store;

use crate::place::Place;
use crate::server::{Reply, Server};

const HTML: &str = "text/html; charset=utf-8";

/// An answer with a media type.
fn typed(media_type: &str, body: impl Into<Vec<u8>>) -> Reply {
    Reply::ok(body).header("Content-Type", media_type)
}

fn feed(title: &str, entries: usize) -> Reply {
    let item = |number: usize| {
        format!(
            "<item><title>{title} {number}</title><link>https://mill.example/{title}/{number}</link>\
             <content:encoded>{}</content:encoded></item>",
            format!("The mill turns, and the sacks of day {number} stand by the door. ").repeat(20)
        )
    };
    let items: String = (0..entries).map(item).collect();
    typed(
        "application/rss+xml",
        format!(
            "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>{title}</title>{items}</channel></rss>"
        ),
    )
}

fn page(head: &str, body: &str) -> Reply {
    typed(HTML, format!("<!doctype html><html><head><title>Mill</title>{head}</head><body>{body}</body></html>"))
}

const DECLARED: &str = "<link rel=alternate type='application/rss+xml' href=";

/// A place to add `/` to, and how that ended.
async fn added(scripts: &[(&str, Reply)], arguments: &[&str]) -> (Server, Place, crate::place::Ran) {
    let server = Server::start().await;
    for (path, reply) in scripts {
        server.on(path, [reply.clone()]);
    }
    let place = Place::new(&[&server], "");
    let address = server.url("/");
    let ran = place.boji(&[&["add", &*address], arguments].concat());
    (server, place, ran)
}

fn sources(place: &Place) -> Vec<(SourceKind, String)> {
    let sources = place.store().sources().expect("sources");
    sources.into_iter().map(|(source, _)| (source.kind, source.url)).collect()
}

/// A name, what the server says, and where the feed is.
type Case = (&'static str, Vec<(&'static str, Reply)>, &'static str);

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_of_a_home_page_is_found() {
    let declared = |href: &str| page(&format!("{DECLARED}'{href}'>"), "");
    let two =
        page(&format!("{DECLARED}'/gone.xml'>{DECLARED}'/comments.xml' title='Comments'>{DECLARED}'/b.xml'>"), "");
    let cases: [Case; 7] = [
        ("declared", vec![("/", declared("/a.xml")), ("/a.xml", feed("a", 2))], "/a.xml"),
        (
            "the first is not there, the second is of comments",
            vec![("/", two), ("/comments.xml", feed("c", 2)), ("/b.xml", feed("b", 1))],
            "/b.xml",
        ),
        (
            "in a header",
            vec![
                ("/", page("", "").header("link", "</h.xml>; rel=alternate; type=\"application/atom+xml\"")),
                ("/h.xml", feed("h", 1)),
            ],
            "/h.xml",
        ),
        ("linked", vec![("/", page("", "<a href='rss.xml'>RSS</a>")), ("/rss.xml", feed("r", 1))], "/rss.xml"),
        (
            "behind a page about feeds",
            vec![
                ("/", page("", "<a href='/feeds'>Feeds</a>")),
                ("/feeds", page("", "<a href='/rss2.xml'>RSS</a>")),
                ("/rss2.xml", feed("r", 1)),
            ],
            "/rss2.xml",
        ),
        (
            "where feeds often are, and not a friend's",
            vec![("/", page("", "<a href='https://friend.example/feed.xml'>Friend</a>")), ("/atom.xml", feed("w", 1))],
            "/atom.xml",
        ),
        ("the address itself", vec![("/", feed("i", 1))], "/"),
    ];
    for (name, scripts, want) in cases {
        let (server, place, ran) = added(&scripts, &[]).await;
        assert_eq!(ran.code, Some(0), "{name}: {ran:?}");
        assert_eq!(sources(&place), [(SourceKind::Feed, server.url(want))], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_may_be_anything_is_asked_about() {
    let item = |day: u32| format!("<li><a href='/2026/11/0{day}/mill.html'>What the mill did on day {day}</a></li>");
    let list = format!("<ul>{}</ul>", (1..9).map(item).collect::<Vec<_>>().concat());
    let scripts = || vec![("/", page("", &list))];
    let (_, place, ran) = added(&scripts(), &[]).await;
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stderr.contains("links to 8 articles") && ran.stderr.contains("--as list"), "{ran:?}");
    assert!(sources(&place).is_empty());
    let (server, place, ran) = added(&scripts(), &["--as", "list"]).await;
    assert_eq!((ran.code, sources(&place)), (Some(0), vec![(SourceKind::ListPage, server.url("/"))]), "{ran:?}");
    assert_eq!(server.paths(), ["/"], "no feed was looked for");
    let (_, place, ran) = added(&scripts(), &["--as", "article"]).await;
    assert_eq!((ran.code, sources(&place)), (Some(0), vec![(SourceKind::Urls, String::new())]), "{ran:?}");
    let sitemap = "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'></urlset>";
    let (server, place, _) = added(&[("/", typed("text/xml", sitemap))], &[]).await;
    assert_eq!(sources(&place), [(SourceKind::Sitemap, server.url("/"))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_page_below_the_root_is_no_article() {
    let teaser = |day: u32| {
        format!(
            "<article class='hentry'><h2 class='entry-title'><a href='/blog/mill-{day}/' rel='bookmark'>What the mill did on day {day}</a></h2>\
             <time datetime='2026-11-0{day}T08:00:00Z'>{day} November 2026</time><div class='entry-content'><p>{}</p>\
             <a href='/blog/mill-{day}/' class='more-link'>Continue reading</a></div></article>",
            format!("The wheel of day {day} stood still until noon, and nobody minded. ").repeat(4)
        )
    };
    let list = (1..6).map(teaser).collect::<Vec<_>>().concat();
    let (server, place, _) = added(&[("/", feed("root", 1))], &[]).await;
    server.on("/blog/", [page("", &format!("<main>{list}</main>"))]);
    let asked = place.boji(&["add", &server.url("/blog/")]);
    assert_eq!((asked.code, sources(&place).len()), (Some(3), 1), "{asked:?}");
    server.on("/blog/feed/", [feed("blog", 3)]);
    let found = place.boji(&["add", &server.url("/blog/")]);
    assert!(
        found.code == Some(0) && sources(&place).contains(&(SourceKind::Feed, server.url("/blog/feed/"))),
        "{found:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_several_feeds_is_taken_and_the_others_are_told() {
    let home = page(&format!("{DECLARED}'/a.xml'>{DECLARED}'/b.xml'>"), "");
    let scripts = [("/", home), ("/a.xml", feed("a", 1)), ("/b.xml", feed("b", 2))];
    let (server, place, ran) = added(&scripts, &[]).await;
    assert!(ran.stderr.contains(&format!("2  {}  b (2 entries)", server.url("/b.xml"))), "{ran:?}");
    assert_eq!(sources(&place), [(SourceKind::Feed, server.url("/a.xml"))]);
    let (server, place, _) = added(&scripts, &["--feed", "2"]).await;
    assert_eq!(sources(&place), [(SourceKind::Feed, server.url("/b.xml"))]);
    let (_, place, _) = added(&scripts, &["--all-feeds"]).await;
    assert_eq!(sources(&place).len(), 2);
    let (_, _, ran) = added(&scripts, &["--feed", "3"]).await;
    assert!(ran.stderr.contains("there is no feed 3"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_while_it_was_added_is_kept() {
    let (server, place, ran) = added(&[("/", feed("a", 3).header("etag", "\"a\""))], &[]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let first = place.boji(&["run"]);
    assert!(first.code == Some(0) && first.stderr.contains("3 new"), "{first:?}");
    let state = || place.store().sources().expect("sources").remove(0).1;
    assert_eq!((state().etag.as_str(), state().unread.as_str()), ("\"a\"", ""));
    assert_eq!(server.paths(), ["/"], "to its server it has been polled");
    assert_eq!(place.boji(&["run", "--all"]).code, Some(0));
    assert_eq!(server.paths(), ["/", "/"]);
    assert_eq!(server.log()[1].header("if-none-match"), Some("\"a\""));
    let (server, place, _) = added(&[("/", feed("a", 3))], &["--dry-run"]).await;
    assert_eq!((sources(&place).len(), server.paths().len()), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_changed_by_command() {
    let (server, place, _) = added(&[("/", feed("a", 1)), ("/new", feed("b", 1))], &["--id", "mill"]).await;
    let source = || place.source("mill").0;
    assert_eq!(source().schedule, Schedule::Auto, "by its own times, unless a person wishes otherwise");
    assert_eq!(place.boji(&["set", "mill", "--every", "6h", "--tag", "zh", "--name", "Mill", "--off"]).code, Some(0));
    let changed = source();
    assert_eq!((changed.schedule, changed.enabled), (Schedule::Every(21_600), false));
    assert_eq!((changed.name.as_str(), changed.tags), ("Mill", vec!["zh".to_owned()]));
    // What `add` is told of a source that it knows is done.
    assert_eq!(place.boji(&["add", &server.url("/"), "--cron", "0 7 * * *"]).code, Some(0));
    assert_eq!((source().schedule, source().name), (Schedule::Cron("0 7 * * *".into()), "Mill".into()));
    assert_eq!(place.boji(&["set", "mill", "--on", "--url", &server.url("/new")]).code, Some(0));
    assert_eq!((source().enabled, source().url), (true, server.url("/new")));
    for wrong in [&["set", "mill"][..], &["set", "nobody", "--on"], &["set", "mill", "--url", "file:///etc/passwd"]] {
        assert_eq!(place.boji(wrong).code, Some(2), "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn older_entries_are_asked_for_on_request_once() {
    let server = Server::start().await;
    let older = |number: usize, next: &str| {
        let body = format!(
            "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"m\",\"next_url\":\"{next}\",\"items\":[\
             {{\"id\":\"{number}\",\"title\":\"t{number}\",\"content_text\":\"{}\"}}]}}",
            format!("The mill of page {number} turns. ").repeat(20)
        );
        typed("application/feed+json", body)
    };
    server.on("/1", [older(1, &server.url("/2"))]);
    server.on("/2", [older(2, &server.url("/3"))]);
    server.on("/3", [older(3, &server.url("/1"))]);
    let place = Place::new(&[&server], "");
    assert_eq!(place.boji(&["add", &server.url("/1"), "--id", "mill"]).code, Some(0));
    assert_eq!(place.boji(&["backfill", "mill", "--pages", "1"]).code, Some(0));
    assert_eq!((server.paths(), place.articles().len()), (vec!["/1".into(), "/2".into()], 2));
    assert_eq!(place.boji(&["backfill", "mill"]).code, Some(0));
    assert_eq!((server.paths().len(), place.articles().len()), (3, 3), "it goes on where it was");
    let over = place.boji(&["backfill", "mill"]);
    assert!(over.stderr.contains("there is nothing older"), "{over:?}");
    assert_eq!(server.paths().len(), 3);
    assert_eq!(place.boji(&["run", "mill"]).code, Some(0), "a poll leaves the place where the walk is");
    assert_eq!(place.boji(&["backfill", "mill"]).code, Some(0));
    assert_eq!(server.paths().len(), 4);
}
