//! What becomes of an entry over the polls of a feed: edited, moved, shared, redirected. One article each, and none lost.

use boji::seams::model::{Clock, EntryStatus};
use boji::seams::pipeline::RunOptions;
use boji::seams::store::Store;

use crate::scene::Scene;
use crate::writing::{page, prose};

const HOUR: i64 = 3_600;
const FEED: &str = "https://shed.example/feed";

/// An entry: id, address, title, text.
type Told = (&'static str, &'static str, &'static str, String);

fn feed(entries: &[Told]) -> String {
    let entry = |(id, path, title, text): &Told| {
        let link = if path.is_empty() { String::new() } else { format!("<link href=\"https://shed.example{path}\"/>") };
        let text = text.replace('<', "&lt;");
        format!(
            "<entry><id>{id}</id><title>{title}</title>{link}<updated>2026-01-02T03:04:05Z</updated>\
             <content type=\"html\">{text}</content></entry>"
        )
    };
    let entries: String = entries.iter().map(entry).collect();
    format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Shed</title>{entries}</feed>")
}

/// What is told, poll by poll, and what is there in the end.
type History<'a> = (&'a str, Vec<Vec<Told>>, &'a [&'a str]);

/// Titles and revisions of what is stored after these polls of a feed, sorted.
async fn after(polls: &[&[Told]]) -> Vec<String> {
    let scene = Scene::new();
    scene.add_feed("shed", FEED);
    for entries in polls {
        scene.feed(FEED, feed(entries));
        scene.run().await;
        scene.pass(HOUR).await;
    }
    let told =
        |stored: boji::seams::model::StoredArticle| format!("{} {}", stored.submission.article.title, stored.revision);
    let mut articles: Vec<String> = scene.articles().into_iter().map(told).collect();
    articles.sort();
    articles
}

#[tokio::test]
async fn each_history_ends_with_the_articles_that_it_is_about() {
    let sacks = || prose("sacks");
    let more = || format!("{}<p>And one more.</p>", prose("sacks"));
    let sieves = || {
        "<p>A sieve is known by its mesh, and a good one by the sound that it makes when it is empty. Ours came from the \
         tinker, who counts in his own way and is never wrong; he stayed for soup and left the bill on the window sill.</p>"
            .to_owned()
    };
    let one = |id, path, title, text: String| -> Vec<Told> { vec![(id, path, title, text)] };
    let histories: Vec<History<'_>> = vec![
        ("polled twice", vec![one("1", "/s", "Sacks", sacks()), one("1", "/s", "Sacks", sacks())], &["Sacks 1"]),
        ("edited", vec![one("1", "/s", "Sacks", sacks()), one("1", "/s", "Sacks", more())], &["Sacks 2"]),
        ("renamed", vec![one("1", "/s", "Sacks", sacks()), one("1", "/s", "All sacks", more())], &["All sacks 2"]),
        ("its slug edited", vec![one("1", "/s", "Sacks", sacks()), one("1", "/all-s", "Sacks", more())], &["Sacks 2"]),
        (
            "a token in its link",
            vec![one("1", "/s?t=1", "Sacks", sacks()), one("1", "/s?t=2", "Sacks", more())],
            &["Sacks 2"],
        ),
        (
            "its id new at each build",
            vec![one("1", "/s", "Sacks", sacks()), one("2", "/s", "Sacks", sacks())],
            &["Sacks 1"],
        ),
        (
            "its id given to another",
            vec![one("1", "/s", "Sacks", sacks()), one("1", "/t", "Sieves", sieves())],
            &["Sacks 1", "Sieves 1"],
        ),
        (
            "pushed out by another",
            vec![one("1", "/s", "Sacks", sacks()), one("2", "/t", "Sieves", sieves())],
            &["Sacks 1", "Sieves 1"],
        ),
        (
            "back again",
            vec![
                one("1", "/s", "Sacks", sacks()),
                one("2", "/t", "Sieves", sieves()),
                one("1", "/s", "Sacks", sacks()),
            ],
            &["Sacks 1", "Sieves 1"],
        ),
        (
            "two of one link",
            vec![vec![("1", "/log", "Sacks", sacks()), ("2", "/log", "Sieves", sieves())]],
            &["Sacks 1", "Sieves 1"],
        ),
        (
            "two of one id",
            vec![vec![("1", "/s", "Sacks", sacks()), ("1", "/t", "Sieves", sieves())]],
            &["Sacks 1", "Sieves 1"],
        ),
        ("without a link", vec![one("1", "", "Sacks", sacks()), one("1", "", "Sacks", more())], &["Sacks 2"]),
        ("without an id", vec![one("", "/s", "Sacks", sacks()), one("", "/s", "Sacks", more())], &["Sacks 2"]),
        (
            "without either",
            vec![vec![("", "", "Sacks", sacks()), ("", "", "Sieves", sieves())]],
            &["Sacks 1", "Sieves 1"],
        ),
        (
            "places of one page",
            vec![vec![("", "/log#1", "Sacks", sacks()), ("", "/log#2", "Sieves", sieves())]],
            &["Sacks 1", "Sieves 1"],
        ),
        (
            "the order turned",
            vec![
                vec![("1", "/s", "Sacks", sacks()), ("2", "/t", "Sieves", sieves())],
                vec![("2", "/t", "Sieves", sieves()), ("1", "/s", "Sacks", sacks())],
            ],
            &["Sacks 1", "Sieves 1"],
        ),
        (
            "a poll without anything",
            vec![one("1", "/s", "Sacks", sacks()), Vec::new(), one("1", "/s", "Sacks", sacks())],
            &["Sacks 1"],
        ),
        (
            "with a slash, and without an id",
            vec![one("", "/s", "Sacks", sacks()), one("", "/s/", "Sacks", sacks()), one("", "/s", "Sacks", sacks())],
            &["Sacks 1"],
        ),
        (
            "a token in its link, and without an id",
            vec![one("", "/s?t=1", "Sacks", sacks()), one("", "/s?t=2", "Sacks", sacks())],
            &["Sacks 1"],
        ),
        (
            "an id and a link of another form",
            vec![one("/s?p=1", "/s?p=1", "Sacks", sacks()), one("/sacks", "/2026/sacks", "Sacks", sacks())],
            &["Sacks 1"],
        ),
        (
            "moved and then edited",
            vec![
                one("1", "/s", "Sacks", sacks()),
                one("2", "/2026/s", "Sacks", sacks()),
                one("2", "/2026/s", "Sacks", more()),
            ],
            &["Sacks 2"],
        ),
        (
            "renamed, without either",
            vec![one("", "", "Sacks", sacks()), one("", "", "All sacks", sacks())],
            &["All sacks 2"],
        ),
        (
            "told twice at once under two links",
            vec![one("1", "/s", "Sacks", sacks()), vec![("1", "/s", "Sacks", sacks()), ("2", "/t", "Sacks", sacks())]],
            &["Sacks 1", "Sacks 1"],
        ),
        (
            "the same few words under two titles",
            vec![
                one("1", "/s", "Sacks", "<p>Soon.</p>".to_owned()),
                one("2", "/t", "Sieves", "<p>Soon.</p>".to_owned()),
            ],
            &["Sacks 1", "Sieves 1"],
        ),
        (
            "the same few words and title",
            vec![one("1", "/s", "Note", "<p>Soon.</p>".to_owned()), one("2", "/t", "Note", "<p>Soon.</p>".to_owned())],
            &["Note 1", "Note 1"],
        ),
        (
            "one address, one entry at a time",
            vec![
                one("1", "/log", "Sacks", sacks()),
                one("2", "/log", "Sieves", sieves()),
                one("2", "/log", "Sieves", sieves()),
                vec![("2", "/log", "Sieves", sieves()), ("1", "/log", "Sacks", sacks())],
            ],
            &["Sacks 1", "Sieves 1"],
        ),
        (
            "places of one page, one at a time",
            vec![one("", "/log#1", "Sacks", sacks()), one("", "/log#2", "Sieves", sieves())],
            &["Sacks 1", "Sieves 1"],
        ),
        (
            "its title edited, and its id new",
            vec![one("1", "/s", "Sacks", sacks()), one("2", "/s", "All sacks", sacks())],
            &["All sacks 2"],
        ),
        (
            "told twice, then once",
            vec![vec![("1", "/s", "Sacks", sacks()), ("1", "/s", "Sacks", sacks())], one("1", "/s", "Sacks", more())],
            &["Sacks 2"],
        ),
        (
            "told once, then twice",
            vec![
                one("1", "/s", "Sacks", sacks()),
                vec![("1", "/s", "All sacks", sacks()), ("1", "/s", "All sacks", sacks())],
            ],
            &["All sacks 2"],
        ),
        (
            "pages of their own under one id, with the same few words",
            vec![vec![("1", "/s", "", "<p>Photo.</p>".to_owned()), ("1", "/t", "", "<p>Photo.</p>".to_owned())]],
            &[" 1", " 1"],
        ),
        (
            "a note that grows under a new slug",
            vec![one("1", "/s", "Sacks", "<p>Sacks are short.</p>".to_owned()), one("1", "/all-s", "Sacks", sacks())],
            &["Sacks 2"],
        ),
        (
            "an id that is always the first's",
            vec![one("latest", "/?p=1", "Sacks", sacks()), one("latest", "/?p=2", "Sieves", sieves())],
            &["Sacks 1", "Sieves 1"],
        ),
        (
            "one id, alone and then of two",
            vec![
                one("1", "/s", "Sacks", sacks()),
                vec![("1", "/t", "Sieves", sieves()), ("1", "/s", "Sacks", sacks())],
            ],
            &["Sacks 1", "Sieves 1"],
        ),
        (
            "tracked",
            vec![one("1", "/s?utm_source=a", "Sacks", sacks()), one("1", "/s", "Sacks", sacks())],
            &["Sacks 1"],
        ),
    ];
    for (name, polls, want) in histories {
        let polls: Vec<&[Told]> = polls.iter().map(Vec::as_slice).collect();
        assert_eq!(after(&polls).await, want, "{name}");
    }
}

#[tokio::test]
async fn an_answer_with_nothing_new_is_not_kept() {
    let scene = Scene::new();
    scene.add_feed("shed", FEED);
    let captures = || scene.store().counts(scene.clock.now()).expect("readable").captures;
    let built =
        |at: &str| feed(&[("1", "/s", "Sacks", prose("sacks"))]).replace("</title>", &format!("</title><!-- {at} -->"));
    scene.feed(FEED, built("one"));
    scene.run().await;
    let before = captures();
    for at in ["two", "three"] {
        scene.pass(HOUR).await;
        scene.feed(FEED, built(at));
        scene.run().await;
    }
    assert_eq!(captures(), before);
}

#[tokio::test]
async fn a_page_that_two_sources_name_is_asked_for_once_a_run() {
    let scene = Scene::new();
    let url = "https://shed.example/sacks";
    scene.page(url, page("sacks"));
    scene.add("one", &[url]);
    scene.add("two", &["https://shed.example/sacks?utm_source=two"]);
    scene.add("three", &["https://shed.example/away"]);
    let report = scene.run().await;
    assert_eq!(scene.asked(), [url, "https://shed.example/away"]);
    let counts: Vec<_> = report.sources.iter().map(|one| (one.source.as_str(), one.new, one.unchanged)).collect();
    assert_eq!(counts, [("one", 1, 0), ("three", 0, 0), ("two", 0, 1)]);
    let entries = scene.store().entries_of(&scene.articles()[0].id).expect("readable");
    assert!(entries.iter().all(|entry| entry.status == EntryStatus::Done) && entries.len() == 2, "{entries:?}");
}

#[tokio::test]
async fn a_page_that_calls_itself_deleted_must_say_so_again_a_day_later() {
    let scene = Scene::new();
    let url = "https://shed.example/sacks";
    scene.page(
        url,
        "<html><head><title>Gone</title></head><body><p>抱歉，该文章已被作者删除。</p></body></html>".to_owned(),
    );
    scene.add("one", &[url]);
    let named = RunOptions { sources: vec!["one".into()], ..RunOptions::default() };
    for _ in 0..3 {
        scene.run_by(&scene.clock, &named).await;
        assert_eq!(scene.pending().len(), 1, "who asks at once is told nothing new");
    }
    scene.pass(25 * HOUR).await;
    scene.run().await;
    assert!(scene.pending().is_empty());
}

#[tokio::test]
async fn what_did_not_come_for_one_source_is_asked_for_by_the_other() {
    let scene = Scene::new();
    let url = "https://shed.example/sacks";
    scene.answer(url, Some((503, Vec::new(), String::new())));
    scene.add("one", &[url]);
    scene.add("two", &[url]);
    scene.run().await;
    assert_eq!(scene.asked(), [url, url]);
}

/// A scene with a list of addresses, after one run.
async fn asked(addresses: &[&str], answers: &[(&str, &str)]) -> Scene {
    let scene = Scene::new();
    scene.page("https://shed.example/", page("the shed"));
    for (path, answer) in answers {
        let to = format!("https://shed.example{answer}");
        scene.answer(
            &format!("https://shed.example{path}"),
            Some((302, vec![("location".to_owned(), to)], String::new())),
        );
    }
    let urls: Vec<String> = addresses.iter().map(|path| format!("https://shed.example{path}")).collect();
    scene.add("list", &urls.iter().map(String::as_str).collect::<Vec<_>>());
    scene.run().await;
    scene
}

#[tokio::test]
async fn an_address_that_leads_away_gives_no_article() {
    for (path, to) in [("/sacks", "/"), ("/sacks", "/login?next=sacks"), ("/sacks", "/search/sacks")] {
        let scene = asked(&[path], &[(path, to)]).await;
        scene.page("https://shed.example/login?next=sacks", page("the door"));
        scene.page("https://shed.example/search/sacks", page("what was found"));
        scene.pass(HOUR).await;
        scene.run().await;
        assert!(scene.articles().is_empty(), "{to}");
        assert_eq!(scene.pending().remove(0).status, EntryStatus::Pending, "{to}");
    }
}

#[tokio::test]
async fn addresses_that_all_lead_to_one_page_give_that_page_once() {
    let scene = Scene::new();
    scene.page("https://shed.example/notice", page("a notice"));
    let paths = ["/a", "/b", "/c"];
    for path in paths {
        let to = vec![("location".to_owned(), "https://shed.example/notice".to_owned())];
        scene.answer(&format!("https://shed.example{path}"), Some((302, to, String::new())));
    }
    let urls: Vec<String> = paths.iter().map(|path| format!("https://shed.example{path}")).collect();
    scene.add("list", &urls.iter().map(String::as_str).collect::<Vec<_>>());
    scene.run().await;
    assert_eq!((scene.articles().len(), scene.articles()[0].revision, scene.pending().len()), (1, 1, 2));
}

#[tokio::test]
async fn a_page_that_is_nothing_like_its_entry_is_waited_for_and_then_flagged() {
    let scene = Scene::new();
    scene.add_feed("shed", FEED);
    let entries = [("1", "/sacks", "The mill that came back", String::new())];
    scene.feed(FEED, feed(&entries));
    let other = "<!DOCTYPE html><html><head><title>Welcome</title></head><body><article><h1>Welcome</h1><p>Here you find \
                 all sorts of good things for house and garden, and a man who knows about drains.</p></article></body></html>";
    scene.page("https://shed.example/sacks", other.to_owned());
    scene.run().await;
    assert!(scene.articles().is_empty());
    for _ in 0..12 {
        scene.pass(3 * 24 * HOUR).await;
        scene.run_due().await;
    }
    let articles = scene.articles();
    assert_eq!(articles.len(), 1, "{:?}", scene.pending());
    assert_eq!(articles[0].submission.article.flags, ["doubtful", "short"]);
}

/// An RSS feed whose descriptions are these texts, each of a page of its own.
fn descriptions(texts: &[(&str, String)]) -> String {
    let item = |(thing, text): &(&str, String)| {
        let text = text.replace('<', "&lt;");
        format!(
            "<item><guid isPermaLink=\"false\">{thing}</guid><title>{thing}</title>\
             <link>https://shed.example/{thing}</link><description>{text}</description></item>"
        )
    };
    let items: String = texts.iter().map(item).collect();
    format!("<rss version=\"2.0\"><channel><title>Shed</title>{items}</channel></rss>")
}

#[tokio::test]
async fn what_stands_in_a_place_for_abstracts_is_compared_with_a_few_pages() {
    let things = ["sacks", "sieves", "scales", "spades", "saws"];
    let beginning = |thing: &str| prose(thing).split("By noon").next().unwrap_or_default().to_owned();
    for (is_whole, asked, revisions) in [(true, 2, 1), (false, 5, 2)] {
        let scene = Scene::new();
        scene.add_feed("shed", FEED);
        let text = |thing: &str| {
            if is_whole { prose(thing) } else { format!("{}{}", beginning(thing), "more of it. ".repeat(20)) }
        };
        let texts: Vec<(&str, String)> = things.iter().map(|&thing| (thing, text(thing))).collect();
        scene.feed(FEED, descriptions(&texts));
        for thing in things {
            scene.page(
                &format!("https://shed.example/{thing}"),
                page(thing).replace("</article>", &format!("{}</article>", prose("the rest"))),
            );
        }
        if is_whole {
            for thing in things {
                scene.page(&format!("https://shed.example/{thing}"), page(thing));
            }
        }
        scene.run().await;
        assert_eq!(scene.asked().len() - 1, asked, "whole: {is_whole}");
        let articles = scene.articles();
        assert_eq!(articles.len(), 5);
        assert!(articles.iter().all(|stored| stored.revision == revisions), "whole: {is_whole}");
        let has_rest = |stored: &boji::seams::model::StoredArticle| stored.submission.article.text.contains("the rest");
        assert!(articles.iter().all(|stored| has_rest(stored) != is_whole), "whole: {is_whole}");
        assert!(scene.pending().is_empty());
    }
}
