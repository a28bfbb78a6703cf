//! The recorded day holds what its README promises, as the parsers see it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use boji::seams::config::{Settings, load_sources};
use boji::seams::discover::of_kind;
use boji::seams::fetch::{Replay, Request, Transport};
use boji::seams::model::{Capture, Source, SourceKind, SourceState};
use boji_clean::model::{ArticleKind, Date, Origin, PageState, canonical_url};
use boji_clean::parse::{Input, Page, page, parse_feed};
use boji_clean::{Rules, clean};
use url::Url;

const INTERVIEW: &str =
    "https://mp.weixin.qq.com/s?__biz=MzkxMjA4NzM1Ng==&mid=2247480793&idx=1&sn=9d3f7b15c0e84a62b7f1d9e05a3c6824";
const REPRINT: &str =
    "https://mp.weixin.qq.com/s?__biz=MzkxMjA4NzM1Ng==&mid=2247480780&idx=1&sn=3b8e51d07f6c4a92e0d47a5918fb263c";
const PICTURES: &str =
    "https://mp.weixin.qq.com/s?__biz=MzkxMjA4NzM1Ng==&mid=2247480752&idx=1&sn=e8a40c6f92d74b1580b3c7e1f5d2906a";
const LOCKED: &str =
    "https://mp.weixin.qq.com/s?__biz=Mzk2NTc3MDQxOA==&mid=2247490127&idx=1&sn=51c7e0a94d8b4f36927ed3508c1fba64";

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path)
}

fn day() -> Replay {
    Replay::open(&fixture("tapes/demo.warc.gz")).expect("a tape")
}

fn sources() -> Vec<Source> {
    let file = fixture("demo/sources.toml");
    let text = fs::read_to_string(&file).expect("readable");
    load_sources(&file, &text, &Settings::default().run).expect("valid")
}

async fn capture(day: &Replay, url: &str) -> Capture {
    let request = Request { url: url.to_owned(), headers: Vec::new(), secret_headers: Vec::new() };
    let answer = day.exchange(&request).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    Capture {
        url: url.to_owned(),
        hops: Vec::new(),
        status: answer.status,
        headers: answer.headers,
        body: answer.body,
        fetched_at: answer.at,
    }
}

async fn parsed(day: &Replay, url: &str) -> Page {
    let capture = capture(day, url).await;
    let content_type = capture.header("content-type").unwrap_or_default();
    page(&Input { bytes: &capture.body, url, content_type })
}

#[tokio::test]
async fn every_source_gets_its_answer() {
    let day = day();
    let told: BTreeSet<&str> = day.urls().collect();
    for source in sources() {
        match of_kind(source.kind).start(&source, &SourceState::default()).next {
            Some(query) => assert!(told.contains(query.url.as_str()), "{}", query.url),
            None => assert_eq!(source.kind, SourceKind::Urls, "{}", source.id),
        }
        for url in &source.urls {
            assert!(told.contains(url.as_str()), "{url}");
        }
    }
}

#[tokio::test]
async fn the_feeds_give_what_can_be_saved() {
    let day = day();
    // Source, entries, entries with their text, the first entry's title and instant.
    let cases = [
        ("cangmenkou", 3, 3, "怎样给一万条麻袋编目录", "2026-05-17T22:30:00Z"),
        ("hutlog", 2, 0, "What the hut book knows", "2026-05-17T18:20:00Z"),
        ("nuts-bolts", 2, 2, "In defence of the 9 mm nut & its two friends", "2026-05-14T15:00:00Z"),
        ("slow-almanac", 2, 2, "Weather by hearsay", "2026-05-16T03:00:00Z"),
    ];
    for (id, entries, with_text, title, published) in cases {
        let source = sources().into_iter().find(|source| source.id == id).expect(id);
        let answer = capture(&day, &source.url).await;
        let content_type = answer.header("content-type").unwrap_or_default();
        let feed = parse_feed(&answer.body, content_type, &source.url, 0).expect(id);
        let have = feed.entries.iter().filter(|entry| !entry.body.is_empty()).count();
        assert_eq!((feed.entries.len(), have), (entries, with_text), "{id}");
        let first = feed.entries.first().expect("an entry");
        let date = first.published.map(Date::to_utc);
        assert_eq!((first.title.as_str(), date.as_deref()), (title, Some(published)), "{id}");
        assert_eq!(feed.issues.is_empty(), id != "nuts-bolts", "{id}: {:?}", feed.issues);
    }
}

#[tokio::test]
async fn the_album_names_the_three_pages() {
    let day = day();
    let source = sources().into_iter().find(|source| source.kind == SourceKind::Album).expect("an album");
    let album = of_kind(SourceKind::Album);
    let query = album.start(&source, &SourceState::default()).next.expect("a request");
    let answer = capture(&day, &query.url).await;
    let step = album.read(&source, &query, &answer, &|_| false);
    assert_eq!((step.failure, step.next), (None, None));
    let links: Vec<_> = step.candidates.iter().filter_map(|candidate| canonical_url(&candidate.url)).collect();
    assert_eq!(links, [INTERVIEW, REPRINT, PICTURES]);
}

#[tokio::test]
async fn the_articles_say_who_wrote_them() {
    let day = day();
    let beijing = |day, hour, minute| Date::civil(2026, 5, day, hour, minute, 0, Date::BEIJING);
    let cases = [
        (INTERVIEW, None, "original", beijing(17, 20, 15)),
        (REPRINT, Some(ArticleKind::Reprint), "reprint", beijing(15, 12, 0)),
        (PICTURES, Some(ArticleKind::Picture), "none", beijing(10, 7, 40)),
    ];
    for (url, kind, copyright, published) in cases {
        let Page { state, origin, facts, .. } = parsed(&day, url).await;
        assert_eq!((state, origin), (PageState::Article, Origin::Wechat), "{url}");
        assert_eq!(facts.account.as_deref(), Some("田埂问答"), "{url}");
        assert_eq!(facts.copyright.as_deref(), Some(copyright), "{url}");
        assert_eq!(facts.published, published, "{url}");
        assert!(kind.is_none() || facts.kind == kind, "{url}: {:?}", facts.kind);
        assert_eq!(facts.conflicts, [], "{url}");
    }
    let reprint = parsed(&day, REPRINT).await.facts;
    assert_eq!(reprint.original_source.as_deref(), Some("仓门口"));
    assert!(reprint.sharer_note.is_some_and(|note| note.starts_with("田埂上管收")));
}

#[tokio::test]
async fn the_other_pages_are_told_apart() {
    let day = day();
    let redirect = capture(&day, LOCKED).await;
    assert_eq!(redirect.status, 302);
    let location = redirect.header("location").expect("a location");
    let captcha = Url::parse(LOCKED).and_then(|url| url.join(location)).expect("a URL");
    let cases = [
        ("https://mp.weixin.qq.com/s/hTq4Wc0Zr8yLm2VnKd7xPg", PageState::Deleted),
        (captcha.as_str(), PageState::Blocked),
        ("https://hutlog.example/2026/hut-book/", PageState::Article),
        ("https://hutlog.example/2026/backup-321/", PageState::Article),
        ("https://nuts-bolts.example/rss.xml", PageState::NotArticle),
    ];
    for (url, state) in cases {
        assert_eq!(parsed(&day, url).await.state, state, "{url}");
    }
}

#[test]
fn the_archives_are_of_both_converters() {
    let beijing = |month, day, hour, minute| Date::civil(2026, month, day, hour, minute, 0, Date::BEIJING);
    let cases = [
        ("archives/demo-album.md", "慢潮访谈录", beijing(4, 22, 7, 30)),
        ("archives/demo-wechatmp2markdown.md", "面粉柜实验室", beijing(3, 8, 21, 12)),
    ];
    for (file, account, published) in cases {
        let bytes = fs::read(fixture(file)).expect("readable");
        let page = page(&Input { bytes: &bytes, ..Input::default() });
        assert_eq!(page.facts.account.as_deref(), Some(account), "{file}");
        assert_eq!(page.facts.published, published, "{file}");
        let cleaned = clean(&Input { bytes: &bytes, ..Input::default() }, &Rules::shipped());
        let blocks = cleaned.article.expect("an article").blocks;
        assert!(blocks.len() > 20, "{file}: {}", blocks.len());
    }
}
