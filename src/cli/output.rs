//! The one place that prints. Data goes to stdout, everything else to stderr; a closed pipe is a quiet end.

use std::fmt::{self, Display};
use std::io::{self, IsTerminal, Write};

use boji_clean::text::{is_control, without_controls};
use serde::Serialize;

/// How much is said on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Loudness {
    /// Nothing: the exit code alone tells.
    Silent,
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
    /// Output as the arguments and the environment want it; `color` is for stderr.
    pub(super) fn new(loudness: Loudness, json: bool, color: bool) -> Self {
        Self { loudness, json, color }
    }

    /// The same, which tells of what needs a person.
    pub(super) fn at_least_quiet(self) -> Self {
        Self { loudness: self.loudness.max(Loudness::Quiet), ..self }
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
        writeln!(io::stdout().lock(), "{}", visible(text))
    }

    /// A report as one JSON object on stdout.
    #[expect(clippy::unused_self, reason = "every way to print is a method of the one printer")]
    pub(super) fn json(self, value: &impl Serialize) -> io::Result<()> {
        let text = serde_json::to_string(value)?;
        writeln!(io::stdout().lock(), "{}", escaped(&text))
    }

    /// A line of data with places that stand out: bold on a terminal, between brackets elsewhere. `marks` are in characters, in
    /// order, the first that belongs to a place and the first behind it.
    pub(super) fn marked(self, before: &str, text: &str, marks: &[(usize, usize)]) -> io::Result<()> {
        let (open, close) = if self.color && io::stdout().is_terminal() { ("\x1b[1m", "\x1b[0m") } else { ("[", "]") };
        let mut characters = text.chars();
        let mut line = visible(before);
        let mut at = 0;
        for (first, behind) in marks {
            line += &visible(characters.by_ref().take(first - at).collect::<String>());
            line += open;
            line += &visible(characters.by_ref().take(behind - first).collect::<String>());
            line += close;
            at = *behind;
        }
        line += &visible(characters.collect::<String>());
        writeln!(io::stdout().lock(), "{line}")
    }

    /// A line for a person who watches.
    pub(super) fn note(self, text: impl Display) {
        if self.loudness > Loudness::Quiet {
            line(visible(text));
        }
    }

    /// The same, with what can be done about it.
    pub(super) fn remark(self, text: impl Display, hint: Option<&str>) {
        if self.loudness > Loudness::Quiet {
            line(visible(text));
            self.hint(hint);
        }
    }

    /// The answer of a person who sits at a terminal; `None` where nobody does, or silence or machine output is wanted.
    pub(super) fn ask(self, question: &str) -> Option<String> {
        let is_asked = self.loudness > Loudness::Quiet && !self.json;
        if !is_asked || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return None;
        }
        let mut err = io::stderr().lock();
        write!(err, "{}", visible(question)).and_then(|()| err.flush()).ok()?;
        drop(err);
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).ok()?;
        Some(answer)
    }

    /// A line for a person who asked for details.
    pub(super) fn detail(self, text: impl Display) {
        if self.loudness == Loudness::Verbose {
            line(visible(text));
        }
    }

    /// Something that needs a person. Printed even when quiet, not when silent; as JSON when asked for.
    pub(super) fn warn(self, text: impl Display, hint: Option<&str>) {
        self.tell("warning", "33", &text.to_string(), hint);
    }

    /// Why the command failed. Printed as a warning is.
    pub(super) fn error(self, text: &str, hint: Option<&str>) {
        self.tell("error", "31", text, hint);
    }

    /// What is wrong, and what to do about it: a line each, or one object of JSON.
    fn tell(self, what: &str, color: &str, text: &str, hint: Option<&str>) {
        if self.loudness == Loudness::Silent {
            return;
        }
        if self.json {
            let told = serde_json::json!({ what: text, "hint": hint.unwrap_or_default() });
            line(escaped(&told.to_string()));
            return;
        }
        line(format_args!("{} {}", self.paint(&format!("{what}:"), color), visible(text)));
        self.hint(hint);
    }

    fn hint(self, hint: Option<&str>) {
        if let Some(hint) = hint.filter(|hint| !hint.is_empty()) {
            line(format_args!("{} {}", self.paint("hint:", "36"), visible(hint)));
        }
    }

    /// A word in colour, where colour is wanted; the word itself carries the meaning.
    pub(super) fn paint(self, word: &str, code: &str) -> String {
        if self.color { format!("\x1b[{code}m{word}\x1b[0m") } else { word.to_owned() }
    }
}

/// A text for a terminal. What strangers write there must not move its cursor, rename its window or turn its lines.
pub(super) fn visible(text: impl Display) -> String {
    without_controls(&text.to_string()).into_owned()
}

/// The same of JSON, in which such a character is written as its number.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if is_control(character) {
            // A write to a string cannot fail.
            let _ = fmt::Write::write_fmt(&mut out, format_args!("\\u{:04x}", u32::from(character)));
        } else {
            out.push(character);
        }
    }
    out
}

fn line(text: impl Display) {
    // Nobody is left to be told when stderr itself is gone.
    let _ = writeln!(io::stderr().lock(), "{text}");
}
