use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::input::read;
use super::output::Output;
use super::{explain, workplace};
use crate::clean::{self, winnow};
use crate::parse::Input;

/// Cleans one file for a person to read.
pub fn run(command: &arguments::Clean, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let rules = workplace::rules(arguments)?;
    let bytes = read(&command.file)?;
    let input = Input { bytes: &bytes, url: &command.url, content_type: "" };
    let winnowed = winnow(&input, &clean::Context::default(), &rules);
    for issue in &winnowed.issues {
        output.detail(issue);
    }
    let Some(article) = &winnowed.article else {
        let name = command.file.display();
        output.error(
            &format!("{name} holds no article: {} ({})", winnowed.state, winnowed.evidence),
            Some("`boji explain FILE` shows what was seen"),
        );
        return Ok(Exit::Partial);
    };
    if command.explain {
        explain::print_winnowed(&winnowed, false, output)?;
    } else if output.json {
        output.json(&crate::export::Record::from_article(article, None))?;
    } else {
        output.data(workplace::document(article))?;
    }
    Ok(Exit::Done)
}
