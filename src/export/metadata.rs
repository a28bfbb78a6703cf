use boji_clean::model::{Article, Metadata};
use serde::Serialize;

use super::quality::{Quality, quality};
use crate::spdx::spdx_identifier;

/// The metadata of a record: that of the article, and what is computed when the record is made, so that an article that was stored long
/// ago has it too.
#[derive(Serialize)]
struct RecordMetadata<'a> {
    #[serde(flatten)]
    stored: &'a Metadata,
    #[serde(skip_serializing_if = "Option::is_none")]
    license_spdx: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quality: Option<Quality>,
}

/// The metadata of a record as JSON with sorted keys.
pub(super) fn metadata(article: &Article) -> String {
    let license_spdx = spdx_identifier(&article.license);
    let whole = RecordMetadata { stored: &article.metadata, license_spdx, quality: quality(&article.text) };
    // An object of serde_json keeps its keys in order. Strings and numbers always have a JSON form.
    serde_json::to_value(&whole).map_or_else(|_| "{}".to_owned(), |value| value.to_string())
}
