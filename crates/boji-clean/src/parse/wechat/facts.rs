use super::{
    cgi::{self, Cgi},
    dom,
    outline::Outline,
    share,
    stated::{Stated, merge},
    value::Value,
    vars::Vars,
};
use crate::model::{ArticleKind, Facts, WeChatLink};

/// All places of one page that say something about its article.
pub(super) struct Places<'p, 'a> {
    /// The data object.
    pub cgi: Option<&'p Cgi<'a>>,
    /// The small object on pages about a removed article.
    pub notice: Option<&'p Cgi<'a>>,
    /// The script variables.
    pub vars: &'p Vars<'a>,
    /// The page.
    pub page: &'p Outline<'a>,
    /// Its address, "" when unknown.
    pub url: &'p str,
}

/// The long address of a page that names its parts and not itself. Without the signature none would open.
fn built_address(facts: &Facts) -> Option<String> {
    let part = |value: &Option<String>| value.clone().unwrap_or_default();
    facts.sn.as_ref()?;
    let (biz, mid, idx, sn) = (part(&facts.biz), part(&facts.mid), part(&facts.idx), part(&facts.sn));
    let link = WeChatLink { biz, mid, idx, sn, token: String::new() };
    link.key().map(|_| link.canonical())
}

impl Places<'_, '_> {
    /// What the page says, in the order of trust: data object, variables, elements, metas, address.
    pub(super) fn facts(&self) -> Facts {
        let object = |found: Option<&Cgi<'_>>| found.map_or_else(Stated::default, |cgi| cgi::stated(&cgi.value));
        let places = [
            ("cgi", object(self.cgi)),
            ("var", self.vars.stated()),
            ("dom", dom::stated(self.page)),
            ("og", dom::stated_by_metas(self.page)),
            ("cgi", object(self.notice)),
            ("url", dom::stated_by_address(self.url)),
        ];
        let mut facts = merge(&places);
        let kind = self.kind(facts.copyright.as_deref());
        facts.kind = Some(kind);
        facts.preview = self.is_preview();
        if facts.url.is_none() {
            facts.url = built_address(&facts);
        }
        if kind == ArticleKind::Picture {
            // The digest of a picture share is its text once more, with the markup escaped.
            facts.summary = None;
            facts.provenance.remove("summary");
            let listed = self.cgi.map_or(&Value::Nothing, |cgi| cgi.value.get("picture_page_info_list"));
            let old = self.vars.get("picture_page_info_list");
            facts.qr_images =
                [listed, old].into_iter().map(share::qr_codes).find(|found| !found.is_empty()).unwrap_or_default();
        }
        facts
    }

    /// The form of the article by `item_show_type`, in old pages by the class of the body element. A reprint has the
    /// type of an ordinary article.
    pub(super) fn kind(&self, copyright: Option<&str>) -> ArticleKind {
        let number = |value: &Value<'_>| value.integer();
        let cgi = self.cgi.map_or(&Value::Nothing, |cgi| &cgi.value);
        let names = ["item_show_type", "real_item_show_type"];
        let share = names.iter().find_map(|name| number(cgi.get(name)).or_else(|| number(self.vars.get(name))));
        let kind = match share {
            Some(8) => ArticleKind::Picture,
            Some(10) => ArticleKind::Text,
            Some(5) => ArticleKind::Video,
            Some(17) => self.kind_of_short_content(),
            Some(6 | 7) => ArticleKind::Audio,
            Some(_) => ArticleKind::Article,
            None => self.kind_by_class(),
        };
        if kind == ArticleKind::Article && copyright == Some("reprint") { ArticleKind::Reprint } else { kind }
    }

    /// Short content is whatever it holds.
    fn kind_of_short_content(&self) -> ArticleKind {
        let cgi = self.cgi.map_or(&Value::Nothing, |cgi| &cgi.value);
        let has = |name: &str| !cgi.get(name).items().is_empty() || !self.vars.get(name).items().is_empty();
        if has("video_page_infos") {
            ArticleKind::Video
        } else if has("picture_page_info_list") {
            ArticleKind::Picture
        } else {
            ArticleKind::Text
        }
    }

    fn kind_by_class(&self) -> ArticleKind {
        const CLASSES: [(&str, ArticleKind); 4] = [
            ("page_share_img", ArticleKind::Picture),
            ("page_share_text", ArticleKind::Text),
            ("page_share_video", ArticleKind::Video),
            ("page_share_audio", ArticleKind::Audio),
        ];
        let has =
            |class: &str| self.page.markup().any(|(_, piece)| super::markup::find_tag(piece, "class", class).is_some());
        CLASSES.into_iter().find(|(class, _)| has(class)).map_or(ArticleKind::Article, |(_, kind)| kind)
    }

    /// Whether only a preview of a paid article is open: it costs, and its reader has not paid.
    fn is_preview(&self) -> bool {
        let cgi = self.cgi.map_or(&Value::Nothing, |cgi| &cgi.value);
        let is_one = |value: &Value<'_>| value.integer() == Some(1);
        let costs = is_one(cgi.get("is_pay_subscribe"))
            || is_one(self.vars.get("is_pay_subscribe"))
            || is_one(self.vars.get("isPaySubscribe"));
        if !costs {
            return false;
        }
        let has_paid = [cgi.get("user_info").get("is_paid"), cgi.get("is_paid")].iter().find_map(|paid| paid.integer());
        let locked = || {
            cgi.get("pay_subscribe_info").get("preview_percent").integer().is_some_and(|percent| percent > 0)
                || cgi.get("content_noencode").text().contains("mp-pay-preview-filter")
                || self.page.markup_has("mp-pay-preview-filter")
        };
        has_paid.map_or_else(locked, |paid| paid == 0)
    }
}
