use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use boji_clean::rules::nearest;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::bounded::read_at_most;
use super::check::value_problem;
use super::error::ConfigError;
use super::settings::{SHIPPED_SETTINGS, Settings};
use super::sources::read_sources;
use crate::model::Source;

/// Name of the file with the settings.
const SETTINGS_FILE: &str = "boji.toml";
/// Name of the file with the sources, beside it.
const SOURCES_FILE: &str = "sources.toml";
/// Name of the folder with site rules, beside it.
const SITES_FOLDER: &str = "sites";
/// Largest configuration file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 4_000_000;

/// Where configuration is looked for. The caller reads the environment; this module does not.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// The folder given with `--config`; nothing else is looked at then.
    pub config_dir: Option<PathBuf>,
    /// The working folder.
    pub cwd: PathBuf,
    /// The person's own folder, `$XDG_CONFIG_HOME/boji`.
    pub xdg_config: Option<PathBuf>,
}

/// The configuration in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// The shipped settings with the person's own laid over them. A relative `clean.rules` is joined to its file's folder.
    pub settings: Settings,
    /// The sources of `sources.toml`, in its order.
    pub sources: Vec<Source>,
    /// There is such a file, and these are all that it names.
    pub has_sources: bool,
    /// What is wrong with others in it, each with a hint; "" for none.
    pub mistakes: Vec<(String, String)>,
    /// The folder with site rules of the person's own, when there is one.
    pub sites: Option<PathBuf>,
    /// The folder that was found; `None` means that only the shipped defaults count.
    pub folder: Option<PathBuf>,
    /// The files read, in the order of reading.
    pub files: Vec<PathBuf>,
    /// Where each value stands that a file sets, by dotted key: `fetch.contact`. Any other is the shipped default.
    pub origins: BTreeMap<String, Origin>,
    /// The person's own folder, where it holds a configuration too and the working folder's goes before it.
    pub passed_over: Option<PathBuf>,
}

/// The place of a value in a person's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
}

/// Finds and reads the configuration. The first of these folders that has a `boji.toml` counts, and no other:
/// `--config`, the working folder, its `config/`, the person's own folder. What it leaves out keeps its default.
pub fn load(options: &LoadOptions) -> Result<Loaded, ConfigError> {
    let folder = find_folder(options)?;
    let mut loaded = Loaded {
        settings: Settings::default(),
        sources: Vec::new(),
        has_sources: false,
        mistakes: Vec::new(),
        sites: None,
        folder: folder.clone(),
        files: Vec::new(),
        origins: BTreeMap::new(),
        passed_over: None,
    };
    let Some(folder) = folder else { return Ok(loaded) };
    let is_hidden = |own: &PathBuf| options.config_dir.is_none() && *own != folder && is_configuration(own);
    loaded.passed_over = options.xdg_config.clone().filter(is_hidden);
    let file = folder.join(SETTINGS_FILE);
    if file.is_file() {
        let text = read_text(&file)?;
        (loaded.settings, loaded.origins) = merge(&file, &text)?;
        if !loaded.settings.clean.rules.is_empty() {
            loaded.settings.clean.rules = folder.join(&loaded.settings.clean.rules).display().to_string();
        }
        let hooks = &mut loaded.settings.hooks;
        for program in [&mut hooks.on_new, &mut hooks.on_trouble].into_iter().filter_map(|words| words.first_mut()) {
            // A bare name is looked for where the system looks for programs.
            if program.contains(std::path::is_separator) {
                *program = folder.join(&*program).display().to_string();
            }
        }
        loaded.files.push(file);
    }
    let file = folder.join(SOURCES_FILE);
    if file.is_file() {
        let (sources, mistakes) = read_sources(&file, &read_text(&file)?, &loaded.settings.run)?;
        loaded.sources = sources;
        loaded.has_sources = mistakes.is_empty();
        let told = mistakes.iter().map(|mistake| (mistake.to_string(), mistake.hint().unwrap_or_default()));
        loaded.mistakes = told.collect();
        loaded.files.push(file);
    }
    loaded.sites = Some(folder.join(SITES_FOLDER)).filter(|sites| sites.is_dir());
    Ok(loaded)
}

fn find_folder(options: &LoadOptions) -> Result<Option<PathBuf>, ConfigError> {
    if let Some(folder) = &options.config_dir {
        if let Err(source) = std::fs::read_dir(folder) {
            return Err(ConfigError::Unreadable { path: folder.clone(), source });
        }
        if is_configuration(folder) {
            return Ok(Some(folder.clone()));
        }
        return Err(ConfigError::Empty { path: folder.clone() });
    }
    let here = [options.cwd.clone(), options.cwd.join("config")];
    if let Some(folder) = here.into_iter().find(|folder| folder.join(SETTINGS_FILE).is_file()) {
        return Ok(Some(folder));
    }
    Ok(options.xdg_config.clone().filter(|own| is_configuration(own)))
}

/// Whether a folder holds one of the files of a configuration.
fn is_configuration(folder: &Path) -> bool {
    folder.join(SETTINGS_FILE).is_file() || folder.join(SOURCES_FILE).is_file()
}

/// The text of a file of a person's, which must be UTF-8.
pub(super) fn read_text(path: &Path) -> Result<String, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let bytes = read_at_most(file, MAX_FILE_BYTES).map_err(unreadable)?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let hint = "save the file as UTF-8".to_owned();
            Err(ConfigError::at(path, &text, at..at, "this is not UTF-8".to_owned(), hint))
        }
    }
}

/// One value of a person's file.
struct Leaf {
    table: String,
    key: String,
    key_span: Range<usize>,
    value_span: Range<usize>,
}

/// Lays a person's `boji.toml` over the shipped one; also tells where each value stands that it sets.
fn merge(file: &Path, text: &str) -> Result<(Settings, BTreeMap<String, Origin>), ConfigError> {
    let broken = |error: toml::de::Error| ConfigError::from_toml(file, text, &error);
    let spans = DeTable::parse(text).map_err(broken)?;
    let values: Table = toml::from_str(text).map_err(broken)?;
    let shipped: Table = toml::from_str(SHIPPED_SETTINGS).unwrap_or_default();
    let mut merged = shipped.clone();
    let mut settings = Settings::default();
    let mut origins = BTreeMap::new();
    for leaf in leaves(file, text, spans.get_ref(), &shipped)? {
        let Some(value) = values.get(&leaf.table).and_then(|table| table.get(&leaf.key)) else { continue };
        let wrong = |message: String, hint: String| {
            ConfigError::at(file, text, leaf.value_span.clone(), format!("`{}` {message}", leaf.key), hint)
        };
        let Some(Value::Table(known)) = shipped.get(&leaf.table) else { continue };
        let Some(default) = known.get(&leaf.key) else {
            let names: Vec<&str> = known.keys().map(String::as_str).collect();
            let message = format!("unknown key `{}` in [{}]", leaf.key, leaf.table);
            return Err(ConfigError::at(file, text, leaf.key_span, message, nearest(&leaf.key, &names)));
        };
        if let Some((message, hint)) = value_problem(&leaf.key, value, default) {
            return Err(wrong(message, hint));
        }
        if let Some(Value::Table(table)) = merged.get_mut(&leaf.table) {
            table.insert(leaf.key.clone(), value.clone());
        }
        // Tried after each value, so that the mistake is shown at the value that makes it.
        settings = merged.clone().try_into().map_err(|error: toml::de::Error| {
            let reason = error.message().lines().next().unwrap_or_default().to_owned();
            wrong(format!("does not fit: {reason}"), String::new())
        })?;
        let line = text.get(..leaf.key_span.start).unwrap_or_default().matches('\n').count() + 1;
        origins.insert(format!("{}.{}", leaf.table, leaf.key), Origin { file: file.to_owned(), line });
    }
    Ok((settings, origins))
}

/// The values of a file in its order; an error for a table that no setting is in.
fn leaves(file: &Path, text: &str, root: &DeTable<'_>, shipped: &Table) -> Result<Vec<Leaf>, ConfigError> {
    let mut found = Vec::new();
    for (name, content) in root {
        let table_name: &str = name.get_ref();
        let DeValue::Table(table) = content.get_ref() else {
            return Err(stray(file, text, name, shipped));
        };
        if !shipped.contains_key(table_name) {
            let names: Vec<String> = shipped.keys().map(|key| format!("[{key}]")).collect();
            let message = format!("unknown table [{table_name}]");
            return Err(ConfigError::at(file, text, name.span(), message, nearest(&format!("[{table_name}]"), &names)));
        }
        found.extend(table.iter().map(|(key, value)| Leaf {
            table: table_name.to_owned(),
            key: key.get_ref().to_string(),
            key_span: key.span(),
            value_span: value.span(),
        }));
    }
    found.sort_by_key(|leaf| leaf.key_span.start);
    Ok(found)
}

/// A key that stands before any table.
fn stray<S: AsRef<str>>(file: &Path, text: &str, name: &Spanned<S>, shipped: &Table) -> ConfigError {
    let key = name.get_ref().as_ref();
    let home = shipped.iter().find(|(_, table)| table.get(key).is_some());
    let hint = match home {
        Some((table, _)) => format!("write it below a line `[{table}]`"),
        None => String::new(),
    };
    ConfigError::at(file, text, name.span(), format!("`{key}` stands outside of any table"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        let error = merge(Path::new("boji.toml"), text).expect_err(text);
        format!("{error}\nhint: {}", error.hint().unwrap_or_default())
    }

    #[test]
    fn what_is_left_out_keeps_its_default() {
        let (settings, origins) = merge(Path::new("b"), "[run]\nconcurrency = 3\npage_tries = 8\n").expect("valid");
        let want = Settings {
            run: super::super::RunSettings { concurrency: 3, ..Settings::default().run },
            ..Settings::default()
        };
        assert_eq!(settings, want);
        let lines: Vec<(&str, usize)> = origins.iter().map(|(key, origin)| (key.as_str(), origin.line)).collect();
        assert_eq!(lines, [("run.concurrency", 2), ("run.page_tries", 3)]);
    }

    #[test]
    fn shows_an_unknown_key_with_the_nearest_one() {
        let want = "use boji.toml:3:1: unknown key `host_gap_milis` in [fetch]\n   |\n 3 | host_gap_milis = 5\n   | \
                    ^^^^^^^^^^^^^^\nhint: did you mean `host_gap_millis`?";
        assert_eq!(error("[fetch]\ncontact = \"me\"\nhost_gap_milis = 5\n"), want);
    }

    #[test]
    fn shows_a_value_of_the_wrong_kind_or_size() {
        let cases = [
            ("[run]\nconcurrency = \"8\"\n", "2:15: `concurrency` must be a whole number, not text in quotes"),
            ("[run]\nconcurrency = -1\n", "2:15: `concurrency` must be from 1 to 1000"),
            ("[run]\njitter_percent = 101\n", "2:18: `jitter_percent` must be from 0 to 100"),
            ("[fetch]\nallow_private = [3]\n", "2:17: `allow_private` does not fit: invalid type"),
            ("[fetch]\nslow_hosts = [\"https://a.example\"]\n", "2:14: `slow_hosts` holds `https://a.example`"),
            ("[fetch]\ncontact = \"簸箕\"\n", "2:11: `contact` goes into a request header"),
            ("[fetch]\nproxy = \"ftp://me:SECRET@a.example\"\n", "2:9: `proxy` must begin with http://"),
            ("[fetch]\nproxy = \"proxy.example:8080\"\n", "2:9: `proxy` must begin with http://"),
            ("[fetch]\nproxy = \"http://me:SECRET@a.example/x\"\n", "2:9: `proxy` must be a host with its port alone"),
            ("[fetsh]\n", "1:2: unknown table [fetsh]"),
            ("contact = \"me\"\n", "1:1: `contact` stands outside of any table"),
            ("[fetch\n", "1:7: "),
            ("[run]\nconcurrency = 1\nconcurrency = 2\n", "3:1: duplicate key"),
        ];
        for (text, want) in cases {
            assert!(error(text).starts_with(&format!("use boji.toml:{want}")), "{text}: {}", error(text));
            assert!(!error(text).contains("SECRET"), "{}", error(text));
        }
    }

    #[test]
    fn the_shipped_file_changes_nothing() {
        assert_eq!(merge(Path::new("b"), SHIPPED_SETTINGS).expect("the shipped file is valid").0, Settings::default());
    }
}
