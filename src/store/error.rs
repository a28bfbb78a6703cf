use std::path::PathBuf;

/// Why the store could not do what was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database itself failed.
    #[error("the database {path} failed while it was asked to {action}")]
    Database {
        /// The file.
        path: PathBuf,
        /// What was being done, as a verb.
        action: &'static str,
        /// SQLite's word.
        #[source]
        source: rusqlite::Error,
    },
    /// The disk is full.
    #[error("no space is left for the database {path}; what was stored before is kept")]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// Another process held the database for longer than one waits.
    #[error("the database {path} is in use by another process")]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// A state or an entry of a source that is not there.
    #[error("there is no source {id}")]
    UnknownSource {
        /// What was given.
        id: String,
    },
    /// A decision that does not go with what is stored.
    #[error("the decision on the article {id} does not fit: {why}")]
    Decision {
        /// The article.
        id: String,
        /// What is wrong, as a clause.
        why: &'static str,
    },
    /// A newer boji wrote this database.
    #[error("the database {path} has version {found}, this boji knows up to {known}")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Version found.
        found: i64,
        /// Highest version known.
        known: i64,
    },
    /// The file is no boji database.
    #[error("{path} is not a boji database")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// There is no database.
    #[error("there is no database at {path}")]
    Missing {
        /// The file looked for.
        path: PathBuf,
    },
    /// A stored value could not be read back.
    #[error("the database {path} holds {what} that cannot be read")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What it was.
        what: String,
    },
    /// An id's beginning fits several articles.
    #[error("the id {prefix} fits {count} articles")]
    Ambiguous {
        /// What was given.
        prefix: String,
        /// How many it fits.
        count: usize,
    },
    /// A search without an index.
    #[error("the words of the articles are not indexed")]
    NoSearchIndex,
    /// Reading or writing a file failed.
    #[error("failed to access {path}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: std::io::Error,
    },
    /// A dump could not be written out.
    #[error("failed to write the dump")]
    Dump {
        /// The system's word.
        #[source]
        source: std::io::Error,
    },
}

impl StoreError {
    /// Whether a stored value is damaged, and not the file or the way to it.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Corrupt { .. } => true,
            Self::Database { source, .. } => is_damage(source),
            _ => false,
        }
    }

    /// Whether a later try fares no better: what is there is damaged, or not for this boji.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Newer { .. } | Self::Foreign { .. }) || self.is_damage()
    }

    /// What a person can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Full { .. } => "free some space and run again; what was stored before is safe",
            Self::Busy { .. } => "wait until the other run has ended",
            Self::Newer { .. } => "install the newer boji that wrote it, or point --data at another folder",
            Self::Foreign { .. } => "point --data at a folder of boji's own",
            Self::Missing { .. } => "run `boji init`, or point --data at the folder that holds the database",
            Self::NoSearchIndex => "`boji index rebuild` makes the index, and keeps it from then on",
            Self::Ambiguous { .. } => "give more characters of the id",
            Self::Database { source, .. }
                if source.sqlite_error_code() == Some(rusqlite::ErrorCode::SystemIoFailure) =>
            {
                "check that the disk is neither full nor failing; what was stored before is safe"
            }
            Self::Database { source, .. }
                if matches!(
                    source.sqlite_error_code(),
                    Some(rusqlite::ErrorCode::ReadOnly | rusqlite::ErrorCode::CannotOpen)
                ) =>
            {
                "check that the folder and the file are yours to write"
            }
            Self::Corrupt { .. } => "run `boji status --check`; restore a backup if it reports more",
            _ => return None,
        })
    }
}

/// Whether SQLite's word is about one stored value.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::{Error, ErrorCode};
    let values = matches!(
        error,
        Error::FromSqlConversionFailure(..)
            | Error::InvalidColumnType(..)
            | Error::Utf8Error(..)
            | Error::IntegralValueOutOfRange(..)
    );
    values || error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt)
}
