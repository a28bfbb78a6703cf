use std::sync::Arc;

use boji_clean::model::Timestamp;
use tracing::debug;
use url::Url;

use super::account::Account;
use super::address::{AllowList, host_key, site_key};
use super::cookies::CookieJar;
use super::error::{FetchError, redact_url};
use super::pace::{LONGEST_WAIT_MILLIS, Lane, Pace, rest_after};
use super::reader::Reader;
use super::redirect::{is_redirect, next_hop};
use super::retry::retry_after;
use super::slot::Slot;
use super::transport::{Exchange, Request, Transport};
use crate::config::{FetchSettings, RateLimitScope};
use crate::model::{Capture, Clock, ErrorClass, Hop, HostState, Source};

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The absolute URL.
    pub url: String,
    /// What it should be.
    pub purpose: Purpose,
    /// `ETag` of the copy that we have, byte for byte as it came; "" for none.
    pub etag: String,
    /// `Last-Modified` of the copy that we have, byte for byte as it came; "" for none.
    pub last_modified: String,
    /// The URL that gave these two, when a redirect led to it; "" when it was the URL asked for. They are sent there
    /// and nowhere else.
    pub validators_of: String,
    /// Who asks, where the URL of its source says so.
    pub account: Option<Account>,
    /// What its source has of its own for its requests.
    pub reader: Reader,
    /// Follow a redirect that leaves https for http, on whose way anybody can write what comes.
    pub follow_to_http: bool,
}

impl Ask {
    /// An unconditional request.
    pub fn new(url: impl Into<String>, purpose: Purpose) -> Self {
        let (etag, last_modified, validators_of) = (String::new(), String::new(), String::new());
        let (url, account) = Account::taken_from(&url.into());
        Self {
            url,
            purpose,
            etag,
            last_modified,
            validators_of,
            account,
            reader: Reader::default(),
            follow_to_http: false,
        }
    }

    /// The same by who reads a source: pages on its host are asked for with its user and password, those of its site with its own
    /// headers and the cookies of its file, and redirects are followed as far as it says.
    #[must_use]
    pub(crate) fn for_reader_of(mut self, source: &Source, cookies: Arc<CookieJar>) -> Self {
        self.reader = Reader::of(source, cookies);
        self.account = self.account.or(Account::taken_from(&source.url).1);
        self.follow_to_http = source.follow_to_http;
        self
    }
}

/// What a URL is fetched for: it decides the Accept header and whether robots.txt is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// A feed that the user named.
    Feed,
    /// An article, or a later page of one; robots.txt is obeyed.
    Page,
    /// A WeChat album that the user named.
    Album,
    /// A page that lists articles, and that the user named.
    ListPage,
    /// A sitemap that the user named, or one that such a sitemap names.
    Sitemap,
    /// A picture of an article; robots.txt is obeyed.
    Picture,
}

impl Purpose {
    /// Whether robots.txt is asked: of what a stranger's page named, not of what the user named.
    const fn obeys_robots(self) -> bool {
        matches!(self, Self::Page | Self::Picture)
    }

    /// The Accept header.
    pub(super) const fn accept(self) -> &'static str {
        match self {
            Self::Feed => {
                "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, \
                 text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
            }
            Self::Page | Self::ListPage => "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
            Self::Album => "application/json, text/html;q=0.9, */*;q=0.5",
            // The old types first: a server that has several gives what was put there rather than what it makes of it.
            Self::Picture => "image/jpeg, image/png, image/gif, image/webp;q=0.9, image/avif;q=0.9, */*;q=0.1",
            Self::Sitemap => "application/xml, text/xml;q=0.9, text/plain;q=0.8, */*;q=0.5",
        }
    }
}

/// A fetch that went well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The copy that we have is still good.
    NotModified {
        /// 304.
        status: u16,
        /// Headers of the answer, which may bring new validators and a new lifetime.
        headers: Vec<(String, String)>,
        /// Answers in order, the last being the 304.
        hops: Vec<Hop>,
        /// When it came.
        at: Timestamp,
    },
    /// A whole body.
    Complete(Capture),
}

/// Fetches politely over any transport: one request at a time for each host, redirects by hand, robots.txt for pages.
pub struct Fetcher {
    transport: Arc<dyn Transport>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) settings: FetchSettings,
    allowed: AllowList,
    user_agent: String,
    pub(super) pace: Pace,
}

impl Fetcher {
    /// A fetcher that goes on from what the last run remembered of its hosts.
    pub fn new(
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        settings: &FetchSettings,
        hosts: Vec<HostState>,
    ) -> Self {
        let pace = Pace::new(Arc::clone(&clock), settings.clone(), hosts);
        let (allowed, user_agent) = (AllowList::new(&settings.allow_private), user_agent(&settings.contact));
        Self { transport, clock, settings: settings.clone(), allowed, user_agent, pace }
    }

    /// Fetches one URL. Dropping the future gives its host free.
    ///
    /// # Errors
    /// No whole answer, a status of 400 or above, or a rule that forbids the request; see [`ErrorClass`].
    pub async fn fetch(&self, ask: &Ask) -> Result<Fetched, FetchError> {
        self.fetch_in(ask, None).await
    }

    /// The same with a slot, which is taken for the time of each request and still is when an answer came.
    pub(crate) async fn fetch_in(&self, ask: &Ask, slot: Option<&Slot>) -> Result<Fetched, FetchError> {
        let mut hops = Vec::new();
        self.follow(ask, slot, &mut hops).await.map_err(|mut error| {
            ask.url.clone_into(&mut error.url);
            error.hops = hops;
            error
        })
    }

    /// Lets nothing through to a host (as [`HostState::host`] names it) before `until`, and counts a strike.
    pub fn pause(&self, host: &str, until: Timestamp, reason: &str) {
        self.pace.pause(host, until, reason);
    }

    /// Forgets the strikes of a host that has given a good page again.
    pub fn forgive(&self, host: &str) {
        let site = Self::site_of_url(&format!("http://{host}/"));
        for name in [host, &site] {
            if self.pace.state(name).is_some_and(|state| state.strikes > 0) {
                self.pace.change(name, |state| state.strikes = 0);
            }
        }
    }

    /// Pauses in a row for which a host has kept us out.
    pub fn strikes(&self, host: &str) -> u32 {
        self.pace.change(host, |state| state.strikes)
    }

    /// Whether less than half of the requests of the day are used up that a host may get; true of one without a limit.
    pub(crate) fn has_half_a_day_left(&self, host: &str) -> bool {
        let budget = Lane::of(host, &self.settings).daily_budget;
        let used = self.host(host).map_or(0, |state| state.requests_on(self.clock.now()));
        budget.is_none_or(|budget| used < budget.div_ceil(2))
    }

    /// What is remembered of one host; `None` before its first request.
    pub fn host(&self, host: &str) -> Option<HostState> {
        self.pace.state(host)
    }

    /// What is remembered of a URL's host and of the site that it belongs to.
    pub(crate) fn hosts_of(&self, url: &str) -> Vec<HostState> {
        let Ok(url) = Url::parse(url) else { return Vec::new() };
        let names = [Some(host_key(&url)), self.site_of(&url)];
        names.into_iter().flatten().filter_map(|name| self.pace.state(&name)).collect()
    }

    /// What is remembered of every host, by name: to be stored for the next run.
    pub fn hosts(&self) -> Vec<HostState> {
        self.pace.states()
    }

    /// The name under which a URL's host is remembered: with `:port` when it is not the scheme's own. "" for a URL
    /// without a host.
    pub fn host_of(url: &str) -> String {
        Url::parse(url).map(|url| host_key(&url)).unwrap_or_default()
    }

    /// The name under which all hosts of a URL's site are remembered together, "" where it has none.
    pub(crate) fn site_of_url(url: &str) -> String {
        Url::parse(url).ok().and_then(|url| site_key(&url)).unwrap_or_default()
    }

    async fn follow(&self, ask: &Ask, slot: Option<&Slot>, hops: &mut Vec<Hop>) -> Result<Fetched, FetchError> {
        let mut url = readable_url(&ask.url)?;
        loop {
            let gap = if ask.purpose.obeys_robots() { self.ask_robots(&url, slot).await? } else { 0 };
            let own = if ask.validators_of.is_empty() { hops.is_empty() } else { url.as_str() == ask.validators_of };
            let request = self.request(&url, ask, own);
            let conditional = request.headers.iter().any(|(name, _)| name.starts_with("if-"));
            let answer = self.exchange(&url, &request, gap, slot).await?;
            hops.push(Hop { url: url.clone().into(), status: answer.status });
            if is_redirect(answer.status) {
                url = self.redirect(ask, &answer, hops).await?;
                continue;
            }
            if answer.status == 304 && conditional {
                let Exchange { status, headers, at, .. } = answer;
                return Ok(Fetched::NotModified { status, headers, hops: hops.clone(), at });
            }
            return finish(ask, answer, hops);
        }
    }

    /// A redirect can ask for patience before it is followed.
    async fn redirect(&self, ask: &Ask, answer: &Exchange, hops: &[Hop]) -> Result<Url, FetchError> {
        let failed =
            |class, message: String| FetchError { status: answer.status, ..FetchError::new("", class, message) };
        let target = next_hop(answer.header("location"), hops, self.settings.max_redirects as usize)
            .map_err(|(class, message)| failed(class, message))?;
        let (from, to) = (redact_url(&answer.url), redact_url(target.as_str()));
        debug!(from, to, status = answer.status, "redirect");
        if answer.url.starts_with("https:") && target.scheme() == "http" && !ask.follow_to_http {
            let message = format!("redirect from https to {to}, where anybody on the way can write what comes");
            return Err(failed(ErrorClass::RedirectRefused, message));
        }
        if let Some(seconds) = wanted_wait(answer).filter(|seconds| *seconds > 0) {
            if seconds > LONGEST_WAIT_MILLIS / 1000 {
                let error = failed(ErrorClass::Server, format!("the redirect may be followed in {seconds} s only"));
                return Err(FetchError { retry_after: Some(seconds), ..error });
            }
            self.clock.sleep_until(self.clock.now().plus_seconds(seconds)).await;
        }
        Ok(target)
    }

    /// One request through the gate, with the rest that its answer may impose on the host.
    pub(super) async fn exchange(
        &self,
        url: &Url,
        request: &Request,
        gap_millis: i64,
        slot: Option<&Slot>,
    ) -> Result<Exchange, FetchError> {
        let host = host_key(url);
        if let Some(slot) = slot {
            slot.release();
        }
        let held_back = |class, seconds| {
            let message = match class {
                ErrorClass::Budget => format!("the day's requests to {host} are used up"),
                _ => format!("{host} rests for another {seconds} s"),
            };
            FetchError { retry_after: Some(seconds), ..FetchError::new(url.as_str(), class, message) }
        };
        let turn = self.pace.turn(&host, gap_millis).await.map_err(|(class, seconds)| held_back(class, seconds))?;
        // Behind the turn, for another host of the site may have told us to rest while it was waited for.
        let site = self.site_of(url);
        if let Some(site) = &site {
            let waited = self.pace.wait_for_site(site).await;
            waited.map_err(|seconds| held_back(ErrorClass::HostPaused, seconds))?;
        }
        if let Some(slot) = slot {
            slot.take().await;
        }
        let started = self.clock.now();
        let answer = self.transport.exchange(request).await;
        self.log(url, request, started, &answer);
        let answer = answer?;
        let strikes =
            self.strikes(&host).max(site.and_then(|site| self.pace.state(&site)).map_or(0, |site| site.strikes));
        if let Some(seconds) = rest_after(answer.status, wanted_wait(&answer), strikes) {
            self.rest(url, &host, answer.status, answer.at.plus_seconds(seconds));
        }
        drop(turn);
        Ok(answer)
    }

    /// Leaves alone whom a server's wish for rest is about. A server of one's own serves many feeds from one address (RSSHub):
    /// there it is about the feed alone. Who counts requests of visitors counts them for all names of his site; who is overloaded
    /// speaks of one host.
    fn rest(&self, url: &Url, host: &str, status: u16, until: Timestamp) {
        if self.allowed.names(url) || self.settings.rate_limit_scope == RateLimitScope::Address {
            return;
        }
        let reason = format!("status {status}");
        self.pace.pause(host, until, &reason);
        if let Some(site) = self.site_of(url).filter(|_| status == 429) {
            self.pace.pause(&site, until, &format!("{reason} from {host}"));
        }
    }

    /// The name of all hosts that rest with that of a URL.
    fn site_of(&self, url: &Url) -> Option<String> {
        let is_wanted = self.settings.rate_limit_scope == RateLimitScope::Site && !self.allowed.names(url);
        if is_wanted { site_key(url) } else { None }
    }

    /// Tells of one request and its answer.
    fn log(&self, url: &Url, request: &Request, started: Timestamp, answer: &Result<Exchange, FetchError>) {
        let url = redact_url(url.as_str());
        let conditional = request.headers.iter().any(|(name, _)| name.starts_with("if-"));
        let millis = self.clock.now().as_millis() - started.as_millis();
        match answer {
            Ok(answer) => {
                debug!(url, conditional, status = answer.status, bytes = answer.body.len(), millis, "request");
            }
            Err(error) => debug!(url, conditional, error = error.class.as_str(), millis, "request"),
        }
    }

    /// Validators belong to one URL, so only the hop that asks for it carries them.
    fn request(&self, url: &Url, ask: &Ask, with_validators: bool) -> Request {
        let mut headers = self.headers(ask.purpose.accept());
        if with_validators {
            let validators = [("if-none-match", &ask.etag), ("if-modified-since", &ask.last_modified)];
            let known = validators.into_iter().filter(|(_, value)| !value.is_empty());
            headers.extend(known.map(|(name, value)| (name.to_owned(), value.clone())));
        }
        if let (Some(own), Some((_, name))) =
            (ask.reader.user_agent_for(url), headers.iter_mut().find(|(name, _)| name == "user-agent"))
        {
            own.clone_into(name);
        }
        let mut secret_headers = ask.reader.secrets_for(url, self.clock.now());
        if let Some(account) = ask.account.as_ref().and_then(|account| account.header_for(url)) {
            secret_headers.retain(|(name, _)| name != "authorization");
            secret_headers.push(("authorization".to_owned(), account.to_owned()));
        }
        Request { url: url.as_str().to_owned(), headers, secret_headers }
    }

    pub(super) fn headers(&self, accept: &str) -> Vec<(String, String)> {
        vec![("user-agent".to_owned(), self.user_agent.clone()), ("accept".to_owned(), accept.to_owned())]
    }
}

fn readable_url(raw: &str) -> Result<Url, FetchError> {
    let bad = |message: String| FetchError::new(raw, ErrorClass::BadUrl, message);
    let mut url = Url::parse(raw.trim()).map_err(|error| bad(format!("not a URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(bad(format!("{} is not http or https", url.scheme())));
    }
    url.set_fragment(None);
    Ok(url)
}

/// One constant, honest name. What a header cannot hold is left out of the contact.
fn user_agent(contact: &str) -> String {
    let contact: String = contact.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '(' | ')')).collect();
    let contact = if contact.is_empty() { "feed and article archiver".to_owned() } else { format!("+{contact}") };
    format!("boji/{} ({contact})", env!("CARGO_PKG_VERSION"))
}

/// What a final answer comes to.
fn finish(ask: &Ask, answer: Exchange, hops: &[Hop]) -> Result<Fetched, FetchError> {
    if answer.status == 206 {
        // Nobody asked for a part (RFC 9110 §15.3.7).
        let error = FetchError::new(&ask.url, ErrorClass::Truncated, "a part of what was asked for (status 206)");
        return Err(FetchError { status: answer.status, ..error });
    }
    if !(200..300).contains(&answer.status) {
        let (class, message) = refusal(&answer);
        let (status, retry_after) = (answer.status, wanted_wait(&answer));
        return Err(FetchError { status, retry_after, ..FetchError::new(&ask.url, class, message) });
    }
    let Exchange { status, headers, body, at, .. } = answer;
    let (url, hops) = (ask.url.clone(), hops.to_vec());
    Ok(Fetched::Complete(Capture { url, hops, status, headers, body, fetched_at: at }))
}

/// Seconds that the server asks us to wait.
fn wanted_wait(answer: &Exchange) -> Option<i64> {
    retry_after(answer.header("retry-after")?, answer.at)
}

/// Headers by which firewalls mark what they send in the place of a page, whatever its status is: Cloudflare, Amazon, Vercel,
/// DataDome, Sucuri.
const CHALLENGES: [&str; 5] =
    ["cf-mitigated", "x-amzn-waf-action", "x-vercel-mitigated", "x-datadome", "x-sucuri-block"];

/// Class and phrase of an answer that is no page. A challenge is about us and all pages of the host.
fn refusal(answer: &Exchange) -> (ErrorClass, String) {
    let status = answer.status;
    if CHALLENGES.iter().any(|header| answer.header(header).is_some()) {
        return (ErrorClass::RateLimited, format!("the site asks for a proof of humanity (status {status})"));
    }
    let class = ErrorClass::of_status(status).unwrap_or(ErrorClass::Server);
    let words = match class {
        ErrorClass::Forbidden => "the server keeps us out",
        ErrorClass::NotFound => "not found",
        ErrorClass::Gone => "gone for good",
        ErrorClass::RateLimited => "too many requests",
        ErrorClass::Server if status < 400 => "an answer that was not asked for",
        ErrorClass::Server => "the server failed",
        _ => "the server refused the request",
    };
    (class, format!("{words} (status {status})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_constant_and_fits_a_header() {
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(user_agent(""), format!("boji/{version} (feed and article archiver)"));
        assert_eq!(user_agent("me@a.example\r\nX: y"), format!("boji/{version} (+me@a.exampleX:y)"));
    }

    #[test]
    fn hosts_are_remembered_with_an_unusual_port() {
        let cases = [
            ("https://A.example/x", "a.example"),
            ("https://a.example:443/", "a.example"),
            ("http://a.example:443/", "a.example:443"),
            ("http://[::1]:80/", "[::1]"),
            ("mailto:x", ""),
        ];
        for (url, want) in cases {
            assert_eq!(Fetcher::host_of(url), want, "{url}");
        }
    }
}
