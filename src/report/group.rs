//! Findings that are one fault: the instances of a block share a line, and a reader mends it once.

use std::collections::HashMap;

use crate::finding::Finding;

/// Findings of one policy at one place, with one outcome and one change.
pub(super) struct Group<'a> {
    /// The first of them; it speaks for all.
    pub(super) first: &'a Finding,
    /// The others.
    pub(super) others: Vec<&'a Finding>,
}

/// How many instances are named before the rest are counted.
pub(super) const MOST_NAMED: usize = 5;

impl Group<'_> {
    /// The addresses of all.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &str> {
        self.findings().map(|finding| &*finding.address)
    }

    /// All of them.
    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

/// Puts findings together that point at the same place, in the order of the first of each.
pub(super) fn groups<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<Group<'a>> {
    let mut positions = HashMap::new();
    let mut groups: Vec<Group<'a>> = Vec::new();
    for finding in findings {
        let location = &finding.location;
        let place = (location.source.name(), location.span, location.precision);
        let standing = (finding.outcome, finding.change, &finding.acceptance);
        let standing = (standing, finding.in_baseline, finding.proposed);
        // A rule for another tool may find several things, each with a message of its own.
        let message = finding.two_valued.then_some(&finding.message);
        let key = (&finding.policy, standing, &finding.block, place, message);
        match positions.get(&key).and_then(|at: &usize| groups.get_mut(*at)) {
            Some(group) => group.others.push(finding),
            None => {
                positions.insert(key, groups.len());
                groups.push(Group { first: finding, others: Vec::new() });
            }
        }
    }
    groups
}
