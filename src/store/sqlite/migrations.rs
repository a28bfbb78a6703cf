use std::path::Path;

use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, TransactionBehavior};

use super::failure::Failure;
use crate::store::StoreError;

/// "boji" in ASCII: marks the file as ours (`PRAGMA application_id`).
const APPLICATION_ID: i32 = 0x626f_6a69;

/// Every step from an empty file to the present shape, oldest first. Only ever appended to: the number of steps taken
/// is the version of a database (`PRAGMA user_version`).
pub(super) const MIGRATIONS: [&str; 5] = [
    include_str!("migrations/0001_start.sql"),
    include_str!("migrations/0002_learned.sql"),
    include_str!("migrations/0003_alias.sql"),
    include_str!("migrations/0004_later_pages.sql"),
    include_str!("migrations/0005_standing.sql"),
];

/// What kind of file a connection has opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing is in it.
    Empty,
    /// A database of ours that lacks steps.
    Older,
    /// A database of ours in the present shape.
    Current,
}

/// Looks at a file without changing it; an error when it is not ours or from a newer boji.
pub(super) fn inspect(connection: &Connection, path: &Path) -> Result<Found, StoreError> {
    let failed = |error: rusqlite::Error| Failure::from(error).at(path, "look at its version");
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).map_err(failed);
    let (application, found) = (number("application_id")?, number("user_version")?);
    if application != i64::from(APPLICATION_ID) {
        let objects: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
        let empty = application == 0 && found == 0 && objects == 0;
        return if empty { Ok(Found::Empty) } else { Err(StoreError::Foreign { path: path.to_owned() }) };
    }
    let known = MIGRATIONS.len() as i64;
    match found {
        found if found > known => Err(StoreError::Newer { path: path.to_owned(), found, known }),
        found if found < known => Ok(Found::Older),
        _ => Ok(Found::Current),
    }
}

/// Takes the steps that are missing, all in one transaction.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Failure> {
    provide_functions(connection)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read inside of the transaction: another process may have migrated while this one waited.
    let done: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for step in MIGRATIONS.iter().skip(usize::try_from(done).unwrap_or(0)) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    transaction.commit()?;
    Ok(())
}

/// What the steps call that SQLite does not have: `characters_of` counts all of them, where `length` ends at a NUL.
pub(super) fn provide_functions(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection
        .create_scalar_function("characters_of", 1, flags, |call| Ok(call.get_raw(0).as_str()?.chars().count() as i64))
}
