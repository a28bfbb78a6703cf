//! `boji status`: how the store is, read once, and told to a person, a monitor or Prometheus.

mod metrics;
mod print;

use boji_clean::model::Timestamp;

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::output::Output;
use super::workplace;
use crate::inspect::{self, Problem, ProblemKind, Status, damage, of_database};
use crate::model::{Clock, SystemClock};
use crate::pipeline;
use crate::store::Store;

/// Shows what is due, what failed, and how much there is; with `--check` only what is wrong.
pub(super) fn run(command: &arguments::Status, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let now = SystemClock.now();
    if let Some(file) = &command.prometheus {
        metrics::check_name(file)?;
    }
    let unreadable = |problems| {
        // Figures of a database that was well would be read as if it were.
        if let Some(file) = &command.prometheus {
            let _ = std::fs::remove_file(file);
        }
        tell_check(&Status::unreadable(problems), output)
    };
    let store = match workplace::open_to_read(arguments) {
        Ok(store) => store,
        Err(error) if command.check => {
            let problems = vec![damage(&error).ok_or(error)?];
            return unreadable(problems);
        }
        Err(error) => return Err(error),
    };
    let found = if command.check { of_database(store.as_ref())? } else { Vec::new() };
    let status = match read(store.as_ref(), now, arguments, output) {
        Ok(status) => Status { problems: found.into_iter().chain(status.problems).collect(), ..status },
        // The check goes on as far as what is damaged lets it.
        Err(error) if command.check => {
            let failed = damage(&error).ok_or(error)?;
            return unreadable(found.into_iter().chain([failed]).collect());
        }
        Err(error) => return Err(error),
    };
    if let Some(file) = &command.prometheus {
        metrics::write(file, &status)?;
    }
    if command.check {
        return tell_check(&status, output);
    }
    let sizes = command.sizes.then(|| store.sizes()).transpose()?;
    let status = Status { sizes, ..status };
    if output.json {
        output.json(&status)?;
    } else if command.prometheus.is_none() {
        print::print(&status, now, output)?;
    }
    Ok(Exit::Done)
}

/// What is wrong, as `--check` tells it; whether the database is sound is not asked, which takes longer than a run may.
pub(super) fn problems(
    store: &dyn Store,
    now: Timestamp,
    arguments: &Arguments,
    output: Output,
) -> anyhow::Result<Vec<Problem>> {
    Ok(read(store, now, arguments, output)?.problems)
}

fn read(store: &dyn Store, now: Timestamp, arguments: &Arguments, output: Output) -> anyhow::Result<Status> {
    let (outdated, mut problems) = outdated(store, arguments, output)?;
    // A mistake in the settings was told with the rules.
    let due_for_a_look = match workplace::configuration(arguments) {
        Ok(loaded) => {
            problems.extend(
                loaded.mistakes.iter().map(|(mistake, hint)| wrong_file(&format!("failed to {mistake}"), hint)),
            );
            Some(pipeline::count_due_looks(store, &loaded.settings.run, now)?)
        }
        Err(_) => None,
    };
    let status = Status { due_for_a_look, ..Status::read(store, outdated, now)? };
    problems.extend(inspect::problems(&status, now));
    Ok(Status { problems, ..status })
}

/// A mistake in the rules keeps nobody from seeing how the store is.
fn outdated(store: &dyn Store, arguments: &Arguments, output: Output) -> anyhow::Result<(Option<usize>, Vec<Problem>)> {
    match workplace::rules_version(arguments) {
        Ok(version) => Ok((Some(pipeline::outdated(store, &version)?), Vec::new())),
        Err(error) => {
            let (message, hint) = (workplace::sentence(&error), workplace::classify(&error).1.unwrap_or_default());
            output.warn(&message, Some(&hint));
            Ok((None, vec![wrong_file(&message, &hint)]))
        }
    }
}

fn wrong_file(message: &str, hint: &str) -> Problem {
    // The line and the caret below it are for who mends it.
    let message = message.lines().next().unwrap_or_default().to_owned();
    Problem { kind: ProblemKind::Configuration, source: String::new(), message, hint: hint.to_owned() }
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
