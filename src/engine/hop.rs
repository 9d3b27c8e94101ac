//! The second hop: what is linked with the links of a subject, for policies that ask for it.
//!
//! A policy names the types (`links_of`). Both hops may be uncertain, and each is tried both ways.
//! The subject itself is never found behind its own links.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;

use super::compile::Compiled;
use super::judge::Subject;
use super::leaf::Leaf;
use super::link::{Certainty, Link, Links, Via};
use super::reads::Reads;
use super::shape::{Shape, Shaper};
use crate::model::Model;

/// Links by the index of the other resource, with what makes them.
pub(super) type Joined<'a> = Vec<(usize, Vec<&'a Via>)>;

/// At most so many links that may exist are tried alone.
const MOST_ALONE: usize = 8;

/// The resources around a subject that a policy asks for.
pub(super) struct Around<'a> {
    /// Those that are linked with the subject.
    pub(super) linked: Vec<&'a Link>,
    /// Those that are linked with these.
    pub(super) further: Vec<Further<'a>>,
}

/// A link of a linked resource.
pub(super) struct Further<'a> {
    /// The linked resource, by its index.
    pub(super) of: usize,
    pub(super) link: &'a Link,
}

impl<'a> Around<'a> {
    /// What `reads` asks for around the resource `at`.
    pub(super) fn of(model: &Model, links: &'a Links, at: usize, reads: &Reads) -> Self {
        let is_relevant = |link: &&Link| {
            let linked = model.resources.get(link.to);
            linked.is_some_and(|r| reads.words.contains(&*r.address.resource_type))
        };
        let linked = links.of(at).iter().filter(is_relevant).collect();
        Around::beyond(model, links, at, reads, linked)
    }

    /// `linked` of the resource `at`, and what `reads` asks for behind them.
    pub(super) fn beyond(
        model: &Model,
        links: &'a Links,
        at: usize,
        reads: &Reads,
        linked: Vec<&'a Link>,
    ) -> Self {
        let mut further = Vec::new();
        if !reads.links_of.is_empty() {
            for of in linked.iter().map(|link| link.to) {
                let found = behind(model, links, of, reads).into_iter();
                let others = found.filter(|link| link.to != at);
                further.extend(others.map(|link| Further { of, link }));
            }
        }
        Around { linked, further }
    }

    /// The indexes of the resources, each once.
    pub(super) fn others(&self) -> Vec<usize> {
        let mut others: Vec<usize> = self.linked.iter().map(|link| link.to).collect();
        if !self.further.is_empty() {
            let mut known: HashSet<usize> = others.iter().copied().collect();
            let further = self.further.iter().map(|further| further.link.to);
            others.extend(further.filter(|to| known.insert(*to)));
        }
        others
    }

    /// Every link, with its certainty.
    pub(super) fn certainties(&self) -> Vec<(Option<usize>, usize, Certainty)> {
        let linked = self.linked.iter().map(|link| (None, link.to, link.certainty));
        let further = self.further.iter();
        let further = further.map(|f| (Some(f.of), f.link.to, f.link.certainty));
        linked.chain(further).collect()
    }

    /// The same without those links that may exist and are like others in everything that `policy`
    /// may read but their names: a few of them stand for all.
    pub(super) fn unlike(
        mut self,
        subject: &Subject<'_>,
        policy: &Compiled,
        mut leaves: Vec<Leaf>,
    ) -> (Self, Vec<Leaf>) {
        let enough = policy.reads.most_counted() + 1;
        if self.linked.len() <= enough && self.further.len() <= enough {
            return (self, leaves);
        }
        let write = |link: &Link, shaper: &mut Shaper| {
            subject.write_link(link, &policy.reads, shaper);
            for leaf in leaves.iter().filter(|leaf| leaf.at == link.to) {
                (&leaf.path, &leaf.limits, &leaf.alike).hash(shaper);
            }
        };
        let mut alike: HashMap<(Option<usize>, Shape), usize> = HashMap::new();
        let mut is_left_out = |of: Option<usize>, shape: Shape| {
            let number = alike.entry((of, shape)).or_default();
            *number += 1;
            *number > enough
        };
        self.further.retain(|further| {
            let mut shaper = subject.memory().shaper();
            write(further.link, &mut shaper);
            further.link.certainty == Certainty::Exact
                || !is_left_out(Some(further.of), shaper.shape())
        });
        let mut owners: HashMap<usize, usize> = HashMap::new();
        let mut behind: HashMap<usize, Vec<&Link>> = HashMap::new();
        for Further { of, link } in &self.further {
            *owners.entry(link.to).or_default() += 1;
            behind.entry(*of).or_default().push(link);
        }
        self.linked.retain(|link| {
            let mut shaper = subject.memory().shaper();
            write(link, &mut shaper);
            for link in behind.get(&link.to).into_iter().flatten() {
                write(link, &mut shaper);
                // What several have in common is the same for those alone that have it.
                let is_shared = owners.get(&link.to).is_some_and(|number| *number > 1);
                is_shared.then_some(link.to).hash(&mut shaper);
                link.certainty.hash(&mut shaper);
            }
            link.certainty == Certainty::Exact || !is_left_out(None, shaper.shape())
        });
        let kept: HashSet<usize> = self.linked.iter().map(|link| link.to).collect();
        self.further.retain(|further| kept.contains(&further.of));
        let kept: HashSet<usize> = self.others().into_iter().collect();
        leaves.retain(|leaf| leaf.at == subject.at() || kept.contains(&leaf.at));
        (self, leaves)
    }

    /// Every link, or each of the attributes that make it where they matter.
    pub(super) fn parts(&self, reads_via: bool) -> Vec<Part<'a>> {
        let linked = self.linked.iter().flat_map(|link| parts(None, link, reads_via));
        let further = self
            .further
            .iter()
            .flat_map(|further| parts(Some(further.of), further.link, reads_via));
        linked.chain(further).collect()
    }
}

/// What `reads` asks for of the links of the linked resource `of`.
fn behind<'a>(model: &Model, links: &'a Links, of: usize, reads: &Reads) -> Vec<&'a Link> {
    let type_of = |at: usize| model.resources.get(at).map(|r| &*r.address.resource_type);
    let Some(types) = type_of(of).and_then(|name| reads.links_of.get(name)) else {
        return Vec::new();
    };
    let is_asked =
        |link: &&Link| type_of(link.to).is_some_and(|name| types.iter().any(|asked| asked == name));
    links.of(of).iter().filter(is_asked).collect()
}

/// A link, or one of the attributes that make it, where a policy asks for them.
pub(super) struct Part<'a> {
    /// The linked resource whose link it is; None for a link of the subject.
    pub(super) of: Option<usize>,
    pub(super) to: usize,
    pub(super) via: Vec<&'a Via>,
    certainty: Certainty,
}

impl Part<'_> {
    pub(super) fn is_exact(&self) -> bool {
        self.certainty == Certainty::Exact
    }

    /// True when `other` is shown behind it.
    fn leads_to(&self, other: &Self) -> bool {
        self.of.is_none() && other.of == Some(self.to)
    }
}

fn parts(of: Option<usize>, link: &Link, reads_via: bool) -> Vec<Part<'_>> {
    let to = link.to;
    if !reads_via {
        return vec![Part { of, to, via: Vec::new(), certainty: link.certainty }];
    }
    let (exact, may): (Vec<&Via>, Vec<&Via>) =
        link.via.iter().partition(|via| via.certainty == Certainty::Exact);
    let exact = Some(exact).filter(|exact| !exact.is_empty());
    let exact = exact.map(|via| Part { of, to, via, certainty: Certainty::Exact });
    let may = may.into_iter().map(|via| Part { of, to, via: vec![via], certainty: Certainty::May });
    exact.into_iter().chain(may).collect()
}

/// The links of one world.
#[derive(Default)]
pub(super) struct Linked<'a> {
    /// Those of the subject.
    pub(super) first: Joined<'a>,
    /// Those of the linked resources, by the index of these.
    pub(super) further: BTreeMap<usize, Joined<'a>>,
}

impl<'a> Linked<'a> {
    /// The links that are made of `parts`, which stand in the order of their resources.
    pub(super) fn of<'b>(parts: impl Iterator<Item = &'b Part<'a>>) -> Self
    where
        'a: 'b,
    {
        let mut linked = Linked::default();
        for part in parts {
            let joined = match part.of {
                None => &mut linked.first,
                Some(of) => linked.further.entry(of).or_default(),
            };
            match joined.last_mut().filter(|(to, _)| *to == part.to) {
                Some((_, via)) => via.extend(&part.via),
                None => joined.push((part.to, part.via.clone())),
            }
        }
        linked
    }

    /// The links of the linked resource `of`.
    pub(super) fn behind(&self, of: usize) -> &[(usize, Vec<&'a Via>)] {
        self.further.get(&of).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The links to try.
pub(super) struct Choices<'a> {
    /// All, none of those that may exist, then each kind of these, and each alone.
    pub(super) all: Vec<Linked<'a>>,
    /// So many of them, from the first, are tried with every completion.
    pub(super) always: usize,
}

impl<'a> Choices<'a> {
    /// What `parts` allow, whose resources have the types that `type_of` tells.
    pub(super) fn of<'t>(parts: &[Part<'a>], type_of: impl Fn(usize) -> &'t str) -> Self {
        let may: Vec<&Part<'a>> = parts.iter().filter(|part| !part.is_exact()).collect();
        let with = |wanted: &dyn Fn(&Part<'a>) -> bool| {
            let is_there = |part: &&Part<'a>| part.is_exact() || wanted(part);
            Linked::of(parts.iter().filter(is_there))
        };
        let mut choices = Choices { all: vec![with(&|_| true)], always: 2 };
        if !may.is_empty() {
            choices.all.push(with(&|_| false));
        }
        if parts.iter().any(|part| part.of.is_some()) {
            // One hop may speak for the subject where the other speaks against it.
            let kind = |part: &Part<'_>| (part.of.is_some(), type_of(part.to));
            let kinds: BTreeSet<(bool, &str)> = may.iter().map(|part| kind(part)).collect();
            for wanted in kinds.iter().filter(|_| kinds.len() > 1) {
                let owners: HashSet<usize> = may
                    .iter()
                    .filter(|part| kind(part) == *wanted)
                    .filter_map(|part| part.of)
                    .collect();
                let is_owner = |part: &Part<'_>| part.of.is_none() && owners.contains(&part.to);
                choices.all.push(with(&|part| kind(part) == *wanted || is_owner(part)));
                choices.always += 1;
            }
        }
        if may.len() > 1 {
            choices.all.extend(
                may.iter()
                    .take(MOST_ALONE)
                    .map(|alone| with(&|part| std::ptr::eq(part, *alone) || part.leads_to(alone))),
            );
        }
        choices
    }
}
