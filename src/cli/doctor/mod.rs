//! `boji doctor`: everything that could be ill, looked at, judged and told.

mod check;
mod gather;
mod judge;
mod network;

use serde::Serialize;

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::output::Output;
use check::{Check, State};

/// Version of the form of `doctor --json`; a field that is added is no other version.
const SCHEMA: u32 = 1;

/// All checks, for `--json`.
#[derive(Serialize)]
struct Diagnosis<'a> {
    schema: u32,
    checks: &'a [Check],
}

/// Looks at everything that could be ill. The network is asked only with `--network`: what is ill is mostly here, a doctor must
/// answer at once where there is none, and other people's servers are asked when a person wants it.
pub(super) fn run(command: &arguments::Doctor, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let (findings, loaded) = gather::gather(arguments);
    let mut checks = judge::judge(&findings);
    if command.network {
        checks.extend(network::checks(arguments, loaded.as_ref())?);
    }
    if output.json {
        output.json(&Diagnosis { schema: SCHEMA, checks: &checks })?;
    } else {
        for check in &checks {
            output.data(format_args!("{:<7}  {:<13}  {}", check.state, check.name, check.message))?;
            if !check.hint.is_empty() {
                output.data(format_args!("{:24}  {}", "", check.hint))?;
            }
        }
    }
    let is_ill = checks.iter().any(|check| check.state == State::Ill);
    Ok(if is_ill { Exit::Unhealthy } else { Exit::Done })
}
