use std::collections::{BTreeMap, HashMap};

use url::Url;

use super::address::{Shape, holds, may_be_article, shape};
use super::identity::Identities;
use super::pager::next_page;
use super::scan::{Anchor, scan};
use super::words::ListWords;
use crate::model::{Issue, IssueCode, bare_host, canonical_url, is_same_site};
use crate::parse::decode::{MarkupHint, decode};

/// Links given of one page.
const MAX_LINKS: usize = 500;

/// A page that lists articles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListPage {
    /// What it calls itself, "" when it does not.
    pub title: String,
    /// Its links to articles, at most 500, in their order. Those that are not sure may be navigation.
    pub links: Vec<ArticleLink>,
    /// Absolute address of the page with the next number, which has older ones; "" when it names none.
    pub next_url: String,
    /// `truncated` when it is longer than is read, or lists more.
    pub issues: Vec<Issue>,
}

/// A link that seems to lead to an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleLink {
    /// Absolute address, without fragment, tracking parameters and account.
    pub url: String,
    /// What it is known by, in whatever form its list gives the address.
    pub identity: String,
    /// What the page calls the article, "" when it only shows a picture.
    pub title: String,
    /// Links of this shape are told apart from navigation by their form alone; where this is false, by what is new in time.
    pub is_sure: bool,
}

impl ListPage {
    /// The links that are told from navigation at first sight.
    pub fn sure(&self) -> impl Iterator<Item = &ArticleLink> {
        self.links.iter().filter(|link| link.is_sure)
    }
}

/// The articles that a page links to: on its own site, and not to lists, doors or files. Links are told from navigation by the
/// shape of their addresses, each shape as a whole: where it names days or numbers, where its links are headings, stand in
/// articles or beside days, and have the length of titles. A scan over the tags, without a tree.
pub fn parse_list_page(bytes: &[u8], content_type: &str, url: &str) -> ListPage {
    let words = ListWords::shipped();
    let decoded = decode(bytes, content_type, MarkupHint::Html);
    let scanned = scan(&decoded.text, url, words);
    let mut page = ListPage { title: scanned.title, ..ListPage::default() };
    let Ok(own) = Url::parse(url) else { return page };
    page.next_url = next_page(&scanned.anchors, &own, words);
    let found = gather(scanned.anchors, &own, words);
    let mut groups: BTreeMap<&str, Vec<&Found>> = BTreeMap::new();
    for link in &found {
        groups.entry(&link.shape.group).or_default().push(link);
    }
    let weighed: HashMap<&str, Group> = groups.iter().map(|(name, links)| (*name, Group::of(links))).collect();
    // Where nothing is sure, what is likely is better than nothing.
    let least = if weighed.values().any(|group| group.points >= SURE) { SURE } else { LIKELY };
    for link in &found {
        let Some(group) = weighed.get(link.shape.group.as_str()) else { continue };
        if group.points < DOUBTFUL || !group.holds(link) {
            continue;
        }
        if page.links.len() == MAX_LINKS {
            page.issues
                .push(Issue::new(IssueCode::Truncated, format!("the page lists more than {MAX_LINKS} articles")));
            break;
        }
        let (url, identity, title) = (link.address.clone(), link.identity.clone(), link.title.clone());
        page.links.push(ArticleLink { url, identity, title, is_sure: group.points >= least });
    }
    if scanned.is_cut {
        page.issues.push(Issue::new(IssueCode::Truncated, "the page is longer than is read, or ends early"));
    }
    page
}

/// What a page shows of one address.
#[derive(Debug)]
struct Found {
    url: Url,
    /// Without what tells how a reader came, and without an account.
    address: String,
    identity: String,
    title: String,
    shape: Shape,
    is_headed: bool,
    is_in_article: bool,
    is_dated: bool,
}

impl Found {
    /// As wide as titles are; a character of China counts twice.
    fn width(&self) -> usize {
        self.title
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .map(|letter| 1 + usize::from(letter > '\u{2e80}'))
            .sum()
    }
}

/// Brings what stands at several places of the page for one address together.
fn gather(anchors: Vec<Anchor>, own: &Url, words: &ListWords) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    let is_of_list = |anchor: &Anchor| {
        !anchor.is_chrome
            && matches!(anchor.url.scheme(), "http" | "https")
            && is_same_site(&anchor.url, own)
            && !holds(&anchor.url, own)
            && may_be_article(&anchor.url, words)
            && (anchor.is_headed || !is_number_or_day(&anchor.text))
    };
    let anchors: Vec<(Anchor, String)> = anchors
        .into_iter()
        .filter(is_of_list)
        .map(|anchor| {
            let title = title_of(&anchor, words);
            (anchor, title)
        })
        .collect();
    let mut identities = Identities::default();
    for (anchor, title) in &anchors {
        identities.meet(&anchor.url, title, words);
    }
    for (anchor, title) in anchors {
        let Some(address) = canonical_url(anchor.url.as_str()) else { continue };
        let identity = identities.of(&anchor.url, words);
        let at = *known.entry(identity.clone()).or_insert_with(|| {
            found.push(Found {
                url: anchor.url.clone(),
                address,
                identity,
                title: String::new(),
                shape: shape(&anchor.url, words),
                is_headed: false,
                is_in_article: false,
                is_dated: false,
            });
            found.len() - 1
        });
        let Some(link) = found.get_mut(at) else { continue };
        let is_better = (anchor.is_headed && !link.is_headed)
            || (anchor.is_headed == link.is_headed && title.len() > link.title.len());
        if !title.is_empty() && (is_better || link.title.is_empty()) {
            link.title.clone_from(&title);
        }
        link.is_headed |= anchor.is_headed && !title.is_empty();
        link.is_in_article |= anchor.is_in_article;
        link.is_dated |= anchor.is_dated;
    }
    // Of a page with its own address in several forms none is an article.
    found.retain(|link| {
        !(bare_host(&link.url) == bare_host(own) && link.url.path() == own.path() && link.url.query() == own.query())
    });
    found
}

/// Whether a link shows nothing but numbers: the second page of an article, a count, the day of a last answer.
fn is_number_or_day(text: &str) -> bool {
    let mut signs = text.chars().filter(|sign| sign.is_alphanumeric()).peekable();
    signs.peek().is_some() && signs.all(|sign| sign.is_numeric() || matches!(sign, '年' | '月' | '日'))
}

/// What a link calls its article; "" when it says only that there is more, or nothing.
fn title_of(anchor: &Anchor, words: &ListWords) -> String {
    let shown = if anchor.heading.is_empty() { &anchor.text } else { &anchor.heading };
    let is_cut = |text: &str| text.ends_with("...") || text.ends_with('…');
    let title = &anchor.title;
    let is_fuller = shown.is_empty() || (is_cut(shown) && title.len() > shown.len());
    let text = if is_fuller && !title.is_empty() { title } else { shown };
    if words.is_generic(text) { String::new() } else { text.clone() }
}

/// Points from which a group is one of articles; from which it is, where no group has more; and from which it may be.
const SURE: i32 = 3;
const LIKELY: i32 = 2;
const DOUBTFUL: i32 = 1;
/// Widths of titles: no navigation is so wide, and most titles are wider than most navigation.
const LONG: usize = 10;
const VERY_LONG: usize = 24;
/// Links of one shape that are more than a menu has.
const MANY: usize = 10;

/// Links whose addresses have one shape.
#[derive(Clone, Copy, Debug)]
struct Group {
    points: i32,
    is_headed: bool,
    is_dated: bool,
}

impl Group {
    fn of(links: &[&Found]) -> Self {
        let most = |is: fn(&&&Found) -> bool| links.iter().filter(is).count() * 5 >= links.len() * 3;
        let is_headed = most(|link| link.is_headed);
        let is_dated = most(|link| link.is_dated);
        let is_long = most(|link| link.width() >= LONG);
        let width = links.iter().map(|link| link.width()).sum::<usize>() / links.len().max(1);
        let mut points = 0;
        points += if most(|link| link.shape.is_dated) { 2 } else { i32::from(most(|link| link.shape.is_numbered)) };
        points += 2 * i32::from(is_headed) + 2 * i32::from(is_dated);
        points += i32::from(most(|link| link.is_in_article));
        points += i32::from(is_long) + i32::from(width >= VERY_LONG) + i32::from(is_long && links.len() >= MANY);
        points -= i32::from(links.len() == 1);
        if !is_headed && !is_dated && most(|link| link.width() < LONG) {
            points -= 2;
        }
        Self { points, is_headed, is_dated }
    }

    /// Whether a link is one of its articles: in a group of headings, or of days, what is none of these is a link in a text.
    fn holds(self, link: &Found) -> bool {
        if self.is_headed {
            link.is_headed || link.is_dated
        } else {
            !self.is_dated || link.is_dated || link.width() >= LONG
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paths of the sure links of a page with twelve rows.
    fn sure(row: &dyn Fn(usize) -> String) -> Vec<String> {
        let rows: Vec<String> = (0..12).map(row).collect();
        let html = format!("<html><body><main>{}</main></body></html>", rows.concat());
        let page = parse_list_page(html.as_bytes(), "text/html", "https://mill.example/list/");
        page.sure().map(|link| link.identity.replace("https://mill.example", "")).collect()
    }

    #[test]
    fn what_a_row_links_beside_its_title_does_not_hide_the_list() {
        let title = |number: usize| format!("How the miller mended wheel number {number} in spring");
        let wanted: Vec<String> = (0..12).map(|number| format!("/notes/wheel-{number}")).collect();
        let pictured = |number: usize| {
            let title = title(number);
            format!(
                "<div><a href='/notes/wheel-{number}?ref=picture'><img></a><h3><a href='/notes/wheel-{number}/'>{title}</a></h3></div>"
            )
        };
        assert_eq!(sure(&pictured), wanted);
        let of_forum = |number: usize| {
            let title = title(number);
            format!(
                "<tr><td><a href='/thread-{number}-1-1.html'>{title}</a> <a href='/thread-{number}-2-1.html'>2</a></td>\
                 <td><a href='/space-uid-{number}.html'>Otto{number}</a></td>\
                 <td><a href='/forum.php?mod=redirect&tid={number}&goto=lastpost'>2026-11-10 10:22</a></td></tr>"
            )
        };
        let threads: Vec<String> = (0..12).map(|number| format!("/thread-{number}-1-1.html")).collect();
        assert_eq!(sure(&of_forum), threads);
    }
}
