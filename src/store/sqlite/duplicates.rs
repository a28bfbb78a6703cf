use std::collections::BTreeSet;

use boji_clean::model::{ArticleKey, ArticleKind, Date, Metadata, Timestamp, WeChatLink, canonical_url};
use rusqlite::{Connection, OptionalExtension, Row};

use super::failure::SqliteFailure;
use super::hide::Curtain;
use super::near;
use crate::dedup::{Member, duplicates};
use crate::model::Duplicates;

/// What WeChat's mark says of an article that is another account's.
const REPRINT: &str = "reprint";
/// What it says of the account's own.
const ORIGINAL: &str = "original";

/// What the articles repeat of one another: worked out from the exact duplicates and from the pairs of alike texts.
pub(super) fn read(connection: &Connection) -> Result<Duplicates, SqliteFailure> {
    let mut resemblances = near::resemblances(connection, None)?;
    let mut ids: BTreeSet<String> = BTreeSet::new();
    let mut statement = connection.prepare_cached("SELECT id, dup_of FROM article WHERE dup_of IS NOT NULL")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        ids.extend([row.get(0)?, row.get(1)?]);
    }
    ids.extend(resemblances.iter().flat_map(|pair| [pair.first.clone(), pair.second.clone()]));
    // What is hidden stands for nothing, and repeats nothing.
    let curtain = Curtain::of(connection)?;
    ids.retain(|id| !curtain.hides(id));
    resemblances.retain(|pair| !curtain.hides(&pair.first) && !curtain.hides(&pair.second));
    let mut members = Vec::with_capacity(ids.len());
    for id in ids {
        members.extend(member(connection, id)?);
    }
    Ok(duplicates(&members, &resemblances))
}

/// What bears on whether an article stands for others; `None` when it has no revision.
fn member(connection: &Connection, id: String) -> Result<Option<Member>, SqliteFailure> {
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(dup_of, id), article.source_name, article.published, characters, first_seen, url, authors, tags,
                metadata
         FROM article JOIN revision ON article_id = id AND number = revision WHERE id = ?1",
    )?;
    let read = |row: &Row<'_>| -> rusqlite::Result<(Member, String)> {
        let text = |place| row.get::<_, String>(place).unwrap_or_default();
        // Of what a disk has damaged nothing is known.
        let metadata: Metadata = serde_json::from_str(&text(8)).unwrap_or_default();
        let account: String = row.get(1)?;
        let is_others = !metadata.original_source.is_empty() && metadata.original_source != account;
        let member = Member {
            id: String::new(),
            same_text_as: row.get(0)?,
            is_reprint: metadata.copyright == REPRINT || metadata.kind == ArticleKind::Reprint || is_others,
            original_account: metadata.original_source.clone(),
            original_id: String::new(),
            is_claimed_original: metadata.copyright == ORIGINAL,
            published: Date::parse(&text(2)),
            has_address: !text(5).is_empty(),
            characters: row.get::<_, i64>(3)? as usize,
            fields: fields(&text(8)) + [text(6), text(7)].iter().filter(|list| *list != "[]").count(),
            first_seen: Timestamp::from_millis(row.get(4)?),
            account,
        };
        Ok((member, metadata.original_url))
    };
    let Some((member, original_url)) = statement.query_row([&id], read).optional()? else { return Ok(None) };
    let original_id = stored_at(connection, &original_url)?.filter(|original| *original != id).unwrap_or_default();
    Ok(Some(Member { id, original_id, ..member }))
}

/// How many fields an object of JSON has.
fn fields(json: &str) -> usize {
    serde_json::from_str::<serde_json::Value>(json)
        .ok()
        .and_then(|it| it.as_object().map(serde_json::Map::len))
        .unwrap_or(0)
}

/// The id under which the article at an address is stored, or would be.
fn stored_at(connection: &Connection, address: &str) -> Result<Option<String>, SqliteFailure> {
    let key = WeChatLink::parse(address).and_then(|link| link.key());
    let Some(key) = key.or_else(|| canonical_url(address).map(ArticleKey::Url)) else { return Ok(None) };
    let mut statement =
        connection.prepare_cached("SELECT coalesce((SELECT article_id FROM alias WHERE id = ?1), ?1)")?;
    Ok(Some(statement.query_row([key.id()], |row| row.get(0))?))
}
