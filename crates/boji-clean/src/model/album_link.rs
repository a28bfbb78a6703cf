use url::Url;

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
