use memchr::memmem;
use url::Url;

use super::authors::{AuthorContext, authors};
use super::date_reading::{DateContext, DateReading};
use super::dates::{Dates, dates};
use super::json_ld::{JsonLd, text};
use super::page_text::{PageText, Span, StatingElement};
use super::title::{TitleContext, page_title, title, title_end};
use crate::clean::address::is_front_page;
use crate::clean::language::{by_script, tag};
use crate::model::{Conflict, Date, Facts, limits};
use crate::parse::html::Tree;
use crate::rules::words::Words;
use crate::rules::words::metadata::COMMENTS;

/// Most tags taken, and the longest, in characters.
const MAX_TAGS: usize = 30;
const MAX_TAG_CHARS: usize = 40;

/// Collects what a page says about its article. `url` is its address, "" when unknown. `provenance` names the place of
/// each field: `json-ld`, `og`, `meta`, `dom`, `url`.
pub fn facts(tree: &Tree, url: &str, words: &Words) -> Facts {
    let seen = PageText::new(tree, &words.metadata);
    let data = JsonLd::read(&tree.json_ld, &seen.title);
    let base = base(&seen, url);
    let absolute = |address: &str| match &base {
        Some(base) => base.join(address).map_or_else(|_| address.to_owned(), String::from),
        None => address.to_owned(),
    };
    let mut facts = Facts::default();
    let account = site(&seen, &data);
    let site_name = account.as_ref().map(|(name, _)| name.clone()).unwrap_or_default();
    facts.account = take(&mut facts, "account", account);
    let headline = data.article_text("headline").unwrap_or_default();
    let stated = [Some(headline.as_str()), seen.meta(&["og:title"]), seen.meta(&["twitter:title"])]
        .map(|title| limits::cut(title.unwrap_or_default(), limits::MAX_TITLE));
    let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let context = TitleContext { site: &site_name, host: &host };
    let found = title(&seen, &stated, context);
    let place = found.as_ref().and_then(|found| found.span);
    facts.language = take(&mut facts, "language", language(&seen, &data));
    set_dates(&mut facts, &seen, &data, url, place);
    let sites = site_names(&seen, &data, &site_name);
    let signing = AuthorContext { sites: &sites, host: &host, title: place };
    // A front page and a shelf show the names of many, and none of them signs it.
    let is_other_page = data.is_other_page() && !seen.is_called_article() && facts.published.is_none();
    let signed = (!is_front_page(url) || facts.published.is_some()) && !is_other_page;
    if let Some((names, origin)) = authors(&seen, &data, signing).filter(|_| signed) {
        facts.authors = names;
        facts.provenance.insert("authors", origin);
    }
    let is_article = data.article().is_some() || facts.published.is_some() || !facts.authors.is_empty();
    let titled = found.map(|found| match page_title(&seen, &found, context).filter(|_| !is_article) {
        Some(title) => (title, "dom"),
        None => (found.text, found.origin),
    });
    // A front page that is headed "Home" has the name of its site.
    let titled = titled.map(|(text, origin)| match &facts.account {
        Some(site) if words.metadata.is_home(&text) => (site.clone(), "og"),
        _ => (text, origin),
    });
    facts.title = take(&mut facts, "title", titled);
    facts.paywall = data.is_closed()
        || seen
            .meta(&["article:content_tier"])
            .is_some_and(|tier| tier.eq_ignore_ascii_case("locked") || tier.eq_ignore_ascii_case("metered"));
    let summary = [
        (seen.meta(&["og:description"]).map(str::to_owned), "og"),
        (seen.meta(&["description", "twitter:description"]).map(str::to_owned), "meta"),
        (data.text("description"), "json-ld"),
    ];
    facts.summary = take(&mut facts, "summary", first(summary));
    let cover = [
        (seen.meta(&["og:image", "og:image:url", "og:image:secure_url"]).map(absolute), "og"),
        (seen.meta(&["twitter:image", "twitter:image:src"]).map(absolute), "meta"),
        (data.text("image").map(|image| absolute(&image)), "json-ld"),
    ];
    facts.cover_url = take(&mut facts, "cover_url", first(cover));
    let states = |rel: &str, word: &str| rel.split_ascii_whitespace().any(|it| it.eq_ignore_ascii_case(word));
    let canonical = seen.links.iter().find(|link| states(link.name, "canonical") && !link.value.is_empty());
    let address = [(canonical.map(|link| absolute(link.value)), "dom"), (seen.meta(&["og:url"]).map(absolute), "og")];
    facts.url = take(&mut facts, "url", first(address));
    facts.license = take(&mut facts, "license", license(&seen, &data));
    let rights = seen.meta(&["dc.rights", "dcterms.rights", "copyright"]).map(str::to_owned);
    facts.rights = take(&mut facts, "rights", first([(rights, "meta")]));
    facts.tags = tags(&seen, &data);
    facts
}

/// Enters where a value was found.
fn take(facts: &mut Facts, name: &'static str, found: Option<(String, &'static str)>) -> Option<String> {
    let (value, origin) = found.filter(|(value, _)| !value.is_empty())?;
    facts.provenance.insert(name, origin);
    Some(value)
}

/// The address against which links are resolved.
fn base(seen: &PageText, url: &str) -> Option<Url> {
    let page = Url::parse(url).ok();
    match (seen.base, page) {
        (Some(href), Some(page)) => page.join(href).ok().or(Some(page)),
        (Some(href), None) => Url::parse(href).ok(),
        (None, page) => page,
    }
}

fn first<const N: usize>(found: [(Option<String>, &'static str); N]) -> Option<(String, &'static str)> {
    found.into_iter().find_map(|(value, origin)| Some((value.filter(|it| !it.is_empty())?, origin)))
}

fn site(seen: &PageText, data: &JsonLd) -> Option<(String, &'static str)> {
    let publisher = data.article().and_then(|article| data.names(article, "publisher").into_iter().next());
    let page = data.of_type("WebSite").and_then(|site| site.get("name")).and_then(text);
    first([
        (seen.meta(&["og:site_name"]).map(str::to_owned), "og"),
        (publisher.map(|(name, _)| name), "json-ld"),
        (page, "json-ld"),
        (seen.meta(&["application-name"]).map(str::to_owned), "meta"),
    ])
}

/// All that a page calls its site and its publisher, its own name first; what its title ends with is one of them.
fn site_names(seen: &PageText, data: &JsonLd, own: &str) -> Vec<String> {
    let publisher = data.article().map(|article| data.names(article, "publisher")).unwrap_or_default();
    let metas = ["publisher", "application-name", "dcterms.publisher", "apple-mobile-web-app-title"];
    let stated = metas.iter().filter_map(|name| seen.meta(&[name]));
    let without_address = |name: &str| name.split(['(', '|']).next().unwrap_or_default().trim().to_owned();
    let page = data.of_type("WebSite").and_then(|site| site.get("name")).and_then(text);
    let all = std::iter::once(own.to_owned())
        .chain(publisher.into_iter().map(|(name, _)| name))
        .chain(page)
        .chain(stated.map(without_address))
        .chain(title_end(&seen.title).map(str::to_owned));
    all.filter(|name| !name.is_empty()).collect()
}

/// The publication and the last change; a statement of another day is a conflict.
fn set_dates(facts: &mut Facts, seen: &PageText, data: &JsonLd, url: &str, title: Option<Span>) {
    let language = facts.language.as_deref().unwrap_or_default();
    let is = |tag: &str| language.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag));
    // Generators state English, or nothing, of pages in any language.
    let is_left_open = language.is_empty() || is("en");
    let is_chinese = is("zh") || (is_left_open && by_script(&seen.text).is_some_and(|tag| tag.starts_with("zh")));
    let offset = if is_chinese { Date::BEIJING } else { 0 };
    let context = DateContext { url, reading: DateReading { offset, month_first: month_first(language) }, title };
    let Dates { published, refused, modified } = dates(seen, data, context);
    if let Some((date, origin)) = published {
        facts.published = Some(date);
        facts.provenance.insert("published", origin);
        if let Some((other, place)) = refused {
            let (taken, refused) = ((date.to_string(), origin), (other.to_string(), place));
            facts.conflicts.push(Conflict { field: "published", taken, refused });
        }
    }
    if let Some((date, origin)) = modified {
        facts.modified = Some(date);
        facts.provenance.insert("modified", origin);
    }
}

/// How 5/6/2024 is read in a language: with the month first in the United States, with the day first elsewhere. English
/// alone does not tell.
fn month_first(language: &str) -> Option<bool> {
    if language.is_empty() || language.eq_ignore_ascii_case("en") {
        return None;
    }
    Some(language.eq_ignore_ascii_case("en-us"))
}

fn language(seen: &PageText, data: &JsonLd) -> Option<(String, &'static str)> {
    first([
        (tag(seen.language), "dom"),
        (data.text("inLanguage").and_then(|text| tag(&text)), "json-ld"),
        (seen.meta(&["og:locale"]).and_then(tag), "og"),
        (seen.meta(&["content-language", "language"]).and_then(tag), "meta"),
    ])
}

/// The licence: the words of its link when they name it, else the link.
fn license(seen: &PageText, data: &JsonLd) -> Option<(String, &'static str)> {
    let states = |link: &StatingElement| {
        link.name.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("license"))
            || link.value.contains("creativecommons.org/")
    };
    let link = seen.links.iter().find(|link| states(link) && link.span.marks & COMMENTS == 0);
    let stated = link.map(|link| {
        let words = seen.words(link.span);
        let names_it = seen.known.licences.names.iter().any(|name| words.contains(name.as_str()));
        if names_it && words.chars().count() <= 60 { words.to_owned() } else { link.value.to_owned() }
    });
    first([(stated, "dom"), (data.article_text("license"), "json-ld"), (named_license(seen), "dom")])
}

/// The licence that a short line names without a link: "… is licensed under CC BY-SA 4.0".
fn named_license(seen: &PageText) -> Option<String> {
    memmem::find_iter(seen.text.as_bytes(), b"CC BY").find_map(|at| {
        let line = seen.lines.iter().find(|line| (line.start..line.end).contains(&at))?;
        let words = seen.words(*line);
        let speaks = seen.known.licences.parts.iter().any(|part| words.contains(part.as_str()));
        let behind = seen.text.get(at..line.end)?;
        let end =
            behind.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, ' ' | '-' | '.')));
        let name = behind.get(..end.unwrap_or(behind.len()))?.trim_end_matches([' ', '.', '-']);
        (speaks && line.marks & COMMENTS == 0).then(|| name.to_owned())
    })
}

fn tags(seen: &PageText, data: &JsonLd) -> Vec<String> {
    let is_tag = |link: &&StatingElement| link.name.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("tag"));
    let linked = seen.links.iter().filter(is_tag).map(|link| seen.words(link.span).to_owned());
    let stated = seen.all_meta("article:tag").map(str::to_owned);
    let keywords = data.article().and_then(|article| article.get("keywords"));
    let listed: Vec<String> = match keywords {
        Some(serde_json::Value::Array(items)) => items.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect(),
        Some(serde_json::Value::String(text)) => divide(text),
        _ => Vec::new(),
    };
    let words = seen.meta(&["news_keywords", "keywords"]).map(divide).unwrap_or_default();
    let mut tags: Vec<String> = Vec::new();
    for tag in stated.chain(linked).chain(listed).chain(words) {
        let tag = tag.trim().trim_start_matches('#');
        let fits = !tag.is_empty() && tag.chars().count() <= MAX_TAG_CHARS && tags.len() < MAX_TAGS;
        if fits && !tags.iter().any(|known| known.eq_ignore_ascii_case(tag)) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

fn divide(text: &str) -> Vec<String> {
    text.split([',', '，', ';', '；', '、']).map(|tag| tag.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn a_front_page_has_the_name_of_its_site() {
        let title = |html: &str| {
            let (tree, _) = Tree::document(html);
            facts(&tree, "https://a.example/", Rules::shipped().words()).title.unwrap_or_default()
        };
        let site = "<meta property=og:site_name content=Crumbs>";
        assert_eq!(title(&format!("{site}<title>Home</title><h1>Home</h1>")), "Crumbs");
        assert_eq!(title(&format!("{site}<title>Home baking</title><h1>Home baking</h1>")), "Home baking");
        assert_eq!(title("<title>Home</title><h1>Home</h1>"), "Home");
    }
}
