use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::bufread::GzDecoder;

/// First bytes of a member of gzip that is deflated (RFC 1952).
const GZIP: &[u8] = b"\x1f\x8b\x08";
/// How a record begins.
const RECORD: &[u8] = b"WARC/";
/// Bytes that are read at once.
const BUFFER: usize = 1 << 20;
/// Bytes that are read at once while the beginning of a record is looked for.
const SEARCH_BUFFER: usize = 64 << 10;
/// Bytes that are read of what looks like a member of gzip, to see whether it holds a record.
const TRIAL_BUFFER: usize = 1 << 10;
/// Places that look like a member and are none: behind so many no other is tried.
const MAX_TRIALS: usize = 10_000;

/// Bytes in which records stand: a file, or a member of a ZIP that is stored as it is. Places in it count from its beginning.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    path: PathBuf,
    start: u64,
    length: u64,
    packing: Packing,
}

/// How records are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    None,
    /// Each in a member of its own, mostly.
    Gzip,
    /// Some way in which no beginning can be told.
    Other,
}

impl Piece {
    /// The bytes of a file from `start` on, so many of them.
    pub(super) fn new(path: &Path, start: u64, length: u64) -> io::Result<Self> {
        let mut piece = Self { path: path.to_owned(), start, length, packing: Packing::Other };
        let mut head = Vec::new();
        piece.reader(0)?.take(GZIP.len() as u64).read_to_end(&mut head)?;
        if head == GZIP {
            piece.packing = Packing::Gzip;
        } else if RECORD.starts_with(&head) {
            piece.packing = Packing::None;
        }
        Ok(piece)
    }

    /// All of a file.
    pub(super) fn whole(path: &Path) -> io::Result<Self> {
        Self::new(path, 0, path.metadata()?.len())
    }

    /// Whether its records stand in it as they are.
    pub(super) fn is_plain(&self) -> bool {
        self.packing == Packing::None
    }

    /// Reads it from a place on, which is 0 to the reader.
    pub(super) fn reader(&self, at: u64) -> io::Result<BufReader<Window>> {
        self.reader_of(at, BUFFER)
    }

    fn reader_of(&self, at: u64, buffer: usize) -> io::Result<BufReader<Window>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.start.saturating_add(at)))?;
        let start = self.start.saturating_add(at);
        Ok(BufReader::with_capacity(buffer, Window { file, start, length: self.length.saturating_sub(at), at: 0 }))
    }

    /// The first place at or behind another where a record begins, or its member of gzip.
    pub(super) fn next_start(&self, from: u64) -> io::Result<Option<u64>> {
        let mark = match self.packing {
            Packing::None => RECORD,
            Packing::Gzip => GZIP,
            Packing::Other => return Ok(None),
        };
        // What stands before says whether a line begins.
        let mut at = from.saturating_sub(1);
        let mut reader = self.reader_of(at, SEARCH_BUFFER)?;
        let mut seen: Vec<u8> = Vec::new();
        let mut trials = 0;
        loop {
            let more = reader.fill_buf()?;
            let count = more.len();
            seen.extend_from_slice(more);
            reader.consume(count);
            for place in memchr::memmem::find_iter(&seen, mark) {
                let start = at + place as u64;
                let begins_line =
                    start == 0 || place.checked_sub(1).and_then(|before| seen.get(before)) == Some(&b'\n');
                if start < from || self.packing == Packing::None && !begins_line {
                    continue;
                }
                if self.holds_record(start) {
                    return Ok(Some(start));
                }
                trials += 1;
                if trials > MAX_TRIALS {
                    return Ok(None);
                }
            }
            if count == 0 {
                return Ok(None);
            }
            let kept = seen.len().min(mark.len());
            at += (seen.len() - kept) as u64;
            seen.drain(..seen.len() - kept);
        }
    }

    /// Whether a record begins at a place, once it is unpacked.
    fn holds_record(&self, at: u64) -> bool {
        if self.packing != Packing::Gzip {
            return true;
        }
        let Ok(reader) = self.reader_of(at, TRIAL_BUFFER) else { return false };
        let mut head = Vec::new();
        let read = GzDecoder::new(reader).take(RECORD.len() as u64).read_to_end(&mut head);
        read.is_ok() && head == RECORD
    }
}

/// A part of a file, as a file.
pub(super) struct Window {
    file: File,
    start: u64,
    length: u64,
    /// Where it is read, from its own beginning.
    at: u64,
}

impl Read for Window {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let room = buffer.len().min(left);
        let read = self.file.read(buffer.get_mut(..room).unwrap_or_default())?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Window {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        let at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        self.file.seek(SeekFrom::Start(self.start.saturating_add(at)))?;
        self.at = at;
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(bytes).and_then(|()| writer.finish()).expect("packed")
    }

    #[test]
    fn beginnings_of_records_are_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let member = gzip(b"WARC/1.1\r\n");
        let packed = [member.as_slice(), b"junk \x1f\x8b\x08 junk", &gzip(b"other"), &member].concat();
        let second = packed.len() - member.len();
        let far = [b"WARC/1.0\r\n".to_vec(), vec![b'x'; 3 * SEARCH_BUFFER - 7], b"\nWARC/1.0\r\n".to_vec()].concat();
        let plain = b"WARC/1.0\r\nsays WARC/1.0\r\nWARC/1.1\r\n".to_vec();
        for (case, bytes, from, want) in [
            ("plain", &plain, 0, Some(0)),
            ("plain, not within a line", &plain, 1, Some(25)),
            ("plain, none left", &plain, 26, None),
            ("plain, across buffers", &far, 1, Some(far.len() - 10)),
            ("packed", &packed, 0, Some(0)),
            ("packed, past what is none", &packed, 1, Some(second)),
            ("packed, none left", &packed, second + 1, None),
        ] {
            std::fs::write(&path, bytes).expect("written");
            let found = Piece::whole(&path).and_then(|piece| piece.next_start(from as u64)).expect("read");
            assert_eq!(found, want.map(|at| at as u64), "{case}");
        }
    }

    #[test]
    fn a_member_of_a_file_ends_where_it_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        std::fs::write(&path, b"beforeWARC/1.0after").expect("written");
        let piece = Piece::new(&path, 6, 8).expect("opened");
        let mut text = String::new();
        piece.reader(5).expect("opened").read_to_string(&mut text).expect("read");
        assert_eq!((text.as_str(), piece.next_start(0).expect("read"), piece.is_plain()), ("1.0", Some(0), true));
    }
}
