use std::collections::HashSet;
use std::error::Error;
use std::io::{self, Read as _};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::{Client, ClientBuilder, Proxy, Response};
use url::Url;

use super::address::{AllowList, host_key};
use super::error::FetchError;
use super::transport::{Exchange, Request, Transport, is_framing};
use crate::config::FetchSettings;
use crate::model::{BoxFuture, Clock, ErrorClass};

/// Content codings that a server may have used without our asking; a body left in one of them is of no use.
const CODINGS: [&str; 7] = ["gzip", "x-gzip", "br", "zstd", "compress", "x-compress", "dcb"];
/// One that is not asked for, since servers mean two things by it, and is undone all the same.
const DEFLATE: &str = "deflate";

/// Times that a body may be packed without a word of it.
const MAX_PACKED: usize = 2;
/// Most bytes, and the longest time, for the body of an answer that is no page: a redirect, a refusal, a failure.
const MAX_OTHER_BYTES: usize = 64 * 1024;
const MAX_OTHER_TIME: Duration = Duration::from_secs(3);

/// The network. Bodies are read chunk by chunk, so that neither a large one nor one that unpacks to a large one takes
/// more memory than `max_body_bytes`.
pub struct Live {
    /// Connects to public addresses alone; with a proxy, which resolves names in our place, to that.
    guarded: Client,
    /// Connects anywhere: for the hosts that `allow_private` names.
    open: Client,
    allowed: AllowList,
    /// Names are resolved elsewhere.
    has_proxy: bool,
    max_body_bytes: u64,
    clock: Arc<dyn Clock>,
    /// Hosts that have answered and said nothing of closing, so that a connection to them may be kept open.
    answered: Mutex<HashSet<String>>,
}

impl Live {
    /// A client with the limits of `settings`.
    ///
    /// # Errors
    /// The TLS back end finds no root certificates.
    pub fn new(settings: &FetchSettings, clock: Arc<dyn Clock>) -> Result<Self, FetchError> {
        // Whoever installs a provider first wins, and any will do; building a client without one panics.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let allowed = AllowList::new(&settings.allow_private);
        let failed = |error: reqwest::Error| {
            let message = format!("no HTTP client could be built: {error}");
            FetchError { source: Some(error.into()), ..FetchError::new("anything", ErrorClass::Tls, message) }
        };
        let (guarded, open) = if let Some(proxy) = proxy(settings)? {
            let through = builder(settings).proxy(proxy).build().map_err(failed)?;
            (through.clone(), through)
        } else {
            let guarded = builder(settings).dns_resolver(GuardedResolver(allowed.clone()));
            (guarded.build().map_err(failed)?, builder(settings).build().map_err(failed)?)
        };
        let (max_body_bytes, answered) = (settings.max_body_bytes, Mutex::default());
        let has_proxy = !settings.proxy.is_empty();
        Ok(Self { guarded, open, allowed, has_proxy, max_body_bytes, clock, answered })
    }

    async fn send(&self, request: &Request) -> Result<Exchange, FetchError> {
        let bad = |message: String| FetchError::new(&request.url, ErrorClass::BadUrl, message);
        let url = Url::parse(&request.url).map_err(|error| bad(error.to_string()))?;
        if let Some(address) = self.allowed.refused_literal(&url) {
            let message = format!("{address} is no public address");
            return Err(FetchError::new(&request.url, ErrorClass::PrivateAddress, message));
        }
        if self.has_proxy && self.allowed.refused_name(&url) {
            let message = format!("{} is no public name", url.host_str().unwrap_or_default());
            return Err(FetchError::new(&request.url, ErrorClass::PrivateAddress, message));
        }
        let client = if self.allowed.names(&url) { &self.open } else { &self.guarded };
        let host = host_key(&url);
        let send = || client.get(url.clone()).headers(header_map(request)).send();
        let mut sent = send().await;
        // A connection that was kept open may be closed at the moment when it is used: that says nothing about the server.
        if sent.as_ref().is_err_and(|error| !error.is_connect() && !error.is_timeout()) && self.has_answered(&host) {
            sent = send().await;
        }
        let mut response = sent.map_err(|error| failure(&request.url, error, ErrorClass::Connect))?;
        let closes =
            response.headers().get("connection").is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"close"));
        if closes {
            self.hosts().remove(&host);
        } else {
            self.hosts().insert(host);
        }
        let status = response.status().as_u16();
        let body = if (200..300).contains(&status) {
            check_coding(request, &response)?;
            let body = self.read(request, &mut response).await?;
            let body = if coding(&response) == DEFLATE { self.inflated(request, &body)? } else { body };
            self.unpacked(request, body)?
        } else {
            read_some(&mut response).await
        };
        let headers = kept_headers(response.headers());
        Ok(Exchange { url: request.url.clone(), status, headers, body, at: self.clock.now() })
    }

    fn has_answered(&self, host: &str) -> bool {
        self.hosts().contains(host)
    }

    fn hosts(&self) -> MutexGuard<'_, HashSet<String>> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn too_large(&self, request: &Request) -> FetchError {
        let message = format!("body is larger than {} bytes", self.max_body_bytes);
        FetchError::new(&request.url, ErrorClass::TooLarge, message)
    }

    /// A body in the coding `deflate`: with zlib's head, as RFC 9110 §8.4.1.2 has it, or bare, as many servers send it.
    fn inflated(&self, request: &Request, body: &[u8]) -> Result<Vec<u8>, FetchError> {
        let most = self.max_body_bytes + 1;
        let mut plain = Vec::new();
        if body.is_empty() {
            return Ok(plain);
        }
        if ZlibDecoder::new(body).take(most).read_to_end(&mut plain).is_err() {
            plain.clear();
            DeflateDecoder::new(body)
                .take(most)
                .read_to_end(&mut plain)
                .map_err(|error| FetchError::new(&request.url, ErrorClass::Decode, error.to_string()))?;
        }
        if plain.len() as u64 > self.max_body_bytes { Err(self.too_large(request)) } else { Ok(plain) }
    }

    /// A body that was packed by gzip though no header says so, or packed again: undone while it shows. One that is cut short
    /// is kept as far as it goes.
    fn unpacked(&self, request: &Request, mut body: Vec<u8>) -> Result<Vec<u8>, FetchError> {
        for _ in 0..MAX_PACKED {
            if !body.starts_with(b"\x1f\x8b\x08") {
                break;
            }
            let mut plain = Vec::new();
            let mut reader = MultiGzDecoder::new(body.as_slice()).take(self.max_body_bytes + 1);
            let read = reader.read_to_end(&mut plain);
            if plain.len() as u64 > self.max_body_bytes {
                return Err(self.too_large(request));
            }
            if read.is_err() && plain.is_empty() {
                break;
            }
            body = plain;
        }
        Ok(body)
    }

    async fn read(&self, request: &Request, response: &mut Response) -> Result<Vec<u8>, FetchError> {
        let too_large = || self.too_large(request);
        if response.content_length().is_some_and(|length| length > self.max_body_bytes) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if (body.len() + chunk.len()) as u64 > self.max_body_bytes => return Err(too_large()),
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => return Ok(body),
                Err(error) => return Err(failure(&request.url, error, ErrorClass::Truncated)),
            }
        }
    }
}

/// The body of an answer that is no page: what comes of it soon. Its status and its headers count, whatever comes behind them.
async fn read_some(response: &mut Response) -> Vec<u8> {
    let mut body = Vec::new();
    let read = async {
        while let Ok(Some(chunk)) = response.chunk().await
            && body.len() < MAX_OTHER_BYTES
        {
            body.extend_from_slice(&chunk);
        }
    };
    let _ = tokio::time::timeout(MAX_OTHER_TIME, read).await;
    body.truncate(MAX_OTHER_BYTES);
    body
}

impl Transport for Live {
    fn exchange<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Exchange, FetchError>> {
        Box::pin(self.send(request))
    }
}

/// The proxy of the settings. It resolves names, also one of SOCKS: what it lets through is its matter, and only addresses in numbers
/// are judged here.
fn proxy(settings: &FetchSettings) -> Result<Option<Proxy>, FetchError> {
    if settings.proxy.is_empty() {
        return Ok(None);
    }
    // The library's own words would repeat the address, which may hold a password.
    let unusable = || FetchError::new("anything", ErrorClass::BadUrl, "fetch.proxy is no address of a proxy");
    let address = String::from(Url::parse(settings.proxy.trim()).map_err(|_| unusable())?);
    let address = match address.strip_prefix("socks5://") {
        Some(rest) => format!("socks5h://{rest}"),
        None => address,
    };
    let unusable = |_| unusable();
    Proxy::all(address).map(Some).map_err(unusable)
}

/// No cookies of servers (the feature is off), no referer, no redirects, no retries behind our back. No proxy of the environment
/// either: names would be resolved by one that nobody chose for this.
fn builder(settings: &FetchSettings) -> ClientBuilder {
    let seconds = |seconds: u32| Duration::from_secs(u64::from(seconds));
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .retry(reqwest::retry::never())
        .connect_timeout(seconds(settings.connect_timeout_seconds))
        .read_timeout(seconds(settings.idle_timeout_seconds))
        .timeout(seconds(settings.total_timeout_seconds))
        .pool_max_idle_per_host(1)
}

/// The client takes the header away when it undoes the coding; one that is still there was not undone.
fn check_coding(request: &Request, response: &Response) -> Result<(), FetchError> {
    let value = coding(response);
    let is_packed_twice = value.contains(',') && value.contains(DEFLATE);
    let is_unknown = value.split(',').any(|coding| CODINGS.contains(&coding.trim()));
    if (is_unknown || is_packed_twice) && response.content_length() != Some(0) {
        let message = format!("content encoding {value:?} is not understood");
        return Err(FetchError::new(&request.url, ErrorClass::Decode, message));
    }
    Ok(())
}

fn coding(response: &Response) -> String {
    let value = response.headers().get("content-encoding").map(HeaderValue::as_bytes).unwrap_or_default();
    String::from_utf8_lossy(value).trim().to_ascii_lowercase()
}

fn failure(url: &str, error: reqwest::Error, during: ErrorClass) -> FetchError {
    let (class, message) = class_of(&error, during);
    let class = if error.is_timeout() { ErrorClass::Timeout } else { class };
    FetchError { source: Some(error.without_url().into()), ..FetchError::new(url, class, message) }
}

/// A header that HTTP cannot hold is left out rather than sent in another form. Secret ones are marked, so that no library writes
/// them into its log.
fn header_map(request: &Request) -> HeaderMap {
    let mut headers: HeaderMap = request.open_headers().filter_map(header).collect();
    for (name, mut value) in request.secret_headers.iter().filter_map(header) {
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    headers
}

fn header((name, value): &(String, String)) -> Option<(HeaderName, HeaderValue)> {
    let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
    let is_validator = name == IF_NONE_MATCH || name == IF_MODIFIED_SINCE;
    let as_it_came = if is_validator { bytes_of_characters(value) } else { None };
    let value = HeaderValue::from_bytes(as_it_came.as_deref().unwrap_or(value.as_bytes())).ok()?;
    Some((name, value))
}

/// The bytes of a text in which each character stands for one; `None` for any other text.
fn bytes_of_characters(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

fn kept_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let kept = headers.iter().filter(|(name, _)| !is_framing(name.as_str()));
    // A validator goes back byte by byte, whatever its letters mean: each byte is a character.
    let text = |name: &HeaderName, value: &HeaderValue| match value.as_bytes() {
        bytes if *name == ETAG || *name == LAST_MODIFIED => bytes.iter().map(|byte| char::from(*byte)).collect(),
        bytes => String::from_utf8_lossy(bytes).into_owned(),
    };
    kept.map(|(name, value)| (name.as_str().to_owned(), text(name, value))).collect()
}

/// What really went wrong below an HTTP client's error: its innermost cause decides the class and the message.
/// `during` is what to call it when no cause says more.
fn class_of(error: &(dyn Error + 'static), during: ErrorClass) -> (ErrorClass, String) {
    let mut class = during;
    let mut message = error.to_string();
    let mut next = Some(error);
    let mut depth = 0;
    while let Some(cause) = next
        && depth < MAX_DEPTH
    {
        if let Some(known) = known_class(cause) {
            class = known;
        }
        message = cause.to_string();
        next = beneath(cause);
        depth += 1;
    }
    (class, message)
}

/// A resolver's refusal: every address of the name is private.
#[derive(Debug, thiserror::Error)]
#[error("{0} has no public address")]
pub(super) struct NoPublicAddress(pub String);

/// A resolver's failure.
#[derive(Debug, thiserror::Error)]
#[error("no address found for {0}")]
pub(super) struct NoAddress(pub String);

/// Chains of causes are short; this only bounds a cycle.
const MAX_DEPTH: usize = 16;

fn known_class(cause: &(dyn Error + 'static)) -> Option<ErrorClass> {
    if cause.is::<NoPublicAddress>() {
        return Some(ErrorClass::PrivateAddress);
    }
    if cause.is::<NoAddress>() {
        return Some(ErrorClass::Dns);
    }
    if cause.is::<rustls::Error>() {
        return Some(ErrorClass::Tls);
    }
    let io = cause.downcast_ref::<io::Error>()?;
    match io.kind() {
        io::ErrorKind::UnexpectedEof => Some(ErrorClass::Truncated),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Some(ErrorClass::Decode),
        io::ErrorKind::TimedOut => Some(ErrorClass::Timeout),
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted => {
            Some(ErrorClass::Connect)
        }
        _ => None,
    }
}

/// `io::Error::source` skips the error that it wraps, which is the one that we look for.
fn beneath<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    if let Some(inner) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        return Some(inner);
    }
    cause.source()
}

/// The system's resolver with the private addresses taken out of its answers, so that a public name cannot lead
/// into the local network, not even when its record changes between two look-ups.
#[derive(Clone, Debug)]
pub(super) struct GuardedResolver(pub AllowList);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0.clone();
        Box::pin(async move {
            let name = name.as_str();
            let look_up = || tokio::net::lookup_host((name, 0));
            let mut found = look_up().await;
            if found.is_err() {
                // Resolvers fail for a moment, and a name asked for once more costs nobody anything.
                found = look_up().await;
            }
            let found: Vec<SocketAddr> = found.map_err(|_| NoAddress(name.to_owned()))?.collect();
            if found.is_empty() {
                return Err(NoAddress(name.to_owned()).into());
            }
            let kept: Vec<SocketAddr> = found.into_iter().filter(|found| allowed.permits(found.ip())).collect();
            if kept.is_empty() {
                return Err(NoPublicAddress(name.to_owned()).into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_validator_goes_back_byte_by_byte() {
        for etag in [b"\"a-1\"".as_slice(), b"\"\xe9\"", "\"版\"".as_bytes(), b"W/\"\xff\xfe\""] {
            let came = HeaderMap::from_iter([(ETAG, HeaderValue::from_bytes(etag).expect("a value"))]);
            let kept = kept_headers(&came).into_iter().map(|(_, value)| ("if-none-match".to_owned(), value));
            let sent: HeaderMap = kept.collect::<Vec<_>>().iter().filter_map(header).collect();
            assert_eq!(sent.get(IF_NONE_MATCH).map(HeaderValue::as_bytes), Some(etag));
        }
    }

    #[test]
    fn the_innermost_known_cause_decides() {
        let cut = io::Error::other(io::Error::new(io::ErrorKind::UnexpectedEof, "cut off"));
        assert_eq!(class_of(&cut, ErrorClass::Connect), (ErrorClass::Truncated, "cut off".to_owned()));
        let hidden = io::Error::other(NoPublicAddress("intranet".into()));
        assert_eq!(class_of(&hidden, ErrorClass::Connect).0, ErrorClass::PrivateAddress);
        let unknown = io::Error::other("odd");
        assert_eq!(class_of(&unknown, ErrorClass::Connect), (ErrorClass::Connect, "odd".to_owned()));
    }
}
