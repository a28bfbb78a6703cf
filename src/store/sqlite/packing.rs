//! How the bytes of a body are stored: by themselves, or behind those of a page like it. Nine tenths of a WeChat page are the scripts
//! that stand in every other one.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension, Row, params};
use url::Url;

use super::codec::{self, AFTER};
use super::failure::SqliteFailure;

/// Shorter bodies, in bytes, are packed by themselves.
const LEAST_LENGTH: usize = 16 << 10;
/// References kept for a host: pages of several kinds, and of several years.
const MAX_REFERENCES: usize = 24;
/// The most alike of them that are tried.
const TRIED: usize = 2;
/// Marks of a sketch that two pages must share before one is tried for the other.
const LEAST_SHARED: usize = 4;
/// How many times smaller a page must be behind a reference than by itself, or it becomes a reference.
const GAIN: usize = 3;
/// A page that comes to so small a part of itself is not packed by itself to compare.
const PLAIN_GAIN: usize = 40;
/// Bodies behind one reference, after which another page takes its place: so many a damaged disk can take with it.
const MAX_USES: i64 = 1000;
/// Bytes of references that are kept unpacked.
const MAX_UNPACKED: usize = 32 << 20;
/// Marks of a sketch.
const MARKS: usize = 64;
/// Shorter pieces, in bytes, are no marks: any page has them.
const LEAST_PIECE: usize = 24;

/// Stores a body that is not there yet. `url` is where it came from.
pub(super) fn put(connection: &Connection, url: &str, hash: &str, body: &[u8]) -> Result<(), SqliteFailure> {
    if body.len() < LEAST_LENGTH {
        return put_plain(connection, hash, body).map(drop);
    }
    let host = host_of(url);
    let sketch = Sketch::of(body);
    match best(connection, &host, &sketch, body)? {
        Some((reference, packed)) if is_worth_it(&packed, body) => {
            insert(connection, hash, body.len(), (AFTER, &packed), Some(&reference))?;
            count_use(connection, &host, &reference)
        }
        _ => {
            // What does not shrink has nothing to share either.
            if put_plain(connection, hash, body)? { remember(connection, &host, hash, &sketch) } else { Ok(()) }
        }
    }
}

/// Reads a body whose row has what [`COLUMNS`] name from this place on.
pub(super) fn read(row: &Row<'_>, first: usize) -> Result<Vec<u8>, SqliteFailure> {
    let codec: i64 = row.get(first)?;
    let stored = bytes(row, first + 1)?;
    if codec != AFTER {
        return codec::decode(codec, stored);
    }
    let reference = row.get_ref(first + 4)?.as_str().unwrap_or_default();
    if let Some(content) = unpacked(reference) {
        return codec::decode_after(&content, stored);
    }
    let base_codec: Option<i64> = row.get(first + 2)?;
    let base_codec = base_codec.ok_or_else(|| SqliteFailure::Corrupt("a body without its reference".to_owned()))?;
    let content = Rc::new(codec::decode(base_codec, bytes(row, first + 3)?)?);
    keep_unpacked(reference, &content);
    codec::decode_after(&content, stored)
}

/// What [`read`] asks of `body` and `base`.
pub(super) const COLUMNS: &str = "body.codec, body.bytes, base.codec, base.bytes, body.reference";

thread_local! {
    /// The references that were unpacked last, by their hashes, the last one at the end: who reads one page of a host reads more of them.
    static UNPACKED: RefCell<VecDeque<(String, Rc<Vec<u8>>)>> = const { RefCell::new(VecDeque::new()) };
}

/// Has what is on the disk read anew.
pub(super) fn drop_unpacked() {
    UNPACKED.with_borrow_mut(VecDeque::clear);
}

fn unpacked(hash: &str) -> Option<Rc<Vec<u8>>> {
    UNPACKED.with_borrow(|kept| kept.iter().rev().find(|(one, _)| one == hash).map(|(_, content)| Rc::clone(content)))
}

fn keep_unpacked(hash: &str, content: &Rc<Vec<u8>>) {
    UNPACKED.with_borrow_mut(|kept| {
        kept.push_back((hash.to_owned(), Rc::clone(content)));
        while kept.iter().map(|(_, content)| content.len()).sum::<usize>() > MAX_UNPACKED {
            kept.pop_front();
        }
    });
}

/// Packs by themselves what is packed behind a body, which nobody needs then.
pub(super) fn release(connection: &Connection, hash: &str) -> Result<(), SqliteFailure> {
    connection.prepare_cached("DELETE FROM packing_reference WHERE hash = ?1")?.execute([hash])?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS}, body.hash FROM body JOIN body AS base ON base.hash = body.reference WHERE body.reference = ?1
         ORDER BY body.hash LIMIT 1"
    ))?;
    // One at a time: the rows change while they are read.
    while let Some((body, content)) = statement
        .query_row([hash], |row| Ok(read(row, 0).map(|content| (row.get::<_, String>(5), content))))
        .optional()?
        .transpose()?
    {
        let (codec, packed) = codec::encode(&content);
        connection
            .prepare_cached("UPDATE body SET codec = ?2, bytes = ?3, reference = NULL WHERE hash = ?1")?
            .execute(params![body?, codec, packed])?;
    }
    Ok(())
}

/// The bodies that are packed by themselves and may be packed behind another, in the order in which they came.
pub(super) fn packed_alone(connection: &Connection) -> Result<Vec<String>, SqliteFailure> {
    let mut statement = connection.prepare(
        "SELECT hash FROM body JOIN capture ON body_hash = hash WHERE reference IS NULL AND length >= ?1
         GROUP BY hash ORDER BY min(number)",
    )?;
    let hashes = statement.query_map([LEAST_LENGTH as i64], |row| row.get(0))?;
    Ok(hashes.collect::<Result<_, _>>()?)
}

/// Packs a body that is there as if it came now. One that others need stays as it is, as does one that a disk has damaged.
pub(super) fn pack_again(connection: &Connection, hash: &str) -> Result<(), SqliteFailure> {
    let is_needed = connection
        .prepare_cached(
            "SELECT EXISTS(SELECT 1 FROM body WHERE reference = ?1) OR EXISTS(SELECT 1 FROM packing_reference WHERE hash = ?1)",
        )?
        .query_row([hash], |row| row.get::<_, bool>(0))?;
    let Some(body) = content_of(connection, hash)?.filter(|_| !is_needed) else { return Ok(()) };
    let url: String = connection
        .prepare_cached("SELECT url FROM capture WHERE body_hash = ?1 ORDER BY number LIMIT 1")?
        .query_row([hash], |row| row.get(0))?;
    let (host, sketch) = (host_of(&url), Sketch::of(&body));
    match best(connection, &host, &sketch, &body)? {
        Some((reference, packed)) if is_worth_it(&packed, &body) => {
            connection
                .prepare_cached("UPDATE body SET codec = ?2, bytes = ?3, reference = ?4 WHERE hash = ?1")?
                .execute(params![hash, AFTER, packed, reference])?;
            count_use(connection, &host, &reference)
        }
        _ => remember(connection, &host, hash, &sketch),
    }
}

/// The reference behind which a body becomes smallest, and what it becomes; `None` when the host has none like it.
fn best(
    connection: &Connection,
    host: &str,
    sketch: &Sketch,
    body: &[u8],
) -> Result<Option<(String, Vec<u8>)>, SqliteFailure> {
    let mut statement = connection
        .prepare_cached("SELECT hash, sketch FROM packing_reference WHERE host = ?1 ORDER BY number DESC, hash")?;
    let mut alike: Vec<(usize, String)> = Vec::new();
    let mut rows = statement.query([host])?;
    while let Some(row) = rows.next()? {
        let shared = sketch.shared(bytes(row, 1)?);
        if shared >= LEAST_SHARED {
            alike.push((shared, row.get(0)?));
        }
    }
    // Of those that are as much alike the one that was used last.
    alike.sort_by_key(|(shared, _)| std::cmp::Reverse(*shared));
    let mut best: Option<(String, Vec<u8>)> = None;
    for (_, hash) in alike.into_iter().take(TRIED) {
        let Some(content) = content_of(connection, &hash)? else { continue };
        let packed = codec::encode_after(&content, body)?;
        // A page that cannot be had again is worth a second look.
        if codec::decode_after(&content, &packed).is_ok_and(|again| again == body)
            && best.as_ref().is_none_or(|(_, smallest)| packed.len() < smallest.len())
        {
            let is_small = packed.len() * PLAIN_GAIN < body.len();
            best = Some((hash, packed));
            if is_small {
                break;
            }
        }
    }
    Ok(best)
}

/// The host of an address. Files that lie on a disk are of one host, which has no name.
fn host_of(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

/// Whether a body that is packed behind another is enough smaller than by itself.
fn is_worth_it(packed: &[u8], body: &[u8]) -> bool {
    packed.len() * PLAIN_GAIN < body.len() || packed.len() * GAIN <= codec::encode(body).1.len()
}

/// The content of a reference. `None` when a disk has damaged it: then nothing more is packed behind it.
fn content_of(connection: &Connection, hash: &str) -> Result<Option<Vec<u8>>, SqliteFailure> {
    let mut statement = connection.prepare_cached("SELECT codec, bytes FROM body WHERE hash = ?1")?;
    let content = statement.query_row([hash], |row| Ok(read_plain(row))).optional()?;
    Ok(content.and_then(Result::ok).filter(|content| blake3::hash(content).to_hex().as_str() == hash))
}

fn read_plain(row: &Row<'_>) -> Result<Vec<u8>, SqliteFailure> {
    codec::decode(row.get(0)?, bytes(row, 1)?)
}

/// Stores a body by itself. True when that made it smaller.
fn put_plain(connection: &Connection, hash: &str, body: &[u8]) -> Result<bool, SqliteFailure> {
    let (codec, packed) = codec::encode(body);
    insert(connection, hash, body.len(), (codec, &packed), None)?;
    Ok(packed.len() < body.len())
}

fn insert(
    connection: &Connection,
    hash: &str,
    length: usize,
    (codec, packed): (i64, &[u8]),
    reference: Option<&str>,
) -> Result<(), SqliteFailure> {
    connection
        .prepare_cached("INSERT INTO body (hash, length, codec, bytes, reference) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![hash, length as i64, codec, packed, reference])?;
    Ok(())
}

/// Notes that a body was packed behind a reference; one that was used often enough is none any more.
fn count_use(connection: &Connection, host: &str, hash: &str) -> Result<(), SqliteFailure> {
    connection
        .prepare_cached(
            "UPDATE packing_reference SET uses = uses + 1,
                 number = (SELECT max(number) + 1 FROM packing_reference WHERE host = ?1)
             WHERE host = ?1 AND hash = ?2",
        )?
        .execute([host, hash])?;
    connection
        .prepare_cached("DELETE FROM packing_reference WHERE host = ?1 AND hash = ?2 AND uses >= ?3")?
        .execute(params![host, hash, MAX_USES])?;
    Ok(())
}

/// Makes a body a reference of its host, in the place of the one that was used the longest ago.
fn remember(connection: &Connection, host: &str, hash: &str, sketch: &Sketch) -> Result<(), SqliteFailure> {
    connection
        .prepare_cached(
            "INSERT INTO packing_reference (host, hash, sketch, uses, number)
             VALUES (?1, ?2, ?3, 0, (SELECT coalesce(max(number), 0) + 1 FROM packing_reference WHERE host = ?1))
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![host, hash, sketch.to_bytes()])?;
    connection
        .prepare_cached(
            "DELETE FROM packing_reference WHERE host = ?1 AND hash IN
                 (SELECT hash FROM packing_reference WHERE host = ?1 ORDER BY number DESC LIMIT -1 OFFSET ?2)",
        )?
        .execute(params![host, MAX_REFERENCES as i64])?;
    Ok(())
}

fn bytes<'row>(row: &'row Row<'_>, column: usize) -> Result<&'row [u8], SqliteFailure> {
    row.get_ref(column)?.as_blob().map_err(|error| SqliteFailure::Corrupt(format!("bytes of a body ({error})")))
}

/// The smallest hashes of the pieces of a page: two pages share as many of them as they share pieces (Broder 1997). Equal on every
/// machine.
#[derive(Debug, PartialEq, Eq)]
struct Sketch(BTreeSet<u64>);

impl Sketch {
    fn of(body: &[u8]) -> Self {
        let mut marks = BTreeSet::new();
        let mut largest = u64::MAX;
        let mut piece = Piece::new();
        for byte in body {
            if !matches!(byte, b'\n' | b';' | b'}' | b'>') {
                piece.take(*byte);
                continue;
            }
            let (hash, length) = std::mem::replace(&mut piece, Piece::new()).end();
            if length >= LEAST_PIECE && hash < largest && marks.insert(hash) && marks.len() > MARKS {
                marks.pop_last();
                largest = marks.last().copied().unwrap_or(u64::MAX);
            }
        }
        Self(marks)
    }

    /// How many marks of another sketch, as it is stored, are in this one.
    fn shared(&self, other: &[u8]) -> usize {
        other.as_chunks::<8>().0.iter().filter(|mark| self.0.contains(&u64::from_le_bytes(**mark))).count()
    }

    fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|mark| mark.to_le_bytes()).collect()
    }
}

/// A piece of a page on its way: its FNV-1a hash (<https://www.isthe.com/chongo/tech/comp/fnv/>) and its length.
struct Piece(u64, usize);

impl Piece {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325, 0)
    }

    fn take(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        self.1 += 1;
    }

    /// Its hash, mixed so that the smallest are any (the end of SplitMix64), and its length.
    fn end(self) -> (u64, usize) {
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31), self.1)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn page(template: &str, words: &str) -> Vec<u8> {
        let mut scripts = String::new();
        for n in 0..2000 {
            let _ = writeln!(scripts, "function {template}_{n}_of_the_page(a) {{ return a * {}; }}", n * 7919 % 9973);
        }
        format!("<html>{scripts}<p>{words}</p></html>").into_bytes()
    }

    #[test]
    fn pages_of_one_template_share_their_marks() {
        let (one, other, stranger) =
            (Sketch::of(&page("a", "one")), Sketch::of(&page("a", "other")), Sketch::of(&page("b", "one")));
        assert!(one.shared(&other.to_bytes()) > 60);
        assert!(one.shared(&stranger.to_bytes()) < 4);
        assert_eq!(one.to_bytes().len(), MARKS * 8);
        assert_eq!(Sketch::of(b"").shared(&one.to_bytes()), 0);
    }
}
