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
        let Some(mut url) =
            Url::parse(address).ok().filter(|url| !url.username().is_empty() || url.password().is_some())
        else {
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
