use super::look::values;
use crate::clean::metadata::date_in;
use crate::model::{Date, Facts};
use crate::parse::html::Tree;
use crate::parse::parse_date;
use crate::rules::{SitePlace, SiteRule};

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
