use super::authors::authors;
use super::dates::{modified, published};
use super::json_ld::{JsonLd, text};
use super::seen::Seen;
use super::title::{title, without_site};
use crate::model::{Conflict, Date, Facts};
use crate::parse::html::Tree;

/// Most tags taken, and the longest, in characters.
const MAX_TAGS: usize = 30;
const MAX_TAG_CHARS: usize = 40;

/// Collects what a page says about its article. `url` is its address, "" when unknown. `provenance` names the place of
/// each field: `json-ld`, `og`, `meta`, `dom`, `url`.
pub fn facts(tree: &Tree, url: &str) -> Facts {
    let seen = Seen::new(tree);
    let data = JsonLd::read(&tree.json_ld);
    let base = tree.base(url);
    let absolute = |address: &str| match &base {
        Some(base) => base.join(address).map_or_else(|_| address.to_owned(), String::from),
        None => address.to_owned(),
    };
    let mut facts = Facts::default();
    let take = |facts: &mut Facts, name, found: Option<(String, &'static str)>| -> Option<String> {
        let (value, origin) = found.filter(|(value, _)| !value.is_empty())?;
        facts.provenance.insert(name, origin);
        Some(value)
    };

    let account = site(&seen, &data);
    let site_name = account.as_ref().map(|(name, _)| name.clone()).unwrap_or_default();
    facts.account = take(&mut facts, "account", account);
    let stated_titles =
        [data.text("headline").unwrap_or_default(), own(seen.meta(&["og:title"])), own(seen.meta(&["twitter:title"]))];
    let stated: Vec<&str> = stated_titles.iter().map(String::as_str).collect();
    let found = title(&seen.headings, &stated, without_site(&seen.title, &site_name), &site_name);
    facts.title = take(&mut facts, "title", found);
    if let Some((names, origin)) = authors(&seen, &data, &site_name) {
        facts.authors = names;
        facts.provenance.insert("authors", origin);
    }
    facts.language = take(&mut facts, "language", language(&seen, &data));
    let chinese = facts.language.as_deref().is_some_and(|tag| tag.starts_with("zh"));
    set_dates(&mut facts, &seen, &data, url, if chinese { Date::BEIJING } else { 0 });
    facts.summary = take(
        &mut facts,
        "summary",
        first([
            (seen.meta(&["og:description"]).map(str::to_owned), "og"),
            (seen.meta(&["description", "twitter:description"]).map(str::to_owned), "meta"),
            (data.text("description"), "json-ld"),
        ]),
    );
    facts.cover_url = take(
        &mut facts,
        "cover_url",
        first([
            (seen.meta(&["og:image", "og:image:url", "og:image:secure_url"]).map(absolute), "og"),
            (seen.meta(&["twitter:image", "twitter:image:src"]).map(absolute), "meta"),
            (data.text("image").map(|image| absolute(&image)), "json-ld"),
        ]),
    );
    let canonical = seen.links.iter().find(|(rel, href, _)| rel.contains("canonical") && !href.is_empty());
    facts.url = take(
        &mut facts,
        "url",
        first([(canonical.map(|(_, href, _)| absolute(href)), "dom"), (seen.meta(&["og:url"]).map(absolute), "og")]),
    );
    facts.license = take(&mut facts, "license", license(&seen, &data));
    facts.rights = take(
        &mut facts,
        "rights",
        first([(seen.meta(&["dc.rights", "dcterms.rights", "copyright"]).map(str::to_owned), "meta"), (None, "")]),
    );
    facts.tags = tags(&seen, &data);
    facts
}

fn own(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

fn first<const N: usize>(found: [(Option<String>, &'static str); N]) -> Option<(String, &'static str)> {
    found.into_iter().find_map(|(value, origin)| Some((value.filter(|it| !it.is_empty())?, origin)))
}

fn site(seen: &Seen, data: &JsonLd) -> Option<(String, &'static str)> {
    let publisher = data.article().and_then(|article| data.names(article, "publisher").into_iter().next());
    let page = data.of_type("WebSite").and_then(|site| site.get("name")).and_then(text);
    first([
        (seen.meta(&["og:site_name"]).map(str::to_owned), "og"),
        (publisher.map(|(name, _)| name), "json-ld"),
        (page, "json-ld"),
        (seen.meta(&["application-name"]).map(str::to_owned), "meta"),
    ])
}

/// The publication and the last change; a statement of another day is a conflict.
fn set_dates(facts: &mut Facts, seen: &Seen, data: &JsonLd, url: &str, offset: i16) {
    let found = published(seen, data, url, offset);
    if let Some((date, origin)) = found.first().copied() {
        facts.published = Some(date);
        facts.provenance.insert("published", origin);
        let day = |date: Date| date.instant().as_millis() / 86_400_000;
        let other = found
            .iter()
            .skip(1)
            .find(|(other, place)| matches!(*place, "json-ld" | "meta") && (day(*other) - day(date)).abs() > 1);
        if let Some((refused, place)) = other {
            facts.conflicts.push(Conflict {
                field: "published",
                taken: (date.to_string(), origin),
                refused: (refused.to_string(), place),
            });
        }
    }
    if let Some((date, origin)) = modified(seen, data, offset) {
        facts.modified = Some(date);
        facts.provenance.insert("modified", origin);
    }
}

fn language(seen: &Seen, data: &JsonLd) -> Option<(String, &'static str)> {
    let tag = |text: &str| text.trim().replace('_', "-");
    first([
        (Some(tag(&seen.language)), "dom"),
        (data.text("inLanguage").map(|text| tag(&text)), "json-ld"),
        (seen.meta(&["og:locale"]).map(tag), "og"),
        (seen.meta(&["content-language", "language"]).map(tag), "meta"),
    ])
}

/// The licence: the words of its link when they name it, else the link.
fn license(seen: &Seen, data: &JsonLd) -> Option<(String, &'static str)> {
    let link = seen
        .links
        .iter()
        .find(|(rel, href, _)| rel.split(' ').any(|it| it == "license") || href.contains("creativecommons.org/"));
    let stated = link.map(|(_, href, words)| {
        let names_it = ["CC", "BY", "Creative Commons", "知识共享"].iter().any(|mark| words.contains(mark));
        if names_it && words.chars().count() <= 60 { words.clone() } else { href.clone() }
    });
    first([(stated, "dom"), (data.text("license"), "json-ld")])
}

fn tags(seen: &Seen, data: &JsonLd) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    let linked = seen.links.iter().filter(|(rel, ..)| rel.split(' ').any(|it| it == "tag"));
    let stated: Vec<String> = seen.all_meta("article:tag").map(str::to_owned).collect();
    let keywords = data.article().and_then(|article| article.get("keywords"));
    let listed: Vec<String> = match keywords {
        Some(serde_json::Value::Array(items)) => items.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect(),
        Some(serde_json::Value::String(text)) => divide(text),
        _ => Vec::new(),
    };
    let words = seen.meta(&["news_keywords", "keywords"]).map(divide).unwrap_or_default();
    for tag in stated.into_iter().chain(linked.map(|(_, _, words)| words.clone())).chain(listed).chain(words) {
        let tag = tag.trim().trim_start_matches('#').to_owned();
        let fits = !tag.is_empty() && tag.chars().count() <= MAX_TAG_CHARS && tags.len() < MAX_TAGS;
        if fits && !tags.iter().any(|known| known.eq_ignore_ascii_case(&tag)) {
            tags.push(tag);
        }
    }
    tags
}

fn divide(text: &str) -> Vec<String> {
    text.split([',', '，', ';', '；', '、']).map(|tag| tag.trim().to_owned()).collect()
}
