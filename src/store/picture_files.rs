//! The files of pictures, each under the hash of its bytes, so that one that several articles show lies there once.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::error::StoreError;
use crate::config::read_at_most;
use crate::model::PictureFile;

/// Ending of a file that is being written.
const PARTIAL: &str = "partial";
/// Longest name in the folders, in bytes: a hash with an ending.
const MAX_NAME: usize = 80;

/// Where they are kept.
#[derive(Debug)]
pub(super) enum PictureFiles {
    /// In a folder; it is made with the first of them.
    Folder(PathBuf),
    /// In memory, by their paths: of a store that goes with its value.
    Memory(BTreeMap<String, Vec<u8>>),
}

impl PictureFiles {
    /// Beside a database.
    pub(super) fn beside(database: &Path) -> Self {
        Self::Folder(database.parent().unwrap_or_else(|| Path::new("")).join("images"))
    }

    /// Keeps the bytes of a picture. The file is there whole or not at all; one that is there already is left alone when it is whole.
    pub(super) fn put(&mut self, file: &PictureFile, bytes: &[u8]) -> Result<(), StoreError> {
        if self.read(file)?.is_some() {
            return Ok(());
        }
        let Some(path) = file.path() else { return Ok(()) };
        match self {
            Self::Memory(files) => {
                files.insert(path, bytes.to_vec());
                Ok(())
            }
            Self::Folder(folder) => {
                let path = folder.join(path);
                write_whole(&path, bytes).map_err(|source| StoreError::Io { path, source })
            }
        }
    }

    /// The bytes of a picture; `None` when they are not there, or are others.
    pub(super) fn read(&self, file: &PictureFile) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(path) = file.path() else { return Ok(None) };
        let bytes = match self {
            Self::Memory(files) => files.get(&path).cloned(),
            Self::Folder(folder) => {
                let path = folder.join(path);
                match File::open(&path).and_then(|opened| read_at_most(opened, file.bytes)) {
                    Ok(bytes) => Some(bytes),
                    Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::FileTooLarge) => None,
                    Err(source) => return Err(StoreError::Io { path, source }),
                }
            }
        };
        Ok(bytes.filter(|bytes| blake3::hash(bytes).to_hex().as_str() == file.hash))
    }

    /// Takes a picture away, where it is there.
    pub(super) fn remove(&mut self, path: &str) -> Result<(), StoreError> {
        match self {
            Self::Memory(files) => {
                files.remove(path);
                Ok(())
            }
            Self::Folder(folder) => {
                let path = folder.join(path);
                match fs::remove_file(&path) {
                    Err(source) if source.kind() != io::ErrorKind::NotFound => Err(StoreError::Io { path, source }),
                    _ => Ok(()),
                }
            }
        }
    }

    /// The paths and sizes of all that lies there, those that were being written when a process was killed too, in their order.
    pub(super) fn all(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        match self {
            Self::Memory(files) => Ok(files.iter().map(|(path, bytes)| (path.clone(), bytes.len() as u64)).collect()),
            Self::Folder(folder) => listed(folder).map_err(|source| StoreError::Io { path: folder.clone(), source }),
        }
    }
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let partial = path.with_extension(PARTIAL);
    let mut file = File::create(&partial)?;
    file.write_all(bytes)?;
    file.sync_data()?;
    fs::rename(&partial, path)
}

/// What lies in the folders whose names are two hexadecimal digits, and looks as ours do. Anything else is a stranger's.
fn listed(folder: &Path) -> io::Result<BTreeMap<String, u64>> {
    let mut found = BTreeMap::new();
    let folders = match fs::read_dir(folder) {
        Ok(folders) => folders,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(error),
    };
    for entry in folders {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.len() != 2 || !is_hexadecimal(&name) || !entry.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(entry.path())? {
            let file = file?;
            let own = file.file_name().to_string_lossy().into_owned();
            let is_ours = own.len() <= MAX_NAME
                && own.split_once('.').is_some_and(|(hash, _)| hash.len() == 64 && is_hexadecimal(hash));
            if is_ours && file.file_type()?.is_file() {
                found.insert(format!("{name}/{own}"), file.metadata()?.len());
            }
        }
    }
    Ok(found)
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PictureKind;

    fn file(bytes: &[u8]) -> PictureFile {
        let hash = blake3::hash(bytes).to_hex().to_string();
        PictureFile { hash, kind: PictureKind::Png, width: 1, height: 1, bytes: bytes.len() as u64 }
    }

    #[test]
    fn what_is_kept_comes_back_and_what_was_changed_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let in_folder = PictureFiles::beside(&folder.path().join("boji.db"));
        for mut files in [in_folder, PictureFiles::Memory(BTreeMap::new())] {
            let (one, other) = (file(b"one"), file(b"other"));
            assert_eq!(files.read(&one).unwrap(), None);
            assert!(files.all().unwrap().is_empty());
            files.put(&one, b"one").unwrap();
            files.put(&one, b"one").unwrap();
            files.put(&other, b"other").unwrap();
            assert_eq!(files.read(&one).unwrap().as_deref(), Some(&b"one"[..]));
            assert_eq!(files.all().unwrap().values().sum::<u64>(), 8);
            files.remove(&one.path().unwrap()).unwrap();
            files.remove(&one.path().unwrap()).unwrap();
            assert_eq!(files.read(&one).unwrap(), None);
            assert_eq!(files.all().unwrap().len(), 1);
        }
        let path = folder.path().join("images").join(file(b"other").path().unwrap());
        for damage in ["OTHER", "much more than there was", ""] {
            fs::write(&path, damage).unwrap();
            let mut files = PictureFiles::beside(&folder.path().join("boji.db"));
            assert_eq!(files.read(&file(b"other")).unwrap(), None, "{damage}");
            files.put(&file(b"other"), b"other").unwrap();
            assert_eq!(files.read(&file(b"other")).unwrap().as_deref(), Some(&b"other"[..]), "{damage}");
        }
    }

    #[test]
    fn what_a_stranger_put_there_is_not_ours() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = PictureFiles::beside(&folder.path().join("boji.db"));
        files.put(&file(b"one"), b"one").unwrap();
        let images = folder.path().join("images");
        fs::create_dir_all(images.join("holiday")).unwrap();
        fs::write(images.join("holiday/beach.jpg"), "x").unwrap();
        fs::write(images.join("readme.txt"), "x").unwrap();
        assert_eq!(files.all().unwrap().into_keys().collect::<Vec<_>>(), [file(b"one").path().unwrap()]);
    }
}
