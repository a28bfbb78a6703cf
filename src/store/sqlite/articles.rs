use std::ops::ControlFlow;

use boji_clean::model::{Article, ArticleKey, Date, JudgedBlock, Origin, PageState, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use simdutf8::basic::from_utf8;

use super::failure::{SqliteFailure, from_json, to_json};
use super::hide::{self, Curtain};
use super::{codec, duplicates};
use crate::model::{Duplicates, Standing, StoredArticle, Submission, VersionCount};
use crate::store::contract::Damaged;
use crate::store::error::StoreError;
use crate::store::filter::{Filter, Listed};

/// The columns of a standing in the order of [`read_standing`]. An index holds them all.
pub(super) const STANDING: &str =
    "id, source_id, source_name, title, published, characters, revision, rules_hash, dup_of, gone_state, gone_at,
     language";

/// What the checksum of a revision is to be: over its columns as they were inserted.
pub(super) const CHECKSUM: &str = "checksum_of(article_id, number, revision.source_id, capture_hash, fetched_at,
    revision.content_hash, revision.text_key, simhash, revision.rules_hash, origin, revision.title, authors,
    revision.published, modified, url, canonical_url, revision.language, revision.source_name, license, rights, tags,
    flags, metadata, packed_text, detail, later_captures)";

/// What is stored packed behind the text: it says most of it again, so that it shrinks to little.
#[derive(Serialize, Deserialize)]
struct Detail<M, B> {
    markdown: M,
    blocks: B,
}

/// What is known of an article beside its revisions, as a dump has it.
#[derive(Serialize)]
pub(super) struct ArticleLine {
    id: String,
    key: String,
    revision: u32,
    dup_of: String,
    first_seen: Timestamp,
    last_seen: Timestamp,
    gone: Option<(PageState, Timestamp)>,
}

/// Whether an article is stored under this very id.
pub(super) fn exists(connection: &Connection, id: &str) -> Result<bool, SqliteFailure> {
    Ok(connection.prepare_cached("SELECT 1 FROM article WHERE id = ?1")?.exists([id])?)
}

/// The id of the article that `id` leads to: itself, when it is no other's alias.
pub(super) fn resolve(connection: &Connection, id: &str) -> Result<String, SqliteFailure> {
    let mut statement = connection.prepare_cached("SELECT article_id FROM alias WHERE id = ?1")?;
    let found: Option<String> = statement.query_row([id], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or_else(|| id.to_owned()))
}

/// The article whose id begins with `prefix`.
pub(super) fn find(connection: &Connection, prefix: &str) -> Result<Option<StoredArticle>, SqliteFailure> {
    let Some(standing) = find_standing(connection, prefix)? else { return Ok(None) };
    revision(connection, &standing.id, standing.revision)
}

/// The standing of the article whose id begins with `prefix`.
pub(super) fn find_standing(connection: &Connection, prefix: &str) -> Result<Option<Standing>, SqliteFailure> {
    let prefix = prefix.to_ascii_lowercase();
    // Ids are lower-case hexadecimal: "g" comes after every one that begins so.
    let (count, id): (i64, Option<String>) = connection
        .prepare_cached("SELECT count(*), min(id) FROM article WHERE id >= ?1 AND id < ?1 || 'g'")?
        .query_row([&prefix], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if count > 1 {
        return Err(StoreError::Ambiguous { prefix, count: usize::try_from(count).unwrap_or(usize::MAX) }.into());
    }
    // One that turned out to be another's duplicate by its own numbers leads there, as does an id without an article.
    let leads_to = match &id {
        Some(id) => Some(resolve(connection, id)?),
        None => find_alias(connection, &prefix)?,
    };
    let mut statement = connection.prepare_cached(&format!("SELECT {STANDING} FROM article WHERE id = ?1"))?;
    let found = statement.query_row([leads_to], read_standing).optional()?;
    let Some(standing) = found else { return Ok(None) };
    let hidden = hide::reason(connection, &standing)?;
    Ok(Some(Standing { hidden, ..standing }))
}

/// The article that an alias beginning with `prefix` leads to; `None` when there is none, or not one alone.
fn find_alias(connection: &Connection, prefix: &str) -> Result<Option<String>, SqliteFailure> {
    let (count, id): (i64, Option<String>) = connection
        .prepare_cached(
            "SELECT count(DISTINCT article_id), min(article_id) FROM alias WHERE id >= ?1 AND id < ?1 || 'g'",
        )?
        .query_row([prefix], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(id.filter(|_| count == 1))
}

/// Calls `visit` with the latest revision of each wanted article, in order, until it breaks off. Those that cannot be read are
/// passed over and given back.
pub(super) fn each(
    connection: &Connection,
    filter: &Filter,
    visit: &mut dyn FnMut(StoredArticle) -> ControlFlow<()>,
) -> Result<Vec<Damaged>, SqliteFailure> {
    let mut damaged = Vec::new();
    each_standing(connection, filter, |Standing { id, revision: number, .. }| {
        let read = revision(connection, &id, number).and_then(|stored| {
            stored.ok_or_else(|| SqliteFailure::Corrupt(format!("the article {id} without a revision")))
        });
        match read {
            Ok(stored) => Ok(visit(stored)),
            Err(failure) => {
                damaged.push(Damaged { why: failure.damage()?, article: id });
                Ok(ControlFlow::Continue(()))
            }
        }
    })?;
    Ok(damaged)
}

/// Calls `visit` with the standing of each wanted article, in order, until it breaks off.
pub(super) fn each_standing(
    connection: &Connection,
    filter: &Filter,
    mut visit: impl FnMut(Standing) -> Result<ControlFlow<()>, SqliteFailure>,
) -> Result<(), SqliteFailure> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {STANDING}, sort_time, kind FROM article
         WHERE sort_time BETWEEN ?1 AND ?2 ORDER BY sort_time, id"
    ))?;
    let asks_for_duplicates = filter.without_duplicates || filter.without_near_duplicates;
    let duplicates = if asks_for_duplicates { duplicates::read(connection)? } else { Duplicates::default() };
    let (since, until) =
        (filter.since.map_or(i64::MIN, Timestamp::as_millis), filter.until.map_or(i64::MAX, Timestamp::as_millis));
    let curtain = Curtain::of(connection)?;
    let mut rows = statement.query([since, until])?;
    while let Some(row) = rows.next()? {
        if filter.wants(&read_listed(row, &curtain, &duplicates)?) {
            let standing = read_standing(row)?;
            let hidden = curtain.reason(&standing).to_owned();
            if visit(Standing { hidden, ..standing })?.is_break() {
                break;
            }
        }
    }
    Ok(())
}

/// How many articles of each account stand under each version of the rules. The index of lists holds both.
pub(super) fn versions(connection: &Connection) -> Result<Vec<VersionCount>, SqliteFailure> {
    let mut statement = connection.prepare_cached(
        "SELECT source_name, rules_hash, count(*) FROM article GROUP BY source_name, rules_hash ORDER BY 1, 2",
    )?;
    let counts = statement.query_map([], |row| {
        Ok(VersionCount { source_name: row.get(0)?, rules_hash: row.get(1)?, articles: row.get::<_, i64>(2)? as usize })
    })?;
    Ok(counts.collect::<Result<_, _>>()?)
}

/// The numbers of an article's revisions, oldest first.
pub(super) fn revision_numbers(connection: &Connection, id: &str) -> Result<Vec<u32>, SqliteFailure> {
    let mut statement =
        connection.prepare_cached("SELECT number FROM revision WHERE article_id = ?1 ORDER BY number")?;
    let numbers = statement.query_map([id], |row| row.get(0))?;
    Ok(numbers.collect::<Result<_, _>>()?)
}

/// Calls `visit` with what is known of every article beside its revisions, by id.
pub(super) fn each_line(
    connection: &Connection,
    mut visit: impl FnMut(&ArticleLine) -> Result<(), SqliteFailure>,
) -> Result<(), SqliteFailure> {
    let mut statement = connection.prepare_cached(
        "SELECT id, key, revision, coalesce(dup_of, ''), first_seen, last_seen, gone_state, gone_at
         FROM article ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(&ArticleLine {
            id: row.get(0)?,
            key: row.get(1)?,
            revision: row.get(2)?,
            dup_of: row.get(3)?,
            first_seen: Timestamp::from_millis(row.get(4)?),
            last_seen: Timestamp::from_millis(row.get(5)?),
            gone: gone(row.get(6)?, row.get(7)?),
        })?;
    }
    Ok(())
}

/// Calls `visit` with every revision, by article and number.
pub(super) fn each_revision(
    connection: &Connection,
    mut visit: impl FnMut(&StoredArticle) -> Result<(), SqliteFailure>,
) -> Result<(), SqliteFailure> {
    let mut statement =
        connection.prepare_cached("SELECT article_id, number FROM revision ORDER BY article_id, number")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(stored) = revision(connection, &row.get::<_, String>(0)?, row.get(1)?)? {
            visit(&stored)?;
        }
    }
    Ok(())
}

/// Calls `visit` with every alias and its article, by alias.
pub(super) fn each_alias(
    connection: &Connection,
    mut visit: impl FnMut(&str, &str) -> Result<(), SqliteFailure>,
) -> Result<(), SqliteFailure> {
    let mut statement = connection.prepare_cached("SELECT id, article_id FROM alias ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?)?;
    }
    Ok(())
}

/// The columns of an article's words: its text, and its Markdown and blocks behind it.
pub(super) fn pack_words(article: &Article) -> Result<(Vec<u8>, Vec<u8>), SqliteFailure> {
    let detail = Detail { markdown: article.markdown.as_str(), blocks: article.blocks.as_slice() };
    let text = article.text.as_bytes();
    Ok((codec::compress(text)?, codec::encode_after(text, to_json(&detail)?.as_bytes())?))
}

/// The column of a date as stated, "" when it was not.
pub(super) fn stated(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

/// The articles of which words are held back, and since when.
pub(super) fn held(connection: &Connection) -> Result<Vec<(String, Timestamp)>, SqliteFailure> {
    let mut statement = connection.prepare_cached(
        "SELECT article_id, held_since FROM revision WHERE held_since IS NOT NULL ORDER BY held_since, article_id",
    )?;
    let held = statement.query_map([], |row| Ok((row.get(0)?, Timestamp::from_millis(row.get(1)?))))?;
    Ok(held.collect::<Result<_, _>>()?)
}

/// One revision with the standing of its article.
pub(super) fn revision(connection: &Connection, id: &str, number: u32) -> Result<Option<StoredArticle>, SqliteFailure> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT key, dup_of, first_seen, gone_state, gone_at, revision.source_id, capture_hash, fetched_at,
             revision.text_key, simhash, revision.rules_hash, origin, revision.title, authors, revision.published,
             modified, url, canonical_url, revision.language, revision.source_name, license, rights, tags, flags,
             metadata, packed_text, detail, later_captures, held_since, checksum = {CHECKSUM} AS is_whole
         FROM revision JOIN article ON article.id = article_id WHERE article_id = ?1 AND number = ?2"
    ))?;
    statement.query_row(params![id, number], |row| Ok(read_revision(row, id, number))).optional()?.transpose()
}

/// What a damaged revision has left that tells how to make it anew: where it came from, without a text.
pub(super) fn remains(connection: &Connection, id: &str) -> Result<Option<StoredArticle>, SqliteFailure> {
    let mut statement = connection.prepare_cached(
        "SELECT key, dup_of, first_seen, gone_state, gone_at, revision.source_id, capture_hash, fetched_at, number,
             later_captures, metadata
         FROM article JOIN revision ON article_id = id AND number = revision WHERE id = ?1",
    )?;
    statement.query_row([id], |row| Ok(read_remains(row, id))).optional()?.transpose()
}

fn read_remains(row: &Row<'_>, id: &str) -> Result<StoredArticle, SqliteFailure> {
    let left = |column: &str| row.get::<_, String>(column).unwrap_or_default();
    let key = ArticleKey::parse(&row.get::<_, String>("key")?);
    let key = key.ok_or_else(|| SqliteFailure::Corrupt(format!("the article {id} (its key)")))?;
    let metadata = serde_json::from_str(&left("metadata")).unwrap_or_default();
    let article = Article { metadata, ..Article::bare(key) };
    let submission = Submission {
        article,
        source_id: left("source_id"),
        capture_hash: left("capture_hash"),
        later_captures: serde_json::from_str(&left("later_captures")).unwrap_or_default(),
        fetched_at: Timestamp::from_millis(row.get("fetched_at")?),
        text_key: String::new(),
        simhash: String::new(),
        rules_hash: String::new(),
        is_of_feed: false,
    };
    Ok(StoredArticle {
        id: id.to_owned(),
        submission,
        revision: row.get("number")?,
        held_since: None,
        dup_of: row.get::<_, Option<String>>("dup_of")?.unwrap_or_default(),
        first_seen: Timestamp::from_millis(row.get("first_seen")?),
        gone: gone(row.get("gone_state")?, row.get("gone_at")?),
    })
}

pub(super) fn read_standing(row: &Row<'_>) -> rusqlite::Result<Standing> {
    Ok(Standing {
        id: row.get(0)?,
        source_id: row.get(1)?,
        source_name: row.get(2)?,
        language: row.get(11)?,
        title: row.get(3)?,
        published: Date::parse(row.get_ref(4)?.as_str()?),
        characters: row.get::<_, i64>(5)? as usize,
        revision: row.get(6)?,
        rules_hash: row.get(7)?,
        dup_of: row.get::<_, Option<String>>(8)?.unwrap_or_default(),
        gone: gone(row.get(9)?, row.get(10)?),
        hidden: String::new(),
    })
}

/// What a filter asks: of a standing, of the two columns behind it, and of what it repeats.
pub(super) fn read_listed<'a>(
    row: &'a Row<'_>,
    curtain: &Curtain,
    duplicates: &'a Duplicates,
) -> rusqlite::Result<Listed<'a>> {
    Ok(Listed {
        is_hidden: curtain.hides(row.get_ref(0)?.as_str()?),
        source_id: row.get_ref(1)?.as_str()?,
        account: row.get_ref(2)?.as_str()?,
        characters: row.get::<_, i64>(5)? as usize,
        duplicate: duplicates.of(row.get_ref(0)?.as_str()?),
        language: row.get_ref(11)?.as_str()?,
        time: Timestamp::from_millis(row.get(12)?),
        kind: row.get_ref(13)?.as_str()?,
    })
}

fn read_revision(row: &Row<'_>, id: &str, number: u32) -> Result<StoredArticle, SqliteFailure> {
    if !row.get::<_, bool>("is_whole")? {
        return Err(SqliteFailure::Corrupt(format!(
            "revision {number} of the article {id}, other than it was written,"
        )));
    }
    let submission = Submission {
        article: read_article(row, id)?,
        source_id: row.get("source_id")?,
        capture_hash: row.get("capture_hash")?,
        later_captures: from_json(&row.get::<_, String>("later_captures")?, id)?,
        fetched_at: Timestamp::from_millis(row.get("fetched_at")?),
        text_key: row.get("text_key")?,
        simhash: row.get("simhash")?,
        rules_hash: row.get("rules_hash")?,
        is_of_feed: false,
    };
    Ok(StoredArticle {
        id: id.to_owned(),
        submission,
        revision: number,
        held_since: row.get::<_, Option<i64>>("held_since")?.map(Timestamp::from_millis),
        dup_of: row.get::<_, Option<String>>("dup_of")?.unwrap_or_default(),
        first_seen: Timestamp::from_millis(row.get("first_seen")?),
        gone: gone(row.get("gone_state")?, row.get("gone_at")?),
    })
}

fn read_article(row: &Row<'_>, id: &str) -> Result<Article, SqliteFailure> {
    let what = format!("the article {id}");
    let text = |column: &str| -> Result<String, SqliteFailure> { Ok(row.get(column)?) };
    let list = |column: &str| -> Result<Vec<String>, SqliteFailure> { from_json(&text(column)?, &what) };
    let corrupt = |error: &dyn std::fmt::Display| SqliteFailure::Corrupt(format!("{what} ({error})"));
    let packed = |column: &str| row.get_ref(column)?.as_blob().map_err(|error| corrupt(&error));
    let words = codec::decode(codec::ZSTD, packed("packed_text")?)?;
    let detail = codec::decode_after(&words, packed("detail")?)?;
    // Looked through many bytes at a time: most of reading an article was to find out that it is UTF-8.
    let [words, detail] = [&words, &detail].map(|bytes| from_utf8(bytes).map_err(|error| corrupt(&error)));
    let (words, detail) = (words?.to_owned(), detail?);
    let detail: Detail<String, Vec<JudgedBlock>> = serde_json::from_str(detail).map_err(|error| corrupt(&error))?;
    Ok(Article {
        key: ArticleKey::parse(&text("key")?).ok_or_else(|| SqliteFailure::Corrupt(format!("{what} (its key)")))?,
        origin: origin(&text("origin")?),
        title: text("title")?,
        authors: list("authors")?,
        published: Date::parse(&text("published")?),
        modified: Date::parse(&text("modified")?),
        url: text("url")?,
        canonical_url: text("canonical_url")?,
        language: text("language")?,
        source_name: text("source_name")?,
        license: text("license")?,
        rights: text("rights")?,
        tags: list("tags")?,
        flags: list("flags")?,
        metadata: from_json(&text("metadata")?, &what)?,
        blocks: detail.blocks,
        text: words,
        markdown: detail.markdown,
    })
}

/// The two columns of a take-down as one value.
fn gone(state: Option<String>, at: Option<i64>) -> Option<(PageState, Timestamp)> {
    Some((PageState::from_word(&state?)?, Timestamp::from_millis(at?)))
}

/// The kind of place that a word of the database means.
pub(super) fn origin(word: &str) -> Origin {
    [Origin::Wechat, Origin::Blog, Origin::Feed, Origin::Archive]
        .into_iter()
        .find(|origin| origin.as_str() == word)
        .unwrap_or_default()
}
