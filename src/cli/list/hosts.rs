use crate::cli::arguments;
use crate::cli::counted::counted;
use crate::cli::output::Output;
use crate::inspect::HostFact;
use crate::model::{Clock, SystemClock};
use crate::store::Store;

/// Lists the hosts that were asked, by name.
pub(super) fn run(store: &dyn Store, command: &arguments::List, output: Output) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let hosts = store.hosts()?;
    for host in hosts.iter().take(command.at_most()).map(|host| HostFact::of(host, now)) {
        if output.json {
            output.json(&host)?;
            continue;
        }
        let strikes = if host.strikes == 0 { String::new() } else { format!(", {}", counted(host.strikes, "strike")) };
        let rest = host.rest().map_or_else(String::new, |rest| format!(", rests {rest}"));
        let (asked, robots) = (counted(host.requests_today, "request"), host.robots.phrase());
        output.data(format_args!("{:<32}  {asked} today{strikes}; {robots}{rest}", host.host))?;
    }
    if hosts.len() > command.at_most() {
        output.note(format_args!("the first {} of {}; --limit shows more", command.at_most(), hosts.len()));
    }
    Ok(())
}
