use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anyhow::Context as _;
use tokio::net::TcpListener;

use super::arguments::Arguments;
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::store_arguments::Serve;
use super::{limits, open_browser, run, signals, workplace};
use crate::pipeline::{Signal, Stop};
use crate::serve::{self, Options};

/// The port at which the inspector is looked for first.
const PORT: u16 = 8017;
/// The variable with the token that is wanted off this machine.
const TOKEN: &str = "BOJI_TOKEN";
/// Shortest token that is taken.
const SHORTEST_TOKEN: usize = 16;

/// Shows the store in a browser, until a signal comes.
pub(super) fn run(command: &Serve, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    // A store that is not there, or too new, is told before an address is.
    drop(workplace::open_to_read(arguments)?);
    let rules = workplace::rules(arguments)?;
    let run = workplace::configuration(arguments).ok().map(|loaded| loaded.settings.run);
    let folder = workplace::data_folder(arguments)?;
    limits::enough(1)?;
    let stop = Stop::new();
    signals::stop_on_signals(&stop)?;
    let runtime = run::runtime()?;
    runtime.block_on(async {
        let (listener, at) = listen(command.listen).await?;
        let secret = || serve::secret().context("the system gives no random numbers");
        let token = token(at, workplace::environment(TOKEN), secret)?;
        let address = match &token {
            Some(token) => format!("http://{at}/?token={token}"),
            None => format!("http://{at}/"),
        };
        if output.json {
            output.json(&serde_json::json!({ "address": address, "writable": command.write }))?;
        } else {
            output.data(&address)?;
        }
        output.note(if command.write {
            "it can change verdicts; Ctrl-C ends it"
        } else {
            "it changes nothing; --write lets it restore blocks and keep answers; Ctrl-C ends it"
        });
        if command.open {
            // A browser that runs in this terminal wants to be answered before it ends.
            tokio::task::spawn_blocking(move || open_browser::open(&address, output));
        }
        let database = folder.join(workplace::DATABASE);
        let (is_writable, names) = (command.write, command.names.clone());
        let options = Options { folder, database, rules, run, is_writable, token, names, form_key: secret()? };
        serve::serve(listener, at, options, &stop).await;
        anyhow::Ok(())
    })?;
    // Pages that are being made are not waited for.
    runtime.shutdown_background();
    Ok(match stop.requested() {
        Some(Signal::Interrupt) => Exit::Interrupted,
        // What a service manager asks for is no failure.
        _ => Exit::Done,
    })
}

/// At the address that is wanted; where none is, at the usual port of this machine, or at a free one.
async fn listen(wanted: Option<SocketAddr>) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let here = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    let listener = match wanted {
        Some(at) => TcpListener::bind(at).await.with_context(|| format!("failed to listen at {at}"))?,
        None => match TcpListener::bind(here(PORT)).await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind(here(0)).await.context("failed to listen at a free port")?,
        },
    };
    let at = listener.local_addr().context("failed to learn the port")?;
    Ok((listener, at))
}

/// What has to be known to look: what the environment says; off this machine something in any case.
fn token(
    at: SocketAddr,
    given: Option<String>,
    secret: impl Fn() -> anyhow::Result<String>,
) -> anyhow::Result<Option<String>> {
    let Some(given) = given.filter(|given| !given.is_empty()) else {
        return if at.ip().is_loopback() { Ok(None) } else { secret().map(Some) };
    };
    let is_fit = |token: &String| {
        token.len() >= SHORTEST_TOKEN
            && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let token = Some(given).filter(is_fit);
    let hint = format!("letters, digits, `-`, `_` and `.`, at least {SHORTEST_TOKEN} of them");
    Ok(Some(token.ok_or_else(|| Mistake::usage(format!("{TOKEN} is no token"), hint))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn off_this_machine_a_token_is_wanted_in_any_case() {
        let told = |at: &str, given: &str| {
            let at = at.parse().expect("an address");
            token(at, Some(given.into()), || Ok("made up".to_owned())).ok()
        };
        assert_eq!(told("127.0.0.1:1", ""), Some(None));
        assert_eq!(told("[::1]:1", ""), Some(None));
        assert_eq!(told("0.0.0.0:1", ""), Some(Some("made up".into())));
        assert_eq!(told("192.0.2.1:1", "0123456789abcdef"), Some(Some("0123456789abcdef".into())));
        assert_eq!(told("127.0.0.1:1", "0123456789abcdef"), Some(Some("0123456789abcdef".into())));
        assert_eq!(told("192.0.2.1:1", "short"), None);
        assert_eq!(told("192.0.2.1:1", "0123456789abcdef; Path=/"), None);
    }
}
