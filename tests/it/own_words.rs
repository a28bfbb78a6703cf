//! A person's own words: what they do, and how a mistake in them is shown.

use std::fs;

use crate::command::{Place, assert_told, blog_page};

/// A page whose last box has a class that no shipped word knows.
fn page_with_box() -> String {
    let box_ = "<div class=\"readerboard\"><p>A voice from the readers of the mill.</p></div></article>";
    blog_page("The Ledger", 5).replacen("</article>", box_, 1)
}

#[test]
fn a_word_of_ones_own_takes_effect() {
    let place = Place::new();
    place.write("page.html", page_with_box());
    place.write("boji.toml", "");
    let cleaned = || place.boji(&["clean", "page.html"]).with_code(0).out;
    assert!(cleaned().contains("A voice from the readers"), "{}", cleaned());
    place.write("chrome.toml", "[comments]\nwords = [\"readerboard\"]\n");
    assert!(!cleaned().contains("A voice from the readers"), "{}", cleaned());
    assert!(cleaned().contains("The Ledger"), "{}", cleaned());
}

#[test]
fn a_state_of_ones_own_needs_no_second_witness() {
    let place = Place::new();
    let verse = "<p>The mill has gone to bed.</p><p>A moth sat on the sieve, and the sieve held still for it until the moon came round.</p>";
    place.write(
        "page.html",
        format!("<html><head><title>Night</title></head><body><h1>Night</h1>{verse}</body></html>"),
    );
    place.write("boji.toml", "");
    assert!(place.boji(&["clean", "page.html"]).with_code(0).out.contains("A moth"));
    let own = "[[state]]\nid = \"own.night\"\nstate = \"unavailable\"\nsentences = [\"the mill has gone to bed\"]\n";
    place.write("states.toml", own);
    assert_told(&place.boji(&["clean", "page.html"]), 3, "unavailable (own.night");
}

#[test]
fn a_mistake_in_words_of_ones_own_is_shown_in_its_line() {
    let place = Place::new();
    place.write("page.html", blog_page("The Ledger", 4));
    place.write("boji.toml", "");
    let cases = [
        ("chrome.toml", "[chrome]\nwords = [\"ad\"\n", "chrome.toml:", "^"),
        ("chrome.toml", "[chrome]\nword = [\"ad\"]\n", "chrome.toml:2:1: unknown key `word`", "did you mean `words`?"),
        ("metadata.toml", "[author]\n", "metadata.toml:1:2: unknown table [author]", "did you mean `authors`?"),
        ("blocks.toml", "[folded]\nnot = \"nav\"\n", "blocks.toml:2:7: ", "^^^^^"),
        ("addresses.toml", "[links]\ndocuments = [\"!pdff\"]\n", "addresses.toml:2:14: ", "did you mean `pdf`?"),
        ("pager.toml", "[[wording]]\nid = \"own\"\n", "pager.toml:2:6: `own` needs `says` and `words`", "^^^^^"),
        (
            "personal.toml",
            "[[pattern]]\nid = \"own\"\n",
            "personal.toml:2:6: `own` needs `kind` and `pattern`",
            "^^^^^",
        ),
        (
            "personal.toml",
            "[[pattern]]\nid = \"own\"\nkind = \"qq\"\npattern = \"a(\"\n",
            "personal.toml:2:6: the pattern of `own` cannot be read",
            "^^^^^",
        ),
    ];
    for (file, text, words, more) in cases {
        place.write(file, text);
        let ended = place.boji(&["clean", "page.html"]);
        assert_told(&ended, 4, words);
        assert!(ended.err.contains(more) && ended.err.contains('^'), "{file}: {}", ended.err);
        fs::remove_file(place.path(file)).expect("removed");
    }
    place.boji(&["clean", "page.html"]).with_code(0);
}
