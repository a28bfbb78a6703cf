use memchr::memmem;

use super::date_reading::DateReading;
use super::json_ld::JsonLd;
use super::names::{has_lead, has_sure_lead, is_house, is_job, is_login, is_name, is_small_name, labelled_part, names};
use super::page_text::{PageText, Span, StatingElement};
use crate::rules::words::AuthorWords;
use crate::rules::words::metadata::{ABOUT, AUTHOR, COMMENTS, ELSEWHERE};
use crate::text::{count_letters, has_letters};

/// Most bytes of prose between a title and the byline under it, and of text between a byline and the title under it.
const MAX_PROSE: usize = 420;
const MAX_ABOVE: usize = 200;
/// Longest line that is nothing but a lead and a name, however the name is written: "by jzb".
const MAX_BARE_BYTES: usize = 20;
/// Most bytes between the names of one byline: a comma, an "and".
const MAX_GAP: usize = 6;
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
/// Most lines below the date that are looked at.
const MAX_BELOW: usize = 2;
/// Most letters beside the names: an "and".
const MAX_REST: usize = 3;

/// What is known when the authors are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct AuthorContext<'a> {
    /// Name of the site, "" when unknown.
    pub site: &'a str,
    /// Host of the address in lower case, "" when unknown.
    pub host: &'a str,
    /// Where the title stands.
    pub title: Option<Span>,
}

/// The authors as stated, in order. What a reader sees decides: names in the page's data are taken when the page shows
/// them, or shows no others. The site and its teams sign only where no person does.
pub(super) fn authors(seen: &PageText, data: &JsonLd, signing: AuthorContext) -> Option<StatedNames> {
    let AuthorContext { site, title, .. } = signing;
    let known = &seen.known.authors;
    let stated = stated(seen, data, site);
    let signed = byline(seen, title, site).map(|names| (names, "dom"));
    let is_person = |found: &&StatedNames| found.0.iter().any(|name| !is_house(name, known) && !signing.is_site(name));
    let credible = |found: &&StatedNames| found.0.iter().any(|name| !is_login(name));
    let shown = |found: &&StatedNames| found.0.iter().any(|name| is_shown(seen, name));
    // The data of many pages name but the first of those that sign.
    let more = |found: &StatedNames| signed.clone().filter(|(names, _)| names_more(names, &found.0, known));
    let bare = || Some((beside_date(seen, title?, site)?, "dom"));
    stated
        .iter()
        .filter(is_person)
        .find(shown)
        .map(|found| more(found).unwrap_or_else(|| found.clone()))
        .or_else(|| signed.clone().filter(|found| is_person(&found)))
        .or_else(|| stated.iter().filter(is_person).find(credible).cloned())
        .or_else(|| bare().filter(|found| is_person(&found)))
        .or_else(|| Some((tail(seen, site)?, "dom")).filter(|found| is_person(&found)))
        .or_else(|| signed.clone())
        .or_else(|| {
            stated.iter().filter(shown).find(|found| found.0.iter().all(|name| is_personal(name, known))).cloned()
        })
        .or_else(|| {
            let mut all = stated.iter().cloned().chain(houses(data, site, known));
            all.find(|found| found.0.iter().all(|name| heads(seen, title, name)))
        })
}

/// Whether a byline names all those that the data name, and others.
fn names_more(signed: &[String], stated: &[String], known: &AuthorWords) -> bool {
    let persons = signed.iter().all(|name| !is_job(name, known));
    signed.len() > stated.len()
        && persons
        && stated.iter().all(|name| signed.iter().any(|it| it.contains(name.as_str())))
}

/// Whether a name has a line of its own right under the title.
fn heads(seen: &PageText, title: Option<Span>, name: &str) -> bool {
    let under =
        |line: &&Span| title.is_some_and(|title| line.start >= title.end && line.start <= title.end + MAX_ABOVE);
    seen.lines
        .iter()
        .filter(under)
        .any(|line| names(seen.words(*line), &seen.known.authors).iter().any(|it| it == name))
}

impl AuthorContext<'_> {
    /// Whether a name is that of the site, by its own words or its address.
    fn is_site(&self, name: &str) -> bool {
        let joined: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let host: String = self.host.chars().filter(|c| c.is_alphanumeric()).collect();
        let named = !self.site.is_empty() && name.eq_ignore_ascii_case(self.site);
        named || (joined.len() > 3 && host.contains(joined.as_str()))
    }
}

/// Whether a name has the shape of a person's: the site may be called after its owner.
fn is_personal(name: &str, known: &AuthorWords) -> bool {
    (2..=3).contains(&name.split(' ').count()) && !is_house(name, known)
}

/// Whether a reader can see a name.
fn is_shown(seen: &PageText, name: &str) -> bool {
    memmem::find(seen.text.as_bytes(), name.as_bytes()).is_some()
}

/// The names that sign in the lines round the title.
fn byline(seen: &PageText, title: Option<Span>, site: &str) -> Option<Vec<String>> {
    let near = |span: &Span| {
        let own = !PageText::is_foreign(*span, title);
        let Some(title) = title else { return span.prose <= MAX_PROSE && own };
        let below = span.start >= title.end && span.prose.saturating_sub(title.prose) <= MAX_PROSE;
        let above = span.end <= title.start && span.end + MAX_ABOVE >= title.start;
        (below || above) && own
    };
    let linked = seen.links.iter().filter(|link| {
        let states = link.name.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("author"));
        (states || is_author_page(link.value)) && near(&link.span)
    });
    let mut last: Option<Span> = None;
    // One byline: names that follow each other, not those of editors further on.
    let together = linked.take_while(|link| {
        let close = last.is_none_or(|last| link.span.start <= last.end + MAX_GAP);
        last = Some(link.span);
        close
    });
    let linked: Vec<&str> = together.map(|link| seen.words(link.span)).collect();
    if let Some(found) = pick(linked.into_iter(), site, &seen.known.authors) {
        return Some(found);
    }
    let under = |span: &&Span| title.is_none_or(|title| span.start >= title.end);
    let led = seen
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| near(line))
        .find_map(|(index, line)| signed_line(seen, index, *line, site));
    if led.is_some() {
        return led;
    }
    let marked: Vec<&Span> = seen.bylines.iter().filter(|span| near(span)).collect();
    marked.iter().filter(|span| under(span)).chain(marked.iter()).find_map(|span| {
        seen.words(**span).lines().find_map(|line| pick(std::iter::once(line), site, &seen.known.authors))
    })
}

fn is_author_page(address: &str) -> bool {
    ["/author/", "/authors/", "/contributor/", "/contributors/"]
        .iter()
        .any(|part| address.split_once(part).is_some_and(|(_, name)| name.len() > 2))
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
    let short = words.len() <= MAX_LED_BYTES && words.bytes().any(|byte| byte.is_ascii_digit());
    let inner = known.inner_leads.iter().find_map(|lead| words.find(lead.as_str()));
    inner.filter(|_| short).and_then(|at| words.get(at + 1..))
}

/// The names of a line that leads to them; where it holds the lead alone, those of the next line.
fn signed_line(seen: &PageText, index: usize, line: Span, site: &str) -> Option<Vec<String>> {
    let known = &seen.known.authors;
    let words = led_part(seen.words(line), known)?;
    let found = names(words, known);
    if !found.is_empty() {
        let short = words.len() <= 120 || line.marks & AUTHOR != 0;
        // "By over a mile" is prose.
        let begins =
            |names: &Vec<String>| names.first().is_some_and(|name| !name.starts_with(|c: char| c.is_ascii_lowercase()));
        return pick(std::iter::once(words), site, known)
            .filter(|names| short && (line.marks & AUTHOR != 0 || words.len() <= MAX_BARE_BYTES || begins(names)));
    }
    let next = seen.lines.get(index + 1)?;
    pick(std::iter::once(seen.words(*next)), site, known)
}

/// The names in a line below the text that can only be a signature.
fn tail(seen: &PageText, site: &str) -> Option<Vec<String>> {
    let known = &seen.known.authors;
    let fits = |span: &Span| span.marks & (COMMENTS | ELSEWHERE) == 0;
    let sure = seen.lines.iter().enumerate().filter(|(_, line)| fits(line) && has_sure_lead(seen.words(**line), known));
    let mut sure = sure.map(|(index, line)| signed_line(seen, index, *line, site));
    let marked = || seen.bylines.iter().filter(|span| fits(span) && span.marks & ABOUT == 0);
    let called =
        |link: &&StatingElement| link.name.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("author"));
    let linked = || seen.links.iter().filter(called).filter(|link| fits(&link.span));
    sure.find_map(|found| found)
        .or_else(|| marked().find_map(|span| pick(seen.words(*span).lines().take(2), site, known)))
        .or_else(|| linked().find_map(|link| pick(std::iter::once(seen.words(link.span)), site, known)))
}

/// The authors and where they were found.
pub(super) type StatedNames = (Vec<String>, &'static str);

/// What the data of the page, its `meta` elements and its microdata name as authors.
pub(super) fn stated(seen: &PageText, data: &JsonLd, site: &str) -> Vec<StatedNames> {
    let known = &seen.known.authors;
    let persons = data.article().map(|article| data.names(article, "author")).unwrap_or_default();
    let persons = persons.iter().filter(|(_, organisation)| !organisation).map(|(name, _)| name.as_str());
    let metas = || known.metas.iter().find_map(|name| pick_stated(seen.all_meta(name), site, known));
    let items = || {
        let near = seen.items_of("author").filter(|item| item.span.marks & ELSEWHERE == 0);
        pick(near.take(1).map(|item| seen.said(item)), site, known)
    };
    let stated = [
        (pick_stated(persons, site, known), "json-ld"),
        (metas(), "meta"),
        (card(seen).and_then(|name| pick_stated(std::iter::once(name), site, known)), "meta"),
        (items(), "dom"),
    ];
    stated.into_iter().filter_map(|(names, origin)| Some((names?, origin))).collect()
}

/// The houses that the page's data name as authors.
pub(super) fn houses(data: &JsonLd, site: &str, known: &AuthorWords) -> Option<StatedNames> {
    let all = data.names(data.article()?, "author");
    let houses = all.iter().filter(|(_, organisation)| *organisation).map(|(name, _)| name.as_str());
    Some((pick(houses, site, known)?, "json-ld"))
}

/// What the card of the page for short messages states under a label that leads to a name: `Written by`, `Ann Lee`.
fn card<'a>(seen: &PageText<'a>) -> Option<&'a str> {
    let pairs = [("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")];
    let leads = |label| seen.meta(&[label]).is_some_and(|words| has_lead(words, &seen.known.authors));
    pairs.into_iter().find_map(|(label, name)| seen.meta(&[name]).filter(|_| leads(label)))
}

/// The names in statements of one place; `None` when there is none.
fn pick<'a>(texts: impl Iterator<Item = &'a str>, site: &str, known: &AuthorWords) -> Option<Vec<String>> {
    pick_where(texts, site, known, |name| is_name(name, known))
}

/// The names in the data of the page, which need no capitals.
fn pick_stated<'a>(texts: impl Iterator<Item = &'a str>, site: &str, known: &AuthorWords) -> Option<Vec<String>> {
    pick_where(texts, site, known, |name| is_name(name, known) || is_small_name(name, known))
}

fn pick_where<'a>(
    texts: impl Iterator<Item = &'a str>,
    site: &str,
    known: &AuthorWords,
    fits: impl Fn(&str) -> bool,
) -> Option<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        for name in names(text, known) {
            let is_new = !found.iter().any(|other| other.eq_ignore_ascii_case(&name));
            if is_new && fits(&name) && found.len() < MAX_AUTHORS {
                found.push(name);
            }
        }
    }
    // A person may have given the site its name; beside others it is only the site.
    if found.len() > 1 {
        found.retain(|name| !name.eq_ignore_ascii_case(site));
    }
    (!found.is_empty()).then_some(found)
}

/// Marks that divide the parts of such a line.
const DIVIDERS: [char; 10] = ['·', '•', '|', '⋅', '・', '—', '–', '/', '●', '∙'];

/// The names of a byline without any word that leads to them: alone beside the date under or over the title, or in the
/// line next to it. Only what is written as names of persons are, and nowhere in the page as common words, is taken.
fn beside_date(seen: &PageText, title: Span, site: &str) -> Option<Vec<String>> {
    let near = |line: &Span| {
        let below = line.start >= title.end && line.start - title.end <= MAX_AWAY;
        let above = line.end <= title.start && title.start - line.end <= MAX_AWAY / 2;
        (below || above)
            && line.prose.saturating_sub(title.prose) <= MAX_TEASER
            && line.end - line.start <= MAX_LINE_BYTES
    };
    let near = |line: &Span| near(line) && !PageText::is_foreign(*line, Some(title));
    let lines: Vec<Span> = seen.lines.iter().filter(|line| near(line)).copied().collect();
    let dated = lines.iter().position(|line| holds_date(seen.words(*line)))?;
    let inside = lines.get(dated).and_then(|line| signed(seen, seen.words(*line), site));
    inside.or_else(|| {
        let full = |line: &&Span| line.start != title.start && !says_nothing(seen.words(**line));
        let (above, below) = lines.split_at(dated);
        let above = above.iter().rev().filter(full).take(1);
        let below = below.iter().skip(1).filter(full).take(MAX_BELOW);
        above.chain(below).find_map(|line| signed(seen, seen.words(*line), site))
    })
}

/// Whether a line is but a mark between two others.
fn says_nothing(words: &str) -> bool {
    !has_letters(words, 2)
}

fn holds_date(words: &str) -> bool {
    DateReading { offset: 0, month_first: Some(true) }.first(words).is_some()
}

/// The names in the one part of a line that holds nothing else.
fn signed(seen: &PageText, words: &str, site: &str) -> Option<Vec<String>> {
    words.split(DIVIDERS).map(str::trim).find_map(|part| {
        let found = names(part, &seen.known.authors);
        let rest = found.iter().fold(part.to_owned(), |rest, name| rest.replacen(name.as_str(), "", 1));
        let letters = count_letters(&rest);
        // "Ann Lee in Baking" begins with the name, and "May 3, 2024 Ann Lee" with the date.
        let begins = found.len() == 1 && found.iter().all(|name| part.starts_with(name.as_str()));
        let whole = letters <= MAX_REST || begins || holds_date(&rest);
        let persons = found.iter().all(|name| is_person(name, &seen.known.authors) && !name.eq_ignore_ascii_case(site));
        let named = found.iter().flat_map(|name| name.split(' ')).all(|word| !is_common(seen, word));
        (!found.is_empty() && whole && persons && named).then_some(found)
    })
}

/// Whether a name has the shape that those of persons have.
fn is_person(name: &str, known: &AuthorWords) -> bool {
    let words: Vec<&str> = name.split(' ').collect();
    let large = |word: &&str| word.chars().next().is_some_and(char::is_uppercase);
    let particle = |word: &&str| known.particles.iter().any(|known| known == word);
    let mixed = |word: &str| word.chars().count() == 1 || word.chars().any(char::is_lowercase) || word.ends_with('.');
    (2..=4).contains(&words.len())
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\'' | '’'))
        && words.first().is_some_and(large)
        && words.last().is_some_and(large)
        && !words.iter().any(|word| word.ends_with("'s") || word.ends_with("’s"))
        && words.iter().all(|word| particle(word) || (large(word) && mixed(word)))
        && is_name(name, known)
        && !is_house(name, known)
        && !is_job(name, known)
}

/// Whether the page writes a word small somewhere: names are written large wherever they stand.
fn is_common(seen: &PageText, word: &str) -> bool {
    let small = word.to_lowercase();
    let letter =
        |at: Option<usize>| at.and_then(|at| seen.text.as_bytes().get(at)).is_some_and(u8::is_ascii_alphanumeric);
    small != word
        && memmem::find_iter(seen.text.as_bytes(), small.as_bytes())
            .any(|at| !letter(at.checked_sub(1)) && !letter(Some(at + small.len())))
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
        authors(&seen, &data, AuthorContext { site: "Crumbs", host: "crumbs.example", title })
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
            ("<h1>Bread</h1><form><label class=comment-author>Name *</label></form>".to_owned(), ""),
        ];
        for (html, want) in cases {
            assert_eq!(found(&html), want, "{html}");
        }
    }

    #[test]
    fn a_name_beside_the_date_signs() {
        let cases = [
            ("<h1>Bread</h1><p>Ann Lee · May 3, 2024 · 5 min read<p>The dough rests.", "Ann Lee"),
            ("<h1>Bread</h1><p>Ann Lee<p>3 May 2024<p>The dough rests.", "Ann Lee"),
            ("<div>2024-05-03</div><div>Ann van Lee</div><h1>Bread</h1><p>The dough rests.", "Ann van Lee"),
            ("<h1>Bread</h1><p>Ann Lee, Bo Chen<p>3 May 2024", "Ann Lee;Bo Chen"),
            ("<h1>Bread</h1><p>May 3, 2024<p>•<p>Ann Lee in Baking<p>The dough rests.", "Ann Lee"),
            ("<h1>Bread</h1><p><span>May 3, 2024</span> <b>Ann Lee</b><p>The dough rests.", "Ann Lee"),
            ("<h1>Bread</h1><p>Sour Dough · May 3, 2024<p>A sour loaf.", ""),
            ("<h1>Bread</h1><p>Crumbs Team · May 3, 2024<p>text", ""),
            ("<h1>Bread</h1><p>Head Baker · May 3, 2024<p>text", ""),
            ("<h1>Bread</h1><p>Today's Hours<p>May 3, 2024", ""),
            ("<h1>Bread</h1><p>Ann Lee<p>The dough rests.", ""),
            ("<h1>Bread</h1><p>Saint Honoré Bread<p>May 3, 2024<p>the bread", ""),
        ];
        for (html, want) in cases {
            let (tree, _) = Tree::document(html);
            let rules = Rules::shipped();
            let seen = PageText::new(&tree, &rules.words().metadata);
            let title = seen.headings.first().copied().expect("a heading");
            assert_eq!(beside_date(&seen, title, "Crumbs").unwrap_or_default().join(";"), want, "{html}");
        }
    }
}
