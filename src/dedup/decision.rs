use boji_clean::model::Article;
use boji_clean::text::{has_letters, kept_percent};

use crate::model::{Decision, Hold, Known, Latest, SetAside, Submission};

/// Texts with fewer letters and digits are never duplicates: two accounts may both write "Happy new year!".
const MIN_LETTERS_OF_A_DUPLICATE: usize = 20;

/// Words that leave less than this percentage of the stored ones are held back.
const LEAST_KEPT_PERCENT: usize = 33;

/// Texts with fewer letters have nothing to lose.
const MIN_LETTERS_OF_A_LOSS: usize = 20;

/// Seconds after which words that were held back are believed when they come again: a fault of a server seldom lasts a day.
const HOLD_SECONDS: i64 = 86_400;

/// What to do with an article, given what the store knows of it.
///
/// Other words from the same bytes are our doing, and so is the same text under other rules; other words from other
/// bytes are the author's. Of an article over several pages, more of the same pages are our doing too, and fewer of them
/// change nothing: the others could not be had this time.
///
/// A number in the text that is another again, as it was the time before, is a counter: it is kept as it is last, and not as a
/// revision for each reader who came.
///
/// An author who takes nearly all of an article away is rarer than a server that answers with another page, or half of one.
/// So such words are held back, and stand when they come again a day later. Words behind which a person went back change
/// nothing.
pub fn decide(submission: &Submission, known: &Known) -> Decision {
    let article = &submission.article;
    let original = original(submission, known);
    let Some(latest) = &known.same_key else {
        return original.map_or(Decision::New, Decision::Duplicate);
    };
    // What a feed says of an article that another source has is kept by that feed alone: anybody's feed may name any page.
    let is_owned = !latest.source_id.is_empty() && latest.source_id != submission.source_id;
    if submission.is_of_feed && is_owned {
        return Decision::Refused;
    }
    let same_words = latest.content_hash == article.content_hash();
    let same_first = !latest.capture_hash.is_empty() && latest.capture_hash == submission.capture_hash;
    let (old, new) = (&latest.later_captures, &submission.later_captures);
    let same_capture = same_first && new.starts_with(old);
    let fewer_pages = same_first && old.len() > new.len() && old.starts_with(new);
    if fewer_pages || (same_words && latest.rules_hash == submission.rules_hash) {
        Decision::Unchanged
    } else if same_words || same_capture || is_counted_on(latest, submission) {
        Decision::Refresh(original)
    } else {
        other_words(submission, latest, &known.set_aside)
    }
}

/// What to do with other words from other bytes.
fn other_words(submission: &Submission, latest: &Latest, set_aside: &[SetAside]) -> Decision {
    let text = &submission.article.text;
    let alike = || set_aside.iter().filter(|aside| is_enough(&aside.text, text) && is_enough(text, &aside.text));
    if alike().any(|aside| aside.held_since.is_none()) {
        return Decision::Refused;
    }
    let revision = latest.next_revision;
    // A page may say what its feed told in words of its own.
    let is_its_page = latest.is_of_feed && !submission.is_of_feed;
    if is_its_page || is_enough(&latest.text, text) {
        return Decision::Revision(revision);
    }
    // Held in the future, by a clock that was ahead: that counts from now on.
    let first = alike().filter_map(|aside| aside.held_since).min();
    let since = first.map_or(submission.fetched_at, |first| first.min(submission.fetched_at));
    let ask_again = since.plus_seconds(HOLD_SECONDS);
    if submission.fetched_at >= ask_again {
        Decision::Revision(revision)
    } else {
        Decision::Held(Hold { revision, since, ask_again })
    }
}

/// Whether nothing but numbers has changed, as it was when the revision came that stands.
fn is_counted_on(latest: &Latest, submission: &Submission) -> bool {
    let Article { title, text, .. } = &submission.article;
    text != &latest.text
        && !latest.text_before.is_empty()
        && is_same_but_for_numbers(&latest.title, title)
        && is_same_but_for_numbers(&latest.text, text)
        && is_same_but_for_numbers(&latest.text_before, text)
}

fn is_same_but_for_numbers(one: &str, other: &str) -> bool {
    without_numbers(one).eq(without_numbers(other))
}

/// A text with a zero for each of its numbers, points and commas inside of them counted in.
fn without_numbers(text: &str) -> impl Iterator<Item = char> + '_ {
    let mut is_in_number = false;
    text.chars().filter_map(move |character| {
        let was_in_number = is_in_number;
        is_in_number = character.is_numeric() || (was_in_number && matches!(character, '.' | ','));
        match (was_in_number, is_in_number) {
            (true, true) => None,
            (false, true) => Some('0'),
            (_, false) => Some(character),
        }
    })
}

/// Whether enough of an old text is in a new one for it to be the same article's.
fn is_enough(old: &str, new: &str) -> bool {
    !has_letters(old, MIN_LETTERS_OF_A_LOSS) || kept_percent(old, new) >= LEAST_KEPT_PERCENT
}

/// What to do with a stored article that was cleaned again from the capture it was made from.
pub fn decide_again(submission: &Submission, known: &Known) -> Decision {
    Decision::Refresh(original(submission, known))
}

/// The article that this one repeats, when it is long enough to repeat anything.
fn original(submission: &Submission, known: &Known) -> Option<String> {
    known.same_text.clone().filter(|_| has_letters(&submission.article.text, MIN_LETTERS_OF_A_DUPLICATE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Latest;
    use boji_clean::model::{ArticleKey, Origin, Timestamp};

    fn submission(text: &str, capture: &str) -> Submission {
        let article = Article {
            origin: Origin::Blog,
            title: "Title".into(),
            text: text.into(),
            markdown: text.into(),
            ..Article::bare(ArticleKey::of_content("", "", text))
        };
        Submission {
            article,
            source_id: "a".into(),
            capture_hash: capture.into(),
            later_captures: Vec::new(),
            fetched_at: Timestamp::default(),
            text_key: text.into(),
            simhash: String::new(),
            rules_hash: "r1".into(),
            is_of_feed: false,
        }
    }

    #[test]
    fn each_knowledge_has_its_decision() {
        let long = submission("一二三四五六七八九十，一二三四五六七八九十", "c1");
        let short = submission("一二三四五六七八九十，一二三四五六七八九", "c1");
        let bare = submission("一二三四五六七八九十，一二三四五六七八九十", "");
        let same = &long.article.content_hash();
        let stored = |revision, content: &str, capture: &str, rules: &str| {
            let [content_hash, capture_hash, rules_hash] = [content, capture, rules].map(str::to_owned);
            Some(Latest {
                revision,
                next_revision: revision + 1,
                content_hash,
                capture_hash,
                rules_hash,
                source_id: "a".into(),
                ..Latest::default()
            })
        };
        let twin = || Some("0a".to_owned());
        let cases = [
            (&long, None, None, Decision::New),
            (&long, None, twin(), Decision::Duplicate("0a".into())),
            (&short, None, twin(), Decision::New),
            (&long, stored(1, same, "c1", "r1"), None, Decision::Unchanged),
            (&long, stored(4, same, "c0", "r1"), twin(), Decision::Unchanged),
            (&long, stored(4, same, "c0", "r0"), None, Decision::Refresh(None)),
            (&bare, stored(4, same, "", "r0"), None, Decision::Refresh(None)),
            (&long, stored(4, "b3:other", "c1", "r0"), None, Decision::Refresh(None)),
            (&long, stored(4, "b3:other", "c1", "r1"), twin(), Decision::Refresh(twin())),
            (&short, stored(4, "b3:other", "c1", "r0"), twin(), Decision::Refresh(None)),
            (&long, stored(4, "b3:other", "c0", "r1"), None, Decision::Revision(5)),
            (&bare, stored(4, "b3:other", "", "r0"), None, Decision::Revision(5)),
            (&short, stored(1, "b3:other", "c0", "r0"), twin(), Decision::Revision(2)),
        ];
        for (submission, same_key, same_text, want) in cases {
            let known = Known { same_key, same_text, set_aside: Vec::new() };
            assert_eq!(decide(submission, &known), want, "{known:?}");
        }
    }

    #[test]
    fn a_feed_does_not_revise_what_another_source_has() {
        let known = |source: &str| Known {
            same_key: Some(Latest { revision: 1, next_revision: 2, source_id: source.into(), ..Latest::default() }),
            ..Known::default()
        };
        let page = submission("other words", "c1");
        let of_feed = Submission { is_of_feed: true, ..page.clone() };
        assert_eq!(decide(&of_feed, &known("b")), Decision::Refused);
        assert_eq!(decide(&of_feed, &known("a")), Decision::Revision(2));
        assert_eq!(decide(&of_feed, &known("")), Decision::Revision(2), "its source has another name now");
        assert_eq!(decide(&page, &known("b")), Decision::Revision(2), "the page itself tells its words, whoever asked");
    }

    #[test]
    fn words_that_gut_an_article_must_come_twice() {
        let article = "一个人清晨上山，傍晚才下来，衣服全湿了，鞋也丢了一只。";
        let notice = "系统维护中，请稍后再试，给您带来不便敬请谅解";
        let (begun, day) = (Timestamp::from_seconds(1_000), 86_400);
        let decided = |stored: &str, text: &str, seconds: i64, aside: &[(&str, Option<i64>)]| {
            let came = Submission { fetched_at: begun.plus_seconds(seconds), ..submission(text, "c2") };
            let aside = aside.iter().map(|(text, since)| SetAside {
                text: (*text).to_owned(),
                held_since: since.map(|since| begun.plus_seconds(since)),
            });
            let latest = Latest {
                revision: 3,
                next_revision: 5,
                text: stored.to_owned(),
                content_hash: "b3:other".into(),
                source_id: "a".into(),
                ..Latest::default()
            };
            decide(&came, &Known { same_key: Some(latest), same_text: None, set_aside: aside.collect() })
        };
        let held = |since: i64| {
            let since = begun.plus_seconds(since);
            Decision::Held(Hold { revision: 5, since, ask_again: since.plus_seconds(day) })
        };
        let taken = Decision::Revision(5);
        let cases = [
            ("an edit", article, "一个人清晨上山，傍晚才下来，衣服全湿了。", 0, vec![], taken.clone()),
            ("a notice instead", article, notice, 0, vec![], held(0)),
            ("again, too soon", article, notice, 3_600, vec![(notice, Some(0))], held(0)),
            ("again, a day later", article, notice, day, vec![(notice, Some(0))], taken.clone()),
            (
                "another notice",
                article,
                "域名已过期，如需续费请联系注册商客服人员",
                day,
                vec![(notice, Some(0))],
                held(day),
            ),
            (
                "back to an edit",
                article,
                "一个人清晨上山，傍晚才下来，衣服全湿了。",
                day,
                vec![(notice, Some(0))],
                taken.clone(),
            ),
            ("a person went back behind it", article, notice, 9 * day, vec![(notice, None)], Decision::Refused),
            ("little was there", "到此一游", notice, 0, vec![], taken),
        ];
        for (name, stored, text, seconds, aside, want) in cases {
            assert_eq!(decided(stored, text, seconds, &aside), want, "{name}");
        }
    }

    #[test]
    fn a_number_that_counts_on_makes_two_revisions_and_no_more() {
        let decided = |before: &str, stored: &str, text: &str| {
            let latest = Latest {
                revision: 2,
                next_revision: 3,
                title: "Title".into(),
                text: stored.into(),
                text_before: before.into(),
                content_hash: "b3:other".into(),
                source_id: "a".into(),
                ..Latest::default()
            };
            decide(&submission(text, "c2"), &Known { same_key: Some(latest), ..Known::default() })
        };
        let (edited, counted) = (Decision::Revision(3), Decision::Refresh(None));
        let cases = [
            ("the first time", "", "水车。阅读 12", "水车。阅读 13", &edited),
            ("with another mark behind it", "水车。阅读 9", "水车。阅读 12", "水车。阅读 1,013。", &edited),
            ("again", "水车。阅读 9", "水车。阅读 12", "水车。阅读 1,013", &counted),
            ("it said another thing before", "磨坊。阅读 9", "水车。阅读 12", "水车。阅读 13", &edited),
            ("a word with it", "水车。阅读 9", "水车。阅读 12", "水车！阅读 13", &edited),
            ("the title alone", "水车。阅读 9", "水车。阅读 12", "水车。阅读 12", &edited),
        ];
        for (name, before, stored, text, want) in cases {
            assert_eq!(&decided(before, stored, text), want, "{name}");
        }
    }

    #[test]
    fn pages_count_as_the_bytes_do() {
        let cases = [
            ("p2", "p2 p3", Decision::Refresh(None)),
            ("", "p2", Decision::Refresh(None)),
            ("p2 p3", "p2", Decision::Unchanged),
            ("p2", "", Decision::Unchanged),
            ("p2", "p9", Decision::Revision(2)),
            ("p2 p3", "p2 p9", Decision::Revision(2)),
        ];
        let pages = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        for (old, new, want) in cases {
            let submission = Submission { later_captures: pages(new), ..submission(new, "c1") };
            let latest = Latest {
                revision: 1,
                content_hash: "b3:other".into(),
                capture_hash: "c1".into(),
                later_captures: pages(old),
                rules_hash: "r1".into(),
                source_id: "a".into(),
                next_revision: 2,
                ..Latest::default()
            };
            let known = Known { same_key: Some(latest), ..Known::default() };
            assert_eq!(decide(&submission, &known), want, "{old} to {new}");
        }
    }
}
