use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::names::has_class;
use crate::parse::html::attribute;
use crate::rules::words::BlockWords;

/// A list that is open.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct List {
    /// The next number of an ordered one.
    next: Option<u32>,
    /// Its numbers go down.
    is_reversed: bool,
}

impl List {
    pub(super) fn ordered(node: NodeRef<'_, Node>, element: &Element) -> Self {
        let is_reversed = attribute(element, "reversed").is_some();
        let stated = attribute(element, "start").and_then(|start| start.trim().parse().ok());
        let is_item = |node: &NodeRef<'_, Node>| node.value().as_element().is_some_and(|it| it.name() == "li");
        let last = || u32::try_from(node.children().filter(is_item).count()).unwrap_or(u32::MAX);
        Self { next: Some(stated.unwrap_or_else(|| if is_reversed { last() } else { 1 })), is_reversed }
    }

    /// The number of its next item, unless that states another; none in a list of bullets.
    pub(super) fn number(&mut self, stated: Option<u32>) -> Option<u32> {
        let number = stated.or(self.next).filter(|_| self.next.is_some())?;
        self.next = Some(if self.is_reversed { number.saturating_sub(1) } else { number.saturating_add(1) });
        Some(number)
    }
}

/// Whether the items of a list are lines of code: it stands in a box of that name.
pub(super) fn is_code_list(list: NodeRef<'_, Node>, words: &BlockWords) -> bool {
    /// Elements above that are asked.
    const MAX_ABOVE: usize = 2;
    let near = list.ancestors().take(MAX_ABOVE).filter_map(|node| node.value().as_element());
    near.into_iter().any(|it| has_class(it, |class| words.holds_code_list(class)))
}
