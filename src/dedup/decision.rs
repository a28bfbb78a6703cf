use super::letters::letters;
use crate::model::{Article, Decision, Known};

/// Texts with fewer letters and digits are never duplicates: two accounts may both write "Happy new year!".
const MIN_LETTERS_OF_A_DUPLICATE: usize = 20;

/// What to do with an article, given what the store knows of it.
pub fn decide(article: &Article, known: &Known) -> Decision {
    match (&known.same_key, &known.same_text) {
        (Some((_, hash)), _) if *hash == article.content_hash() => Decision::Unchanged,
        (Some((latest, _)), _) => Decision::Revision(latest.saturating_add(1)),
        (None, Some(original)) if is_long_enough(&article.text) => Decision::Duplicate(original.clone()),
        (None, _) => Decision::New,
    }
}

fn is_long_enough(text: &str) -> bool {
    letters(text).nth(MIN_LETTERS_OF_A_DUPLICATE - 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ArticleKey, Metadata, Origin};

    fn article(text: &str) -> Article {
        Article {
            key: ArticleKey::of_content(text),
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
        }
    }

    #[test]
    fn each_knowledge_has_its_decision() {
        let long = article("一二三四五六七八九十，一二三四五六七八九十");
        let short = article("一二三四五六七八九十，一二三四五六七八九");
        let stored = |revision, hash: &str| Some((revision, hash.to_owned()));
        let twin = Some("0a".to_owned());
        let cases = [
            (&long, None, None, Decision::New),
            (&long, None, twin.clone(), Decision::Duplicate("0a".into())),
            (&short, None, twin.clone(), Decision::New),
            (&long, stored(1, &long.content_hash()), None, Decision::Unchanged),
            (&long, stored(4, &long.content_hash()), twin.clone(), Decision::Unchanged),
            (&long, stored(4, "b3:other"), None, Decision::Revision(5)),
            (&short, stored(1, "b3:other"), twin, Decision::Revision(2)),
        ];
        for (article, same_key, same_text, want) in cases {
            let known = Known { same_key, same_text };
            assert_eq!(decide(article, &known), want, "{known:?}");
        }
    }
}
