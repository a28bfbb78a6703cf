use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use regex::Regex;
use scraper::Selector;
use serde::Deserialize;
use toml::Spanned;
use url::{Host, Url};

use super::error::{Mistake, RulesError};
use super::rule_file::RuleFile;
use crate::model::offset_minutes;

/// Most selectors in one list, and the longest of them in bytes: a page is searched once for each.
const MAX_SELECTORS: usize = 24;
const MAX_SELECTOR_BYTES: usize = 200;
/// Longest pattern of a path, in bytes.
const MAX_PATH_BYTES: usize = 200;
/// Attributes that a selector may ask for; all others are cut from a page before it is parsed.
pub const SELECTOR_ATTRIBUTES: [&str; 17] = [
    "class",
    "id",
    "role",
    "href",
    "src",
    "alt",
    "title",
    "datetime",
    "itemprop",
    "itemtype",
    "rel",
    "property",
    "name",
    "content",
    "lang",
    "type",
    "data-type",
];

/// Where on the pages of one site the article, its title, its date and its author stand.
#[derive(Clone, Debug)]
pub struct SiteRule {
    /// The domain, whose subdomains count too; `localhost`, or an address of IPv4.
    pub domain: String,
    /// What the path of an address must match, when not every page of the domain is meant.
    pub path: Option<Regex>,
    /// Why this site needs a rule.
    pub reason: String,
    /// Where the article stands: the first selector that finds text wins.
    pub content: Vec<String>,
    /// What is no part of it, below that.
    pub drop: Vec<String>,
    /// Where the title stands, best first.
    pub title: Vec<SitePlace>,
    /// Where the date of publication stands, best first.
    pub date: Vec<SitePlace>,
    /// Where the authors stand, best first. `None` leaves them to what the page says of itself; with `Some`, nothing
    /// else counts, since what else such a page says names the site.
    pub author: Option<Vec<SitePlace>>,
    /// Minutes east of UTC of dates without a zone; `None` goes by the language of the page.
    pub time_zone_minutes: Option<i16>,
    /// Whether it comes with the program.
    pub is_shipped: bool,
    /// The file that it came from.
    pub file: PathBuf,
}

/// A place in a page: what a selector finds, its text or one of its attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitePlace {
    /// A CSS selector.
    pub selector: String,
    /// The attribute that holds the value; "" for the text.
    pub attribute: String,
}

/// What a file says of its rule, before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    domain: Spanned<String>,
    path: Option<Spanned<String>>,
    reason: Spanned<String>,
    #[serde(default)]
    content: Vec<Spanned<String>>,
    #[serde(default)]
    drop: Vec<Spanned<String>>,
    #[serde(default)]
    title: Vec<Spanned<String>>,
    #[serde(default)]
    date: Vec<Spanned<String>>,
    author: Option<Vec<Spanned<String>>>,
    time_zone: Option<Spanned<String>>,
    #[serde(default = "on")]
    enabled: bool,
}

fn on() -> bool {
    true
}

/// Something wrong at a place of the file: where, what, and what to do.
type Problem = (Range<usize>, String, String);

impl SiteRule {
    /// Reads the text of a rule file; `file` is named in the error, which shows the line. A rule that is switched off
    /// is its domain alone.
    pub fn read(file: &Path, text: &str) -> Result<(String, Option<Self>), Box<Mistake>> {
        let written: WrittenRule = toml::from_str(text).map_err(|error| Mistake::of_toml(file, text, &error))?;
        let checked = check(&written);
        let (path, time_zone_minutes) =
            checked.map_err(|(span, message, hint)| Box::new(Mistake::new(file, text, span, message, hint)))?;
        let places = |list: Vec<Spanned<String>>| list.iter().map(|it| SitePlace::parse(it.get_ref())).collect();
        let plain = |list: Vec<Spanned<String>>| list.into_iter().map(Spanned::into_inner).collect();
        let domain = written.domain.into_inner();
        let rule = Self {
            domain: domain.clone(),
            path,
            reason: written.reason.into_inner(),
            content: plain(written.content),
            drop: plain(written.drop),
            title: places(written.title),
            date: places(written.date),
            author: written.author.map(places),
            time_zone_minutes,
            is_shipped: false,
            file: file.to_owned(),
        };
        Ok((domain, written.enabled.then_some(rule)))
    }

    /// Whether the rule is meant for a path of its domain.
    pub fn covers(&self, path: &str) -> bool {
        self.path.as_ref().is_none_or(|pattern| pattern.is_match(path))
    }
}

impl SitePlace {
    /// A place as written: `selector`, or `selector @attribute`.
    pub fn parse(written: &str) -> Self {
        let (selector, attribute) = written.rsplit_once('@').unwrap_or((written, ""));
        Self { selector: selector.trim().to_owned(), attribute: attribute.trim().to_owned() }
    }
}

/// Checks each value; gives those that are compiled.
fn check(written: &WrittenRule) -> Result<(Option<Regex>, Option<i16>), Problem> {
    let domain = written.domain.get_ref();
    if !is_domain(domain) {
        let hint = "write the name alone, in lower case: `example.com`, whose subdomains count too; or `192.0.2.1`, `localhost`";
        return Err((written.domain.span(), format!("`{domain}` is no domain"), hint.to_owned()));
    }
    if written.reason.get_ref().trim().is_empty() {
        return Err((written.reason.span(), "the rule needs a reason".to_owned(), String::new()));
    }
    if written.enabled && written.content.is_empty() {
        let hint = "add `content = [\"…\"]`: the selector of the element that holds the article".to_owned();
        return Err((written.domain.span(), "the rule names no content".to_owned(), hint));
    }
    let authors = written.author.iter().flatten();
    for list in [&written.content, &written.drop, &written.title, &written.date].into_iter().chain(&written.author) {
        few(list)?;
    }
    for selector in written.content.iter().chain(&written.drop) {
        selector_problem(selector.get_ref()).map_or(Ok(()), |(message, hint)| Err((selector.span(), message, hint)))?;
    }
    for written in written.title.iter().chain(&written.date).chain(authors) {
        let place = SitePlace::parse(written.get_ref());
        let problem = selector_problem(&place.selector).or_else(|| attribute_problem(&place.attribute));
        problem.map_or(Ok(()), |(message, hint)| Err((written.span(), message, hint)))?;
    }
    Ok((
        written.path.as_ref().map(path_pattern).transpose()?,
        written.time_zone.as_ref().map(zone_minutes).transpose()?,
    ))
}

/// Whether a site can be known by this text: a name with a dot, `localhost`, or an address of IPv4, which is what a name that ends with
/// a number is in addresses (WHATWG URL, host parsing).
fn is_domain(text: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !text.split('.').all(|part| !part.is_empty() && part.bytes().all(sign)) {
        return false;
    }
    match text.rsplit_once('.') {
        None => text == "localhost",
        Some(_) => match Host::parse(text) {
            Ok(Host::Ipv4(address)) => address.to_string() == text,
            parsed => parsed.is_ok(),
        },
    }
}

fn path_pattern(path: &Spanned<String>) -> Result<Regex, Problem> {
    if path.get_ref().len() > MAX_PATH_BYTES {
        return Err((path.span(), format!("the pattern is longer than {MAX_PATH_BYTES} bytes"), String::new()));
    }
    Regex::new(path.get_ref()).map_err(|error| {
        let reason = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
        (path.span(), format!("no pattern of a path: {reason}"), "such as `^/article/`".to_owned())
    })
}

fn zone_minutes(zone: &Spanned<String>) -> Result<i16, Problem> {
    offset_minutes(zone.get_ref()).ok_or_else(|| {
        let message = format!("`{}` is no time zone", zone.get_ref());
        (zone.span(), message, "write `+08:00`, `-03:30` or `UTC`".to_owned())
    })
}

fn few(list: &[Spanned<String>]) -> Result<(), Problem> {
    match list.get(MAX_SELECTORS) {
        Some(first) => Err((first.span(), format!("more than {MAX_SELECTORS} selectors in one list"), String::new())),
        None => Ok(()),
    }
}

/// What is wrong with a selector, and what to do.
fn selector_problem(selector: &str) -> Option<(String, String)> {
    if selector.len() > MAX_SELECTOR_BYTES {
        return Some((format!("the selector is longer than {MAX_SELECTOR_BYTES} bytes"), String::new()));
    }
    if let Err(error) = Selector::parse(selector) {
        return Some((format!("no CSS selector: {error}"), String::new()));
    }
    let outside = outside_of_brackets(selector);
    // Both search the page anew for each element of it.
    if outside.contains(":has(") {
        return Some(("`:has` is not allowed".to_owned(), "name the element by its own class or id".to_owned()));
    }
    if outside.contains('~') {
        return Some(("`~` is not allowed".to_owned(), "use `+`, or the class of the element itself".to_owned()));
    }
    attributes_in(selector).into_iter().find_map(|name| attribute_problem(&name))
}

fn attribute_problem(name: &str) -> Option<(String, String)> {
    (!name.is_empty() && !SELECTOR_ATTRIBUTES.contains(&name)).then(|| {
        let hint = format!("kept are: {}", SELECTOR_ATTRIBUTES.join(", "));
        (format!("the attribute `{name}` is cut from a page before it is read"), hint)
    })
}

/// A selector in lower case without what stands in `[…]`.
fn outside_of_brackets(selector: &str) -> String {
    let mut depth = 0_usize;
    let mut outside = String::new();
    for sign in selector.chars() {
        match sign {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.extend(sign.to_lowercase()),
            _ => {}
        }
    }
    outside
}

/// The names of the attributes that a selector asks for.
fn attributes_in(selector: &str) -> Vec<String> {
    let inside = selector.split('[').skip(1).map(str::trim_start);
    inside
        .map(|text| text.chars().take_while(|sign| sign.is_alphanumeric() || matches!(sign, '-' | '_')).collect())
        .collect()
}

/// The rules of single sites, by domain.
#[derive(Clone, Debug, Default)]
pub struct SiteRules {
    by_domain: BTreeMap<String, SiteRule>,
}

impl SiteRules {
    /// Says that the rules which are there come with the program.
    pub(super) fn mark_shipped(&mut self) {
        self.by_domain.values_mut().for_each(|rule| rule.is_shipped = true);
    }

    /// Adds the rules of a person's files. One for a domain that has a shipped rule takes its place; `enabled = false`
    /// switches it off.
    pub(super) fn add_files(&mut self, files: &[&RuleFile]) -> Result<(), RulesError> {
        let mut seen: BTreeMap<String, &Path> = BTreeMap::new();
        for file in files {
            let domain = self.add(&file.path, &file.text)?;
            if let Some(first) = seen.insert(domain.clone(), &file.path) {
                let message = format!("{} has a rule for `{domain}` already", first.display());
                return Err(Mistake::new(&file.path, &file.text, 0..0, message, String::new()).into());
            }
        }
        Ok(())
    }

    /// Adds the rule of one file and gives its domain.
    pub(super) fn add(&mut self, file: &Path, text: &str) -> Result<String, RulesError> {
        let (domain, rule) = SiteRule::read(file, text)?;
        match rule {
            Some(rule) => self.by_domain.insert(domain.clone(), rule),
            None => self.by_domain.remove(&domain),
        };
        Ok(domain)
    }

    /// All rules, by domain.
    pub fn all(&self) -> impl Iterator<Item = &SiteRule> {
        self.by_domain.values()
    }

    /// The rule for a page: that of the longest domain that its host is in and whose path fits. `None` for what is no
    /// address.
    pub fn of(&self, address: &str) -> Option<&SiteRule> {
        if self.by_domain.is_empty() {
            return None;
        }
        let url = Url::parse(address).ok()?;
        let rule_of = |host: &str| self.by_domain.get(host).filter(|rule| rule.covers(url.path()));
        let mut rest = match url.host()? {
            Host::Domain(name) => name.trim_end_matches('.'),
            // A number is in no other one.
            Host::Ipv4(address) => return rule_of(&address.to_string()),
            Host::Ipv6(_) => return None,
        };
        loop {
            if let Some(rule) = rule_of(rest) {
                return Some(rule);
            }
            rest = rest.split_once('.')?.1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn read(text: &str) -> Result<(String, Option<SiteRule>), Box<Mistake>> {
        SiteRule::read(Path::new("own.toml"), text)
    }

    #[test]
    fn a_place_is_a_text_or_an_attribute() {
        let (domain, rule) = read(
            "domain = \"a.example\"\nreason = \"r\"\ncontent = [\"#c\"]\ndate = [\"meta[itemprop=d] @content\", \"i\"]\n",
        )
        .expect("valid");
        let rule = rule.expect("on");
        assert_eq!((domain.as_str(), rule.author.is_none()), ("a.example", true));
        let want = SitePlace { selector: "meta[itemprop=d]".into(), attribute: "content".into() };
        assert_eq!(rule.date, [want, SitePlace { selector: "i".into(), attribute: String::new() }]);
    }

    #[test]
    fn a_wrong_file_is_refused_with_its_line() {
        let head = "domain = \"a.example\"\nreason = \"r\"\n";
        let cases = [
            (format!("{head}content = [\"#c\", \"..x\"]\n"), "3:18: no CSS selector"),
            (format!("{head}content = [\"div:has(a)\"]\n"), "3:12: `:has` is not allowed"),
            (format!("{head}content = [\"#a ~ b\"]\n"), "3:12: `~` is not allowed"),
            (format!("{head}content = [\"[data-x]\"]\n"), "3:12: the attribute `data-x` is cut"),
            (format!("{head}content = [\"#c\"]\ndate = [\"a @onclick\"]\n"), "4:9: the attribute `onclick` is cut"),
            (format!("{head}content = [\"#c\"]\npath = \"(\"\n"), "4:8: no pattern of a path"),
            (format!("{head}content = [\"#c\"]\ntime_zone = \"8\"\n"), "4:13: `8` is no time zone"),
            (format!("{head}content = [\"#c\"]\nautor = [\"a\"]\n"), "4:1: unknown key `autor`"),
            (head.to_owned(), "1:10: the rule names no content"),
            ("domain = \"A.example/x\"\nreason = \"r\"\n".to_owned(), "1:10: `A.example/x` is no domain"),
            (format!("{head}content = [\"{}\"]\n", "a ".repeat(150)), "3:12: the selector is longer"),
            (format!("{head}drop = [{}]\ncontent = [\"a\"]\n", "\"b\", ".repeat(25)), "more than 24 selectors"),
        ];
        for (text, want) in cases {
            let mistake = read(&text).expect_err(want).to_string();
            assert!(mistake.contains(want) && mistake.contains('^'), "{want}: {mistake}");
        }
        assert!(read(&format!("{head}enabled = false\n")).expect("valid").1.is_none());
        assert!(read(&format!("{head}content = [\"a[class~='b']\"]\n")).is_ok());
    }

    #[test]
    fn a_site_is_known_by_a_name_with_a_dot_by_localhost_or_by_an_address_of_ipv4() {
        for domain in ["a.example", "b-2.a.example", "xn--fiqs8s.example", "3.example", "localhost", "192.0.2.1"] {
            assert!(is_domain(domain), "{domain}");
        }
        for domain in [
            "",
            "a",
            ".a.example",
            "a.example.",
            "a..example",
            "A.example",
            "a.example:80",
            "a.example/x",
            "磨.example",
        ] {
            assert!(!is_domain(domain), "{domain}");
        }
        for domain in ["192.0.2", "192.0.2.256", "a.1", "127.1", "[::1]", "::1", "192.0.2.01"] {
            assert!(!is_domain(domain), "{domain}");
        }
    }

    #[test]
    fn the_longest_domain_counts_whose_path_fits() {
        let mut rules = SiteRules::default();
        let domains = [
            ("a.example", ""),
            ("b.a.example", "path = \"^/p/\"\n"),
            ("192.0.2.1", "path = \"^/p/\"\n"),
            ("localhost", ""),
        ];
        for (domain, path) in domains {
            let text = format!("domain = \"{domain}\"\nreason = \"r\"\ncontent = [\"p\"]\n{path}");
            rules.add(Path::new("x"), &text).expect("valid");
        }
        let cases = [
            ("https://a.example/", Some("a.example")),
            ("https://www.A.example/p/1", Some("a.example")),
            ("https://b.a.example/p/1", Some("b.a.example")),
            ("https://c.b.a.example/q", Some("a.example")),
            ("https://aa.example/", None),
            ("https://192.0.2.1/p/", Some("192.0.2.1")),
            ("http://192.0.2.1:8080/p/", Some("192.0.2.1")),
            ("http://0xC0000201/p/", Some("192.0.2.1")),
            ("https://192.0.2.1/", None),
            ("https://192.0.2.2/p/", None),
            ("https://[2001:db8::1]/p/", None),
            ("http://localhost:3000/x", Some("localhost")),
            ("http://blog.localhost/x", Some("localhost")),
            ("http://localhost.example/x", None),
            ("a.example", None),
        ];
        for (address, want) in cases {
            assert_eq!(rules.of(address).map(|rule| rule.domain.as_str()), want, "{address}");
        }
    }

    #[test]
    fn a_persons_file_takes_the_place_of_a_shipped_one() {
        let mut rules = SiteRules::default();
        let file =
            |name: &str, text: String| RuleFile { name: format!("sites/{name}"), path: PathBuf::from(name), text };
        let rule = |content: &str| format!("domain = \"a.example\"\nreason = \"r\"\ncontent = [\"{content}\"]\n");
        rules.add(Path::new("shipped.toml"), &rule("p")).expect("valid");
        rules.add_files(&[&file("a.toml", rule("i"))]).expect("valid");
        assert_eq!(rules.of("http://a.example/").map(|rule| rule.content.clone()), Some(vec!["i".to_owned()]));
        let (one, other) = (file("a.toml", rule("i")), file("b.toml", rule("u")));
        let twice = rules.add_files(&[&one, &other]).expect_err("two rules for one domain").to_string();
        assert!(twice.contains("b.toml:1:1") && twice.contains("a.toml has a rule"), "{twice}");
        rules.add_files(&[&file("a.toml", rule("i") + "enabled = false\n")]).expect("valid");
        assert!(rules.of("http://a.example/").is_none());
    }
}
