use boji_clean::model::{Origin, Timestamp};
use rusqlite::{Connection, Params, Row, params};

use super::articles::origin;
use super::failure::{SqliteFailure, from_word_or_empty};
use crate::model::LastSight;

/// Sights in the order of [`read`]. A page that was read has been tried; and where the words of an article that waited for its page
/// are the feed's all the same, they were made from the capture that its entry names.
const SIGHTS: &str = "
    SELECT entry.source_id, entry.key, next_due, outcome, first_seen, origin,
           tries > 0 AND coalesce(json_extract(candidate, '$.body_capture'), '') <> capture_hash,
           gone_state IS NOT NULL
    FROM entry
    JOIN article ON article.id = entry.article_id AND article.source_id = entry.source_id
    JOIN revision ON revision.article_id = article.id AND revision.number = article.revision
    WHERE status = 'done' AND coalesce(json_extract(candidate, '$.url'), '') <> ''";

/// The last sights of a source's articles that were first stored, and seen last, after an instant; of those alone whose pages were
/// asked for, which have an index of their own.
pub(super) fn since(
    connection: &Connection,
    source_id: &str,
    since: Timestamp,
) -> Result<Vec<LastSight>, SqliteFailure> {
    let wanted = "tries > 0 AND entry.source_id = ?1 AND next_due > ?2 AND first_seen > ?2 ORDER BY entry.key";
    collect(connection, wanted, params![source_id, since.as_millis()])
}

/// The last sights of an article.
pub(super) fn of(connection: &Connection, article_id: &str) -> Result<Vec<LastSight>, SqliteFailure> {
    collect(
        connection,
        "entry.article_id = ?1 AND entry.article_id <> '' ORDER BY entry.source_id, entry.key",
        [article_id],
    )
}

fn collect(connection: &Connection, wanted: &str, of: impl Params) -> Result<Vec<LastSight>, SqliteFailure> {
    let mut statement = connection.prepare_cached(&format!("{SIGHTS} AND {wanted}"))?;
    let mut rows = statement.query(of)?;
    let mut sights = Vec::new();
    while let Some(row) = rows.next()? {
        sights.push(read(row)?);
    }
    Ok(sights)
}

fn read(row: &Row<'_>) -> Result<LastSight, SqliteFailure> {
    let origin = origin(&row.get::<_, String>(5)?);
    Ok(LastSight {
        source_id: row.get(0)?,
        key: row.get(1)?,
        at: Timestamp::from_millis(row.get(2)?),
        outcome: from_word_or_empty(&row.get::<_, String>(3)?, "the outcome of an entry")?,
        first_seen: Timestamp::from_millis(row.get(4)?),
        is_of_page: row.get::<_, bool>(6)? && matches!(origin, Origin::Wechat | Origin::Blog),
        origin,
        is_gone: row.get(7)?,
    })
}
