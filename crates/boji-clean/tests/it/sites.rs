//! Site rules: each shipped one proves itself on its two fixtures, and all of them are kept from doing harm.

use std::path::{Path, PathBuf};

use boji_clean::clean::{Cleaned, Context, clean_page};
use boji_clean::model::{Date, IssueCode};
use boji_clean::parse::Input;
use boji_clean::parse::html::{Tree, attribute};
use boji_clean::rules::{RuleFile, Rules, SELECTOR_ATTRIBUTES};

fn cases(domain: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/sites").join(domain);
    let mut cases: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "html"))
        .collect();
    cases.sort();
    cases
}

fn cleaned(page: &[u8], url: &str, rules: &Rules) -> Cleaned {
    clean_page(&Input { bytes: page, url, content_type: "" }, &Context::default(), rules)
}

/// The article as its golden file has it.
fn shown(cleaned: &Cleaned) -> String {
    let Some(article) = &cleaned.article else { return format!("{} ({})\n", cleaned.state, cleaned.evidence) };
    let date = article.published.map(Date::to_utc).unwrap_or_default();
    let authors = article.authors.join(", ");
    format!("title: {}\nauthors: {authors}\ndate: {date}\n\n{}", article.title, article.markdown)
}

/// The shipped rules without that of a domain.
fn without(domain: &str) -> Rules {
    let text = format!("domain = \"{domain}\"\nreason = \"off\"\nenabled = false\n");
    Rules::with(&[RuleFile { name: "sites/off.toml".into(), path: "off.toml".into(), text }]).expect("valid")
}

#[test]
fn each_shipped_rule_gains_something_on_both_of_its_pages() {
    let rules = Rules::shipped();
    let mut seen = 0;
    for rule in rules.sites().all() {
        let cases = cases(&rule.domain);
        assert!(cases.len() >= 2, "{} needs two example pages", rule.domain);
        let without = without(&rule.domain);
        assert_ne!(without.version(), rules.version(), "cleaning again must see that a rule changed");
        for case in cases {
            let page = std::fs::read(&case).expect("a page");
            let found = cleaned(&page, "", &rules);
            assert_eq!(found.site, rule.domain, "{}: the page names its address", case.display());
            let golden = case.with_extension("expected.md");
            let found = shown(&found);
            if std::env::var_os("UPDATE_FIXTURES").is_some() {
                std::fs::write(&golden, &found).expect("written");
            }
            assert_eq!(found, std::fs::read_to_string(&golden).unwrap_or_default(), "{}", golden.display());
            assert_ne!(found, shown(&cleaned(&page, "", &without)), "{}: what is the rule for?", case.display());
            seen += 1;
        }
    }
    assert!(seen >= 16, "{seen}");
}

#[test]
fn the_address_decides_and_not_what_the_page_claims() {
    let page = std::fs::read(&cases("sohu.com")[0]).expect("a page");
    let rules = Rules::shipped();
    for (url, want) in [
        ("https://www.sohu.com/a/1_2", "sohu.com"),
        ("https://www.sohu.com/picture/1", ""),
        ("https://sohu.com.example/a/1_2", ""),
        ("https://a.example/", ""),
    ] {
        assert_eq!(cleaned(&page, url, &rules).site, want, "{url}");
    }
}

#[test]
fn a_rule_that_finds_nothing_leaves_the_page_to_locating() {
    let paragraph = |number| {
        format!(
            "<p>In year {number} the miller weighed the sacks, wrote the numbers into the ledger, and found by evening \
             that one of them had been counted twice.</p>"
        )
    };
    let page = format!(
        "<title>The Mill</title><article><h1>The Mill</h1>{}</article>",
        (1..=5).map(paragraph).collect::<String>()
    );
    let rules = Rules::shipped();
    let here = cleaned(page.as_bytes(), "https://www.sohu.com/a/1_2", &rules);
    let elsewhere = cleaned(page.as_bytes(), "https://a.example/a/1_2", &rules);
    assert_eq!(here.site, "");
    assert!(here.issues.iter().any(|issue| issue.code == IssueCode::SiteRuleMissed), "{:?}", here.issues);
    assert!(elsewhere.issues.is_empty());
    let text = |cleaned: Cleaned| cleaned.article.expect("an article").text;
    assert_eq!(text(here), text(elsewhere));
}

#[test]
fn the_attributes_that_a_selector_may_name_are_kept() {
    for name in SELECTOR_ATTRIBUTES {
        let (tree, _) = Tree::document(&format!("<body><p {name}=\"x\">a</p>"));
        let paragraph = tree.first("p").and_then(|node| node.value().as_element()).expect("a paragraph");
        assert_eq!(attribute(paragraph, name), Some("x"), "{name}");
    }
}
