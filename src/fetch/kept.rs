use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::error::FetchError;
use super::transport::{Exchange, Request, Transport};
use crate::model::{BoxFuture, ErrorClass};

/// Bytes that are kept; what comes after them is asked for again.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// The answers to requests that were made while somebody looked around, so that nobody has to be asked twice.
#[derive(Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<BTreeMap<String, Exchange>>>);

impl Kept {
    /// Whether an address was answered.
    pub(crate) fn has(&self, url: &str) -> bool {
        self.lock().contains_key(url)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Exchange>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers from what was kept alone, each URL as it was answered.
impl Transport for Kept {
    fn exchange<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Exchange, FetchError>> {
        let answer = self.lock().get(&request.url).cloned();
        let missing = || FetchError::new(&request.url, ErrorClass::NotRecorded, "not asked for yet");
        Box::pin(async move { answer.ok_or_else(missing) })
    }
}

/// A transport that keeps what another brings.
pub(crate) struct Keeper<T> {
    inner: T,
    kept: Kept,
}

impl<T: Transport> Keeper<T> {
    /// A keeper of what `inner` brings.
    pub(crate) fn new(inner: T, kept: Kept) -> Self {
        Self { inner, kept }
    }
}

impl<T: Transport> Transport for Keeper<T> {
    fn exchange<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Exchange, FetchError>> {
        Box::pin(async move {
            let answer = self.inner.exchange(request).await?;
            let mut kept = self.kept.lock();
            let held: usize = kept.values().map(|answer| answer.body.len()).sum();
            if held + answer.body.len() <= MAX_BYTES {
                kept.insert(request.url.clone(), answer.clone());
            }
            drop(kept);
            Ok(answer)
        })
    }
}
