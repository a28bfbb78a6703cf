use crate::cli::arguments;
use crate::cli::output::Output;
use crate::cli::workplace;
use crate::inspect::Circumstances;
use crate::model::{Clock, SystemClock};
use crate::store::Store;

/// Lists pages that led to no article: those that wait, the first due first, then those of which nothing more is expected, the
/// last of them first.
pub(super) fn run(store: &dyn Store, command: &arguments::List, output: Output) -> anyhow::Result<()> {
    let sources = workplace::filter(&command.filter, store)?.sources;
    let circumstances = Circumstances::of(store, SystemClock.now())?;
    // One more than is shown tells that there are more.
    let mut entries = store.entries_without_article(&sources, command.at_most().saturating_add(1))?;
    let has_more = entries.len() > command.at_most();
    entries.truncate(command.at_most());
    for page in entries.iter().map(|entry| circumstances.page(entry)) {
        if output.json {
            output.json(&page)?;
            continue;
        }
        let rule = if page.skipped_by.is_empty() { String::new() } else { format!("  ({})", page.skipped_by) };
        output.data(format_args!(
            "{:<7}  {:<18}  next {:<20}  {:<16}  {}{rule}",
            page.status.as_str(),
            page.fared(),
            page.next(),
            page.source,
            page.name()
        ))?;
    }
    if has_more {
        output.note(format_args!("the first {}; --limit shows more, --limit 0 all", entries.len()));
    }
    Ok(())
}
