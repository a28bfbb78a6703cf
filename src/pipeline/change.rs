use std::collections::BTreeMap;

use boji_clean::model::{Article, Verdict};
use serde::Serialize;

/// How the cleaning of one article changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    /// Id of the article.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its account or site.
    pub source_name: String,
    /// The lines with another label than before, in order.
    pub lines: Vec<LineChange>,
}

/// A line that moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct LineChange {
    /// The line.
    pub text: String,
    /// Its verdict until now.
    pub before: Verdict,
    /// Its verdict from now on.
    pub after: Verdict,
}

impl Change {
    /// What two cleanings of one article differ in.
    pub(crate) fn between(old: &Article, new: &Article) -> Self {
        Self { id: old.id(), title: new.title.clone(), source_name: new.source_name.clone(), lines: moved(old, new) }
    }
}

/// The lines whose label is another. A line that stands several times is met in order.
fn moved(old: &Article, new: &Article) -> Vec<LineChange> {
    let mut before: BTreeMap<String, Vec<&Verdict>> = BTreeMap::new();
    for judged in old.blocks.iter().rev() {
        for line in judged.block.text().lines().rev() {
            before.entry(line.trim().to_owned()).or_default().push(&judged.verdict);
        }
    }
    let mut lines = Vec::new();
    for judged in &new.blocks {
        for line in judged.block.text().lines() {
            let Some(verdict) = before.get_mut(line.trim()).and_then(Vec::pop) else { continue };
            if verdict.label != judged.verdict.label && !line.trim().is_empty() {
                lines.push(LineChange {
                    text: line.trim().to_owned(),
                    before: verdict.clone(),
                    after: judged.verdict.clone(),
                });
            }
        }
    }
    lines
}
