use boji_clean::clean::{self, clean_page};
use boji_clean::parse::Input;

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::input::read_page;
use super::mistake::Mistake;
use super::one_page::{self, OnePage, is_address};
use super::output::Output;
use super::{explain, web_address, workplace};
use crate::fetch::redact_url;
use crate::model::type_of_file;

/// Cleans one file or page for a person to read.
pub(super) fn run(command: &arguments::Clean, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let loaded = workplace::configuration(arguments)?;
    let rules = workplace::rules_of(&loaded)?;
    // Of a name that is no UTF-8 the ending is asked alone.
    let what = command.what.to_string_lossy();
    let (cleaned, fetched_at) = if is_address(&what) && !command.what.is_file() {
        if !command.url.is_empty() {
            return Err(Mistake::usage("--url goes with a file", "leave it out: the page has an address").into());
        }
        match one_page::fetch(&what, arguments, &loaded.settings.fetch)? {
            OnePage::Came(capture) => {
                (clean_page(&capture.input(), &clean::Context::default(), &rules), Some(capture.fetched_at))
            }
            OnePage::Stopped(exit) => return Ok(exit),
        }
    } else {
        web_address::refuse_other(&command.url)?;
        let bytes = read_page(&command.what)?;
        let input = Input { bytes: &bytes, url: &command.url, content_type: type_of_file(&what) };
        (clean_page(&input, &clean::Context::default(), &rules), None)
    };
    for issue in &cleaned.issues {
        output.detail(issue);
    }
    let Some(article) = &cleaned.article else {
        let name = redact_url(&what);
        let what = if fetched_at.is_some() { "URL" } else { "FILE" };
        output.error(
            &format!("{name} holds no article: {} ({})", cleaned.state, cleaned.evidence),
            Some(&format!("`boji explain {what}` shows what was seen")),
        );
        return Ok(Exit::Partial);
    };
    if command.explain {
        explain::print_cleaned(&cleaned, false, output)?;
    } else if output.json {
        output.json(&crate::export::Record::from_article(article, fetched_at))?;
    } else {
        output.data(workplace::document(article))?;
    }
    Ok(Exit::Done)
}
