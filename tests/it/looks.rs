//! Stored articles are looked at again by their age, so that edits become revisions and take-downs are noted.

use boji::seams::config::Settings;
use boji::seams::model::{Clock, Entry, EntryStatus, ErrorClass, Outcome, StoredArticle, Submission};
use boji::seams::pipeline::{RunOptions, RunReport};
use boji::seams::store::{Batch, Store};
use boji_clean::model::{ArticleKey, Candidate, PageState};

use crate::command::fixture;
use crate::place::{Place, source};
use crate::scene::Scene;
use crate::server::{Reply, Server};
use crate::writing::{captcha, feed, page};

const DAY: i64 = 86_400;
const TOKEN: &str = "https://mp.weixin.qq.com/s/aBcDeFgHiJkLmNoPqRsTuV";
const BLOG: &str = "https://shed.example/sacks";

/// The short link of the n-th article of an account.
fn link(number: usize) -> String {
    format!("https://mp.weixin.qq.com/s/aBcDeFgHiJkLmNoPq{number:05}")
}

/// An article's page as the platform wrote it until 2024.
fn article(title: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><title>{title}</title></head><body id=\"activity-detail\" class=\"mm_appmsg\">\
         <h1 class=\"rich_media_title\" id=\"activity-name\">{title}</h1>\
         <div class=\"rich_media_content\" id=\"js_content\"><p>{title}，说的是晒谷场边上的那间小屋，屋顶去年换过一次瓦。</p>\
         <p>换瓦的人留下一架梯子，梯子的第三级是松的，{title}里写得很清楚，可是没有人去修。</p></div></body></html>"
    )
}

fn deleted() -> String {
    std::fs::read_to_string(fixture("pages/wechat-deleted.html")).expect("readable")
}

/// A scene in which a list of one address has been read.
async fn stored(url: &str, page: String) -> Scene {
    let scene = Scene::new();
    scene.add("list", &[url]);
    scene.page(url, page);
    scene.run_due().await;
    assert_eq!(scene.asked(), [url]);
    scene
}

fn with(change: impl Fn(&mut Settings)) -> Settings {
    let mut settings = Settings::default();
    change(&mut settings);
    settings
}

/// Settings by which these pages are looked at again.
fn recheck(word: &str) -> Settings {
    let shipped = include_str!("../../config/boji.toml");
    toml::from_str(&shipped.replace("recheck = \"wechat\"", &format!("recheck = \"{word}\""))).expect("valid")
}

fn only(scene: &Scene) -> StoredArticle {
    scene.articles().pop().expect("an article")
}

fn entry(scene: &Scene) -> Entry {
    scene.store().entries_of(&only(scene).id).expect("readable").pop().expect("an entry")
}

/// Pages looked at again, articles revised, requests made.
fn told(scene: &Scene, report: &RunReport) -> (usize, usize, usize) {
    (report.total(|source| source.looked_again), report.total(|source| source.revised), scene.asked().len())
}

#[tokio::test]
async fn an_edit_after_three_days_is_a_revision_at_the_look_after_a_week() {
    let scene = stored(TOKEN, article("筛子")).await;
    scene.pass(DAY + 60).await;
    let report = scene.run_due().await;
    assert_eq!(told(&scene, &report), (1, 0, 1));
    assert_eq!(report.total(|source| source.unchanged), 1);
    scene.pass(2 * DAY).await;
    scene.page(TOKEN, article("筛子").replace("没有人去修", "昨天有人修好了"));
    let report = scene.run_due().await;
    assert_eq!(told(&scene, &report), (0, 0, 0), "it is not looked at every day");
    scene.pass(4 * DAY).await;
    let report = scene.run_due().await;
    assert_eq!(told(&scene, &report), (1, 1, 1));
    let now = only(&scene);
    assert_eq!((now.revision, now.submission.article.text.contains("昨天有人修好了")), (2, true));
    assert_eq!((entry(&scene).status, entry(&scene).next_due), (EntryStatus::Done, scene.clock.now()));
}

#[tokio::test]
async fn each_age_has_one_look_and_none_comes_after_the_last() {
    let scene = stored(TOKEN, article("筛子")).await;
    let mut days = Vec::new();
    for day in 1..=60 {
        scene.pass(DAY).await;
        scene.run_due().await;
        if !scene.asked().is_empty() {
            days.push(day);
        }
    }
    assert_eq!(days, [1, 7, 30]);

    let late = stored(TOKEN, article("筛子")).await;
    late.pass(9 * DAY).await;
    late.run_due().await;
    assert_eq!(late.asked(), [TOKEN], "one look stands for those that nobody took");
    late.pass(29 * DAY).await;
    late.run_due().await;
    assert!(late.asked().is_empty(), "the last one is a week late");
}

#[tokio::test]
async fn a_take_down_is_noted_at_the_next_look() {
    let scene = stored(TOKEN, article("筛子")).await;
    scene.page(TOKEN, deleted());
    scene.pass(DAY).await;
    let report = scene.run_due().await;
    assert_eq!(report.sources[0].others.get("deleted"), Some(&1));
    assert_eq!(only(&scene).gone, Some((PageState::Deleted, scene.clock.now())));
    assert!(only(&scene).submission.article.text.contains("晒谷场"), "what is stored stays");
    assert_eq!(entry(&scene).status, EntryStatus::Closed);
    scene.asked();
    scene.pass(7 * DAY).await;
    scene.run_due().await;
    assert!(scene.asked().is_empty());
}

#[tokio::test]
async fn a_web_page_must_say_twice_that_it_is_gone_and_its_server_once() {
    let notice = "<html><head><title>提示</title></head><body><p>该文章已被作者删除</p></body></html>";
    let scene = stored(BLOG, page("sacks")).await;
    scene.page(BLOG, notice.to_owned());
    scene.pass(DAY).await;
    scene.run_with(recheck("all")).await;
    assert_eq!((only(&scene).gone, entry(&scene).status), (None, EntryStatus::Done));
    assert_eq!(entry(&scene).outcome, Some(Outcome::Page(PageState::Deleted)));
    scene.pass(DAY / 2).await;
    scene.asked();
    scene.run_with(recheck("all")).await;
    assert!(scene.asked().is_empty(), "a day has not passed");
    scene.pass(DAY / 2).await;
    scene.run_with(recheck("all")).await;
    assert_eq!(only(&scene).gone, Some((PageState::Deleted, scene.clock.now())));

    let scene = stored(BLOG, page("sacks")).await;
    scene.answer(BLOG, Some((410, Vec::new(), String::new())));
    scene.pass(DAY).await;
    let report = scene.run_with(recheck("all")).await;
    assert_eq!(only(&scene).gone, Some((PageState::Deleted, scene.clock.now())));
    assert!(report.sources[0].problems.is_empty(), "a take-down is no problem: {report:?}");
}

#[tokio::test]
async fn what_fails_leaves_the_article_and_is_tried_ever_later() {
    let nothing = || -> Vec<(String, String)> { Vec::new() };
    let front = "<html><head><title>Shed</title></head><body><p>Log in to go on.</p></body></html>";
    let cases = [
        ("nobody answers", None),
        ("it is not found", Some((404, nothing(), String::new()))),
        ("another page", Some((200, nothing(), front.to_owned()))),
        ("its server fails", Some((503, nothing(), String::new()))),
    ];
    for (case, answer) in cases {
        let scene = stored(BLOG, page("sacks")).await;
        let before = only(&scene);
        scene.answer(BLOG, answer);
        let mut days = Vec::new();
        for day in 1..=40 {
            scene.pass(DAY).await;
            let report = scene.run_with(recheck("all")).await;
            assert!(report.sources.iter().all(|source| source.problems.is_empty()), "{case}: {report:?}");
            if !scene.asked().is_empty() {
                days.push(day);
            }
        }
        assert_eq!(days, [1, 2, 4, 8, 16, 32], "{case}");
        let after = only(&scene);
        assert_eq!((after.revision, after.gone), (before.revision, None), "{case}");
        assert_eq!(entry(&scene).status, EntryStatus::Done, "{case}");
    }
}

#[tokio::test]
async fn a_captcha_lets_the_host_rest_and_leaves_the_article() {
    let scene = Scene::new();
    scene.add("list", &[&link(1), &link(2)]);
    scene.page(&link(1), article("筛子"));
    scene.page(&link(2), article("梯子"));
    scene.run_due().await;
    scene.asked();
    scene.pass(DAY + 60).await;
    scene.page(&link(1), captcha());
    let report = scene.run_due().await;
    assert_eq!(scene.asked(), [link(1)], "the host is left alone");
    assert_eq!(report.sources[0].problems.len(), 1, "{report:?}");
    assert_eq!(report.sources[0].pending, 0);
    assert_eq!(scene.articles().len(), 2);
    assert!(scene.pending().is_empty());
    scene.page(&link(1), article("筛子").replace("没有人去修", "有人修好了"));
    scene.pass(DAY).await;
    let report = scene.run_due().await;
    assert_eq!(told(&scene, &report), (2, 1, 2));
}

#[tokio::test]
async fn a_host_that_rests_is_not_asked_and_the_look_comes_after() {
    let scene = stored(TOKEN, article("筛子")).await;
    let mut host = scene.store().hosts().expect("readable").pop().expect("a host");
    host.not_before = scene.clock.now().plus_seconds(DAY + 3_600);
    host.reason = "status 429".to_owned();
    scene
        .store()
        .commit(&Batch { hosts: vec![host], ..Batch::default() }, &boji::seams::dedup::decide)
        .expect("stored");
    scene.pass(DAY).await;
    scene.run_due().await;
    assert!(scene.asked().is_empty());
    assert_eq!(entry(&scene).outcome, Some(Outcome::Failed(ErrorClass::HostPaused)));
    scene.pass(7_200).await;
    let report = scene.run_due().await;
    assert_eq!(told(&scene, &report), (1, 0, 1));
}

#[tokio::test]
async fn looks_stay_within_the_budgets_and_come_after_pages_that_wait() {
    let links: Vec<String> = (0..12).map(link).collect();
    let scene = async || {
        let scene = Scene::new();
        scene.add("list", &links.iter().map(String::as_str).collect::<Vec<_>>());
        for (number, link) in links.iter().enumerate() {
            scene.page(link, article(&format!("第{number}面筛子")));
        }
        scene.run_due().await;
        assert_eq!(scene.asked().len(), 12);
        scene.pass(2 * DAY).await;
        scene
    };
    let many = scene().await;
    let report = many.run_due().await;
    assert_eq!(told(&many, &report), (10, 0, 10));
    many.pass(3_600).await;
    let report = many.run_due().await;
    assert_eq!(told(&many, &report), (2, 0, 2), "the rest in the next run");

    let few = scene().await;
    let mut longer: Vec<&str> = links.iter().map(String::as_str).collect();
    longer.push(TOKEN);
    few.add("list", &longer);
    few.page(TOKEN, article("新来的"));
    let report = few.run_with(with(|settings| settings.run.pages_per_source = 3)).await;
    assert_eq!(report.total(|source| source.new), 1);
    let asked = few.asked();
    assert_eq!((asked.len(), asked[0].as_str()), (3, TOKEN), "what waits goes first: {asked:?}");
    few.pass(DAY).await;
    let report = few.run_with(with(|settings| settings.fetch.slow_daily_budget = 10)).await;
    let want = (4, 0, 4);
    assert_eq!(
        told(&few, &report),
        want,
        "with robots.txt five, and half of the day is left for what is named later in it"
    );
    assert_eq!(few.articles().len(), 13);
    assert!(few.pending().is_empty());
}

#[tokio::test]
async fn no_look_comes_before_a_page_of_another_source() {
    let scene = stored(TOKEN, article("筛子")).await;
    scene.pass(DAY).await;
    let links: Vec<String> = (0..5).map(link).collect();
    scene.add("zz", &links.iter().map(String::as_str).collect::<Vec<_>>());
    for (number, link) in links.iter().enumerate() {
        scene.page(link, article(&format!("第{number}面筛子")));
    }
    let report = scene.run_due().await;
    let asked = scene.asked();
    assert_eq!((asked.len(), asked.last().map(String::as_str)), (6, Some(TOKEN)), "{asked:?}");
    assert_eq!(report.total(|source| source.looked_again), 1);
}

#[tokio::test]
async fn an_upgrade_with_a_thousand_old_articles_asks_for_none_of_them() {
    let scene = stored(TOKEN, article("筛子")).await;
    let (model, old) = (only(&scene).submission, entry(&scene));
    let now = scene.clock.now();
    let of_age = |number: usize, days: i64| -> (Submission, Entry) {
        let (url, at) = (link(number), now.plus_seconds(-days * DAY));
        let mut submission = Submission { fetched_at: at, ..model.clone() };
        submission.article.key = ArticleKey::Url(url.clone());
        submission.article.url.clone_from(&url);
        let candidate = Candidate { url: url.clone(), ..old.candidate.clone() };
        let article_id = submission.article.id();
        (submission, Entry { key: url, candidate, next_due: at, article_id, ..old.clone() })
    };
    let (mut articles, mut entries): (Vec<_>, Vec<_>) =
        (0..1_000).map(|number| of_age(number, 38 + number as i64)).unzip();
    for (number, days) in [(1_000, 5), (1_001, 9)] {
        let (article, entry) = of_age(number, days);
        articles.push(article);
        entries.push(entry);
    }
    let batch = Batch { articles, entries, ..Batch::default() };
    scene.store().commit(&batch, &boji::seams::dedup::decide).expect("stored");
    scene.pass(3_600).await;
    let report = scene.run_due().await;
    assert_eq!(report.sources[0].problems.len(), 0, "{report:?}");
    assert_eq!(scene.asked(), [link(1_001), link(1_000)], "the younger two, the longest due first");
}

#[tokio::test]
async fn the_setting_says_whose_pages_are_looked_at() {
    let cases = [("off", vec![]), ("wechat", vec![TOKEN]), ("all", vec![TOKEN, BLOG])];
    for (word, want) in cases {
        let scene = Scene::new();
        scene.add("list", &[TOKEN, BLOG]);
        scene.page(TOKEN, article("筛子"));
        scene.page(BLOG, page("sacks"));
        let texts = [("https://loft.example/nuts".to_owned(), "nuts".to_owned())];
        scene.add_feed("texts", "https://loft.example/feed");
        scene.feed("https://loft.example/feed", feed("Loft", &texts, true));
        scene.run_due().await;
        assert_eq!(scene.articles().len(), 3, "{word}");
        scene.asked();
        scene.pass(DAY).await;
        scene.run_with(recheck(word)).await;
        let mut asked = scene.asked();
        asked.retain(|url| url != "https://loft.example/feed");
        assert_eq!(asked, want, "{word}");
    }
}

#[tokio::test]
async fn what_has_not_changed_need_not_come() {
    let scene = Scene::new();
    scene.add("list", &[BLOG]);
    let headers = |tag: &str| {
        vec![("content-type".to_owned(), "text/html".to_owned()), ("etag".to_owned(), format!("\"{tag}\""))]
    };
    scene.answer(BLOG, Some((200, headers("1"), page("sacks"))));
    scene.run_due().await;
    scene.pass(DAY).await;
    let report = scene.run_with(recheck("all")).await;
    assert_eq!((told(&scene, &report), report.sources[0].unchanged), ((1, 0, 2), 1));
    let last = scene.store().history(None, 1).expect("readable").pop().expect("a request");
    assert_eq!((last.outcome, last.status), (Outcome::NotModified, 304));
    scene.answer(BLOG, Some((200, headers("2"), page("sacks").replace("short by a rung", "whole again"))));
    scene.pass(7 * DAY).await;
    let report = scene.run_with(recheck("all")).await;
    assert_eq!(told(&scene, &report), (1, 1, 1));
}

#[tokio::test]
async fn a_recording_takes_no_looks() {
    let scene = stored(TOKEN, article("筛子")).await;
    scene.pass(DAY).await;
    scene.run_by(&scene.clock, &RunOptions { sequential: true, ..RunOptions::default() }).await;
    assert!(scene.asked().is_empty());
    scene.pass(3_600).await;
    scene.run_due().await;
    assert_eq!(scene.asked(), [TOKEN]);
}

#[tokio::test]
async fn an_address_that_leads_to_another_article_changes_none() {
    let scene = stored(BLOG, page("sacks")).await;
    let other = "<!DOCTYPE html><html lang=\"en\"><head><title>Sieves</title><meta property=\"article:published_time\" \
         content=\"2026-01-02\"></head><body><article><h1>Sieves</h1><p>What stood here has been taken over to the other house, \
         where the door is open from nine to five and where somebody will be glad to look it up for you.</p></article></body>\
         </html>";
    let elsewhere = "https://shed.example/sieves";
    scene.page(elsewhere, other.to_owned());
    scene.answer(BLOG, Some((302, vec![("location".to_owned(), elsewhere.to_owned())], String::new())));
    scene.pass(DAY).await;
    scene.run_with(recheck("all")).await;
    assert_eq!((scene.articles().len(), only(&scene).revision, entry(&scene).status), (1, 1, EntryStatus::Done));
}

#[tokio::test]
async fn a_page_that_a_saved_list_named_is_looked_at_though_nobody_polls_its_folder() {
    let scene = Scene::new();
    let list = format!("{{\"app_msg_list\":[{{\"title\":\"筛子\",\"link\":\"{TOKEN}\"}}]}}");
    scene.import("saved", "list.json", list.as_bytes());
    scene.page(TOKEN, article("筛子"));
    scene.run_due().await;
    assert_eq!((scene.asked(), scene.articles().len()), (vec![TOKEN.to_owned()], 1));
    scene.page(TOKEN, deleted());
    scene.pass(DAY).await;
    scene.run_due().await;
    assert_eq!(only(&scene).gone, Some((PageState::Deleted, scene.clock.now())));
}

#[tokio::test(flavor = "multi_thread")]
async fn why_status_and_the_report_tell_of_looks() {
    let server = Server::start().await;
    let named = [(server.url("/sacks"), "sacks".to_owned())];
    server
        .on("/feed", [Reply::ok(feed("Shed", &named, false)).header("Content-Type", "application/atom+xml")])
        .on("/sacks", [Reply::ok(page("sacks")).header("Content-Type", "text/html")]);
    let place = Place::new(&[&server], &source("shed", "feed", &server.url("/feed")));
    place.boji(&["run", "-q"]);
    let id = place.articles().remove(0).id;
    let line = |arguments: &[&str], begins: &str| -> String {
        let told = place.boji(arguments);
        assert_eq!(told.code, Some(0), "{told:?}");
        told.stdout.lines().find(|line| line.starts_with(begins)).unwrap_or_default().to_owned()
    };
    assert_eq!(line(&["why", &id], "next look"), "next look   never: `recheck` is for WeChat's articles alone");

    let settings = std::fs::read_to_string(place.path("config/boji.toml")).expect("written");
    std::fs::write(place.path("config/boji.toml"), settings + "[run]\nrecheck = \"all\"\n").expect("written");
    assert!(line(&["why", &id], "next look").starts_with("next look   2"));
    let next = place.boji(&["why", &id, "--json"]).json()["next_look"].take();
    assert!(next["at"].as_str().is_some_and(|at| at.ends_with('Z')) && next["never_because"] == "", "{next}");
    assert_eq!(line(&["status"], "again"), "");

    let database = rusqlite::Connection::open(place.path("data/boji.db")).expect("a database");
    let days = 2 * DAY * 1_000;
    database.execute("UPDATE article SET first_seen = first_seen - ?1", [days]).expect("changed");
    database.execute("UPDATE entry SET next_due = next_due - ?1", [days]).expect("changed");
    drop(database);
    assert_eq!(line(&["why", &id], "next look"), "next look   due");
    assert_eq!(line(&["status"], "again"), "again     1 stored article is due for another look at its page");
    assert_eq!(place.boji(&["status", "--json"]).json()["due_for_a_look"], 1);
    assert!(line(&["run", "--dry-run"], "shed").contains(" looks again "));
    let ran = place.boji(&["run"]);
    assert!(ran.code == Some(0) && ran.stderr.contains("1 unchanged, 1 looked at again"), "{ran:?}");
    let ran = place.boji(&["run", "--json"]).json();
    assert_eq!(ran["sources"], serde_json::json!([]), "it was looked at");
}
