use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use boji_clean::model::Timestamp;

use super::error::RunError;

/// Only one process writes to a data folder. The lock is the system's, so it goes with a process that is killed; the
/// file's content says who holds it and since when.
#[derive(Debug)]
pub struct RunLock {
    _file: File,
}

impl RunLock {
    /// Takes the lock of a data folder or says who has it.
    pub fn take(folder: &Path, now: Timestamp) -> Result<Self, RunError> {
        let path = folder.join("boji.lock");
        let failed = |source| RunError::Io { path: path.clone(), source };
        let mut file =
            File::options().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(locked(&path, &mut file)),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let note = format!("{} {now}\n", std::process::id());
        file.set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(note.as_bytes()))
            .map_err(failed)?;
        Ok(Self { _file: file })
    }
}

fn locked(path: &Path, file: &mut File) -> RunError {
    let mut note = String::new();
    // Who holds the lock is a courtesy; an unreadable note changes nothing.
    let _ = file.read_to_string(&mut note);
    let (pid, since) = note.trim().split_once(' ').unwrap_or(("?", "?"));
    RunError::Locked { path: PathBuf::from(path), pid: pid.to_owned(), since: since.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_is_told_who_holds_the_lock() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let now = Timestamp::from_seconds(1_700_000_000);
        let held = RunLock::take(folder.path(), now).expect("free");
        let refused = RunLock::take(folder.path(), now).expect_err("held");
        assert!(refused.to_string().contains(&std::process::id().to_string()), "{refused}");
        drop(held);
        RunLock::take(folder.path(), now).expect("free again");
    }
}
