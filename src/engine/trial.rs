//! One policy on one resource of which something is unknown: the verdict that every world
//! agrees on, or what it waits for.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use regorus::{Engine as Rego, Value as RegoValue};

use super::alias::Aliases;
use super::compile::Compiled;
use super::completion::{self, Completion, Reached};
use super::hop::{Around, Choices, Linked, Part};
use super::judge::Subject;
use super::leaf::Leaf;
use super::reads::Reads;
use super::referred;
use super::shape::{Shape, Shaper};
use super::verdict::{self, Verdict};
use crate::base::Action;
use crate::finding::Outcome;
use crate::model::Resource;

/// In so many completions every choice of links is tried; in all others, those that always are.
const FIRST: usize = 3;

/// About blocks of which not even the number is known nothing can be proved, so that a few worlds
/// are enough to find a violation to speak of.
const MOST_OF_BLOCKS: usize = 16;

/// What the worlds of a pair come to. Nothing in it names the resource, so that it holds for every
/// pair of the same shape.
#[derive(Debug)]
pub(super) enum Found {
    /// Every world says the same; of these leaves, which are blocks, nobody knows the number.
    Same { said: RegoValue, blocks: Vec<usize> },
    /// Two worlds differ.
    Split { said: [RegoValue; 2], by: By },
    /// There is no verdict.
    Failed(String),
}

/// What makes two worlds differ.
#[derive(Debug)]
pub(super) enum By {
    /// Links that may exist.
    Links,
    /// Leaves, by their number.
    Leaves(Vec<usize>),
}

/// How a search went on.
enum Step {
    /// It came to an end.
    Decided(Found),
    /// A policy came to a leaf that it had not come to before.
    Wider,
    /// All worlds agree.
    Exhausted,
}

/// The first world that was judged.
struct Base {
    said: RegoValue,
    outcome: Outcome,
    completion: Completion,
}

/// What is known of the worlds that were judged.
struct Search<'a> {
    base: Option<Base>,
    /// The first that is no verdict.
    error: Option<Found>,
    /// The leaves that the policy came to.
    reached: Reached<'a>,
    /// True when the policy came to look for links.
    reaches_links: bool,
    judged: HashSet<Completion>,
    /// Those that were judged with every choice of links.
    linked_alone: HashSet<Completion>,
}

impl<'a> Search<'a> {
    fn new(leaves: &'a [Leaf]) -> Self {
        Search {
            base: None,
            error: None,
            reached: Reached::none_of(leaves),
            reaches_links: false,
            judged: HashSet::new(),
            linked_alone: HashSet::new(),
        }
    }

    /// True when there is a violation to speak of.
    fn is_violated(&self) -> bool {
        self.base.as_ref().is_some_and(|base| base.outcome == Outcome::Violation)
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
    /// Everything that may be linked, in the order of the resources.
    parts: Vec<Part<'a>>,
    links: Choices<'a>,
    /// What the linked are called meanwhile.
    aliases: Aliases,
}

impl<'a> Trial<'a> {
    /// `policy` on `subject`, where `leaves` are unknown and what is `around` it is or may be linked.
    pub(super) fn new(
        subject: &'a Subject<'a>,
        policy: &'a Compiled,
        around: &Around<'a>,
        leaves: &'a [Leaf],
    ) -> Self {
        let reads_via = policy.reads.may_read("via");
        let parts = around.parts(reads_via);
        let type_of = |at| subject.resource(at).map_or("", |r| &*r.address.resource_type);
        let links = Choices::of(&parts, type_of);
        let aliases = Aliases::new(&policy.reads, parts.iter().map(|part| part.to));
        Trial { subject, policy, leaves, parts, links, aliases }
    }

    /// The verdict of `policy`, in which `assumed` is assumed.
    pub(super) fn judge(&self, rego: &mut Option<Rego>, assumed: &[String]) -> Verdict {
        let memory = self.subject.memory();
        let shape = self.shape(assumed);
        if let Some(found) = memory.get(shape) {
            return self.verdict(&found);
        }
        let found = Arc::new(self.search(rego));
        if !matches!(*found, Found::Failed(_)) {
            memory.keep(shape, &found);
        }
        self.verdict(&found)
    }

    /// What the verdict depends on: everything that the policy may read, and what is not known of it.
    fn shape(&self, assumed: &[String]) -> Shape {
        let mut shaper = self.subject.memory().shaper();
        (&self.policy.policy.id, assumed).hash(&mut shaper);
        self.subject.write_shape(self.subject.at(), &self.policy.reads, &mut shaper);
        for part in &self.parts {
            self.subject.write_shape(part.to, &self.policy.reads, &mut shaper);
            part.is_exact().hash(&mut shaper);
            for via in &part.via {
                (via.side.as_str(), &via.attribute).hash(&mut shaper);
            }
        }
        self.write_hops(&mut shaper);
        for leaf in self.leaves {
            let owner = self.parts.iter().position(|part| part.to == leaf.at);
            owner.filter(|_| leaf.at != self.subject.at()).hash(&mut shaper);
            (&leaf.path, &leaf.limits, &leaf.alike, self.are_blocks(leaf)).hash(&mut shaper);
        }
        shaper.shape()
    }

    /// Whose links they are, where some are links of links, and which lead to the same resource.
    fn write_hops(&self, shaper: &mut Shaper) {
        if self.policy.reads.links_of.is_empty() {
            return;
        }
        let mut places: HashMap<usize, usize> = HashMap::new();
        for (place, part) in self.parts.iter().enumerate() {
            let of = part.of.and_then(|of| places.get(&of)).copied();
            (of, *places.entry(part.to).or_insert(place)).hash(shaper);
        }
    }

    /// Judges every world that can differ, until two do.
    ///
    /// What no evaluation came to read cannot matter. So the search begins with nothing but the
    /// plain world and widens by the leaves that the policy comes to.
    fn search(&self, rego: &mut Option<Rego>) -> Found {
        let mut search = Search::new(self.leaves);
        loop {
            match self.widen(rego, &mut search) {
                Step::Wider => {}
                Step::Decided(found) => return found,
                Step::Exhausted => break,
            }
        }
        match (search.base, search.error) {
            (Some(base), _) => {
                let is_block =
                    |at: &usize| self.leaves.get(*at).is_some_and(|l| self.are_blocks(l));
                let blocks = search.reached.found().iter().copied().filter(is_block).collect();
                Found::Same { said: base.said, blocks }
            }
            (None, Some(error)) => error,
            (None, None) => Found::Failed("no world was judged".to_owned()),
        }
    }

    /// Judges the worlds that the leaves reached so far make, until two differ or another leaf is
    /// reached.
    fn widen(&self, rego: &mut Option<Rego>, search: &mut Search<'_>) -> Step {
        let reached: Vec<Leaf> = search.reached.leaves().cloned().collect();
        let are_blocks = reached.iter().any(|leaf| self.are_blocks(leaf));
        if are_blocks && search.is_violated() {
            return Step::Exhausted;
        }
        let most = if are_blocks { MOST_OF_BLOCKS } else { usize::MAX };
        let worlds = || completion::completions(&reached, &self.policy.candidates).take(most);
        for part in worlds() {
            let completion = search.reached.whole(part);
            if !search.judged.insert(completion.clone()) {
                continue;
            }
            for (choice, linked) in self.links.all.iter().take(self.links.always).enumerate() {
                if let Some(step) = self.step(rego, search, choice, linked, &completion) {
                    return step;
                }
            }
            if search.reached.found().len() > reached.len() {
                return Step::Wider;
            }
        }
        // Links that matter in none of these worlds seldom matter alone.
        for part in worlds().take(FIRST) {
            let completion = search.reached.whole(part);
            let is_all = self.links.all.len() <= self.links.always;
            if is_all || !search.linked_alone.insert(completion.clone()) {
                continue;
            }
            for (choice, linked) in self.links.all.iter().enumerate().skip(self.links.always) {
                if let Some(step) = self.step(rego, search, choice, linked, &completion) {
                    return step;
                }
            }
        }
        if search.reached.found().len() > reached.len() { Step::Wider } else { Step::Exhausted }
    }

    /// Judges one world, if it can differ from others; None where the search goes on.
    fn step(
        &self,
        rego: &mut Option<Rego>,
        search: &mut Search<'_>,
        choice: usize,
        linked: &Linked<'_>,
        completion: &Completion,
    ) -> Option<Step> {
        if choice > 0 && !search.reaches_links {
            return None;
        }
        self.compare(rego, search, choice, linked, completion).map(Step::Decided)
    }

    /// Judges one world. A verdict is undetermined when it differs from that of another world.
    fn compare(
        &self,
        rego: &mut Option<Rego>,
        search: &mut Search<'_>,
        choice: usize,
        linked: &Linked<'_>,
        completion: &Completion,
    ) -> Option<Found> {
        let input = self.subject.document(linked, &self.aliases, self.leaves, completion);
        let said = if self.is_told(search) {
            self.subject.evaluate(self.policy, rego, input)
        } else {
            let (said, reached) = self.subject.trace(self.policy, rego, input);
            search.note(reached.as_ref());
            said
        };
        let said = match said {
            Ok(said) => said,
            Err(fault) if fault.is_fatal => return Some(Found::Failed(fault.reason)),
            // A completion of the wrong type is no world that could come true.
            Err(fault) => {
                search.error.get_or_insert(Found::Failed(fault.reason));
                return None;
            }
        };
        let outcome = verdict::outcome(&said);
        if outcome == Outcome::Error {
            search.error.get_or_insert(Found::Same { said, blocks: Vec::new() });
            return None;
        }
        match &search.base {
            None => {
                search.base = Some(Base { said, outcome, completion: completion.clone() });
                None
            }
            Some(base) if base.outcome != outcome => {
                let by = match choice {
                    1.. if base.completion == *completion => By::Links,
                    _ => By::Leaves(self.deciding(rego, linked, completion, base.outcome)),
                };
                Some(Found::Split { said: [base.said.clone(), said], by })
            }
            Some(_) => None,
        }
    }

    /// True when nothing is left that an evaluation could come to: then it need not be traced.
    fn is_told(&self, search: &Search<'_>) -> bool {
        let are_links = search.reaches_links || self.links.all.len() <= 1;
        are_links && search.reached.found().len() == self.leaves.len()
    }

    fn are_blocks(&self, leaf: &Leaf) -> bool {
        self.subject.resource(leaf.at).is_some_and(|resource| leaf.are_blocks(resource))
    }

    /// Of a completion that changes the outcome, the one leaf that does so alone; all of them
    /// when it takes several.
    fn deciding(
        &self,
        rego: &mut Option<Rego>,
        linked: &Linked<'_>,
        completion: &Completion,
        base: Outcome,
    ) -> Vec<usize> {
        let plain = completion::plain(self.leaves);
        let pairs = || completion.iter().zip(&plain).enumerate();
        let changed: Vec<usize> =
            pairs().filter(|(_, (value, plain))| value != plain).map(|(at, _)| at).collect();
        let decides = |special: &&usize| {
            let alone: Completion = pairs()
                .map(|(at, (value, plain))| if at == **special { value } else { plain }.clone())
                .collect();
            let input = self.subject.document(linked, &self.aliases, self.leaves, &alone);
            let said = self.subject.evaluate(self.policy, rego, input);
            let outcome = said.map_or(Outcome::Error, |said| verdict::outcome(&said));
            outcome != Outcome::Error && outcome != base
        };
        match changed.iter().find(decides) {
            Some(alone) => vec![*alone],
            None => changed,
        }
    }

    /// What was found, as the verdict on this subject.
    fn verdict(&self, found: &Found) -> Verdict {
        let address =
            |at: usize| self.subject.resource(at).map(Resource::label).unwrap_or_default();
        let read =
            |said: &RegoValue| self.subject.read(self.policy, &self.aliases.undo(said, &address));
        match found {
            Found::Failed(reason) => Verdict::error(reason.clone()),
            Found::Same { said, blocks } if blocks.is_empty() => read(said),
            Found::Same { said, blocks } => {
                let verdict = read(said);
                Verdict::undetermined(&verdict, &verdict, self.waits_for(blocks))
            }
            Found::Split { said: [one, other], by } => {
                let reason = match by {
                    By::Links => self.waits_for_links(),
                    By::Leaves(leaves) => self.waits_for(leaves),
                };
                Verdict::undetermined(&read(one), &read(other), reason)
            }
        }
    }

    /// Names what is not known, and what it refers to.
    fn waits_for(&self, leaves: &[usize]) -> String {
        let leaves = leaves.iter().filter_map(|at| self.leaves.get(*at));
        let parts = leaves.filter_map(|leaf| {
            let resource = self.subject.resource(leaf.at)?;
            let owner = if leaf.at == self.subject.at() {
                String::new()
            } else {
                format!("{}.", resource.address)
            };
            if resource.action == Action::Unknown {
                return Some(format!("{} is not planned", resource.address));
            }
            let references = referred::references(resource, &leaf.path);
            let source = references.first().map(|text| format!(" (refers to {text})"));
            let source = source.unwrap_or_default();
            Some(format!("{owner}{} {}{source}", leaf.path, leaf.state()))
        });
        listed(parts.collect())
    }

    /// Names what may be linked.
    fn waits_for_links(&self) -> String {
        let may = self.parts.iter().filter(|part| !part.is_exact());
        let mut may: Vec<(Option<usize>, usize)> = may.map(|part| (part.of, part.to)).collect();
        may.dedup();
        let mut forgotten = HashSet::new();
        let parts = may.into_iter().filter_map(|(of, to)| {
            let resource = self.subject.resource(to)?;
            let address = &resource.address;
            if resource.action == Action::Forget {
                let text = format!("{address} is forgotten, and may be gone or still there");
                return forgotten.insert(to).then_some(text);
            }
            let owner = of.and_then(|of| self.subject.resource(of)).map(Resource::label);
            Some(format!("{address} may belong to {}", owner.as_deref().unwrap_or("it")))
        });
        listed(parts.collect())
    }
}

/// A few of `parts` in one text, and how many more there are.
pub(super) fn listed(mut parts: Vec<String>) -> String {
    const MOST_NAMED: usize = 4;
    let more = parts.len().saturating_sub(MOST_NAMED);
    parts.truncate(MOST_NAMED);
    let text = parts.join("; ");
    if more > 0 { format!("{text}; and {more} more") } else { text }
}
