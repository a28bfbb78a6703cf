use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;

use crate::cli::mistake::Mistake;
use crate::inspect::{Health, Status};
use crate::pipeline::WANTS_A_PERSON;
use crate::store::whole_file;

/// The collector reads files that end with `.prom` alone.
pub(super) fn check_name(file: &Path) -> Result<(), Mistake> {
    if file.extension().is_some_and(|ending| ending == "prom") {
        return Ok(());
    }
    Err(Mistake::usage(format!("{} does not end with .prom", file.display()), "the collector reads no other file"))
}

/// Writes the metrics of a status to a file, whole or not at all: who reads it meanwhile gets the one before.
///
/// # Errors
/// The file, or one beside it, cannot be written.
pub(super) fn write(file: &Path, status: &Status) -> anyhow::Result<()> {
    let written = whole_file::write(file, &render(status));
    written.with_context(|| format!("failed to write the metrics to {}", file.display()))
}

/// A status in the text format of Prometheus, version 0.0.4: the same status gives the same bytes.
pub(super) fn render(status: &Status) -> String {
    let counts = &status.counts;
    let failing =
        status.sources.iter().filter(|health| health.enabled && health.failures >= WANTS_A_PERSON).count() as u64;
    let mut page = Page::default();
    page.one("boji_articles", "Articles stored.", counts.articles);
    page.one("boji_revisions", "Revisions of all articles together.", counts.revisions);
    page.many(
        "boji_entries",
        "Pages and texts that sources named: waiting to be asked for, or closed without an article.",
        "status",
        [("waiting", counts.pending.cast_signed()), ("closed", counts.closed.cast_signed())],
    );
    let pictures = counts.pictures;
    page.many(
        "boji_pictures",
        "Pictures that articles want: kept in files, waiting to be asked for, or such that none will come.",
        "status",
        [("kept", pictures.kept), ("waiting", pictures.waiting), ("failed", pictures.failed)]
            .map(|(status, count)| (status, count.cast_signed())),
    );
    page.one("boji_picture_bytes", "Size of the files of pictures.", pictures.bytes);
    page.one("boji_sources", "Sources.", counts.sources);
    let help = format!("Sources that failed {WANTS_A_PERSON} times in a row or more.");
    page.one("boji_sources_failing", &help, failing);
    let of_each =
        |value: fn(&Health) -> i64| status.sources.iter().map(move |health| (health.id.as_str(), value(health)));
    page.many(
        "boji_source_last_success_timestamp_seconds",
        "When a source last answered well, in seconds since 1970; 0 when it never did.",
        "source",
        of_each(|health| health.last_success.as_seconds()),
    );
    page.many(
        "boji_source_failures",
        "Failures of a source since it last answered well.",
        "source",
        of_each(|health| i64::from(health.failures)),
    );
    page.one("boji_hosts_resting", "Hosts that rest.", status.resting_hosts.len() as u64);
    page.one("boji_database_bytes", "Size of the database.", counts.bytes);
    page.0
}

/// Metrics one after the other, all of them gauges.
#[derive(Default)]
struct Page(String);

impl Page {
    fn one(&mut self, name: &str, help: &str, value: u64) {
        self.head(name, help);
        // A write to a string cannot fail.
        let _ = writeln!(self.0, "{name} {value}");
    }

    fn many<'a>(&mut self, name: &str, help: &str, label: &str, values: impl IntoIterator<Item = (&'a str, i64)>) {
        let mut values = values.into_iter().peekable();
        if values.peek().is_some() {
            self.head(name, help);
        }
        for (of, value) in values {
            let _ = writeln!(self.0, "{name}{{{label}=\"{}\"}} {value}", escaped(of));
        }
    }

    fn head(&mut self, name: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} gauge");
    }
}

/// The value of a label: backslash, quote and line feed are escaped.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use boji_clean::model::Timestamp;

    use super::*;
    use crate::inspect::Condition;
    use crate::store::Counts;

    #[test]
    fn a_label_is_escaped() {
        assert_eq!(escaped("a\\b\"c\nd"), "a\\\\b\\\"c\\nd");
    }

    #[test]
    fn a_status_is_a_page_of_gauges() {
        let source = |id: &str, failures, success| Health {
            id: id.into(),
            name: String::new(),
            enabled: true,
            condition: Condition::Well,
            last_tried: Timestamp::default(),
            last_success: Timestamp::from_seconds(success),
            next_due: Timestamp::default(),
            interval_seconds: 3_600,
            failures,
            last_error: None,
            last_message: String::new(),
            same_as: String::new(),
            is_overdue: false,
            is_polled: true,
        };
        let mut counts = Counts { articles: 7, pending: 2, closed: 1, sources: 2, bytes: 4_096, ..Counts::default() };
        counts.pictures.kept = 5;
        counts.pictures.failed = 1;
        counts.pictures.bytes = 900;
        let status = Status {
            counts,
            sources: vec![source("mill", 0, 1_700_000_000), source("a\"b", 3, 0)],
            ..Status::default()
        };
        let page = render(&status);
        for line in [
            "# HELP boji_articles Articles stored.\n# TYPE boji_articles gauge\nboji_articles 7\n",
            "\nboji_entries{status=\"waiting\"} 2\nboji_entries{status=\"closed\"} 1\n",
            "\nboji_pictures{status=\"kept\"} 5\nboji_pictures{status=\"waiting\"} 0\nboji_pictures{status=\"failed\"} 1\n",
            "\nboji_picture_bytes 900\n",
            "\nboji_sources_failing 1\n",
            "\nboji_source_last_success_timestamp_seconds{source=\"mill\"} 1700000000\n",
            "\nboji_source_failures{source=\"a\\\"b\"} 3\n",
            "\nboji_database_bytes 4096\n",
        ] {
            assert!(page.contains(line), "{line}: {page}");
        }
        let heads = page.lines().filter(|line| line.starts_with("# TYPE ")).count();
        assert_eq!(heads, 11);
        assert!(!render(&Status::default()).contains("boji_source_failures"), "without sources no empty family");
    }
}
