use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use boji_clean::model::Timestamp;

use super::error::{FetchError, redact_url};
use super::recording::{RecordedAnswer, RecordedExchange, RecordingError, RecordingReader, RecordingWriter};
use super::transport::{Exchange, Request, Transport};
use crate::model::{BoxFuture, Clock, ErrorClass};

/// Answers requests from a recording and from nothing else. Several answers of one URL come in the order in which
/// they were recorded, then the last one again. Files of other tools are welcome, compressed or not.
pub struct Replay {
    recording: RecordingReader,
    by_url: BTreeMap<String, Vec<RecordedExchange>>,
    served: Mutex<BTreeMap<String, usize>>,
    start: Option<Timestamp>,
    damage: Option<String>,
}

impl Replay {
    /// Opens a recording. Only an index stays in memory; bodies are read when they are asked for.
    ///
    /// # Errors
    /// The file cannot be read. What of it is damaged is left out, not an error: [`Replay::damage`] tells.
    pub fn open(path: &Path) -> Result<Self, RecordingError> {
        Self::of(RecordingReader::file(path))
    }

    /// Opens a recording that is in memory, such as the one that the binary carries.
    ///
    /// # Errors
    /// The bytes are no WARC file.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, RecordingError> {
        Self::of(RecordingReader::bytes(bytes))
    }

    /// When the recording begins: the moment at which a replay's clock should start.
    pub const fn start_time(&self) -> Option<Timestamp> {
        self.start
    }

    /// The first thing that is wrong with the recording, as a sentence; `None` when all of it can be read.
    pub fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }

    /// Every URL that has an answer, sorted.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        self.by_url.keys().map(String::as_str)
    }

    /// What [`super::Recorder::note`] kept under this name, if anything.
    pub fn note(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.by_url.get(name)?.last()?;
        match self.recording.read(entry).ok()? {
            RecordedAnswer::Response { body, .. } => Some(body),
            RecordedAnswer::Failure { .. } => None,
        }
    }

    fn of(recording: RecordingReader) -> Result<Self, RecordingError> {
        let index = recording.index()?;
        let mut by_url: BTreeMap<String, Vec<RecordedExchange>> = BTreeMap::new();
        for entry in index.entries {
            by_url.entry(redact_url(&entry.url)).or_default().push(entry);
        }
        Ok(Self { recording, by_url, served: Mutex::default(), start: index.start, damage: index.damage })
    }

    fn answer(&self, request: &Request) -> Result<Exchange, FetchError> {
        let failed = |class, message: String| FetchError::new(&request.url, class, message);
        let url = redact_url(&request.url);
        let Some(entry) = self.next_entry(&url) else {
            return Err(failed(ErrorClass::NotRecorded, "the recording has no answer to this".to_owned()));
        };
        match self.recording.read(entry) {
            // To somebody else it said that what he had is still right.
            Ok(RecordedAnswer::Response { status: 304, .. }) if !request.is_conditional() => Err(failed(
                ErrorClass::NotRecorded,
                "the recording holds no answer to this but that nothing had changed for who asked then".to_owned(),
            )),
            Ok(RecordedAnswer::Response { status, headers, body }) => {
                Ok(Exchange { url: request.url.clone(), status, headers, body, at: entry.at })
            }
            Ok(RecordedAnswer::Failure { class, message }) => Err(failed(class, message)),
            Err(error) => {
                let message = format!("the recorded answer is damaged: {error}");
                Err(FetchError { source: Some(error.into()), ..failed(ErrorClass::NotRecorded, message) })
            }
        }
    }

    fn next_entry(&self, url: &str) -> Option<&RecordedExchange> {
        let entries = self.by_url.get(url)?;
        let mut served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        let count = served.entry(url.to_owned()).or_default();
        let entry = entries.get(*count).or_else(|| entries.last());
        *count += 1;
        entry
    }
}

impl Transport for Replay {
    fn exchange<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Exchange, FetchError>> {
        Box::pin(std::future::ready(self.answer(request)))
    }
}

/// Writes every exchange of another transport, failures too, to a WARC file as it comes. A process that is killed
/// leaves a file with all exchanges that were complete.
pub struct Recorder<T> {
    inner: T,
    clock: Arc<dyn Clock>,
    recording: Mutex<Writing>,
}

struct Writing {
    recording: RecordingWriter,
    failed: Option<RecordingError>,
}

impl<T: Transport> Recorder<T> {
    /// Starts a new recording at `path` (`….warc.gz`).
    ///
    /// # Errors
    /// The file exists already, or cannot be made.
    pub fn create(path: &Path, inner: T, clock: Arc<dyn Clock>) -> Result<Self, RecordingError> {
        let recording = RecordingWriter::create(path, clock.now())?;
        Ok(Self { inner, clock, recording: Mutex::new(Writing { recording, failed: None }) })
    }

    /// Keeps `content` in the recording under a name of our own (`urn:…`), for [`super::Replay::note`] to give back.
    ///
    /// # Errors
    /// It could not be written.
    pub fn note(&self, name: &str, content: &[u8]) -> Result<(), RecordingError> {
        let mut writing = self.recording.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        writing.recording.note(name, content, now)
    }

    /// Ends the recording.
    ///
    /// # Errors
    /// The first exchange that could not be written; nothing was written after it.
    pub fn finish(self) -> Result<(), RecordingError> {
        let writing = self.recording.into_inner().unwrap_or_else(PoisonError::into_inner);
        writing.failed.map_or(Ok(()), Err)
    }

    fn write(&self, request: &Request, outcome: &Result<Exchange, FetchError>) {
        let mut writing = self.recording.lock().unwrap_or_else(PoisonError::into_inner);
        if writing.failed.is_some() {
            return;
        }
        if let Err(error) = writing.recording.append(request, outcome.as_ref(), self.clock.now()) {
            tracing::error!(%error, "the recording stops here");
            writing.failed = Some(error);
        }
    }
}

impl<T: Transport> Transport for Recorder<T> {
    fn exchange<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Exchange, FetchError>> {
        Box::pin(async move {
            let outcome = self.inner.exchange(request).await;
            self.write(request, &outcome);
            outcome
        })
    }
}
