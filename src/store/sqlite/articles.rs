use rusqlite::{Connection, OptionalExtension, params};

use super::failure::Failure;
use super::revisions;
use crate::model::{Article, Decision, Known, PageState, StoredArticle, Submission, Timestamp};
use crate::store::dump::ArticleLine;
use crate::store::filter::{self, Listed};
use crate::store::{Filter, StoreError, decision};

/// Asks what to do with an article and does it.
pub(super) fn submit(
    connection: &Connection,
    submission: &Submission,
    decide: &dyn Fn(&Article, &Known) -> Decision,
) -> Result<Decision, Failure> {
    let id = submission.article.id();
    let latest = latest(connection, &id)?;
    let known = Known {
        same_key: latest.as_ref().map(|latest| (latest.revision, latest.content_hash.clone())),
        same_text: same_text(connection, &id, &submission.text_key)?,
    };
    let decided = decide(&submission.article, &known);
    decision::check(&id, &known, &decided)?;
    match &decided {
        Decision::New => insert(connection, &id, submission, None)?,
        Decision::Duplicate(original) => {
            if self::latest(connection, original)?.is_none() {
                return Err(decision::unknown_original(&id).into());
            }
            insert(connection, &id, submission, Some(original))?;
        }
        Decision::Revision(number) => {
            let text_key = latest.map(|latest| latest.text_key).unwrap_or_default();
            revise(connection, &id, submission, *number, &text_key)?;
        }
        Decision::Unchanged => see_again(connection, &id, submission.fetched_at)?,
    }
    Ok(decided)
}

/// Notes that an article was taken down. The first sight of a state counts; an id that is not stored is passed over.
pub(super) fn mark_gone(connection: &Connection, id: &str, state: PageState, at: Timestamp) -> Result<(), Failure> {
    connection
        .prepare_cached(
            "UPDATE article SET gone_at = iif(gone_state IS ?2, gone_at, ?3), gone_state = ?2 WHERE id = ?1",
        )?
        .execute(params![id, state.as_str(), at.as_millis()])?;
    Ok(())
}

/// The article whose id begins with `prefix`.
pub(super) fn find(connection: &Connection, prefix: &str) -> Result<Option<StoredArticle>, Failure> {
    let prefix = prefix.to_ascii_lowercase();
    // Ids are lower-case hexadecimal: "g" comes after every one that begins so.
    let (count, id): (i64, Option<String>) = connection
        .prepare_cached("SELECT count(*), min(id) FROM article WHERE id >= ?1 AND id < ?1 || 'g'")?
        .query_row([&prefix], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if count > 1 {
        return Err(StoreError::Ambiguous { prefix, count: usize::try_from(count).unwrap_or(usize::MAX) }.into());
    }
    let Some(id) = id else { return Ok(None) };
    let number = latest(connection, &id)?.map_or(0, |latest| latest.revision);
    revisions::find(connection, &id, number)
}

/// All revisions of an article, oldest first.
pub(super) fn revisions(connection: &Connection, id: &str) -> Result<Vec<StoredArticle>, Failure> {
    let mut statement =
        connection.prepare_cached("SELECT number FROM revision WHERE article_id = ?1 ORDER BY number")?;
    let numbers = statement.query_map([id], |row| row.get(0))?.collect::<Result<Vec<u32>, _>>()?;
    let mut found = Vec::with_capacity(numbers.len());
    for number in numbers {
        found.extend(revisions::find(connection, id, number)?);
    }
    Ok(found)
}

/// Calls `visit` with the latest revision of each wanted article, in order.
pub(super) fn each(
    connection: &Connection,
    filter: &Filter,
    visit: &mut dyn FnMut(StoredArticle) -> Result<(), StoreError>,
) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT id, revision, source_id, sort_time, language, kind, dup_of IS NOT NULL FROM article
         WHERE sort_time BETWEEN ?1 AND ?2 ORDER BY sort_time, id",
    )?;
    let (since, until) =
        (filter.since.map_or(i64::MIN, Timestamp::as_millis), filter.until.map_or(i64::MAX, Timestamp::as_millis));
    let mut rows = statement.query([since, until])?;
    while let Some(row) = rows.next()? {
        let (source_id, language, kind): (String, String, String) = (row.get(2)?, row.get(4)?, row.get(5)?);
        let listed = Listed {
            source_id: &source_id,
            time: Timestamp::from_millis(row.get(3)?),
            language: &language,
            kind: &kind,
            is_duplicate: row.get(6)?,
        };
        if !filter.wants(&listed) {
            continue;
        }
        let id: String = row.get(0)?;
        let stored = revisions::find(connection, &id, row.get(1)?)?;
        visit(stored.ok_or_else(|| Failure::Corrupt(format!("the article {id} without a revision")))?)?;
    }
    Ok(())
}

/// Calls `visit` with every article's standing, by id.
pub(super) fn each_standing(
    connection: &Connection,
    mut visit: impl FnMut(&ArticleLine<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT id, key, revision, coalesce(dup_of, ''), first_seen, last_seen, gone_state, gone_at
         FROM article ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, key, dup_of): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(3)?);
        visit(&ArticleLine {
            id: &id,
            key: &key,
            revision: row.get(2)?,
            dup_of: &dup_of,
            first_seen: Timestamp::from_millis(row.get(4)?),
            last_seen: Timestamp::from_millis(row.get(5)?),
            gone: revisions::gone(row.get(6)?, row.get(7)?),
        })?;
    }
    Ok(())
}

/// Calls `visit` with every revision, by article and number.
pub(super) fn each_revision(
    connection: &Connection,
    mut visit: impl FnMut(&StoredArticle) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut statement =
        connection.prepare_cached("SELECT article_id, number FROM revision ORDER BY article_id, number")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(stored) = revisions::find(connection, &row.get::<_, String>(0)?, row.get(1)?)? {
            visit(&stored)?;
        }
    }
    Ok(())
}

/// What a decision needs of a stored article.
struct Latest {
    revision: u32,
    content_hash: String,
    text_key: String,
}

fn latest(connection: &Connection, id: &str) -> Result<Option<Latest>, Failure> {
    let mut statement =
        connection.prepare_cached("SELECT revision, content_hash, text_key FROM article WHERE id = ?1")?;
    let found = statement
        .query_row([id], |row| Ok(Latest { revision: row.get(0)?, content_hash: row.get(1)?, text_key: row.get(2)? }));
    Ok(found.optional()?)
}

/// The first other article with this text, or the one of which that is a duplicate.
fn same_text(connection: &Connection, id: &str, text_key: &str) -> Result<Option<String>, Failure> {
    if text_key.is_empty() {
        return Ok(None);
    }
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(dup_of, id) FROM article WHERE text_key = ?1 AND id <> ?2 AND coalesce(dup_of, id) <> ?2
         ORDER BY dup_of IS NOT NULL, first_seen, id LIMIT 1",
    )?;
    Ok(statement.query_row([text_key, id], |row| row.get(0)).optional()?)
}

fn insert(connection: &Connection, id: &str, submission: &Submission, dup_of: Option<&str>) -> Result<(), Failure> {
    let article = &submission.article;
    connection
        .prepare_cached(
            "INSERT INTO article (id, key, revision, content_hash, text_key, source_id, language, kind, sort_time,
                                  dup_of, first_seen, last_seen)
             VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)",
        )?
        .execute(params![
            id,
            article.key.to_string(),
            article.content_hash(),
            submission.text_key,
            submission.source_id,
            article.language,
            article.metadata.kind.as_str(),
            filter::sort_time(submission).as_millis(),
            dup_of,
            submission.fetched_at.as_millis(),
        ])?;
    revisions::insert(connection, id, 1, submission)
}

fn revise(
    connection: &Connection,
    id: &str,
    submission: &Submission,
    number: u32,
    old_text_key: &str,
) -> Result<(), Failure> {
    let article = &submission.article;
    see_again(connection, id, submission.fetched_at)?;
    connection
        .prepare_cached(
            "UPDATE article SET revision = ?2, content_hash = ?3, text_key = ?4, source_id = ?5, language = ?6,
                                kind = ?7, sort_time = ?8 WHERE id = ?1",
        )?
        .execute(params![
            id,
            number,
            article.content_hash(),
            submission.text_key,
            submission.source_id,
            article.language,
            article.metadata.kind.as_str(),
            filter::sort_time(submission).as_millis(),
        ])?;
    if submission.text_key != old_text_key {
        part_from_duplicates(connection, id, old_text_key)?;
    }
    revisions::insert(connection, id, number, submission)
}

/// An article with new words is no duplicate any more, and what had its old words is none of it: the first of those
/// takes its place, or the old words would be missing from a corpus without duplicates.
fn part_from_duplicates(connection: &Connection, id: &str, old_text_key: &str) -> Result<(), Failure> {
    connection.prepare_cached("UPDATE article SET dup_of = NULL WHERE id = ?1")?.execute([id])?;
    let heir: Option<String> = connection
        .prepare_cached("SELECT id FROM article WHERE dup_of = ?1 AND text_key = ?2 ORDER BY first_seen, id LIMIT 1")?
        .query_row([id, old_text_key], |row| row.get(0))
        .optional()?;
    if let Some(heir) = heir {
        connection
            .prepare_cached("UPDATE article SET dup_of = nullif(?3, id) WHERE dup_of = ?1 AND text_key = ?2")?
            .execute([id, old_text_key, &heir])?;
    }
    Ok(())
}

/// A sight later than the one that found it gone means that it is back.
fn see_again(connection: &Connection, id: &str, at: Timestamp) -> Result<(), Failure> {
    connection
        .prepare_cached(
            "UPDATE article SET last_seen = max(last_seen, ?2), gone_state = iif(gone_at < ?2, NULL, gone_state),
                                gone_at = iif(gone_at < ?2, NULL, gone_at) WHERE id = ?1",
        )?
        .execute(params![id, at.as_millis()])?;
    Ok(())
}
