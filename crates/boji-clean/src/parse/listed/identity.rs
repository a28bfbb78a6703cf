use std::collections::{HashMap, HashSet};

use url::Url;

use super::address::{may_be_article, names_script};
use super::words::ListWords;
use crate::model::bare_host;

/// Knows the pages that one list names by whatever form of their addresses. Where the path names an article by itself, a parameter
/// that pages of several paths carry says nothing of the page; one of a single path, and one by which the list tells two pages of one
/// path apart, may say which it is. Better a page asked for twice than one taken for another.
#[derive(Debug, Default)]
pub(super) struct Identities {
    /// By their identity without other parameters: what was met first, by these and by its title.
    met: HashMap<String, (Parameters, String)>,
    /// The path on which a parameter was met first, `None` when it was met on several.
    carried_by: HashMap<String, Option<String>>,
    /// Parameters that tell pages of one path apart.
    telling: HashSet<String>,
}

type Parameters = Vec<(String, String)>;

impl Identities {
    /// Takes an address in, with what the list calls its page, "" where it shows no more than a picture.
    pub(super) fn meet(&mut self, url: &Url, title: &str, words: &ListWords) {
        let (bare, others) = divided(url, words);
        for (name, _) in &others {
            let first = self.carried_by.entry(name.clone()).or_insert_with(|| Some(bare.clone()));
            if first.as_ref().is_some_and(|first| *first != bare) {
                *first = None;
            }
        }
        let (first, first_title) = self.met.entry(bare).or_insert_with(|| (others.clone(), title.to_owned()));
        if first_title.is_empty() {
            title.clone_into(first_title);
        } else if !title.is_empty() && first_title != title {
            let differ = |one: &Parameters, other: &Parameters| -> Vec<String> {
                one.iter().filter(|pair| !other.contains(pair)).map(|(name, _)| name.clone()).collect()
            };
            self.telling.extend(differ(first, &others));
            self.telling.extend(differ(&others, first));
        }
    }

    /// What the page at an address is known by. The address that is asked for is another matter, and stays as it is.
    pub(super) fn of(&self, url: &Url, words: &ListWords) -> String {
        let (bare, mut others) = divided(url, words);
        let is_told_by_path = is_told_by_path(url, words);
        let is_carried_by_all = |name: &String| self.carried_by.get(name) == Some(&None);
        others.retain(|(name, _)| !is_told_by_path || self.telling.contains(name) || !is_carried_by_all(name));
        match query_of(others).as_str() {
            "" => bare,
            others => format!("{bare}{}{others}", if bare.contains('?') { '&' } else { '?' }),
        }
    }
}

fn query_of(pairs: Parameters) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Whether the path alone may name an article, or the number in a parameter does: no script, which may want all of them, and no
/// folder of lists.
fn is_told_by_path(url: &Url, words: &ListWords) -> bool {
    let mut bare = url.clone();
    bare.set_query(None);
    let is_numbered = url.query_pairs().any(|(name, _)| words.numbers(&name));
    !names_script(&bare) && (is_numbered || may_be_article(&bare, words))
}

/// The address without the ways in which lists let it vary from one day to the next (scheme, `www.`, port of the scheme, a slash at its
/// end, doubled slashes, the name of a folder's index, sessions, escapes), with the parameters that number an article; and the other
/// parameters that may tell something, in order.
fn divided(url: &Url, words: &ListWords) -> (String, Parameters) {
    let path = url.path().split(';').next().unwrap_or_default();
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    parts.pop_if(|last| INDEXES.contains(&last.to_ascii_lowercase().as_str()));
    let mut pairs: Parameters = url.query_pairs().into_owned().collect();
    pairs.retain(|(name, _)| !words.says_nothing(name));
    pairs.sort();
    let (numbers, others): (Parameters, Parameters) = pairs.into_iter().partition(|(name, _)| words.numbers(name));
    let numbers = query_of(numbers);
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let sign = if numbers.is_empty() { "" } else { "?" };
    (format!("https://{}{port}/{}{sign}{numbers}", bare_host(url), even_escapes(&parts.join("/"))), others)
}

/// What a server gives for a folder.
const INDEXES: [&str; 4] = ["index.html", "index.htm", "index.php", "default.aspx"];

/// Escapes of what needs none as what they stand for, the others in one of their two cases (RFC 3986 §6.2.2).
fn even_escapes(path: &str) -> String {
    let mut pieces = path.split('%');
    let mut even = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2).unwrap_or((piece, ""));
        match u8::from_str_radix(digits, 16).map(char::from) {
            Ok(sign) if sign.is_ascii_alphanumeric() || matches!(sign, '-' | '.' | '_' | '~') => even.push(sign),
            _ => {
                even.push('%');
                even.push_str(&digits.to_ascii_uppercase());
            }
        }
        even.push_str(rest);
    }
    even
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the pages of a list are known by: address and title of each.
    fn known(list: &[(&str, &str)]) -> Vec<String> {
        let words = ListWords::shipped();
        let mut identities = Identities::default();
        let urls: Vec<Url> =
            list.iter().map(|(url, _)| Url::parse(&format!("https://mill.example{url}")).unwrap()).collect();
        for (url, (_, title)) in urls.iter().zip(list) {
            identities.meet(url, title, words);
        }
        urls.iter().map(|url| identities.of(url, words)).collect()
    }

    #[test]
    fn a_page_has_one_identity_in_whatever_form() {
        let same = [
            "/2026/mill",
            "/2026/mill/",
            "//2026//mill/index.html?from=timeline&_t=17",
            "/2026/mill;jsessionid=AB?PHPSESSID=1",
            "/2026/mill?ref=home&ad_id=17",
            "/2026/%6Dill?_pos=3",
            "/2026/mill?UTM_SOURCE=x",
        ];
        let other = ("/2026/race?ref=home&ad_id=17&_pos=4&lang=en", "The race");
        let first = |url: &str| known(&[(url, ""), other]).remove(0);
        for form in same {
            assert_eq!(first(form), "https://mill.example/2026/mill", "{form}");
        }
        assert_eq!(first("/%e7%a3%a8"), "https://mill.example/%E7%A3%A8");
        assert_eq!(first("/show.asp?b=2&id=7&a=1"), "https://mill.example/show.asp?id=7&a=1&b=2");
        assert_eq!(first("/?p=17&ref=home"), "https://mill.example/?p=17");
        assert_eq!(first("/wheel/?id=3&lang=en"), "https://mill.example/wheel?id=3");
    }

    #[test]
    fn a_parameter_of_one_path_alone_may_tell_which_page_it_is() {
        let alone =
            |title: &str| known(&[(&format!("/read/?title={title}"), title), ("/wheel/", "The wheel")]).remove(0);
        assert_ne!(alone("race"), alone("stone"));
    }

    #[test]
    fn parameters_tell_pages_apart_where_the_list_does() {
        let read = known(&[("/read/?title=wheel", "The wheel"), ("/read/?title=race", "The race")]);
        assert_eq!(read, ["https://mill.example/read?title=wheel", "https://mill.example/read?title=race"]);
        let again = known(&[
            ("/wheel/?ref=picture", ""),
            ("/wheel/", "The wheel"),
            ("/wheel/?ref=more", "The wheel"),
            ("/race/?ref=more", "The race"),
        ]);
        assert_eq!(again[..3], ["https://mill.example/wheel"; 3].map(str::to_owned));
    }
}
