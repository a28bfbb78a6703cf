use boji_clean::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;

use super::failure::{SqliteFailure, from_json, to_json};
use super::packing::{self, COLUMNS};
use crate::model::{Capture, Hop};

/// A capture without the bytes of its body, as a dump has it.
#[derive(Serialize)]
pub(super) struct CaptureLine {
    url: String,
    fetched_at: Timestamp,
    body: String,
    length: u64,
    source_id: String,
    status: u16,
    hops: Vec<Hop>,
    headers: Vec<(String, String)>,
}

/// Adds a capture; its body only when no equal one is stored.
pub(super) fn insert(connection: &Connection, source_id: &str, capture: &Capture) -> Result<(), SqliteFailure> {
    let hash = capture.body_hash();
    if !connection.prepare_cached("SELECT 1 FROM body WHERE hash = ?1")?.exists([&hash])? {
        packing::put(connection, &capture.url, &hash, &capture.body)?;
    }
    connection
        .prepare_cached(
            "INSERT INTO capture (url, body_hash, source_id, status, hops, headers, fetched_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            capture.url,
            hash,
            source_id,
            capture.status,
            to_json(&capture.hops)?,
            to_json(&capture.headers)?,
            capture.fetched_at.as_millis(),
        ])?;
    Ok(())
}

/// The last capture with this body.
pub(super) fn find(connection: &Connection, hash: &str) -> Result<Option<Capture>, SqliteFailure> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT url, hops, status, headers, fetched_at, {COLUMNS}
         FROM capture JOIN body ON body.hash = body_hash LEFT JOIN body AS base ON base.hash = body.reference
         WHERE body_hash = ?1
         ORDER BY fetched_at DESC, url DESC LIMIT 1"
    ))?;
    statement.query_row([hash], |row| Ok(read(row, hash))).optional()?.transpose()
}

/// The last capture with this URL and body.
pub(super) fn find_at(connection: &Connection, url: &str, hash: &str) -> Result<Option<Capture>, SqliteFailure> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT url, hops, status, headers, fetched_at, {COLUMNS}
         FROM capture JOIN body ON body.hash = body_hash LEFT JOIN body AS base ON base.hash = body.reference
         WHERE body_hash = ?1 AND url = ?2
         ORDER BY fetched_at DESC LIMIT 1"
    ))?;
    statement.query_row([hash, url], |row| Ok(read(row, hash))).optional()?.transpose()
}

/// The capture with this body that came at an instant.
pub(super) fn find_when(connection: &Connection, hash: &str, at: Timestamp) -> Result<Option<Capture>, SqliteFailure> {
    let mut statement = connection.prepare_cached(
        "SELECT url, hops, status, headers, fetched_at, codec, bytes
         FROM capture JOIN body ON body.hash = body_hash WHERE body_hash = ?1 AND fetched_at = ?2
         ORDER BY url DESC LIMIT 1",
    )?;
    statement.query_row(params![hash, at.as_millis()], |row| Ok(read(row, hash))).optional()?.transpose()
}

/// True when this URL gave this body before.
pub(super) fn exists(connection: &Connection, url: &str, hash: &str) -> Result<bool, SqliteFailure> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM capture WHERE url = ?1 AND body_hash = ?2 LIMIT 1")?
        .exists([url, hash])?)
}

/// Calls `visit` with every capture, its body as hash and length, in the order of its content.
pub(super) fn each(
    connection: &Connection,
    mut visit: impl FnMut(&CaptureLine) -> Result<(), SqliteFailure>,
) -> Result<(), SqliteFailure> {
    let mut statement = connection.prepare_cached(
        "SELECT url, fetched_at, body_hash, source_id, status, hops, headers, length
         FROM capture JOIN body ON body.hash = body_hash
         ORDER BY url, fetched_at, body_hash, source_id, status, hops, headers",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let body: String = row.get(2)?;
        visit(&CaptureLine {
            url: row.get(0)?,
            fetched_at: Timestamp::from_millis(row.get(1)?),
            length: row.get::<_, i64>(7)? as u64,
            source_id: row.get(3)?,
            status: row.get(4)?,
            hops: from_json(&row.get::<_, String>(5)?, &body)?,
            headers: from_json(&row.get::<_, String>(6)?, &body)?,
            body,
        })?;
    }
    Ok(())
}

/// Calls `visit` with the hash of every body and the one that its bytes give now. Holds one body at a time.
pub(super) fn each_body(
    connection: &Connection,
    mut visit: impl FnMut(&str, Result<String, SqliteFailure>),
) -> Result<(), SqliteFailure> {
    packing::drop_unpacked();
    let mut statement = connection.prepare_cached(&format!(
        "SELECT body.hash, {COLUMNS} FROM body LEFT JOIN body AS base ON base.hash = body.reference ORDER BY body.hash"
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let hash: String = row.get(0)?;
        let found = packing::read(row, 1);
        visit(&hash, found.map(|content| blake3::hash(&content).to_hex().to_string()));
    }
    Ok(())
}

fn read(row: &Row<'_>, hash: &str) -> Result<Capture, SqliteFailure> {
    let what = format!("the capture {hash}");
    Ok(Capture {
        url: row.get(0)?,
        hops: from_json(&row.get::<_, String>(1)?, &what)?,
        status: row.get(2)?,
        headers: from_json(&row.get::<_, String>(3)?, &what)?,
        fetched_at: Timestamp::from_millis(row.get(4)?),
        body: packing::read(row, 5)?,
    })
}
