//! Why something came or did not, from what is stored alone.

mod address;
mod article;
mod picture;
mod source;

use boji_clean::model::canonical_url;

use super::facts::Circumstances;
use crate::store::{Store, StoreError};

pub(crate) use address::AddressReport;
pub(crate) use article::{ArticleFact, ArticleReport};
pub(crate) use source::{Outcomes, SourceReport};

/// Version of the form of `why --json`; a field that is added is no other version.
const SCHEMA: u32 = 1;

/// Requests of the history that are shown of an address or an article, and failures of a source.
const REQUESTS: usize = 5;

/// What somebody asks about.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A source, by its id.
    Source(String),
    /// A page, by the addresses that what was typed may mean, the likeliest first.
    Address(Vec<String>),
    /// An article, by its id.
    Article(String),
}

/// What a text asks about: a source before an address before an article. The address of a source is that source. `None` of what is
/// none of them.
pub(crate) fn asked(store: &dyn Store, circumstances: &Circumstances, what: &str) -> Result<Option<Asked>, StoreError> {
    if circumstances.sources.iter().any(|(source, _)| source.id == what) {
        return Ok(Some(Asked::Source(what.to_owned())));
    }
    let addresses = addresses(what);
    if !addresses.is_empty() {
        let is_its = |url: &String| canonical_url(url).is_some_and(|url| addresses.contains(&url));
        let of_source = circumstances.sources.iter().find(|(source, _)| is_its(&source.url));
        return Ok(Some(of_source.map_or(Asked::Address(addresses), |(source, _)| Asked::Source(source.id.clone()))));
    }
    let is_id = !what.is_empty() && what.bytes().all(|byte| byte.is_ascii_hexdigit());
    let standing = if is_id { store.standing(what)? } else { None };
    Ok(standing.map(|standing| Asked::Article(standing.id)))
}

/// The addresses that a text may mean: as it is, and in its canonical form; without a scheme those of both. None of what looks
/// like no address.
fn addresses(what: &str) -> Vec<String> {
    let meant = if what.contains("://") {
        vec![what.to_owned()]
    } else if what.contains(['.', '/']) && !what.contains(char::is_whitespace) {
        vec![format!("https://{what}"), format!("http://{what}")]
    } else {
        return Vec::new();
    };
    let mut addresses: Vec<String> = Vec::new();
    for address in meant {
        for form in canonical_url(&address).into_iter().chain([address]) {
            if !addresses.contains(&form) {
                addresses.push(form);
            }
        }
    }
    addresses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_with_and_without_its_scheme() {
        let cases: [(&str, &[&str]); 5] = [
            ("https://a.example/p", &["https://a.example/p"]),
            ("https://a.example/p?utm_source=x", &["https://a.example/p", "https://a.example/p?utm_source=x"]),
            ("a.example/p", &["https://a.example/p", "http://a.example/p"]),
            ("0123abcd", &[]),
            ("two words.", &[]),
        ];
        for (what, want) in cases {
            assert_eq!(addresses(what), want, "{what}");
        }
    }
}
