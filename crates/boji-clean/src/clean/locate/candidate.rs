use serde::Serialize;

/// What the share of the page's prose that is left counts: more than all else, for what leaves nearly nothing took the
/// article for page chrome.
const LEFT: f64 = 4.0;
/// A stated text must say this many times what the page shows: a page may state a part of its article, or the whole
/// while it shows a part.
const LONGER: f64 = 2.0;
/// Most times that a stated text is counted as longer.
const MAX_LONGER: f64 = 100.0;

/// What makes an element, or a text, a candidate for the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CandidateKind {
    /// The rule of its site says so.
    SiteRule,
    /// Of several whole articles it bears the title of the page.
    Title,
    /// It holds all posts of a discussion.
    Posts,
    /// Its markup says that it is the body: `article`, `main`, a role, `itemprop`.
    Markup,
    /// A word of its class says so.
    ClassWord,
    /// It holds the prose that is left.
    Density,
    /// In a page with little prose or none it holds the links to other sites.
    Links,
    /// The text that the page's JSON-LD states.
    JsonLd,
    /// A text in the data of the page's scripts.
    Script,
}

impl CandidateKind {
    /// Its name in what people read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SiteRule => "site rule",
            Self::Title => "title",
            Self::Posts => "posts",
            Self::Markup => "markup",
            Self::ClassWord => "class word",
            Self::Density => "density",
            Self::Links => "links",
            Self::JsonLd => "json-ld",
            Self::Script => "script",
        }
    }

    /// What it adds to a score. A marked body beats the whole page when it holds half of the prose; the rule of a site
    /// beats all.
    fn worth(self) -> f64 {
        match self {
            Self::SiteRule => 10.0,
            Self::Title | Self::Links => 3.0,
            Self::Posts => 1.5,
            Self::Markup | Self::ClassWord => 0.5,
            Self::Density | Self::JsonLd | Self::Script => 0.0,
        }
    }
}

/// A place where the article may stand, and what speaks for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RootCandidate {
    /// What makes it one.
    pub kind: CandidateKind,
    /// The element, as a tag with its id or first class; "" for a stated text.
    pub place: String,
    /// Prose in it, in weighted characters (a Chinese one weighs 3).
    pub prose: u32,
    /// Headings in it, titles of the first level included.
    pub headings: u32,
    /// Share of its text that is links.
    pub links: f64,
    /// A title of the first level stands in it.
    pub title: bool,
    /// Share of the page's prose that is left with page chrome taken away as it was for this candidate.
    pub left: f64,
    /// Share of that prose which it holds; of a stated text, how many times it says what the page shows.
    pub held: f64,
    /// All of this in one number; the greatest wins.
    pub score: f64,
}

impl RootCandidate {
    /// A place of a kind of which nothing is known but its prose: it holds all.
    pub fn at(kind: CandidateKind, place: String, prose: u32) -> Self {
        Self { kind, place, prose, headings: 0, links: 0.0, title: false, left: 1.0, held: 1.0, score: 0.0 }.scored()
    }

    /// The same with its score: what its kind is worth, what it holds, and whether enough was left to hold.
    #[must_use]
    pub fn scored(self) -> Self {
        let score = self.left * LEFT + self.held + self.kind.worth();
        Self { score, ..self }
    }

    /// A text of so many letters that the page states beside the one it shows: it counts half of that for each time
    /// it says as much.
    pub fn stated(kind: CandidateKind, letters: usize, shown: usize, rival: Option<&Self>) -> Self {
        let held = (letters as f64 / shown.max(1) as f64).min(MAX_LONGER);
        let score = rival.map_or(1.0, |rival| rival.score.max(1.0)) * held / LONGER;
        let prose = u32::try_from(letters).unwrap_or(u32::MAX);
        Self { left: 0.0, held, score, ..Self::at(kind, String::new(), prose) }
    }
}

/// The one judge of all candidates: the place in the list of the one with the greatest score, the first of several.
pub fn judge(candidates: &[RootCandidate]) -> Option<usize> {
    let better = |best: usize, next: usize| match (candidates.get(best), candidates.get(next)) {
        (Some(one), Some(other)) if other.score > one.score => next,
        _ => best,
    };
    (0..candidates.len()).reduce(better)
}

/// How an article was found, for people.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Trace {
    /// From where the search began to the root: each element with the prose below it, in weighted characters (a Chinese
    /// one weighs 3).
    pub steps: Vec<(String, f64)>,
    /// Why the search ended there.
    pub reason: &'static str,
    /// Elements between the title and the root that were taken along.
    pub leads: Vec<String>,
    /// Elements beside the way to the root that were taken along.
    pub parts: Vec<String>,
    /// The candidate that the judge chose.
    pub winner: Option<RootCandidate>,
    /// Those that it did not, the best first.
    pub rivals: Vec<RootCandidate>,
}

impl Trace {
    /// What the judge makes of some candidates.
    pub fn judged(mut candidates: Vec<RootCandidate>) -> Self {
        let winner = judge(&candidates).map(|won| candidates.remove(won));
        candidates.sort_by(|one, other| other.score.total_cmp(&one.score));
        Self { winner, rivals: candidates, ..Self::default() }
    }

    /// Whether the candidate that was chosen is of a kind.
    pub fn is_by(&self, kind: CandidateKind) -> bool {
        self.winner.as_ref().is_some_and(|winner| winner.kind == kind)
    }

    /// Puts one more candidate before the judge; true when it wins.
    pub fn challenge(&mut self, challenger: &RootCandidate) -> bool {
        let mut candidates = vec![challenger.clone()];
        candidates.extend(self.winner.take());
        candidates.append(&mut self.rivals);
        let judged = Self::judged(candidates);
        (self.winner, self.rivals) = (judged.winner, judged.rivals);
        self.winner.as_ref() == Some(challenger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(kind: CandidateKind, left: f64, held: f64) -> RootCandidate {
        RootCandidate { left, held, ..RootCandidate::at(kind, String::new(), 0) }.scored()
    }

    #[test]
    fn the_candidate_of_the_highest_score_wins() {
        use CandidateKind::{ClassWord, Density, Markup, Posts, SiteRule, Title};
        type Parts = (CandidateKind, f64, f64);
        let cases: [(&str, &[Parts], usize); 8] = [
            ("half of the prose is enough for a mark", &[(Markup, 1.0, 0.5), (Density, 1.0, 1.0)], 0),
            ("less is not", &[(ClassWord, 1.0, 0.49), (Density, 1.0, 1.0)], 1),
            ("of two marks the greater", &[(ClassWord, 1.0, 0.6), (Markup, 1.0, 0.8), (Density, 1.0, 1.0)], 1),
            ("of equals the first", &[(ClassWord, 1.0, 0.9), (Markup, 1.0, 0.9)], 0),
            ("all posts before a marked one", &[(Posts, 1.0, 0.6), (Markup, 1.0, 1.0), (Density, 1.0, 1.0)], 0),
            ("what leaves nothing took the article", &[(Markup, 0.05, 1.0), (Density, 1.0, 1.0)], 1),
            ("the article with the title before all of them", &[(Title, 1.0, 0.1), (Markup, 1.0, 1.0)], 0),
            ("a site's rule before all", &[(Title, 1.0, 1.0), (SiteRule, 0.0, 1.0)], 1),
        ];
        for (name, candidates, want) in cases {
            let candidates: Vec<_> =
                candidates.iter().map(|(kind, left, held)| candidate(*kind, *left, *held)).collect();
            assert_eq!(judge(&candidates), Some(want), "{name}: {candidates:?}");
        }
        assert_eq!(judge(&[]), None);
    }

    #[test]
    fn a_stated_text_must_say_twice_as_much() {
        let shown = candidate(CandidateKind::Markup, 1.0, 0.9);
        for (letters, wins) in [(1000, false), (1999, false), (2000, true)] {
            let stated = RootCandidate::stated(CandidateKind::JsonLd, letters, 1000, Some(&shown));
            assert_eq!(judge(&[stated, shown.clone()]) == Some(0), wins, "{letters}");
        }
        assert!(RootCandidate::stated(CandidateKind::Script, 300, 0, None).score > 1.0, "a page that shows nothing");
    }
}
