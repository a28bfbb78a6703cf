use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::{Mistake, RulesError};
use super::people_words::{CreditWords, Recruiting, StatementWords};
use super::rule::Rule;
use super::rule_fault::{RuleFault, id_fault};
use super::rule_file::{Content, RuleFile, VersionHasher};
use super::site_rules::SiteRules;
use super::words::WordsDraft;

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
    /// Roles whose words mean other things too (技术, 执行).
    #[serde(default)]
    joining_roles: Vec<String>,
    /// What those who report are called (记者, 通讯员).
    #[serde(default)]
    reporters: Vec<String>,
    /// What the names of houses end with (大学, 日报).
    #[serde(default)]
    houses: Vec<String>,
    /// What the names of posts end with (教授, 主任).
    #[serde(default)]
    posts: Vec<String>,
    /// Characters with which names of persons begin.
    #[serde(default)]
    name_starts: String,
    /// Labels that stand among credits and name no part in the making (时间, 电话).
    #[serde(default)]
    other_labels: Vec<String>,
    /// Labels of what is told of another work (书名, 片名).
    #[serde(default)]
    works: Vec<String>,
    /// Labels of a title.
    #[serde(default)]
    titles: Vec<String>,
    /// Labels that name where an article came from.
    #[serde(default)]
    sources: Vec<String>,
    /// What ends the label of an author's name on a forum.
    #[serde(default)]
    author_ids: Vec<String>,
    /// What stands behind the names of those who sent an article in.
    #[serde(default)]
    contributed: Vec<String>,
    /// What stands between reporters and the place they write from.
    #[serde(default)]
    reported_from: Vec<String>,
    /// What stands before an author's name in a byline.
    #[serde(default)]
    bylines: Vec<String>,
    /// What tells of somebody instead of speaking to the reader; no rule meets a short block that holds it.
    #[serde(default)]
    narration: String,
    /// What a title says when the post offers something (招聘, 报名).
    #[serde(default)]
    offers: String,
    /// What a title says when the post announces something to those whom it concerns (公告, 讣告).
    #[serde(default)]
    announces: String,
    /// What posts that offer jobs say.
    #[serde(default)]
    recruiting: Recruiting,
    /// Words of statements about the article.
    #[serde(default)]
    statements: StatementWords,
    /// Named pieces of patterns, written `<name>` in a pattern or in another piece.
    #[serde(default)]
    words: BTreeMap<String, String>,
    #[serde(default, rename = "rule")]
    rules: Vec<Rule>,
}

/// Where the rules of one set stand, the shipped ones or a person's own, by their ids: file and line.
type Ids = BTreeMap<String, (PathBuf, usize)>;

/// Rules on the way to being compiled: the file each came from beside it.
#[derive(Default)]
pub(super) struct RulesDraft {
    pub rules: BTreeMap<String, (Rule, PathBuf, usize)>,
    /// Ids of rules that were proven before they were shipped.
    pub proven: BTreeSet<String>,
    pub credits: CreditWords,
    pub narration: Vec<String>,
    pub offers: Vec<String>,
    pub announces: Vec<String>,
    pub recruiting: Recruiting,
    pub statements: StatementWords,
    pub pieces: BTreeMap<String, String>,
    /// A later file gave a piece of a name that was there, so that any pattern may have changed.
    pub pieces_replaced: bool,
    pub sites: SiteRules,
    pub words: WordsDraft,
    pub version: VersionHasher,
}

impl RulesDraft {
    /// The rules and words of the files that come with the program, as paths below `config/` with texts.
    pub(super) fn shipped(files: &[(&str, &str)]) -> Result<Self, RulesError> {
        let mut draft = Self::default();
        let mut ids = Ids::new();
        for (name, text) in files {
            draft.version.file(name, text);
            let path = Path::new("config").join(name);
            match RuleFile::content(name) {
                Some(Content::Boilerplate) => draft.add_boilerplate(&path, text, &mut ids)?,
                Some(Content::Site) => drop(draft.sites.add(&path, text)?),
                Some(Content::Words) => draft.words.add(name, &path, text)?,
                Some(Content::Weights) => {}
                None => return Err(RulesError::Shipped { path, message: "nothing reads it".to_owned() }),
            }
        }
        draft.proven = draft.rules.keys().cloned().collect();
        draft.sites.mark_shipped();
        Ok(draft)
    }

    /// Lays a person's files over them.
    pub(super) fn add(&mut self, files: &[RuleFile]) -> Result<(), RulesError> {
        let mut sites = Vec::new();
        let mut ids = Ids::new();
        for file in files {
            self.version.own_file(file);
            match RuleFile::content(&file.name) {
                Some(Content::Boilerplate) => self.add_boilerplate(&file.path, &file.text, &mut ids)?,
                Some(Content::Site) => sites.push(file),
                Some(Content::Words) => self.words.add(&file.name, &file.path, &file.text)?,
                Some(Content::Weights) | None => return Err(RulesError::UnknownFile { path: file.path.clone() }),
            }
        }
        self.sites.add_files(&sites)
    }

    fn add_boilerplate(&mut self, path: &Path, text: &str, ids: &mut Ids) -> Result<(), RulesError> {
        let file: File = toml::from_str(text).map_err(|error| Mistake::of_toml(path, text, &error))?;
        self.credits.roles.extend(file.roles);
        self.credits.author_roles.extend(file.author_roles);
        self.credits.modifiers.extend(file.role_modifiers);
        self.credits.desk_roles.extend(file.desk_roles);
        self.credits.desks.extend(file.desks);
        self.credits.joining_roles.extend(file.joining_roles);
        self.credits.reporters.extend(file.reporters);
        self.credits.houses.extend(file.houses);
        self.credits.posts.extend(file.posts);
        self.credits.name_starts.push_str(&file.name_starts);
        self.credits.other_labels.extend(file.other_labels);
        self.credits.works.extend(file.works);
        self.credits.titles.extend(file.titles);
        self.credits.sources.extend(file.sources);
        self.credits.author_ids.extend(file.author_ids);
        self.credits.contributed.extend(file.contributed);
        self.credits.reported_from.extend(file.reported_from);
        self.credits.bylines.extend(file.bylines);
        self.narration.extend(Some(file.narration).filter(|pattern| !pattern.is_empty()));
        self.offers.extend(Some(file.offers).filter(|pattern| !pattern.is_empty()));
        self.announces.extend(Some(file.announces).filter(|pattern| !pattern.is_empty()));
        self.recruiting.add(&file.recruiting);
        self.statements.add(file.statements);
        self.pieces_replaced |= file.words.keys().any(|name| self.pieces.contains_key(name));
        self.pieces.extend(file.words);
        for rule in file.rules {
            let before = text.get(..rule.id.span().start).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            if let Some(fault) = fault_as_written(&rule, ids) {
                let message = format!("rule `{}` {fault}", rule.name());
                return Err(Mistake::new(path, text, rule.id.span(), message, fault.hint().to_owned()).into());
            }
            ids.insert(rule.name().to_owned(), (path.to_owned(), line));
            self.proven.remove(rule.name());
            self.rules.insert(rule.name().to_owned(), (rule, path.to_owned(), line));
        }
        Ok(())
    }
}

/// What is wrong with a rule before it is compiled; the rules read before it from the same set are known. One that is off is its
/// id alone.
fn fault_as_written(rule: &Rule, ids: &Ids) -> Option<RuleFault> {
    if let Some(fault) = id_fault(rule.name()) {
        return Some(fault);
    }
    if let Some((path, line)) = ids.get(rule.name()) {
        return Some(RuleFault::Twice { path: path.clone(), line: *line });
    }
    (rule.enabled && rule.reason.trim().is_empty()).then_some(RuleFault::NoReason)
}
