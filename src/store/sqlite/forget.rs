use std::collections::BTreeSet;

use boji_clean::model::Timestamp;
use rusqlite::{Connection, params};

use super::failure::SqliteFailure;
use super::{articles, commit, forgotten, near, packing, pictures, sources, words};
use crate::model::{Forgetting, PictureFile};

/// Takes away all that an article says, under whichever ids it is stored, and lets it not come again: see
/// [`crate::store::Store::forget`]. Gives the files of pictures that no article has any more.
pub(super) fn forget(
    connection: &Connection,
    id: &str,
    reason: &str,
    at: Timestamp,
) -> Result<Option<(Forgetting, Vec<PictureFile>)>, SqliteFailure> {
    let id = articles::resolve(connection, id)?;
    if !articles::exists(connection, &id)? {
        return Ok(None);
    }
    let mut ids: BTreeSet<String> = strings(connection, "SELECT id FROM alias WHERE article_id = ?1", &id)?;
    ids.insert(id.clone());
    let mut done = Forgetting::default();
    let (mut bodies, mut files) = (BTreeSet::new(), Vec::new());
    for one in &ids {
        bodies.append(&mut bodies_of(connection, one)?);
        for entry in sources::entries_of(connection, one)? {
            sources::put_entry(connection, &forgotten::without_words(&entry))?;
        }
        done.articles += usize::from(take_away(connection, one)?);
    }
    connection.prepare_cached("DELETE FROM alias WHERE article_id = ?1")?.execute([&id])?;
    for one in &ids {
        files.append(&mut pictures::forget(connection, one)?);
        connection.prepare_cached("DELETE FROM article WHERE id = ?1")?.execute([one])?;
        connection
            .prepare_cached("INSERT INTO forgotten (id, article_id, reason, forgotten_at) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![one, id, reason, at.as_millis()])?;
    }
    for body in with_siblings(connection, bodies)? {
        if is_needed(connection, &body)? {
            done.shared_captures += 1;
        } else {
            done.captures += connection.prepare_cached("DELETE FROM capture WHERE body_hash = ?1")?.execute([&body])?;
            packing::release(connection, &body)?;
            connection.prepare_cached("DELETE FROM body WHERE hash = ?1")?.execute([&body])?;
        }
    }
    words::purge(connection)?;
    done.pictures = files.len();
    Ok(Some((done, files)))
}

/// Takes away the revisions of an article and what hangs on them; what repeats it is a duplicate of it no longer. False when no
/// article is stored under this id.
fn take_away(connection: &Connection, id: &str) -> Result<bool, SqliteFailure> {
    if !articles::exists(connection, id)? {
        return Ok(false);
    }
    let text_key: String =
        connection.prepare_cached("SELECT text_key FROM article WHERE id = ?1")?.query_row([id], |row| row.get(0))?;
    commit::part_from_duplicates(connection, id, &text_key)?;
    words::remove(connection, id)?;
    near::leave(connection, id)?;
    for sql in [
        "UPDATE article SET dup_of = NULL WHERE dup_of = ?1",
        "DELETE FROM article_number WHERE article_id = ?1",
        "DELETE FROM revision WHERE article_id = ?1",
        "DELETE FROM ruling WHERE kind IN ('block', 'boilerplate') AND subject = ?1",
        "DELETE FROM hidden WHERE kind = 'article' AND subject = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([id])?;
    }
    Ok(true)
}

/// The bodies of which the revisions of an article were made.
fn bodies_of(connection: &Connection, id: &str) -> Result<BTreeSet<String>, SqliteFailure> {
    strings(
        connection,
        "SELECT capture_hash FROM revision WHERE article_id = ?1 AND capture_hash <> ''
         UNION SELECT page.value FROM revision, json_each(later_captures) AS page WHERE article_id = ?1",
        id,
    )
}

/// These bodies, and those that came from the same pages at other times. The address of a source is no page of an article's.
fn with_siblings(connection: &Connection, mut bodies: BTreeSet<String>) -> Result<BTreeSet<String>, SqliteFailure> {
    for body in bodies.clone() {
        bodies.append(&mut strings(
            connection,
            "SELECT other.body_hash FROM capture JOIN capture AS other ON other.url = capture.url
             WHERE capture.body_hash = ?1
                 AND capture.url NOT IN (SELECT json_extract(description, '$.url') FROM source)",
            &body,
        )?);
    }
    Ok(bodies)
}

/// Whether a revision was made of this body.
fn is_needed(connection: &Connection, body: &str) -> Result<bool, SqliteFailure> {
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS(SELECT 1 FROM revision WHERE capture_hash = ?1)
             OR EXISTS(SELECT 1 FROM revision, json_each(later_captures) AS page WHERE page.value = ?1)",
    )?;
    Ok(statement.query_row([body], |row| row.get(0))?)
}

fn strings(connection: &Connection, sql: &str, value: &str) -> Result<BTreeSet<String>, SqliteFailure> {
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map([value], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}
