//! How a database of an earlier boji gets the present shape.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::failure::SqliteFailure;
use super::{near, upkeep};
use crate::store::error::StoreError;

/// "boji" in ASCII: marks the file as ours (`PRAGMA application_id`).
pub(super) const APPLICATION_ID: i32 = 0x626f_6a69;

/// Every step from an empty file to the present shape, oldest first. Only ever appended to: the number of steps taken
/// is the version of a database (`PRAGMA user_version`).
pub(super) const STEPS: [&str; 17] = [
    include_str!("migrations/0001_start.sql"),
    include_str!("migrations/0002_learned.sql"),
    include_str!("migrations/0003_alias.sql"),
    include_str!("migrations/0004_later_pages.sql"),
    include_str!("migrations/0005_standing.sql"),
    include_str!("migrations/0006_held.sql"),
    include_str!("migrations/0007_checksum.sql"),
    include_str!("migrations/0008_words_hash.sql"),
    include_str!("migrations/0009_sights.sql"),
    include_str!("migrations/0010_skipped_by.sql"),
    include_str!("migrations/0011_search.sql"),
    include_str!("migrations/0012_near_duplicates.sql"),
    include_str!("migrations/0013_withheld.sql"),
    include_str!("migrations/0014_packing.sql"),
    include_str!("migrations/0015_packed_text.sql"),
    include_str!("migrations/0016_boilerplate_ruling.sql"),
    include_str!("migrations/0017_pictures.sql"),
];

/// Databases of a version below this one know nothing of near duplicates, or found them in another way: their texts are compared
/// in the step that brings them up to date. Whoever changes how that is done appends a step and raises this.
const WITHOUT_LIKENESS: i64 = 12;

/// Copies a database as it is to a file beside it, `boji.db.version-14`: for who wants to go back, and the copy of an earlier step
/// goes. Done again where two processes bring it up to date at once.
pub(super) fn keep_copy(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let version = version(connection).map_err(|error| SqliteFailure::from(error).at(path, "look at its version"))?;
    let copy = beside(path, &format!(".version-{version}"));
    let partial = beside(&copy, ".partial");
    let failed = |path: &Path| {
        let path = path.to_owned();
        |source| StoreError::Io { path, source }
    };
    // Emptied when it is ours: another process may be writing it.
    let lock = File::options().create(true).write(true).truncate(false).open(&partial).map_err(failed(&partial))?;
    lock.lock().and_then(|()| lock.set_len(0)).map_err(failed(&partial))?;
    upkeep::copy(connection, &partial).map_err(|failure| failure.at(&partial, "copy a database to it"))?;
    if version_of(&partial).map_err(|error| SqliteFailure::from(error).at(&partial, "look at its version"))? == version
    {
        for older in (0..version).map(|older| beside(path, &format!(".version-{older}"))).filter(|older| older.exists())
        {
            fs::remove_file(&older).map_err(failed(&older))?;
        }
        fs::rename(&partial, &copy).map_err(failed(&copy))
    } else {
        // Another process was quicker: it has made the copy.
        fs::remove_file(&partial).map_err(failed(&partial))
    }
}

/// Takes the steps that are missing, all in one transaction.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), SqliteFailure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read inside of the transaction: another process may have migrated while this one waited.
    let done = version(&transaction)?;
    for step in STEPS.iter().skip(usize::try_from(done).unwrap_or(0)) {
        transaction.execute_batch(step)?;
    }
    if done < WITHOUT_LIKENESS {
        near::compare_all(&transaction)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", STEPS.len() as i64)?;
    transaction.commit()?;
    Ok(())
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn version_of(path: &Path) -> rusqlite::Result<i64> {
    version(&Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?)
}

/// The file whose name is that of another and an ending.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use rusqlite::params;

    use super::super::{codec, functions};
    use super::*;

    #[test]
    fn texts_are_packed_and_what_was_damaged_stays_so() {
        let mut connection = Connection::open_in_memory().unwrap();
        functions::provide(&connection).unwrap();
        for step in &STEPS[..14] {
            connection.execute_batch(step).unwrap();
        }
        connection.pragma_update(None, "user_version", 14).unwrap();
        let detail = codec::compress(b"{\"words\": \"The words, and more.\"}").unwrap();
        let columns = "article_id, number, source_id, capture_hash, fetched_at, content_hash, text_key, simhash, rules_hash,
            origin, title, authors, published, modified, url, canonical_url, language, source_name, license, rights, tags,
            flags, metadata, text, detail, later_captures";
        for number in 1..=3 {
            let insert = format!(
                "INSERT INTO revision ({columns}) VALUES ('a', ?1, '', '', 0, '', '', '', '', 'blog', 'T', '[]', '', '', '',
                     '', 'en', '', '', '', '[]', '[]', '{{}}', 'The words.', ?2, '[]')"
            );
            connection.pragma_update(None, "foreign_keys", false).unwrap();
            connection.execute(&insert, params![number, detail]).unwrap();
        }
        connection.execute(&format!("UPDATE revision SET checksum = checksum_of({columns})"), []).unwrap();
        connection.execute("UPDATE revision SET title = 'U' WHERE number = 2", []).unwrap();
        connection.execute("UPDATE revision SET detail = x'00' WHERE number = 3", []).unwrap();

        migrate(&mut connection).unwrap();
        let packed = columns.replace(" text,", " packed_text,");
        let mut statement = connection
            .prepare(&format!("SELECT text_of(packed_text), detail, checksum = checksum_of({packed}) FROM revision"))
            .unwrap();
        let rows: Vec<(String, Vec<u8>, bool)> = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let unpacked = |packed: &[u8]| codec::decode_after(b"The words.", packed).ok();
        assert_eq!(rows.iter().map(|row| row.0.as_str()).collect::<Vec<_>>(), ["The words."; 3]);
        assert_eq!(rows.iter().map(|row| row.2).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(unpacked(&rows[0].1).as_deref(), Some(&b"{\"words\": \"The words, and more.\"}"[..]));
        assert_eq!(rows[2].1, [0]);
    }
}
