use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde::de::value::Error;
use serde::de::{DeserializeOwned, IntoDeserializer};
use toml::Spanned;

use crate::rules::error::{Mistake, nearest, similar};

/// The sign before a word that is taken out of a list.
const WITHOUT: char = '!';

/// The lists of words of a file, by table and key.
#[derive(Debug, Default)]
pub(super) struct WordLists(BTreeMap<String, BTreeMap<String, Vec<String>>>);

/// The same as written, each with its place.
type WrittenList = BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Vec<Spanned<String>>>>;

impl WordLists {
    /// Adds the lists of a file. The first one, which is shipped, says which lists there are. A later one adds words to
    /// them, and takes out those before which it writes a `!`.
    pub(super) fn add(&mut self, file: &Path, text: &str) -> Result<(), Box<Mistake>> {
        let written: WrittenList = toml::from_str(text).map_err(|error| Mistake::of_toml(file, text, &error))?;
        let wrong = |span: Range<usize>, message, hint| Box::new(Mistake::new(file, text, span, message, hint));
        let is_first = self.0.is_empty();
        for (table, lists) in written {
            let (span, table) = (table.span(), table.into_inner());
            if is_first {
                self.0.insert(table.clone(), BTreeMap::new());
            }
            let Some(known) = self.0.get_mut(&table) else {
                let hint = nearest(&table, &self.0.keys().collect::<Vec<_>>());
                return Err(wrong(span, format!("unknown table [{table}]"), hint));
            };
            for (key, words) in lists {
                let (span, key) = (key.span(), key.into_inner());
                if is_first {
                    known.insert(key.clone(), Vec::new());
                }
                let Some(list) = known.get_mut(&key) else {
                    let hint = nearest(&key, &known.keys().collect::<Vec<_>>());
                    return Err(wrong(span, format!("unknown key `{key}` in [{table}]"), hint));
                };
                for word in words {
                    put(list, word.get_ref()).map_err(|(message, hint)| wrong(word.span(), message, hint))?;
                }
            }
        }
        Ok(())
    }

    /// The lists as a struct that has a field for each table and each key. The error tells which is missing, or one too
    /// many, in the shipped file.
    pub(super) fn into_words<T: DeserializeOwned>(self) -> Result<T, Error> {
        T::deserialize(self.0.into_deserializer())
    }
}

/// Adds a word to a list, or takes one out of it; the error is what is wrong and a hint.
fn put(list: &mut Vec<String>, word: &str) -> Result<(), (String, String)> {
    if word.trim().is_empty() {
        return Err(("an empty word".to_owned(), String::new()));
    }
    let Some(unwanted) = word.strip_prefix(WITHOUT) else {
        if !list.iter().any(|known| known == word) {
            list.push(word.to_owned());
        }
        return Ok(());
    };
    let Some(at) = list.iter().position(|known| known == unwanted) else {
        let message = format!("the list has no `{unwanted}` that could be taken out");
        return Err((message, similar(unwanted, list).unwrap_or_default()));
    };
    list.remove(at);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(own: &str) -> Result<Vec<String>, String> {
        let mut lists = WordLists::default();
        lists.add(Path::new("shipped.toml"), "[bread]\nwords = [\"loaf\", \"bun\"]\n").expect("valid");
        lists.add(Path::new("own.toml"), own).map_err(|mistake| format!("{mistake}\n{}", mistake.hint))?;
        let words: BTreeMap<String, BTreeMap<String, Vec<String>>> = lists.into_words().expect("lists");
        Ok(words["bread"]["words"].clone())
    }

    #[test]
    fn a_later_file_adds_words_and_takes_words_out() {
        let cases: [(&str, &[&str]); 5] = [
            ("", &["loaf", "bun"]),
            ("[bread]\n", &["loaf", "bun"]),
            ("[bread]\nwords = [\"roll\", \"loaf\"]\n", &["loaf", "bun", "roll"]),
            ("[bread]\nwords = [\"!loaf\"]\n", &["bun"]),
            ("[bread]\nwords = [\"roll\", \"!roll\"]\n", &["loaf", "bun"]),
        ];
        for (own, want) in cases {
            assert_eq!(lists(own).expect(own), want, "{own}");
        }
    }

    #[test]
    fn a_mistake_has_its_place_and_a_hint() {
        let cases = [
            ("[bred]\n", "own.toml:1:2: unknown table [bred]", "did you mean `bread`?"),
            ("[bread]\nword = []\n", "own.toml:2:1: unknown key `word` in [bread]", "did you mean `words`?"),
            ("[bread]\nwords = [\"!loa\"]\n", "own.toml:2:10: the list has no `loa`", "did you mean `loaf`?"),
            ("[bread]\nwords = [\" \"]\n", "own.toml:2:10: an empty word", ""),
            ("[bread]\nwords = \"loaf\"\n", "own.toml:2:9: invalid type", ""),
            ("[bread]\nwords = [\"loaf\"\n", "own.toml:", ""),
            ("words = []\n", "own.toml:1:9: invalid type", ""),
        ];
        for (own, message, hint) in cases {
            let told = lists(own).expect_err(own);
            assert!(told.starts_with(message) && told.contains('^') && told.ends_with(hint), "{own}: {told}");
        }
    }
}
