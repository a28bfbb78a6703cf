use std::collections::BTreeMap;

use crate::model::ErrorClass;

/// Equal refusals of a host one after the other from which on it means us, not its pages.
const REFUSALS: u32 = 3;

/// The last refusal of each host, and how often it came without another answer between.
#[derive(Default)]
pub(super) struct Refusals(BTreeMap<String, (ErrorClass, u32)>);

impl Refusals {
    /// Notes what a host answered; true when it refused so often that it is left alone for the rest of the run.
    pub(super) fn are_enough(&mut self, host: &str, refusal: Option<ErrorClass>) -> bool {
        let Some(class) = refusal else {
            self.0.remove(host);
            return false;
        };
        let (last, times) = self.0.entry(host.to_owned()).or_insert((class, 0));
        *times = if *last == class { *times + 1 } else { 1 };
        *last = class;
        *times >= REFUSALS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_refuses_three_times_in_the_same_way_means_us() {
        let mut refusals = Refusals::default();
        let [forbidden, server] = [ErrorClass::Forbidden, ErrorClass::Server].map(Some);
        let answers = [forbidden, forbidden, server, forbidden, forbidden, None, forbidden, forbidden, forbidden];
        let enough = answers.map(|answer| refusals.are_enough("a.example", answer));
        assert_eq!(enough, [false, false, false, false, false, false, false, false, true]);
        assert!(!refusals.are_enough("b.example", forbidden));
    }
}
