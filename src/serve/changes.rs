//! What a person changes: rulings on blocks and rules, and answers to doubts.

use std::path::Path;

use boji_clean::clean::wordings;
use boji_clean::model::{JudgedBlock, RuleFamily, Ruling};
use boji_clean::rules::Rules;
use serde::Deserialize;

use super::failure::Failure;
use super::report;
use super::review::{Doubt, Queue};
use crate::model::{Clock, StoredArticle, SystemClock};
use crate::pipeline::{self, Called, RulingChange};
use crate::store::Store;

/// A form about a block of an article.
#[derive(Debug, Deserialize)]
pub(super) struct BlockForm {
    pub key: String,
    pub place: usize,
    /// The keys of its lines, with commas between them: the block is known by them, should its number have changed.
    #[serde(default)]
    pub words: String,
    #[serde(rename = "do")]
    pub wish: BlockWish,
}

/// What is wished of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum BlockWish {
    /// It is content.
    Restore,
    /// It is boilerplate.
    Remove,
    /// What a person said of it is taken back.
    Undo,
    /// The rule that took it is to take nothing more from this account.
    Rest,
    /// It is written down as a case.
    Report,
}

/// Does what a form about a block wants.
pub(super) fn of_block(
    store: &mut dyn Store,
    stored: &StoredArticle,
    form: &BlockForm,
    rules: &Rules,
    folder: &Path,
) -> Result<(), Failure> {
    let judged =
        meant(stored, form).ok_or_else(|| Failure::Missing(format!("there is no block {} any more", form.place)))?;
    let account = &stored.submission.article.source_name;
    let (rulings, wish) = match form.wish {
        BlockWish::Report => return report::write(folder, stored, form.place, judged).map(drop),
        BlockWish::Restore => (pipeline::rulings_on(&stored.id, judged, Called::Content), RulingChange::Put),
        BlockWish::Remove => (pipeline::rulings_on(&stored.id, judged, Called::Boilerplate), RulingChange::Put),
        BlockWish::Undo => {
            let both = [Called::Content, Called::Boilerplate];
            (
                both.into_iter().flat_map(|called| pipeline::rulings_on(&stored.id, judged, called)).collect(),
                RulingChange::TakenBack,
            )
        }
        BlockWish::Rest => (vec![resting(judged, account)?], RulingChange::Put),
    };
    apply(store, &rulings, wish, &stored.id, rules)
}

/// The block that a form means: at its place with its words, else the one that has its words.
fn meant<'a>(stored: &'a StoredArticle, form: &BlockForm) -> Option<&'a JudgedBlock> {
    let blocks = &stored.submission.article.blocks;
    let has_words = |judged: &&JudgedBlock| wordings(judged).join(",") == form.words;
    blocks
        .get(form.place)
        .filter(has_words)
        .or_else(|| blocks.iter().find(|judged| !form.words.is_empty() && has_words(judged)))
}

/// The ruling that lets the rule of a block rest for its account.
fn resting(judged: &JudgedBlock, account: &str) -> Result<Ruling, Failure> {
    let rule = judged.verdict.rule.as_str();
    if RuleFamily::of(rule) == RuleFamily::Ruling {
        return Err(Failure::Wrong("a person decided over this block, no rule".to_owned()));
    }
    Ok(Ruling::Rule { rule: rule.to_owned(), account: account.to_owned() })
}

fn apply(
    store: &mut dyn Store,
    rulings: &[Ruling],
    change: RulingChange,
    id: &str,
    rules: &Rules,
) -> Result<(), Failure> {
    let (_, report) = pipeline::rule_on(store, rulings, change, vec![id.to_owned()], rules, SystemClock.now())?;
    match report.problems.first() {
        None => Ok(()),
        Some(problem) => {
            Err(Failure::Store(format!("it is decided, but the article was not cleaned again: {}", problem.message)))
        }
    }
}

/// A form about a rule.
#[derive(Debug, Deserialize)]
pub(super) struct RuleForm {
    pub key: String,
    pub rule: String,
    pub account: String,
    #[serde(rename = "do")]
    pub wish: RuleWish,
}

/// What is wished of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RuleWish {
    /// It takes nothing more.
    Rest,
    /// It takes what it took.
    Wake,
}

/// Lets a rule rest for an account, or wakes it; articles follow with the next `reclean`.
pub(super) fn of_rule(store: &mut dyn Store, form: &RuleForm, rules: &Rules) -> Result<(), Failure> {
    if form.account.is_empty() || form.rule.is_empty() {
        return Err(Failure::Wrong("a rule rests for an account".to_owned()));
    }
    let ruling = Ruling::Rule { rule: form.rule.clone(), account: form.account.clone() };
    let wish = if form.wish == RuleWish::Rest { RulingChange::Put } else { RulingChange::TakenBack };
    pipeline::rule_on(store, &[ruling], wish, Vec::new(), rules, SystemClock.now())?;
    Ok(())
}

/// An answer to a doubt.
#[derive(Debug, Deserialize)]
pub(super) struct AnswerForm {
    pub key: String,
    #[serde(default)]
    pub article: String,
    #[serde(default)]
    pub place: usize,
    pub answer: Reply,
}

/// What somebody says to a doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reply {
    /// It is content.
    Content,
    /// It is boilerplate.
    Boilerplate,
    /// Nothing is said.
    Skip,
    /// The last answer is taken back.
    Undo,
}

/// What follows from an answer.
#[derive(Debug)]
pub(super) enum Step {
    /// Nothing.
    Nothing,
    /// The doubt is decided.
    Decide(Doubt, Called),
    /// It is not decided any more.
    TakeBack(Doubt, Called),
}

/// Moves the queue on, or back.
pub(super) fn of_queue(queue: &mut Queue, form: &AnswerForm) -> Step {
    let called = match form.answer {
        Reply::Content => Some(Called::Content),
        Reply::Boilerplate => Some(Called::Boilerplate),
        Reply::Skip => None,
        Reply::Undo => {
            return match queue.take_back() {
                Some((doubt, Some(called))) => Step::TakeBack(doubt, called),
                _ => Step::Nothing,
            };
        }
    };
    // Sent twice: it is answered already.
    let Some(doubt) = queue.answer(&form.article, form.place, called) else { return Step::Nothing };
    called.map_or(Step::Nothing, |called| Step::Decide(doubt, called))
}

/// Does what follows from an answer.
pub(super) fn of_answer(store: &mut dyn Store, step: &Step, rules: &Rules) -> Result<(), Failure> {
    let (doubt, called, change) = match step {
        Step::Nothing => return Ok(()),
        Step::Decide(doubt, called) => (doubt, *called, RulingChange::Put),
        Step::TakeBack(doubt, called) => (doubt, *called, RulingChange::TakenBack),
    };
    let rulings: Vec<Ruling> = doubt.words.iter().map(|key| called.ruling(&doubt.article, key)).collect();
    apply(store, &rulings, change, &doubt.article, rules)
}

/// Puts a doubt back whose answer could not be kept. One whose answer could not be taken back was put back already.
pub(super) fn put_back(queue: &mut Queue, step: &Step) {
    if matches!(step, Step::Decide(..)) {
        queue.take_back();
    }
}
