use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;

use super::address::host_key;

/// Who we are at one host: the user and password that an address carries (RFC 7617). They go to that host alone, and in no
/// address that is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Scheme and host, with its port when that is unusual.
    origin: (String, String),
    /// The value of the header `Authorization`.
    header: String,
}

impl Account {
    /// An address without its user and password, and the account that these make. An address that has none stays as it is
    /// written.
    pub(super) fn taken_from(address: &str) -> (String, Option<Self>) {
        let Some(mut url) = Url::parse(address).ok().filter(has_account) else {
            return (address.to_owned(), None);
        };
        let words = format!("{}:{}", unescaped(url.username()), unescaped(url.password().unwrap_or_default()));
        let account = Self { origin: origin(&url), header: format!("Basic {}", STANDARD.encode(words)) };
        // Both fail only for URLs that cannot have a user, which then have none.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        (url.into(), Some(account))
    }

    /// The header for a request to this URL; `None` where it is another's.
    pub(super) fn header_for(&self, url: &Url) -> Option<&str> {
        (origin(url) == self.origin).then_some(self.header.as_str())
    }
}

/// An address on the host of another, with the user and password that a person wrote there.
pub(crate) fn with_account_of(written: &str, found: &str) -> String {
    let (Ok(written), Ok(mut url)) = (Url::parse(written), Url::parse(found)) else { return found.to_owned() };
    if !has_account(&written) || origin(&written) != origin(&url) {
        return found.to_owned();
    }
    // Both fail only for URLs without a host.
    let _ = url.set_username(written.username());
    let _ = url.set_password(written.password());
    url.into()
}

/// Whether an address that another takes the place of had a user or password which that one lacks.
pub(crate) fn loses_account(written: &str, found: &str) -> bool {
    let has = |address: &str| Url::parse(address).is_ok_and(|url| has_account(&url));
    has(written) && !has(found)
}

fn has_account(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

fn origin(url: &Url) -> (String, String) {
    (url.scheme().to_owned(), host_key(url))
}

/// What percent-escapes stand for.
fn unescaped(text: &str) -> String {
    let pair = format!("x={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_serves_its_own_host() {
        let (plain, account) = Account::taken_from("https://me:p%40s+s@a.example:8443/feed?x=1");
        assert_eq!(plain, "https://a.example:8443/feed?x=1");
        let account = account.expect("an account");
        let header = |url: &str| account.header_for(&Url::parse(url).expect("a URL")).map(str::to_owned);
        assert_eq!(header("https://a.example:8443/p"), Some("Basic bWU6cEBzK3M=".to_owned()));
        for other in
            ["https://a.example/p", "http://a.example:8443/p", "https://b.example:8443/", "https://x.a.example:8443/"]
        {
            assert_eq!(header(other), None, "{other}");
        }
        assert_eq!(Account::taken_from("https://a.example/ö"), ("https://a.example/ö".to_owned(), None));
        assert_eq!(Account::taken_from("no address"), ("no address".to_owned(), None));
    }
}
