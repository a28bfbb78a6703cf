use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::codec;
use super::failure::{Failure, from_json, to_json};
use crate::model::{
    Article, ArticleKey, Date, JudgedBlock, Label, Origin, PageState, StoredArticle, Submission, Timestamp,
};

/// What is stored packed: it says most of the text again, so that it shrinks to little.
#[derive(Serialize, Deserialize)]
struct Detail<M, B> {
    markdown: M,
    blocks: B,
}

/// Adds a revision of an article that is there, and the blocks that are not in its text.
pub(super) fn insert(connection: &Connection, id: &str, number: u32, submission: &Submission) -> Result<(), Failure> {
    let article = &submission.article;
    let detail = Detail { markdown: article.markdown.as_str(), blocks: article.blocks.as_slice() };
    connection
        .prepare_cached(
            "INSERT INTO revision (article_id, number, source_id, capture_hash, fetched_at, content_hash, text_key,
                 simhash, rules_hash, origin, title, authors, published, modified, url, canonical_url, language,
                 source_name, license, rights, tags, flags, metadata, text, detail, later_captures)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                 ?22, ?23, ?24, ?25, ?26)",
        )?
        .execute(params![
            id,
            number,
            submission.source_id,
            submission.capture_hash,
            submission.fetched_at.as_millis(),
            article.content_hash(),
            submission.text_key,
            submission.simhash,
            submission.rules_hash,
            article.origin.as_str(),
            article.title,
            to_json(&article.authors)?,
            stated(article.published),
            stated(article.modified),
            article.url,
            article.canonical_url,
            article.language,
            article.source_name,
            article.license,
            article.rights,
            to_json(&article.tags)?,
            to_json(&article.flags)?,
            to_json(&article.metadata)?,
            article.text,
            pack(&detail)?,
            to_json(&submission.later_captures)?,
        ])?;
    insert_removed(connection, id, number, &article.blocks)
}

/// Takes a revision away, and its blocks that are not in its text: another one is put in its place.
pub(super) fn remove(connection: &Connection, id: &str, number: u32) -> Result<(), Failure> {
    for sql in [
        "DELETE FROM removed_block WHERE article_id = ?1 AND revision = ?2",
        "DELETE FROM revision WHERE article_id = ?1 AND number = ?2",
    ] {
        connection.prepare_cached(sql)?.execute(params![id, number])?;
    }
    Ok(())
}

/// One revision with the standing of its article.
pub(super) fn find(connection: &Connection, id: &str, number: u32) -> Result<Option<StoredArticle>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT key, dup_of, first_seen, gone_state, gone_at, revision.source_id, capture_hash, fetched_at,
             revision.text_key, simhash, revision.rules_hash, origin, revision.title, authors, revision.published,
             modified, url, canonical_url, revision.language, revision.source_name, license, rights, tags, flags,
             metadata, text, detail, later_captures
         FROM revision JOIN article ON article.id = article_id WHERE article_id = ?1 AND number = ?2",
    )?;
    statement.query_row(params![id, number], |row| Ok(read(row, id, number))).optional()?.transpose()
}

/// A date as stated, "" when it was not.
pub(super) fn stated(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

/// The two columns of a take-down as one value.
pub(super) fn gone(state: Option<String>, at: Option<i64>) -> Option<(PageState, Timestamp)> {
    Some((PageState::from_word(&state?)?, Timestamp::from_millis(at?)))
}

fn read(row: &Row<'_>, id: &str, number: u32) -> Result<StoredArticle, Failure> {
    let submission = Submission {
        article: read_article(row, id)?,
        source_id: row.get("source_id")?,
        capture_hash: row.get("capture_hash")?,
        later_captures: from_json(&row.get::<_, String>("later_captures")?, id)?,
        fetched_at: Timestamp::from_millis(row.get("fetched_at")?),
        text_key: row.get("text_key")?,
        simhash: row.get("simhash")?,
        rules_hash: row.get("rules_hash")?,
    };
    Ok(StoredArticle {
        id: id.to_owned(),
        submission,
        revision: number,
        dup_of: row.get::<_, Option<String>>("dup_of")?.unwrap_or_default(),
        first_seen: Timestamp::from_millis(row.get("first_seen")?),
        gone: gone(row.get("gone_state")?, row.get("gone_at")?),
    })
}

fn read_article(row: &Row<'_>, id: &str) -> Result<Article, Failure> {
    let what = format!("the article {id}");
    let text = |column: &str| -> Result<String, Failure> { Ok(row.get(column)?) };
    let list = |column: &str| -> Result<Vec<String>, Failure> { from_json(&text(column)?, &what) };
    let packed = row.get_ref("detail")?.as_blob().map_err(|error| Failure::Corrupt(format!("{what} ({error})")))?;
    let detail: Detail<String, Vec<JudgedBlock>> = unpack(packed, &what)?;
    Ok(Article {
        key: ArticleKey::parse(&text("key")?).ok_or_else(|| Failure::Corrupt(format!("{what} (its key)")))?,
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
        text: text("text")?,
        markdown: detail.markdown,
    })
}

fn insert_removed(connection: &Connection, id: &str, number: u32, blocks: &[JudgedBlock]) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO removed_block (article_id, revision, place, label, category, rule, text)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for (place, judged) in blocks.iter().enumerate() {
        let label = match judged.verdict.label {
            Label::Keep => continue,
            Label::Meta => "meta",
            Label::Drop => "drop",
        };
        let verdict = &judged.verdict;
        let text = judged.block.text();
        statement.execute(params![id, number, place as i64, label, verdict.category, verdict.rule, text])?;
    }
    Ok(())
}

fn origin(word: &str) -> Origin {
    [Origin::Wechat, Origin::Blog, Origin::Feed, Origin::Archive]
        .into_iter()
        .find(|origin| origin.as_str() == word)
        .unwrap_or_default()
}

fn pack<T: Serialize>(detail: &T) -> Result<Vec<u8>, Failure> {
    let json = to_json(detail)?;
    codec::compress(json.as_bytes())
}

fn unpack<T: serde::de::DeserializeOwned>(packed: &[u8], what: &str) -> Result<T, Failure> {
    let json = codec::decode(codec::ZSTD, packed)?;
    serde_json::from_slice(&json).map_err(|error| Failure::Corrupt(format!("{what} ({error})")))
}
