use super::evidence::Evidence;
use super::neighbours::Nearest;
use super::unit::{BlockPlace, HEADING_CHARS, Unit};
use super::zones::Zones;
use crate::model::{Category, LearnedBlock, Verdict};

/// Articles that must share a wording in which no rule sees a prompt. A prompt needs fewer.
const ENOUGH_WITHOUT_CUE: u32 = 4;

/// Units that are looked over upwards for the heading over a line.
const REACH: usize = 60;

/// Largest share of an article's characters, in hundredths, that the account may repeat, and that may go by learning
/// alone. Beyond it the account repeats what it has to say: a series, a poem, an announcement.
const MOST_PERCENT: usize = 40;

/// Takes what the account repeats at the ends of its articles, as long as that is the smaller part of this one.
/// `spread` lets the verdicts reach their neighbours.
pub(super) fn take(
    units: &mut [Unit],
    evidence: &[Evidence<'_>],
    zones: Zones,
    account: &str,
    spread: impl Fn(&mut [Unit]),
) {
    let before: Vec<Option<Verdict>> = units.iter().map(|unit| unit.verdict.clone()).collect();
    let kept = open_chars(units);
    let repeated = units.iter().zip(evidence).filter(|(unit, found)| unit.is_open() && found.known.is_some());
    if repeated.map(|(unit, _)| unit.chars).sum::<usize>() * 100 > kept * MOST_PERCENT {
        return;
    }
    let judge = Judge { evidence, nearest: Nearest::find(units), zones, account };
    let mut alone = 0;
    // Twice, since a short line waits for what lies on both of its sides.
    for _ in 0..2 {
        for at in (0..units.len()).rev() {
            alone += judge.judge(units, at);
        }
    }
    if units.iter().zip(&before).all(|(unit, before)| unit.verdict == *before) {
        return;
    }
    spread(units);
    if alone > 0 && (kept - open_chars(units)) * 100 > kept * MOST_PERCENT {
        for (unit, verdict) in units.iter_mut().zip(before) {
            unit.verdict = verdict;
        }
    }
}

/// What a verdict by learning looks at beside the units.
struct Judge<'e, 'r> {
    evidence: &'e [Evidence<'r>],
    nearest: Nearest,
    zones: Zones,
    account: &'e str,
}

impl Judge<'_, '_> {
    /// Judges one unit; the characters that went without any word that a rule knows.
    fn judge(&self, units: &mut [Unit], at: usize) -> usize {
        let place = self.zones.place(at);
        let (Some(unit), Some(found)) = (units.get(at), self.evidence.get(at)) else { return 0 };
        let Some(known) = found.known.at(place).filter(|_| unit.is_open() && !found.is_statement()) else { return 0 };
        let cue = found.is_cue();
        if !cue && (known.sightings.count < ENOUGH_WITHOUT_CUE || !self.stands_alone(units, at, known)) {
            return 0;
        }
        let (count, edge) = (known.sightings.count, if place == BlockPlace::Head { "start" } else { "end" });
        let reason = format!("at the {edge} of {count} articles of this account");
        let chars = if cue { 0 } else { unit.chars };
        if let Some(unit) = units.get_mut(at) {
            unit.drop(Category::Template, known.rule(self.account), reason);
        }
        chars
    }

    /// Whether a repeated line belongs to no text of the article: it is no heading, and stands under none whose text
    /// varies.
    fn stands_alone(&self, units: &[Unit], at: usize, known: &LearnedBlock) -> bool {
        let Some(unit) = units.get(at) else { return false };
        let place = self.zones.place(at);
        let gone = |forward| self.nearest.unit(units, at, forward).is_none_or(Unit::is_dropped);
        if (unit.is_heading() || unit.chars < HEADING_CHARS) && !(gone(true) && gone(false)) {
            return false;
        }
        // Upwards over what the account repeats too, to the text or the heading over it.
        for above in (at.saturating_sub(REACH)..at).rev() {
            let (Some(unit), Some(found)) = (units.get(above), self.evidence.get(above)) else { break };
            if unit.is_neutral() {
                continue;
            }
            if !unit.is_open() {
                return true;
            }
            let numbered = self.nearest.unit(units, above, false).is_some_and(Unit::is_number);
            let short = unit.chars < HEADING_CHARS && !unit.is_sentence() && !found.is_cue();
            match found.known.at(place) {
                _ if unit.is_heading() || numbered => return false,
                // The heading comes more often than this line: another time it heads another text.
                Some(heading) if short && known.sightings.count * 10 < heading.sightings.count * 9 => return false,
                Some(_) => {}
                None if short => return false,
                None => return place == BlockPlace::Tail,
            }
        }
        true
    }
}

fn open_chars(units: &[Unit]) -> usize {
    units.iter().filter(|unit| unit.is_open()).map(|unit| unit.chars).sum()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::clean::boilerplate::{Memory, judge};
    use crate::clean::lesson::wording_key;
    use crate::model::{Block, BlockKind, Edge, Facts, Label, Learned, Origin, Profile, Ruling, Sightings, Span};
    use crate::rules::Rules;
    use crate::text::fold;

    const PROSE: &str = "河边的镇子在三月里修了一座新桥，桥面用的是旧船上拆下来的木板，走上去会轻轻地响，像有人在下面说话。修桥的人说，木板要先在水里泡上一个冬天，再拿到太阳底下晒，晒到不再滴水，才能用钉子一块一块地钉在梁上，这样走上一百年也不会松。桥修好以后，第一个走过去的是卖豆腐的老人，他挑着担子停在桥中间，看了很久的水，然后才慢慢地走到对岸去，回头又看了一眼。";

    fn learned(wordings: &[(Edge, &str, u32)]) -> Learned {
        let block = |(edge, text, count): &(Edge, &str, u32)| LearnedBlock {
            edge: *edge,
            key: wording_key(&fold(text)).expect("letters"),
            sample: (*text).to_owned(),
            sightings: Sightings { count: *count, recent: Vec::new(), learned: true },
        };
        let blocks = wordings.iter().map(block).collect();
        let profile = Profile { account: "山水报".into(), articles: 30, blocks };
        Learned { profiles: BTreeMap::from([("山水报".into(), profile)]), rulings: Vec::new() }
    }

    /// The lines that are left of an article; `#` begins a heading.
    fn left(lines: &[&str], learned: &Learned) -> Vec<String> {
        let block = |line: &&str| match line.strip_prefix("# ") {
            Some(title) => Block::new(BlockKind::Heading(2), vec![Span::plain(title)]),
            None => Block::paragraph(*line),
        };
        let memory = Memory { learned, account: "山水报", article_id: "a1" };
        let judged = judge(
            lines.iter().map(block).collect::<Vec<_>>(),
            Origin::Blog,
            &Facts::default(),
            &Rules::shipped(),
            Some(memory),
        );
        let kept = judged.blocks.iter().filter(|judged| judged.verdict.label == Label::Keep);
        kept.map(|judged| judged.block.text()).collect()
    }

    #[test]
    fn what_an_account_repeats_at_its_ends_goes() {
        let slogan = "每一条河都有自己的脾气，我们只是替它记下来";
        let memory = learned(&[(Edge::Tail, slogan, 9), (Edge::Head, slogan, 4)]);
        assert_eq!(left(&[PROSE, slogan], &memory), [PROSE]);
        assert_eq!(left(&[slogan, PROSE], &memory), [PROSE]);
        assert_eq!(left(&[PROSE, slogan, PROSE], &memory).len(), 3, "never in the middle");
        assert_eq!(left(&[PROSE, slogan], &learned(&[(Edge::Head, slogan, 9)])).len(), 2, "at the other end only");
        assert_eq!(left(&[PROSE, slogan], &learned(&[(Edge::Tail, slogan, 3)])).len(), 2, "three are too few");
    }

    #[test]
    fn headings_and_the_texts_under_them_stay() {
        let advice = "请各闸口立即检查水泵与备用电源是否完好";
        let memory = learned(&[(Edge::Tail, "处置办法", 20), (Edge::Tail, advice, 12)]);
        assert_eq!(left(&[PROSE, "# 处置办法", advice], &memory).len(), 3);
        assert_eq!(left(&[PROSE, "处置办法", advice], &memory).len(), 3, "a heading that is set as a paragraph");
        assert_eq!(left(&[PROSE, "处置办法", "今年的水来得早，先开东闸，再开西闸。"], &memory).len(), 3);
        let footer = learned(&[(Edge::Tail, "水文小组", 12), (Edge::Tail, advice, 12)]);
        assert_eq!(
            left(&[PROSE, "水文小组", advice, "END"], &footer),
            [PROSE, "水文小组"],
            "always with it: no heading"
        );
    }

    #[test]
    fn an_article_that_mostly_repeats_others_is_left_alone() {
        let verses = ["月落乌啼霜满天江枫渔火对愁眠", "姑苏城外寒山寺夜半钟声到客船", "桥上的人都走了只剩下水还在流"];
        let memory = learned(&verses.map(|verse| (Edge::Tail, verse, 9)));
        assert_eq!(left(&verses, &memory).len(), 3);
        assert_eq!(left(&[PROSE, verses[0]], &memory), [PROSE]);
    }

    #[test]
    fn a_ruling_goes_over_what_was_learned_and_over_rules() {
        let slogan = "每一条河都有自己的脾气，我们只是替它记下来";
        let mut memory = learned(&[(Edge::Tail, slogan, 9)]);
        let lines = [PROSE, slogan, "扫码关注我们"];
        assert_eq!(left(&lines, &memory).len(), 1);
        memory.rulings =
            vec![Ruling::Block { article: "a1".into(), key: wording_key(&fold(slogan)).expect("letters") }];
        assert_eq!(left(&lines, &memory), [PROSE, slogan]);
        memory.rulings = vec![Ruling::Rule { rule: "learned".into(), account: "山水报".into() }];
        assert_eq!(left(&lines, &memory), [PROSE, slogan]);
        memory.rulings.push(Ruling::Rule { rule: "zh".into(), account: String::new() });
        assert_eq!(left(&lines, &memory).len(), 3);
    }

    #[test]
    fn what_a_person_calls_boilerplate_goes() {
        let lines = [PROSE, "明天还要去河边"];
        let mut memory = Learned::default();
        assert_eq!(left(&lines, &memory), lines);
        let key = wording_key(&fold(lines[1])).expect("letters");
        memory.rulings = vec![Ruling::Boilerplate { article: "a1".into(), key: key.clone() }];
        assert_eq!(left(&lines, &memory), [PROSE]);
        memory.rulings = vec![Ruling::Boilerplate { article: "another".into(), key }];
        assert_eq!(left(&lines, &memory), lines);
    }

    #[test]
    fn a_ruling_names_a_line_as_it_is_shown() {
        let prompts = "欢迎关注我们的公众号！欢迎关注我们的公众号！";
        let fused = format!("{}{prompts}", PROSE.repeat(3));
        let mut memory = Learned::default();
        assert_eq!(left(&[&fused], &memory), [PROSE.repeat(3)], "both are cut off, each by itself");
        memory.rulings =
            vec![Ruling::Block { article: "a1".into(), key: wording_key(&fold(prompts)).expect("letters") }];
        assert_eq!(left(&[&fused], &memory).concat(), fused);
    }
}
