//! Rules of boilerplate of a person's own: what is wrong with one is told with its place and what to do.

use std::path::Path;

use boji_clean::rules::{RuleFile, Rules, RulesError};
use boji_clean::text::fold;

fn file_of(name: &str, text: &str) -> RuleFile {
    let path = Path::new("mine").join(name.rsplit('/').next().unwrap_or_default());
    RuleFile { name: name.to_owned(), path, text: text.to_owned() }
}

fn load(text: &str) -> Result<Rules, RulesError> {
    Rules::with(&[file_of("boilerplate/own.toml", text)])
}

#[test]
fn each_fault_of_a_rule_has_a_hint_of_its_own_and_what_is_seen_while_reading_a_caret() {
    let rule = "[[rule]]\nid = \"own.x\"\ncategory = \"end\"\nphrases = [\"e n d\"]\n";
    let whole = format!("{rule}reason = \"r\"\n");
    let cases = [
        (rule.to_owned(), "own.toml:2:6: rule `own.x` needs a reason", "add `reason = "),
        (format!("{rule}reason = \" \"\n"), "own.toml:2:6: rule `own.x` needs a reason", "add `reason = "),
        (
            format!("{whole}{whole}"),
            "own.toml:7:6: rule `own.x` stands in mine/own.toml already, in line 2",
            "another id",
        ),
        (
            whole.replace("own.x", "Own X"),
            "own.toml:2:6: rule `Own X` has an id in another form",
            "an id is lower-case",
        ),
        (whole.replace("own.x", ""), "own.toml:2:6: rule `` has an id in another form", "an id is lower-case"),
        (
            whole.replace("own.x", "learned.x"),
            "own.toml:2:6: rule `learned.x` has an id that begins with `learned`",
            "`mine.`",
        ),
        (whole.replace("category = \"end\"\n", ""), "needs a category", "add `category = "),
        (whole.replace("phrases = [\"e n d\"]\n", ""), "needs either a pattern or phrases", "and not both"),
        (whole.replace("phrases", "examples = [\"x\"]\nphrases"), "does not match its example", "`max_chars`"),
        (whole.replace("phrases = [\"e n d\"]", "pattern = \"(a\""), "unclosed group", "folded text"),
        (whole.replace("phrases = [\"e n d\"]", "pattern = \"a?\""), "matches empty text", "one word at least"),
    ];
    for (text, words, hint) in cases {
        let error = load(&text).expect_err(&text);
        let message = error.to_string();
        assert!(message.contains(words), "{text}: {message}");
        assert!(message.contains('^') || !words.contains("own.toml:"), "{message}");
        assert!(error.hint().is_some_and(|given| given.contains(hint)), "{text}: {:?}", error.hint());
    }
    assert!(load(&whole).is_ok());
}

#[test]
fn an_id_stands_once_in_all_files_of_a_person_and_may_be_a_shipped_one() {
    let rule = "[[rule]]\nid = \"zh.end.mark\"\ncategory = \"end\"\nphrases = [\"the end\"]\nreason = \"r\"\n";
    let file = |name: &str| file_of(&format!("boilerplate/{name}.toml"), rule);
    let replaced = Rules::with(&[file("a")]).expect("takes the place of the shipped one");
    assert!(replaced.matching(&fold("END")).is_empty() && !replaced.matching(&fold("The end")).is_empty());
    let twice = Rules::with(&[file("a"), file("b")]).expect_err("two in one set").to_string();
    assert!(
        twice.contains("mine/b.toml:2:6: ") && twice.contains("stands in mine/a.toml already, in line 2"),
        "{twice}"
    );
}
