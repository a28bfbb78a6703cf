use rusqlite::{Connection, params};

use super::failure::{Failure, from_json, to_json};
use crate::model::{Source, SourceState};
use crate::store::StoreError;

/// Inserts a source or replaces its description; true when it was new.
pub(super) fn put(connection: &Connection, source: &Source) -> Result<bool, Failure> {
    let description = to_json(source)?;
    let replaced = connection
        .prepare_cached("UPDATE source SET description = ?2 WHERE id = ?1")?
        .execute(params![source.id, description])?;
    if replaced > 0 {
        return Ok(false);
    }
    connection.prepare_cached("INSERT INTO source (id, description, state) VALUES (?1, ?2, ?3)")?.execute(params![
        source.id,
        description,
        to_json(&SourceState::default())?
    ])?;
    Ok(true)
}

/// Forgets a source; its entries go with it by the foreign key.
pub(super) fn remove(connection: &Connection, id: &str) -> Result<bool, Failure> {
    Ok(connection.prepare_cached("DELETE FROM source WHERE id = ?1")?.execute([id])? > 0)
}

/// Replaces the state of a source that is there.
pub(super) fn put_state(connection: &Connection, id: &str, state: &SourceState) -> Result<(), Failure> {
    let changed = connection
        .prepare_cached("UPDATE source SET state = ?2 WHERE id = ?1")?
        .execute(params![id, to_json(state)?])?;
    if changed == 0 {
        return Err(StoreError::UnknownSource { id: id.to_owned() }.into());
    }
    Ok(())
}

/// All sources by id.
pub(super) fn all(connection: &Connection) -> Result<Vec<(Source, SourceState)>, Failure> {
    let mut statement = connection.prepare_cached("SELECT id, description, state FROM source ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut sources = Vec::new();
    while let Some(row) = rows.next()? {
        let what = format!("the source {}", row.get::<_, String>(0)?);
        let description: String = row.get(1)?;
        let state: String = row.get(2)?;
        sources.push((from_json(&description, &what)?, from_json(&state, &what)?));
    }
    Ok(sources)
}
