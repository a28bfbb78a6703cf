//! The folder of an export: whole or not there, and one at a time.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::error::ExportError;
use super::manifest::{MANIFEST, Manifest};
use super::series::steps;

/// The folder of an export on its way: files are written into a folder beside the target, which takes the target's
/// place only when all is done. Dropped before that, it leaves the target as it was.
pub(super) struct Folder {
    target: PathBuf,
    partial: PathBuf,
    old: PathBuf,
    _lock: Lock,
}

impl Folder {
    /// Makes the folder beside `target`. An error when the target holds anything but an earlier export.
    pub(super) fn create(target: &Path) -> Result<Self, ExportError> {
        // A link stays where it is; what it leads to is replaced.
        let target = std::fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        let lock = Lock::take(&target)?;
        let folder = Self { partial: beside(&target, "partial"), old: beside(&target, "old"), target, _lock: lock };
        if folder.old.exists() && !folder.target.exists() {
            // An export was killed between the two renames of `publish`.
            rename(&folder.old, &folder.target)?;
        }
        refuse_foreign(&folder.target)?;
        remove(&folder.partial)?;
        std::fs::create_dir_all(&folder.partial).map_err(ExportError::writing(&folder.partial))?;
        Ok(folder)
    }

    /// Where to write.
    pub(super) fn path(&self) -> &Path {
        &self.partial
    }

    /// Puts the finished folder in the target's place. An error when something else was put there meanwhile.
    pub(super) fn publish(self) -> Result<(), ExportError> {
        refuse_foreign(&self.target)?;
        remove(&self.old)?;
        if self.target.exists() && exchange(&self.partial, &self.target) {
            // What was there before is the partial one now, and goes with it.
            return Ok(());
        }
        if self.target.exists() {
            rename(&self.target, &self.old)?;
        }
        if let Err(error) = rename(&self.partial, &self.target) {
            let _ = std::fs::rename(&self.old, &self.target);
            return Err(error);
        }
        remove(&self.old)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = remove(&self.partial);
    }
}

/// Lets two folders change places in one step: a process that is killed leaves the old one or the new one. False where the
/// system cannot do that.
fn exchange(one: &Path, other: &Path) -> bool {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_ok()
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (one, other);
        false
    }
}

/// Only one process exports to a folder. The lock is the system's, on a file beside the folder that goes with it.
struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    fn take(target: &Path) -> Result<Self, ExportError> {
        let path = beside(target, "lock");
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(ExportError::writing(parent))?;
        }
        loop {
            let file = File::options().write(true).create(true).truncate(false).open(&path);
            let file = file.map_err(ExportError::writing(&path))?;
            match file.try_lock() {
                // One that was taken away between the two is nobody's lock.
                Ok(()) if is_at(&file, &path) => return Ok(Self { path, _file: file }),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(ExportError::Locked { path: target.to_owned() }),
                Err(TryLockError::Error(source)) => return Err(ExportError::writing(&path)(source)),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Whether an open file is the one at a path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let there = |about: std::fs::Metadata| (about.dev(), about.ino());
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(open), Ok(found)) => there(open) == there(found),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

/// `.NAME.boji-SUFFIX` in the same folder, so that a rename stays on one disk.
fn beside(target: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_else(|| "export".as_ref()));
    name.push(format!(".boji-{suffix}"));
    target.with_file_name(name)
}

/// An error when anything at `target` is not a file that the manifest there lists, in the size that it lists, or when it belongs
/// to a series. An empty folder is free to take.
fn refuse_foreign(target: &Path) -> Result<(), ExportError> {
    let foreign = |found: &Path| ExportError::Foreign { path: target.to_owned(), found: found.to_owned() };
    if !target.exists() {
        return Ok(());
    }
    if !target.is_dir() {
        return Err(foreign(target));
    }
    let manifest = Manifest::at(target);
    if let Some(place) = manifest.as_ref().and_then(|manifest| manifest.series.as_ref()) {
        return Err(ExportError::IsStep { path: target.to_owned(), name: place.name.clone() });
    }
    if let Some((name, _)) = steps(target)?.pop_first() {
        return Err(ExportError::HoldsSeries { path: target.to_owned(), name });
    }
    let ours = manifest.map(|manifest| listed(target, manifest)).unwrap_or_default();
    let mut folders = vec![target.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(ExportError::writing(&folder))? {
            let path = entry.map_err(ExportError::writing(&folder))?.path();
            let about = std::fs::symlink_metadata(&path).map_err(ExportError::writing(&path))?;
            if about.is_dir() {
                folders.push(path);
            } else if !about.is_file() || ours.get(&path) != Some(&about.len()) {
                return Err(foreign(&path));
            }
        }
    }
    Ok(())
}

/// The files of the export at `target`, its manifest among them, with their sizes.
fn listed(target: &Path, manifest: Manifest) -> BTreeMap<PathBuf, u64> {
    let path = target.join(MANIFEST);
    let bytes = std::fs::metadata(&path).map_or(0, |about| about.len());
    let files = manifest.files.into_iter().map(|file| (target.join(file.path), file.bytes));
    files.chain([(path, bytes)]).collect()
}

fn rename(from: &Path, to: &Path) -> Result<(), ExportError> {
    std::fs::rename(from, to).map_err(ExportError::writing(to))
}

fn remove(folder: &Path) -> Result<(), ExportError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(ExportError::writing(folder)(error)),
        _ => Ok(()),
    }
}
