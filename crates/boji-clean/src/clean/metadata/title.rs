use super::page_text::{PageText, Span};
use crate::rules::words::metadata::{ENTRY_TITLE, HOME};

/// What divides a title from the name of its site, in page titles.
const DIVIDERS: [&str; 11] = [" | ", " - ", " – ", " — ", " :: ", " » ", " · ", "_", "|", " • ", "－"];
/// Longest name of a site cut from a title, in characters.
const MAX_SITE_CHARS: usize = 40;

/// Fewest Chinese characters of a title before an underscore.
const MIN_WIDE_TITLE: usize = 5;
/// Share of common words from which a heading is what the page's titles speak of, and one below the first order is.
const LIKELY: f64 = 0.5;
const SURE: f64 = 0.8;
/// Longest line that is no heading, or a heading that the stated titles hardly speak of, and the title, in bytes.
const MAX_LINE_BYTES: usize = 160;
/// The same from which a line that is no heading is the title.
const SAME: f64 = 0.99;

/// A title, where it was read and, for a heading, where it stands.
#[derive(Debug)]
pub(super) struct Title {
    pub text: String,
    pub origin: &'static str,
    pub span: Option<Span>,
}

/// What is known of the site when the title is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct TitleContext<'a> {
    /// Name of the site, "" when unknown.
    pub site: &'a str,
    /// Host of the address in lower case, "" when unknown.
    pub host: &'a str,
}

/// The article's title: the heading, else the line, that the page's own titles speak of, else these titles without the
/// site's name.
pub(super) fn title(seen: &PageText, stated: &[&str], context: TitleContext) -> Option<Title> {
    // A heading that leads home names the site where nothing else does.
    let home = seen.headings.iter().find(|span| span.marks & HOME != 0).map(|span| seen.words(*span));
    let site = if context.site.is_empty() { home.unwrap_or_default() } else { context.site };
    let context = TitleContext { site, ..context };
    let page_title = if seen.known.is_placeholder(&seen.title) { "" } else { without_site(&seen.title, context) };
    let stated: Vec<String> = stated.iter().map(|title| one_line(title)).filter(|title| !title.is_empty()).collect();
    let stated: Vec<&str> = stated.iter().map(String::as_str).collect();
    let all: Vec<Vec<String>> = stated.iter().copied().chain([page_title]).map(tokens).collect();
    let share = |words: &str| {
        let words = tokens(words);
        all.iter().map(|title| overlap(&words, title)).fold(0.0, f64::max)
    };
    let best = |spans: &[Span]| {
        let named = spans.iter().filter(|span| is_own_heading(seen, **span, context));
        let mut best: Option<(Span, f64)> = None;
        for span in named {
            let share = share(seen.words(*span));
            if best.is_none_or(|(_, known)| share > known) {
                best = Some((*span, share));
            }
        }
        best
    };
    if let Some(span) = entry_title(seen) {
        return Some(Title { text: one_line(seen.words(span)), origin: "dom", span: Some(span) });
    }
    let first = best(&seen.headings);
    let lower = best(&seen.subheadings).filter(|(_, share)| *share >= SURE);
    // The only heading of its order is the title when it shares less with the stated ones, unless a heading under it, before
    // any prose, shares nearly all.
    let is_only = seen.headings.iter().filter(|span| is_own_heading(seen, **span, context)).count() == 1;
    let is_led = |first: Span| lower.is_some_and(|(lower, _)| lower.prose <= first.prose);
    let is_enough = |found: &(Span, f64)| {
        let (span, share) = *found;
        let is_short = span.end - span.start <= MAX_LINE_BYTES;
        share >= LIKELY || (is_only && is_short && share >= LIKELY / 2.0 && !is_led(span))
    };
    let line = || {
        let fits = |line: &&Span| line.end - line.start <= MAX_LINE_BYTES && !PageText::is_foreign(**line, None);
        let own = seen.lines.iter().filter(fits);
        own.map(|line| (*line, share(seen.words(*line)))).find(|(_, share)| *share >= SAME)
    };
    let chosen = first.filter(is_enough).or(lower).or_else(line).or(first);
    let span = chosen.filter(|(_, share)| *share >= LIKELY / 2.0).map(|(span, _)| span);
    if let Some(span) = span {
        let text = one_line(seen.words(span));
        // A heading that says all that the page's own title says, names of sites behind it.
        let whole = if text == seen.title { text.split(" | ").next().unwrap_or_default().trim() } else { &text };
        return Some(Title { text: without_kicker(whole, &stated), origin: "dom", span: Some(span) });
    }
    if let Some(title) = stated.first() {
        return Some(Title { text: without_site(title, context).to_owned(), origin: "og", span });
    }
    if page_title.is_empty() {
        let (span, _) = first?;
        return Some(Title { text: one_line(seen.words(span)), origin: "dom", span: Some(span) });
    }
    Some(Title { text: page_title.to_owned(), origin: "dom", span })
}

/// Whether a heading can be that of the article: it says something, and neither names the site nor leads home.
fn is_own_heading(seen: &PageText, heading: Span, context: TitleContext) -> bool {
    let words = seen.words(heading);
    !words.is_empty() && heading.marks & HOME == 0 && !context.is_site(words)
}

impl TitleContext<'_> {
    /// Whether a text is the name of the site or its address.
    fn is_site(&self, text: &str) -> bool {
        let host = self.host.strip_prefix("www.").unwrap_or(self.host);
        !text.is_empty() && (text.eq_ignore_ascii_case(self.site) || text.eq_ignore_ascii_case(host))
    }
}

/// The heading of a lower order that is called the title of a post, where none of the first order is and the page's own
/// title names it: on Blogger that of the first order names the blog.
fn entry_title(seen: &PageText) -> Option<Span> {
    let is_entry = |span: &&Span| span.marks & ENTRY_TITLE != 0;
    let known = tokens(&seen.title);
    let is_named = |span: &&Span| {
        let words = tokens(seen.words(**span));
        !words.is_empty() && words.iter().all(|word| known.contains(word))
    };
    let is_first = seen.headings.iter().any(|span| is_entry(&span));
    seen.subheadings.iter().filter(|_| !is_first).filter(is_entry).find(is_named).copied()
}

/// A heading without the word over its title, `Bread: Why it rises`, as news set it, where the page states the title.
fn without_kicker(heading: &str, stated: &[&str]) -> String {
    let ends = |title: &&&str| heading.ends_with(**title) && title.len() * 2 > heading.len();
    stated.iter().find(ends).map_or(heading, |title| title).to_owned()
}

/// The title of a page that is no article, where a heading greets or sells and the page's own title names it.
pub(super) fn page_title(seen: &PageText, found: &Title, context: TitleContext) -> Option<String> {
    let TitleContext { site, host } = context;
    if seen.known.is_placeholder(&seen.title) {
        return None;
    }
    let whole = without_site(&seen.title, context);
    if overlap(&tokens(&found.text), &tokens(whole)) >= LIKELY {
        return None;
    }
    let dividers = [" | ", " - ", " – ", " — ", " :: ", " » ", " · ", " • ", "|"];
    let mut rest = whole;
    while !rest.is_empty() {
        let cut = dividers.iter().filter_map(|divider| Some((rest.find(divider)?, divider.len()))).min();
        let (end, behind) = cut.map_or((rest.len(), rest.len()), |(at, length)| (at, at + length));
        let part = rest.get(..end).unwrap_or_default().trim();
        rest = rest.get(behind..).unwrap_or_default();
        let joined: String = part.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let is_site = part.eq_ignore_ascii_case(site) || (!joined.is_empty() && host.contains(joined.as_str()));
        if !part.is_empty() && !is_site {
            return Some(part.to_owned());
        }
    }
    None
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A title without the name of the site behind it, or before it when the site's name is known.
fn without_site<'a>(title: &'a str, context: TitleContext) -> &'a str {
    let site = context.site;
    let mut title = title.trim();
    // `title_column_site`, `title_keyword_keyword`: portals in Chinese divide by this mark; in a title it joins `snake_case`.
    let joins = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if let Some((head, tail)) = title.split_once('_')
        && !head.ends_with(joins)
        && !tail.starts_with(joins)
        && head.chars().filter(|c| u32::from(*c) >= 0x2E80).count() >= MIN_WIDE_TITLE
    {
        title = head.trim();
    }
    for divider in DIVIDERS {
        let Some((head, tail)) = title.rsplit_once(divider) else { continue };
        if divider == "_" && (head.ends_with(joins) || tail.starts_with(joins)) {
            continue;
        }
        let (head, tail) = (head.trim(), tail.trim());
        let named = context.is_site(tail);
        let short = tail.chars().count() <= MAX_SITE_CHARS && tail.chars().count() * 2 <= head.chars().count();
        if named || (short && !head.is_empty()) {
            title = head;
        } else if !site.is_empty() && head.eq_ignore_ascii_case(site) {
            title = tail;
        }
    }
    title
}

/// What a page's title ends with behind a mark: mostly the name of its site.
pub(super) fn title_end(title: &str) -> Option<&str> {
    let ends = DIVIDERS.iter().filter_map(|divider| title.rsplit_once(divider)).map(|(_, end)| end.trim());
    ends.min_by_key(|end| end.len()).filter(|end| end.chars().count() <= MAX_SITE_CHARS)
}

/// How many of the words of two texts are common to both, from 0 to 1.
fn overlap(one: &[String], other: &[String]) -> f64 {
    let common = one.iter().filter(|word| other.contains(word)).count();
    2.0 * common as f64 / (one.len() + other.len()).max(1) as f64
}

/// The words of Latin and the characters of Chinese, each once.
fn tokens(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let latin = lower.split(|c: char| !c.is_alphanumeric() || u32::from(c) >= 0x2E80).filter(|word| !word.is_empty());
    let wide = lower.chars().filter(|c| c.is_alphanumeric() && u32::from(*c) >= 0x2E80).map(String::from);
    let mut tokens: Vec<String> = latin.map(str::to_owned).chain(wide).collect();
    tokens.sort();
    tokens.dedup();
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::html::Tree;
    use crate::rules::Rules;

    #[test]
    fn cuts_the_site() {
        let cases = [
            ("How to bake bread - Crumbs", "", "How to bake bread"),
            ("烤面包的七个步骤_面包网", "", "烤面包的七个步骤"),
            ("烤面包的七个步骤_面包_面包网", "", "烤面包的七个步骤"),
            ("如何正确使用snake_case命名", "", "如何正确使用snake_case命名"),
            ("深入理解它们的__init__方法", "", "深入理解它们的__init__方法"),
            ("Crumbs | Bread", "crumbs", "Bread"),
            ("Bread | crumbs.example", "", "Bread"),
            (
                "Self-made - a story of bread and butter and more",
                "",
                "Self-made - a story of bread and butter and more",
            ),
        ];
        for (title, site, want) in cases {
            assert_eq!(without_site(title, TitleContext { site, host: "crumbs.example" }), want);
        }
    }

    #[test]
    fn a_page_that_is_no_article_is_named_by_its_title() {
        let cases = [
            (
                "<title>Bread knives and boards | Crumbs</title><h1>Cut better today</h1>",
                Some("Bread knives and boards"),
            ),
            (
                "<title>Crumbs - Bread knives and boards</title><h1>Cut better today</h1>",
                Some("Bread knives and boards"),
            ),
            ("<title>Bread knives | Crumbs</title><h1>Bread knives</h1>", None),
        ];
        for (html, want) in cases {
            let (tree, _) = Tree::document(html);
            let rules = Rules::shipped();
            let seen = PageText::new(&tree, &rules.words().metadata);
            let span = seen.headings.first().copied();
            let found =
                Title { text: span.map(|span| seen.words(span).to_owned()).unwrap_or_default(), origin: "dom", span };
            let context = TitleContext { site: "", host: "www.crumbs.example" };
            assert_eq!(page_title(&seen, &found, context).as_deref(), want, "{html}");
        }
    }

    #[test]
    fn a_heading_is_the_title_when_a_stated_title_names_it() {
        let cases = [
            (
                "<title>x</title><h1>Blog</h1><h1>How to bake bread</h1>",
                &["How to bake good bread"][..],
                "How to bake bread",
            ),
            ("<title>Bread | Crumbs</title><h1>Welcome</h1>", &[], "Bread"),
            (
                "<title>The baker's notes: Bread</title><h1>The baker's notes</h1><h3 class=entry-title>Bread</h3>",
                &[],
                "Bread",
            ),
            ("<title>Bread</title><h1 class=entry-title>Bread</h1><h3 class=entry-title>Bread</h3>", &[], "Bread"),
            ("<h1>Flour: Why bread rises at all</h1>", &["Why bread rises at all"], "Why bread rises at all"),
            ("<p>text", &[], ""),
            ("<title>Rye bread - Loaf</title><h1><a href=/>Loaf</a></h1><h2>Rye bread</h2>", &[], "Rye bread"),
            (
                "<title>Loaf: Bread</title><a href=https://crumbs.example/><h1>Loaf</h1></a><h2>Bread</h2>",
                &["Bread"],
                "Bread",
            ),
            ("<title>Untitled</title><h1>Bread</h1>", &[], "Bread"),
            ("<title>Loading...</title><h1>Bread</h1>", &[], "Bread"),
            ("<h1>Bread<a class=headerlink href=#bread>¶</a></h1>", &[], "Bread"),
            ("<h1><a class=anchor href=#bread>#</a>Bread <a href=#b>🔗</a></h1>", &[], "Bread"),
            ("<h1>Bread <span class=mw-editsection>[edit]</span></h1>", &[], "Bread"),
            ("<h1><span class=sr-only>Article: </span>Bread</h1>", &[], "Bread"),
            ("<h1>Rye<span class=visually-hidden>: </span><b>Bread</b></h1>", &[], "Rye: Bread"),
            ("<h1><a class=permalink href=#b>Bread</a></h1>", &[], "Bread"),
            // No heading says the title: a line does.
            ("<div>How to bake bread</div><p>text", &["How to bake bread"], "How to bake bread"),
            // The only heading of its order, and one under it that names a part.
            (
                "<title>7 kinds of bread</title><h1>Kinds of bread, from rye to white</h1><p>text<h3>Kinds of rye</h3>",
                &[],
                "Kinds of bread, from rye to white",
            ),
            ("<title>Bread | Rye | Crumbs</title><h1>Bread | Rye | Crumbs</h1>", &[], "Bread"),
        ];
        for (html, stated, want) in cases {
            let (tree, _) = Tree::document(html);
            let rules = Rules::shipped();
            let context = TitleContext { site: "Crumbs", host: "crumbs.example" };
            let found = title(&PageText::new(&tree, &rules.words().metadata), stated, context);
            assert_eq!(found.map(|found| found.text).unwrap_or_default(), want, "{html}");
        }
    }
}
