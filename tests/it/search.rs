//! Searching as a person does it.

use serde_json::json;

use crate::command::{Place, assert_told, blog_page};

fn stocked() -> Place {
    let place = Place::new();
    place.write("pages/one.html", blog_page("The Sieve", 3));
    place.write("pages/two.html", blog_page("The Ledger", 4));
    place.boji(&["import", "pages"]).with_code(0);
    place
}

#[test]
fn what_is_found_is_shown_with_its_place() {
    let place = stocked();
    let ended = place.boji(&["search", "Sieve"]).with_code(0);
    assert!(ended.out.lines().next().is_some_and(|line| line.ends_with("The Sieve")), "{}", ended.out);
    let lines = place.boji(&["search", "title:sieve", "--json"]).with_code(0).json();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["title"], json!("The Sieve"));
    assert_eq!(lines[0]["id"].as_str().map(str::len), Some(32));
    for key in ["score", "date", "source_id", "source_name", "url", "n_chars", "gone", "snippet", "marks"] {
        assert!(!lines[0][key].is_null(), "{key}");
    }
    let ended = place.boji(&["search", "paragraph", "--limit", "1"]).with_code(0);
    assert!(ended.out.contains("[paragraph]") || ended.out.contains("[Paragraph]"), "{}", ended.out);
    assert!(ended.err.contains("the best 1 of 2; --limit shows more"), "{}", ended.err);
    let none = place.boji(&["search", "簸箕"]).with_code(0);
    assert_eq!((none.out.as_str(), none.err.as_str()), ("", "nothing was found\n"));
}

#[test]
fn what_only_the_articles_tell_narrows_lists_searches_and_exports_alike() {
    let place = stocked();
    place.write(
        "pages/three.html",
        blog_page("The Wheel", 3).replace(
            "</article>",
            r#"<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">the licence</a></article>"#,
        ),
    );
    place.boji(&["import", "pages"]).with_code(0);
    let titles = |command: &[&str], wishes: &[&str]| {
        let mut titles: Vec<String> = place
            .boji(&[command, wishes].concat())
            .with_code(0)
            .json()
            .iter()
            .map(|line| line["title"].to_string())
            .collect();
        titles.sort();
        titles.join(" ")
    };
    for (wishes, want) in [
        (&["--match", "paragraph 4"][..], r#""The Ledger""#),
        (&["--match", "wheel", "--match", "MILLER"], r#""The Wheel""#),
        (&["--license", "cc-by-4.0"], r#""The Wheel""#),
        (&["--changed-since", "2100-01-01"], ""),
        (&["--fetched-since", "2000-01-01", "--no-flag", "short"], r#""The Ledger" "The Sieve" "The Wheel""#),
        (&["--flag", "short"], ""),
    ] {
        for command in [&["list", "--json"][..], &["search", "paragraph", "--json"], &["export", "--to", "-"]] {
            assert_eq!(titles(command, wishes), want, "{command:?} {wishes:?}");
        }
    }
    let few = place.boji(&["list", "--match", "paragraph", "--limit", "1"]).with_code(0);
    assert_eq!((few.out.lines().count(), few.err.as_str()), (1, "the newest 1 of 3; --limit shows more\n"));
    let few = place.boji(&["search", "paragraph", "--match", "ledger", "--limit", "1"]).with_code(0);
    assert_eq!((few.out.lines().count(), few.err.as_str()), (2, "there may be more; --limit shows them\n"));
    for command in [&["list"][..], &["search", "paragraph"], &["export", "--to", "-"], &["stats"]] {
        let unknown = place.boji(&[command, &["--license", "MIT"]].concat());
        assert_told(
            &unknown,
            2,
            "no article that is wanted has the licence \"MIT\"\nhint: there are CC-BY-4.0, https://",
        );
    }
    assert_told(&place.boji(&["list", "sources", "--match", "x"]), 2, "only articles have");
}

#[test]
fn a_list_of_nothing_says_so_and_an_article_without_a_date_stands_where_it_was_fetched() {
    let place = stocked();
    let none = place.boji(&["list", "--match", "lighthouse"]).with_code(0);
    assert_eq!(none.out, "");
    assert!(none.err.starts_with("no article matches\nhint: "), "{}", none.err);
    assert_eq!(place.boji(&["list", "--match", "lighthouse", "--json"]).with_code(0).out, "");
    let hidden = place.boji(&["list", "--hidden"]).with_code(0);
    assert_eq!(
        (hidden.out.as_str(), hidden.err.as_str()),
        ("", "no article that matches is hidden, and none was forgotten\n")
    );
    let dated = blog_page("The Wheel", 3)
        .replace("<head>", r#"<head><meta property="article:published_time" content="2020-01-02">"#);
    place.write("pages/three.html", dated);
    place.boji(&["import", "pages"]).with_code(0);
    let days: Vec<String> =
        place.boji(&["list", "--json"]).json().iter().map(|line| line["date"].to_string()).collect();
    assert_eq!(days, ["\"2020-01-02\"", "\"\"", "\"\""]);
}

#[test]
fn a_query_that_cannot_be_meant_is_a_mistake_with_a_hint() {
    let place = stocked();
    assert_told(&place.boji(&["search", "\"open"]), 2, "quotation mark of the query is not closed");
    assert_told(&place.boji(&["search", "a OR"]), 2, "a word is missing beside OR");
    assert_told(&place.boji(&["search", "NOT a"]), 2, "only what is not wanted");
    assert_told(&place.boji(&["search", "a", "--source", "nobody"]), 2, "nobody");
    assert_told(&Place::new().boji(&["search", "a"]), 10, "no database");
}

#[test]
fn the_index_can_be_done_without() {
    let place = stocked();
    let index = |arguments: &[&str]| {
        let mut all = vec!["index"];
        all.extend(arguments);
        place.boji(&all).with_code(0)
    };
    assert!(index(&[]).out.starts_with("the words of 2 articles are indexed"));
    assert_eq!(index(&["off", "--json"]).json()[0]["is_kept"], json!(false));
    assert_told(&place.boji(&["search", "Sieve"]), 1, "boji index rebuild");
    place.boji(&["status", "--check"]).with_code(0);
    assert_eq!(index(&["rebuild", "--json"]).json()[0]["articles"], json!(2));
    assert!(place.boji(&["search", "Sieve"]).with_code(0).out.contains("The Sieve"));
}
