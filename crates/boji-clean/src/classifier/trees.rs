/// What one log odd is in the units of leaves: sums of whole numbers are the same in any order, on every machine.
pub const LOG_ODD: i32 = 65_536;

/// Deepest way through a tree.
const DEEPEST: usize = 64;

/// Gradient-boosted decision trees.
#[derive(Clone, Debug, Default)]
pub(super) struct Trees {
    /// All trees one behind the other, each in pre-order.
    nodes: Vec<Node>,
    /// Where each tree begins.
    roots: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    /// The mean of the leaves under it, or the leaf's own value.
    value: i32,
    split: Option<Split>,
}

#[derive(Clone, Copy, Debug)]
struct Split {
    feature: usize,
    /// To the left, the next node, goes what is not above it.
    threshold: f32,
    right: usize,
}

impl Trees {
    /// Begins a tree.
    pub(super) fn begin(&mut self) {
        self.roots.push(self.nodes.len());
    }

    /// Adds a fork whose left side comes next; its place.
    pub(super) fn fork(&mut self, feature: usize, threshold: f32, value: i32) -> usize {
        self.nodes.push(Node { value, split: Some(Split { feature, threshold, right: usize::MAX }) });
        self.nodes.len() - 1
    }

    /// The right side of a fork comes next.
    pub(super) fn right(&mut self, fork: usize) {
        let next = self.nodes.len();
        if let Some(Node { split: Some(split), .. }) = self.nodes.get_mut(fork) {
            split.right = next;
        }
    }

    /// Adds a leaf.
    pub(super) fn leaf(&mut self, value: i32) {
        self.nodes.push(Node { value, split: None });
    }

    /// The sum of the leaves that features lead to, in units of [`LOG_ODD`].
    pub(super) fn sum(&self, features: &[f32]) -> i32 {
        self.roots.iter().map(|root| self.walk(*root, features, |_, _| {})).sum()
    }

    /// What each feature adds to the sum: the change of the mean at each fork that asks it. With the means of the roots
    /// this is the sum.
    pub(super) fn shares(&self, features: &[f32], shares: &mut [i32]) {
        for root in &self.roots {
            self.walk(*root, features, |feature, change| {
                if let Some(share) = shares.get_mut(feature) {
                    *share += change;
                }
            });
        }
    }

    fn walk(&self, root: usize, features: &[f32], mut changed: impl FnMut(usize, i32)) -> i32 {
        let Some(mut node) = self.nodes.get(root) else { return 0 };
        let mut at = root;
        for _ in 0..DEEPEST {
            let Some(split) = node.split else { break };
            let value = features.get(split.feature).copied().unwrap_or_default();
            at = if value <= split.threshold { at + 1 } else { split.right };
            let Some(next) = self.nodes.get(at) else { break };
            changed(split.feature, next.value - node.value);
            node = next;
        }
        node.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_are_summed_and_changes_are_charged_to_what_was_asked() {
        let mut trees = Trees::default();
        trees.begin();
        let top = trees.fork(1, 0.5, 10);
        trees.leaf(-20);
        trees.right(top);
        let below = trees.fork(0, 2.0, 30);
        trees.leaf(5);
        trees.right(below);
        trees.leaf(90);
        trees.begin();
        trees.leaf(7);
        for (features, sum, shares) in
            [([9.0, 0.5], -13, [0, -30]), ([2.0, 0.6], 12, [-25, 20]), ([2.5, 1.0], 97, [60, 20])]
        {
            assert_eq!(trees.sum(&features), sum, "{features:?}");
            let mut found = [0; 2];
            trees.shares(&features, &mut found);
            assert_eq!(found, shares, "{features:?}");
        }
    }
}
