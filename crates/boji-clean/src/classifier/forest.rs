use super::strictness::Strictness;
use super::trees::Trees;

/// Trees with the names of what they ask, and the odds from which on something goes.
#[derive(Clone, Debug, Default)]
pub struct Forest {
    pub(super) trees: Trees,
    pub(super) features: Vec<String>,
    /// For `keep`, `balanced`, `strict`.
    pub(super) limits: [i32; 3],
}

impl Forest {
    /// Names of the features that it asks, in their order.
    pub fn features(&self) -> &[String] {
        &self.features
    }

    /// How likely what has these features is boilerplate: log odds in units of [`super::LOG_ODD`].
    pub fn odds(&self, features: &[f32]) -> i32 {
        self.trees.sum(features)
    }

    /// The same where they are not less than `least`. What is far from it, as most texts are, costs a part of the trees.
    pub fn odds_at_least(&self, features: &[f32], least: i32) -> Option<i32> {
        self.trees.sum_at_least(features, least)
    }

    /// The odds from which on it goes.
    pub fn limit(&self, strictness: Strictness) -> i32 {
        let [keep, balanced, strict] = self.limits;
        match strictness {
            Strictness::Keep => keep,
            Strictness::Balanced => balanced,
            Strictness::Strict => strict,
        }
    }

    /// What each group of features adds to the odds, in their units, the most first. `group` names that of a feature.
    pub fn why(&self, features: &[f32], group: impl Fn(&str) -> &'static str) -> Vec<(&'static str, i32)> {
        let mut shares = vec![0; self.features.len()];
        self.trees.shares(features, &mut shares);
        let mut groups: Vec<(&str, i32)> = Vec::new();
        for (name, share) in self.features.iter().zip(shares) {
            let group = group(name);
            match groups.iter_mut().find(|(known, _)| *known == group) {
                Some((_, sum)) => *sum += share,
                None => groups.push((group, share)),
            }
        }
        groups.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        groups
    }
}
