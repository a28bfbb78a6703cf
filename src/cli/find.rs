//! From an address that a person wrote to what it leads to: the feeds of a blog, wherever its home page has them.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use boji_clean::clean::Certainty;
use boji_clean::model::{AlbumLink, IssueCode, PageState};
use boji_clean::rules::Rules;
use url::Url;

use crate::discover::{self, FoundFeed, NamedFeeds, Recognised};
use crate::fetch::{
    Ask, CookieJar, FetchError, Fetched, Fetcher, Purpose, permanent_target, redact_url, with_account_of,
};
use crate::model::{Capture, ErrorClass, Source};

/// Requests for one address, all in all.
const MAX_REQUESTS: usize = 32;
/// Feeds that a page declares and that are looked at.
const MAX_DECLARED: usize = 8;
/// Equal answers after which a server gives the same page for every address.
const MAX_EQUAL: usize = 3;

/// What an address turned out to be.
pub(super) enum Found {
    /// Feeds, that which is most likely meant first.
    Feeds(Vec<FoundFeed>),
    /// A WeChat album.
    Album(AlbumLink),
    /// A single article, at this address, in words.
    Article(String, &'static str),
    /// A sitemap, at this address, and the answer in which it was.
    Sitemap(String, Arc<Capture>),
    /// A page that is no article and names no feed.
    Page {
        /// Its address.
        url: String,
        /// Its title, "" when it has none.
        title: String,
        /// What it seems to be, as a clause; "" for an ordinary page.
        seems: String,
        /// Links to articles that it holds.
        articles: usize,
        /// Feeds of other sites to which it links.
        of_others: Vec<String>,
        /// The answer in which it was.
        answer: Arc<Capture>,
    },
}

/// Who looks at addresses: with the headers and cookies that the new source is to have, on the site of the address alone.
pub(super) struct Visitor<'a> {
    pub fetcher: &'a Fetcher,
    /// What is wished for, of a source without an address.
    pub wished: Source,
    /// The cookies of its file.
    pub cookies: Arc<CookieJar>,
}

impl Visitor<'_> {
    fn carries_secrets(&self, url: &str) -> bool {
        let has_account = Url::parse(url).is_ok_and(|url| !url.username().is_empty() || url.password().is_some());
        has_account || !self.wished.headers.is_empty() || !self.wished.cookies.is_empty()
    }

    /// Asks for an address that is looked at because of the one that a person wrote.
    async fn fetch(&self, written: &str, url: &str) -> Result<Capture, FetchError> {
        let source = Source { url: written.to_owned(), ..self.wished.clone() };
        let ask = Ask::new(url, Purpose::Feed).for_reader_of(&source, Arc::clone(&self.cookies));
        match self.fetcher.fetch(&ask).await? {
            Fetched::Complete(capture) => Ok(capture),
            Fetched::NotModified { .. } => {
                let message = "the server said 304 to an unconditional request";
                Err(FetchError::new(url, ErrorClass::Server, message))
            }
        }
    }
}

/// Looks at an address, at the feeds that its page names, and where it names none at the places at which feeds often are. Where a
/// person says what the page is (`is_told`), no feed is looked for.
pub(super) async fn find(visitor: &Visitor<'_>, written: &str, is_told: bool, rules: &Rules) -> anyhow::Result<Found> {
    let mut failed = None;
    for url in discover::addresses_meant(written) {
        match discover::recognise_address(&url) {
            Some(Recognised::Album(album)) => return Ok(Found::Album(album)),
            Some(Recognised::WeChatArticle(_)) => return Ok(Found::Article(url, "WeChat article")),
            Some(Recognised::Nothing(reason)) => anyhow::bail!("{reason}"),
            _ => {}
        }
        match visitor.fetch(&url, &url).await {
            Ok(capture) => {
                return Search { visitor, written: url, asked: BTreeSet::new() }
                    .from(Arc::new(capture), is_told, rules)
                    .await;
            }
            // What no server answered may be answered under the other scheme. What is secret does not go there: whoever kept us
            // from the first would read it.
            Err(error) if error.status == 0 && failed.is_none() && !visitor.carries_secrets(&url) => {
                failed = Some(error);
            }
            Err(error) => return Err(failed.unwrap_or(error).into()),
        }
    }
    match failed {
        Some(error) => Err(error.into()),
        None => anyhow::bail!("`{}` is no address", redact_url(written)),
    }
}

/// A search for the feeds of one page.
struct Search<'a> {
    visitor: &'a Visitor<'a>,
    /// The address that a person wrote, whose user and password serve its host.
    written: String,
    /// Addresses that were asked for.
    asked: BTreeSet<String>,
}

impl Search<'_> {
    async fn from(mut self, page: Arc<Capture>, is_told: bool, rules: &Rules) -> anyhow::Result<Found> {
        let url = lasting(&self.written, &page);
        if discover::is_sitemap(&page) {
            return Ok(Found::Sitemap(url, page));
        }
        let named = match discover::recognise(&page, &url) {
            Recognised::Feed(feed) => return Ok(Found::Feeds(vec![feed])),
            Recognised::Album(album) => return Ok(Found::Album(album)),
            Recognised::WeChatArticle(_) => return Ok(Found::Article(url, "WeChat article")),
            Recognised::Nothing(reason) => anyhow::bail!("{reason}"),
            Recognised::Page(named) => named,
        };
        if is_told {
            return Ok(plain_page(&page, url, String::new(), Vec::new()));
        }
        let address = page.final_url().to_owned();
        self.asked.insert(address.clone());
        let mut feeds = Vec::new();
        for link in named.declared.iter().take(MAX_DECLARED) {
            let title = link.title.clone();
            if let Ok(Some(feed)) = self.feed_at(&link.url, &title).await {
                feeds.push(feed);
            }
        }
        if feeds.is_empty() {
            feeds.extend(self.first_linked(&named).await);
        }
        // What readers wrote below the articles is not the blog, though it be all that the page names.
        if feeds.iter().all(|feed| feed.is_of_comments) && !feeds.is_empty() {
            feeds.extend(self.first_well_known(&address).await);
        }
        let of_others: Vec<String> = named.of_others.into_iter().map(|link| link.url).collect();
        if !feeds.is_empty() {
            discover::rank(&mut feeds, &address);
            return Ok(Found::Feeds(feeds));
        }
        let seems = match kind_of(&page, rules) {
            PageKind::Article => return Ok(Found::Article(url, "single page (it names no feed)")),
            PageKind::Page(seems) => seems,
        };
        let known = self.first_well_known(&address).await;
        Ok(known.map_or_else(|| plain_page(&page, url, seems, of_others), |feed| Found::Feeds(vec![feed])))
    }

    /// The first feed to which the page links on its own host. A page about feeds that stands there instead may link to it.
    async fn first_linked(&mut self, named: &NamedFeeds) -> Option<FoundFeed> {
        let all = named.declared.iter().chain(&named.linked);
        let mut waiting: VecDeque<(String, String)> = all.map(|link| (link.url.clone(), link.title.clone())).collect();
        while let Some((url, title)) = waiting.pop_front() {
            match self.feed_at(&url, &title).await {
                Ok(Some(feed)) => return Some(feed),
                Ok(None) => {}
                Err(page) => {
                    let named = NamedFeeds::of(&page);
                    waiting.extend(named.declared.into_iter().chain(named.linked).map(|link| (link.url, link.title)));
                }
            }
        }
        None
    }

    /// The first feed with entries at a place where feeds often are. An empty one may be what a server makes of any address.
    async fn first_well_known(&mut self, page: &str) -> Option<FoundFeed> {
        let mut answers: Vec<Arc<Capture>> = Vec::new();
        for url in discover::well_known(page) {
            match self.feed_at(&url, "").await {
                Ok(Some(feed)) if feed.entries > 0 => return Some(feed),
                Ok(_) => {}
                Err(page) => {
                    answers.push(page);
                    let last = answers.last().map(|answer| &answer.body);
                    if answers.iter().filter(|answer| Some(&answer.body) == last).count() >= MAX_EQUAL {
                        return None;
                    }
                }
            }
        }
        None
    }

    /// The feed at an address, `None` where there is none or it was asked for already; an error with a page that stands there.
    async fn feed_at(&mut self, url: &str, called: &str) -> Result<Option<FoundFeed>, Arc<Capture>> {
        if self.asked.len() >= MAX_REQUESTS || !self.asked.insert(url.to_owned()) {
            return Ok(None);
        }
        let url = with_account_of(&self.written, url);
        let Ok(capture) = self.visitor.fetch(&self.written, &url).await else { return Ok(None) };
        let capture = Arc::new(capture);
        self.asked.insert(capture.final_url().to_owned());
        match FoundFeed::read(&capture, &lasting(&url, &capture), called) {
            Ok(feed) => Ok(Some(feed)),
            Err(_) => Err(capture),
        }
    }
}

fn plain_page(page: &Arc<Capture>, url: String, seems: String, of_others: Vec<String>) -> Found {
    let (title, articles) = discover::listed_articles(page);
    Found::Page { url, title, seems, articles, of_others, answer: Arc::clone(page) }
}

/// The address under which an answer is to be asked for from now on: a move for good is followed; where a server sends its
/// visitors for a while is its own matter.
fn lasting(url: &str, capture: &Capture) -> String {
    with_account_of(url, permanent_target(&capture.hops).unwrap_or(url))
}

enum PageKind {
    Article,
    Page(String),
}

/// Whether a page without a feed is an article: it tells the day of its publication, holds no beginnings of several, and is
/// not the front page of its site.
fn kind_of(page: &Capture, rules: &Rules) -> PageKind {
    let cleaned = boji_clean::clean(&page.input(), rules);
    let is_front = Url::parse(page.final_url()).is_ok_and(|url| url.path() == "/" && url.query().is_none());
    let is_several = cleaned.issues.iter().any(|issue| issue.code == IssueCode::SeveralArticles);
    match cleaned.state {
        PageState::Article
            if !is_front && !is_several && cleaned.article.is_some_and(|article| article.published.is_some()) =>
        {
            PageKind::Article
        }
        PageState::Article | PageState::NotArticle => PageKind::Page(String::new()),
        _ if cleaned.certainty == Certainty::Guessed => PageKind::Page(String::new()),
        state => PageKind::Page(format!("it seems to be {state} ({})", cleaned.evidence)),
    }
}
