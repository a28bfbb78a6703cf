use std::collections::HashSet;

use crate::model::DOCUMENT_KEY;
use crate::pipeline::error::RunError;
use crate::store::Store;

/// The documents of a source that gave articles which are stored. Taken once when an import begins, so that each document
/// is read once: its hash is looked up where it is cleaned.
#[derive(Default)]
pub(super) struct KnownFiles {
    /// The beginnings of the hashes of their keys, which are long.
    keys: HashSet<[u8; 16]>,
}

impl KnownFiles {
    /// Those of a source.
    pub(super) fn of(store: &dyn Store, source_id: &str) -> Result<Self, RunError> {
        let mut known = Self::default();
        store.each_key(source_id, DOCUMENT_KEY, &mut |key| {
            known.keys.insert(short(key));
        })?;
        Ok(known)
    }

    /// Whether the document with these bytes gave an article before.
    pub(super) fn holds(&self, file: &str, hash: &str) -> bool {
        !self.keys.is_empty() && self.keys.contains(&short(&key_of_file(file, hash)))
    }
}

/// The key of a document's entry, by its path and its bytes.
pub(super) fn key_of_file(file: &str, hash: &str) -> String {
    format!("{DOCUMENT_KEY}{hash}:{file}")
}

fn short(key: &str) -> [u8; 16] {
    let hash = blake3::hash(key.as_bytes());
    let mut short = [0; 16];
    for (place, byte) in short.iter_mut().zip(hash.as_bytes()) {
        *place = *byte;
    }
    short
}
