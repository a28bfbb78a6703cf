use boji_clean::model::Candidate;
use boji_clean::text::fold;
use regex::{Regex, RegexBuilder};

use super::source::Source;

/// Most rules of one kind that a source may have.
pub(crate) const MAX_RULES: usize = 200;
/// Longest rule, in characters.
const MAX_RULE_CHARS: usize = 300;
/// Most memory that one regular expression may take when it is compiled, in bytes.
const MAX_REGEX_BYTES: usize = 1 << 20;

/// How a rule is written, for hints.
pub(crate) const RULE_FORMS: &str =
    "write `title:WORDS` or `url:PART`; with `~` for `:` what follows is a regular expression: `url~/ads?/\\d+`";

/// Which entries of a source are wanted, by what it says of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct EntryRules {
    keep: Vec<EntryRule>,
    skip: Vec<EntryRule>,
}

impl EntryRules {
    /// Those of a source. A rule that cannot be read takes nothing; configuration and commands refuse it.
    pub(crate) fn of(source: &Source) -> Self {
        let read = |rules: &[String]| rules.iter().filter_map(|rule| EntryRule::parse(rule).ok()).collect();
        Self { keep: read(&source.keep), skip: read(&source.skip) }
    }

    /// Whether there is none.
    pub(crate) const fn is_empty(&self) -> bool {
        self.keep.is_empty() && self.skip.is_empty()
    }

    /// The rule that keeps an entry out, as [`super::Entry::skipped_by`] has it; `None` when the entry is wanted.
    pub(crate) fn against(&self, candidate: &Candidate) -> Option<String> {
        if let Some(rule) = self.skip.iter().find(|rule| rule.fits(candidate)) {
            return Some(format!("skip {}", rule.written));
        }
        let is_wanted = self.keep.is_empty() || self.keep.iter().any(|rule| rule.fits(candidate));
        (!is_wanted).then(|| "no rule of keep fits".to_owned())
    }
}

/// One rule: what it looks at, and what it looks for.
#[derive(Clone, Debug)]
pub(crate) struct EntryRule {
    written: String,
    looks_at_title: bool,
    wording: Wording,
}

#[derive(Clone, Debug)]
enum Wording {
    /// Folded of a title, in lower case of an address.
    Part(String),
    Pattern(Regex),
}

impl EntryRule {
    /// Reads a rule: `title:` or `url:` and a part of it, `title~` or `url~` and a regular expression.
    ///
    /// # Errors
    /// A clause that says what is wrong with the rule, to stand behind it.
    pub(crate) fn parse(written: &str) -> Result<Self, String> {
        if written.chars().count() > MAX_RULE_CHARS {
            return Err(format!("is longer than {MAX_RULE_CHARS} characters"));
        }
        let divided = written.find([':', '~']).and_then(|place| written.split_at_checked(place));
        let (looks_at_title, sign_and_words) = match divided {
            Some(("title", words)) => (true, words),
            Some(("url", words)) => (false, words),
            _ => return Err("says not whether it looks at the title or the url".to_owned()),
        };
        let wording = match sign_and_words.split_at_checked(1) {
            Some((":", words)) if looks_at_title => Wording::Part(fold(words)),
            Some((":", words)) => Wording::Part(words.trim().to_lowercase()),
            Some((_, pattern)) if !pattern.trim().is_empty() => {
                let regex = RegexBuilder::new(pattern).size_limit(MAX_REGEX_BYTES).build();
                Wording::Pattern(regex.map_err(|error| format!("is no regular expression: {}", reason(&error)))?)
            }
            _ => Wording::Part(String::new()),
        };
        if matches!(&wording, Wording::Part(words) if words.is_empty()) {
            return Err("names no words".to_owned());
        }
        Ok(Self { written: written.to_owned(), looks_at_title, wording })
    }

    fn fits(&self, candidate: &Candidate) -> bool {
        let text = if self.looks_at_title { &candidate.title } else { &candidate.url };
        match &self.wording {
            Wording::Part(words) if self.looks_at_title => fold(text).contains(words),
            Wording::Part(words) => text.to_lowercase().contains(words),
            Wording::Pattern(pattern) => pattern.is_match(text),
        }
    }
}

/// What the library says in the last of its lines, behind the drawing of the place.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.strip_prefix("error: ").unwrap_or(last).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Schedule, SourceKind};

    fn against(keep: &[&str], skip: &[&str], title: &str, url: &str) -> Option<String> {
        let list = |rules: &[&str]| rules.iter().map(|&rule| rule.to_owned()).collect();
        let source = Source::new(SourceKind::Feed, "s", "https://a.example/feed", Schedule::Every(60));
        let rules = EntryRules::of(&Source { keep: list(keep), skip: list(skip), ..source });
        rules.against(&Candidate { title: title.into(), url: url.into(), ..Candidate::default() })
    }

    #[test]
    fn an_entry_is_kept_out_by_what_skips_it_or_when_nothing_keeps_it() {
        type Case = (&'static str, &'static [&'static str], &'static [&'static str], Option<&'static str>);
        let (title, url) = ("【廣告】 Mill  News", "https://a.example/Sponsored/7");
        let cases: [Case; 10] = [
            ("no rule", &[], &[], None),
            ("words of the title, folded", &[], &["title:广告"], Some("skip title:广告")),
            ("words that are not there", &[], &["title:推广"], None),
            ("a part of the address", &[], &["url:/sponsored/"], Some("skip url:/sponsored/")),
            ("words of the title in the address", &[], &["url:广告"], None),
            ("a pattern", &[], &["url~/\\d+$"], Some("skip url~/\\d+$")),
            ("a pattern has a case", &[], &["title~mill"], None),
            ("one of two to keep", &["title:loom", "title:mill news"], &[], None),
            ("none to keep", &["title:loom", "url~/x/"], &[], Some("no rule of keep fits")),
            ("what skips wins", &["title:mill"], &["title:news"], Some("skip title:news")),
        ];
        for (case, keep, skip, want) in cases {
            assert_eq!(against(keep, skip, title, url).as_deref(), want, "{case}");
        }
    }

    #[test]
    fn a_rule_that_cannot_be_meant_is_told() {
        let long = format!("title:{}", "a".repeat(300));
        let cases = [
            ("广告", "says not whether"),
            ("body:a", "says not whether"),
            ("title:", "names no words"),
            ("title:!?", "names no words"),
            ("url: ", "names no words"),
            ("url~", "names no words"),
            ("title~(a", "is no regular expression: unclosed group"),
            ("title~(\\w{500}){500}", "is no regular expression: "),
            (long.as_str(), "is longer than 300 characters"),
        ];
        for (rule, want) in cases {
            let problem = EntryRule::parse(rule).expect_err(rule);
            assert!(problem.starts_with(want), "{rule}: {problem}");
        }
    }
}
