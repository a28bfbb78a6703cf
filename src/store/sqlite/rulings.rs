use rusqlite::{Connection, params};

use super::failure::Failure;
use crate::model::{Ruling, Timestamp};

/// Puts a ruling in force; false when it was, which keeps its time.
pub(super) fn put(connection: &Connection, ruling: &Ruling, at: Timestamp) -> Result<bool, Failure> {
    let [kind, subject, scope] = columns(ruling);
    Ok(connection
        .prepare_cached("INSERT OR IGNORE INTO ruling (kind, subject, scope, ruled_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![kind, subject, scope, at.as_millis()])?
        > 0)
}

/// Takes a ruling out of force; false when it was not.
pub(super) fn remove(connection: &Connection, ruling: &Ruling) -> Result<bool, Failure> {
    Ok(connection
        .prepare_cached("DELETE FROM ruling WHERE kind = ?1 AND subject = ?2 AND scope = ?3")?
        .execute(columns(ruling))?
        > 0)
}

/// All rulings with the time since which they are in force, in order.
pub(super) fn all(connection: &Connection) -> Result<Vec<(Ruling, Timestamp)>, Failure> {
    let mut statement =
        connection.prepare_cached("SELECT kind, subject, scope, ruled_at FROM ruling ORDER BY kind, subject, scope")?;
    let mut rows = statement.query([])?;
    let mut rulings = Vec::new();
    while let Some(row) = rows.next()? {
        let (kind, subject, scope): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let ruling = match kind.as_str() {
            "block" => Ruling::Block { article: subject, key: scope },
            "rule" => Ruling::Rule { rule: subject, account: scope },
            _ => return Err(Failure::Corrupt(format!("the unknown kind {kind} of a ruling"))),
        };
        rulings.push((ruling, Timestamp::from_millis(row.get(3)?)));
    }
    Ok(rulings)
}

/// Kind, subject and scope. Their order by bytes is that of [`Ruling`].
fn columns(ruling: &Ruling) -> [&str; 3] {
    match ruling {
        Ruling::Block { article, key } => ["block", article, key],
        Ruling::Rule { rule, account } => ["rule", rule, account],
    }
}
