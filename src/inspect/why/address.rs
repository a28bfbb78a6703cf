use boji_clean::model::{ArticleKey, Timestamp, WeChatLink, canonical_url};
use serde::Serialize;

use super::article::{ArticleFact, find, history};
use super::{REQUESTS, SCHEMA};
use crate::fetch::{Fetcher, RobotsKnown, redact_url, robots_allow, robots_known};
use crate::inspect::facts::{Circumstances, HostFact, PageFact, RequestFact, as_rfc3339, rfc3339};
use crate::model::{Entry, EntryStatus, HostState};
use crate::store::{Store, StoreError};

/// Entries of one address that are looked at.
const ENTRIES: usize = 20;

/// What is known of an address.
#[derive(Serialize)]
pub(crate) struct AddressReport {
    pub schema: u32,
    pub kind: &'static str,
    pub answer: String,
    /// The address that was asked about, in its canonical form where it has one.
    pub url: String,
    /// Whether a source named it, or an article is stored for it.
    pub is_known: bool,
    pub article: Option<ArticleFact>,
    pub entries: Vec<PageFact>,
    pub requests: Vec<RequestFact>,
    pub host: Option<HostFact>,
    pub robots: RobotsFact,
    /// Ids of the sources that lie on its host, of an address of which nothing is known.
    pub sources_of_host: Vec<String>,
    pub hint: String,
}

/// What is remembered of the robots.txt of an address's host.
#[derive(Serialize)]
pub(crate) struct RobotsFact {
    pub known: RobotsKnown,
    /// Whether its rules let the address be fetched; `None` when no rules are known.
    pub allows: Option<bool>,
    #[serde(serialize_with = "as_rfc3339")]
    pub asked_at: Timestamp,
    pub means: &'static str,
}

impl RobotsFact {
    fn of(host: Option<&HostState>, url: &str) -> Self {
        let known = host.map_or(RobotsKnown::NeverAsked, robots_known);
        let allows = host.and_then(|host| robots_allow(host, url));
        let means = match allows {
            Some(true) => "robots.txt allows it",
            Some(false) => "robots.txt forbids it",
            None => known.phrase(),
        };
        Self { known, allows, asked_at: host.map_or_else(Timestamp::default, |host| host.robots_at), means }
    }

    /// The same in one line.
    pub(crate) fn line(&self) -> String {
        let at = rfc3339(self.asked_at);
        if at.is_empty() { self.means.to_owned() } else { format!("{}, as it was at {at}", self.means) }
    }
}

impl AddressReport {
    /// What is known of an address: of the forms that it may have, the likeliest first.
    pub(crate) fn read(
        store: &dyn Store,
        circumstances: &Circumstances,
        addresses: &[String],
    ) -> Result<Self, StoreError> {
        let found = store.entries_at(addresses, ENTRIES)?;
        let article = stored_for(store, addresses, &found)?;
        let history = history(store, &found, addresses)?;
        // As a source wrote it, or as it was asked for: that tells the scheme.
        let asked = found.iter().map(|entry| &entry.candidate.url).find(|url| !url.is_empty());
        let asked = asked.or(history.last().map(|record| &record.url)).or(addresses.first());
        let url = asked.cloned().unwrap_or_default();
        let is_known = !found.is_empty() || article.is_some();
        let pages: Vec<PageFact> = found.iter().map(|entry| circumstances.page(entry)).collect();
        let sources_of_host = if is_known { Vec::new() } else { sources_of_host(circumstances, &url) };
        let shown = redact_url(canonical_url(&url).as_deref().unwrap_or(&url));
        Ok(Self {
            schema: SCHEMA,
            kind: "address",
            answer: sentence(article.as_ref(), &pages, &sources_of_host),
            hint: hint(is_known, &shown, &pages, &sources_of_host),
            url: shown,
            is_known,
            article,
            entries: pages,
            requests: history.iter().rev().take(REQUESTS).rev().map(RequestFact::of).collect(),
            host: circumstances.host_fact(&url),
            robots: RobotsFact::of(circumstances.host_of(&url), &url),
            sources_of_host,
        })
    }
}

/// The article that an address leads to: by an entry, or by the address itself.
fn stored_for(store: &dyn Store, addresses: &[String], found: &[Entry]) -> Result<Option<ArticleFact>, StoreError> {
    let led_to = found.iter().map(|entry| entry.article_id.clone()).filter(|id| !id.is_empty());
    for id in led_to.chain(addresses.iter().filter_map(|url| id_at(url))) {
        if let Some(article) = find(store, &id)? {
            return Ok(Some(article));
        }
    }
    Ok(None)
}

/// Id of the article that lies at an address.
fn id_at(url: &str) -> Option<String> {
    let key = WeChatLink::parse(url).and_then(|link| link.key());
    key.or_else(|| canonical_url(url).map(ArticleKey::Url)).map(|key| key.id())
}

fn sources_of_host(circumstances: &Circumstances, url: &str) -> Vec<String> {
    let host = Fetcher::host_of(url);
    let lies_there = |url: &String| !host.is_empty() && Fetcher::host_of(url) == host;
    let sources = circumstances.sources.iter().map(|(source, _)| source);
    let there = sources.filter(|source| lies_there(&source.url) || source.urls.iter().any(lies_there));
    there.map(|source| source.id.clone()).collect()
}

/// The answer itself. Where several sources named it, by the one that waits; where none came to an end, by the first.
fn sentence(article: Option<&ArticleFact>, pages: &[PageFact], sources_of_host: &[String]) -> String {
    let waits = pages.iter().find(|page| page.status == EntryStatus::Pending);
    let said = match (article, waits.or(pages.first())) {
        (Some(article), Some(page)) if page.status == EntryStatus::Pending => {
            format!("{}; its page is asked for again: {}", article.standing(), page.standing())
        }
        (Some(article), _) => article.standing(),
        (None, Some(page)) => page.standing(),
        (None, None) => match sources_of_host {
            [] => "nothing is known of it: no source has named it, and none lies on its host".to_owned(),
            [source] => format!("nothing is known of it: no source has named it, though {source} lies on its host"),
            sources => {
                let sources = sources.join(", ");
                format!("nothing is known of it: no source has named it, though {sources} lie on its host")
            }
        },
    };
    let mut letters = said.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

fn hint(is_known: bool, url: &str, pages: &[PageFact], sources_of_host: &[String]) -> String {
    if let Some(page) = pages.iter().find(|page| !page.skipped_by.is_empty()) {
        return format!("without that rule `boji retry {}` brings it in; `boji add {url}` takes it alone", page.source);
    }
    match sources_of_host {
        _ if is_known => String::new(),
        [] => format!("`boji add {url}` takes it"),
        [source, ..] => format!("`boji why {source}` tells of that source; `boji add {url}` takes the address itself"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_is_found_by_its_address() {
        let id = |url: &str| ArticleKey::Url(url.to_owned()).id();
        assert_eq!(id_at("https://a.example/p?utm_source=x#top"), Some(id("https://a.example/p")));
        assert_eq!(id_at("no address"), None);
        let wechat = ArticleKey::WeChat { biz: "Mz==".into(), mid: "2".into(), idx: "1".into() };
        assert_eq!(id_at("http://mp.weixin.qq.com/s?__biz=Mz==&mid=2&idx=1&sn=ab#rd"), Some(wechat.id()));
    }

    #[test]
    fn what_nobody_named_is_said_to_be_unknown() {
        let cases: [(&[&str], &str); 3] = [
            (&[], "Nothing is known of it: no source has named it, and none lies on its host."),
            (&["mill"], "Nothing is known of it: no source has named it, though mill lies on its host."),
            (&["a", "b"], "Nothing is known of it: no source has named it, though a, b lie on its host."),
        ];
        for (sources, want) in cases {
            let sources: Vec<String> = sources.iter().map(|&id| id.to_owned()).collect();
            assert_eq!(sentence(None, &[], &sources), want);
        }
        let hint = hint(false, "https://a.example/p", &[], &[]);
        assert_eq!(hint, "`boji add https://a.example/p` takes it");
    }
}
