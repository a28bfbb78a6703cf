use std::collections::{HashMap, HashSet};

use boji_clean::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::failure::{SqliteFailure, from_word};
use crate::model::{Hidden, Hideable, Standing};

/// Hides, or gives a new reason for what is hidden. True when it was not.
pub(super) fn hide(connection: &Connection, hidden: &Hidden) -> Result<bool, SqliteFailure> {
    let was_hidden = unhide(connection, hidden.kind, &hidden.subject)?;
    connection
        .prepare_cached("INSERT INTO hidden (kind, subject, reason, hidden_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![hidden.kind.as_str(), hidden.subject, hidden.reason, hidden.hidden_at.as_millis()])?;
    Ok(!was_hidden)
}

/// Shows again. False when it was not hidden.
pub(super) fn unhide(connection: &Connection, kind: Hideable, subject: &str) -> Result<bool, SqliteFailure> {
    let mut statement = connection.prepare_cached("DELETE FROM hidden WHERE kind = ?1 AND subject = ?2")?;
    Ok(statement.execute([kind.as_str(), subject])? > 0)
}

/// All that is hidden, by kind and subject.
pub(super) fn hidden(connection: &Connection) -> Result<Vec<Hidden>, SqliteFailure> {
    let mut statement =
        connection.prepare_cached("SELECT kind, subject, reason, hidden_at FROM hidden ORDER BY kind, subject")?;
    let mut rows = statement.query([])?;
    let mut hidden = Vec::new();
    while let Some(row) = rows.next()? {
        hidden.push(Hidden {
            kind: from_word(&row.get::<_, String>(0)?, "what is hidden")?,
            subject: row.get(1)?,
            reason: row.get(2)?,
            hidden_at: Timestamp::from_millis(row.get(3)?),
        });
    }
    Ok(hidden)
}

/// Why one article is hidden: by itself, by its source, by its account; "" when it is not.
pub(super) fn reason(connection: &Connection, standing: &Standing) -> Result<String, SqliteFailure> {
    let mut statement = connection.prepare_cached(
        "SELECT reason FROM hidden WHERE (kind = 'article' AND subject = ?1) OR (kind = 'source' AND subject = ?2)
             OR (kind = 'account' AND subject = ?3)
         ORDER BY kind = 'article' DESC, kind = 'source' DESC LIMIT 1",
    )?;
    let found = statement.query_row([&standing.id, &standing.source_id, &standing.source_name], |row| row.get(0));
    Ok(found.optional()?.unwrap_or_default())
}

/// What is hidden, to be asked of many articles.
#[derive(Default)]
pub(super) struct Curtain {
    reasons: HashMap<(Hideable, String), String>,
    /// The articles that are hidden, by whatever of these: of a duplicate it is asked whether its original is.
    articles: HashSet<String>,
}

impl Curtain {
    /// As it hangs now. Costs a look at all articles where whole sources or accounts are hidden.
    pub(super) fn of(connection: &Connection) -> Result<Self, SqliteFailure> {
        let mut curtain = Self::default();
        for Hidden { kind, subject, reason, .. } in hidden(connection)? {
            curtain.reasons.insert((kind, subject), reason);
        }
        if curtain.reasons.is_empty() {
            return Ok(curtain);
        }
        let mut statement = connection.prepare_cached(
            "SELECT id FROM article JOIN hidden ON hidden.kind = 'article' AND subject = id
             UNION SELECT id FROM article JOIN hidden ON hidden.kind = 'source' AND subject = source_id
             UNION SELECT id FROM article JOIN hidden ON hidden.kind = 'account' AND subject = source_name",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            curtain.articles.insert(row.get(0)?);
        }
        Ok(curtain)
    }

    /// As [`reason`].
    pub(super) fn reason(&self, standing: &Standing) -> &str {
        if self.reasons.is_empty() {
            return "";
        }
        let of = |kind, subject: &String| self.reasons.get(&(kind, subject.clone()));
        of(Hideable::Article, &standing.id)
            .or_else(|| of(Hideable::Source, &standing.source_id))
            .or_else(|| of(Hideable::Account, &standing.source_name))
            .map_or("", String::as_str)
    }

    /// Whether nothing is hidden.
    pub(super) fn is_open(&self) -> bool {
        self.articles.is_empty()
    }

    /// Whether the article of this id is hidden.
    pub(super) fn hides(&self, id: &str) -> bool {
        self.articles.contains(id)
    }
}
