use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::store::{StoreError, UnknownLicense};

/// Why nothing was exported, as a whole sentence. What stood at the target before stands there still.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The store failed.
    #[error("failed to read the store: {0}")]
    Store(#[from] StoreError),
    /// A file or folder could not be written.
    #[error("failed to write {path}")]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: std::io::Error,
    },
    /// A file or folder could not be read.
    #[error("failed to read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: std::io::Error,
    },
    /// What should be a manifest is none of ours.
    #[error("{path} is no manifest of an export")]
    NoManifest {
        /// The file.
        path: PathBuf,
    },
    /// The disk is full.
    #[error("failed to write {path}: no space is left on the disk")]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The target holds something that no export of ours has written.
    #[error("failed to replace {path}: {found} is not from an export")]
    Foreign {
        /// The target.
        path: PathBuf,
        /// The file in question.
        found: PathBuf,
    },
    /// The target holds series of exports, which one export would replace.
    #[error("failed to export to {path}: it holds a series of exports, {name}")]
    HoldsSeries {
        /// The target.
        path: PathBuf,
        /// The name of the series, the first of several.
        name: String,
    },
    /// The target is a step of a series, which those behind it stand on.
    #[error("failed to export to {path}: it is a step of the series of exports {name}")]
    IsStep {
        /// The target.
        path: PathBuf,
        /// The name of the series.
        name: String,
    },
    /// The folder for a series holds an export that stands by itself.
    #[error("failed to write a series of exports to {path}: it holds an export")]
    HoldsExport {
        /// The folder.
        path: PathBuf,
    },
    /// Another export to the same folder is on its way.
    #[error("failed to export to {path}: another export to it is on its way")]
    Locked {
        /// The target.
        path: PathBuf,
    },
    /// A licence is wanted that no article has.
    #[error(transparent)]
    UnknownLicense(#[from] UnknownLicense),
    /// Splits of one name, or that leave nothing.
    #[error("the splits leave nothing for `train`, or two have one name")]
    Splits,
    /// Splits or revisions of a form that has a file an article.
    #[error("the form {format} has a file an article, and no place for splits or revisions")]
    Undivided {
        /// The form, by its word.
        format: &'static str,
    },
    /// A series of exports whose steps do not hold together.
    #[error("failed to go on with the series: {path}: {why}")]
    Chain {
        /// The file or folder of the step.
        path: PathBuf,
        /// What is wrong, as a clause.
        why: String,
    },
    /// A series of exports that would go on in another form.
    #[error("failed to go on with the series {name}: its steps are of the form {format}")]
    OtherForm {
        /// The name of the series.
        name: String,
        /// The word of the form that its steps have.
        format: String,
    },
    /// What an article was made from is not stored.
    #[error("the capture of the article {article} is not in the store")]
    NoCapture {
        /// The article.
        article: String,
    },
    /// Somebody wanted it to end.
    #[error("the export was stopped")]
    Stopped,
    /// A record has no JSON form.
    #[error("failed to write the article {id} as JSON")]
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
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Store(error) => return error.hint().map(str::to_owned),
            Self::UnknownLicense(error) => return Some(error.hint()),
            Self::Full { .. } => "free some space or export to another disk; the old export is untouched",
            Self::Foreign { .. } => "export to a new folder, or move your own files out of this one",
            Self::HoldsSeries { name, .. } | Self::IsStep { name, .. } => {
                return Some(format!(
                    "`--since-last {name}` goes on with the series; choose another folder for an export by itself"
                ));
            }
            Self::HoldsExport { .. } => {
                "choose another folder: the steps of a series stand beside each other in one of their own"
            }
            Self::Locked { .. } => "wait for it to end, or export to another folder",
            Self::Read { source, .. } if source.kind() == ErrorKind::NotFound => "name the folder of an export of boji",
            Self::NoManifest { .. } => "name the folder of an export of boji",
            Self::Undivided { .. } => "choose jsonl, jsonl.zst, parquet, dolma or warc",
            Self::Chain { .. } => "put the steps back as they were written, or begin a series of another name",
            Self::OtherForm { format, .. } => {
                return Some(format!(
                    "`--format {format}` goes on with it, and a series of another name begins in any form"
                ));
            }
            Self::Splits => "give each split a name of its own, and shares that are less than 1 together",
            Self::Read { .. } | Self::Write { .. } | Self::NoCapture { .. } | Self::Stopped | Self::Record { .. } => {
                return None;
            }
        };
        Some(hint.to_owned())
    }

    /// The error of a file that could not be read.
    pub(super) fn reading(path: &Path) -> impl Fn(std::io::Error) -> Self + '_ {
        move |source| Self::Read { path: path.to_owned(), source }
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
        assert_eq!(error.to_string(), "failed to write out/part: no space is left on the disk");
        assert!(error.hint().is_some());
        let other = ExportError::writing(Path::new("out/part"))(ErrorKind::PermissionDenied.into());
        assert_eq!(other.to_string(), "failed to write out/part");
    }

    #[test]
    fn every_error_is_a_whole_sentence() {
        // A new one is missed here before it is missed in the table.
        let number = |error: &ExportError| match error {
            ExportError::Store(_) => 0,
            ExportError::Write { .. } => 1,
            ExportError::Read { .. } => 2,
            ExportError::NoManifest { .. } => 3,
            ExportError::Full { .. } => 4,
            ExportError::Foreign { .. } => 5,
            ExportError::HoldsSeries { .. } => 6,
            ExportError::IsStep { .. } => 7,
            ExportError::HoldsExport { .. } => 8,
            ExportError::Locked { .. } => 9,
            ExportError::UnknownLicense(_) => 10,
            ExportError::Splits => 11,
            ExportError::Undivided { .. } => 12,
            ExportError::Chain { .. } => 13,
            ExportError::OtherForm { .. } => 14,
            ExportError::NoCapture { .. } => 15,
            ExportError::Stopped => 16,
            ExportError::Record { .. } => 17,
        };
        let (path, name) = (PathBuf::from("out"), "weekly".to_owned());
        let no_json = || serde_json::from_str::<u8>("x").unwrap_err();
        let table = [
            (StoreError::NoSearchIndex.into(), "failed to read the store: the words of the articles are not indexed"),
            (ExportError::writing(&path)(ErrorKind::PermissionDenied.into()), "failed to write out"),
            (ExportError::reading(&path)(ErrorKind::PermissionDenied.into()), "failed to read out"),
            (ExportError::NoManifest { path: path.clone() }, "out is no manifest of an export"),
            (ExportError::Full { path: path.clone() }, "failed to write out: no space is left on the disk"),
            (
                ExportError::Foreign { path: path.clone(), found: "out/x".into() },
                "failed to replace out: out/x is not from an export",
            ),
            (
                ExportError::HoldsSeries { path: path.clone(), name: name.clone() },
                "failed to export to out: it holds a series of exports, weekly",
            ),
            (
                ExportError::IsStep { path: path.clone(), name: name.clone() },
                "failed to export to out: it is a step of the series of exports weekly",
            ),
            (
                ExportError::HoldsExport { path: path.clone() },
                "failed to write a series of exports to out: it holds an export",
            ),
            (ExportError::Locked { path: path.clone() }, "failed to export to out: another export to it is on its way"),
            (
                UnknownLicense { license: "MIT".into(), known: Vec::new() }.into(),
                "no article that is wanted has the licence \"MIT\"",
            ),
            (ExportError::Splits, "the splits leave nothing for `train`, or two have one name"),
            (
                ExportError::Undivided { format: "text" },
                "the form text has a file an article, and no place for splits or revisions",
            ),
            (
                ExportError::Chain { path: path.clone(), why: "it is not there".into() },
                "failed to go on with the series: out: it is not there",
            ),
            (
                ExportError::OtherForm { name, format: "jsonl".into() },
                "failed to go on with the series weekly: its steps are of the form jsonl",
            ),
            (ExportError::NoCapture { article: "0a".into() }, "the capture of the article 0a is not in the store"),
            (ExportError::Stopped, "the export was stopped"),
            (ExportError::Record { id: "0a".into(), source: no_json() }, "failed to write the article 0a as JSON"),
        ];
        for (at, (error, want)) in table.iter().enumerate() {
            assert_eq!((number(error), error.to_string().as_str()), (at, *want));
        }
    }
}
