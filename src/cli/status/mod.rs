//! `boji status`: how the store is, read once, and told to a person, a monitor or Prometheus.

mod health;
mod judge;
mod metrics;
mod print;
mod problem;

use boji_clean::model::Timestamp;

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::output::Output;
use super::workplace;
use crate::model::{Clock, SystemClock};
use crate::pipeline;
use crate::store::Store;
use health::Status;
use problem::{damage, of_database};

/// Shows what is due, what failed, and how much there is; with `--check` only what is wrong.
pub(super) fn run(command: &arguments::Status, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let now = SystemClock.now();
    let store = match workplace::open_to_read(arguments) {
        Ok(store) => store,
        Err(error) if command.check => {
            let problems = vec![damage(&error).ok_or(error)?];
            return tell_check(&Status::unreadable(problems), output);
        }
        Err(error) => return Err(error),
    };
    let found = if command.check { of_database(store.as_ref())? } else { Vec::new() };
    let status = match read(store.as_ref(), now, arguments, output) {
        Ok(status) => Status { problems: found.into_iter().chain(status.problems).collect(), ..status },
        // The check goes on as far as what is damaged lets it.
        Err(error) if command.check => {
            let failed = damage(&error).ok_or(error)?;
            return tell_check(&Status::unreadable(found.into_iter().chain([failed]).collect()), output);
        }
        Err(error) => return Err(error),
    };
    if let Some(file) = &command.prometheus {
        metrics::write(file, &status)?;
    }
    if command.check {
        return tell_check(&status, output);
    }
    if output.json {
        output.json(&status)?;
    } else if command.prometheus.is_none() {
        print::print(&status, now, output)?;
    }
    Ok(Exit::Done)
}

fn read(store: &dyn Store, now: Timestamp, arguments: &Arguments, output: Output) -> anyhow::Result<Status> {
    let outdated = outdated(store, arguments, output)?;
    // A mistake in the settings was told with the rules.
    let due_for_a_look = match workplace::configuration(arguments) {
        Ok(loaded) => Some(pipeline::count_due_looks(store, &loaded.settings.run, now)?),
        Err(_) => None,
    };
    let status = Status { due_for_a_look, ..Status::read(store, outdated, now)? };
    Ok(Status { problems: judge::problems(&status, now), ..status })
}

/// A mistake in the rules keeps nobody from seeing how the store is.
fn outdated(store: &dyn Store, arguments: &Arguments, output: Output) -> anyhow::Result<Option<usize>> {
    match workplace::rules_version(arguments) {
        Ok(version) => Ok(Some(pipeline::outdated(store, &version)?)),
        Err(error) => {
            output.warn(workplace::sentence(&error), workplace::classify(&error).1.as_deref());
            Ok(None)
        }
    }
}

/// Nothing when all is well, else one line a problem; as JSON the whole status.
fn tell_check(status: &Status, output: Output) -> anyhow::Result<Exit> {
    if output.json {
        output.json(status)?;
    } else {
        status.problems.iter().try_for_each(|problem| output.data(problem.line()))?;
    }
    Ok(if status.problems.is_empty() { Exit::Done } else { Exit::Unhealthy })
}
