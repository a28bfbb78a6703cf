use super::super::evidence::{Evidence, Memory};
use super::super::unit::Unit;
use super::super::zones::Zones;
use super::lines::{Lines, worded};
use crate::classifier::{LineClassifier, LineScores};
use crate::model::Facts;

/// One line of an article as training sees it.
#[derive(Clone, Debug)]
pub struct LineRow {
    /// Its words in normal form.
    pub text: String,
    /// Its words as rules see them.
    pub folded: String,
    /// Its features, in the order of [`super::FEATURES`].
    pub features: Vec<f32>,
}

/// The lines of an article with their features. `scores` stand for those of the dictionary, where there are as many as lines.
pub(in crate::clean::boilerplate) fn rows(
    units: &[Unit],
    evidence: &[Evidence<'_>],
    zones: Zones,
    facts: &Facts,
    memory: Option<Memory<'_>>,
    classifier: &LineClassifier,
    scores: &[LineScores],
) -> Vec<LineRow> {
    let own = classifier.scores(worded(units).map(|(_, unit)| unit.text.as_str()));
    let scores = if scores.len() == own.len() { scores } else { &own };
    let lines = Lines::new(units, evidence, zones, facts, memory, scores);
    let row = |(nth, (_, unit)): (usize, (usize, &Unit))| {
        let mut features = Vec::new();
        lines.features(nth, &mut features);
        LineRow { text: unit.text.clone(), folded: unit.folded.clone(), features }
    };
    worded(units).enumerate().map(row).collect()
}
