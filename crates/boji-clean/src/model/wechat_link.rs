use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use url::Url;

use super::date::Timestamp;
use super::key::ArticleKey;
use super::plain_address::plain_address;

/// The host of WeChat's article platform.
const HOST: &str = "mp.weixin.qq.com";

/// The address of the platform's bridge, which leads to the article that its `url` names.
const BRIDGE: (&str, &str) = ("mp.weixinbridge.com", "/mp/wapredirect");

/// The parameters that a temporary link needs to open, in the order of its canonical form.
const TEMPORARY: [&str; 4] = ["src", "timestamp", "ver", "signature"];

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
    /// `\x26amp;` for `&`, `%3D` and a missing `=` at the end of an account's id, a missing scheme for https, and the
    /// platform's bridge for what it leads to.
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
                "__biz" => link.biz = whole_biz(&value).unwrap_or(link.biz),
                "mid" | "appmsgid" if is_number(&value) => link.mid = value,
                "idx" | "itemidx" if is_number(&value) => link.idx = value,
                "sn" | "sign" if is_id(&value, "-_") => link.sn = value,
                _ => {}
            }
        }
        (!link.biz.is_empty() && !link.mid.is_empty()).then_some(link)
    }

    /// The canonical form of a temporary link, as searches and profile pages of old give it: it opens for some hours
    /// only and names no article, so it must be fetched at once. `None` for any other address.
    pub fn temporary(raw: &str) -> Option<String> {
        let url = platform_url(raw).filter(|url| matches!(url.path(), "/s" | "/s/"))?;
        let mut values = [const { String::new() }; TEMPORARY.len()];
        for (name, value) in url.query_pairs() {
            let wanted = TEMPORARY.iter().zip(&mut values).find(|(wanted, _)| **wanted == name);
            if let Some((_, held)) = wanted {
                // A signature is base64 of WeChat's own alphabet, in which a plus may stand.
                *held = value.replace(' ', "+");
            }
        }
        let [_, timestamp, _, signature] = &values;
        if !is_number(timestamp) || signature.is_empty() {
            return None;
        }
        let given = TEMPORARY.iter().zip(&values).filter(|(_, value)| !value.is_empty());
        let query: Vec<String> = given.map(|(name, value)| format!("{name}={}", value.replace('+', "%2B"))).collect();
        Some(format!("https://{HOST}/s?{}", query.join("&")))
    }

    /// Whether an address is a temporary link: never to be stored as that of an article.
    pub fn is_temporary(raw: &str) -> bool {
        Self::temporary(raw).is_some()
    }

    /// When a temporary link was made.
    pub fn made_at(raw: &str) -> Option<Timestamp> {
        let link = Self::temporary(raw)?;
        let (_, rest) = link.split_once("timestamp=")?;
        let seconds = rest.split('&').next().filter(|digits| digits.len() <= 10)?.parse().ok()?;
        Some(Timestamp::from_seconds(seconds))
    }

    /// The `__biz` of an account that is known by its number (`uin`, `fakeid`): base64 of its digits.
    pub fn biz_of_number(number: &str) -> Option<String> {
        is_number(number).then(|| BASE64_STANDARD.encode(number))
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

/// An address on the platform's host, perhaps behind its bridge.
fn platform_url(raw: &str) -> Option<Url> {
    let web = |address: &str| {
        let plain = plain_address(address);
        let plain = plain.trim_start_matches('/');
        let url = if plain.starts_with(HOST) { Url::parse(&format!("https://{plain}")) } else { Url::parse(plain) };
        url.ok().filter(|url| matches!(url.scheme(), "http" | "https"))
    };
    let mut url = web(raw)?;
    if (url.host_str(), url.path()) == (Some(BRIDGE.0), BRIDGE.1) {
        let target = url.query_pairs().find(|(name, _)| name == "url").map(|(_, target)| target.into_owned());
        url = web(&target?)?;
    }
    (url.host_str() == Some(HOST)).then_some(url)
}

/// An account's id with the escapes undone that some lists put on it twice, and with the `=` at its end that others
/// leave out. `None` when it is no base64.
fn whole_biz(value: &str) -> Option<String> {
    let mut biz = value.to_owned();
    for (escape, sign) in
        [("%25", "%"), ("%3D", "="), ("%3d", "="), ("%2B", "+"), ("%2b", "+"), ("%2F", "/"), ("%2f", "/")]
    {
        if biz.contains('%') {
            biz = biz.replace(escape, sign);
        }
    }
    if !is_id(&biz, "+/=-_") {
        return None;
    }
    if !biz.contains('=') {
        biz.push_str(["", "", "==", "="].get(biz.len() % 4).copied().unwrap_or_default());
    }
    Some(biz)
}

fn is_id(text: &str, marks: &str) -> bool {
    (1..=MAX_PART).contains(&text.len())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || marks.contains(letter))
}

fn is_number(text: &str) -> bool {
    (1..=MAX_PART).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A link to a public WeChat album, as people copy it out of the address bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlbumLink {
    /// Scheme and host, `https://mp.weixin.qq.com` for the real thing; a mirror keeps its own.
    pub origin: String,
    /// `__biz`, "" when the link does not say: the album's id alone identifies it.
    pub biz: String,
    /// The album's id, digits.
    pub album_id: String,
}

impl AlbumLink {
    /// Reads a link whose path is `/mp/appmsgalbum` and that names an album; `None` for anything else. Takes `&amp;`
    /// for `&`.
    pub fn parse(raw: &str) -> Option<Self> {
        let url = Url::parse(&raw.trim().replace("&amp;", "&")).ok()?;
        if !matches!(url.scheme(), "http" | "https") || url.path() != "/mp/appmsgalbum" {
            return None;
        }
        let origin = match url.host_str() {
            Some("mp.weixin.qq.com") => "https://mp.weixin.qq.com".to_owned(),
            _ => url.origin().ascii_serialization(),
        };
        let mut link = Self { origin, biz: String::new(), album_id: String::new() };
        for (name, value) in url.query_pairs() {
            match name.as_ref() {
                "__biz" if link.biz.is_empty() => link.biz = base64_only(&value),
                "album_id" => link.album_id = value.into_owned(),
                _ => {}
            }
        }
        let digits = !link.album_id.is_empty() && link.album_id.bytes().all(|byte| byte.is_ascii_digit());
        digits.then_some(link)
    }

    /// The page that people read.
    pub fn canonical(&self) -> String {
        let Self { origin, album_id, .. } = self;
        format!("{origin}/mp/appmsgalbum?__biz={}&action=getalbum&album_id={album_id}", self.written_biz())
    }

    /// The address of `count` articles as JSON: those after the article `begin` (message id, position), or the first.
    pub fn list_url(&self, count: u32, begin: Option<(&str, &str)>) -> String {
        let begin =
            begin.map_or_else(String::new, |(msgid, itemidx)| format!("&begin_msgid={msgid}&begin_itemidx={itemidx}"));
        format!("{}&count={count}{begin}&f=json", self.canonical())
    }

    /// A plus sign in a query would be read as a blank; `=` and `/` stand there as they are.
    fn written_biz(&self) -> String {
        self.biz.replace('+', "%2B")
    }
}

/// The value if it is base64, with the blanks that a decoder made of `+` put right; "" otherwise.
fn base64_only(value: &str) -> String {
    let value = value.replace(' ', "+");
    let fits = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
    if fits { value } else { String::new() }
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
            ("https://mp.weixin.qq.com/s?__biz=MzA5OQ%253D%253D&mid=2650&idx=2&sn=ab12", Some(long)),
            ("https://mp.weixin.qq.com/s?__biz=MzA5OQ&mid=2650&idx=2&sn=ab12", Some(long)),
            (r"https:\/\/mp.weixin.qq.com\/s?__biz=MzA5OQ==\u0026mid=2650\u0026idx=2\u0026sn=ab12", Some(long)),
            (
                "https://mp.weixinbridge.com/mp/wapredirect?url=https%3A%2F%2Fmp.weixin.qq.com%2Fs%3F__biz%3DMzA5OQ%3D%3D%26mid%3D2650%26idx%3D2%26sn%3Dab12&action=a",
                Some(long),
            ),
            ("https://mp.weixinbridge.com/mp/wapredirect?url=https%3A%2F%2Fa.example%2Fs%2Fx", None),
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
    fn a_temporary_link_has_one_form_and_names_no_article() {
        let want = "https://mp.weixin.qq.com/s?src=3&timestamp=1500903767&ver=1&signature=a*b-c%2Bd=";
        for raw in [
            "http://mp.weixin.qq.com/s?timestamp=1500903767&amp;src=3&amp;ver=1&amp;signature=a*b-c+d=",
            "https://mp.weixin.qq.com/s?src=3&timestamp=1500903767&ver=1&signature=a*b-c%2Bd%3D&new=1#wechat_redirect",
            want,
        ] {
            assert_eq!(WeChatLink::temporary(raw).as_deref(), Some(want), "{raw}");
            assert_eq!(WeChatLink::parse(raw), None, "{raw}");
            assert_eq!(WeChatLink::made_at(raw), Some(Timestamp::from_seconds(1_500_903_767)));
        }
        for raw in ["https://mp.weixin.qq.com/s/AbCd", "https://a.example/s?timestamp=1&signature=a", ""] {
            assert_eq!((WeChatLink::temporary(raw), WeChatLink::made_at(raw)), (None, None), "{raw}");
        }
    }

    #[test]
    fn an_accounts_number_tells_its_id() {
        let cases = [
            ("3099999991", Some("MzA5OTk5OTk5MQ==")),
            ("12", Some("MTI=")),
            ("123", Some("MTIz")),
            ("x", None),
            ("", None),
        ];
        for (number, want) in cases {
            assert_eq!(WeChatLink::biz_of_number(number).as_deref(), want, "{number}");
        }
    }

    #[test]
    fn reads_the_forms_that_people_copy() {
        let cases = [
            (
                "http://mp.weixin.qq.com/mp/appmsgalbum?__biz=Mz+A==&amp;action=getalbum&amp;album_id=12&scene=173#wechat_redirect",
                Some("https://mp.weixin.qq.com/mp/appmsgalbum?__biz=Mz%2BA==&action=getalbum&album_id=12"),
            ),
            (
                "http://127.0.0.1:8080/mp/appmsgalbum?album_id=12",
                Some("http://127.0.0.1:8080/mp/appmsgalbum?__biz=&action=getalbum&album_id=12"),
            ),
            ("https://mp.weixin.qq.com/mp/appmsgalbum?__biz=MzA==&action=getalbumlist", None),
            ("https://mp.weixin.qq.com/s?__biz=MzA==&mid=1&album_id=12", None),
            ("file:///mp/appmsgalbum?album_id=12", None),
        ];
        for (raw, want) in cases {
            assert_eq!(AlbumLink::parse(raw).map(|link| link.canonical()).as_deref(), want, "{raw}");
        }
    }

    #[test]
    fn writes_the_address_of_a_page() {
        let link = AlbumLink::parse("https://mp.weixin.qq.com/mp/appmsgalbum?album_id=12&__biz=MzA==").expect("valid");
        assert_eq!(
            link.list_url(10, Some(("22", "1"))),
            "https://mp.weixin.qq.com/mp/appmsgalbum?__biz=MzA==&action=getalbum&album_id=12&count=10&begin_msgid=22&begin_itemidx=1&f=json"
        );
    }
}
