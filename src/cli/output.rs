//! The one place that prints. Data goes to stdout, everything else to stderr; a closed pipe is a quiet end.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;

/// How much is said on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Loudness {
    /// Only what needs a person.
    Quiet,
    /// What a person at a terminal wants to know.
    Normal,
    /// Also each item.
    Verbose,
}

/// Where a command prints.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    /// How much is said on stderr.
    pub loudness: Loudness,
    /// Reports as JSON.
    pub json: bool,
    color: bool,
}

impl Output {
    /// Output as the arguments and the environment want it. `no_color` is true when NO_COLOR is set.
    pub(super) fn new(loudness: Loudness, json: bool, no_color: bool) -> Self {
        Self { loudness, json, color: !no_color && io::stderr().is_terminal() }
    }

    /// True when a progress bar may be drawn: a person watches, and asked neither for silence nor for machine output.
    pub(super) fn shows_progress(self) -> bool {
        self.loudness == Loudness::Normal && !self.json && io::stderr().is_terminal()
    }

    /// True when stderr may have colour.
    pub(super) fn color(self) -> bool {
        self.color
    }

    /// Data to stdout, with a newline at its end.
    #[expect(clippy::unused_self, reason = "every way to print is a method of the one printer")]
    pub(super) fn data(self, text: impl Display) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{text}")
    }

    /// A report as one JSON object on stdout.
    #[expect(clippy::unused_self, reason = "every way to print is a method of the one printer")]
    pub(super) fn json(self, value: &impl Serialize) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        serde_json::to_writer(&mut stdout, value)?;
        stdout.write_all(b"\n")
    }

    /// A line for a person who watches.
    pub(super) fn note(self, text: impl Display) {
        if self.loudness > Loudness::Quiet {
            line(text);
        }
    }

    /// A line for a person who asked for details.
    pub(super) fn detail(self, text: impl Display) {
        if self.loudness == Loudness::Verbose {
            line(text);
        }
    }

    /// Something that needs a person. Printed even when quiet.
    pub(super) fn warn(self, text: impl Display, hint: Option<&str>) {
        line(format_args!("{} {text}", self.paint("warning:", "33")));
        self.hint(hint);
    }

    /// Why the command failed. Printed even when quiet; as JSON when asked for.
    pub(super) fn error(self, text: &str, hint: Option<&str>) {
        if self.json {
            line(serde_json::json!({ "error": text, "hint": hint.unwrap_or_default() }));
            return;
        }
        line(format_args!("{} {text}", self.paint("error:", "31")));
        self.hint(hint);
    }

    fn hint(self, hint: Option<&str>) {
        if let Some(hint) = hint.filter(|hint| !hint.is_empty()) {
            line(format_args!("{} {hint}", self.paint("hint:", "36")));
        }
    }

    /// A word in colour, where colour is wanted; the word itself carries the meaning.
    pub(super) fn paint(self, word: &str, code: &str) -> String {
        if self.color { format!("\x1b[{code}m{word}\x1b[0m") } else { word.to_owned() }
    }
}

fn line(text: impl Display) {
    // Nobody is left to be told when stderr itself is gone.
    let _ = writeln!(io::stderr().lock(), "{text}");
}
