use boji_clean::model::Timestamp;
use serde::Serialize;

use crate::fetch::redact_url;
use crate::inspect::facts::{as_rfc3339, rfc3339};
use crate::model::{Picture, PictureFile, PictureOutcome};

/// A picture of an article, and why there is none.
#[derive(Serialize)]
pub(crate) struct PictureFact {
    /// Its address as it stands in the article, without passwords and keys.
    pub url: String,
    /// Where its file lies below the folder images/, "" when there is none.
    pub file: String,
    pub width: u32,
    pub height: u32,
    pub bytes: u64,
    /// Word of why there is none, "" when there is one, or it was never asked for.
    pub reason: &'static str,
    /// What that means.
    pub means: String,
    pub tries: u32,
    #[serde(serialize_with = "as_rfc3339")]
    pub tried_at: Timestamp,
    /// 0 when nothing more will come.
    #[serde(serialize_with = "as_rfc3339")]
    pub next_try: Timestamp,
}

impl PictureFact {
    pub(crate) fn of(picture: &Picture) -> Self {
        let file = picture.file();
        let (reason, means) = match &picture.outcome {
            Some(PictureOutcome::Kept(_)) | None => ("", String::new()),
            Some(outcome) => (outcome.reason(), outcome.to_string()),
        };
        Self {
            url: redact_url(&picture.wanted.url),
            file: file.and_then(PictureFile::path).unwrap_or_default(),
            width: file.map_or(0, |file| file.width),
            height: file.map_or(0, |file| file.height),
            bytes: file.map_or(0, |file| file.bytes),
            reason,
            means,
            tries: picture.tries,
            tried_at: picture.tried_at.unwrap_or_default(),
            next_try: picture.next_due.unwrap_or_default(),
        }
    }

    /// The same in a line.
    pub(crate) fn line(&self) -> String {
        let Self { url, file, width, height, reason, means, .. } = self;
        let next = rfc3339(self.next_try);
        match (file.is_empty(), reason.is_empty(), next.is_empty()) {
            (false, ..) => format!("{url}: kept as images/{file}, {width} x {height}"),
            (true, true, _) => format!("{url}: not asked for yet"),
            (true, false, true) => format!("{url}: {reason} ({means}); it is not asked for again"),
            (true, false, false) => format!("{url}: {reason} ({means}), again {next}"),
        }
    }
}
