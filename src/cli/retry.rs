use boji_clean::model::{Timestamp, canonical_url};

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::workplace;
use crate::dedup;
use crate::model::{Clock, SourceState, SystemClock};
use crate::store::{Batch, Retry, Store};

/// Lets pages wait no longer: the next run asks for them.
pub(super) fn run(command: &arguments::Retry, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    workplace::open_to_read(arguments)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    let now = SystemClock.now();
    // All are looked up before the first is changed: a typing error changes nothing.
    let meant: Vec<(&str, Retry)> = command
        .which
        .iter()
        .map(|name| Ok((name.as_str(), meant(store.as_ref(), name)?)))
        .collect::<anyhow::Result<_>>()?;
    let (mut all, mut unnamed, mut sources) = (0, Vec::new(), Vec::new());
    let mut are_addresses = true;
    for (name, which) in meant {
        let mut count = store.retry(&which, now)?;
        if let (0, Retry::Address(url)) = (count, &which)
            && let Some(canonical) = canonical_url(url)
        {
            count = store.retry(&Retry::Address(canonical), now)?;
        }
        ask_sources(store.as_mut(), &which, now)?;
        if matches!(which, Retry::Source(_)) {
            sources.push(name);
        } else if count == 0 {
            are_addresses &= matches!(which, Retry::Address(_));
            unnamed.push(name);
        }
        all += count;
    }
    let hint = "what was imported from a file has no page to ask for; `boji list sources` shows the sources";
    if unnamed.len() == command.which.len() {
        let message = format!("no source has named {}", unnamed.join(", "));
        // An article is there, though it has no page.
        let mistake = if are_addresses { Mistake::usage(message, hint) } else { Mistake::failure(message, hint) };
        return Err(mistake.into());
    }
    for name in &unnamed {
        output.warn(format_args!("no source has named {name}"), Some(hint));
    }
    let pages = format!("{all} page{}", if all == 1 { "" } else { "s" });
    let asked = if sources.is_empty() { pages } else { format!("{} and {pages}", sources.join(", ")) };
    output.note(format_args!("the next `boji run` asks for {asked}"));
    Ok(if unnamed.is_empty() { Exit::Done } else { Exit::Partial })
}

/// A source before an address before an article.
fn meant(store: &dyn Store, name: &str) -> anyhow::Result<Retry> {
    if store.sources()?.iter().any(|(source, _)| source.id == name) {
        return Ok(Retry::Source(name.to_owned()));
    }
    if name.contains("://") {
        return Ok(Retry::Address(name.to_owned()));
    }
    let hint = "`boji list sources` and `boji list` show the ids";
    let absent = || Mistake::names_nothing(name, &["source", "article", "address"], hint);
    // All ids begin with nothing.
    let named = if name.trim().is_empty() { None } else { store.standing(name)? };
    Ok(Retry::Article(named.ok_or_else(absent)?.id))
}

/// A source that is to be tried again is asked at once, even one that its server called gone; and so that it gives all it has,
/// without its validators. The same for the sources that carry the words of an article themselves.
fn ask_sources(store: &mut dyn Store, which: &Retry, now: Timestamp) -> anyhow::Result<()> {
    let ids = match which {
        Retry::Source(id) | Retry::Abstracts(id) => vec![id.clone()],
        Retry::Address(_) => Vec::new(),
        Retry::Article(id) => {
            let entries = store.entries_of(id)?;
            entries.into_iter().filter(|entry| entry.candidate.url.is_empty()).map(|entry| entry.source_id).collect()
        }
    };
    let states = store.sources()?.into_iter().filter(|(source, _)| ids.contains(&source.id)).map(|(source, state)| {
        let [etag, last_modified] = [String::new(), String::new()];
        (source.id, SourceState { next_due: now, gone: false, etag, last_modified, ..state })
    });
    let batch = Batch { source_states: states.collect(), ..Batch::default() };
    store.commit(&batch, &dedup::decide)?;
    Ok(())
}
