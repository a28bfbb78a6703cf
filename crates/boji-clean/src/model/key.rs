use std::fmt;

/// What makes two captures the same article. The id of an article is a hash of this and never changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArticleKey {
    /// A WeChat article: account, message, position in the message. `sn`, `chksm` and tokens vary and are no identity.
    WeChat {
        /// Base64 id of the account (`__biz`).
        biz: String,
        /// Message id.
        mid: String,
        /// Position in the message, from 1.
        idx: String,
    },
    /// Any other page: its canonical URL.
    Url(String),
    /// No address known: hash of title, day and normalised text.
    Content(String),
}

impl ArticleKey {
    /// A key for text without an address. Two notes of equal words under other titles, or of other days, are two.
    pub fn of_content(title: &str, day: &str, text: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in [title, day, text] {
            // The length first, so that no two lists of parts run into the same bytes.
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        Self::Content(hasher.finalize().to_hex().to_string())
    }

    /// The stable public id: 32 hexadecimal digits.
    pub fn id(&self) -> String {
        let hex = blake3::hash(self.to_string().as_bytes()).to_hex();
        hex.as_str().chars().take(32).collect()
    }

    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        match kind {
            "wechat" => {
                // The base64 id of an account may hold `/`, so the two numbers are split off from the right.
                let (head, idx) = rest.rsplit_once('/')?;
                let (biz, mid) = head.rsplit_once('/')?;
                Some(Self::WeChat { biz: biz.to_owned(), mid: mid.to_owned(), idx: idx.to_owned() })
            }
            "url" => Some(Self::Url(rest.to_owned())),
            "content" => Some(Self::Content(rest.to_owned())),
            _ => None,
        }
    }
}

/// `wechat:BIZ/MID/IDX`, `url:…` or `content:…`.
impl fmt::Display for ArticleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WeChat { biz, mid, idx } => write!(f, "wechat:{biz}/{mid}/{idx}"),
            Self::Url(url) => write!(f, "url:{url}"),
            Self::Content(hash) => write!(f, "content:{hash}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_a_biz_with_slashes() {
        let key = ArticleKey::WeChat { biz: "Mz/g+w==".into(), mid: "22".into(), idx: "1".into() };
        assert_eq!(ArticleKey::parse(&key.to_string()), Some(key.clone()));
        assert_eq!(key.id().len(), 32);
    }
}
