use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::block::JudgedBlock;
use super::candidate::FoundBy;
use super::date::Date;
use super::key::ArticleKey;
use super::wechat_link::WeChatLink;
use super::word::word_enum;

word_enum! {
    /// The form of an article.
    #[derive(Default)]
    pub enum ArticleKind {
        /// Text with perhaps pictures.
        #[default]
        Article = "article",
        /// Another account's article shared with a note.
        Reprint = "reprint",
        /// Pictures with a description.
        Picture = "picture",
        /// A short text without layout.
        Text = "text",
        /// A video with a description.
        Video = "video",
        /// A sound recording with a description.
        Audio = "audio",
    }
}

word_enum! {
    /// The `source` column of a record: what kind of place the article came from.
    #[derive(Default)]
    pub enum Origin {
        /// A WeChat article, whatever way it came.
        Wechat = "wechat",
        /// A page of any other site.
        #[default]
        Blog = "blog",
        /// A feed's own text, its page not fetched.
        Feed = "feed",
        /// A saved file whose site is unknown.
        Archive = "archive",
    }
}

/// A picture of an article, as the record lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedImage {
    /// Address.
    pub url: String,
    /// Alternative text or caption.
    pub alt: String,
    /// `body`, `cover`, `decoration`, `qr` or `banner`.
    pub role: String,
}

/// The `metadata` object of a record. Fields stand in alphabetical order, so that its JSON has sorted keys; what is
/// unknown is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are the contract's; Facts explains them")]
pub struct Metadata {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub alias: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub biz: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub claim: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub copyright: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cover_url: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub credits: BTreeMap<String, Vec<String>>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found_by: Option<FoundBy>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub gh_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub idx: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<ListedImage>,
    pub kind: ArticleKind,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub mid: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub original_source: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub original_url: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading_minutes: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub removed: BTreeMap<String, usize>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub series: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sharer_note: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word_count: Option<u32>,
}

/// Every word that the flags of an article may hold.
pub const FLAGS: [&str; 18] = [
    "conflict",
    "date-changed",
    "digest",
    "doubtful",
    "excerpt",
    "formula-lost",
    "paywall",
    "pii-bank-card",
    "pii-email",
    "pii-id-card",
    "pii-mobile",
    "pii-qq",
    "pii-wechat",
    "preview",
    "promotion",
    "recruiting",
    "short",
    "wordless",
];

/// A cleaned article: what cleaning makes of one capture, a pure function of the capture and the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Identity.
    pub key: ArticleKey,
    /// What kind of place it came from.
    pub origin: Origin,
    /// Title, "" when the article has none.
    pub title: String,
    /// Persons or bylines, in order.
    pub authors: Vec<String>,
    /// Publication time as stated.
    pub published: Option<Date>,
    /// Last change as stated.
    pub modified: Option<Date>,
    /// Address as found, "" when unknown.
    pub url: String,
    /// Address without tracking parameters, "" when unknown.
    pub canonical_url: String,
    /// BCP 47 tag: `zh-Hans`, `zh-Hant`, `en`, …; "" when undecided.
    pub language: String,
    /// The account's or site's display name.
    pub source_name: String,
    /// Licence as stated.
    pub license: String,
    /// Statement of rights as stated.
    pub rights: String,
    /// Tags as stated.
    pub tags: Vec<String>,
    /// Words of [`FLAGS`], sorted.
    pub flags: Vec<String>,
    /// The flexible part of the record.
    pub metadata: Metadata,
    /// All blocks of the body in page order with their verdicts.
    pub blocks: Vec<JudgedBlock>,
    /// Cleaned plain text.
    pub text: String,
    /// Cleaned Markdown.
    pub markdown: String,
}

impl Article {
    /// An article of which nothing is known but its identity.
    pub fn bare(key: ArticleKey) -> Self {
        Self {
            key,
            origin: Origin::default(),
            title: String::new(),
            authors: Vec::new(),
            published: None,
            modified: None,
            url: String::new(),
            canonical_url: String::new(),
            language: String::new(),
            source_name: String::new(),
            license: String::new(),
            rights: String::new(),
            tags: Vec::new(),
            flags: Vec::new(),
            metadata: Metadata::default(),
            blocks: Vec::new(),
            text: String::new(),
            markdown: String::new(),
        }
    }

    /// The stable public id.
    pub fn id(&self) -> String {
        self.key.id()
    }

    /// The lesser keys by which this article may have come before, in order: a WeChat article whose page tells account,
    /// message and position may be stored under the token or temporary link by which a feed or list named it. Such a
    /// link names one article for ever, so all of them are this one. Empty for any other article: what a blog claims
    /// as its address is no proof.
    pub fn aliases(&self) -> Vec<ArticleKey> {
        if !matches!(self.key, ArticleKey::WeChat { .. }) {
            return Vec::new();
        }
        let mut keys = Vec::new();
        for address in [&self.url, &self.canonical_url] {
            let token = WeChatLink::parse(address).filter(|link| !link.token.is_empty()).map(|link| link.canonical());
            keys.extend(token.or_else(|| WeChatLink::temporary(address)).map(ArticleKey::Url));
        }
        keys.dedup();
        keys
    }

    /// `b3:` and the hash of what a reader sees: title, text. Two captures with equal hashes are the same revision.
    pub fn content_hash(&self) -> String {
        content_hash(&self.title, &self.text)
    }

    /// Characters (not bytes) of the blocks that are not in the text.
    pub fn removed_chars(&self) -> usize {
        self.metadata.removed.values().sum()
    }
}

/// [`Article::content_hash`] of a title and a text.
pub(crate) fn content_hash(title: &str, text: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(title.as_bytes()).update(b"\0").update(text.as_bytes());
    format!("b3:{}", hasher.finalize().to_hex())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wechat_article_is_known_by_its_links_too() {
        let wechat = || ArticleKey::WeChat { biz: "MzA=".into(), mid: "2".into(), idx: "1".into() };
        let token = "https://mp.weixin.qq.com/s/AbCd";
        let temporary = "https://mp.weixin.qq.com/s?src=3&timestamp=1&ver=1&signature=a*b";
        let long = "https://mp.weixin.qq.com/s?__biz=MzA=&mid=2&idx=1&sn=ab";
        let cases = [
            (wechat(), "http://mp.weixin.qq.com/s/AbCd?nwr_flag=1#rd", long, vec![token]),
            (wechat(), token, token, vec![token]),
            (
                wechat(),
                "http://mp.weixin.qq.com/s?signature=a*b&timestamp=1&ver=1&src=3",
                token,
                vec![temporary, token],
            ),
            (wechat(), long, long, vec![]),
            (wechat(), "", "", vec![]),
            (ArticleKey::Url(token.into()), token, token, vec![]),
            (ArticleKey::Url("https://a.example/p".into()), "https://a.example/q", "https://a.example/p", vec![]),
        ];
        for (key, url, canonical, want) in cases {
            let article = Article { url: url.into(), canonical_url: canonical.into(), ..Article::bare(key) };
            let want: Vec<_> = want.into_iter().map(|url| ArticleKey::Url(url.to_owned())).collect();
            assert_eq!(article.aliases(), want, "{url}");
        }
    }
}
