use super::day::same_day;
use super::label::Label;
use super::pen::Span;
use super::seen::Seen;
use super::setting::Setting;
use super::sights::Sight;
use crate::model::Date;
use crate::rules::words::mark::{COMMENTS, DATE};

/// Most bytes of prose between a title and the date under it.
const MAX_PROSE: usize = 420;
/// Most bytes between a date and the title under it.
pub(super) const MAX_ABOVE: usize = 400;

/// The date that a reader takes for the publication: in the lines round the title, else one below the text that is
/// called so, or is the only one of the page.
pub(super) fn shown(all: &[Sight], title: Option<Span>) -> Option<Sight> {
    let fits = |sight: &&Sight| {
        is_own(sight.span, title) && matches!(sight.label, Label::None | Label::Published | Label::Dated)
    };
    let near = |sight: &&Sight| is_near(sight, title);
    let alone = |sight: &&Sight| sight.alone || is_called(sight);
    let head = || all.iter().filter(fits).filter(near).filter(alone);
    let below = || title.map_or(0, |title| title.start);
    // What the page itself calls published, right under its title, is that in any of its parts.
    let called = |sight: &&Sight| sight.label == Label::Published && sight.span.marks & COMMENTS == 0;
    let dated = |sight: &&Sight| sight.label == Label::Dated || sight.span.marks & DATE != 0;
    let under = |sight: &&Sight| title.is_some_and(|title| sight.span.start >= title.start);
    let first = all.iter().filter(fits).find(|sight| sight.label == Label::Published && sight.original);
    first
        .or_else(|| all.iter().filter(near).filter(called).find(under))
        .or_else(|| head().find(|sight| sight.label == Label::Published))
        .or_else(|| head().find(|sight| sight.span.start >= below() && dated(sight)))
        .or_else(|| head().find(|sight| sight.span.start >= below()))
        .or_else(|| head().next_back())
        .or_else(|| {
            let tail = || all.iter().filter(fits).filter(alone);
            let only = || {
                let first = tail().next()?;
                all.iter().filter(fits).all(|sight| same_day(sight.date, first.date)).then_some(first)
            };
            let named = || tail().filter(|sight| sight.label == Label::Published);
            let one = named().next().filter(|first| named().all(|other| same_day(other.date, first.date)));
            // Where the page calls several days so, those are cards of other pages, and its own stands before them.
            let several = || named().next().and_then(|_| all.iter().filter(called).filter(alone).find(under));
            let dated = || tail().find(|sight| sight.label == Label::Dated);
            // Nothing but what stands beside the text calls a date its own.
            let is_beside = |sight: &&Sight| under(sight) && is_called(sight) && sight.span.marks & COMMENTS == 0;
            one.or_else(several).or_else(dated).or_else(only).or_else(|| all.iter().find(is_beside))
        })
        .copied()
}

/// Whether a date stands where the page speaks of itself. The line right above the title does, whatever part of the page
/// it belongs to.
pub(super) fn is_own(date: Span, title: Option<Span>) -> bool {
    let above = |title: Span| date.end < title.start && title.start - date.end <= 1;
    title.is_some_and(above) || !Seen::is_foreign(date, title)
}

/// Whether words round a date say that it is that of the text.
fn is_called(sight: &Sight) -> bool {
    matches!(sight.label, Label::Published | Label::Dated)
}

/// The last change as the page shows it.
pub(super) fn shown_change(seen: &Seen, all: &[Sight], setting: Setting) -> Option<Date> {
    let from_items = seen.items_of("dateModified").find_map(|item| setting.reading.date(seen.said(item)));
    let own = |sight: &&Sight| (sight.alone || is_near(sight, setting.title)) && is_own(sight.span, setting.title);
    from_items.or_else(|| Some(all.iter().filter(own).find(|sight| sight.label == Label::Updated)?.date))
}

/// Whether little prose stands between a title and what is under it.
pub(super) fn is_close(span: Span, title: Option<Span>) -> bool {
    let Some(title) = title else { return span.prose <= MAX_PROSE };
    span.start >= title.start && span.prose.saturating_sub(title.prose) <= MAX_PROSE
}

/// Whether a date stands in the lines round the title.
pub(super) fn is_near(sight: &Sight, title: Option<Span>) -> bool {
    let above = |title: Span| {
        sight.span.start < title.start
            && sight.span.end + MAX_ABOVE >= title.start
            && (sight.span.marks & DATE != 0 || sight.span.end + 100 >= title.start)
    };
    is_close(sight.span, title) || title.is_some_and(above)
}
