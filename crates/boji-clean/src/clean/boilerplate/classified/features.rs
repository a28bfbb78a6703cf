use super::lines::{
    Column, FAR, FAR_CHARS_BEFORE, FAR_CHARS_BEHIND, FAR_LINES, FAR_LINES_BEHIND, Lines, MANY, NO_SCORE,
};
use super::signs::{Signs, Source, bold, linked, share};
use super::surroundings::FAR_PICTURE;
use crate::model::{BlockKind, WINDOW};

/// Declares the features: each name beside what it is for a line.
macro_rules! features {
    ($lines:ident, $nth:ident, $line:ident, $unit:ident, $text:ident, $source:ident; $($name:literal = $value:expr,)+) => {
        /// Names of the features of a line, in their order.
        pub const FEATURES: &[&str] = &[$($name),+];

        impl Lines<'_> {
            /// The features of a line, in the order of [`FEATURES`]; `into` is emptied before.
            pub(super) fn features(&self, $nth: usize, into: &mut Vec<f32>) {
                into.clear();
                let $lines = self;
                let Some($line) = self.all.get($nth) else { return };
                let Some($unit) = self.units.get($line.at) else { return };
                let $text = Signs::of($unit);
                let $source = Source::of($unit);
                $(into.push(number($value));)+
            }
        }
    };
}

features! { lines, nth, line, unit, signs, source;
    // What it sounds like, and what its neighbours do.
    "text" = line.scores.text,
    "text.-1" = lines.score(nth, -1, Column::Text),
    "text.+1" = lines.score(nth, 1, Column::Text),
    "text.-2" = lines.score(nth, -2, Column::Text),
    "text.+2" = lines.score(nth, 2, Column::Text),
    "text.-3" = lines.score(nth, -3, Column::Text),
    "text.+3" = lines.score(nth, 3, Column::Text),
    "text.mean.next" = lines.mean(nth + 1, nth + 6, Column::Text),
    "text.mean.last" = lines.mean(nth.saturating_sub(5), nth, Column::Text),
    "text.mean.behind" = lines.mean(nth, lines.all.len(), Column::Text),
    "text.mean.before" = lines.mean(0, nth + 1, Column::Text),
    "text.least.behind" = lines.least_behind.get(nth).map_or(NO_SCORE, |it| it.text),
    "text.least.before" = lines.least_before.get(nth).map_or(NO_SCORE, |it| it.text),
    "text.most.near" = lines.most_near(nth, Column::Text),
    "text.weighted.behind" = lines.weighted(nth, lines.all.len(), Column::Text),
    "text.weighted.before" = lines.weighted(0, nth + 1, Column::Text),
    "repeat" = line.scores.repeat,
    "repeat.-1" = lines.score(nth, -1, Column::Repeat),
    "repeat.+1" = lines.score(nth, 1, Column::Repeat),
    "repeat.-2" = lines.score(nth, -2, Column::Repeat),
    "repeat.+2" = lines.score(nth, 2, Column::Repeat),
    "repeat.-3" = lines.score(nth, -3, Column::Repeat),
    "repeat.+3" = lines.score(nth, 3, Column::Repeat),
    "repeat.mean.next" = lines.mean(nth + 1, nth + 6, Column::Repeat),
    "repeat.mean.last" = lines.mean(nth.saturating_sub(5), nth, Column::Repeat),
    "repeat.mean.behind" = lines.mean(nth, lines.all.len(), Column::Repeat),
    "repeat.mean.before" = lines.mean(0, nth + 1, Column::Repeat),
    "repeat.least.behind" = lines.least_behind.get(nth).map_or(NO_SCORE, |it| it.repeat),
    "repeat.least.before" = lines.least_before.get(nth).map_or(NO_SCORE, |it| it.repeat),
    "repeat.most.near" = lines.most_near(nth, Column::Repeat),
    "repeat.weighted.behind" = lines.weighted(nth, lines.all.len(), Column::Repeat),
    "repeat.weighted.before" = lines.weighted(0, nth + 1, Column::Repeat),
    // What the rules said.
    "rule" = line.verdict,
    "rule.cue" = line.cue,
    "rule.statement" = line.statement,
    "rule.account" = line.names_account_only,
    "rule.zone" = lines.zone(line),
    "rule.unit.-1" = lines.beside(line, -1).map_or(0, |it| it.verdict),
    "rule.unit.+1" = lines.beside(line, 1).map_or(0, |it| it.verdict),
    "rule.gone.before" = lines.gone_before.get(nth).copied().unwrap_or(FAR),
    "rule.gone.behind" = lines.gone_behind.get(nth).copied().unwrap_or(FAR),
    "rule.chars.before" = lines.between(0, nth, |sums| sums.gone_chars),
    "rule.chars.behind" = lines.between(nth + 1, lines.all.len(), |sums| sums.gone_chars),
    "rule.share.behind" = share(lines.between(nth + 1, lines.all.len(), |sums| sums.gone_lines), lines.all.len() - nth),
    // Where it stands.
    "place" = nth.min(FAR_LINES),
    "place.end" = (lines.all.len() - 1 - nth).min(FAR_LINES_BEHIND),
    "place.chars" = lines.between(0, nth, |sums| sums.chars).min(FAR_CHARS_BEFORE),
    "place.chars.end" = lines.between(nth + 1, lines.all.len(), |sums| sums.chars).min(FAR_CHARS_BEHIND),
    "place.share" = share(lines.between(0, nth, |sums| sums.chars) + line.chars / 2, lines.chars()),
    "place.lines" = lines.all.len(),
    "place.total" = lines.chars(),
    "place.first.prose" = nth as f32 - lines.first_prose as f32,
    "place.last.prose" = nth as f32 - lines.last_prose as f32,
    "place.chars.first.prose" = lines.chars_from(lines.first_prose, nth),
    "place.chars.last.prose" = lines.chars_from(lines.last_prose, nth),
    "place.head.chars" = lines.between(0, lines.first_prose, |sums| sums.chars),
    "place.tail.chars" = lines.between(lines.last_prose + 1, lines.all.len(), |sums| sums.chars),
    "place.prose.last5" = lines.between(nth.saturating_sub(5), nth, |sums| sums.prose),
    "place.prose.next5" = lines.between(nth + 1, nth + 6, |sums| sums.prose),
    "place.prose.next15" = lines.between(nth + 1, nth + 16, |sums| sums.prose),
    "place.prose.behind" = lines.between(nth + 1, lines.all.len(), |sums| sums.prose).min(MANY),
    "place.prose.before" = lines.between(0, nth, |sums| sums.prose).min(MANY),
    "place.same.block.before" = lines.same_block(nth, false),
    "place.same.block.behind" = lines.same_block(nth, true),
    // Its form.
    "form.chars" = line.chars,
    "form.chars.-2" = lines.length(nth, -2),
    "form.chars.-1" = lines.length(nth, -1),
    "form.chars.+1" = lines.length(nth, 1),
    "form.chars.+2" = lines.length(nth, 2),
    "form.latin" = signs.latin,
    "form.signs" = signs.other,
    "form.numbers" = signs.numbers,
    "form.colons" = signs.colons,
    "form.bars" = signs.bars,
    "form.shouts" = signs.shouts,
    "form.commas" = signs.commas,
    "form.stops" = signs.stops,
    "form.address" = signs.address,
    "form.at" = signs.at,
    "form.sentence" = unit.is_sentence(),
    "form.opens" = signs.opens,
    "form.label" = signs.label,
    "form.bullet" = signs.bullet,
    "form.emoji" = signs.emoji,
    "form.times" = line.times,
    "kind.heading" = unit.is_heading(),
    "kind.item" = matches!(unit.block.kind, BlockKind::ListItem { .. }),
    "kind.figure" = unit.block.kind == BlockKind::Figure,
    "kind.quote" = unit.block.quote,
    "kind.bold" = bold(unit),
    // Links, pictures and cards in it and near it.
    "link.wechat" = lines.at(line).map_or(0, |it| it.wechat_links),
    "link.other" = lines.at(line).map_or(0, |it| it.other_links),
    "link.share" = linked(unit),
    "link.card" = lines.at(line).is_some_and(|it| it.card),
    "link.wechat.before" = lines.near(line, false, |it| usize::from(it.wechat_links)),
    "link.wechat.behind" = lines.near(line, true, |it| usize::from(it.wechat_links)),
    "link.other.before" = lines.near(line, false, |it| usize::from(it.other_links)),
    "link.other.behind" = lines.near(line, true, |it| usize::from(it.other_links)),
    "media.own" = lines.at(line).is_some_and(|it| it.picture),
    "media.cards.before" = lines.near(line, false, |it| usize::from(it.card)),
    "media.cards.behind" = lines.near(line, true, |it| usize::from(it.card)),
    "media.pictures.before" = lines.near(line, false, |it| usize::from(it.picture)),
    "media.pictures.behind" = lines.near(line, true, |it| usize::from(it.picture)),
    "media.solids.before" = lines.near(line, false, |it| usize::from(it.solid)),
    "media.solids.behind" = lines.near(line, true, |it| usize::from(it.solid)),
    "media.picture.before" = lines.at(line).map_or(FAR_PICTURE, |it| it.picture_before),
    "media.picture.behind" = lines.at(line).map_or(FAR_PICTURE, |it| it.picture_behind),
    "media.card.before" = lines.at(line).map_or(FAR_PICTURE, |it| it.card_before),
    "media.card.behind" = lines.at(line).map_or(FAR_PICTURE, |it| it.card_behind),
    "media.unit.-1" = lines.beside(line, -1).is_some_and(|it| it.wordless),
    "media.unit.+1" = lines.beside(line, 1).is_some_and(|it| it.wordless),
    // Whose words it says.
    "name.account" = lines.names_account(unit),
    "name.title" = lines.title_share(unit, false),
    "name.title.length" = lines.title_share(unit, true),
    "name.body" = lines.body_share(nth, unit),
    // Whether it heads something, or stands under what does.
    "above" = lines.above(nth).map_or(FAR, |(distance, _)| distance),
    "above.text" = lines.above(nth).map_or(NO_SCORE, |(_, above)| above.scores.text),
    "above.repeat" = lines.above(nth).map_or(NO_SCORE, |(_, above)| above.scores.repeat),
    "above.rule" = lines.above(nth).map_or(0, |(_, above)| above.verdict),
    // Whether it is an entry of a list of sources.
    "source.entry" = source.entry,
    "source.cited" = lines.cites.is_some_and(|cites| cites < line.at),
    "source.own.cited" = source.number.is_some_and(|number| lines.cited.contains(&number)),
    "source.year" = source.year,
    "source.literature" = source.literature,
    "source.address" = source.address,
    // What the account repeats.
    "account.articles" = lines.articles.map_or(-1.0, |articles| articles.min(WINDOW) as f32),
    "account.recent" = lines.articles.map_or(-1.0, |_| line.repeated as f32),
    "account.share" = lines.articles.map_or(-1.0, |articles| line.repeated as f32 / articles.clamp(1, WINDOW) as f32),
    "account.count" = lines.articles.map_or(-1.0, |_| line.counted.min(50) as f32),
}

/// A feature as the trees compare it.
fn number(value: impl Number) -> f32 {
    value.number()
}

trait Number {
    fn number(self) -> f32;
}

impl Number for f32 {
    fn number(self) -> f32 {
        self
    }
}

impl Number for bool {
    fn number(self) -> f32 {
        f32::from(u8::from(self))
    }
}

impl Number for u8 {
    fn number(self) -> f32 {
        f32::from(self)
    }
}

impl Number for u16 {
    fn number(self) -> f32 {
        f32::from(self)
    }
}

impl Number for usize {
    fn number(self) -> f32 {
        self as f32
    }
}

impl Number for i32 {
    fn number(self) -> f32 {
        self as f32
    }
}
