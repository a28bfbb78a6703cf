use std::fmt;
use std::fs::File;
use std::io;
use std::net::IpAddr;
use std::path::Path;

use boji_clean::model::Timestamp;
use url::{Host, Url};

use crate::config::read_at_most;

/// Largest file of cookies that is read, in bytes.
const MAX_FILE_BYTES: u64 = 4_000_000;
/// Longest header that cookies make, in bytes; servers refuse longer ones.
const MAX_HEADER_BYTES: usize = 16_384;
/// What some programs write before the domain of a cookie that scripts must not see.
const HTTP_ONLY: &str = "#HttpOnly_";

/// The cookies of a file in Netscape's format (`cookies.txt`), as extensions of browsers and yt-dlp write it: seven fields a line,
/// divided by tabs. Read once, never written, and nothing that a server sets is taken.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct CookieJar {
    cookies: Vec<Cookie>,
}

#[derive(Clone, PartialEq, Eq)]
struct Cookie {
    /// Lower case, without a dot before it.
    domain: String,
    /// Of the domain itself, and of no host below it.
    host_only: bool,
    path: String,
    /// Over https alone.
    secure: bool,
    /// The instant from which on it is void; `None` for one of a session.
    expires: Option<Timestamp>,
    name: String,
    value: String,
}

impl CookieJar {
    /// Reads a file; also how many of its lines are no cookies.
    ///
    /// # Errors
    /// It cannot be read, or has no line with a cookie.
    pub(crate) fn read(path: &Path) -> io::Result<(Self, usize)> {
        let text = String::from_utf8_lossy(&read_at_most(File::open(path)?, MAX_FILE_BYTES)?).into_owned();
        let (jar, strange) = Self::parse(&text);
        if jar.cookies.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it has no cookies in Netscape's format"));
        }
        Ok((jar, strange))
    }

    fn parse(text: &str) -> (Self, usize) {
        let mut jar = Self::default();
        let mut strange = 0;
        for line in text.trim_start_matches('\u{feff}').lines() {
            let line = line.strip_prefix(HTTP_ONLY).unwrap_or(line).trim_end_matches('\r');
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            match Cookie::parse(line) {
                Some(cookie) => jar.cookies.push(cookie),
                None => strange += 1,
            }
        }
        // RFC 6265 §5.4: longer paths first, then those that were there first.
        jar.cookies.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        (jar, strange)
    }

    /// The header `Cookie` for a request at an instant (RFC 6265 §5.4); `None` when no cookie is for it.
    pub(super) fn header_for(&self, url: &Url, now: Timestamp) -> Option<String> {
        let mut header = String::new();
        for Cookie { name, value, .. } in self.cookies.iter().filter(|cookie| cookie.is_for(url, now)) {
            if header.len() + name.len() + value.len() + "; =".len() > MAX_HEADER_BYTES {
                break;
            }
            if !header.is_empty() {
                header.push_str("; ");
            }
            header.push_str(name);
            // As browsers send one that has no name.
            if !name.is_empty() {
                header.push('=');
            }
            header.push_str(value);
        }
        (!header.is_empty()).then_some(header)
    }
}

/// How many, and none of their values.
impl fmt::Debug for CookieJar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cookies", self.cookies.len())
    }
}

impl Cookie {
    /// One line: domain, whether hosts below it get it, path, whether over https alone, seconds since 1970 or 0, name, value.
    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split('\t');
        let mut next = || fields.next();
        let (domain, below, path, secure, expires, name) = (next()?, next()?, next()?, next()?, next()?, next()?);
        let value = next().unwrap_or_default();
        let domain = domain.trim().trim_start_matches('.').to_ascii_lowercase();
        let seconds = expires.trim().split('.').next()?.parse::<i64>().ok()?;
        let is_sendable = |text: &str| text.chars().all(|sign| !sign.is_control() && sign != ';');
        let is_whole = fields.next().is_none() && !domain.is_empty() && path.starts_with('/');
        if !is_whole || !is_sendable(name) || !is_sendable(value) || name.contains('=') {
            return None;
        }
        Some(Self {
            domain,
            host_only: !truth(below)?,
            path: path.to_owned(),
            secure: truth(secure)?,
            expires: (seconds > 0).then(|| Timestamp::from_seconds(seconds.min(LAST_SECOND))),
            name: name.to_owned(),
            value: value.to_owned(),
        })
    }

    fn is_for(&self, url: &Url, now: Timestamp) -> bool {
        let is_good = self.expires.is_none_or(|expires| now < expires);
        is_good && self.matches_host(url) && self.matches_path(url.path()) && (!self.secure || url.scheme() == "https")
    }

    /// RFC 6265 §5.1.3. An address in numbers is nobody's subdomain.
    fn matches_host(&self, url: &Url) -> bool {
        let host = match url.host() {
            Some(Host::Domain(host)) => host.trim_end_matches('.').to_owned(),
            Some(Host::Ipv4(address)) => return self.domain == address.to_string(),
            Some(Host::Ipv6(address)) => {
                let domain = self.domain.trim_start_matches('[').trim_end_matches(']');
                return domain.parse::<IpAddr>().is_ok_and(|domain| domain == IpAddr::V6(address));
            }
            None => return false,
        };
        host == self.domain
            || (!self.host_only && host.strip_suffix(&self.domain).is_some_and(|below| below.ends_with('.')))
    }

    /// RFC 6265 §5.1.4.
    fn matches_path(&self, path: &str) -> bool {
        path.strip_prefix(&self.path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/'))
    }
}

/// The end of the year 9999: what expires later expires then.
const LAST_SECOND: i64 = 253_402_300_799;

fn truth(word: &str) -> Option<bool> {
    match word.trim() {
        word if word.eq_ignore_ascii_case("true") => Some(true),
        word if word.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# Netscape HTTP Cookie File\r\n\
        .mill.example\tTRUE\t/\tFALSE\t0\tall\t1\r\n\
        mill.example\tFALSE\t/\tFALSE\t0\thost\t2\r\n\
        #HttpOnly_.mill.example\tTRUE\t/club\tTRUE\t2000000000\tclub\tten=10\r\n\
        .mill.example\tTRUE\t/\tFALSE\t1000000000\told\t3\n\
        loom.example\tTRUE\t/\tFALSE\t0\tloom\t4\n\
        127.0.0.1\tFALSE\t/\tFALSE\t0\tlocal\t5\n\
        \n# a remark\nno cookie\n.mill.example\tTRUE\t/\tFALSE\tsoon\ta\tb\n.mill.example\tTRUE\t/\tFALSE\t0\ta\tb;c\n";

    #[test]
    fn a_cookie_goes_where_its_domain_path_scheme_and_time_allow() {
        let (jar, strange) = CookieJar::parse(FILE);
        assert_eq!((jar.cookies.len(), strange), (6, 3));
        let now = Timestamp::from_seconds(1_700_000_000);
        let cases = [
            ("https://mill.example/", Some("all=1; host=2")),
            ("https://mill.example/club", Some("club=ten=10; all=1; host=2")),
            ("https://mill.example/club/a", Some("club=ten=10; all=1; host=2")),
            ("https://mill.example/clubs", Some("all=1; host=2")),
            ("http://mill.example/club", Some("all=1; host=2")),
            ("https://www.mill.example/club", Some("club=ten=10; all=1")),
            ("https://treadmill.example/", None),
            ("https://example/", None),
            ("https://loom.example:8443/", Some("loom=4")),
            ("http://127.0.0.1:80/", Some("local=5")),
            ("http://1.127.0.0.1.example/", None),
        ];
        for (url, want) in cases {
            let url = Url::parse(url).expect("a URL");
            assert_eq!(jar.header_for(&url, now).as_deref(), want, "{url}");
        }
        let club = Url::parse("https://www.mill.example/club").expect("a URL");
        let later = jar.header_for(&club, Timestamp::from_seconds(2_000_000_000));
        assert_eq!(later.as_deref(), Some("all=1"), "its time is over");
        assert_eq!(format!("{jar:?}"), "6 cookies");
    }

    #[test]
    fn a_file_without_a_cookie_cannot_be_used() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("cookies.txt");
        assert!(CookieJar::read(&file).is_err(), "it is not there");
        for text in ["", "# Netscape HTTP Cookie File\n", "[{\"name\": \"a\", \"value\": \"b\"}]"] {
            std::fs::write(&file, text).expect("written");
            assert!(CookieJar::read(&file).is_err(), "{text}");
        }
        std::fs::write(&file, FILE).expect("written");
        assert_eq!(CookieJar::read(&file).map(|(_, strange)| strange).ok(), Some(3));
    }

    #[test]
    fn a_header_of_cookies_ends_before_it_is_too_long() {
        let line = |number: usize| format!("a.example\tFALSE\t/\tFALSE\t0\tc{number}\t{}\n", "v".repeat(1_000));
        let (jar, _) = CookieJar::parse(&(0..100).map(line).collect::<String>());
        let header = jar.header_for(&Url::parse("https://a.example/").expect("a URL"), Timestamp::default());
        assert!(header.is_some_and(|header| header.len() > 10_000 && header.len() <= MAX_HEADER_BYTES));
    }
}
