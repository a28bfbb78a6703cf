use axum::extract::{FromRequestParts, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::failure::Failure;

/// What the address of a page asks for behind its `?`. A value that is none, and a name that the page does not know, is answered by a
/// page that says so, for a list that does not heed a wish would look as if it did.
pub(super) struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        read(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn read<T: DeserializeOwned>(query: &str) -> Result<T, Failure> {
    // Whether the token is right was asked before.
    let pairs = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "token");
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let wrong = |why: String| Failure::Wrong(format!("the address asks for what there is not: {why}"));
    let uri: Uri = format!("/?{query}").parse().map_err(|_| wrong("it is too long".to_owned()))?;
    let asked = Query::try_from_uri(&uri).map_err(|refusal| {
        let said = refusal.body_text();
        wrong(said.strip_prefix("Failed to deserialize query string: ").unwrap_or(&said).to_owned())
    })?;
    Ok(asked.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::articles::Wanted;

    #[test]
    fn what_a_page_does_not_know_is_named() {
        let told = |query: &str| match read::<Wanted>(query) {
            Ok(wanted) => format!("{} {}", wanted.page, wanted.account),
            Err(Failure::Wrong(why)) => why,
            Err(_) => "another failure".to_owned(),
        };
        for (query, want) in [
            ("", "0 "),
            ("page=2&account=%E5%B1%B1+%E6%B0%B4", "2 山 水"),
            ("token=abc&page=3", "3 "),
            ("page=x", "the address asks for what there is not: page: invalid digit found in string"),
        ] {
            assert_eq!(told(query), want, "{query}");
        }
        let unknown = told("flag=short");
        assert!(unknown.contains("unknown field `flag`, expected one of `q`, `source`"), "{unknown}");
    }
}
