//! A folder in which the program runs: its configuration, its data, and nothing of the person's own.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use boji::seams::model::{Entry, FetchRecord, HostState, Outcome, Source, SourceState, StoredArticle};
use boji::seams::store::{Access, Filter, SqliteStore, Store};

use crate::server::Server;

/// The folder. It goes when it is dropped.
pub struct Place {
    folder: tempfile::TempDir,
}

/// How a command ended and what it said.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// The report on stdout.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Place {
    /// A place that may ask these servers, quickly and impatiently. `sources` is the content of `sources.toml`.
    pub fn new(servers: &[&Server], sources: &str) -> Self {
        Self::with_timeout(servers, sources, 1)
    }

    /// As [`Place::new`], waiting so many seconds for an answer.
    pub fn with_timeout(servers: &[&Server], sources: &str, seconds: u32) -> Self {
        let place = Self { folder: tempfile::tempdir().expect("a folder") };
        let hosts: Vec<String> = servers.iter().map(|server| format!("{:?}", server.host())).collect();
        let settings = format!(
            "[fetch]\nconnect_timeout_seconds = {seconds}\nidle_timeout_seconds = {seconds}\n\
             total_timeout_seconds = {seconds}\nmax_body_bytes = 1_000_000\nhost_gap_millis = 1\nslow_hosts = []\n\
             allow_private = [{}]\n",
            hosts.join(", ")
        );
        std::fs::create_dir(place.path("config")).expect("a folder");
        std::fs::write(place.path("config/boji.toml"), settings).expect("written");
        std::fs::write(place.path("config/sources.toml"), sources).expect("written");
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program with this place's configuration and `data` for its data.
    pub fn command_in(&self, data: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_boji"));
        command.arg("--data").arg(self.path(data)).arg("--config").arg(self.path("config")).args(arguments);
        command.current_dir(self.folder.path()).env_clear().env("HOME", self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_in("data", arguments)
    }

    /// Runs a command to its end.
    pub fn boji(&self, arguments: &[&str]) -> Ran {
        ran(&mut self.command(arguments))
    }

    pub fn store(&self) -> SqliteStore {
        self.store_in("data")
    }

    pub fn store_in(&self, data: &str) -> SqliteStore {
        SqliteStore::open(&self.path(data).join("boji.db"), Access::Read).expect("a store")
    }

    pub fn articles(&self) -> Vec<StoredArticle> {
        every_article(&self.store())
    }

    /// Titles of all articles, sorted.
    pub fn titles(&self) -> Vec<String> {
        let mut titles: Vec<String> =
            self.articles().into_iter().map(|stored| stored.submission.article.title).collect();
        titles.sort();
        titles
    }

    pub fn source(&self, id: &str) -> (Source, SourceState) {
        let sources = self.store().sources().expect("readable");
        sources.into_iter().find(|(source, _)| source.id == id).unwrap_or_else(|| panic!("no source {id}"))
    }

    /// The entry that a source named by this address.
    pub fn entry(&self, source: &str, url: &str) -> Entry {
        let candidate = boji_clean::model::Candidate { url: url.to_owned(), ..boji_clean::model::Candidate::default() };
        let key = boji::seams::dedup::entry_key(&candidate);
        let found = self.store().entry(source, &key).expect("readable");
        found.unwrap_or_else(|| panic!("no entry {url}"))
    }

    pub fn history(&self, source: &str) -> Vec<FetchRecord> {
        self.store().history(Some(source), 1_000).expect("readable")
    }

    /// Outcomes of all requests for a source, in order.
    pub fn outcomes(&self, source: &str) -> Vec<&'static str> {
        self.history(source).into_iter().map(|fetch| fetch.outcome.as_str()).collect()
    }

    pub fn host(&self, server: &Server) -> HostState {
        let hosts = self.store().hosts().expect("readable");
        hosts.into_iter().find(|host| host.host == server.host()).expect("a host")
    }
}

/// The articles of a store in its own order.
pub fn every_article(store: &dyn Store) -> Vec<StoredArticle> {
    let mut articles = Vec::new();
    let mut keep = |article| {
        articles.push(article);
        ControlFlow::Continue(())
    };
    store.each_article(&Filter::default(), &mut keep).expect("readable");
    articles
}

pub fn ran(command: &mut Command) -> Ran {
    let output = command.output().expect("started");
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// Waits until something is so; a test that waits in vain fails.
pub fn wait_until(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..30_000 {
        if so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("in vain: {what}");
}

/// Sends a signal to a child, by the system's own command.
pub fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args([name, &pid]).status().expect("a kill command");
    assert!(sent.success());
}

/// A source for `sources.toml`.
pub fn source(id: &str, kind: &str, url: &str) -> String {
    format!("[[source]]\nid = \"{id}\"\nkind = \"{kind}\"\nurl = \"{url}\"\n")
}

/// Every file below a folder with its bytes, by relative path.
pub fn files(folder: &Path) -> std::collections::BTreeMap<PathBuf, Vec<u8>> {
    let mut found = std::collections::BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).expect("readable");
                found.insert(path.strip_prefix(folder).expect("below").to_owned(), bytes);
            }
        }
    }
    found
}

/// The word of what came of the last try of an entry, "" before the first.
pub fn word_of(entry: &Entry) -> &'static str {
    entry.outcome.map_or("", Outcome::as_str)
}

/// All revisions of an article, oldest first.
pub fn every_revision(store: &dyn Store, id: &str) -> Vec<StoredArticle> {
    let numbers = store.revision_numbers(id).expect("readable");
    numbers.into_iter().map(|number| store.revision(id, number).expect("readable").expect("stored")).collect()
}
