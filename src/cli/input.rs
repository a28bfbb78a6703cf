use std::fs::File;
use std::io;
use std::path::Path;

use anyhow::Context as _;

use super::mistake::Mistake;
use crate::config::read_at_most;

/// Largest file taken, in bytes.
pub(super) const MAX_FILE: u64 = 128 << 20;

/// The bytes of a file, or of stdin for `-`, bounded.
pub(super) fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let (name, bytes) = if file.as_os_str() == "-" {
        ("stdin".to_owned(), read_at_most(io::stdin().lock(), MAX_FILE))
    } else {
        let name = file.display().to_string();
        let open = File::open(file).with_context(|| format!("failed to open {name}"))?;
        (name, read_at_most(open, MAX_FILE))
    };
    match bytes {
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            let hint = "no page is so large; many pages go one a line through `boji filter`";
            Err(Mistake::failure(format!("{name} is {error}"), hint).into())
        }
        bytes => bytes.with_context(|| format!("failed to read {name}")),
    }
}
