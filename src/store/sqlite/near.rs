use std::cmp::Reverse;
use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::failure::SqliteFailure;
use super::numbers;
use crate::dedup::{Letters, Shingles, Sketch, is_kept};
use crate::model::{Likeness, Resemblance, Score};

/// Of the articles that share an anchor, those with the smallest numbers are looked at: a phrase that stands in more than so many
/// tells nothing, and of a text that is copied more often the first copies hold all others together.
const MAX_HOLDERS: i64 = 32;

/// Most articles whose texts are compared with that of a new one: those that share the most anchors with it.
const MAX_COMPARED: usize = 32;

/// Compares the text of an article with those that are stored, and keeps what it is found by. Call it for an article that is no
/// exact duplicate, and that was not entered or has left.
///
/// What is kept of two articles depends on their two texts alone, and neither on others nor on the order in which they came,
/// as long as a text has fewer copies than the limits above.
pub(super) fn enter(connection: &Connection, id: &str, text: &str) -> Result<(), SqliteFailure> {
    let Some(letters) = Letters::of(text) else { return Ok(()) };
    let number = numbers::of(connection, id)?;
    let sketch = Sketch::of(&letters);
    let candidates = candidates(connection, &sketch)?;
    put_sketch(connection, number, &sketch)?;
    if candidates.is_empty() {
        return Ok(());
    }
    let shingles = Shingles::of(&letters);
    for other in candidates {
        // One that a disk has damaged is like no other text.
        let Some(theirs) = text_of(connection, other)?.as_deref().and_then(Letters::of) else { continue };
        let likeness = shingles.compare(&Shingles::of(&theirs));
        if is_kept(likeness) {
            put_likeness(connection, number, other, likeness)?;
        }
    }
    Ok(())
}

/// As [`enter`], for an article that is stored: with the text of its standing revision, unless it is an exact duplicate or was
/// entered.
pub(super) fn enter_stored(connection: &Connection, id: &str) -> Result<(), SqliteFailure> {
    let mut statement = connection.prepare_cached(
        "SELECT text_of(packed_text) FROM article JOIN revision ON article_id = id AND number = revision
         WHERE id = ?1 AND dup_of IS NULL
           AND id NOT IN (SELECT article_id FROM article_number JOIN sketch USING (number) WHERE article_id = ?1)",
    )?;
    let text: Option<Option<String>> = statement.query_row([id], |row| Ok(row.get(0).ok())).optional()?;
    text.flatten().map_or(Ok(()), |text| enter(connection, id, &text))
}

/// Takes away what an article was found by, and what its text was like.
pub(super) fn leave(connection: &Connection, id: &str) -> Result<(), SqliteFailure> {
    let Some(number) = numbers::find(connection, id)? else { return Ok(()) };
    let Some(sketch) = sketch_of(connection, number)? else { return Ok(()) };
    let mut statement = connection.prepare_cached("DELETE FROM anchor WHERE hash = ?1 AND number = ?2")?;
    for anchor in sketch.anchors() {
        statement.execute(params![anchor.cast_signed(), number])?;
    }
    for sql in [
        "DELETE FROM likeness WHERE first = ?1",
        "DELETE FROM likeness WHERE second = ?1",
        "DELETE FROM sketch WHERE number = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([number])?;
    }
    Ok(())
}

/// Compares all texts anew, by their articles' ids. How many were entered.
pub(super) fn compare_all(connection: &Connection) -> Result<usize, SqliteFailure> {
    connection.execute_batch("DELETE FROM likeness; DELETE FROM anchor; DELETE FROM sketch;")?;
    let mut statement = connection.prepare("SELECT id FROM article WHERE dup_of IS NULL ORDER BY id")?;
    let ids = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    for id in &ids {
        enter_stored(connection, id)?;
    }
    Ok(connection.query_row("SELECT count(*) FROM sketch", [], |row| Ok(row.get::<_, i64>(0)? as usize))?)
}

/// The pairs of articles whose texts are alike, of one article or of all: that one, else the smaller id first, in order.
pub(super) fn resemblances(connection: &Connection, of: Option<&str>) -> Result<Vec<Resemblance>, SqliteFailure> {
    const PAIRS: &str = "
        SELECT one.article_id, other.article_id, jaccard, first_in_second, second_in_first FROM likeness
        JOIN article_number AS one ON one.number = first JOIN article_number AS other ON other.number = second";
    let number = of.map(|id| numbers::find(connection, id)).transpose()?;
    let mut found = Vec::new();
    let wanted = if of.is_none() { "" } else { " WHERE first = ?1 OR second = ?1" };
    let mut statement = connection.prepare_cached(&format!("{PAIRS}{wanted}"))?;
    let mut rows = match number {
        None => statement.query([])?,
        Some(number) => statement.query([number])?,
    };
    while let Some(row) = rows.next()? {
        let score = |place| -> rusqlite::Result<Score> { Ok(Score::of_thousandths(row.get::<_, u16>(place)?.into())) };
        let likeness = Likeness { jaccard: score(2)?, first_in_second: score(3)?, second_in_first: score(4)? };
        let (first, second): (String, String) = (row.get(0)?, row.get(1)?);
        let is_turned = of.map_or(first > second, |id| id == second);
        found.push(if is_turned {
            Resemblance { first: second, second: first, likeness: likeness.turned() }
        } else {
            Resemblance { first, second, likeness }
        });
    }
    found.sort_by(|one, other| (&one.first, &one.second).cmp(&(&other.first, &other.second)));
    Ok(found)
}

/// What is wrong here: each article must be found by what its text gives, and each pair be alike as it says.
pub(super) fn problems(connection: &Connection, most: usize) -> Result<Vec<String>, SqliteFailure> {
    let mut problems = Vec::new();
    let mut statement = connection.prepare(
        "SELECT id, sketch.number, dup_of IS NULL, text_of(packed_text), anchors FROM article
         LEFT JOIN revision ON revision.article_id = id AND revision.number = revision
         LEFT JOIN article_number ON article_number.article_id = id
         LEFT JOIN sketch ON sketch.number = article_number.number ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    let mut wanted = Sum::default();
    while let Some(row) = rows.next()? {
        let (id, number): (String, Option<i64>) = (row.get(0)?, row.get(1)?);
        // A text that cannot be read is told of where the revisions are looked at.
        let Ok(text) = row.get::<_, String>(3) else { continue };
        let anchors = row.get_ref(4)?.as_blob_or_null().ok().flatten().map(Sketch::from_bytes);
        for anchor in anchors.iter().flat_map(Sketch::anchors) {
            wanted.add(anchor.cast_signed(), number.unwrap_or_default());
        }
        let sketch = if row.get(2)? { Letters::of(&text).map(|letters| Sketch::of(&letters)) } else { None };
        if sketch != anchors && problems.len() < most {
            problems.push(format!("the article {id} is not found by its text; {MEND}"));
        }
    }
    let mut entered = Sum::default();
    let mut statement = connection.prepare("SELECT hash, number FROM anchor")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        entered.add(row.get(0)?, row.get(1)?);
    }
    if entered != wanted {
        problems.push(format!("the index of near duplicates does not go with the articles; {MEND}"));
    }
    let all = resemblances(connection, None)?;
    let mut texts = BTreeMap::new();
    for Resemblance { first, second, likeness } in &all {
        for id in [first, second] {
            if !texts.contains_key(id) {
                let text = numbers::find(connection, id)?.map(|number| text_of(connection, number)).transpose()?;
                texts.insert(id, text.flatten().as_deref().and_then(Letters::of).map(|letters| Shingles::of(&letters)));
            }
        }
        let (Some(Some(one)), Some(Some(other))) = (texts.get(first), texts.get(second)) else { continue };
        if one.compare(other) != *likeness && problems.len() < most {
            problems.push(format!("the articles {first} and {second} are not as alike as it says; {MEND}"));
        }
    }
    Ok(problems)
}

/// What a person does about it.
const MEND: &str = "`boji duplicates --rebuild` compares all anew";

/// How many rows, and a sum over them that knows no order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum {
    rows: u64,
    hashes: u64,
}

impl Sum {
    fn add(&mut self, hash: i64, number: i64) {
        let hashed = blake3::hash(&[hash.to_le_bytes(), number.to_le_bytes()].concat());
        let (beginnings, _) = hashed.as_bytes().as_chunks();
        self.rows += 1;
        self.hashes = self.hashes.wrapping_add(beginnings.first().copied().map_or(0, u64::from_le_bytes));
    }
}

/// The articles whose texts may be like that of a sketch, by number.
fn candidates(connection: &Connection, sketch: &Sketch) -> Result<Vec<i64>, SqliteFailure> {
    let mut statement =
        connection.prepare_cached("SELECT number FROM anchor WHERE hash = ?1 ORDER BY number LIMIT ?2")?;
    let mut shared: BTreeMap<i64, usize> = BTreeMap::new();
    for anchor in sketch.anchors() {
        let mut rows = statement.query(params![anchor.cast_signed(), MAX_HOLDERS])?;
        while let Some(row) = rows.next()? {
            *shared.entry(row.get(0)?).or_default() += 1;
        }
    }
    let mut alike = Vec::new();
    for (number, shared) in shared {
        if sketch_of(connection, number)?.is_some_and(|other| sketch.may_be_alike(&other)) {
            alike.push((Reverse(shared), number));
        }
    }
    alike.sort_unstable();
    alike.truncate(MAX_COMPARED);
    let mut numbers: Vec<i64> = alike.into_iter().map(|(_, number)| number).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

fn put_sketch(connection: &Connection, number: i64, sketch: &Sketch) -> Result<(), SqliteFailure> {
    connection
        .prepare_cached("INSERT INTO sketch (number, anchors) VALUES (?1, ?2)")?
        .execute(params![number, sketch.to_bytes()])?;
    let mut statement = connection.prepare_cached("INSERT INTO anchor (hash, number) VALUES (?1, ?2)")?;
    for anchor in sketch.anchors() {
        statement.execute(params![anchor.cast_signed(), number])?;
    }
    Ok(())
}

fn sketch_of(connection: &Connection, number: i64) -> Result<Option<Sketch>, SqliteFailure> {
    let mut statement = connection.prepare_cached("SELECT anchors FROM sketch WHERE number = ?1")?;
    let read = |row: &rusqlite::Row<'_>| Ok(Sketch::from_bytes(row.get_ref(0)?.as_blob().unwrap_or_default()));
    Ok(statement.query_row([number], read).optional()?)
}

/// The text of an article's standing revision; `None` when there is none to be read.
fn text_of(connection: &Connection, number: i64) -> Result<Option<String>, SqliteFailure> {
    let mut statement = connection.prepare_cached(
        "SELECT text_of(packed_text) FROM article_number JOIN article ON id = article_number.article_id
         JOIN revision ON revision.article_id = id AND revision.number = revision
         WHERE article_number.number = ?1",
    )?;
    Ok(statement.query_row([number], |row| Ok(row.get(0).ok())).optional()?.flatten())
}

fn put_likeness(connection: &Connection, one: i64, other: i64, likeness: Likeness) -> Result<(), SqliteFailure> {
    let (first, second, likeness) = if one < other { (one, other, likeness) } else { (other, one, likeness.turned()) };
    connection
        .prepare_cached(
            "INSERT INTO likeness (first, second, jaccard, first_in_second, second_in_first) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            first,
            second,
            likeness.jaccard.thousandths(),
            likeness.first_in_second.thousandths(),
            likeness.second_in_first.thousandths(),
        ])?;
    Ok(())
}
