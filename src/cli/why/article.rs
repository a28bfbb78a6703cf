use boji_clean::model::Timestamp;

use super::label::{entries, fact, requests};
use crate::cli::output::Output;
use crate::inspect::{ArticleFact, ArticleReport, rfc3339};

/// Where an article came from and how it stands, for a person.
pub(super) fn print(answer: &ArticleReport, now: Timestamp, output: Output) -> std::io::Result<()> {
    output.data(&answer.answer)?;
    if let Some(article) = &answer.article {
        facts(article, output)?;
    }
    fact(output, "last asked", &rfc3339(answer.last_asked))?;
    fact(output, "next look", &answer.next_look.line(now))?;
    entries(output, &answer.entries)?;
    answer.pictures.iter().try_for_each(|picture| fact(output, "picture", &picture.line()))?;
    requests(output, "request", &answer.requests)
}

/// The facts of an article, one a line.
pub(super) fn facts(article: &ArticleFact, output: Output) -> std::io::Result<()> {
    fact(output, "title", &article.title)?;
    fact(output, "came from", &article.url)?;
    fact(output, "source", &article.source)?;
    fact(output, "first seen", &rfc3339(article.first_seen))?;
    fact(output, "bytes of", &rfc3339(article.fetched_at))
}
