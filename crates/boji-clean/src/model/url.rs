use url::Url;

use super::plain_address::plain_address;
use super::wechat_link::WeChatLink;

/// Longest address of a link or picture that is kept, in bytes; servers refuse longer ones. A page can give one address
/// to any number of words, so this bounds what is stored of it.
pub const MAX_ADDRESS: usize = 4_096;

/// Query parameters that say how a reader came, not what the page is.
const TRACKING: [&str; 12] = [
    "fbclid",
    "gclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "ref_src",
    "spm",
    "from_wecom",
    "share_token",
    "yclid",
    "_hsenc",
    "_hsmi",
];

/// The address of a page without fragment, tracking parameters, user and password; WeChat links by their own rules. `None`
/// for anything but http and https.
pub fn canonical_url(raw: &str) -> Option<String> {
    let raw = plain_address(raw);
    if let Some(link) = WeChatLink::parse(&raw) {
        return Some(link.canonical());
    }
    if let Some(temporary) = WeChatLink::temporary(&raw) {
        return Some(temporary);
    }
    let mut url = Url::parse(&raw).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    url.set_fragment(None);
    // Neither is part of what the page is. Only a scheme without hosts refuses it.
    let _ = (url.set_username(""), url.set_password(None));
    // Of the query as it stands: its escapes may be of another charset, and written anew they would be lost.
    let name = |part: &str| part.split('=').next().unwrap_or_default().to_owned();
    let says_what = |part: &&str| !name(part).starts_with("utm_") && !TRACKING.contains(&name(part).as_str());
    let kept: Vec<&str> = url.query().unwrap_or_default().split('&').filter(says_what).collect();
    let kept = kept.join("&");
    url.set_query((!kept.is_empty()).then_some(&kept));
    Some(url.into())
}

/// The host of an address without its `www`, for a site goes by both names; "" where there is none.
pub fn bare_host(url: &Url) -> &str {
    let host = url.host_str().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}

/// Whether two addresses are on one host, or the host of one lies below the other's.
pub fn is_same_site(one: &Url, other: &Url) -> bool {
    let below = |low: &str, high: &str| low.strip_suffix(high).is_some_and(|rest| rest.ends_with('.'));
    let (one, other) = (bare_host(one), bare_host(other));
    !one.is_empty() && (one == other || below(one, other) || below(other, one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_tracking_and_fragment_only() {
        let cases = [
            ("https://a.example/p?id=3&utm_source=x#top", Some("https://a.example/p?id=3")),
            ("https://a.example/p?utm_source=x", Some("https://a.example/p")),
            ("https://a.example/p?q=a%20b&c", Some("https://a.example/p?q=a%20b&c")),
            (
                "http://mp.weixin.qq.com/s?__biz=Mz==&amp;mid=2&amp;idx=1&amp;sn=ab&amp;chksm=ff#rd",
                Some("https://mp.weixin.qq.com/s?__biz=Mz==&mid=2&idx=1&sn=ab"),
            ),
            ("https://a.example/p?a=1&amp;amp;b=2", Some("https://a.example/p?a=1&b=2")),
            ("HTTPS://A.example:443/p?", Some("https://a.example/p")),
            ("http://mp.weixin.qq.com/s/AbCd?nwr_flag=1#rd", Some("https://mp.weixin.qq.com/s/AbCd")),
            (
                "http://mp.weixin.qq.com/s?timestamp=1&src=3&ver=1&signature=a*b&new=1#rd",
                Some("https://mp.weixin.qq.com/s?src=3&timestamp=1&ver=1&signature=a*b"),
            ),
            (
                "https://a.example/s?wd=%C4%E3%BA%C3&utm_source=x&id=+1",
                Some("https://a.example/s?wd=%C4%E3%BA%C3&id=+1"),
            ),
            ("https://me:secret@a.example/p", Some("https://a.example/p")),
            ("ftp://a.example/", None),
            ("no address", None),
        ];
        for (raw, want) in cases {
            assert_eq!(canonical_url(raw).as_deref(), want, "{raw}");
        }
    }
}
