//! The seams at which the program's parts meet, for its own tests: each with what it takes and gives.

/// Settings and sources.
pub mod config {
    pub use crate::config::{
        ConfigError, CronExpression, FetchSettings, LoadOptions, Origin, RateLimitScope, Settings, load, load_sources,
    };
}

/// Who an entry is, and what is new.
pub mod dedup {
    pub use crate::dedup::{Letters, Shingles, Sketch, decide, decide_again, entry_key, is_kept};
}

/// From fetched bytes to candidates.
pub mod discover {
    pub use crate::discover::{Step, of_kind, walk};
}

/// From stored articles to files.
pub mod export {
    pub use crate::export::{
        ExportError, ExportOptions, Format, JsonlSink, Manifest, ParquetSink, Record, Report, Sample, Shard, Sink,
        Split, TreeSink, Verified, WrittenFile, export as export_unless, verify,
    };
    use crate::store::{Filter, Store};

    /// An export that nobody stops.
    ///
    /// # Errors
    ///
    /// As those of the one that it stands for.
    pub fn export(store: &dyn Store, filter: &Filter, options: &ExportOptions) -> Result<Report, ExportError> {
        export_unless(store, filter, options, &|| false)
    }
}

/// From a request to an answer.
pub mod fetch {
    pub use crate::fetch::{
        Account, Ask, Exchange, FetchError, Fetched, Fetcher, Live, Purpose, Recorder, Replay, Request, Transport,
        permanent_target,
    };
}

/// The nouns of fetching and keeping.
pub mod model {
    pub use crate::model::{
        BoxFuture, Capture, Clock, Decision, Duplicate, DuplicateKind, Duplicates, Entry, EntryStatus, ErrorClass,
        FailureClass, FetchRecord, Forgetting, Forgotten, Hidden, Hideable, Hold, Hop, HostState, KeepImages, Known,
        LastSight, Latest, Likeness, ManualClock, NoPicture, Outcome, Picture, PictureFile, PictureKind,
        PictureOutcome, Resemblance, Schedule, Score, SetAside, Source, SourceKind, SourceState, Standing,
        StoredArticle, Submission, VersionCount, WantedPicture,
    };
}

/// The run, and the import of what lies in folders.
pub mod pipeline {
    pub use crate::pipeline::{Errand, Habit, ImportOptions, RunLock, RunOptions, RunReport, Setup, Stop, import, run};
}

/// What a person looks for.
pub mod search {
    pub use crate::search::{Field, Phrase, Query, QueryError};
}

/// What is kept.
pub mod store {
    pub use crate::store::{
        Access, Batch, EntryCount, Filter, Found, HiddenOnes, Hit, Retry, SearchIndex, Selection, SqliteStore, Store,
        StoreError, Waiting,
    };
}
