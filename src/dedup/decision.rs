use boji_clean::text::letters;

use crate::model::{Decision, Known, Submission};

/// Texts with fewer letters and digits are never duplicates: two accounts may both write "Happy new year!".
const MIN_LETTERS_OF_A_DUPLICATE: usize = 20;

/// What to do with an article, given what the store knows of it.
///
/// Other words from the same bytes are our doing, and so is the same text under other rules; other words from other
/// bytes are the author's. Of an article over several pages, more of the same pages are our doing too, and fewer of them
/// change nothing: the others could not be had this time.
pub fn decide(submission: &Submission, known: &Known) -> Decision {
    let article = &submission.article;
    let original = original(submission, known);
    let Some(latest) = &known.same_key else {
        return original.map_or(Decision::New, Decision::Duplicate);
    };
    // What a feed says of an article that another source has is kept by that feed alone: anybody's feed may name any page.
    let is_owned = !latest.source_id.is_empty() && latest.source_id != submission.source_id;
    if submission.is_of_feed && is_owned {
        return Decision::Unchanged;
    }
    let same_words = latest.content_hash == article.content_hash();
    let same_first = !latest.capture_hash.is_empty() && latest.capture_hash == submission.capture_hash;
    let (old, new) = (&latest.later_captures, &submission.later_captures);
    let same_capture = same_first && new.starts_with(old);
    let fewer_pages = same_first && old.len() > new.len() && old.starts_with(new);
    if fewer_pages || (same_words && latest.rules_hash == submission.rules_hash) {
        Decision::Unchanged
    } else if same_words || same_capture {
        Decision::Refresh(original)
    } else {
        Decision::Revision(latest.revision.saturating_add(1))
    }
}

/// What to do with a stored article that was cleaned again from the capture it was made from.
pub(crate) fn decide_again(submission: &Submission, known: &Known) -> Decision {
    Decision::Refresh(original(submission, known))
}

/// The article that this one repeats, when it is long enough to repeat anything.
fn original(submission: &Submission, known: &Known) -> Option<String> {
    known.same_text.clone().filter(|_| is_long_enough(&submission.article.text))
}

fn is_long_enough(text: &str) -> bool {
    letters(text).nth(MIN_LETTERS_OF_A_DUPLICATE - 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Latest;
    use boji_clean::model::{Article, ArticleKey, Metadata, Origin, Timestamp};

    fn submission(text: &str, capture: &str) -> Submission {
        let article = Article {
            key: ArticleKey::of_content("", "", text),
            origin: Origin::Blog,
            title: "Title".into(),
            authors: Vec::new(),
            published: None,
            modified: None,
            url: String::new(),
            canonical_url: String::new(),
            language: String::new(),
            source_name: String::new(),
            license: String::new(),
            rights: String::new(),
            tags: Vec::new(),
            flags: Vec::new(),
            metadata: Metadata::default(),
            blocks: Vec::new(),
            text: text.into(),
            markdown: text.into(),
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
            let known = Known { same_key, same_text };
            assert_eq!(decide(submission, &known), want, "{known:?}");
        }
    }

    #[test]
    fn a_feed_does_not_revise_what_another_source_has() {
        let known = |source: &str| Known {
            same_key: Some(Latest { revision: 1, source_id: source.into(), ..Latest::default() }),
            same_text: None,
        };
        let page = submission("other words", "c1");
        let of_feed = Submission { is_of_feed: true, ..page.clone() };
        assert_eq!(decide(&of_feed, &known("b")), Decision::Unchanged);
        assert_eq!(decide(&of_feed, &known("a")), Decision::Revision(2));
        assert_eq!(decide(&of_feed, &known("")), Decision::Revision(2), "its source has another name now");
        assert_eq!(decide(&page, &known("b")), Decision::Revision(2), "the page itself tells its words, whoever asked");
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
            };
            let known = Known { same_key: Some(latest), same_text: None };
            assert_eq!(decide(&submission, &known), want, "{old} to {new}");
        }
    }
}
