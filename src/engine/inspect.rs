//! One judgement at a time, for whoever wants to look at it.

use super::compile::Compiled;
use super::coverage::Coverage;
use super::evaluate::evaluate_and_cover;
use super::judge::Subject;
use super::link::Links;
use super::plan::PlanSubject;
use super::shape::Memory;
use super::verdict::Verdict;
use super::{EVERY_TYPE, Engine, assuming, managed, wanted};
use crate::base::PolicyId;
use crate::model::Model;
use crate::policy::Scope;

/// One model, and the policies that judge it.
pub struct Inspector<'a> {
    engine: &'a Engine,
    pub(super) model: &'a Model,
    pub(super) links: Links,
    memory: Memory,
}

impl Engine {
    /// Looks at the judgements of `model`.
    #[must_use]
    pub fn inspector<'a>(&'a self, model: &'a Model) -> Inspector<'a> {
        let links = Links::new(model, &wanted(model, &self.needed(model)));
        Inspector { engine: self, model, links, memory: Memory::default() }
    }
}

impl Inspector<'_> {
    /// What `policy` judges in the model: resources by index, or None for the input as a whole.
    #[must_use]
    pub fn subjects(&self, policy: &PolicyId) -> Vec<Option<usize>> {
        let Some(compiled) = self.compiled(policy) else { return Vec::new() };
        let metadata = &compiled.policy.metadata;
        if metadata.scope == Scope::Plan {
            return vec![None];
        }
        let types = &metadata.resource_types;
        let is_judged = |name: &str| types.iter().any(|t| t == EVERY_TYPE || t == name);
        let resources = managed(self.model).filter(|(_, name)| is_judged(name));
        resources.map(|(at, _)| Some(at)).collect()
    }

    /// What `policy` says of a resource, or of the input as a whole, and the lines that it came to
    /// while everything unknown was absent. None where there is no such policy or resource.
    #[must_use]
    pub fn judge(&self, policy: &PolicyId, subject: Option<usize>) -> Option<(Verdict, Coverage)> {
        let compiled = self.compiled(policy)?;
        match subject {
            None => {
                let subject = PlanSubject::new(self.model, &compiled.reads);
                let judge = |rego: &mut _, _: &[String]| subject.judge(compiled, rego);
                let verdict = assuming(compiled, &mut None, judge);
                Some((verdict, evaluate_and_cover(compiled, subject.known())))
            }
            Some(at) => {
                let subject = self.subject(compiled, at)?;
                let verdict = assuming(compiled, &mut None, |rego, assumed| {
                    subject.judge(compiled, rego, assumed)
                });
                Some((verdict, evaluate_and_cover(compiled, subject.known_document())))
            }
        }
    }

    /// A resource, as `policy` sees it.
    pub(super) fn subject<'b>(&'b self, policy: &'b Compiled, at: usize) -> Option<Subject<'b>> {
        Subject::new(self.model, &self.links, at, &policy.reads, &self.memory)
    }

    pub(super) fn compiled(&self, policy: &PolicyId) -> Option<&Compiled> {
        let prepared = self.engine.policies.iter().find(|known| known.policy.id == *policy)?;
        prepared.compiled().ok()
    }
}
