use std::collections::BTreeMap;

use super::credits::{self, Credit};
use super::unit::Unit;
use crate::rules::{MetaField, Rules, StatementWords};

/// Most entries of one list of names or addresses, and the longest statement: each new one is compared with those before.
const MAX_LISTED: usize = 1000;
const MAX_STATEMENT_BYTES: usize = 16 * 1024;

/// What the metadata blocks of an article say about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// Role as printed → names.
    pub credits: BTreeMap<String, Vec<String>>,
    /// Names under roles of authors, in order.
    pub authors: Vec<String>,
    /// Length as stated, in characters or words.
    pub word_count: Option<u32>,
    /// Reading time as stated.
    pub reading_minutes: Option<u32>,
    /// Addresses of an uncited list of sources.
    pub references: Vec<String>,
    /// Who published first.
    pub original_source: String,
    /// Address of the original.
    pub original_url: String,
    /// Statement of rights.
    pub rights: String,
    /// Claim line.
    pub claim: String,
    /// Series or number in it.
    pub series: String,
    /// What a sharer says before a reprint.
    pub sharer_note: String,
    /// The place that the platform shows for its author.
    pub place: String,
}

impl Fields {
    /// Takes in what a unit says for a field.
    pub(super) fn take(&mut self, field: MetaField, unit: &Unit, words: &StatementWords) {
        let text = unit.text.trim_matches(['*', ' ', '（', '）', '(', ')', '【', '】', '_']);
        match field {
            MetaField::WordCount => self.count(text, words),
            MetaField::References => self.references(text, unit, words),
            MetaField::Source => self.source(text, unit, words),
            MetaField::Rights => append(&mut self.rights, text),
            MetaField::Claim => append(&mut self.claim, text),
            MetaField::Series => append(&mut self.series, text),
            MetaField::Place => self.place(text),
        }
    }

    pub(super) fn credit(&mut self, named: &[Credit], rules: &Rules) {
        for (role, names) in named {
            let writes = credits::is_author(role, rules.credits());
            let reports = rules.credits().reported_from.contains(role);
            if writes || reports {
                for name in names {
                    list(&mut self.authors, name.clone());
                }
            }
            if reports || rules.statements().account_labels.contains(role) {
                continue;
            }
            if rules.credits().sources.iter().any(|known| known == role) {
                if self.original_source.is_empty() {
                    self.original_source = names.join(", ");
                }
                continue;
            }
            let known = self.credits.entry(role.clone()).or_default();
            for name in names {
                list(known, name.clone());
            }
        }
    }

    /// Numbers with their unit: 字 or words, 分钟 or minutes.
    fn count(&mut self, text: &str, words: &StatementWords) {
        let begins = |text: &str, list: &[String]| list.iter().any(|word| text.starts_with(word.as_str()));
        let digits = text.replace([',', '，', ' '], "");
        let mut rest = digits.as_str();
        while let Some(c) = rest.chars().next() {
            if c.is_ascii_digit() {
                let length = rest.bytes().take_while(u8::is_ascii_digit).count();
                let number: Option<u32> = rest.get(..length).and_then(|run| run.parse().ok());
                rest = rest.get(length..).unwrap_or_default();
                let unit = rest.to_lowercase();
                if begins(&unit, &words.time_units) {
                    self.reading_minutes = self.reading_minutes.or(number);
                } else if begins(&unit, &words.length_units) {
                    self.word_count = self.word_count.or(number);
                }
                continue;
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
        // 字数：1273 names its unit first.
        let labelled = words.length_labels.iter().find_map(|label| {
            let behind = digits.get(digits.find(label.as_str())? + label.len()..)?;
            let behind = behind.trim_start_matches(|c: char| !c.is_ascii_digit());
            behind.get(..behind.bytes().take_while(u8::is_ascii_digit).count())?.parse().ok()
        });
        self.word_count = self.word_count.or(labelled);
    }

    fn references(&mut self, text: &str, unit: &Unit, words: &StatementWords) {
        let original = words.original_leads.iter().any(|word| text.starts_with(word.as_str()));
        for address in unit.addresses() {
            if original && self.original_url.is_empty() {
                self.original_url.clone_from(&address);
            }
            list(&mut self.references, address);
        }
    }

    /// The last part of a label and a place from the large to the small: 发表于：中国 四川.
    fn place(&mut self, text: &str) {
        let place = text.trim().rsplit([':', '：', ' ', '于']).next().unwrap_or_default();
        if self.place.is_empty() {
            place.clone_into(&mut self.place);
        }
    }

    fn source(&mut self, text: &str, unit: &Unit, words: &StatementWords) {
        let leads = words.source_leads.iter().filter_map(|lead| Some((text.find(lead.as_str())?, lead.len())));
        let cut = leads.min_by_key(|(at, _)| *at);
        let labelled = text.split_once([':', '：']).filter(|(label, _)| label.chars().count() <= LABEL);
        let value = cut.and_then(|(at, length)| text.get(at + length..)).or(labelled.map(|(_, value)| value));
        let value = value.unwrap_or(text);
        let tail = words.source_tails.iter().filter_map(|tail| value.find(tail.as_str())).min();
        let value = tail.and_then(|at| value.get(..at)).unwrap_or(value);
        let value = value.trim_matches([':', '：', '|', '｜', ' ', '*', '。', '于']);
        if self.original_source.is_empty() {
            value.clone_into(&mut self.original_source);
        }
        for address in unit.addresses() {
            list(&mut self.references, address);
        }
    }
}

fn list(listed: &mut Vec<String>, entry: String) {
    if listed.len() < MAX_LISTED && !listed.contains(&entry) {
        listed.push(entry);
    }
}

/// Longest word for a source before a colon: Fuente, Zdroj, Quellenangabe.
const LABEL: usize = 14;

fn append(field: &mut String, text: &str) {
    if field.len() > MAX_STATEMENT_BYTES || field.contains(text) {
        return;
    }
    if !field.is_empty() {
        field.push('\n');
    }
    field.push_str(text);
}
