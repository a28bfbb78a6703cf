use std::collections::BTreeMap;

use super::article::ArticleKind;
use super::date::Date;
use super::limits;
use super::url::MAX_ADDRESS;

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
    /// Pictures that are set behind its text.
    pub backgrounds: Vec<String>,
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
    /// It has hardly any prose, and says all the same that it is a post: a verse, a few lines, a list of changes.
    pub short: bool,
    /// The article shows a player, a drawing, a vote or a card, and says no word.
    pub wordless: bool,
    /// The hash of title and text that a file of our own export states: a text that has it is clean already.
    pub content_hash: Option<String>,
    /// Lines above and below the text of a saved article that state no field of it: what a program said of its own work.
    pub above: Vec<String>,
    pub below: Vec<String>,
    /// Where each field came from, by field name: `cgi`, `var`, `dom`, `og`, `json-ld`, `header`, `feed`, `url`, `site`.
    pub provenance: BTreeMap<&'static str, &'static str>,
    /// Contradictions seen.
    pub conflicts: Vec<Conflict>,
}

impl Facts {
    /// These facts, none longer than anybody's is (see [`limits`]).
    #[must_use]
    pub fn bounded(mut self) -> Self {
        let names = [
            &mut self.account,
            &mut self.place,
            &mut self.language,
            &mut self.biz,
            &mut self.mid,
            &mut self.idx,
            &mut self.sn,
            &mut self.gh_id,
            &mut self.alias,
            &mut self.original_source,
            &mut self.series,
            &mut self.copyright,
        ];
        for name in names.into_iter().flatten() {
            limits::shorten(name, limits::MAX_NAME);
        }
        // The title of a text share is all that it says.
        let texts = [&mut self.title, &mut self.summary, &mut self.license, &mut self.rights, &mut self.claim];
        for text in texts.into_iter().flatten() {
            limits::shorten(text, limits::MAX_STATEMENT);
        }
        for address in [&mut self.url, &mut self.cover_url, &mut self.original_url] {
            if address.as_ref().is_some_and(|address| address.len() > MAX_ADDRESS) {
                *address = None;
            }
        }
        self.authors = limits::listed(self.authors);
        self.tags = limits::listed(self.tags);
        self
    }

    /// These facts, their gaps filled with what a second place says.
    #[must_use]
    pub fn filled_from(self, second: Self) -> Self {
        // Every field by its name, so that a new one cannot be forgotten.
        let Self {
            title,
            account,
            authors,
            published,
            modified,
            place,
            url,
            summary,
            cover_url,
            qr_images,
            backgrounds,
            language,
            tags,
            license,
            rights,
            kind,
            biz,
            mid,
            idx,
            sn,
            gh_id,
            alias,
            original_url,
            original_source,
            sharer_note,
            series,
            copyright,
            claim,
            preview,
            paywall,
            short,
            wordless,
            content_hash,
            above,
            below,
            provenance,
            conflicts,
        } = second;
        // Account, message and position name one article together: they are never mixed.
        let is_named = self.biz.is_some() || self.mid.is_some();
        Self {
            title: self.title.or(title),
            account: self.account.or(account),
            authors: if self.authors.is_empty() { authors } else { self.authors },
            published: self.published.or(published),
            modified: self.modified.or(modified),
            place: self.place.or(place),
            url: self.url.or(url),
            summary: self.summary.or(summary),
            cover_url: self.cover_url.or(cover_url),
            qr_images: if self.qr_images.is_empty() { qr_images } else { self.qr_images },
            backgrounds: if self.backgrounds.is_empty() { backgrounds } else { self.backgrounds },
            language: self.language.or(language),
            tags: if self.tags.is_empty() { tags } else { self.tags },
            license: self.license.or(license),
            rights: self.rights.or(rights),
            kind: self.kind.or(kind),
            biz: if is_named { self.biz } else { biz },
            mid: if is_named { self.mid } else { mid },
            idx: if is_named { self.idx } else { idx },
            sn: self.sn.or(sn),
            gh_id: self.gh_id.or(gh_id),
            alias: self.alias.or(alias),
            original_url: self.original_url.or(original_url),
            original_source: self.original_source.or(original_source),
            sharer_note: self.sharer_note.or(sharer_note),
            series: self.series.or(series),
            copyright: self.copyright.or(copyright),
            claim: self.claim.or(claim),
            preview: self.preview || preview,
            paywall: self.paywall || paywall,
            short: self.short || short,
            wordless: self.wordless || wordless,
            content_hash: self.content_hash.or(content_hash),
            above: if self.above.is_empty() { above } else { self.above },
            below: if self.below.is_empty() { below } else { self.below },
            provenance: provenance.into_iter().chain(self.provenance).collect(),
            conflicts: self.conflicts.into_iter().chain(conflicts).collect(),
        }
    }
}
