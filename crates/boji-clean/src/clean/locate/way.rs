use serde::Serialize;

use super::candidate::{Candidate, judge};

/// How an article was found, for people.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Way {
    /// From where the search began to the root: each element with the prose below it, in weighted characters (a Chinese
    /// one weighs 3).
    pub steps: Vec<(String, f64)>,
    /// Why the search ended there.
    pub reason: &'static str,
    /// Elements between the title and the root that were taken along.
    pub leads: Vec<String>,
    /// The candidate that the judge chose.
    pub winner: Option<Candidate>,
    /// Those that it did not, the best first.
    pub rivals: Vec<Candidate>,
}

impl Way {
    /// What the judge makes of some candidates.
    pub fn judged(mut candidates: Vec<Candidate>) -> Self {
        let winner = judge(&candidates).map(|won| candidates.remove(won));
        candidates.sort_by(|one, other| other.score.total_cmp(&one.score));
        Self { winner, rivals: candidates, ..Self::default() }
    }

    /// Puts one more candidate before the judge; true when it wins.
    pub fn challenge(&mut self, challenger: &Candidate) -> bool {
        let mut candidates = vec![challenger.clone()];
        candidates.extend(self.winner.take());
        candidates.append(&mut self.rivals);
        let judged = Self::judged(candidates);
        (self.winner, self.rivals) = (judged.winner, judged.rivals);
        self.winner.as_ref() == Some(challenger)
    }
}
