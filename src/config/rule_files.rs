use std::path::{Path, PathBuf};

use super::rules_error::RulesError;

/// The files of rules and words that come with the program: where each lies below `config/`, and its text.
pub(super) const SHIPPED: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/shipped.rs"));
/// Most files read from a folder.
const MAX_FILES: usize = 10_000;

/// The files `*.toml` of a folder with their texts, by name.
pub(super) fn in_folder(folder: &Path) -> Result<Vec<(PathBuf, String)>, RulesError> {
    let unreadable = |source| RulesError::Read { path: folder.to_owned(), source };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)?.take(MAX_FILES) {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.into_iter().map(|path| read(&path).map(|text| (path, text))).collect()
}

/// The text of a file.
pub(super) fn read(path: &Path) -> Result<String, RulesError> {
    std::fs::read_to_string(path).map_err(|source| RulesError::Read { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_shipped_because_it_lies_in_the_folder() {
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        let mut lie = Vec::new();
        for folder in ["", "boilerplate/", "sites/"] {
            let files = in_folder(&config.join(folder)).expect("readable");
            lie.extend(files.into_iter().map(|(path, text)| {
                (format!("{folder}{}", path.file_name().expect("a name").to_string_lossy()), text)
            }));
        }
        lie.retain(|(name, _)| !["boji.toml", "sources.toml"].contains(&name.as_str()));
        let shipped: Vec<_> = SHIPPED.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        assert_eq!(shipped, lie);
        assert!(shipped.len() > 20, "{}", shipped.len());
    }
}
