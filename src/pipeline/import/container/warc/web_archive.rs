//! WACZ 1.1.1 (specs.webrecorder.net): a ZIP with WARC files in `archive/`, stored as they are.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use zip::{CompressionMethod, ZipArchive};

use super::answers::Answers;
use super::piece::Piece;
use crate::discover::ending_of;
use crate::pipeline::import::container::packed::inner_name;

/// The folder of the WARC files.
const FOLDER: &str = "archive/";
/// Members that are looked at.
const MAX_MEMBERS: usize = 1_000_000;

/// Opens a file; its records are numbered through all of its WARC files, in the order of their names.
pub(in super::super) fn open(path: &Path, name: &str) -> io::Result<Answers> {
    let mut archive = ZipArchive::new(BufReader::new(File::open(path)?)).map_err(io::Error::from)?;
    let (mut found, mut packed) = (Vec::new(), Vec::new());
    for index in 0..archive.len().min(MAX_MEMBERS) {
        let member = archive.by_index_raw(index).map_err(io::Error::from)?;
        let inner = String::from_utf8_lossy(member.name_raw()).into_owned();
        if !inner.starts_with(FOLDER) || ending_of(inner_name(&inner)) != "warc" {
            continue;
        }
        match member.data_start().filter(|_| member.compression() == CompressionMethod::Stored) {
            Some(start) => found.push((inner, start, member.compressed_size())),
            None => packed.push(inner),
        }
    }
    found.sort();
    let mut pieces = Vec::with_capacity(found.len());
    for (_, start, length) in found {
        pieces.push(Piece::new(path, start, length)?);
    }
    let mut answers = Answers::of(name, pieces);
    for inner in packed {
        answers.tell(format!("{name}#{inner}"), "it is packed again, which no WACZ should do: unpack it first");
    }
    Ok(answers)
}
