use std::path::Path;

use boji_clean::clean::{Cleaned, Context, clean_page, metadata, site};
use boji_clean::parse::html::Tree;
use boji_clean::parse::{self, Body, Input};
use boji_clean::rules::{Rules, SitePlace, SiteRule};
use serde::Serialize;

use super::list::Line;
use crate::cli::arguments::{Arguments, RuleTest};
use crate::cli::exit::Exit;
use crate::cli::mistake::Mistake;
use crate::cli::one_page::{self, OnePage, is_address};
use crate::cli::output::Output;
use crate::cli::{input, web_address, workplace};
use crate::fetch::redact_url;

/// Characters of a text shown at its beginning and its end, and of what a selector finds.
const SHOWN: usize = 80;

/// All that a trial tells.
#[derive(Serialize)]
struct Trial {
    address: String,
    rule: Option<Line>,
    selectors: Vec<Tried>,
    title: String,
    authors: Vec<String>,
    date: String,
    with_rule: Outcome,
    without_rule: Outcome,
    issues: Vec<String>,
}

/// What one selector of the rule found.
#[derive(Serialize)]
struct Tried {
    list: &'static str,
    selector: String,
    attribute: String,
    count: usize,
    value: String,
}

/// An article in short.
#[derive(Serialize)]
struct Outcome {
    state: &'static str,
    characters: usize,
    head: String,
    tail: String,
}

/// A page with its address and declared type.
struct Page {
    bytes: Vec<u8>,
    address: String,
    content_type: String,
}

/// Tries the rule of a page's site and shows what each of its selectors finds, beside what would be found without it.
pub(super) fn run(command: &RuleTest, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let loaded = workplace::configuration(arguments)?;
    let mut rules = workplace::rules_of(&loaded)?;
    let named = match &command.rule {
        Some(file) => {
            let text = String::from_utf8_lossy(&input::read(file)?).into_owned();
            let (with_it, domain) = rules.with_site(file, &text)?;
            rules = with_it;
            Some(domain)
        }
        None => None,
    };
    let file = Path::new(&command.what);
    let page = if command.what == "-" || file.is_file() {
        web_address::refuse_other(&command.url)?;
        let address = command.url.clone();
        Page { bytes: input::read_page(file)?, address, content_type: String::new() }
    } else {
        let scheme = if is_address(&command.what) { "" } else { "https://" };
        match one_page::fetch(&format!("{scheme}{}", command.what), arguments, &loaded.settings.fetch)? {
            OnePage::Came(capture) => Page {
                address: redact_url(capture.final_url()),
                content_type: capture.header("content-type").unwrap_or_default().to_owned(),
                bytes: capture.body,
            },
            OnePage::Stopped(exit) => return Ok(exit),
        }
    };
    let trial = trial(&page, &rules);
    let missed = named.filter(|domain| trial.rule.as_ref().is_none_or(|rule| !rule.is_of(domain)));
    if let Some(domain) = missed {
        let message = if trial.address.is_empty() {
            format!("the rule of {domain} cannot be tried on a page that names no address")
        } else {
            format!("the rule of {domain} is not the one for {}", trial.address)
        };
        let hint = "--url names the address of a file; `path` and `enabled` of the rule must let it in";
        return Err(Mistake::usage(message, hint).into());
    }
    let found = trial.rule.is_some() && trial.issues.iter().all(|issue| !issue.starts_with("site-rule-missed"));
    if output.json {
        output.json(&trial)?;
    } else {
        print(&trial, output)?;
    }
    Ok(if found { Exit::Done } else { Exit::Partial })
}

fn trial(page: &Page, rules: &Rules) -> Trial {
    let input = Input { bytes: &page.bytes, url: &page.address, content_type: &page.content_type };
    let saved = parse::saved(&input);
    let input = saved.input();
    let mut address = input.url.to_owned();
    let mut rule = None;
    let mut selectors = Vec::new();
    if let Body::Document(tree) = parse::page(&input).body {
        if address.is_empty() {
            address = metadata::facts(&tree, "", rules.words()).url.unwrap_or_default();
        }
        rule = rules.sites().of(&address);
        selectors = rule.map(|rule| tried(&tree, rule)).unwrap_or_default();
    }
    let with_rule = clean_page(&input, &Context::default(), rules);
    let without_rule = clean_page(&input, &Context::default(), &rules.without_sites());
    let article = with_rule.article.as_ref();
    Trial {
        address,
        rule: rule.map(Line::of),
        selectors,
        title: article.map(|article| article.title.clone()).unwrap_or_default(),
        authors: article.map(|article| article.authors.clone()).unwrap_or_default(),
        date: article.and_then(|article| article.published).map(|date| date.to_string()).unwrap_or_default(),
        issues: with_rule.issues.iter().map(ToString::to_string).collect(),
        with_rule: Outcome::of(&with_rule),
        without_rule: Outcome::of(&without_rule),
    }
}

fn tried(tree: &Tree, rule: &SiteRule) -> Vec<Tried> {
    let plain = |list: &[String]| list.iter().map(|selector| SitePlace::parse(selector)).collect::<Vec<_>>();
    let lists = [
        ("content", plain(&rule.content)),
        ("drop", plain(&rule.drop)),
        ("title", rule.title.clone()),
        ("date", rule.date.clone()),
        ("author", rule.author.clone().unwrap_or_default()),
    ];
    let all = lists.into_iter().flat_map(|(list, places)| places.into_iter().map(move |place| (list, place)));
    all.map(|(list, place)| {
        let found = site::look(tree, &place);
        Tried {
            list,
            count: found.count,
            value: beginning(&found.value),
            selector: place.selector,
            attribute: place.attribute,
        }
    })
    .collect()
}

impl Outcome {
    fn of(cleaned: &Cleaned) -> Self {
        let text = cleaned.article.as_ref().map(|article| article.text.as_str()).unwrap_or_default();
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let length = line.chars().count();
        Self {
            state: cleaned.state.as_str(),
            characters: text.chars().count(),
            head: beginning(&line),
            tail: line.chars().skip(length.saturating_sub(SHOWN)).collect(),
        }
    }
}

fn beginning(line: &str) -> String {
    line.chars().take(SHOWN).collect()
}

fn print(trial: &Trial, output: Output) -> std::io::Result<()> {
    output.data(format_args!("address  {}", trial.address))?;
    match &trial.rule {
        Some(rule) => output.data(format_args!("rule     {rule}"))?,
        None => output.data("rule     none for this address; `boji rule list` shows all")?,
    }
    for tried in &trial.selectors {
        let attribute = if tried.attribute.is_empty() { String::new() } else { format!(" @{}", tried.attribute) };
        let place = format!("{}{attribute}", tried.selector);
        output.data(format_args!("{:<7}  {:>4} x  {place:<40}  {}", tried.list, tried.count, tried.value))?;
    }
    for issue in &trial.issues {
        output.data(format_args!("issue    {issue}"))?;
    }
    output.data(format_args!("title    {}", trial.title))?;
    output.data(format_args!("author   {}", trial.authors.join(", ")))?;
    output.data(format_args!("date     {}", trial.date))?;
    for (name, outcome) in [("with", &trial.with_rule), ("without", &trial.without_rule)] {
        output.data(format_args!("{name:<7}  {} characters ({})", outcome.characters, outcome.state))?;
        output.data(format_args!("  head   {}", outcome.head))?;
        output.data(format_args!("  tail   {}", outcome.tail))?;
    }
    Ok(())
}
