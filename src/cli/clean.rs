use boji_clean::clean::{self, clean_page};
use boji_clean::parse::Input;

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::input::read;
use super::output::Output;
use super::{explain, workplace};
use crate::model::type_of_file;

/// Cleans one file for a person to read.
pub(super) fn run(command: &arguments::Clean, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let rules = workplace::rules(arguments)?;
    let bytes = read(&command.file)?;
    let input = Input { bytes: &bytes, url: &command.url, content_type: type_of_file(&command.file.to_string_lossy()) };
    let cleaned = clean_page(&input, &clean::Context::default(), &rules);
    for issue in &cleaned.issues {
        output.detail(issue);
    }
    let Some(article) = &cleaned.article else {
        let name = command.file.display();
        output.error(
            &format!("{name} holds no article: {} ({})", cleaned.state, cleaned.evidence),
            Some("`boji explain FILE` shows what was seen"),
        );
        return Ok(Exit::Partial);
    };
    if command.explain {
        explain::print_cleaned(&cleaned, false, output)?;
    } else if output.json {
        output.json(&crate::export::Record::from_article(article, None))?;
    } else {
        output.data(workplace::document(article))?;
    }
    Ok(Exit::Done)
}
