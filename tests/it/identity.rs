//! One WeChat article by all of its links: runs against a platform in memory, with time that stands still.

use boji::seams::model::{Clock, EntryStatus};
use boji::seams::store::Store;
use boji_clean::model::PageState;

use crate::command::fixture;
use crate::scene::Scene;

const BIZ: &str = "MzA5OTk5OTk5MQ==";
const TOKEN: &str = "https://mp.weixin.qq.com/s/aBcDeFgHiJkLmNoPqRsTuV";

/// An article's page as the platform wrote it until 2024, with its numbers (message, position) when it tells them.
fn page(title: &str, numbers: Option<(&str, &str)>) -> String {
    let vars = numbers.map_or(String::new(), |(mid, idx)| {
        format!(
            "<script>var biz = \"\" || \"{BIZ}\";\nvar mid = \"\" || \"\" || \"{mid}\";\nvar idx = \"\" || \"\" || \
             \"{idx}\";\nvar sn = \"\" || \"\" || \"0a1b\";</script>"
        )
    });
    format!(
        "<!DOCTYPE html><html><head><title>{title}</title>{vars}</head><body id=\"activity-detail\" class=\"mm_appmsg\">\
         <h1 class=\"rich_media_title\" id=\"activity-name\">{title}</h1>\
         <div class=\"rich_media_content\" id=\"js_content\"><p>{title}，说的是晒谷场边上的那间小屋，屋顶去年换过一次瓦。</p>\
         <p>换瓦的人留下一架梯子，梯子的第三级是松的，{title}里写得很清楚，可是没有人去修。</p></div></body></html>"
    )
}

fn deleted() -> String {
    std::fs::read_to_string(fixture("pages/wechat-deleted.html")).expect("readable")
}

fn list(file: &str) -> Vec<u8> {
    std::fs::read(fixture("archives/lists").join(file)).expect("readable")
}

#[tokio::test]
async fn a_run_fetches_what_a_list_named_by_its_short_link() {
    let scene = Scene::new();
    scene.import("saved", "list.json", &list("appmsgpublish.json"));
    let links: Vec<String> = scene.pending().into_iter().map(|entry| entry.candidate.url).collect();
    assert_eq!((links.len(), links.contains(&TOKEN.to_owned())), (3, true), "{links:?}");
    scene.page(TOKEN, page("筛子的三个名字", Some(("2247483610", "1"))));
    let report = scene.run().await;
    let mut asked = scene.asked();
    asked.sort();
    assert_eq!(asked, links.into_iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>());
    assert_eq!(report.total(|source| source.new), 1);
    let stored = scene.articles().pop().expect("one");
    let article = &stored.submission.article;
    assert_eq!(
        (article.key.to_string(), article.metadata.copyright.as_str()),
        (format!("wechat:{BIZ}/2247483610/1"), "original")
    );
    assert_eq!(stored.submission.source_id, "saved");

    // The next list names it again, by its long link.
    let long = format!("http://mp.weixin.qq.com/s?__biz={BIZ}&mid=2247483610&idx=1&sn=0a1b&chksm=ff#rd");
    let again = format!("{{\"app_msg_list\":[{{\"title\":\"筛子\",\"link\":\"{long}\"}}]}}");
    let report = scene.import("other", "list.json", again.as_bytes());
    assert_eq!(report.total(|source| source.pending), 0);
}

#[tokio::test]
async fn an_article_taken_down_is_kept_with_the_time_of_its_going() {
    let scene = Scene::new();
    scene.add("first", &[TOKEN]);
    scene.page(TOKEN, page("梯子", Some(("5", "1"))));
    scene.run().await;
    let later = scene.clock.now().plus_seconds(86_400);
    scene.clock.advance_to(later);
    scene.page(TOKEN, deleted());
    // Another source names it, by the long link that the platform answers likewise.
    let long = format!("https://mp.weixin.qq.com/s?__biz={BIZ}&mid=5&idx=1&sn=0a1b");
    scene.page(&long, deleted());
    scene.add("second", &[&long]);
    scene.run().await;
    let stored = scene.articles().pop().expect("kept");
    let (state, at) = stored.gone.expect("noted");
    assert_eq!((state, at >= later, at < later.plus_seconds(600)), (PageState::Deleted, true, true));
    assert_eq!(scene.store().entry("second", &long).expect("readable").expect("one").status, EntryStatus::Closed);
}

#[tokio::test]
async fn an_account_that_moved_is_followed_once() {
    let scene = Scene::new();
    let moved = std::fs::read_to_string(fixture("pages/wechat-migrated.html")).expect("readable");
    let target = "https://mp.weixin.qq.com/s?__biz=MzB4ODg4ODg4OA==&mid=2247480001&idx=1&sn=aaaabbbb";
    scene.add("old", &[TOKEN]);
    scene.page(TOKEN, moved.clone());
    scene.page(target, page("搬家以后", Some(("2247480001", "1"))));
    scene.run().await;
    scene.run().await;
    assert_eq!(scene.asked(), [TOKEN, target]);
    assert_eq!(scene.articles().len(), 1);

    let scene = Scene::new();
    scene.add("old", &[TOKEN]);
    scene.page(TOKEN, moved.clone());
    scene.page(target, moved);
    for _ in 0..4 {
        scene.run().await;
    }
    assert_eq!(scene.asked(), [TOKEN, target], "a target that has moved too is not followed");
    assert!(scene.articles().is_empty() && scene.pending().is_empty());
}

#[tokio::test]
async fn an_article_known_by_its_link_alone_is_the_one_whose_page_tells_its_numbers() {
    let scene = Scene::new();
    // A page without its numbers, then the whole page, then an archive that knows the long link only.
    scene.add("first", &[TOKEN]);
    scene.page(TOKEN, page("竹尺", None));
    scene.run().await;
    let old = scene.articles().pop().expect("one").id;
    scene.page(TOKEN, page("竹尺", Some(("9", "1"))));
    scene.add("second", &[TOKEN]);
    scene.run().await;
    let long = format!("http://mp.weixin.qq.com/s?__biz={BIZ}&mid=9&idx=1&sn=0a1b#rd");
    let archive =
        format!("# 竹尺\n\n文章作者: 晒谷场\n发布时间: 2024-10-15 21:46\n原文链接: {long}\n\n竹尺有三道印子。\n");
    scene.import("saved", "ruler.md", archive.as_bytes());

    let articles = scene.articles();
    assert_eq!(articles.len(), 1, "{articles:?}");
    let numbers = format!("wechat:{BIZ}/9/1");
    let key = boji_clean::model::ArticleKey::parse(&numbers).expect("a key");
    for id in [&old, &key.id()] {
        assert_eq!(scene.store().article(id).expect("readable").expect("one").id, old, "an id is for ever");
    }
    // The archive again, and a list that names the article by its number: nothing is new.
    let report = scene.import("saved", "ruler.md", archive.as_bytes());
    assert_eq!((report.total(|source| source.unchanged), report.total(|source| source.new)), (1, 0));
    let list =
        format!("[{{\"title\":\"竹尺\",\"link\":\"{TOKEN}\",\"fakeid\":\"{BIZ}\",\"appmsgid\":9,\"itemidx\":1}}]");
    let report = scene.import("listed", "list.json", list.as_bytes());
    assert_eq!(report.total(|source| source.pending), 0);
}
