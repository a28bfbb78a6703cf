use boji_clean::model::Timestamp;
use rusqlite::Connection;

use super::failure::SqliteFailure;
use super::{articles, captures, near, words};
use crate::model::StoredArticle;
use crate::store::contract::{Counts, PictureCounts};
use crate::store::filter::sort_time;

/// How many problems of one kind are listed.
pub(super) const MAX_PROBLEMS: usize = 100;

const WEEK_SECONDS: i64 = 7 * 86_400;

/// How much there is.
pub(super) fn counts(connection: &Connection, now: Timestamp) -> Result<Counts, SqliteFailure> {
    let number = |sql: &str| -> rusqlite::Result<u64> {
        connection.prepare_cached(sql)?.query_row([], |row| Ok(row.get::<_, i64>(0)?.max(0) as u64))
    };
    let page = |name: &str| -> rusqlite::Result<u64> {
        connection.pragma_query_value(None, name, |row| Ok(row.get::<_, i64>(0)?.max(0) as u64))
    };
    Ok(Counts {
        sources: number("SELECT count(*) FROM source")?,
        articles: number("SELECT count(*) FROM article")?,
        revisions: number("SELECT count(*) FROM revision")?,
        held: number("SELECT count(*) FROM revision WHERE held_since IS NOT NULL")?,
        captures: number("SELECT count(*) FROM capture")?,
        pending: number("SELECT count(*) FROM entry WHERE status = 'pending'")?,
        rarely: connection
            .prepare_cached("SELECT count(*) FROM entry WHERE status = 'pending' AND next_due > ?1")?
            .query_row([now.plus_seconds(WEEK_SECONDS).as_millis()], |row| Ok(row.get::<_, i64>(0)?.max(0) as u64))?,
        closed: number("SELECT count(*) FROM entry WHERE status = 'closed'")?,
        pictures: PictureCounts {
            kept: number("SELECT count(*) FROM picture WHERE hash <> ''")?,
            waiting: number("SELECT count(*) FROM picture WHERE next_due IS NOT NULL")?,
            failed: number("SELECT count(*) FROM picture WHERE hash = '' AND next_due IS NULL")?,
            files: number("SELECT count(DISTINCT hash) FROM picture WHERE hash <> ''")?,
            bytes: number(
                "SELECT coalesce(sum(bytes), 0) FROM (SELECT bytes FROM picture WHERE hash <> '' GROUP BY hash)",
            )?,
        },
        bytes: page("page_count")? * page("page_size")?,
    })
}

/// A look at one side of the database, and the problems that it found.
type Look = fn(&Connection) -> Result<Vec<String>, SqliteFailure>;

/// What is wrong: in SQLite's own structures, between rows, and in the bodies.
pub(super) fn problems(connection: &Connection) -> Result<Vec<String>, SqliteFailure> {
    let looks: [Look; 10] = [
        structure,
        references,
        missing_captures,
        damaged_revisions,
        stale_standings,
        unindexed_articles,
        lost_teachers,
        miscounted_accounts,
        misplaced_likenesses,
        changed_bodies,
    ];
    let mut problems = Vec::new();
    for look in looks {
        match look(connection) {
            Ok(found) => problems.extend(found),
            // What keeps one look from its end is a problem, and none of the others.
            Err(failure) => problems.push(format!("the database is damaged: {}", failure.damage()?)),
        }
    }
    Ok(problems)
}

fn structure(connection: &Connection) -> Result<Vec<String>, SqliteFailure> {
    let mut statement = connection.prepare("PRAGMA integrity_check")?;
    let words = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(words.into_iter().filter(|word| word != "ok").take(MAX_PROBLEMS).collect())
}

fn references(connection: &Connection) -> Result<Vec<String>, SqliteFailure> {
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    let broken = statement
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(2)?)))?
        .take(MAX_PROBLEMS)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(broken
        .into_iter()
        .map(|(table, parent)| format!("a row of {table} names a {parent} that is not there"))
        .collect())
}

fn missing_captures(connection: &Connection) -> Result<Vec<String>, SqliteFailure> {
    let mut statement = connection.prepare(
        "SELECT article_id, number, 'the capture' FROM revision
         WHERE capture_hash <> '' AND capture_hash NOT IN (SELECT hash FROM body)
         UNION
         SELECT article_id, number, 'a later page' FROM revision, json_each(later_captures) AS page
         WHERE page.value NOT IN (SELECT hash FROM body)
         ORDER BY article_id, number, 3 DESC LIMIT ?1",
    )?;
    let missing = statement
        .query_map([MAX_PROBLEMS as i64], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<Vec<(String, u32, String)>, _>>()?;
    Ok(missing
        .into_iter()
        .map(|(id, number, what)| format!("{what} of revision {number} of the article {id} is not there"))
        .collect())
}

/// Revisions of which something is not what was written, or cannot be unpacked.
fn damaged_revisions(connection: &Connection) -> Result<Vec<String>, SqliteFailure> {
    let mut statement = connection.prepare(
        "SELECT article_id, number, iif(number = revision, sort_time, NULL), iif(number = revision, kind, NULL)
         FROM revision LEFT JOIN article ON id = article_id ORDER BY article_id, number",
    )?;
    let mut rows = statement.query([])?;
    let mut problems = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, number): (String, u32) = (row.get(0)?, row.get(1)?);
        let (time, kind): (Option<i64>, Option<String>) = (row.get(2)?, row.get(3)?);
        let read = articles::revision(connection, &id, number);
        let why = match read {
            Ok(Some(stored))
                if time.is_some_and(|time| time != sort_time(&stored.submission).as_millis())
                    || kind.is_some_and(|kind| kind != stored.submission.article.metadata.kind.as_str()) =>
            {
                format!("the article {id} is not listed as its latest revision says")
            }
            Ok(Some(stored)) if stored.id == stored.submission.article.id() || is_alias(connection, &stored)? => {
                continue;
            }
            Ok(_) => format!("revision {number} of the article {id} is another article's"),
            Err(failure) if time.is_some() => format!("{}; `boji reclean {id}` makes it anew", failure.damage()?),
            Err(failure) => failure.damage()?,
        };
        if problems.len() < MAX_PROBLEMS {
            problems.push(why);
        }
    }
    Ok(problems)
}

/// Whether the key of a revision leads to its article.
fn is_alias(connection: &Connection, stored: &StoredArticle) -> Result<bool, SqliteFailure> {
    Ok(articles::resolve(connection, &stored.submission.article.id())? == stored.id)
}

fn stale_standings(connection: &Connection) -> Result<Vec<String>, SqliteFailure> {
    let mut statement = connection.prepare(
        "SELECT id FROM article LEFT JOIN revision AS latest ON article_id = id AND number = revision
         WHERE (article.title, article.source_name, article.published, article.rules_hash, article.content_hash,
                article.text_key, article.source_id, article.language, characters)
               IS NOT (latest.title, latest.source_name, latest.published, latest.rules_hash, latest.content_hash,
                latest.text_key, latest.source_id, latest.language, characters_of(text_of(latest.packed_text)))
         ORDER BY id LIMIT ?1",
    )?;
    let stale = statement.query_map([MAX_PROBLEMS as i64], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    Ok(stale.into_iter().map(|id| format!("the article {id} is not listed as its latest revision says")).collect())
}

/// Articles whose words are not in the search index, where one is kept. Its own structures were looked at with all others.
fn unindexed_articles(connection: &Connection) -> Result<Vec<String>, SqliteFailure> {
    if !words::is_kept(connection)? {
        return Ok(Vec::new());
    }
    let missing: i64 = connection.query_row(
        "SELECT count(*) FROM article LEFT JOIN article_number ON article_id = article.id
         WHERE number IS NULL OR number NOT IN (SELECT id FROM words_docsize)",
        [],
        |row| row.get(0),
    )?;
    Ok((missing > 0)
        .then(|| format!("the search index lacks {missing} articles; `boji index rebuild` makes it anew"))
        .into_iter()
        .collect())
}

/// Lessons of an article that is neither stored nor forgotten.
fn lost_teachers(connection: &Connection) -> Result<Vec<String>, SqliteFailure> {
    let mut statement = connection.prepare(
        "SELECT article_id FROM taught
         WHERE article_id NOT IN (SELECT id FROM article) AND article_id NOT IN (SELECT id FROM forgotten)
         ORDER BY article_id LIMIT ?1",
    )?;
    let lost = statement.query_map([MAX_PROBLEMS as i64], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    Ok(lost.into_iter().map(|id| format!("a row of taught names an article that is not there: {id}")).collect())
}

fn miscounted_accounts(connection: &Connection) -> Result<Vec<String>, SqliteFailure> {
    let mut statement = connection.prepare(
        "SELECT name, articles, count(article_id) AS taught, coalesce(max(number), 0) AS last
         FROM account LEFT JOIN taught ON account = name
         GROUP BY name HAVING articles <> taught OR articles <> last ORDER BY name LIMIT ?1",
    )?;
    let wrong = statement
        .query_map([MAX_PROBLEMS as i64], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<Result<Vec<(String, u32, u32, u32)>, _>>()?;
    let sentence = |(name, articles, taught, last)| {
        format!("the account {name} counts {articles} articles, but {taught} taught it, the last as number {last}")
    };
    Ok(wrong.into_iter().map(sentence).collect())
}

fn misplaced_likenesses(connection: &Connection) -> Result<Vec<String>, SqliteFailure> {
    near::problems(connection, MAX_PROBLEMS)
}

fn changed_bodies(connection: &Connection) -> Result<Vec<String>, SqliteFailure> {
    let mut problems = Vec::new();
    captures::each_body(connection, |hash, found| {
        if problems.len() < MAX_PROBLEMS && found.as_ref().ok().map(String::as_str) != Some(hash) {
            problems.push(format!("the body {hash} does not match its hash"));
        }
    })?;
    Ok(problems)
}
