use std::collections::HashSet;

use super::address::is_page;
use crate::clean::blocks::{AsideReason, SetAside, WrittenBlocks};
use crate::clean::pictures::picture_id;
use crate::model::{Block, BlockKind, Facts};
use crate::rules::words::PagerWords;
use crate::text::{count_letters, fold};

/// Blocks at the start of the first page that later pages may repeat: title, byline, day, lead, first picture.
const HEAD_BLOCKS: usize = 16;
/// Blocks at the end of a page that the page before may have said already: footers are long.
const TAIL_BLOCKS: usize = 40;
/// Folded characters from which a repeated block goes wherever it stands. Short ones are an author's own headings and
/// refrains: every product of a test has its "Verdict".
const LONG: usize = 40;
/// Most letters beside the links of a line that leads to the pages: "Pages:", "Read on:".
const MAX_PAGER: usize = 12;

/// Whether a later page tells of the article of the first one: by its title, in which the number of the page may stand,
/// and by its day. What a page does not state is no reason against it.
pub(in crate::clean) fn same_article(first: &Facts, later: &Facts) -> bool {
    let title = |facts: &Facts| facts.title.as_deref().map(fold).unwrap_or_default();
    let (own, other) = (title(first), title(later));
    let same_title = own.contains(&other) || other.contains(&own);
    let day = |facts: &Facts| facts.published.and_then(|date| date.to_utc().get(..10).map(str::to_owned));
    let same_day = day(first).zip(day(later)).is_none_or(|(own, other)| own == other);
    same_title && same_day
}

/// Whether a page says anything that the pages before it do not: a server that knows no more pages may give the first one
/// again.
pub(in crate::clean) fn says_something_new(before: &[WrittenBlocks], page: &WrittenBlocks) -> bool {
    let known: HashSet<String> = before
        .iter()
        .flat_map(|page| page.blocks.iter().chain(page.apart.iter().map(|it| &it.block)))
        .map(key)
        .collect();
    page.blocks.iter().map(key).any(|key| !key.is_empty() && !known.contains(&key))
}

/// The pages of an article as one: the blocks of each behind those of the page before. What repeats is set aside, at the
/// start of a page because it was said, at the end of a page because the next one says it again, so that the article has
/// one head and one tail; so are the lines that lead from page to page. `titles` are those of the pages, `first` is the
/// first one's address.
pub(in crate::clean) fn join(
    pages: Vec<WrittenBlocks>,
    titles: &[String],
    first: &str,
    words: &PagerWords,
) -> WrittenBlocks {
    let aside = repeats(&pages, titles);
    let mut whole = WrittenBlocks::default();
    for (page, repeated) in pages.into_iter().zip(aside) {
        let mut apart = page.apart.into_iter().peekable();
        for (nth, (block, repeated)) in page.blocks.into_iter().zip(repeated).enumerate() {
            let at = whole.blocks.len();
            whole.apart.extend(std::iter::from_fn(|| apart.next_if(|it| it.at <= nth)).map(|it| SetAside { at, ..it }));
            if repeated {
                whole.apart.push(SetAside { at, reason: AsideReason::Repeat, block });
            } else if is_pager(&block, first, words) {
                whole.apart.push(SetAside { at, reason: AsideReason::Pager, block });
            } else {
                whole.blocks.push(block);
            }
        }
        let at = whole.blocks.len();
        whole.apart.extend(apart.map(|it| SetAside { at, ..it }));
    }
    whole
}

/// Which blocks of each page stand on another one. One of several copies always stays: of what pages begin with that of
/// the first page, of what they end with that of the last.
fn repeats(pages: &[WrittenBlocks], titles: &[String]) -> Vec<Vec<bool>> {
    let keys: Vec<Vec<String>> = pages.iter().map(|page| page.blocks.iter().map(key).collect()).collect();
    let titles = titles.iter().map(|title| fold(title));
    let head: HashSet<String> = titles.chain(keys.first().into_iter().flatten().take(HEAD_BLOCKS).cloned()).collect();
    // Where each page goes on behind its head.
    let starts: Vec<usize> =
        keys.iter().enumerate().map(|(nth, own)| if nth == 0 { 0 } else { run(own.iter(), &head) }).collect();
    let mut said: HashSet<&str> = HashSet::new();
    let mut aside = Vec::with_capacity(keys.len());
    for (nth, (own, start)) in keys.iter().zip(&starts).enumerate() {
        let next = keys.get(nth + 1).zip(starts.get(nth + 1));
        let tail: HashSet<String> = next
            .into_iter()
            .flat_map(|(keys, start)| keys.iter().skip(*start).rev().take(TAIL_BLOCKS).cloned())
            .collect();
        let end = own.len() - run(own.iter().rev(), &tail);
        let mut marks = Vec::with_capacity(own.len());
        for (at, key) in own.iter().enumerate() {
            let again = nth > 0 && key.chars().count() >= LONG && said.contains(key.as_str());
            let repeated = !key.is_empty() && (at < *start || at >= end || again);
            if !repeated {
                said.insert(key);
            }
            marks.push(repeated);
        }
        aside.push(marks);
    }
    aside
}

/// How many blocks from an end are known, up to the last one with something in it.
fn run<'a>(keys: impl Iterator<Item = &'a String>, known: &HashSet<String>) -> usize {
    let mut length = 0;
    for (at, key) in keys.enumerate() {
        if key.is_empty() {
            continue;
        }
        if !known.contains(key) {
            break;
        }
        length = at + 1;
    }
    length
}

/// What a block says, by which it is known again: its letters, else its pictures; "" for a line and the like.
fn key(block: &Block) -> String {
    let text = fold(&block.text());
    if !text.is_empty() || block.kind == BlockKind::Rule {
        return text;
    }
    block.images().map(|image| picture_id(&image.url)).collect::<Vec<_>>().join(" ")
}

/// A line of links to the pages of the article.
fn is_pager(block: &Block, first: &str, words: &PagerWords) -> bool {
    let mut links = block.links().peekable();
    let linked: usize = block.links().map(|(text, _)| count_letters(text)).sum();
    links.peek().is_some()
        && links.all(|(_, href)| is_page(first, href, words))
        && count_letters(&block.text()).saturating_sub(linked) <= MAX_PAGER
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Date, Image, Span};
    use crate::rules::Rules;

    const FIRST: &str = "https://a.example/the-mill";

    fn page(texts: &[&str]) -> WrittenBlocks {
        texts.iter().map(|text| Block::paragraph(*text)).collect::<Vec<_>>().into()
    }

    /// What stays, and what is set aside with the number of blocks before it.
    fn joined(pages: &[&[&str]]) -> (Vec<String>, Vec<(usize, String)>) {
        let whole = join(
            pages.iter().map(|texts| page(texts)).collect(),
            &["The mill".to_owned()],
            FIRST,
            &Rules::shipped().words().pager,
        );
        let apart = whole.apart.iter().map(|it| (it.at, it.block.text())).collect();
        (whole.blocks.iter().map(Block::text).collect(), apart)
    }

    #[test]
    fn one_head_and_one_tail_are_left() {
        let long = "The wheel had stood still since the flood, and nobody had asked for it.";
        let cases: [(&[&[&str]], &str, &str); 7] = [
            (&[&["a", "b"], &["c"]], "a b c", ""),
            (&[&["By A", "a", "Share"], &["By A", "b", "Share"]], "By A a b Share", "2 Share, 2 By A"),
            (&[&["a", "F"], &["b", "F"], &["c", "F"]], "a b c F", "1 F, 2 F"),
            (&[&["a"], &["The mill", "b"]], "a b", "1 The mill"),
            // A heading of every page's own is the author's.
            (&[&["a", "Verdict", "b"], &["c", "Verdict", "d"]], "a Verdict b c Verdict d", ""),
            (&[&["a", long, "b"], &["c", long, "d"]], &format!("a {long} b c d"), &format!("4 {long}")),
            // A page of head and tail alone keeps one copy of both.
            (&[&["lead", "F"], &["lead", "b", "F"]], "lead b F", "1 F, 1 lead"),
        ];
        for (pages, kept, aside) in cases {
            let (blocks, apart) = joined(pages);
            assert_eq!(blocks.join(" "), kept);
            let apart: Vec<String> = apart.iter().map(|(at, text)| format!("{at} {text}")).collect();
            assert_eq!(apart.join(", "), aside, "{kept}");
        }
    }

    #[test]
    fn what_stood_apart_keeps_its_place() {
        let mut second = page(&["By A", "b"]);
        second.apart = vec![
            SetAside { at: 1, reason: AsideReason::Chrome, block: Block::paragraph("box") },
            SetAside { at: 2, reason: AsideReason::Comments, block: Block::paragraph("reader") },
        ];
        let whole = join(vec![page(&["By A", "a"]), second], &[], FIRST, &Rules::shipped().words().pager);
        let apart: Vec<_> = whole.apart.iter().map(|it| (it.at, it.reason, it.block.text())).collect();
        let want =
            [(2, AsideReason::Repeat, "By A"), (2, AsideReason::Chrome, "box"), (3, AsideReason::Comments, "reader")];
        assert_eq!(apart, want.map(|(at, reason, text)| (at, reason, text.to_owned())));
    }

    #[test]
    fn lines_that_lead_from_page_to_page_go() {
        let line = |spans: Vec<Span>| Block::new(BlockKind::Paragraph, spans);
        let to = |text: &str, page: &str| Span::link(text, format!("{FIRST}{page}"));
        let pager = line(vec![Span::plain("Pages: 1 "), to("2", "/2"), Span::plain(" "), to("3", "/3")]);
        let back = line(vec![to("1", ""), Span::plain(" 2 "), to("3", "/3")]);
        let prose =
            line(vec![Span::plain("What the wheel did we saw on "), to("the page before", ""), Span::plain(".")]);
        let other = line(vec![Span::link("2", "https://a.example/the-race/2")]);
        let first = WrittenBlocks::from(vec![Block::paragraph("a"), pager]);
        let second = WrittenBlocks::from(vec![prose, other, back]);
        let whole = join(vec![first, second], &[], FIRST, &Rules::shipped().words().pager);
        let kept: Vec<String> = whole.blocks.iter().map(Block::text).collect();
        assert_eq!(kept, ["a", "What the wheel did we saw on the page before.", "2"]);
        assert!(whole.apart.iter().all(|it| it.reason == AsideReason::Pager));
    }

    #[test]
    fn another_title_or_day_is_another_article() {
        let facts = |title: &str, day: i8| Facts {
            title: Some(title.to_owned()).filter(|title| !title.is_empty()),
            published: if day == 0 { None } else { Date::day(2024, 5, day) },
            ..Facts::default()
        };
        let first = facts("The mill that came back", 2);
        let cases = [
            (facts("The mill that came back", 2), true),
            (facts("The Mill That Came Back (2)", 2), true),
            (facts("The mill that came back – Page 2", 0), true),
            (facts("", 0), true),
            (facts("The race below the mill", 2), false),
            (facts("The mill that came back", 3), false),
        ];
        for (later, want) in cases {
            assert_eq!(same_article(&first, &later), want, "{:?}", later.title);
        }
    }

    #[test]
    fn a_page_that_was_given_before_says_nothing_new() {
        let picture = |url: &str| Image { url: url.into(), ..Image::default() };
        let figure = |url: &str| Block::new(BlockKind::Figure, vec![Span::Image(picture(url))]);
        let before = [page(&["a", "b"]), vec![figure("https://a.example/1.png")].into()];
        assert!(!says_something_new(&before, &page(&["b", "a", ""])));
        assert!(says_something_new(&before, &page(&["a", "c"])));
        assert!(says_something_new(&before, &vec![figure("https://a.example/2.png")].into()));
        assert!(!says_something_new(&before, &vec![figure("https://a.example/1.png")].into()));
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_made_up(pages in proptest::collection::vec(proptest::collection::vec("[a-f]|[ab]{50}", 0..12), 1..5)) {
            let written = || pages.iter().map(|texts| page(&texts.iter().map(String::as_str).collect::<Vec<_>>())).collect();
            let whole = join(written(), &[], FIRST, &Rules::shipped().words().pager);
            proptest::prop_assert_eq!(&whole, &join(written(), &[], FIRST, &Rules::shipped().words().pager));
            // One copy of everything stays.
            let kept: HashSet<String> = whole.blocks.iter().map(Block::text).collect();
            proptest::prop_assert!(pages.iter().flatten().all(|text| kept.contains(text)));
            let all: Vec<String> = whole.into_order().iter().map(Block::text).collect();
            proptest::prop_assert_eq!(all, pages.concat());
        }
    }
}
