//! List pages and sitemaps over several polls: only what is new is asked for.

use boji::seams::model::{Clock, SourceKind};
use boji::seams::pipeline::{Errand, RunOptions};
use boji::seams::store::{Store, Waiting};

use crate::command::blog_page;
use crate::scene::Scene;

const HOME: &str = "https://mill.example/";
const SITEMAP: &str = "https://mill.example/sitemap.xml";

/// What a list shows, each with its title or its day, and what is asked for then.
type Poll<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);

fn article(name: &str) -> String {
    format!("https://mill.example/2026/11/{name}/")
}

/// The addresses of pages asked for in a run, but for that of the source.
async fn pages_of_run(scene: &Scene, source: &str) -> Vec<String> {
    scene.pass(2 * 3_600).await;
    scene.run_due().await;
    let mut asked = scene.asked();
    assert!(asked.iter().any(|url| url == source), "{asked:?}");
    asked.retain(|url| url != source);
    asked.sort();
    asked
}

fn serve_articles(scene: &Scene, names: &[&str]) {
    for name in names {
        scene.page(&article(name), blog_page(&format!("The {name} of the mill"), 5));
    }
}

#[tokio::test]
async fn of_a_list_page_that_grows_shrinks_and_turns_only_new_pages_are_asked_for() {
    let scene = Scene::new();
    scene.add_list(SourceKind::ListPage, "home", HOME);
    serve_articles(&scene, &["wheel", "race", "stone", "sack", "loft"]);
    let show = |names: &[(&str, &str)]| {
        let items = names.iter().map(|(name, title)| {
            format!("<article><h2><a href='/2026/11/{name}/?utm_source=home#top'>{title}</a></h2><time>2026-11-30</time></article>")
        });
        let nav = "<nav><a href='/about/'>About</a><a href='/tags/flour/'>Flour</a></nav>";
        scene.page(
            HOME,
            format!(
                "<html><title>Mill</title><body>{nav}<main>{}</main></body></html>",
                items.collect::<Vec<String>>().concat()
            ),
        );
    };
    let polls: [Poll<'_>; 5] = [
        (&[("wheel", "The wheel"), ("race", "The race")], &["race", "wheel"]),
        (&[("stone", "The stone"), ("wheel", "The wheel"), ("race", "The race")], &["stone"]),
        (&[("race", "The race, pinned"), ("stone", "Stone")], &[]),
        (
            &[("sack", "The sack"), ("loft", "The loft"), ("wheel", "The wheel, again"), ("race", "The race")],
            &["loft", "sack"],
        ),
        (&[("wheel", "The wheel"), ("sack", "The sack")], &[]),
    ];
    for (number, (shown, asked)) in polls.into_iter().enumerate() {
        show(shown);
        let asked: Vec<String> = asked.iter().map(|name| article(name)).collect();
        for url in &asked {
            scene.page(url, blog_page("A page of the mill", 5 + number));
        }
        assert_eq!(pages_of_run(&scene, HOME).await, asked, "poll {number}");
    }
}

#[tokio::test]
async fn the_pages_behind_a_list_are_walked_on_request_and_no_further_than_they_lead() {
    let scene = Scene::new();
    scene.add_list(SourceKind::ListPage, "home", HOME);
    let names = ["wheel", "race", "stone", "sack", "loft", "hopper"];
    serve_articles(&scene, &names);
    let page = |number: usize| if number == 0 { HOME.to_owned() } else { format!("{HOME}page/{}/", number + 1) };
    for (number, names) in names.chunks(2).enumerate() {
        let item = |name: &&str| {
            format!(
                "<article><h2><a href='/2026/11/{name}/'>The {name} of the mill</a></h2><time>2026-11-30</time></article>"
            )
        };
        let items: Vec<String> = names.iter().map(item).collect();
        // The last one names a page that is not there.
        let pager =
            format!("<nav><a href='{}'>Older posts</a><a href='{HOME}'>Newer posts</a></nav>", page(number + 1));
        let list = items.concat();
        scene.page(&page(number), format!("<html><title>Mill</title><body><main>{list}</main>{pager}</body></html>"));
    }
    let polled = pages_of_run(&scene, HOME).await;
    assert_eq!(polled, ["race", "wheel"].map(article), "no poll walks");
    let walk = async |pages| {
        let options =
            RunOptions { sources: vec!["home".into()], errand: Errand::Older(pages), ..RunOptions::default() };
        scene.run_by(&scene.clock, &options).await
    };
    walk(1).await;
    assert_eq!(scene.asked(), [page(1), article("sack"), article("stone")]);
    walk(9).await;
    assert_eq!(scene.asked(), [page(2), page(3), article("hopper"), article("loft")]);
    let walked = walk(9).await;
    assert!(walked.sources[0].has_no_older);
    assert_eq!(scene.asked(), [""; 0]);
    assert_eq!(pages_of_run(&scene, HOME).await, [""; 0], "all is known");
}

fn sitemap(pages: &[(&str, &str)]) -> String {
    let urls =
        pages.iter().map(|(name, day)| format!("<url><loc>{}</loc><lastmod>{day}</lastmod></url>", article(name)));
    let root = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://mill.example/tags/flour/</loc></url>";
    format!("{root}{}</urlset>", urls.collect::<Vec<String>>().concat())
}

#[tokio::test]
async fn of_a_sitemap_that_grows_shrinks_and_turns_only_new_pages_are_asked_for() {
    let scene = Scene::new();
    scene.add_list(SourceKind::Sitemap, "map", SITEMAP);
    serve_articles(&scene, &["wheel", "race", "stone", "sack"]);
    // The scene begins on 9 October 2025.
    let polls: [Poll<'_>; 5] = [
        (&[("wheel", "2025-10-01"), ("race", "2025-09-01")], &["race", "wheel"]),
        (&[("race", "2025-09-01"), ("wheel", "2025-10-01"), ("stone", "2025-10-09")], &["stone"]),
        (&[("stone", "2025-10-09")], &[]),
        (
            &[("sack", "2025-10-09"), ("stone", "2025-10-09"), ("wheel", "2025-10-01"), ("race", "2025-09-01")],
            &["sack"],
        ),
        // One of them changed.
        (
            &[("sack", "2025-10-09"), ("stone", "2025-10-09"), ("wheel", "2025-10-10"), ("race", "2025-09-01")],
            &["wheel"],
        ),
    ];
    for (number, (named, asked)) in polls.into_iter().enumerate() {
        scene.feed(SITEMAP, sitemap(named));
        let asked: Vec<String> = asked.iter().map(|name| article(name)).collect();
        assert_eq!(pages_of_run(&scene, SITEMAP).await, asked, "poll {number}");
    }
}

#[tokio::test]
async fn a_large_sitemap_is_known_at_once_and_not_asked_for() {
    let scene = Scene::new();
    scene.add_list(SourceKind::Sitemap, "map", SITEMAP);
    let old: Vec<String> = (0..600).map(|number| format!("old-{number}")).collect();
    let mut named: Vec<(&str, &str)> = old.iter().map(|name| (name.as_str(), "2020-05-01")).collect();
    scene.feed(SITEMAP, sitemap(&named));
    scene.run().await;
    assert_eq!(waiting(&scene).len(), 200, "of 600 pages the newest 200 are asked for in time");
    named.push(("stone", "2025-10-09"));
    serve_articles(&scene, &["stone"]);
    scene.feed(SITEMAP, sitemap(&named));
    scene.pass(2 * 3_600).await;
    scene.run_due().await;
    let waiting = waiting(&scene);
    let is_taken = scene.asked().contains(&article("stone")) || waiting.contains(&article("stone"));
    assert!(is_taken && waiting.len() <= 201, "{}", waiting.len());
}

/// Addresses of all entries that wait.
fn waiting(scene: &Scene) -> Vec<String> {
    let entries = scene.store().pending(None, Waiting::all(scene.clock.now()), 9_999).expect("readable");
    entries.into_iter().map(|entry| entry.candidate.url).collect()
}

#[tokio::test]
async fn of_an_index_only_the_sitemaps_that_changed_are_asked_for() {
    let scene = Scene::new();
    scene.add_list(SourceKind::Sitemap, "map", SITEMAP);
    serve_articles(&scene, &["wheel", "race", "stone"]);
    let child = |name: &str| format!("https://mill.example/{name}.xml");
    let index = |october: &str| {
        let of = |name: &str, day: &str| {
            format!("<sm:sitemap><sm:loc>{}</sm:loc><sm:lastmod>{day}</sm:lastmod></sm:sitemap>", child(name))
        };
        let sitemaps = of("september", "2025-09-30") + &of("october", october);
        format!("<sm:sitemapindex xmlns:sm='http://www.sitemaps.org/schemas/sitemap/0.9'>{sitemaps}</sm:sitemapindex>")
    };
    scene.feed(SITEMAP, index("2025-10-08"));
    scene.feed(&child("september"), sitemap(&[("race", "2025-09-30")]));
    scene.feed(&child("october"), sitemap(&[("wheel", "2025-10-08")]));
    let asked = pages_of_run(&scene, SITEMAP).await;
    assert_eq!(asked, [article("race"), article("wheel"), child("october"), child("september")]);
    assert_eq!(pages_of_run(&scene, SITEMAP).await, Vec::<String>::new(), "nothing changed");
    scene.feed(SITEMAP, index("2025-10-09"));
    scene.feed(&child("october"), sitemap(&[("wheel", "2025-10-08"), ("stone", "2025-10-09")]));
    assert_eq!(pages_of_run(&scene, SITEMAP).await, [article("stone"), child("october")]);
}

#[tokio::test]
async fn sitemaps_that_cannot_be_had_hold_up_no_others_and_are_left_alone_for_a_day() {
    let scene = Scene::new();
    scene.add_list(SourceKind::Sitemap, "map", SITEMAP);
    serve_articles(&scene, &["wheel", "stone"]);
    let child = |name: &str| format!("https://mill.example/{name}.xml");
    let named = ["lost", "page", "good"]
        .map(|name| format!("<sitemap><loc>{}</loc><lastmod>2025-10-08</lastmod></sitemap>", child(name)));
    scene.feed(SITEMAP, format!("<sitemapindex>{}</sitemapindex>", named.concat()));
    // The first is not there, the second is a page of the site.
    scene.feed(&child("page"), blog_page("Not found", 3));
    scene.feed(&child("good"), sitemap(&[("wheel", "2025-10-08")]));
    let all = ["good", "lost", "page"].map(child);
    assert_eq!(pages_of_run(&scene, SITEMAP).await, [&[article("wheel")], &all[..]].concat());
    assert_eq!(scene.source("map").1.failures, 0);
    assert_eq!(pages_of_run(&scene, SITEMAP).await, Vec::<String>::new(), "within the day");
    scene.pass(86_400).await;
    scene.feed(&child("lost"), sitemap(&[("stone", "2025-10-09")]));
    let asked = pages_of_run(&scene, SITEMAP).await;
    assert_eq!(asked, [article("stone"), child("lost"), child("page")]);
}

#[tokio::test]
async fn a_door_in_place_of_the_list_makes_the_host_rest() {
    let scene = Scene::new();
    scene.add_list(SourceKind::ListPage, "home", HOME);
    let challenge = "<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={cvId:'3'}</script>\
                     <script src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1'></script></body></html>";
    scene.page(HOME, challenge.to_owned());
    let report = scene.run().await;
    let message = format!("{report:?}");
    assert!(message.contains("a page came in place of the list"), "{message}");
}
