//! A web in memory, a store in a folder and time that stands still until somebody moves it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use boji::seams::config::Settings;
use boji::seams::fetch::{Exchange, FetchError, Request, Transport};
use boji::seams::model::{
    BoxFuture, Clock, Entry, ErrorClass, ManualClock, Schedule, Source, SourceKind, SourceState, StoredArticle,
};
use boji::seams::pipeline::{ImportOptions, RunOptions, RunReport, Setup, Stop, import, run};
use boji::seams::store::{Access, SqliteStore, Store, Waiting};
use boji_clean::model::{Date, Timestamp};
use boji_clean::rules::Rules;

use crate::place::every_article;

/// When every scene begins: a Thursday in October 2025, shortly before nine by Greenwich.
pub const BEGINNING: i64 = 1_760_000_000;

/// What an address answers; `None` is no answer at all.
pub type Answer = Option<(u16, Vec<(String, String)>, String)>;

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub at: Timestamp,
}

impl Asked {
    /// The value of a header, `None` when it was not sent.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether it asks for what changed alone.
    pub fn is_conditional(&self) -> bool {
        self.header("if-none-match").is_some() || self.header("if-modified-since").is_some()
    }
}

/// One whole answer.
#[derive(Clone, Debug)]
pub struct Given {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Given {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    pub fn redirect(status: u16, to: &str) -> Self {
        Self::new(status, "").header("location", to)
    }

    /// Itself with a header more, its name in lower case.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// What an address makes of a request: an answer, or why none comes.
type Play = Arc<dyn Fn(&Asked) -> Result<Given, ErrorClass> + Send + Sync>;

/// What addresses answer, and what was asked. One that is not known answers 404.
struct Web {
    plays: Mutex<BTreeMap<String, Play>>,
    asked: Mutex<Vec<String>>,
    requests: Mutex<Vec<Request>>,
    log: Mutex<Vec<Asked>>,
    clock: Arc<ManualClock>,
}

impl Transport for Web {
    fn exchange<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Exchange, FetchError>> {
        self.requests.lock().expect("whole").push(request.clone());
        let play = self.plays.lock().expect("whole").get(&request.url).cloned();
        if !request.url.ends_with("/robots.txt") {
            self.asked.lock().expect("whole").push(request.url.clone());
        }
        let (url, at) = (request.url.clone(), self.clock.now());
        let asked = Asked { url: url.clone(), headers: request.headers.clone(), at };
        let given = play.map_or_else(|| Ok(Given::new(404, "")), |play| play(&asked));
        self.log.lock().expect("whole").push(asked);
        Box::pin(async move {
            let Given { status, headers, body } =
                given.map_err(|class| FetchError::new(&url, class, class.phrase()))?;
            Ok(Exchange { url, status, headers, body, at })
        })
    }
}

/// A store, a web and a clock.
pub struct Scene {
    folder: tempfile::TempDir,
    web: Arc<Web>,
    rules: Rules,
    pub clock: Arc<ManualClock>,
    /// In force from the next run on.
    pub settings: Settings,
}

impl Scene {
    pub fn new() -> Self {
        let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(BEGINNING)));
        let web = Web {
            plays: Mutex::default(),
            asked: Mutex::default(),
            requests: Mutex::default(),
            log: Mutex::default(),
            clock: Arc::clone(&clock),
        };
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            web: Arc::new(web),
            rules: Rules::shipped(),
            clock,
            settings: Settings::default(),
        }
    }

    pub fn store(&self) -> SqliteStore {
        SqliteStore::open(&self.folder.path().join("boji.db"), Access::Write).expect("a store")
    }

    /// What an address answers from now on: 304 to who knows its `etag`.
    pub fn answer(&self, url: &str, answer: Answer) {
        let given = answer.map(|(status, headers, body)| Given { status, headers, body: body.into_bytes() });
        self.on(url, move |asked| {
            let given = given.clone().ok_or(ErrorClass::Timeout)?;
            let etag = given.headers.iter().find(|(name, _)| name == "etag").map(|(_, value)| value.as_str());
            let is_known = etag.is_some() && asked.header("if-none-match") == etag;
            Ok(if is_known { Given { status: 304, body: Vec::new(), ..given } } else { given })
        });
    }

    /// What an address makes of each request from now on.
    pub fn on(&self, url: &str, play: impl Fn(&Asked) -> Result<Given, ErrorClass> + Send + Sync + 'static) {
        self.web.plays.lock().expect("whole").insert(url.to_owned(), Arc::new(play));
    }

    /// Gives these answers, one after the other, then the last one again.
    pub fn in_turn(&self, url: &str, answers: impl Into<Vec<Given>>) {
        let (answers, given) = (answers.into(), AtomicUsize::new(0));
        self.on(url, move |_| {
            let number = given.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
            Ok(answers[number].clone())
        });
    }

    /// All requests so far, in order.
    pub fn log(&self) -> Vec<Asked> {
        self.web.log.lock().expect("whole").clone()
    }

    /// Those for one address.
    pub fn requests(&self, url: &str) -> Vec<Asked> {
        self.log().into_iter().filter(|asked| asked.url == url).collect()
    }

    /// Whole minutes from the scene's beginning to each request for an address.
    pub fn minutes(&self, url: &str) -> Vec<i64> {
        self.requests(url).iter().map(|asked| (asked.at.as_seconds() - BEGINNING) / 60).collect()
    }

    /// Polls what is due at each of these minutes after the scene's beginning, as a scheduler does.
    pub async fn play(&self, minutes: impl IntoIterator<Item = i64>) {
        for minute in minutes {
            self.clock.advance_to(Timestamp::from_seconds(BEGINNING + minute * 60));
            self.run_due().await;
        }
    }

    /// Polls one source though it may not be due, as a person does.
    pub async fn run_named(&self, id: &str) -> RunReport {
        self.run_by(&self.clock, &RunOptions { sources: vec![id.to_owned()], ..RunOptions::default() }).await
    }

    /// A source and what is remembered of it.
    pub fn source(&self, id: &str) -> (Source, SourceState) {
        let sources = self.store().sources().expect("readable");
        sources.into_iter().find(|(source, _)| source.id == id).unwrap_or_else(|| panic!("no source {id}"))
    }

    /// Titles of all articles, sorted.
    pub fn titles(&self) -> Vec<String> {
        let mut titles: Vec<String> =
            self.articles().into_iter().map(|stored| stored.submission.article.title).collect();
        titles.sort();
        titles
    }

    /// A page that an address gives from now on.
    pub fn page(&self, url: &str, page: String) {
        self.answer(url, Some((200, vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())], page)));
    }

    /// A feed that an address gives from now on.
    pub fn feed(&self, url: &str, feed: String) {
        self.answer(url, Some((200, vec![("content-type".to_owned(), "application/atom+xml".to_owned())], feed)));
    }

    /// Lets time pass.
    pub async fn pass(&self, seconds: i64) {
        self.clock.sleep_until(self.clock.now().plus_seconds(seconds)).await;
    }

    /// Writes a file below a folder and imports the folder.
    pub fn import(&self, folder: &str, file: &str, content: &[u8]) -> RunReport {
        let path = self.folder.path().join(folder).join(file);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(&path, content).expect("written");
        let options = ImportOptions { paths: vec![self.folder.path().join(folder)], source: None, jobs: 1 };
        let (rules, settings) = (Rules::shipped(), Settings::default());
        let (now, stop) = (self.clock.now(), Stop::new());
        let imported = import(&mut self.store(), &options, &rules, &settings.run, now, &stop, &|_, _| {});
        assert!(imported.broken_off.is_none(), "{imported:?}");
        imported.report
    }

    /// Polls all sources.
    pub async fn run(&self) -> RunReport {
        self.run_by(&self.clock, &RunOptions { all: true, ..RunOptions::default() }).await
    }

    /// Polls what is due.
    pub async fn run_due(&self) -> RunReport {
        self.run_by(&self.clock, &RunOptions::default()).await
    }

    /// Polls what is due under other settings.
    pub async fn run_with(&self, settings: Settings) -> RunReport {
        self.run_as(&self.clock, &RunOptions::default(), settings).await
    }

    /// A run of a machine whose clock shows another time.
    pub async fn run_by(&self, clock: &Arc<ManualClock>, options: &RunOptions) -> RunReport {
        self.run_as(clock, options, self.settings.clone()).await
    }

    async fn run_as(&self, clock: &Arc<ManualClock>, options: &RunOptions, settings: Settings) -> RunReport {
        let setup = Setup {
            transport: Arc::clone(&self.web) as Arc<dyn Transport>,
            clock: Arc::clone(clock) as Arc<dyn Clock>,
            rules: self.rules.clone(),
            settings,
            stop: Stop::new(),
            listen: Box::new(|_| {}),
        };
        run(setup, Box::new(self.store()), options).await.expect("a run").0
    }

    /// Adds a list of addresses.
    pub fn add(&self, id: &str, urls: &[&str]) {
        let source = Source {
            urls: urls.iter().map(|&url| url.to_owned()).collect(),
            time_zone_minutes: Date::BEIJING,
            fetch_pages: true,
            ..Source::new(SourceKind::Urls, id, "", Schedule::Every(3_600))
        };
        self.store().put_source(&source).expect("stored");
    }

    /// Adds a feed that is polled every hour.
    pub fn add_feed(&self, id: &str, url: &str) {
        let source = Source::new(SourceKind::Feed, id, url, Schedule::Every(3_600));
        self.store().put_source(&source).expect("stored");
    }

    /// Adds a list page or a sitemap that is polled every hour.
    pub fn add_list(&self, kind: SourceKind, id: &str, url: &str) {
        self.store().put_source(&Source::new(kind, id, url, Schedule::Every(3_600))).expect("stored");
    }

    /// Addresses asked for since the last question.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.web.asked.lock().expect("whole"))
    }

    /// All requests so far, those for robots.txt among them.
    pub fn sent(&self) -> Vec<Request> {
        self.web.requests.lock().expect("whole").clone()
    }

    /// A path beside the store.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file beside the store.
    pub fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("written");
        path
    }

    pub fn articles(&self) -> Vec<StoredArticle> {
        every_article(&self.store())
    }

    pub fn pending(&self) -> Vec<Entry> {
        self.store().pending(None, Waiting::all(self.clock.now()), 100).expect("readable")
    }
}
