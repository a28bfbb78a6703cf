use super::super::unit::Unit;
use crate::classifier::{LOG_ODD, LineClassifier};

/// Reasons named in a verdict.
const REASONS: usize = 3;

/// What speaks most for a line's being boilerplate, for people.
pub(super) fn reasons(classifier: &LineClassifier, unit: &Unit, features: &[f32]) -> String {
    let groups = classifier.forest().why(features, group);
    let told = groups.iter().filter(|(_, share)| *share > 0).take(REASONS).map(|(group, share)| {
        let words = if *group == OWN_WORDS { own_words(classifier, unit) } else { String::new() };
        format!("{group}{words} (+{:.1})", f64::from(*share) / f64::from(LOG_ODD))
    });
    told.collect::<Vec<_>>().join(", ")
}

const OWN_WORDS: &str = "its words";

/// What a feature is about, for people.
fn group(name: &str) -> &'static str {
    match name.split_once('.').map_or((name, ""), |(head, rest)| (head, rest)) {
        ("text" | "repeat", "") => OWN_WORDS,
        ("text" | "repeat", _) => "the lines around it",
        ("rule", _) => "what rules took near it",
        ("place", _) => "its place",
        ("form", _) => "its form",
        ("kind", _) => "how it is set",
        ("link", _) => "links in and near it",
        ("media", _) => "pictures and cards near it",
        ("name", _) => "the names of title and account",
        ("above", _) => "the line that heads it",
        ("source", _) => "an entry of a list of sources",
        ("account", _) => "what the account repeats",
        _ => "else",
    }
}

/// The runs of characters that speak most for its being boilerplate, none of them part of another.
fn own_words(classifier: &LineClassifier, unit: &Unit) -> String {
    let mut told: Vec<String> = Vec::new();
    for (gram, share) in classifier.words(&unit.text) {
        let part = told.iter().any(|known| known.contains(gram.as_str()) || gram.contains(known.as_str()));
        let worded = gram.chars().filter(|c| c.is_alphabetic()).count() > 1;
        if share > 0.0 && !part && worded && told.len() < REASONS {
            told.push(gram);
        }
    }
    if told.is_empty() { String::new() } else { format!(" {}", told.join("·")) }
}
