//! One policy on a plan as a whole: the violations that every world agrees on, and those that
//! may come true.

mod document;
mod parts;

use std::collections::{BTreeMap, HashSet};

use regorus::{Engine as Rego, Value as RegoValue};

use super::compile::Compiled;
use super::completion::{self, Completion, Reached};
use super::evaluate::{Fault, evaluate, evaluate_and_trace};
use super::judge::spoken;
use super::leaf::{self, Leaf, Limits};
use super::need;
use super::reads::Reads;
use super::trial::listed;
use super::verdict::{Verdict, Violation};
use crate::base::AttributePath;
use crate::finding::Outcome;
use crate::model::Model;
use document::PlanDocument;

/// With more unknown values than this nothing is tried: whatever is found waits for them.
const MOST_LEAVES: usize = 64;

/// When nothing is certain any more, so many worlds are looked at for what else may come true.
const MOST_OF_UNDETERMINED: usize = 32;

/// What tells violations apart from world to world; messages may count what differs.
type Key = (Option<String>, Option<AttributePath>);

/// A plan, as the policies of whole plans see it.
pub(super) struct PlanSubject<'a> {
    model: &'a Model,
    document: PlanDocument<'a>,
}

impl<'a> PlanSubject<'a> {
    /// `model`, for policies that together read `reads`.
    pub(super) fn new(model: &'a Model, reads: &'a Reads) -> Self {
        PlanSubject { model, document: PlanDocument::new(model, reads) }
    }

    /// Judges the plan by `policy`, with `rego` a clone of its interpreter.
    pub(super) fn judge(&self, policy: &Compiled, rego: &mut Option<Rego>) -> Verdict {
        if !need::of_model(&policy.policy.metadata, self.model).is_empty() {
            return Verdict::plain(Outcome::NotApplicable);
        }
        let known_only = policy.policy.metadata.known_only;
        let leaves = if known_only { Vec::new() } else { self.leaves(&policy.reads) };
        let plain = completion::plain(&leaves);
        let mut reached = Reached::none_of(&leaves);
        let input = self.document.with(&leaves, &plain);
        let base = match self.evaluate(policy, rego, input, &mut reached) {
            Ok(base) if base.outcome != Outcome::Error => base,
            Ok(error) => return error,
            Err(fault) => return Verdict::error(fault.reason),
        };
        let mut worlds = Worlds::new(base, plain);
        loop {
            match self.search(policy, rego, &mut reached, &mut worlds) {
                Ok(true) => break,
                Ok(false) => {}
                Err(fault) => return Verdict::error(fault.reason),
            }
        }
        if self.is_endless(&reached) && !worlds.is_undetermined() {
            let reason = self.waits_for(reached.leaves());
            return Verdict::undetermined(&worlds.base, &worlds.base, reason);
        }
        let plain = completion::plain(&leaves);
        worlds.verdict(|completion| {
            let changed = leaves.iter().zip(completion).zip(&plain);
            let changed = changed.filter(|((_, value), plain)| value != plain);
            self.waits_for(changed.map(|((leaf, _), _)| leaf))
        })
    }

    /// Judges the worlds that the leaves reached so far make. False when another leaf is reached:
    /// then there are more.
    ///
    /// # Errors
    /// In one of them nobody knows what the policy would say.
    fn search(
        &self,
        policy: &Compiled,
        rego: &mut Option<Rego>,
        reached: &mut Reached<'_>,
        worlds: &mut Worlds,
    ) -> Result<bool, Fault> {
        if self.is_endless(reached) {
            return Ok(true);
        }
        let leaves: Vec<Leaf> = reached.leaves().cloned().collect();
        let mut more = MOST_OF_UNDETERMINED;
        for part in completion::completions(&leaves, &policy.candidates) {
            let completion = reached.whole(part);
            if !worlds.judged.insert(completion.clone()) {
                continue;
            }
            let input = self.document.with(reached.all(), &completion);
            let before = leaves.len();
            match self.evaluate(policy, rego, input, reached) {
                Ok(verdict) => worlds.add(verdict, completion),
                Err(fault) if fault.is_fatal => return Err(fault),
                // A completion of the wrong type is no world that could come true.
                Err(_) => {}
            }
            if reached.found().len() > before {
                return Ok(false);
            }
            more -= usize::from(worlds.is_undetermined());
            if more == 0 {
                break;
            }
        }
        Ok(true)
    }

    /// True when no set of worlds that can be tried stands for all that there could be.
    fn is_endless(&self, reached: &Reached<'_>) -> bool {
        reached.found().len() > MOST_LEAVES || reached.leaves().any(|leaf| self.are_blocks(leaf))
    }

    /// Runs the policy once, and takes note of what it came to read.
    ///
    /// # Errors
    /// Why it says nothing.
    fn evaluate(
        &self,
        policy: &Compiled,
        rego: &mut Option<Rego>,
        input: RegoValue,
        reached: &mut Reached<'_>,
    ) -> Result<Verdict, Fault> {
        let result = if reached.all().is_empty() {
            evaluate(policy, rego, input, &self.model.secrets)
        } else {
            let (result, reads) = evaluate_and_trace(policy, rego, input, &self.model.secrets);
            reached.note(reads.as_ref());
            result
        };
        result.map(|value| {
            Verdict::read_plan(&value, |text| {
                spoken(&policy.policy, self.model, text, || &self.model.secrets)
            })
        })
    }

    /// The document of the plan, with everything unknown absent.
    pub(super) fn known(&self) -> RegoValue {
        self.document.with(&[], &[])
    }

    /// What of the plan is unknown and may matter to a policy that reads `reads`.
    fn leaves(&self, reads: &Reads) -> Vec<Leaf> {
        let reads_values = reads.may_read("values") || reads.may_read("derived");
        let resources = (0..self.model.resources.len()).filter(|_| reads_values);
        let mut leaves: Vec<Leaf> =
            resources.flat_map(|at| leaf::leaves(self.model, at, reads, false)).collect();
        let parts = self.document.unknown_parts(reads).into_iter();
        let at = self.model.resources.len();
        leaves.extend(parts.map(|path| Leaf {
            at,
            path: path.clone(),
            is_linked: false,
            limits: Limits::default(),
            alike: Vec::new(),
        }));
        leaves
    }

    fn are_blocks(&self, leaf: &Leaf) -> bool {
        self.model.resources.get(leaf.at).is_some_and(|resource| leaf.are_blocks(resource))
    }

    fn waits_for<'b>(&self, leaves: impl Iterator<Item = &'b Leaf>) -> String {
        let parts = leaves.map(|leaf| match self.model.resources.get(leaf.at) {
            Some(resource) => format!("{}.{} {}", resource.label(), leaf.path, leaf.state()),
            None => format!("{} is not known from this input", leaf.path),
        });
        listed(parts.collect())
    }
}

/// What a policy says in the worlds that were tried.
struct Worlds {
    base: Verdict,
    /// Violations by what they are about; for those that not every world has, one that differs.
    found: BTreeMap<Key, (Violation, Option<Completion>)>,
    judged: HashSet<Completion>,
}

impl Worlds {
    fn new(base: Verdict, plain: Completion) -> Self {
        let found = base.violations.iter().map(|v| (key(v), (v.clone(), None)));
        Worlds { found: found.collect(), base, judged: HashSet::from([plain]) }
    }

    /// Takes note of what the policy says in one world; of the wrong type, it is no world.
    fn add(&mut self, verdict: Verdict, completion: Completion) {
        if verdict.outcome == Outcome::Error {
            return;
        }
        let here: BTreeMap<Key, Violation> =
            verdict.violations.into_iter().map(|v| (key(&v), v)).collect();
        for (key, (_, differs)) in &mut self.found {
            if !here.contains_key(key) {
                differs.get_or_insert_with(|| completion.clone());
            }
        }
        for (key, violation) in here {
            self.found.entry(key).or_insert((violation, Some(completion.clone())));
        }
    }

    /// True when no other world can change the outcome.
    fn is_undetermined(&self) -> bool {
        !self.found.is_empty() && self.found.values().all(|(_, differs)| differs.is_some())
    }

    fn verdict(self, reason: impl Fn(&Completion) -> String) -> Verdict {
        let mut certain = Vec::new();
        let mut possible = Vec::new();
        let mut waits_for = None;
        for (violation, differs) in self.found.into_values() {
            match differs {
                None => certain.push(violation),
                Some(completion) => {
                    waits_for.get_or_insert_with(|| reason(&completion));
                    possible.push(violation);
                }
            }
        }
        match (certain.is_empty(), possible.is_empty()) {
            (true, true) => self.base,
            (true, false) => Verdict {
                violations: possible,
                reason: waits_for,
                ..Verdict::plain(Outcome::Undetermined)
            },
            (false, _) => Verdict {
                violations: certain,
                possible,
                reason: waits_for,
                ..Verdict::plain(Outcome::Violation)
            },
        }
    }
}

fn key(violation: &Violation) -> Key {
    (violation.address.clone(), violation.attribute.clone())
}
