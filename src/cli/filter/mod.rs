//! The protocol of `boji filter`: one line in, one line out, in order.

mod answer;
mod line;
mod question;

use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;

use anyhow::Context as _;
use boji_clean::rules::Rules;

use super::arguments;
use super::counted::counted;
use super::exit::Exit;
use super::limits;
use super::output::Output;
use crate::pipeline::{cores, guarded, in_order};
use line::{Line, Lines, MAX_LINE};

/// Answers the lines of stdin. A pure function over lines: no store, no network, no configuration folder.
pub(super) fn run(arguments: &arguments::Filter, rules: &Rules, output: Output) -> anyhow::Result<Exit> {
    // Many pages are to come, and the time that `--timing` tells is a page's own.
    rules.compile_all();
    let jobs = arguments.jobs.unwrap_or_else(cores).max(1);
    limits::enough(jobs + 1)?;
    let mut stdout = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let (mut all, mut failed) = (0_u64, 0_u64);
    let mut broken = None;
    in_order(
        jobs,
        Lines::of(io::BufReader::with_capacity(1 << 16, io::stdin())),
        |line| line.map(|line| answer_or_refuse(line, arguments, rules)),
        |answered| {
            let result = answered.context("failed to read stdin").and_then(|(line, ok)| {
                all += 1;
                failed += u64::from(!ok);
                // Each answer leaves at once: the caller may be waiting for it before the next question.
                write(&mut stdout, &line).context("failed to write to stdout")
            });
            match result {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    broken = Some(error);
                    ControlFlow::Break(())
                }
            }
        },
    );
    if let Some(error) = broken {
        return Err(error);
    }
    if failed == 0 {
        return Ok(Exit::Done);
    }
    output.warn(
        format_args!("{failed} of {} could not be answered", counted(all, "line")),
        Some("the answer of each has its number in `line`, and in `error` why"),
    );
    Ok(Exit::Partial)
}

/// Writes an answer at once. When nobody listens any more, the process ends here: the thread that waits for the next
/// question could wait for ever.
#[expect(clippy::disallowed_methods, clippy::exit, reason = "a thread blocked on stdin cannot be told to stop")]
fn write(stdout: &mut impl Write, line: &[u8]) -> io::Result<()> {
    let written = stdout.write_all(line).and_then(|()| stdout.flush());
    if written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
        std::process::exit(i32::from(Exit::Done as u8));
    }
    written
}

/// The answer to one line, and whether it is a good one.
fn answer_or_refuse(line: Line, arguments: &arguments::Filter, rules: &Rules) -> (Vec<u8>, bool) {
    let (id, answered) = match line.bytes.map(|bytes| question::read(&bytes)) {
        None => (None, Err(format!("the line is longer than {MAX_LINE} bytes"))),
        Some(question::Asked { id, question: Err(reason) }) => (id, Err(reason)),
        Some(question::Asked { id, question: Ok(question) }) => {
            let answered = guarded(|| answer::answer(id.as_deref(), question, arguments, rules));
            (id, answered.unwrap_or_else(Err))
        }
    };
    let (mut written, ok) = match answered {
        Ok(written) => (written, true),
        Err(reason) => (answer::refusal(id.as_deref(), line.number, &reason), false),
    };
    written.push(b'\n');
    (written, ok)
}
