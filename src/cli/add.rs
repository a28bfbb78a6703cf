use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use serde::Serialize;

use super::arguments::Arguments;
use super::counted::counted;
use super::exit::Exit;
use super::find::{Found, Visitor, find};
use super::mistake::Mistake;
use super::output::Output;
use super::source_arguments::{Add, AddedKind};
use super::{run, set, workplace};
use crate::config::{self, Loaded};
use crate::discover::{self, FoundFeed};
use crate::fetch::{CookieJar, Fetcher, Live, redact_url};
use crate::inspect;
use crate::model::{Capture, Clock, Schedule, Source, SourceKind, SourceState, SystemClock};
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

/// Looks at each address, says what it is and adds it as a source. The answer of a feed is kept for the next run: to its server it
/// has been polled.
pub(super) fn run(command: &Add, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let loaded = workplace::configuration(arguments)?;
    let wished = command.wishes.apply(Source::new(SourceKind::Feed, "", "", Schedule::Every(ALBUM_SECONDS)))?;
    let addresses = addresses(command)?;
    if command.id.is_some() && (addresses.len() != 1 || command.all_feeds) {
        return Err(Mistake::usage("--id goes with one address", "leave --id out, or add one address at a time").into());
    }
    if let Some(problem) = command.id.as_deref().and_then(config::source_id_problem) {
        let message = format!("the id {} {problem}", command.id.as_deref().unwrap_or_default());
        return Err(Mistake::usage(message, "letters, digits, - _ and . make an id").into());
    }
    let rules = workplace::rules_of(&loaded)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let live = Live::new(&loaded.settings.fetch, Arc::clone(&clock))?;
    let fetcher = Fetcher::new(Arc::new(live), clock, &loaded.settings.fetch, store.hosts()?);
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
    for address in &addresses {
        let found = runtime.block_on(find(&visitor, address, command.kind.is_some(), &rules));
        if let Err(error) = found.and_then(|found| adding.add(store.as_mut(), address, found)) {
            failed = true;
            let (_, hint) = workplace::classify(&error);
            output.warn(format_args!("failed to add {}: {error:#}", redact_url(address)), hint.as_deref());
        }
    }
    // What the hosts were asked counts against their gaps and budgets in the next run too.
    let hosts = Batch { hosts: fetcher.hosts(), ..Batch::default() };
    store.commit(&hosts, &crate::dedup::decide)?;
    Ok(if failed { Exit::Partial } else { Exit::Done })
}

fn addresses(command: &Add) -> anyhow::Result<Vec<String>> {
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
    command: &'a Add,
    loaded: &'a Loaded,
    output: Output,
}

impl Adding<'_> {
    /// Adds what was found at an address.
    fn add(&self, store: &mut dyn Store, address: &str, found: Found) -> anyhow::Result<()> {
        match found {
            Found::Feeds(feeds) => self.add_feeds(store, address, &feeds),
            Found::Album(album) => {
                let schedule = Schedule::Every(ALBUM_SECONDS);
                self.add_address(
                    store,
                    address,
                    &album.canonical(),
                    SourceKind::Album,
                    schedule,
                    "WeChat album",
                    "",
                    None,
                )
            }
            Found::Article(url, what) => self.add_link(store, address, &url, what),
            Found::Sitemap(url, answer) => {
                let (kind, schedule) = (SourceKind::Sitemap, Schedule::Auto);
                self.add_address(store, address, &url, kind, schedule, "sitemap", "", Some(&answer))
            }
            Found::Page { url, title, seems, articles, of_others, answer } => {
                match self.command.kind.or_else(|| self.ask(address, articles)) {
                    Some(AddedKind::Article) => self.add_link(store, address, &url, "single page"),
                    Some(AddedKind::List) if articles == 0 => anyhow::bail!("it links to no articles"),
                    Some(AddedKind::List) => {
                        let what = format!("page that lists {}", counted(articles, "article"));
                        let (kind, schedule) = (SourceKind::ListPage, Schedule::Auto);
                        self.add_address(store, address, &url, kind, schedule, &what, &title, Some(&answer))
                    }
                    Some(AddedKind::Sitemap) => anyhow::bail!("it is no sitemap"),
                    None => Err(undecided(&seems, articles, &of_others).into()),
                }
            }
        }
    }

    /// Asks a person who sits there what a page is.
    fn ask(&self, address: &str, articles: usize) -> Option<AddedKind> {
        let question = format!(
            "{} names no feed; it links to {}.\n\
             Watch it for new ones [l], take this one page as an article [a], or leave it [Enter]? ",
            redact_url(address),
            counted(articles, "article")
        );
        match self.output.ask(&question)?.trim() {
            "l" | "L" => Some(AddedKind::List),
            "a" | "A" => Some(AddedKind::Article),
            _ => None,
        }
    }

    fn add_feeds(&self, store: &mut dyn Store, address: &str, feeds: &[FoundFeed]) -> anyhow::Result<()> {
        let wanted = match self.command.feed {
            Some(number) => {
                let feed = number.checked_sub(1).and_then(|place| feeds.get(place));
                let wrong =
                    || Mistake::usage(format!("there is no feed {number}"), format!("there are {}", feeds.len()));
                vec![feed.ok_or_else(wrong)?]
            }
            None => feeds.iter().take(if self.command.all_feeds { feeds.len() } else { 1 }).collect(),
        };
        for feed in &wanted {
            let what = format!("feed of {}", entries(feed.entries));
            let schedule = Schedule::Auto;
            let source = self.source(store, &feed.url, &feed.title, SourceKind::Feed, schedule)?;
            let others = feeds.iter().filter(|other| !wanted.contains(other)).map(|other| Other {
                url: redact_url(&other.url),
                title: other.title.clone(),
                entries: other.entries,
            });
            self.put(store, address, source, what, Some(&feed.answer), others.collect())?;
        }
        for (number, feed) in (1..).zip(feeds).filter(|(_, feed)| !wanted.contains(feed)) {
            let (url, entries) = (redact_url(&feed.url), entries(feed.entries));
            self.output.note(format_args!("  it has another feed: {number}  {url}  {} ({entries})", feed.title));
        }
        if wanted.len() < feeds.len() {
            self.output.note("  `--feed N` takes another one, `--all-feeds` all of them");
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "an address with all that is known of it")]
    fn add_address(
        &self,
        store: &mut dyn Store,
        address: &str,
        url: &str,
        kind: SourceKind,
        schedule: Schedule,
        what: &str,
        title: &str,
        answer: Option<&Capture>,
    ) -> anyhow::Result<()> {
        let source = self.source(store, url, title, kind, schedule)?;
        self.put(store, address, source, what.to_owned(), answer, Vec::new())
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
            anyhow::bail!("the id {} is taken by {}", other.id, redact_url(&other.name));
        }
        let name = if title.is_empty() { redact_url(url) } else { title.to_owned() };
        let time_zone_minutes = config::default_time_zone(url);
        Ok(Source { name, time_zone_minutes, ..Source::new(kind, id, url, schedule) })
    }

    /// Puts a link into the source of single links.
    fn add_link(&self, store: &mut dyn Store, address: &str, url: &str, what: &str) -> anyhow::Result<()> {
        let sources = store.sources()?;
        let schedule = Schedule::Every(self.loaded.settings.run.interval_minutes * 60);
        let source = with_link(url, &sources, schedule, self.command.id.as_deref())?;
        let wished = self.command.wishes.apply(source.clone())?;
        let carries = !(wished.headers.is_empty() && wished.cookies.is_empty() && wished.user_agent.is_empty());
        let has_others = source.urls.iter().any(|other| Fetcher::site_of_url(other) != Fetcher::site_of_url(url));
        if carries && (has_others || self.command.id.is_none()) {
            let message = format!("what it carries would go to every site in {}", source.id);
            return Err(Mistake::usage(message, "give it a source of its own: `--id NAME`").into());
        }
        self.put(store, address, source, what.to_owned(), None, Vec::new())
    }

    /// Stores a source as it is wished for, a new one with the answer that came of it, and tells of it.
    fn put(
        &self,
        store: &mut dyn Store,
        address: &str,
        source: Source,
        what: String,
        answer: Option<&Capture>,
        others: Vec<Other>,
    ) -> anyhow::Result<()> {
        let mut source = self.command.wishes.apply(source)?;
        if !self.loaded.sources.iter().any(|other| other.id == source.id) && std::mem::take(&mut source.from_file) {
            // It stood in the file and does no more: from now on it is this command's, and is polled.
            source.enabled = true;
        }
        let present = store.sources()?.into_iter().find(|(other, _)| other.id == source.id);
        let is_known = present.is_some();
        let changed = present.as_ref().is_some_and(|(other, _)| *other != source);
        if changed && self.loaded.sources.iter().any(|other| other.id == source.id) {
            return Err(set::stands_in_file(&source.id).into());
        }
        if (!is_known || changed) && !self.command.dry_run {
            store.put_source(&source)?;
            let mut batch = Batch::default();
            match present {
                Some((other, state)) if other.schedule != source.schedule => {
                    let state = SourceState { next_due: state.last_tried, ..state };
                    batch.source_states.push((source.id.clone(), state));
                }
                None if let Some(answer) = answer => {
                    let state = SourceState { unread: answer.body_hash(), ..SourceState::default() };
                    batch.source_states.push((source.id.clone(), state));
                    batch.captures.push((source.id.clone(), answer.clone()));
                }
                _ => {}
            }
            store.commit(&batch, &crate::dedup::decide)?;
        }
        let shown = inspect::shown(source);
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
        Ok(())
    }
}

fn entries(number: usize) -> String {
    if number == 1 { "1 entry".to_owned() } else { format!("{number} entries") }
}

/// Why a page is not added that may be anything.
fn undecided(seems: &str, articles: usize, of_others: &[String]) -> Mistake {
    let message = match seems {
        "" => format!("it names no feed, and is no single article; it links to {}", counted(articles, "article")),
        seems => format!("it names no feed; {seems}"),
    };
    let mut hint = "`--as list` watches it for new articles, `--as article` takes this one page".to_owned();
    if let Some(other) = of_others.first() {
        hint = format!("{hint}; it links to feeds of other sites, such as {}", redact_url(other));
    }
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
        anyhow::bail!("the id {} is taken by {}", other.id, redact_url(&other.name));
    }
    let fresh = || Source {
        name: "Single links".to_owned(),
        time_zone_minutes: config::default_time_zone(url),
        fetch_pages: true,
        ..Source::new(SourceKind::Urls, id.clone(), "", schedule)
    };
    let mut source = known.map_or_else(fresh, |(source, _)| source.clone());
    if !source.urls.iter().any(|known| known == url) {
        source.urls.push(url.to_owned());
    }
    Ok(source)
}
