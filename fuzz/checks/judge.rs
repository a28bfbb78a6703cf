use std::collections::BTreeSet;

use boji_clean::clean::blocks::{AsideReason, SetAside, WrittenBlocks};
use boji_clean::clean::{Fields, Judged, Memory, judge, render, wordings};
use boji_clean::model::{
    ArticleKind, Block, Edge, Facts, JudgedBlock, Label, Learned, LearnedBlock, Origin, Profile, RuleFamily, RuleId,
    Ruling, Sightings, Verdict,
};
use boji_clean::rules::Rules;

use super::{invariants, notation};

/// The article that is judged, as rulings name it.
const ARTICLE: &str = "a1";
/// The account of an article that names none.
const ACCOUNT: &str = "山水报";
/// Flags of a whole document, in the order in which they are given.
const FLAGS: [&str; 3] = ["promotion", "digest", "recruiting"];

/// Blocks to verdicts, with what the account's own articles taught, what a person decided, and page chrome set aside.
///
/// The bytes are blocks in the notation of `notation.rs`, and statements: `%head 9 words` and `%tail 9 words` were
/// learned from nine articles, `%rest rule` and `%keep words` are a person's rulings, `%kind text` is a fact, and
/// `%box comments block` sets a block aside.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let case = Case::read(&text);
    let judged = case.judge(&case.learned);
    invariants::equal(&judged, &case.judge(&case.learned), "verdicts");
    case.is_whole(&judged, text.len());
    case.page_chrome_keeps_its_place(&judged);
    Case::fields_are_said(&judged.fields, &judged.blocks);
    let flags: Vec<&str> = FLAGS.into_iter().filter(|flag| judged.flags.iter().any(|found| found == flag)).collect();
    assert_eq!(judged.flags, flags, "flags are not what they can be, each once and in order");
    case.memory_speaks_of_its_account_alone();
    case.rulings_hold(&judged, bytes.len());
}

#[derive(Debug, Default)]
struct Case {
    facts: Facts,
    written: WrittenBlocks,
    learned: Learned,
}

impl Case {
    fn read(text: &str) -> Self {
        let mut case = Self::default();
        let mut wordings = Vec::new();
        for line in text.lines() {
            let Some(statement) = line.strip_prefix('%') else {
                notation::read_line(line, &mut case.facts, &mut case.written.blocks);
                continue;
            };
            let (word, rest) = statement.split_once(' ').unwrap_or((statement, ""));
            match word {
                "head" | "tail" => wordings.extend(wording(word, rest)),
                "rest" => case.learned.rulings.push(Ruling::Rule { rule: rest.to_owned(), account: String::new() }),
                "keep" => case.learned.rulings.extend(keys(rest).into_iter().map(keep)),
                "kind" => case.facts.kind = kind(rest),
                _ => case.set_aside(rest),
            }
        }
        wordings.sort_by(|one: &LearnedBlock, other| (one.edge, &one.key).cmp(&(other.edge, &other.key)));
        wordings.dedup_by(|one, other| (one.edge, &one.key) == (other.edge, &other.key));
        let account = case.account().to_owned();
        let profile = Profile { account: account.clone(), articles: 30, blocks: wordings };
        case.learned.profiles.insert(account, profile);
        case
    }

    fn account(&self) -> &str {
        self.facts.account.as_deref().unwrap_or(ACCOUNT)
    }

    fn set_aside(&mut self, statement: &str) {
        let (name, line) = statement.split_once(' ').unwrap_or((statement, ""));
        let reason = match name {
            "comments" => AsideReason::Comments,
            "links" => AsideReason::Links,
            "cards" => AsideReason::Cards,
            "title" => AsideReason::Title,
            "copy" => AsideReason::Copy,
            "between" => AsideReason::Between,
            "site" => AsideReason::Site,
            "shown" => AsideReason::Shown,
            _ => AsideReason::Chrome,
        };
        let mut blocks = Vec::new();
        notation::read_line(line, &mut self.facts, &mut blocks);
        let at = self.written.blocks.len();
        self.written.apart.extend(blocks.into_iter().map(|block| SetAside { at, reason, block }));
    }

    fn judge(&self, learned: &Learned) -> Judged {
        let memory = Memory { learned, account: self.account(), article_id: ARTICLE };
        judge(self.written.clone(), Origin::Wechat, &self.facts, &Rules::shipped(), Some(memory))
    }

    /// Every block came back once and in order, with a verdict of a rule that there is.
    fn is_whole(&self, judged: &Judged, read: usize) {
        invariants::all_judged(&self.written.clone().into_order(), &judged.blocks);
        let text = render::text(&judged.blocks);
        invariants::text_is_whole(&judged.blocks, &text);
        invariants::bounded(text.len(), read, "text");
        let rules = Rules::shipped();
        let learned: BTreeSet<RuleId> = self.learned.profiles[self.account()]
            .blocks
            .iter()
            .map(|block| block.rule(self.account()))
            .filter(|rule| !self.learned.rests(rule, self.account()))
            .collect();
        for JudgedBlock { verdict: Verdict { rule, label, .. }, .. } in &judged.blocks {
            let known = rules.all().iter().any(|known| known.id() == rule && known.label == *label)
                || matches!(rule, RuleId::Builtin(_))
                || (rule.family() == RuleFamily::Judge && *label == Label::Drop)
                || (learned.contains(rule) && *label == Label::Drop);
            assert!(known, "nobody knows the rule {rule} for {label:?}");
        }
    }

    /// What is set aside comes back as it was, unless a person wants it.
    fn page_chrome_keeps_its_place(&self, judged: &Judged) {
        if self.learned.rulings.is_empty() {
            let found = judged.blocks.iter().filter(|judged| judged.verdict.rule.family() == RuleFamily::Place);
            let wanted: Vec<JudgedBlock> = self
                .written
                .apart
                .iter()
                .map(|it| JudgedBlock { block: it.block.clone(), verdict: it.reason.verdict() })
                .collect();
            assert_eq!(found.cloned().collect::<Vec<_>>(), wanted, "chrome");
        }
    }

    /// Every name, address and statement among the fields stands in a block of metadata.
    fn fields_are_said(fields: &Fields, blocks: &[JudgedBlock]) {
        let mut said = String::new();
        for judged in blocks.iter().filter(|judged| judged.verdict.label == Label::Meta) {
            said.push_str(&invariants::letters(&judged.block.text()));
            judged.block.links().for_each(|(_, address)| said.push_str(&invariants::letters(address)));
        }
        let lines = [&fields.original_source, &fields.original_url, &fields.rights, &fields.claim, &fields.series];
        let values = lines.into_iter().flat_map(|field| field.lines());
        let listed = fields.credits.iter().flat_map(|(role, names)| std::iter::once(role).chain(names));
        let listed = listed.chain(&fields.authors).chain(&fields.references).map(String::as_str);
        for value in values.chain(listed) {
            let value = invariants::letters(value);
            assert!(said.contains(&value), "nobody says {value:?}: {said}");
        }
    }

    /// What was learned of other accounts, and what was decided of other articles, changes nothing.
    fn memory_speaks_of_its_account_alone(&self) {
        let plain = judge(self.written.clone(), Origin::Wechat, &self.facts, &Rules::shipped(), None);
        let of_others = |account: &str, profile: &Profile| (format!("{account}之友"), profile.clone());
        let profiles = self.learned.profiles.iter().map(|(account, profile)| of_others(account, profile)).collect();
        let of_another = |ruling: &Ruling| match ruling {
            Ruling::Block { key, .. } => Ruling::Block { article: "a2".into(), key: key.clone() },
            Ruling::Boilerplate { key, .. } => Ruling::Boilerplate { article: "a2".into(), key: key.clone() },
            Ruling::Rule { rule, .. } => {
                Ruling::Rule { rule: rule.clone(), account: format!("{}之友", self.account()) }
            }
        };
        let rulings = self.learned.rulings.iter().map(of_another).collect();
        invariants::equal(&plain, &self.judge(&Learned { profiles, rulings }), "without memory");
    }

    /// A person who looks at the verdicts and wants one block, or no work of one rule, gets just that.
    fn rulings_hold(&self, judged: &Judged, nth: usize) {
        let gone: Vec<&JudgedBlock> = judged.blocks.iter().filter(|it| it.verdict.label != Label::Keep).collect();
        let Some(wanted) = gone.get(nth % gone.len().max(1)) else { return };
        let rule = Ruling::Rule { rule: wanted.verdict.rule.to_string(), account: self.account().to_owned() };
        let after = self.judge(&self.with(std::iter::once(rule)));
        assert!(after.blocks.iter().all(|it| it.verdict.rule != wanted.verdict.rule), "no rest for {wanted:?}");
        let wordings = wordings(wanted);
        if wordings.is_empty() {
            return;
        }
        let after = self.judge(&self.with(wordings.into_iter().map(keep)));
        let kept: String = after
            .blocks
            .iter()
            .filter(|it| it.verdict.label == Label::Keep)
            .map(|it| invariants::letters(&it.block.text()))
            .collect();
        // A line of numbers alone cannot be named.
        for line in wanted.block.text().lines().filter(|line| !keys(line).is_empty()) {
            assert!(kept.contains(&invariants::letters(line)), "not restored: {line:?} of {wanted:?}\nkept {kept}");
        }
    }

    fn with(&self, rulings: impl Iterator<Item = Ruling>) -> Learned {
        let mut learned = self.learned.clone();
        learned.rulings.extend(rulings);
        learned
    }
}

fn wording(edge: &str, statement: &str) -> Option<LearnedBlock> {
    let (count, words) = statement.split_once(' ')?;
    Some(LearnedBlock {
        edge: Edge::from_word(edge)?,
        key: keys(words).into_iter().next()?,
        sample: words.to_owned(),
        sightings: Sightings { count: count.parse().ok()?, recent: Vec::new(), learned: true },
    })
}

fn keys(words: &str) -> Vec<String> {
    wordings(&JudgedBlock { block: Block::paragraph(words), verdict: Verdict::keep() })
}

fn keep(key: String) -> Ruling {
    Ruling::Block { article: ARTICLE.into(), key }
}

fn kind(word: &str) -> Option<ArticleKind> {
    let kinds = [ArticleKind::Text, ArticleKind::Picture, ArticleKind::Reprint, ArticleKind::Video];
    kinds.into_iter().find(|kind| kind.as_str() == word)
}
