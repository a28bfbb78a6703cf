use super::ArchiveDialect;
use super::account_box::{account_card, album, card_over_lines, is_profile};
use super::byline::{Byline, is_button, moment};
use super::fields::{is_wechat, tags};
use super::frame::{FrameLine, frame_line, is_platform_name};
use super::keys::Field;
use super::pairs::{Pair, undecorated};
use super::run::{Above, Known, MAX_LINE, Run, RunLine, is_blank};
use super::saver::provenance;
use super::words::{address, plain};
use crate::model::{Date, Facts};
use crate::parse::archive::html::html;
use crate::parse::archive::lines::{is_heading, is_rule, is_separator, is_underline, next_line};
use crate::parse::archive::prepare::prepared;
use crate::parse::date::parse_date;

/// Bytes and paragraphs at the end of a text in which such lines are looked for.
const MAX_END: usize = 4_096;
const MAX_END_PARAGRAPHS: usize = 8;
/// Most lines, and runs of `key: value`, looked at.
const MAX_LINES: usize = 80;
/// Most characters of a title that stands as a plain line.
const MAX_PLAIN_TITLE: usize = 64;

/// The lines above the text that a converter, a clipper or an archiver wrote.
pub(super) struct Opening<'a> {
    pub facts: Facts,
    /// What follows them.
    pub body: &'a str,
    /// The words of those among them that state no field.
    pub aside: Vec<String>,
    pub dialect: ArchiveDialect,
    /// They are in a form that only WeChat's articles have.
    pub wechat: bool,
    /// They say nothing but when the program did its work.
    pub is_saver: bool,
}

/// Reads a title, lines of `key: value` and WeChat's byline, in any order and with empty lines and rules among them, for
/// as long as one follows the other. `None` where they do not prove to be a header: a recipe and a notice begin with
/// `key: value` too. Above them can be a front matter, whose facts are `known`.
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
    /// A first line without any mark, or a heading of another level, which may be the title.
    plain_title: Option<String>,
    has_title: bool,
    /// A byline or a run of pairs proves the header.
    is_proved: bool,
    has_byline: bool,
    /// A line states something of the article.
    is_stated: bool,
    /// When the file was made.
    created: Option<Date>,
    /// The words of the header's lines that state no field, and of lines behind them that are the header's only if more of it
    /// follows.
    aside: Vec<String>,
    pending: Vec<String>,
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

    /// Takes the next line, or run of lines; false when it is no part of a header.
    fn line(&mut self) -> bool {
        let (line, after) = next_line(self.rest);
        if is_blank(line) {
            self.rest = after;
            return true;
        }
        if line.trim_start().starts_with("<!--") {
            return self.comment();
        }
        if line.len() > MAX_LINE {
            return false;
        }
        if is_silent(line) {
            return self.pass(after);
        }
        if !self.has_title && is_style_sheet(line) {
            self.pending.push(plain(line));
            return self.pass(after);
        }
        if self.frame(line, after) || !self.is_end && (self.title(line, after) || self.byline(line, after)) {
            return true;
        }
        if provenance(line, &mut self.facts, self.has_byline) {
            self.is_stated = true;
            return self.prove_by(line, after);
        }
        if let Some(account) = account_card(line).filter(|_| self.is_proved) {
            self.facts.account.get_or_insert(account);
            self.wechat = true;
            return self.prove_by(line, after);
        }
        let run = Run::read(self.rest, self.facts.title.as_deref());
        if !run.is_empty() {
            return self.run(&run);
        }
        self.is_plain_title(line) && self.pass(after)
    }

    /// Goes on behind a line that is the header's only if more of it follows: the text may begin with a heading `来源`.
    fn look_behind(&mut self, after: &'a str) -> bool {
        self.rest = after;
        true
    }

    /// Goes on behind a line that is no text: it goes with the header above it.
    fn pass(&mut self, after: &'a str) -> bool {
        self.rest = after;
        if self.is_proved {
            self.take(after);
        }
        true
    }

    fn prove(&mut self, after: &'a str) -> bool {
        self.is_proved = true;
        self.rest = after;
        self.take(after);
        true
    }

    /// The same by a line whose words state no field, or not only.
    fn prove_by(&mut self, line: &str, after: &'a str) -> bool {
        self.pending.push(words_of(line));
        self.prove(after)
    }

    fn take(&mut self, after: &'a str) {
        self.body = after;
        self.aside.append(&mut self.pending);
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

    /// A heading of a part of the file, the cover, links of the program to itself.
    fn frame(&mut self, line: &str, after: &'a str) -> bool {
        if let Some(after) = excerpt(line, after).filter(|_| self.front_matter) {
            let quoted = self.rest.get(..self.rest.len().saturating_sub(after.len())).unwrap_or_default();
            self.pending.extend(quoted.lines().map(words_of).filter(|words| !words.is_empty()));
            return self.prove(after);
        }
        let (underline, behind) = next_line(after);
        let behind = if is_underline(underline) { behind } else { after };
        match frame_line(line) {
            Some(FrameLine::Cover) => {
                let cover = address(&line.replace('\\', ""));
                if self.facts.cover_url.is_some() && self.facts.cover_url != cover {
                    return false;
                }
                self.facts.cover_url = cover;
                self.look_behind(after)
            }
            Some(FrameLine::Text) if !self.is_proved => false,
            Some(FrameLine::Text) => self.prove_by(line, behind),
            Some(FrameLine::Information) => {
                self.pending.push(words_of(line));
                self.look_behind(behind)
            }
            None => false,
        }
    }

    /// A heading of level 1, or the one that the front matter names, once.
    fn title(&mut self, line: &str, after: &'a str) -> bool {
        let (underline, behind) = next_line(after);
        let known = self.facts.title.as_deref();
        let title_by = known.and_then(|title| line.trim().strip_prefix(title)?.strip_prefix(" by "));
        let is_underlined = is_underline(underline) && (underline.trim_start().starts_with('=') || title_by.is_some());
        // Some set it twice, and once as a heading of level 2, or without any mark.
        let is_heading = is_heading(line) && (line.trim_start().starts_with("# ") || self.has_title);
        let is_again = self.is_proved && !self.has_byline && known == Some(line.trim());
        if !is_heading && !is_underlined && !is_again {
            return false;
        }
        if let Some(account) = title_by.map(str::trim).filter(|account| !account.is_empty() && is_underlined) {
            self.facts.account.get_or_insert_with(|| account.to_owned());
            return self.prove(behind);
        }
        let after = if is_underlined { behind } else { after };
        let title = title_of(line);
        if self.is_proved && is_platform_name(&title) {
            self.pending.push(title);
            return self.look_behind(after);
        }
        if title.is_empty() || known.is_some_and(|known| *known != title) {
            return false;
        }
        self.facts.title = Some(title);
        self.has_title = true;
        self.pass(after)
    }

    /// WeChat's byline, and what stands below one: its date where a script wrote that, the box of the account, the albums.
    fn byline(&mut self, line: &str, after: &'a str) -> bool {
        if !self.has_byline {
            let Some((byline, after)) = Byline::at(line, after, self.facts.account.as_deref()) else { return false };
            self.has_byline = true;
            self.is_unescaped = byline.has_wide_gap && !self.front_matter;
            self.wechat = true;
            self.is_stated = true;
            byline.set(&mut self.facts);
            return self.prove(after);
        }
        if let Some(moment) = moment(line).filter(|_| self.facts.published.is_none()) {
            moment.set(&mut self.facts);
            return self.prove(after);
        }
        if let Some((names, after)) = album(line, after) {
            let names = names.into_iter().filter(|name| !self.facts.tags.contains(name)).collect::<Vec<_>>();
            self.facts.tags.extend(names);
            return self.prove(after);
        }
        if let Some(after) = card_over_lines(self.rest, &self.facts) {
            let card = self.rest.get(..self.rest.len().saturating_sub(after.len())).unwrap_or_default();
            self.pending.extend(card.lines().map(words_of).filter(|words| !words.is_empty()));
            return self.prove(after);
        }
        (is_button(line) || is_profile(line, &self.facts)) && self.prove_by(line, after)
    }

    /// Lines of `key: value`, as many of them as prove to be a header's; false where the text begins among them.
    fn run(&mut self, run: &Run<'a>) -> bool {
        let above = match (self.has_byline, self.is_proved) {
            (true, _) => Above::Byline,
            (_, true) => Above::Header,
            _ => Above::Nothing,
        };
        let header = run.header(Known { facts: &self.facts, above });
        for line in header {
            self.pairs(line);
            self.prove(line.after);
        }
        header.len() == run.len()
    }

    fn pairs(&mut self, line: &RunLine<'a>) {
        let is_signed = !self.facts.authors.is_empty();
        let said = line.pairs.iter().filter_map(|pair| Some((pair, pair.said()?.0)));
        for (pair, field) in said.clone().filter(|(pair, _)| !pair.value.trim().is_empty()) {
            let shown = plain(pair.value);
            match field {
                Field::Created => self.created = self.created.or_else(|| parse_date(&shown, Date::BEIJING)),
                Field::Tags => tags(&shown).for_each(|tag| field.set(&mut self.facts, &tag, &tag)),
                // A second author is somebody else's.
                Field::Author if is_signed => {}
                _ => field.set(&mut self.facts, pair.value, &shown),
            }
            self.wechat |= field == Field::WeChatAccount;
            self.is_wrapped |= pair.key == CRAWLER_KEY;
            self.is_stated |= field != Field::Saver;
        }
        let is_field = |(pair, field): (&Pair<'_>, Field)| field.is_stated(&self.facts, pair.value, &plain(pair.value));
        if line.pairs.len() != said.clone().count() || !said.into_iter().all(is_field) {
            self.pending.push(words_of(line.text));
        }
    }

    /// Whether a first line may be the title, which nothing marks as such: it is, if a header follows.
    fn is_plain_title(&mut self, line: &str) -> bool {
        let is_first = !self.is_end && !self.is_proved && self.facts.title.is_none() && self.plain_title.is_none();
        let title = if is_heading(line) { title_of(line) } else { plain(line) };
        let is_short = !title.is_empty() && title.chars().count() <= MAX_PLAIN_TITLE;
        let is_title = is_first
            && is_short
            && !title.ends_with(['。', '！', '.', '，', ','])
            && !line.starts_with(['!', '>', '|', '`']);
        if is_title {
            self.plain_title = Some(title);
        }
        is_title
    }

    fn finish(mut self) -> Option<Opening<'a>> {
        if !self.is_proved {
            return None;
        }
        if self.facts.title.is_none() {
            self.facts.title = self.plain_title;
        } else if let Some(line) = self.plain_title.filter(|line| self.facts.title.as_ref() != Some(line)) {
            self.aside.insert(0, line);
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
        let is_saver = self.is_end && !self.is_stated;
        Some(Opening { facts: self.facts, body: self.body, aside: self.aside, dialect, wechat, is_saver })
    }
}

/// Whether a line shows nothing: a rule, the line below a table's head, an anchor, a tag for the program.
fn is_silent(line: &str) -> bool {
    let is_tag = |begin: &str, end: &str| line.trim_start().starts_with(begin) && line.trim_end().ends_with(end);
    let is_anchor = is_tag("<a ", "</a>") && plain(line).is_empty();
    is_rule(line) || is_separator(line) || is_anchor || is_tag("<meta ", ">")
}

/// The words of a line of the header.
fn words_of(line: &str) -> String {
    plain(undecorated(line).trim_start_matches('#').trim())
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

/// The key by which the album crawler is known. Its value is the account, not a person.
const CRAWLER_KEY: &str = "文章作者";

/// The words of a heading as the reader of the body would give them.
fn title_of(line: &str) -> String {
    let heading = format!("# {}", line.trim().trim_start_matches('#').trim());
    html(&prepared(&heading, ArchiveDialect::Plain), true).title.unwrap_or_default()
}

/// The style sheet that an exporter's page begins with, when a converter takes it for text.
fn is_style_sheet(line: &str) -> bool {
    let rules = line.split('{').skip(1).filter(|rule| {
        rule.split_once('}').is_some_and(|(inside, _)| inside.contains(':') && inside.trim_end().ends_with(';'))
    });
    rules.take(2).count() == 2
}
