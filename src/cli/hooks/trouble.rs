use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use boji_clean::model::Timestamp;
use serde::Serialize;

use crate::cli::arguments::Arguments;
use crate::cli::output::Output;
use crate::cli::status;
use crate::cli::workplace;
use crate::config::read_at_most;
use crate::inspect::Problem;
use crate::store::{Store, whole_file};

/// Version of the form of what is told; a field that is added is no other version.
const SCHEMA: u32 = 1;
/// Problems of which a command is told; of more it is told how many there are.
const MOST_PROBLEMS: usize = 1_000;
/// Name of the file in the data folder with what was told last, one problem a line.
const TOLD: &str = "told-trouble.txt";
/// Largest such file that is read, in bytes.
const MAX_TOLD: u64 = 1 << 20;

/// What `on_trouble` is told.
#[derive(Serialize)]
pub(super) struct Trouble {
    schema: u32,
    event: &'static str,
    /// All problems; `problems` holds no more than the first [`MOST_PROBLEMS`].
    total: usize,
    /// As `status --json` has them.
    problems: Vec<Problem>,
}

/// What is to be remembered as told, so that trouble which lasts is told once.
pub(super) struct Told {
    file: PathBuf,
    problems: BTreeSet<String>,
}

impl Told {
    /// Remembers it for the next run.
    pub(super) fn remember(&self) -> io::Result<()> {
        let lines: Vec<&str> = self.problems.iter().map(String::as_str).collect();
        whole_file::write(&self.file, &lines.join("\n"))
    }
}

/// All that is wrong, when something is that was not told before. What has mended is forgotten, and told when it comes again.
pub(super) fn told(
    store: &dyn Store,
    now: Timestamp,
    arguments: &Arguments,
    output: Output,
) -> anyhow::Result<Option<(Trouble, Told)>> {
    let found = status::problems(store, now, arguments, output)?;
    let file = workplace::data_folder(arguments)?.join(TOLD);
    let known = read(&file);
    let problems = found.iter().map(|problem| format!("{} {}", problem.kind, problem.source)).collect();
    let told = Told { file, problems };
    if told.problems.is_subset(&known) {
        if told.problems != known {
            told.remember()?;
        }
        return Ok(None);
    }
    let total = found.len();
    let problems = found.into_iter().take(MOST_PROBLEMS).collect();
    Ok(Some((Trouble { schema: SCHEMA, event: "trouble", total, problems }, told)))
}

/// What was told before; nothing where that cannot be read.
fn read(file: &Path) -> BTreeSet<String> {
    let text = File::open(file).and_then(|file| read_at_most(file, MAX_TOLD)).unwrap_or_default();
    String::from_utf8_lossy(&text).lines().map(str::to_owned).collect()
}
