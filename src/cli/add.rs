use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use boji_clean::model::{Date, WeChatLink};
use serde::Serialize;

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::{run, workplace};
use crate::config::{self, CronExpression, Settings};
use crate::discover::{self, Recognised};
use crate::fetch::{Ask, Fetched, Fetcher, Live, Purpose, permanent_target, redact_url, with_account_of};
use crate::model::{Capture, Clock, Schedule, Source, SourceKind, SystemClock};
use crate::store::{Batch, Store};

/// Id of the source that collects single articles.
const LINKS: &str = "links";
/// Album polls: an album grows by an article a day at most, and its host locks out eager readers.
const ALBUM_SECONDS: u32 = 6 * 3_600;

/// What was added, for `--json`.
#[derive(Serialize)]
struct Added<'a> {
    url: &'a str,
    source: &'a Source,
    what: String,
    new: bool,
}

/// Looks at each address, says what it is and adds it as a source.
pub(super) fn run(command: &arguments::Add, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let loaded = workplace::configuration(arguments)?;
    let schedule = schedule(command, &loaded.settings)?;
    let urls = addresses(command)?;
    if command.id.is_some() && urls.len() != 1 {
        return Err(Mistake::usage("--id goes with one address", "leave --id out, or add one address at a time").into());
    }
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let live = Live::new(&loaded.settings.fetch, Arc::clone(&clock))?;
    let fetcher = Fetcher::new(Arc::new(live), clock, &loaded.settings.fetch, store.hosts()?);
    let runtime = run::runtime()?;
    let mut failed = false;
    for url in &urls {
        let looked = runtime.block_on(look(&fetcher, url));
        match looked.and_then(|found| source_for(url, found, &schedule, command, store.as_ref())) {
            Ok((source, what)) => add(store.as_mut(), url, &source, what, command.dry_run, output)?,
            Err(error) => {
                failed = true;
                let (_, hint) = workplace::classify(&error);
                output.warn(format_args!("failed to add {}: {error:#}", redact_url(url)), hint.as_deref());
            }
        }
    }
    // What the hosts were asked counts against their gaps and budgets in the next run too.
    let hosts = Batch { hosts: fetcher.hosts(), ..Batch::default() };
    store.commit(&hosts, &crate::dedup::decide)?;
    Ok(if failed { Exit::Partial } else { Exit::Done })
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
    urls = urls.iter().map(|url| url.trim().to_owned()).filter(|url| !url.is_empty()).collect();
    if urls.is_empty() {
        return Err(
            Mistake::usage("no address was given", "name a feed, a page or a WeChat album: `boji add URL`").into()
        );
    }
    for url in &mut urls {
        if url.contains("://") {
            continue;
        }
        if Path::new(url).exists() {
            return Err(Mistake::usage(format!("{url} is a file or folder"), "`boji import PATH` takes it in").into());
        }
        // What people type and browsers show has no scheme.
        url.insert_str(0, "https://");
    }
    Ok(urls)
}

fn schedule(command: &arguments::Add, settings: &Settings) -> anyhow::Result<Schedule> {
    if let Some(expression) = &command.cron {
        CronExpression::parse(expression).map_err(|problem| {
            Mistake::usage(format!("--cron {expression}: {problem}"), "five fields, such as `30 7 * * *`")
        })?;
        return Ok(Schedule::Cron(expression.clone()));
    }
    let Some(every) = &command.every else {
        return Ok(Schedule::Every(settings.run.interval_minutes * 60));
    };
    let seconds = config::parse_interval(every)
        .map_err(|problem| Mistake::usage(format!("--every: {problem}"), "a number and m, h or d, such as 6h"))?;
    Ok(Schedule::Every(seconds))
}

/// What an address is, and the feed that a page names.
struct Found {
    what: Recognised,
    /// The address to poll: a page's feed, or the address itself.
    url: String,
}

async fn look(fetcher: &Fetcher, url: &str) -> anyhow::Result<Found> {
    if let Some(what) = discover::recognise_address(url) {
        return Ok(Found { what, url: url.to_owned() });
    }
    let capture = fetch(fetcher, url).await?;
    match discover::recognise(&capture) {
        Recognised::FeedLinks(links) => {
            let link = links.first().context("the page names no feed")?;
            let url = with_account_of(url, &link.url);
            let feed = fetch(fetcher, &url).await?;
            let url = with_account_of(&url, permanent_target(&feed.hops).unwrap_or(&url));
            Ok(Found { what: discover::recognise(&feed), url })
        }
        // A move for good is followed; where a server sends its visitors for a while is its own matter.
        what => Ok(Found { what, url: with_account_of(url, permanent_target(&capture.hops).unwrap_or(url)) }),
    }
}

async fn fetch(fetcher: &Fetcher, url: &str) -> anyhow::Result<Capture> {
    match fetcher.fetch(&Ask::new(url, Purpose::Feed)).await? {
        Fetched::Complete(capture) => Ok(capture),
        Fetched::NotModified { .. } => anyhow::bail!("the server said 304 to an unconditional request"),
    }
}

/// The source that an address makes, and a few words on it.
fn source_for(
    url: &str,
    found: Found,
    schedule: &Schedule,
    command: &arguments::Add,
    store: &dyn Store,
) -> anyhow::Result<(Source, String)> {
    let sources = store.sources()?;
    let taken: BTreeSet<String> = sources.iter().map(|(source, _)| source.id.clone()).collect();
    let default = schedule.clone();
    let fresh = |kind, url: String, name: String, schedule| {
        let id = command.id.clone().unwrap_or_else(|| discover::suggest_id(&url, &|id| taken.contains(id)));
        let time_zone_minutes = config::default_time_zone(&url);
        Source { name, time_zone_minutes, join_pages: command.join_pages, ..Source::new(kind, id, url, schedule) }
    };
    let (source, what) = match found.what {
        Recognised::Feed { title, entries } => {
            let name = if title.is_empty() { found.url.clone() } else { title };
            (fresh(SourceKind::Feed, found.url, name, default), format!("feed of {entries} entries"))
        }
        Recognised::Album(link) => {
            let chosen = command.every.is_some() || command.cron.is_some();
            let schedule = if chosen { default } else { Schedule::Every(ALBUM_SECONDS) };
            let address = link.canonical();
            (fresh(SourceKind::Album, address.clone(), address, schedule), "WeChat album".to_owned())
        }
        Recognised::WeChatArticle(_) | Recognised::Page => {
            let wechat = WeChatLink::parse(url).is_some();
            let what = if wechat { "WeChat article" } else { "single page (it names no feed)" };
            (with_link(url, &sources, default, command), what.to_owned())
        }
        Recognised::FeedLinks(_) => anyhow::bail!("the feed that the page names is a page itself"),
        Recognised::Nothing(reason) => anyhow::bail!("{reason}"),
    };
    if let Some(problem) = config::source_id_problem(&source.id) {
        anyhow::bail!("the id {} {problem}", source.id);
    }
    if let Some((other, _)) = sources.iter().find(|(other, _)| other.id == source.id) {
        let same = other.kind == source.kind && other.url == source.url;
        anyhow::ensure!(same, "the id {} is taken by {}", other.id, other.name);
    }
    let known = sources
        .iter()
        .find(|(other, _)| other.kind == source.kind && !source.url.is_empty() && other.url == source.url);
    let source = known
        .map_or(source, |(known, _)| Source { join_pages: known.join_pages || command.join_pages, ..known.clone() });
    Ok((source, what))
}

/// The source of single links with one more link in it.
fn with_link(
    url: &str,
    sources: &[(Source, crate::model::SourceState)],
    schedule: Schedule,
    command: &arguments::Add,
) -> Source {
    let id = command.id.clone().unwrap_or_else(|| LINKS.to_owned());
    let known = sources.iter().find(|(source, _)| source.id == id && source.kind == SourceKind::Urls);
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
    source.join_pages |= command.join_pages;
    source
}

fn add(
    store: &mut dyn Store,
    url: &str,
    source: &Source,
    what: String,
    dry_run: bool,
    output: Output,
) -> anyhow::Result<()> {
    let known = store.sources()?.into_iter().any(|(other, _)| other == *source);
    if !known && !dry_run {
        store.put_source(source)?;
    }
    if output.json {
        let (url, source) = (&redact_url(url), &workplace::shown(source.clone()));
        return Ok(output.json(&Added { url, source, what, new: !known })?);
    }
    let verb = match (known, dry_run) {
        (true, _) => "known",
        (false, true) => "would add",
        (false, false) => "added",
    };
    let shown = workplace::shown(source.clone());
    output.note(format_args!("{verb} {}: {what}, {}", shown.id, shown.name));
    Ok(())
}
