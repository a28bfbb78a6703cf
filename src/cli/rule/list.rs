use std::fmt;

use boji_clean::rules::SiteRule;
use serde::Serialize;

use crate::cli::arguments::Arguments;
use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::workplace;

/// One rule, as it is listed.
#[derive(Serialize)]
pub(super) struct Line {
    domain: String,
    path: String,
    origin: &'static str,
    file: String,
    reason: String,
}

impl Line {
    pub(super) fn of(rule: &SiteRule) -> Self {
        Self {
            domain: rule.domain.clone(),
            path: rule.path.as_ref().map(ToString::to_string).unwrap_or_default(),
            origin: if rule.is_shipped { "shipped" } else { "user" },
            file: if rule.is_shipped { String::new() } else { rule.file.display().to_string() },
            reason: rule.reason.clone(),
        }
    }

    /// Whether it is the rule of a domain.
    pub(super) fn is_of(&self, domain: &str) -> bool {
        self.domain == domain
    }
}

/// As one line of a report.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { String::new() } else { format!(", paths {}", self.path) };
        let file = if self.file.is_empty() { String::new() } else { format!(" {}", self.file) };
        write!(f, "{}{path} ({}{file}): {}", self.domain, self.origin, self.reason)
    }
}

/// Lists the site rules in force.
pub(super) fn run(arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let rules = workplace::rules(arguments)?;
    for line in rules.sites().all().map(Line::of) {
        if output.json {
            output.json(&line)?;
        } else {
            output.data(format_args!("{:<24}  {:<7}  {}", line.domain, line.origin, line.reason))?;
        }
    }
    Ok(Exit::Done)
}
