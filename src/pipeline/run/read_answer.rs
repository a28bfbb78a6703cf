use boji_clean::clean::{Certainty, Context, clean_page};
use boji_clean::model::{Candidate, PageState};
use boji_clean::parse::Input;
use boji_clean::rules::Rules;

use crate::dedup;
use crate::discover::{self, Failure, Step};
use crate::model::{Capture, FailureClass, Source, SourceKind};
use crate::pipeline::engine::Engine;
use crate::pipeline::error::RunError;

/// Reads an answer on a thread for such work, asking the store what is known.
pub(super) async fn read_answer(
    engine: &Engine,
    source: &Source,
    ask: &discover::Query,
    capture: Capture,
) -> Result<(Capture, Step), RunError> {
    let (source, ask, store) = (source.clone(), ask.clone(), engine.store.clone());
    engine
        .compute(move |knowledge| {
            let known = |candidate: &Candidate| {
                let (id, key) = (source.id.clone(), dedup::entry_key(candidate));
                store.with_blocking(move |store| store.entry(&id, &key)).is_ok_and(|entry| entry.is_some())
            };
            let mut step = discover::of_kind(source.kind).read(&source, &ask, &capture, &known);
            if let Some(failure) = &mut step.failure
                && matches!(source.kind, SourceKind::Feed | SourceKind::ListPage | SourceKind::Sitemap)
                && let Some(evidence) = locked_out(&capture, &knowledge.rules)
            {
                let wanted = if source.kind == SourceKind::Feed { "feed" } else { "list" };
                *failure =
                    Failure::new(FailureClass::Blocked, format!("a page came in place of the {wanted} ({evidence})"));
            }
            (capture, step)
        })
        .await
}

/// Why an answer that names no articles is a door shut before us, a captcha or a login; `None` where it is none.
fn locked_out(capture: &Capture, rules: &Rules) -> Option<String> {
    let content_type = capture.header("content-type").unwrap_or_default();
    let page = Input { bytes: &capture.body, content_type, url: capture.final_url() };
    let cleaned = clean_page(&page, &Context::default(), rules);
    (cleaned.state == PageState::Blocked && cleaned.certainty != Certainty::Guessed).then_some(cleaned.evidence)
}
