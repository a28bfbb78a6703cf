use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::credit_words::CreditWords;
use super::recruiting::Recruiting;
use super::rule::Rule;
use super::rules_error::RulesError;
use super::site_rules::SiteRules;

/// The shipped rules, embedded: file name and text.
const SHIPPED: [(&str, &str); 9] = [
    ("zh.toml", include_str!("../../config/boilerplate/zh.toml")),
    ("en.toml", include_str!("../../config/boilerplate/en.toml")),
    ("de.toml", include_str!("../../config/boilerplate/de.toml")),
    ("es.toml", include_str!("../../config/boilerplate/es.toml")),
    ("fr.toml", include_str!("../../config/boilerplate/fr.toml")),
    ("it.toml", include_str!("../../config/boilerplate/it.toml")),
    ("nl.toml", include_str!("../../config/boilerplate/nl.toml")),
    ("pl.toml", include_str!("../../config/boilerplate/pl.toml")),
    ("pt.toml", include_str!("../../config/boilerplate/pt.toml")),
];

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Words that name a part in making an article (编辑, 摄影, editor).
    #[serde(default)]
    roles: Vec<String>,
    /// Those of them who wrote it.
    #[serde(default)]
    author_roles: Vec<String>,
    /// Words that may stand before a role and narrow it (实习, 技术, 本期).
    #[serde(default)]
    role_modifiers: Vec<String>,
    /// Roles of editors' desks, which may stand before a name without any sign.
    #[serde(default)]
    desk_roles: Vec<String>,
    /// Reporters and their houses, before the names of persons.
    #[serde(default)]
    desks: Vec<String>,
    /// Labels that name where an article came from.
    #[serde(default)]
    sources: Vec<String>,
    /// What ends the label of an author's name on a forum.
    #[serde(default)]
    author_ids: Vec<String>,
    /// What stands before an author's name in a byline.
    #[serde(default)]
    bylines: Vec<String>,
    /// What tells of somebody instead of speaking to the reader; no rule meets a short block that holds it.
    #[serde(default)]
    narration: String,
    /// What a title says when the post offers something (招聘, 报名).
    #[serde(default)]
    offers: String,
    /// What posts that offer jobs say.
    #[serde(default)]
    recruiting: Recruiting,
    /// Named pieces of patterns, written `<name>` in a pattern or in another piece.
    #[serde(default)]
    words: BTreeMap<String, String>,
    #[serde(default, rename = "rule")]
    rules: Vec<Rule>,
}

/// Rules on the way to being compiled: the file each came from beside it.
#[derive(Default)]
pub(super) struct Draft {
    pub rules: BTreeMap<String, (Rule, PathBuf, usize)>,
    /// Ids of rules that were proven before they were shipped.
    pub proven: BTreeSet<String>,
    pub credits: CreditWords,
    pub narration: Vec<String>,
    pub offers: Vec<String>,
    pub recruiting: Recruiting,
    pub words: BTreeMap<String, String>,
    /// A later file gave a piece of a name that was there, so that any pattern may have changed.
    pub words_replaced: bool,
    pub sites: SiteRules,
    pub hasher: blake3::Hasher,
}

impl Draft {
    /// The rules that come with the program.
    pub fn shipped() -> Result<Self, RulesError> {
        let mut draft = Self { sites: SiteRules::shipped()?, ..Self::default() };
        for (name, text) in SHIPPED {
            draft.add(&Path::new("config/boilerplate").join(name), text)?;
        }
        draft.proven = draft.rules.keys().cloned().collect();
        Ok(draft)
    }

    /// Adds every `*.toml` of a folder, by name.
    pub fn add_folder(&mut self, dir: &Path) -> Result<(), RulesError> {
        let read = |source| RulesError::Read { path: dir.to_owned(), source };
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(dir).map_err(read)? {
            let path = entry.map_err(read)?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                paths.push(path);
            }
        }
        paths.sort();
        for path in paths {
            let text =
                std::fs::read_to_string(&path).map_err(|source| RulesError::Read { path: path.clone(), source })?;
            self.add(&path, &text)?;
        }
        Ok(())
    }

    fn add(&mut self, path: &Path, text: &str) -> Result<(), RulesError> {
        let file: File = toml::from_str(text)
            .map_err(|error| RulesError::Syntax { path: path.to_owned(), message: error.to_string() })?;
        self.hasher.update(text.as_bytes()).update(b"\0");
        self.credits.roles.extend(file.roles);
        self.credits.author_roles.extend(file.author_roles);
        self.credits.modifiers.extend(file.role_modifiers);
        self.credits.desk_roles.extend(file.desk_roles);
        self.credits.desks.extend(file.desks);
        self.credits.sources.extend(file.sources);
        self.credits.author_ids.extend(file.author_ids);
        self.credits.bylines.extend(file.bylines);
        self.narration.extend(Some(file.narration).filter(|pattern| !pattern.is_empty()));
        self.offers.extend(Some(file.offers).filter(|pattern| !pattern.is_empty()));
        self.recruiting.add(&file.recruiting);
        self.words_replaced |= file.words.keys().any(|name| self.words.contains_key(name));
        self.words.extend(file.words);
        for rule in file.rules {
            let before = text.get(..rule.id.span().start).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            self.proven.remove(rule.id.get_ref());
            self.rules.insert(rule.id.get_ref().clone(), (rule, path.to_owned(), line));
        }
        Ok(())
    }
}
