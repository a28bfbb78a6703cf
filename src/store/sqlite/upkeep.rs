//! What keeps a store small and safe: copies, a tidy file, and no captures that nothing was made of.

use std::collections::BTreeMap;
use std::path::Path;

use boji_clean::model::Timestamp;
use rusqlite::{Connection, params};

use super::failure::SqliteFailure;
use super::packing;
use crate::store::contract::Pruning;

/// Captures that nothing refers to: no revision was made of them, and no entry that waits has its words there.
const LOOSE: &str = "
    FROM capture JOIN body ON hash = body_hash
    WHERE fetched_at < ?1
        AND body_hash NOT IN (SELECT capture_hash FROM revision)
        AND body_hash NOT IN (SELECT page.value FROM revision, json_each(later_captures) AS page)
        AND body_hash NOT IN (SELECT json_extract(candidate, '$.body_capture') FROM entry
                              WHERE json_extract(candidate, '$.body_capture') IS NOT NULL)";

/// Writes the whole store, as it is at one instant, to a new file without gaps.
pub(super) fn copy(connection: &Connection, path: &Path) -> Result<(), SqliteFailure> {
    connection.execute("VACUUM INTO ?1", [path.to_string_lossy()])?;
    Ok(())
}

/// Writes the file anew without gaps, and gives what is free back to the disk.
pub(super) fn vacuum(connection: &Connection) -> Result<(), SqliteFailure> {
    connection.execute_batch("VACUUM")?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

/// Takes away captures from before an instant that nothing refers to, or only counts them.
pub(super) fn prune(connection: &Connection, before: Timestamp, is_plan: bool) -> Result<Pruning, SqliteFailure> {
    let before = before.as_millis();
    let mut by_source = BTreeMap::new();
    let mut statement =
        connection.prepare(&format!("SELECT source_id, count(*) {LOOSE} GROUP BY source_id ORDER BY source_id"))?;
    let mut rows = statement.query([before])?;
    while let Some(row) = rows.next()? {
        by_source.insert(row.get(0)?, row.get::<_, i64>(1)?.max(0).cast_unsigned());
    }
    // A body goes when all of its captures do.
    let bodies: Vec<(String, i64)> = connection
        .prepare(&format!(
            "SELECT body_hash, length(bytes) {LOOSE}
                 AND NOT EXISTS (SELECT 1 FROM capture AS later WHERE later.body_hash = hash AND later.fetched_at >= ?1)
             GROUP BY body_hash ORDER BY body_hash"
        ))?
        .query_map([before], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let pruning = Pruning {
        captures: by_source.values().sum(),
        bodies: bodies.len() as u64,
        bytes: bodies.iter().map(|(_, bytes)| bytes.max(&0).cast_unsigned()).sum(),
        by_source,
        ..Pruning::default()
    };
    if is_plan {
        return Ok(pruning);
    }
    connection.execute(&format!("DELETE FROM capture WHERE number IN (SELECT number {LOOSE})"), params![before])?;
    for (hash, _) in bodies {
        packing::release(connection, &hash)?;
        connection.prepare_cached("DELETE FROM body WHERE hash = ?1")?.execute([hash])?;
    }
    Ok(pruning)
}
