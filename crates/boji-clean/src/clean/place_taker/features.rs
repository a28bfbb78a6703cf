use std::collections::HashSet;

use super::little::Little;
use crate::model::{Facts, PageState};
use crate::rules::words::{StateWords, weight};
use crate::text::is_letter;

/// What is asked of a page that shows little.
pub(super) struct Seen<'a> {
    little: &'a Little,
    lines: Vec<Line<'a>>,
    /// How much the whole page sounds like one that is no article.
    page: f32,
    /// How much its title does.
    title: f32,
    shown: f32,
    has_author: bool,
    has_day: bool,
    /// Share of what is shown that the table knows as a wording of each state, wherever it stands.
    known: [f32; 4],
    /// Share of what is shown that speaks to a visitor.
    spoken: f32,
}

struct Line<'a> {
    text: &'a str,
    /// Its letters, one of Chinese counting three.
    weight: f32,
    /// How much it sounds like one of a page that is no article.
    score: f32,
    is_linked: bool,
}

/// The states in the order in which their shares are features.
const STATES: [PageState; 4] = [PageState::Blocked, PageState::Unavailable, PageState::NotArticle, PageState::Deleted];

impl<'a> Seen<'a> {
    /// `scores` are those of the page, of the title and of each line.
    pub(super) fn of(little: &'a Little, facts: &Facts, states: &StateWords, scores: &[f32]) -> Self {
        let links: HashSet<&str> = little.links.iter().map(String::as_str).collect();
        let mut scores = scores.iter().copied();
        let page = scores.next().unwrap_or_default();
        let title = scores.next().unwrap_or_default();
        let mut lines = Vec::new();
        let (mut known, mut spoken) = ([0.0; 4], 0.0);
        for text in little.lines() {
            let weight = weight(text) as f32;
            let score = scores.next().unwrap_or_default();
            lines.push(Line { text, weight, score, is_linked: links.contains(text) });
            let says = states.says(text);
            if says.to_visitor {
                spoken += weight;
            }
            for (state, share) in STATES.iter().zip(&mut known) {
                if says.state == Some(*state) {
                    *share += weight;
                }
            }
        }
        let shown = lines.iter().map(|line| line.weight).sum::<f32>().max(1.0);
        let has_day = facts.published.is_some() && facts.provenance.get("published") != Some(&"url");
        let known = known.map(|weight| weight / shown);
        Self {
            little,
            lines,
            page,
            title,
            shown,
            has_author: !facts.authors.is_empty(),
            has_day,
            known,
            spoken: spoken / shown,
        }
    }

    /// The scores of lines that are no links, weighted.
    fn mean(&self, wanted: impl Fn(&Line<'_>) -> bool) -> f32 {
        let (mut sum, mut all) = (0.0, 0.0);
        for line in self.lines.iter().filter(|line| wanted(line)) {
            sum += line.score * line.weight;
            all += line.weight;
        }
        if all > 0.0 { sum / all } else { 0.0 }
    }

    /// The share of what is shown by lines of a kind.
    fn share(&self, wanted: impl Fn(&Line<'_>) -> bool) -> f32 {
        self.lines.iter().filter(|line| wanted(line)).map(|line| line.weight).sum::<f32>() / self.shown
    }

    /// The scores of lines that are no links, the highest first.
    fn ranked(&self) -> Vec<f32> {
        let mut scores: Vec<f32> = self.lines.iter().filter(|line| !line.is_linked).map(|line| line.score).collect();
        scores.sort_by(|one, other| other.total_cmp(one));
        scores
    }

    fn longest(&self) -> Option<&Line<'_>> {
        self.lines.iter().filter(|line| !line.is_linked).max_by(|one, other| one.weight.total_cmp(&other.weight))
    }
}

/// Declares the features: each name beside what it is for a page.
macro_rules! features {
    ($seen:ident, $ranked:ident, $made:ident; $($name:literal = $value:expr,)+) => {
        /// Names of the features of a page that shows little, in their order.
        pub const PAGE_FEATURES: &[&str] = &[$($name),+];

        impl Seen<'_> {
            /// The features, in the order of [`PAGE_FEATURES`].
            pub(super) fn features(&self) -> Vec<f32> {
                let $seen = self;
                let $ranked = self.ranked();
                let $made = &self.little.made_of;
                vec![$($value),+]
            }
        }
    };
}

features! { seen, ranked, made;
    // How much it shows, and how.
    "shown" = seen.shown,
    "shown.unlinked" = seen.shown * (1.0 - seen.share(|line| line.is_linked)),
    "shown.linked" = seen.share(|line| line.is_linked),
    "lines" = seen.lines.len() as f32,
    "longest" = seen.longest().map_or(0.0, |line| line.weight),
    "prose" = seen.share(is_prose),
    "short" = seen.share(|line| line.weight < SHORT),
    "digits" = share_of(&seen.little.text, |c| c.is_ascii_digit()),
    "marks" = seen.lines.iter().filter(|line| line.text.contains(['?', '？', '!', '！'])).count() as f32,
    "token" = longest_token(&seen.little.text) as f32,
    // What it says of itself.
    "is.marked" = flag(seen.little.is_marked),
    "has.author" = flag(seen.has_author),
    "has.day" = flag(seen.has_day),
    "title" = weight(&seen.little.title) as f32,
    // What it is made of.
    "forms" = f32::from(made.forms),
    "passwords" = f32::from(made.passwords),
    "inputs" = f32::from(made.inputs),
    "buttons" = f32::from(made.buttons),
    "images" = f32::from(made.images),
    "links" = seen.little.links.len() as f32,
    "headings" = f32::from(made.headings),
    "paragraphs" = f32::from(made.paragraphs),
    "items" = f32::from(made.items),
    "refreshes" = f32::from(made.refreshes),
    // How it speaks.
    "says.page" = seen.page,
    "says.title" = seen.title,
    "says.first" = seen.lines.iter().find(|line| !line.is_linked).map_or(0.0, |line| line.score),
    "says.longest" = seen.longest().map_or(0.0, |line| line.score),
    "says.most" = ranked.first().copied().unwrap_or_default(),
    "says.second" = ranked.get(1).copied().unwrap_or_default(),
    "says.least" = ranked.last().copied().unwrap_or_default(),
    "says.all" = seen.mean(|line| !line.is_linked),
    "says.prose" = seen.mean(|line| !line.is_linked && is_prose(line)),
    "says.linked" = seen.mean(|line| line.is_linked),
    "says.share" = seen.share(|line| !line.is_linked && line.score > 0.0),
    // Wordings of the table.
    "known.blocked" = seen.known[0],
    "known.unavailable" = seen.known[1],
    "known.not_article" = seen.known[2],
    "known.deleted" = seen.known[3],
    "spoken" = seen.spoken,
}

/// Letters below which a line is a label.
const SHORT: f32 = 30.0;
/// Letters from which on a line is prose, when it ends as a sentence does.
const PROSE: f32 = 60.0;

fn is_prose(line: &Line<'_>) -> bool {
    line.weight >= PROSE && line.text.contains(['。', '.', '！', '!', '？', '?', '…', '，', ','])
}

fn flag(is: bool) -> f32 {
    if is { 1.0 } else { 0.0 }
}

fn share_of(text: &str, wanted: impl Fn(char) -> bool) -> f32 {
    let all = text.chars().filter(|c| is_letter(*c)).count().max(1);
    text.chars().filter(|c| wanted(*c)).count() as f32 / all as f32
}

/// Length of the longest word of letters and digits in turn, as the number of a request is.
fn longest_token(text: &str) -> usize {
    let is_token = |word: &&str| {
        word.is_ascii()
            && word.contains(|c: char| c.is_ascii_digit())
            && word.contains(|c: char| c.is_ascii_alphabetic())
    };
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    words.filter(is_token).map(str::len).max().unwrap_or_default().min(64)
}
