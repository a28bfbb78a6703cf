//! The words of articles, indexed by FTS5 (<https://www.sqlite.org/fts5.html>), without a text of its own.

use std::cmp::Ordering;
use std::fmt::Write as _;

use boji_clean::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::failure::SqliteFailure;
use super::hide::Curtain;
use super::{articles, duplicates, numbers};
use crate::model::{Duplicates, Standing};
use crate::search::{Phrase, Query, write_tokens};
use crate::store::contract::{Found, Hit, SearchIndex};
use crate::store::error::StoreError;
use crate::store::filter::Filter;

/// How an article is weighed: a word of the title as eight of the text.
const WEIGHTS: &str = "bm25(8.0, 1.0)";

/// Whether the index is kept.
pub(super) fn is_kept(connection: &Connection) -> Result<bool, SqliteFailure> {
    Ok(connection.prepare_cached("SELECT 1 FROM search_index")?.exists([])?)
}

/// Indexes what an article says now, where an index is kept.
pub(super) fn put(connection: &Connection, id: &str, title: &str, text: &str) -> Result<(), SqliteFailure> {
    if is_kept(connection)? {
        write(connection, numbers::of(connection, id)?, title, text)?;
    }
    Ok(())
}

fn write(connection: &Connection, number: i64, title: &str, text: &str) -> Result<(), SqliteFailure> {
    let (mut words_of_title, mut words_of_text) = (String::new(), String::new());
    write_tokens(title, &mut words_of_title);
    write_tokens(text, &mut words_of_text);
    connection
        .prepare_cached("INSERT OR REPLACE INTO words (rowid, title, text) VALUES (?1, ?2, ?3)")?
        .execute(params![number, words_of_title, words_of_text])?;
    Ok(())
}

/// Takes an article out of the index.
pub(super) fn remove(connection: &Connection, id: &str) -> Result<(), SqliteFailure> {
    let sql = "DELETE FROM words WHERE rowid = (SELECT number FROM article_number WHERE article_id = ?1)";
    connection.prepare_cached(sql)?.execute([id])?;
    Ok(())
}

/// Leaves nothing behind of what was taken out, which an index otherwise keeps until it is merged.
pub(super) fn purge(connection: &Connection) -> Result<(), SqliteFailure> {
    connection.execute("INSERT INTO words (words) VALUES ('optimize')", [])?;
    Ok(())
}

/// How much is indexed.
pub(super) fn state(connection: &Connection) -> Result<SearchIndex, SqliteFailure> {
    let articles = connection.query_row("SELECT count(*) FROM words_docsize", [], |row| row.get::<_, i64>(0))?;
    let bytes = connection
        .query_row("SELECT coalesce(sum(length(block)), 0) FROM words_data", [], |row| row.get::<_, i64>(0))?;
    Ok(SearchIndex {
        is_kept: is_kept(connection)?,
        articles: articles.max(0).cast_unsigned(),
        bytes: bytes.max(0).cast_unsigned(),
    })
}

/// Empties the index; with `is_kept` false nothing comes into it any more.
pub(super) fn empty(connection: &Connection, is_kept: bool) -> Result<(), SqliteFailure> {
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')", [])?;
    connection.execute("DELETE FROM search_index", [])?;
    if is_kept {
        connection.execute("INSERT INTO search_index VALUES (1)", [])?;
    }
    Ok(())
}

/// Indexes all articles anew; tells how many of how many are done. Words that a disk has damaged are passed over.
pub(super) fn rebuild(connection: &Connection, tell: &mut dyn FnMut(usize, usize)) -> Result<(), SqliteFailure> {
    empty(connection, true)?;
    let all: i64 = connection.query_row("SELECT count(*) FROM article", [], |row| row.get(0))?;
    let mut statement = connection.prepare(
        "SELECT id, article.title, text_of(packed_text) FROM article
         JOIN revision ON article_id = id AND number = revision ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    let mut done = 0;
    while let Some(row) = rows.next()? {
        let id: String = row.get(0)?;
        let lossy = |column| {
            Ok::<_, SqliteFailure>(String::from_utf8_lossy(row.get_ref(column)?.as_bytes().unwrap_or_default()))
        };
        write(connection, numbers::of(connection, &id)?, &lossy(1)?, &lossy(2)?)?;
        done += 1;
        tell(done, usize::try_from(all).unwrap_or(0));
    }
    purge(connection)
}

/// What a query finds of the articles that a filter wants: see [`crate::store::Store::search`].
pub(super) fn find(
    connection: &Connection,
    query: &Query,
    filter: &Filter,
    limit: usize,
) -> Result<Found, SqliteFailure> {
    if !is_kept(connection)? {
        return Err(StoreError::NoSearchIndex.into());
    }
    let ranked = ranked(connection, &expression(query))?;
    let curtain = Curtain::of(connection)?;
    let asks_for_duplicates = filter.without_duplicates || filter.without_near_duplicates;
    let duplicates = if asks_for_duplicates { duplicates::read(connection)? } else { Duplicates::default() };
    let mut hits = Vec::new();
    for alike in ranked.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        if hits.len() >= limit {
            break;
        }
        let mut wanted = Vec::new();
        for (rank, number) in alike {
            wanted.extend(hit(connection, *number, *rank, (filter, &curtain, &duplicates))?);
        }
        wanted.sort_by(|(one, its_time): &(Hit, Timestamp), (other, time)| {
            time.cmp(its_time).then_with(|| one.standing.id.cmp(&other.standing.id))
        });
        hits.extend(wanted.into_iter().map(|(hit, _)| hit));
    }
    hits.truncate(limit);
    let all = (*filter == Filter::default() && curtain.is_open()).then_some(ranked.len());
    Ok(Found { hits, all })
}

/// The numbers of all articles that an expression finds with their ranks, the best first. FTS5 makes the better ranks the lower ones.
fn ranked(connection: &Connection, expression: &str) -> Result<Vec<(f64, i64)>, SqliteFailure> {
    let mut statement =
        connection.prepare_cached("SELECT rank, rowid FROM words WHERE words MATCH ?1 AND rank MATCH ?2")?;
    let mut ranked = statement
        .query_map([expression, WEIGHTS], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(f64, i64)>, _>>()?;
    ranked.sort_by(|one, other| match one.0.total_cmp(&other.0) {
        Ordering::Equal => one.1.cmp(&other.1),
        order => order,
    });
    Ok(ranked)
}

/// What is shown of an article that was found, and where it stands in time, when the filter wants it.
fn hit(
    connection: &Connection,
    number: i64,
    rank: f64,
    (filter, curtain, duplicates): (&Filter, &Curtain, &Duplicates),
) -> Result<Option<(Hit, Timestamp)>, SqliteFailure> {
    let found: Option<Option<(Standing, Timestamp)>> = connection
        .prepare_cached(&format!(
            "SELECT {}, sort_time, kind FROM article_number JOIN article ON id = article_id WHERE number = ?1",
            articles::STANDING
        ))?
        .query_row([number], |row| {
            let listed = articles::read_listed(row, curtain, duplicates)?;
            if filter.wants(&listed) { Ok(Some((articles::read_standing(row)?, listed.time))) } else { Ok(None) }
        })
        .optional()?;
    Ok(found.flatten().map(|(standing, time)| (Hit { standing, score: -rank }, time)))
}

/// A query in the language of FTS5. No token holds one of its signs, as they are letters, digits and characters beyond ASCII.
fn expression(query: &Query) -> String {
    let joined = |parts: &[Query], sign: &str| {
        let parts: Vec<String> = parts.iter().map(expression).collect();
        format!("({})", parts.join(sign))
    };
    match query {
        Query::Phrase(phrase) => of_phrase(phrase),
        Query::Near(phrases, within) => {
            let phrases: Vec<String> = phrases.iter().map(of_phrase).collect();
            format!("NEAR({}, {within})", phrases.join(" "))
        }
        Query::All(parts) => joined(parts, " AND "),
        Query::Any(parts) => joined(parts, " OR "),
        Query::Without(wanted, unwanted) => format!("({} NOT {})", expression(wanted), expression(unwanted)),
    }
}

fn of_phrase(phrase: &Phrase) -> String {
    let mut out = String::new();
    if let Some(field) = phrase.field {
        // A write to a string cannot fail.
        let _ = write!(out, "{} : ", field.word());
    }
    out.push('"');
    write_tokens(&phrase.text, &mut out);
    out.push_str(if phrase.is_prefix { "\" *" } else { "\"" });
    out
}
