//! Every exit code, with its meaning. Scripts and service managers rely on them; an unknown code means failure.

use std::process::ExitCode;

use crate::pipeline::Signal;

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

/// Of a command that a signal stopped.
impl From<Signal> for Exit {
    fn from(signal: Signal) -> Self {
        match signal {
            Signal::Interrupt => Self::Interrupted,
            Signal::Terminate => Self::Terminated,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Every code with its meaning, as `docs/exit-codes.md` has them.
pub(super) const MEANINGS: [(&str, &str); 9] = [
    ("0", "done"),
    ("1", "unexpected failure; a replay that differs (`replay --compare`)"),
    ("2", "wrong usage"),
    ("3", "finished, some items failed"),
    ("4", "configuration or rule invalid"),
    ("5", "unhealthy (`status --check`, `doctor`, `verify`)"),
    ("10", "no database here; of `daemon`, none that it can go on with: damaged, foreign or of a newer boji"),
    ("11", "another run, or another export to the folder, holds the lock"),
    ("130, 143", "stopped cleanly by a signal; a closed terminal (SIGHUP) counts as SIGTERM"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chapter_has_the_same_codes_with_the_same_meanings() {
        let chapter = include_str!("../../docs/exit-codes.md");
        let rows = chapter.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| code")).count();
        assert_eq!(rows, MEANINGS.len());
        for (code, meaning) in MEANINGS {
            assert!(chapter.contains(&format!("| {code} | {meaning} |\n")), "{code}");
        }
    }
}
