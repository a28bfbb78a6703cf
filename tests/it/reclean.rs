//! What an account's own articles teach, what people rule, and cleaning again by both.

use std::fmt::Write as _;

use serde_json::Value;

use crate::command::{Ended, Place};

const ACCOUNT: &str = "山水夜话";
/// A footer in words that no shipped rule knows.
const FOOTER: &str = "水到了东闸就慢下来，再往南走三里，才看得见渡口的灯";

/// Article `number` in the form of the album crawler: prose of its own, and the footer of all.
fn article(number: usize) -> String {
    let who = ["船工", "守闸人", "渔夫", "磨坊主", "木匠", "摆渡人", "牧人", "陶匠"][number % 8];
    let what = [
        "修好了旧桥",
        "看住了闸门",
        "补好了渔网",
        "换掉了水轮",
        "锯开了长木",
        "渡过了急流",
        "赶回了羊群",
        "烧成了大缸",
    ];
    let mut prose = String::new();
    for (nth, what) in what.iter().enumerate() {
        let _ = write!(prose, "第{number}年的第{nth}个月里，{who}{what}，邻居们站在岸上看了很久，谁也没有先开口。");
    }
    format!(
        "# {who}的故事之{number}\n\n文章作者: {ACCOUNT}\n发布时间: 2024-03-{:02} 07:08\n发布地: 四川\n\
         原文链接: http://mp.weixin.qq.com/s?__biz=MzA0MDAwMDAwMA==&mid=224748{number:04}&idx=1&sn=0123456789abcdef#rd\n\n\
         {prose}\n\n后来的事，{who}没有再说。\n\n{FOOTER}\n",
        number + 1
    )
}

/// A store with these articles, imported in one go.
fn filled(numbers: std::ops::Range<usize>) -> Place {
    let place = Place::new();
    for number in numbers {
        place.write(&format!("archive/{number:02}.md"), article(number));
    }
    place.boji(&["import", "archive"]).with_code(0);
    place
}

/// The articles whose text holds the footer.
fn with_footer(place: &Place) -> usize {
    texts(place).iter().filter(|text| text.contains(FOOTER)).count()
}

fn texts(place: &Place) -> Vec<String> {
    ids(place).iter().map(|id| place.boji(&["show", id, "--as", "text"]).with_code(0).out).collect()
}

fn ids(place: &Place) -> Vec<String> {
    let lines = place.boji(&["--json", "list"]).with_code(0).json();
    lines.iter().map(|line| line["id"].as_str().expect("an id").to_owned()).collect()
}

fn summary(ended: &Ended) -> Value {
    ended.json().pop().expect("a report")
}

#[test]
fn what_comes_back_is_learned_shown_and_taken_out_of_earlier_articles_too() {
    let place = filled(0..6);
    assert_eq!(with_footer(&place), 6, "an import learns and does not guess");
    let accounts = place.boji(&["--json", "profile"]).with_code(0).json();
    assert_eq!((&accounts[0]["account"], &accounts[0]["articles"]), (&ACCOUNT.into(), &6.into()));
    let learned = place.boji(&["profile", ACCOUNT]).with_code(0);
    assert!(learned.out.contains(FOOTER) && learned.out.contains("6 articles"), "{learned:?}");

    let dry = place.boji(&["reclean", "--dry-run", "--diff"]).with_code(0);
    assert_eq!(dry.out.matches(&format!("- {FOOTER}  (learned.tail.")).count(), 6, "{dry:?}");
    assert_eq!(with_footer(&place), 6, "a dry run changes nothing");

    let done = summary(&place.boji(&["--json", "reclean"]).with_code(0));
    assert_eq!((&done["changed"], &done["problems"]), (&6.into(), &serde_json::json!([])));
    assert_eq!(with_footer(&place), 0);
    let explained = place.boji(&["explain", &ids(&place)[0]]).with_code(0);
    assert!(explained.out.contains("at the end of 6 articles of this account"), "{explained:?}");
    let again = summary(&place.boji(&["--json", "reclean"]).with_code(0));
    assert_eq!((&again["changed"], &again["up_to_date"]), (&0.into(), &6.into()), "{again}");

    place.write("archive/20.md", article(20));
    place.boji(&["import", "archive"]).with_code(0);
    assert_eq!((ids(&place).len(), with_footer(&place)), (7, 0), "the next article is cleaned by what is known");
}

#[test]
fn cleaning_again_is_no_revision_and_changes_no_identity() {
    let place = filled(0..5);
    let before = ids(&place);
    place.boji(&["reclean"]).with_code(0);
    assert_eq!(ids(&place), before);
    for id in before {
        let record = place.boji(&["--json", "show", &id]).with_code(0).json().remove(0);
        assert_eq!(record["revision"], 1, "{record}");
        assert!(record["n_removed_chars"].as_u64() > Some(0), "{record}");
    }
}

#[test]
fn what_a_person_restores_stays_restored() {
    let place = filled(0..5);
    place.boji(&["reclean"]).with_code(0);
    let id = ids(&place).remove(2);
    let blocks = place.boji(&["--json", "explain", &id]).with_code(0).json().remove(0);
    let at =
        blocks["blocks"].as_array().expect("blocks").iter().position(|judged| judged["verdict"]["label"] == "drop");
    let at = at.expect("a dropped block").to_string();
    let out = place.boji(&["drop", &id, &at]).with_code(0).err;
    assert!(out.starts_with(&format!("block {at} is out already, by the rule learned")), "{out}");
    assert!(place.boji(&["drop", &id, &at]).with_code(0).err.starts_with("that was decided already\n"));
    place.boji(&["drop", &id, &at, "--undo"]).with_code(0);
    let kept = place.boji(&["restore", &id, "0"]).with_code(0).err;
    assert!(kept.starts_with("block 0 is in the text already; the decision holds"), "{kept}");
    place.boji(&["restore", &id, "0", "--undo"]).with_code(0);

    place.boji(&["restore", &id, &at]).with_code(0);
    assert_eq!(with_footer(&place), 1);
    place.boji(&["reclean", "--all"]).with_code(0);
    assert_eq!(with_footer(&place), 1, "over every later cleaning");
    place.boji(&["restore", &id, &at, "--undo"]).with_code(0);
    // The block is kept now, so that its number names it still.
    assert_eq!(with_footer(&place), 0);
    place.boji(&["restore", &id]).with_code(0);
    assert_eq!(with_footer(&place), 1, "all of its removed blocks");
    place.boji(&["restore", &id, "--undo"]).with_code(0);
    assert_eq!(with_footer(&place), 0, "and all of them again");

    place.boji(&["restore", "--rule", "learned", "--account", ACCOUNT]).with_code(0);
    place.boji(&["reclean"]).with_code(0);
    assert_eq!(with_footer(&place), 5, "one command undoes all that was learned of an account");
    let rulings = place.boji(&["restore", "--list"]).with_code(0);
    assert!(rulings.out.contains("learned") && rulings.out.contains(ACCOUNT), "{rulings:?}");
    place.boji(&["restore", "--rule", "learned", "--account", ACCOUNT, "--undo"]).with_code(0);
    place.boji(&["reclean"]).with_code(0);
    assert_eq!(with_footer(&place), 0);
}

#[test]
fn what_a_person_calls_boilerplate_stays_out() {
    let place = filled(0..1);
    let id = ids(&place).remove(0);
    let text = || {
        place.boji(&["--json", "show", &id]).with_code(0).json().remove(0)["text"].as_str().expect("a text").to_owned()
    };
    let (before, line) = (text(), text().lines().next().expect("a line").to_owned());
    let explained = place.boji(&["--json", "explain", &id]).with_code(0).json().remove(0);
    let blocks = explained["blocks"].as_array().expect("blocks");
    let at = blocks
        .iter()
        .position(|judged| judged["block"]["spans"][0]["Text"]["text"] == line.as_str())
        .expect("its block");
    let at = at.to_string();
    place.boji(&["drop", &id, &at]).with_code(0);
    assert!(!text().contains(&line), "{}", text());
    place.boji(&["reclean", "--all"]).with_code(0);
    assert!(!text().contains(&line), "over every later cleaning");
    let explained = place.boji(&["explain", &id]).with_code(0);
    assert!(explained.out.contains("ruling.boilerplate"), "{explained:?}");
    // Of what a person said, the last counts.
    place.boji(&["restore", &id, &at]).with_code(0);
    assert_eq!(text(), before);
    place.boji(&["drop", &id, &at]).with_code(0);
    place.boji(&["drop", &id, &at, "--undo"]).with_code(0);
    assert_eq!(text(), before);
    place.boji(&["drop", &id, "999"]).with_code(2);
}

#[test]
fn what_classifiers_learned_can_be_let_rest_as_a_whole_or_by_kind() {
    let place = filled(0..2);
    for rule in ["judge", "judge.wechat", "judge.wechat.group"] {
        place.boji(&["restore", "--rule", rule]).with_code(0);
    }
    let rulings = place.boji(&["restore", "--list"]).with_code(0);
    assert!(rulings.out.contains("judge.wechat.group"), "{rulings:?}");
    place.boji(&["restore", "--rule", "judged"]).with_code(2);
}

/// How many articles wait to be cleaned again, as `status` says it.
fn outdated(place: &Place) -> Value {
    summary(&place.boji(&["--json", "status"]).with_code(0))["outdated"].clone()
}

#[test]
fn status_tells_how_many_articles_wait_to_be_cleaned_again() {
    let place = filled(0..6);
    assert_eq!(outdated(&place), 6, "the footer was learned from them");
    let told = place.boji(&["status"]).with_code(0).out;
    assert!(told.contains("\noutdated  6 articles wait for `boji reclean`\n"), "{told}");
    place.boji(&["reclean", "--dry-run"]).with_code(0);
    assert_eq!(outdated(&place), 6);
    place.boji(&["reclean", &ids(&place)[0]]).with_code(0);
    assert_eq!(outdated(&place), 5);
    place.boji(&["reclean"]).with_code(0);
    assert_eq!(outdated(&place), 0);
    assert!(!place.boji(&["status"]).with_code(0).out.contains("outdated"));

    // A decision on one article is carried out at once, one on a rule when the account is cleaned again.
    place.boji(&["restore", &ids(&place)[0]]).with_code(0);
    assert_eq!(outdated(&place), 0);
    place.boji(&["restore", "--rule", "learned", "--account", "别的号"]).with_code(0);
    assert_eq!(outdated(&place), 0);
    place.boji(&["restore", "--rule", "learned", "--account", ACCOUNT]).with_code(0);
    assert_eq!(outdated(&place), 6);
    place.boji(&["restore", "--rule", "learned", "--account", ACCOUNT, "--undo"]).with_code(0);
    assert_eq!(outdated(&place), 0);
    place.write("boji.toml", "[clean]\nrules = \"own\"\n");
    place.write("own/own.toml", "[[rule]]\nid = \"zh.end.mark\"\nenabled = false\n");
    assert_eq!(outdated(&place), 6, "other rules are in force");
    place.write("own/own.toml", "[[rule");
    assert_eq!(outdated(&place), Value::Null, "rules that cannot be read hide nothing else");
    assert!(place.boji(&["status"]).with_code(0).err.starts_with("warning: failed to "));
}

#[test]
fn mistakes_are_told_with_what_to_do() {
    let place = filled(0..1);
    let id = ids(&place).remove(0);
    for (arguments, code, hint) in [
        (vec!["restore", id.as_str(), "99"], 2, "boji explain"),
        (vec!["profile", "没有这个号"], 2, "boji profile"),
        (vec!["reclean", "ffffffff"], 2, "boji list"),
        (vec!["restore", "--rule", "zh.folow"], 2, "boji profile"),
        (vec!["restore"], 2, ""),
        (vec!["restore", "--account", "x"], 2, ""),
    ] {
        let ended = place.boji(&arguments).with_code(code);
        assert!(ended.err.contains(hint), "{arguments:?}: {ended:?}");
    }
    let empty = Place::new();
    for arguments in [["reclean", "--dry-run"], ["profile", "x"], ["restore", "--list"]] {
        empty.boji(&arguments).with_code(10);
    }
}

#[test]
fn feeds_pages_and_reprints_come_out_of_their_captures_as_they_are() {
    let place = Place::new();
    place.boji(&["demo", "--to", "day"]).with_code(0);
    let again = summary(&place.boji(&["--data", "day", "--json", "reclean", "--all", "--diff"]).with_code(0));
    assert_eq!((&again["changed"], &again["problems"]), (&0.into(), &serde_json::json!([])), "{again}");
    assert!(again["articles"].as_u64() >= Some(16), "{again}");
}
