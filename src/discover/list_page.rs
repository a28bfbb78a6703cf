use std::collections::BTreeSet;

use boji_clean::model::{Candidate, FoundBy};
use boji_clean::parse::{ArticleLink, parse_list_page};
use serde::{Deserialize, Serialize};

use super::contract::{Discover, Failure, IsKnown, Query, SourceFacts, Step};
use super::older::OlderPages;
use crate::dedup;
use crate::fetch::Purpose;
use crate::model::{Capture, FailureClass, Source, SourceState};

/// A page that lists articles: a blog's home, a category, an archive. One conditional request; each link that leads to an article
/// is a candidate, known by its address alone.
///
/// Which links lead to articles is told by their form (see [`parse_list_page`]). Of those whose form leaves a doubt, what is new
/// between two polls decides: where a menu stands still, a list grows. Their marks are kept in the cursor.
///
/// On request the pages behind it too, as long as each names the next one.
pub(crate) struct ListPage;

/// What is kept of a list page between two runs.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct ListCursor {
    /// Marks of doubtful links, divided by spaces.
    marks: String,
    /// How far its older pages were walked.
    #[serde(skip_serializing_if = "OlderPages::is_unbegun")]
    older: OlderPages,
}

impl ListCursor {
    /// Earlier versions kept nothing but the marks.
    fn parse(cursor: &str) -> Self {
        serde_json::from_str(cursor).unwrap_or_else(|_| Self { marks: cursor.to_owned(), ..Self::default() })
    }

    fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Discover for ListPage {
    fn start(&self, source: &Source, state: &SourceState) -> Step {
        Step::asking(query(&source.url, state.cursor.clone(), false))
    }

    fn start_older(&self, source: &Source, state: &SourceState) -> Option<Step> {
        let mut cursor = ListCursor::parse(&state.cursor);
        Some(match std::mem::take(&mut cursor.older).go_on(&source.url, &state.older_url) {
            Some((url, older)) => Step::asking(query(&url, ListCursor { older, ..cursor }.write(), true)),
            None => Step { cursor: state.cursor.clone(), ..Step::default() },
        })
    }

    fn end_older(&self, cursor: &str) -> String {
        let cursor = ListCursor::parse(cursor);
        ListCursor { older: cursor.older.ended(), ..cursor }.write()
    }

    fn read(&self, _source: &Source, asked: &Query, capture: &Capture, _known: &IsKnown<'_>) -> Step {
        let content_type = capture.header("content-type").unwrap_or_default();
        let page = parse_list_page(&capture.body, content_type, capture.final_url());
        if page.links.is_empty() {
            return Step::failed(asked, Failure::new(FailureClass::NoList, "the page names no articles"));
        }
        let (sure, doubtful): (Vec<_>, Vec<_>) = page.links.into_iter().partition(|link| link.is_sure);
        let mut cursor = ListCursor::parse(&asked.cursor);
        let mut candidates: Vec<Candidate> = sure.into_iter().map(candidate).collect();
        let mut next = None;
        if asked.is_older {
            let first = candidates.first().map(dedup::entry_key).unwrap_or_default();
            cursor.older = cursor.older.after(&asked.url, &page.next_url, &first);
            let is_more = !cursor.older.done;
            next = is_more.then(|| Query { page: asked.page + 1, ..query(&cursor.older.next, cursor.write(), true) });
        } else {
            let (grown, marks) = grown(doubtful, &cursor.marks);
            candidates.extend(grown.into_iter().map(candidate));
            cursor.marks = marks;
        }
        let about = SourceFacts {
            title: page.title,
            site_url: capture.final_url().to_owned(),
            older_url: page.next_url,
            ..SourceFacts::default()
        };
        Step { candidates, next, cursor: cursor.write(), issues: page.issues, about, ..Step::default() }
    }
}

fn query(url: &str, cursor: String, is_older: bool) -> Query {
    Query { url: url.to_owned(), purpose: Purpose::ListPage, is_conditional: !is_older, page: 1, cursor, is_older }
}

fn candidate(link: ArticleLink) -> Candidate {
    Candidate {
        guid: link.identity,
        url: link.url,
        title: link.title,
        found_by: Some(FoundBy::ListPage),
        ..Candidate::default()
    }
}

/// The title of a page, and how many of its links look like those of articles, for who has to decide whether an address is to be
/// polled as a list page.
pub(crate) fn listed_articles(capture: &Capture) -> (String, usize) {
    let content_type = capture.header("content-type").unwrap_or_default();
    let page = parse_list_page(&capture.body, content_type, capture.final_url());
    let articles = page.sure().count();
    (page.title, articles)
}

/// Doubtful links of which marks are kept.
const MAX_MARKS: usize = 400;

/// The doubtful links that were not there before, where most of those that were are there still, and the marks of all: after the
/// first poll nothing is new. A page without one link of the last time is another page, and tells nothing.
fn grown(doubtful: Vec<ArticleLink>, cursor: &str) -> (Vec<ArticleLink>, String) {
    let before: BTreeSet<&str> = cursor.split(' ').filter(|mark| !mark.is_empty()).collect();
    let marks: Vec<String> = doubtful.iter().map(|link| mark(&link.url)).collect();
    let still = marks.iter().filter(|mark| before.contains(mark.as_str())).count();
    let is_same_list = still > 0 && still * 2 >= marks.len();
    // Those of this time first: a link that was away for a while is not new.
    let mut kept: Vec<&str> = Vec::new();
    for mark in marks.iter().map(String::as_str).chain(cursor.split(' ')) {
        if kept.len() < MAX_MARKS && !mark.is_empty() && !kept.contains(&mark) {
            kept.push(mark);
        }
    }
    let cursor = kept.join(" ");
    let is_new = |mark: &String| is_same_list && !before.contains(mark.as_str());
    let grown = doubtful.into_iter().zip(&marks).filter(|(_, mark)| is_new(mark)).map(|(link, _)| link).collect();
    (grown, cursor)
}

/// A short mark of an address.
fn mark(url: &str) -> String {
    /// Enough that no two of a page's links share one by chance.
    const CHARACTERS: usize = 10;
    blake3::hash(url.as_bytes()).to_hex().chars().take(CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Schedule, SourceKind};
    use boji_clean::model::Timestamp;

    fn capture(body: &str) -> Capture {
        let (url, body) = ("https://mill.example/".to_owned(), body.as_bytes().to_vec());
        Capture { url, hops: vec![], status: 200, headers: vec![], body, fetched_at: Timestamp::default() }
    }

    /// Addresses named in polls of these pages, one line a poll.
    fn polls(pages: &[&str]) -> Vec<String> {
        let source = Source::new(SourceKind::ListPage, "m", "https://mill.example/", Schedule::Every(3_600));
        let mut state = SourceState::default();
        let poll = |page: &&str| {
            let asked = ListPage.start(&source, &state).next.expect("a request");
            let step = ListPage.read(&source, &asked, &capture(page), &|_| false);
            state.cursor.clone_from(&step.cursor);
            let named =
                step.candidates.iter().map(|candidate| candidate.url.trim_start_matches("https://mill.example"));
            step.failure.map_or_else(|| named.collect::<Vec<_>>().join(" "), |failure| failure.message)
        };
        pages.iter().map(poll).collect()
    }

    const SURE: &str = "<article><h2><a href=/2026/11/30/wheel/>The wheel</a></h2></article>";
    const DOUBTFUL: &str =
        "<p><a href=/the-first-stone>The first stone</a> <a href=/the-second-stone>The second stone</a>";

    #[test]
    fn of_links_that_may_be_a_menu_only_what_comes_later_is_asked_for() {
        let both = format!("{SURE}{DOUBTFUL}");
        let grown = format!("{SURE}<p><a href=/the-third-stone>The third stone</a>{DOUBTFUL}");
        let named = polls(&[&both, &both, &grown, &both, &grown]);
        let wheel = "/2026/11/30/wheel/";
        assert_eq!(named, [wheel, wheel, "/2026/11/30/wheel/ /the-third-stone", wheel, wheel]);
    }

    #[test]
    fn another_page_in_its_place_is_not_what_grew() {
        let other = format!(
            "{SURE}<p><a href=/a-whole-new-page>A whole new page</a> <a href=/of-other-things>Of other things</a>"
        );
        assert_eq!(polls(&[&format!("{SURE}{DOUBTFUL}"), &other])[1], "/2026/11/30/wheel/");
    }

    #[test]
    fn a_page_without_articles_is_no_list() {
        for page in
            ["", "<html><p>nothing</p>", "<nav><a href=/2026/11/30/wheel/>The wheel of the mill</a></nav>", "{}"]
        {
            assert_eq!(polls(&[page]), ["the page names no articles"], "{page}");
        }
    }

    #[test]
    fn it_is_told_how_many_articles_a_page_links_to() {
        assert_eq!([SURE, "<p>one"].map(|page| listed_articles(&capture(page)).1), [1, 0]);
    }
}
