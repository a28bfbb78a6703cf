use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::store::StoreError;

/// Why nothing was exported. What stood at the target before stands there still.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The store failed.
    #[error("read the store: {0}")]
    Store(#[from] StoreError),
    /// A file or folder could not be written.
    #[error("write {path}")]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: std::io::Error,
    },
    /// The disk is full.
    #[error("write {path}: no space is left on the disk")]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The target holds something that no export of ours has written.
    #[error("replace {path}: {found} is not from an export")]
    Foreign {
        /// The target.
        path: PathBuf,
        /// The file in question.
        found: PathBuf,
    },
    /// Another export to the same folder is on its way.
    #[error("export to {path}: another export to it is on its way")]
    Locked {
        /// The target.
        path: PathBuf,
    },
    /// A record has no JSON form.
    #[error("write the article {id} as JSON")]
    Record {
        /// The article.
        id: String,
        /// The serializer's word.
        #[source]
        source: serde_json::Error,
    },
}

impl ExportError {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Store(error) => error.hint(),
            Self::Full { .. } => Some("free some space or export to another disk; the old export is untouched"),
            Self::Foreign { .. } => Some("export to a new folder, or move your own files out of this one"),
            Self::Locked { .. } => Some("wait for it to end, or export to another folder"),
            Self::Write { .. } | Self::Record { .. } => None,
        }
    }

    /// The error of a file that could not be written.
    pub(super) fn writing(path: &Path) -> impl Fn(std::io::Error) -> Self + '_ {
        move |source| match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full { path: path.to_owned() },
            _ => Self::Write { path: path.to_owned(), source },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_names_the_file_and_a_way_out() {
        let error = ExportError::writing(Path::new("out/part"))(ErrorKind::StorageFull.into());
        assert_eq!(error.to_string(), "write out/part: no space is left on the disk");
        assert!(error.hint().is_some());
        let other = ExportError::writing(Path::new("out/part"))(ErrorKind::PermissionDenied.into());
        assert_eq!(other.to_string(), "write out/part");
    }
}
