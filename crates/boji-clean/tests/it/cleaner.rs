//! The version of the cleaner: what makes another one. `UPDATE_FIXTURES=1` accepts what the fixtures come out as now.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use boji_clean::clean::{Cleaned, Context, clean_entry, clean_page};
use boji_clean::parse::{Input, parse_feed};
use boji_clean::rules::{CLEANER_REVISION, Rules};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What the cleaner made of the fixtures when they were looked at last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    /// The part of the version that is the code's.
    revision: u32,
    /// The whole version.
    version: String,
    /// By fixture: hashes of its bytes and of what they come out as.
    answers: BTreeMap<String, (String, String)>,
}

/// What is to be done about it.
#[derive(Debug, PartialEq, Eq)]
enum Task {
    Nothing,
    /// Words, rules or fixtures changed, or the revision was raised: what comes out now is to be looked at.
    Accept,
    /// The code alone changed what comes out of these fixtures.
    Raise(Vec<String>),
}

impl Known {
    fn task(&self, now: &Self) -> Task {
        let is_same_page = |name: &str, page: &str| now.answers.get(name).is_some_and(|(read, _)| read == page);
        let comes_out_so = |name: &str, made: &str| now.answers.get(name).is_some_and(|(_, found)| found == made);
        let changed =
            self.answers.iter().filter(|(name, (page, made))| is_same_page(name, page) && !comes_out_so(name, made));
        let changed: Vec<String> = changed.map(|(name, _)| name.clone()).collect();
        match self {
            _ if self == now => Task::Nothing,
            _ if self.version == now.version && !changed.is_empty() => Task::Raise(changed),
            _ => Task::Accept,
        }
    }
}

#[test]
fn other_answers_need_another_version() {
    let known = |version: &str, page: &str, made: &str| Known {
        revision: 1,
        version: version.to_owned(),
        answers: BTreeMap::from([("a.html".to_owned(), (page.to_owned(), made.to_owned()))]),
    };
    let before = known("v", "p", "m");
    let mut more = before.clone();
    more.answers.insert("b.html".to_owned(), ("q".to_owned(), "n".to_owned()));
    let cases = [
        ("nothing changed", before.clone(), Task::Nothing),
        ("the code changed the answer", known("v", "p", "n"), Task::Raise(vec!["a.html".to_owned()])),
        ("a word or the revision changed it", known("w", "p", "n"), Task::Accept),
        ("a word or the revision changed without effect", known("w", "p", "m"), Task::Accept),
        ("another page", known("v", "q", "n"), Task::Accept),
        ("one more page", more, Task::Accept),
    ];
    for (name, now, want) in cases {
        assert_eq!(before.task(&now), want, "{name}");
    }
}

#[test]
fn what_the_fixtures_come_out_as_goes_with_the_version() {
    let path = fixtures().join("cleaner-version.toml");
    let rules = Rules::shipped();
    let now = Known { revision: CLEANER_REVISION, version: rules.version().to_owned(), answers: answers(&rules) };
    assert!(now.answers.len() > 60, "fixtures are missing: {}", now.answers.len());
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let before: Known = toml::from_str(&committed).unwrap_or_else(|_| Known {
        revision: 0,
        version: String::new(),
        answers: BTreeMap::new(),
    });
    match before.task(&now) {
        Task::Nothing => {}
        Task::Raise(changed) => panic!(
            "by the same words and rules the code makes something else of {}: raise CLEANER_REVISION in \
             crates/boji-clean/src/rules/rule_set.rs to {}, so that stored articles are cleaned again, and run this test with UPDATE_FIXTURES=1",
            changed.join(", "),
            before.revision + 1
        ),
        Task::Accept if std::env::var_os("UPDATE_FIXTURES").is_some() => {
            let head =
                "# What the cleaner makes of the fixtures, as hashes of each and of what comes out. A test compares.\n";
            fs::write(&path, format!("{head}{}", toml::to_string(&now).expect("TOML"))).expect("written");
        }
        Task::Accept => panic!(
            "words, rules, fixtures or CLEANER_REVISION changed: look at what comes out and run this test with \
             UPDATE_FIXTURES=1"
        ),
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// What comes out of every page, archive and feed among the fixtures.
fn answers(rules: &Rules) -> BTreeMap<String, (String, String)> {
    let mut folders = vec![fixtures().join("pages"), fixtures().join("archives"), fixtures().join("feeds")];
    let sites = fs::read_dir(fixtures().join("sites")).expect("fixtures").map(|entry| entry.expect("an entry").path());
    folders.extend(sites);
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("fixtures"));
    let mut answers = BTreeMap::new();
    for path in files.map(|entry| entry.expect("an entry").path()) {
        let name = path.strip_prefix(fixtures()).expect("inside").to_string_lossy().replace('\\', "/");
        if path.is_dir() || name.contains(".expected.") || name.ends_with(".blocks") {
            continue;
        }
        let bytes = fs::read(&path).expect("a fixture");
        let made = if name.starts_with("feeds/") { feed(&bytes, rules) } else { page(&name, &bytes, rules) };
        answers.insert(name, (short_hash(&bytes), short_hash(made.to_string().as_bytes())));
    }
    answers
}

fn short_hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().as_str()[..12].to_owned()
}

fn page(name: &str, bytes: &[u8], rules: &Rules) -> serde_json::Value {
    let url = match name.split('/').collect::<Vec<_>>()[..] {
        ["sites", site, _] => format!("https://{site}/a/1"),
        ["pages", page] if page.starts_with("web") => "https://mill.example/2024/05/flour".to_owned(),
        _ => String::new(),
    };
    answer(&clean_page(&Input { bytes, url: &url, content_type: "" }, &Context::default(), rules))
}

fn feed(bytes: &[u8], rules: &Rules) -> serde_json::Value {
    let feed = parse_feed(bytes, "", "https://blog.example/feed.xml", 480).expect("a feed");
    let cleaned = feed.entries.iter().map(|entry| {
        let context = Context { candidate: Some(entry), ..Context::default() };
        answer(&clean_entry(entry, &context, rules))
    });
    cleaned.collect()
}

/// All that is stored of what comes out.
fn answer(cleaned: &Cleaned) -> serde_json::Value {
    let article = cleaned.article.as_ref().map(|article| {
        json!({
            "id": article.id(),
            "title": article.title,
            "authors": article.authors,
            "published": article.published.map(|date| date.to_string()),
            "modified": article.modified.map(|date| date.to_string()),
            "url": article.url,
            "canonical_url": article.canonical_url,
            "language": article.language,
            "source_name": article.source_name,
            "license": article.license,
            "rights": article.rights,
            "tags": article.tags,
            "flags": article.flags,
            "metadata": article.metadata,
            "blocks": article.blocks,
            "text": article.text,
            "markdown": article.markdown,
        })
    });
    json!({ "state": cleaned.state.to_string(), "evidence": cleaned.evidence, "article": article })
}
