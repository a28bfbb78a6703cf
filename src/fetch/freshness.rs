use boji_clean::model::Timestamp;

use super::retry::{delta_seconds, parse_http_date};
use super::transport::header;

/// Seconds for which an answer stays fresh, counted from `now` (RFC 9111 §4.2): `max-age` less `Age`, else `Expires`
/// against the server's own `Date`. `None` when it states nothing usable, is already stale, or says `no-store`,
/// `no-cache` or `private`. Header names in lower case.
pub(crate) fn freshness(headers: &[(String, String)], now: Timestamp) -> Option<i64> {
    let mut max_age = None;
    for directive in directives(headers) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" | "private" => return None,
            "max-age" if max_age.is_none() => max_age = delta_seconds(value),
            _ => {}
        }
    }
    let lifetime = max_age.or_else(|| expires(headers, now))?;
    let age = header(headers, "age").and_then(delta_seconds).unwrap_or(0);
    Some(lifetime - age).filter(|left| *left > 0)
}

fn directives(headers: &[(String, String)]) -> impl Iterator<Item = &str> {
    let lines = headers.iter().filter(|(name, _)| name == "cache-control");
    lines.flat_map(|(_, value)| value.split(',')).map(str::trim)
}

fn expires(headers: &[(String, String)], now: Timestamp) -> Option<i64> {
    let expires = parse_http_date(header(headers, "expires")?)?;
    let date = header(headers, "date").and_then(parse_http_date).unwrap_or(now);
    Some(expires.as_seconds() - date.as_seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Case = (&'static [(&'static str, &'static str)], Option<i64>);

    #[test]
    fn follows_the_table_of_rfc_9111() {
        let now = Timestamp::parse("2026-11-24T12:00:00Z").expect("a time");
        let cases: [Case; 14] = [
            (&[("cache-control", "max-age=7200")], Some(7200)),
            (&[("cache-control", "public, Max-Age=\"7200\"")], Some(7200)),
            (&[("cache-control", "max-age=7200"), ("age", "200")], Some(7000)),
            (&[("cache-control", "max-age=100"), ("age", "200")], None),
            (&[("cache-control", "max-age=99999999999999999999")], Some(i64::from(i32::MAX))),
            (&[("cache-control", "max-age=60, no-store")], None),
            (&[("cache-control", "max-age=60"), ("cache-control", "private")], None),
            (&[("cache-control", "no-cache")], None),
            (&[("expires", "Tue, 24 Nov 2026 13:00:00 GMT")], Some(3600)),
            (&[("expires", "Tue, 24 Nov 2026 13:00:00 GMT"), ("date", "Tue, 24 Nov 2026 12:30:00 GMT")], Some(1800)),
            (&[("expires", "Tue, 24 Nov 2026 13:00:00 GMT"), ("cache-control", "max-age=5")], Some(5)),
            (&[("expires", "Tue, 24 Nov 2020 13:00:00 GMT")], None),
            (&[("expires", "0")], None),
            (&[], None),
        ];
        for (headers, want) in cases {
            let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            assert_eq!(freshness(&headers, now), want, "{headers:?}");
        }
    }
}
