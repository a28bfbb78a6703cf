//! Row 37: pages of articles are fetched as robots.txt allows (RFC 9309).

use boji::seams::model::ErrorClass;

use super::{DAY, address};
use crate::scene::{BEGINNING, Given, Scene};
use crate::writing::{feed, page};

/// Adds a feed that names these pages of its site, and gives the pages.
fn naming(scene: &Scene, site: &str, paths: &[&str]) {
    let entries: Vec<(String, String)> = paths
        .iter()
        .map(|path| {
            let url = format!("https://{site}.example{path}");
            scene.page(&url, page(path));
            (url, (*path).to_owned())
        })
        .collect();
    scene.feed(&address(site), feed(site, &entries, false));
}

/// A site whose robots.txt gives these answers.
fn site(scene: &Scene, name: &str, robots: impl Into<Vec<Given>>, paths: &[&str]) {
    scene.add_feed(name, &address(name));
    naming(scene, name, paths);
    scene.in_turn(&rules_of(name), robots);
}

fn rules_of(site: &str) -> String {
    format!("https://{site}.example/robots.txt")
}

fn text(status: u16, text: &str) -> Given {
    Given::new(status, text).header("content-type", "text/plain")
}

// Row 37.
#[tokio::test]
async fn pages_are_fetched_as_robots_txt_allows() {
    let long = format!(
        "User-agent: *\nDisallow: /early\n\n{line}User-agent: *\nDisallow: /late\n{line}",
        line = format!("# {}\n", "x".repeat(97)).repeat(4_000)
    );
    let groups = "User-agent: *\nDisallow: /\n\nUser-agent: BOJI\nAllow: /private/open # open\nDisallow: /private\n\
                  Disallow: /*.pdf$\nDisallow: /tie\nAllow: /tie\nDisallow:\n";
    let escapes = "User-agent: *\nDisallow: /%e4%bd%a0\nDisallow: /好\nDisallow: /%7Euser\n";
    let loose =
        "\u{feff}user-agent : *\r\n\r\ndisallow :/shut  # why\r\nSitemap: /map\r\nnonsense\r\nALLOW: /shut/open\r\n";
    let all = "User-agent: *\nDisallow: /";
    let cases: [(&str, Given, &[&str], &[&str]); 9] = [
        ("groups", text(200, groups), &["/private/open/a", "/b.pdf?x", "/tie/c", "/d"], &["/private/e", "/f.pdf"]),
        ("missing", text(404, all), &["/open/1"], &[]),
        ("forbidden", text(403, all), &["/open/1"], &[]),
        ("login", text(401, all), &["/open/1"], &[]),
        ("broken", text(500, ""), &[], &["/open/1"]),
        ("busy", text(503, ""), &[], &["/open/1"]),
        ("long", text(200, &long), &["/free/3"], &["/early/1", "/late/2"]),
        ("escapes", text(200, escapes), &["/%E6%98%AF/4"], &["/%E4%BD%A0/1", "/%E5%A5%BD/2", "/~user/3"]),
        ("loose", text(200, loose), &["/shut/open/2"], &["/shut/1"]),
    ];
    let scene = Scene::new();
    for (name, robots, open, shut) in cases.clone() {
        site(&scene, name, [robots], &[open, shut].concat());
    }
    site(&scene, "unreachable", [Given::new(404, "")], &["/open/1"]);
    scene.on(&rules_of("unreachable"), |_| Err(ErrorClass::Connect));
    scene.run_due().await;
    let unreachable = ("unreachable", Given::new(0, ""), &[][..], &["/open/1"][..]);
    for (name, _, open, shut) in cases.into_iter().chain([unreachable]) {
        let is_asked = |path: &str| !scene.requests(&format!("https://{name}.example{path}")).is_empty();
        assert_eq!(scene.requests(&rules_of(name)).len(), 1, "{name}");
        assert!(open.iter().all(|path| is_asked(path)), "{name}: not all of {open:?}");
        assert!(!shut.iter().any(|path| is_asked(path)), "{name}: some of {shut:?}");
    }
}

// Row 37.
#[tokio::test]
async fn rules_are_followed_through_redirects_and_asked_of_each_host() {
    let scene = Scene::new();
    let hop = |number: u32| format!("https://hops.example/hop{number}");
    site(&scene, "hops", [Given::redirect(302, &hop(1))], &["/free/2", "/shut/1"]);
    for number in 1..5 {
        scene.in_turn(&hop(number), [Given::redirect(302, &hop(number + 1))]);
    }
    scene.in_turn(&hop(5), [text(200, "User-agent: *\nDisallow: /shut")]);
    site(&scene, "shed", [text(404, "")], &["/leaves"]);
    scene.in_turn("https://shed.example/leaves", [Given::redirect(302, "https://closed.example/page")]);
    scene.in_turn(&rules_of("closed"), [text(200, "User-agent: *\nDisallow: /")]);
    scene.run_due().await;
    assert_eq!(scene.titles(), ["/free/2"]);
    assert_eq!(scene.requests(&rules_of("closed")).len(), 1);
    assert!(scene.requests("https://closed.example/page").is_empty());
}

// Row 37.
#[tokio::test]
async fn a_crawl_delay_is_kept_and_a_robots_txt_that_comes_back_lets_pages_through() {
    let scene = Scene::new();
    site(&scene, "slow", [text(200, "User-agent: *\nCrawl-delay: 7")], &["/1", "/2", "/3"]);
    site(&scene, "mended", [text(503, ""), text(200, "User-agent: *\nDisallow: /no")], &["/yes"]);
    scene.play([0, 15, 40, 65, 100]).await;
    let pages: Vec<i64> =
        (1..=3).map(|number| scene.requests(&format!("https://slow.example/{number}"))[0].at.as_seconds()).collect();
    assert!(pages.windows(2).all(|pair| pair[1] - pair[0] >= 7), "{pages:?}");
    let fetched = scene.minutes("https://mended.example/yes");
    assert!(fetched.len() == 1 && fetched[0] >= 15, "{fetched:?}");
}

// Row 37.
#[tokio::test]
async fn a_robots_txt_is_asked_for_once_a_day() {
    let scene = Scene::new();
    site(&scene, "shed", [text(200, "User-agent: *\nDisallow: /no")], &[]);
    let paths = ["/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7"];
    for (number, hours) in (1..).zip([0, 2, 6, 12, 18, 23, 25, 30]) {
        naming(&scene, "shed", &paths[..number]);
        scene.play([hours * 60]).await;
    }
    assert_eq!(scene.titles(), paths);
    let asked: Vec<i64> =
        scene.requests(&rules_of("shed")).iter().map(|asked| asked.at.as_seconds() - BEGINNING).collect();
    assert!(asked.len() == 2 && asked[1] >= DAY, "{asked:?}");
}
