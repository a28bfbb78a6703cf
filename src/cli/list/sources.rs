use boji_clean::model::Timestamp;
use serde::Serialize;

use crate::cli::arguments;
use crate::cli::output::Output;
use crate::cli::workplace;
use crate::fetch::redact_url;
use crate::inspect::{self, as_rfc3339, rfc3339, schedule};
use crate::model::{Clock, Source, SourceState, SystemClock};
use crate::pipeline::{SourceWait, source_wait, twins};
use crate::store::Store;

#[derive(Serialize)]
struct SourceLine<'a> {
    #[serde(flatten)]
    source: &'a Source,
    /// The source that is the same feed and is asked for both, "" when there is none.
    same_as: &'a str,
    /// Why it is asked when it is.
    wait: SourceWait,
    #[serde(serialize_with = "as_rfc3339")]
    next_due: Timestamp,
    #[serde(serialize_with = "as_rfc3339")]
    last_tried: Timestamp,
    #[serde(serialize_with = "as_rfc3339")]
    last_success: Timestamp,
    /// As it is stored, its times in milliseconds.
    state: &'a SourceState,
}

/// Lists sources by id.
pub(super) fn run(store: &dyn Store, command: &arguments::List, output: Output) -> anyhow::Result<()> {
    let wanted = workplace::filter(&command.filter, store)?.sources;
    let now = SystemClock.now();
    let sources = store.sources()?;
    let twins = twins(&sources, now);
    let is_wanted = |(source, _): &&(Source, SourceState)| wanted.is_empty() || wanted.contains(&source.id);
    for (source, state) in sources.iter().filter(is_wanted) {
        let (source, state) = (source.clone(), state.clone());
        let same_as = twins.get(source.id.as_str()).copied().unwrap_or_default();
        let wait = source_wait(&source, &state, now);
        let source = inspect::shown(source);
        if output.json {
            let addresses =
                [&state.validators_of, &state.moved_to, &state.moved_from].map(|address| redact_url(address));
            let [validators_of, moved_to, moved_from] = addresses;
            let state = SourceState { validators_of, moved_to, moved_from, ..state };
            let SourceState { next_due, last_tried, last_success, .. } = state;
            output.json(&SourceLine {
                source: &source,
                same_as,
                wait,
                next_due,
                last_tried,
                last_success,
                state: &state,
            })?;
            continue;
        }
        let health = match (source.enabled, state.gone, state.last_error) {
            _ if wait == SourceWait::Folder => "imported".to_owned(),
            _ if !same_as.is_empty() => format!("same feed as {same_as}"),
            (false, ..) => "off".to_owned(),
            (_, true, _) => "gone".to_owned(),
            (_, _, None) if wait == SourceWait::ServerWish => "ok, asked to rest".to_owned(),
            (_, _, None) => "ok".to_owned(),
            (.., Some(error)) => format!("{error} x{}", state.failures),
        };
        let next = match wait {
            SourceWait::New | SourceWait::Due => "now".to_owned(),
            wait if wait.is_for_good() => "-".to_owned(),
            _ => rfc3339(state.next_due),
        };
        let address = if source.url.is_empty() { "-" } else { &source.url };
        output.data(format_args!(
            "{:<24}  {:<6}  {health:<18}  next {next:<20}  {:<9}  {}  {address}",
            source.id,
            source.kind.as_str(),
            if wait == SourceWait::Folder { "-".to_owned() } else { schedule(&source.schedule) },
            source.name
        ))?;
    }
    Ok(())
}
