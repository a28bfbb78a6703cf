use url::Url;

use crate::model::{MAX_ADDRESS, canonical_url};
use crate::rules::words::{PagerForm, PagerWords};

/// Names of files that stand for their folder.
const INDEX: [&str; 3] = ["index", "default", "home"];

/// An address as that of a later page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::clean) struct Mark {
    /// How it says so.
    pub(super) form: PagerForm,
    /// The number in it.
    pub(super) number: u32,
}

/// The address `next` as that of the page behind `current`, in the article that begins at `first`; `None` when it is not.
/// The number must be the next one, so that no chain of pages comes back to itself.
pub(in crate::clean) fn follows(first: &str, current: &str, next: &str, words: &PagerWords) -> Option<Mark> {
    let first = readable(first)?;
    let (current, next) = (readable(current)?, mark(&first, &readable(next)?, words)?);
    let before = if current == first { None } else { Some(mark(&first, &current, words)?) };
    let goes_on = match before {
        Some(before) => next.form == before.form && next.number == before.number.saturating_add(1),
        // Some systems count from nought, which is told by the form alone.
        None => next.number == 2 || (next.form == PagerForm::Suffix && next.number == 1),
    };
    goes_on.then_some(next)
}

/// An address as that of any page of the article that begins at `first`.
pub(super) fn is_page(first: &str, address: &str, words: &PagerWords) -> bool {
    let (Some(first), Some(address)) = (readable(first), readable(address)) else { return false };
    first == address || mark(&first, &address, words).is_some()
}

/// What of an address names a page, and in which article.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    /// Host, with its port when it is not the scheme's own.
    host: String,
    /// Without slashes at its end.
    path: String,
    /// The query, sorted: its order says nothing.
    query: Vec<(String, String)>,
}

fn readable(address: &str) -> Option<Place> {
    if address.len() > MAX_ADDRESS {
        return None;
    }
    let url = Url::parse(&canonical_url(address)?).ok()?;
    let host = url.host_str()?;
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let mut query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    query.sort();
    Some(Place { host, path: url.path().trim_end_matches('/').to_owned(), query })
}

fn mark(first: &Place, later: &Place, words: &PagerWords) -> Option<Mark> {
    if first.host != later.host {
        return None;
    }
    let of = |form| move |number| Mark { form, number };
    by_parameter(first, later, words).map(of(PagerForm::Parameter)).or_else(|| {
        let own = first.query == later.query && names_an_article(&first.path);
        let by_path = || by_path(&first.path, &later.path, words).map(of(PagerForm::Path));
        let by_suffix = || by_suffix(&first.path, &later.path, words).map(of(PagerForm::Suffix));
        if own { by_path().or_else(by_suffix) } else { None }
    })
}

/// `?id=5&page=2` of `?id=5` or `?id=5&page=1`.
fn by_parameter(first: &Place, later: &Place, words: &PagerWords) -> Option<u32> {
    let is_number = |(name, value): &(String, String)| -> Option<u32> {
        let is_name = words.names(PagerForm::Parameter).any(|known| name.eq_ignore_ascii_case(known));
        if is_name { number(value) } else { None }
    };
    let (at, found) = later.query.iter().enumerate().find_map(|(at, pair)| {
        let is_new = !first.query.contains(pair);
        is_number(pair).filter(|_| is_new).map(|number| (at, number))
    })?;
    let mut rest = later.query.clone();
    let (name, _) = rest.remove(at);
    // A number that is all there is names the article: `?p=1` and `?p=2` are two.
    let mut begun = first.query.clone();
    begun.retain(|(other, value)| *other != name || value != "1");
    let is_begun = begun.len() < first.query.len();
    let is_article = !rest.is_empty() || (!is_begun && names_an_article(&first.path));
    (is_article && first.path == later.path && begun == rest).then_some(found)
}

/// `/the-mill/2`, `/the-mill/page/2` and `/the-mill/page-2` of `/the-mill`.
fn by_path(first: &str, later: &str, words: &PagerWords) -> Option<u32> {
    let below = later.strip_prefix(first)?.strip_prefix('/')?.to_ascii_lowercase();
    let bare = words
        .names(PagerForm::Path)
        .find_map(|word| below.strip_prefix(word)?.strip_prefix(['/', '-']))
        .unwrap_or(&below);
    number(bare)
}

/// `/71_2.html` of `/71.html`.
fn by_suffix(first: &str, later: &str, words: &PagerWords) -> Option<u32> {
    let (stem, extension) = file(first)?;
    let (numbered, other) = file(later)?;
    let rest = numbered.strip_prefix(stem).filter(|_| extension == other)?;
    let sign = words.names(PagerForm::Suffix).find(|sign| rest.starts_with(*sign))?;
    let found = number(rest.strip_prefix(sign)?)?;
    // Only the systems that write `_` count from nought.
    (found > 1 || sign == "_").then_some(found)
}

/// A path up to the extension of its file, and that.
fn file(path: &str) -> Option<(&str, &str)> {
    let (stem, extension) = path.rsplit_once('.')?;
    (!extension.is_empty() && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some((stem, extension))
}

/// Whether a path is more than that of a site's front page.
fn names_an_article(path: &str) -> bool {
    let front = path.strip_prefix('/').filter(|path| !path.contains('/'));
    let stem = |path: &str| path.split('.').next().unwrap_or_default().to_ascii_lowercase();
    !path.is_empty() && !front.is_some_and(|front| INDEX.contains(&stem(front).as_str()))
}

/// A plain number of a page, as addresses write it.
fn number(text: &str) -> Option<u32> {
    let is_plain = (1..=4).contains(&text.len()) && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    if is_plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn every_form_takes_and_leaves_its_examples() {
        let rules = Rules::shipped();
        let words = &rules.words().pager;
        for (id, address) in &words.addresses {
            assert!(!address.reason.is_empty() && !address.takes.is_empty() && !address.leaves.is_empty(), "{id}");
            for (first, next) in &address.takes {
                let found = follows(first, first, next, words).map(|mark| mark.form);
                assert_eq!(found, address.form, "{id}: {first} {next}");
            }
            for (first, next) in &address.leaves {
                assert_eq!(follows(first, first, next, words), None, "{id}: {first} {next}");
            }
        }
    }

    #[test]
    fn page_follows_page() {
        let rules = Rules::shipped();
        let words = &rules.words().pager;
        let cases = [
            ("https://a.example/mill", "https://a.example/mill/2", "https://a.example/mill/3", true),
            ("https://a.example/mill", "https://a.example/mill/2", "https://a.example/mill/2", false),
            ("https://a.example/mill", "https://a.example/mill/2", "https://a.example/mill/4", false),
            ("https://a.example/mill", "https://a.example/mill/3", "https://a.example/mill/2", false),
            ("https://a.example/mill", "https://a.example/mill/2", "https://a.example/mill?page=3", false),
            ("https://a.example/mill", "https://a.example/race/2", "https://a.example/mill/3", false),
            ("https://a.example/mill", "https://a.example/mill/2", "https://a.example/mill/2/3", false),
            ("http://a.example/mill/", "https://a.example/mill/2/", "http://a.example/mill/3/#top", true),
            ("https://a.example/7.html", "https://a.example/7_1.html", "https://a.example/7_2.html", true),
            ("https://a.example/7.html", "https://a.example/7_1.html", "https://a.example/7_3.html", false),
            (
                "https://a.example/read?id=5&page=2",
                "https://a.example/read?id=5&page=2",
                "https://a.example/read?id=5&page=3",
                false,
            ),
            ("https://a.example/post?p=1", "https://a.example/post?p=1", "https://a.example/post?p=2", false),
            ("https://a.example/mill", "https://a.example/mill", "https://a.example/mill/00002", false),
            ("https://a.example/mill", "https://a.example/mill", "#2", false),
            ("", "", "https://a.example/mill/2", false),
        ];
        for (first, current, next, want) in cases {
            assert_eq!(follows(first, current, next, words).is_some(), want, "{first} {current} {next}");
        }
        assert!(is_page("https://a.example/mill", "https://a.example/mill/#x", words));
        assert!(is_page("https://a.example/mill", "https://a.example/mill/9", words));
        assert!(!is_page("https://a.example/mill", "https://a.example/race", words));
        let long = format!("https://a.example/{}", "x".repeat(MAX_ADDRESS));
        assert_eq!(follows(&long, &long, &format!("{long}/2"), words), None);
    }

    proptest::proptest! {
        #[test]
        fn page_numbers_only_grow(path in "/[a-z]{1,3}(\\.html)?", steps in proptest::collection::vec("[_/?-]?(page=|page/)?[0-9]{1,2}", 1..6)) {
            let rules = Rules::shipped();
            let first = format!("https://a.example{path}");
            let mut current = first.clone();
            let mut last = 0;
            for step in steps {
                let next = format!("https://a.example{path}{step}");
                if let Some(mark) = follows(&first, &current, &next, &rules.words().pager) {
                    proptest::prop_assert!(mark.number > last);
                    last = mark.number;
                    current = next;
                }
            }
        }
    }
}
