use memchr::memmem;

use super::beside::beside_date;
use super::credits::{Found, houses, pick, stated};
use super::json_ld::JsonLd;
use super::names::{has_lead, has_sure_lead, is_house, is_job, is_login, labelled_part, names};
use super::pen::Span;
use super::seen::{Seen, Stated};
use crate::rules::words::AuthorWords;
use crate::rules::words::mark::{ABOUT, AUTHOR, COMMENTS, ELSEWHERE};

/// Most bytes of prose between a title and the byline under it, and of text between a byline and the title under it.
const MAX_PROSE: usize = 420;
const MAX_ABOVE: usize = 200;

/// Longest line that is nothing but a lead and a name, however the name is written: "by jzb".
const MAX_BARE_BYTES: usize = 20;
/// Most bytes between the names of one byline: a comma, an "and".
const MAX_GAP: usize = 6;
/// Longest line in the midst of which a name is led to.
const MAX_LED_BYTES: usize = 90;

/// What is known when the authors are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signing<'a> {
    /// Name of the site, "" when unknown.
    pub site: &'a str,
    /// Host of the address in lower case, "" when unknown.
    pub host: &'a str,
    /// Where the title stands.
    pub title: Option<Span>,
}

/// The authors as stated, in order. What a reader sees decides: names in the page's data are taken when the page shows
/// them, or shows no others. The site and its teams sign only where no person does.
pub(super) fn authors(seen: &Seen, data: &JsonLd, signing: Signing) -> Option<Found> {
    let Signing { site, title, .. } = signing;
    let known = &seen.known.authors;
    let stated = stated(seen, data, site);
    let signed = byline(seen, title, site).map(|names| (names, "dom"));
    let is_person = |found: &&Found| found.0.iter().any(|name| !is_house(name, known) && !signing.is_site(name));
    let credible = |found: &&Found| found.0.iter().any(|name| !is_login(name));
    let shown = |found: &&Found| found.0.iter().any(|name| is_shown(seen, name));
    // The data of many pages name but the first of those that sign.
    let more = |found: &Found| signed.clone().filter(|(names, _)| names_more(names, &found.0, known));
    let bare = || Some((beside_date(seen, title?, site)?, "dom"));
    stated
        .iter()
        .filter(is_person)
        .find(shown)
        .map(|found| more(found).unwrap_or_else(|| found.clone()))
        .or_else(|| signed.clone().filter(|found| is_person(&found)))
        .or_else(|| stated.iter().filter(is_person).find(credible).cloned())
        .or_else(|| bare().filter(|found| is_person(&found)))
        .or_else(|| Some((tail(seen, site)?, "dom")).filter(|found| is_person(&found)))
        .or_else(|| signed.clone())
        .or_else(|| {
            stated.iter().filter(shown).find(|found| found.0.iter().all(|name| is_personal(name, known))).cloned()
        })
        .or_else(|| {
            let mut all = stated.iter().cloned().chain(houses(data, site, known));
            all.find(|found| found.0.iter().all(|name| heads(seen, title, name)))
        })
}

/// Whether a byline names all those that the data name, and others.
fn names_more(signed: &[String], stated: &[String], known: &AuthorWords) -> bool {
    let persons = signed.iter().all(|name| !is_job(name, known));
    signed.len() > stated.len()
        && persons
        && stated.iter().all(|name| signed.iter().any(|it| it.contains(name.as_str())))
}

/// Whether a name has a line of its own right under the title.
fn heads(seen: &Seen, title: Option<Span>, name: &str) -> bool {
    let under =
        |line: &&Span| title.is_some_and(|title| line.start >= title.end && line.start <= title.end + MAX_ABOVE);
    seen.lines
        .iter()
        .filter(under)
        .any(|line| names(seen.words(*line), &seen.known.authors).iter().any(|it| it == name))
}

impl Signing<'_> {
    /// Whether a name is that of the site, by its own words or its address.
    fn is_site(&self, name: &str) -> bool {
        let joined: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let host: String = self.host.chars().filter(|c| c.is_alphanumeric()).collect();
        let named = !self.site.is_empty() && name.eq_ignore_ascii_case(self.site);
        named || (joined.len() > 3 && host.contains(joined.as_str()))
    }
}

/// Whether a name has the shape of a person's: the site may be called after its owner.
fn is_personal(name: &str, known: &AuthorWords) -> bool {
    (2..=3).contains(&name.split(' ').count()) && !is_house(name, known)
}

/// Whether a reader can see a name.
fn is_shown(seen: &Seen, name: &str) -> bool {
    memmem::find(seen.text.as_bytes(), name.as_bytes()).is_some()
}

/// The names that sign in the lines round the title.
fn byline(seen: &Seen, title: Option<Span>, site: &str) -> Option<Vec<String>> {
    let near = |span: &Span| {
        let own = !Seen::is_foreign(*span, title);
        let Some(title) = title else { return span.prose <= MAX_PROSE && own };
        let below = span.start >= title.end && span.prose.saturating_sub(title.prose) <= MAX_PROSE;
        let above = span.end <= title.start && span.end + MAX_ABOVE >= title.start;
        (below || above) && own
    };
    let linked = seen.links.iter().filter(|link| {
        let states = link.name.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("author"));
        (states || is_author_page(link.value)) && near(&link.span)
    });
    let mut last: Option<Span> = None;
    // One byline: names that follow each other, not those of editors further on.
    let together = linked.take_while(|link| {
        let close = last.is_none_or(|last| link.span.start <= last.end + MAX_GAP);
        last = Some(link.span);
        close
    });
    let linked: Vec<&str> = together.map(|link| seen.words(link.span)).collect();
    if let Some(found) = pick(linked.into_iter(), site, &seen.known.authors) {
        return Some(found);
    }
    let under = |span: &&Span| title.is_none_or(|title| span.start >= title.end);
    let led = seen
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| near(line))
        .find_map(|(index, line)| signed_line(seen, index, *line, site));
    if led.is_some() {
        return led;
    }
    let marked: Vec<&Span> = seen.bylines.iter().filter(|span| near(span)).collect();
    marked.iter().filter(|span| under(span)).chain(marked.iter()).find_map(|span| {
        seen.words(**span).lines().find_map(|line| pick(std::iter::once(line), site, &seen.known.authors))
    })
}

fn is_author_page(address: &str) -> bool {
    ["/author/", "/authors/", "/contributor/", "/contributors/"]
        .iter()
        .any(|part| address.split_once(part).is_some_and(|(_, name)| name.len() > 2))
}

/// The part of a line that leads to a name: all of it, the part under its label, or what comes behind a date or a place
/// (`Published May 3 by Ann`).
fn led_part<'a>(words: &'a str, known: &AuthorWords) -> Option<&'a str> {
    if let Some(part) = labelled_part(words, known) {
        return Some(part);
    }
    if has_lead(words, known) {
        return Some(words);
    }
    let short = words.len() <= MAX_LED_BYTES && words.bytes().any(|byte| byte.is_ascii_digit());
    let inner = known.inner_leads.iter().find_map(|lead| words.find(lead.as_str()));
    inner.filter(|_| short).and_then(|at| words.get(at + 1..))
}

/// The names of a line that leads to them; where it holds the lead alone, those of the next line.
fn signed_line(seen: &Seen, index: usize, line: Span, site: &str) -> Option<Vec<String>> {
    let known = &seen.known.authors;
    let words = led_part(seen.words(line), known)?;
    let found = names(words, known);
    if !found.is_empty() {
        let short = words.len() <= 120 || line.marks & AUTHOR != 0;
        // "By over a mile" is prose.
        let begins =
            |names: &Vec<String>| names.first().is_some_and(|name| !name.starts_with(|c: char| c.is_ascii_lowercase()));
        return pick(std::iter::once(words), site, known)
            .filter(|names| short && (line.marks & AUTHOR != 0 || words.len() <= MAX_BARE_BYTES || begins(names)));
    }
    let next = seen.lines.get(index + 1)?;
    pick(std::iter::once(seen.words(*next)), site, known)
}

/// The names in a line below the text that can only be a signature.
fn tail(seen: &Seen, site: &str) -> Option<Vec<String>> {
    let known = &seen.known.authors;
    let fits = |span: &Span| span.marks & (COMMENTS | ELSEWHERE) == 0;
    let sure = seen.lines.iter().enumerate().filter(|(_, line)| fits(line) && has_sure_lead(seen.words(**line), known));
    let mut sure = sure.map(|(index, line)| signed_line(seen, index, *line, site));
    let marked = || seen.bylines.iter().filter(|span| fits(span) && span.marks & ABOUT == 0);
    let called = |link: &&Stated| link.name.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("author"));
    let linked = || seen.links.iter().filter(called).filter(|link| fits(&link.span));
    sure.find_map(|found| found)
        .or_else(|| marked().find_map(|span| pick(seen.words(*span).lines().take(2), site, known)))
        .or_else(|| linked().find_map(|link| pick(std::iter::once(seen.words(link.span)), site, known)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::html::Tree;
    use crate::rules::Rules;

    fn found(html: &str) -> String {
        let (tree, _) = Tree::document(html);
        let rules = Rules::shipped();
        let seen = Seen::new(&tree, &rules.words().metadata);
        let data = JsonLd::read(&tree.json_ld, "");
        let title = seen.headings.first().copied();
        authors(&seen, &data, Signing { site: "Crumbs", host: "crumbs.example", title })
            .map(|it| it.0.join(";"))
            .unwrap_or_default()
    }

    #[test]
    fn what_the_page_shows_decides() {
        let data = |name: &str| {
            format!(r#"<script type="application/ld+json">{{"@type":"Article","author":"{name}"}}</script>"#)
        };
        let cases = [
            (format!("{}<h1>Bread</h1><p>by Bo Chen", data("Ann Lee")), "Bo Chen"),
            (format!("{}<h1>Bread</h1><p>by Ann Lee", data("Ann Lee")), "Ann Lee"),
            (format!("{}<h1>Bread</h1><p>text", data("Ann Lee")), "Ann Lee"),
            (format!("{}<h1>Bread</h1><p>text", data("alee2")), ""),
            ("<h1>Bread</h1><p>Written by<p>Bo Chen<p>text".to_owned(), "Bo Chen"),
            ("<p>Published May 3, 2024 by Bo Chen<h1>Bread</h1><p>text".to_owned(), "Bo Chen"),
            ("<h1>Bread</h1><p>by Crumbs".to_owned(), "Crumbs"),
            ("<h1>Bread</h1><p>text<div class=comment><a rel=author>Cy</a></div>".to_owned(), ""),
            (format!("{}<h1>Bread</h1><p>by Ann Lee, Bo Chen", data("Ann Lee")), "Ann Lee;Bo Chen"),
            (format!("{}<h1>Bread</h1><p>text", data("ann lee")), "ann lee"),
            ("<meta name=author content=Crumbs><h1>Bread</h1><p>Crumbs<p>text".to_owned(), "Crumbs"),
            ("<meta name=author content=Crumbs><h1>Bread</h1><p>text".to_owned(), ""),
            ("<h1>Bread</h1><p>text<h6><a rel=author>Ann Lee</a></h6>".to_owned(), "Ann Lee"),
            (
                "<meta name=twitter:label1 content='Written by'><meta name=twitter:data1 content='Ann Lee'><h1>Bread</h1>"
                    .to_owned(),
                "Ann Lee",
            ),
            (
                "<meta name=twitter:label1 content='Reading time'><meta name=twitter:data1 content='Ann Lee'><h1>Bread</h1>"
                    .to_owned(),
                "",
            ),
            ("<h1>Bread</h1><p>发布日期：2024-05-06　来源：磨坊　作者：李小华 王小明　摄影：面包社　点击：[".to_owned(), "李小华;王小明"),
            ("<h1>Bread</h1><p>作者：李小华".to_owned(), "李小华"),
            ("<h1>Bread</h1><p>合作者：李小华".to_owned(), ""),
            ("<h1>Bread</h1><p>他是这本书的作者：一个磨坊主".to_owned(), ""),
            ("<h1>Bread</h1><form><label class=comment-author>Name *</label></form>".to_owned(), ""),
        ];
        for (html, want) in cases {
            assert_eq!(found(&html), want, "{html}");
        }
    }
}
