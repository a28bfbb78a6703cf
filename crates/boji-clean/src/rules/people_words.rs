//! Words of credits, of statements about the article and of job offers.

use std::cmp::Reverse;

use serde::Deserialize;

use crate::text::fold;

/// The words by which lines of credits are known.
#[derive(Debug, Default)]
pub struct CreditWords {
    /// Words that name a part in making an article, longest first.
    pub roles: Vec<String>,
    /// Roles whose names are authors.
    pub author_roles: Vec<String>,
    /// Roles whose words mean other things too, longest first: they count beside others.
    pub joining_roles: Vec<String>,
    /// Words that narrow the role behind them, longest first.
    pub modifiers: Vec<String>,
    /// Roles of editors' desks, which no line of prose begins with; they may stand before a name without any sign.
    pub desk_roles: Vec<String>,
    /// Reporters and their houses, before the names of persons.
    pub desks: Vec<String>,
    /// What those who report are called, behind the name of their house or before their own.
    pub reporters: Vec<String>,
    /// What the names of houses end with, where people work.
    pub houses: Vec<String>,
    /// What the names of posts end with, which people hold.
    pub posts: Vec<String>,
    /// Characters with which names of persons begin: surnames, and what stands before nicknames.
    pub name_starts: String,
    /// Labels that stand among credits and name no part in the making.
    pub other_labels: Vec<String>,
    /// Labels of what is told of another work: whose author stands beside them made that one.
    pub works: Vec<String>,
    /// Labels of a title, which is that of another work where it is not the article's.
    pub titles: Vec<String>,
    /// Labels that name where an article came from, longest first.
    pub sources: Vec<String>,
    /// What ends the label of an author's name on a forum.
    pub author_ids: Vec<String>,
    /// What stands behind the names of those who sent an article in.
    pub contributed: Vec<String>,
    /// What stands between reporters and the place they write from.
    pub reported_from: Vec<String>,
    /// What stands before an author's name in a byline, folded, longest first.
    pub bylines: Vec<String>,
}

impl CreditWords {
    /// Puts the lists in the form and the order in which they are asked.
    pub(super) fn sort(&mut self) {
        self.bylines = self.bylines.iter().map(|words| fold(words)).filter(|words| !words.is_empty()).collect();
        self.author_ids = self.author_ids.iter().map(|words| words.to_lowercase()).collect();
        let Self { roles, joining_roles, modifiers, sources, bylines, .. } = self;
        for list in [roles, joining_roles, modifiers, sources, bylines] {
            list.sort_by_key(|word| (Reverse(word.chars().count()), word.clone()));
            list.dedup();
        }
    }
}

/// The words by which statements about an article are read: sentences, not labels with names.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StatementWords {
    /// What stands before the name of who had the article first.
    pub source_leads: Vec<String>,
    /// What stands behind that name.
    pub source_tails: Vec<String>,
    /// What begins a statement of the original's address.
    pub original_leads: Vec<String>,
    /// What the folded label of a list of literature holds.
    pub literature: Vec<String>,
    /// What the folded heading of a disclaimer holds that heads nothing else.
    pub disclaimer_headings: Vec<String>,
    /// The label with which a disclaimer begins in the midst of a block.
    pub disclaimer_labels: Vec<String>,
    /// What stands before a clause that says who worked on the text.
    pub clause_heads: Vec<String>,
    /// What stands behind it.
    pub clause_tails: Vec<String>,
    /// What leads to the name in such a clause.
    pub clause_leads: Vec<String>,
    /// What stands between that name and the work.
    pub clause_adverbs: Vec<String>,
    /// What stands between the name of an account and its id.
    pub account_labels: Vec<String>,
    /// What the unit of a text's length begins with, in lower case.
    pub length_units: Vec<String>,
    /// What the unit of the time that reading takes begins with, in lower case.
    pub time_units: Vec<String>,
    /// What a statement of the length holds that names its unit first.
    pub length_labels: Vec<String>,
}

impl StatementWords {
    /// Adds the words of another file, the longest of each list first.
    pub(super) fn add(&mut self, other: Self) {
        let Self {
            source_leads,
            source_tails,
            original_leads,
            literature,
            disclaimer_headings,
            disclaimer_labels,
            clause_heads,
            clause_tails,
            clause_leads,
            clause_adverbs,
            account_labels,
            length_units,
            time_units,
            length_labels,
        } = self;
        for (words, others) in [
            (source_leads, other.source_leads),
            (source_tails, other.source_tails),
            (original_leads, other.original_leads),
            (literature, other.literature),
            (disclaimer_headings, other.disclaimer_headings),
            (disclaimer_labels, other.disclaimer_labels),
            (clause_heads, other.clause_heads),
            (clause_tails, other.clause_tails),
            (clause_leads, other.clause_leads),
            (clause_adverbs, other.clause_adverbs),
            (account_labels, other.account_labels),
            (length_units, other.length_units),
            (time_units, other.time_units),
            (length_labels, other.length_labels),
        ] {
            words.extend(others.into_iter().filter(|word| !word.is_empty()));
            words.sort_by_key(|word| (Reverse(word.chars().count()), word.clone()));
            words.dedup();
        }
    }
}

/// What posts that offer jobs say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recruiting {
    /// Their titles hold one of these.
    titles: Vec<String>,
    /// Their short lines hold some of these.
    lines: Vec<String>,
}

impl Recruiting {
    /// Adds the words of another file.
    pub(super) fn add(&mut self, other: &Self) {
        for (words, others) in [(&mut self.titles, &other.titles), (&mut self.lines, &other.lines)] {
            words.extend(others.iter().map(|word| fold(word)).filter(|word| !word.is_empty()));
            words.sort();
            words.dedup();
        }
    }

    /// Whether a folded title offers jobs.
    pub fn is_title(&self, title: &str) -> bool {
        self.titles.iter().any(|word| title.contains(word))
    }

    /// How many of the words some folded lines hold, each counted once.
    pub fn words_in(&self, lines: &[String]) -> usize {
        self.lines.iter().filter(|word| lines.iter().any(|line| line.contains(*word))).count()
    }
}
