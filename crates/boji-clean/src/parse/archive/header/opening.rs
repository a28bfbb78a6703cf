use super::ArchiveDialect;
use super::byline::{Byline, account_card, is_place, provenance};
use super::fields::{Field, is_platform, is_wechat};
use super::frame::{FrameLine, frame_line, is_profile, lone_date};
use super::pairs::{Pair, pairs, undecorated};
use super::words::{address, plain};
use crate::model::{Date, Facts};
use crate::parse::archive::html::html;
use crate::parse::archive::lines::{is_heading, is_rule, is_separator, is_underline, next_line};
use crate::parse::archive::prepare::prepared;
use crate::parse::date::parse_date;

/// Bytes and paragraphs at the end of a text in which such lines are looked for.
const MAX_END: usize = 4_096;
const MAX_END_PARAGRAPHS: usize = 8;
/// Most lines looked at.
const MAX_LINES: usize = 80;
/// Longest line of a header, in bytes.
const MAX_LINE: usize = 4_096;
/// Most lines with a key that no table knows, between known ones.
const MAX_UNKNOWN: usize = 6;
/// Most lines of a byline that is divided into lines.
const MAX_BYLINE_LINES: usize = 5;
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
    /// They say nothing but when the program did its work.
    pub is_saver: bool,
}

/// Reads a title, lines of `key: value` and WeChat's byline, in any order and with empty lines and rules among them, for
/// as long as one follows the other. `None` where they do not prove to be a header: a recipe and a notice begin with
/// `key: value` too. Below a front matter, whose facts are `known`, only an address or a byline proves it.
pub(super) fn read<'a>(text: &'a str, known: Option<&Facts>) -> Option<Opening<'a>> {
    let facts = known.cloned().unwrap_or_default();
    Reader { rest: text, body: text, facts, front_matter: known.is_some(), ..Reader::default() }.read()
}

/// Reads such lines below the text, where some programs set them: the last paragraphs of `text`, of which nothing but a
/// title is known by `facts`. Only an address of WeChat proves them. Gives the text without them.
pub(super) fn read_end<'a>(text: &'a str, facts: &Facts) -> Option<Opening<'a>> {
    let tail_at = text.ceil_char_boundary(text.len().saturating_sub(MAX_END));
    let tail = text.get(tail_at..)?;
    let starts = tail.match_indices("\n\n").map(|(at, gap)| tail_at + at + gap.len());
    let last_line = tail.trim_end().rfind('\n').map(|at| tail_at + at + 1);
    let starts: Vec<usize> = starts.chain(last_line).collect();
    starts.iter().rev().take(MAX_END_PARAGRAPHS).rev().find_map(|start| {
        let (body, end) = text.split_at_checked(*start)?;
        let reader = Reader { rest: end, body: end, facts: facts.clone(), is_end: true, ..Reader::default() };
        let found = reader.read().filter(|found| found.body.trim().is_empty())?;
        let has_address = facts.url.is_none() && found.facts.url.as_deref().is_some_and(is_wechat);
        (has_address || found.is_saver).then_some(Opening { body, ..found })
    })
}

#[derive(Default)]
struct Reader<'a> {
    rest: &'a str,
    /// Behind the last line that is the header's.
    body: &'a str,
    facts: Facts,
    /// There is a front matter above.
    front_matter: bool,
    /// It stands below the text.
    is_end: bool,
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
    has_byline: bool,
    /// When the file was made.
    created: Option<Date>,
    is_wrapped: bool,
    is_unescaped: bool,
    wechat: bool,
}

impl<'a> Reader<'a> {
    fn read(mut self) -> Option<Opening<'a>> {
        for _ in 0..MAX_LINES {
            if self.rest.is_empty() || !self.line() {
                break;
            }
        }
        self.finish()
    }

    /// Takes the next line; false when it is no part of a header.
    fn line(&mut self) -> bool {
        let (line, after) = next_line(self.rest);
        if line.trim_matches([' ', '>', '\t', '\r']).is_empty() {
            // Unknown keys at the end of their group are the header's own.
            if self.unknown > 0 && self.known > 0 && !self.gap {
                self.body = self.rest;
                self.unknown = 0;
            }
            self.gap = true;
            self.rest = after;
            return true;
        }
        if line.starts_with("<meta ") && line.trim_end().ends_with('>') {
            return self.pass(after);
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
        if !self.is_end && self.title(line, after) {
            return true;
        }
        if !self.has_byline
            && let Some((byline, after)) = byline(line, after, self.facts.account.as_deref())
        {
            self.has_byline = true;
            self.is_unescaped = byline.has_wide_gap && !self.front_matter;
            self.wechat = true;
            byline.set(&mut self.facts);
            return self.prove(after);
        }
        match frame_line(line) {
            Some(FrameLine::Cover) => {
                self.facts.cover_url = self.facts.cover_url.take().or_else(|| address(line));
                return self.look_behind(after);
            }
            Some(FrameLine::Information) => return self.look_behind(after),
            Some(FrameLine::Text) if self.is_proved => {
                self.prove(after);
                return false;
            }
            _ => {}
        }
        if self.has_byline && is_profile(line, &self.facts) {
            return self.prove(after);
        }
        if let Some(after) = excerpt(line, after).filter(|_| self.front_matter) {
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
        if is_marked(line) && self.item(line) {
            return self.look_behind(after);
        }
        let is_first =
            !self.is_end && self.known == 0 && !self.is_proved && !self.has_title && self.plain_title.is_none();
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

    /// Goes on behind a line that is the header's only if more of it follows: the text may begin with a heading `来源`.
    fn look_behind(&mut self, after: &'a str) -> bool {
        self.rest = after;
        true
    }

    /// Goes on behind a line that is no text: it goes with the header above it.
    fn pass(&mut self, after: &'a str) -> bool {
        self.rest = after;
        if (self.known > 0 || self.is_proved) && self.unknown == 0 {
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
        let title_by =
            self.facts.title.as_deref().and_then(|title| line.trim().strip_prefix(title)?.strip_prefix(" by "));
        let is_underlined = is_underline(underline) && (underline.trim_start().starts_with('=') || title_by.is_some());
        // Some set it twice, and once as a heading of level 2.
        let is_heading = is_heading(line) && (line.trim_start().starts_with("# ") || self.has_title);
        if !is_heading && !is_underlined {
            return false;
        }
        if let Some(account) = title_by.map(str::trim).filter(|account| !account.is_empty() && is_underlined) {
            self.facts.account.get_or_insert_with(|| account.to_owned());
            return self.prove(behind);
        }
        let words = line.trim().trim_start_matches('#').trim();
        let title = title_of(words);
        if title.is_empty() || self.facts.title.as_ref().is_some_and(|known| *known != title) {
            return false;
        }
        self.facts.title = Some(title);
        self.has_title = true;
        self.gap = false;
        self.pass(if is_underlined { behind } else { after })
    }

    fn pairs(&mut self, line: &str, found: &[Pair<'_>], after: &'a str) -> bool {
        let is_marked = is_marked(line);
        let valid = |pair: &Pair<'_>| {
            let (field, own) = pair.field?;
            (field.takes(pair.value) || pair.value.trim().is_empty()).then_some((field, own))
        };
        let taken: Vec<_> = found.iter().filter_map(valid).collect();
        self.created = self.created.or_else(|| created(found));
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
            if self.unknown > MAX_UNKNOWN || !is_short || (self.gap && self.group > 1 && !is_marked) {
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
            if !pair.value.trim().is_empty() && field != Field::Created {
                field.set(&mut self.facts, pair.value, &plain(pair.value));
            }
            self.is_own |= own;
            self.wechat |= field == Field::WeChatAccount;
            self.is_wrapped |= pair.key == CRAWLER_KEY;
            // What has no time in it may be a number of the text's.
            if field == Field::Saver && self.is_end && parse_date(&plain(pair.value), Date::BEIJING).is_none() {
                return false;
            }
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

    /// What an item or a quotation says without a key: the article as a link, its day, that it comes from WeChat.
    fn item(&mut self, line: &str) -> bool {
        let inner = undecorated(line);
        let link = inner.starts_with('[').then(|| address(inner)).flatten().filter(|link| is_wechat(link));
        if let Some(link) = link.filter(|_| inner.ends_with(')') && !plain(inner).contains('。')) {
            self.facts.url.get_or_insert(link);
            self.is_proved = true;
            return true;
        }
        if let Some(date) = lone_date(inner) {
            self.facts.published = self.facts.published.or(Some(date));
            return true;
        }
        is_platform(&plain(inner))
    }

    fn finish(mut self) -> Option<Opening<'a>> {
        let is_keyed = self.known > 1 && self.is_own && !self.front_matter;
        let is_saver = self.is_end && self.known == 0 && self.seen.contains(&Field::Saver) && self.unknown == 0;
        if !self.is_proved && !is_keyed && !is_saver {
            return None;
        }
        if self.facts.title.is_none() {
            self.facts.title = self.plain_title;
        }
        // A saved page was published before it was saved.
        if self.facts.published.is_none() && self.facts.url.is_none() {
            self.facts.published = self.created;
        }
        let dialect = match (self.is_wrapped, self.is_unescaped) {
            (true, _) => ArchiveDialect::Wrapped,
            (_, true) => ArchiveDialect::Unescaped,
            _ => ArchiveDialect::Plain,
        };
        let wechat = self.wechat || self.facts.url.as_deref().is_some_and(is_wechat);
        Some(Opening { facts: self.facts, body: self.body, dialect, wechat, is_saver })
    }
}

fn is_marked(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with(['>', '|']) || ["- ", "* ", "+ ", "**"].iter().any(|mark| line.starts_with(mark))
}

/// The byline at the start of a line, or in it and the next lines: its parts in lines of their own, below the mark of an
/// original.
fn byline<'a>(line: &str, after: &'a str, account: Option<&str>) -> Option<(Byline, &'a str)> {
    if let Some(byline) = Byline::read(line) {
        return Some((byline, after));
    }
    if !["原创", "原創", "Original"].iter().any(|mark| plain(undecorated(line)).starts_with(mark)) {
        return None;
    }
    let mut joined = line.trim().to_owned();
    let mut rest = after;
    let mut lines = 0;
    while lines < MAX_BYLINE_LINES && !rest.is_empty() {
        let (next, after) = next_line(rest);
        let next = next.trim();
        if !next.is_empty() {
            if plain(next).chars().count() > MAX_PLAIN_TITLE || next.starts_with(['>', '#', '!', '-', '|']) {
                break;
            }
            joined.push_str(if lines == 0 { " " } else { "  " });
            joined.push_str(next);
            lines += 1;
            if account == Some(next) {
                let authors = joined.split_once(' ').and_then(|(_, names)| names.rsplit_once("  "));
                let authors = authors.map(|(names, _)| names.trim().to_owned()).filter(|names| !names.is_empty());
                let byline = Byline { authors: authors.into_iter().collect(), is_original: true, ..Byline::default() };
                return Some((byline, after));
            }
            if let Some(mut byline) = Byline::read(&joined) {
                let place = after.trim_start();
                let (line, behind) = next_line(place);
                let is_place = byline.place.is_none() && is_place(line.trim());
                if is_place {
                    byline.place = Some(line.trim().to_owned());
                }
                return Some((byline, if is_place { behind } else { after }));
            }
        }
        rest = after;
    }
    None
}

/// The passage that MarkDownload sets above the text, which begins with the same words.
fn excerpt<'a>(line: &str, after: &'a str) -> Option<&'a str> {
    if line.trim() != "> ## Excerpt" {
        return None;
    }
    let mut rest = after;
    loop {
        let (line, after) = next_line(rest);
        if !line.trim_start().starts_with('>') {
            return Some(rest);
        }
        rest = after;
    }
}

fn created(found: &[Pair<'_>]) -> Option<Date> {
    let pair = found.iter().find(|pair| matches!(pair.field, Some((Field::Created, _))))?;
    parse_date(&plain(pair.value), Date::BEIJING)
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
