use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::store::StoreError;

/// Words that an error names.
const MAX_NAMED: usize = 20;

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
    /// A file or folder could not be read.
    #[error("read {path}")]
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
    /// The target holds series of exports, which one export would replace.
    #[error("export to {path}: it holds a series of exports, {name}")]
    HoldsSeries {
        /// The target.
        path: PathBuf,
        /// The name of the series, the first of several.
        name: String,
    },
    /// The target is a step of a series, which those behind it stand on.
    #[error("export to {path}: it is a step of the series of exports {name}")]
    IsStep {
        /// The target.
        path: PathBuf,
        /// The name of the series.
        name: String,
    },
    /// The folder for a series holds an export that stands by itself.
    #[error("write a series of exports to {path}: it holds an export")]
    HoldsExport {
        /// The folder.
        path: PathBuf,
    },
    /// Another export to the same folder is on its way.
    #[error("export to {path}: another export to it is on its way")]
    Locked {
        /// The target.
        path: PathBuf,
    },
    /// A licence is wanted that no article has.
    #[error("no article that is wanted has the licence \"{license}\"")]
    UnknownLicense {
        /// What was wanted.
        license: String,
        /// What the articles state, and what SPDX calls it.
        known: Vec<String>,
    },
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
    #[error("go on with the series: {path}: {why}")]
    Chain {
        /// The file or folder of the step.
        path: PathBuf,
        /// What is wrong, as a clause.
        why: String,
    },
    /// What an article was made from is not stored.
    #[error("the capture of the article {article} is not in the store")]
    NoCapture {
        /// The article.
        article: String,
    },
    /// Somebody wanted it to end.
    #[error("export: it was stopped")]
    Stopped,
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
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Store(error) => return error.hint().map(str::to_owned),
            Self::UnknownLicense { known, .. } if known.is_empty() => "none of them states a licence",
            Self::UnknownLicense { known, .. } => return Some(format!("there are {}", listed(known))),
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

/// Words one after the other, so many that a person reads them.
fn listed(words: &[String]) -> String {
    let named: Vec<&str> = words.iter().take(MAX_NAMED).map(String::as_str).collect();
    let more = if words.len() > MAX_NAMED { ", …" } else { "" };
    format!("{}{more}", named.join(", "))
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
