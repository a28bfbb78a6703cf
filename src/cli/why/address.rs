use super::article;
use super::label::{entries, fact, requests, rest};
use crate::cli::output::Output;
use crate::inspect::AddressReport;

/// What is known of an address, for a person.
pub(super) fn print(answer: &AddressReport, output: Output) -> std::io::Result<()> {
    output.data(&answer.answer)?;
    fact(output, "address", &answer.url)?;
    if let Some(article) = &answer.article {
        article::facts(article, output)?;
    }
    entries(output, &answer.entries)?;
    requests(output, "request", &answer.requests)?;
    rest(output, answer.host.as_ref())?;
    fact(output, "robots.txt", &answer.robots.line())?;
    fact(output, "hint", &answer.hint)
}
