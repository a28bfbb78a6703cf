use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use memchr::memmem;
use serde::Deserialize;
use toml::Spanned;

use crate::model::PageState;
use crate::rules::error::Mistake;
use crate::rules::pattern::{Pattern, Required};
use crate::text::{fold, is_letter};

/// Most that a page shows, in letters of which a Chinese one counts three, for a mark in its bytes or a part of its title to say
/// what it is, and for a sentence to.
const MAX_SHOWN: usize = 900;
const MAX_SENTENCE: usize = 600;
/// Least share, in percent, of what a page shows that the sentences which say what it is must have: in a page that is marked
/// as an article; in any other, where the sentence may have been said by chance; and where nobody says it but such a page.
/// Who tells of such a page quotes it among other words.
const SHARE_OF_ARTICLE: usize = 45;
const SHARE_OF_PATTERN: usize = 15;
const SHARE: usize = 8;
/// So many times its own length a wording counts in a sentence that is longer.
const AROUND: usize = 3;
/// A page marked as an article that shows less than this is one no more than a bare one is.
const MIN_ARTICLE: usize = 60;
/// A page that shows more than this needs more than a title that anybody may give: at least half of it must speak to a visitor.
const MAX_TITLE_ALONE: usize = 120;
/// What divides the parts of a title.
const DIVIDERS: [char; 10] = ['|', '-', '–', '—', '_', '·', '•', '»', '｜', '/'];
/// Most bytes of a title that are looked at.
const MAX_TITLE: usize = 400;

/// The entries of `config/states.toml`.
#[derive(Debug, Default)]
pub struct StateWords {
    /// What servers send in the place of articles, in the order in which it is asked for.
    pub entries: Vec<PlaceTaker>,
    /// Words of sentences in which a site speaks to its visitor.
    to_visitor: Vec<Folded>,
    /// Parts of paths of addresses at which no article stands.
    doors: BTreeSet<String>,
    /// Which entries a line can be of, and behind the last of them, whether it can speak to a visitor; made where many lines
    /// are to come.
    possible: OnceLock<Required>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    to_visitor: Vec<Folded>,
    #[serde(default)]
    doors: BTreeSet<String>,
    #[serde(default, rename = "state")]
    entries: Vec<PlaceTaker>,
}

/// A page that stands where an article should be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceTaker {
    id: Spanned<String>,
    #[serde(default = "on")]
    enabled: bool,
    /// What it is.
    pub state: Option<PageState>,
    #[serde(default)]
    markup: Vec<String>,
    #[serde(default)]
    titles: Vec<Folded>,
    /// Its titles, sentences and patterns are nobody else's.
    #[serde(default)]
    is_named: bool,
    #[serde(default)]
    sentences: Vec<Folded>,
    /// Regular expressions for a folded sentence.
    #[serde(default)]
    patterns: Vec<Spanned<String>>,
    #[serde(skip)]
    compiled: Vec<Pattern>,
    /// Who sends it.
    #[serde(default)]
    pub reason: String,
    /// Pages that it must take.
    #[serde(default)]
    pub takes: Vec<String>,
    /// Pages that it must leave.
    #[serde(default)]
    pub leaves: Vec<String>,
}

fn on() -> bool {
    true
}

/// A wording as it stands in folded text.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
struct Folded(String);

impl From<String> for Folded {
    fn from(text: String) -> Self {
        Self(fold(&text))
    }
}

/// What is known of a page that may be no article.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// Its bytes as they came.
    pub bytes: &'a [u8],
    /// Its title, "" for none.
    pub title: &'a str,
    /// All its words that a reader sees, a line for each block.
    pub text: &'a str,
    /// Those of them that are links: a menu stands round a message as well as round an article.
    pub linked: &'a str,
    /// It is marked as an article: by the name of an element, a class word, its data.
    pub is_marked: bool,
}

/// What the table says of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What it is.
    pub state: PageState,
    /// What says so.
    pub evidence: String,
    /// Nobody else has such a mark or title, or speaks so. Words that anybody may use are one witness of two.
    pub is_sure: bool,
}

/// What one line of a page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaidBy {
    /// It speaks to a visitor.
    pub to_visitor: bool,
    /// The state of which it has a wording.
    pub state: Option<PageState>,
}

impl StateWords {
    /// Adds the entries of a file before those that are there. One with the id of another takes its place; one that is switched
    /// off does nothing.
    pub(super) fn add(&mut self, file: &Path, text: &str) -> Result<(), Box<Mistake>> {
        let written: File = toml::from_str(text).map_err(|error| Mistake::of_toml(file, text, &error))?;
        self.to_visitor.extend(written.to_visitor);
        self.doors.extend(written.doors);
        self.possible = OnceLock::new();
        let mut added = Vec::new();
        // What a person writes decides alone.
        let is_own = !self.entries.is_empty();
        for mut entry in written.entries {
            entry.is_named |= is_own;
            let says_nothing = entry.markup.is_empty()
                && entry.titles.is_empty()
                && entry.sentences.is_empty()
                && entry.patterns.is_empty();
            let is_article = entry.state.is_none_or(|state| state == PageState::Article);
            if entry.enabled && (is_article || says_nothing) {
                let message = format!(
                    "`{}` needs `state` and one of `markup`, `titles`, `sentences`, `patterns`",
                    entry.id.get_ref()
                );
                return Err(Box::new(Mistake::new(file, text, entry.id.span(), message, String::new())));
            }
            for pattern in &entry.patterns {
                if let Err(error) = regex_syntax::parse(pattern.get_ref()) {
                    return Err(Box::new(Mistake::new(file, text, pattern.span(), error.to_string(), String::new())));
                }
            }
            entry.compiled = entry.patterns.iter().map(|source| Pattern::proven(source.get_ref().clone())).collect();
            match self.entries.iter_mut().find(|known| known.id.get_ref() == entry.id.get_ref()) {
                Some(known) => *known = entry,
                None => added.push(entry),
            }
        }
        self.entries.splice(..0, added).for_each(drop);
        self.entries.retain(|entry| entry.enabled);
        Ok(())
    }

    /// Whether the path of an address is that of a log-in, a search, a page that says what is missing.
    pub fn is_door(&self, path: &str) -> bool {
        path.split('/').any(|part| {
            let name = part.rsplit_once('.').map_or(part, |(name, _)| name);
            self.doors.contains(name.to_ascii_lowercase().as_str())
        })
    }

    /// What one line of a page says by itself, however little of the page it is.
    pub fn says(&self, line: &str) -> SaidBy {
        let folded = fold(line);
        let possible = self.possible.get().map(|required| required.possible(&folded));
        let may_be = |nth: usize| possible.as_ref().is_none_or(|possible| possible.binary_search(&nth).is_ok());
        let is_said = |entry: &PlaceTaker| {
            entry.sentences.iter().any(|Folded(wanted)| folded.contains(wanted.as_str()))
                || entry.compiled.iter().any(|pattern| pattern.is_match(&folded))
        };
        let mut said = self.entries.iter().enumerate().filter(|(nth, entry)| may_be(*nth) && is_said(entry));
        SaidBy {
            to_visitor: may_be(self.entries.len())
                && self.to_visitor.iter().any(|Folded(word)| folded.contains(word.as_str())),
            state: said.next().and_then(|(_, entry)| entry.state),
        }
    }

    /// Makes what tells quickly which entries a line can be of, for work on so many pages that it is worth the time it takes.
    pub(in crate::rules) fn compile(&self) {
        self.possible.get_or_init(|| self.required());
    }

    /// What the lines need that an entry, or a word to a visitor, is met in.
    fn required(&self) -> Required {
        let escaped = |Folded(wording): &Folded| regex_syntax::escape(wording);
        let entries = self.entries.iter().enumerate().flat_map(|(nth, entry)| {
            let patterns = entry.compiled.iter().map(|pattern| pattern.source().to_owned());
            entry.sentences.iter().map(escaped).chain(patterns).map(move |pattern| (nth, pattern))
        });
        let words = self.to_visitor.iter().map(|word| (self.entries.len(), escaped(word)));
        let all: Vec<(usize, String)> = entries.chain(words).collect();
        Required::of(all.iter().map(|(nth, pattern)| (*nth, pattern.as_str())))
    }

    /// The entries that do otherwise than their own examples say, as sentences.
    pub(super) fn broken_examples(&self) -> impl Iterator<Item = String> {
        self.entries.iter().flat_map(|entry| {
            let id = entry.id.get_ref();
            let state = |page: &str| self.of_example(page).map(|listed| listed.state);
            let missed = entry.takes.iter().filter(move |page| state(page) != entry.state);
            let hit = entry.leaves.iter().filter(move |page| state(page).is_some());
            missed
                .map(move |page| format!("{id} of states.toml does not take {page:?}"))
                .chain(hit.map(move |page| format!("{id} of states.toml does not leave {page:?}")))
        })
    }

    /// As [`StateWords::of`], of a page as examples have it: a title, an article, and else words.
    fn of_example(&self, html: &str) -> Option<Listed> {
        let title = html.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
        self.of(Shown {
            bytes: html.as_bytes(),
            title: title.map(|(title, _)| title).unwrap_or_default(),
            text: &words(html),
            linked: "",
            is_marked: html.contains("<article"),
        })
    }

    /// What a page is that shows little, and what says so. `None` for a page that shows more than what stands in the place of
    /// articles does.
    pub fn of(&self, page: Shown<'_>) -> Option<Listed> {
        let shown = weight(page.text);
        let is_little = shown <= MAX_SHOWN;
        let title = page.title.get(..page.title.floor_char_boundary(MAX_TITLE)).unwrap_or_default();
        let parts = title.split(DIVIDERS).chain([title]).map(fold).filter(|part| !part.is_empty()).collect::<Vec<_>>();
        let unlinked = shown.saturating_sub(weight(page.linked));
        let is_article = page.is_marked && shown >= MIN_ARTICLE;
        let is_short = shown <= MAX_SENTENCE;
        let text = if is_short { fold(page.text) } else { String::new() };
        let sentences: Vec<_> = sentences(page.text).filter(|_| is_little).map(|it| (fold(it), weight(it))).collect();
        let to_visitor = |said: &str| self.to_visitor.iter().any(|Folded(word)| said.contains(word.as_str()));
        let is_spoken = {
            let spoken = sentences.iter().filter(|(said, _)| to_visitor(said));
            spoken.map(|(_, weight)| weight).sum::<usize>() * 2 >= unlinked
        };
        let is_enough = |said: usize, least: usize| {
            let least = if is_article { SHARE_OF_ARTICLE } else { least };
            said > 0 && said * 100 >= unlinked * least
        };
        let title_may_do = shown <= MAX_TITLE_ALONE || is_spoken;
        let listed = |entry: &PlaceTaker| {
            // In an article a widget of such a product may guard the comments, and its title may be such a word.
            let mark = || entry.markup.iter().find(|mark| memmem::find(page.bytes, mark.as_bytes()).is_some());
            let part = || entry.titles.iter().find(|Folded(title)| parts.contains(title));
            let sentence = || {
                let is_said = |Folded(wanted): &&Folded| {
                    text.contains(wanted.as_str()) && is_enough((weight(wanted) * AROUND).min(shown), SHARE)
                };
                entry.sentences.iter().find(is_said).map(|Folded(wanted)| wanted.as_str())
            };
            let phrase = || {
                let is_said = |pattern: &&Pattern| {
                    let said = |(sentence, whole): &(String, usize)| {
                        Some((weight(pattern.regex()?.find(sentence)?.as_str()) * AROUND).min(*whole))
                    };
                    is_short && is_enough(sentences.iter().filter_map(said).sum(), SHARE_OF_PATTERN)
                };
                entry.compiled.iter().find(is_said).map(Pattern::source)
            };
            let (said, is_sure) = match () {
                () if !is_article
                    && is_little
                    && let Some(mark) = mark() =>
                {
                    (format!("markup {mark}"), true)
                }
                () if !is_article
                    && is_little
                    && (entry.is_named || title_may_do)
                    && let Some(Folded(part)) = part() =>
                {
                    (format!("title {part}"), entry.is_named)
                }
                () => (format!("text {}", sentence().or_else(phrase)?), entry.is_named),
            };
            Some(Listed { state: entry.state?, evidence: format!("{}: {said}", entry.id.get_ref()), is_sure })
        };
        // Words that others may use too hide no mark that nobody else has.
        let mut first = None;
        for found in self.entries.iter().filter_map(listed) {
            if found.is_sure {
                return Some(found);
            }
            first.get_or_insert(found);
        }
        first
    }
}

/// The words of a page without its tags.
fn words(html: &str) -> String {
    html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect::<Vec<_>>().join(" ")
}

/// What a page says, sentence by sentence.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '。', '！', '？', '!', '?'])
        .flat_map(|part| part.split_inclusive(". "))
        .filter(|part| !part.trim().is_empty())
}

/// Letters of a text, counted no further than needed; one of Chinese, Japanese or Korean says as much as three.
pub(crate) fn weight(text: &str) -> usize {
    let mut weight = 0;
    for c in text.chars().filter(|c| is_letter(*c)) {
        weight += if u32::from(c) >= 0x2E80 { 3 } else { 1 };
        if weight > MAX_SHOWN {
            break;
        }
    }
    weight
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    fn state(html: &str) -> Option<(PageState, String)> {
        let listed = Rules::shipped().words().states.of_example(html);
        listed.map(|listed| (listed.state, listed.evidence))
    }

    #[test]
    fn every_entry_takes_and_leaves_its_examples() {
        for entry in &Rules::shipped().words().states.entries {
            let id = entry.id.get_ref();
            assert!(!entry.reason.is_empty() && !entry.takes.is_empty() && !entry.leaves.is_empty(), "{id}");
            for pattern in &entry.compiled {
                assert!(pattern.regex().is_some(), "{id}: {}", pattern.source());
            }
        }
        let rules = Rules::shipped();
        let states = &rules.words().states;
        assert_eq!(states.broken_examples().collect::<Vec<_>>(), Vec::<String>::new());
    }

    #[test]
    fn a_line_says_what_its_wordings_say() {
        let rules = Rules::shipped();
        let states = &rules.words().states;
        states.compile();
        for Folded(sentence) in states.entries.iter().flat_map(|entry| &entry.sentences) {
            let says = |entry: &&PlaceTaker| {
                entry.sentences.iter().any(|Folded(it)| sentence.contains(it.as_str()))
                    || entry.compiled.iter().any(|pattern| pattern.is_match(sentence))
            };
            let first = states.entries.iter().find(says).and_then(|entry| entry.state);
            assert_eq!(states.says(sentence).state, first, "{sentence}");
        }
        for Folded(word) in &states.to_visitor {
            assert!(states.says(word).to_visitor, "{word}");
        }
        assert_eq!(states.says("The river rose."), SaidBy { to_visitor: false, state: None });
    }

    #[test]
    fn every_shipped_entry_has_an_id_of_its_own() {
        let text = include_str!("../../../../../config/states.toml");
        assert_eq!(text.matches("\nid = ").count(), Rules::shipped().words().states.entries.len());
    }

    #[test]
    fn a_page_that_shows_more_is_none_of_them() {
        let wall = |more: usize| {
            format!("<title>Making sure you're not a bot!</title><p>{}</p>", "the river rose ".repeat(more))
        };
        assert!(state(&wall(60)).is_some());
        assert_eq!(state(&wall(80)), None);
        let wordy = |more: usize| format!("<p>{}访问过于频繁</p>", "河".repeat(more));
        assert!(state(&wordy(150)).is_some());
        assert_eq!(state(&wordy(250)), None);
    }

    #[test]
    fn a_mistake_in_a_file_is_told_at_its_place() {
        let told = |text: &str| {
            StateWords::default()
                .add(Path::new("own.toml"), text)
                .map_err(|mistake| mistake.to_string())
                .expect_err(text)
        };
        let needs = "own.toml:2:6: `a` needs `state` and one of `markup`, `titles`, `sentences`, `patterns`";
        assert!(told("[[state]]\nid = \"a\"\nstate = \"blocked\"\n").starts_with(needs));
        assert!(told("[[state]]\nid = \"a\"\nstate = \"article\"\ntitles = [\"a\"]\n").starts_with(needs));
        assert!(told("[[stat]]\n").starts_with("own.toml:1:3: unknown key `stat`"));
    }
}
