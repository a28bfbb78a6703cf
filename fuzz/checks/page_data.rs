use boji_clean::model::limits;
use boji_clean::parse::Input;
use boji_clean::rules::Rules;

use super::invariants;

const ADDRESS: &str = "https://tides.example/posts/slack-water";
/// What an article shows; no mutation makes its first words, so that no text of the data is taken for it.
const SHOWN: [&str; 3] = [
    "Slackwater lasts eleven minutes at the third lock, and whoever wants to cross has to be on the bank before it begins.",
    "The keeper writes the hour into a book with a pencil, because ink runs when the fog comes up the river in October.",
    "Nobody has crossed against the stream since the footbridge fell, and the ferry is moored on the other side at night.",
];

/// The data of a page's scripts: the bytes as JSON-LD, as the state of an application, as a row that is streamed and as
/// Markdown, beside an article that the page shows (even length) or in a shell that shows nothing.
pub fn check(bytes: &[u8]) {
    let shows = bytes.len().is_multiple_of(2);
    let data = String::from_utf8_lossy(bytes).replace("</", "<\\/").replace("<!--", "<\\!--");
    let page = page(&data, shows);
    let input = Input { bytes: page.as_bytes(), url: ADDRESS, content_type: "text/html; charset=utf-8" };
    let rules = Rules::shipped();
    let Some(article) = invariants::cleaned(&input, &rules, bytes.len()).article else { return };
    invariants::text_is_whole(&article.blocks, &article.text);
    invariants::bounded(article.text.len(), page.len(), "text");
    invariants::bounded(article.markdown.len(), page.len(), "Markdown");
    assert!(article.title.len() <= limits::MAX_TITLE, "a title of {} bytes", article.title.len());
    assert!(article.authors.len() <= limits::MAX_LISTED, "{} authors", article.authors.len());
    for author in &article.authors {
        assert!(author.len() <= limits::MAX_NAME, "an author of {} bytes", author.len());
    }
    if shows && !data.contains("Slackwater") {
        let shown: String = SHOWN.iter().map(|text| invariants::letters(text)).collect();
        assert!(
            invariants::letters(&article.text).contains(&shown),
            "what the page shows is not its text:\n{}",
            article.text
        );
    }
}

fn page(data: &str, shows: bool) -> String {
    let body = if shows {
        format!("<article><h1>Slack water</h1><p>{}</p></article>", SHOWN.join("</p><p>"))
    } else {
        "<div id=\"root\"></div>".to_owned()
    };
    let row = data.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!(
        "<html><head><title>Slack water</title><script type=\"application/ld+json\">{data}</script></head><body>{body}\
         <script>window.__INITIAL_STATE__={data};</script><script>self.__next_f.push([1,\"{row}\"])</script>\
         <script type=\"text/markdown\">{data}</script></body></html>"
    )
}
