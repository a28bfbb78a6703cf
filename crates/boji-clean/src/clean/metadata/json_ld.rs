use serde_json::Value;

use super::date_reading::DateReading;
use crate::clean::blocks::blocks;
use crate::model::{Block, Date, limits};
use crate::parse::html::Tree;
use crate::rules::words::Words;
use crate::text::count_letters;

/// Most objects looked at in a page's JSON-LD.
const MAX_OBJECTS: usize = 2000;
/// Types that are the article itself, best first by what they say.
const ARTICLES: [&str; 14] = [
    "NewsArticle",
    "BlogPosting",
    "Article",
    "TechArticle",
    "ScholarlyArticle",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
    "ReviewNewsArticle",
    "Report",
    "SocialMediaPosting",
    "DiscussionForumPosting",
    "Review",
    "HowTo",
];

/// Types of pages that are no article, whatever day they were made on.
const OTHERS: [&str; 9] = [
    "Product",
    "ProductGroup",
    "ItemPage",
    "CollectionPage",
    "SearchResultsPage",
    "ProfilePage",
    "ContactPage",
    "LocalBusiness",
    "Service",
];
/// More articles than this in one page's data are a list, unless the page's title names one of them.
const MAX_ARTICLES: usize = 2;
/// Longest entity in a headline, in bytes before its end.
const MAX_ENTITY_BYTES: usize = 8;

/// The objects of a page's JSON-LD.
#[derive(Debug, Default)]
pub(super) struct JsonLd {
    objects: Vec<Value>,
    /// Which of them is the article.
    article: Option<usize>,
}

impl JsonLd {
    /// Reads the scripts; those that are no JSON even after mending are passed over. `title` is that of the
    /// page, which tells the article from those it links to.
    pub(super) fn read(scripts: &[String], title: &str) -> Self {
        let mut waiting: Vec<Value> = scripts.iter().rev().flat_map(|script| parse(script).into_iter().rev()).collect();
        let mut objects = Vec::new();
        while let Some(value) = waiting.pop() {
            if objects.len() >= MAX_OBJECTS {
                break;
            }
            match value {
                Value::Array(items) => waiting.extend(items.into_iter().rev()),
                Value::Object(mut object) => {
                    for key in ["@graph", "mainEntity", "mainEntityOfPage"] {
                        if let Some(inner) = object.get(key).filter(|inner| inner.is_array() || inner.is_object()) {
                            waiting.push(inner.clone());
                        }
                    }
                    object.remove("@graph");
                    objects.push(Value::Object(object));
                }
                _ => {}
            }
        }
        let article = choose(&objects, title);
        Self { objects, article }
    }

    /// The object that is the article.
    pub(super) fn article(&self) -> Option<&Value> {
        self.objects.get(self.article?)
    }

    /// Whether the data call the page a product, a list or a profile, and nothing an article.
    pub(super) fn is_other_page(&self) -> bool {
        self.article.is_none() && self.objects.iter().any(|object| types(object).any(|it| OTHERS.contains(&it)))
    }

    /// Whether the article is one of a newspaper or a station.
    pub(super) fn is_news(&self) -> bool {
        self.article().is_some_and(|article| types(article).any(|it| it.ends_with("NewsArticle")))
    }

    /// The article's text under a key.
    pub(super) fn article_text(&self, key: &str) -> Option<String> {
        text(self.article()?.get(key)?).filter(|text| !text.is_empty())
    }

    /// When the page itself was made, which need not be when its text was published.
    pub(super) fn page_date(&self, reading: DateReading) -> Option<Date> {
        reading.date(&text(self.of_type("WebPage")?.get("datePublished")?)?)
    }

    /// Whether the article is marked as closed to readers without payment.
    pub(super) fn is_closed(&self) -> bool {
        let stated = [self.article(), self.of_type("WebPage")].into_iter().flatten();
        stated.filter_map(|object| object.get("isAccessibleForFree")).any(|value| match value {
            Value::Bool(free) => !free,
            Value::String(free) => free.trim().eq_ignore_ascii_case("false"),
            _ => false,
        })
    }

    /// The first object of a type.
    pub(super) fn of_type(&self, name: &str) -> Option<&Value> {
        self.objects.iter().find(|object| types(object).any(|it| it == name))
    }

    /// The article's text under a key, else that of the page object.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        let found = [self.article(), self.of_type("WebPage")].into_iter().flatten();
        found.filter_map(|object| text(object.get(key)?)).find(|text| !text.is_empty())
    }

    /// The names under a key of an object, references into the page resolved: (name, is an organisation).
    pub(super) fn names(&self, object: &Value, key: &str) -> Vec<(String, bool)> {
        let Some(value) = object.get(key) else { return Vec::new() };
        let list = match value {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        let list = list.iter().flat_map(|item| match item.get("name") {
            // One person with several names is several persons.
            Some(Value::Array(names)) => names.iter().collect(),
            _ => vec![item],
        });
        list.filter_map(|item| self.name(item)).take(limits::MAX_LISTED).collect()
    }

    fn name(&self, item: &Value) -> Option<(String, bool)> {
        if item.is_string() {
            return Some((text(item)?, false));
        }
        let organisation = types(item).any(|it| it.ends_with("Organization") || it == "Corporation");
        if let Some(name) = item.get("name").and_then(text).or_else(|| full_name(item)) {
            return Some((name, organisation));
        }
        let id = item.get("@id")?.as_str()?;
        let whole = self
            .objects
            .iter()
            .find(|object| object.get("@id").and_then(Value::as_str) == Some(id) && object.get("name").is_some())?;
        Some((text(whole.get("name")?)?, types(whole).any(|it| it.ends_with("Organization"))))
    }
}

/// The name of a person who is stated in parts.
fn full_name(person: &Value) -> Option<String> {
    let part = |key: &str| person.get(key).and_then(text).filter(|name| !name.is_empty());
    let parts = [part("givenName"), part("additionalName"), part("familyName")];
    let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

/// The text of a value: a string, the first of a list, or the `name`, `url` or `@value` of an object.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(read(text)),
        Value::Array(items) => items.first().and_then(|item| item.as_str().map(read)),
        Value::Object(object) => {
            ["name", "url", "@value"].iter().find_map(|key| object.get(*key).and_then(Value::as_str).map(read))
        }
        _ => None,
    }
}

/// A text as a reader sees it: many systems write it with entities.
fn read(text: &str) -> String {
    htmlize::unescape(text.trim()).trim().to_owned()
}

/// The one article, or the one of several that the page's title names.
fn choose(objects: &[Value], title: &str) -> Option<usize> {
    let is_article = |object: &Value| types(object).any(|it| ARTICLES.contains(&it));
    let articles = || objects.iter().enumerate().filter(|(_, object)| is_article(object));
    let title = letters(title);
    let named = articles().find(|(_, object)| {
        let headline = object.get("headline").or_else(|| object.get("name")).and_then(text);
        headline.map(|headline| letters(&headline)).is_some_and(|it| !it.is_empty() && title.contains(&it))
    });
    // What is reviewed in an article is no article of its own.
    let whole = || articles().filter(|(_, object)| !types(object).any(|it| it == "Review"));
    let only = |count: usize| count <= MAX_ARTICLES;
    named
        .or_else(|| articles().next().filter(|_| only(articles().count())))
        .or_else(|| whole().next().filter(|_| only(whole().count())))
        .map(|(index, _)| index)
}

/// The letters and digits of a title in lower case: pages write marks and entities in one place and not in the other.
fn letters(title: &str) -> String {
    let mut letters = String::with_capacity(title.len());
    let mut rest = title;
    while let Some(c) = rest.chars().next() {
        let end = if c == '&' { entity(rest) } else { None };
        if end.is_none() && c.is_alphanumeric() {
            letters.extend(c.to_lowercase());
        }
        rest = rest.get(end.unwrap_or(c.len_utf8())..).unwrap_or_default();
    }
    letters
}

/// Where the entity ends that a text begins with.
fn entity(text: &str) -> Option<usize> {
    let end = text.find(';').filter(|end| *end <= MAX_ENTITY_BYTES)?;
    let named = text.get(1..end)?.bytes().all(|byte| byte == b'#' || byte.is_ascii_alphanumeric());
    named.then_some(end + 1)
}

fn types(object: &Value) -> impl Iterator<Item = &str> {
    let value = object.get("@type");
    let list = match value {
        Some(Value::Array(items)) => items.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    list.iter().filter_map(Value::as_str).map(|name| name.rsplit(['/', ':']).next().unwrap_or(name))
}

/// Most bytes of a script that are read again where it is no JSON as it stands.
const MAX_MENDED_BYTES: usize = 2 * 1024 * 1024;
/// Most values behind each other in one script.
const MAX_VALUES: usize = 64;

/// The values of a script, in order. Where it is no JSON it is mended as `mended` says.
fn parse(script: &str) -> Vec<Value> {
    let text = script.trim().trim_start_matches('\u{feff}').trim();
    let text = text.trim_start_matches("<!--").trim_end_matches("-->").trim().trim_end_matches(';');
    let text = text.trim_start_matches("//<![CDATA[").trim_end_matches("//]]>").trim();
    if let Ok(value) = serde_json::from_str(text) {
        return vec![value];
    }
    if text.len() > MAX_MENDED_BYTES {
        return Vec::new();
    }
    let values = |text: &str| -> Vec<Value> {
        let all = serde_json::Deserializer::from_str(text).into_iter();
        all.map_while(Result::ok).take(MAX_VALUES).collect()
    };
    let found = values(&mended(text));
    // Some systems escape the whole script as they do a text.
    if found.is_empty() && text.contains("&quot;") { values(&mended(&text.replace("&quot;", "\""))) } else { found }
}

/// A script with what its authors take for JSON made JSON: comments and commas before a closing bracket left out, commas
/// and semicolons between values too, raw controls in strings made spaces, escapes that JSON does not know undone.
fn mended(script: &str) -> String {
    let mut mended = String::with_capacity(script.len());
    let mut rest = script;
    let (mut in_string, mut depth) = (false, 0_usize);
    while let Some(c) = rest.chars().next() {
        let behind = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = behind;
        if in_string {
            match c {
                '\\' => {
                    let next = behind.chars().next().unwrap_or('\\');
                    let is_known = matches!(next, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u');
                    if is_known {
                        mended.push(c);
                    }
                    mended.push(if next.is_control() { ' ' } else { next });
                    rest = behind.get(next.len_utf8()..).unwrap_or_default();
                }
                '"' => {
                    in_string = false;
                    mended.push(c);
                }
                _ => mended.push(if c.is_control() { ' ' } else { c }),
            }
            continue;
        }
        match c {
            '/' if behind.starts_with('*') => rest = behind.split_once("*/").map_or("", |(_, rest)| rest),
            '/' if behind.starts_with('/') => rest = behind.split_once('\n').map_or("", |(_, rest)| rest),
            ',' | ';' if depth == 0 => mended.push(' '),
            ',' if closes(behind) => {}
            _ => {
                in_string = c == '"';
                depth = match c {
                    '{' | '[' => depth + 1,
                    '}' | ']' => depth.saturating_sub(1),
                    _ => depth,
                };
                mended.push(c);
            }
        }
    }
    mended
}

/// Whether the next sign of a script, comments left out, closes an object or a list.
fn closes(script: &str) -> bool {
    let mut rest = script.trim_start();
    for _ in 0..MAX_COMMENTS {
        let behind = match rest.get(..2) {
            Some("/*") => rest.split_once("*/"),
            Some("//") => rest.split_once('\n'),
            _ => break,
        };
        rest = behind.map_or("", |(_, rest)| rest).trim_start();
    }
    rest.starts_with(['}', ']'])
}

/// Most comments between a comma and what comes behind it.
const MAX_COMMENTS: usize = 8;

/// Shortest text, in letters, that is taken for the body of an article.
const MIN_BODY: usize = 200;
/// The body of an article as the page's JSON-LD states it.
#[derive(Debug)]
pub struct StatedBody {
    text: String,
    /// How many letters it has.
    pub letters: usize,
}

impl StatedBody {
    /// The stated body (schema.org `articleBody`); `None` when the page states none, or a line.
    /// `title` tells the article from others that the page links to.
    pub fn read(tree: &Tree, title: &str) -> Option<Self> {
        if !tree.json_ld.iter().any(|script| script.contains("\"articleBody\"")) {
            return None;
        }
        let text = JsonLd::read(&tree.json_ld, title).text("articleBody")?;
        let letters = count_letters(&text);
        (letters >= MIN_BODY).then_some(Self { text, letters })
    }

    /// The same as blocks.
    pub fn blocks(&self, url: &str, words: &Words) -> Vec<Block> {
        if ["<p", "<br", "&lt;p"].iter().any(|mark| self.text.contains(mark)) {
            let (tree, _) = Tree::fragment(&self.text.replace("&lt;", "<").replace("&gt;", ">"));
            return blocks(&tree, tree.body().id(), url, words);
        }
        self.text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Block::paragraph).collect()
    }
}

/// How many letters a page shows.
pub fn shown_letters(blocks: &[Block]) -> usize {
    blocks.iter().map(|block| count_letters(&block.text())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn chooses_the_article_among_several() {
        let article = |kind: &str, headline: &str| serde_json::json!({ "@type": kind, "headline": headline });
        let reviews = ["Article", "Review", "Review", "Review"].map(|kind| article(kind, "x"));
        assert_eq!(choose(&reviews, "Bread"), Some(0));
        let list =
            ["One loaf", "Ann&#8217;s bread &amp; butter", "Two loaves", "Three"].map(|it| article("Article", it));
        assert_eq!(choose(&list, "Ann’s bread & butter | Crumbs"), Some(1));
        assert_eq!(choose(&list, "Loaves"), None, "a list of other pages");
    }

    #[test]
    fn finds_the_article_in_a_graph() {
        let graph = r##"{"@graph":[{"@type":"WebPage","name":"P","description":"d"},
            {"@type":["Article","Thing"],"headline":"H","author":{"@id":"#a"},"publisher":{"name":"S"}},
            {"@type":"Person","@id":"#a","name":"Ann"}]}"##;
        let broken = "{\"@type\":\"BlogPosting\",\"headline\":\"two\nlines\"}";
        let found = JsonLd::read(&[graph.to_owned(), "no json".to_owned()], "");
        let article = found.article().expect("an article");
        assert_eq!(found.text("headline").as_deref(), Some("H"));
        assert_eq!(found.text("description").as_deref(), Some("d"));
        assert_eq!(found.names(article, "author"), [("Ann".to_owned(), false)]);
        assert_eq!(JsonLd::read(&[broken.to_owned()], "").text("headline").as_deref(), Some("two lines"));
    }

    #[test]
    fn what_is_nearly_json_is_read() {
        let cases = [
            r#"{"@type":"Article","author":{"name":"Ann Lee",},}"#,
            r#"/* data */ {"@type":"Article", // its type
                "url":"https://crumbs.example/a" /* , */ , "author":"Ann Lee"}"#,
            r#"{"@type":"Article","headline":"Bo\'s bread","author":"Ann Lee"}"#,
            r#"{"@type":"WebSite","name":"Crumbs"}{"@type":"Article","author":"Ann Lee"}"#,
            r#"{"@type":"WebSite","name":"Crumbs"},;{"@type":"Article","author":"Ann Lee"};"#,
            "{&quot;@type&quot;:&quot;Article&quot;,&quot;author&quot;:&quot;Ann Lee&quot;}",
            "\u{feff}{\"@type\":\"Article\",\"author\":\"Ann\tLee\"}",
            r#"{"@type":"Article","author":{"givenName":"Ann","familyName":"Lee"}}"#,
            r#"{"@type":"Article","author":"Ann&nbsp;Lee"}"#,
        ];
        for script in cases {
            let found = JsonLd::read(&[script.to_owned()], "");
            let names = found.article().map(|article| found.names(article, "author")).unwrap_or_default();
            let name: String =
                names.iter().map(|(name, _)| name.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
            assert_eq!(name, "Ann Lee", "{script}");
        }
        for script in ["{", "\\", "\"", "/*", "//", "[1,", ",", "{\"a\":\"\\"] {
            assert!(JsonLd::read(&[script.to_owned()], "").article().is_none(), "{script}");
        }
    }

    #[test]
    fn a_stated_body_becomes_blocks() {
        let line = "The mill stood still all summer. ".repeat(10);
        let page = |body: &str| {
            let json = serde_json::json!({ "@type": "NewsArticle", "articleBody": body });
            Tree::document(&format!("<script type=application/ld+json>{json}</script><div id=app></div>")).0
        };
        let texts = |body: &str| {
            let stated = StatedBody::read(&page(body), "")?;
            Some(stated.blocks("", Rules::shipped().words()).iter().map(Block::text).collect::<Vec<_>>())
        };
        let line = line.trim();
        assert_eq!(texts(&format!("{line}\n\n{line}")), Some(vec![line.to_owned(), line.to_owned()]));
        assert_eq!(texts(&format!("<p>{line}</p><p>End</p>")), Some(vec![line.to_owned(), "End".to_owned()]));
        assert_eq!(texts("Too short."), None);
    }
}
