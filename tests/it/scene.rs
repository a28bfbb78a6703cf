//! A web in memory, a store in a folder and time that stands still until somebody moves it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use boji::seams::config::Settings;
use boji::seams::fetch::{Exchange, FetchError, Request, Transport};
use boji::seams::model::{
    BoxFuture, Clock, Entry, ErrorClass, ManualClock, Schedule, Source, SourceKind, StoredArticle,
};
use boji::seams::pipeline::{ImportOptions, RunOptions, RunReport, Setup, Stop, import, run};
use boji::seams::store::{Access, SqliteStore, Store, Waiting};
use boji_clean::model::{Date, Timestamp};
use boji_clean::rules::Rules;

use crate::place::every_article;

/// What an address answers; `None` is no answer at all.
pub type Answer = Option<(u16, Vec<(String, String)>, String)>;

/// What addresses answer, and what was asked. One that is not known answers 404; one whose `etag` is known to who asks, 304.
struct Web {
    answers: Mutex<BTreeMap<String, Answer>>,
    asked: Mutex<Vec<String>>,
    requests: Mutex<Vec<Request>>,
    clock: Arc<ManualClock>,
}

impl Transport for Web {
    fn exchange<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Exchange, FetchError>> {
        self.requests.lock().expect("whole").push(request.clone());
        let answer = self.answers.lock().expect("whole").get(&request.url).cloned();
        if !request.url.ends_with("/robots.txt") {
            self.asked.lock().expect("whole").push(request.url.clone());
        }
        let url = request.url.clone();
        let at = self.clock.now();
        let asked_with = request.headers.clone();
        Box::pin(async move {
            let Some((status, headers, body)) = answer.unwrap_or_else(|| Some((404, Vec::new(), String::new()))) else {
                return Err(FetchError::new(&url, ErrorClass::Timeout, "nobody answered"));
            };
            let given = |wanted: &str, all: &[(String, String)]| {
                all.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
            };
            let known = given("if-none-match", &asked_with);
            if known.is_some() && known == given("etag", &headers) {
                return Ok(Exchange { url, status: 304, headers, body: Vec::new(), at });
            }
            Ok(Exchange { url, status, headers, body: body.into_bytes(), at })
        })
    }
}

/// A store, a web and a clock.
pub struct Scene {
    folder: tempfile::TempDir,
    web: Arc<Web>,
    pub clock: Arc<ManualClock>,
}

impl Scene {
    pub fn new() -> Self {
        let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(1_760_000_000)));
        let web = Web {
            answers: Mutex::default(),
            asked: Mutex::default(),
            requests: Mutex::default(),
            clock: Arc::clone(&clock),
        };
        Self { folder: tempfile::tempdir().expect("a folder"), web: Arc::new(web), clock }
    }

    pub fn store(&self) -> SqliteStore {
        SqliteStore::open(&self.folder.path().join("boji.db"), Access::Write).expect("a store")
    }

    /// What an address answers from now on.
    pub fn answer(&self, url: &str, answer: Answer) {
        self.web.answers.lock().expect("whole").insert(url.to_owned(), answer);
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
        import(&mut self.store(), &options, &rules, &settings.run, now, &stop, &|_, _| {}).expect("imported")
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
        self.run_as(clock, options, Settings::default()).await
    }

    async fn run_as(&self, clock: &Arc<ManualClock>, options: &RunOptions, settings: Settings) -> RunReport {
        let setup = Setup {
            transport: Arc::clone(&self.web) as Arc<dyn Transport>,
            clock: Arc::clone(clock) as Arc<dyn Clock>,
            rules: Rules::shipped(),
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
    pub fn requests(&self) -> Vec<Request> {
        self.web.requests.lock().expect("whole").clone()
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
