use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use boji_clean::model::Date;
use boji_clean::rules::Rules;
use serde::Serialize;

use super::arguments::{self, AddedKind, Arguments};
use super::exit::Exit;
use super::find::{Found, Visitor, find};
use super::mistake::Mistake;
use super::output::Output;
use super::{report, run, set, workplace};
use crate::config::{self, FetchSettings, Loaded, Settings};
use crate::discover::{self, FoundFeed};
use crate::fetch::{Ask, CookieJar, Fetcher, Keeper, Kept, Live, Purpose, redact_url};
use crate::model::{Clock, ManualClock, Schedule, Source, SourceKind, SourceState, SystemClock};
use crate::pipeline::{self, Errand, RunOptions, RunReport, Setup, Stop};
use crate::store::{Batch, Store};

/// Id of the source that collects single articles.
const LINKS: &str = "links";
/// Album polls: an album grows by an article a day at most, and its host locks out eager readers.
const ALBUM_SECONDS: u32 = 6 * 3_600;

/// What was added, for `--json`.
#[derive(Serialize)]
struct Added {
    url: String,
    source: Source,
    what: String,
    /// It was not there before.
    new: bool,
    /// It was there, and is another now.
    changed: bool,
    /// Feeds of the same page that were not taken.
    others: Vec<Other>,
}

#[derive(Serialize)]
struct Other {
    url: String,
    title: String,
    entries: usize,
}

/// Looks at each address, says what it is and adds it as a source. What came of a feed while it was looked at is taken in: to its
/// server it has been polled.
pub(super) fn run(command: &arguments::Add, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let loaded = workplace::configuration(arguments)?;
    let wished = command.wishes.apply(Source::new(SourceKind::Feed, "", "", Schedule::Every(ALBUM_SECONDS)))?;
    let addresses = addresses(command)?;
    if command.id.is_some() && (addresses.len() != 1 || command.all_feeds) {
        return Err(Mistake::usage("--id goes with one address", "leave --id out, or add one address at a time").into());
    }
    let rules = workplace::rules_of(&loaded)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let kept = Kept::default();
    let live = Keeper::new(Live::new(&loaded.settings.fetch, Arc::clone(&clock))?, kept.clone());
    let fetcher = Fetcher::new(Arc::new(live), Arc::clone(&clock), &loaded.settings.fetch, store.hosts()?);
    let cookies = match wished.cookies.as_str() {
        "" => Arc::default(),
        path => Arc::new(
            CookieJar::read(Path::new(path)).with_context(|| format!("failed to read the cookies in {path}"))?.0,
        ),
    };
    let visitor = Visitor { fetcher: &fetcher, wished, cookies };
    let runtime = run::runtime()?;
    let adding = Adding { command, loaded: &loaded, output };
    let mut failed = false;
    let mut new = Vec::new();
    for address in &addresses {
        let found = runtime.block_on(find(&visitor, address, &rules));
        match found.and_then(|found| adding.add(store.as_mut(), address, found)) {
            Ok(ids) => new.extend(ids),
            Err(error) => {
                failed = true;
                let (_, hint) = workplace::classify(&error);
                output.warn(format_args!("failed to add {}: {error:#}", redact_url(address)), hint.as_deref());
            }
        }
    }
    let mut store = take_in(store, &new, kept, rules, &loaded.settings, &runtime, output)?;
    // What the hosts were asked counts against their gaps and budgets in the next run too.
    let hosts = Batch { hosts: fetcher.hosts(), ..Batch::default() };
    store.commit(&hosts, &crate::dedup::decide)?;
    Ok(if failed { Exit::Partial } else { Exit::Done })
}

/// Reads the answers of new sources as a run does that polls them, without asking anybody anything.
fn take_in(
    store: Box<dyn Store>,
    ids: &[String],
    kept: Kept,
    rules: Rules,
    settings: &Settings,
    runtime: &tokio::runtime::Runtime,
    output: Output,
) -> anyhow::Result<Box<dyn Store>> {
    let is_kept = |source: &Source| {
        let asked = url::Url::parse(&Ask::new(&source.url, Purpose::Feed).url);
        asked.is_ok_and(|url| kept.has(url.as_str()))
    };
    let sources = store.sources()?.into_iter().filter(|(source, _)| ids.contains(&source.id) && is_kept(source));
    let sources: Vec<String> = sources.map(|(source, _)| source.id).collect();
    if sources.is_empty() {
        return Ok(store);
    }
    let setup = Setup {
        transport: Arc::new(kept),
        // Nobody is asked, so no pace is to be kept and no time passes.
        clock: Arc::new(ManualClock::new(SystemClock.now())),
        rules,
        settings: Settings {
            fetch: FetchSettings { slow_daily_budget: u32::MAX, ..settings.fetch.clone() },
            ..settings.clone()
        },
        stop: Stop::new(),
        listen: Box::new(|_| {}),
    };
    let options = RunOptions { sources, offline: true, errand: Errand::PollOnly, ..RunOptions::default() };
    let (report, store) = runtime.block_on(pipeline::run(setup, store, &options))?;
    tell_taken(&report, output);
    Ok(store)
}

fn tell_taken(report: &RunReport, output: Output) {
    if output.json {
        return;
    }
    for source in &report.sources {
        output.note(format_args!("{}: {}", source.source, report::outcome(source)));
    }
    let waiting = report.total(|source| source.waiting_pages);
    if waiting > 0 {
        output.note(format_args!("the next `boji run` asks for {waiting} pages"));
    }
}

fn addresses(command: &arguments::Add) -> anyhow::Result<Vec<String>> {
    let mut urls = Vec::new();
    for url in &command.urls {
        if url == "-" {
            for line in std::io::stdin().lines() {
                urls.push(line.context("failed to read stdin")?);
            }
        } else {
            urls.push(url.clone());
        }
    }
    urls =
        urls.iter().map(|url| url.trim().to_owned()).filter(|url| !url.is_empty() && !url.starts_with('#')).collect();
    if urls.is_empty() {
        return Err(
            Mistake::usage("no address was given", "name a feed, a page or a WeChat album: `boji add URL`").into()
        );
    }
    if let Some(path) = urls.iter().find(|url| !url.contains("://") && Path::new(url).exists()) {
        return Err(Mistake::usage(format!("{path} is a file or folder"), "`boji import PATH` takes it in").into());
    }
    Ok(urls)
}

/// What all addresses of one command have in common.
struct Adding<'a> {
    command: &'a arguments::Add,
    loaded: &'a Loaded,
    output: Output,
}

impl Adding<'_> {
    /// Adds what was found at an address; the ids of the sources that are new.
    fn add(&self, store: &mut dyn Store, address: &str, found: Found) -> anyhow::Result<Vec<String>> {
        match found {
            Found::Feeds(feeds) => self.add_feeds(store, address, &feeds),
            Found::Album(album) => {
                let schedule = Schedule::Every(ALBUM_SECONDS);
                self.add_address(store, address, &album.canonical(), SourceKind::Album, schedule, "WeChat album")
            }
            Found::Article(url, what) => self.add_link(store, address, &url, what),
            Found::Page { url, .. } if self.command.kind == Some(AddedKind::Article) => {
                self.add_link(store, address, &url, "single page")
            }
            Found::Page { seems, of_others, .. } => Err(undecided(&seems, &of_others).into()),
        }
    }

    fn add_feeds(&self, store: &mut dyn Store, address: &str, feeds: &[FoundFeed]) -> anyhow::Result<Vec<String>> {
        let wanted = match self.command.feed {
            Some(number) => {
                let feed = number.checked_sub(1).and_then(|place| feeds.get(place));
                let wrong =
                    || Mistake::usage(format!("there is no feed {number}"), format!("there are {}", feeds.len()));
                vec![feed.ok_or_else(wrong)?]
            }
            None => feeds.iter().take(if self.command.all_feeds { feeds.len() } else { 1 }).collect(),
        };
        let mut new = Vec::new();
        for feed in &wanted {
            let what = format!("feed of {} entries", feed.entries);
            let schedule = Schedule::Every(self.loaded.settings.run.interval_minutes * 60);
            let source = self.source(store, &feed.url, &feed.title, SourceKind::Feed, schedule)?;
            let others = feeds.iter().filter(|other| !wanted.contains(other)).map(|other| Other {
                url: redact_url(&other.url),
                title: other.title.clone(),
                entries: other.entries,
            });
            new.extend(self.put(store, address, source, what, others.collect())?);
        }
        for (number, feed) in (1..).zip(feeds).filter(|(_, feed)| !wanted.contains(feed)) {
            let Other { url, title, entries } =
                Other { url: redact_url(&feed.url), title: feed.title.clone(), entries: feed.entries };
            self.output.note(format_args!("  it has another feed: {number}  {url}  {title} ({entries} entries)"));
        }
        if wanted.len() < feeds.len() {
            self.output.note("  `--feed N` takes another one, `--all-feeds` all of them");
        }
        Ok(new)
    }

    fn add_address(
        &self,
        store: &mut dyn Store,
        address: &str,
        url: &str,
        kind: SourceKind,
        schedule: Schedule,
        what: &str,
    ) -> anyhow::Result<Vec<String>> {
        let source = self.source(store, url, "", kind, schedule)?;
        self.put(store, address, source, what.to_owned(), Vec::new())
    }

    /// The source for an address: the one that is polled there already, or a new one.
    fn source(
        &self,
        store: &dyn Store,
        url: &str,
        title: &str,
        kind: SourceKind,
        schedule: Schedule,
    ) -> anyhow::Result<Source> {
        let sources = store.sources()?;
        let taken: BTreeSet<&str> = sources.iter().map(|(source, _)| source.id.as_str()).collect();
        if let Some((known, _)) = sources.iter().find(|(other, _)| other.kind == kind && other.url == url) {
            if let Some(id) = self.command.id.as_ref().filter(|id| **id != known.id) {
                anyhow::bail!("{} is polled there already, and {id} would be a second one", known.id);
            }
            return Ok(known.clone());
        }
        let id = self.command.id.clone().unwrap_or_else(|| discover::suggest_id(url, &|id| taken.contains(id)));
        if let Some(problem) = config::source_id_problem(&id) {
            anyhow::bail!("the id {id} {problem}");
        }
        if let Some((other, _)) = sources.iter().find(|(other, _)| other.id == id) {
            anyhow::bail!("the id {} is taken by {}", other.id, other.name);
        }
        let name = if title.is_empty() { url } else { title };
        let time_zone_minutes = config::default_time_zone(url);
        Ok(Source { name: name.to_owned(), time_zone_minutes, ..Source::new(kind, id, url, schedule) })
    }

    /// Puts a link into the source of single links.
    fn add_link(&self, store: &mut dyn Store, address: &str, url: &str, what: &str) -> anyhow::Result<Vec<String>> {
        let sources = store.sources()?;
        let schedule = Schedule::Every(self.loaded.settings.run.interval_minutes * 60);
        let source = with_link(url, &sources, schedule, self.command.id.as_deref())?;
        self.put(store, address, source, what.to_owned(), Vec::new())
    }

    /// Stores a source as it is wished for, and tells of it; its id, when it was not there.
    fn put(
        &self,
        store: &mut dyn Store,
        address: &str,
        source: Source,
        what: String,
        others: Vec<Other>,
    ) -> anyhow::Result<Vec<String>> {
        let source = self.command.wishes.apply(source)?;
        let present = store.sources()?.into_iter().find(|(other, _)| other.id == source.id);
        let is_known = present.is_some();
        let changed = present.as_ref().is_some_and(|(other, _)| *other != source);
        if changed && self.loaded.sources.iter().any(|other| other.id == source.id) {
            return Err(set::stands_in_file(&source.id).into());
        }
        if (!is_known || changed) && !self.command.dry_run {
            store.put_source(&source)?;
            if let Some((other, state)) = present
                && other.schedule != source.schedule
            {
                let state = SourceState { next_due: state.last_tried, ..state };
                let batch = Batch { source_states: vec![(source.id.clone(), state)], ..Batch::default() };
                store.commit(&batch, &crate::dedup::decide)?;
            }
        }
        let id = source.id.clone();
        let shown = workplace::shown(source);
        if self.output.json {
            let url = redact_url(address);
            self.output.json(&Added { url, source: shown, what, new: !is_known, changed, others })?;
        } else {
            let verb = match (is_known, changed, self.command.dry_run) {
                (true, false, _) => "known",
                (true, true, true) => "would change",
                (true, true, false) => "changed",
                (false, _, true) => "would add",
                (false, _, false) => "added",
            };
            self.output.note(format_args!("{verb} {}: {what}, {}", shown.id, shown.name));
        }
        Ok(if is_known || self.command.dry_run { Vec::new() } else { vec![id] })
    }
}

/// Why a page is not added that may be anything.
fn undecided(seems: &str, of_others: &[String]) -> Mistake {
    let message = match seems {
        "" => "it names no feed, and is no single article".to_owned(),
        seems => format!("it names no feed; {seems}"),
    };
    let hint = match of_others.first() {
        Some(other) => format!(
            "`--as article` takes this one page; it links to feeds of other sites, such as {}",
            redact_url(other)
        ),
        None => "`--as article` takes this one page".to_owned(),
    };
    Mistake { exit: Exit::Partial, message, hint }
}

/// The source of single links with one more link in it.
fn with_link(
    url: &str,
    sources: &[(Source, SourceState)],
    schedule: Schedule,
    id: Option<&str>,
) -> anyhow::Result<Source> {
    let free = || {
        let is_taken = |id: &str| sources.iter().any(|(source, _)| source.id == id && source.kind != SourceKind::Urls);
        if is_taken(LINKS) { discover::numbered(LINKS, &is_taken) } else { LINKS.to_owned() }
    };
    let id = id.map_or_else(free, str::to_owned);
    if let Some(problem) = config::source_id_problem(&id) {
        anyhow::bail!("the id {id} {problem}");
    }
    let known = sources.iter().find(|(source, _)| source.id == id);
    if let Some((other, _)) = known.filter(|(source, _)| source.kind != SourceKind::Urls) {
        anyhow::bail!("the id {} is taken by {}", other.id, other.name);
    }
    let fresh = || Source {
        name: "Single links".to_owned(),
        time_zone_minutes: Date::BEIJING,
        fetch_pages: true,
        ..Source::new(SourceKind::Urls, id.clone(), "", schedule)
    };
    let mut source = known.map_or_else(fresh, |(source, _)| source.clone());
    if !source.urls.iter().any(|known| known == url) {
        source.urls.push(url.to_owned());
    }
    Ok(source)
}
