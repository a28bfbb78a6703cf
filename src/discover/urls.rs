use boji_clean::model::{Candidate, FoundBy};

use super::contract::{Discover, IsKnown, Query, Step};
use crate::model::{Capture, Source, SourceState};

/// A list of article addresses, kept in the source itself: each is a candidate, no request is needed.
pub(crate) struct Urls;

impl Discover for Urls {
    fn start(&self, source: &Source, _state: &SourceState) -> Step {
        let candidate = |url: &String| Candidate {
            url: url.trim().replace("&amp;", "&"),
            found_by: Some(FoundBy::Urls),
            ..Candidate::default()
        };
        Step { candidates: source.urls.iter().map(candidate).collect(), ..Step::default() }
    }

    fn read(&self, _source: &Source, _ask: &Query, _capture: &Capture, _known: &IsKnown<'_>) -> Step {
        Step::default()
    }
}
