use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use regex::Regex;

use super::error::RulesError;
use super::pattern::{self, Pattern, Required};
use super::people_words::{CreditWords, Recruiting, StatementWords};
use super::rule::{Rule, Zone};
use super::rule_fault::RuleFault;
use super::rule_file::{RuleFile, SHIPPED, VersionHasher};
use super::rules_draft::RulesDraft;
use super::site_rules::SiteRules;
use super::words::Words;
use crate::classifier::{BoxClassifier, LineClassifier, PageClassifier, Strictness};

/// The number of the program's own part in what the cleaner makes of a page: what no file of rules or words says, from the
/// parsing of pages to their text. It goes up by one with every change after which some page comes out in another way; a
/// test compares what the fixtures come out as.
pub const CLEANER_REVISION: u32 = 16;

/// All rules and words in force, compiled. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Rules {
    inner: Arc<Compiled>,
    sites: Arc<SiteRules>,
    strictness: Strictness,
    /// Weights that stand for the shipped ones.
    lines: Option<Arc<LineClassifier>>,
    boxes: Option<Arc<BoxClassifier>>,
    pages: Option<Arc<PageClassifier>>,
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
    announces: Option<Regex>,
    recruiting: Recruiting,
    statements: StatementWords,
    words: Words,
    /// The version for each strictness.
    versions: [String; 3],
}

/// The files of weights.
const LINE_WEIGHTS: &str = "weights/wechat.txt";
const BOX_WEIGHTS: &str = "weights/web.txt";
const PAGE_WEIGHTS: &str = "weights/pages.txt";

fn shipped<T>(name: &str, read: impl Fn(&str) -> Result<T, String>) -> T {
    let (_, text) = SHIPPED.iter().find(|(file, _)| *file == name).expect("the weights are shipped; a test reads them");
    read(text).expect("the shipped weights are well formed; a test reads them")
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
                let draft = RulesDraft::shipped(SHIPPED).expect("the shipped rules are valid; a test reads them");
                compile(draft, CLEANER_REVISION).expect("the shipped rules compile; a test does it")
            })
            .clone()
    }

    /// The shipped rules and words with a person's own laid over them, which are read in the given order.
    pub fn with(files: &[RuleFile]) -> Result<Self, RulesError> {
        if files.is_empty() {
            return Ok(Self::shipped());
        }
        let mut draft = RulesDraft::shipped(SHIPPED)?;
        draft.add(files)?;
        compile(draft, CLEANER_REVISION)
    }

    /// The version of [`Rules::with`] these files, for who needs nothing else of the rules: where a person has none of
    /// their own, nothing has to be read for it.
    pub fn version_with(files: &[RuleFile], strictness: Strictness) -> Result<String, RulesError> {
        if !files.is_empty() {
            return Self::with(files).map(|rules| rules.with_strictness(strictness).version().to_owned());
        }
        let mut hasher = VersionHasher::default();
        for (name, text) in SHIPPED {
            hasher.file(name, text);
        }
        Ok(hasher.finish(CLEANER_REVISION, strictness))
    }

    /// These rules with one more site rule, as `text` has it, and its domain.
    pub fn with_site(&self, file: &Path, text: &str) -> Result<(Self, String), RulesError> {
        let mut sites = SiteRules::clone(&self.sites);
        let domain = sites.add(file, text)?;
        Ok((Self { sites: Arc::new(sites), ..self.clone() }, domain))
    }

    /// These rules without those of sites, to see what these do. The version stays that of all: it is for looking, and
    /// nothing cleaned so is to be stored.
    #[must_use]
    pub fn without_sites(&self) -> Self {
        Self { sites: Arc::default(), ..self.clone() }
    }

    /// The rules of single sites.
    pub fn sites(&self) -> &SiteRules {
        &self.sites
    }

    /// The words by which pages are read.
    pub fn words(&self) -> &Words {
        &self.inner.words
    }

    /// The version of the cleaner, as `b3:` and a hash of everything that decides a verdict or a field: the files of
    /// rules, words and weights that come with the program, those of the person that lie over them, the strictness, and
    /// [`CLEANER_REVISION`]. Equal versions make the same of the same page.
    pub fn version(&self) -> &str {
        let [keep, balanced, strict] = &self.inner.versions;
        match self.strictness {
            Strictness::Keep => keep,
            Strictness::Balanced => balanced,
            Strictness::Strict => strict,
        }
    }

    /// These rules with classifiers of another strictness.
    #[must_use]
    pub fn with_strictness(self, strictness: Strictness) -> Self {
        Self { strictness, ..self }
    }

    /// These rules with other weights for lines, to see what those do: the version stays, and nothing cleaned so is to be
    /// stored.
    #[must_use]
    pub fn with_line_weights(self, weights: LineClassifier) -> Self {
        Self { lines: Some(Arc::new(weights)), ..self }
    }

    /// As [`Rules::with_line_weights`], for texts of web pages.
    #[must_use]
    pub fn with_box_weights(self, weights: BoxClassifier) -> Self {
        Self { boxes: Some(Arc::new(weights)), ..self }
    }

    /// As [`Rules::with_line_weights`], for pages that may stand in the place of an article.
    #[must_use]
    pub fn with_page_weights(self, weights: PageClassifier) -> Self {
        Self { pages: Some(Arc::new(weights)), ..self }
    }

    /// How sure the classifiers must be.
    pub fn strictness(&self) -> Strictness {
        self.strictness
    }

    /// What tells lines of boilerplate from lines of an article, learned from labelled articles of WeChat's.
    pub fn line_classifier(&self) -> &LineClassifier {
        static SHIPPED_WEIGHTS: OnceLock<LineClassifier> = OnceLock::new();
        self.lines
            .as_deref()
            .unwrap_or_else(|| SHIPPED_WEIGHTS.get_or_init(|| shipped(LINE_WEIGHTS, LineClassifier::read)))
    }

    /// What tells page chrome from texts of an article, learned from labelled pages of the web.
    pub fn box_classifier(&self) -> &BoxClassifier {
        static SHIPPED_WEIGHTS: OnceLock<BoxClassifier> = OnceLock::new();
        self.boxes
            .as_deref()
            .unwrap_or_else(|| SHIPPED_WEIGHTS.get_or_init(|| shipped(BOX_WEIGHTS, BoxClassifier::read)))
    }

    /// What tells pages in the place of an article from short articles, learned from such pages and articles.
    pub fn page_classifier(&self) -> &PageClassifier {
        static SHIPPED_WEIGHTS: OnceLock<PageClassifier> = OnceLock::new();
        self.pages
            .as_deref()
            .unwrap_or_else(|| SHIPPED_WEIGHTS.get_or_init(|| shipped(PAGE_WEIGHTS, PageClassifier::read)))
    }

    /// The rules in force, by id.
    pub fn all(&self) -> &[Rule] {
        &self.inner.rules
    }

    /// What rules and words do otherwise than their own examples say, one sentence each, for who doubts a file of their own:
    /// one that replaces a piece of the shipped patterns can break rules that it does not name.
    pub fn broken_examples(&self) -> Vec<String> {
        let rules = self.inner.rules.iter().zip(&self.inner.patterns).filter_map(|(rule, pattern)| {
            let problem = rule.check(pattern).err()?;
            Some(format!("the rule {} {problem}", rule.name()))
        });
        rules.chain(self.words().broken_examples()).collect()
    }

    /// The words by which lines of credits are known.
    pub fn credits(&self) -> &CreditWords {
        &self.inner.credits
    }

    /// Compiles all patterns and reads all weights at once, for work on so many pages that most of them will be met, and
    /// whose time is taken page by page.
    pub fn compile_all(&self) {
        for pattern in &self.inner.patterns {
            pattern.regex();
        }
        self.inner.words.states.compile();
        let _ = (self.line_classifier(), self.box_classifier(), self.page_classifier());
    }

    /// Whether a folded title says that the post offers something.
    pub fn offers(&self, title: &str) -> bool {
        self.inner.offers.as_ref().is_some_and(|words| words.is_match(title))
    }

    /// Whether a folded title says that the post announces something to those whom it concerns.
    pub fn announces(&self, title: &str) -> bool {
        self.inner.announces.as_ref().is_some_and(|words| words.is_match(title))
    }

    /// The words by which statements about an article are read.
    pub fn statements(&self) -> &StatementWords {
        &self.inner.statements
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
fn compile(mut draft: RulesDraft, revision: u32) -> Result<Rules, RulesError> {
    let narration = alternatives("narration", &draft.narration)?;
    let offers = alternatives("offers", &draft.offers)?;
    let announces = alternatives("announces", &draft.announces)?;
    let mut patterns = Vec::with_capacity(draft.rules.len());
    let mut rules = Vec::with_capacity(draft.rules.len());
    for (id, (rule, path, line)) in draft.rules {
        if !rule.enabled {
            continue;
        }
        let fault = |fault: RuleFault| RulesError::Rule { path: path.clone(), line, id: id.clone(), fault };
        let no_pattern = |message: String| fault(RuleFault::Pattern(message));
        let source = pattern::expand(&rule.regex(), &draft.pieces).map_err(no_pattern)?;
        let proven = draft.proven.contains(&id);
        let pattern = if proven && !draft.pieces_replaced {
            Pattern::proven(source)
        } else {
            Pattern::new(source).map_err(|error| no_pattern(error.to_string()))?
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
    let version = |strictness| draft.version.clone().finish(revision, strictness);
    let compiled = Compiled {
        rules,
        patterns,
        at_ends,
        anywhere,
        credits: draft.credits,
        narration,
        offers,
        announces,
        recruiting: draft.recruiting,
        statements: draft.statements,
        words: draft.words.compile()?,
        versions: [Strictness::Keep, Strictness::Balanced, Strictness::Strict].map(version),
    };
    let strictness = Strictness::default();
    Ok(Rules {
        inner: Arc::new(compiled),
        sites: Arc::new(draft.sites),
        strictness,
        lines: None,
        boxes: None,
        pages: None,
    })
}

/// One pattern of those that the files give under a key.
fn alternatives(key: &str, patterns: &[String]) -> Result<Option<Regex>, RulesError> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let fault = |message| {
        let fault = RuleFault::Pattern(message);
        RulesError::Rule { path: PathBuf::new(), line: 0, id: key.to_owned(), fault }
    };
    Regex::new(&patterns.join("|")).map(Some).map_err(|error| fault(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::words::WordsDraft;
    use crate::text::fold;

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
    fn rules_and_words_do_what_their_examples_say_until_a_file_changes_a_piece_of_them() {
        assert_eq!(Rules::shipped().broken_examples(), Vec::<String>::new());
        let name = "boilerplate/own.toml".to_owned();
        // A piece of many patterns, which none of their examples fits any more.
        let text = "[words]\ncode = \"nothing that anybody writes\"\n".to_owned();
        let rules = Rules::with(&[RuleFile { path: PathBuf::from(&name), name, text }]).expect("valid");
        let broken = rules.broken_examples();
        assert!(broken.iter().any(|told| told.contains("does not match its example")), "{broken:?}");
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

    #[test]
    fn a_word_of_any_file_makes_another_version_and_so_does_a_revision() {
        let version = |files: &[(&str, &str)], revision: u32| {
            let draft = RulesDraft::shipped(files).unwrap_or_else(|error| panic!("{error}"));
            compile(draft, revision).unwrap_or_else(|error| panic!("{error}")).version().to_owned()
        };
        let mut versions = vec![version(SHIPPED, CLEANER_REVISION), version(SHIPPED, CLEANER_REVISION + 1)];
        assert_eq!(versions.first().map(String::as_str), Some(Rules::shipped().version()));
        assert_eq!(
            versions.first(),
            Rules::version_with(&[], Strictness::Balanced).ok().as_ref(),
            "had without reading"
        );
        for strictness in [Strictness::Keep, Strictness::Strict] {
            let found = Rules::shipped().with_strictness(strictness).version().to_owned();
            assert_eq!(Rules::version_with(&[], strictness).ok().as_ref(), Some(&found), "{strictness}");
            assert!(!versions.contains(&found), "{strictness}");
            versions.push(found);
        }
        for (changed, _) in SHIPPED {
            let texts: Vec<(&str, String)> = SHIPPED
                .iter()
                .map(|(name, text)| {
                    let other = || {
                        if name.starts_with("weights/") {
                            format!("{text}\n")
                        } else {
                            text.replacen("[\"", "[\"zzz", 1)
                        }
                    };
                    (*name, if name == changed { other() } else { (*text).to_owned() })
                })
                .collect();
            let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
            let found = version(&files, CLEANER_REVISION);
            assert!(!versions.contains(&found), "{changed}");
            versions.push(found);
        }
    }

    fn own_file(name: &str, text: &str) -> RuleFile {
        let path = Path::new("mine").join(name.rsplit('/').next().unwrap_or_default());
        RuleFile { name: name.to_owned(), path, text: text.to_owned() }
    }

    #[test]
    fn every_file_of_a_persons_own_makes_another_version() {
        let mut versions = vec![Rules::shipped().version().to_owned()];
        let files = [
            ("addresses.toml", "[links]\ndocuments = [\"djvu\"]\n"),
            ("blocks.toml", "[folded]\nparts = [\"unfold\"]\n"),
            ("chrome.toml", "[chrome]\nwords = [\"!sidebar\"]\n"),
            ("metadata.toml", "[authors]\nleads = [\"penned by\"]\n"),
            ("pager.toml", "[[wording]]\nid = \"en.next\"\nenabled = false\n"),
            ("personal.toml", "[[pattern]]\nid = \"email\"\nenabled = false\n"),
            ("states.toml", "[[state]]\nid = \"wall.aws\"\nenabled = false\n"),
        ];
        for (name, text) in files {
            let own = [own_file(name, text)];
            let found = Rules::with(&own).expect("valid").version().to_owned();
            assert!(!versions.contains(&found), "{name}");
            versions.push(found);
        }
        let unknown = Rules::with(&[own_file("colours.toml", "")]).expect_err("nothing reads it");
        assert_eq!(unknown.to_string(), "use mine/colours.toml: nothing reads a file of this name");
    }

    #[test]
    fn a_shipped_file_that_nothing_reads_or_that_lacks_a_list_is_a_fault() {
        let fault = |name: &'static str, text: &'static str| {
            let mut files: Vec<(&str, &str)> = SHIPPED.iter().filter(|file| file.0 != name).copied().collect();
            files.push((name, text));
            let fault = RulesDraft::shipped(&files).and_then(|draft| compile(draft, 1)).expect_err(name);
            fault.to_string()
        };
        let unread = fault("colours.toml", "");
        assert_eq!(unread, "use the shipped config/colours.toml: nothing reads it");
        let of_entries = ["pager.toml", "personal.toml", "states.toml"];
        for name in WordsDraft::FILES.into_iter().filter(|name| !of_entries.contains(name)) {
            let lacking = fault(name, "");
            assert!(lacking.starts_with(&format!("use the shipped config/{name}: missing field")), "{lacking}");
        }
    }

    fn load(text: &str) -> Result<Rules, RulesError> {
        Rules::with(&[own_file("boilerplate/own.toml", text)])
    }

    #[test]
    fn a_users_folder_adds_replaces_and_switches_off() {
        let names =
            |rules: &Rules| rules.matching(&fold("END")).iter().map(|rule| rule.name().to_owned()).collect::<Vec<_>>();
        let shipped = Rules::shipped();
        assert_eq!(names(&shipped), ["zh.end.mark"]);
        let off = load("[[rule]]\nid = \"zh.end.mark\"\nenabled = false\n").expect("valid");
        assert!(names(&off).is_empty());
        assert_ne!(off.version(), shipped.version());
        let own = load(
            "[[rule]]\nid = \"own.x\"\ncategory = \"end\"\nform = \"line\"\nphrases = [\"E N D!\"]\nreason = \"r\"\n",
        );
        assert_eq!(names(&own.expect("valid")), ["own.x", "zh.end.mark"]);
    }

    #[test]
    fn words_of_statements_are_added_to_the_shipped_ones_the_longest_first() {
        let own = load("[statements]\nsource_leads = [\"打捞自旧报纸\", \"来源\"]\n").expect("valid");
        let leads = &own.statements().source_leads;
        assert_eq!(leads.first().map(String::as_str), Some("打捞自旧报纸"));
        assert_eq!(leads.len(), Rules::shipped().statements().source_leads.len() + 1);
        let unknown = load("[statements]\nsources = []\n").expect_err("no such list").to_string();
        assert!(unknown.contains("own.toml:2:1: unknown key `sources`"), "{unknown}");
    }

    #[test]
    fn a_sentence_in_the_third_person_matches_no_rule() {
        let rules = Rules::shipped();
        assert!(!rules.matching(&fold("欢迎关注我们的公众号")).is_empty());
        assert!(rules.matching(&fold("他说：欢迎关注我们的公众号")).is_empty());
        assert!(!rules.matching(&fold("欢迎关注我们的其他公众号")).is_empty());
    }

    #[test]
    fn faults_name_file_line_and_rule() {
        let error = load("\n[[rule]]\nid = \"own.x\"\ncategory = \"end\"\npattern = \"(a\"\nreason = \"r\"\n")
            .expect_err("bad pattern");
        let message = error.to_string();
        assert!(message.contains("own.x") && message.contains("own.toml, line 3"), "{message}");
        assert!(error.hint().is_some());
        let message = load("[[rule]]\nid = \"own.x\"\ncategry = \"end\"\n").expect_err("bad key").to_string();
        assert!(message.contains("own.toml:3:1: ") && message.contains('^'), "{message}");
        let kindless = load("[[rule]]\nid = \"own.x\"\npattern = \"ab\"\nreason = \"r\"\n")
            .expect_err("a rule of no kind")
            .to_string();
        assert!(kindless.contains("needs a category"), "{kindless}");
        for (line, hint) in [
            ("category = \"folow\"", "did you mean `follow`?"),
            ("category = \"xyzzyxyzzy\"", "known here: advertisement, author-note"),
            ("field = \"referencs\"", "did you mean `references`?"),
        ] {
            let error = load(&format!("[[rule]]\nid = \"own.x\"\n{line}\n")).expect_err(line);
            let message = error.to_string();
            assert!(message.contains("own.toml:3:") && message.contains("unknown word `"), "{message}");
            assert!(error.hint().is_some_and(|given| given.contains(hint)), "{line}: {:?}", error.hint());
        }
        let piece = "[words]\nyou = \"(a\"\n";
        assert!(load(piece).expect_err("a piece of shipped rules").to_string().contains("zh."));
        let missed =
            "[[rule]]\nid = \"own.x\"\ncategory = \"end\"\npattern = \"ab\"\nreason = \"r\"\nexamples = [\"c\"]\n";
        assert!(load(missed).expect_err("example").to_string().contains("example"));
    }
}
