//! The inspector as a browser, another site and somebody with bad intent meet it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

use boji::seams::dedup::decide;
use boji::seams::model::{Picture, PictureFile, PictureKind, PictureOutcome, WantedPicture};
use boji::seams::store::{Access, Batch, SqliteStore, Store as _};
use boji_clean::model::Timestamp;
use boji_clean::parse::parse_feed;

use crate::command::{DATABASE, Place};
use crate::place::signal;

/// A page of WeChat's form with a prompt at its end, and with what a hostile page would try.
const PAGE: &str = r#"<!DOCTYPE html><html><head><meta charset="utf-8"><meta property="og:title" content="河水的事">
<meta http-equiv="refresh" content="0;url=http://evil.example/"><base href="http://evil.example/">
<script>var biz = "MzA5" || ""; var nickname = "河边的账号"; var ct = "1700000000"; var msg_title = '河水的事';</script></head>
<body id="activity-detail" onload="alert(1)"><h1 id="activity-name">河水的事</h1><a id="js_name">河边的账号</a>
<div id="js_content" style="visibility: hidden; background: url(http://evil.example/beacon)">
<p>春天的时候河水涨起来，岸边的柳树也都绿了，孩子们在水边跑来跑去。</p>
<p>老人坐在桥头，讲从前的船怎样从这里走到海边，讲了一个下午还没有讲完。</p>
<p>到了秋天水就退了，露出一片石头，大家在石头上晒稻谷，晒完了再一袋一袋背回去。</p>
<p>扫码关注我们</p></div><form action="http://evil.example/"><input name="a"></form>
<svg onload="alert(1)"></svg><iframe src="http://evil.example/"></iframe></body></html>"#;

/// The inspector of a place. It is killed when a test fails.
struct Inspector {
    child: Child,
    /// `127.0.0.1:40123`
    at: String,
    token: String,
}

/// What came back.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Inspector {
    fn start(place: &Place, arguments: &[&str]) -> Self {
        Self::start_at(place, "127.0.0.1:0", arguments)
    }

    fn start_at(place: &Place, listen: &str, arguments: &[&str]) -> Self {
        let all = [&["--json", "serve", "--listen", listen], arguments].concat();
        let mut child = place.command(&all).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("started");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        let told: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let address = told["address"].as_str().expect("an address").trim_start_matches("http://").to_owned();
        let (at, rest) = address.split_once('/').expect("a path");
        Self { child, at: at.to_owned(), token: rest.trim_start_matches("?token=").to_owned() }
    }

    /// Sends a request as it is written, and reads what comes back until the end.
    fn raw(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.at).expect("connected");
        stream.set_read_timeout(Some(Duration::from_mins(1))).expect("set");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("answered");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    fn get(&self, path: &str) -> Answer {
        self.raw(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.at))
    }

    fn get_with(&self, path: &str, host: &str, headers: &str) -> Answer {
        self.raw(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n"))
    }

    fn post(&self, path: &str, form: &str, headers: &str) -> Answer {
        self.raw(&format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\n{headers}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{form}",
            self.at,
            form.len()
        ))
    }
}

impl Drop for Inspector {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A place with an article, and its id.
fn stored() -> (Place, String) {
    let place = Place::new();
    place.write("pages/a.html", PAGE);
    let ended = place.boji(&["import", "pages"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let listed = place.boji(&["--json", "list"]);
    let line: serde_json::Value = serde_json::from_str(listed.out.lines().next().expect("a line")).expect("JSON");
    let id = line["id"].as_str().expect("an id").to_owned();
    (place, id)
}

/// The value of the first hidden field of this name behind a mark.
fn field(page: &str, mark: &str, name: &str) -> String {
    let behind = page.split_once(mark).expect("the mark").1;
    let value = behind.split_once(&format!("name=\"{name}\" value=\"")).expect("the field").1;
    value.split('"').next().unwrap_or_default().to_owned()
}

fn text_of(place: &Place, id: &str) -> String {
    place.boji(&["show", id]).out
}

#[test]
fn every_page_is_shown_and_locked() {
    let (place, id) = stored();
    let inspector = Inspector::start(&place, &[]);
    let article = format!("/article/{id}");
    let compare = format!("{article}/compare");
    let account = "/account?name=%E6%B2%B3%E8%BE%B9%E7%9A%84%E8%B4%A6%E5%8F%B7";
    let pages = [
        "/",
        "/?q=%E6%B2%B3%E6%B0%B4",
        "/sources",
        "/source/pages",
        "/corpus",
        "/duplicates",
        "/accounts",
        account,
        "/review",
        "/review/answers",
        "/why",
        "/why?of=pages",
        &article,
        &compare,
    ];
    for path in pages {
        let answer = inspector.get(path);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        assert!(answer.body.contains("<html lang=\"en\">"), "{path}");
        for lock in [
            "content-security-policy: default-src 'none'",
            "x-content-type-options: nosniff",
            "referrer-policy: same-origin",
        ] {
            assert!(answer.head.contains(lock), "{path} has no {lock}: {}", answer.head);
        }
        assert!(
            !answer.body.contains("<script>") && !answer.body.contains(" style=") && !answer.body.contains("onload="),
            "{path}"
        );
    }
    let shown = inspector.get(&article).body;
    assert!(shown.contains("扫码关注我们") && shown.contains("<del>") && shown.contains("zh.follow"), "{shown}");
    assert!(!shown.contains("method=\"post\""), "nothing can be changed: {shown}");
}

#[test]
fn the_original_of_a_hostile_page_can_do_nothing() {
    let (place, id) = stored();
    let inspector = Inspector::start(&place, &[]);
    for (query, pictures) in [("", false), ("?pictures=1", true)] {
        let answer = inspector.get(&format!("/article/{id}/original{query}"));
        assert_eq!(answer.status, 200);
        assert!(answer.head.contains("content-security-policy: sandbox; default-src 'none'"), "{}", answer.head);
        assert_eq!(answer.head.contains("img-src"), pictures);
        assert!(answer.body.contains("春天的时候河水涨起来"), "{}", answer.body);
        for word in ["<script", "onload", "<form", "<iframe", "http-equiv", "<base", "evil.example"] {
            assert!(!answer.body.contains(word), "{word} in {}", answer.body);
        }
    }
}

#[test]
fn a_picture_that_is_kept_is_shown_from_its_file_and_any_other_is_named() {
    let place = Place::new();
    let shown = r#"<p><img data-src="https://pictures.example/mill.png" alt="磨坊"><img data-src="https://pictures.example/wheel.png" alt="水车"></p>"#;
    place.write("pages/a.html", PAGE.replace("<p>到了秋天", &format!("{shown}<p>到了秋天")));
    assert_eq!(place.boji(&["import", "pages"]).code, Some(0));
    let listed: serde_json::Value =
        serde_json::from_str(&place.boji(&["--json", "list"]).out).expect("one line of JSON");
    let id = listed["id"].as_str().expect("an id").to_owned();
    let mut store = SqliteStore::open(&place.path(DATABASE), Access::Write).expect("a store");
    let bytes = b"\x89PNG the mill".to_vec();
    let wanted = ["mill", "wheel"].map(|name| {
        let url = format!("https://pictures.example/{name}.png");
        WantedPicture { name: url.clone(), url }
    });
    store.list_pictures(&id, "all", &wanted, Timestamp::from_seconds(5)).expect("listed");
    let mill = store.pictures_of(&id).expect("read").remove(0);
    let hash = blake3::hash(&bytes).to_hex().to_string();
    let file = PictureFile { hash, kind: PictureKind::Png, width: 640, height: 480, bytes: bytes.len() as u64 };
    let mill = Picture { outcome: Some(PictureOutcome::Kept(file)), next_due: None, ..mill };
    let batch = Batch { pictures: vec![(mill, Some(bytes))], ..Batch::default() };
    store.commit(&batch, &decide).expect("kept");
    drop(store);
    let inspector = Inspector::start(&place, &[]);
    let page = inspector.get(&format!("/article/{id}")).body;
    let address = format!("/article/{id}/picture/0");
    assert!(page.contains(&format!("<img class=\"kept\" src=\"{address}\" alt=\"磨坊\" width=\"640\"")), "{page}");
    assert!(page.contains("▣ 水车") && !page.contains("/picture/1"), "{page}");
    let answer = inspector.get(&address);
    assert!(answer.status == 200 && answer.body.ends_with("PNG the mill"), "{answer:?}");
    for lock in ["content-type: image/png", "nosniff", "default-src 'none'; sandbox"] {
        assert!(answer.head.contains(lock), "{lock}: {answer:?}");
    }
    for absent in
        [format!("/article/{id}/picture/1"), format!("/article/{id}/picture/9"), "/article/zz/picture/0".to_owned()]
    {
        assert_eq!(inspector.get(&absent).status, 404, "{absent}");
    }
}

#[test]
fn a_block_is_restored_and_taken_out_again() {
    let (place, id) = stored();
    let inspector = Inspector::start(&place, &["--write"]);
    assert!(!text_of(&place, &id).contains("扫码关注我们"));
    let page = inspector.get(&format!("/article/{id}")).body;
    let form = |wish: &str, page: &str, mark: &str| {
        let [key, place, words] = ["key", "place", "words"].map(|name| field(page, mark, name));
        format!("key={key}&place={place}&words={words}&do={wish}")
    };
    let path = format!("/article/{id}/block");
    let restored = inspector.post(&path, &form("restore", &page, "扫码关注我们"), "");
    assert_eq!(restored.status, 303, "{restored:?}");
    assert!(text_of(&place, &id).contains("扫码关注我们"));
    let page = inspector.get(&format!("/article/{id}")).body;
    assert_eq!(inspector.post(&path, &form("undo", &page, "扫码关注我们"), "").status, 303);
    assert!(!text_of(&place, &id).contains("扫码关注我们"));
    let report = inspector.post(&path, &form("report", &page, "扫码关注我们"), "");
    assert_eq!(report.status, 303, "{report:?}");
    let reports = place.path("home/.local/share/boji/reports");
    let written = std::fs::read_dir(reports).expect("a folder").next().expect("a report").expect("readable").path();
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(written).expect("read")).expect("JSON");
    assert_eq!(report["wanted"], "keep", "{report}");
    assert_eq!(report["text"], "扫码关注我们", "{report}");
}

#[test]
fn nobody_else_changes_anything() {
    let (place, id) = stored();
    let inspector = Inspector::start(&place, &["--write"]);
    let page = inspector.get(&format!("/article/{id}")).body;
    let [key, number, words] = ["key", "place", "words"].map(|name| field(&page, "扫码关注我们", name));
    let path = format!("/article/{id}/block");
    let form = format!("key={key}&place={number}&words={words}&do=restore");
    let foreign = format!("key={}&place={number}&words={words}&do=restore", "0".repeat(48));
    let cases = [
        ("another site", inspector.post(&path, &form, "Origin: http://evil.example\r\n").status, 403),
        ("a sandboxed frame", inspector.post(&path, &form, "Origin: null\r\n").status, 403),
        ("a cross-site form", inspector.post(&path, &form, "Sec-Fetch-Site: cross-site\r\n").status, 403),
        ("without the word", inspector.post(&path, &foreign, "").status, 403),
        ("another name", inspector.get_with("/", "evil.example", "").status, 403),
        ("no name", inspector.raw("GET / HTTP/1.0\r\n\r\n").status, 403),
        ("a form that is too long", inspector.post(&path, &"a".repeat(100_000), "").status, 413),
        ("a form of nothing", inspector.post(&path, "", "").status, 422),
        (
            "a block that is not there",
            inspector.post(&path, &format!("key={key}&place=999999&words=&do=restore"), "").status,
            404,
        ),
    ];
    for (case, status, want) in cases {
        assert_eq!(status, want, "{case}");
    }
    assert!(!text_of(&place, &id).contains("扫码关注我们"));
    drop(inspector);
    let reader = Inspector::start(&place, &[]);
    assert_eq!(reader.post(&path, &form, "").status, 403, "it changes nothing without --write");
}

#[test]
fn odd_addresses_lead_nowhere() {
    let (place, id) = stored();
    let inspector = Inspector::start(&place, &[]);
    for path in [
        "/article/..%2f..%2fetc%2fpasswd",
        "/article/../../../etc/passwd",
        "/article/%00",
        "/article/zz",
        "/source/%2e%2e",
        "/nothing",
        "/article/0123456789abcdef/original",
        "/account?name=nobody",
        "/feed.atom?tag=nothing",
    ] {
        assert_eq!(inspector.get(path).status, 404, "{path}");
    }
    let revision = format!("/article/{id}?revision=99");
    assert_eq!(inspector.get(&revision).status, 404);
    for path in ["/?month=2026-99", "/?q=%22", "/?page=-1", "/?page=x"] {
        assert_eq!(inspector.get(path).status, 400, "{path}");
    }
    for (path, why) in [
        ("/?month=2026-99", "2026-99 is no month"),
        ("/?page=x", "page: invalid digit"),
        ("/?flag=short", "unknown field `flag`, expected one of `q`"),
        ("/?since=soon", "unknown field `since`"),
        ("/?source=nobody", "there is no source nobody"),
        ("/feed.atom?tags=a", "unknown field `tags`"),
        ("/feed.json?source=nobody", "there is no source nobody"),
        ("/why?what=%3Cb%3E", "unknown field `what`"),
        (&format!("/article/{id}?revision=last"), "revision: invalid digit"),
    ] {
        let answer = inspector.get(path);
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.body.contains("<html lang=\"en\">") && answer.body.contains(why), "{path}: {}", answer.body);
    }
    assert_eq!(inspector.get("/?page=99999999999&token=none").status, 200);
    assert_eq!(inspector.raw("nonsense\r\n\r\n").status, 400);
    let long = format!("/?q={}", "a".repeat(60_000));
    assert!([400, 414, 431].contains(&inspector.get(&long).status));
    assert_eq!(inspector.get("/").status, 200, "it goes on");
}

#[test]
fn slow_and_many_clients_keep_nobody_out_for_ever() {
    let (place, _) = stored();
    let inspector = Inspector::start(&place, &[]);
    // Fewer than there are places: they say nothing, and do not go.
    let idle: Vec<TcpStream> = (0..100).map(|_| TcpStream::connect(&inspector.at).expect("connected")).collect();
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..40).map(|_| scope.spawn(|| inspector.get("/sources").status)).collect();
        asked.into_iter().map(|thread| thread.join().expect("answered")).collect()
    });
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
    drop(idle);
}

#[test]
fn what_was_stored_can_be_read_as_a_feed() {
    let (place, id) = stored();
    let inspector = Inspector::start(&place, &[]);
    let atom = inspector.get("/feed.atom?source=pages");
    assert_eq!(atom.status, 200);
    let feed =
        parse_feed(atom.body.as_bytes(), "application/atom+xml", "http://127.0.0.1/feed.atom", 0).expect("a feed");
    let titles: Vec<&str> = feed.entries.iter().map(|entry| entry.title.as_str()).collect();
    assert_eq!(titles, ["河水的事"], "{}", atom.body);
    assert!(atom.body.contains("春天的时候河水涨起来") && !atom.body.contains("扫码关注我们"), "{}", atom.body);
    let json: serde_json::Value = serde_json::from_str(&inspector.get("/feed.json").body).expect("JSON");
    assert_eq!(json["items"][0]["id"], format!("urn:boji:{id}"));
    assert!(inspector.get("/sources.opml").body.contains("<opml version=\"2.0\">"));
}

#[test]
fn off_this_machine_a_token_is_wanted_and_leaves_the_address() {
    let (place, _) = stored();
    let mut inspector = Inspector::start_at(&place, "0.0.0.0:0", &[]);
    let port = inspector.at.rsplit(':').next().expect("a port").to_owned();
    inspector.at = format!("127.0.0.1:{port}");
    let name = format!("0.0.0.0:{port}");
    assert_eq!(inspector.token.len(), 64);
    assert_eq!(inspector.get_with("/", &name, "").status, 403);
    let first = inspector.get_with(&format!("/?token={}", inspector.token), &name, "");
    assert_eq!(first.status, 303, "{first:?}");
    assert!(
        first.head.contains("\r\nlocation: /\r\n") && first.head.contains("httponly; samesite=strict"),
        "{first:?}"
    );
    let cookie = format!("Cookie: boji-token={}\r\n", inspector.token);
    assert_eq!(inspector.get_with("/", &name, &cookie).status, 200);
    assert_eq!(inspector.get_with("/", &name, "Authorization: Bearer wrong\r\n").status, 403);
}

#[test]
fn it_ends_when_it_is_asked_to() {
    let (place, _) = stored();
    for (name, code) in [("-TERM", 0), ("-INT", 130)] {
        let mut inspector = Inspector::start(&place, &[]);
        let _resting = TcpStream::connect(&inspector.at).expect("connected");
        signal(&inspector.child, name);
        assert_eq!(inspector.child.wait().expect("ended").code(), Some(code), "{name}");
    }
    let ended = Place::new().boji(&["serve"]);
    assert_eq!(ended.code, Some(10), "{ended:?}");
}
