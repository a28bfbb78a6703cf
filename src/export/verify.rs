use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Component, Path};

use fastwarc::warc::iter::ArchiveIteratorThreadSafe;
use fastwarc::warc::record::{SharedWarcRecord, WarcRecord, WarcRecordType};
use flate2::read::GzDecoder;
use parquet::file::reader::{FileReader, SerializedFileReader};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::card::CARD;
use super::dolma::{DOCUMENTS, Document};
use super::error::ExportError;
use super::format::Format;
use super::manifest::{MANIFEST, Manifest};
use super::parquet::schema;
use super::record::Record;
use super::series::{CHANGES, Series, step_folder, steps};
use super::sink::{WrittenFile, hexadecimal};
use super::warc::ARTICLE_FIELD;

/// Most problems that are told.
const MAX_PROBLEMS: usize = 100;
/// Bytes read at a time.
const PIECE: usize = 1 << 16;
/// Longest line of a record, in bytes.
const MAX_LINE: u64 = 256 << 20;

/// What an export in a folder is, compared with its manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Files that are as the manifest says.
    pub files: usize,
    /// Records in them.
    pub records: u64,
    /// What is not, as sentences, at most a hundred.
    pub problems: Vec<String>,
}

/// Compares an export with its manifest: that each file is there, has the size, the hash, the number of records and the columns
/// that it should have, and that nothing else is there. An error when the folder has no manifest of ours.
///
/// Of a folder that holds series of exports all steps are compared, and whether they follow each other.
pub fn verify(folder: &Path) -> Result<Verified, ExportError> {
    let path = folder.join(MANIFEST);
    let all = if path.exists() { BTreeMap::new() } else { steps(folder)? };
    if all.is_empty() { verify_one(folder) } else { verify_series(folder, all) }
}

fn verify_series(folder: &Path, all: BTreeMap<String, BTreeSet<u32>>) -> Result<Verified, ExportError> {
    let mut verified = Verified::default();
    for (name, numbers) in all {
        for number in numbers {
            let step = step_folder(folder, &name, number);
            let found = verify_one(&step)?;
            verified.files += found.files;
            verified.records += found.records;
            let step = step.file_name().unwrap_or_default().to_string_lossy().into_owned();
            found.problems.into_iter().for_each(|problem| verified.tell(format!("{step}/{problem}")));
        }
        let broken = name.parse().map(|name| Series::read(folder, &name).err());
        match broken {
            Ok(Some(ExportError::Chain { path, why })) => verified.tell(format!("{}: {why}", path.display())),
            Ok(Some(error)) => verified.tell(error.to_string()),
            Ok(None) | Err(_) => {}
        }
    }
    Ok(verified)
}

fn verify_one(folder: &Path) -> Result<Verified, ExportError> {
    let path = folder.join(MANIFEST);
    let text = std::fs::read_to_string(&path).map_err(ExportError::reading(&path))?;
    let manifest = Manifest::parse(&text).ok_or_else(|| ExportError::NoManifest { path: path.clone() })?;
    let mut verified = Verified::default();
    for file in &manifest.files {
        match compare(folder, file, Format::from_word(&manifest.format)) {
            Ok(()) => {
                verified.files += 1;
                verified.records += file.records;
            }
            Err(why) => verified.tell(format!("{}: {why}", file.path)),
        }
    }
    let records: u64 = manifest.files.iter().map(|file| file.records).sum();
    if records != manifest.records {
        verified.tell(format!("the files hold {records} records, and the manifest says {}", manifest.records));
    }
    let listed: BTreeSet<&str> = manifest.files.iter().map(|file| file.path.as_str()).chain([MANIFEST]).collect();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|error| ExportError::reading(folder)(error.into()))?;
        let path = entry.path().strip_prefix(folder).unwrap_or(entry.path()).to_string_lossy().replace('\\', "/");
        if !entry.file_type().is_dir() && !listed.contains(path.as_str()) {
            verified.tell(format!("{path}: the manifest does not list it"));
        }
    }
    Ok(verified)
}

impl Verified {
    fn tell(&mut self, problem: String) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        }
    }
}

/// Nothing when a file is as it is listed, else why not.
fn compare(folder: &Path, listed: &WrittenFile, format: Option<Format>) -> Result<(), String> {
    let relative = Path::new(&listed.path);
    if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err("its path leads out of the folder".to_owned());
    }
    let path = folder.join(relative);
    let say = |error: std::io::Error| error.to_string();
    let (bytes, sha256) = hashed(File::open(&path).map_err(say)?).map_err(say)?;
    if bytes != listed.bytes {
        return Err(format!("it has {bytes} bytes, and the manifest says {}", listed.bytes));
    }
    if sha256 != listed.sha256 {
        return Err("its content is not the one that the manifest knows".to_owned());
    }
    let file = File::open(&path).map_err(say)?;
    let records = match format {
        _ if listed.path == CARD || listed.path == CHANGES => 0,
        Some(Format::Jsonl) => lines::<Record>(BufReader::new(file))?,
        Some(Format::JsonlZst) => lines::<Record>(BufReader::new(zstd::Decoder::new(file).map_err(say)?))?,
        // The attributes of a document are no record of their own.
        Some(Format::Dolma) if !relative.starts_with(DOCUMENTS) => return Ok(()),
        Some(Format::Dolma) => lines::<Document>(BufReader::new(GzDecoder::new(file)))?,
        Some(Format::Parquet) => rows(file)?,
        Some(Format::Warc) => articles(BufReader::new(file))?,
        Some(Format::Markdown | Format::Text) | None => return Ok(()),
    };
    if records == listed.records {
        Ok(())
    } else {
        Err(format!("it has {records} records, and the manifest says {}", listed.records))
    }
}

/// Size and SHA-256 of a file.
fn hashed(mut file: File) -> std::io::Result<(u64, String)> {
    let (mut hasher, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; PIECE]);
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok((bytes, hexadecimal(&hasher.finalize())));
        }
        hasher.update(piece.get(..read).unwrap_or_default());
        bytes += read as u64;
    }
}

/// How many records lie in lines; each must be one.
fn lines<T: DeserializeOwned>(mut input: impl BufRead) -> Result<u64, String> {
    let (mut count, mut line) = (0, Vec::new());
    loop {
        line.clear();
        let read = input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line).map_err(|error| error.to_string())?;
        if read == 0 {
            return Ok(count);
        }
        count += 1;
        serde_json::from_slice::<T>(&line).map_err(|error| format!("line {count} is no record: {error}"))?;
    }
}

/// How many rows a Parquet file has; its columns must be ours.
fn rows(file: File) -> Result<u64, String> {
    let reader = SerializedFileReader::new(file).map_err(|error| error.to_string())?;
    let about = reader.metadata().file_metadata();
    let schema = schema().map_err(|error| error.to_string())?;
    if *about.schema() != *schema {
        return Err("its columns are not those of this version".to_owned());
    }
    Ok(u64::try_from(about.num_rows()).unwrap_or_default())
}

/// How many articles a WARC file names; each of its records must have the bytes that its digest says.
fn articles(input: BufReader<File>) -> Result<u64, String> {
    let names_article = |record: &mut WarcRecord| {
        let is_metadata = record.record_type() == WarcRecordType::Metadata;
        let start = record.reader_mut().and_then(|reader| reader.fill_buf().ok()).unwrap_or_default();
        is_metadata && start.starts_with(ARTICLE_FIELD.as_bytes())
    };
    let (mut count, mut number) = (0, 0);
    for record in ArchiveIteratorThreadSafe::new(input).with_parse_http(false) {
        number += 1;
        let record = record.map_err(|error| format!("record {number} cannot be read: {error}"))?;
        let (is_article, is_whole) =
            record.with_mut(|record| (names_article(record), record.verify_block_digest(true).unwrap_or(false)));
        if !is_whole {
            return Err(format!("record {number} has not the content of its digest"));
        }
        count += u64::from(is_article);
    }
    Ok(count)
}
