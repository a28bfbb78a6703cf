use boji_clean::word_enum;
use serde::Serialize;

use crate::pipeline::RunError;
use crate::store::{Store, StoreError};

word_enum! {
    /// What kind of thing is wrong.
    pub(crate) enum ProblemKind {
        /// A file of settings, sources or rules is wrong.
        Configuration = "configuration",
        /// Nothing of what a source names comes.
        Barren = "barren",
        /// The database is damaged, or cannot be read.
        Database = "database",
        /// A source failed several times in a row.
        Failing = "failing",
        /// A source is gone.
        Gone = "gone",
        /// There is nothing that a run could ask for.
        Idle = "idle",
        /// A source that is due was not asked for long.
        Overdue = "overdue",
        /// A source never named anything.
        Silent = "silent",
    }
}

/// Something that a person should look at.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    pub kind: ProblemKind,
    /// Id of the source, "" of what is about no single one.
    pub source: String,
    /// A clause: lower case, no final period.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Problem {
    /// One line: what is wrong, and what to do about it.
    pub(crate) fn line(&self) -> String {
        if self.hint.is_empty() { self.message.clone() } else { format!("{}; {}", self.message, self.hint) }
    }
}

const RESTORE: &str = "restore the data folder from a backup, or let `boji run` and `boji import` fill a new one";

/// What the database finds wrong with itself, or why it cannot look.
pub(crate) fn of_database(store: &dyn Store) -> anyhow::Result<Vec<Problem>> {
    let found = match store.check().and_then(|found| Ok((found, store.check_pictures()?))) {
        Ok((mut found, mut pictures)) => {
            found.append(&mut pictures);
            found
        }
        Err(error) => {
            let error = error.into();
            return Ok(vec![damage(&error).ok_or(error)?]);
        }
    };
    let problem = |message: String| {
        // Some tell the way out themselves.
        let hint = if message.contains("`boji ") { String::new() } else { RESTORE.to_owned() };
        Problem { kind: ProblemKind::Database, source: String::new(), message, hint }
    };
    Ok(found.into_iter().map(problem).collect())
}

/// The problem that an error of the store is. `None` of what is none of it: that there is no database, that another process has
/// it, and what is no error of the store.
pub(crate) fn damage(error: &anyhow::Error) -> Option<Problem> {
    let failed = error.chain().find_map(|cause| match cause.downcast_ref::<RunError>() {
        Some(RunError::Store(failed)) => Some(failed),
        _ => cause.downcast_ref::<StoreError>(),
    })?;
    if matches!(failed, StoreError::Missing { .. } | StoreError::Busy { .. }) {
        return None;
    }
    let message = with_causes(error.to_string(), error);
    let hint = match failed {
        // It would send the reader back to this very command.
        StoreError::Corrupt { .. } => RESTORE,
        failed => failed.hint().unwrap_or(RESTORE),
    };
    Some(Problem { kind: ProblemKind::Database, source: String::new(), message, hint: hint.to_owned() })
}

/// A sentence about an error, with all that lies beneath it.
pub(crate) fn with_causes(sentence: String, error: &anyhow::Error) -> String {
    let mut text = sentence;
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        // A transparent error repeats its cause word for word.
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}
