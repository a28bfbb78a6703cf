use std::borrow::Cow;
use std::collections::BTreeMap;

use super::address::{host, is_front_page};
use super::blocks::WrittenBlocks;
use super::boilerplate::{Judged, LineRow, Memory};
use super::place_taker::Certainty;
use super::read::{Cleaned, Read, ReadPage, is_article, read_page, read_parsed};
use super::{boilerplate, language, pages, pictures, render};
use crate::classifier::LineScores;
use crate::model::{
    Article, ArticleKey, Candidate, Facts, FoundBy, Issue, IssueCode, JudgedBlock, Label, Learned, Metadata, Origin,
    PageState, Span, WeChatLink, canonical_url, content_hash,
};
use crate::parse::{self, Input};
use crate::rules::Rules;
use crate::text::{LOST_FORMULA, has_letters, one_line, without_controls};

/// Articles with fewer letters than this are flagged `short`.
const SHORT: usize = 80;

/// Where a day of publication comes from that is only the time of the last change.
const CHANGED: &str = "changed";

/// What is known about a page beside its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// What the source said of it, when a source named it.
    pub candidate: Option<&'a Candidate>,
    /// Path relative to the imported folder, "" for a fetched page.
    pub file: &'a str,
    /// What the store has learned, when there is a store.
    pub learned: Option<&'a Learned>,
    /// The key under which the article is stored, when it is cleaned again: an article without an address keeps its
    /// identity when its text changes.
    pub key: Option<&'a ArticleKey>,
}

/// From the bytes of a page to its article: parse, locate, judge, render. Pure.
pub fn clean_page(input: &Input<'_>, context: &Context<'_>, rules: &Rules) -> Cleaned {
    clean_pages(input, &[], context, rules)
}

/// From the bytes of the pages over which an article runs to that article, in their order. Who it is by, when it came and
/// where it stands the first page says; the others give their text. One that is no page of this article, or says nothing
/// new, ends it; where something is missed for that, the issue `pages-incomplete` tells so before all others. Pure.
pub fn clean_pages(first: &Input<'_>, later: &[Input<'_>], context: &Context<'_>, rules: &Rules) -> Cleaned {
    let later = later.iter().map(|input| (input.url, read_page(input, None, rules))).collect();
    clean_read_pages(read_page(first, None, rules), later, context, rules)
}

/// The same from pages that were read already, those behind the first each with its address.
pub fn clean_read_pages(
    first: ReadPage,
    later: Vec<(&str, ReadPage)>,
    context: &Context<'_>,
    rules: &Rules,
) -> Cleaned {
    let mut read = match first.outcome {
        Ok(read) => read,
        Err(refused) => return *refused,
    };
    let incomplete = if later.is_empty() { None } else { add_pages(&mut read, later, rules) };
    let mut cleaned = finish(read, context, rules);
    if let Some(issue) = incomplete {
        cleaned.issues.insert(0, issue);
    }
    cleaned
}

/// From a feed entry's own text to its article, without its page.
pub fn clean_entry(candidate: &Candidate, context: &Context<'_>, rules: &Rules) -> Cleaned {
    let own = (!candidate.identity.is_empty()).then(|| ArticleKey::Url(candidate.identity.clone()));
    let context = &Context { key: context.key.or(own.as_ref()), ..*context };
    match read_parsed(parse::entry_page(candidate), &candidate.url, rules) {
        Ok(mut read) => {
            // A feed that says only when an entry was changed says at least by when it was there.
            if read.facts.published.is_none() && candidate.published.is_none() {
                read.facts.published = candidate.modified;
                read.facts.provenance.extend(candidate.modified.map(|_| ("published", CHANGED)));
            }
            finish(read, context, rules)
        }
        Err(refused) => *refused,
    }
}

/// The lines of a page with the features by which they are classified, for training: none when it is no article of
/// WeChat's. `scores`, where there are as many as lines, stand for those of the dictionary.
pub fn line_rows(input: &Input<'_>, learned: Option<&Learned>, rules: &Rules, scores: &[LineScores]) -> Vec<LineRow> {
    let Ok(read) = read_page(input, None, rules).outcome else { return Vec::new() };
    if !boilerplate::is_classified(read.origin) {
        return Vec::new();
    }
    let account = read.facts.account.as_deref().unwrap_or_default();
    let memory = learned.map(|learned| Memory { learned, account, article_id: "" });
    boilerplate::line_rows(read.written, &read.facts, rules, memory, scores)
}

/// Puts the blocks of later pages behind those of the first, up to one that is none of the article's; what is then missed.
fn add_pages(whole: &mut Read, later: Vec<(&str, ReadPage)>, rules: &Rules) -> Option<Issue> {
    let words = &rules.words().pager;
    let title = |facts: &Facts| facts.title.clone().unwrap_or_default();
    let mut titles = vec![title(&whole.facts)];
    let mut pages = vec![std::mem::take(&mut whole.written)];
    let mut current = whole.url.clone();
    let mut incomplete = None;
    for (url, page) in later {
        let why = match page.outcome {
            _ if pages::follows(&whole.url, &current, url, words).is_none() => "leads elsewhere".to_owned(),
            Err(refused) => format!("is {} ({})", refused.state, refused.evidence),
            Ok(page) if !pages::same_article(&whole.facts, &page.facts) => "has another title or day".to_owned(),
            Ok(page) if !pages::says_something_new(&pages, &page.written) => break,
            Ok(page) => {
                titles.push(title(&page.facts));
                pages.push(page.written);
                whole.issues.extend(page.issues);
                url.clone_into(&mut current);
                continue;
            }
        };
        let number = pages.len() + 1;
        incomplete = Some(Issue::new(IssueCode::PagesIncomplete, format!("page {number} {why}: {url}")));
        break;
    }
    whole.written = pages::join(pages, &titles, &whole.url, words);
    incomplete
}

fn finish(read: Read, context: &Context<'_>, rules: &Rules) -> Cleaned {
    let Read { evidence, origin, mut facts, written, mut issues, way, site, url } = read;
    if let Some(candidate) = context.candidate {
        facts = facts.filled_from(candidate_facts(candidate));
    }
    facts = visible(facts.bounded());
    facts.modified = facts.modified.filter(|modified| Some(*modified) != facts.published);
    if !is_article(&written, &facts) {
        return Cleaned::refused(PageState::NotArticle, "no text".to_owned(), facts, issues);
    }
    issues.sort_by_key(|issue| issue.code);
    issues.dedup();
    let article = assemble(&facts, origin, written, &url, context, rules);
    // What is left of a page of the web when nothing of it is content is no article; WeChat's may be a video.
    if origin == Origin::Blog
        && article.text.is_empty()
        && article.metadata.images.is_empty()
        && context.file.is_empty()
    {
        return Cleaned::refused(PageState::NotArticle, "no text is left".to_owned(), facts, issues);
    }
    let certainty = Certainty::Sure;
    Cleaned { state: PageState::Article, certainty, evidence, article: Some(article), facts, issues, way, site }
}

/// Facts without what moves a cursor or turns a line: they are shown in lists and on terminals. Names stand on one line.
fn visible(mut facts: Facts) -> Facts {
    let names = [
        &mut facts.account,
        &mut facts.place,
        &mut facts.url,
        &mut facts.cover_url,
        &mut facts.language,
        &mut facts.license,
        &mut facts.biz,
        &mut facts.mid,
        &mut facts.idx,
        &mut facts.sn,
        &mut facts.gh_id,
        &mut facts.alias,
        &mut facts.original_url,
        &mut facts.original_source,
        &mut facts.series,
        &mut facts.copyright,
    ];
    names.into_iter().flatten().for_each(one_line);
    let texts = [&mut facts.title, &mut facts.summary, &mut facts.rights, &mut facts.sharer_note, &mut facts.claim];
    for text in texts.into_iter().flatten() {
        if let Cow::Owned(plain) = without_controls(text) {
            *text = plain;
        }
    }
    for list in [&mut facts.authors, &mut facts.tags, &mut facts.qr_images, &mut facts.backgrounds] {
        list.iter_mut().for_each(one_line);
        list.retain(|text| !text.is_empty());
    }
    facts
}

fn candidate_facts(candidate: &Candidate) -> Facts {
    let stated = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let key = WeChatLink::parse(&candidate.url).and_then(|link| link.key());
    let (biz, mid, idx) = match key.or_else(|| ArticleKey::parse(&candidate.guid)) {
        Some(ArticleKey::WeChat { biz, mid, idx }) => (Some(biz), Some(mid), Some(idx)),
        _ => (None, None, None),
    };
    Facts {
        biz,
        mid,
        idx,
        title: stated(&candidate.title),
        authors: candidate.authors.clone(),
        published: candidate.published,
        modified: candidate.modified,
        url: stated(&candidate.url),
        cover_url: stated(&candidate.cover_url),
        tags: candidate.tags.clone(),
        copyright: stated(&candidate.copyright),
        license: stated(&candidate.license),
        rights: stated(&candidate.rights),
        // A feed's name is the site's; only an album is a series.
        series: if matches!(candidate.found_by, Some(FoundBy::Album | FoundBy::List)) {
            stated(&candidate.series)
        } else {
            None
        },
        account: stated(if candidate.found_by == Some(FoundBy::Feed) && candidate.account.is_empty() {
            &candidate.series
        } else {
            &candidate.account
        }),
        ..Facts::default()
    }
}

fn assemble(
    facts: &Facts,
    origin: Origin,
    written: WrittenBlocks,
    url: &str,
    context: &Context<'_>,
    rules: &Rules,
) -> Article {
    let found_url = if url.is_empty() { facts.url.clone().unwrap_or_default() } else { url.to_owned() };
    let own = canonical_url(&found_url).unwrap_or_default();
    let claimed = facts.url.as_deref().and_then(canonical_url).filter(|claim| is_own_claim(claim, &own));
    let canonical = claimed.unwrap_or_else(|| own.clone());
    let key = context.key.cloned().or_else(|| identity(facts, &own));
    let article_id = key.as_ref().map(ArticleKey::id).unwrap_or_default();
    let account = facts.account.as_deref().unwrap_or_default();
    let memory = context.learned.map(|learned| Memory { learned, account, article_id: &article_id });
    let judged = exported(&written, facts).unwrap_or_else(|| boilerplate::judge(written, origin, facts, rules, memory));
    let fields = judged.fields;
    let text = render::text(&judged.blocks);
    let markdown = render::markdown(&judged.blocks);
    let title = facts.title.as_deref().unwrap_or_default();
    let day = facts.published.map(|date| date.local_day().to_utc()).unwrap_or_default();
    let key = key.unwrap_or_else(|| ArticleKey::of_content(title, &day, &text));
    let stated = |fact: &Option<String>| fact.clone().unwrap_or_default();
    let either = |fact: &Option<String>, read: &str| fact.clone().unwrap_or_else(|| read.to_owned());
    let metadata = Metadata {
        alias: stated(&facts.alias),
        biz: stated(&facts.biz),
        claim: either(&facts.claim, &fields.claim),
        copyright: stated(&facts.copyright),
        cover_url: stated(&facts.cover_url),
        credits: fields.credits,
        file: context.file.to_owned(),
        found_by: context.candidate.and_then(|candidate| candidate.found_by),
        gh_id: stated(&facts.gh_id),
        idx: stated(&facts.idx),
        images: pictures::ledger(&judged.blocks, facts, origin),
        kind: facts.kind.unwrap_or_default(),
        mid: stated(&facts.mid),
        original_source: either(&facts.original_source, &fields.original_source),
        original_url: either(&facts.original_url, &fields.original_url),
        place: either(&facts.place, &fields.place),
        reading_minutes: fields.reading_minutes,
        references: fields.references,
        removed: removed(&judged.blocks),
        series: either(&facts.series, &fields.series),
        sharer_note: either(&facts.sharer_note, &fields.sharer_note),
        sn: stated(&facts.sn),
        word_count: fields.word_count,
    };
    let mut flags = judged.flags;
    if facts.preview || (facts.paywall && breaks_off(&text)) {
        flags.push("preview".into());
    }
    if facts.paywall {
        flags.push("paywall".into());
    }
    if !facts.conflicts.is_empty() {
        flags.push("conflict".into());
    }
    if facts.provenance.get("published") == Some(&CHANGED) {
        flags.push("date-changed".into());
    }
    if loses_formula(&judged.blocks) {
        flags.push("formula-lost".into());
    }
    if facts.wordless && !has_letters(&text, 1) {
        flags.push("wordless".into());
    }
    if facts.short || !has_letters(&text, SHORT) {
        flags.push("short".into());
    }
    flags.extend(rules.words().personal.find(&text).into_iter().map(|found| found.kind.flag().to_owned()));
    flags.sort();
    flags.dedup();
    Article {
        key,
        origin,
        title: stated(&facts.title),
        authors: if facts.authors.is_empty() { fields.authors } else { facts.authors.clone() },
        published: facts.published,
        modified: facts.modified,
        url: found_url,
        canonical_url: canonical,
        language: language::language_of(&text, &stated(&facts.language)),
        source_name: stated(&facts.account),
        license: stated(&facts.license),
        rights: either(&facts.rights, &fields.rights),
        tags: facts.tags.clone(),
        flags,
        metadata,
        blocks: judged.blocks,
        text,
        markdown,
    }
}

/// Whether a text ends in an ellipsis, brackets round it apart. Where the page says that its text is not free, the rest is behind a wall.
fn breaks_off(text: &str) -> bool {
    let end = text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ']' | ')' | '】' | '）'));
    end.ends_with('…') || end.ends_with("...")
}

/// Whether the article shows a formula that could not be read.
fn loses_formula(blocks: &[JudgedBlock]) -> bool {
    let mut kept = blocks.iter().filter(|judged| judged.verdict.label == Label::Keep).map(|judged| &judged.block);
    kept.any(|block| {
        block.all_spans().any(|span| match span {
            Span::Text { text, .. } => text.contains(LOST_FORMULA),
            Span::Image(image) => image.alt == LOST_FORMULA,
        })
    })
}

/// All blocks kept, when they are the text whose hash the file states: an article that was exported. Judged a second time,
/// what stood before the chaff at its ends would stand at the ends itself, and look like more of it.
fn exported(written: &WrittenBlocks, facts: &Facts) -> Option<Judged> {
    let stated = facts.content_hash.as_deref()?;
    let judged = boilerplate::keep_all(written.blocks.clone());
    let title = facts.title.as_deref().unwrap_or_default();
    (content_hash(title, &render::text(&judged.blocks)) == stated).then_some(judged)
}

/// What an article is known by: where its bytes came from. WeChat's numbers count where WeChat's host sent the page, or nobody did,
/// as for a file; any other page may write them, and what a page claims as its address is no proof either: sites name
/// their front page on all of their articles. `None` where there is no address.
fn identity(facts: &Facts, address: &str) -> Option<ArticleKey> {
    if address.is_empty() || is_wechat(address) {
        if let (Some(biz), Some(mid)) = (&facts.biz, &facts.mid) {
            let idx = facts.idx.clone().unwrap_or_else(|| "1".to_owned());
            return Some(ArticleKey::WeChat { biz: biz.clone(), mid: mid.clone(), idx });
        }
        if let Some(key) = WeChatLink::parse(address).and_then(|link| link.key()) {
            return Some(key);
        }
    }
    (!address.is_empty()).then(|| ArticleKey::Url(address.to_owned()))
}

fn is_wechat(address: &str) -> bool {
    WeChatLink::parse(address).is_some() || WeChatLink::is_temporary(address)
}

/// Whether an address that a page claims may be its own: on the host that sent it, and not its front page.
fn is_own_claim(claim: &str, own: &str) -> bool {
    own.is_empty() || (host(claim) == host(own) && !is_front_page(claim))
}

fn removed(blocks: &[JudgedBlock]) -> BTreeMap<String, usize> {
    let mut removed = BTreeMap::new();
    let is_removed =
        |judged: &&JudgedBlock| judged.verdict.label != Label::Keep && !judged.verdict.rule.is_of_the_page();
    for judged in blocks.iter().filter(is_removed) {
        let characters = judged.block.text().chars().count();
        if characters > 0 {
            *removed.entry(judged.verdict.category_word().to_owned()).or_default() += characters;
        }
    }
    removed
}
