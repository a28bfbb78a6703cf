//! Which pictures of articles are kept, and why others are not.

use std::collections::BTreeSet;

use boji_clean::model::Timestamp;
use rusqlite::{Connection, Row, params};
use serde::Serialize;

use super::failure::SqliteFailure;
use crate::model::{Picture, PictureFile, PictureKind, PictureOutcome, WantedPicture};
use crate::store::contract::Retry;

const COLUMNS: &str =
    "article_id, name, position, url, hash, picture.kind, width, height, bytes, reason, tries, tried_at, next_due";

/// The ids of a source's articles whose pictures were not listed as their standing revision has them by this wish, the newest first.
/// Reads the index of lists and no revision.
pub(super) fn unlisted(
    connection: &Connection,
    source_id: &str,
    wish: &str,
    limit: usize,
) -> Result<Vec<String>, SqliteFailure> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM article LEFT JOIN pictured ON pictured.article_id = id
         WHERE article.source_id = ?1 AND wish IS NOT ?2
         ORDER BY article.sort_time DESC, id DESC LIMIT ?3",
    )?;
    let ids = statement.query_map(params![source_id, wish, limit as i64], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Lets the pictures of an article be listed anew: another revision stands.
pub(super) fn unlist(connection: &Connection, article_id: &str) -> Result<(), SqliteFailure> {
    connection.prepare_cached("DELETE FROM pictured WHERE article_id = ?1")?.execute([article_id])?;
    Ok(())
}

/// Writes down which pictures an article wants by its standing revision and a wish. What is known of one stays, but that one of which
/// there is none is asked for again under another address; one that is wanted no more goes when there is no file of it.
pub(super) fn list(
    connection: &Connection,
    article_id: &str,
    wish: &str,
    wanted: &[WantedPicture],
    now: Timestamp,
) -> Result<(), SqliteFailure> {
    let changed = connection
        .prepare_cached(
            "INSERT INTO pictured (article_id, wish) SELECT id, ?2 FROM article WHERE id = ?1
             ON CONFLICT DO UPDATE SET wish = excluded.wish",
        )?
        .execute(params![article_id, wish])?;
    if changed == 0 {
        return Ok(());
    }
    let known = of(connection, article_id)?;
    let names: BTreeSet<&str> = wanted.iter().map(|wanted| wanted.name.as_str()).collect();
    for gone in known.iter().filter(|known| known.file().is_none() && !names.contains(known.wanted.name.as_str())) {
        connection
            .prepare_cached("DELETE FROM picture WHERE article_id = ?1 AND name = ?2")?
            .execute(params![article_id, gone.wanted.name])?;
    }
    for (position, wanted) in wanted.iter().enumerate() {
        connection
            .prepare_cached(
                "INSERT INTO picture (article_id, name, position, url, next_due) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO UPDATE SET position = excluded.position, url = excluded.url,
                     tries = iif(hash = '' AND url <> excluded.url, 0, tries),
                     next_due = iif(hash = '' AND url <> excluded.url, excluded.next_due, next_due)",
            )?
            .execute(params![article_id, wanted.name, position as i64, wanted.url, now.as_millis()])?;
    }
    Ok(())
}

/// The pictures of a source's articles that are due, those of the newest articles first.
pub(super) fn due(
    connection: &Connection,
    source_id: &str,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Picture>, SqliteFailure> {
    read(
        connection,
        "JOIN article ON id = article_id WHERE source_id = ?1 AND next_due <= ?2
         ORDER BY sort_time DESC, article_id, position, name LIMIT ?3",
        params![source_id, now.as_millis(), limit as i64],
    )
}

/// The pictures of an article in their order.
pub(super) fn of(connection: &Connection, article_id: &str) -> Result<Vec<Picture>, SqliteFailure> {
    read(connection, "WHERE article_id = ?1 ORDER BY position, name", [article_id])
}

/// The file of a picture of this name, of whatever article.
pub(super) fn kept(connection: &Connection, name: &str) -> Result<Option<PictureFile>, SqliteFailure> {
    let clause = "WHERE name = ?1 AND hash <> '' ORDER BY article_id LIMIT 1";
    Ok(read(connection, clause, [name])?.first().and_then(|picture| picture.file().cloned()))
}

/// Writes down what came of a picture. One of an article that is no more, or wants it no more, is passed over.
pub(super) fn put(connection: &Connection, picture: &Picture) -> Result<(), SqliteFailure> {
    let file = picture.file();
    connection
        .prepare_cached(
            "UPDATE picture SET hash = ?3, kind = ?4, width = ?5, height = ?6, bytes = ?7, reason = ?8, tries = ?9, tried_at = ?10,
                 next_due = ?11
             WHERE article_id = ?1 AND name = ?2",
        )?
        .execute(params![
            picture.article_id,
            picture.wanted.name,
            file.map_or("", |file| &file.hash),
            file.map_or("", |file| file.kind.as_str()),
            file.map_or(0, |file| file.width),
            file.map_or(0, |file| file.height),
            file.map_or(0, |file| file.bytes.cast_signed()),
            picture.outcome.as_ref().map_or("", PictureOutcome::reason),
            picture.tries,
            picture.tried_at.map(Timestamp::as_millis),
            picture.next_due.map(Timestamp::as_millis),
        ])?;
    Ok(())
}

/// Takes away what is known of an article's pictures; gives the files that no other article has.
pub(super) fn forget(connection: &Connection, article_id: &str) -> Result<Vec<PictureFile>, SqliteFailure> {
    let files: BTreeSet<String> =
        of(connection, article_id)?.iter().filter_map(|picture| picture.file().map(|file| file.hash.clone())).collect();
    let known = of(connection, article_id)?;
    connection.prepare_cached("DELETE FROM picture WHERE article_id = ?1")?.execute([article_id])?;
    unlist(connection, article_id)?;
    let mut lonely = Vec::new();
    for hash in files {
        let is_needed =
            connection.prepare_cached("SELECT 1 FROM picture WHERE hash = ?1 AND hash <> ''")?.exists([&hash])?;
        if !is_needed {
            lonely.extend(known.iter().filter_map(Picture::file).find(|file| file.hash == hash).cloned());
        }
    }
    Ok(lonely)
}

/// A picture of each file, by their hashes.
pub(super) fn of_files(connection: &Connection) -> Result<Vec<Picture>, SqliteFailure> {
    read(connection, "WHERE hash <> '' GROUP BY hash ORDER BY hash", [])
}

/// Lets pictures wait no longer of which there is none, as if they had never been tried: of an article, or of all articles of a source.
pub(super) fn retry(connection: &Connection, which: &Retry, now: Timestamp) -> Result<(), SqliteFailure> {
    let (of, value) = match which {
        Retry::Source(id) => ("article_id IN (SELECT id FROM article WHERE source_id = ?1)", id),
        Retry::Article(id) => ("article_id = ?1", id),
        Retry::Abstracts(_) | Retry::Address(_) => return Ok(()),
    };
    let sql = format!("UPDATE picture SET tries = 0, next_due = ?2 WHERE hash = '' AND {of}");
    connection.prepare_cached(&sql)?.execute(params![value, now.as_millis()])?;
    Ok(())
}

/// Calls `visit` with each picture, by article and position.
pub(super) fn each(
    connection: &Connection,
    mut visit: impl FnMut(&PictureLine) -> Result<(), SqliteFailure>,
) -> Result<(), SqliteFailure> {
    read(connection, "ORDER BY article_id, position, name", [])?
        .iter()
        .try_for_each(|picture| visit(&PictureLine::of(picture)))
}

/// A picture as a dump has it.
#[derive(Serialize)]
pub(super) struct PictureLine<'a> {
    article: &'a str,
    name: &'a str,
    position: u32,
    url: &'a str,
    hash: &'a str,
    kind: &'static str,
    width: u32,
    height: u32,
    bytes: u64,
    reason: &'static str,
    tries: u32,
    tried_at: Option<Timestamp>,
    next_due: Option<Timestamp>,
}

impl<'a> PictureLine<'a> {
    fn of(picture: &'a Picture) -> Self {
        let file = picture.file();
        Self {
            article: &picture.article_id,
            name: &picture.wanted.name,
            position: picture.position,
            url: &picture.wanted.url,
            hash: file.map_or("", |file| &file.hash),
            kind: file.map_or("", |file| file.kind.as_str()),
            width: file.map_or(0, |file| file.width),
            height: file.map_or(0, |file| file.height),
            bytes: file.map_or(0, |file| file.bytes),
            reason: picture.outcome.as_ref().map_or("", PictureOutcome::reason),
            tries: picture.tries,
            tried_at: picture.tried_at,
            next_due: picture.next_due,
        }
    }
}

fn read(connection: &Connection, clause: &str, values: impl rusqlite::Params) -> Result<Vec<Picture>, SqliteFailure> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM picture {clause}"))?;
    let rows = statement.query_map(values, picture)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A row. What an unknown version wrote as its kind or reason is a picture that there is not, for no reason known.
fn picture(row: &Row<'_>) -> rusqlite::Result<Picture> {
    let (hash, kind, reason): (String, String, String) = (row.get(4)?, row.get(5)?, row.get(9)?);
    let file = PictureKind::from_word(&kind).filter(|_| !hash.is_empty()).map(|kind| {
        Ok::<_, rusqlite::Error>(PictureFile {
            hash,
            kind,
            width: row.get(6)?,
            height: row.get(7)?,
            bytes: row.get::<_, i64>(8)?.max(0).cast_unsigned(),
        })
    });
    let instant = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_millis));
    Ok(Picture {
        article_id: row.get(0)?,
        wanted: WantedPicture { name: row.get(1)?, url: row.get(3)? },
        position: row.get(2)?,
        outcome: file.transpose()?.map(PictureOutcome::Kept).or_else(|| PictureOutcome::from_reason(&reason)),
        tries: row.get(10)?,
        tried_at: instant(11)?,
        next_due: instant(12)?,
    })
}
