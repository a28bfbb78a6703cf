//! Made-up rows, and short words for what every case does.

use std::ops::ControlFlow;

use boji::seams::model::{
    Capture, Decision, Entry, EntryStatus, ErrorClass, FetchRecord, KeepImages, Known, Outcome, Schedule, Source,
    SourceKind, SourceState, Submission,
};
use boji::seams::store::{Batch, Filter, Store};
use boji_clean::model::{
    Article, ArticleKey, ArticleKind, Block, Candidate, Category, Date, Edge, JudgedBlock, Label, Lesson, ListedImage,
    Metadata, Origin, Sighting, Timestamp, Verdict,
};
use boji_clean::parse::Rhythm;

/// Other words are a revision, the same text is a duplicate.
pub fn decide(submission: &Submission, known: &Known) -> Decision {
    match (&known.same_key, &known.same_text) {
        (Some(latest), _) if latest.content_hash == submission.article.content_hash() => Decision::Unchanged,
        (Some(latest), _) => Decision::Revision(latest.revision + 1),
        (None, Some(original)) => Decision::Duplicate(original.clone()),
        (None, None) => Decision::New,
    }
}

pub fn commit(store: &mut dyn Store, articles: Vec<Submission>) -> Vec<Decision> {
    let captures = articles
        .iter()
        .filter(|one| !one.capture_hash.is_empty())
        .map(|one| (one.source_id.clone(), capture(&one.article.url, one.article.url.as_bytes())))
        .collect();
    store.commit(&Batch { captures, articles, ..Batch::default() }, &decide).unwrap()
}

/// The last parts of the addresses, in the order of the walk.
pub fn walk(store: &dyn Store, filter: &Filter) -> Vec<String> {
    let mut names = Vec::new();
    let mut visit = |stored: boji::seams::model::StoredArticle| {
        names.push(stored.submission.article.url.rsplit('/').next().unwrap_or_default().to_owned());
        ControlFlow::Continue(())
    };
    store.each_article(filter, &mut visit).unwrap();
    names
}

pub fn dump(store: &dyn Store) -> String {
    let mut out = Vec::new();
    store.dump(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

pub fn key(url: &str) -> ArticleKey {
    ArticleKey::Url(url.to_owned())
}

pub fn source(id: &str) -> Source {
    Source {
        id: id.into(),
        kind: SourceKind::Feed,
        name: format!("Name of {id}"),
        url: format!("https://{id}.example/feed"),
        urls: vec![format!("https://{id}.example/1")],
        schedule: Schedule::Every(3600),
        own_schedule: true,
        time_zone_minutes: 480,
        fetch_pages: true,
        join_pages: true,
        keep_images: Some(KeepImages::Cover),
        follow_to_http: true,
        user_agent: "mill/1".into(),
        headers: [("accept-language".into(), "zh-CN".into())].into(),
        cookies: "/club/cookies.txt".into(),
        keep: vec!["title:磨坊".into()],
        skip: vec!["url:/ads/".into()],
        priority: -3,
        tags: vec!["标签".into()],
        from_file: true,
        enabled: true,
    }
}

pub fn state() -> SourceState {
    SourceState {
        etag: "W/\"a\"".into(),
        last_modified: "Sat, 01 Jun 2024 00:00:00 GMT".into(),
        validators_of: "https://a.example/final".into(),
        read_whole_at: at(7),
        next_due: at(60),
        last_tried: at(50),
        last_success: at(40),
        failures: 2,
        last_error: Some(Outcome::Failed(ErrorClass::Timeout)),
        gone: true,
        moved_to: "https://a.example/new".into(),
        moved_from: "https://old.example/feed".into(),
        moved_count: 1,
        abstracts_compared: 2,
        abstracts_shorter: 1,
        abstracts_at: at(45),
        cursor: "12".into(),
        rhythm: Rhythm { least_seconds: 60, skipped_hours: 3, skipped_days: 96 },
        hub: "https://hub.example/".into(),
        older_url: "https://a.example/feed?page=2".into(),
        unread: "f00d".into(),
        put_off_at: at(6),
        known_since: at(5),
        published: vec![-3, 4],
    }
}

pub fn entry(source_id: &str, key: &str, due: i64) -> Entry {
    Entry {
        source_id: source_id.into(),
        key: key.into(),
        candidate: Candidate {
            url: format!("https://{source_id}.example/{key}"),
            title: "标题 \"quoted\"".into(),
            published: Date::day(2024, 5, 1),
            body: "<p>正文</p>".into(),
            ..Candidate::default()
        },
        fingerprint: "f".into(),
        words_hash: String::new(),
        status: EntryStatus::Pending,
        outcome: None,
        skipped_by: String::new(),
        tries: 0,
        next_due: at(due),
        article_id: String::new(),
    }
}

pub fn fetch(source_id: &str, seconds: i64) -> FetchRecord {
    FetchRecord {
        source_id: source_id.into(),
        url: format!("https://{source_id}.example/"),
        at: at(seconds),
        status: 200,
        bytes: 12_345,
        millis: 67,
        outcome: Outcome::Captured,
        error: "a sentence".into(),
    }
}

pub fn capture(url: &str, body: &[u8]) -> Capture {
    Capture {
        url: url.into(),
        hops: Vec::new(),
        status: 200,
        headers: vec![("content-type".into(), "text/html".into())],
        body: body.to_vec(),
        fetched_at: at(1000),
    }
}

pub fn submission(url: &str, text: &str) -> Submission {
    let article = Article {
        origin: Origin::Blog,
        title: "Title".into(),
        url: url.into(),
        canonical_url: url.into(),
        language: "en".into(),
        blocks: vec![JudgedBlock { block: Block::paragraph(text), verdict: Verdict::keep() }],
        text: text.into(),
        markdown: text.into(),
        ..Article::bare(key(url))
    };
    Submission {
        article,
        source_id: "a".into(),
        capture_hash: String::new(),
        later_captures: Vec::new(),
        fetched_at: at(100),
        text_key: text.into(),
        simhash: "sh:0000000000000000".into(),
        rules_hash: "r1".into(),
        is_of_feed: false,
    }
}

/// What the article of an address teaches: its wordings by edge and key.
pub fn lesson(url: &str, account: &str, seen: &[(Edge, &str)]) -> Lesson {
    let sighting = |(edge, key): &(Edge, &str)| Sighting { edge: *edge, key: (*key).into(), sample: format!("{key}!") };
    Lesson { article_id: key(url).id(), account: account.into(), sightings: seen.iter().map(sighting).collect() }
}

/// A submission with something in every field.
pub fn rich_submission() -> Submission {
    let url = "https://mp.weixin.qq.com/s?__biz=Mz%2F&mid=2&idx=1&chksm=0";
    let verdicts = [
        ("第一段。", Verdict::keep()),
        ("关注我们", Verdict::by(Label::Drop, Category::Follow, "zh.follow.card", "card")),
        ("作者：甲", Verdict::by(Label::Meta, Category::Credits, "zh.credits.line", "")),
        ("最后一段。\n换行", Verdict::keep()),
    ];
    let article = Article {
        key: ArticleKey::WeChat { biz: "Mz/".into(), mid: "2".into(), idx: "1".into() },
        origin: Origin::Wechat,
        title: "题目：“引号”与'撇号'\u{1F600}".into(),
        authors: vec!["甲".into(), "乙, 丙".into()],
        published: Date::civil(2024, 5, 1, 0, 2, 3, Date::BEIJING),
        modified: Date::day(2024, 5, 2),
        url: url.into(),
        canonical_url: "https://mp.weixin.qq.com/s?__biz=Mz/&mid=2&idx=1".into(),
        language: "zh-Hans".into(),
        source_name: "某账号".into(),
        license: "CC BY 4.0".into(),
        rights: "版权所有".into(),
        tags: vec!["甲".into(), "b".into()],
        flags: vec!["preview".into(), "short".into()],
        metadata: Metadata {
            biz: "Mz/".into(),
            credits: [("文".to_owned(), vec!["甲".to_owned()])].into(),
            images: vec![ListedImage { url: "https://i.example/1".into(), alt: "图".into(), role: "body".into() }],
            kind: ArticleKind::Reprint,
            removed: [("follow-prompt".to_owned(), 4)].into(),
            word_count: Some(8),
            ..Metadata::default()
        },
        blocks: verdicts.map(|(text, verdict)| JudgedBlock { block: Block::paragraph(text), verdict }).to_vec(),
        text: "第一段。\n\n最后一段。\n换行\0".into(),
        markdown: "第一段。\n\n最后一段。\\\n换行".into(),
    };
    Submission {
        article,
        source_id: "wechat".into(),
        capture_hash: capture("", url.as_bytes()).body_hash(),
        later_captures: vec![capture("", url.as_bytes()).body_hash()],
        fetched_at: Timestamp::from_millis(1_714_500_000_456),
        text_key: "b3:1".into(),
        simhash: "sh:00000000000000ff".into(),
        rules_hash: "r2".into(),
        is_of_feed: false,
    }
}
