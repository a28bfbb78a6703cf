use std::collections::BTreeSet;

use boji_clean::model::{Article, Candidate, Timestamp};
use rusqlite::Connection;

use super::failure::SqliteFailure;
use crate::model::{DOCUMENT_KEY, Entry, EntryStatus, Forgotten, Outcome, Submission};

/// Lets a forgotten article come again, also out of documents that were imported before: that they are known is forgotten too. False
/// when none of this id is forgotten.
pub(super) fn let_come(connection: &Connection, id: &str) -> Result<bool, SqliteFailure> {
    connection
        .prepare_cached(
            "DELETE FROM entry WHERE substr(key, 1, length(?2)) = ?2 AND article_id IN
                 (SELECT id FROM forgotten WHERE article_id IN (SELECT article_id FROM forgotten WHERE id = ?1))",
        )?
        .execute([id, DOCUMENT_KEY])?;
    let mut statement = connection
        .prepare_cached("DELETE FROM forgotten WHERE article_id IN (SELECT article_id FROM forgotten WHERE id = ?1)")?;
    Ok(statement.execute([id])? > 0)
}

/// All that was forgotten, by id.
pub(super) fn forgotten(connection: &Connection) -> Result<Vec<Forgotten>, SqliteFailure> {
    let mut statement = connection
        .prepare_cached("SELECT article_id, reason, forgotten_at FROM forgotten WHERE id = article_id ORDER BY id")?;
    let all = statement.query_map([], |row| {
        Ok(Forgotten { id: row.get(0)?, reason: row.get(1)?, forgotten_at: Timestamp::from_millis(row.get(2)?) })
    })?;
    Ok(all.collect::<Result<_, _>>()?)
}

/// Whether an article was forgotten, by whichever of its keys.
pub(super) fn is_forgotten(connection: &Connection, article: &Article) -> Result<bool, SqliteFailure> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM forgotten WHERE id = ?1")?;
    let own = std::iter::once(article.key.clone());
    for key in own.chain(article.aliases()) {
        if statement.exists([key.id()])? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the article of this very id was forgotten.
pub(super) fn is_forgotten_id(connection: &Connection, id: &str) -> Result<bool, SqliteFailure> {
    Ok(connection.prepare_cached("SELECT 1 FROM forgotten WHERE id = ?1")?.exists([id])?)
}

/// What stays of an entry that led to a forgotten article: that it is known, and no word of what it says.
pub(super) fn without_words(entry: &Entry) -> Entry {
    let Candidate { url, guid, identity, found_by, .. } = entry.candidate.clone();
    Entry {
        candidate: Candidate { url, guid, identity, found_by, ..Candidate::default() },
        status: EntryStatus::Closed,
        outcome: Some(Outcome::Forgotten),
        words_hash: String::new(),
        ..entry.clone()
    }
}

/// The bodies of which only those of some articles were made that may not come again.
pub(super) fn bodies_of(articles: &[Submission], may_come: &[bool]) -> BTreeSet<String> {
    let bodies = |wanted: bool| {
        let of_wanted = articles.iter().zip(may_come).filter(move |(_, may_come)| **may_come == wanted);
        of_wanted.flat_map(|(one, _)| std::iter::once(&one.capture_hash).chain(&one.later_captures))
    };
    let needed: BTreeSet<&String> = bodies(true).collect();
    bodies(false).filter(|body| !needed.contains(body)).cloned().collect()
}
