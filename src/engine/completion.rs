//! The worlds in which a policy is judged where something is unknown.
//!
//! A value known only after apply is neither there nor absent. Its verdict is the one that
//! every completion agrees on; where they differ it is undetermined. The number tried is
//! bounded, the cheap and telling ones first.

use std::collections::HashSet;

use super::candidate::Candidates;
use super::leaf::{Leaf, MOST_ALIKE};
use super::reads::Reads;
use crate::model::Value;

/// At most so many completions for one pair, without those at random.
const MOST: usize = 448;
/// So many of what leaves can become are tried for all of them at once, before each alone.
const MOST_TOGETHER: usize = 64;
/// So many texts are tried as elements that differ.
const MOST_TURNS: usize = 32;
/// So many at random besides, for attributes that decide only together.
const AT_RANDOM: usize = 64;

/// What to put in the place of leaves, in their order; None leaves the attribute absent.
pub(super) type Completion = Vec<Option<Value>>;

/// The completion that says the least: everything absent that can be.
pub(super) fn plain(leaves: &[Leaf]) -> Completion {
    leaves.iter().map(|leaf| leaf.limits.plain()).collect()
}

/// The leaves that a policy came to read: what no evaluation read cannot matter.
#[derive(Debug)]
pub(super) struct Reached<'a> {
    leaves: &'a [Leaf],
    /// All leaves as they are plain.
    plain: Completion,
    /// The indexes of those that were reached, in order.
    found: Vec<usize>,
}

impl<'a> Reached<'a> {
    /// None of `leaves` yet.
    pub(super) fn none_of(leaves: &'a [Leaf]) -> Self {
        Reached { leaves, plain: plain(leaves), found: Vec::new() }
    }

    /// Takes note of what an evaluation read; None for anything. True when leaves are new.
    pub(super) fn note(&mut self, reads: Option<&Reads>) -> bool {
        let before = self.found.len();
        let is_reached = |leaf: &Leaf| reads.is_none_or(|reads| leaf.is_read_by(reads));
        for (at, leaf) in self.leaves.iter().enumerate() {
            if !self.found.contains(&at) && is_reached(leaf) {
                self.found.push(at);
            }
        }
        self.found.sort_unstable();
        self.found.len() > before
    }

    /// All leaves, reached or not.
    pub(super) fn all(&self) -> &'a [Leaf] {
        self.leaves
    }

    /// The indexes of the leaves that were reached, in order.
    pub(super) fn found(&self) -> &[usize] {
        &self.found
    }

    /// The leaves that were reached, in order.
    pub(super) fn leaves(&self) -> impl Iterator<Item = &'a Leaf> {
        self.found.iter().filter_map(|at| self.leaves.get(*at))
    }

    /// A completion of all leaves: `part` for those that were reached, the others plain.
    pub(super) fn whole(&self, part: Completion) -> Completion {
        let mut whole = self.plain.clone();
        for (at, value) in self.found.iter().zip(part) {
            if let Some(slot) = whole.get_mut(*at) {
                *slot = value;
            }
        }
        whole
    }
}

/// The completions of `leaves`, few of them twice: the plain one first, then each as its name suggests
/// and as it is elsewhere in the resource, and all as the next of what they likely become; of a single
/// leaf all candidates, of several elements of a list different ones, of several leaves the likely ones
/// alone beside others that are plain or open, all of them beside plain ones, and some of all at random.
pub(super) fn completions<'a>(
    leaves: &'a [Leaf],
    candidates: &'a Candidates,
) -> impl Iterator<Item = Completion> + 'a {
    let by_name = [true, false]
        .into_iter()
        .map(|flag| complete(leaves, |_, leaf| candidates.open(leaf, flag)));
    let by_siblings = (0..MOST_ALIKE).map(|number| {
        complete(leaves, move |_, leaf| leaf.alike.iter().cycle().nth(number).cloned())
    });
    let together = together(leaves, candidates);
    let (single, many) = match leaves {
        [leaf] => (Some(candidates.of(leaf)), None),
        _ => (None, Some(candidates.general().cloned())),
    };
    let uniform = single.into_iter().flatten().chain(many.into_iter().flatten());
    let uniform = uniform.map(|candidate| complete(leaves, |_, _| Some(candidate.clone())));
    let siblings = among_siblings(leaves, candidates);
    let is_several = leaves.len() > 1;
    let is_limited = |leaf: &Leaf| !leaf.limits.worlds().is_empty();
    let several = if is_several || leaves.iter().any(is_limited) { leaves } else { &[] };
    let alone =
        in_turn(several, |leaf| candidates.likely(leaf)).flat_map(move |(special, value)| {
            [false, true].map(|is_open| {
                complete(leaves, |at, leaf| match at == special {
                    true => Some(value.clone()),
                    false if is_open => candidates.open(leaf, true),
                    false => None,
                })
            })
        });
    let each =
        in_turn(if is_several { several } else { &[] }, |leaf| candidates.of(leaf).collect());
    let each = each.map(move |(special, value)| {
        complete(leaves, |at, _| (at == special).then(|| value.clone()))
    });
    let random = if is_several { AT_RANDOM } else { 0 };
    let at_random = (0..random).map(|number| at_random(leaves, candidates, number));
    let first = std::iter::once(plain(leaves))
        .chain(by_name)
        .chain(by_siblings)
        .chain(together)
        .chain(uniform)
        .chain(siblings)
        .chain(alone)
        .chain(each);
    let first = first.take(if leaves.is_empty() { 1 } else { usize::MAX });
    unlike(first).take(MOST).chain(unlike(at_random))
}

/// Every leaf as the next of what it likely becomes: those that can become the same, the same.
fn together<'a>(
    leaves: &'a [Leaf],
    candidates: &'a Candidates,
) -> impl Iterator<Item = Completion> + 'a {
    std::iter::once(()).flat_map(move |()| {
        let likely: Vec<Vec<Value>> = leaves.iter().map(|leaf| candidates.likely(leaf)).collect();
        let most = likely.iter().map(Vec::len).max().unwrap_or_default();
        (0..most.min(MOST_TOGETHER))
            .map(move |number| complete(leaves, |at, _| likely.get(at)?.get(number).cloned()))
    })
}

/// The unknown elements of a list as different ones of what the policy compares with and the list does
/// not hold yet: as a set of texts that it asks for. Other leaves are plain, or open.
fn among_siblings<'a>(
    leaves: &'a [Leaf],
    candidates: &'a Candidates,
) -> impl Iterator<Item = Completion> + 'a {
    std::iter::once(()).flat_map(move |()| {
        let numbers = numbers_of_siblings(leaves);
        let choices: Vec<Vec<Value>> = leaves
            .iter()
            .zip(&numbers)
            .map(|(leaf, number)| {
                let is_new =
                    |value: &Value| leaf.limits.allow(Some(value)) && !leaf.alike.contains(value);
                let texts = number.map(|_| candidates.elements(leaf)).unwrap_or_default();
                texts.into_iter().filter(is_new).take(MOST_TURNS).collect()
            })
            .collect();
        let most = choices.iter().map(Vec::len).max().unwrap_or_default();
        let turned = move |turn: usize, is_open: bool| {
            complete(leaves, |at, leaf| {
                match numbers.get(at).copied().flatten().zip(choices.get(at)) {
                    Some((number, choices)) => choices.iter().cycle().nth(turn + number).cloned(),
                    None if is_open => candidates.open(leaf, true),
                    None => None,
                }
            })
        };
        (0..most).flat_map(move |turn| [turned(turn, false), turned(turn, true)])
    })
}

/// Which of the unknown elements of its list a leaf is, counted from 0; None for all others, and where
/// it is the only one.
fn numbers_of_siblings(leaves: &[Leaf]) -> Vec<Option<usize>> {
    let are_siblings = |one: &Leaf, other: &Leaf| {
        one.at == other.at && one.list().is_some() && one.list() == other.list()
    };
    let number = |(at, leaf): (usize, &Leaf)| {
        let before = leaves.iter().take(at).filter(|other| are_siblings(leaf, other)).count();
        let is_alone =
            before == 0 && !leaves.iter().skip(at + 1).any(|other| are_siblings(leaf, other));
        (leaf.list().is_some() && !is_alone).then_some(before)
    };
    leaves.iter().enumerate().map(number).collect()
}

/// Each completion once. Whoever takes a few of them makes no others.
fn unlike(completions: impl Iterator<Item = Completion>) -> impl Iterator<Item = Completion> {
    let mut seen = HashSet::new();
    completions.filter(move |completion| seen.insert(completion.clone()))
}

/// What `choose` says of each of `leaves`, with the leaf's number: the first of each, then the second of
/// each and so on, so that none has to wait until another has been through all of its own.
fn in_turn<'a>(
    leaves: &'a [Leaf],
    choose: impl Fn(&Leaf) -> Vec<Value> + 'a,
) -> impl Iterator<Item = (usize, Value)> + 'a {
    // Nothing is chosen before the first is asked for.
    std::iter::once(()).flat_map(move |()| {
        let chosen: Vec<Vec<Value>> = leaves.iter().map(&choose).collect();
        let most = chosen.iter().map(Vec::len).max().unwrap_or_default();
        let numbered = move |nth: usize| {
            let nths = chosen.iter().enumerate();
            let nths = nths.filter_map(|(at, all)| Some((at, all.get(nth)?.clone())));
            nths.collect::<Vec<_>>()
        };
        (0..most).flat_map(numbered)
    })
}

/// A completion of what `choose` says, as far as the leaves can become that.
fn complete(leaves: &[Leaf], choose: impl Fn(usize, &Leaf) -> Option<Value>) -> Completion {
    let value = |(at, leaf): (usize, &Leaf)| {
        let value = choose(at, leaf);
        if leaf.limits.allow(value.as_ref()) { leaf.limits.fit(value) } else { leaf.limits.plain() }
    };
    leaves.iter().enumerate().map(value).collect()
}

/// The `number`th of the mixed completions: every leaf as it is plain, open, or some candidate.
/// The choice is the same in every run.
fn at_random(leaves: &[Leaf], candidates: &Candidates, number: usize) -> Completion {
    complete(leaves, |at, leaf| {
        let mixed = mix(number * leaves.len() + at);
        let likely = candidates.likely(leaf);
        match mixed % 6 {
            0 => None,
            1 | 2 => candidates.open(leaf, number.is_multiple_of(2)),
            3 | 4 => likely.get((mixed / 6) % likely.len().max(1)).cloned(),
            _ => candidates.pick(mixed / 6).cloned(),
        }
    })
}

/// A number that looks like none of its neighbours' (SplitMix64's finalizer).
pub(super) fn mix(number: usize) -> usize {
    let mut mixed = (number as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) as usize & (usize::MAX >> 1)
}
