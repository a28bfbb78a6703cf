use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use regex::Regex;

use super::credit_words::CreditWords;
use super::pattern::Pattern;
use super::recruiting::Recruiting;
use super::required::Required;
use super::rule::{Rule, Zone};
use super::rules_draft::Draft;
use super::rules_error::RulesError;
use super::site_rules::SiteRules;
use super::words;

/// All rules in force, compiled. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Rules {
    inner: Arc<Compiled>,
    sites: Arc<SiteRules>,
}

#[derive(Debug)]
struct Compiled {
    rules: Vec<Rule>,
    /// The rules' patterns, in the same order. One automaton for all of them would be far larger than their sum.
    patterns: Vec<Pattern>,
    /// All of them: what is asked near an end of an article.
    at_ends: Asked,
    /// Those that speak anywhere in an article.
    anywhere: Asked,
    credits: CreditWords,
    narration: Option<Regex>,
    offers: Option<Regex>,
    recruiting: Recruiting,
    hash: String,
}

/// Rules that are asked of a text together.
#[derive(Debug)]
struct Asked {
    /// Which of them can match it at all.
    required: Required,
    /// Longest text that one of them is about.
    longest: usize,
}

impl Asked {
    /// Those of all rules, beside their patterns, that `wanted` takes.
    fn of(rules: &[Rule], patterns: &[Pattern], wanted: impl Fn(&Rule) -> bool) -> Self {
        let asked = || rules.iter().zip(patterns).enumerate().filter(|(_, (rule, _))| wanted(rule));
        let longest = asked().map(|(_, (rule, _))| rule.max_chars).max().unwrap_or(0);
        let required = Required::of(asked().map(|(number, (_, pattern))| (number, pattern.source())));
        Self { required, longest }
    }
}

/// Longest block, in characters after folding, that narration protects; longer ones hold such words by chance.
const NARRATION_CHARS: usize = 100;

impl Rules {
    /// The rules that come with the program, compiled once.
    pub fn shipped() -> Self {
        static SHIPPED_RULES: OnceLock<Rules> = OnceLock::new();
        SHIPPED_RULES
            .get_or_init(|| {
                let draft = Draft::shipped().expect("the shipped rules are valid; a test reads them");
                compile(draft).expect("the shipped rules compile; a test does it")
            })
            .clone()
    }

    /// The shipped rules with those of a user's folder (every `*.toml` in it, by name) added; a rule of the same id
    /// takes the place of the shipped one, `enabled = false` switches it off.
    pub fn load(dir: &Path) -> Result<Self, RulesError> {
        Self::read(Some(dir), None)
    }

    /// As [`Rules::load`], with a folder of site rules too, or with neither.
    pub fn read(boilerplate: Option<&Path>, sites: Option<&Path>) -> Result<Self, RulesError> {
        let mut draft = Draft::shipped()?;
        if let Some(dir) = boilerplate {
            draft.add_folder(dir)?;
        }
        if let Some(dir) = sites {
            draft.sites.add_folder(dir)?;
        }
        compile(draft)
    }

    /// These rules with one more site rule, as `text` has it, and its domain.
    pub fn with_site(&self, file: &Path, text: &str) -> Result<(Self, String), RulesError> {
        let mut sites = SiteRules::clone(&self.sites);
        let domain = sites.add(file, text)?;
        Ok((Self { inner: Arc::clone(&self.inner), sites: Arc::new(sites) }, domain))
    }

    /// These rules without those of sites, to see what these do. The hash stays that of all: it is for looking, and
    /// nothing cleaned so is to be stored.
    #[must_use]
    pub fn without_sites(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), sites: Arc::default() }
    }

    /// The rules of single sites.
    pub fn sites(&self) -> &SiteRules {
        &self.sites
    }

    /// Hash of everything that decides verdicts: equal hashes judge alike.
    pub fn hash(&self) -> &str {
        &self.inner.hash
    }

    /// The rules in force, by id.
    pub fn all(&self) -> &[Rule] {
        &self.inner.rules
    }

    /// The words by which lines of credits are known.
    pub fn credits(&self) -> &CreditWords {
        &self.inner.credits
    }

    /// Compiles all patterns at once, for work on so many pages that most of them will be met, and whose time is taken
    /// page by page.
    pub fn compile_all(&self) {
        for pattern in &self.inner.patterns {
            pattern.regex();
        }
    }

    /// Whether a folded title says that the post offers something.
    pub fn offers(&self, title: &str) -> bool {
        self.inner.offers.as_ref().is_some_and(|words| words.is_match(title))
    }

    /// What posts that offer jobs say.
    pub fn recruiting(&self) -> &Recruiting {
        &self.inner.recruiting
    }

    /// The rules whose pattern meets a folded text, in order of id. Long text costs nothing.
    pub fn matching(&self, folded: &str) -> Vec<&Rule> {
        self.matching_of(folded, &self.inner.at_ends)
    }

    /// Those of [`Rules::matching`] that speak anywhere in an article.
    pub fn matching_anywhere(&self, folded: &str) -> Vec<&Rule> {
        self.matching_of(folded, &self.inner.anywhere)
    }

    fn matching_of(&self, folded: &str, asked: &Asked) -> Vec<&Rule> {
        let chars = folded.chars().take(asked.longest + 1).count();
        if chars == 0 || chars > asked.longest {
            return Vec::new();
        }
        let possible = asked.required.possible(folded).into_iter();
        let met: Vec<&Rule> = possible
            .filter_map(|number| Some((self.inner.rules.get(number)?, self.inner.patterns.get(number)?)))
            .filter(|(rule, pattern)| chars <= rule.max_chars && pattern.is_match(folded))
            .map(|(rule, _)| rule)
            .collect();
        if !met.is_empty() && self.narrates(folded, chars) { Vec::new() } else { met }
    }

    fn narrates(&self, folded: &str, chars: usize) -> bool {
        chars <= NARRATION_CHARS && self.inner.narration.as_ref().is_some_and(|words| words.is_match(folded))
    }
}

/// Compiles what was read.
fn compile(mut draft: Draft) -> Result<Rules, RulesError> {
    let narration = alternatives("narration", &draft.narration)?;
    let offers = alternatives("offers", &draft.offers)?;
    let mut patterns = Vec::with_capacity(draft.rules.len());
    let mut rules = Vec::with_capacity(draft.rules.len());
    for (id, (rule, path, line)) in draft.rules {
        if !rule.enabled {
            continue;
        }
        let fault = |message: String| RulesError::Rule { path: path.clone(), line, id: id.clone(), message };
        let source = words::expand(&rule.regex(), &draft.words).map_err(fault)?;
        let proven = draft.proven.contains(&id);
        let pattern = if proven && !draft.words_replaced {
            Pattern::proven(source)
        } else {
            Pattern::new(source).map_err(|error| fault(error.to_string()))?
        };
        if !proven {
            rule.check(&pattern).map_err(fault)?;
        }
        patterns.push(pattern);
        rules.push(rule);
    }
    let at_ends = Asked::of(&rules, &patterns, |_| true);
    let anywhere = Asked::of(&rules, &patterns, |rule| rule.zone == Zone::Any);
    draft.credits.sort();
    draft.sites.hash_into(&mut draft.hasher);
    let hash = format!("b3:{}", draft.hasher.finalize().to_hex());
    let compiled = Compiled {
        rules,
        patterns,
        at_ends,
        anywhere,
        credits: draft.credits,
        narration,
        offers,
        recruiting: draft.recruiting,
        hash,
    };
    Ok(Rules { inner: Arc::new(compiled), sites: Arc::new(draft.sites) })
}

/// One pattern of those that the files give under a key.
fn alternatives(key: &str, patterns: &[String]) -> Result<Option<Regex>, RulesError> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let fault = |message| RulesError::Rule { path: PathBuf::new(), line: 0, id: key.to_owned(), message };
    Regex::new(&patterns.join("|")).map(Some).map_err(|error| fault(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::fold;

    #[test]
    fn every_shipped_rule_proves_itself() {
        let shipped = Rules::shipped();
        for (rule, pattern) in shipped.all().iter().zip(&shipped.inner.patterns) {
            assert!(pattern.regex().is_some(), "{} does not compile", rule.name());
            assert_eq!(rule.check(pattern), Ok(()), "{}", rule.name());
            assert!(rule.examples.len() >= 2, "{} needs two examples", rule.name());
            assert!(!rule.counterexamples.is_empty(), "{} needs a counter-example", rule.name());
            assert!(!rule.reason.is_empty(), "{} needs a reason", rule.name());
        }
    }

    #[test]
    fn no_rule_is_passed_over_that_matches() {
        let rules = Rules::shipped();
        let inner = &rules.inner;
        let texts = rules.all().iter().flat_map(|rule| rule.examples.iter().chain(&rule.counterexamples));
        let folded: Vec<String> = texts.map(|text| fold(text)).collect();
        let pairs = folded.windows(2).map(<[String]>::concat);
        for text in folded.iter().cloned().chain(pairs) {
            let (possible, anywhere) =
                (inner.at_ends.required.possible(&text), inner.anywhere.required.possible(&text));
            for (number, (rule, pattern)) in inner.rules.iter().zip(&inner.patterns).enumerate() {
                let asked = possible.contains(&number) && (rule.zone != Zone::Any || anywhere.contains(&number));
                assert!(asked || !pattern.is_match(&text), "{} in {text}", rule.name());
            }
        }
        let always = inner.at_ends.required.possible("").len();
        assert!(always * 5 < inner.rules.len(), "{always} rules of {} are asked of every text", inner.rules.len());
    }

    fn load(text: &str) -> Result<Rules, RulesError> {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join("own.toml"), text).expect("written");
        Rules::load(dir.path())
    }

    #[test]
    fn a_users_folder_adds_replaces_and_switches_off() {
        let names =
            |rules: &Rules| rules.matching(&fold("END")).iter().map(|rule| rule.name().to_owned()).collect::<Vec<_>>();
        let shipped = Rules::shipped();
        assert_eq!(names(&shipped), ["zh.end.mark"]);
        let off = load("[[rule]]\nid = \"zh.end.mark\"\nenabled = false\n").expect("valid");
        assert!(names(&off).is_empty());
        assert_ne!(off.hash(), shipped.hash());
        let own = load("[[rule]]\nid = \"own.x\"\ncategory = \"end\"\nform = \"line\"\nphrases = [\"E N D!\"]\n");
        assert_eq!(names(&own.expect("valid")), ["own.x", "zh.end.mark"]);
    }

    #[test]
    fn who_tells_of_somebody_asks_for_nothing() {
        let rules = Rules::shipped();
        assert!(!rules.matching(&fold("欢迎关注我们的公众号")).is_empty());
        assert!(rules.matching(&fold("他说：欢迎关注我们的公众号")).is_empty());
        assert!(!rules.matching(&fold("欢迎关注我们的其他公众号")).is_empty());
    }

    #[test]
    fn faults_name_file_line_and_rule() {
        let error =
            load("\n[[rule]]\nid = \"own.x\"\ncategory = \"end\"\npattern = \"(a\"\n").expect_err("bad pattern");
        let message = error.to_string();
        assert!(message.contains("own.x") && message.contains("own.toml, line 3"), "{message}");
        assert!(error.hint().is_some());
        let message = load("[[rule]]\nid = \"own.x\"\ncategry = \"end\"\n").expect_err("bad key").to_string();
        assert!(message.contains("line 3") && message.contains('^'), "{message}");
        let piece = "[words]\nyou = \"(a\"\n";
        assert!(load(piece).expect_err("a piece of shipped rules").to_string().contains("zh."));
        let missed = "[[rule]]\nid = \"own.x\"\ncategory = \"end\"\npattern = \"ab\"\nexamples = [\"c\"]\n";
        assert!(load(missed).expect_err("example").to_string().contains("example"));
    }
}
