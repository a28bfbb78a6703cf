//! What servers send in the place of articles, and what pages and feeds claim of others, changes nothing that is stored.

use std::fmt::Write as _;

use boji::seams::model::EntryStatus;

use crate::place::{Place, source, word_of};
use crate::server::{Reply, Server};
use crate::writing::page;

fn atom(entries: &[(&str, &str, &str, &str)]) -> Reply {
    let mut told = String::new();
    for (id, link, title, text) in entries {
        let _ = write!(
            told,
            "<entry><id>{id}</id><title>{title}</title><link href=\"{link}\"/><updated>2026-01-02T03:04:05Z</updated>\
             <content type=\"html\">{text}</content></entry>"
        );
    }
    let feed = format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Shed</title>{told}</feed>");
    Reply::ok(feed).header("Content-Type", "application/atom+xml")
}

fn html(body: impl Into<String>) -> Reply {
    Reply::ok(body.into()).header("Content-Type", "text/html; charset=utf-8")
}

/// A page that claims to stand at another address.
fn claiming(thing: &str, address: &str) -> Reply {
    let claim =
        format!("<link rel=\"canonical\" href=\"{address}\"><meta property=\"og:url\" content=\"{address}\"></head>");
    html(page(thing).replacen("</head>", &claim, 1))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_becomes_a_wall_takes_no_article_away() {
    let wall = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><h1>shed.example</h1><p>shed.example \
                needs to review the security of your connection before proceeding.</p></body></html>";
    let server = Server::start().await;
    let link = server.url("/sacks");
    let entry = |title| atom(&[("1", link.as_str(), title, "")]);
    server.on("/feed", [entry("sacks"), entry("sacks, mended")]);
    server.on("/sacks", [html(page("sacks")), html(wall)]);
    let place = Place::new(&[&server], &source("shed", "feed", &server.url("/feed")));
    assert_eq!(place.boji(&["run", "-q"]).code, Some(0));
    let before = place.articles();
    assert_eq!(before.len(), 1);
    let second = place.boji(&["run", "--all", "-q"]);
    assert_eq!(second.code, Some(3), "{second:?}");
    let after = place.articles();
    assert_eq!((after.len(), after[0].revision), (1, 1));
    assert_eq!(after[0].submission.article.text, before[0].submission.article.text);
    let entry = place.entry("shed", "1");
    assert_eq!((entry.status, word_of(&entry), entry.tries), (EntryStatus::Pending, "blocked", 0));
    assert_eq!(place.host(&server).strikes, 1, "the host rests");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_all_claim_one_address_stay_the_articles_they_are() {
    for claim in ["/", "/index.php", "https://other.example/", "http://localhost:4000/"] {
        let server = Server::start().await;
        let address = if claim.starts_with('/') { server.url(claim) } else { claim.to_owned() };
        let things = ["baskets", "sacks", "sieves"];
        let links: Vec<String> = things.iter().map(|thing| server.url(&format!("/{thing}"))).collect();
        let entries: Vec<_> = links.iter().map(|link| (link.as_str(), link.as_str(), "a", "")).collect();
        server.on("/feed", [atom(&entries)]);
        for thing in things {
            server.on(&format!("/{thing}"), [claiming(thing, &address)]);
        }
        let place = Place::new(&[&server], &source("shed", "feed", &server.url("/feed")));
        assert_eq!(place.boji(&["run", "-q"]).code, Some(0));
        let articles = place.articles();
        assert_eq!(articles.iter().map(|stored| stored.revision).collect::<Vec<_>>(), [1, 1, 1], "{claim}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_site_rewrites_an_article() {
    let (shed, other) = (Server::start().await, Server::start().await);
    let own = shed.url("/sacks");
    shed.on("/feed", [atom(&[("1", own.as_str(), "sacks", "")])]).on("/sacks", [html(page("sacks"))]);
    let lie = "<p>The sacks were never mended, whoever says so, and the ladder was short by three rungs.</p>";
    let (claims, named) = (other.url("/claims"), other.url("/named"));
    other.on("/claims", [claiming("lies", &own)]).on("/named", [html(page("other lies"))]);
    other.on("/feed", [atom(&[("a", claims.as_str(), "lies", ""), (own.as_str(), named.as_str(), "sacks", "")])]);
    other.on("/texts", [atom(&[("b", own.as_str(), "sacks", lie), (own.as_str(), own.as_str(), "sacks", lie)])]);
    let sources = [("shed", shed.url("/feed")), ("other", other.url("/feed")), ("texts", other.url("/texts"))];
    let sources: String = sources.iter().map(|(id, url)| source(id, "feed", url)).collect();
    let place = Place::new(&[&shed, &other], &sources);
    assert_eq!(place.boji(&["run", "shed", "-q"]).code, Some(0));
    let before = place.articles();
    assert_eq!(place.boji(&["run", "other", "texts", "-q"]).code, Some(0));
    let stored = place.articles().into_iter().find(|stored| stored.id == before[0].id).expect("still there");
    assert_eq!((stored.revision, stored.submission.source_id.as_str()), (1, "shed"));
    assert_eq!(stored.submission.article.text, before[0].submission.article.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_with_one_link_are_articles_each_and_stay_so() {
    let server = Server::start().await;
    let link = server.url("/notes");
    let told = |thing: &str| {
        format!("&lt;p&gt;About {thing} the miller says that they hold more than they seem to.&lt;/p&gt;")
    };
    let texts: Vec<String> = ["baskets", "sacks", "sieves"].map(told).into();
    let entry = |nth: usize| (["1", "2", "3"][nth], link.as_str(), ["a", "b", "c"][nth], texts[nth].as_str());
    let polls = [vec![entry(0)], vec![entry(1), entry(0)], vec![entry(2), entry(1), entry(0)]];
    server.on("/feed", polls.iter().map(|entries| atom(entries)).collect::<Vec<_>>());
    let place = Place::new(&[&server], &source("shed", "feed", &server.url("/feed")));
    for articles in 1..=3 {
        assert_eq!(place.boji(&["run", "--all", "-q"]).code, Some(0));
        let revisions: Vec<u32> = place.articles().iter().map(|stored| stored.revision).collect();
        assert_eq!(revisions, vec![1; articles]);
    }
}
