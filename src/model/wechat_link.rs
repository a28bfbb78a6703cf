use url::Url;

use super::ArticleKey;

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
    /// Reads a link to an article on mp.weixin.qq.com; `None` for other hosts and for pages that are no article
    /// (album, profile, captcha). Takes `&amp;` for `&`.
    pub fn parse(raw: &str) -> Option<Self> {
        let url = Url::parse(&raw.trim().replace("&amp;", "&")).ok()?;
        if url.host_str() != Some("mp.weixin.qq.com") {
            return None;
        }
        if let Some(token) = url.path().strip_prefix("/s/") {
            let token = token.trim_end_matches('/');
            return (!token.is_empty()).then(|| Self { token: token.to_owned(), ..Self::default() });
        }
        if !matches!(url.path(), "/s" | "/mp/appmsg/show") {
            return None;
        }
        let mut link = Self::default();
        for (name, value) in url.query_pairs() {
            match name.as_ref() {
                "__biz" => link.biz = value.replace(' ', "+"),
                "mid" | "appmsgid" => link.mid = value.into_owned(),
                "idx" | "itemidx" => link.idx = value.into_owned(),
                "sn" | "sign" => link.sn = value.into_owned(),
                _ => {}
            }
        }
        (!link.biz.is_empty() && !link.mid.is_empty()).then_some(link)
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
            return format!("https://mp.weixin.qq.com/s/{}", self.token);
        }
        let idx = if self.idx.is_empty() { "1" } else { &self.idx };
        let sn = if self.sn.is_empty() { String::new() } else { format!("&sn={}", self.sn) };
        format!("https://mp.weixin.qq.com/s?__biz={}&mid={}&idx={idx}{sn}", self.biz, self.mid)
    }
}
