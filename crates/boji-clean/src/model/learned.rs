use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rule_id::{RuleFamily, RuleId};
use super::word::word_enum;

/// Articles of an account that the memory of a wording reaches back.
pub const WINDOW: u32 = 12;

/// Articles within [`WINDOW`] that must share a wording before it counts as learned. Two may be a coincidence or a
/// sequel.
const ENOUGH: usize = 3;

word_enum! {
    /// An end of an article.
    pub enum Edge {
        /// Its first lines.
        Head = "head",
        /// Its last lines.
        Tail = "tail",
    }
}

/// One line at an end of an article, as its account's memory takes it in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// Where it stood.
    pub edge: Edge,
    /// Its words without layout, with every number the same: equal for the same wording.
    pub key: String,
    /// The line as written.
    pub sample: String,
}

/// What one article teaches about its account. An article teaches once, whatever becomes of it later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// Id of the article.
    pub article_id: String,
    /// The account's name.
    pub account: String,
    /// Its lines at both ends, each wording of an edge once.
    pub sightings: Vec<Sighting>,
}

/// How often a wording was seen at one end of an account's articles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sightings {
    /// Articles in which it was seen.
    pub count: u32,
    /// Numbers of the last of them among the account's articles, from 1, ascending; at most [`WINDOW`].
    pub recent: Vec<u32>,
    /// It was in [`ENOUGH`] of [`WINDOW`] articles at some time. What was learned stays learned: a prompt that an
    /// account gave up is still boilerplate in its older articles.
    pub learned: bool,
}

impl Sightings {
    /// Takes in a sight in the account's article of this number; the second sight in one article counts for nothing.
    pub fn see(&mut self, number: u32) {
        if self.recent.contains(&number) {
            return;
        }
        self.count = self.count.saturating_add(1);
        self.recent.push(number);
        self.recent.sort_unstable();
        let newest = self.recent.last().copied().unwrap_or(number);
        self.recent.retain(|seen| newest.saturating_sub(*seen) < WINDOW);
        self.learned |= self.recent.len() >= ENOUGH;
    }
}

/// A wording that comes back at one end of an account's articles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearnedBlock {
    /// The end where it stands.
    pub edge: Edge,
    /// See [`Sighting::key`].
    pub key: String,
    /// The wording as first seen.
    pub sample: String,
    /// How often it was seen.
    pub sightings: Sightings,
}

impl LearnedBlock {
    /// The rule that it makes: `learned.tail.` and eight hexadecimal digits of account and wording.
    pub fn rule(&self, account: &str) -> RuleId {
        let mut hasher = blake3::Hasher::new();
        hasher.update(account.as_bytes()).update(b"\0").update(self.key.as_bytes());
        let hex = hasher.finalize().to_hex();
        let digits = hex.as_str().get(..8).unwrap_or_default();
        RuleId::Learned(format!("{}.{}.{digits}", RuleFamily::Learned, self.edge))
    }
}

/// What was learned of one account from its own articles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The account's name.
    pub account: String,
    /// Articles that taught it.
    pub articles: u32,
    /// The learned wordings, by edge and key.
    pub blocks: Vec<LearnedBlock>,
}

/// What a person decided against a verdict. It stays in force over every later cleaning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Ruling {
    /// Lines of one article are content, whatever a rule says.
    Block {
        /// Id of the article.
        article: String,
        /// Their words, as [`Sighting::key`].
        key: String,
    },
    /// Lines of one article are boilerplate, whatever keeps them.
    Boilerplate {
        /// Id of the article.
        article: String,
        /// Their words, as [`Sighting::key`].
        key: String,
    },
    /// A rule, or all whose id goes on from this one with a dot, takes nothing any more.
    Rule {
        /// `zh.follow.scan`, `zh.follow`, `learned.tail.0a1b2c3d`, `learned`.
        rule: String,
        /// The account whose articles are meant, "" for all.
        account: String,
    },
}

/// Everything that cleaning takes from the store: what was learned of accounts, and what people decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learned {
    /// By name of the account; those of which nothing was learned are left out.
    pub profiles: BTreeMap<String, Profile>,
    /// In order.
    pub rulings: Vec<Ruling>,
}

impl Ruling {
    /// The article on a block of which it is; `None` of one on a rule.
    pub fn article(&self) -> Option<&str> {
        match self {
            Self::Block { article, .. } | Self::Boilerplate { article, .. } => Some(article),
            Self::Rule { .. } => None,
        }
    }
}

impl Learned {
    /// What was learned of an account.
    pub fn profile(&self, account: &str) -> Option<&Profile> {
        self.profiles.get(account)
    }

    /// Wordings learned, of all accounts together.
    pub fn wordings(&self) -> usize {
        self.profiles.values().map(|profile| profile.blocks.len()).sum()
    }

    /// Whether a rule is at rest for an account's articles.
    pub fn rests(&self, rule: &RuleId, account: &str) -> bool {
        let covers = |ruled: &str| {
            rule.as_str().strip_prefix(ruled).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.rulings.iter().any(|ruling| match ruling {
            Ruling::Rule { rule: ruled, account: of } => covers(ruled) && (of.is_empty() || of == account),
            Ruling::Block { .. } | Ruling::Boilerplate { .. } => false,
        })
    }

    /// The wordings of an article that a person called content.
    pub fn kept<'a>(&'a self, article_id: &'a str) -> impl Iterator<Item = &'a str> {
        self.rulings.iter().filter_map(move |ruling| match ruling {
            Ruling::Block { article, key } if article == article_id => Some(key.as_str()),
            _ => None,
        })
    }

    /// The wordings of an article that a person called boilerplate.
    pub fn removed<'a>(&'a self, article_id: &'a str) -> impl Iterator<Item = &'a str> {
        self.rulings.iter().filter_map(move |ruling| match ruling {
            Ruling::Boilerplate { article, key } if article == article_id => Some(key.as_str()),
            _ => None,
        })
    }

    /// Hash of everything here that can change the cleaning of an account's articles; "" when nothing can. How often a
    /// wording was seen is no part of it, and the rulings on single blocks are not either, but for those of `article_id`.
    pub fn hash(&self, account: &str, article_id: &str) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut empty = true;
        let mut add = |parts: [&str; 3]| {
            empty = false;
            for part in parts {
                hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
            }
        };
        for block in self.profile(account).map(|profile| profile.blocks.as_slice()).unwrap_or_default() {
            add(["learned", block.edge.as_str(), &block.key]);
        }
        for ruling in &self.rulings {
            match ruling {
                Ruling::Rule { rule, account: of } if of.is_empty() || of == account => add(["rule", rule, of]),
                Ruling::Block { article, key } if article == article_id => add(["block", article, key]),
                Ruling::Boilerplate { article, key } if article == article_id => add(["boilerplate", article, key]),
                _ => {}
            }
        }
        if empty { String::new() } else { hasher.finalize().to_hex().to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wording_is_learned_from_three_of_twelve_and_stays_learned() {
        let cases: [(&[u32], bool); 5] =
            [(&[1, 2], false), (&[1, 2, 3], true), (&[1, 7, 12], true), (&[1, 7, 13], false), (&[1, 2, 3, 90], true)];
        for (numbers, learned) in cases {
            let mut sightings = Sightings::default();
            for number in numbers {
                sightings.see(*number);
            }
            assert_eq!(sightings.learned, learned, "{numbers:?}");
            assert_eq!(sightings.count as usize, numbers.len());
            assert!(sightings.recent.len() <= WINDOW as usize);
        }
    }

    #[test]
    fn a_ruling_rests_a_rule_and_its_family_for_whom_it_names() {
        let ruling = |rule: &str, account: &str| Ruling::Rule { rule: rule.into(), account: account.into() };
        let learned = Learned {
            rulings: vec![ruling("zh.follow", "山水报"), ruling("learned.tail.0a", "")],
            ..Learned::default()
        };
        let cases = [
            ("zh.follow", "山水报", true),
            ("zh.follow.scan", "山水报", true),
            ("zh.followers", "山水报", false),
            ("zh.follow.scan", "别的", false),
            ("learned.tail.0a", "别的", true),
            ("learned.head.0a", "别的", false),
        ];
        for (rule, account, want) in cases {
            assert_eq!(learned.rests(&rule.into(), account), want, "{rule} of {account}");
        }
    }

    #[test]
    fn the_hash_changes_with_what_can_change_a_verdict_and_with_nothing_else() {
        let block = |key: &str, count| LearnedBlock {
            edge: Edge::Tail,
            key: key.into(),
            sample: key.into(),
            sightings: Sightings { count, ..Sightings::default() },
        };
        let learned = |blocks: Vec<LearnedBlock>, rulings: Vec<Ruling>| Learned {
            profiles: BTreeMap::from([("a".to_owned(), Profile { account: "a".into(), articles: 9, blocks })]),
            rulings,
        };
        let of_block = Ruling::Block { article: "1".into(), key: "k".into() };
        let hash = |learned: &Learned, article: &str| learned.hash("a", article);
        assert_eq!(Learned::default().hash("a", "1"), "");
        let base = learned(vec![block("x", 3)], vec![]);
        assert_eq!(base.hash("b", "1"), "");
        assert_eq!(hash(&base, "1"), hash(&learned(vec![block("x", 4)], vec![]), "1"));
        assert_ne!(hash(&base, "1"), hash(&learned(vec![block("y", 3)], vec![]), "1"));
        let ruled = learned(vec![block("x", 3)], vec![of_block]);
        assert_ne!(hash(&base, "1"), hash(&ruled, "1"));
        assert_eq!(hash(&base, "2"), hash(&ruled, "2"));
    }
}
