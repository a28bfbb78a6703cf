use url::Url;

use super::{ArticleKey, url::plain_address};

/// The host of WeChat's article platform.
const HOST: &str = "mp.weixin.qq.com";

/// Longest part of a link that is believed to be an id.
const MAX_PART: usize = 64;

/// A link to a WeChat article in any of its forms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeChatLink {
    /// `__biz`, "" when the link does not say.
    pub biz: String,
    /// `mid` or `appmsgid`, "" when the link does not say.
    pub mid: String,
    /// `idx` or `itemidx`, "" when the link does not say.
    pub idx: String,
    /// `sn` or `sign`, "" when the link does not say.
    pub sn: String,
    /// The token of a short link `/s/<token>`, "" for a long one.
    pub token: String,
}

impl WeChatLink {
    /// Reads a link to an article on mp.weixin.qq.com; `None` for other hosts, for pages that are no article (album,
    /// profile, captcha) and for temporary links (`src=…&signature=…`), which name no article. Takes `&amp;` and
    /// `\x26amp;` for `&`, and a missing scheme for https.
    pub fn parse(raw: &str) -> Option<Self> {
        let url = platform_url(raw)?;
        if let Some(token) = url.path().strip_prefix("/s/") {
            let token = token.trim_end_matches('/');
            return is_id(token, "-_").then(|| Self { token: token.to_owned(), ..Self::default() });
        }
        if !matches!(url.path(), "/s" | "/s/" | "/mp/appmsg/show") {
            return None;
        }
        let mut link = Self::default();
        for (name, value) in url.query_pairs() {
            // The base64 of an account's id may hold a plus, which a query reads as a space.
            let value = value.trim_end().replace(' ', "+");
            match name.as_ref() {
                "__biz" if is_id(&value, "+/=-_") => link.biz = value,
                "mid" | "appmsgid" if is_number(&value) => link.mid = value,
                "idx" | "itemidx" if is_number(&value) => link.idx = value,
                "sn" | "sign" if is_id(&value, "-_") => link.sn = value,
                _ => {}
            }
        }
        (!link.biz.is_empty() && !link.mid.is_empty()).then_some(link)
    }

    /// Whether an address is a temporary link, as searches give it: it opens for some hours only and names no article,
    /// so it must be fetched at once and never stored as an address.
    pub fn is_temporary(raw: &str) -> bool {
        platform_url(raw).is_some_and(|url| {
            let has = |wanted: &str| url.query_pairs().any(|(name, _)| name == wanted);
            url.path() == "/s" && has("signature") && has("timestamp")
        })
    }

    /// Identity when the link tells it; a token link does not.
    pub fn key(&self) -> Option<ArticleKey> {
        if self.biz.is_empty() || self.mid.is_empty() {
            return None;
        }
        let idx = if self.idx.is_empty() { "1".to_owned() } else { self.idx.clone() };
        Some(ArticleKey::WeChat { biz: self.biz.clone(), mid: self.mid.clone(), idx })
    }

    /// The shortest https form that still opens the article.
    pub fn canonical(&self) -> String {
        if !self.token.is_empty() {
            return format!("https://{HOST}/s/{}", self.token);
        }
        let biz = self.biz.replace('+', "%2B");
        let idx = if self.idx.is_empty() { "1" } else { &self.idx };
        let sn = if self.sn.is_empty() { String::new() } else { format!("&sn={}", self.sn) };
        format!("https://{HOST}/s?__biz={biz}&mid={}&idx={idx}{sn}", self.mid)
    }
}

/// An address on the platform's host.
fn platform_url(raw: &str) -> Option<Url> {
    let plain = plain_address(raw);
    let plain = plain.trim_start_matches('/');
    let url = if plain.starts_with(HOST) { Url::parse(&format!("https://{plain}")) } else { Url::parse(plain) };
    url.ok().filter(|url| url.host_str() == Some(HOST) && matches!(url.scheme(), "http" | "https"))
}

fn is_id(text: &str, marks: &str) -> bool {
    (1..=MAX_PART).contains(&text.len())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || marks.contains(letter))
}

fn is_number(text: &str) -> bool {
    (1..=MAX_PART).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_of_a_link() {
        let long = "https://mp.weixin.qq.com/s?__biz=MzA5OQ==&mid=2650&idx=2&sn=ab12";
        let cases = [
            (
                "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQr_t-v",
                Some("https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQr_t-v"),
            ),
            ("http://mp.weixin.qq.com/s/AbCd/?nwr_flag=1#wechat_redirect", Some("https://mp.weixin.qq.com/s/AbCd")),
            ("mp.weixin.qq.com/s/AbCd", Some("https://mp.weixin.qq.com/s/AbCd")),
            ("//mp.weixin.qq.com/s/AbCd", Some("https://mp.weixin.qq.com/s/AbCd")),
            (
                "http://mp.weixin.qq.com/s?__biz=MzA5OQ==&mid=2650&idx=2&sn=ab12&chksm=ff&scene=21#wechat_redirect",
                Some(long),
            ),
            ("http://mp.weixin.qq.com/s?__biz=MzA5OQ==&amp;mid=2650&amp;idx=2&amp;sn=ab12&amp;chksm=ff#rd", Some(long)),
            ("http://mp.weixin.qq.com/s?__biz=MzA5OQ==&amp;amp;mid=2650&amp;amp;idx=2&amp;amp;sn=ab12", Some(long)),
            (r"http://mp.weixin.qq.com/s?__biz=MzA5OQ==\x26amp;mid=2650\x26amp;idx=2\x26amp;sn=ab12", Some(long)),
            ("https://mp.weixin.qq.com/s?__biz=MzA5OQ%3D%3D&mid=2650&idx=2&sn=ab12", Some(long)),
            ("https://mp.weixin.qq.com/s?sn=ab12&idx=2&mid=2650&__biz=MzA5OQ==&key=1&uin=2&pass_ticket=3", Some(long)),
            ("http://mp.weixin.qq.com/mp/appmsg/show?__biz=MzA5OQ==&appmsgid=2650&itemidx=2&sign=ab12", Some(long)),
            (
                "https://mp.weixin.qq.com/s?__biz=Mz%2Bg/w==&mid=1",
                Some("https://mp.weixin.qq.com/s?__biz=Mz%2Bg/w==&mid=1&idx=1"),
            ),
            (
                "https://mp.weixin.qq.com/s?__biz=Mz+g/w==&mid=1",
                Some("https://mp.weixin.qq.com/s?__biz=Mz%2Bg/w==&mid=1&idx=1"),
            ),
            ("https://mp.weixin.qq.com/s?src=3&timestamp=1&ver=1&signature=a*b", None),
            ("https://mp.weixin.qq.com/s?__biz=../../x&mid=1", None),
            ("https://mp.weixin.qq.com/s?__biz=MzA=&mid=x", None),
            ("https://mp.weixin.qq.com/s/..%2F..%2Fx", None),
            ("https://mp.weixin.qq.com/s/", None),
            ("https://mp.weixin.qq.com/mp/appmsgalbum?__biz=MzA=&action=getalbum&album_id=1&mid=2", None),
            (
                "https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?target_url=https%3A%2F%2Fmp.weixin.qq.com%2Fs%2Fx",
                None,
            ),
            ("https://mp.weixin.qq.com.evil.example/s/AbCd", None),
            ("https://a.example/s/AbCd", None),
            ("", None),
        ];
        for (raw, want) in cases {
            let canonical = WeChatLink::parse(raw).map(|link| link.canonical());
            assert_eq!(canonical.as_deref(), want, "{raw}");
            if let Some(canonical) = canonical {
                assert_eq!(WeChatLink::parse(&canonical).map(|link| link.canonical()), Some(canonical), "{raw}");
            }
        }
    }

    #[test]
    fn only_a_long_link_tells_the_identity() {
        let key = |raw: &str| WeChatLink::parse(raw).and_then(|link| link.key()).map(|key| key.to_string());
        assert_eq!(key("https://mp.weixin.qq.com/s?__biz=Mz+g/w==&mid=9").as_deref(), Some("wechat:Mz+g/w==/9/1"));
        assert_eq!(key("https://mp.weixin.qq.com/s/AbCd"), None);
    }

    #[test]
    fn knows_temporary_links() {
        assert!(WeChatLink::is_temporary(
            "http://mp.weixin.qq.com/s?src=3&amp;timestamp=1&amp;ver=1&amp;signature=a*b"
        ));
        assert!(!WeChatLink::is_temporary("https://mp.weixin.qq.com/s/AbCd"));
    }
}
