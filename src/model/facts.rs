use std::collections::BTreeMap;

use super::{ArticleKind, Date};

/// Two places of one page that say different things about the same field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The field, as named in [`Facts`].
    pub field: &'static str,
    /// The value taken and where it was found.
    pub taken: (String, &'static str),
    /// The value refused and where it was found.
    pub refused: (String, &'static str),
}

/// What a page, a feed entry or an archive's header says about its article. Nothing here is guessed: what is not
/// stated stays empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Title without the name of the site.
    pub title: Option<String>,
    /// Display name of the WeChat account or of the site.
    pub account: Option<String>,
    /// Persons or bylines, in order.
    pub authors: Vec<String>,
    /// First publication.
    pub published: Option<Date>,
    /// Last change stated.
    pub modified: Option<Date>,
    /// Place of publication as shown (province or country).
    pub place: Option<String>,
    /// The address that the page claims for itself, or the archive's original link.
    pub url: Option<String>,
    /// Short description or digest.
    pub summary: Option<String>,
    /// Cover picture.
    pub cover_url: Option<String>,
    /// Pictures that the page itself calls QR codes.
    pub qr_images: Vec<String>,
    /// BCP 47 tag as stated, unchecked.
    pub language: Option<String>,
    /// Tags, topics, categories.
    pub tags: Vec<String>,
    /// Licence as stated.
    pub license: Option<String>,
    /// Statement of rights as stated.
    pub rights: Option<String>,
    /// Form of the article, when the page tells.
    pub kind: Option<ArticleKind>,
    /// WeChat `__biz`.
    pub biz: Option<String>,
    /// WeChat message id.
    pub mid: Option<String>,
    /// WeChat position in the message.
    pub idx: Option<String>,
    /// WeChat signature of the link.
    pub sn: Option<String>,
    /// WeChat `gh_…` name of the account.
    pub gh_id: Option<String>,
    /// WeChat id that people type.
    pub alias: Option<String>,
    /// 阅读原文: the link behind "read the original".
    pub original_url: Option<String>,
    /// Account or medium that published first.
    pub original_source: Option<String>,
    /// The sharer's words before a reprint.
    pub sharer_note: Option<String>,
    /// Name of the series or album.
    pub series: Option<String>,
    /// `none`, `original` or `reprint`.
    pub copyright: Option<String>,
    /// Claim line such as 个人观点，仅供参考.
    pub claim: Option<String>,
    /// Only a preview is open to readers without payment.
    pub preview: bool,
    /// The page says that its text is not free to read.
    pub paywall: bool,
    /// Where each field came from, by field name: `cgi`, `var`, `dom`, `og`, `json-ld`, `header`, `feed`, `url`, `site`.
    pub provenance: BTreeMap<&'static str, &'static str>,
    /// Contradictions seen.
    pub conflicts: Vec<Conflict>,
}

impl Facts {
    /// These facts, their gaps filled with what a second place says.
    #[must_use]
    pub fn filled_from(self, second: Self) -> Self {
        // Account, message and position name one article together: they are never mixed.
        let is_named = self.biz.is_some() || self.mid.is_some();
        let numbers = if is_named { (None, None, None) } else { (second.biz, second.mid, second.idx) };
        Self {
            title: self.title.or(second.title),
            account: self.account.or(second.account),
            authors: if self.authors.is_empty() { second.authors } else { self.authors },
            published: self.published.or(second.published),
            modified: self.modified.or(second.modified),
            url: self.url.or(second.url),
            summary: self.summary.or(second.summary),
            cover_url: self.cover_url.or(second.cover_url),
            language: self.language.or(second.language),
            tags: if self.tags.is_empty() { second.tags } else { self.tags },
            license: self.license.or(second.license),
            rights: self.rights.or(second.rights),
            series: self.series.or(second.series),
            copyright: self.copyright.or(second.copyright),
            paywall: self.paywall || second.paywall,
            biz: self.biz.or(numbers.0),
            mid: self.mid.or(numbers.1),
            idx: self.idx.or(numbers.2),
            provenance: second.provenance.into_iter().chain(self.provenance).collect(),
            conflicts: self.conflicts.into_iter().chain(second.conflicts).collect(),
            ..self
        }
    }
}
