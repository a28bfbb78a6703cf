use boji_clean::clean::wordings;
use boji_clean::model::{JudgedBlock, Ruling, Timestamp};
use boji_clean::rules::Rules;

use super::error::RunError;
use super::reclean::{RecleanOptions, RecleanReport, reclean};
use super::stop::Stop;
use crate::store::Store;

/// What a person calls a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Called {
    /// Text of the article.
    Content,
    /// None of it.
    Boilerplate,
}

/// What becomes of rulings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RulingChange {
    /// They come into force.
    Put,
    /// They are taken back.
    TakenBack,
}

impl Called {
    /// The ruling that calls lines of an article so, by their key.
    pub(crate) fn ruling(self, article: &str, key: &str) -> Ruling {
        let (article, key) = (article.to_owned(), key.to_owned());
        match self {
            Self::Content => Ruling::Block { article, key },
            Self::Boilerplate => Ruling::Boilerplate { article, key },
        }
    }
}

/// The rulings that call a block of an article something: one for each of its lines; none of a block without words.
pub(crate) fn rulings_on(article: &str, judged: &JudgedBlock, called: Called) -> Vec<Ruling> {
    wordings(judged).iter().map(|key| called.ruling(article, key)).collect()
}

/// Puts rulings in force or takes them back, and cleans these articles again. How many changed, and what came of the cleaning;
/// without ids nothing is cleaned. A ruling on lines ends the one that says the opposite of them.
pub(crate) fn rule_on(
    store: &mut dyn Store,
    rulings: &[Ruling],
    change: RulingChange,
    ids: Vec<String>,
    rules: &Rules,
    now: Timestamp,
) -> Result<(usize, RecleanReport), RunError> {
    let mut changed = 0;
    for ruling in rulings {
        let is_new = match change {
            RulingChange::Put => {
                if let Some(opposite) = opposite(ruling) {
                    store.unrule(&opposite)?;
                }
                store.rule(ruling, now)?
            }
            RulingChange::TakenBack => store.unrule(ruling)?,
        };
        changed += usize::from(is_new);
    }
    if ids.is_empty() {
        return Ok((changed, RecleanReport::default()));
    }
    let options = RecleanOptions { ids, jobs: 1, ..RecleanOptions::default() };
    let report = reclean(store, &options, rules, &Stop::new(), &mut |_| {}, &|_, _| {})?;
    Ok((changed, report))
}

fn opposite(ruling: &Ruling) -> Option<Ruling> {
    match ruling.clone() {
        Ruling::Block { article, key } => Some(Ruling::Boilerplate { article, key }),
        Ruling::Boilerplate { article, key } => Some(Ruling::Block { article, key }),
        Ruling::Rule { .. } => None,
    }
}
