use boji_clean::model::{Learned, LearnedBlock, Profile, RuleId};
use serde::Serialize;

use super::arguments::{self, Arguments};
use super::counted::counted;
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::workplace;

/// Characters of a wording shown in the table.
const SHOWN: usize = 60;

#[derive(Serialize)]
struct Line<'a> {
    account: &'a str,
    articles: u32,
    rule: RuleId,
    #[serde(flatten)]
    block: &'a LearnedBlock,
    at_rest: bool,
}

/// Shows what was learned of the accounts from their own articles.
pub(super) fn run(command: &arguments::Profile, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let store = workplace::open_to_read(arguments)?;
    let learned = store.learned()?;
    let Some(account) = &command.account else {
        print_accounts(&store.accounts()?, &learned, output)?;
        return Ok(Exit::Done);
    };
    let absent = || Mistake::usage(format!("no article of {account} is stored"), "`boji profile` shows the accounts");
    let profile = store.profile(account)?.ok_or_else(absent)?;
    print_blocks(&profile, &learned, output)?;
    Ok(Exit::Done)
}

fn print_accounts(accounts: &[Profile], learned: &Learned, output: Output) -> std::io::Result<()> {
    let blocks = |account: &str| learned.profile(account).map_or(0, |profile| profile.blocks.len());
    if !output.json && !accounts.is_empty() {
        output.data("articles  learned  account")?;
    }
    for profile in accounts {
        let (account, articles) = (&profile.account, profile.articles);
        if output.json {
            let line = serde_json::json!({ "account": account, "articles": articles, "learned": blocks(account) });
            output.json(&line)?;
        } else {
            output.data(format_args!("{articles:>8}  {:>7}  {account}", blocks(account)))?;
        }
    }
    Ok(())
}

fn print_blocks(profile: &Profile, learned: &Learned, output: Output) -> std::io::Result<()> {
    let (account, articles) = (profile.account.as_str(), profile.articles);
    if !output.json {
        let come = if profile.blocks.len() == 1 { "comes" } else { "come" };
        let (articles, wordings) = (counted(articles, "article"), counted(profile.blocks.len(), "wording"));
        output.data(format_args!("{account}: {articles}, {wordings} that {come} back at their ends"))?;
    }
    for block in &profile.blocks {
        let rule = block.rule(account);
        let at_rest = learned.rests(&rule, account);
        if output.json {
            output.json(&Line { account, articles, rule, block, at_rest })?;
            continue;
        }
        let seen = block.sightings.count;
        let sample: String = block.sample.chars().take(SHOWN).collect();
        let rest = if at_rest { "  (at rest)" } else { "" };
        output.data(format_args!("{rule:<22}  {seen:>5} articles  {sample}{rest}"))?;
    }
    if !profile.blocks.is_empty() {
        output
            .note(format_args!("`boji restore --rule RULE --account {account:?}` lets one rest, `--rule learned` all"));
    }
    Ok(())
}
