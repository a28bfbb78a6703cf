use std::collections::BTreeSet;

use super::credits::{KNOWN_AROUND, Standing, bare, beside_others};
use super::evidence::Evidence;
use super::unit::{Shape, Unit};
use crate::model::Label;
use crate::rules::{CreditWords, Rules};
use crate::text::{fold, simplified};

/// Longest label before a sign, in characters: Chinese ones are short, others of several words.
const MAX_LABEL: usize = 8;
const MAX_FOREIGN_LABEL: usize = 20;

/// Reads lines by what stands beside them. What a card tells of another work (a book's title, author, publisher) is no
/// statement about the article, and a turn of a talk between two others no credit; a role that its line does not prove, or
/// that no list knows, is one among others.
pub(super) fn read_together(units: &[Unit], title: &str, found: &mut [Evidence], rules: &Rules) {
    let words = rules.credits();
    let worded: Vec<usize> =
        (0..units.len()).filter(|at| units.get(*at).is_some_and(|unit| !unit.is_neutral())).collect();
    let lines: Vec<Option<Line>> = worded.iter().map(|at| units.get(*at).and_then(Line::of)).collect();
    let mut others = cards(&worded, &lines, title, words);
    for at in &others {
        if let Some(evidence) = found.get_mut(*at) {
            evidence.rules.retain(|rule| rule.label != Label::Meta);
            evidence.is_of_another_work = true;
        }
    }
    others.extend(turns(&worded, &lines));
    for at in &others {
        if let Some(evidence) = found.get_mut(*at) {
            evidence.credits.clear();
            evidence.continues_credits = false;
        }
    }
    join(&worded, units, &others, found, words);
}

/// A line that begins with a label.
struct Line<'a> {
    label: String,
    value: &'a str,
}

impl<'a> Line<'a> {
    fn of(unit: &'a Unit) -> Option<Self> {
        let (label, value) =
            (unit.shape == Shape::Words).then(|| unit.text.split_once([':', '：', '|', '｜', '丨']))??;
        let label = bare(label);
        let longest = if label.is_ascii() { MAX_FOREIGN_LABEL } else { MAX_LABEL };
        let fits = !label.is_empty() && label.chars().nth(longest).is_none() && !value.trim().is_empty();
        let label = label.chars().filter(|c| !c.is_whitespace()).map(simplified).collect::<String>().to_lowercase();
        fits.then_some(Self { label, value: value.trim() })
    }

    /// Whether the line tells of a work that is not the article.
    fn is_of_another_work(&self, title: &str, words: &CreditWords) -> bool {
        let is_in = |list: &[String]| list.contains(&self.label);
        let other = || {
            let named = fold(self.value);
            !title.is_empty() && !named.is_empty() && !title.contains(&named) && !named.contains(title)
        };
        !self.value.contains("http") && (is_in(&words.works) || (is_in(&words.titles) && other()))
    }

    fn is_said(&self) -> bool {
        self.value.ends_with(['。', '？', '！', '?', '!', '…', '”'])
    }
}

/// Lines that follow each other, one of which is of another work: none of them states anything of the article.
fn cards(worded: &[usize], lines: &[Option<Line>], title: &str, words: &CreditWords) -> BTreeSet<usize> {
    let rows: Vec<(usize, Option<&Line>)> = worded.iter().copied().zip(lines.iter().map(Option::as_ref)).collect();
    let of_work = |line: &Line| line.is_of_another_work(title, words);
    rows.split(|(_, line)| line.is_none())
        .filter(|run| run.len() > 1 && run.iter().any(|(_, line)| line.is_some_and(of_work)))
        .flat_map(|run| run.iter().map(|(at, _)| *at))
        .collect()
}

/// Lines between two turns of a talk.
fn turns(worded: &[usize], lines: &[Option<Line>]) -> BTreeSet<usize> {
    let said = |line: &Option<Line>| line.as_ref().is_some_and(Line::is_said);
    let between = |three: &[Option<Line>]| matches!(three, [before, _, behind] if said(before) && said(behind));
    lines.windows(3).zip(worded.iter().skip(1)).filter(|(three, _)| between(three)).map(|(_, at)| *at).collect()
}

/// Reads the lines that are credits where others stand beside them.
fn join(worded: &[usize], units: &[Unit], others: &BTreeSet<usize>, found: &mut [Evidence], words: &CreditWords) {
    let is_sure = |found: &[Evidence], at: usize| found.get(at).is_some_and(|evidence| !evidence.credits.is_empty());
    let mut nth = 0;
    while let Some(at) = worded.get(nth) {
        if !is_sure(found, *at) {
            nth += 1;
            continue;
        }
        // From the first sure line on both sides, as far as lines may be credits.
        let mut run: Vec<(usize, Option<_>)> = Vec::new();
        let may_be = |at: &usize| {
            let unit = units
                .get(*at)
                .filter(|unit| unit.shape == Shape::Words && !unit.is_heading() && !others.contains(at))?;
            beside_others(&unit.text, words)
        };
        for at in worded.get(..nth).unwrap_or_default().iter().rev() {
            let Some(reading) = may_be(at) else { break };
            run.push((*at, Some(reading)));
        }
        let mut sure = 0;
        while let Some(at) = worded.get(nth) {
            let known = is_sure(found, *at);
            let reading = if known { None } else { may_be(at) };
            if !known && reading.is_none() {
                break;
            }
            sure += usize::from(known);
            run.push((*at, reading));
            nth += 1;
        }
        for (at, reading) in run {
            let Some((credits, standing)) = reading else { continue };
            let proven = match standing {
                Standing::Unknown => sure >= KNOWN_AROUND,
                Standing::Sure | Standing::Joining => true,
            };
            if let Some(evidence) = found.get_mut(at).filter(|_| proven) {
                evidence.credits = credits;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::boilerplate::gather::gather;
    use crate::clean::boilerplate::unit::split;
    use crate::model::{Block, Facts};

    /// The credits of an article called 河口 whose first lines these are.
    fn read(lines: &[&str]) -> String {
        let text = "她说年轻时嫌这活儿太闷，现在倒觉得，一条船从上游到河口的几天，比城里的一个月还要长。";
        let units = split(lines.iter().chain([&text]).map(|line| Block::paragraph(*line)).collect());
        let facts = Facts { title: Some("河口".into()), ..Facts::default() };
        let rules = Rules::shipped();
        let found = gather(&units, &facts, &rules, None);
        let credits = found.iter().flat_map(|evidence| &evidence.credits);
        credits.map(|(role, names)| format!("{role}={}", names.join("+"))).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn lines_prove_each_other() {
        let cases: [(&[&str], &str, &str); 9] = [
            (&["编辑：周七", "排版 素描"], "编辑=周七 排版=素描", "a role without a sign beside one with it"),
            (&["排版 素描", "编辑：周七"], "排版=素描 编辑=周七", "the same before it"),
            (&["排版 素描"], "", "alone it may be two words"),
            (&["编辑：周七", "技术：方舟"], "编辑=周七 技术=方舟", "a word that means other things too"),
            (&["技术：方舟"], "", "which alone is no role"),
            (
                &["编辑：周七", "水声：阿木", "校对：方舟"],
                "编辑=周七 水声=阿木 校对=方舟",
                "an unknown role between two",
            ),
            (&["编辑：周七", "水声：阿木"], "编辑=周七", "one known role is too few"),
            (&["编辑：周七", "校对：方舟", "地点：高桥"], "编辑=周七 校对=方舟", "a label that names no role"),
            (&["编辑：周七", "校对：方舟", "水声：哗啦啦"], "编辑=周七 校对=方舟", "what is no name"),
        ];
        for (lines, want, case) in cases {
            assert_eq!(read(lines), want, "{case}");
        }
    }

    #[test]
    fn the_makers_of_another_work_did_not_make_the_article() {
        let cases: [(&[&str], &str, &str); 9] = [
            (&["书名：《潮汐表》", "作者：莫礼", "出版社：远岸出版社"], "", "a book"),
            (&["片名：旧码头", "导演：莫礼", "主演：白川、秦晚"], "", "a film"),
            (&["作者：莫礼", "发表期刊：河流学报"], "", "a paper"),
            (&["标题：山区河流", "作者：莫礼"], "", "another title"),
            (&["标题：河口", "作者：莫礼"], "作者=莫礼", "the article's own title"),
            (&["作者：苏小岚", "编辑：周七"], "作者=苏小岚 编辑=周七", "no work"),
            (&["编辑：周七", "出版社：https://a.example"], "编辑=周七", "the address of the article's own publisher"),
            (&["作者：苏小岚", "她走到河边。", "书名：《潮汐表》"], "作者=苏小岚", "a text between"),
            (&["张师傅：一百四十年了。", "编辑：后来", "张师傅：后来它还在走。"], "", "a turn of a talk"),
        ];
        for (lines, want, case) in cases {
            assert_eq!(read(lines), want, "{case}");
        }
    }
}
