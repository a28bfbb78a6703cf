use super::super::measure::{Measure, Tag};
use super::boxes::{Boxes, FAR, link_share, share};
use crate::rules::words::Hint;

/// Declares the features: each name beside what it is for a text.
macro_rules! features {
    ($boxes:ident, $nth:ident, $text:ident, $own:ident, $page:ident; $($name:literal = $value:expr,)+) => {
        /// Names of the features of a text, in their order.
        pub const BOX_FEATURES: &[&str] = &[$($name),+];

        impl Boxes<'_> {
            /// The features of a text, in the order of [`BOX_FEATURES`]; `into` is emptied before.
            pub(super) fn features(&self, $nth: usize, into: &mut Vec<f32>) {
                into.clear();
                let $boxes = self;
                let Some($text) = self.all.get($nth) else { return };
                let Some($own) = self.measure($nth) else { return };
                let Some($page) = self.measures.get(self.root) else { return };
                $(into.push($value);)+
            }
        }
    };
}

features! { boxes, nth, text, own, root;
    // What it is by itself.
    "own.text" = own.text as f32,
    "own.links" = link_share(own),
    "own.prose" = flag(own.prose > 0),
    "own.tag" = f32::from(own.tag as u8),
    "own.hint" = f32::from(own.hint as u8),
    "own.times" = text.times as f32,
    "own.page.times" = text.page_times as f32,
    "own.title" = text.common.title,
    // Where its links lead.
    "links" = text.common.links as f32,
    "links.within" = text.common.within as f32,
    "links.alike" = text.common.alike as f32,
    // What stands with it in the boxes round it.
    "controls.up1" = up(boxes, nth, 1, |it| it.controls.min(9) as f32),
    "controls.up2" = up(boxes, nth, 2, |it| it.controls.min(9) as f32),
    "controls.up3" = up(boxes, nth, 3, |it| it.controls.min(9) as f32),
    "pictures.up1" = boxes.pictures(nth, 1).min(9) as f32,
    "pictures.up2" = boxes.pictures(nth, 2).min(9) as f32,
    "pictures.up3" = boxes.pictures(nth, 3).min(9) as f32,
    "group.up1" = boxes.group(nth, 1).0.min(FAR) as f32,
    "group.up2" = boxes.group(nth, 2).0.min(FAR) as f32,
    "group.up3" = boxes.group(nth, 3).0.min(FAR) as f32,
    "group.place.up1" = boxes.group(nth, 1).1.min(FAR) as f32,
    "group.place.up2" = boxes.group(nth, 2).1.min(FAR) as f32,
    // Where it stands in the element in which the text flows.
    "flow.levels" = boxes.in_flow(nth).0 as f32,
    "flow.before" = boxes.in_flow(nth).1.min(99) as f32,
    "flow.behind" = boxes.in_flow(nth).2.min(99) as f32,
    // How it is written.
    "own.sentence" = flag(text.shape.is_sentence),
    "own.introduction" = flag(text.shape.is_introduction),
    "own.small" = flag(text.shape.starts_small),
    "own.ends" = text.shape.ends as f32,
    "own.parts" = share(text.shape.parts, text.shape.length),
    "own.digits" = share(text.shape.digits, text.shape.length),
    "own.capitals" = share(text.shape.capitals, text.shape.length),
    // What its names say, and those round its neighbours.
    "names.own" = text.names[0],
    "names.near" = text.names[1],
    "names.far" = text.names[2],
    "names" = text.score,
    "names.-1" = boxes.score(nth, -1),
    "names.+1" = boxes.score(nth, 1),
    "names.-2" = boxes.score(nth, -2),
    "names.+2" = boxes.score(nth, 2),
    "names.-3" = boxes.score(nth, -3),
    "names.+3" = boxes.score(nth, 3),
    "names.next" = boxes.mean(nth + 1, nth + 6),
    "names.last" = boxes.mean(nth.saturating_sub(5), nth),
    "names.behind" = boxes.weighted(nth + 1, boxes.all.len()),
    "names.before" = boxes.weighted(0, nth),
    "names.all" = boxes.weighted(0, boxes.all.len()),
    // The boxes round it.
    "up1.text" = up(boxes, nth, 1, |it| it.text as f32),
    "up1.links" = up(boxes, nth, 1, link_share),
    "up1.prose" = up(boxes, nth, 1, |it| share(it.prose, root.prose)),
    "up1.density" = up(boxes, nth, 1, |it| share(it.prose, it.text)),
    "up1.flow" = up(boxes, nth, 1, |it| it.flow as f32),
    "up1.headings" = up(boxes, nth, 1, |it| it.headings as f32),
    "up1.linked.headings" = up(boxes, nth, 1, |it| it.linked_headings as f32),
    "up1.tag" = up(boxes, nth, 1, |it| f32::from(it.tag as u8)),
    "up1.hint" = up(boxes, nth, 1, |it| f32::from(it.hint as u8)),
    "up2.text" = up(boxes, nth, 2, |it| it.text as f32),
    "up2.links" = up(boxes, nth, 2, link_share),
    "up2.prose" = up(boxes, nth, 2, |it| share(it.prose, root.prose)),
    "up2.density" = up(boxes, nth, 2, |it| share(it.prose, it.text)),
    "up2.flow" = up(boxes, nth, 2, |it| it.flow as f32),
    "up2.linked.headings" = up(boxes, nth, 2, |it| it.linked_headings as f32),
    "up2.hint" = up(boxes, nth, 2, |it| f32::from(it.hint as u8)),
    "up3.text" = up(boxes, nth, 3, |it| it.text as f32),
    "up3.links" = up(boxes, nth, 3, link_share),
    "up3.prose" = up(boxes, nth, 3, |it| share(it.prose, root.prose)),
    "up3.density" = up(boxes, nth, 3, |it| share(it.prose, it.text)),
    "up4.text" = up(boxes, nth, 4, |it| it.text as f32),
    "up4.links" = up(boxes, nth, 4, link_share),
    "up4.prose" = up(boxes, nth, 4, |it| share(it.prose, root.prose)),
    "up6.links" = up(boxes, nth, 6, link_share),
    "up6.prose" = up(boxes, nth, 6, |it| share(it.prose, root.prose)),
    "best.flow" = (1..=6).map(|levels| up(boxes, nth, levels, |it| it.flow as f32)).fold(0.0, f32::max),
    "side.text" = side(boxes, nth).map_or(0.0, |it| it.text as f32),
    "side.links" = side(boxes, nth).map_or(0.0, link_share),
    "side.prose" = side(boxes, nth).map_or(0.0, |it| share(it.prose, root.prose)),
    "siblings" = text.siblings as f32,
    "siblings.links" = text.siblings_links,
    "to.article" = boxes.levels_to(nth, |it| it.tag == Tag::Article) as f32,
    "to.main" = boxes.levels_to(nth, |it| it.tag == Tag::Main) as f32,
    "to.aside" = boxes.levels_to(nth, |it| matches!(it.tag, Tag::Aside | Tag::Navigation | Tag::Footer)) as f32,
    "to.list" = boxes.levels_to(nth, |it| it.tag == Tag::List) as f32,
    "to.table" = boxes.levels_to(nth, |it| it.tag == Tag::Table) as f32,
    "to.quote" = boxes.levels_to(nth, |it| it.tag == Tag::Quote) as f32,
    "to.chrome" = boxes.levels_to(nth, |it| matches!(it.hint, Hint::Chrome | Hint::Comments | Hint::Card)) as f32,
    "to.body" = boxes.levels_to(nth, |it| it.hint == Hint::Body) as f32,
    "depth" = boxes.depth(nth) as f32,
    // Where it stands.
    "place" = nth.min(99) as f32,
    "place.end" = (boxes.all.len() - 1 - nth).min(99) as f32,
    "place.text" = share(boxes.text(0, nth), root.text),
    "place.prose" = share(boxes.prose(0, nth), root.prose),
    "place.behind.prose" = boxes.prose(nth + 1, boxes.all.len()).min(9_999) as f32,
    "place.first.prose" = nth as f32 - boxes.first_prose as f32,
    "place.last.prose" = nth as f32 - boxes.last_prose as f32,
    "place.prose.next5" = boxes.prose_boxes(nth + 1, nth + 6) as f32,
    "place.prose.last5" = boxes.prose_boxes(nth.saturating_sub(5), nth) as f32,
    "place.total" = root.prose.min(99_999) as f32,
    "place.links" = link_share(root),
    // What stands beside it.
    "beside.same.-1" = same(boxes, nth, -1),
    "beside.same.+1" = same(boxes, nth, 1),
    "beside.text.-1" = beside(boxes, nth, -1, |it| it.text as f32),
    "beside.text.+1" = beside(boxes, nth, 1, |it| it.text as f32),
    "beside.links.-1" = beside(boxes, nth, -1, link_share),
    "beside.links.+1" = beside(boxes, nth, 1, link_share),
    "heading" = text.heading.map_or(FAR, |heading| (nth - heading).min(FAR)) as f32,
    "heading.names" = text.heading.and_then(|heading| boxes.all.get(heading)).map_or(3.0, |it| it.score),
    "heading.links" = text.heading.and_then(|heading| boxes.measure(heading)).map_or(0.0, link_share),
}

fn flag(value: bool) -> f32 {
    f32::from(u8::from(value))
}

fn up(boxes: &Boxes<'_>, nth: usize, levels: usize, of: impl Fn(&Measure) -> f32) -> f32 {
    boxes.up(nth, levels).map_or(0.0, of)
}

/// The child of the root that holds a text.
fn side<'m>(boxes: &Boxes<'m>, nth: usize) -> Option<&'m Measure> {
    boxes.up(nth, boxes.depth(nth).saturating_sub(1))
}

fn beside(boxes: &Boxes<'_>, nth: usize, by: isize, of: impl Fn(&Measure) -> f32) -> f32 {
    nth.checked_add_signed(by).and_then(|nth| boxes.measure(nth)).map_or(-1.0, of)
}

/// Whether a neighbour is of the same kind.
fn same(boxes: &Boxes<'_>, nth: usize, by: isize) -> f32 {
    let kind = |nth: usize| boxes.measure(nth).map(|it| (it.tag, it.names, it.parent));
    let other = nth.checked_add_signed(by).and_then(kind);
    flag(other.is_some() && other == kind(nth))
}
