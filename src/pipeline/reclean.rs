use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;

use boji_clean::clean::{Cleaned, Context, clean_entry, clean_pages, lesson};
use boji_clean::model::{Article, ArticleKey, Candidate, Label, Learned, RuleId, Ruling, Verdict, canonical_url};
use boji_clean::rules::Rules;
use serde::Serialize;

use super::error::RunError;
use super::knowledge::Knowledge;
use super::ordered::{guarded, in_order};
use super::report::{Problem, Stage};
use super::run::DOUBTFUL;
use super::run::feed_text::{self, EXCERPT};
use super::stop::Stop;
use super::{knowledge, submit};
use crate::discover::RecordContent;
use crate::model::{Capture, Source, SourceKind, Standing, StoredArticle, Submission};
use crate::store::{Batch, Filter, HiddenOnes, Store};
use crate::{dedup, discover};

/// Articles read, cleaned and committed at once: enough to keep all cores busy, few enough to fit into memory when
/// each has a page of several megabytes.
const CHUNK: usize = 32;

/// What is to be cleaned again.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecleanOptions {
    /// Which articles.
    pub filter: Filter,
    /// Ids of single articles; all that the filter wants when empty.
    pub ids: Vec<String>,
    /// Also those that were cleaned by the very rules in force.
    pub all: bool,
    /// Change nothing.
    pub dry_run: bool,
    /// Threads.
    pub jobs: usize,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct RecleanReport {
    /// Articles looked at.
    pub articles: usize,
    /// Articles that the rules in force had cleaned already.
    pub up_to_date: usize,
    /// Articles whose text, fields or verdicts changed.
    pub changed: usize,
    /// Characters that left texts.
    pub characters_out: usize,
    /// Characters that came back into texts.
    pub characters_back: usize,
    /// Lines that moved, by the rule that moved them.
    pub rules: BTreeMap<RuleId, usize>,
    /// What went wrong.
    pub problems: Vec<Problem>,
    /// True when a signal ended it early.
    pub stopped: bool,
}

/// One article with all that it was made from.
struct Work {
    stored: StoredArticle,
    capture: Capture,
    /// Those of its later pages.
    later: Vec<Capture>,
    source: Option<Source>,
    candidate: Option<Candidate>,
    /// Key and hash of the words of its entry.
    entry: (String, String),
}

/// Cleans stored articles again from their captures, by the rules in force and what was learned since. A change
/// replaces the latest revision and keeps its number: a revision is what the author changed. Older revisions stay as
/// they are. `tell` is told each change, `progress` the number of articles done and of all.
pub(crate) fn reclean(
    store: &mut dyn Store,
    options: &RecleanOptions,
    rules: &Rules,
    stop: &Stop,
    tell: &mut dyn FnMut(&Change),
    progress: &dyn Fn(usize, usize),
) -> Result<RecleanReport, RunError> {
    let mut report = RecleanReport::default();
    if !options.dry_run {
        teach(store)?;
    }
    let knowledge = Knowledge { rules: rules.clone(), learned: store.learned()? };
    let ids = wanted(store, options, &knowledge, &mut report)?;
    let sources: BTreeMap<String, Source> =
        store.sources()?.into_iter().map(|(source, _)| (source.id.clone(), source)).collect();
    let mut done = 0;
    for chunk in ids.chunks(CHUNK) {
        let mut works = Vec::with_capacity(chunk.len());
        for id in chunk {
            works.extend(gather(store, id, &sources, &mut report)?);
        }
        let mut batch = Batch::default();
        in_order(
            options.jobs,
            works.into_iter(),
            |work| {
                let cleaned = guarded(|| clean_again(&work, &knowledge)).and_then(|cleaned| cleaned);
                (work.stored, cleaned)
            },
            |(stored, cleaned)| {
                match cleaned {
                    Ok(submission) => {
                        compare(&stored, &submission, &mut report, tell);
                        submit::add(&mut batch, submission);
                    }
                    Err(message) => report.problems.push(problem(&stored.id, message)),
                }
                ControlFlow::Continue(())
            },
        );
        if !options.dry_run {
            store.commit(&batch, &dedup::decide_again)?;
        }
        done += chunk.len();
        progress(done, ids.len());
        if stop.requested().is_some() {
            report.stopped = true;
            break;
        }
    }
    Ok(report)
}

/// Whether what people ruled on blocks has a say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rulings {
    /// It does, as ever.
    Heard,
    /// It does not: what the cleaner makes of an article by itself.
    LeftOut,
}

/// How the rules in force read an article's capture, with where each field comes from and how its body was found; `None` when there
/// is no such article, or its capture is not stored. Changes nothing.
pub(crate) fn read_again(
    store: &dyn Store,
    id: &str,
    rules: &Rules,
    rulings: Rulings,
) -> Result<Option<Cleaned>, RunError> {
    let mut knowledge = Knowledge { rules: rules.clone(), learned: store.learned()? };
    if rulings == Rulings::LeftOut {
        knowledge.learned.rulings.retain(|ruling| ruling.article().is_none());
    }
    let sources = store.sources()?.into_iter().map(|(source, _)| (source.id.clone(), source)).collect();
    let work = gather(store, id, &sources, &mut RecleanReport::default())?;
    // A page that brings the cleaner down is shown as it is stored.
    Ok(work.and_then(|work| guarded(|| cleaned_of(&work, &knowledge)).ok()))
}

/// Lets the articles of a store that an earlier version filled teach, which it did not know.
fn teach(store: &mut dyn Store) -> Result<(), RunError> {
    if !store.accounts()?.is_empty() {
        return Ok(());
    }
    let mut ids = Vec::new();
    store.each_standing(&Filter { hidden: HiddenOnes::Too, ..Filter::default() }, &mut |standing| {
        if !standing.source_name.is_empty() {
            ids.push(standing.id);
        }
    })?;
    for chunk in ids.chunks(CHUNK) {
        let mut batch = Batch::default();
        for id in chunk {
            batch.lessons.extend(store.article(id)?.and_then(|stored| lesson(&stored.submission.article)));
        }
        store.commit(&batch, &dedup::decide)?;
    }
    Ok(())
}

/// The ids of the articles that are to be cleaned.
fn wanted(
    store: &dyn Store,
    options: &RecleanOptions,
    knowledge: &Knowledge,
    report: &mut RecleanReport,
) -> Result<Vec<String>, RunError> {
    let mut versions = Versions::of(knowledge.rules.version(), &knowledge.learned);
    let mut ids = Vec::new();
    let mut look = |standing: Standing| {
        report.articles += 1;
        if options.all || versions.is_outdated(&standing) {
            ids.push(standing.id);
        } else {
            report.up_to_date += 1;
        }
    };
    if options.ids.is_empty() {
        store.each_standing(&options.filter, &mut look)?;
    }
    let mut damaged = Vec::new();
    for id in &options.ids {
        let Some(standing) = store.standing(id)? else { continue };
        // A person who names a damaged article wants it mended, whatever its version is.
        damaged.extend(store.article(&standing.id).is_err_and(|error| error.is_damage()).then(|| standing.id.clone()));
        look(standing);
    }
    damaged.retain(|id| !ids.contains(id));
    ids.extend(damaged);
    Ok(ids)
}

/// How many stored articles wait to be cleaned again: by other rules than those in force, or by more or less than what
/// is known of their account now.
pub(crate) fn outdated(store: &dyn Store, rules_version: &str) -> Result<usize, RunError> {
    let learned = store.learned()?;
    let mut versions = Versions::of(rules_version, &learned);
    let mut count = 0;
    for group in store.versions()? {
        if versions.of_account(&group.source_name) != group.rules_hash {
            count += group.articles;
        }
    }
    // Those on whose blocks somebody ruled have a version of their own, and were counted by that of their account.
    for id in versions.ruled.clone() {
        let Some(standing) = store.standing(id)? else { continue };
        let counted = versions.of_account(&standing.source_name) != standing.rules_hash;
        match (counted, versions.is_outdated(&standing)) {
            (true, false) => count -= 1,
            (false, true) => count += 1,
            _ => {}
        }
    }
    Ok(count)
}

/// The versions that articles have when they are cleaned now, each computed once: those of an account's articles are one,
/// but for the articles on whose blocks somebody ruled.
struct Versions<'a> {
    rules_version: &'a str,
    learned: &'a Learned,
    ruled: BTreeSet<&'a str>,
    of_accounts: HashMap<String, String>,
}

impl<'a> Versions<'a> {
    fn of(rules_version: &'a str, learned: &'a Learned) -> Self {
        let ruled = learned.rulings.iter().filter_map(Ruling::article);
        Self { rules_version, learned, ruled: ruled.collect(), of_accounts: HashMap::new() }
    }

    fn is_outdated(&mut self, standing: &Standing) -> bool {
        let Standing { id, source_name, rules_hash, .. } = standing;
        if self.ruled.contains(id.as_str()) {
            return self.version_of(source_name, id) != *rules_hash;
        }
        self.of_account(source_name) != rules_hash
    }

    /// That of an account's articles on which nobody ruled.
    fn of_account(&mut self, account: &str) -> &str {
        if !self.of_accounts.contains_key(account) {
            let version = self.version_of(account, "");
            self.of_accounts.insert(account.to_owned(), version);
        }
        self.of_accounts.get(account).map_or("", String::as_str)
    }

    fn version_of(&self, account: &str, article_id: &str) -> String {
        knowledge::version_of(self.rules_version, self.learned, account, article_id)
    }
}

/// An article with its capture and with what its source said of it.
fn gather(
    store: &dyn Store,
    id: &str,
    sources: &BTreeMap<String, Source>,
    report: &mut RecleanReport,
) -> Result<Option<Work>, RunError> {
    let stored = match store.article(id) {
        Err(error) if error.is_damage() => store.remains(id)?,
        found => found?,
    };
    let Some(stored) = stored else { return Ok(None) };
    let Some(capture) = store.capture_of(&stored)? else {
        report.problems.push(problem(id, "its capture is not in the store".to_owned()));
        return Ok(None);
    };
    let mut later = Vec::with_capacity(stored.submission.later_captures.len());
    for hash in &stored.submission.later_captures {
        later.extend(store.capture(hash)?);
    }
    if later.len() < stored.submission.later_captures.len() {
        report.problems.push(problem(id, "the capture of a later page is not in the store".to_owned()));
        return Ok(None);
    }
    let entries = store.entries_of(id)?;
    let entry = entries.into_iter().find(|entry| entry.source_id == stored.submission.source_id);
    // What is known of a file is in the file.
    let saved = !stored.submission.article.metadata.file.is_empty();
    let (entry, candidate) = entry.map(|entry| ((entry.key, entry.words_hash), entry.candidate)).unzip();
    let candidate = candidate.filter(|_| !saved);
    let source = sources.get(&stored.submission.source_id).cloned();
    Ok(Some(Work { stored, capture, later, source, candidate, entry: entry.unwrap_or_default() }))
}

/// The article as the rules in force clean it; an error is a sentence.
fn clean_again(work: &Work, knowledge: &Knowledge) -> Result<Submission, String> {
    let submitted = &work.stored.submission;
    let Cleaned { state, evidence, article, .. } = cleaned_of(work, knowledge);
    let mut article: Article =
        article.ok_or_else(|| format!("its capture is no article any more: {state} ({evidence})"))?;
    // What was said of how they came, not of the words.
    let of_the_way = |flag: &&String| [DOUBTFUL, EXCERPT].contains(&flag.as_str());
    article.flags.extend(submitted.article.flags.iter().filter(of_the_way).cloned());
    article.flags.sort();
    Ok(Submission {
        later_captures: submitted.later_captures.clone(),
        ..submit::submission(article, &submitted.source_id, &work.capture, knowledge)
    })
}

fn cleaned_of(work: &Work, knowledge: &Knowledge) -> Cleaned {
    let article = &work.stored.submission.article;
    match text_in_list(work) {
        Some(candidate) => {
            let context = context(&article.key, Some(&candidate), article.metadata.file.as_str(), knowledge);
            clean_entry(&candidate, &context, &knowledge.rules)
        }
        None => of_page(work, knowledge),
    }
}

fn of_page(work: &Work, knowledge: &Knowledge) -> Cleaned {
    let article = &work.stored.submission.article;
    let file = article.metadata.file.as_str();
    let first = if file.is_empty() { work.capture.input() } else { work.capture.input_of_file() };
    let later: Vec<_> = work.later.iter().map(Capture::input).collect();
    clean_pages(&first, &later, &context(&article.key, work.candidate.as_ref(), file, knowledge), &knowledge.rules)
}

fn context<'a>(
    key: &'a ArticleKey,
    candidate: Option<&'a Candidate>,
    file: &'a str,
    knowledge: &'a Knowledge,
) -> Context<'a> {
    Context { candidate, file, learned: Some(&knowledge.learned), key: Some(key) }
}

/// The entry that an article was made from, when its capture is a feed, a saved list or a record that carries its text, and
/// not its page.
fn text_in_list(work: &Work) -> Option<Candidate> {
    let article = &work.stored.submission.article;
    let source = work.source.as_ref()?;
    if source.kind == SourceKind::Feed {
        return feed_text::entry_in(source, &work.capture, (&work.entry.0, &work.entry.1));
    }
    if article.metadata.file.is_empty() {
        return None;
    }
    if work.capture.is_excerpt() {
        return feed_text::entry_alone(&work.capture);
    }
    if let Some(RecordContent::Text(candidate)) = discover::read_record(&work.capture.body).map(|record| record.content)
    {
        return Some(*candidate);
    }
    let listing = discover::read_listing(&work.capture.body)?;
    let same = |candidate: &Candidate| canonical_url(&candidate.url).is_some_and(|url| url == article.canonical_url);
    listing.candidates.into_iter().find(|candidate| !candidate.body.is_empty() && same(candidate))
}

/// Counts and tells what changed.
fn compare(stored: &StoredArticle, submission: &Submission, report: &mut RecleanReport, tell: &mut dyn FnMut(&Change)) {
    let (old, new) = (&stored.submission.article, &submission.article);
    if old == new {
        return;
    }
    report.changed += 1;
    let change = Change::between(old, new);
    for line in &change.lines {
        let characters = line.text.chars().count();
        match (line.before.label, line.after.label) {
            (Label::Keep, _) => report.characters_out += characters,
            (_, Label::Keep) => report.characters_back += characters,
            _ => {}
        }
        let mover = if line.after.label == Label::Keep { &line.before.rule } else { &line.after.rule };
        *report.rules.entry(mover.clone()).or_default() += 1;
    }
    tell(&change);
}

fn problem(item: &str, message: String) -> Problem {
    Problem::new(item, Stage::Clean, message)
}

/// How the cleaning of one article changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    /// Id of the article.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its account or site.
    pub source_name: String,
    /// The lines with another label than before, in order.
    pub lines: Vec<LineChange>,
}

/// A line that moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct LineChange {
    /// The line.
    pub text: String,
    /// Its verdict until now.
    pub before: Verdict,
    /// Its verdict from now on.
    pub after: Verdict,
}

impl Change {
    /// What two cleanings of one article differ in.
    pub(crate) fn between(old: &Article, new: &Article) -> Self {
        Self { id: old.id(), title: new.title.clone(), source_name: new.source_name.clone(), lines: moved(old, new) }
    }
}

/// The lines whose label is another. A line that stands several times is met in order.
fn moved(old: &Article, new: &Article) -> Vec<LineChange> {
    let mut before: BTreeMap<String, Vec<&Verdict>> = BTreeMap::new();
    for judged in old.blocks.iter().rev() {
        for line in judged.block.text().lines().rev() {
            before.entry(line.trim().to_owned()).or_default().push(&judged.verdict);
        }
    }
    let mut lines = Vec::new();
    for judged in &new.blocks {
        for line in judged.block.text().lines() {
            let Some(verdict) = before.get_mut(line.trim()).and_then(Vec::pop) else { continue };
            if verdict.label != judged.verdict.label && !line.trim().is_empty() {
                lines.push(LineChange {
                    text: line.trim().to_owned(),
                    before: verdict.clone(),
                    after: judged.verdict.clone(),
                });
            }
        }
    }
    lines
}
