//! Who may ask for what: pure decisions over the head of a request.
//!
//! A page of the inspector can be asked for by any page that is open in the same browser. What keeps others out: the name under which
//! the server is asked (a stranger's name that leads to this machine, DNS rebinding), where a change comes from (`Origin` and
//! `Sec-Fetch-Site`, and a word in each form that no other site can read), and off this machine a token.

use std::net::SocketAddr;

use axum::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, Method};

/// The cookie that bears the token.
pub(super) const COOKIE_NAME: &str = "boji-token";

/// Who may ask.
#[derive(Clone, Debug)]
pub(super) struct Access {
    /// `host:port`, in lower case, under which it may be asked; any when empty.
    names: Vec<String>,
    /// What has to be known, where anything has.
    token: Option<String>,
    /// The word in each form.
    form_key: String,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It names another host.
    Host,
    /// It comes from another site's page.
    Origin,
    /// It does not know the token.
    Token,
}

impl Refusal {
    /// What it says to a person.
    pub(super) const fn phrase(self) -> &'static str {
        match self {
            Self::Host => {
                "this server is asked under a name that is not its own; `boji serve --name NAME` lets it have one"
            }
            Self::Origin => "a change may come from the inspector's own pages alone",
            Self::Token => "the token is missing or wrong: open the address that `boji serve` printed",
        }
    }
}

impl Access {
    /// For a server at this address, which may also be asked under these names, with or without a port.
    pub(super) fn new(at: SocketAddr, names: &[String], token: Option<String>, form_key: String) -> Self {
        let port = at.port();
        let mut own: Vec<String> = vec![at.to_string()];
        if at.ip().is_loopback() {
            own.extend(["localhost", "127.0.0.1", "[::1]"].map(|name| format!("{name}:{port}")));
        }
        for name in names {
            let name = name.to_ascii_lowercase();
            own.push(format!("{name}:{port}"));
            own.push(name);
        }
        // A browser leaves out the port of plain HTTP.
        if port == 80 {
            let bare: Vec<String> = own.iter().filter_map(|name| name.strip_suffix(":80")).map(str::to_owned).collect();
            own.extend(bare);
        }
        Self { names: own, token, form_key }
    }

    /// The word that each form bears.
    pub(super) fn form_key(&self) -> &str {
        &self.form_key
    }

    /// Whether a form bears the word.
    pub(super) fn is_own_form(&self, key: &str) -> bool {
        is_same(key, &self.form_key)
    }

    /// Whether a token is the right one; any is where none is wanted.
    pub(super) fn knows(&self, token: &str) -> bool {
        self.token.as_ref().is_none_or(|wanted| is_same(token, wanted))
    }

    /// Whether a token is wanted.
    pub(super) fn wants_token(&self) -> bool {
        self.token.is_some()
    }

    /// What a request may. The token in its address is looked at by who takes it out of there.
    pub(super) fn judge(
        &self,
        method: &Method,
        headers: &HeaderMap,
        token_in_address: Option<&str>,
    ) -> Result<(), Refusal> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let host = text(HOST).unwrap_or_default().to_ascii_lowercase();
        if !self.names.contains(&host) {
            return Err(Refusal::Host);
        }
        if !method.is_safe() {
            let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
            let is_own_site = site.is_none_or(|site| site == "same-origin");
            // Behind a proxy that ends TLS the scheme is another.
            let is_own_origin = text(ORIGIN).is_none_or(|origin| {
                let bare = origin.strip_prefix("http://").or(origin.strip_prefix("https://"));
                bare.is_some_and(|bare| bare.eq_ignore_ascii_case(&host))
            });
            if !is_own_site || !is_own_origin {
                return Err(Refusal::Origin);
            }
        }
        let Some(wanted) = &self.token else { return Ok(()) };
        let bearer = text(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let cookie = cookies
            .flat_map(|value| value.split(';'))
            .find_map(|pair| pair.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='));
        let known = [bearer, cookie, token_in_address].into_iter().flatten().any(|token| is_same(token, wanted));
        if known { Ok(()) } else { Err(Refusal::Token) }
    }
}

/// A word that nobody can guess; `None` where the system gives no random numbers.
pub(crate) fn secret() -> Option<String> {
    let mut bytes = [0; 32];
    rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes).ok()?;
    // In letters and digits, none of which it can be computed from.
    Some(blake3::hash(&bytes).to_hex().to_string())
}

/// Whether two secrets are the same, in a time that tells nothing of where they differ.
fn is_same(one: &str, other: &str) -> bool {
    blake3::hash(one.as_bytes()) == blake3::hash(other.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value"))).collect()
    }

    fn local() -> Access {
        Access::new("127.0.0.1:8017".parse().expect("an address"), &[], None, "key".into())
    }

    #[test]
    fn a_server_is_asked_under_its_own_names_alone() {
        let judged = |host: &str| local().judge(&Method::GET, &headers(&[("host", host)]), None);
        for own in ["127.0.0.1:8017", "localhost:8017", "LOCALHOST:8017", "[::1]:8017"] {
            assert_eq!(judged(own), Ok(()), "{own}");
        }
        for foreign in
            ["evil.example", "evil.example:8017", "127.0.0.1", "127.0.0.1:80", "127.0.0.1.evil.example:8017", ""]
        {
            assert_eq!(judged(foreign), Err(Refusal::Host), "{foreign}");
        }
        assert_eq!(local().judge(&Method::GET, &HeaderMap::new(), None), Err(Refusal::Host));
    }

    /// What is sent: a header's name and value.
    type Sent<'a> = &'a [(&'static str, &'a str)];

    #[test]
    fn a_change_comes_from_its_own_pages_alone() {
        let host = ("host", "127.0.0.1:8017");
        let cases: [(&str, Sent<'_>, Result<(), Refusal>); 6] = [
            (
                "a form of its own",
                &[host, ("origin", "http://127.0.0.1:8017"), ("sec-fetch-site", "same-origin")],
                Ok(()),
            ),
            ("a program that sends no origin", &[host], Ok(())),
            ("another site", &[host, ("origin", "http://evil.example")], Err(Refusal::Origin)),
            ("a sandboxed frame", &[host, ("origin", "null")], Err(Refusal::Origin)),
            ("another port", &[host, ("origin", "http://127.0.0.1:9000")], Err(Refusal::Origin)),
            ("another site, without an origin", &[host, ("sec-fetch-site", "cross-site")], Err(Refusal::Origin)),
        ];
        for (case, sent, want) in cases {
            assert_eq!(local().judge(&Method::POST, &headers(sent), None), want, "{case}");
        }
    }

    #[test]
    fn off_this_machine_a_token_is_wanted() {
        let at = "192.0.2.1:80".parse().expect("an address");
        let access = Access::new(at, &["boji.example".into()], Some("secret".into()), "key".into());
        let judged = |pairs: &[(&'static str, &str)], token| {
            let pairs: Vec<_> = pairs.iter().copied().chain([("host", "boji.example")]).collect();
            access.judge(&Method::GET, &headers(&pairs), token)
        };
        assert_eq!(judged(&[], None), Err(Refusal::Token));
        assert_eq!(judged(&[], Some("secret")), Ok(()));
        assert_eq!(judged(&[], Some("secre")), Err(Refusal::Token));
        assert_eq!(judged(&[("authorization", "Bearer secret")], None), Ok(()));
        assert_eq!(judged(&[("cookie", "a=b; boji-token=secret")], None), Ok(()));
        assert_eq!(judged(&[("cookie", "boji-token=x")], None), Err(Refusal::Token));
    }
}
