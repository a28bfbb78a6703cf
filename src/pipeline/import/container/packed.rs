//! What is compressed whole: `.gz` and `.zst` round anything else.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

/// First bytes of gzip (RFC 1952).
const GZIP: &[u8] = b"\x1f\x8b";
/// First bytes of a frame of zstd (RFC 8878).
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";
/// A file may hold so many times its own bytes. Pages and their JSON lines shrink to a tenth, seldom to a fiftieth.
const MAX_RATIO: u64 = 256;
/// Bytes that any file may hold, however small it is.
const MIN_UNPACKED: u64 = 64 << 20;
/// Bytes of a file that are read at once: not many, for of most files only the first ones are looked at here.
const FILE_BUFFER: usize = 16 << 10;
/// Bytes that are unpacked at once.
const BUFFER: usize = 256 << 10;

/// The content of a file, unpacked where it is packed.
pub(super) struct Unpacked {
    /// Reads it, and fails where there is more of it than its file can honestly hold.
    pub content: Box<dyn BufRead + Send>,
    /// True when it was packed.
    pub is_packed: bool,
}

/// Opens a file.
pub(super) fn open(path: &Path) -> io::Result<Unpacked> {
    let file = File::open(path)?;
    let most = most_unpacked(file.metadata()?.len());
    let mut file = BufReader::with_capacity(FILE_BUFFER, file);
    let head = file.fill_buf()?;
    let content: Box<dyn Read + Send> = if head.starts_with(GZIP) {
        Box::new(MultiGzDecoder::new(file))
    } else if head.starts_with(ZSTD) {
        Box::new(zstd::Decoder::with_buffer(file)?)
    } else {
        return Ok(Unpacked { content: Box::new(file), is_packed: false });
    };
    let content = Box::new(BufReader::with_capacity(BUFFER, Bounded { content, left: most, most }));
    Ok(Unpacked { content, is_packed: true })
}

/// The bytes that a file of so many may hold.
pub(super) fn most_unpacked(packed: u64) -> u64 {
    packed.saturating_mul(MAX_RATIO).max(MIN_UNPACKED)
}

/// A name without the endings of what packs a file whole.
pub(in crate::pipeline::import) fn inner_name(name: &str) -> &str {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    if ["gz", "zst", "gzip", "zstd"].iter().any(|packed| ending.eq_ignore_ascii_case(packed)) { stem } else { name }
}

/// A reader that fails behind a number of bytes, instead of ending there.
struct Bounded<R> {
    content: R,
    left: u64,
    most: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            let message = format!("it unpacks to more than {} bytes", self.most);
            io::Error::new(io::ErrorKind::FileTooLarge, message)
        })?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn unpacked(bytes: &[u8]) -> (bool, io::Result<Vec<u8>>) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).expect("written");
        let Unpacked { mut content, is_packed } = open(&path).expect("opened");
        let mut text = Vec::new();
        let read = content.read_to_end(&mut text);
        (is_packed, read.map(|_| text))
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        writer.write_all(bytes).and_then(|()| writer.finish()).expect("packed")
    }

    #[test]
    fn what_is_packed_is_unpacked_by_its_bytes() {
        let members = [gzip(b"one "), gzip(b"two")].concat();
        let cases = [
            (b"plain".to_vec(), false, "plain"),
            (members, true, "one two"),
            (zstd::encode_all(&b"words"[..], 3).expect("packed"), true, "words"),
            (Vec::new(), false, ""),
        ];
        for (bytes, want_packed, want) in cases {
            let (is_packed, text) = unpacked(&bytes);
            assert_eq!((is_packed, text.expect("read")), (want_packed, want.as_bytes().to_vec()), "{want}");
        }
    }

    #[test]
    fn a_bomb_is_cut_off() {
        let bomb = gzip(&vec![0; 65 << 20]);
        let error = unpacked(&bomb).1.expect_err("too large").to_string();
        assert_eq!(error, format!("it unpacks to more than {MIN_UNPACKED} bytes"));
        assert!(unpacked(b"\x1f\x8b broken").1.is_err());
    }

    #[test]
    fn the_name_inside_lacks_the_ending_of_the_packing() {
        for (name, want) in [("a.html.gz", "a.html"), ("a.ZST", "a"), ("a.html", "a.html"), ("a", "a")] {
            assert_eq!(inner_name(name), want, "{name}");
        }
    }
}
