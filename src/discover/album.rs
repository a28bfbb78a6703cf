use boji_clean::model::{AlbumLink, Date};

use super::album_paging::{AlbumCursor, Mark, Next, Order, SeenOnPage, advance};
use super::album_reply::AlbumReply;
use super::contract::{Discover, Failure, IsKnown, Query, Step};
use crate::fetch::Purpose;
use crate::model::{Capture, FailureClass, Source, SourceState};

/// A public WeChat album, read without login as JSON, ten articles a request.
///
/// Albums stand newest first or oldest first, as their owners choose, and nothing in the request changes that safely;
/// the times of the articles tell. Reading stops at what is known (see [`advance`]).
pub(crate) struct Album;

/// Articles asked for in one request: what WeChat's own page asks for.
const PAGE_SIZE: u32 = 10;
/// Requests in one run. What is left is read in the next one; a big album comes in over a few runs.
const MAX_PAGES_PER_RUN: u32 = 20;

impl Discover for Album {
    fn start(&self, source: &Source, state: &SourceState) -> Step {
        let Some(link) = AlbumLink::parse(&source.url) else {
            let failure =
                Failure::new(FailureClass::NoList, format!("`{}` is no address of a WeChat album", source.url));
            return Step { cursor: state.cursor.clone(), failure: Some(failure), ..Step::default() };
        };
        let begin = match AlbumCursor::parse(&state.cursor) {
            AlbumCursor::After(mark) => Some(mark),
            AlbumCursor::Start | AlbumCursor::Gaps(_) => None,
        };
        Step::asking(query(&link, begin.as_ref(), 1, state.cursor.clone()))
    }

    fn read(&self, source: &Source, asked: &Query, capture: &Capture, known: &IsKnown<'_>) -> Step {
        let Some(link) = AlbumLink::parse(&source.url) else { return Step::default() };
        let reply = match AlbumReply::read(&link, capture) {
            Ok(reply) => reply,
            Err(failure) => return Step::failed(asked, failure),
        };
        let (marks, candidates): (Vec<Mark>, Vec<_>) = reply.articles.into_iter().unzip();
        let times: Vec<_> = candidates.iter().map(|candidate| candidate.published.map(Date::instant)).collect();
        let begin = begin_of(&asked.url);
        let came = advance(SeenOnPage {
            asked: begin.as_ref(),
            cursor: AlbumCursor::parse(&asked.cursor),
            marks: &marks,
            order: Order::of(&times),
            more: reply.more,
            last_is_known: candidates.last().is_some_and(known),
        });
        let cursor = came.cursor.to_string();
        let page = asked.page + 1;
        let next = match came.next {
            Next::After(mark) => Some(query(&link, Some(&mark), page, cursor.clone())),
            Next::First => Some(query(&link, None, page, cursor.clone())),
            Next::Stop => None,
        };
        let next = next.filter(|query| query.page <= MAX_PAGES_PER_RUN);
        let issues = reply.issues.into_iter().chain(came.issues).collect();
        Step { candidates, next, cursor, issues, about: reply.about, ..Step::default() }
    }
}

fn query(link: &AlbumLink, begin: Option<&Mark>, page: u32, cursor: String) -> Query {
    let begin = begin.map(|mark| (mark.msgid.as_str(), mark.itemidx.as_str()));
    Query {
        url: link.list_url(PAGE_SIZE, begin),
        purpose: Purpose::Album,
        is_conditional: false,
        page,
        cursor,
        is_older: false,
    }
}

/// The place from which an address asks.
fn begin_of(url: &str) -> Option<Mark> {
    let url = url::Url::parse(url).ok()?;
    let value = |wanted: &str| url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
    Mark::new(&value("begin_msgid")?, &value("begin_itemidx")?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Schedule, SourceKind};
    use boji_clean::model::Timestamp;

    #[test]
    fn a_run_stops_after_its_pages_and_remembers_the_place() {
        let url = "https://mp.weixin.qq.com/mp/appmsgalbum?__biz=MzA==&album_id=7";
        let source = Source::new(SourceKind::Album, "a", url, Schedule::Every(3_600));
        let body = r#"{"getalbum_resp":{"continue_flag":"1","article_list":[
            {"msgid":"9","itemidx":"1","create_time":"90","url":"http://mp.weixin.qq.com/s/i"},
            {"msgid":"8","itemidx":"2","create_time":"80","url":"http://mp.weixin.qq.com/s/h"}]}}"#;
        let step = |page: u32| {
            let mut asked = Album.start(&source, &SourceState::default()).next.expect("a request");
            asked.page = page;
            let (url, fetched_at) = (asked.url.clone(), Timestamp::default());
            let capture = Capture { url, hops: vec![], status: 200, headers: vec![], body: body.into(), fetched_at };
            Album.read(&source, &asked, &capture, &|_| false)
        };
        let next = step(1).next.expect("a second page");
        assert!(next.url.ends_with("&begin_msgid=8&begin_itemidx=2&f=json"), "{}", next.url);
        let last = step(MAX_PAGES_PER_RUN);
        assert_eq!((last.next, last.cursor.as_str(), last.candidates.len()), (None, "gaps 8_2", 2));
    }
}
