use std::path::Path;

use boji_clean::model::Word;
use rusqlite::ErrorCode;

use crate::store::error::{StoreError, is_damage};

/// What goes wrong inside of a transaction, before the file and the deed are named.
#[derive(Debug)]
pub(super) enum SqliteFailure {
    /// SQLite's word.
    Sqlite(rusqlite::Error),
    /// A stored value that cannot be read back: what it was.
    Corrupt(String),
    /// Already a word for the caller.
    Store(StoreError),
}

impl From<rusqlite::Error> for SqliteFailure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for SqliteFailure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl SqliteFailure {
    /// What is damaged, when the failure is about one value and not about the file; else the failure itself.
    pub(super) fn damage(self) -> Result<String, Self> {
        match self {
            Self::Corrupt(what) => Ok(format!("{what} cannot be read")),
            Self::Sqlite(error) if is_damage(&error) => Ok(error.to_string()),
            other => Err(other),
        }
    }

    /// The error for the caller: which file, and what was being done, as a verb.
    pub(super) fn at(self, path: &Path, action: &'static str) -> StoreError {
        let path = path.to_owned();
        match self {
            Self::Store(error) => error,
            Self::Corrupt(what) => StoreError::Corrupt { path, what },
            Self::Sqlite(source) => match source.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => StoreError::Full { path },
                Some(ErrorCode::NotADatabase) => StoreError::Foreign { path },
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path },
                _ => StoreError::Database { path, action, source },
            },
        }
    }
}

/// Writes a value as the JSON text of a column.
pub(super) fn to_json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, SqliteFailure> {
    serde_json::to_string(value)
        .map_err(|error| SqliteFailure::Corrupt(format!("a value without a JSON form ({error})")))
}

/// Reads the word of a column; `what` names it in the error.
pub(super) fn from_word<T: Word>(word: &str, what: &str) -> Result<T, SqliteFailure> {
    T::from_word(word).ok_or_else(|| SqliteFailure::Corrupt(format!("{what} `{word}`, which is unknown")))
}

/// As [`from_word`], for a column that is "" when nothing is known.
pub(super) fn from_word_or_empty<T: Word>(word: &str, what: &str) -> Result<Option<T>, SqliteFailure> {
    if word.is_empty() { Ok(None) } else { from_word(word, what).map(Some) }
}

/// Reads the JSON text of a column; `what` names it in the error.
pub(super) fn from_json<T: serde::de::DeserializeOwned>(text: &str, what: &str) -> Result<T, SqliteFailure> {
    serde_json::from_str(text).map_err(|error| SqliteFailure::Corrupt(format!("{what} ({error})")))
}
