use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use boji_clean::model::Timestamp;
use serde::{Deserialize, Serialize};

use super::format::ExportOptions;
use super::record::Record;
use super::sink::WrittenFile;
use crate::model::StoredArticle;
use crate::spdx::spdx_identifier;
use crate::store::Filter;

/// Name of the manifest in an export's folder.
pub(super) const MANIFEST: &str = "manifest.json";
/// Marks a manifest as ours.
const TOOL: &str = "boji";

/// What an export holds and how it came about. No clock in it: the same store and wishes give the same manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always `boji`.
    pub tool: String,
    /// Version of the program.
    pub version: String,
    /// Word of [`super::Format`].
    pub format: String,
    /// Name of the export.
    pub dump: String,
    /// Which articles were wanted.
    pub filter: Wanted,
    /// Records in all files.
    pub records: u64,
    /// Records by id of the source.
    pub by_source: BTreeMap<String, u64>,
    /// Records by language.
    pub by_language: BTreeMap<String, u64>,
    /// Records by kind of article.
    pub by_kind: BTreeMap<String, u64>,
    /// Records by licence as stated.
    #[serde(default)]
    pub by_license: BTreeMap<String, u64>,
    /// Records whose licence SPDX has, by its identifier.
    #[serde(default)]
    pub by_license_spdx: BTreeMap<String, u64>,
    /// Records that repeat another article, by the way in which they do.
    #[serde(default)]
    pub by_dup_kind: BTreeMap<String, u64>,
    /// Records by quality flag; one record can have several.
    pub by_flag: BTreeMap<String, u64>,
    /// Things that tell of persons and were written out of the texts, by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub redacted: BTreeMap<String, u64>,
    /// Versions of the cleaning rules that made these texts.
    pub rules: BTreeSet<String>,
    /// Where it stands in a series of exports; absent when it is whole by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<Place>,
    /// The files, in order of their paths.
    pub files: Vec<WrittenFile>,
}

/// What a manifest says of its place in a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The name of the series.
    pub name: String,
    /// The number of the step, from 1.
    pub step: u32,
    /// SHA-256 of the manifest of the step before, "" of the first.
    pub previous: String,
    /// Records that were not there.
    pub new: u64,
    /// Records that say something else.
    pub changed: u64,
    /// Records that are there no more.
    pub withdrawn: u64,
}

/// A [`Filter`] and a selection for people: the same fields, instants as RFC 3339 or "".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// Ids of sources.
    pub sources: Vec<String>,
    /// Published at or after.
    pub since: String,
    /// Published before.
    pub until: String,
    /// BCP 47 tags.
    pub languages: Vec<String>,
    /// Kinds of article.
    pub kinds: Vec<String>,
    /// Leave out exact duplicates.
    pub without_duplicates: bool,
    /// Leave out all that repeats another article.
    pub without_near_duplicates: bool,
    /// Names of accounts and sites.
    pub accounts: Vec<String>,
    /// Fewest characters.
    pub min_chars: usize,
    /// Quality flags of which it has one.
    pub flags: Vec<String>,
    /// Quality flags of which it has none.
    pub without_flags: Vec<String>,
    /// Licences as stated or as SPDX calls them.
    pub licenses: Vec<String>,
    /// First stored at or after.
    pub fetched_since: String,
    /// Its words came at or after.
    pub changed_since: String,
    /// Texts that it has.
    pub containing: Vec<String>,
    /// How many of them alone, 0 for all.
    pub sample: usize,
    /// What mixed them for that.
    pub seed: u64,
    /// Whether earlier revisions go out too.
    pub all_revisions: bool,
    /// Whether what tells of persons was written out.
    pub redact: bool,
    /// Whether the pictures that are kept go along.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub images: bool,
}

impl Wanted {
    /// The wishes in which it differs from another, by their names in the manifest.
    pub(super) fn differences(&self, other: &Self) -> Vec<&'static str> {
        let Self {
            sources,
            since,
            until,
            languages,
            kinds,
            without_duplicates,
            without_near_duplicates,
            accounts,
            min_chars,
            flags,
            without_flags,
            licenses,
            fetched_since,
            changed_since,
            containing,
            sample,
            seed,
            all_revisions,
            redact,
            images,
        } = self;
        let wishes = [
            ("sources", *sources != other.sources),
            ("since", *since != other.since),
            ("until", *until != other.until),
            ("languages", *languages != other.languages),
            ("kinds", *kinds != other.kinds),
            ("without_duplicates", *without_duplicates != other.without_duplicates),
            ("without_near_duplicates", *without_near_duplicates != other.without_near_duplicates),
            ("accounts", *accounts != other.accounts),
            ("min_chars", *min_chars != other.min_chars),
            ("flags", *flags != other.flags),
            ("without_flags", *without_flags != other.without_flags),
            ("licenses", *licenses != other.licenses),
            ("fetched_since", *fetched_since != other.fetched_since),
            ("changed_since", *changed_since != other.changed_since),
            ("containing", *containing != other.containing),
            ("sample", *sample != other.sample),
            ("seed", *seed != other.seed),
            ("all_revisions", *all_revisions != other.all_revisions),
            ("redact", *redact != other.redact),
            ("images", *images != other.images),
        ];
        wishes.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

impl Manifest {
    /// The manifest of an export that holds nothing yet.
    pub(super) fn new(filter: &Filter, options: &ExportOptions) -> Self {
        let instant = |at: Option<Timestamp>| at.map_or_else(String::new, |at| at.to_string());
        let selection = &options.selection;
        Self {
            tool: TOOL.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            format: options.format.as_str().to_owned(),
            dump: options.dump.clone(),
            filter: Wanted {
                sources: filter.sources.clone(),
                since: instant(filter.since),
                until: instant(filter.until),
                languages: filter.languages.clone(),
                kinds: filter.kinds.clone(),
                without_duplicates: filter.without_duplicates,
                without_near_duplicates: filter.without_near_duplicates,
                accounts: filter.accounts.clone(),
                min_chars: filter.min_chars,
                flags: selection.flags.clone(),
                without_flags: selection.without_flags.clone(),
                licenses: selection.licenses.clone(),
                fetched_since: instant(selection.fetched_since),
                changed_since: instant(selection.changed_since),
                containing: selection.containing.clone(),
                sample: options.sample.map_or(0, |sample| sample.count),
                seed: options.sample.map_or(0, |sample| sample.seed),
                all_revisions: options.all_revisions,
                redact: options.redaction.is_some(),
                images: options.images,
            },
            ..Self::default()
        }
    }

    /// Counts one record.
    pub(super) fn count(&mut self, record: &Record, stored: &StoredArticle) {
        let article = &stored.submission.article;
        let add = |counts: &mut BTreeMap<String, u64>, word: &str| {
            *counts.entry(word.to_owned()).or_default() += 1;
        };
        self.records += 1;
        add(&mut self.by_source, &record.source_id);
        add(&mut self.by_language, &record.language);
        add(&mut self.by_kind, article.metadata.kind.as_str());
        add(&mut self.by_license, &record.license);
        if let Some(identifier) = spdx_identifier(&record.license) {
            add(&mut self.by_license_spdx, &identifier);
        }
        if !record.dup_kind.is_empty() {
            add(&mut self.by_dup_kind, &record.dup_kind);
        }
        article.flags.iter().for_each(|flag| add(&mut self.by_flag, flag));
        self.rules.insert(stored.submission.rules_hash.clone());
    }

    /// The manifest of the export in a folder; none where there is none of ours.
    pub(super) fn at(folder: &Path) -> Option<Self> {
        Self::parse(&std::fs::read_to_string(folder.join(MANIFEST)).ok()?)
    }

    /// Reads a manifest; none when the text is no manifest of ours.
    pub(super) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|manifest: &Self| manifest.tool == TOOL)
    }
}
