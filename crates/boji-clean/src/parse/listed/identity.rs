use std::collections::{HashMap, HashSet};

use url::Url;

use super::address::{may_be_article, names_script};
use super::words::ListWords;
use crate::model::bare_host;

/// Knows the pages that one list names by whatever form of their addresses. Where the path names an article by itself, of the
/// parameters those alone count that number one; but where the list names several pages of one path, the others tell them apart.
#[derive(Debug, Default)]
pub(super) struct Identities {
    /// By their identity without other parameters: what was met first, by its other parameters and its title.
    met: HashMap<String, (String, String)>,
    /// Of these parameters tell.
    told_by_query: HashSet<String>,
}

impl Identities {
    /// Takes an address in, with what the list calls its page, "" where it shows no more than a picture.
    pub(super) fn meet(&mut self, url: &Url, title: &str, words: &ListWords) {
        let (bare, others) = divided(url, words);
        let met = self.met.entry(bare.clone()).or_insert_with(|| (others.clone(), title.to_owned()));
        if met.0 != others && met.1 != title && !met.1.is_empty() && !title.is_empty() {
            self.told_by_query.insert(bare);
        } else if met.1.is_empty() {
            title.clone_into(&mut met.1);
        }
    }

    /// What the page at an address is known by. The address that is asked for is another matter, and stays as it is.
    pub(super) fn of(&self, url: &Url, words: &ListWords) -> String {
        let (bare, others) = divided(url, words);
        let is_told_by_path = is_told_by_path(url, words) && !self.told_by_query.contains(&bare);
        match others.as_str() {
            "" => bare,
            _ if is_told_by_path => bare,
            others => format!("{bare}{}{others}", if bare.contains('?') { '&' } else { '?' }),
        }
    }
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
fn divided(url: &Url, words: &ListWords) -> (String, String) {
    let path = url.path().split(';').next().unwrap_or_default();
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    parts.pop_if(|last| INDEXES.contains(&last.to_ascii_lowercase().as_str()));
    let mut pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    pairs.retain(|(name, _)| !words.says_nothing(name));
    pairs.sort();
    let (numbers, others): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(name, _)| words.numbers(name));
    let query = |pairs: Vec<(String, String)>| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs).finish()
    };
    let (numbers, others) = (query(numbers), query(others));
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
        for form in same {
            assert_eq!(known(&[(form, "")]), ["https://mill.example/2026/mill"], "{form}");
        }
        assert_eq!(known(&[("/%e7%a3%a8", "")]), ["https://mill.example/%E7%A3%A8"]);
        assert_eq!(known(&[("/show.asp?b=2&id=7&a=1", "")]), ["https://mill.example/show.asp?id=7&a=1&b=2"]);
        assert_eq!(known(&[("/?p=17&ref=home", "")]), ["https://mill.example/?p=17"]);
        assert_eq!(known(&[("/wheel/?id=3&lang=en", "")]), ["https://mill.example/wheel?id=3"]);
    }

    #[test]
    fn parameters_tell_pages_apart_where_the_list_does() {
        let read = known(&[("/read/?title=wheel", "The wheel"), ("/read/?title=race", "The race")]);
        assert_eq!(read, ["https://mill.example/read?title=wheel", "https://mill.example/read?title=race"]);
        let again = known(&[("/wheel/?ref=picture", ""), ("/wheel/", "The wheel"), ("/wheel/?ref=more", "The wheel")]);
        assert_eq!(again, ["https://mill.example/wheel"; 3]);
    }
}
