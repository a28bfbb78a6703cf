use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use url::Url;

use super::check::Check;
use crate::cli::arguments::Arguments;
use crate::cli::{run, workplace};
use crate::config::Loaded;
use crate::fetch::{Ask, Fetcher, Live, Purpose};
use crate::model::{Clock, ErrorClass, SystemClock};

/// Most hosts that are asked, all of them at once, and the longest that one may take.
const MOST_HOSTS: usize = 50;
const LONGEST: Duration = Duration::from_secs(10);

/// Asks each host of the sources that are on for its robots.txt, by name and through the proxy of the settings. Hosts that rest are
/// left alone, as a run leaves them.
pub(super) fn checks(arguments: &Arguments, loaded: Option<&Loaded>) -> anyhow::Result<Vec<Check>> {
    let Some(settings) = loaded.map(|loaded| &loaded.settings.fetch) else { return Ok(Vec::new()) };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    // That there is none was told.
    let Ok(live) = Live::new(settings, Arc::clone(&clock)) else { return Ok(Vec::new()) };
    let store = workplace::open_to_read(arguments).ok();
    let hosts = store.as_ref().and_then(|store| store.hosts().ok()).unwrap_or_default();
    let stored = store.as_ref().and_then(|store| store.sources().ok()).unwrap_or_default();
    let fetcher = Fetcher::new(Arc::new(live), clock, settings, hosts);
    let mut addresses = BTreeMap::new();
    for source in stored.iter().map(|(source, _)| source).filter(|source| source.enabled) {
        for url in source.urls.iter().chain([&source.url]).filter_map(|url| Url::parse(url).ok()) {
            if let (Some(host), Ok(robots)) = (url.host_str(), url.join("/robots.txt")) {
                addresses.entry(host.to_owned()).or_insert(robots);
            }
        }
    }
    let all = addresses.len();
    let fetcher = Arc::new(fetcher);
    let answers = run::runtime()?.block_on(async {
        let mut asked = JoinSet::new();
        for (host, robots) in addresses.into_iter().take(MOST_HOSTS) {
            let fetcher = Arc::clone(&fetcher);
            asked.spawn(async move { (host, ask(&fetcher, &robots).await) });
        }
        // By host, in whatever order they came.
        asked.join_all().await.into_iter().collect::<BTreeMap<_, _>>()
    });
    let mut checks: Vec<Check> = answers.into_iter().map(|(host, answer)| judge(&host, answer)).collect();
    if all > MOST_HOSTS {
        checks.push(Check::ok("network", format!("{} more hosts were not asked", all - MOST_HOSTS)));
    }
    if all == 0 {
        checks.push(Check::ok("network", "there is no source whose host could be asked"));
    }
    Ok(checks)
}

async fn ask(fetcher: &Fetcher, robots: &Url) -> Answer {
    let ask = Ask::new(robots.as_str(), Purpose::Feed);
    match tokio::time::timeout(LONGEST, fetcher.fetch(&ask)).await {
        Err(_) => Answer::Late,
        Ok(Ok(_)) => Answer::Came,
        Ok(Err(error)) => Answer::Failed(error.class, error.message),
    }
}

/// What came of asking a host for its robots.txt.
enum Answer {
    Came,
    Late,
    Failed(ErrorClass, String),
}

fn judge(host: &str, answer: Answer) -> Check {
    match answer {
        Answer::Late => {
            let message = format!("{host} did not answer within {} s", LONGEST.as_secs());
            Check::warning("network", message, "its server may be slow; a run tries it again by itself")
        }
        Answer::Came => Check::ok("network", format!("{host} gives its robots.txt")),
        // RFC 9309: no file, no rules.
        Answer::Failed(ErrorClass::NotFound | ErrorClass::Gone | ErrorClass::Client | ErrorClass::Forbidden, _) => {
            Check::ok("network", format!("{host} answers, and has no robots.txt"))
        }
        Answer::Failed(ErrorClass::HostPaused | ErrorClass::Budget, message) => {
            Check::ok("network", format!("{host} was left alone: {message}"))
        }
        Answer::Failed(ErrorClass::Dns | ErrorClass::Connect | ErrorClass::Tls, message) => {
            let hint = "check the spelling of the host, your network, and fetch.proxy";
            Check::ill("network", format!("{host}: {message}"), hint)
        }
        Answer::Failed(_, message) => {
            let hint = "no page of it is fetched until its robots.txt can be read";
            Check::warning("network", format!("{host}: {message}"), hint)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::check::State;

    #[test]
    fn a_host_that_cannot_be_reached_is_ill_and_one_without_rules_is_well() {
        let of = |class| judge("a.example", Answer::Failed(class, "why".to_owned())).state;
        for (class, want) in [
            (ErrorClass::NotFound, State::Ok),
            (ErrorClass::HostPaused, State::Ok),
            (ErrorClass::Server, State::Warning),
            (ErrorClass::Dns, State::Ill),
            (ErrorClass::Tls, State::Ill),
        ] {
            assert_eq!(of(class), want, "{class}");
        }
        assert_eq!(judge("a.example", Answer::Late).state, State::Warning);
        assert_eq!(judge("a.example", Answer::Came).state, State::Ok);
    }
}
