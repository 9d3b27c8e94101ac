//! The world before the plan: what a finding has to do with the change.
//!
//! A subject that has a finding is judged once more on what was true before, with the links that
//! held then. A violation that was there already persists, one that was not is introduced, one
//! that is gone is fixed. What the plan does not touch is not judged twice.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use super::assuming;
use super::compile::Compiled;
use super::hop::Around;
use super::judge::Subject;
use super::link::{Certainty, Links, Wanted};
use super::past::{gone, told_otherwise, was};
use super::reads::Reads;
use super::shape::Memory;
use super::verdict::{Verdict, Violation};
use crate::base::{Action, Mode, PathStep};
use crate::finding::{Change, Outcome};
use crate::model::{Kind, Model, Resource};

/// What was true before.
pub(super) enum Before {
    /// A state, of which nobody knows what changed.
    NoPlan,
    /// Nothing of what the policies see is touched, or nothing was there.
    Same,
    /// Something changes.
    Past(Box<Past>),
}

/// The resources as they were, by the indexes they have in the plan.
pub(super) struct Past {
    model: Model,
    /// The same, had all that changes referred to something: see [`Past::told_otherwise`].
    otherwise: OnceLock<Model>,
    links: Links,
    /// Which resources the plan touches.
    touched: Vec<bool>,
    /// Companions that the plan touches and that were linked to nothing that is known, by
    /// provider and type: nobody can say whom they protected.
    loose: HashSet<(Arc<str>, Arc<str>)>,
}

/// What the findings of a verdict have to do with the change.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// One for each violation of the verdict, or one for a verdict without.
    pub(super) findings: Vec<Change>,
    /// Violations that the plan removes.
    pub(super) fixed: Vec<Violation>,
}

impl Before {
    /// The world before `model`, as far as policies that judge or read `concerns` can see it.
    pub(super) fn new(
        model: &Model,
        wanted: &Wanted,
        reads_before: bool,
        concerns: impl Fn(&str) -> bool,
    ) -> Self {
        if model.kind == Kind::State {
            return Before::NoPlan;
        }
        let is_seen = |resource: &Resource| concerns(&resource.address.resource_type);
        let touched: Vec<bool> =
            model.resources.iter().map(|r| is_seen(r) && is_touched(r)).collect();
        let was_there = |resource: &Resource| is_seen(resource) && resource.before.is_some();
        if !touched.contains(&true) || !model.resources.iter().any(was_there) {
            return Before::Same;
        }
        let resources = model.resources.iter().zip(&touched).map(|(resource, touched)| {
            if is_seen(resource) { was(resource, *touched, reads_before) } else { gone(resource) }
        });
        let mut past = Model {
            kind: model.kind,
            format_version: model.format_version.clone(),
            tool_version: model.tool_version.clone(),
            resources: resources.collect(),
            drift: Vec::new(),
            variables: Default::default(),
            outputs: Default::default(),
            configuration: model.configuration.clone(),
            completeness: model.completeness.clone(),
            checks: Vec::new(),
            relevant_attributes: Vec::new(),
            marks_every_secret: model.marks_every_secret,
            secrets: model.secrets.clone(),
            source: model.source.clone(),
        };
        let links = Links::new(&past, wanted);
        let loose = loose(&past, &links, wanted, &touched);
        // References lead to the new addresses; policies see the old ones.
        for resource in &mut past.resources {
            if let Some(previous) = resource.previous_address.take() {
                resource.address = previous;
            }
        }
        Before::Past(Box::new(Past {
            model: past,
            otherwise: OnceLock::new(),
            links,
            touched,
            loose,
        }))
    }

    /// What `verdict` of `policy` on the resource `at` has to do with the change.
    pub(super) fn changes(
        &self,
        now: &Now<'_>,
        policy: &Compiled,
        verdict: &Verdict,
        rego: &mut Option<regorus::Engine>,
    ) -> Changes {
        let all = |change: Change| {
            let number = match verdict.outcome {
                Outcome::Violation | Outcome::Undetermined => verdict.violations.len().max(1),
                _ => 0,
            };
            Changes { findings: vec![change; number], fixed: Vec::new() }
        };
        let Some(resource) = now.model.resources.get(now.at) else { return Changes::default() };
        let is_moot = match verdict.outcome {
            Outcome::Error => true,
            _ if resource.action == Action::Unknown => true,
            Outcome::NotApplicable => resource.action != Action::Delete,
            _ => false,
        };
        if is_moot || matches!(self, Before::NoPlan) {
            return Changes::default();
        }
        if resource.before.is_none() || resource.importing || resource.deposed.is_some() {
            return all(Change::Introduced);
        }
        match self {
            Before::Past(past) if past.touches(now, resource, policy) => {
                let was = past.judge(now, policy, rego);
                past.compare(resource, policy, verdict, &was)
            }
            _ => all(Change::Persisting),
        }
    }
}

/// A resource of the plan.
pub(super) struct Now<'a> {
    pub(super) model: &'a Model,
    pub(super) links: &'a Links,
    pub(super) at: usize,
    pub(super) reads: &'a Reads,
    pub(super) memory: &'a Memory,
}

impl Past {
    /// True when the plan touches the subject, or what it is, was or may have been linked
    /// with.
    fn touches(&self, now: &Now<'_>, resource: &Resource, policy: &Compiled) -> bool {
        let is_touched = |at: usize| self.touched.get(at).copied().unwrap_or(true);
        let relevant =
            |links: &Links| Around::of(now.model, links, now.at, &policy.reads).certainties();
        if is_touched(now.at) || self.has_loose_ends(resource, policy) {
            return true;
        }
        let (is, was) = (relevant(now.links), relevant(&self.links));
        is != was || is.iter().any(|(_, to, _)| is_touched(*to))
    }

    /// What the policy said before. Nothing in a plan tells whether an argument that changes
    /// referred to something: where it matters, both must say the same.
    fn judge(
        &self,
        now: &Now<'_>,
        policy: &Compiled,
        rego: &mut Option<regorus::Engine>,
    ) -> Verdict {
        let was = self.judged(&self.model, now, policy, rego);
        let has_found = matches!(was.outcome, Outcome::Violation | Outcome::Undetermined);
        let depends = ["constants", "references"].iter().any(|name| policy.reads.may_read(name));
        if !has_found || !depends {
            return was;
        }
        let otherwise = self.judged(self.told_otherwise(now.model), now, policy, rego);
        agreed(was, &otherwise)
    }

    fn judged(
        &self,
        model: &Model,
        now: &Now<'_>,
        policy: &Compiled,
        rego: &mut Option<regorus::Engine>,
    ) -> Verdict {
        match Subject::new(model, &self.links, now.at, now.reads, now.memory) {
            Some(subject) => {
                assuming(policy, rego, |rego, assumed| subject.judge(policy, rego, assumed))
            }
            None => Verdict::plain(Outcome::NotApplicable),
        }
    }

    /// The resources as they were, had the arguments that change referred to what they refer to
    /// `now`, or to something that nobody knows.
    fn told_otherwise(&self, now: &Model) -> &Model {
        self.otherwise.get_or_init(|| {
            let mut model = self.model.clone();
            for (was, is) in model.resources.iter_mut().zip(&now.resources) {
                if let (Some(told), Some(today)) = (&mut was.declaration, &is.declaration)
                    && !Arc::ptr_eq(told, today)
                {
                    *told = Arc::new(told_otherwise(told, today, is));
                }
            }
            model
        })
    }

    /// Compares what a policy says now with what it said before.
    fn compare(
        &self,
        resource: &Resource,
        policy: &Compiled,
        verdict: &Verdict,
        was: &Verdict,
    ) -> Changes {
        let mut matches = Matches::new(&was.violations);
        let is_graver = verdict.outcome == Outcome::Violation && was.outcome != Outcome::Violation;
        let is_unclear = was.outcome == Outcome::Error || self.has_loose_ends(resource, policy);
        let change = |known: Option<Known>| match known {
            None => Change::Introduced,
            Some(_) if is_unclear => Change::Introduced,
            Some(Known::Same) if !is_graver => Change::Persisting,
            Some(_) => Change::Worsened,
        };
        let findings = match verdict.outcome {
            Outcome::Violation | Outcome::Undetermined if verdict.violations.is_empty() => {
                let was_so = was.outcome == verdict.outcome && was.violations.is_empty();
                vec![change(was_so.then_some(Known::Same))]
            }
            Outcome::Violation | Outcome::Undetermined => {
                matches.all(&verdict.violations).into_iter().map(change).collect()
            }
            _ => Vec::new(),
        };
        let is_gone = match verdict.outcome {
            Outcome::Violation | Outcome::Pass => true,
            Outcome::NotApplicable => resource.action == Action::Delete,
            _ => false,
        };
        let is_fixed = is_gone && was.outcome == Outcome::Violation && !is_unclear;
        Changes { findings, fixed: if is_fixed { matches.left() } else { Vec::new() } }
    }

    /// True when a companion that the policy reads may have belonged to `resource` before.
    fn has_loose_ends(&self, resource: &Resource, policy: &Compiled) -> bool {
        self.loose.iter().any(|(provider, resource_type)| {
            *provider == resource.provider && policy.reads.words.contains(&**resource_type)
        })
    }
}

/// How a finding was known before.
#[derive(Clone, Copy)]
enum Known {
    /// It said the same.
    Same,
    /// It said something else of the same attribute.
    Other,
}

/// Violations before the plan, each of which answers for one of after it.
struct Matches<'a> {
    left: Vec<&'a Violation>,
}

impl<'a> Matches<'a> {
    fn new(was: &'a [Violation]) -> Self {
        Matches { left: was.iter().collect() }
    }

    /// Which of `violations` were known. The closest likeness goes first: elements of lists may
    /// have moved, and only then the words may differ.
    fn all(&mut self, violations: &[Violation]) -> Vec<Option<Known>> {
        type Likeness = fn(&Violation, &Violation) -> bool;
        let likenesses: [(Likeness, Known); 4] = [
            (|a, b| a.attribute == b.attribute && a.message == b.message, Known::Same),
            (|a, b| names(a) == names(b) && a.message == b.message, Known::Same),
            (|a, b| a.attribute == b.attribute, Known::Other),
            (|a, b| names(a) == names(b), Known::Other),
        ];
        let mut known = vec![None; violations.len()];
        for (is_like, how) in likenesses {
            for (violation, known) in violations.iter().zip(&mut known) {
                if known.is_some() {
                    continue;
                }
                if let Some(at) = self.left.iter().position(|was| is_like(was, violation)) {
                    self.left.remove(at);
                    *known = Some(how);
                }
            }
        }
        known
    }

    /// The violations that answer for none.
    fn left(self) -> Vec<Violation> {
        self.left.into_iter().cloned().collect()
    }
}

/// The path of a violation without the places of elements.
fn names(violation: &Violation) -> Option<Vec<&str>> {
    let steps = violation.attribute.as_ref()?.0.iter();
    let names = steps.filter_map(|step| match step {
        PathStep::Key(key) => Some(&**key),
        PathStep::Index(_) => None,
    });
    Some(names.collect())
}

/// True when the plan does something to the resource that a policy could see.
fn is_touched(resource: &Resource) -> bool {
    match resource.address.mode {
        Mode::Managed => {
            !matches!(resource.action, Action::NoOp | Action::None)
                || resource.previous_address.is_some()
                || !resource.unknown.is_empty()
                || resource.before != resource.values
        }
        Mode::Data => resource.action == Action::Read,
        Mode::Ephemeral => false,
    }
}

/// What two verdicts on the past have in common; an error where they do not agree.
fn agreed(was: Verdict, otherwise: &Verdict) -> Verdict {
    if was.outcome != otherwise.outcome {
        return Verdict::error("it depends on what was written before".to_owned());
    }
    let is_common = |violation: &Violation| {
        let mut others = otherwise.violations.iter();
        others.any(|o| o.attribute == violation.attribute && o.message == violation.message)
    };
    let violations = was.violations.iter().filter(|v| is_common(v)).cloned().collect();
    Verdict { violations, ..was }
}

/// Companions of which the plan takes away what they were linked by, and that no known identity
/// links with anything.
fn loose(
    past: &Model,
    links: &Links,
    wanted: &Wanted,
    touched: &[bool],
) -> HashSet<(Arc<str>, Arc<str>)> {
    let is_loose = |at: usize, resource: &Resource| {
        resource.action == Action::NoOp
            && wanted.linked.contains(&resource.address.resource_type)
            && touched.get(at).copied().unwrap_or(true)
            && !links.of(at).iter().any(|link| link.certainty == Certainty::Exact)
    };
    let found = past.resources.iter().enumerate().filter(|(at, resource)| is_loose(*at, resource));
    found.map(|(_, r)| (r.provider.clone(), r.address.resource_type.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::AttributePath;

    fn violation(attribute: &[PathStep], message: &str) -> Violation {
        let attribute = Some(AttributePath(attribute.to_vec()));
        Violation { message: message.to_owned(), attribute, ..Violation::default() }
    }

    #[test]
    fn an_element_that_moved_is_the_same_and_other_words_are_not() {
        let key = |name: &str| PathStep::Key(Arc::from(name));
        let first = [key("ingress"), PathStep::Index(0)];
        let second = [key("ingress"), PathStep::Index(1)];
        let was = [violation(&first, "open to all"), violation(&[key("egress")], "too wide")];
        let now = [violation(&first, "open to some"), violation(&second, "open to all")];
        let mut matches = Matches::new(&was);
        let known = matches.all(&now);
        assert!(matches!(known.as_slice(), [None, Some(Known::Same)]));
        let left: Vec<String> = matches.left().into_iter().map(|v| v.message).collect();
        assert_eq!(left, ["too wide"]);
    }
}
