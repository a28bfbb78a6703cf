use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use boji_clean::model::Timestamp;

use super::error::RunError;
use super::log;
use super::stop::Stop;
use crate::model::Clock;

/// Milliseconds after which one who waits for the lock tries again.
const POLL_MILLIS: u32 = 250;

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

    /// Who has the lock of a data folder, as the error that [`RunLock::take`] would give; `None` when it is free. Nothing is
    /// written: the lock is shared for an instant, in which a run that begins would find it taken.
    pub(crate) fn holder(folder: &Path) -> Result<Option<RunError>, RunError> {
        let path = folder.join("boji.lock");
        let failed = |source| RunError::Io { path: path.clone(), source };
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => Ok(Some(locked(&path, &mut file))),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// As [`RunLock::take`], and when another has it tries again: for so many seconds, or without end. `None` when somebody wants
    /// to stop first.
    ///
    /// Tries are counted, and not the time of day: a clock that is set makes nobody wait longer.
    pub async fn wait(
        folder: &Path,
        clock: &dyn Clock,
        seconds: Option<u32>,
        stop: &Stop,
    ) -> Result<Option<Self>, RunError> {
        let mut tries_left = seconds.map(|seconds| u64::from(seconds) * 1_000 / u64::from(POLL_MILLIS));
        let mut was_told = false;
        loop {
            let error = match Self::take(folder, clock.now()) {
                Err(error @ RunError::Locked { .. }) if tries_left != Some(0) => error,
                taken => return taken.map(Some),
            };
            if !std::mem::replace(&mut was_told, true) {
                log::lock_is_waited_for(&error);
            }
            tries_left = tries_left.map(|tries| tries - 1);
            let next = clock.now().plus_millis(i64::from(POLL_MILLIS));
            tokio::select! {
                biased;
                () = stop.wait() => return Ok(None),
                () = clock.sleep_until(next) => {}
            }
        }
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
    use crate::model::ManualClock;
    use crate::pipeline::stop::Signal;

    #[test]
    fn a_second_run_is_told_who_holds_the_lock() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let now = Timestamp::from_seconds(1_700_000_000);
        let held = RunLock::take(folder.path(), now).expect("free");
        let refused = RunLock::take(folder.path(), now).expect_err("held");
        assert!(refused.to_string().contains(&std::process::id().to_string()), "{refused}");
        let holder = RunLock::holder(folder.path()).expect("readable");
        assert_eq!(holder.map(|error| error.to_string()), Some(refused.to_string()));
        drop(held);
        assert!(RunLock::holder(folder.path()).expect("readable").is_none());
        RunLock::take(folder.path(), now).expect("free again");
    }

    #[tokio::test]
    async fn a_lock_is_waited_for_as_long_as_was_said_and_no_longer_than_somebody_wants() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let start = Timestamp::from_seconds(1_700_000_000);
        let clock = ManualClock::new(start);
        let stop = Stop::new();
        let held = RunLock::take(folder.path(), start).expect("free");
        for seconds in [0, 30] {
            let before = clock.now();
            let refused = RunLock::wait(folder.path(), &clock, Some(seconds), &stop).await.expect_err("held");
            assert!(matches!(refused, RunError::Locked { .. }), "{refused}");
            assert_eq!(clock.now(), before.plus_seconds(i64::from(seconds)));
        }
        stop.request(Signal::Terminate);
        assert!(RunLock::wait(folder.path(), &clock, None, &stop).await.expect("no error").is_none());
        drop(held);
        assert!(RunLock::wait(folder.path(), &clock, Some(0), &stop).await.expect("no error").is_some());
    }
}
