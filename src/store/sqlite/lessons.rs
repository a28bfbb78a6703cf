use boji_clean::model::{Edge, LearnedBlock, Lesson, Profile, Ruling, Sighting, Sightings, Timestamp, WINDOW};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;

use super::articles::resolve;
use super::failure::{SqliteFailure, from_json, to_json};

/// Articles of an account after which a wording that was not learned and did not come back is forgotten. What an
/// account says once in each article would pile up for ever, and beyond [`WINDOW`] a sight teaches nothing more.
const MEMORY: u32 = 2 * WINDOW;

/// An article that taught its account, and as its how many-th, as a dump has it.
#[derive(Serialize)]
pub(super) struct TaughtLine {
    article: String,
    account: String,
    number: u32,
}

/// Takes in what an article teaches about its account, unless it may not: see [`crate::store::Batch::lessons`].
pub(super) fn take_in(connection: &Connection, lesson: &Lesson) -> Result<(), SqliteFailure> {
    let Some(number) = enter(connection, lesson)? else { return Ok(()) };
    let mut find = connection.prepare_cached(
        "SELECT count, recent, learned FROM account_block WHERE account = ?1 AND edge = ?2 AND key = ?3",
    )?;
    let mut put = connection.prepare_cached(
        "INSERT INTO account_block (account, edge, key, sample, count, recent, learned)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (account, edge, key)
         DO UPDATE SET count = excluded.count, recent = excluded.recent, learned = excluded.learned,
                       sample = iif(sample = '', excluded.sample, sample)",
    )?;
    for Sighting { edge, key, sample } in &lesson.sightings {
        let known = find.query_row([&lesson.account, edge.as_str(), key], |row| Ok(read_sightings(row, 0, key)));
        let mut sightings = known.optional()?.transpose()?.unwrap_or_default();
        // Most lines never come again: their words would be a quarter of a store of feeds.
        let sample = if sightings.count > 0 { sample.as_str() } else { "" };
        sightings.see(number);
        let Sightings { count, recent, learned } = sightings;
        put.execute(params![lesson.account, edge.as_str(), key, sample, count, to_json(&recent)?, learned])?;
    }
    if let Some(last) = last_forgotten(number) {
        forget_until(connection, &lesson.account, last)?;
    }
    Ok(())
}

/// The accounts that have taught something, without their blocks: all, or one.
pub(super) fn accounts(connection: &Connection, name: Option<&str>) -> Result<Vec<Profile>, SqliteFailure> {
    let mut statement =
        connection.prepare_cached("SELECT name, articles FROM account WHERE ?1 IS NULL OR name = ?1 ORDER BY name")?;
    let read = |row: &Row<'_>| Ok(Profile { account: row.get(0)?, articles: row.get(1)?, blocks: Vec::new() });
    Ok(statement.query_map([name], read)?.collect::<Result<_, _>>()?)
}

/// The profile of an account with its learned blocks.
pub(super) fn profile(connection: &Connection, account: &str) -> Result<Option<Profile>, SqliteFailure> {
    let Some(mut profile) = accounts(connection, Some(account))?.pop() else { return Ok(None) };
    let mut statement = connection.prepare_cached(
        "SELECT edge, key, sample, count, recent, learned FROM account_block
         WHERE account = ?1 AND learned = 1 ORDER BY edge, key",
    )?;
    let mut rows = statement.query([account])?;
    while let Some(row) = rows.next()? {
        profile.blocks.push(read_block(row)?);
    }
    Ok(Some(profile))
}

/// The profiles of all accounts of which something was learned, by name.
pub(super) fn profiles(connection: &Connection) -> Result<Vec<Profile>, SqliteFailure> {
    let mut statement = connection.prepare_cached(
        "SELECT edge, key, sample, count, recent, learned, account, articles
         FROM account_block JOIN account ON name = account WHERE learned = 1 ORDER BY account, edge, key",
    )?;
    let mut rows = statement.query([])?;
    let mut profiles: Vec<Profile> = Vec::new();
    while let Some(row) = rows.next()? {
        let account: String = row.get(6)?;
        let block = read_block(row)?;
        match profiles.last_mut() {
            Some(last) if last.account == account => last.blocks.push(block),
            _ => profiles.push(Profile { account, articles: row.get(7)?, blocks: vec![block] }),
        }
    }
    Ok(profiles)
}

/// Calls `visit` with every article that taught, by id.
pub(super) fn each_taught(
    connection: &Connection,
    mut visit: impl FnMut(&TaughtLine) -> Result<(), SqliteFailure>,
) -> Result<(), SqliteFailure> {
    let mut statement =
        connection.prepare_cached("SELECT article_id, account, number FROM taught ORDER BY article_id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(&TaughtLine { article: row.get(0)?, account: row.get(1)?, number: row.get(2)? })?;
    }
    Ok(())
}

/// Calls `visit` with every wording, learned or not, by account, edge and key.
pub(super) fn each_block(
    connection: &Connection,
    mut visit: impl FnMut(&str, &LearnedBlock) -> Result<(), SqliteFailure>,
) -> Result<(), SqliteFailure> {
    let mut statement = connection.prepare_cached(
        "SELECT edge, key, sample, count, recent, learned, account FROM account_block ORDER BY account, edge, key",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(&row.get::<_, String>(6)?, &read_block(row)?)?;
    }
    Ok(())
}

/// Writes down that an article teaches; its number among the account's articles, `None` when it may not teach.
fn enter(connection: &Connection, lesson: &Lesson) -> Result<Option<u32>, SqliteFailure> {
    let article_id = resolve(connection, &lesson.article_id)?;
    let may_teach = connection
        .prepare_cached(
            "SELECT 1 FROM article WHERE id = ?1 AND dup_of IS NULL AND id NOT IN (SELECT article_id FROM taught)",
        )?
        .exists([&article_id])?;
    if !may_teach || lesson.account.is_empty() {
        return Ok(None);
    }
    let number = connection
        .prepare_cached(
            "INSERT INTO account (name, articles) VALUES (?1, 1)
             ON CONFLICT (name) DO UPDATE SET articles = articles + 1 RETURNING articles",
        )?
        .query_row([&lesson.account], |row| row.get(0))?;
    connection
        .prepare_cached("INSERT INTO taught (article_id, account, number) VALUES (?1, ?2, ?3)")?
        .execute(params![article_id, lesson.account, number])?;
    Ok(Some(number))
}

/// What to forget with the account's article of this number: every wording that was not learned and was last seen in
/// the article of the number returned, or before. Only every [`MEMORY`]th article asks, so that looking through an
/// account's wordings costs little: twice as many articles are remembered at most.
fn last_forgotten(number: u32) -> Option<u32> {
    number.is_multiple_of(MEMORY).then(|| number.saturating_sub(MEMORY)).filter(|last| *last > 0)
}

fn forget_until(connection: &Connection, account: &str, last: u32) -> Result<(), SqliteFailure> {
    connection
        .prepare_cached(
            "DELETE FROM account_block
             WHERE account = ?1 AND learned = 0 AND json_extract(recent, '$[#-1]') <= ?2",
        )?
        .execute(params![account, last])?;
    Ok(())
}

fn read_block(row: &Row<'_>) -> Result<LearnedBlock, SqliteFailure> {
    let edge: String = row.get(0)?;
    let key: String = row.get(1)?;
    Ok(LearnedBlock {
        edge: Edge::from_word(&edge)
            .ok_or_else(|| SqliteFailure::Corrupt(format!("the unknown edge {edge} of a wording")))?,
        sample: row.get(2)?,
        sightings: read_sightings(row, 3, &key)?,
        key,
    })
}

/// Reads count, recent and learned, three columns from `first` on.
fn read_sightings(row: &Row<'_>, first: usize, key: &str) -> Result<Sightings, SqliteFailure> {
    let recent: String = row.get(first + 1)?;
    Ok(Sightings {
        count: row.get(first)?,
        recent: from_json(&recent, &format!("the sightings of \"{key}\""))?,
        learned: row.get(first + 2)?,
    })
}

/// Puts a ruling in force; false when it was, which keeps its time.
pub(super) fn put_ruling(connection: &Connection, ruling: &Ruling, at: Timestamp) -> Result<bool, SqliteFailure> {
    let [kind, subject, scope] = columns(ruling);
    Ok(connection
        .prepare_cached("INSERT OR IGNORE INTO ruling (kind, subject, scope, ruled_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![kind, subject, scope, at.as_millis()])?
        > 0)
}

/// Takes a ruling out of force; false when it was not.
pub(super) fn remove_ruling(connection: &Connection, ruling: &Ruling) -> Result<bool, SqliteFailure> {
    Ok(connection
        .prepare_cached("DELETE FROM ruling WHERE kind = ?1 AND subject = ?2 AND scope = ?3")?
        .execute(columns(ruling))?
        > 0)
}

/// All rulings with the time since which they are in force, in order.
pub(super) fn rulings(connection: &Connection) -> Result<Vec<(Ruling, Timestamp)>, SqliteFailure> {
    let mut statement =
        connection.prepare_cached("SELECT kind, subject, scope, ruled_at FROM ruling ORDER BY kind, subject, scope")?;
    let mut rows = statement.query([])?;
    let mut rulings = Vec::new();
    while let Some(row) = rows.next()? {
        let (kind, subject, scope): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let ruling = match kind.as_str() {
            "block" => Ruling::Block { article: subject, key: scope },
            "boilerplate" => Ruling::Boilerplate { article: subject, key: scope },
            "rule" => Ruling::Rule { rule: subject, account: scope },
            _ => return Err(SqliteFailure::Corrupt(format!("the unknown kind {kind} of a ruling"))),
        };
        rulings.push((ruling, Timestamp::from_millis(row.get(3)?)));
    }
    Ok(rulings)
}

/// Kind, subject and scope. Their order by bytes is that of [`Ruling`].
fn columns(ruling: &Ruling) -> [&str; 3] {
    match ruling {
        Ruling::Block { article, key } => ["block", article, key],
        Ruling::Boilerplate { article, key } => ["boilerplate", article, key],
        Ruling::Rule { rule, account } => ["rule", rule, account],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn now_and_then_what_the_last_articles_did_not_show_is_forgotten() {
        let cases = [(1, None), (24, None), (25, None), (47, None), (48, Some(24)), (49, None), (72, Some(48))];
        for (number, want) in cases {
            assert_eq!(last_forgotten(number), want, "{number}");
            assert!(want.is_none_or(|last| number - last >= WINDOW), "what counts towards learning stays");
        }
    }
}
