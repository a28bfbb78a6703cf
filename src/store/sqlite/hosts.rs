use rusqlite::{Connection, params};

use super::failure::{Failure, from_json, to_json};
use crate::model::HostState;

/// Inserts or replaces a host by its name.
pub(super) fn put(connection: &Connection, host: &HostState) -> Result<(), Failure> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO host (name, state) VALUES (?1, ?2)")?
        .execute(params![host.host, to_json(host)?])?;
    Ok(())
}

/// All hosts by name.
pub(super) fn all(connection: &Connection) -> Result<Vec<HostState>, Failure> {
    let mut statement = connection.prepare_cached("SELECT name, state FROM host ORDER BY name")?;
    let mut rows = statement.query([])?;
    let mut hosts = Vec::new();
    while let Some(row) = rows.next()? {
        let state: String = row.get(1)?;
        hosts.push(from_json(&state, &format!("the host {}", row.get::<_, String>(0)?))?);
    }
    Ok(hosts)
}
