use crate::fetch::Ask;
use crate::model::{Capture, Entry};
use crate::pipeline::engine::Engine;
use crate::pipeline::error::RunError;

/// A request for a page that was read before, with what its server said then to tell whether it has changed (RFC 9110 §8.8).
pub(super) async fn with_validators(engine: &Engine, entry: &Entry, ask: Ask) -> Result<Ask, RunError> {
    let id = entry.article_id.clone();
    let known = engine
        .store
        .with(move |store| match store.article(&id) {
            // It is made anew when its words come.
            Err(error) if error.is_damage() => Ok(None),
            stored => stored?.map_or(Ok(None), |stored| store.capture(&stored.submission.capture_hash)),
        })
        .await?;
    Ok(match known {
        // The same bytes may have come from another address.
        Some(capture) if capture.url == ask.url => conditional(ask, &capture),
        _ => ask,
    })
}

fn conditional(mut ask: Ask, capture: &Capture) -> Ask {
    let value = |name: &str| capture.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    ask.etag = value("etag").unwrap_or_default();
    ask.last_modified = value("last-modified").unwrap_or_default();
    if capture.final_url() != ask.url {
        capture.final_url().clone_into(&mut ask.validators_of);
    }
    ask
}
