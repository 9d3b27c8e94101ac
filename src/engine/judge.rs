//! One policy on one resource: the verdict, and why.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use regorus::{Engine as Rego, Value as RegoValue};

use super::compile::Compiled;
use super::completion::{self, Completion, Leaf};
use super::document::{self, Members};
use super::evaluate::evaluate;
use super::link::{Certainty, Links};
use super::reads::Reads;
use super::secret::Secrets;
use super::verdict::Verdict;
use crate::base::{AttributePath, PathStep};
use crate::finding::Outcome;
use crate::model::{Model, Resource, Value};

/// The resources around one subject, as its policies see them.
pub(super) struct Subject<'a> {
    model: &'a Model,
    at: usize,
    resource: &'a Resource,
    /// Linked resources by index.
    linked: Vec<(usize, Certainty)>,
    /// What the policies for its type read.
    reads: &'a Reads,
    /// Its document, and those of its links, as they are known: built when first needed.
    known: OnceCell<Members>,
    known_links: OnceCell<BTreeMap<usize, RegoValue>>,
    secrets: OnceCell<Secrets>,
}

impl<'a> Subject<'a> {
    /// The resource `at`, and those linked to it.
    pub(super) fn new(
        model: &'a Model,
        links: &Links,
        at: usize,
        reads: &'a Reads,
    ) -> Option<Self> {
        let resource = model.resources.get(at)?;
        let linked = links.of(at).iter().map(|link| (link.to, link.certainty)).collect();
        let (known, known_links, secrets) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Some(Subject { model, at, resource, linked, reads, known, known_links, secrets })
    }

    /// Judges the subject by `policy`, with `rego` a clone of its interpreter.
    pub(super) fn judge(&self, policy: &Compiled, rego: &mut Option<Rego>) -> Verdict {
        let is_judged = policy.policy.metadata.actions.contains(&self.resource.action);
        if !is_judged || self.resource.deposed.is_some() {
            return Verdict::plain(Outcome::NotApplicable);
        }
        let relevant: Vec<(usize, Certainty)> = self
            .linked
            .iter()
            .copied()
            .filter(|(to, _)| {
                let linked = self.model.resources.get(*to);
                linked.is_some_and(|r| policy.reads.words.contains(&*r.address.resource_type))
            })
            .collect();
        let mut leaves = completion::leaves(self.at, self.resource, &policy.reads);
        for (to, _) in &relevant {
            if let Some(linked) = self.model.resources.get(*to) {
                leaves.extend(completion::leaves(*to, linked, &policy.reads));
            }
        }
        let has_may_links = relevant.iter().any(|(_, certainty)| *certainty == Certainty::May);
        if leaves.is_empty() && !has_may_links {
            let input = self.document(&relevant, &Completion::new());
            return self.evaluate(policy, rego, input);
        }
        self.judge_completions(policy, rego, &relevant, &leaves, has_may_links)
    }

    fn judge_completions(
        &self,
        policy: &Compiled,
        rego: &mut Option<Rego>,
        relevant: &[(usize, Certainty)],
        leaves: &[Leaf],
        has_may_links: bool,
    ) -> Verdict {
        let exact: Vec<(usize, Certainty)> =
            relevant.iter().copied().filter(|(_, c)| *c == Certainty::Exact).collect();
        let mut worlds: Vec<&[(usize, Certainty)]> = vec![relevant];
        if has_may_links {
            worlds.push(&exact);
        }
        let completions = completion::completions(leaves, &policy.reads);
        let base = self.evaluate(policy, rego, self.document(relevant, &absent(leaves)));
        if base.outcome == Outcome::Error {
            return base;
        }
        for completion in &completions {
            for world in &worlds {
                let verdict = self.evaluate(policy, rego, self.document(world, completion));
                // A completion of the wrong type is no world that could come true.
                if verdict.outcome != Outcome::Error && verdict.outcome != base.outcome {
                    let is_about_links = completion.iter().all(|(_, value)| value.is_none());
                    let reason = if is_about_links {
                        self.waits_for(&[], relevant)
                    } else {
                        let leaves = self.deciding(policy, rego, relevant, completion, &base);
                        self.waits_for(&leaves, &[])
                    };
                    return Verdict::undetermined(&base, &verdict, reason);
                }
            }
        }
        let blocks: Vec<Leaf> = leaves
            .iter()
            .filter(|leaf| {
                let resource = self.model.resources.get(leaf.at);
                resource.is_some_and(|resource| completion::are_blocks(resource, &leaf.path))
            })
            .cloned()
            .collect();
        if blocks.is_empty() {
            return base;
        }
        let reason = self.waits_for(&blocks, &[]);
        Verdict::undetermined(&base, &base, reason)
    }

    /// Of a completion that changes the verdict, the one leaf that does so alone; all of them
    /// when it takes several.
    fn deciding(
        &self,
        policy: &Compiled,
        rego: &mut Option<Rego>,
        linked: &[(usize, Certainty)],
        completion: &Completion,
        base: &Verdict,
    ) -> Vec<Leaf> {
        let changed: Vec<&Leaf> =
            completion.iter().filter(|(_, value)| value.is_some()).map(|(leaf, _)| leaf).collect();
        for special in &changed {
            let alone: Completion = completion
                .iter()
                .map(|(leaf, value)| (leaf.clone(), value.clone().filter(|_| leaf == *special)))
                .collect();
            let verdict = self.evaluate(policy, rego, self.document(linked, &alone));
            if verdict.outcome != Outcome::Error && verdict.outcome != base.outcome {
                return vec![(*special).clone()];
            }
        }
        changed.into_iter().cloned().collect()
    }

    /// Names what is not known, and what it refers to.
    fn waits_for(&self, leaves: &[Leaf], relevant: &[(usize, Certainty)]) -> String {
        let mut parts: Vec<String> = Vec::new();
        for leaf in leaves {
            let Some(resource) = self.model.resources.get(leaf.at) else { continue };
            let owner =
                if leaf.at == self.at { String::new() } else { format!("{}.", resource.address) };
            let references = references(resource, &leaf.path);
            let source = references.map(|text| format!(" (refers to {text})")).unwrap_or_default();
            parts.push(format!("{owner}{} is known after apply{source}", leaf.path));
        }
        for (to, certainty) in relevant {
            if *certainty == Certainty::May
                && let Some(resource) = self.model.resources.get(*to)
            {
                parts.push(format!("{} may belong to it", resource.address));
            }
        }
        const MOST_NAMED: usize = 4;
        let more = parts.len().saturating_sub(MOST_NAMED);
        parts.truncate(MOST_NAMED);
        let text = parts.join("; ");
        if more > 0 { format!("{text}; and {more} more") } else { text }
    }

    fn document(&self, linked: &[(usize, Certainty)], completion: &Completion) -> RegoValue {
        let mut by_type: BTreeMap<Arc<str>, Vec<RegoValue>> = BTreeMap::new();
        for (to, _) in linked {
            if let Some(resource) = self.model.resources.get(*to) {
                let document = match self.completed(resource, *to, completion) {
                    Some(members) => RegoValue::from(members),
                    None => self.known_link(*to),
                };
                let resource_type = resource.address.resource_type.clone();
                by_type.entry(resource_type).or_default().push(document);
            }
        }
        let members = self.completed(self.resource, self.at, completion);
        let members = members.unwrap_or_else(|| self.known().clone());
        document::with_links(members, &by_type)
    }

    fn known(&self) -> &Members {
        self.known
            .get_or_init(|| document::of(self.resource, self.resource.values.as_ref(), self.reads))
    }

    fn known_link(&self, to: usize) -> RegoValue {
        let links = self.known_links.get_or_init(|| {
            let resources = self
                .linked
                .iter()
                .filter_map(|(to, _)| Some((*to, self.model.resources.get(*to)?)));
            let document = |resource: &Resource| {
                RegoValue::from(document::of(resource, resource.values.as_ref(), self.reads))
            };
            resources.map(|(to, resource)| (to, document(resource))).collect()
        });
        links.get(&to).cloned().unwrap_or(RegoValue::Undefined)
    }

    /// The document of a resource under a completion that changes it.
    fn completed(
        &self,
        resource: &Resource,
        at: usize,
        completion: &Completion,
    ) -> Option<Members> {
        let mut changed: Option<Value> = None;
        for (leaf, value) in completion {
            if let (true, Some(value)) = (leaf.at == at, value) {
                let known = changed.as_ref().or(resource.values.as_ref()).unwrap_or(&Value::Null);
                changed = Some(known.with(&leaf.path.0, value));
            }
        }
        changed.map(|values| document::of(resource, Some(&values), self.reads))
    }

    /// Runs the policy once.
    fn evaluate(&self, policy: &Compiled, rego: &mut Option<Rego>, input: RegoValue) -> Verdict {
        match evaluate(policy, rego, input) {
            Ok(value) => Verdict::read(&value, || self.secrets()),
            Err(reason) => Verdict::error(reason),
        }
    }

    /// The secret strings that a message could hold: those of the subject and its links.
    fn secrets(&self) -> &Secrets {
        self.secrets.get_or_init(|| {
            let linked = self.linked.iter().filter_map(|(to, _)| self.model.resources.get(*to));
            Secrets::of(self.model, linked.chain([self.resource]))
        })
    }
}

fn absent(leaves: &[Leaf]) -> Completion {
    leaves.iter().map(|leaf| (leaf.clone(), None)).collect()
}

/// The longest reference of the argument that `path` lies in.
fn references<'a>(resource: &'a Resource, path: &AttributePath) -> Option<&'a str> {
    let names: Vec<&str> = path
        .0
        .iter()
        .filter_map(|step| match step {
            PathStep::Key(key) => Some(&**key),
            PathStep::Index(_) => None,
        })
        .collect();
    let declared = &resource.declaration.as_ref()?.references;
    let (_, references) = declared
        .iter()
        .find(|(argument, _)| argument.split('.').zip(&names).all(|(a, b)| a == *b))?;
    references.first().map(|reference| &**reference)
}
