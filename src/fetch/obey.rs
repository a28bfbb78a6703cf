use tracing::debug;
use url::Url;

use super::error::FetchError;
use super::fetcher::Fetcher;
use super::fetcher::host_key;
use super::redact::redact_url;
use super::redirect::{is_redirect, next_hop};
use super::robots::{RETRY_SECONDS, Ruling, kept_text, ruling};
use super::transport::{Exchange, Request};
use crate::model::{ErrorClass, Hop};

/// Redirects of robots.txt that are followed; RFC 9309 §2.3.1.2 asks for at least five.
const ROBOTS_REDIRECTS: usize = 5;

/// Obeying robots.txt. (What it says is decided in `robots.rs`.)
impl Fetcher {
    /// Asks the host's robots.txt if need be; the gap in milliseconds that it wants when it allows the URL.
    pub(super) async fn ask_robots(&self, url: &Url) -> Result<i64, FetchError> {
        if !self.settings.obey_robots {
            return Ok(0);
        }
        let host = host_key(url);
        let _asking = self.pace.robots_lock(&host).await;
        let judge = || self.pace.change(&host, |state| ruling(state, url.as_str(), self.clock.now()));
        let mut judged = judge();
        if judged == Ruling::Ask {
            self.fetch_robots(url, &host).await?;
            judged = judge();
        }
        debug!(url = redact_url(url.as_str()), ruling = ?judged, "robots.txt");
        let error = |message: String| FetchError::new(url.as_str(), ErrorClass::Robots, message);
        match judged {
            Ruling::Allowed(gap) => Ok(gap),
            Ruling::Disallowed => Err(error(format!("robots.txt of {host} forbids it"))),
            Ruling::Unreachable(seconds) => {
                let message = format!("robots.txt of {host} could not be read, so nothing may be fetched");
                Err(FetchError { retry_after: Some(seconds), ..error(message) })
            }
            // Only a clock that jumps a day ahead meanwhile leads here.
            Ruling::Ask => Err(error(format!("robots.txt of {host} grew old while it was read"))),
        }
    }

    /// Fetches robots.txt through the same gate and remembers what came. A server that does not answer is an error
    /// in its own class, since the page would have met with the same.
    async fn fetch_robots(&self, page: &Url, host: &str) -> Result<(), FetchError> {
        let Ok(start) = page.join("/robots.txt") else { return Ok(()) };
        let (status, text, error) = match self.robots_answer(start).await {
            Ok(answer) => (answer.status, kept_text(&answer.body), None),
            Err(error) => match error.class {
                // Our own refusals say nothing about the host's rules.
                ErrorClass::Budget | ErrorClass::HostPaused | ErrorClass::PrivateAddress | ErrorClass::BadUrl => {
                    return Err(error);
                }
                // RFC 9309 §2.3.1.2 takes endless redirects for "no rules"; so do we a recording without the file.
                ErrorClass::RedirectLoop | ErrorClass::RedirectRefused | ErrorClass::NotRecorded => {
                    (404, String::new(), None)
                }
                _ => (0, String::new(), Some(error)),
            },
        };
        let now = self.clock.now();
        self.pace.change(host, |state| {
            state.robots = Some(text);
            state.robots_status = status;
            state.robots_at = now;
        });
        error.map_or(Ok(()), |error| {
            let message = format!("robots.txt could not be read: {}", error.message);
            Err(FetchError { message, retry_after: Some(RETRY_SECONDS), ..error })
        })
    }

    async fn robots_answer(&self, start: Url) -> Result<Exchange, FetchError> {
        let mut url = start;
        let mut hops = Vec::new();
        loop {
            let request = Request { url: url.as_str().to_owned(), headers: self.headers("text/plain, */*;q=0.5") };
            let answer = self.exchange(&url, &request, 0).await?;
            if !is_redirect(answer.status) {
                return Ok(answer);
            }
            hops.push(Hop { url: url.into(), status: answer.status });
            url = next_hop(answer.header("location"), &hops, ROBOTS_REDIRECTS)
                .map_err(|(class, message)| FetchError::new("", class, message))?;
        }
    }
}
