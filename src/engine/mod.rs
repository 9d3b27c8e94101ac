//! Floor 3: judging a model by policies.
//!
//! The only floor that knows the interpreter, regorus. Every pair of policy and resource is
//! evaluated on its own, in parallel; an error, a panic or a timeout in one is that pair's
//! outcome and nobody else's.

mod alias;
mod before;
mod builtin;
mod candidate;
mod compile;
mod completion;
mod coverage;
mod derive;
mod document;
mod documents;
mod evaluate;
mod fault_text;
mod flow;
mod focus;
mod guard;
mod heads;
mod hop;
mod inspect;
mod judge;
mod late;
mod leaf;
mod link;
mod lint;
mod literal;
mod member;
mod mirror;
mod need;
mod past;
mod plan;
mod print;
mod query;
pub mod raw;
mod reach;
mod read_set;
mod reader;
mod reads;
mod referred;
mod release;
mod rewrite;
mod scope;
mod shape;
mod slice;
mod syntax;
mod testing;
mod trace;
mod trial;
mod verdict;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rayon::prelude::*;

use crate::base::{Mode, PolicyId};
use crate::finding::{Change, Counts, Outcome};
use crate::model::Model;
use crate::policy::{Need, Policy, PolicyError, PolicySet, Scope};
use before::{Before, Changes, Now};
use compile::{Compiled, Prepared};
pub use coverage::{Coverage, FileCoverage, percent};
pub use documents::Documents;
pub use evaluate::is_judging;
pub use inspect::Inspector;
use judge::Subject;
pub use link::{Followed, Pair, links, references};
use link::{Links, Wanted};
pub use lint::lint;
pub use member::{MEMBERS, Member};
use plan::PlanSubject;
pub use print::Print;
pub use query::{Answer, query};
pub use read_set::ReadSet;
use reads::Reads;
use shape::Memory;
pub use testing::{Failure, TestOutcome, TestResult, Tests};
pub use trace::{Imagined, Trace, TracedLink};
pub use verdict::{Verdict, Violation};

/// How long one policy may take on one resource, unless the user says otherwise.
pub const DEFAULT_TIME_LIMIT: Duration = Duration::from_secs(2);

/// Stands for every type of resource.
const EVERY_TYPE: &str = "*";

/// Policies, ready to judge.
#[derive(Default)]
pub struct Engine {
    policies: Vec<Prepared>,
    by_type: HashMap<String, Judges>,
    /// Those for resources of every type.
    every_type: Judges,
    /// Those for plans as a whole.
    whole: Judges,
}

/// The policies for one resource type, by index, and what they read together.
#[derive(Default)]
struct Judges {
    policies: Vec<usize>,
    reads: OnceLock<Reads>,
}

/// What became of every pair of one model.
#[derive(Debug, Default)]
pub struct Judgements {
    /// How many pairs had each outcome.
    pub counts: Counts,
    /// The same for each policy that met a resource of its types.
    pub by_policy: BTreeMap<PolicyId, Counts>,
    /// The verdicts that are neither pass nor not-applicable, by resource and policy.
    pub verdicts: Vec<Judgement>,
    /// The passes that rest on assumptions.
    pub assumed: Vec<AssumedPass>,
    /// Violations that were there before the plan and will be gone, by resource and policy.
    pub fixed: Vec<Fixed>,
    /// How many managed resources there were.
    pub resources: usize,
    /// How many pairs there must be.
    pub pairs: usize,
    /// The policies that did not apply because the input lacks what they need.
    pub unmet: BTreeMap<Need, BTreeSet<PolicyId>>,
}

/// A verdict, and whose it is.
#[derive(Debug)]
pub struct Judgement {
    /// The index of the resource in the model; None for the input as a whole.
    pub resource: Option<usize>,
    /// The policy.
    pub policy: PolicyId,
    /// What it said.
    pub verdict: Verdict,
    /// What each violation has to do with the plan, or the verdict if it has none. Empty where
    /// nobody can tell: in a state, for an error, and for the input as a whole.
    pub changes: Vec<Change>,
}

/// A violation that a plan removes.
#[derive(Debug)]
pub struct Fixed {
    /// The index of the resource in the model.
    pub resource: Option<usize>,
    /// The policy.
    pub policy: PolicyId,
    /// What it said.
    pub violation: Violation,
}

/// What one policy said of one resource, by its index among the policies.
struct Said {
    /// The index of the resource; None for the input as a whole.
    resource: Option<usize>,
    policy: usize,
    verdict: Verdict,
    changes: Changes,
}

/// A pass that rests on assumptions: without them it would be none.
#[derive(Debug)]
pub struct AssumedPass {
    /// The index of the resource in the model; None for the input as a whole.
    pub resource: Option<usize>,
    /// The policy.
    pub policy: PolicyId,
    /// What is assumed.
    pub assumptions: Vec<String>,
}

impl Judges {
    /// What they read together.
    fn reads(&self, engine: &Engine) -> &Reads {
        self.reads.get_or_init(|| {
            let mut reads = Reads::default();
            let compiled = self.policies.iter().filter_map(|&index| engine.compiled(index));
            compiled.for_each(|compiled| reads.merge(&compiled.reads));
            reads
        })
    }
}

impl Engine {
    /// Prepares the policies of `set`. Those that users wrote are compiled at once, those that are
    /// built in when they are needed.
    ///
    /// # Errors
    /// The policies that must not be used are left out and returned with the reason.
    #[must_use]
    pub fn new(set: &PolicySet, time_limit: Duration) -> (Self, Vec<PolicyError>) {
        let (policies, errors) = compile::prepare(set, time_limit);
        let mut engine = Engine { policies, ..Engine::default() };
        for (index, prepared) in engine.policies.iter().enumerate() {
            let metadata = &prepared.policy.metadata;
            for resource_type in &metadata.resource_types {
                let judges = match resource_type.as_str() {
                    EVERY_TYPE => &mut engine.every_type,
                    name => engine.by_type.entry(name.to_owned()).or_default(),
                };
                judges.policies.push(index);
            }
            if metadata.scope == Scope::Plan {
                engine.whole.policies.push(index);
            }
        }
        for judges in engine.by_type.values_mut() {
            judges.policies.extend(&engine.every_type.policies);
        }
        (engine, errors)
    }

    /// The policies, by id.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.policies.iter().map(|prepared| &prepared.policy)
    }

    /// What a policy reads; None for one that is not there, or cannot be used.
    #[must_use]
    pub fn read_set(&self, id: &PolicyId) -> Option<ReadSet> {
        let prepared = self.policies.iter().find(|prepared| prepared.policy.id == *id)?;
        prepared.compiled().ok().map(ReadSet::of)
    }

    fn compiled(&self, index: usize) -> Option<&Compiled> {
        self.policies.get(index)?.compiled().ok()
    }

    /// Makes the policies ready that `model` needs, and returns them.
    fn needed(&self, model: &Model) -> Vec<&Compiled> {
        let mut needed: BTreeSet<usize> = self.whole.policies.iter().copied().collect();
        let judges: HashMap<&str, &Judges> = managed(model)
            .map(|(_, resource_type)| (resource_type, self.judges_of(resource_type)))
            .collect();
        needed.extend(judges.into_values().flat_map(|judges| &judges.policies));
        compile::compile(needed.iter().filter_map(|&index| self.policies.get(index)));
        needed.into_iter().filter_map(|index| self.compiled(index)).collect()
    }

    fn judges_of(&self, resource_type: &str) -> &Judges {
        self.by_type.get(resource_type).unwrap_or(&self.every_type)
    }

    /// Judges every managed resource of `model` by every policy for its type, and the model as a
    /// whole. `progress` is told after each resource how many more pairs are done.
    #[must_use]
    pub fn judge(&self, model: &Model, progress: &(dyn Fn(usize) + Sync)) -> Judgements {
        let needed = self.needed(model);
        let wanted = wanted(model, &needed);
        let before = self.before(model, &needed, &wanted);
        let links = Links::new(model, &wanted);
        let world = World { model, links, before, memory: Memory::default() };
        let subjects: Vec<(usize, &Judges)> = self.subjects(model).collect();
        let each = || -> Vec<Vec<Said>> {
            let judged = subjects.par_iter().map_init(
                || vec![None; self.policies.len()],
                |interpreters, (at, judges)| {
                    let said = self.judge_subject(&world, *at, judges, interpreters);
                    progress(judges.policies.len());
                    said
                },
            );
            judged.collect()
        };
        let (whole, each) = rayon::join(|| self.judge_whole(model, progress), each);
        let mut judgements = Judgements {
            resources: managed(model).count(),
            pairs: self.pairs(model),
            unmet: self.unmet(model),
            ..Judgements::default()
        };
        for said in each.into_iter().flatten().chain(whole) {
            self.record(said, &mut judgements);
        }
        judgements
    }

    fn record(&self, said: Said, judgements: &mut Judgements) {
        let Said { resource, policy, verdict, changes } = said;
        let Some(prepared) = self.policies.get(policy) else { return };
        let policy = &prepared.policy.id;
        judgements.counts.add(verdict.outcome);
        judgements.by_policy.entry(policy.clone()).or_default().add(verdict.outcome);
        judgements.fixed.extend(changes.fixed.into_iter().map(|violation| Fixed {
            resource,
            policy: policy.clone(),
            violation,
        }));
        let policy = policy.clone();
        if !verdict.assumed.is_empty() {
            let assumptions = verdict.assumed;
            judgements.assumed.push(AssumedPass { resource, policy, assumptions });
        } else if !matches!(verdict.outcome, Outcome::Pass | Outcome::NotApplicable) {
            let changes = changes.findings;
            judgements.verdicts.push(Judgement { resource, policy, verdict, changes });
        }
    }

    /// The world before `model`, as far as the policies can see it.
    fn before(&self, model: &Model, needed: &[&Compiled], wanted: &Wanted) -> Before {
        let reads_before = needed.iter().any(|policy| policy.reads.may_read("before"));
        Before::new(model, wanted, reads_before, |resource_type| {
            !self.every_type.policies.is_empty()
                || self.by_type.contains_key(resource_type)
                || wanted.linked.contains(resource_type)
                || wanted.provider_wide.contains(resource_type)
        })
    }

    /// How many pairs `model` makes.
    #[must_use]
    pub fn pairs(&self, model: &Model) -> usize {
        let pairs = self.subjects(model).map(|(_, judges)| judges.policies.len());
        pairs.sum::<usize>() + self.whole.policies.len()
    }

    fn subjects<'a>(&'a self, model: &'a Model) -> impl Iterator<Item = (usize, &'a Judges)> {
        managed(model).filter_map(|(at, resource_type)| {
            let judges = self.judges_of(resource_type);
            (!judges.policies.is_empty()).then_some((at, judges))
        })
    }

    /// Judges `model` by every policy for plans as a whole.
    fn judge_whole(&self, model: &Model, progress: &(dyn Fn(usize) + Sync)) -> Vec<Said> {
        if self.whole.policies.is_empty() {
            return Vec::new();
        }
        let subject = PlanSubject::new(model, self.whole.reads(self));
        let judge = |&index: &usize| {
            let verdict = match self.policies.get(index)?.usable() {
                Ok(policy) => assuming(policy, &mut None, |rego, _| subject.judge(policy, rego)),
                Err(reason) => Verdict::error(reason),
            };
            progress(1);
            Some(Said { resource: None, policy: index, verdict, changes: Changes::default() })
        };
        self.whole.policies.par_iter().filter_map(judge).collect()
    }

    /// The policies that do not apply to `model` for want of something, by what it is.
    fn unmet(&self, model: &Model) -> BTreeMap<Need, BTreeSet<PolicyId>> {
        let mut unmet: BTreeMap<Need, BTreeSet<PolicyId>> = BTreeMap::new();
        let types: BTreeSet<&str> =
            managed(model).map(|(_, resource_type)| resource_type).collect();
        for Prepared { policy, .. } in &self.policies {
            let metadata = &policy.metadata;
            let is_for = |name: &String| name == EVERY_TYPE || types.contains(name.as_str());
            if metadata.scope == Scope::Plan || metadata.resource_types.iter().any(is_for) {
                for need in need::of_model(metadata, model) {
                    unmet.entry(need).or_default().insert(policy.id.clone());
                }
            }
        }
        unmet
    }

    fn judge_subject(
        &self,
        world: &World<'_>,
        at: usize,
        judges: &Judges,
        interpreters: &mut [Option<regorus::Engine>],
    ) -> Vec<Said> {
        let World { model, links, before, memory } = world;
        let Some(subject) = Subject::new(model, links, at, judges.reads(self), memory) else {
            return Vec::new();
        };
        let now = Now { model, links, at, reads: judges.reads(self), memory };
        let judge = |&index: &usize| {
            let rego = interpreters.get_mut(index)?;
            let (verdict, changes) = match self.policies.get(index)?.usable() {
                Ok(policy) => {
                    let verdict = assuming(policy, rego, |rego, assumed| {
                        subject.judge(policy, rego, assumed)
                    });
                    let changes = before.changes(&now, policy, &verdict, rego);
                    (verdict, changes)
                }
                Err(reason) => (Verdict::error(reason), Changes::default()),
            };
            Some(Said { resource: Some(at), policy: index, verdict, changes })
        };
        judges.policies.iter().filter_map(judge).collect()
    }
}

/// Which links the policies ask for, of the types that occur.
fn wanted(model: &Model, needed: &[&Compiled]) -> Wanted {
    let mut wanted = Wanted::default();
    let mut types: Vec<&Arc<str>> =
        model.resources.iter().map(|resource| &resource.address.resource_type).collect();
    types.sort_unstable();
    types.dedup();
    for compiled in needed {
        let judged = &compiled.policy.metadata.resource_types;
        let is_judged = |name: &str| judged.iter().any(|j| j == name || j == EVERY_TYPE);
        let subjects = types.iter().filter(|name| is_judged(name));
        let subjects: Vec<Arc<str>> = subjects.map(|name| (*name).clone()).collect();
        wanted.documents |= !subjects.is_empty() && compiled.reads.may_read("derived");
        if subjects.is_empty() || !compiled.reads.words.contains("linked") {
            continue;
        }
        wanted.subjects.extend(subjects);
        let words = &compiled.reads.words;
        let linked = types.iter().filter(|name| words.contains(**name));
        wanted.linked.extend(linked.map(|name| (*name).clone()));
        wanted.note_attributes(judged, &compiled.reads);
        for (of, others) in &compiled.reads.links_of {
            let of: Arc<str> = Arc::from(of.as_str());
            let others = others.iter().map(|other| Arc::from(other.as_str()));
            wanted.further.extend(others.map(|other| (of.clone(), other)));
        }
        let wide = compiled.policy.metadata.provider_wide.iter();
        wanted.provider_wide.extend(wide.map(|name| Arc::from(name.as_str())));
    }
    wanted
}

/// The verdict of `judge`, or where it would be no pass, a pass that rests on what is assumed.
fn assuming(
    policy: &Compiled,
    rego: &mut Option<regorus::Engine>,
    judge: impl Fn(&mut Option<regorus::Engine>, &[String]) -> Verdict,
) -> Verdict {
    let verdict = judge(rego, &[]);
    if !matches!(verdict.outcome, Outcome::Violation | Outcome::Undetermined) {
        return verdict;
    }
    for (names, interpreter) in &policy.assuming {
        let assumed = judge(&mut Some(interpreter.clone()), names);
        match assumed.outcome {
            Outcome::Pass => return Verdict { assumed: names.clone(), ..assumed },
            Outcome::Error => return assumed,
            _ => {}
        }
    }
    verdict
}

/// What is judged, and what was before it.
struct World<'a> {
    model: &'a Model,
    links: Links,
    before: Before,
    memory: Memory,
}

/// The managed resources of a model by index, with their types.
fn managed(model: &Model) -> impl Iterator<Item = (usize, &str)> {
    let resources = model.resources.iter().enumerate();
    let managed = resources.filter(|(_, resource)| resource.address.mode == Mode::Managed);
    managed.map(|(at, resource)| (at, &*resource.address.resource_type))
}
