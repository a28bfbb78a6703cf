//! Pictures of articles are kept where a person wants them, politely, and none that the verdicts leave out.

use std::fs;
use std::path::Path;

use boji::seams::export::{ExportOptions, Format, export, verify};
use boji::seams::model::{ErrorClass, KeepImages, NoPicture, Picture, PictureOutcome, Schedule, Source, SourceKind};
use boji::seams::pipeline::RunReport;
use boji::seams::store::{Filter, Retry, Store};
use serde_json::json;

use crate::place::{Place, files, ran, source};
use crate::scene::{Given, Scene};
use crate::server::{Reply, Server};
use crate::writing::{feed, prose};

const PAGE: &str = "https://shed.example/posts/sacks";
const COVER: &str = "https://pictures.example/cover.png";
const MILL: &str = "https://pictures.example/mill.jpg";
const WHEEL: &str = "https://pictures.example/wheel.gif";
const OTHERS: &str = "https://pictures.example/others.png";

/// A picture of WeChat's, in one of its renderings.
const FILE: &str = "https://mmbiz.qpic.cn/sz_mmbiz_jpg/BojiFileAbCdEfGhIjKlMn";

/// The bytes of a PNG of this size; only its header is one.
fn png(width: u32, height: u32, word: &str) -> Vec<u8> {
    let (width, height) = (width.to_be_bytes(), height.to_be_bytes());
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", &width[..], &height[..], &[8, 6, 0, 0, 0, 0, 0, 0, 0], word.as_bytes()].concat()
}

/// An article's page about a thing, with this in its text.
fn page(thing: &str, cover: &str, inside: &str) -> String {
    let cover =
        if cover.is_empty() { String::new() } else { format!("<meta property=\"og:image\" content=\"{cover}\">") };
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{thing}</title>{cover}\
         <meta property=\"article:published_time\" content=\"2025-10-01T08:00:00Z\"></head>\
         <body><article><h1>{thing}</h1>{}{inside}{}</article></body></html>",
        prose(thing),
        prose(&format!("{thing} and the ladder")),
    )
}

fn shown(url: &str) -> String {
    format!("<figure><img src=\"{url}\" alt=\"seen\" width=\"640\"></figure>")
}

/// A scene with a source of these pages that keeps pictures.
fn keeping(keep: KeepImages, pages: &[&str]) -> Scene {
    let scene = Scene::new();
    let source = Source {
        urls: pages.iter().map(|&url| url.to_owned()).collect(),
        fetch_pages: true,
        keep_images: Some(keep),
        ..Source::new(SourceKind::Urls, "list", "", Schedule::Every(3_600))
    };
    scene.store().put_source(&source).expect("stored");
    scene
}

fn gives(scene: &Scene, url: &str, bytes: Vec<u8>) {
    scene.on(url, move |_| Ok(Given::new(200, bytes.clone()).header("content-type", "text/plain")));
}

/// The one article's pictures.
fn pictures(scene: &Scene) -> Vec<Picture> {
    let id = scene.articles().pop().expect("an article").id;
    scene.store().pictures_of(&id).expect("readable")
}

fn urls(pictures: &[Picture]) -> Vec<&str> {
    pictures.iter().map(|picture| picture.wanted.url.as_str()).collect()
}

fn counts(report: &RunReport) -> (usize, usize) {
    (report.total(|source| source.images.kept), report.total(|source| source.images.failed))
}

/// A page with a cover, two pictures in its text, and one in a box of the site.
fn illustrated(scene: &Scene) {
    let related = format!(
        "<div class=\"related-posts\"><h3>Related posts</h3><ul><li><a href=\"/posts/x\"><img src=\"{OTHERS}\" width=\"300\">\
         Another post</a></li><li><a href=\"/posts/y\">A third post</a></li></ul></div>"
    );
    let inside = format!("{}{}{related}", shown(MILL), shown(WHEEL));
    scene.page(PAGE, page("sacks", COVER, &inside));
    gives(scene, COVER, png(800, 600, "cover"));
    gives(scene, MILL, png(640, 480, "mill"));
    gives(scene, WHEEL, png(320, 240, "wheel"));
    gives(scene, OTHERS, png(300, 300, "others"));
}

#[tokio::test]
async fn nothing_is_asked_for_where_nobody_wants_it() {
    let scene = keeping(KeepImages::None, &[PAGE]);
    illustrated(&scene);
    let report = scene.run().await;
    assert_eq!((scene.asked(), counts(&report)), (vec![PAGE.to_owned()], (0, 0)));
    let general = Scene::new();
    general.add("list", &[PAGE]);
    illustrated(&general);
    general.run().await;
    assert_eq!(general.asked(), [PAGE], "the default of all sources");
}

#[tokio::test]
async fn a_cover_alone() {
    let scene = keeping(KeepImages::Cover, &[PAGE]);
    illustrated(&scene);
    let report = scene.run().await;
    assert_eq!((scene.asked(), counts(&report)), (vec![PAGE.to_owned(), COVER.to_owned()], (1, 0)));
    let kept = pictures(&scene);
    let file = kept[0].file().expect("kept");
    assert_eq!((file.kind.as_str(), file.width, file.height), ("png", 800, 600), "whatever its header and name say");
    let bytes = scene.store().picture_bytes(file).expect("readable").expect("whole");
    assert_eq!(bytes, png(800, 600, "cover"));
    let sent = scene.sent();
    let robots = sent.iter().any(|request| request.url == "https://pictures.example/robots.txt");
    let about = sent.iter().find(|request| request.url == COVER).expect("asked for");
    assert!(robots && about.headers.iter().all(|(name, _)| name != "referer" && name != "cookie"));
}

#[tokio::test]
async fn all_that_the_text_shows_and_nothing_that_was_taken_out_of_it() {
    let mut scene = Scene::new();
    scene.add("list", &[PAGE]);
    scene.settings.run.keep_images = KeepImages::All;
    illustrated(&scene);
    let report = scene.run().await;
    assert_eq!(scene.asked(), [PAGE, COVER, MILL, WHEEL], "a box of the site goes with its pictures");
    assert_eq!(counts(&report), (3, 0));
    assert_eq!(urls(&pictures(&scene)), [COVER, MILL, WHEEL]);
    scene.pass(7_200).await;
    assert_eq!(counts(&scene.run().await), (0, 0));
    let again = scene.asked();
    assert!(again.iter().all(|url| url == PAGE), "a second run asks for no picture: {again:?}");
    assert_eq!(scene.store().check().expect("readable"), Vec::<String>::new());
    assert_eq!(scene.store().check_pictures().expect("readable"), Vec::<String>::new());
    let counted = scene.store().counts(boji_clean::model::Timestamp::default()).expect("readable").pictures;
    assert_eq!((counted.kept, counted.files, counted.waiting, counted.failed), (3, 3, 0, 0));
}

#[tokio::test]
async fn what_is_no_picture_is_not_kept_and_says_why() {
    let names = ["large", "page", "drawing", "scripted", "bomb", "missing", "gone"];
    let url = |name: &str| format!("https://pictures.example/{name}.png");
    let mut scene = keeping(KeepImages::All, &[PAGE]);
    scene.settings.run.image_bytes = 1_000;
    scene.page(PAGE, page("sacks", "", &names.map(|name| shown(&url(name))).concat()));
    gives(&scene, &url("large"), [png(9, 9, "large"), vec![0; 1_000]].concat());
    gives(&scene, &url("page"), b"<!doctype html><html><body>Please log in".to_vec());
    gives(&scene, &url("drawing"), b"<svg xmlns='http://www.w3.org/2000/svg'></svg>".to_vec());
    gives(&scene, &url("scripted"), b"<?xml version='1.0'?><svg><script>alert(1)</script></svg>".to_vec());
    gives(&scene, &url("bomb"), png(60_000, 60_000, "bomb"));
    scene.on(&url("gone"), |_| Ok(Given::new(410, "")));
    let report = scene.run().await;
    assert_eq!(counts(&report), (0, 7));
    assert!(!report.failed(), "an article without its pictures is an article");
    let why = |picture: &Picture| (picture.outcome.clone().expect("tried"), picture.next_due.is_some());
    let refused = PictureOutcome::Refused;
    assert_eq!(
        pictures(&scene).iter().map(why).collect::<Vec<_>>(),
        [
            (refused(NoPicture::TooManyBytes), false),
            (refused(NoPicture::UnknownType), true),
            (refused(NoPicture::Svg), false),
            (refused(NoPicture::Svg), false),
            (refused(NoPicture::TooManyPoints), false),
            (PictureOutcome::Failed(ErrorClass::NotFound), true),
            (PictureOutcome::Failed(ErrorClass::Gone), false),
        ]
    );
    scene.asked();
    for _ in 0..20 {
        scene.pass(3 * 86_400).await;
        scene.run().await;
    }
    let asked: Vec<String> = scene.asked().into_iter().filter(|asked| asked != PAGE).collect();
    assert_eq!(asked.len(), 14, "two that may come, seven times more: {asked:?}");
    let counted = scene.store().counts(scene.articles()[0].first_seen).expect("readable").pictures;
    assert_eq!((counted.kept, counted.waiting, counted.failed), (0, 0, 7));
    // A person may know better.
    gives(&scene, &url("missing"), png(5, 5, "found"));
    let id = scene.articles()[0].id.clone();
    let now = boji_clean::model::Timestamp::default();
    scene.store().retry(&Retry::Article(id), now).expect("written");
    assert_eq!(counts(&scene.run().await), (1, 6));
}

#[tokio::test]
async fn renderings_of_one_picture_are_one_file_and_one_request() {
    let other = "https://shed.example/posts/loft";
    let scene = keeping(KeepImages::All, &[PAGE, other]);
    let renderings = ["/640?wx_fmt=jpeg&from=appmsg", "/0?wx_fmt=jpeg", "/300?tp=webp&wxfrom=5#imgIndex=2"];
    let inside = renderings.map(|rendering| shown(&format!("{FILE}{rendering}"))).concat();
    scene.page(PAGE, page("sacks", "", &inside));
    scene.page(other, page("the loft", "", &shown(&format!("{FILE}/1080?wx_fmt=png"))));
    for rendering in renderings.iter().chain(&["/1080?wx_fmt=png"]) {
        let url = format!("{FILE}{}", rendering.split('#').next().unwrap_or_default());
        gives(&scene, &url, png(1_080, 720, "file"));
    }
    let report = scene.run().await;
    let of_wechat = scene.asked().into_iter().filter(|url| url.contains("qpic")).count();
    assert_eq!((of_wechat, counts(&report)), (1, (2, 0)));
    let counted = scene.store().counts(boji_clean::model::Timestamp::default()).expect("readable").pictures;
    assert_eq!((counted.kept, counted.files), (2, 1));
}

#[tokio::test]
async fn pictures_come_after_all_pages_and_leave_hosts_alone_that_fail() {
    let others = ["https://shed.example/posts/a", "https://shed.example/posts/b"];
    let scene = keeping(KeepImages::All, &[PAGE, others[0]]);
    let low = Source {
        urls: vec![others[1].to_owned()],
        fetch_pages: true,
        priority: -5,
        ..Source::new(SourceKind::Urls, "low", "", Schedule::Every(3_600))
    };
    scene.store().put_source(&low).expect("stored");
    let down = |name: &str| format!("https://down.example/{name}.png");
    scene.page(PAGE, page("sacks", "", &["one", "two", "three"].map(|name| shown(&down(name))).concat()));
    scene.page(others[0], page("wheels", "", &shown(MILL)));
    scene.page(others[1], page("ropes", "", &shown(WHEEL)));
    for name in ["one", "two", "three"] {
        scene.on(&down(name), |_| Err(ErrorClass::Connect));
    }
    gives(&scene, MILL, png(1, 1, "mill"));
    let report = scene.run().await;
    let asked = scene.asked();
    let pages: Vec<&String> = asked.iter().take(3).collect();
    assert!(pages.iter().all(|url| url.contains("/posts/")), "{asked:?}");
    assert_eq!(asked.len(), 5, "one request to a host that is down, none for the source that wants none: {asked:?}");
    assert_eq!(counts(&report), (1, 1));
}

#[tokio::test]
async fn a_rule_that_changes_its_mind_and_a_wish_that_does_are_followed() {
    let scene = keeping(KeepImages::Cover, &[PAGE]);
    illustrated(&scene);
    scene.run().await;
    scene.asked();
    let (source, _) = scene.source("list");
    scene.store().put_source(&Source { keep_images: Some(KeepImages::All), ..source.clone() }).expect("stored");
    scene.pass(7_200).await;
    scene.run().await;
    let asked: Vec<String> = scene.asked().into_iter().filter(|url| url != PAGE).collect();
    assert_eq!(asked, [MILL, WHEEL], "of what is stored already too");
    scene.store().put_source(&Source { keep_images: Some(KeepImages::Cover), ..source }).expect("stored");
    scene.pass(7_200).await;
    scene.run().await;
    assert_eq!(urls(&pictures(&scene)).len(), 3, "what is kept stays");
}

fn exported(scene: &Scene, to: &Path, images: bool) -> String {
    let options = ExportOptions { to: to.to_owned(), format: Format::Markdown, images, ..ExportOptions::default() };
    export(&scene.store(), &Filter::default(), &options).expect("written");
    assert_eq!(verify(to).expect("a manifest").problems, Vec::<String>::new());
    let is_document = |path: &Path| path.extension().is_some_and(|extension| extension == "md");
    let (_, document) = files(to).into_iter().find(|(path, _)| is_document(path)).expect("a document");
    String::from_utf8(document).expect("UTF-8")
}

/// Paths below a folder, in order.
fn paths(folder: &Path) -> Vec<String> {
    files(folder).into_keys().map(|path| path.to_string_lossy().replace('\\', "/")).collect()
}

#[tokio::test]
async fn documents_show_the_pictures_that_lie_beside_them() {
    let scene = keeping(KeepImages::All, &[PAGE]);
    illustrated(&scene);
    scene.on(WHEEL, |_| Ok(Given::new(404, "")));
    scene.run().await;
    let folder = tempfile::tempdir().expect("a folder");
    let plain = exported(&scene, &folder.path().join("plain"), false);
    let with = exported(&scene, &folder.path().join("with"), true);
    let kept = pictures(&scene);
    let path = |nth: usize| {
        let file = kept[nth].file().expect("kept");
        format!("images/{}/{}.png", &file.hash[..2], file.hash)
    };
    let want = plain.replace(&format!("]({MILL})"), &format!("](../{})", path(1)));
    assert!(want != plain && plain.contains(&format!("]({WHEEL})")));
    let cover = format!("cover: \"../{}\"\n", path(0));
    assert_eq!(with.replace(&cover, ""), want, "one that could not be kept is shown from where it is");
    assert!(with.contains(&cover));
    let images: Vec<String> =
        paths(&folder.path().join("with")).into_iter().filter(|path| path.starts_with("images/")).collect();
    let mut both = [path(0), path(1)];
    both.sort();
    assert_eq!(images, both);
    assert_eq!(fs::read(folder.path().join("with").join(path(1))).expect("readable"), png(640, 480, "mill"));
    assert!(paths(&folder.path().join("plain")).iter().all(|path| !path.starts_with("images/")));
    exported(&scene, &folder.path().join("again"), true);
    assert_eq!(
        fs::read(folder.path().join("again/manifest.json")).expect("readable"),
        fs::read(folder.path().join("with/manifest.json")).expect("readable")
    );
}

#[tokio::test]
async fn what_is_forgotten_takes_its_pictures_along_unless_another_article_shows_them() {
    let other = "https://shed.example/posts/loft";
    let scene = keeping(KeepImages::All, &[PAGE, other]);
    illustrated(&scene);
    scene.page(other, page("the loft", "", &shown(MILL)));
    scene.run().await;
    let files = || paths(&scene.path("images")).len();
    assert_eq!(files(), 3);
    let stored = scene.articles();
    let first = stored.iter().find(|stored| stored.submission.article.title == "sacks").expect("stored");
    let at = first.first_seen;
    let done = scene.store().forget(&first.id, "a letter came", at).expect("written").expect("forgotten");
    assert_eq!((done.pictures, files()), (2, 1));
    let second = scene.articles().pop().expect("the other");
    assert_eq!(urls(&scene.store().pictures_of(&second.id).expect("readable")), [MILL]);
    assert_eq!(scene.store().check_pictures().expect("readable"), Vec::<String>::new());
    assert_eq!(scene.store().check().expect("readable"), Vec::<String>::new());
}

#[tokio::test]
async fn a_lost_file_is_found_and_a_loose_one_is_pruned() {
    let scene = keeping(KeepImages::All, &[PAGE]);
    illustrated(&scene);
    scene.run().await;
    let kept = paths(&scene.path("images"));
    fs::write(scene.path("images").join(&kept[0]), "damaged").expect("written");
    let problems = scene.store().check_pictures().expect("readable");
    assert_eq!(problems.len(), 1);
    let id = scene.articles()[0].id.clone();
    assert!(
        problems[0].contains("lost or damaged") && problems[0].contains(&format!("`boji retry {id}`")),
        "{problems:?}"
    );
    scene.store().retry(&Retry::Article(id), boji_clean::model::Timestamp::default()).expect("written");
    scene.pass(7_200).await;
    scene.run().await;
    assert_eq!(scene.store().check_pictures().expect("readable"), Vec::<String>::new());
    let loose = scene.path("images").join(&kept[0]).with_extension("partial");
    fs::write(&loose, "half").expect("written");
    let now = boji_clean::model::Timestamp::default();
    let plan = scene.store().prune(now, true).expect("readable").pictures;
    assert_eq!((plan.files, plan.bytes, loose.exists()), (1, 4, true));
    scene.store().prune(now, false).expect("written");
    assert_eq!((loose.exists(), paths(&scene.path("images"))), (false, kept));
}

#[tokio::test]
async fn a_host_may_say_no_in_its_robots_txt() {
    let scene = keeping(KeepImages::All, &[PAGE]);
    illustrated(&scene);
    scene.on("https://pictures.example/robots.txt", |_| Ok(Given::new(200, "User-agent: *\nDisallow: /mill\n")));
    scene.run().await;
    assert_eq!(scene.asked(), [PAGE, COVER, WHEEL]);
    let why = pictures(&scene)[1].outcome.clone();
    assert_eq!(why, Some(PictureOutcome::Failed(ErrorClass::Robots)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_holds_the_pictures_too_and_a_replay_keeps_the_same_files() {
    let server = Server::start().await;
    let [cover, mill, lost] = ["/cover.png", "/mill.png", "/lost.png"].map(|path| server.url(path));
    server
        .on("/shed", [Reply::ok(feed("Shed", &[(server.url("/sacks"), "sacks".to_owned())], false))])
        .on("/sacks", [Reply::ok(page("sacks", &cover, &format!("{}{}", shown(&mill), shown(&lost))))])
        .on("/cover.png", [Reply::ok(png(8, 6, "cover"))])
        .on("/mill.png", [Reply::ok(png(4, 3, "mill"))]);
    let sources = source("shed", "feed", &server.url("/shed"));
    let place = Place::new(&[&server], &format!("{sources}fetch_pages = true\nkeep_images = \"all\"\n"));
    let recorded = place.boji(&["run", "--record", "tape.warc.gz", "--json"]);
    assert_eq!(recorded.code, Some(0), "{recorded:?}");
    assert_eq!(recorded.json()["sources"][0]["images"], json!({ "kept": 2, "failed": 1 }));
    let status = ran(&mut place.command(&["status", "--json", "--sizes"])).json();
    let bytes = png(8, 6, "cover").len() + png(4, 3, "mill").len();
    let counts = json!({ "kept": 2, "waiting": 1, "failed": 0, "files": 2, "bytes": bytes });
    assert_eq!((&status["counts"]["pictures"], &status["sizes"]["parts"]["picture-files"]), (&counts, &json!(bytes)));
    let id = place.articles()[0].id.clone();
    let why = ran(&mut place.command(&["why", &id])).stdout;
    let told = [&format!("{cover}: kept as images/"), &format!("{lost}: not_found (")];
    assert!(told.iter().all(|told| why.contains(*told)), "{why}");
    let asked = server.log().len();
    let dump = |data: &str| {
        let done = ran(&mut place.command_in(data, &["replay", "tape.warc.gz", "--json"]));
        assert_eq!(done.json()["sources"][0]["images"], json!({ "kept": 2, "failed": 1 }), "{done:?}");
        let mut dump = Vec::new();
        place.store_in(data).dump(&mut dump).expect("dumped");
        String::from_utf8(dump).expect("UTF-8")
    };
    // A recording says itself what it holds.
    let settings = place.path("config/boji.toml");
    let general = fs::read_to_string(&settings).expect("readable") + "[run]\nkeep_images = \"cover\"\n";
    fs::write(&settings, general).expect("written");
    assert_eq!(dump("one"), dump("two"));
    assert_eq!(server.log().len(), asked, "a replay never asks the network");
    let images = |data: &str| files(&place.path(data).join("images"));
    assert_eq!(images("one").len(), 2);
    assert_eq!((images("one"), images("two")), (images("data"), images("data")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_says_of_a_source_which_pictures_it_keeps() {
    let server = Server::start().await;
    server.on("/shed", [Reply::ok(feed("Shed", &[(server.url("/sacks"), "sacks".to_owned())], true))]);
    let place = Place::new(&[&server], "");
    let keeps = |id: &str| place.source(id).0.keep_images;
    let url = server.url("/shed");
    let added = place.boji(&["add", &url, "--id", "shed", "--keep-images", "cover"]);
    assert_eq!((added.code, keeps("shed")), (Some(0), Some(KeepImages::Cover)), "{added:?}");
    assert_eq!(place.boji(&["set", "shed", "--keep-images", "all"]).code, Some(0));
    assert_eq!(keeps("shed"), Some(KeepImages::All));
    let wrong = ran(&mut place.command(&["set", "shed", "--keep-images", "some"]));
    assert!(wrong.code == Some(2) && wrong.stderr.contains("none, cover, all"), "{wrong:?}");
    let undivided = ran(&mut place.command(&["export", "--to", "out", "--images"]));
    assert!(undivided.code == Some(2) && undivided.stderr.contains("--format markdown"), "{undivided:?}");
    assert_eq!(place.boji(&["backup", "copy.db"]).code, Some(0), "a copy without pictures is whole");
}
