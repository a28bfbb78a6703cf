//! What our statements call that SQLite does not have.

use boji_clean::model::canonical_url;
use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;

use super::codec;
use crate::search::write_tokens;

/// Makes them known to a connection:
///
/// - `characters_of` counts all characters, where `length` ends at a NUL;
/// - `canonical_of` is the canonical form of an address, NULL of what is none;
/// - `tokens_of` divides what a search sees of a text;
/// - `packed` and `packed_after` are a text as it is stored, by itself or behind another; `text_of` is what was packed by itself,
///   NULL of what a disk has damaged;
/// - `checksum_of` hashes any number of values with their types.
pub(super) fn provide(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("characters_of", 1, flags, |call| {
        Ok(call.get_raw(0).as_str().ok().map(|text| text.chars().count() as i64))
    })?;
    connection.create_scalar_function("canonical_of", 1, flags, |call| {
        Ok(call.get_raw(0).as_str().ok().and_then(canonical_url))
    })?;
    connection.create_scalar_function("tokens_of", 1, flags, |call| {
        let mut tokens = String::new();
        write_tokens(&String::from_utf8_lossy(bytes(call, 0)), &mut tokens);
        Ok(tokens)
    })?;
    connection.create_scalar_function("packed", 1, flags, |call| Ok(codec::compress(bytes(call, 0)).ok()))?;
    connection.create_scalar_function("packed_after", 2, flags, |call| {
        let content = call.get_raw(1).as_bytes().ok();
        Ok(content.and_then(|content| codec::encode_after(bytes(call, 0), content).ok()))
    })?;
    connection.create_scalar_function("text_of", 1, flags, |call| {
        let text = call.get_raw(0).as_blob().ok().and_then(|packed| codec::decode(codec::ZSTD, packed).ok());
        Ok(text.and_then(|text| String::from_utf8(text).ok()))
    })?;
    connection.create_scalar_function("checksum_of", -1, flags, |call| {
        let mut hasher = blake3::Hasher::new();
        for place in 0..call.len() {
            let (kind, length, bytes): (u8, u64, &[u8]) = match call.get_raw(place) {
                ValueRef::Null => (0, 0, &[]),
                // A whole number stands in the place of a length.
                ValueRef::Integer(number) => (1, number.cast_unsigned(), &[]),
                ValueRef::Real(number) => (2, number.to_bits(), &[]),
                ValueRef::Text(bytes) => (3, bytes.len() as u64, bytes),
                ValueRef::Blob(bytes) => (4, bytes.len() as u64, bytes),
            };
            hasher.update(&[kind]).update(&length.to_le_bytes()).update(bytes);
        }
        Ok(hasher.finalize().to_hex().to_string())
    })
}

/// The bytes of a text or blob; none of anything else.
fn bytes<'call>(call: &'call Context<'_>, place: usize) -> &'call [u8] {
    call.get_raw(place).as_bytes().unwrap_or_default()
}
