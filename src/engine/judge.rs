//! One policy on one resource: the verdict, and why.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use regorus::{Engine as Rego, Value as RegoValue};

use super::compile::Compiled;
use super::document::{Changes, Document};
use super::evaluate::evaluate;
use super::leaf::{self, Leaf};
use super::link::{Certainty, Links};
use super::reads::Reads;
use super::secret::Secrets;
use super::trial::Trial;
use super::verdict::Verdict;
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
    known: OnceCell<Document>,
    known_links: OnceCell<BTreeMap<usize, Document>>,
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
        let mut leaves = leaf::leaves(self.at, self.resource, &policy.reads);
        for (to, _) in &relevant {
            if let Some(linked) = self.model.resources.get(*to) {
                leaves.extend(leaf::leaves(*to, linked, &policy.reads));
            }
        }
        let has_may_links = relevant.iter().any(|(_, certainty)| *certainty == Certainty::May);
        if leaves.is_empty() && !has_may_links {
            let input = self.document(&relevant, &[], &[]);
            return self.evaluate(policy, rego, input);
        }
        Trial::new(self, policy, &relevant, &leaves).judge(rego)
    }

    /// Its index in the model.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// A resource of its model.
    pub(super) fn resource(&self, at: usize) -> Option<&'a Resource> {
        self.model.resources.get(at)
    }

    /// The document of the subject in a world: with the links `linked`, and `completion` in the
    /// place of `leaves`.
    pub(super) fn document(
        &self,
        linked: &[(usize, Certainty)],
        leaves: &[Leaf],
        completion: &[Option<Value>],
    ) -> RegoValue {
        let changes = |at: usize| -> Changes<'_> {
            let pairs = leaves.iter().zip(completion).filter(|(leaf, _)| leaf.at == at);
            pairs.filter_map(|(leaf, value)| Some((&leaf.path, value.as_ref()?))).collect()
        };
        let mut by_type: BTreeMap<Arc<str>, Vec<RegoValue>> = BTreeMap::new();
        for (to, _) in linked {
            if let Some(resource) = self.model.resources.get(*to) {
                let changes = changes(*to);
                let Some(known) = self.known_link(*to) else { continue };
                let document = known.with(resource, &changes, self.reads).into_value();
                let resource_type = resource.address.resource_type.clone();
                by_type.entry(resource_type).or_default().push(document);
            }
        }
        self.known().with(self.resource, &changes(self.at), self.reads).linked(&by_type)
    }

    fn known(&self) -> &Document {
        self.known.get_or_init(|| Document::of(self.resource, self.reads))
    }

    fn known_link(&self, to: usize) -> Option<&Document> {
        let links = self.known_links.get_or_init(|| {
            let resources = self
                .linked
                .iter()
                .filter_map(|(to, _)| Some((*to, self.model.resources.get(*to)?)));
            resources.map(|(to, resource)| (to, Document::of(resource, self.reads))).collect()
        });
        links.get(&to)
    }

    /// Runs the policy once.
    pub(super) fn evaluate(
        &self,
        policy: &Compiled,
        rego: &mut Option<Rego>,
        input: RegoValue,
    ) -> Verdict {
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
