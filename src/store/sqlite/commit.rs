use boji_clean::model::{Article, PageState, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::articles::{self, CHECKSUM, exists, resolve, stated};
use super::failure::{SqliteFailure, from_json, to_json};
use super::{captures, forgotten, lessons, near, pictures, sources, words};
use crate::model::{Decision, Entry, Hold, Known, Latest, SetAside, Submission};
use crate::store::contract::Batch;
use crate::store::error::StoreError;
use crate::store::filter::sort_time;

/// Writes a batch: see [`crate::store::Store::commit`].
pub(super) fn commit(
    connection: &Connection,
    batch: &Batch,
    decide: &dyn Fn(&Submission, &Known) -> Decision,
) -> Result<Vec<Decision>, SqliteFailure> {
    let may_come = batch
        .articles
        .iter()
        .map(|submission| Ok(!forgotten::is_forgotten(connection, &submission.article)?))
        .collect::<Result<Vec<bool>, SqliteFailure>>()?;
    let unwanted = forgotten::bodies_of(&batch.articles, &may_come);
    for (source_id, capture) in &batch.captures {
        if unwanted.is_empty() || !unwanted.contains(&capture.body_hash()) {
            captures::insert(connection, source_id, capture)?;
        }
    }
    let mut decisions = Vec::with_capacity(batch.articles.len());
    for (submission, may_come) in batch.articles.iter().zip(may_come) {
        decisions.push(if may_come { submit(connection, submission, decide)? } else { Decision::Refused });
    }
    for lesson in &batch.lessons {
        lessons::take_in(connection, lesson)?;
    }
    for (id, state, at) in &batch.gone {
        mark_gone(connection, id, *state, *at)?;
    }
    for (source_id, key) in &batch.renamed {
        sources::remove_entry(connection, source_id, key)?;
    }
    for entry in &batch.entries {
        if forgotten::is_forgotten_id(connection, &entry.article_id)? {
            sources::put_entry(connection, &forgotten::without_words(entry))?;
            continue;
        }
        match held_back(entry, batch, &decisions) {
            Some(again) => sources::put_entry(connection, &again)?,
            None => sources::put_entry(connection, entry)?,
        }
    }
    for (id, state) in &batch.source_states {
        sources::put_state(connection, id, state)?;
    }
    for fetch in &batch.fetches {
        sources::append_fetch(connection, fetch)?;
    }
    for host in &batch.hosts {
        sources::put_host(connection, host)?;
    }
    for (picture, _) in &batch.pictures {
        pictures::put(connection, picture)?;
    }
    Ok(decisions)
}

/// The entry as one that asks again, when the words that it led to in this batch are held back.
fn held_back(entry: &Entry, batch: &Batch, decisions: &[Decision]) -> Option<Entry> {
    batch.articles.iter().zip(decisions).find_map(|(submission, decision)| match decision {
        Decision::Held(hold) if submission.article.id() == entry.article_id => {
            Some(entry.asked_again(hold.ask_again, submission.is_of_feed))
        }
        _ => None,
    })
}

/// Asks what to do with an article and does it.
fn submit(
    connection: &Connection,
    submission: &Submission,
    decide: &dyn Fn(&Submission, &Known) -> Decision,
) -> Result<Decision, SqliteFailure> {
    let id = stored_id(connection, &submission.article)?;
    let same_key = latest(connection, &id, &submission.article)?;
    let is_same = same_key.as_ref().is_none_or(|latest| latest.content_hash == submission.article.content_hash());
    let known = Known {
        same_text: same_text(connection, &id, &submission.text_key)?,
        set_aside: if is_same { Vec::new() } else { set_aside(connection, &id)? },
        same_key,
    };
    let decided = decide(submission, &known);
    check(connection, &id, &known, &decided)?;
    let latest = known.same_key.map_or(0, |latest| latest.revision);
    let forgets_held = match decided {
        Decision::New | Decision::Duplicate(_) | Decision::Refused => false,
        Decision::Revision(_) | Decision::Held(_) => true,
        // What is cleaned again from a capture that came before them says nothing of them.
        Decision::Refresh(_) => is_seen_after_held(connection, &id, submission.fetched_at)?,
        Decision::Unchanged => is_same,
    };
    if forgets_held {
        forget_held(connection, &id)?;
    }
    match &decided {
        Decision::New => stand(connection, &id, 1, submission, None)?,
        Decision::Duplicate(original) => stand(connection, &id, 1, submission, Some(original))?,
        Decision::Revision(number) => stand(connection, &id, *number, submission, None)?,
        Decision::Held(hold) => hold_back(connection, &id, hold, submission)?,
        Decision::Refresh(original) => {
            remove_revision(connection, &id, latest)?;
            stand(connection, &id, latest, submission, original.as_deref())?;
        }
        Decision::Unchanged => see_again(connection, &id, submission.fetched_at)?,
        Decision::Refused => {}
    }
    remember_keys(connection, &submission.article, &id)?;
    Ok(decided)
}

/// Whether something was fetched after the words that are held back.
fn is_seen_after_held(connection: &Connection, id: &str, fetched_at: Timestamp) -> Result<bool, SqliteFailure> {
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS(SELECT 1 FROM revision WHERE article_id = ?1 AND held_since IS NOT NULL AND fetched_at < ?2)",
    )?;
    Ok(statement.query_row(params![id, fetched_at.as_millis()], |row| row.get(0))?)
}

/// The id under which an article is stored already, by whichever of its keys; its own id when by none.
fn stored_id(connection: &Connection, article: &Article) -> Result<String, SqliteFailure> {
    let own = resolve(connection, &article.id())?;
    if exists(connection, &own)? {
        return Ok(own);
    }
    for key in article.aliases() {
        let id = resolve(connection, &key.id())?;
        if exists(connection, &id)? {
            return Ok(id);
        }
    }
    Ok(own)
}

/// The revision of an article that stands, as far as a decision asks. One that knows less than the article which comes now
/// counts as made by other rules, as does one that a disk has damaged: it is made anew, even of the same words.
fn latest(connection: &Connection, id: &str, now: &Article) -> Result<Option<Latest>, SqliteFailure> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT number, article.content_hash, capture_hash,
                iif(checksum = {CHECKSUM} AND (?2 = '' OR json_extract(metadata, '$.mid') IS NOT NULL),
                    revision.rules_hash, ''),
                later_captures, coalesce((SELECT source.id FROM source WHERE source.id = revision.source_id), ''),
                (SELECT max(number) + 1 FROM revision WHERE article_id = ?1 AND held_since IS NULL),
                iif(article.content_hash = ?3, '', text_of(packed_text)), origin = 'feed', article.title,
                iif(article.content_hash = ?3, '', coalesce(
                    (SELECT text_of(before.packed_text) FROM revision AS before WHERE before.article_id = ?1
                         AND before.number < article.revision AND before.held_since IS NULL
                     ORDER BY before.number DESC LIMIT 1), ''))
         FROM article JOIN revision ON article_id = id AND number = revision WHERE id = ?1"
    ))?;
    let read = |row: &Row<'_>| -> Result<Latest, SqliteFailure> {
        Ok(Latest {
            revision: row.get(0)?,
            content_hash: row.get(1)?,
            capture_hash: row.get(2)?,
            rules_hash: row.get(3)?,
            later_captures: row.get::<_, String>(4).ok().and_then(|list| from_json(&list, id).ok()).unwrap_or_default(),
            source_id: row.get(5)?,
            next_revision: row.get(6)?,
            text: row.get(7).unwrap_or_default(),
            is_of_feed: row.get(8)?,
            title: row.get(9)?,
            text_before: row.get(10).unwrap_or_default(),
        })
    };
    statement.query_row([id, &now.metadata.mid, &now.content_hash()], |row| Ok(read(row))).optional()?.transpose()
}

/// The revisions behind the one that stands, oldest first.
fn set_aside(connection: &Connection, id: &str) -> Result<Vec<SetAside>, SqliteFailure> {
    let mut statement = connection.prepare_cached(
        "SELECT text_of(packed_text), held_since FROM revision JOIN article ON id = article_id
         WHERE article_id = ?1 AND number > revision ORDER BY number",
    )?;
    let mut rows = statement.query([id])?;
    let mut aside = Vec::new();
    while let Some(row) = rows.next()? {
        let held_since = row.get::<_, Option<i64>>(1)?.map(Timestamp::from_millis);
        // One that a disk has damaged is like no other text.
        aside.extend(row.get(0).ok().map(|text| SetAside { text, held_since }));
    }
    Ok(aside)
}

/// The first other article with this text, or the one of which that is a duplicate.
fn same_text(connection: &Connection, id: &str, text_key: &str) -> Result<Option<String>, SqliteFailure> {
    if text_key.is_empty() {
        return Ok(None);
    }
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(dup_of, id) FROM article WHERE text_key = ?1 AND id <> ?2 AND coalesce(dup_of, id) <> ?2
         ORDER BY dup_of IS NOT NULL, first_seen, id LIMIT 1",
    )?;
    Ok(statement.query_row([text_key, id], |row| row.get(0)).optional()?)
}

/// Refuses a decision that does not go with what is known; what passes can be stored.
fn check(connection: &Connection, id: &str, known: &Known, decision: &Decision) -> Result<(), SqliteFailure> {
    let original = match decision {
        Decision::Duplicate(original) | Decision::Refresh(Some(original)) => Some(original),
        Decision::New
        | Decision::Revision(_)
        | Decision::Held(_)
        | Decision::Refresh(None)
        | Decision::Unchanged
        | Decision::Refused => None,
    };
    let why = match (decision, &known.same_key) {
        (Decision::New | Decision::Duplicate(_), Some(_)) => "an article of this key is stored",
        (
            Decision::Revision(_) | Decision::Held(_) | Decision::Refresh(_) | Decision::Unchanged | Decision::Refused,
            None,
        ) => "no article of this key is stored",
        (Decision::Revision(number) | Decision::Held(Hold { revision: number, .. }), Some(latest))
            if *number != latest.next_revision =>
        {
            "its revision is not the next one"
        }
        _ => match original {
            Some(original) if original == id => "it would be a duplicate of itself",
            Some(original) if !exists(connection, original)? => "the article that it duplicates is not stored",
            _ => return Ok(()),
        },
    };
    Err(StoreError::Decision { id: id.to_owned(), why }.into())
}

/// Makes a submission what its article stands for, as the revision of this number.
fn stand(
    connection: &Connection,
    id: &str,
    number: u32,
    submission: &Submission,
    original: Option<&str>,
) -> Result<(), SqliteFailure> {
    show(connection, id, number, submission, original)?;
    insert_revision(connection, id, number, submission)
}

/// Makes a revision, stored already or to be stored next, what its article shows. With a text that the article did not have
/// it parts from its duplicates, and duplicates `original` from now on.
fn show(
    connection: &Connection,
    id: &str,
    number: u32,
    submission: &Submission,
    original: Option<&str>,
) -> Result<(), SqliteFailure> {
    let old: Option<(String, String)> = connection
        .prepare_cached("SELECT text_key, content_hash FROM article WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (old_text_key, old_content_hash) = old.unzip();
    if old_text_key.is_some() {
        see_again(connection, id, submission.fetched_at)?;
        put_article(connection, UPDATE, id, number, submission)?;
        pictures::unlist(connection, id)?;
    } else {
        put_article(connection, INSERT, id, number, submission)?;
    }
    let article = &submission.article;
    if old_content_hash != Some(article.content_hash()) {
        words::put(connection, id, &article.title, &article.text)?;
    }
    if old_text_key.as_ref() == Some(&submission.text_key) {
        return Ok(());
    }
    if let Some(old_text_key) = old_text_key {
        near::leave(connection, id)?;
        part_from_duplicates(connection, id, &old_text_key)?;
    }
    connection.prepare_cached("UPDATE article SET dup_of = ?2 WHERE id = ?1")?.execute([Some(id), original])?;
    // An exact duplicate is found by its original.
    original.map_or_else(|| near::enter(connection, id, &submission.article.text), |_| Ok(()))
}

/// Keeps words beside the revision that stands, until they come again.
fn hold_back(connection: &Connection, id: &str, hold: &Hold, submission: &Submission) -> Result<(), SqliteFailure> {
    insert_revision(connection, id, hold.revision, submission)?;
    connection
        .prepare_cached("UPDATE revision SET held_since = ?3 WHERE article_id = ?1 AND number = ?2")?
        .execute(params![id, hold.revision, hold.since.as_millis()])?;
    Ok(())
}

/// Takes the words away that waited to come again.
fn forget_held(connection: &Connection, id: &str) -> Result<(), SqliteFailure> {
    let held: Option<u32> = connection
        .prepare_cached("SELECT number FROM revision WHERE article_id = ?1 AND held_since IS NOT NULL")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    held.map_or(Ok(()), |number| remove_revision(connection, id, number))
}

/// Lets another revision stand: see [`crate::store::Store::revert`].
pub(super) fn revert(
    connection: &Connection,
    id: &str,
    number: u32,
    decide: &dyn Fn(&Submission, &Known) -> Decision,
) -> Result<bool, SqliteFailure> {
    let Some(stored) = articles::revision(connection, id, number)? else { return Ok(false) };
    let known = Known {
        same_key: latest(connection, id, &stored.submission.article)?,
        same_text: same_text(connection, id, &stored.submission.text_key)?,
        set_aside: Vec::new(),
    };
    let decided = decide(&stored.submission, &known);
    check(connection, id, &known, &decided)?;
    let Decision::Refresh(original) = decided else {
        return Err(StoreError::Decision { id: id.to_owned(), why: "another revision of it is to stand" }.into());
    };
    // A person has looked: nothing waits any more.
    connection
        .prepare_cached("UPDATE revision SET held_since = NULL WHERE article_id = ?1 AND held_since IS NOT NULL")?
        .execute([id])?;
    show(connection, id, number, &stored.submission, original.as_deref())?;
    Ok(true)
}

/// A sight later than the one that found it gone means that it is back.
fn see_again(connection: &Connection, id: &str, at: Timestamp) -> Result<(), SqliteFailure> {
    connection
        .prepare_cached(
            "UPDATE article SET last_seen = max(last_seen, ?2), gone_state = iif(gone_at < ?2, NULL, gone_state),
                                gone_at = iif(gone_at < ?2, NULL, gone_at) WHERE id = ?1",
        )?
        .execute(params![id, at.as_millis()])?;
    Ok(())
}

const INSERT: &str = "
    INSERT INTO article (id, key, first_seen, last_seen, revision, content_hash, text_key, source_id, language, kind,
                         sort_time, title, source_name, published, characters, rules_hash)
    VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";

/// The key by which an article came first stays, and so does its id.
const UPDATE: &str = "
    UPDATE article
    SET revision = ?4, content_hash = ?5, text_key = ?6, source_id = ?7, language = ?8, kind = ?9, sort_time = ?10,
        title = ?11, source_name = ?12, published = ?13, characters = ?14, rules_hash = ?15
    WHERE id = ?1";

/// Writes what is known of an article beside its revisions by one of the two statements above.
fn put_article(
    connection: &Connection,
    sql: &str,
    id: &str,
    number: u32,
    submission: &Submission,
) -> Result<(), SqliteFailure> {
    let article = &submission.article;
    connection.prepare_cached(sql)?.execute(params![
        id,
        article.key.to_string(),
        submission.fetched_at.as_millis(),
        number,
        article.content_hash(),
        submission.text_key,
        submission.source_id,
        article.language,
        article.metadata.kind.as_str(),
        sort_time(submission).as_millis(),
        article.title,
        article.source_name,
        stated(article.published),
        article.text.chars().count() as i64,
        submission.rules_hash,
    ])?;
    Ok(())
}

/// Adds a revision of an article that is there.
fn insert_revision(
    connection: &Connection,
    id: &str,
    number: u32,
    submission: &Submission,
) -> Result<(), SqliteFailure> {
    let article = &submission.article;
    let (text, detail) = articles::pack_words(article)?;
    connection
        .prepare_cached(
            "INSERT INTO revision (article_id, number, source_id, capture_hash, fetched_at, content_hash, text_key,
                 simhash, rules_hash, origin, title, authors, published, modified, url, canonical_url, language,
                 source_name, license, rights, tags, flags, metadata, packed_text, detail, later_captures, checksum)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                 ?22, ?23, ?24, ?25, ?26,
                 checksum_of(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
                     ?21, ?22, ?23, ?24, ?25, ?26))",
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
            text,
            detail,
            to_json(&submission.later_captures)?,
        ])?;
    Ok(())
}

/// Takes a revision away: another one is put in its place.
fn remove_revision(connection: &Connection, id: &str, number: u32) -> Result<(), SqliteFailure> {
    connection
        .prepare_cached("DELETE FROM revision WHERE article_id = ?1 AND number = ?2")?
        .execute(params![id, number])?;
    Ok(())
}

/// What had the old words of an article with new ones is no duplicate of it any more: the first of those takes its
/// place, or the old words would be missing from a corpus without duplicates. One whose id leads to another article is no
/// heir: that one is.
pub(super) fn part_from_duplicates(connection: &Connection, id: &str, old_text_key: &str) -> Result<(), SqliteFailure> {
    let heir: Option<String> = connection
        .prepare_cached(
            "SELECT id FROM article WHERE dup_of = ?1 AND text_key = ?2 AND id NOT IN (SELECT id FROM alias)
             ORDER BY first_seen, id LIMIT 1",
        )?
        .query_row([id, old_text_key], |row| row.get(0))
        .optional()?;
    if let Some(heir) = heir {
        connection
            .prepare_cached("UPDATE article SET dup_of = nullif(?3, id) WHERE dup_of = ?1 AND text_key = ?2")?
            .execute([id, old_text_key, &heir])?;
        near::enter_stored(connection, &heir)?;
    }
    Ok(())
}

/// Writes down all keys of an article that is stored under `id`. What was stored under one of them, before a page told
/// that both are one, becomes its duplicate and leads to it from now on.
fn remember_keys(connection: &Connection, article: &Article, id: &str) -> Result<(), SqliteFailure> {
    let own = std::iter::once(article.key.clone());
    for alias in own.chain(article.aliases()).map(|key| key.id()).filter(|alias| alias != id) {
        let is_new = connection
            .prepare_cached("INSERT INTO alias (id, article_id) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING")?
            .execute([&alias, id])?
            > 0;
        if is_new && exists(connection, &alias)? {
            fold(connection, &alias, id)?;
        }
    }
    Ok(())
}

/// Makes `other` and its duplicates duplicates of `id`, or of what `id` duplicates; and what led to `other` leads there.
fn fold(connection: &Connection, other: &str, id: &str) -> Result<(), SqliteFailure> {
    connection
        .prepare_cached("UPDATE article SET dup_of = NULL WHERE id = ?1 AND dup_of = ?2")?
        .execute([id, other])?;
    connection
        .prepare_cached(
            "UPDATE article SET dup_of = coalesce((SELECT dup_of FROM article WHERE id = ?1), ?1)
             WHERE id = ?2 OR dup_of = ?2",
        )?
        .execute([id, other])?;
    connection.prepare_cached("UPDATE alias SET article_id = ?1 WHERE article_id = ?2")?.execute([id, other])?;
    near::leave(connection, other)?;
    near::enter_stored(connection, id)
}

/// Notes that an article was taken down. The first sight of a state counts; an id that is not stored is passed over.
fn mark_gone(connection: &Connection, id: &str, state: PageState, at: Timestamp) -> Result<(), SqliteFailure> {
    connection
        .prepare_cached(
            "UPDATE article SET gone_state = ?2, gone_at = iif(gone_state IS ?2, gone_at, ?3) WHERE id = ?1",
        )?
        .execute(params![resolve(connection, id)?, state.as_str(), at.as_millis()])?;
    Ok(())
}
