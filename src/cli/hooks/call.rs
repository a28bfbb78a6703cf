use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tracing::info;

use super::INSIDE;
use crate::cli::arguments::Arguments;
use crate::cli::output::Output;
use crate::cli::workplace;
use crate::pipeline::Stop;

/// Longest time for one command; then it is killed.
const LONGEST: Duration = Duration::from_mins(1);
/// Time for the last words of a command that has ended, should something that it left behind keep its pipes open.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// Bytes of its output that are kept of each stream. The rest is read and forgotten.
const MAX_OUTPUT: usize = 64 << 10;

/// A command to be called once.
pub(super) struct Call {
    name: &'static str,
    command: Vec<String>,
    input: Vec<u8>,
    place: Place,
    longest: Duration,
}

/// Where boji works: a boji that the command starts works there too.
pub(super) struct Place {
    data: PathBuf,
    config: Option<PathBuf>,
}

impl Place {
    /// The folders that the arguments name.
    pub(super) fn of(arguments: &Arguments) -> anyhow::Result<Self> {
        let data = std::path::absolute(workplace::data_folder(arguments)?)?;
        Ok(Self { data, config: arguments.config.as_deref().map(std::path::absolute).transpose()? })
    }
}

/// Why a command did not do what it should.
enum Failed {
    Start(std::io::Error),
    Ended(ExitStatus),
    TookTooLong(Duration),
    Stopped,
}

impl Call {
    /// A command with what stands on its stdin: one JSON object and the end of a line.
    pub(super) fn new(
        name: &'static str,
        command: &[String],
        told: &impl Serialize,
        place: Place,
    ) -> anyhow::Result<Self> {
        let mut input = serde_json::to_vec(told)?;
        input.push(b'\n');
        Ok(Self { name, command: command.to_vec(), input, place, longest: LONGEST })
    }

    /// Calls it; whether it went well. What it says goes to the log, that it failed is a warning.
    pub(super) async fn make(self, stop: &Stop, output: Output) -> bool {
        let name = self.name;
        let program = self.command.first().cloned().unwrap_or_default();
        let said = Arc::<Mutex<Said>>::default();
        let failed = self.run(stop, &said).await.err();
        let said = std::mem::take(&mut *said.lock().unwrap_or_else(PoisonError::into_inner));
        for (stream, bytes) in [("stdout", &said.out), ("stderr", &said.err)] {
            for line in String::from_utf8_lossy(bytes).lines() {
                info!(hook = name, stream, line, "hook says");
            }
        }
        let mut tells_more = "; `-v` shows all that it says";
        let why = match failed {
            None => return true,
            Some(Failed::Start(error)) => {
                tells_more = "";
                format!("could not be started: {program}: {error}")
            }
            Some(Failed::Ended(status)) => format!("failed: {status}"),
            Some(Failed::TookTooLong(longest)) => format!("took longer than {} s and was ended", longest.as_secs()),
            Some(Failed::Stopped) => "was ended with boji".to_owned(),
        };
        let last = String::from_utf8_lossy(&said.err).lines().rfind(|line| !line.trim().is_empty()).map(str::to_owned);
        let last = last.map(|line| format!(": {line}")).unwrap_or_default();
        let hint = format!("`{name}` in [hooks] of boji.toml names it{tells_more}");
        output.warn(format_args!("the command for {name} {why}{last}"), Some(&hint));
        false
    }

    async fn run(self, stop: &Stop, said: &Arc<Mutex<Said>>) -> Result<(), Failed> {
        let longest = self.longest;
        let (mut child, input) = self.start().map_err(Failed::Start)?;
        let mut talk =
            tokio::spawn(talk(child.stdin.take(), input, child.stdout.take(), child.stderr.take(), said.clone()));
        // Who asked for an end before it began wants what came to be told all the same.
        let is_asked = stop.requested().is_some();
        let ended = tokio::select! {
            status = child.wait() => status.map_err(Failed::Start),
            () = tokio::time::sleep(longest) => Err(Failed::TookTooLong(longest)),
            () = stop.wait(), if !is_asked => Err(Failed::Stopped),
        };
        if ended.is_err() {
            kill(&mut child);
            // It is dead; this takes it out of the system's table.
            let _ = tokio::time::timeout(LAST_WORDS, child.wait()).await;
        }
        let _ = tokio::time::timeout(LAST_WORDS, &mut talk).await;
        talk.abort();
        ended.and_then(|status| if status.success() { Ok(()) } else { Err(Failed::Ended(status)) })
    }

    /// In a group of its own, so that what it starts can be ended with it.
    fn start(self) -> std::io::Result<(Child, Vec<u8>)> {
        let [program, arguments @ ..] = self.command.as_slice() else {
            return Err(std::io::ErrorKind::InvalidInput.into());
        };
        let mut command = Command::new(program);
        command.args(arguments).env(INSIDE, self.name).env("BOJI_DATA", &self.place.data);
        if let Some(config) = &self.place.config {
            command.env("BOJI_CONFIG", config);
        }
        // The service manager listens to boji alone.
        for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] {
            command.env_remove(name);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        Ok((command.spawn()?, self.input))
    }
}

/// What a command wrote.
#[derive(Default)]
struct Said {
    out: Vec<u8>,
    err: Vec<u8>,
}

/// Writes to the command what it is told, and keeps what it says.
async fn talk(
    stdin: Option<impl tokio::io::AsyncWrite + Unpin>,
    input: Vec<u8>,
    stdout: Option<impl AsyncRead + Unpin>,
    stderr: Option<impl AsyncRead + Unpin>,
    said: Arc<Mutex<Said>>,
) {
    let write = async {
        if let Some(mut stdin) = stdin {
            // It need not read what it is told.
            let _ = stdin.write_all(&input).await;
        }
    };
    tokio::join!(write, keep(stdout, &said, |said| &mut said.out), keep(stderr, &said, |said| &mut said.err));
}

async fn keep(stream: Option<impl AsyncRead + Unpin>, said: &Mutex<Said>, place: impl Fn(&mut Said) -> &mut Vec<u8>) {
    let Some(mut stream) = stream else { return };
    let mut piece = [0; 4_096];
    while let Ok(length @ 1..) = stream.read(&mut piece).await {
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = place(&mut said);
        let room = MAX_OUTPUT.saturating_sub(kept.len());
        kept.extend_from_slice(&piece[..length.min(room)]);
    }
}

/// Ends the command, and where the system has groups of processes all that it started.
fn kill(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.start_kill();
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::pipeline::Signal;

    /// Runs a line of a shell that is told `{}`.
    async fn run(line: &str, longest: Duration) -> (Result<(), Failed>, Said) {
        run_until(&Stop::new(), line, longest).await
    }

    async fn run_until(stop: &Stop, line: &str, longest: Duration) -> (Result<(), Failed>, Said) {
        let command = ["/bin/sh", "-c", line].map(str::to_owned);
        let place = Place { data: PathBuf::from("/data"), config: None };
        let call = Call::new("on_new", &command, &serde_json::json!({}), place).expect("JSON");
        let said = Arc::<Mutex<Said>>::default();
        let ended = Call { longest, ..call }.run(stop, &said).await;
        let said = std::mem::take(&mut *said.lock().expect("sound"));
        (ended, said)
    }

    #[tokio::test]
    async fn a_command_is_told_on_its_stdin_and_may_leave_it_unread() {
        let (ended, said) = run("cat; echo \"$BOJI_HOOK $BOJI_DATA\" >&2", LONGEST).await;
        assert!(ended.is_ok());
        assert_eq!((said.out.as_slice(), said.err.as_slice()), (&b"{}\n"[..], &b"on_new /data\n"[..]));
        assert!(run("exec <&-; exit 0", LONGEST).await.0.is_ok());
        assert!(matches!(run("exit 7", LONGEST).await.0, Err(Failed::Ended(status)) if status.code() == Some(7)));
    }

    #[tokio::test]
    async fn a_command_that_takes_too_long_is_ended_with_all_that_it_started() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("late");
        let line = format!("(sleep 1; echo late > {}) & sleep 100", file.display());
        let (ended, _) = run(&line, Duration::from_millis(200)).await;
        assert!(matches!(ended, Err(Failed::TookTooLong(_))));
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        assert!(!file.exists());
    }

    #[tokio::test]
    async fn a_command_ends_with_boji_and_is_still_called_when_boji_is_about_to_end() {
        let stop = Stop::new();
        let ask = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            stop.request(Signal::Terminate);
        };
        let ((ended, _), ()) = tokio::join!(run_until(&stop, "sleep 100", LONGEST), ask);
        assert!(matches!(ended, Err(Failed::Stopped)));
        let (ended, said) = run_until(&stop, "cat", LONGEST).await;
        assert!(ended.is_ok() && said.out == b"{}\n");
    }

    #[tokio::test]
    async fn more_than_is_kept_of_its_output_keeps_no_command_waiting() {
        let (ended, said) = run("head -c 1000000 /dev/zero", LONGEST).await;
        assert!(ended.is_ok());
        assert_eq!(said.out.len(), MAX_OUTPUT);
    }

    #[tokio::test]
    async fn what_a_command_leaves_behind_is_not_waited_for() {
        let (ended, said) = run("sleep 30 & echo done", LONGEST).await;
        assert!(ended.is_ok());
        assert_eq!(said.out, b"done\n");
    }
}
