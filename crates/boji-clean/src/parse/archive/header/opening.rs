use super::ArchiveDialect;
use super::byline::{Byline, account_card, provenance};
use super::fields::{Field, is_wechat};
use super::pairs::{Pair, pairs};
use super::words::plain;
use crate::model::Facts;
use crate::parse::archive::html::html;
use crate::parse::archive::lines::{is_heading, is_rule, is_separator, is_underline, next_line};
use crate::parse::archive::prepare::prepared;

/// Most lines looked at.
const MAX_LINES: usize = 80;
/// Longest line of a header, in bytes.
const MAX_LINE: usize = 4_096;
/// Most lines with a key that no table knows, between known ones.
const MAX_UNKNOWN: usize = 6;
/// Most characters of a title that stands as a plain line, and of the value of an unknown key.
const MAX_PLAIN_TITLE: usize = 64;
const MAX_UNKNOWN_VALUE: usize = 40;

/// The lines above the text that a converter, a clipper or an archiver wrote.
pub(super) struct Opening<'a> {
    pub facts: Facts,
    /// What follows them.
    pub body: &'a str,
    pub dialect: ArchiveDialect,
    /// They are in a form that only WeChat's articles have.
    pub wechat: bool,
}

/// Reads a title, lines of `key: value` and WeChat's byline, in any order and with empty lines and rules among them, for
/// as long as one follows the other. `None` where they do not prove to be a header: a recipe and a notice begin with
/// `key: value` too. Below a front matter, whose facts are `known`, only an address or a byline proves it.
pub(super) fn read<'a>(text: &'a str, known: Option<&Facts>) -> Option<Opening<'a>> {
    let mut reader = Reader {
        rest: text,
        body: text,
        facts: known.cloned().unwrap_or_default(),
        front_matter: known.is_some(),
        ..Reader::default()
    };
    for _ in 0..MAX_LINES {
        if reader.rest.is_empty() || !reader.line() {
            break;
        }
    }
    reader.finish()
}

#[derive(Default)]
struct Reader<'a> {
    rest: &'a str,
    /// Behind the last line that is the header's.
    body: &'a str,
    facts: Facts,
    /// There is a front matter above.
    front_matter: bool,
    /// A first line without any mark, which may be the title.
    plain_title: Option<String>,
    has_title: bool,
    /// Fields that lines have named.
    seen: Vec<Field>,
    /// How many lines with known keys there are, and whether one of them speaks of a published text.
    known: usize,
    is_own: bool,
    /// Lines with unknown keys since the last known one.
    unknown: usize,
    /// An empty line came before, and how many lines of pairs stand together before it.
    gap: bool,
    group: usize,
    /// What proves the header.
    is_proved: bool,
    is_wrapped: bool,
    is_unescaped: bool,
    wechat: bool,
}

impl<'a> Reader<'a> {
    /// Takes the next line; false when it is no part of a header.
    fn line(&mut self) -> bool {
        let (line, after) = next_line(self.rest);
        if line.trim().is_empty() {
            // Unknown keys at the end of their group are the header's own.
            if self.unknown > 0 && self.known > 0 && !self.gap {
                self.body = self.rest;
                self.unknown = 0;
            }
            self.gap = true;
            self.rest = after;
            return true;
        }
        if line.trim_start().starts_with("<!--") {
            return self.comment();
        }
        if !self.has_title && is_style_sheet(line) {
            return self.pass(after);
        }
        if line.len() > MAX_LINE {
            return false;
        }
        if is_rule(line) || is_separator(line) {
            return self.pass(after);
        }
        if self.title(line, after) {
            return true;
        }
        if let Some(byline) = Byline::read(line).filter(|_| !self.seen.contains(&Field::Created)) {
            self.seen.push(Field::Created);
            self.is_unescaped = byline.has_wide_gap && !self.front_matter;
            self.wechat = true;
            byline.set(&mut self.facts);
            return self.prove(after);
        }
        if provenance(line, &mut self.facts) {
            return self.prove(after);
        }
        if let Some(account) = account_card(line).filter(|_| self.is_proved) {
            self.facts.account.get_or_insert(account);
            self.wechat = true;
            return self.prove(after);
        }
        let found = pairs(line);
        if !found.is_empty() {
            return self.pairs(line, &found, after);
        }
        let is_first = self.known == 0 && !self.is_proved && !self.has_title && self.plain_title.is_none();
        let title = plain(line);
        let is_short = !title.is_empty() && title.chars().count() <= MAX_PLAIN_TITLE;
        if is_first
            && is_short
            && !title.ends_with(['。', '！', '.', '，', ','])
            && !line.starts_with(['!', '>', '|', '`'])
        {
            self.plain_title = Some(title);
            return self.pass(after);
        }
        false
    }

    /// Goes on behind a line that is the header's if what follows is.
    fn pass(&mut self, after: &'a str) -> bool {
        self.rest = after;
        if self.known > 0 || self.is_proved {
            self.body = after;
        }
        true
    }

    fn prove(&mut self, after: &'a str) -> bool {
        self.is_proved = true;
        self.rest = after;
        self.body = after;
        self.gap = false;
        self.unknown = 0;
        true
    }

    fn comment(&mut self) -> bool {
        let end = self.rest.find("-->").and_then(|end| self.rest.get(end + "-->".len()..));
        let Some(after) =
            end.map(|rest| rest.trim_start_matches([' ', '\t'])).filter(|rest| rest.starts_with(['\r', '\n']))
        else {
            return false;
        };
        self.pass(after)
    }

    /// A heading of level 1, or the one that the front matter names, once.
    fn title(&mut self, line: &str, after: &'a str) -> bool {
        let (underline, behind) = next_line(after);
        let is_underlined = underline.trim_start().starts_with('=') && is_underline(underline);
        let is_heading = is_heading(line) && line.trim_start().starts_with("# ");
        if !is_heading && !is_underlined {
            return false;
        }
        let words = line.trim().trim_start_matches('#').trim();
        let title = title_of(words);
        if title.is_empty() || self.facts.title.as_ref().is_some_and(|known| *known != title) || self.has_title {
            return false;
        }
        self.facts.title = Some(title);
        self.has_title = true;
        self.gap = false;
        self.pass(if is_underlined { behind } else { after })
    }

    fn pairs(&mut self, line: &str, found: &[Pair<'_>], after: &'a str) -> bool {
        let is_marked = line.trim_start().starts_with(['>', '|', '-', '*', '+']);
        let valid = |pair: &Pair<'_>| {
            let (field, own) = pair.field?;
            (field.takes(pair.value) || pair.value.trim().is_empty()).then_some((field, own))
        };
        let taken: Vec<_> = found.iter().filter_map(valid).collect();
        // The crawler writes the cover after an empty line; any other key behind its lines belongs to the text.
        let is_cover = taken.iter().any(|(field, _)| *field == Field::Cover);
        let is_address = taken.iter().any(|(field, own)| *field == Field::Address && *own);
        if self.gap && self.group > 1 && !is_marked && !is_cover && !is_address {
            return false;
        }
        if taken.is_empty() {
            let is_short = found.iter().all(|pair| {
                pair.value.chars().count() <= MAX_UNKNOWN_VALUE && !pair.value.contains(['。', '！', '？', '，'])
            });
            self.unknown += 1;
            if self.unknown > MAX_UNKNOWN || !is_short || (self.gap && !is_marked) {
                return false;
            }
            self.rest = after;
            return true;
        }
        if taken.iter().all(|(field, _)| self.seen.contains(field) && *field != Field::Saver) {
            return false;
        }
        for pair in found {
            let Some((field, own)) = valid(pair) else { continue };
            if !pair.value.trim().is_empty() {
                field.set(&mut self.facts, pair.value, &plain(pair.value));
            }
            self.is_own |= own;
            self.wechat |= field == Field::WeChatAccount;
            self.is_wrapped |= pair.key == CRAWLER_KEY;
            self.known += usize::from(field != Field::Saver);
            self.seen.push(field);
            let is_stated = field == Field::Address && !pair.value.trim().is_empty();
            let is_link =
                self.facts.url.as_deref().is_some_and(is_wechat) && matches!(field, Field::Address | Field::Source);
            let is_quoted = line.trim_start().starts_with('>') && !self.front_matter;
            self.is_proved |= own && (is_stated || is_quoted) || is_link;
        }
        self.group = if self.gap { 1 } else { self.group + 1 };
        self.gap = false;
        self.unknown = 0;
        self.rest = after;
        self.body = after;
        true
    }

    fn finish(mut self) -> Option<Opening<'a>> {
        let is_keyed = self.known > 1 && self.is_own && !self.front_matter;
        if !self.is_proved && !is_keyed {
            return None;
        }
        if self.facts.title.is_none() {
            self.facts.title = self.plain_title;
        }
        let dialect = match (self.is_wrapped, self.is_unescaped) {
            (true, _) => ArchiveDialect::Wrapped,
            (_, true) => ArchiveDialect::Unescaped,
            _ => ArchiveDialect::Plain,
        };
        let wechat = self.wechat || self.facts.url.as_deref().is_some_and(is_wechat);
        Some(Opening { facts: self.facts, body: self.body, dialect, wechat })
    }
}

/// The key by which the album crawler is known. Its value is the account, not a person.
const CRAWLER_KEY: &str = "文章作者";

/// The words of a heading as the reader of the body would give them.
fn title_of(words: &str) -> String {
    let heading = format!("# {words}");
    html(&prepared(&heading, ArchiveDialect::Plain), true).title.unwrap_or_default()
}

/// The style sheet that an exporter's page begins with, when a converter takes it for text.
fn is_style_sheet(line: &str) -> bool {
    let rules = line.split('{').skip(1).filter(|rule| {
        rule.split_once('}').is_some_and(|(inside, _)| inside.contains(':') && inside.trim_end().ends_with(';'))
    });
    rules.take(2).count() == 2
}
