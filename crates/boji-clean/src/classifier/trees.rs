/// What one log odd is in the units of leaves: sums of whole numbers are the same in any order, on every machine.
pub const LOG_ODD: i32 = 65_536;

/// The probability of log odds in units of [`LOG_ODD`], to be shown.
pub fn probability(odds: i32) -> f64 {
    1.0 / (1.0 + (-f64::from(odds) / f64::from(LOG_ODD)).exp())
}

/// Gradient-boosted decision trees.
#[derive(Clone, Debug, Default)]
pub(super) struct Trees {
    /// All trees one behind the other, each in pre-order.
    nodes: Vec<Node>,
    roots: Vec<Root>,
    /// The sum of the largest leaf of each.
    most: i32,
}

/// Where a tree begins.
#[derive(Clone, Copy, Debug)]
struct Root {
    at: usize,
    /// Its largest leaf; `None` while it has none.
    most: Option<i32>,
}

/// A fork, or a leaf. To the left of a fork, the next node, goes what is not above its threshold.
#[derive(Clone, Copy, Debug)]
struct Node {
    /// What is asked; [`LEAF`] for a leaf.
    feature: u32,
    threshold: f32,
    /// The node to the right.
    right: u32,
    /// The mean of the leaves under it, or the leaf's own value.
    value: i32,
}

/// The feature of what asks for none.
const LEAF: u32 = u32::MAX;

impl Trees {
    /// Begins a tree.
    pub(super) fn begin(&mut self) {
        self.roots.push(Root { at: self.nodes.len(), most: None });
    }

    /// Adds a fork whose left side comes next; its place.
    pub(super) fn fork(&mut self, feature: usize, threshold: f32, value: i32) -> usize {
        self.nodes.push(Node { feature: feature as u32, threshold, right: 0, value });
        self.nodes.len() - 1
    }

    /// The right side of a fork comes next.
    pub(super) fn right(&mut self, fork: usize) {
        let next = self.nodes.len() as u32;
        if let Some(node) = self.nodes.get_mut(fork) {
            node.right = next;
        }
    }

    /// Adds a leaf.
    pub(super) fn leaf(&mut self, value: i32) {
        self.nodes.push(Node { feature: LEAF, threshold: 0.0, right: 0, value });
        if let Some(root) = self.roots.last_mut() {
            let (before, most) = (root.most.unwrap_or(0), root.most.unwrap_or(value).max(value));
            root.most = Some(most);
            self.most += most - before;
        }
    }

    /// The sum of the leaves that features lead to, in units of [`LOG_ODD`].
    pub(super) fn sum(&self, features: &[f32]) -> i32 {
        self.roots.iter().map(|root| self.walk(root.at, features, |_, _| {})).sum()
    }

    /// The same where it is not less than `least`; `None` as soon as the trees that are left cannot bring it there.
    pub(super) fn sum_at_least(&self, features: &[f32], least: i32) -> Option<i32> {
        let (mut sum, mut most) = (0, self.most);
        for root in &self.roots {
            if sum + most < least {
                return None;
            }
            sum += self.walk(root.at, features, |_, _| {});
            most -= root.most.unwrap_or(0);
        }
        (sum >= least).then_some(sum)
    }

    /// What each feature adds to the sum: the change of the mean at each fork that asks it. With the means of the roots
    /// this is the sum.
    pub(super) fn shares(&self, features: &[f32], shares: &mut [i32]) {
        for root in &self.roots {
            self.walk(root.at, features, |feature, change| {
                if let Some(share) = shares.get_mut(feature) {
                    *share += change;
                }
            });
        }
    }

    fn walk(&self, root: usize, features: &[f32], mut changed: impl FnMut(usize, i32)) -> i32 {
        let mut at = root;
        let Some(mut node) = self.nodes.get(at) else { return 0 };
        // A way leads to ever later nodes, so that it ends.
        while let Some(value) = features.get(node.feature as usize) {
            let next = if *value <= node.threshold { at + 1 } else { node.right as usize };
            if next <= at {
                break;
            }
            at = next;
            let Some(below) = self.nodes.get(at) else { break };
            changed(node.feature as usize, below.value - node.value);
            node = below;
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
            for least in -60..120 {
                assert_eq!(trees.sum_at_least(&features, least), (sum >= least).then_some(sum), "{features:?} {least}");
            }
            let mut found = [0; 2];
            trees.shares(&features, &mut found);
            assert_eq!(found, shares, "{features:?}");
        }
    }
}
