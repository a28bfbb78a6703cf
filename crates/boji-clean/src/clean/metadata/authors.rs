use memchr::memmem;
use serde_json::Value;

use super::date_reading::DateReading;
use super::json_ld::JsonLd;
use super::names::{
    NameReading, behind_lead, has_lead, has_sure_lead, is_house, is_job, is_login, is_lone_lead, is_name, is_person,
    is_role, is_small_name, is_wide_name, labelled_part, names,
};
use super::page_text::{PageText, Portrait, Span, StatingElement};
use crate::rules::words::metadata::{ABOUT, AUTHOR, CAPTION, COMMENTS, DATE, ELSEWHERE};
use crate::rules::words::{AuthorWords, MetadataWords};
use crate::text::{count_letters, has_letters};

/// Most bytes of prose between a title and the byline under it, and of text between a byline and the title under it.
const MAX_PROSE: usize = 420;
const MAX_ABOVE: usize = 200;
/// Longest line that is nothing but a lead and a name, however the name is written: "by jzb".
const MAX_BARE_BYTES: usize = 20;
/// Most bytes between the names of one byline: a comma, an "and".
const MAX_GAP: usize = 6;
/// Most lines of an element called after the author in which a name is looked for.
const MAX_MARKED_LINES: usize = 2;
/// Most bytes of a line before a name that signs: a label, a place, the name before it.
const MAX_BEFORE_BYTES: usize = 60;
/// Longest line in the midst of which a name is led to.
const MAX_LED_BYTES: usize = 90;
/// Most authors taken.
const MAX_AUTHORS: usize = 20;
/// Most bytes between the title and the line of the date that names who wrote.
const MAX_AWAY: usize = 600;
/// Most bytes of prose between them: a teaser.
const MAX_TEASER: usize = 420;
/// Longest line that holds but a date, a name and how long the reading takes.
const MAX_LINE_BYTES: usize = 100;
/// Most lines over the date, and below it, that are looked at.
const MAX_OVER: usize = 2;
const MAX_BELOW: usize = 2;
/// Most letters beside the names: an "and".
const MAX_REST: usize = 3;
/// Most bytes between a portrait and the name beside it.
const MAX_BESIDE: usize = 4;

/// What is known when the authors are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct AuthorContext<'a> {
    /// Names of the site and its publisher: the first is the one that the page calls its own.
    pub sites: &'a [String],
    /// Host of the address in lower case, "" when unknown.
    pub host: &'a str,
    /// Where the title stands.
    pub title: Option<Span>,
}

/// The authors and where they were found.
pub(super) type StatedNames = (Vec<String>, &'static str);

/// The authors as stated, in order. What a reader sees decides: names in the page's data are taken when the page shows
/// them, or shows no others. The site and its teams sign only where no person does.
pub(super) fn authors(seen: &PageText, data: &JsonLd, signing: AuthorContext) -> Option<StatedNames> {
    let known = &seen.known.authors;
    let stated = stated(seen, data, signing);
    let signed = byline(seen, signing).map(|names| (names, "dom"));
    let is_person = |found: &&StatedNames| found.0.iter().any(|name| !is_house(name, known) && !signing.is_site(name));
    let credible = |found: &&StatedNames| found.0.iter().any(|name| !is_login(name));
    let shown = |found: &&StatedNames| found.0.iter().any(|name| is_shown(seen, name));
    let others = |found: &&StatedNames| found.0.iter().any(|name| !signing.is_site(name));
    // The data of many pages name but the first of those that sign.
    let more = |found: &StatedNames| signed.clone().filter(|(names, _)| names_more(names, &found.0, known));
    stated
        .iter()
        .filter(is_person)
        .find(shown)
        .map(|found| more(found).unwrap_or_else(|| found.clone()))
        .or_else(|| signed.clone().filter(|found| is_person(&found)).map(|found| in_full(found, &stated)))
        .or_else(|| stated.iter().filter(is_person).find(credible).cloned())
        .or_else(|| stated.iter().filter(shown).find(others).cloned())
        .or_else(|| Some((beside_date(seen, signing)?, "dom")))
        .or_else(|| Some((tail(seen, signing)?, "dom")).filter(|found| is_person(&found)))
        .or_else(|| signed.clone())
        .or_else(|| Some((tail(seen, signing)?, "dom")))
        .or_else(|| stated.iter().find(|found| found.0.iter().all(|name| is_personal(name, known))).cloned())
        .or_else(|| {
            // A house that signs in the line under the title, and one of the press.
            let mut all = stated.iter().cloned().chain(houses(data, signing, seen));
            all.find(|found| data.is_news() || found.0.iter().all(|name| heads(seen, signing.title, name)))
        })
}

/// The names that the data of the page give in full to those that sign with a part of them.
fn in_full(signed: StatedNames, stated: &[StatedNames]) -> StatedNames {
    let is_part = |short: &String, whole: &String| {
        let holds = |word: &str| whole.split(' ').any(|it| it.to_lowercase() == word.to_lowercase());
        short.contains(' ') && short.split(' ').all(holds)
    };
    let is_whole = |found: &&StatedNames| {
        found.0.len() == signed.0.len() && signed.0.iter().zip(&found.0).all(|(short, whole)| is_part(short, whole))
    };
    stated.iter().find(is_whole).cloned().unwrap_or(signed)
}

/// Whether a byline names all those that the data name, and others.
fn names_more(signed: &[String], stated: &[String], known: &AuthorWords) -> bool {
    let persons = signed.iter().all(|name| !is_job(name, known));
    signed.len() > stated.len()
        && persons
        && stated.iter().all(|name| signed.iter().any(|it| it.contains(name.as_str())))
}

impl AuthorContext<'_> {
    /// Whether a name is that of the site, by its own words or its address.
    fn is_site(&self, name: &str) -> bool {
        let joined: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let host: String = self.host.chars().filter(|c| c.is_alphanumeric()).collect();
        let named = |site: &String| names_site(name, site) || is_of_site(name, site);
        self.sites.iter().any(named) || (joined.len() > 3 && host.contains(joined.as_str()))
    }
}

/// Whether all words of a name are words of a site's: "Crumbs Bread" of "Bread and Cakes by Crumbs".
fn is_of_site(name: &str, site: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let (name, site) = (words(name), words(site));
    name.len() > 1 && name.iter().all(|word| site.contains(word))
}

/// Whether a name is that of a site, or its end: the Commercial Appeal is in the name of the Memphis Commercial Appeal.
fn names_site(name: &str, site: &str) -> bool {
    let (name, site) = (name.to_lowercase(), site.to_lowercase());
    let bare = |text: &str| text.strip_prefix("the ").unwrap_or(text).to_owned();
    let (name, site) = (bare(&name), bare(&site));
    !name.is_empty() && (name == site || (name.contains(' ') && site.ends_with(&format!(" {name}"))))
}

/// Whether a name has a line of its own right under the title.
fn heads(seen: &PageText, title: Option<Span>, name: &str) -> bool {
    let under =
        |line: &&Span| title.is_some_and(|title| line.start >= title.end && line.start <= title.end + MAX_ABOVE);
    let mut lines = seen.lines.iter().filter(under);
    lines.any(|line| names(seen.words(*line), seen.names()).iter().any(|it| it == name))
}

/// Whether a name has the shape of a person's: the site may be called after its owner.
fn is_personal(name: &str, known: &AuthorWords) -> bool {
    !name.starts_with("The ") && (is_person(name, known) || is_small_name(name, known))
}

/// Whether a reader can see a name.
fn is_shown(seen: &PageText, name: &str) -> bool {
    memmem::find(seen.text.as_bytes(), name.as_bytes()).is_some()
}

/// The names that sign in the lines round the title.
fn byline(seen: &PageText, signing: AuthorContext) -> Option<Vec<String>> {
    let title = signing.title;
    let near = |span: &Span| {
        let own = !PageText::is_foreign(*span, title) && span.marks & CAPTION == 0;
        let Some(title) = title else { return span.prose <= MAX_PROSE && own };
        let below = span.start >= title.end && span.prose.saturating_sub(title.prose) <= MAX_PROSE;
        let above = span.end <= title.start && span.end + MAX_ABOVE >= title.start;
        (below || above) && own
    };
    // In the midst of prose it is somebody that the text tells of.
    let in_prose = |span: &Span| seen.heads.iter().any(|line| (line.start..line.end).contains(&span.start));
    let is_own_link =
        |link: &&StatingElement| is_author_link(link, seen.known) && near(&link.span) && !in_prose(&link.span);
    let linked = seen.links.iter().filter(is_own_link).filter(|link| may_sign(seen, link.span));
    let mut last: Option<Span> = None;
    // One byline: names that follow each other, not those of editors further on.
    let together = linked.take_while(|link| {
        let close = last.is_none_or(|last| link.span.start <= last.end + MAX_GAP);
        last = Some(link.span);
        close
    });
    let linked: Vec<&str> = together.filter_map(|link| first_names(seen.words(link.span), seen)).collect();
    let fits = |name: &str| is_name(name, &seen.known.authors) || is_small_name(name, &seen.known.authors);
    if let Some(found) = pick_where(linked.into_iter(), signing, seen.names(), fits) {
        return Some(found);
    }
    let under = |span: &&Span| title.is_none_or(|title| span.start >= title.end);
    let led = seen
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| near(line))
        .find_map(|(index, line)| signed_line(seen, index, *line, signing));
    if led.is_some() {
        return led;
    }
    let marked: Vec<&Span> = seen.bylines.iter().filter(|span| near(span) && may_sign(seen, **span)).collect();
    let marked = marked
        .iter()
        .filter(|span| under(span))
        .chain(marked.iter())
        .filter_map(|span| {
            let mut lines = seen.words(**span).lines().take(MAX_MARKED_LINES);
            lines.find_map(|line| pick(std::iter::once(line), signing, seen))
        })
        .filter(|names| !names.iter().any(|name| is_topic(seen, name)));
    // A site that signs with somebody leaves it to the person.
    let all: Vec<Vec<String>> = marked.collect();
    let is_person =
        |names: &&Vec<String>| names.iter().any(|name| !signing.is_site(name) && !is_job(name, &seen.known.authors));
    all.iter().find(is_person).or_else(|| all.first()).cloned()
}

/// Whether a name is that of something the page is filed under, or a part of it.
fn is_topic(seen: &PageText, name: &str) -> bool {
    seen.topics.iter().any(|topic| seen.words(*topic).to_lowercase().contains(&name.to_lowercase()))
}

/// The first line of a text that names somebody: below it stands what the person does.
fn first_names<'a>(words: &'a str, seen: &PageText) -> Option<&'a str> {
    words.lines().find(|line| !names(line, seen.names()).is_empty())
}

/// Whether a link says that it leads to an author: by its `rel`, or by an address as pages of authors have.
fn is_author_link(link: &StatingElement, known: &MetadataWords) -> bool {
    link.name.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("author")) || known.is_author_page(link.value)
}

/// Whether what stands before a name in its line lets it sign. `Reviewed by` and `Contact:` call somebody else, and in the
/// midst of a sentence somebody is told about.
fn may_sign(seen: &PageText, span: Span) -> bool {
    let line = seen.lines.iter().chain(&seen.heads).find(|line| (line.start..=line.end).contains(&span.start));
    let before = line.and_then(|line| seen.text.get(line.start..span.start)).unwrap_or_default();
    let label = before.trim_end_matches([' ', ':', '：']).to_lowercase();
    let is_long = before.len() > MAX_BEFORE_BYTES && !holds_date(before);
    !is_long && !seen.known.authors.other_roles.iter().any(|role| label.ends_with(role.as_str()))
}

/// The part of a line that leads to a name: all of it, the part under its label, or what comes behind a date or a place
/// (`Published May 3 by Ann`).
fn led_part<'a>(words: &'a str, known: &AuthorWords) -> Option<&'a str> {
    if let Some(part) = labelled_part(words, known) {
        return Some(part);
    }
    if has_lead(words, known) {
        return Some(words);
    }
    let inner = known.inner_leads.iter().find_map(|lead| words.find(lead.as_str()));
    inner.filter(|_| words.len() <= MAX_LED_BYTES && holds_date(words)).and_then(|at| words.get(at + 1..))
}

/// The names of a line that leads to them; where it holds the lead alone, those of the next line.
fn signed_line(seen: &PageText, index: usize, line: Span, signing: AuthorContext) -> Option<Vec<String>> {
    let words = led_part(seen.words(line), &seen.known.authors)?;
    let found = names(words, seen.names());
    if !found.is_empty() {
        let short = words.len() <= 120 || line.marks & AUTHOR != 0;
        // "By over a mile" is prose.
        let begins =
            |names: &Vec<String>| names.first().is_some_and(|name| !name.starts_with(|c: char| c.is_ascii_lowercase()));
        return pick(std::iter::once(words), signing, seen)
            .filter(|names| short && (line.marks & AUTHOR != 0 || words.len() <= MAX_BARE_BYTES || begins(names)));
    }
    if behind_lead(words, &seen.known.authors).contains(char::is_alphabetic) {
        return None;
    }
    let next = seen.lines.get(index + 1)?;
    // Under the title of a box anything may stand.
    let is_titled = is_lone_lead(words, &seen.known.authors);
    let signs = |name: &String| {
        !is_titled || next.marks & AUTHOR != 0 || is_person(name, &seen.known.authors) || is_wide_name(name)
    };
    pick(std::iter::once(seen.words(*next)), signing, seen).filter(|names| names.iter().all(signs))
}

/// The names in a line below the text that can only be a signature.
fn tail(seen: &PageText, signing: AuthorContext) -> Option<Vec<String>> {
    let known = &seen.known.authors;
    let fits = |span: &Span| span.marks & (COMMENTS | ELSEWHERE | CAPTION) == 0;
    let leads = |line: &Span| has_sure_lead(seen.words(*line), known) || is_lone_lead(seen.words(*line), known);
    let sure = seen.lines.iter().enumerate().filter(|(_, line)| fits(line) && leads(line));
    let mut sure = sure.map(|(index, line)| signed_line(seen, index, *line, signing));
    let marked = || {
        let named = seen.bylines.iter().filter(|span| fits(span) && span.marks & ABOUT == 0);
        let read = |span: &Span| pick(seen.words(*span).lines().take(MAX_MARKED_LINES), signing, seen);
        named.filter_map(read).filter(|names| !names.iter().any(|name| is_topic(seen, name)))
    };
    let works = |names: &Vec<String>| names.iter().any(|name| is_job(name, known));
    let called =
        |link: &&StatingElement| link.name.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("author"));
    let linked = || seen.links.iter().filter(called).filter(|link| fits(&link.span));
    sure.find_map(|found| found)
        .or_else(|| marked().find(|names| !works(names)))
        .or_else(|| linked().find_map(|link| pick(std::iter::once(seen.words(link.span)), signing, seen)))
}

/// What the data of the page, its `meta` elements and its microdata name as authors.
fn stated(seen: &PageText, data: &JsonLd, signing: AuthorContext) -> Vec<StatedNames> {
    let known = &seen.known.authors;
    // A house that stands beside persons signs with them; alone it is whoever publishes.
    let listed = data.article().map(|article| data.names(article, "author")).unwrap_or_default();
    let has_person = listed.iter().any(|(_, organisation)| !organisation);
    let persons = listed.iter().filter(|_| has_person).map(|(name, _)| name.as_str());
    let metas = || known.metas.iter().find_map(|name| pick_stated(seen.all_meta(name), signing, seen));
    let items = || {
        // The author of a picture is named in its caption.
        let near = seen.items_of("author").filter(|item| item.span.marks & (ELSEWHERE | CAPTION) == 0);
        pick(near.take(1).map(|item| seen.said(item)), signing, seen)
    };
    let stated = [
        (pick_stated(persons, signing, seen), "json-ld"),
        (metas(), "meta"),
        (pick_stated(measured(seen).iter().map(String::as_str), signing, seen), "meta"),
        (card(seen).and_then(|name| pick_stated(std::iter::once(name), signing, seen)), "meta"),
        (items(), "dom"),
    ];
    stated.into_iter().filter_map(|(names, origin)| Some((names?, origin))).collect()
}

/// The houses that the page's data name as authors.
fn houses(data: &JsonLd, signing: AuthorContext, seen: &PageText) -> Option<StatedNames> {
    let all = data.names(data.article()?, "author");
    let houses = all.iter().filter(|(_, organisation)| *organisation).map(|(name, _)| name.as_str());
    Some((pick_stated(houses, signing, seen)?, "json-ld"))
}

/// The authors that are told to the service that measures pages for the press.
fn measured(seen: &PageText) -> Vec<String> {
    let page: Option<Value> = seen.meta(&["parsely-page"]).and_then(|text| serde_json::from_str(text).ok());
    let named = page.as_ref().and_then(|page| page.get("authors").or_else(|| page.get("author")));
    let names = match named {
        Some(Value::Array(names)) => names.as_slice(),
        Some(name) => std::slice::from_ref(name),
        None => &[],
    };
    names.iter().filter_map(|name| name.as_str().map(str::to_owned)).take(MAX_AUTHORS).collect()
}

/// What the card of the page for short messages states under a label that leads to a name: `Written by`, `Ann Lee`.
fn card<'a>(seen: &PageText<'a>) -> Option<&'a str> {
    let pairs = [("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")];
    let leads = |label| seen.meta(&[label]).is_some_and(|words| has_lead(words, &seen.known.authors));
    pairs.into_iter().find_map(|(label, name)| seen.meta(&[name]).filter(|_| leads(label)))
}

/// The names in statements of one place; `None` when there is none.
fn pick<'a>(texts: impl Iterator<Item = &'a str>, signing: AuthorContext, seen: &PageText) -> Option<Vec<String>> {
    // Two letters in a page are the sign of a button.
    let fits = |name: &str| is_name(name, &seen.known.authors) && (name.len() > 2);
    pick_where(texts, signing, seen.names(), fits)
}

/// The names in the data of the page, which need no capitals.
fn pick_stated<'a>(
    texts: impl Iterator<Item = &'a str>,
    signing: AuthorContext,
    seen: &PageText,
) -> Option<Vec<String>> {
    let reading = NameReading { is_stated: true, ..seen.names() };
    // "text: Ann Lee, code: Bo Chen" are the credits of the whole site.
    let texts = texts.filter(|text| text.matches(": ").count() < 2);
    let fits = |name: &str| is_name(name, reading.known) || is_small_name(name, reading.known);
    pick_where(texts, signing, reading, fits)
}

fn pick_where<'a>(
    texts: impl Iterator<Item = &'a str>,
    signing: AuthorContext,
    reading: NameReading,
    fits: impl Fn(&str) -> bool,
) -> Option<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        for name in names(text, reading) {
            let is_new = !found.iter().any(|other| other.eq_ignore_ascii_case(&name));
            if is_new && fits(&name) && found.len() < MAX_AUTHORS {
                found.push(name);
            }
        }
    }
    // A person may have given the site its name; beside others it is only the site.
    if found.len() > 1 {
        found.retain(|name| !signing.sites.iter().any(|site| names_site(name, site)));
    }
    (!found.is_empty()).then_some(found)
}

/// Marks that divide the parts of such a line.
const DIVIDERS: [char; 10] = ['·', '•', '|', '⋅', '・', '—', '–', '/', '●', '∙'];

/// The names of a byline without any word that leads to them: alone beside the date under or over the title, or in the
/// line next to it. Categories, places and names of sites stand there as well, so something else must say that it is a
/// person who wrote: a portrait, a role, a class of the line.
fn beside_date(seen: &PageText, signing: AuthorContext) -> Option<Vec<String>> {
    let title = signing.title?;
    let near = |line: &Span| {
        let below = line.start >= title.end && line.start - title.end <= MAX_AWAY;
        let above = line.end <= title.start && title.start - line.end <= MAX_AWAY / 2;
        (below || above)
            && line.prose.saturating_sub(title.prose) <= MAX_TEASER
            && line.end - line.start <= MAX_LINE_BYTES
    };
    let near = |line: &Span| near(line) && !PageText::is_foreign(*line, Some(title)) && line.marks & CAPTION == 0;
    let lines: Vec<Span> = seen.lines.iter().filter(|line| near(line)).copied().collect();
    let dated = lines.iter().position(|line| holds_date(seen.words(*line)))?;
    let inside = lines.get(dated).and_then(|line| signed(seen, *line, signing));
    inside.or_else(|| {
        let full = |line: &&Span| line.start != title.start && has_letters(seen.words(**line), 2);
        let (above, below) = lines.split_at(dated);
        let above = above.iter().rev().filter(full).take(MAX_OVER);
        let below = below.iter().skip(1).filter(full).take(MAX_BELOW);
        above.chain(below).find_map(|line| signed(seen, *line, signing))
    })
}

fn holds_date(words: &str) -> bool {
    DateReading { offset: 0, month_first: Some(true) }.first(words).is_some()
}

/// The names in the one part of a line that holds nothing else, when something tells that they are those of authors.
fn signed(seen: &PageText, line: Span, signing: AuthorContext) -> Option<Vec<String>> {
    seen.words(line).split(DIVIDERS).map(str::trim).find_map(|part| {
        let found = names(part, seen.names());
        let rest = found.iter().fold(part.to_owned(), |rest, name| rest.replacen(name.as_str(), "", 1));
        let letters = count_letters(&rest);
        // "Ann Lee in Baking" begins with the name, and "May 3, 2024 Ann Lee" with the date.
        let begins = found.len() == 1 && found.iter().all(|name| part.starts_with(name.as_str()));
        let whole = letters <= MAX_REST || begins || holds_date(&rest);
        let of_nobody = |name: &String| signing.is_site(name) || is_topic(seen, name);
        let persons = found.iter().all(|name| is_person(name, &seen.known.authors) && !of_nobody(name));
        // A class that speaks of the author of a date does not speak of what the author does.
        let called = line.marks & AUTHOR != 0 && (line.marks & ABOUT == 0 || line.marks & DATE != 0);
        let told = called || found.iter().all(|name| is_vouched_for(seen, line, name));
        (!found.is_empty() && whole && persons && told).then_some(found)
    })
}

/// Whether a portrait bears a name, somebody's picture stands right before it, or a role beside it.
fn is_vouched_for(seen: &PageText, line: Span, name: &str) -> bool {
    let known = &seen.known.authors;
    let bears = |portrait: &Portrait| {
        let is_of_portraits = |word: &str| known.portraits.iter().any(|known| known.eq_ignore_ascii_case(word));
        portrait.called.strip_prefix(name).is_some_and(|rest| match rest.strip_prefix(',') {
            Some(role) => is_job(role.trim(), known),
            None => rest.is_empty() || rest.strip_prefix(' ').is_some_and(|rest| rest.split(' ').all(is_of_portraits)),
        })
    };
    let at = seen.words(line).find(name).map_or(line.start, |at| line.start + at);
    let stands_before = |portrait: &Portrait| portrait.is_avatar && portrait.at <= at && at <= portrait.at + MAX_BESIDE;
    let role_below = || {
        let next = seen.lines.iter().find(|next| next.start > line.start);
        next.is_some_and(|next| is_role(seen.words(*next), known))
    };
    seen.portraits.iter().any(|portrait| bears(portrait) || stands_before(portrait)) || role_below()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::html::Tree;
    use crate::rules::Rules;

    fn found(html: &str) -> String {
        let (tree, _) = Tree::document(html);
        let rules = Rules::shipped();
        let seen = PageText::new(&tree, &rules.words().metadata);
        let data = JsonLd::read(&tree.json_ld, "");
        let title = seen.headings.first().copied();
        let sites = ["Crumbs".to_owned()];
        authors(&seen, &data, AuthorContext { sites: &sites, host: "crumbs.example", title })
            .map(|it| it.0.join(";"))
            .unwrap_or_default()
    }

    #[test]
    fn what_the_page_shows_decides() {
        let data = |name: &str| {
            format!(r#"<script type="application/ld+json">{{"@type":"Article","author":"{name}"}}</script>"#)
        };
        let cases = [
            (format!("{}<h1>Bread</h1><p>by Bo Chen", data("Ann Lee")), "Bo Chen"),
            (format!("{}<h1>Bread</h1><p>by Ann Lee", data("Ann Lee")), "Ann Lee"),
            (format!("{}<h1>Bread</h1><p>text", data("Ann Lee")), "Ann Lee"),
            (format!("{}<h1>Bread</h1><p>text", data("alee2")), ""),
            ("<h1>Bread</h1><p>Written by<p>Bo Chen<p>text".to_owned(), "Bo Chen"),
            ("<p>Published May 3, 2024 by Bo Chen<h1>Bread</h1><p>text".to_owned(), "Bo Chen"),
            ("<h1>Bread</h1><p>by Crumbs".to_owned(), "Crumbs"),
            ("<h1>Bread</h1><p>text<div class=comment><a rel=author>Cy</a></div>".to_owned(), ""),
            (format!("{}<h1>Bread</h1><p>by Ann Lee, Bo Chen", data("Ann Lee")), "Ann Lee;Bo Chen"),
            (format!("{}<h1>Bread</h1><p>text", data("ann lee")), "ann lee"),
            ("<meta name=author content=Crumbs><h1>Bread</h1><p>Crumbs<p>text".to_owned(), "Crumbs"),
            ("<meta name=author content=Crumbs><h1>Bread</h1><p>text".to_owned(), ""),
            ("<h1>Bread</h1><p>text<h6><a rel=author>Ann Lee</a></h6>".to_owned(), "Ann Lee"),
            (
                "<meta name=twitter:label1 content='Written by'><meta name=twitter:data1 content='Ann Lee'><h1>Bread</h1>"
                    .to_owned(),
                "Ann Lee",
            ),
            (
                "<meta name=twitter:label1 content='Reading time'><meta name=twitter:data1 content='Ann Lee'><h1>Bread</h1>"
                    .to_owned(),
                "",
            ),
            ("<h1>Bread</h1><p>发布日期：2024-05-06　来源：磨坊　作者：李小华 王小明　摄影：面包社　点击：[".to_owned(), "李小华;王小明"),
            ("<h1>Bread</h1><p>作者：李小华".to_owned(), "李小华"),
            ("<h1>Bread</h1><p>合作者：李小华".to_owned(), ""),
            ("<h1>Bread</h1><p>他是这本书的作者：一个磨坊主".to_owned(), ""),
            // Sentences begin with the words of labels.
            ("<h1>Bread</h1><p>作者认为，面包要慢慢发酵。".to_owned(), ""),
            ("<h1>Bread</h1><p>记者从磨坊了解到，面包要慢慢发酵。".to_owned(), ""),
            ("<h1>Bread</h1><p>记者 从磨坊了解到，面包要慢慢发酵。<p>她说，她的祖父写在门上".to_owned(), ""),
            ("<h1>Bread</h1><p>本报记者李小华报道".to_owned(), ""),
            ("<h1>Bread</h1><h2>作者简介</h2><p>他是面包师。".to_owned(), ""),
            ("<meta name=author content=李小华><h1>Bread</h1><p>作者认为，面包要慢慢发酵。".to_owned(), "李小华"),
            ("<h1>Bread</h1><p>记者 李小华 报道".to_owned(), "李小华"),
            ("<h1>Bread</h1><p>【作者】李小华".to_owned(), "李小华"),
            ("<html lang=ja><h1>Bread</h1><p class=author>山田 太郎".to_owned(), "山田 太郎"),
            // Somebody else than who wrote.
            ("<h1>Bread</h1><p>Contact: <a href=/authors/bo-chen>Bo Chen</a>".to_owned(), ""),
            ("<h1>Bread</h1><p>By Ann Lee<p>Reviewed by <a rel=author>Bo Chen</a>".to_owned(), "Ann Lee"),
            ("<h1>Bread</h1><figure><figcaption>By Bo Chen/Loaf Images</figcaption></figure>".to_owned(), ""),
            (
                "<h1>Bread</h1><figure><figcaption>Photograph by <i itemprop=author>Bo Chen</i></figcaption></figure>"
                    .to_owned(),
                "",
            ),
            ("<meta name=author value='Ann Lee'><h1>Bread</h1><p>text".to_owned(), "Ann Lee"),
            // Words of labels, of buttons, of what the page is filed under.
            ("<h1>Bread</h1><div class=author>Published Mon</div>".to_owned(), ""),
            ("<h1>Bread</h1><div class=author>Last Update</div>".to_owned(), ""),
            ("<h1>Bread</h1><div class=byline>May 3, 2024 | <a class=category>Baking & Bread</a></div>".to_owned(), ""),
            // The site leaves it to the person who signs with it.
            ("<h1>Bread</h1><p class=author>Crumbs</p><p class=author>Bo Chen</p>".to_owned(), "Bo Chen"),
            ("<h1>Bread</h1><a rel=author>Ann Lee<br>Head of Bread</a>".to_owned(), "Ann Lee"),
            ("<h1>Bread</h1><p>text<h3>Author</h3><p>Ann Lee".to_owned(), "Ann Lee"),
            ("<h1>Bread</h1><p>text<h3>Author</h3><p>Posts".to_owned(), ""),
            (format!("{}<h1>Bread</h1><p>by Ann Lee", data("Ann Maria LEE")), "Ann Maria LEE"),
            (
                "<meta name=parsely-page content='{\"authors\":[\"Ann Lee\"]}'><h1>Bread</h1>".to_owned(),
                "Ann Lee",
            ),
            ("<h1>Bread</h1><form><label class=comment-author>Name *</label></form>".to_owned(), ""),
        ];
        for (html, want) in cases {
            assert_eq!(found(&html), want, "{html}");
        }
    }

    #[test]
    fn a_name_beside_the_date_signs_where_something_says_that_it_is_an_author() {
        let cases = [
            ("<h1>Bread</h1><p class=dateAndAuthor>Ann Lee · May 3, 2024 · 5 min read<p>The dough rests.", "Ann Lee"),
            ("<h1>Bread</h1><p>Ann Lee<p>Staff Writer<p>3 May 2024<p>The dough rests.", "Ann Lee"),
            (
                "<div>2024-05-03</div><div><img alt='Ann van Lee'>Ann van Lee</div><h1>Bread</h1><p>The dough.",
                "Ann van Lee",
            ),
            ("<h1>Bread</h1><img alt='Ann Lee, Head Baker and Editor'><p>Ann Lee<p>3 May 2024", "Ann Lee"),
            ("<h1>Bread</h1><p>May 3, 2024<p>•<p><img class=avatar> Ann Lee in Baking<p>The dough rests.", "Ann Lee"),
            ("<h1>Bread</h1><p><i class='bi bi-person'></i> Ann Lee<p>3 May 2024", "Ann Lee"),
            // A place, a category, a series, an agency, the site stand there as well.
            ("<h1>Bread</h1><p>Cape Town · May 3, 2024", ""),
            ("<h1>Bread</h1><p>Ann Lee<p>3 May 2024", ""),
            ("<p class=category>Machine Baking</p><h1>Bread</h1><p>May 3, 2024", ""),
            ("<figure><img alt='Cape Town'></figure><h1>Bread</h1><p>Cape Town<p>May 3, 2024", ""),
            ("<h1>Bread</h1><p>Crumbs Team · May 3, 2024<p>text", ""),
            ("<h1>Bread</h1><p>Head Baker · May 3, 2024<p>text", ""),
            ("<h1>Bread</h1><p>Ann Lee<p>The dough rests.", ""),
        ];
        for (html, want) in cases {
            let (tree, _) = Tree::document(html);
            let rules = Rules::shipped();
            let seen = PageText::new(&tree, &rules.words().metadata);
            let title = seen.headings.first().copied().expect("a heading");
            let signing = AuthorContext { sites: &["Crumbs".to_owned()], host: "", title: Some(title) };
            assert_eq!(beside_date(&seen, signing).unwrap_or_default().join(";"), want, "{html}");
        }
    }
}
