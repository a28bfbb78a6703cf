use crate::cli::arguments;
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
        let rest = host.rest().map_or_else(|| "open".to_owned(), |rest| format!("rests {rest}"));
        output.data(format_args!(
            "{:<32}  {:>5} today  {:>2} strikes  robots.txt {:<11}  {rest}",
            host.host,
            host.requests_today,
            host.strikes,
            host.robots.as_str()
        ))?;
    }
    if hosts.len() > command.at_most() {
        output.note(format_args!("the first {} of {}; --limit shows more", command.at_most(), hosts.len()));
    }
    Ok(())
}
