use std::cell::RefCell;
use std::io::{Read, Write};

use zstd::bulk::Compressor;
use zstd::zstd_safe::{DCtx, get_error_name, get_frame_content_size};

use super::failure::SqliteFailure;

/// Stored as it is.
const PLAIN: i64 = 0;
/// Stored as one zstd frame.
pub(super) const ZSTD: i64 = 1;
/// Stored as one zstd frame that goes on behind another content (`zstd --patch-from`).
pub(super) const AFTER: i64 = 2;
/// zstd's own default: pages shrink to an eighth, 15 ms for one of 3 MB.
const LEVEL: i32 = 3;
/// The smallest window of zstd, and the largest that it reads without being asked: 128 MiB.
const MIN_WINDOW_LOG: u32 = 10;
const MAX_WINDOW_LOG: u32 = 27;
/// Most room taken beforehand, in bytes: a damaged frame may say anything.
const MAX_RESERVED: usize = 16 << 20;
/// Largest content read back, in bytes: SQLite's own limit of a value. A broken row cannot ask for more memory.
const MAX_CONTENT: u64 = 1_000_000_000;

/// Compresses content; the codec's number and the bytes to store. Never larger than the content itself.
pub(super) fn encode(content: &[u8]) -> (i64, Vec<u8>) {
    match compress(content) {
        Ok(packed) if packed.len() < content.len() => (ZSTD, packed),
        _ => (PLAIN, content.to_vec()),
    }
}

/// Content as one zstd frame, be it larger or smaller.
pub(super) fn compress(content: &[u8]) -> Result<Vec<u8>, SqliteFailure> {
    thread_local! {
        /// Its tables cost more to set up than most contents to pack, so they are kept.
        static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    }
    let pack = |kept: &RefCell<Option<Compressor<'static>>>| {
        let mut kept = kept.borrow_mut();
        let compressor = match &mut *kept {
            Some(compressor) => compressor,
            none => none.insert(Compressor::new(LEVEL)?),
        };
        compressor.compress(content)
    };
    COMPRESSOR.with(pack).map_err(|error| SqliteFailure::Corrupt(format!("bytes to pack ({error})")))
}

/// Content as one zstd frame behind another content, which it may repeat over any distance.
pub(super) fn encode_after(before: &[u8], content: &[u8]) -> Result<Vec<u8>, SqliteFailure> {
    let pack = || {
        let mut encoder = zstd::stream::write::Encoder::with_ref_prefix(Vec::new(), LEVEL, before)?;
        encoder.window_log(window_log(before.len() + content.len()))?;
        encoder.long_distance_matching(true)?;
        encoder.include_checksum(true)?;
        encoder.set_pledged_src_size(Some(content.len() as u64))?;
        encoder.write_all(content)?;
        encoder.finish()
    };
    pack().map_err(|error: std::io::Error| SqliteFailure::Corrupt(format!("bytes to pack ({error})")))
}

/// The content of bytes that [`encode_after`] made behind the same content.
pub(super) fn decode_after(before: &[u8], stored: &[u8]) -> Result<Vec<u8>, SqliteFailure> {
    // What a prefix has of a dictionary's magic number would make it one. No text begins so, and a page is read again when it is
    // packed.
    if let Some(length) = length(stored) {
        return decode_whole(before, stored, length);
    }
    // Earlier versions did not write the length down.
    let unpack = || {
        let mut content = Vec::new();
        let mut decoder = zstd::stream::read::Decoder::with_ref_prefix(stored, before)?;
        decoder.window_log_max(MAX_WINDOW_LOG)?;
        decoder.take(MAX_CONTENT).read_to_end(&mut content)?;
        Ok(content)
    };
    unpack().map_err(|error: std::io::Error| SqliteFailure::Corrupt(format!("packed bytes ({error})")))
}

/// How long the content of a frame is, where it says so and is no fantasy.
fn length(stored: &[u8]) -> Option<usize> {
    let length = get_frame_content_size(stored).ok().flatten()?;
    usize::try_from(length).ok().filter(|length| *length <= MAX_RESERVED)
}

/// The binary logarithm of a window that holds so many bytes.
fn window_log(length: usize) -> u32 {
    length.next_power_of_two().trailing_zeros().clamp(MIN_WINDOW_LOG, MAX_WINDOW_LOG)
}

/// The content of stored bytes.
pub(super) fn decode(codec: i64, stored: &[u8]) -> Result<Vec<u8>, SqliteFailure> {
    if let Some(length) = length(stored).filter(|_| codec == ZSTD) {
        return decode_whole(b"", stored, length);
    }
    let mut content = Vec::new();
    decode_into(codec, stored, &mut content)?;
    Ok(content)
}

/// A frame that says how long its content is, behind another content or behind none.
fn decode_whole(before: &[u8], stored: &[u8], length: usize) -> Result<Vec<u8>, SqliteFailure> {
    thread_local! {
        /// To set one up costs more than most contents to unpack.
        static CONTEXT: RefCell<DCtx<'static>> = RefCell::new(DCtx::create());
    }
    let mut content = Vec::with_capacity(length);
    CONTEXT
        .with_borrow_mut(|context| context.decompress_using_dict(&mut content, stored, before))
        .map_err(|code| SqliteFailure::Corrupt(format!("packed bytes ({})", get_error_name(code))))?;
    Ok(content)
}

/// Writes the content of stored bytes piece by piece, for who needs no copy of it.
pub(super) fn decode_into(codec: i64, stored: &[u8], out: &mut dyn Write) -> Result<(), SqliteFailure> {
    let broken = |error: std::io::Error| SqliteFailure::Corrupt(format!("packed bytes ({error})"));
    match codec {
        PLAIN => out.write_all(stored).map_err(broken),
        ZSTD => {
            let mut unpacked = zstd::stream::read::Decoder::with_buffer(stored).map_err(broken)?.take(MAX_CONTENT);
            std::io::copy(&mut unpacked, out).map(|_| ()).map_err(broken)
        }
        other => Err(SqliteFailure::Corrupt(format!("bytes of the unknown codec {other}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding_gives_the_encoded_bytes() {
        for content in [b"".to_vec(), b"x".to_vec(), b"again and ".repeat(1000), (0..=255).collect()] {
            let (codec, stored) = encode(&content);
            assert!(stored.len() <= content.len());
            assert_eq!(decode(codec, &stored).ok(), Some(content));
        }
    }

    #[test]
    fn what_is_packed_behind_another_content_comes_back() {
        let before: Vec<u8> =
            (0..200_000_u32).flat_map(|n| (n.wrapping_mul(2_654_435_761) >> 7).to_le_bytes()).collect();
        let content = [&before[..300_000], b"something new", &before[400_000..]].concat();
        for (before, content) in [(&before[..], &content[..]), (b"", b"x"), (b"x", b"")] {
            let packed = encode_after(before, content).unwrap();
            assert_eq!(decode_after(before, &packed).ok().as_deref(), Some(content));
            assert!(packed.len() < 1000, "{}", packed.len());
        }
        let packed = encode_after(&before, &content).unwrap();
        assert_ne!(decode_after(b"another", &packed).ok(), Some(content));
    }

    #[test]
    fn broken_bytes_are_an_error() {
        assert!(decode(ZSTD, b"no frame").is_err());
        assert!(decode(7, b"").is_err());
    }
}
