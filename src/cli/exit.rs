//! Every exit code, with its meaning. Scripts and service managers rely on them; an unknown code means failure.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done, also when there was nothing new.
    Done = 0,
    /// Unexpected failure, or a replay that differs from what it was compared with.
    Failure = 1,
    /// Wrong usage: the arguments make no sense.
    Usage = 2,
    /// Finished, some items failed; the rest is done.
    Partial = 3,
    /// Configuration or a rule is invalid; nothing was started.
    Configuration = 4,
    /// `status --check` or `verify` found something wrong.
    Unhealthy = 5,
    /// There is no database in the data folder; of `daemon`: none that it can go on with, a damaged one, one of a newer boji.
    NoDatabase = 10,
    /// Another run holds the lock.
    Locked = 11,
    /// Stopped cleanly by Ctrl-C.
    Interrupted = 130,
    /// Stopped cleanly by SIGTERM.
    Terminated = 143,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
