//! How bytes are fetched: against a server on loopback, and against recordings.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use boji::seams::config::{FetchSettings, Settings};
use boji::seams::fetch::{
    Ask, Exchange, FetchError, Fetched, Fetcher, Live, Purpose, Recorder, Replay, Request, Transport, permanent_target,
};
use boji::seams::model::{BoxFuture, Capture, Clock, ErrorClass, HostState, ManualClock};
use boji_clean::model::Timestamp;

use crate::server::{Reply, Server};

/// Settings that let the test server through, and nothing else that is private.
fn settings(server: &Server) -> FetchSettings {
    FetchSettings {
        allow_private: vec![server.host().to_owned()],
        connect_timeout_seconds: 5,
        idle_timeout_seconds: 5,
        total_timeout_seconds: 10,
        max_body_bytes: 1_000_000,
        host_gap_millis: 0,
        ..Settings::default().fetch
    }
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(Timestamp::parse("2026-11-24T08:00:00Z").expect("a time")))
}

fn live(settings: &FetchSettings) -> Fetcher {
    let clock = clock();
    let transport = Live::new(settings, clock.clone()).expect("a client");
    Fetcher::new(Arc::new(transport), clock, settings, Vec::new())
}

async fn get(fetcher: &Fetcher, url: &str) -> Result<Capture, FetchError> {
    fetch(fetcher, &Ask::new(url, Purpose::Feed)).await
}

async fn fetch(fetcher: &Fetcher, ask: &Ask) -> Result<Capture, FetchError> {
    match fetcher.fetch(ask).await? {
        Fetched::Complete(capture) => Ok(capture),
        Fetched::NotModified { .. } => panic!("not modified"),
    }
}

async fn class(fetcher: &Fetcher, url: &str) -> Option<ErrorClass> {
    get(fetcher, url).await.err().map(|error| error.class)
}

#[tokio::test]
async fn validators_go_back_byte_for_byte() {
    let server = Server::start().await;
    let (etag, modified) = ("W/\"a, b\"", "Thu, 1 Jan 1970 00:00:00 +0000");
    server.on("/feed", [Reply::ok("one").header("ETag", etag).header("Last-Modified", modified), Reply::new(304, "")]);
    let fetcher = live(&settings(&server));
    let first = get(&fetcher, &server.url("/feed")).await.expect("fetched");
    assert_eq!((first.status, first.body.as_slice(), first.header("etag")), (200, b"one".as_slice(), Some(etag)));
    let again = Ask {
        etag: first.header("etag").unwrap_or_default().to_owned(),
        last_modified: first.header("last-modified").unwrap_or_default().to_owned(),
        ..Ask::new(server.url("/feed"), Purpose::Feed)
    };
    let second = fetcher.fetch(&again).await.expect("fetched");
    assert!(matches!(second, Fetched::NotModified { status: 304, .. }), "{second:?}");
    let log = server.log();
    assert_eq!(log[0].header("if-none-match"), None);
    assert_eq!(log[1].header("if-none-match"), Some(etag));
    assert_eq!(log[1].header("if-modified-since"), Some(modified));
}

#[tokio::test]
async fn a_request_is_honest_and_carries_nothing_else() {
    let server = Server::start().await;
    server.on("/a", [Reply::redirect(302, "/b").header("Set-Cookie", "sid=1")]).on("/b", [Reply::ok("")]);
    get(&live(&settings(&server)), &server.url("/a")).await.expect("fetched");
    for asked in server.log() {
        assert!(asked.header("user-agent").expect("a name").starts_with("boji/"));
        assert!(asked.header("accept").expect("a wish").contains("application/atom+xml"));
        let names: Vec<&str> = asked.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["user-agent", "accept", "accept-encoding", "host"]);
    }
}

#[tokio::test]
async fn redirects_are_followed_by_hand() {
    let server = Server::start().await;
    server
        .on("/old", [Reply::redirect(301, "/moved")])
        .on("/moved", [Reply::redirect(302, "/now?x=1#top")])
        .on("/now?x=1", [Reply::ok("here")]);
    let ask = Ask { etag: "\"e\"".into(), ..Ask::new(server.url("/old"), Purpose::Feed) };
    let capture = fetch(&live(&settings(&server)), &ask).await.expect("fetched");
    let statuses: Vec<u16> = capture.hops.iter().map(|hop| hop.status).collect();
    assert_eq!(statuses, [301, 302, 200]);
    assert_eq!(capture.url, server.url("/old"));
    assert_eq!(capture.final_url(), server.url("/now?x=1"));
    assert_eq!(permanent_target(&capture.hops), Some(server.url("/moved").as_str()));
    let sent: Vec<bool> = server.log().iter().map(|asked| asked.header("if-none-match").is_some()).collect();
    assert_eq!(sent, [true, false, false], "validators belong to the URL asked for");
    let ask = Ask { validators_of: server.url("/now?x=1"), ..ask };
    fetch(&live(&settings(&server)), &ask).await.expect("fetched");
    let sent: Vec<bool> = server.log()[3..].iter().map(|asked| asked.header("if-none-match").is_some()).collect();
    assert_eq!(sent, [false, false, true], "or to the one that gave them");
}

#[tokio::test]
async fn a_redirect_can_ask_for_patience() {
    let server = Server::start().await;
    server
        .on("/soon", [Reply::redirect(302, "/there").header("Retry-After", "30")])
        .on("/late", [Reply::redirect(302, "/there").header("Retry-After", "61")])
        .on("/there", [Reply::ok("there")]);
    let (clock, settings) = (clock(), settings(&server));
    let transport = Live::new(&settings, clock.clone()).expect("a client");
    let fetcher = Fetcher::new(Arc::new(transport), clock.clone(), &settings, Vec::new());
    let start = clock.now();
    get(&fetcher, &server.url("/soon")).await.expect("fetched");
    assert_eq!(clock.now(), start.plus_seconds(30));
    let error = get(&fetcher, &server.url("/late")).await.expect_err("too long");
    assert_eq!((error.class, error.status, error.retry_after), (ErrorClass::Server, 302, Some(61)));
}

#[tokio::test]
async fn loops_and_endless_chains_end() {
    let server = Server::start().await;
    server.on("/a", [Reply::redirect(301, "/b")]).on("/b", [Reply::redirect(301, "/a")]);
    for number in 0..20 {
        server.on(&format!("/{number}"), [Reply::redirect(302, format!("/{}", number + 1))]);
    }
    let fetcher = live(&FetchSettings { max_redirects: 3, ..settings(&server) });
    let error = get(&fetcher, &server.url("/a")).await.expect_err("a loop");
    assert_eq!((error.class, error.status, error.hops.len()), (ErrorClass::RedirectLoop, 301, 2));
    let error = get(&fetcher, &server.url("/0")).await.expect_err("a chain");
    assert_eq!((error.class, error.hops.len()), (ErrorClass::RedirectLoop, 4));
    assert_eq!(error.url, server.url("/0"));
}

#[tokio::test]
async fn no_redirect_leads_into_the_local_network() {
    let server = Server::start().await;
    let other = Server::start().await;
    other.on("/secret", [Reply::ok("secret")]);
    let port = other.host().rsplit(':').next().expect("a port").to_owned();
    let cases = [
        (other.url("/secret"), ErrorClass::PrivateAddress),
        (format!("http://localhost:{port}/secret"), ErrorClass::PrivateAddress),
        (format!("http://[::ffff:127.0.0.1]:{port}/secret"), ErrorClass::PrivateAddress),
        (format!("http://2130706433:{port}/secret"), ErrorClass::PrivateAddress),
        ("file:///etc/passwd".to_owned(), ErrorClass::RedirectRefused),
    ];
    let fetcher = live(&settings(&server));
    for (target, want) in cases {
        server.on("/away", [Reply::redirect(302, target.clone())]);
        assert_eq!(class(&fetcher, &server.url("/away")).await, Some(want), "{target}");
    }
    assert!(other.log().is_empty(), "nothing was asked there");
    assert_eq!(class(&fetcher, "ftp://a.example/").await, Some(ErrorClass::BadUrl));
}

#[tokio::test]
async fn bodies_are_bounded_checked_and_decoded() {
    let server = Server::start().await;
    server
        .on("/gzip", [Reply::ok("plain").gzip()])
        .on("/zlib", [Reply::ok("plain").deflate(true)])
        .on("/deflate", [Reply::ok("plain").deflate(false)])
        .on("/deflate-lie", [Reply::ok("these are plain words").header("Content-Encoding", "deflate")])
        .on("/bomb", [Reply::gzip_bomb(300)])
        .on("/large", [Reply::ok(vec![b'x'; 1_000_001])])
        .on("/full", [Reply::ok(vec![b'x'; 1_000_000])])
        .on("/cut", [Reply::ok("twelve bytes").cut(5)])
        .on("/cut-gzip", [Reply::ok("x".repeat(9000)).gzip().cut(20)])
        .on("/lie", [Reply::ok("these are plain words").header("Content-Encoding", "gzip")])
        .on("/empty", [Reply::ok("").header("Content-Encoding", "gzip")])
        .on("/unknown", [Reply::ok("plain").header("Content-Encoding", "utf-8")])
        .on("/double", [Reply::ok("coded twice").header("Content-Encoding", "gzip, br")])
        .on("/nothing", [Reply::hangup()]);
    let fetcher = live(&settings(&server));
    for path in ["/zlib", "/deflate"] {
        assert_eq!(get(&fetcher, &server.url(path)).await.expect("fetched").body, b"plain", "{path}");
    }
    assert_eq!(class(&fetcher, &server.url("/deflate-lie")).await, Some(ErrorClass::Decode));
    let zipped = get(&fetcher, &server.url("/gzip")).await.expect("fetched");
    assert_eq!((zipped.body.as_slice(), zipped.header("content-encoding")), (b"plain".as_slice(), None));
    assert_eq!(get(&fetcher, &server.url("/empty")).await.expect("fetched").body, b"");
    assert_eq!(get(&fetcher, &server.url("/unknown")).await.expect("fetched").body, b"plain");
    assert_eq!(get(&fetcher, &server.url("/full")).await.expect("fetched").body.len(), 1_000_000);
    let cases = [
        ("/bomb", ErrorClass::TooLarge),
        ("/large", ErrorClass::TooLarge),
        ("/cut", ErrorClass::Truncated),
        ("/cut-gzip", ErrorClass::Truncated),
        ("/lie", ErrorClass::Decode),
        ("/double", ErrorClass::Decode),
        ("/nothing", ErrorClass::Connect),
    ];
    for (path, want) in cases {
        assert_eq!(class(&fetcher, &server.url(path)).await, Some(want), "{path}");
    }
}

#[tokio::test]
async fn a_trickle_runs_into_the_total_time_out() {
    let server = Server::start().await;
    server.on("/slow", [Reply::ok("x".repeat(10_000)).trickle(50)]);
    let fetcher = live(&FetchSettings { total_timeout_seconds: 1, ..settings(&server) });
    assert_eq!(class(&fetcher, &server.url("/slow")).await, Some(ErrorClass::Timeout));
}

#[tokio::test]
async fn a_status_becomes_a_class_and_keeps_its_wait() {
    let server = Server::start().await;
    server
        .on("/busy", [Reply::new(429, "").header("Retry-After", "3600")])
        .on("/down", [Reply::new(503, "").header("Retry-After", "Tue, 24 Nov 2026 08:10:00 GMT")])
        .on("/proof", [Reply::new(503, "").header("cf-mitigated", "challenge")])
        .on("/odd", [Reply::new(304, "")]);
    let fetcher = live(&settings(&server));
    let cases = [
        ("/busy", ErrorClass::RateLimited, 429, Some(3600)),
        ("/down", ErrorClass::Server, 503, Some(600)),
        ("/proof", ErrorClass::RateLimited, 503, None),
        ("/odd", ErrorClass::Server, 304, None),
        ("/missing", ErrorClass::NotFound, 404, None),
    ];
    for (path, class, status, wait) in cases {
        let error = get(&fetcher, &server.url(path)).await.expect_err("no page");
        assert_eq!((error.class, error.status, error.retry_after), (class, status, wait), "{path}");
    }
}

#[tokio::test]
async fn pages_obey_robots_and_feeds_need_not() {
    let server = Server::start().await;
    server
        .on("/robots.txt", [Reply::ok("User-agent: *\nDisallow: /no\nCrawl-delay: 7\n")])
        .on("/no", [Reply::ok("no")])
        .on("/yes", [Reply::ok("yes")]);
    let fetcher = live(&FetchSettings { host_gap_millis: 1_000, ..settings(&server) });
    get(&fetcher, &server.url("/no")).await.expect("a feed that the user named");
    let page = |path: &str| Ask::new(server.url(path), Purpose::Page);
    assert_eq!(fetch(&fetcher, &page("/no")).await.expect_err("forbidden").class, ErrorClass::Robots);
    fetch(&fetcher, &page("/yes")).await.expect("allowed");
    fetch(&fetcher, &page("/yes")).await.expect("allowed");
    assert_eq!(server.paths(), ["/no", "/robots.txt", "/yes", "/yes"], "robots.txt is asked once");
    let start = clock().now();
    let states = fetcher.hosts();
    // A gap after the feed, after robots.txt, then two crawl-delays.
    assert_eq!(states[0].not_before, start.plus_seconds(1 + 1 + 7 + 7));
    assert_eq!((states[0].robots_status, states[0].requests_today), (200, 4));
}

#[tokio::test]
async fn robots_that_fail_forbid_and_robots_that_are_missing_allow() {
    let server = Server::start().await;
    server.on("/page", [Reply::ok("page")]).on("/robots.txt", [Reply::new(503, "")]);
    let ask = Ask::new(server.url("/page"), Purpose::Page);
    let error = fetch(&live(&settings(&server)), &ask).await.expect_err("unreachable");
    assert_eq!((error.class, error.retry_after), (ErrorClass::Robots, Some(1800)));
    server
        .on("/robots.txt", [Reply::redirect(302, "/elsewhere")])
        .on("/elsewhere", [Reply::ok("User-agent: boji\nDisallow: /")]);
    assert_eq!(fetch(&live(&settings(&server)), &ask).await.expect_err("forbidden").class, ErrorClass::Robots);
    server.on("/robots.txt", [Reply::hangup()]);
    let fetcher = live(&settings(&server));
    assert_eq!(fetch(&fetcher, &ask).await.expect_err("no answer").class, ErrorClass::Connect);
    let error = fetch(&fetcher, &ask).await.expect_err("no answer");
    assert_eq!((error.class, error.retry_after), (ErrorClass::Robots, Some(1800)));
    server.on("/robots.txt", [Reply::new(404, "User-agent: *\nDisallow: /")]);
    fetch(&live(&settings(&server)), &ask).await.expect("no rules");
}

type Headers = Vec<(String, String)>;

/// A transport that knows its answers by heart and notes what it was asked.
#[derive(Default)]
struct Canned {
    answers: BTreeMap<&'static str, (u16, Headers)>,
    asked: Mutex<Vec<String>>,
}

impl Transport for Canned {
    fn exchange<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Exchange, FetchError>> {
        let url = request.url.clone();
        self.asked.lock().expect("sound").push(url.clone());
        let (status, headers) = self.answers.get(url.as_str()).cloned().unwrap_or((200, Vec::new()));
        let at = clock().now();
        Box::pin(std::future::ready(Ok(Exchange { url, status, headers, body: Vec::new(), at })))
    }
}

#[tokio::test]
async fn a_public_host_that_says_stop_is_left_alone() {
    let mut canned = Canned::default();
    canned.answers.insert("https://a.example/1", (429, vec![("retry-after".into(), "3600".into())]));
    let canned = Arc::new(canned);
    let settings = Settings::default().fetch;
    let fetcher = Fetcher::new(canned.clone(), clock(), &settings, Vec::new());
    assert_eq!(class(&fetcher, "https://a.example/1").await, Some(ErrorClass::RateLimited));
    let error = get(&fetcher, "https://a.example/2").await.expect_err("the host rests");
    assert_eq!((error.class, error.retry_after, error.is_host_wide()), (ErrorClass::HostPaused, Some(3600), true));
    assert_eq!(class(&fetcher, "https://b.example/2").await, None, "other hosts go on");
    let restarted = Fetcher::new(canned.clone(), clock(), &settings, fetcher.hosts());
    assert_eq!(class(&restarted, "https://a.example/2").await, Some(ErrorClass::HostPaused));
    assert_eq!(restarted.strikes("a.example"), 1);
    assert_eq!(*canned.asked.lock().expect("sound"), ["https://a.example/1", "https://b.example/2"]);
}

#[tokio::test]
async fn the_slow_lane_has_a_budget_a_day() {
    let settings = FetchSettings { slow_daily_budget: 3, ..Settings::default().fetch };
    let (clock, canned) = (clock(), Arc::new(Canned::default()));
    let used = HostState {
        host: "mp.weixin.qq.com".into(),
        day: "2026-11-24".into(),
        requests_today: 1,
        ..HostState::default()
    };
    let fetcher = Fetcher::new(canned, clock.clone(), &settings, vec![used]);
    let start = clock.now();
    assert_eq!(class(&fetcher, "https://mp.weixin.qq.com/s/a").await, None);
    assert_eq!(class(&fetcher, "https://mp.weixin.qq.com/s/b").await, None);
    assert_eq!(clock.now(), start.plus_seconds(5), "the gap of the slow lane");
    clock.advance_to(start.plus_seconds(10));
    let error = get(&fetcher, "https://mp.weixin.qq.com/s/c").await.expect_err("used up");
    assert_eq!((error.class, error.retry_after), (ErrorClass::Budget, Some(16 * 3600 - 10)));
}

#[tokio::test]
async fn a_host_never_gets_two_requests_at_once() {
    let (one, other) = (Server::start().await, Server::start().await);
    one.on("/a", [Reply::ok("slow").trickle(5)]);
    other.on("/b", [Reply::ok("free")]);
    let allow_private = vec![one.host().to_owned(), other.host().to_owned()];
    let fetcher = Arc::new(live(&FetchSettings { allow_private, ..settings(&one) }));
    let mut tasks = tokio::task::JoinSet::new();
    for url in [one.url("/a"), one.url("/a"), other.url("/b"), one.url("/a"), one.url("/a")] {
        let fetcher = Arc::clone(&fetcher);
        tasks.spawn(async move { get(&fetcher, &url).await.expect("fetched").body.len() });
    }
    while tasks.join_next().await.is_some() {}
    assert_eq!((one.log().len(), one.most_at_once(), other.log().len()), (4, 1, 1));
}

/// As Basic authentication has `me:SECRET`.
const PROXY_ACCOUNT: &str = "Basic bWU6U0VDUkVU";

#[tokio::test]
async fn a_proxy_is_asked_for_everything_but_private_addresses() {
    let proxy = Server::start().await;
    proxy.on("http://mill.example/feed", [Reply::ok("through")]);
    let address = proxy.url("").replace("http://", "http://me:SECRET@");
    let through = FetchSettings { proxy: address, allow_private: Vec::new(), ..settings(&proxy) };
    let fetcher = live(&through);
    let capture = get(&fetcher, "http://mill.example/feed").await.expect("fetched");
    assert_eq!(capture.body, b"through");
    assert_eq!(proxy.log()[0].header("proxy-authorization"), Some(PROXY_ACCOUNT));
    for private in ["http://127.0.0.1:9/", "http://10.0.0.7/feed", "http://[::1]/", "http://169.254.169.254/latest"] {
        assert_eq!(class(&fetcher, private).await, Some(ErrorClass::PrivateAddress), "{private}");
    }
    assert_eq!(proxy.paths(), ["http://mill.example/feed"], "no word of them reached the proxy");
    // A tunnel that it does not give.
    let error = get(&fetcher, "https://mill.example/feed").await.expect_err("no tunnel");
    assert!(!format!("{error} {error:?}").contains("SECRET"), "{error:?}");
    let closed = FetchSettings { proxy: "socks5://me:SECRET@127.0.0.1:1".into(), ..through };
    let error = get(&live(&closed), "http://mill.example/feed").await.expect_err("nobody is there");
    assert_eq!(error.class, ErrorClass::Connect);
    assert!(!format!("{error} {error:?}").contains("SECRET"), "{error:?}");
}

/// A request of somebody who has an answer already.
fn request(url: &str) -> Request {
    let headers = [("accept", "*/*"), ("if-none-match", "\"é\"")].map(|(name, value)| (name.into(), value.into()));
    Request { url: url.to_owned(), headers: headers.into(), secret_headers: Vec::new() }
}

/// Sends the same requests and notes what comes, failures as their class and message.
async fn play(transport: &dyn Transport, urls: &[String]) -> Vec<Result<Exchange, String>> {
    let mut played = Vec::new();
    for url in urls {
        let outcome = transport.exchange(&request(url)).await;
        played.push(outcome.map_err(|error| format!("{}: {}", error.class, error.message)));
    }
    played
}

#[tokio::test]
async fn a_replay_gives_what_was_recorded() {
    let server = Server::start().await;
    server
        .on("/twice", [Reply::ok("one").gzip(), Reply::new(304, "").header("ETag", "\"é\"")])
        .on("/moved", [Reply::redirect(301, "/twice")])
        .on("/cut", [Reply::ok("twelve bytes").cut(5), Reply::ok("twelve bytes")])
        .on("/binary", [Reply::ok([0, 255, b'\r', b'\n', 128].as_slice())])
        .on("/down", [Reply::hangup()]);
    let urls: Vec<String> = ["/twice", "/moved", "/twice", "/cut", "/cut", "/binary", "/down", "/missing"]
        .map(|path| server.url(path))
        .into();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.warc.gz");
    let clock = clock();
    let transport = Live::new(&settings(&server), clock.clone()).expect("a client");
    let recorder = Recorder::create(&path, transport, clock.clone()).expect("a new file");
    let recorded = play(&recorder, &urls).await;
    recorder.finish().expect("written");
    assert_eq!(recorded.iter().filter(|outcome| outcome.is_err()).count(), 2, "{recorded:?}");

    let bytes = std::fs::read(&path).expect("readable");
    for replay in [Replay::open(&path).expect("a tape"), Replay::from_bytes(bytes.clone()).expect("a tape")] {
        assert_eq!(replay.start_time(), Some(clock.now()));
        assert_eq!(play(&replay, &urls).await, recorded);
        let again = play(&replay, &urls[..1]).await;
        assert_eq!(again[0], recorded[2], "the last answer comes again");
        let missed = replay.exchange(&request(&server.url("/never"))).await.expect_err("a miss");
        assert_eq!(missed.class, ErrorClass::NotRecorded);
    }
    assert_eq!(server.log().len(), urls.len(), "a replay asks no server");

    // A recording that was killed half-way keeps what was complete.
    let cut = Replay::from_bytes(bytes[..bytes.len() * 2 / 3].to_vec()).expect("a tape");
    assert_eq!(play(&cut, &urls[..2]).await, recorded[..2]);
}

#[tokio::test]
async fn secrets_are_not_recorded_and_still_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.warc.gz");
    let recorder = Recorder::create(&path, Canned::default(), clock()).expect("a new file");
    play(&recorder, &["https://a.example/s?mid=1&key=SECRET".to_owned()]).await;
    let replay = Replay::open(&path).expect("a tape");
    assert_eq!(replay.urls().collect::<Vec<_>>(), ["https://a.example/s?mid=1&key=redacted"]);
    assert!(replay.exchange(&request("https://a.example/s?mid=1&key=OTHER")).await.is_ok());
}

#[tokio::test]
async fn recordings_of_other_tools_are_read() {
    let record = |kind: &str, id: u8, extra: &str, block: &str| {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{id}>\r\nWARC-Date: 2020-01-02T03:04:05Z\r\n\
             WARC-Target-URI: <https://a.example/{id}>\r\nContent-Type: application/http; msgtype={kind}\r\n{extra}\
             Content-Length: {}\r\n\r\n{block}\r\n\r\n",
            block.len()
        )
    };
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nETag: \"x\"\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    let decoded = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nplain after all";
    let posted = "HTTP/1.1 200 OK\r\n\r\nanswer to a form";
    let plain = [
        record("response", 1, "", chunked),
        record("response", 2, "", decoded),
        record("response", 3, "", posted),
        record("request", 4, "WARC-Concurrent-To: <urn:uuid:3>\r\n", "POST /3 HTTP/1.1\r\n\r\n"),
        record("metadata", 5, "", "fetchTimeMs: 12\r\n"),
        record("response", 6, "", "HTTP/1.1 404 Not Found\r\n\r\n"),
    ]
    .concat();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(plain.as_bytes()).expect("memory");
    let one_member = encoder.finish().expect("memory");
    for bytes in [plain.into_bytes(), one_member] {
        let replay = Replay::from_bytes(bytes).expect("a tape");
        let urls = ["https://a.example/1", "https://a.example/2", "https://a.example/6"];
        assert_eq!(replay.urls().collect::<Vec<_>>(), urls);
        let played = play(&replay, &urls.map(str::to_owned)).await;
        let bodies: Vec<_> =
            played.iter().map(|one| one.as_ref().map(|one| (one.status, one.body.as_slice()))).collect();
        assert_eq!(bodies, [Ok((200, b"hello".as_slice())), Ok((200, b"plain after all")), Ok((404, b""))]);
        assert_eq!(played[0].as_ref().map(|one| one.header("etag")), Ok(Some("\"x\"")));
        assert_eq!(replay.start_time(), Timestamp::parse("2020-01-02T03:04:05Z"));
    }
    assert!(Replay::from_bytes(b"no WARC at all".to_vec()).is_err());
    assert!(Replay::open(Path::new("no/such/file.warc.gz")).is_err());
}
