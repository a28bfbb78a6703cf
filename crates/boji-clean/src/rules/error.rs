use std::fmt::{self, Write as _};
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};

use strsim::levenshtein;

use super::rule_fault::RuleFault;

/// Why rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// A file says something wrong; line and caret are shown.
    #[error("use {0}")]
    Mistake(Box<Mistake>),
    /// A file that comes with the program cannot be used; a test reads them all.
    #[error("use the shipped {}: {message}", path.display())]
    Shipped {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A file whose name tells nothing of what is in it.
    #[error("use {}: nothing reads a file of this name", path.display())]
    UnknownFile {
        /// The file.
        path: PathBuf,
    },
    /// A rule cannot work.
    #[error("use rule {id} ({}, line {line}): {fault}", path.display())]
    Rule {
        /// The file.
        path: PathBuf,
        /// Line of the rule's id, from 1.
        line: usize,
        /// The rule.
        id: String,
        /// What is wrong.
        fault: RuleFault,
    },
}

impl RulesError {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Mistake(mistake) if !mistake.hint.is_empty() => &mistake.hint,
            Self::Mistake(_) => "compare with the file of its kind that comes with the program, under config/",
            Self::UnknownFile { .. } => "its name is to be boilerplate/….toml, sites/….toml or that of a file of words",
            Self::Shipped { .. } => "this is a fault of the program: please tell its authors",
            Self::Rule { fault, .. } => fault.hint(),
        };
        Some(hint.to_owned())
    }
}

impl From<Mistake> for RulesError {
    fn from(mistake: Mistake) -> Self {
        Self::Mistake(Box::new(mistake))
    }
}

impl From<Box<Mistake>> for RulesError {
    fn from(mistake: Box<Mistake>) -> Self {
        Self::Mistake(mistake)
    }
}

/// Something wrong at one place of a file, ready to be shown with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong: lower case, no final period.
    pub message: String,
    /// What to do about it, "" when nothing better is known.
    pub hint: String,
    /// The line as written.
    shown: String,
    /// Columns of the terminal before the caret, and carets.
    caret: (usize, usize),
}

impl Mistake {
    /// What the TOML library found. An unknown key or word gets a hint with the nearest one that is known.
    pub fn of_toml(file: &Path, text: &str, error: &toml::de::Error) -> Self {
        let span = error.span().unwrap_or(0..0);
        let (message, hint) = match unknown(error.message()) {
            Some((what, given, known)) => (format!("unknown {what} `{given}`"), nearest(&given, &known)),
            None => (error.message().to_owned(), String::new()),
        };
        Self::new(file, text, span, message, hint)
    }

    pub fn new(file: &Path, text: &str, span: Range<usize>, message: String, hint: String) -> Self {
        let start = floor_boundary(text, span.start);
        let before = text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = text.get(line_start..).unwrap_or_default();
        let shown = rest.lines().next().unwrap_or_default();
        let lead = before.get(line_start..).unwrap_or_default();
        let end = floor_boundary(text, span.end).min(line_start + shown.len());
        let marked = text.get(start..end).unwrap_or_default();
        Self {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: lead.chars().count() + 1,
            message,
            hint,
            shown: shown.to_owned(),
            caret: (width(lead), width(marked).max(1)),
        }
    }
}

/// `file:line:column: message`, then the line with carets under the place.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len());
        let (lead, carets) = self.caret;
        writeln!(f, "{}:{}:{}: {}", self.file.display(), self.line, self.column, self.message)?;
        writeln!(f, " {gutter} |")?;
        writeln!(f, " {number} | {}", self.shown.replace('\t', " "))?;
        write!(f, " {gutter} | {}{}", " ".repeat(lead), "^".repeat(carets))
    }
}

/// "did you mean" with the nearest of the known words, or the words themselves when none is near.
pub fn nearest<S: AsRef<str>>(word: &str, known: &[S]) -> String {
    similar(word, known).unwrap_or_else(|| {
        let mut list = String::new();
        for (index, candidate) in known.iter().enumerate() {
            let lead = if index == 0 { "known here:" } else { "," };
            let _ = write!(list, "{lead} {}", candidate.as_ref());
        }
        list
    })
}

/// "did you mean" with the nearest of the known words; `None` when none is near.
pub fn similar<S: AsRef<str>>(word: &str, known: &[S]) -> Option<String> {
    let best = known.iter().map(AsRef::as_ref).min_by_key(|candidate| levenshtein(word, candidate))?;
    let is_near = levenshtein(word, best) <= word.chars().count().max(3) / 3;
    is_near.then(|| format!("did you mean `{best}`?"))
}

/// What is unknown, as it was given, and the known ones out of "unknown field `x`, expected one of `a`, `b`"; of a word
/// the same.
fn unknown(message: &str) -> Option<(&'static str, String, Vec<String>)> {
    let leads = [("key", "unknown field "), ("word", "unknown word ")];
    let (what, rest) = leads.into_iter().find_map(|(what, lead)| Some((what, message.strip_prefix(lead)?)))?;
    let mut quoted = rest.split('`').skip(1).step_by(2).map(str::to_owned);
    Some((what, quoted.next()?, quoted.collect()))
}

/// The nearest place at or before `at` where a character begins.
fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Columns that a text takes on a terminal: Chinese characters and full-width signs take two.
fn width(text: &str) -> usize {
    const WIDE: [RangeInclusive<char>; 9] = [
        '\u{1100}'..='\u{115f}',
        '\u{2e80}'..='\u{a4cf}',
        '\u{ac00}'..='\u{d7a3}',
        '\u{f900}'..='\u{faff}',
        '\u{fe30}'..='\u{fe6f}',
        '\u{ff00}'..='\u{ff60}',
        '\u{ffe0}'..='\u{ffe6}',
        '\u{1f300}'..='\u{1faff}',
        '\u{20000}'..='\u{3fffd}',
    ];
    text.chars().map(|letter| 1 + usize::from(WIDE.iter().any(|range| range.contains(&letter)))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_line_with_a_caret_under_wide_letters_too() {
        let text = "[a]\nname = \"簸箕\" kind\n";
        let at = text.find("kind").expect("there");
        let mistake = Mistake::new(Path::new("s.toml"), text, at..at + 4, "expected a newline".into(), String::new());
        let want = "s.toml:2:13: expected a newline\n   |\n 2 | name = \"簸箕\" kind\n   |               ^^^^";
        assert_eq!(mistake.to_string(), want);
    }

    #[test]
    fn a_span_outside_of_the_text_or_inside_a_letter_is_no_trouble() {
        for span in [0..0, 2..900, 1..2, 900..901] {
            let mistake = Mistake::new(Path::new("s.toml"), "簸", span, "m".into(), String::new());
            assert!(mistake.to_string().ends_with('^'));
        }
    }

    #[test]
    fn names_the_nearest_key_or_all() {
        let known = ["host_gap_millis", "contact"];
        assert_eq!(nearest("host_gap_milis", &known), "did you mean `host_gap_millis`?");
        assert_eq!(nearest("zzz", &known), "known here: host_gap_millis, contact");
    }
}
