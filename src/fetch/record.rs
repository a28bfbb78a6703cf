use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::error::FetchError;
use super::tape::TapeError;
use super::tape::TapeWriter;
use super::transport::{Exchange, Request, Transport};
use crate::model::{BoxFuture, Clock};

/// Writes every exchange of another transport, failures too, to a WARC file as it comes. A process that is killed
/// leaves a file with all exchanges that were complete.
pub struct Record<T> {
    inner: T,
    clock: Arc<dyn Clock>,
    tape: Mutex<Writing>,
}

struct Writing {
    tape: TapeWriter,
    failed: Option<TapeError>,
}

impl<T: Transport> Record<T> {
    /// Starts a new recording at `path` (`….warc.gz`).
    ///
    /// # Errors
    /// The file exists already, or cannot be made.
    pub fn create(path: &Path, inner: T, clock: Arc<dyn Clock>) -> Result<Self, TapeError> {
        let tape = TapeWriter::create(path, clock.now())?;
        Ok(Self { inner, clock, tape: Mutex::new(Writing { tape, failed: None }) })
    }

    /// Keeps `content` in the recording under a name of our own (`urn:…`), for [`super::Replay::note`] to give back.
    ///
    /// # Errors
    /// It could not be written.
    pub fn note(&self, name: &str, content: &[u8]) -> Result<(), TapeError> {
        let mut writing = self.tape.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        writing.tape.note(name, content, now)
    }

    /// Ends the recording.
    ///
    /// # Errors
    /// The first exchange that could not be written; nothing was written after it.
    pub fn finish(self) -> Result<(), TapeError> {
        let writing = self.tape.into_inner().unwrap_or_else(PoisonError::into_inner);
        writing.failed.map_or(Ok(()), Err)
    }

    fn write(&self, request: &Request, outcome: &Result<Exchange, FetchError>) {
        let mut writing = self.tape.lock().unwrap_or_else(PoisonError::into_inner);
        if writing.failed.is_some() {
            return;
        }
        if let Err(error) = writing.tape.append(request, outcome.as_ref(), self.clock.now()) {
            tracing::error!(%error, "the recording stops here");
            writing.failed = Some(error);
        }
    }
}

impl<T: Transport> Transport for Record<T> {
    fn exchange<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Exchange, FetchError>> {
        Box::pin(async move {
            let outcome = self.inner.exchange(request).await;
            self.write(request, &outcome);
            outcome
        })
    }
}
