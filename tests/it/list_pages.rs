//! Pages that list articles: which of their links lead to articles, compared with what a person says.

use std::fs;
use std::path::{Path, PathBuf};

use boji_clean::parse::parse_list_page;
use proptest::prelude::*;

/// The invented list pages, by name.
fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/list-pages");
    let mut pages: Vec<PathBuf> = fs::read_dir(folder)
        .expect("fixtures")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "html"))
        .collect();
    pages.sort();
    pages
}

#[test]
fn the_articles_of_a_list_page_are_those_that_a_reader_sees() {
    let mut wrong: Vec<String> = Vec::new();
    for path in fixtures() {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let expected = fs::read_to_string(path.with_extension("links")).expect("expected links");
        let (url, expected) = expected.split_once('\n').expect("an address");
        let page = parse_list_page(&fs::read(&path).expect("a page"), "text/html", url);
        let lines: Vec<String> = page.sure().map(|link| format!("{}\t{}\n", link.url, link.title)).collect();
        let found = lines.concat();
        if found != expected {
            wrong.push(format!("--- {name}\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

/// Addresses of `config/list-pages.toml` under a key of its `[examples]`.
fn examples(key: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/list-pages.toml");
    let file: toml::Table = fs::read_to_string(path).expect("readable").parse().expect("TOML");
    let list = file["examples"][key].as_array().expect("a list");
    list.iter().map(|address| address.as_str().expect("an address").to_owned()).collect()
}

#[test]
fn an_address_tells_that_it_leads_to_no_article() {
    let is_listed = |address: &str| {
        let page = format!("<main><article><h2><a href='{address}'>The wheel of the old mill</a></h2></article>");
        parse_list_page(page.as_bytes(), "text/html", "https://mill.example/list/").sure().count() == 1
    };
    for address in examples("articles") {
        assert!(is_listed(&address), "{address}");
    }
    for address in examples("others") {
        assert!(!is_listed(&address), "{address}");
    }
}

proptest! {
    #[test]
    fn any_page_is_read(page in "(<|>|</|a|div|li|h2|article|nav|script|title|time| href=|'|\"|/2026/11/30/a|#|&#|一| ){0,80}") {
        let page = parse_list_page(page.as_bytes(), "", "https://mill.example/");
        prop_assert!(page.links.len() <= 500);
    }
}

#[test]
fn a_page_of_many_links_and_open_elements_is_read_as_far_as_it_goes() {
    let open = "<ul><li>".repeat(20_000);
    let link = |number| format!("<article><h2><a href=/2026/11/30/{number}>One of many days</a></h2></article>");
    let links = (0..2_000).map(link).collect::<Vec<String>>().concat();
    let page = parse_list_page(format!("{open}{links}").as_bytes(), "", "https://mill.example/");
    assert_eq!((page.links.len(), page.issues.len()), (500, 1));
}
