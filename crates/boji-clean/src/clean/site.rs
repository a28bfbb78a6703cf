//! Where the article of a page stands by the rule of its site, and what that rule says of its title, date and authors.
//!
//! It knows selectors, and no site: those are data. What no rule speaks of is left to locating and to the page's own
//! facts.

use std::collections::HashMap;

use ego_tree::NodeRef;
use scraper::{Node, Selector};

use crate::clean::blocks::AsideReason;
use crate::clean::locate::{CandidateKind, Located, RootCandidate, Trace};
use crate::clean::metadata::date_in;
use crate::model::{Date, Facts};
use crate::parse::html::{Step, Tree, Walk, attribute};
use crate::parse::parse_date;
use crate::rules::{SitePlace, SiteRule};
use crate::text::count_letters;

/// Most elements looked at for one selector.
const MAX_FOUND: usize = 1_000;
/// Longest value of a fact, in characters.
const MAX_VALUE_CHARS: usize = 300;

/// What one selector finds in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Number of elements, at most a thousand.
    pub count: usize,
    /// The beginning of what the first of them with a value says, on one line; "" when none has any.
    pub value: String,
}

/// The elements of a page that a selector finds, in reading order; none for what is no selector.
fn nodes<'a>(tree: &'a Tree, selector: &str) -> Vec<NodeRef<'a, Node>> {
    match Selector::parse(selector) {
        Ok(selector) => tree.select(tree.root(), &selector).take(MAX_FOUND).collect(),
        Err(_) => Vec::new(),
    }
}

/// What a place of a rule finds in a page.
pub fn look(tree: &Tree, place: &SitePlace) -> Found {
    let nodes = nodes(tree, &place.selector);
    let value = nodes.iter().map(|node| value(*node, place)).find(|value| !value.is_empty());
    Found { count: nodes.len(), value: value.unwrap_or_default() }
}

/// What the elements at a place say, in reading order, each on one line; what is empty or too long to be a fact is
/// left out.
fn values(tree: &Tree, place: &SitePlace) -> Vec<String> {
    let said = nodes(tree, &place.selector).into_iter().map(|node| value(node, place));
    said.filter(|value| !value.is_empty() && value.chars().count() <= MAX_VALUE_CHARS).collect()
}

fn value(node: NodeRef<'_, Node>, place: &SitePlace) -> String {
    let text = match (place.attribute.as_str(), node.value().as_element()) {
        ("", _) => Tree::text_of(node),
        (name, Some(element)) => attribute(element, name).unwrap_or_default().to_owned(),
        (_, None) => String::new(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where the rule of its site says that the article of a page stands; `None` when none of its selectors finds an
/// element with text.
///
/// A compiled selector cannot be shared by threads, so they are compiled here, for the few pages that have a rule: it
/// takes some microseconds.
pub fn locate(tree: &Tree, rule: &SiteRule) -> Option<Located> {
    let (selector, root) =
        rule.content.iter().find_map(|selector| Some((selector, nodes(tree, selector).into_iter().find(has_text)?)))?;
    let mut set_aside = HashMap::new();
    for selector in rule.drop.iter().filter_map(|selector| Selector::parse(selector).ok()) {
        set_aside.extend(tree.select(root, &selector).map(|node| (node.id(), AsideReason::Site)));
    }
    let prose = count_letters(&Tree::text_of(root));
    let candidate =
        RootCandidate::at(CandidateKind::SiteRule, selector.clone(), u32::try_from(prose).unwrap_or(u32::MAX));
    let steps = vec![(selector.clone(), prose as f64)];
    let way = Trace { steps, reason: "the rule of the site", ..Trace::judged(vec![candidate]) };
    Some(Located { root: root.id(), set_aside, way, weak: None, short: None })
}

fn has_text(node: &NodeRef<'_, Node>) -> bool {
    Walk::new(*node).any(|step| matches!(step, Step::Enter(inner) if is_text(inner)))
}

fn is_text(node: NodeRef<'_, Node>) -> bool {
    node.value().as_text().is_some_and(|text| text.contains(char::is_alphanumeric))
}

/// Most authors taken.
const MAX_AUTHORS: usize = 10;
/// Longest label before a name (作者：, 责任编辑：), in characters.
const MAX_LABEL_CHARS: usize = 6;

/// Lays what the rule of its site finds over what a page says of itself: a title and a date when it finds them, the
/// authors whenever the rule says where they stand.
pub fn state(tree: &Tree, rule: &SiteRule, facts: &mut Facts) {
    let first = |places: &[SitePlace]| places.iter().find_map(|place| values(tree, place).into_iter().next());
    if let Some(title) = first(&rule.title) {
        facts.title = Some(title);
        facts.provenance.insert("title", "site");
    }
    let chinese = facts.language.as_deref().is_some_and(|tag| tag.starts_with("zh"));
    let zone = rule.time_zone_minutes.unwrap_or(if chinese { Date::BEIJING } else { 0 });
    let read = |text: &String| parse_date(text, zone).or_else(|| date_in(text, zone));
    if let Some(date) = rule.date.iter().flat_map(|place| values(tree, place)).find_map(|text| read(&text)) {
        facts.published = Some(date);
        facts.provenance.insert("published", "site");
        facts.conflicts.retain(|conflict| conflict.field != "published");
    }
    let Some(places) = &rule.author else { return };
    facts.authors.clear();
    let named = places.iter().map(|place| values(tree, place)).find(|names| !names.is_empty()).unwrap_or_default();
    for name in named.iter().map(|name| without_label(name)) {
        if facts.authors.len() < MAX_AUTHORS && !facts.authors.iter().any(|known| known == name) {
            facts.authors.push(name.to_owned());
        }
    }
    facts.provenance.insert("authors", "site");
}

/// A name without the label before it.
fn without_label(name: &str) -> &str {
    match name.split_once(['：', ':']) {
        Some((label, rest)) if label.chars().count() <= MAX_LABEL_CHARS && !rest.trim().is_empty() => rest.trim(),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::rules::Rules;

    fn rooted(page: &str, lists: &str) -> Option<(String, usize)> {
        let text = format!("domain = \"a.example\"\nreason = \"r\"\n{lists}");
        let (rules, _) = Rules::shipped().with_site(Path::new("r.toml"), &text).expect("valid");
        let (tree, _) = Tree::document(page);
        let located = locate(&tree, rules.sites().of("https://a.example/")?)?;
        Some((Tree::text_of(tree.node(located.root)?), located.set_aside.len()))
    }

    #[test]
    fn the_first_selector_with_text_wins() {
        let page =
            "<p class=a> – </p><p class=a>one</p><div id=b>two<i class=x>x</i><i class=x>y</i></div><i class=x>z</i>";
        let one = rooted(page, "content = [\"#none\", \".a\", \"#b\"]\n");
        assert_eq!(one, Some(("one".to_owned(), 0)));
        assert_eq!(rooted(page, "content = [\"#b\"]\ndrop = [\".x\"]\n"), Some(("twoxy".to_owned(), 2)));
        assert_eq!(rooted(page, "content = [\"#none\"]\n"), None);
    }

    #[test]
    fn the_rule_has_the_last_word() {
        let page = "<h2 class=t> The  Mill </h2><i class=d>2024年5月1日 08:30 来源</i><b class=w>作者：Ann</b><b class=w>Bo</b>";
        let facts = |lists: &str| {
            let text = format!("domain = \"a.example\"\nreason = \"r\"\ncontent = [\"p\"]\n{lists}");
            let (rules, _) = Rules::shipped().with_site(Path::new("r.toml"), &text).expect("valid");
            let (tree, _) = Tree::document(page);
            let mut facts = Facts { title: Some("Site".into()), authors: vec!["Site".into()], ..Facts::default() };
            state(&tree, rules.sites().of("https://a.example/").expect("there"), &mut facts);
            (facts.title.unwrap_or_default(), facts.published.map(|date| date.to_string()), facts.authors)
        };
        let site = || vec!["Site".to_owned()];
        assert_eq!(facts(""), ("Site".to_owned(), None, site()));
        let want = ("The Mill".to_owned(), Some("2024-05-01T08:30:00+08:00".to_owned()), site());
        assert_eq!(facts("title = [\".none\", \".t\"]\ndate = [\".d\"]\ntime_zone = \"+08:00\"\n"), want);
        assert_eq!(facts("author = [\".w\"]\n").2, ["Ann", "Bo"]);
        assert!(facts("author = []\n").2.is_empty(), "what the page calls its author is the site");
    }
}
