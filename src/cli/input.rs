use std::io::Read;
use std::path::Path;

use anyhow::Context as _;

use super::mistake::Mistake;

/// Largest file taken, in bytes.
const MAX_FILE: u64 = 128 << 20;

/// The bytes of a file, or of stdin for `-`, bounded.
pub fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let name = file.display();
    if file.as_os_str() == "-" {
        std::io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut bytes).context("failed to read stdin")?;
    } else {
        let open = std::fs::File::open(file).with_context(|| format!("failed to open {name}"))?;
        open.take(MAX_FILE + 1).read_to_end(&mut bytes).with_context(|| format!("failed to read {name}"))?;
    }
    if bytes.len() as u64 > MAX_FILE {
        let message = format!("{name} is larger than {MAX_FILE} bytes");
        return Err(
            Mistake::failure(message, "no page is so large; many pages go one a line through `boji filter`").into()
        );
    }
    Ok(bytes)
}
