use super::fields::{is_platform, is_wechat, with_account};
use super::keys::{Field, Weight};
use super::pairs::{Pair, columns, keyless, pairs};
use super::words::{address, plain};
use crate::model::{Date, Facts};
use crate::parse::archive::lines::{is_separator, item, next_line};
use crate::parse::date::parse_date;

/// Most lines of one run.
const MAX_LINES: usize = 60;
/// Longest line of a header, in bytes.
pub(super) const MAX_LINE: usize = 4_096;
/// Most lines that say nothing of the article, between those that do.
const MAX_UNKNOWN: usize = 12;
/// Most characters of what such a line says; what is longer is prose.
const MAX_UNKNOWN_VALUE: usize = 40;

/// Lines of `key: value` that belong together: they stand one below the other, or each in a paragraph of its own, and all in
/// one layout. A run of one line can hold several pairs.
pub(super) struct Run<'a> {
    lines: Vec<RunLine<'a>>,
    /// Each in a paragraph of its own.
    is_spaced: bool,
}

pub(super) struct RunLine<'a> {
    pub text: &'a str,
    pub pairs: Vec<Pair<'a>>,
    /// What follows it.
    pub after: &'a str,
    layout: Layout,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Plain,
    Bold,
    Quoted,
    Item,
    Row,
}

/// What is known when a run is judged.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub facts: &'a Facts,
    pub above: Above,
}

/// What stands above a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Above {
    /// A title, or a front matter, which often speaks of the copy and not of the article.
    #[default]
    Nothing,
    /// Lines of an archiver: what follows goes with them only by a proof of its own, and says nothing otherwise.
    Header,
    /// The same of WeChat's byline: an original elsewhere is then the text's.
    Byline,
}

/// How many lines there are up to the last that states something, and to the last that proves something.
#[derive(Clone, Copy, Default)]
struct End {
    statements: usize,
    proofs: usize,
}

/// What a line is to a header.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Only a header says this.
    Proof,
    /// It states a field.
    Statement,
    /// It can stand among those: a key that no table knows, a count, tags.
    Company,
    /// It speaks of what the article is about.
    Subject,
    /// It says otherwise than what stands above.
    Contradiction,
    Prose,
}

impl<'a> Run<'a> {
    /// The run at the start of `rest`, which may be empty.
    pub(super) fn read(rest: &'a str, title: Option<&str>) -> Self {
        let mut run = Self { lines: Vec::new(), is_spaced: false };
        let (mut rest, mut gap) = (rest, false);
        while run.lines.len() < MAX_LINES && !rest.is_empty() {
            let (text, after) = next_line(rest);
            if is_blank(text) {
                (gap, rest) = (true, after);
                continue;
            }
            if is_separator(text) && !run.lines.is_empty() {
                rest = after;
                continue;
            }
            let Some(line) = RunLine::read(text, after, title) else { break };
            let is_second = run.lines.len() == 1;
            if let Some(last) = run.lines.last() {
                if last.is_closed_before(&line, gap) || run.is_together() && gap {
                    break;
                }
                if run.is_spaced && !gap {
                    // The last one stands with this line, not with those above.
                    run.lines.pop();
                    break;
                }
            }
            if is_second {
                run.is_spaced = gap;
            }
            (rest, gap) = (line.after, false);
            run.lines.push(line);
        }
        run
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    fn is_together(&self) -> bool {
        self.lines.len() > 1 && !self.is_spaced
    }

    /// The lines at its start that are a header's, which can be none. Where each stands by itself it ends with the last that
    /// states something; lines that stand together are a header or none.
    pub(super) fn header(&self, known: Known<'_>) -> &[RunLine<'a>] {
        let roles: Vec<Role> = self.lines.iter().map(|line| line.role(known)).collect();
        let end = match (self.is_spaced, known.above) {
            (true, Above::Byline) => self.spaced_end(&roles).proofs,
            (true, _) => self.spaced_end(&roles).statements,
            (false, _) => self.end(&roles),
        };
        let taken = self.lines.get(..end).unwrap_or_default();
        if is_proved(taken, known) { taken } else { &[] }
    }

    fn spaced_end(&self, roles: &[Role]) -> End {
        let (mut end, mut company) = (End::default(), 0);
        for (nth, role) in roles.iter().enumerate() {
            if self.repeats(nth) {
                return end;
            }
            match role {
                // What stands before it may speak of the same thing.
                Role::Subject => return End { statements: end.proofs, ..end },
                Role::Contradiction | Role::Prose => return end,
                Role::Company => company += 1,
                Role::Proof | Role::Statement => {
                    (end.statements, company) = (nth + 1, 0);
                    end.proofs = if *role == Role::Proof { nth + 1 } else { end.proofs };
                }
            }
            if company > MAX_UNKNOWN {
                return end;
            }
        }
        end
    }

    fn end(&self, roles: &[Role]) -> usize {
        if roles.iter().any(|role| matches!(role, Role::Subject | Role::Contradiction)) {
            return 0;
        }
        let mut company = 0;
        for (nth, role) in roles.iter().enumerate() {
            company = if *role == Role::Company { company + 1 } else { 0 };
            if *role == Role::Prose || company > MAX_UNKNOWN || self.repeats(nth) {
                return nth;
            }
        }
        roles.len()
    }

    /// Whether a line states nothing but what lines above it have stated.
    fn repeats(&self, nth: usize) -> bool {
        let above = self.lines.get(..nth).unwrap_or_default();
        let said = |field: Field| above.iter().flat_map(RunLine::said).any(|(known, _)| known == field);
        let Some(line) = self.lines.get(nth) else { return false };
        let mut fields =
            line.said().map(|(field, _)| field).filter(|field| !matches!(field, Field::Saver | Field::Tags));
        let first = fields.next();
        first.is_some_and(said) && fields.all(said)
    }
}

impl<'a> RunLine<'a> {
    fn read(text: &'a str, after: &'a str, title: Option<&str>) -> Option<Self> {
        if text.len() > MAX_LINE {
            return None;
        }
        let layout = layout(text);
        if layout == Layout::Row
            && let Some((pairs, after)) = columns(text, after)
        {
            return Some(Self { text, pairs, after, layout });
        }
        let mut found = pairs(text);
        if found.is_empty() && matches!(layout, Layout::Quoted | Layout::Item) {
            found.extend(keyless(text, title));
        }
        (!found.is_empty()).then_some(Self { text, pairs: found, after, layout })
    }

    /// Whether a run ends between this line and the next: at another layout, and behind several pairs in one line.
    fn is_closed_before(&self, next: &Self, gap: bool) -> bool {
        let is_block = |line: &Self| matches!(line.layout, Layout::Item | Layout::Row);
        let is_other = self.layout != next.layout && (gap || is_block(self) || is_block(next));
        // The crawler sets the cover last.
        let is_cover = self.said().any(|(field, _)| field == Field::Cover);
        is_other || gap && (self.pairs.len() > 1 || is_cover)
    }

    /// What it says of the article, values of another kind than the key's left out.
    fn said(&self) -> impl Iterator<Item = (Field, Weight)> {
        self.pairs.iter().filter_map(Pair::said)
    }

    fn role(&self, known: Known<'_>) -> Role {
        if self.pairs.iter().any(Pair::is_of_subject) {
            return Role::Subject;
        }
        if known.above != Above::Nothing && self.pairs.iter().any(|pair| contradicts(pair, known.facts)) {
            return Role::Contradiction;
        }
        if self.pairs.iter().any(|pair| is_proof(pair, known)) {
            return Role::Proof;
        }
        if self.pairs.iter().any(|pair| is_statement(pair, known.facts)) {
            return Role::Statement;
        }
        let is_long = |pair: &Pair<'_>| plain(pair.value).chars().count() > MAX_UNKNOWN_VALUE;
        // Archivers write the whole digest, but not as a paragraph of its own, which is a lead.
        let is_summary = |pair: &Pair<'_>| matches!(pair.field, Some((Field::Summary, _)));
        if self.pairs.iter().any(|pair| is_long(pair) && !is_summary(pair)) { Role::Prose } else { Role::Company }
    }
}

/// Whether a line holds no words, be it in a quotation.
pub(super) fn is_blank(line: &str) -> bool {
    line.trim_matches([' ', '>', '\t', '\r', '\u{a0}', '\u{3000}']).is_empty()
}

fn layout(line: &str) -> Layout {
    let line = line.trim_start();
    match line.chars().next() {
        Some('>') => Layout::Quoted,
        Some('|') => Layout::Row,
        _ if line.starts_with("**") => Layout::Bold,
        _ if item(line).is_some() => Layout::Item,
        _ => Layout::Plain,
    }
}

/// Whether lines are a header's: one of them is its proof, or speaks of a published text in company of another, or they name
/// author, medium and day.
fn is_proved(lines: &[RunLine<'_>], known: Known<'_>) -> bool {
    let pairs = || lines.iter().flat_map(|line| &line.pairs);
    if pairs().any(|pair| is_proof(pair, known)) {
        return true;
    }
    let says_otherwise = pairs().any(|pair| contradicts(pair, known.facts));
    if known.above != Above::Nothing || says_otherwise {
        return false;
    }
    let statements: Vec<(Field, Weight)> =
        pairs().filter(|pair| is_statement(pair, known.facts)).filter_map(Pair::said).collect();
    let names = |wanted: &[Field]| statements.iter().any(|(field, _)| wanted.contains(field));
    let is_titled = names(&[Field::Title]) && known.facts.title.is_some();
    let is_of_article = is_titled || statements.iter().any(|(_, weight)| *weight == Weight::Article);
    is_of_article && statements.len() > 1
        || names(&[Field::Author]) && names(&[Field::Account, Field::Source]) && names(&[Field::Published])
}

/// Whether only a header says this: WeChat's address or account, the address of an original, when a program did its work.
fn is_proof(pair: &Pair<'_>, known: Known<'_>) -> bool {
    let Some((field, weight)) = pair.said().filter(|_| !pair.value.trim().is_empty()) else { return false };
    let is_address = matches!(field, Field::Address | Field::Source);
    if is_address && address(pair.value).as_deref().is_some_and(is_wechat) {
        return true;
    }
    let shown = plain(pair.value);
    match field {
        Field::Source => ["公众号", "公眾號"].iter().any(|kind| shown.contains(kind)) || shown == "微信",
        Field::Author => with_account(&shown).is_some(),
        // What has no time in it may be a number of the text's.
        Field::Saver => weight == Weight::Archiver && parse_date(&shown, Date::BEIJING).is_some(),
        Field::Cover => weight == Weight::Article && address(pair.value).is_some(),
        Field::Address => weight == Weight::Archiver && known.above != Above::Byline,
        Field::WeChatAccount => !contradicts(pair, known.facts),
        _ => weight == Weight::Archiver,
    }
}

/// Whether it states a field of the article's; a title where it is the one that is known.
fn is_statement(pair: &Pair<'_>, facts: &Facts) -> bool {
    let Some((field, weight)) = pair.said() else { return false };
    let is_filled = !pair.value.trim().is_empty();
    match field {
        Field::Title => {
            weight == Weight::Article || facts.title.as_deref().is_none_or(|title| title == plain(pair.value))
        }
        Field::Source => is_filled && !(is_platform(&plain(pair.value)) && weight == Weight::Common),
        Field::Account
        | Field::WeChatAccount
        | Field::Author
        | Field::Published
        | Field::Modified
        | Field::Place
        | Field::Address => is_filled,
        Field::Cover => address(pair.value).is_some(),
        Field::Created
        | Field::Summary
        | Field::Tags
        | Field::Language
        | Field::License
        | Field::Copyright
        | Field::Saver => false,
    }
}

/// Whether it says otherwise than what is known: another title, author, account, day or address. A second one of each is
/// none of the header's.
fn contradicts(pair: &Pair<'_>, facts: &Facts) -> bool {
    let Some((field, _)) = pair.said().filter(|_| !pair.value.trim().is_empty()) else { return false };
    let shown = plain(pair.value);
    let is_known = match field {
        Field::Title => facts.title.is_some(),
        Field::Author => !facts.authors.is_empty(),
        Field::Account | Field::WeChatAccount => facts.account.is_some(),
        Field::Source => facts.account.is_some() && address(pair.value).is_none(),
        Field::Published => facts.published.is_some(),
        Field::Address => facts.url.is_some(),
        _ => false,
    };
    is_known && !field.is_stated(facts, pair.value, &shown)
}
