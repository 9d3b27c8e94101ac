//! One policy on one resource of which something is unknown: the verdict that every world
//! agrees on, or what it waits for.

use std::collections::HashSet;

use regorus::Engine as Rego;

use super::compile::Compiled;
use super::completion::{self, Completion, Reached};
use super::judge::Subject;
use super::leaf::{self, Leaf};
use super::link::{Certainty, Link, Via};
use super::reads::Reads;
use super::verdict::Verdict;
use crate::base::Action;
use crate::finding::Outcome;
use crate::model::Value;

/// Links by the index of the other resource, with what makes them.
pub(super) type Linked<'a> = Vec<(usize, Vec<&'a Via>)>;

/// At most so many links that may exist are tried alone.
const MOST_ALONE: usize = 8;

/// In the first completions, every choice of links is tried; then all and none of those that
/// may exist.
const FIRST: usize = 3;

/// About blocks of which not even the number is known nothing can be proved, so that a few worlds
/// are enough to find a violation to speak of.
const MOST_OF_BLOCKS: usize = 16;

/// How a search went on.
enum Step {
    /// Two worlds differ.
    Decided(Verdict),
    /// A policy came to a leaf that it had not come to before.
    Wider,
    /// All worlds agree.
    Exhausted,
}

/// What is known of the worlds that were judged.
struct Search<'a> {
    /// The first verdict, and its completion.
    base: Option<(Verdict, Completion)>,
    /// The first error.
    error: Option<Verdict>,
    /// The leaves that the policy came to.
    reached: Reached<'a>,
    /// True when the policy came to look for links.
    reaches_links: bool,
    judged: HashSet<Completion>,
}

impl<'a> Search<'a> {
    fn new(leaves: &'a [Leaf]) -> Self {
        Search {
            base: None,
            error: None,
            reached: Reached::none_of(leaves),
            reaches_links: false,
            judged: HashSet::new(),
        }
    }

    /// Takes note of what an evaluation read; None for anything.
    fn note(&mut self, reads: Option<&Reads>) {
        self.reached.note(reads);
        self.reaches_links |= reads.is_none_or(|reads| reads.words.contains("linked"));
    }
}

/// What is to be tried.
pub(super) struct Trial<'a> {
    subject: &'a Subject<'a>,
    policy: &'a Compiled,
    leaves: &'a [Leaf],
    /// The choices of links: all, none of those that may exist, then each of these alone.
    links: Vec<Linked<'a>>,
    /// The resources that may be linked.
    may: Vec<usize>,
}

impl<'a> Trial<'a> {
    /// `policy` on `subject`, where `leaves` are unknown and `linked` are or may be linked.
    pub(super) fn new(
        subject: &'a Subject<'a>,
        policy: &'a Compiled,
        linked: &[&'a Link],
        leaves: &'a [Leaf],
    ) -> Self {
        let reads_via = policy.reads.may_read("via");
        let parts: Vec<Part<'a>> = linked.iter().flat_map(|link| parts(link, reads_via)).collect();
        let is_exact = |part: &&Part<'_>| part.certainty == Certainty::Exact;
        let may: Vec<&Part<'a>> = parts.iter().filter(|part| !is_exact(part)).collect();
        let mut links = vec![joined(parts.iter())];
        if !may.is_empty() {
            links.push(joined(parts.iter().filter(is_exact)));
        }
        if may.len() > 1 {
            links.extend(may.iter().take(MOST_ALONE).map(|alone| {
                joined(parts.iter().filter(|part| is_exact(part) || std::ptr::eq(*part, *alone)))
            }));
        }
        let may = may.iter().map(|part| part.to).collect();
        Trial { subject, policy, leaves, links, may }
    }

    /// True when there is more than one world.
    pub(super) fn is_open(&self) -> bool {
        !self.leaves.is_empty() || !self.may.is_empty()
    }

    /// Judges the only world.
    pub(super) fn judge_once(&self, rego: &mut Option<Rego>) -> Verdict {
        let links = self.links.first().map(Vec::as_slice).unwrap_or_default();
        self.evaluate(rego, links, &[])
    }

    /// Judges every world that can differ, until two do.
    ///
    /// What no evaluation came to read cannot matter. So the search begins with nothing but the
    /// plain world and widens by the leaves that the policy comes to.
    pub(super) fn judge(&self, rego: &mut Option<Rego>) -> Verdict {
        let mut search = Search::new(self.leaves);
        loop {
            match self.widen(rego, &mut search) {
                Step::Wider => {}
                Step::Decided(verdict) => return verdict,
                Step::Exhausted => break,
            }
        }
        match (search.base, search.error) {
            (Some((base, _)), _) => self.unless_blocks(base, &search.reached),
            (None, Some(error)) => error,
            (None, None) => Verdict::error("no world was judged".to_owned()),
        }
    }

    /// Judges the worlds that the leaves reached so far make, until two differ or another leaf is
    /// reached.
    fn widen(&self, rego: &mut Option<Rego>, search: &mut Search<'_>) -> Step {
        let reached: Vec<Leaf> = search.reached.leaves().cloned().collect();
        let are_blocks = reached.iter().any(|leaf| self.are_blocks(leaf));
        let most = if are_blocks { MOST_OF_BLOCKS } else { usize::MAX };
        for part in completion::completions(&reached, &self.policy.candidates).take(most) {
            let completion = search.reached.whole(part);
            if !search.judged.insert(completion.clone()) {
                continue;
            }
            let all = if search.judged.len() <= FIRST { usize::MAX } else { 2 };
            for (choice, linked) in self.links.iter().take(all).enumerate() {
                if choice > 0 && !search.reaches_links {
                    break;
                }
                if let Some(verdict) = self.compare(rego, search, choice, linked, &completion) {
                    return Step::Decided(verdict);
                }
            }
            if search.reached.leaves().count() > reached.len() {
                return Step::Wider;
            }
        }
        Step::Exhausted
    }

    /// Judges one world. A verdict is undetermined when it differs from that of another world.
    fn compare(
        &self,
        rego: &mut Option<Rego>,
        search: &mut Search<'_>,
        choice: usize,
        linked: &[(usize, Vec<&Via>)],
        completion: &Completion,
    ) -> Option<Verdict> {
        let input = self.subject.document(linked, self.leaves, completion);
        let verdict = if self.is_told(search) {
            self.subject.evaluate(self.policy, rego, input)
        } else {
            let (verdict, reached) = self.subject.trace(self.policy, rego, input);
            search.note(reached.as_ref());
            verdict
        };
        match &search.base {
            // A completion of the wrong type is no world that could come true.
            _ if verdict.outcome == Outcome::Error => {
                search.error.get_or_insert(verdict);
                None
            }
            None => {
                search.base = Some((verdict, completion.clone()));
                None
            }
            Some((base, plain)) if base.outcome != verdict.outcome => {
                let reason = match choice {
                    1.. if plain == completion => self.waits_for_links(),
                    _ => self.waits_for(&self.deciding(rego, linked, completion, base)),
                };
                Some(Verdict::undetermined(base, &verdict, reason))
            }
            Some(_) => None,
        }
    }

    /// True when nothing is left that an evaluation could come to: then it need not be traced.
    fn is_told(&self, search: &Search<'_>) -> bool {
        let are_links = search.reaches_links || self.links.len() <= 1;
        are_links && search.reached.leaves().count() == self.leaves.len()
    }

    fn are_blocks(&self, leaf: &Leaf) -> bool {
        self.subject.resource(leaf.at).is_some_and(|resource| leaf.are_blocks(resource))
    }

    fn evaluate(
        &self,
        rego: &mut Option<Rego>,
        linked: &[(usize, Vec<&Via>)],
        completion: &[Option<Value>],
    ) -> Verdict {
        let input = self.subject.document(linked, self.leaves, completion);
        self.subject.evaluate(self.policy, rego, input)
    }

    /// The verdict, unless it is about nested blocks that nobody has counted.
    fn unless_blocks(&self, base: Verdict, reached: &Reached<'_>) -> Verdict {
        let blocks: Vec<&Leaf> = reached.leaves().filter(|leaf| self.are_blocks(leaf)).collect();
        if blocks.is_empty() {
            return base;
        }
        let reason = self.waits_for(&blocks);
        Verdict::undetermined(&base, &base, reason)
    }

    /// Of a completion that changes the verdict, the one leaf that does so alone; all of them
    /// when it takes several.
    fn deciding(
        &self,
        rego: &mut Option<Rego>,
        linked: &[(usize, Vec<&Via>)],
        completion: &Completion,
        base: &Verdict,
    ) -> Vec<&Leaf> {
        let plain = completion::plain(self.leaves);
        let pairs = || completion.iter().zip(&plain).enumerate();
        let changed: Vec<usize> =
            pairs().filter(|(_, (value, plain))| value != plain).map(|(at, _)| at).collect();
        for &special in &changed {
            let alone: Completion = pairs()
                .map(|(at, (value, plain))| if at == special { value } else { plain }.clone())
                .collect();
            let verdict = self.evaluate(rego, linked, &alone);
            if verdict.outcome != Outcome::Error && verdict.outcome != base.outcome {
                return self.leaves.get(special).into_iter().collect();
            }
        }
        changed.into_iter().filter_map(|at| self.leaves.get(at)).collect()
    }

    /// Names what is not known, and what it refers to.
    fn waits_for(&self, leaves: &[&Leaf]) -> String {
        let parts = leaves.iter().filter_map(|leaf| {
            let resource = self.subject.resource(leaf.at)?;
            let owner = if leaf.at == self.subject.at() {
                String::new()
            } else {
                format!("{}.", resource.address)
            };
            if resource.action == Action::Unknown {
                return Some(format!("{} is not planned", resource.address));
            }
            let references = leaf::references(resource, &leaf.path);
            let source = references.first().map(|text| format!(" (refers to {text})"));
            let source = source.unwrap_or_default();
            Some(format!("{owner}{} {}{source}", leaf.path, leaf.state()))
        });
        listed(parts.collect())
    }

    /// Names what may be linked.
    fn waits_for_links(&self) -> String {
        let mut may = self.may.clone();
        may.dedup();
        let parts = may.into_iter().filter_map(|to| {
            let resource = self.subject.resource(to)?;
            let address = &resource.address;
            Some(match resource.action {
                Action::Forget => format!("{address} is forgotten, and may be gone or still there"),
                _ => format!("{address} may belong to it"),
            })
        });
        listed(parts.collect())
    }
}

/// A link, or one of the attributes that make it, where a policy asks for them.
struct Part<'a> {
    to: usize,
    via: Vec<&'a Via>,
    certainty: Certainty,
}

fn parts(link: &Link, reads_via: bool) -> Vec<Part<'_>> {
    if !reads_via {
        return vec![Part { to: link.to, via: Vec::new(), certainty: link.certainty }];
    }
    let (exact, may): (Vec<&Via>, Vec<&Via>) =
        link.via.iter().partition(|via| via.certainty == Certainty::Exact);
    let exact = Some(exact).filter(|exact| !exact.is_empty());
    let exact = exact.map(|via| Part { to: link.to, via, certainty: Certainty::Exact });
    let may =
        may.into_iter().map(|via| Part { to: link.to, via: vec![via], certainty: Certainty::May });
    exact.into_iter().chain(may).collect()
}

/// The links that are made of `parts`, which stand in the order of their resources.
fn joined<'a, 'b>(parts: impl Iterator<Item = &'b Part<'a>>) -> Linked<'a>
where
    'a: 'b,
{
    let mut linked: Linked<'a> = Vec::new();
    for part in parts {
        match linked.last_mut().filter(|(to, _)| *to == part.to) {
            Some((_, via)) => via.extend(&part.via),
            None => linked.push((part.to, part.via.clone())),
        }
    }
    linked
}

/// A few of `parts` in one text, and how many more there are.
pub(super) fn listed(mut parts: Vec<String>) -> String {
    const MOST_NAMED: usize = 4;
    let more = parts.len().saturating_sub(MOST_NAMED);
    parts.truncate(MOST_NAMED);
    let text = parts.join("; ");
    if more > 0 { format!("{text}; and {more} more") } else { text }
}
