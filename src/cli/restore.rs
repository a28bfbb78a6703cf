use boji_clean::model::{Label, RuleFamily, Ruling};
use boji_clean::rules::Rules;

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::workplace;
use crate::model::{Clock, StoredArticle, SystemClock};
use crate::pipeline::{self, Called, RecleanReport, RulingChange};
use crate::store::Store;

/// Calls removed blocks, or all that a rule takes, content, now and at every later cleaning; or takes that back.
pub(super) fn run(command: &arguments::Restore, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    if command.list {
        print_rulings(workplace::open_to_read(arguments)?.as_ref(), output)?;
        return Ok(Exit::Done);
    }
    let rules = workplace::rules(arguments)?;
    workplace::open_to_read(arguments)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    let mut standing = Vec::new();
    let (rulings, ids) = match (&command.rule, &command.id) {
        (Some(rule), _) => {
            if !command.undo && !is_rule(rule, &rules) {
                let hint = "`boji explain ID` names the rules, `boji profile ACCOUNT` the learned ones";
                return Err(Mistake::usage(format!("there is no rule {rule}"), hint).into());
            }
            let account = command.account.clone().unwrap_or_default();
            (vec![Ruling::Rule { rule: rule.clone(), account }], Vec::new())
        }
        (None, Some(prefix)) => {
            let id = workplace::find_id(store.as_ref(), prefix)?;
            let all_again = command.undo && command.blocks.is_empty();
            let rulings = if all_again {
                in_force(store.as_ref(), &id)?
            } else {
                let stored = workplace::find(store.as_ref(), &id)?;
                standing = as_they_are(&stored, &command.blocks, Called::Content);
                of_blocks(&stored, &command.blocks, Called::Content)?
            };
            (rulings, vec![id])
        }
        (None, None) => return Err(Mistake::usage("nothing is named", "name an article, or --rule").into()),
    };
    let change = if command.undo { RulingChange::TakenBack } else { RulingChange::Put };
    let is_of_rule = ids.is_empty();
    let (news, done) = pipeline::rule_on(store.as_mut(), &rulings, change, ids, &rules, SystemClock.now())?;
    tell_news(news, change, &standing, output);
    if is_of_rule {
        output.note("`boji reclean --dry-run --diff` shows what that changes, `boji reclean` does it");
        return Ok(Exit::Done);
    }
    Ok(tell(&done, output))
}

/// Calls blocks boilerplate, now and at every later cleaning; or takes that back.
pub(super) fn take_out(command: &arguments::Drop, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let rules = workplace::rules(arguments)?;
    workplace::open_to_read(arguments)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    let stored = workplace::find(store.as_ref(), &command.id)?;
    let rulings = of_blocks(&stored, &command.blocks, Called::Boilerplate)?;
    let standing = as_they_are(&stored, &command.blocks, Called::Boilerplate);
    let change = if command.undo { RulingChange::TakenBack } else { RulingChange::Put };
    let (news, done) = pipeline::rule_on(store.as_mut(), &rulings, change, vec![stored.id], &rules, SystemClock.now())?;
    tell_news(news, change, &standing, output);
    Ok(tell(&done, output))
}

/// What is said of blocks that are already what they are called.
fn as_they_are(stored: &StoredArticle, numbers: &[usize], called: Called) -> Vec<String> {
    let blocks = &stored.submission.article.blocks;
    let named = numbers.iter().filter_map(|at| Some((at, &blocks.get(*at)?.verdict)));
    let told = named.filter_map(|(at, verdict)| match (called, verdict.label) {
        (Called::Content, Label::Keep) => Some(format!("block {at} is in the text already")),
        (Called::Boilerplate, Label::Drop | Label::Meta) => {
            Some(format!("block {at} is out already, by the rule {}", verdict.rule))
        }
        (Called::Content, Label::Drop | Label::Meta) | (Called::Boilerplate, Label::Keep) => None,
    });
    told.collect()
}

/// Tells whether a decision is new, and of which blocks it changes nothing for now.
fn tell_news(news: usize, change: RulingChange, standing: &[String], output: Output) {
    match (change, news) {
        (RulingChange::Put, 0) => output.note("that was decided already"),
        (RulingChange::TakenBack, 0) => output.note("no such decision is in force"),
        (RulingChange::Put, _) => {
            let stays = "; the decision holds whatever a later cleaning says";
            for told in standing {
                output.note(format_args!("{told}{stays}"));
            }
        }
        (RulingChange::TakenBack, _) => {}
    }
}

fn tell(done: &RecleanReport, output: Output) -> Exit {
    for problem in &done.problems {
        output.warn(format_args!("{}: {}", problem.item, problem.message), None);
    }
    output.note(format_args!("{} characters came back, {} went out", done.characters_back, done.characters_out));
    if done.problems.is_empty() { Exit::Done } else { Exit::Partial }
}

/// Whether a rule has this id, or one that goes on from it: a typing error would rest nothing, in silence. What was learned
/// and rules of shape and place are not in the files.
fn is_rule(id: &str, rules: &Rules) -> bool {
    let begins = |name: &str| name.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let elsewhere = [RuleFamily::Judge, RuleFamily::Learned, RuleFamily::Place, RuleFamily::Shape];
    elsewhere.contains(&RuleFamily::of(id)) || rules.all().iter().any(|rule| begins(rule.name()))
}

/// The rulings on blocks of an article.
fn in_force(store: &dyn Store, article_id: &str) -> anyhow::Result<Vec<Ruling>> {
    let mut rulings = store.learned()?.rulings;
    rulings.retain(|ruling| ruling.article() == Some(article_id));
    Ok(rulings)
}

/// The rulings on the blocks named; on all removed blocks of the article when none is.
fn of_blocks(stored: &StoredArticle, numbers: &[usize], called: Called) -> anyhow::Result<Vec<Ruling>> {
    let blocks = &stored.submission.article.blocks;
    let removed = |at: &usize| blocks.get(*at).is_some_and(|judged| judged.verdict.label != Label::Keep);
    let named: Vec<usize> =
        if numbers.is_empty() { (0..blocks.len()).filter(removed).collect() } else { numbers.to_vec() };
    let mut rulings = Vec::new();
    for at in named {
        let hint = format!("`boji explain {}` numbers the blocks", stored.id);
        let Some(judged) = blocks.get(at) else {
            return Err(Mistake::usage(format!("there is no block {at}"), hint).into());
        };
        let of_block = pipeline::rulings_on(&stored.id, judged, called);
        if of_block.is_empty() && !numbers.is_empty() {
            return Err(Mistake::usage(format!("block {at} has no words to know it by"), hint).into());
        }
        rulings.extend(of_block);
    }
    Ok(rulings)
}

fn print_rulings(store: &dyn Store, output: Output) -> std::io::Result<()> {
    for ruling in store.learned().map_err(std::io::Error::other)?.rulings {
        if output.json {
            output.json(&ruling)?;
            continue;
        }
        match ruling {
            Ruling::Block { article, key } => output.data(format_args!("block  {key}  of article {article}"))?,
            Ruling::Boilerplate { article, key } => {
                output.data(format_args!("boilerplate  {key}  of article {article}"))?;
            }
            Ruling::Rule { rule, account } if account.is_empty() => output.data(format_args!("rule   {rule}"))?,
            Ruling::Rule { rule, account } => output.data(format_args!("rule   {rule}  for {account}"))?,
        }
    }
    Ok(())
}
