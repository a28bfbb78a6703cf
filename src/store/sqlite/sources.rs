use boji_clean::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use super::articles::resolve;
use super::failure::{SqliteFailure, from_json, from_word, from_word_or_empty, to_json};
use crate::model::{Entry, FetchRecord, HostState, Outcome, Source, SourceState};
use crate::store::contract::{EntryCount, Retry, Waiting};
use crate::store::error::StoreError;

/// The columns of an entry in the order of [`read_entry`].
const ENTRY: &str =
    "source_id, key, candidate, fingerprint, status, outcome, tries, next_due, article_id, words_hash, skipped_by";

/// The columns of a request in the order of [`read_fetch`].
const FETCH: &str = "source_id, url, at, status, bytes, millis, outcome, error";

/// From old to new; requests of the same instant in an order that their content alone decides.
const ORDER: &str = "at, source_id, url, status, bytes, millis, outcome, error";

/// [`ORDER`] from new to old.
const BACKWARDS: &str =
    "at DESC, source_id DESC, url DESC, status DESC, bytes DESC, millis DESC, outcome DESC, error DESC";

/// Inserts a source or replaces its description; true when it was new.
pub(super) fn put(connection: &Connection, source: &Source) -> Result<bool, SqliteFailure> {
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
pub(super) fn remove(connection: &Connection, id: &str) -> Result<bool, SqliteFailure> {
    Ok(connection.prepare_cached("DELETE FROM source WHERE id = ?1")?.execute([id])? > 0)
}

/// Replaces the state of a source that is there.
pub(super) fn put_state(connection: &Connection, id: &str, state: &SourceState) -> Result<(), SqliteFailure> {
    let changed = connection
        .prepare_cached("UPDATE source SET state = ?2 WHERE id = ?1")?
        .execute(params![id, to_json(state)?])?;
    if changed == 0 {
        return Err(StoreError::UnknownSource { id: id.to_owned() }.into());
    }
    Ok(())
}

/// All sources by id.
pub(super) fn sources(connection: &Connection) -> Result<Vec<(Source, SourceState)>, SqliteFailure> {
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

/// One source.
pub(super) fn source(connection: &Connection, id: &str) -> Result<Option<(Source, SourceState)>, SqliteFailure> {
    let mut statement = connection.prepare_cached("SELECT description, state FROM source WHERE id = ?1")?;
    let found = statement.query_row([id], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).optional()?;
    let Some((description, state)) = found else { return Ok(None) };
    let what = format!("the source {id}");
    Ok(Some((from_json(&description, &what)?, from_json(&state, &what)?)))
}

/// Inserts or replaces an entry by (source, key); its source must be there.
pub(super) fn put_entry(connection: &Connection, entry: &Entry) -> Result<(), SqliteFailure> {
    let done = connection
        .prepare_cached(
            "INSERT OR REPLACE INTO entry
                 (source_id, key, candidate, fingerprint, status, outcome, tries, next_due, article_id, words_hash,
                  skipped_by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            entry.source_id,
            entry.key,
            to_json(&entry.candidate)?,
            entry.fingerprint,
            entry.status.as_str(),
            entry.outcome.map_or("", Outcome::as_str),
            entry.tries,
            entry.next_due.as_millis(),
            resolve(connection, &entry.article_id)?,
            entry.words_hash,
            entry.skipped_by,
        ]);
    match done {
        Ok(_) => Ok(()),
        Err(error) if is_foreign_key(&error) => Err(StoreError::UnknownSource { id: entry.source_id.clone() }.into()),
        Err(error) => Err(error.into()),
    }
}

/// One entry.
pub(super) fn find_entry(connection: &Connection, source_id: &str, key: &str) -> Result<Option<Entry>, SqliteFailure> {
    let sql = format!("SELECT {ENTRY} FROM entry WHERE source_id = ?1 AND key = ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_row([source_id, key], |row| Ok(read_entry(row))).optional()?.transpose()
}

/// Those of a source that said these words.
pub(super) fn entries_that_say(
    connection: &Connection,
    source_id: &str,
    words_hash: &str,
) -> Result<Vec<Entry>, SqliteFailure> {
    let sql =
        format!("SELECT {ENTRY} FROM entry WHERE source_id = ?1 AND words_hash = ?2 AND words_hash <> '' ORDER BY key");
    collect(connection, &sql, [source_id, words_hash])
}

/// Takes an entry away that goes by another key now.
pub(super) fn remove_entry(connection: &Connection, source_id: &str, key: &str) -> Result<(), SqliteFailure> {
    connection.prepare_cached("DELETE FROM entry WHERE source_id = ?1 AND key = ?2")?.execute([source_id, key])?;
    Ok(())
}

fn collect(connection: &Connection, sql: &str, of: impl Params) -> Result<Vec<Entry>, SqliteFailure> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(of)?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(read_entry(row)?);
    }
    Ok(entries)
}

/// Entries that wait and are wanted, oldest due first.
pub(super) fn pending(
    connection: &Connection,
    source_id: Option<&str>,
    wanted: Waiting,
    limit: usize,
) -> Result<Vec<Entry>, SqliteFailure> {
    let of_source = if source_id.is_some() { "source_id = ?1" } else { "?1 IS NULL" };
    let sql =
        format!("SELECT {ENTRY} FROM entry WHERE {PENDING} AND {of_source} ORDER BY next_due, source_id, key LIMIT ?4");
    let [now, far] = ends(wanted);
    collect(connection, &sql, params![source_id, now, far, at_most(limit)])
}

/// How many entries of a source wait and are wanted.
pub(super) fn count_pending(connection: &Connection, source_id: &str, wanted: Waiting) -> Result<usize, SqliteFailure> {
    let sql = format!("SELECT count(*) FROM entry WHERE {PENDING} AND source_id = ?1");
    let [now, far] = ends(wanted);
    let count = |row: &Row<'_>| row.get::<_, i64>(0);
    Ok(connection.prepare_cached(&sql)?.query_row(params![source_id, now, far], count)? as usize)
}

/// That an entry waits and is wanted, between the two [`ends`] ?2 and ?3.
const PENDING: &str = "status = 'pending' AND (next_due <= ?2 OR next_due > ?3)";

/// The last millisecond that has come, and the last that is not too far away to be believed.
fn ends(Waiting { now, longest }: Waiting) -> [i64; 2] {
    [now.as_millis(), now.plus_seconds(longest).as_millis()]
}

/// Lets entries wait no longer.
pub(super) fn retry(connection: &Connection, which: &Retry, now: Timestamp) -> Result<usize, SqliteFailure> {
    let (of, value) = match which {
        Retry::Source(id) => ("source_id = ?1 AND status <> 'done'", id),
        // Those with a capture of their text were compared.
        Retry::Abstracts(id) => (
            "source_id = ?1 AND status = 'done' AND json_extract(candidate, '$.is_abstract') = 1
             AND json_extract(candidate, '$.body_capture') IS NULL",
            id,
        ),
        Retry::Address(url) => ("(key = ?1 OR json_extract(candidate, '$.url') = ?1)", url),
        Retry::Article(id) => ("article_id = ?1 AND article_id <> ''", id),
    };
    let has_address = "coalesce(json_extract(candidate, '$.url'), '') <> ''";
    let sql = format!(
        "UPDATE entry SET tries = 0, next_due = ?2, fingerprint = iif({has_address}, fingerprint, ''),
                          status = iif({has_address}, 'pending', status)
         WHERE {of}"
    );
    Ok(connection.prepare(&sql)?.execute(params![value, now.as_millis()])?)
}

/// Entries with one of these addresses, by source and key.
pub(super) fn entries_at(
    connection: &Connection,
    addresses: &[String],
    limit: usize,
) -> Result<Vec<Entry>, SqliteFailure> {
    let sql = format!(
        "WITH wanted AS MATERIALIZED (SELECT value FROM json_each(?1))
         SELECT {ENTRY} FROM entry
         WHERE key IN wanted OR json_extract(candidate, '$.url') IN wanted
               OR canonical_of(json_extract(candidate, '$.url')) IN wanted
         ORDER BY source_id, key LIMIT ?2"
    );
    collect(connection, &sql, params![to_json(addresses)?, at_most(limit)])
}

/// Entries that led to no article: those that wait, and those that are closed.
pub(super) fn entries_without_article(
    connection: &Connection,
    sources: &[String],
    limit: usize,
) -> Result<Vec<Entry>, SqliteFailure> {
    let sql = format!(
        "SELECT {ENTRY} FROM entry
         WHERE article_id = '' AND (?1 = '[]' OR source_id IN (SELECT value FROM json_each(?1)))
         ORDER BY status <> 'pending', iif(status = 'pending', next_due, -next_due), source_id, key LIMIT ?2"
    );
    collect(connection, &sql, params![to_json(sources)?, at_most(limit)])
}

/// How many entries of a source, or of each, stand alike.
pub(super) fn entry_counts(connection: &Connection, source_id: Option<&str>) -> Result<Vec<EntryCount>, SqliteFailure> {
    let of_source = if source_id.is_some() { "source_id = ?1" } else { "?1 IS NULL" };
    let sql = format!(
        "SELECT source_id, status, outcome, count(*) FROM entry WHERE {of_source} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([source_id])?;
    let mut counts = Vec::new();
    while let Some(row) = rows.next()? {
        counts.push(EntryCount {
            source_id: row.get(0)?,
            status: from_word(&row.get::<_, String>(1)?, "the status of an entry")?,
            outcome: from_word_or_empty(&row.get::<_, String>(2)?, "the outcome of an entry")?,
            entries: row.get::<_, i64>(3)? as u64,
        });
    }
    Ok(counts)
}

/// A limit as SQLite takes it.
fn at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// The entries that led to an article, by source and key.
pub(super) fn entries_of(connection: &Connection, article_id: &str) -> Result<Vec<Entry>, SqliteFailure> {
    // An entry that led to nothing yet has "", which is no article.
    let sql = format!("SELECT {ENTRY} FROM entry WHERE article_id = ?1 AND article_id <> '' ORDER BY source_id, key");
    collect(connection, &sql, [article_id])
}

/// Calls `visit` with the keys of a source's entries that begin so, in their order.
pub(super) fn each_key(
    connection: &Connection,
    source_id: &str,
    beginning: &str,
    visit: &mut dyn FnMut(&str),
) -> Result<(), SqliteFailure> {
    // In the order of the primary key those that begin so stand together.
    let mut statement =
        connection.prepare_cached("SELECT key FROM entry WHERE source_id = ?1 AND key >= ?2 ORDER BY key")?;
    let mut rows = statement.query([source_id, beginning])?;
    while let Some(row) = rows.next()? {
        let key: String = row.get(0)?;
        if !key.starts_with(beginning) {
            break;
        }
        visit(&key);
    }
    Ok(())
}

/// Calls `visit` with every entry by (source, key).
pub(super) fn each_entry(
    connection: &Connection,
    mut visit: impl FnMut(&Entry) -> Result<(), SqliteFailure>,
) -> Result<(), SqliteFailure> {
    let mut statement = connection.prepare_cached(&format!("SELECT {ENTRY} FROM entry ORDER BY source_id, key"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(&read_entry(row)?)?;
    }
    Ok(())
}

fn read_entry(row: &Row<'_>) -> Result<Entry, SqliteFailure> {
    let key: String = row.get(1)?;
    let candidate: String = row.get(2)?;
    Ok(Entry {
        source_id: row.get(0)?,
        candidate: from_json(&candidate, &format!("the entry {key}"))?,
        key,
        fingerprint: row.get(3)?,
        status: from_word(&row.get::<_, String>(4)?, "the status of an entry")?,
        outcome: from_word_or_empty(&row.get::<_, String>(5)?, "the outcome of an entry")?,
        tries: row.get(6)?,
        next_due: Timestamp::from_millis(row.get(7)?),
        article_id: row.get(8)?,
        words_hash: row.get(9)?,
        skipped_by: row.get(10)?,
    })
}

fn is_foreign_key(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::SqliteFailure(failure, _)
        if failure.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY)
}

/// Adds one request.
pub(super) fn append_fetch(connection: &Connection, fetch: &FetchRecord) -> Result<(), SqliteFailure> {
    connection
        .prepare_cached(
            "INSERT INTO fetch (source_id, url, at, status, bytes, millis, outcome, error)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            fetch.source_id,
            fetch.url,
            fetch.at.as_millis(),
            fetch.status,
            fetch.bytes as i64,
            fetch.millis,
            fetch.outcome.as_str(),
            fetch.error,
        ])?;
    Ok(())
}

/// The last requests of a source, or of all, from old to new.
pub(super) fn last_fetches(
    connection: &Connection,
    source_id: Option<&str>,
    limit: usize,
) -> Result<Vec<FetchRecord>, SqliteFailure> {
    let of_source = if source_id.is_some() { "source_id = ?1" } else { "?1 IS NULL" };
    let sql = format!("SELECT {FETCH} FROM fetch WHERE {of_source} ORDER BY {BACKWARDS} LIMIT ?2");
    collect_fetches(connection, &sql, params![source_id, at_most(limit)])
}

/// The last requests for these addresses, from old to new.
pub(super) fn last_fetches_of(
    connection: &Connection,
    addresses: &[String],
    limit: usize,
) -> Result<Vec<FetchRecord>, SqliteFailure> {
    let sql = format!(
        "SELECT {FETCH} FROM fetch WHERE url IN (SELECT value FROM json_each(?1)) ORDER BY {BACKWARDS} LIMIT ?2"
    );
    collect_fetches(connection, &sql, params![to_json(addresses)?, at_most(limit)])
}

/// Requests that a statement gives from new to old, from old to new.
fn collect_fetches(connection: &Connection, sql: &str, of: impl Params) -> Result<Vec<FetchRecord>, SqliteFailure> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(of)?;
    let mut fetches = Vec::new();
    while let Some(row) = rows.next()? {
        fetches.push(read_fetch(row)?);
    }
    fetches.reverse();
    Ok(fetches)
}

/// Calls `visit` with every request from old to new.
pub(super) fn each_fetch(
    connection: &Connection,
    mut visit: impl FnMut(&FetchRecord) -> Result<(), SqliteFailure>,
) -> Result<(), SqliteFailure> {
    let mut statement = connection.prepare_cached(&format!("SELECT {FETCH} FROM fetch ORDER BY {ORDER}"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(&read_fetch(row)?)?;
    }
    Ok(())
}

fn read_fetch(row: &Row<'_>) -> Result<FetchRecord, SqliteFailure> {
    Ok(FetchRecord {
        source_id: row.get(0)?,
        url: row.get(1)?,
        at: Timestamp::from_millis(row.get(2)?),
        status: row.get(3)?,
        bytes: row.get::<_, i64>(4)? as u64,
        millis: row.get(5)?,
        outcome: from_word(&row.get::<_, String>(6)?, "the outcome of a request")?,
        error: row.get(7)?,
    })
}

/// Inserts or replaces a host by its name.
pub(super) fn put_host(connection: &Connection, host: &HostState) -> Result<(), SqliteFailure> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO host (name, state) VALUES (?1, ?2)")?
        .execute(params![host.host, to_json(host)?])?;
    Ok(())
}

/// All hosts by name.
pub(super) fn hosts(connection: &Connection) -> Result<Vec<HostState>, SqliteFailure> {
    let mut statement = connection.prepare_cached("SELECT name, state FROM host ORDER BY name")?;
    let mut rows = statement.query([])?;
    let mut hosts = Vec::new();
    while let Some(row) = rows.next()? {
        let state: String = row.get(1)?;
        hosts.push(from_json(&state, &format!("the host {}", row.get::<_, String>(0)?))?);
    }
    Ok(hosts)
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;
    use crate::store::sqlite::open::{Access, open};

    #[test]
    fn a_statement_is_not_prepared_anew_for_each_value() {
        let folder = tempfile::tempdir().unwrap();
        let connection = open(&folder.path().join("a.db"), Access::Write).unwrap();
        for value in ["a", "b", "c"] {
            assert!(entries_that_say(&connection, value, value).unwrap().is_empty());
        }
        let sql = format!(
            "SELECT {ENTRY} FROM entry WHERE source_id = ?1 AND words_hash = ?2 AND words_hash <> '' ORDER BY key"
        );
        let asked = connection.prepare_cached(&sql).unwrap();
        assert_eq!((asked.get_status(StatementStatus::Run), asked.get_status(StatementStatus::RePrepare)), (3, 0));
    }
}
