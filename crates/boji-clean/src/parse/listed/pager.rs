use url::Url;

use super::scan::Anchor;
use super::words::ListWords;
use crate::model::bare_host;

/// The page of a list as its address tells it.
#[derive(Debug, PartialEq, Eq)]
struct Mark {
    /// The address without the number, and without what says that it is one.
    list: String,
    /// From 1; of an address without one 1.
    number: u32,
    /// How the number is told.
    form: Form,
}

/// How an address tells the number of its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// It does not: the first page.
    None,
    /// `?page=2`, `page/2/`, `page-2`, `list_2.html`: a word stands beside it.
    Worded,
    /// `/notices/2/`, `notices_2.html`: it might be that of an article.
    Bare,
}

/// Larger numbers are years, days and articles.
const LARGEST_BARE: u32 = 1_800;

/// The address of the page of a list that comes behind, "" where the page names none: that of its own with the next number in it. A
/// number without a word beside it must be what its link shows; where a link says that it leads on, the list may begin at another address
/// (the home page, and behind it `/blog/page/2/`). Numbers only grow, so that no list leads back to itself.
pub(super) fn next_page(anchors: &[Anchor], own: &Url, words: &ListWords) -> String {
    let Some(own_mark) = mark(own, words) else { return String::new() };
    let wanted = own_mark.number.saturating_add(1);
    let leads_on = |anchor: &&Anchor| {
        let Some(found) =
            mark(&anchor.url, words).filter(|found| bare_host(&anchor.url) == bare_host(own) && found.number == wanted)
        else {
            return false;
        };
        let says_so = anchor.leads_on || words.leads_on(&anchor.text);
        let shows_number = anchor.text.trim_matches(|letter: char| !letter.is_alphanumeric()) == wanted.to_string();
        match found.form {
            Form::None => false,
            Form::Worded => found.list == own_mark.list || says_so,
            Form::Bare => found.list == own_mark.list && found.number < LARGEST_BARE && (says_so || shows_number),
        }
    };
    anchors.iter().find(leads_on).map(|anchor| anchor.url.to_string()).unwrap_or_default()
}

/// Reads an address; `None` for one that no list has.
fn mark(url: &Url, words: &ListWords) -> Option<Mark> {
    let mut form = Form::None;
    let mut number = 1;
    let mut query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    if let Some(at) = query.iter().position(|(name, value)| words.numbers_page(name) && page_number(value).is_some()) {
        let (_, value) = query.remove(at);
        (form, number) = (Form::Worded, page_number(&value)?);
    }
    query.sort();
    let mut parts: Vec<String> =
        url.path_segments()?.filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect();
    if form == Form::None
        && let Some(last) = parts.last()
    {
        let (stem, ending) = last
            .rsplit_once('.')
            .map_or((last.clone(), String::new()), |(stem, ending)| (stem.to_owned(), format!(".{ending}")));
        let before = stem.trim_end_matches(|letter: char| letter.is_ascii_digit()).to_owned();
        if let Some(found) = page_number(stem.get(before.len()..).unwrap_or_default()) {
            let word = before.trim_end_matches(['-', '_']);
            parts.pop();
            (form, number) = (Form::Bare, found);
            if words.is_page(word) {
                form = Form::Worded;
            } else if !word.is_empty() && word.len() < before.len() {
                parts.push(format!("{word}{ending}"));
            } else if !word.is_empty() {
                return None;
            } else if parts.last().is_some_and(|word| words.is_page(word)) {
                parts.pop();
                form = Form::Worded;
            }
        }
    }
    // A file that stands for its folder.
    parts.pop_if(|last| words.is_page(last.split('.').next().unwrap_or_default()));
    let query: Vec<String> = query.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    Some(Mark { list: format!("{}?{}", parts.join("/"), query.join("&")), number, form })
}

/// A number as addresses write that of a page.
fn page_number(text: &str) -> Option<u32> {
    let is_plain = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::scan::scan;
    use super::*;

    fn next(own: &str, html: &str) -> String {
        let words = ListWords::shipped();
        next_page(&scan(html, own, words).anchors, &Url::parse(own).unwrap(), words)
    }

    #[test]
    fn a_list_leads_on_to_its_next_number() {
        let cases = [
            ("WordPress", "https://mill.example/", "<a href='/page/2/'>Older</a>", "/page/2/"),
            (
                "and behind it",
                "https://mill.example/page/2/",
                "<a href='/'>Newer</a><a href='/page/3/'>Older</a>",
                "/page/3/",
            ),
            (
                "a category",
                "https://mill.example/grain/",
                "<a href='/page/2/'>2</a><a href='/grain/page/2'>2</a>",
                "/grain/page/2",
            ),
            ("a parameter", "https://mill.example/?cat=4", "<a href='/?cat=4&amp;paged=2'>2</a>", "/?cat=4&paged=2"),
            (
                "the first says its number",
                "https://mill.example/list_1.html",
                "<a href='list_2.html'>2</a>",
                "/list_2.html",
            ),
            (
                "files",
                "https://mill.example/news/index.html",
                "<a href='index_2.html'>下一页</a>",
                "/news/index_2.html",
            ),
            (
                "a name of its own",
                "https://mill.example/notices.html",
                "<a href='notices-2.html'>2</a>",
                "/notices-2.html",
            ),
            ("a bare number", "https://mill.example/notices/", "<a href='/notices/2/'>2</a>", "/notices/2/"),
            (
                "elsewhere, and it says so",
                "https://mill.example/",
                "<a href='/blog/page/2/'>Older posts →</a>",
                "/blog/page/2/",
            ),
            ("in the head", "https://mill.example/", "<head><link rel='next' href='/page2/'></head>", "/page2/"),
        ];
        for (name, own, html, want) in cases {
            assert_eq!(next(own, html), format!("https://mill.example{want}"), "{name}");
        }
    }

    #[test]
    fn what_is_no_next_page_is_not_followed() {
        let cases = [
            (
                "an article of this number",
                "https://mill.example/notices/",
                "<a href='/notices/2/'>The second wheel</a>",
            ),
            ("a year", "https://mill.example/2023/", "<a href='/2024/'>2024</a>"),
            ("another number", "https://mill.example/", "<a href='/page/3/'>Older</a>"),
            ("the one before", "https://mill.example/page/3/", "<a href='/page/2/'>Next</a>"),
            ("another site", "https://mill.example/", "<a href='https://b.example/page/2/'>Older</a>"),
            ("another list", "https://mill.example/grain/", "<a href='/flour/page/2/'>2</a>"),
            ("a version", "https://mill.example/mill1.html", "<a href='mill2.html'>2</a>"),
            ("the next article", "https://mill.example/wheel/", "<a rel='next' href='/race/'>Next</a>"),
        ];
        for (name, own, html) in cases {
            assert_eq!(next(own, html), "", "{name}");
        }
    }
}
