//! Where things lie: folders, configuration, rules, the store. Every command starts here.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use boji_clean::model::{Article, ArticleKey, canonical_url};
use boji_clean::rules::{RuleFile, Rules, RulesError, nearest};
use etcetera::BaseStrategy;

use super::arguments::Arguments;
use super::article_arguments::FilterArguments;
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use crate::config::{self, ConfigError, Loaded, RuleFolders};
use crate::export::{self, ExportError};
use crate::fetch::{FetchError, RecordingError};
use crate::inspect;
use crate::model::{DuplicateKind, Source, SourceState, Standing, StoredArticle, SystemClock};
use crate::pipeline::{self, RunError, RunLock, Stop};
use crate::store::{
    Access, Damaged, Filter, HiddenOnes, Selection, SqliteStore, Store, StoreError, UnknownLicense, covers,
};

/// Name of the database inside the data folder.
pub(super) const DATABASE: &str = "boji.db";

/// Longest hint, in characters, that names all there is.
const MAX_HINT: usize = 400;

/// A variable of the environment; `None` when it is unset or empty.
#[expect(clippy::disallowed_methods, reason = "the environment is read here and nowhere else")]
pub(super) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Where the value of a folder's option comes from: `flag`, `environment` or `default`. A flag that says what the environment says
/// counts as that.
pub(super) fn origin(given: Option<&PathBuf>, variable: &str) -> &'static str {
    match given {
        None => "default",
        Some(given) if environment(variable).is_some_and(|value| Path::new(&value) == given) => "environment",
        Some(_) => "flag",
    }
}

/// The folder that holds all that boji writes.
pub(super) fn data_folder(arguments: &Arguments) -> anyhow::Result<PathBuf> {
    if let Some(folder) = &arguments.data {
        return Ok(folder.clone());
    }
    let base = etcetera::choose_base_strategy().context("no home folder is known; name one with --data DIR")?;
    Ok(base.data_dir().join("boji"))
}

/// The user's own configuration folder, if a home is known.
pub(super) fn user_config_folder() -> Option<PathBuf> {
    etcetera::choose_base_strategy().ok().map(|base| base.config_dir().join("boji"))
}

/// Settings and sources from wherever they are.
pub(super) fn configuration(arguments: &Arguments) -> anyhow::Result<Loaded> {
    let options = config::LoadOptions {
        config_dir: arguments.config.clone(),
        cwd: std::env::current_dir().context("failed to find the working folder")?,
        xdg_config: user_config_folder(),
    };
    Ok(config::load(&options)?)
}

/// The cleaning rules and words: shipped, and the user's over them.
pub(super) fn rules(arguments: &Arguments) -> anyhow::Result<Rules> {
    rules_of(&configuration(arguments)?)
}

/// The cleaning rules and words of a configuration that is loaded already.
pub(super) fn rules_of(loaded: &Loaded) -> anyhow::Result<Rules> {
    Ok(Rules::with(&rule_files(loaded)?)?.with_strictness(loaded.settings.clean.strictness))
}

/// The files of rules and words of a person's own.
pub(super) fn rule_files(loaded: &Loaded) -> anyhow::Result<Vec<RuleFile>> {
    Ok(rule_folders(loaded).files()?)
}

/// The version of the cleaning rules in force.
pub(super) fn rules_version(arguments: &Arguments) -> anyhow::Result<String> {
    let loaded = configuration(arguments)?;
    Ok(Rules::version_with(&rule_files(&loaded)?, loaded.settings.clean.strictness)?)
}

fn rule_folders(loaded: &Loaded) -> RuleFolders<'_> {
    let boilerplate = Some(loaded.settings.clean.rules.as_str()).filter(|folder| !folder.is_empty()).map(Path::new);
    RuleFolders { boilerplate, sites: loaded.sites.as_deref(), words: loaded.folder.as_deref() }
}

/// Tells what is wrong with single sources of `sources.toml`. They stay as they were.
pub(super) fn tell_mistakes(loaded: &Loaded, output: Output) {
    for (mistake, hint) in &loaded.mistakes {
        output.warn(format_args!("failed to {mistake}"), Some(hint));
    }
}

/// Puts the sources of `sources.toml` into the store, and tells of those that were taken out of it.
pub(super) fn adopt_sources(store: &mut dyn Store, loaded: &Loaded, output: Output) -> anyhow::Result<()> {
    let adopted = pipeline::adopt_sources(store, &loaded.sources, loaded.has_sources)?;
    for id in adopted.refused {
        output.warn(
            format_args!(
                "the source {id} of sources.toml is not taken: another one was added by command under this id"
            ),
            Some(&format!("give it another id there, or `boji remove {id}`")),
        );
    }
    for id in adopted.taken_out {
        output.warn(
            format_args!("{id} stands in sources.toml no more: it rests, and is polled no more"),
            Some(&format!("`boji remove {id}` forgets it, `boji set {id} --on` keeps it")),
        );
    }
    Ok(())
}

/// The store for a command that only reads.
pub(super) fn open_to_read(arguments: &Arguments) -> anyhow::Result<Box<dyn Store>> {
    let path = data_folder(arguments)?.join(DATABASE);
    Ok(Box::new(SqliteStore::open(&path, Access::Read)?))
}

/// The same, `None` when there is no database yet.
pub(super) fn open_if_there(arguments: &Arguments) -> anyhow::Result<Option<Box<dyn Store>>> {
    let path = data_folder(arguments)?.join(DATABASE);
    match SqliteStore::open(&path, Access::Read) {
        Ok(store) => Ok(Some(Box::new(store))),
        Err(StoreError::Missing { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The store for a command that writes, made when there is none, and the lock that keeps other writers out. Another that has it
/// is waited for as long as `--wait` says; a signal ends the process meanwhile, as nothing was begun.
pub(super) fn open_to_write(arguments: &Arguments) -> anyhow::Result<(Box<dyn Store>, RunLock)> {
    open_folder(&data_folder(arguments)?, arguments)
}

/// As [`open_to_write`], in a folder given.
pub(super) fn open_folder(folder: &Path, arguments: &Arguments) -> anyhow::Result<(Box<dyn Store>, RunLock)> {
    let opened = open_unless(&Stop::new(), folder, arguments.wait)?;
    opened.context("a wait for the lock ended without it")
}

/// As [`open_to_write`], for a command that takes signals itself; `None` when somebody wants to stop before the lock is free.
pub(super) fn open_to_write_unless(
    stop: &Stop,
    arguments: &Arguments,
) -> anyhow::Result<Option<(Box<dyn Store>, RunLock)>> {
    open_unless(stop, &data_folder(arguments)?, arguments.wait)
}

fn open_unless(stop: &Stop, folder: &Path, wait: Option<u32>) -> anyhow::Result<Option<(Box<dyn Store>, RunLock)>> {
    let waiting = open_waiting(stop, folder, Some(wait.unwrap_or_default()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.context("failed to start the runtime")?.block_on(waiting)
}

/// As [`open_to_write_unless`], waiting for so many seconds, or without end.
pub(super) async fn open_waiting(
    stop: &Stop,
    folder: &Path,
    seconds: Option<u32>,
) -> anyhow::Result<Option<(Box<dyn Store>, RunLock)>> {
    std::fs::create_dir_all(folder).with_context(|| format!("failed to make the folder {}", folder.display()))?;
    let Some(lock) = RunLock::wait(folder, &SystemClock, seconds, stop).await? else { return Ok(None) };
    let store = SqliteStore::open(&folder.join(DATABASE), Access::Write)?;
    Ok(Some((Box::new(store), lock)))
}

/// The article whose id begins so, or that came from this address; `None` when there is none.
pub(super) fn find_if_stored(store: &dyn Store, address: &str) -> anyhow::Result<Option<StoredArticle>> {
    Ok(store.article(&meant(store, address)?)?)
}

/// The article whose id begins so, or that came from this address.
pub(super) fn find(store: &dyn Store, what: &str) -> anyhow::Result<StoredArticle> {
    Ok(find_if_stored(store, what)?.ok_or_else(|| absent(what))?)
}

/// What a person wrote as the beginning of an id: of an address the id of the article to which it led. All ids begin with nothing,
/// which is nobody's wish.
fn meant(store: &dyn Store, what: &str) -> anyhow::Result<String> {
    if what.trim().is_empty() {
        return Err(absent(what).into());
    }
    let Some(canonical) = canonical_url(what).filter(|_| what.contains("://")) else { return Ok(what.to_owned()) };
    let own = ArticleKey::Url(canonical.clone()).id();
    if store.standing(&own)?.is_some() {
        return Ok(own);
    }
    let entries = store.entries_at(&[canonical, what.to_owned()], usize::MAX)?;
    Ok(entries.into_iter().map(|entry| entry.article_id).find(|id| !id.is_empty()).unwrap_or(own))
}

/// A revision of an article. The hint of an error tells those that it has.
pub(super) fn find_revision(store: &dyn Store, id: &str, number: u32) -> anyhow::Result<StoredArticle> {
    if let Some(stored) = store.revision(id, number)? {
        return Ok(stored);
    }
    let numbers: Vec<String> = store.revision_numbers(id)?.iter().map(u32::to_string).collect();
    let message = format!("the article {id} has no revision {number}");
    Err(Mistake::usage(message, format!("it has {}", numbers.join(", "))).into())
}

/// The id of the article whose id begins so.
pub(super) fn find_id(store: &dyn Store, prefix: &str) -> anyhow::Result<String> {
    Ok(find_standing(store, prefix)?.id)
}

/// What lists show of the article whose id begins so, or that came from this address.
pub(super) fn find_standing(store: &dyn Store, what: &str) -> anyhow::Result<Standing> {
    Ok(store.standing(&meant(store, what)?)?.ok_or_else(|| absent(what))?)
}

fn absent(what: &str) -> Mistake {
    Mistake::names_nothing(what, &["article"], "`boji list` shows the ids; `boji why` looks for pages and sources too")
}

/// What the filter arguments mean. A source that does not exist is a typing error, not an empty answer.
pub(super) fn filter(arguments: &FilterArguments, store: &dyn Store) -> anyhow::Result<Filter> {
    let sources = store.sources()?;
    refuse_unknown_sources(&arguments.source, &sources, store)?;
    refuse_unknown(&arguments.language, &arguments.account, store)?;
    if let (Some(since), Some(until)) = (arguments.since, arguments.until)
        && since >= until
    {
        let message = format!("no time lies between --since {since} and --until {until}");
        let hint = "--since names the first day that is wanted, --until the day behind the last one";
        return Err(Mistake::usage(message, hint).into());
    }
    Ok(Filter {
        sources: tagged(arguments, &sources)?,
        since: arguments.since,
        until: arguments.until,
        languages: arguments.language.clone(),
        kinds: arguments.kind.clone(),
        without_duplicates: arguments.no_duplicates,
        without_near_duplicates: arguments.no_near_duplicates,
        accounts: arguments.account.clone(),
        min_chars: arguments.min_chars,
        hidden: HiddenOnes::LeftOut,
    })
}

/// Why no article goes with what is asked for, where none does.
pub(super) fn why_nothing(store: &dyn Store) -> anyhow::Result<&'static str> {
    let is_there = |hidden| -> anyhow::Result<bool> {
        let mut is_there = false;
        store.each_standing(&Filter { hidden, ..Filter::default() }, &mut |_| is_there = true)?;
        Ok(is_there)
    };
    Ok(if is_there(HiddenOnes::LeftOut)? {
        "no article goes with all that is asked for; `boji stats` tells what there is"
    } else if is_there(HiddenOnes::Alone)? {
        "all articles are hidden; `boji list --hidden` shows why"
    } else {
        "the store is empty; `boji run` and `boji import` bring articles"
    })
}

/// The ids of the articles that a filter and a selection want; `None` when the selection takes all. Articles that cannot be read are
/// told of and not among them.
pub(super) fn selected(
    store: &dyn Store,
    filter: &Filter,
    selection: &Selection,
    output: Output,
) -> anyhow::Result<Option<HashSet<String>>> {
    if selection.takes_all() {
        return Ok(None);
    }
    let mut sieve = selection.sieve();
    let mut ids = HashSet::new();
    let damaged = store.each_article(filter, &mut |stored| {
        if sieve.takes(&stored) {
            ids.insert(stored.id);
        }
        ControlFlow::Continue(())
    })?;
    sieve.finish()?;
    tell_damaged(&damaged, "was left out", output);
    Ok(Some(ids))
}

/// Tells of articles that cannot be read what became of them.
pub(super) fn tell_damaged(damaged: &[Damaged], fate: &str, output: Output) {
    for Damaged { article, why } in damaged {
        let hint = format!("`boji reclean {article}` makes it anew from its capture");
        output.warn(format_args!("the article {article} {fate}: {why}"), Some(&hint));
    }
}

/// An error when a source or an account that is named is not there.
pub(super) fn refuse_unknown_places(sources: &[String], accounts: &[String], store: &dyn Store) -> anyhow::Result<()> {
    refuse_unknown_sources(sources, &store.sources()?, store)?;
    refuse_unknown(&[], accounts, store)
}

fn refuse_unknown_sources(ids: &[String], sources: &[(Source, SourceState)], store: &dyn Store) -> anyhow::Result<()> {
    for id in ids.iter().filter(|id| sources.iter().all(|(source, _)| source.id != **id)) {
        // The articles of a source that was removed stay, and bear its id.
        let mut is_known = false;
        let of_it = Filter { sources: vec![id.clone()], hidden: HiddenOnes::Too, ..Filter::default() };
        store.each_standing(&of_it, &mut |_| is_known = true)?;
        if !is_known {
            return Err(RunError::unknown_source(id, sources).into());
        }
    }
    Ok(())
}

/// An error when no article has a language or an account that is asked for, with those that there are. A store without
/// articles has none, and refuses nothing.
fn refuse_unknown(wanted_languages: &[String], wanted_accounts: &[String], store: &dyn Store) -> anyhow::Result<()> {
    if wanted_languages.is_empty() && wanted_accounts.is_empty() {
        return Ok(());
    }
    let (mut languages, mut accounts) = (BTreeSet::new(), BTreeSet::new());
    store.each_standing(&Filter { hidden: HiddenOnes::Too, ..Filter::default() }, &mut |standing| {
        languages.insert(standing.language);
        accounts.insert(standing.source_name);
    })?;
    if languages.is_empty() {
        return Ok(());
    }
    let is_language = |tag: &&String| languages.iter().any(|language| covers(tag, language));
    if let Some(unknown) = wanted_languages.iter().find(|tag| !is_language(tag)) {
        let known: Vec<&str> = languages.iter().map(String::as_str).filter(|tag| !tag.is_empty()).collect();
        let hint = format!("there are {}", known.join(", "));
        return Err(Mistake::usage(format!("no article is in the language {unknown}"), hint).into());
    }
    if let Some(unknown) = wanted_accounts.iter().find(|name| !accounts.contains(*name)) {
        let known: Vec<&str> = accounts.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        let hint = match nearest(unknown, &known) {
            _ if known.is_empty() => "no article names its account or site".to_owned(),
            hint if hint.chars().count() > MAX_HINT => "`boji list` shows the names of accounts".to_owned(),
            hint => hint,
        };
        return Err(Mistake::usage(format!("no article is of the account {unknown}"), hint).into());
    }
    Ok(())
}

/// The ids that are wanted, those with one of the tags; none for all.
fn tagged(arguments: &FilterArguments, sources: &[(Source, SourceState)]) -> anyhow::Result<Vec<String>> {
    if arguments.tag.is_empty() {
        return Ok(arguments.source.clone());
    }
    let known: BTreeSet<&str> = sources.iter().flat_map(|(source, _)| &source.tags).map(String::as_str).collect();
    if let Some(unknown) = arguments.tag.iter().find(|tag| !known.contains(tag.as_str())) {
        let known: Vec<&str> = known.into_iter().collect();
        let hint = if known.is_empty() {
            "`boji set SOURCE --tag TAG` gives one".to_owned()
        } else {
            nearest(unknown, &known)
        };
        return Err(Mistake::usage(format!("no source has the tag {unknown}"), hint).into());
    }
    let is_wanted = |source: &Source| {
        (arguments.source.is_empty() || arguments.source.contains(&source.id))
            && source.tags.iter().any(|tag| arguments.tag.contains(tag))
    };
    let ids: Vec<String> =
        sources.iter().filter(|(source, _)| is_wanted(source)).map(|(source, _)| source.id.clone()).collect();
    if ids.is_empty() {
        // No id would mean all.
        let message = format!("none of {} has the tag {}", arguments.source.join(", "), arguments.tag.join(", "));
        return Err(Mistake::usage(message, "leave out --source or --tag").into());
    }
    Ok(ids)
}

/// An article in a list, under a title given, with the way in which it repeats another.
pub(super) fn line_of(standing: &Standing, title: &str, repeats: Option<DuplicateKind>) -> String {
    let id: String = standing.id.chars().take(12).collect();
    let day: String = standing.published.map(|date| date.to_string()).unwrap_or_default().chars().take(10).collect();
    let mark = match (standing.gone, repeats) {
        (Some((state, _)), _) => format!("  ({state})"),
        (None, Some(DuplicateKind::Exact)) => "  (duplicate)".to_owned(),
        (None, Some(kind)) => format!("  ({kind})"),
        (None, None) => String::new(),
    };
    let hidden = if standing.hidden.is_empty() { String::new() } else { format!("  (hidden: {})", standing.hidden) };
    format!("{id}  {day:<10}  {}  {title}{mark}{hidden}", standing.source_name)
}

/// An article for a person to read: front matter and Markdown.
pub(super) fn document(article: &Article) -> String {
    let mut head = BTreeMap::from([("title", article.title.clone())]);
    let mut put = |name, value: &str| {
        if !value.is_empty() {
            head.insert(name, value.to_owned());
        }
    };
    put("author", &article.authors.join(", "));
    put("source", &article.source_name);
    put("published", &article.published.map(|date| date.to_string()).unwrap_or_default());
    put("url", &article.canonical_url);
    put("language", &article.language);
    put("place", &article.metadata.place);
    put("flags", &article.flags.join(";"));
    let mut text = String::from("---\n");
    for (name, value) in head {
        // A write to a string cannot fail.
        let _ = writeln!(text, "{name}: {}", export::yaml_value(&value));
    }
    text.push_str("---\n\n");
    text.push_str(article.markdown.trim_end());
    text
}

/// An error as a sentence. Some modules word theirs to stand after "failed to".
pub(super) fn sentence(error: &anyhow::Error) -> String {
    let clause = error.is::<ConfigError>() || error.is::<RulesError>() || error.is::<FetchError>();
    if clause { format!("failed to {error}") } else { error.to_string() }
}

/// The same with all that lies beneath it.
pub(super) fn with_causes(error: &anyhow::Error) -> String {
    inspect::with_causes(sentence(error), error)
}

/// The exit code and the hint of an error, by the kind of its first known cause.
pub(super) fn classify(error: &anyhow::Error) -> (Exit, Option<String>) {
    for cause in error.chain() {
        if let Some(error) = cause.downcast_ref::<RunError>() {
            let exit = match error {
                RunError::Locked { .. } => Exit::Locked,
                RunError::UnknownSource { .. } => Exit::Usage,
                RunError::Store(error) => return of_store(error),
                _ => Exit::Failure,
            };
            return (exit, error.hint());
        }
        if let Some(error) = cause.downcast_ref::<StoreError>() {
            return of_store(error);
        }
        if let Some(error) = cause.downcast_ref::<ConfigError>() {
            return (Exit::Configuration, error.hint());
        }
        if let Some(error) = cause.downcast_ref::<RulesError>() {
            return (Exit::Configuration, error.hint());
        }
        if let Some(error) = cause.downcast_ref::<ExportError>() {
            let exit = match error {
                ExportError::Locked { .. } => Exit::Locked,
                ExportError::UnknownLicense(_)
                | ExportError::Splits
                | ExportError::Undivided { .. }
                | ExportError::OtherForm { .. } => Exit::Usage,
                _ => Exit::Failure,
            };
            return (exit, error.hint());
        }
        if let Some(error) = cause.downcast_ref::<UnknownLicense>() {
            return (Exit::Usage, Some(error.hint()));
        }
        if let Some(error) = cause.downcast_ref::<FetchError>() {
            return (Exit::Failure, error.hint().map(str::to_owned));
        }
        if let Some(hint) = cause.downcast_ref::<RecordingError>().and_then(RecordingError::hint) {
            return (Exit::Failure, Some(hint.to_owned()));
        }
        if let Some(mistake) = cause.downcast_ref::<Mistake>() {
            return (mistake.exit, Some(mistake.hint.clone()));
        }
        if let Some(error) = cause.downcast_ref::<std::io::Error>() {
            return (Exit::Failure, hint_of_system(error.kind()).map(str::to_owned));
        }
    }
    (Exit::Failure, None)
}

fn hint_of_system(kind: std::io::ErrorKind) -> Option<&'static str> {
    use std::io::ErrorKind;
    match kind {
        ErrorKind::NotFound => Some("check the path; it counts from the working folder"),
        ErrorKind::PermissionDenied => Some("check that the file and its folder are yours to use"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some("free some space and try again"),
        _ => None,
    }
}

fn of_store(error: &StoreError) -> (Exit, Option<String>) {
    let exit = match error {
        StoreError::Missing { .. } => Exit::NoDatabase,
        StoreError::Ambiguous { .. } => Exit::Usage,
        _ => Exit::Failure,
    };
    (exit, error.hint().map(str::to_owned))
}
