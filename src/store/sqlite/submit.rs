use rusqlite::{Connection, OptionalExtension, Row, params};

use super::failure::{Failure, from_json};
use super::{aliases, revisions};
use crate::model::{Article, Decision, Known, Latest, PageState, Submission, Timestamp};
use crate::store::{decision, filter};

/// Asks what to do with an article and does it.
pub(super) fn submit(
    connection: &Connection,
    submission: &Submission,
    decide: &dyn Fn(&Submission, &Known) -> Decision,
) -> Result<Decision, Failure> {
    let id = aliases::stored_id(connection, &submission.article)?;
    let known = Known {
        same_key: latest(connection, &id, &submission.article)?,
        same_text: same_text(connection, &id, &submission.text_key)?,
    };
    let decided = decide(submission, &known);
    decision::check(&id, &known, &decided)?;
    if let Some(original) = decision::original(&decided)
        && !aliases::exists(connection, original)?
    {
        return Err(decision::unknown_original(&id).into());
    }
    let latest = known.same_key.map_or(0, |latest| latest.revision);
    match &decided {
        Decision::New => insert(connection, &id, submission, None)?,
        Decision::Duplicate(original) => insert(connection, &id, submission, Some(original))?,
        Decision::Revision(number) => {
            stand(connection, &id, submission, *number, None)?;
            revisions::insert(connection, &id, *number, submission)?;
        }
        Decision::Refresh(original) => {
            stand(connection, &id, submission, latest, original.as_deref())?;
            revisions::remove(connection, &id, latest)?;
            revisions::insert(connection, &id, latest, submission)?;
        }
        Decision::Unchanged => see_again(connection, &id, submission.fetched_at)?,
    }
    aliases::remember(connection, &submission.article, &id)?;
    Ok(decided)
}

/// Notes that an article was taken down. The first sight of a state counts; an id that is not stored is passed over.
pub(super) fn mark_gone(connection: &Connection, id: &str, state: PageState, at: Timestamp) -> Result<(), Failure> {
    connection
        .prepare_cached(
            "UPDATE article SET gone_at = iif(gone_state IS ?2, gone_at, ?3), gone_state = ?2 WHERE id = ?1",
        )?
        .execute(params![aliases::resolve(connection, id)?, state.as_str(), at.as_millis()])?;
    Ok(())
}

/// The latest revision of an article, as far as a decision asks. One that knows less than the article which comes now
/// counts as made by other rules: it is made anew, even of the same words.
fn latest(connection: &Connection, id: &str, now: &Article) -> Result<Option<Latest>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT number, revision.content_hash, capture_hash,
                iif(?2 <> '' AND json_extract(metadata, '$.mid') IS NULL, '', revision.rules_hash), later_captures
         FROM article JOIN revision ON article_id = id AND number = revision WHERE id = ?1",
    )?;
    let read = |row: &Row<'_>| -> Result<Latest, Failure> {
        Ok(Latest {
            revision: row.get(0)?,
            content_hash: row.get(1)?,
            capture_hash: row.get(2)?,
            rules_hash: row.get(3)?,
            later_captures: from_json(&row.get::<_, String>(4)?, id)?,
        })
    };
    statement.query_row([id, &now.metadata.mid], |row| Ok(read(row))).optional()?.transpose()
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
                                  dup_of, first_seen, last_seen, title, source_name, published, characters, rules_hash)
             VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11, ?12, ?13, ?14, ?15)",
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
            article.title,
            article.source_name,
            revisions::stated(article.published),
            article.text.chars().count() as i64,
            submission.rules_hash,
        ])?;
    revisions::insert(connection, id, 1, submission)
}

/// Makes a submission what an article stands for; with another text it parts from its duplicates, and duplicates
/// `original` from now on.
fn stand(
    connection: &Connection,
    id: &str,
    submission: &Submission,
    number: u32,
    original: Option<&str>,
) -> Result<(), Failure> {
    let article = &submission.article;
    see_again(connection, id, submission.fetched_at)?;
    let old_text_key: String =
        connection.prepare_cached("SELECT text_key FROM article WHERE id = ?1")?.query_row([id], |row| row.get(0))?;
    connection
        .prepare_cached(
            "UPDATE article SET revision = ?2, content_hash = ?3, text_key = ?4, source_id = ?5, language = ?6,
                                kind = ?7, sort_time = ?8, title = ?9, source_name = ?10, published = ?11,
                                characters = ?12, rules_hash = ?13 WHERE id = ?1",
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
            article.title,
            article.source_name,
            revisions::stated(article.published),
            article.text.chars().count() as i64,
            submission.rules_hash,
        ])?;
    if submission.text_key != old_text_key {
        part_from_duplicates(connection, id, &old_text_key)?;
        connection.prepare_cached("UPDATE article SET dup_of = ?2 WHERE id = ?1")?.execute(params![id, original])?;
    }
    Ok(())
}

/// What had the old words of an article with new ones is no duplicate of it any more: the first of those takes its
/// place, or the old words would be missing from a corpus without duplicates.
fn part_from_duplicates(connection: &Connection, id: &str, old_text_key: &str) -> Result<(), Failure> {
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
