use std::path::PathBuf;

use boji_clean::rules::similar;

use crate::model::{Source, SourceState};
use crate::store::StoreError;

/// Why a whole run, import or export could not go on. What fails for one item stands in the report instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// Another process writes to this data folder.
    #[error("another boji (process {pid}, since {since}) holds {path}")]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Its process id.
        pid: String,
        /// Since when.
        since: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The thread that owns the store is gone.
    #[error("the store's thread ended early")]
    StoreThread,
    /// Reading or cleaning what came did not end as it should.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// A file could not be read or written.
    #[error("failed to access {path}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: std::io::Error,
    },
    /// A source was named that does not exist.
    #[error("there is no source {id}")]
    UnknownSource {
        /// The name.
        id: String,
        /// "did you mean" with the nearest one, "" when none is near.
        near: String,
    },
    /// The list of sources in a recording is no such list.
    #[error("failed to use the recording: its list of sources is damaged")]
    Recording(#[source] serde_json::Error),
}

/// Why a thread that reads or cleans gave nothing. It is about the one thing that it worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkerError {
    /// It panicked.
    #[error("reading or cleaning what came broke off; standard error says where")]
    Panicked,
    /// It was not done in time, and was left behind.
    #[error("reading or cleaning what came took longer than {0} s and was left")]
    TookTooLong(u64),
}

impl RunError {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::UnknownSource { near, .. } if !near.is_empty() => return Some(near.clone()),
            Self::Locked { .. } => Some("`--wait 5m` waits for it to end; a lock of a killed process goes by itself"),
            Self::Store(error) => error.hint(),
            Self::UnknownSource { .. } => Some("`boji list sources` shows what there is"),
            Self::Recording(_) => Some("a recording is a WARC file as `boji run --record FILE` writes it"),
            Self::Io { .. } => Some("check that the path exists, is yours, and that the disk is not full"),
            Self::StoreThread | Self::Worker(_) => None,
        };
        hint.map(str::to_owned)
    }

    /// A source that is none of those there are.
    pub(crate) fn unknown_source(id: &str, sources: &[(Source, SourceState)]) -> Self {
        let known: Vec<&str> = sources.iter().map(|(source, _)| source.id.as_str()).collect();
        Self::UnknownSource { id: id.to_owned(), near: similar(id, &known).unwrap_or_default() }
    }
}
