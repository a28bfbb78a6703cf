use std::io::{self, BufRead};

/// How another record begins behind the end of one.
const NEXT: &[u8] = b"\n\r\nWARC/1.";
/// The same in files of bare line feeds.
const NEXT_BARE: &[u8] = b"\n\nWARC/1.";

/// Bytes for which there is room before they come.
const MAX_ROOM: usize = 64 << 20;

/// The rest of a block, as far as it was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// What it holds; nothing when it was passed over.
    pub bytes: Vec<u8>,
    /// How it ends.
    pub end: End,
}

/// How a block ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum End {
    /// Where its head says.
    #[default]
    Stated,
    /// Before that: the file ends there.
    Cut,
    /// Before that: another record begins so many bytes behind its beginning. The head states a wrong length.
    Next(u64),
}

/// What is to be done with a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// To be kept.
    Keep,
    /// To be passed over.
    PassOver,
    /// To be passed over though there may be records in it: a file of records that somebody fetched.
    PassOverRecords,
}

/// Reads so many bytes, but no other record.
pub(super) fn read(reader: &mut dyn BufRead, stated: u64, wish: Wish) -> io::Result<Block> {
    // All of its room at once: a body that grows leaves holes of its size in memory.
    let room = if wish == Wish::Keep { usize::try_from(stated).unwrap_or_default().min(MAX_ROOM) } else { 0 };
    let mut bytes = Vec::with_capacity(room);
    // How many bytes were let go of, and how many that are left were searched.
    let (mut gone, mut searched) = (0_u64, 0_usize);
    loop {
        let read = gone + bytes.len() as u64;
        let chunk = reader.fill_buf()?;
        let room = usize::try_from(stated.saturating_sub(read)).unwrap_or(usize::MAX);
        let taken = chunk.get(..chunk.len().min(room)).unwrap_or_default();
        if taken.is_empty() {
            let end = if read < stated { End::Cut } else { End::Stated };
            return Ok(Block { bytes: if wish == Wish::Keep { bytes } else { Vec::new() }, end });
        }
        bytes.extend_from_slice(taken);
        let count = taken.len();
        reader.consume(count);
        if wish != Wish::PassOverRecords
            && let Some(at) = next_record(bytes.get(searched..).unwrap_or_default())
        {
            let start = searched + at;
            let length = gone + start as u64;
            bytes.truncate(start);
            // The two line ends behind a block are none of its content.
            let content = bytes.trim_ascii_end().len();
            bytes.truncate(content.max(bytes.len().saturating_sub(NEXT.len())));
            return Ok(Block { bytes: if wish == Wish::Keep { bytes } else { Vec::new() }, end: End::Next(length) });
        }
        searched = bytes.len().saturating_sub(NEXT.len());
        if wish != Wish::Keep {
            bytes.drain(..searched);
            gone += searched as u64;
            searched = 0;
        }
    }
}

/// Where the line begins with which a record begins.
fn next_record(bytes: &[u8]) -> Option<usize> {
    let with = |mark: &[u8]| memchr::memmem::find(bytes, mark).map(|at| at + mark.len() - b"WARC/1.".len());
    with(NEXT).into_iter().chain(with(NEXT_BARE)).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_ends_where_it_says_or_where_it_must() {
        let next = "<p>a\r\n\r\nWARC/1.0\r\n";
        for (case, content, stated, wish, want) in [
            ("whole", "<p>a\r\n", 4, Wish::Keep, ("<p>a", End::Stated)),
            ("cut", "<p>", 4, Wish::Keep, ("<p>", End::Cut)),
            ("too long", next, 17, Wish::Keep, ("<p>a", End::Next(8))),
            ("too long, bare", "<p>a\n\nWARC/1.0\n", 14, Wish::Keep, ("<p>a", End::Next(6))),
            ("too long, passed over", next, 17, Wish::PassOver, ("", End::Next(8))),
            ("a file of records", next, 17, Wish::PassOverRecords, ("", End::Stated)),
            ("nothing", "", 0, Wish::Keep, ("", End::Stated)),
            ("says the words", "the line WARC/1.0 stays", 23, Wish::Keep, ("the line WARC/1.0 stays", End::Stated)),
        ] {
            for capacity in [1, 2, 5, 100] {
                let mut reader = io::BufReader::with_capacity(capacity, content.as_bytes());
                let block = read(&mut reader, stated, wish).expect("read");
                let told = (String::from_utf8_lossy(&block.bytes).into_owned(), block.end);
                assert_eq!(told, (want.0.to_owned(), want.1), "{case}, {capacity} at once");
            }
        }
    }
}
