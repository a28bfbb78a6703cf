use std::collections::BTreeMap;
use std::ops::Range;

use boji_clean::Rules;
use boji_clean::rules::words::PersonalWords;

use crate::model::StoredArticle;

/// Writes what tells of a person out of the articles that leave: in its place stands its kind, `〔mobile〕`. What is stored stays.
///
/// A thing that is styled in parts (a number half of which is bold) is found in the text and not in the Markdown.
#[derive(Clone, Debug)]
pub struct Redaction {
    rules: Rules,
}

/// Things of a text that may be looked for in its Markdown in vain: each costs a walk through the rest of it.
const MAX_MISSED: usize = 100;

/// How many things of each kind were written out, by the kind's word.
pub(super) type Redacted = BTreeMap<String, u64>;

impl Redaction {
    /// By the patterns of these rules.
    pub fn new(rules: Rules) -> Self {
        Self { rules }
    }

    /// A text without such things.
    pub(super) fn text(&self, text: &str) -> String {
        redact(&self.rules.words().personal, text)
    }

    /// The article without such things, in all words of it that an export shows; counts those of its text.
    pub(super) fn apply(&self, mut stored: StoredArticle, redacted: &mut Redacted) -> StoredArticle {
        let words = &self.rules.words().personal;
        let article = &mut stored.submission.article;
        article.markdown = redact_markdown(words, &article.text, &article.markdown);
        for found in words.find(&article.text) {
            *redacted.entry(found.kind.to_string()).or_default() += 1;
        }
        let metadata = &mut article.metadata;
        let mut texts = vec![
            &mut article.text,
            &mut article.title,
            &mut article.source_name,
            &mut article.rights,
            &mut metadata.claim,
            &mut metadata.copyright,
            &mut metadata.original_source,
            &mut metadata.series,
            &mut metadata.sharer_note,
        ];
        texts.extend(&mut article.authors);
        texts.extend(&mut article.tags);
        texts.extend(metadata.credits.values_mut().flatten());
        texts.extend(metadata.references.iter_mut());
        texts.extend(metadata.images.iter_mut().map(|image| &mut image.alt));
        for text in texts {
            *text = redact(words, text);
        }
        stored
    }
}

fn redact(words: &PersonalWords, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    for found in words.find(text) {
        out.push_str(text.get(rest..found.range.start).unwrap_or_default());
        out.push_str(&placeholder(found.kind.as_str()));
        rest = found.range.end;
    }
    out.push_str(text.get(rest..).unwrap_or_default());
    out
}

/// What was found in the text, in the same order in the Markdown, where some of its signs may be escaped. And what only the Markdown has,
/// as in addresses of links.
fn redact_markdown(words: &PersonalWords, text: &str, markdown: &str) -> String {
    let (mut out, mut rest, mut missed) = (String::with_capacity(markdown.len()), markdown, 0);
    for found in words.find(text) {
        let piece = text.get(found.range).unwrap_or_default();
        if let Some(range) = find_escaped(rest, piece) {
            out.push_str(rest.get(..range.start).unwrap_or_default());
            out.push_str(&placeholder(found.kind.as_str()));
            rest = rest.get(range.end..).unwrap_or_default();
        } else {
            missed += 1;
            if missed > MAX_MISSED {
                break;
            }
        }
    }
    out.push_str(rest);
    redact(words, &out)
}

/// Where a piece of text stands in Markdown.
fn find_escaped(markdown: &str, piece: &str) -> Option<Range<usize>> {
    let first = piece.chars().next()?;
    markdown.match_indices(first).find_map(|(start, _)| {
        let mut rest = markdown.get(start..)?;
        for wanted in piece.chars() {
            let plain =
                rest.strip_prefix('\\').filter(|_| wanted.is_ascii_punctuation() && wanted != '\\').unwrap_or(rest);
            rest = plain.strip_prefix(wanted)?;
        }
        Some(start..markdown.len() - rest.len())
    })
}

fn placeholder(kind: &str) -> String {
    format!("〔{kind}〕")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_written_out_of_text_and_markdown() {
        let rules = Rules::shipped();
        let words = &rules.words().personal;
        let text = "电话 139 0000 1234 或 13900001235，信：the_mill_2@mill.cn。QQ：1234567";
        assert_eq!(redact(words, text), "电话 〔mobile〕 或 〔mobile〕，信：〔email〕。QQ：〔qq〕");
        let cases = [
            ("escaped in parts", "信：the_mill\\_2@mill.cn。", "信：〔email〕。"),
            ("in a link", "[the\\_mill_2@mill.cn](mailto:the_mill_2@mill.cn)", "[〔email〕](mailto:〔email〕)"),
            ("twice", "139 0000 1234 **139 0000 1234**", "〔mobile〕 **〔mobile〕**"),
            ("a name that is a kind", "微信：wechat", "微信：〔wechat〕"),
            ("only in an address", "[信](mailto:else@mill.cn)", "[信](mailto:〔email〕)"),
            ("nothing", "a\\\\b", "a\\\\b"),
        ];
        for (case, markdown, want) in cases {
            assert_eq!(redact_markdown(words, text, markdown), want, "{case}");
        }
    }
}
