use super::unit::Unit;
use crate::model::{BuiltinRule, Category, Label, Verdict};
use crate::rules::words::BlockWords;

/// Fewest lines that only a player shows, and most lines between two of them.
const MIN_SIGNS: usize = 2;
const MAX_BETWEEN: usize = 12;
/// Most characters of a control, or of the title of a video beside them.
const MAX_CHARS: usize = 30;
/// Lines before the first sign and behind the last one that may be controls too.
const MAX_BESIDE: usize = 8;

/// Takes the controls of WeChat's video player out, which stand in the text of saved and converted pages line by line
/// (`切换到横屏模式`, `倍速播放中`, `0.5倍`): from the first line that only a player shows to the last, with the controls on both sides.
/// A sentence ends the run.
pub(super) fn take(units: &mut [Unit], words: &BlockWords) {
    for unit in units.iter_mut().filter(|unit| unit.is_open() && is_marks(&unit.text)) {
        let reason = "marks between the platform's labels";
        unit.verdict = Some(Verdict::by(Label::Drop, Category::Platform, BuiltinRule::ShapePlayer, reason));
    }
    let signs: Vec<usize> = (0..units.len()).filter(|at| is(units, *at, |text| words.is_player_sign(text))).collect();
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    for at in signs {
        match runs.last_mut() {
            Some((_, last, count))
                if at - *last <= MAX_BETWEEN && (*last..at).all(|between| is_short(units, between)) =>
            {
                (*last, *count) = (at, *count + 1);
            }
            _ => runs.push((at, at, 1)),
        }
    }
    for (first, last, count) in runs {
        if count < MIN_SIGNS {
            continue;
        }
        let is_control = |at: &usize| is(units, *at, |text| words.is_player_control(text));
        let before = (first.saturating_sub(MAX_BESIDE)..first).rev().take_while(is_control).count();
        let behind = (last + 1..(last + 1 + MAX_BESIDE).min(units.len())).take_while(is_control).count();
        for unit in units.iter_mut().take(last + 1 + behind).skip(first - before).filter(|unit| unit.is_open()) {
            let reason = "a control of the video player";
            unit.verdict = Some(Verdict::by(Label::Drop, Category::Platform, BuiltinRule::ShapePlayer, reason));
        }
    }
}

/// The marks that are left of WeChat's own labels for readers of the screen: `：，，，…。`.
fn is_marks(text: &str) -> bool {
    let is_mark = |c: char| matches!(c, '：' | '，' | '。' | '.' | '…') || c.is_whitespace();
    text.starts_with('：') && text.matches('，').nth(2).is_some() && text.chars().all(is_mark)
}

fn is(units: &[Unit], at: usize, wanted: impl Fn(&str) -> bool) -> bool {
    units.get(at).is_some_and(|unit| unit.chars <= MAX_CHARS && wanted(unit.text.trim()))
}

fn is_short(units: &[Unit], at: usize) -> bool {
    units.get(at).is_some_and(|unit| unit.chars <= MAX_CHARS && !unit.text.trim_end().ends_with(['。', '！', '？']))
}

#[cfg(test)]
mod tests {
    use super::super::unit::split;
    use super::*;
    use crate::model::Block;
    use crate::rules::Rules;

    #[test]
    fn controls_go_and_sentences_stay() {
        let rules = Rules::shipped();
        let lines = [
            ("船在对岸。", false),
            ("观看更多", true),
            ("切换到竖屏全屏", true),
            ("船工教你看水位尺", true),
            ("0.5倍", true),
            ("倍速播放中", true),
            ("视频详情", true),
            ("播放的是旧片子。", false),
            ("更多", false),
            ("：，，，，。", true),
            ("……", false),
        ];
        let mut units = split(lines.iter().map(|(text, _)| Block::paragraph(*text)).collect());
        take(&mut units, &rules.words().blocks);
        for (unit, (text, gone)) in units.iter().zip(lines) {
            assert_eq!(unit.verdict.is_some(), gone, "{text}");
        }
        let mut units = split(["倍速播放中", "他关了灯。"].into_iter().map(Block::paragraph).collect());
        take(&mut units, &rules.words().blocks);
        assert!(units.iter().all(|unit| unit.verdict.is_none()), "one alone proves nothing");
    }
}
