use boji_clean::clean::{Context, clean_page};
use boji_clean::parse::{Input, archive};
use boji_clean::rules::Rules;

use super::invariants;

/// A file that is imported as Markdown: parsed, judged, rendered.
pub fn check(bytes: &[u8]) {
    let input = Input { bytes, url: "", content_type: "text/markdown" };
    let rules = Rules::shipped();
    let cleaned = clean_page(&input, &Context::default(), &rules);
    // Every fourth input tells soon enough whether the same bytes give the same article.
    if bytes.len().is_multiple_of(4) {
        invariants::equal(&cleaned, &clean_page(&input, &Context::default(), &rules), "article");
    }
    let text = String::from_utf8_lossy(bytes);
    let Some(page) = archive::page(&text) else { return };
    invariants::judged(&invariants::archived(&page.body), &page.facts, text.len());
}
