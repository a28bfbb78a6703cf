use aho_corasick::BuildError;
use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::parts::Parts;

/// The words of `config/blocks.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockWords {
    folded: Folded,
    platform: Platform,
    player: Player,
    buttons: Buttons,
    headings: Headings,
    notes: Notes,
    lines: Lines,
    images: Images,
    formulas: Formulas,
    cards: Cards,
    code: Code,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Folded {
    parts: Parts,
    not: Parts,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Platform {
    controls: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Player {
    signs: Vec<String>,
    controls: Vec<String>,
    frames: Parts,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Buttons {
    controls: FxHashSet<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Headings {
    signs: FxHashSet<String>,
    tools: FxHashSet<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Notes {
    lists: FxHashSet<String>,
    inline: FxHashSet<String>,
    marks: FxHashSet<String>,
    attributes: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lines {
    classes: FxHashSet<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Images {
    placeholders: Parts,
    icons: Parts,
    empty_alts: Vec<String>,
    emoji_paths: Parts,
    proxies: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Formulas {
    servers: FormulaServers,
    classes: Vec<String>,
    displayed: Vec<String>,
}

/// Servers that draw formulas, each as the parts of its addresses and what tells the formula, parted by spaces.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Vec<String>")]
struct FormulaServers {
    all: Vec<String>,
    /// What their addresses begin with; most addresses of pictures hold none of it.
    marks: Parts,
}

impl FormulaServers {
    fn parameter(&self, address: &str) -> Option<&str> {
        if !self.marks.are_in(address) {
            return None;
        }
        self.all.iter().find_map(|server| {
            let (marks, parameter) = server.rsplit_once(' ')?;
            marks.split(' ').all(|mark| address.contains(mark)).then_some(parameter)
        })
    }
}

impl TryFrom<Vec<String>> for FormulaServers {
    type Error = BuildError;

    fn try_from(all: Vec<String>) -> Result<Self, BuildError> {
        let first = all.iter().map(|server| server.split(' ').next().unwrap_or_default().to_owned());
        Ok(Self { marks: Parts::try_from(first.collect::<Vec<_>>())?, all })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cards {
    words: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    classes: Parts,
    controls: FxHashSet<String>,
    tools: FxHashSet<String>,
    labels: FxHashSet<String>,
    lists: FxHashSet<String>,
    verse: FxHashSet<String>,
    languages: FxHashSet<String>,
    begins: Vec<String>,
    holds: Parts,
}

impl BlockWords {
    /// Whether a class or `data-` attribute says that an element is the closed part of something that readers open.
    pub fn is_folded(&self, value: &str) -> bool {
        self.folded.parts.are_in(value) && !self.folded.not.are_in(value)
    }

    /// Whether a class word is that of a control which WeChat's scripts put into an article.
    pub fn is_control(&self, class: &str) -> bool {
        self.platform.controls.iter().any(|control| control == class)
    }

    /// Whether a line is one that only a video player shows.
    pub fn is_player_sign(&self, line: &str) -> bool {
        self.player.signs.iter().any(|sign| sign == line)
    }

    /// Whether a line beside such lines is the player's too: a word of the list, a time, a speed, an account that is followed.
    pub fn is_player_control(&self, line: &str) -> bool {
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, ':' | '/' | '.' | '%' | ' ');
        let rest = line.trim_start_matches(['，', ' ']).trim_start_matches("时长").trim().trim_end_matches('倍');
        self.is_player_sign(line)
            || self.player.controls.iter().any(|control| control == line)
            || (!rest.is_empty() && rest.chars().all(is_number))
            || line.ends_with("已关注")
    }

    /// Whether an address is one at which a player stands.
    pub fn shows_player(&self, address: &str) -> bool {
        self.player.frames.are_in(address)
    }

    /// Whether the text of a button, in lower case, says that it works the page.
    pub fn is_button_control(&self, text: &str) -> bool {
        self.buttons.controls.contains(text)
    }

    /// Whether a text is a sign that leads to the place where it stands.
    pub fn is_permalink_sign(&self, text: &str) -> bool {
        self.headings.signs.contains(text)
    }

    /// Whether a class word is that of something that stands in a heading and is none of it.
    pub fn is_heading_tool(&self, class: &str) -> bool {
        self.headings.tools.contains(class)
    }

    /// Whether a class word, an id or a role is that of a list of notes.
    pub fn is_note_list(&self, word: &str) -> bool {
        self.notes.lists.contains(word)
    }

    /// Whether a class word is that of a note in its sentence.
    pub fn is_inline_note(&self, class: &str) -> bool {
        self.notes.inline.contains(class)
    }

    /// Whether a class word is that of the mark of a note.
    pub fn is_note_mark(&self, class: &str) -> bool {
        self.notes.marks.contains(class)
    }

    /// The attributes in which the mark of a note states it, best first.
    pub fn note_attributes(&self) -> &[String] {
        &self.notes.attributes
    }

    /// Whether a class word makes a line of its own of a run of text.
    pub fn is_line(&self, class: &str) -> bool {
        self.lines.classes.contains(class)
    }

    /// Whether the name of a picture's file, in lower case, is that of what stands there until the picture comes.
    pub fn is_placeholder(&self, name: &str) -> bool {
        self.images.placeholders.are_in(name)
    }

    /// Whether a class word or an address, in lower case, is that of the picture on a button.
    pub fn is_icon(&self, name: &str) -> bool {
        self.images.icons.are_in(name)
    }

    /// Whether an alternative text is one that an editor filled in by itself.
    pub fn is_empty_alt(&self, alt: &str) -> bool {
        self.images.empty_alts.iter().any(|empty| empty == alt)
    }

    /// How the address of a picture tells the formula that a server drew: the parameter that holds it, `?` where the whole query
    /// does, `/` where the last part of the path does. `None` for an address of no such server.
    pub fn formula_parameter(&self, address: &str) -> Option<&str> {
        self.formulas.servers.parameter(address)
    }

    /// Whether a class word of a picture says that it shows a formula.
    pub fn is_formula(&self, class: &str) -> bool {
        is_begun_by(&self.formulas.classes, class) || self.is_displayed_formula(class)
    }

    /// Whether a class word of a picture says that it shows a formula in lines of its own.
    pub fn is_displayed_formula(&self, class: &str) -> bool {
        is_begun_by(&self.formulas.displayed, class)
    }

    /// The attributes in which a card keeps the words that it shows, best first.
    pub fn card_words(&self) -> &[String] {
        &self.cards.words
    }

    /// Whether a class word is that of a listing.
    pub fn is_listing(&self, class: &str) -> bool {
        self.code.classes.are_in(class)
    }

    /// Whether a class word is that of line numbers or buttons in a listing.
    pub fn is_listing_control(&self, class: &str) -> bool {
        self.code.controls.contains(class)
    }

    /// Whether a class word is that of what stands beside a listing and works or names it.
    pub fn is_listing_tool(&self, class: &str) -> bool {
        self.code.tools.contains(class) || self.code.controls.contains(class)
    }

    /// Whether a text, in lower case, is that of a button beside a listing.
    pub fn is_listing_label(&self, text: &str) -> bool {
        self.code.labels.contains(text)
    }

    /// Whether a class word is that of a box in which the items of a list are lines of code.
    pub fn holds_code_list(&self, class: &str) -> bool {
        self.code.lists.contains(class)
    }

    /// Whether a class word is that of verses.
    pub fn is_verse(&self, class: &str) -> bool {
        self.code.verse.contains(class)
    }

    /// Whether a word, in lower case, names a language of programs.
    pub fn is_language(&self, word: &str) -> bool {
        self.code.languages.contains(word)
    }

    /// Whether a line is worded as code: by its first word, a sign in it, or its end.
    pub fn is_code_line(&self, line: &str) -> bool {
        let line = line.trim();
        let (mut han, mut letters) = (0, 0);
        for letter in line.chars().filter(|letter| letter.is_alphabetic()) {
            letters += 1;
            han += usize::from(!letter.is_ascii());
        }
        let first = line.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let begins = self.code.begins.iter().any(|word| {
            if word.chars().all(char::is_alphanumeric) { word == first } else { line.starts_with(word.as_str()) }
        });
        let ends =
            line.ends_with(['{', '}', ';', '(', ')', '[', ']', '\\']) || (line.ends_with(':') && line.contains('('));
        begins || self.code.holds.are_in(line) || (ends && han * 2 <= letters)
    }

    /// The paths at which programs pass pictures on, each with the picture's own address behind it.
    pub fn picture_proxies(&self) -> &[String] {
        &self.images.proxies
    }

    /// Whether an address leads to an emoji.
    pub fn is_emoji(&self, address: &str) -> bool {
        self.images.emoji_paths.are_in(address)
    }
}

/// The words of `config/addresses.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressWords {
    hosts: Hosts,
    links: Links,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Links {
    documents: Vec<String>,
    pictures: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hosts {
    shared: Vec<String>,
}

impl AddressWords {
    /// Whether the end of a file's name is that of pictures.
    pub fn is_picture(&self, extension: &str) -> bool {
        is_one_of(&self.links.pictures, extension)
    }

    /// Whether the end of a file's name is that of documents.
    pub fn is_document(&self, extension: &str) -> bool {
        is_one_of(&self.links.documents, extension)
    }

    /// Whether each name below a host is another author's.
    pub fn is_shared(&self, host: &str) -> bool {
        is_one_of(&self.hosts.shared, host)
    }
}

/// Whether a word is one of those known, or begins as one of them that ends with a dash.
fn is_begun_by(known: &[String], word: &str) -> bool {
    known.iter().any(|known| known == word || (known.ends_with('-') && word.starts_with(known.as_str())))
}

fn is_one_of(known: &[String], name: &str) -> bool {
    known.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use crate::rules::Rules;

    #[test]
    fn words_speak() {
        let rules = Rules::shipped();
        let words = &rules.words().blocks;
        assert!(words.is_folded("faq-item__answer") && words.is_folded("collapse"));
        assert!(!words.is_folded("navbar-collapse") && !words.is_folded("modal"));
        assert!(words.is_empty_alt("图片") && !words.is_empty_alt("图片说明"));
        for line in ["def gate(n):", "  return n * 2", "x = '水位'", "# 先开门", "}", "    if n > 3:"] {
            assert!(words.is_code_line(line), "{line}");
        }
        for line in ["第二道门(东边)", "The gate is open,", "他说：门开了。", "if the river rises"] {
            assert!(!words.is_code_line(line), "{line}");
        }
        assert!(words.is_emoji("https://res.wx.qq.com/t/we-emoji/x.png"));
    }
}
