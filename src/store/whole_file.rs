//! Files that appear whole or not at all.

use std::ffi::OsString;
use std::io;
use std::path::Path;

/// Writes a file beside its place and puts it there when it is whole: who reads it meanwhile gets the one before.
///
/// # Errors
/// The file, or the one beside it, cannot be written. What stood there before stands there still.
pub(crate) fn write(file: &Path, content: &str) -> io::Result<()> {
    let mut name = file.file_name().map_or_else(OsString::new, OsString::from);
    // Two at once must not write into one another. Who collects files by their ending finds another one here.
    name.push(format!(".{}.partial", std::process::id()));
    let partial = file.with_file_name(name);
    let written = std::fs::write(&partial, content).and_then(|()| std::fs::rename(&partial, file));
    if written.is_err() {
        let _ = std::fs::remove_file(&partial);
    }
    written
}
