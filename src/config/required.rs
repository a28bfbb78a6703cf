use aho_corasick::AhoCorasick;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Classes of more characters require nothing in particular.
const MAX_CLASS: usize = 8;

/// More wordings than this for one pattern tell too little to be worth looking for.
const MAX_LITERALS: usize = 200;

/// Which of many patterns can match a text at all, told by the letters that each cannot do without. One pass over the
/// text, where asking every pattern costs a pass each and builds its states anew.
#[derive(Debug)]
pub(super) struct Required {
    literals: Option<AhoCorasick>,
    /// The pattern of each literal.
    owners: Vec<usize>,
    /// Patterns that may match whatever a text holds.
    always: Vec<bool>,
}

impl Required {
    /// Reads patterns; one that cannot be read may match anything, and fails where it is compiled.
    pub fn of(patterns: &[String]) -> Self {
        let (mut words, mut owners, mut always) = (Vec::new(), Vec::new(), vec![false; patterns.len()]);
        for (owner, (pattern, always)) in patterns.iter().zip(&mut always).enumerate() {
            let needed = regex_syntax::parse(pattern).ok().and_then(|hir| needed(&hir));
            match needed.filter(|words| words.len() <= MAX_LITERALS) {
                Some(needed) => {
                    owners.extend(std::iter::repeat_n(owner, needed.len()));
                    words.extend(needed);
                }
                None => *always = true,
            }
        }
        let literals = AhoCorasick::new(&words).ok();
        if literals.is_none() {
            always.fill(true);
        }
        Self { literals, owners, always }
    }

    /// For each pattern whether it can match.
    pub fn possible(&self, text: &str) -> Vec<bool> {
        let mut possible = self.always.clone();
        for found in self.literals.iter().flat_map(|literals| literals.find_overlapping_iter(text)) {
            let owner = self.owners.get(found.pattern().as_usize());
            if let Some(possible) = owner.and_then(|owner| possible.get_mut(*owner)) {
                *possible = true;
            }
        }
        possible
    }
}

/// Wordings of which one stands in every match; `None` when nothing in particular must stand there.
fn needed(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(vec![String::from_utf8(literal.0.to_vec()).ok()?]),
        HirKind::Class(Class::Unicode(class)) => {
            let characters = || class.iter().flat_map(|range| range.start()..=range.end());
            (characters().nth(MAX_CLASS).is_none()).then(|| characters().map(String::from).collect())
        }
        HirKind::Repetition(repetition) if repetition.min > 0 => needed(&repetition.sub),
        HirKind::Capture(capture) => needed(&capture.sub),
        HirKind::Alternation(choices) => {
            let each: Option<Vec<Vec<String>>> = choices.iter().map(needed).collect();
            each.map(|words| words.concat())
        }
        // The parts that say most: long wordings, and few of them.
        HirKind::Concat(parts) => parts.iter().filter_map(needed).max_by_key(|words| {
            let shortest = words.iter().map(|word| word.chars().count()).min().unwrap_or(0);
            (shortest, std::cmp::Reverse(words.len()))
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_asked_when_its_letters_are_there() {
        let cases = [
            ("关注(?:我们吧|本号呀)", "请关注", false),
            ("关注(?:我们吧|本号呀)", "我们吧", true),
            ("(?:点赞|转发).{0,8}(?:朋友圈|好友)", "点赞", false),
            ("(?:点赞|转发).{0,8}(?:朋友圈|好友)", "发到朋友圈", true),
            ("^(?:扫码)?[a-z]+$", "完全别的", true),
            ("(?:扫码)+吧", "吧", false),
            ("在[看读]", "在", true),
            ("在[看读]", "看", false),
            ("(", "坏的模式", true),
        ];
        for (pattern, text, want) in cases {
            assert_eq!(Required::of(&[pattern.to_owned()]).possible(text), [want], "{pattern} in {text}");
        }
        let two = Required::of(&["甲".to_owned(), "乙".to_owned()]);
        assert_eq!(two.possible("只有乙"), [false, true]);
    }
}
