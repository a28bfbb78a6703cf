use super::{Discover, Failure, IsKnown, Query, Step};
use crate::fetch::Purpose;
use crate::model::{Capture, Source, SourceState};

/// RSS, Atom, RDF or JSON Feed: one conditional request, the entries as they stand.
pub struct Feed;

impl Discover for Feed {
    fn start(&self, source: &Source, _state: &SourceState) -> Step {
        Step::asking(Query { url: source.url.clone(), purpose: Purpose::Feed, page: 1, cursor: String::new() })
    }

    fn read(&self, _source: &Source, asked: &Query, _capture: &Capture, _known: &IsKnown<'_>) -> Step {
        Step::failed(asked, Failure::new("no_feed", "the bytes are no feed"))
    }
}
