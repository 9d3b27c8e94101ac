//! One policy on one resource: the verdict, and why.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::hash::Hash;

use regorus::{Engine as Rego, Value as RegoValue};

use super::alias::Aliases;
use super::compile::Compiled;
use super::derive::{rebuild, table};
use super::document::{ByType, Changes, Document};
use super::evaluate::{Fault, evaluate, evaluate_and_trace};
use super::hop::{Around, Linked};
use super::leaf::{self, Leaf};
use super::link::{Link, Links};
use super::need;
use super::reads::Reads;
use super::release;
use super::shape::{Memory, Outline, Shaper};
use super::trial::Trial;
use super::verdict::Verdict;
use crate::base::Action;
use crate::base::secret::Secrets;
use crate::base::{AttributePath, PathStep};
use crate::finding::Outcome;
use crate::model::{Model, Resource, Value};
use crate::policy::Policy;

/// The resources around one subject, as its policies see them.
pub(super) struct Subject<'a> {
    model: &'a Model,
    links: &'a Links,
    at: usize,
    resource: &'a Resource,
    /// Linked resources.
    linked: &'a [Link],
    /// What the policies for its type read.
    reads: &'a Reads,
    /// Its document, and those of its links, as they are known: built when first needed.
    known: OnceCell<Known>,
    known_links: OnceCell<BTreeMap<usize, Known>>,
    known_further: OnceCell<BTreeMap<usize, Known>>,
    secrets: OnceCell<Secrets>,
    /// What was found for others like it.
    memory: &'a Memory,
}

/// The document of a resource, and what it looks like.
struct Known {
    document: Document,
    outline: Outline,
}

impl<'a> Subject<'a> {
    /// The resource `at`, and those linked to it.
    pub(super) fn new(
        model: &'a Model,
        links: &'a Links,
        at: usize,
        reads: &'a Reads,
        memory: &'a Memory,
    ) -> Option<Self> {
        let resource = model.resources.get(at)?;
        let linked = links.of(at);
        let (known, known_links, known_further, secrets) = Default::default();
        Some(Subject {
            model,
            links,
            at,
            resource,
            linked,
            reads,
            known,
            known_links,
            known_further,
            secrets,
            memory,
        })
    }

    /// Judges the subject by `policy`, with `rego` a clone of its interpreter, in which `assumed` is
    /// assumed.
    pub(super) fn judge(
        &self,
        policy: &Compiled,
        rego: &mut Option<Rego>,
        assumed: &[String],
    ) -> Verdict {
        let metadata = &policy.policy.metadata;
        if self.resource.action == Action::Unknown {
            return self.pending(policy);
        }
        let is_judged = metadata.actions.contains(&self.resource.action)
            && need::of_model(metadata, self.model).is_empty()
            && need::is_met_by(metadata, self.resource);
        if !is_judged || self.resource.deposed.is_some() {
            return Verdict::plain(Outcome::NotApplicable);
        }
        let relevant = self.relevant(policy);
        if let Some(reason) = self.fault(policy, &relevant) {
            return Verdict::error(reason);
        }
        let leaves = self.leaves(policy, &relevant);
        let (relevant, leaves) = relevant.unlike(self, policy, leaves);
        let verdict = Trial::new(self, policy, &relevant, &leaves).judge(rego, assumed);
        match release::unknown(&policy.policy, self.model, self.resource) {
            Some(reason) if verdict.outcome != Outcome::Error => {
                Verdict::undetermined(&verdict, &verdict, reason)
            }
            _ => verdict,
        }
    }

    /// The links to resources of types that `policy` asks for.
    pub(super) fn relevant(&self, policy: &Compiled) -> Around<'a> {
        Around::of(self.model, self.links, self.at, &policy.reads)
    }

    /// All its links, and what is behind them for those policies that ask for it.
    fn around(&self) -> Around<'a> {
        let linked = self.linked.iter().collect();
        Around::beyond(self.model, self.links, self.at, self.reads, linked)
    }

    /// What `policy` may read and nobody knows yet, of the subject and of `relevant`.
    pub(super) fn leaves(&self, policy: &Compiled, relevant: &Around<'_>) -> Vec<Leaf> {
        if policy.policy.metadata.known_only {
            return Vec::new();
        }
        let owners = std::iter::once(self.at).chain(relevant.others());
        let mut leaves: Vec<Leaf> = owners
            .flat_map(|at| leaf::leaves(self.model, at, &policy.reads, at != self.at))
            .collect();
        leaves.iter_mut().for_each(|leaf| self.limit(leaf, policy));
        leaves
    }

    /// Says what the text of a document can become that is not known, as far as its data source says
    /// it.
    fn limit(&self, leaf: &mut Leaf, policy: &Compiled) {
        let Some(resource) = self.resource(leaf.at) else { return };
        let name = leaf.name().unwrap_or_default();
        let Some(kind) = table::kind(&resource.address.resource_type, name) else { return };
        let argument = leaf.path.argument();
        let texts = policy.candidates.texts();
        let parts = rebuild::origins(self.model, self.links, leaf.at, &argument, kind);
        let worlds = parts.iter().flatten().map(|part| part.worlds(kind, &texts));
        match worlds.collect::<Option<Vec<_>>>().filter(|worlds| !worlds.is_empty()) {
            Some(worlds) => leaf.limits.one_of(worlds.into_iter().flatten().collect()),
            None if policy.reads.may_read("derived") => {
                leaf.limits.such_as(policy.candidates.documents(kind));
            }
            None => {}
        }
    }

    /// A text that must hold a document and holds none, where `policy` may read it: nobody can tell
    /// what it would mean.
    fn fault(&self, policy: &Compiled, relevant: &Around<'_>) -> Option<String> {
        if !policy.reads.may_read("derived") {
            return None;
        }
        let owners = std::iter::once(self.at).chain(relevant.others());
        let documents = owners.filter_map(|at| Some((at, &self.known(at)?.document)));
        documents.into_iter().find_map(|(at, document)| {
            let is_read =
                |path: &AttributePath| path.root().is_none_or(|r| policy.reads.may_read(r));
            let (path, fault) = document.faults.iter().find(|(path, _)| is_read(path))?;
            let owner = self.resource(at).filter(|_| at != self.at);
            let owner = owner.map(|owner| format!("{}.", owner.label())).unwrap_or_default();
            Some(format!("{owner}{path} does not hold a document: {fault}"))
        })
    }

    /// The verdict on a resource of which the plan does not say what becomes of it. What is to be
    /// done to it is no matter of this plan.
    fn pending(&self, policy: &Compiled) -> Verdict {
        let metadata = &policy.policy.metadata;
        let is_judged = metadata.actions.contains(&Action::NoOp)
            && !metadata.known_only
            && need::of_model(metadata, self.model).is_empty();
        if !is_judged {
            return Verdict::plain(Outcome::NotApplicable);
        }
        let reason = match &self.resource.action_reason {
            Some(reason) => format!("the plan puts it off ({reason})"),
            None => "it is configured, and not planned".to_owned(),
        };
        Verdict { reason: Some(reason), ..Verdict::plain(Outcome::Undetermined) }
    }

    /// Its index in the model.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// A resource of its model.
    pub(super) fn resource(&self, at: usize) -> Option<&'a Resource> {
        self.model.resources.get(at)
    }

    /// The document of the subject in a world: with the links `linked`, under these `aliases`, and
    /// `completion` in the place of `leaves`.
    pub(super) fn document(
        &self,
        linked: &Linked<'_>,
        aliases: &Aliases,
        leaves: &[Leaf],
        completion: &[Option<Value>],
    ) -> RegoValue {
        let changes = |at: usize| -> Changes<'_> {
            let pairs = leaves.iter().zip(completion).filter(|(leaf, _)| leaf.at == at);
            pairs.filter_map(|(leaf, value)| Some((&leaf.path, value.as_ref()?))).collect()
        };
        let other = |to: usize| {
            let known = self.known(to)?;
            let resource = self.resource(to)?;
            let mut document = known.document.with(resource, &changes(to), self.reads);
            if let Some(alias) = aliases.of(to) {
                document.call(alias);
            }
            Some((&resource.address.resource_type, document))
        };
        let mut by_type = ByType::new();
        for (to, via) in &linked.first {
            let Some((resource_type, mut document)) = other(*to) else { continue };
            if self.reads.links_of.contains_key(&**resource_type) {
                let mut behind = ByType::new();
                for (to, via) in linked.behind(*to) {
                    let Some((resource_type, document)) = other(*to) else { continue };
                    let document = document.via(via, self.reads);
                    behind.entry(resource_type.clone()).or_default().push(document);
                }
                document.hold(&behind);
            }
            by_type.entry(resource_type.clone()).or_default().push(document.via(via, self.reads));
        }
        let known = &self.own().document;
        known.with(self.resource, &changes(self.at), self.reads).linked(&by_type)
    }

    /// The document of the subject with all its links, and everything unknown absent.
    pub(super) fn known_document(&self) -> RegoValue {
        let linked = Linked::of(self.around().parts(true).iter());
        self.document(&linked, &Aliases::default(), &[], &[])
    }

    fn own(&self) -> &Known {
        self.known.get_or_init(|| self.outlined(Document::of(self.resource, self.reads)))
    }

    /// What is known of the subject, or of one of its links.
    fn known(&self, at: usize) -> Option<&Known> {
        if at == self.at {
            return Some(self.own());
        }
        let links = self.known_links.get_or_init(|| self.companions(self.linked.iter()));
        links.get(&at).or_else(|| self.known_further().get(&at))
    }

    /// What is known of the links of its links.
    fn known_further(&self) -> &BTreeMap<usize, Known> {
        self.known_further.get_or_init(|| {
            let further = self.around().further;
            self.companions(further.iter().map(|further| further.link))
        })
    }

    fn companions<'b>(&self, links: impl Iterator<Item = &'b Link>) -> BTreeMap<usize, Known> {
        let resources = links.filter_map(|link| Some((link.to, self.resource(link.to)?)));
        let resources: BTreeMap<usize, &Resource> = resources.collect();
        let known = resources.into_iter().map(|(to, resource)| {
            (to, self.outlined(Document::of_companion(resource, self.reads)))
        });
        known.collect()
    }

    fn outlined(&self, document: Document) -> Known {
        let outline = Outline::of(document.value(), self.memory);
        Known { document, outline }
    }

    /// What was found for others like it.
    pub(super) fn memory(&self) -> &'a Memory {
        self.memory
    }

    /// Writes everything that `reads` can read of the subject, or of one of its links.
    pub(super) fn write_shape(&self, at: usize, reads: &Reads, shaper: &mut Shaper) {
        if let (Some(resource), Some(known)) = (self.resource(at), self.known(at)) {
            (&resource.address.resource_type, resource.action).hash(shaper);
            match at == self.at {
                true => known.outline.write_subject(reads, shaper),
                false => known.outline.write_linked(reads, shaper),
            }
        }
    }

    /// Writes everything that `reads` can read of a link, and of the resource that it leads to.
    pub(super) fn write_link(&self, link: &Link, reads: &Reads, shaper: &mut Shaper) {
        self.write_shape(link.to, reads, shaper);
        for via in &link.via {
            (via.side.as_str(), &via.attribute, via.certainty).hash(shaper);
        }
    }

    /// Runs the policy once.
    pub(super) fn evaluate(
        &self,
        policy: &Compiled,
        rego: &mut Option<Rego>,
        input: RegoValue,
    ) -> Result<RegoValue, Fault> {
        evaluate(policy, rego, input, &self.model.secrets)
    }

    /// Runs the policy once, and says what it came to read; None where that is not known.
    pub(super) fn trace(
        &self,
        policy: &Compiled,
        rego: &mut Option<Rego>,
        input: RegoValue,
    ) -> (Result<RegoValue, Fault>, Option<Reads>) {
        evaluate_and_trace(policy, rego, input, &self.model.secrets)
    }

    /// The verdict of what the policy said, without secrets.
    pub(super) fn read(&self, policy: &Compiled, value: &RegoValue) -> Verdict {
        let mut verdict = Verdict::read(value, |text| {
            spoken(&policy.policy, self.model, text, || self.secrets())
        });
        let holds = |path: &AttributePath| {
            let values = [&self.resource.values, &self.resource.before].into_iter().flatten();
            values.into_iter().any(|value| value.at(&path.0).is_some())
        };
        let attributes = verdict.violations.iter_mut().filter_map(|v| v.attribute.as_mut());
        for path in attributes.filter(|path| !holds(path)) {
            // No member is called so: the policy may have made the names of values.
            for step in &mut path.0 {
                if let PathStep::Key(key) = step {
                    *key = spoken(&policy.policy, self.model, key, || self.secrets()).into();
                }
            }
        }
        verdict
    }

    /// The secrets of the subject and its links: short ones are likely what they look like in what
    /// is said of these.
    fn secrets(&self) -> &Secrets {
        self.secrets.get_or_init(|| {
            let others = self.around().others();
            let linked = others.into_iter().filter_map(|at| self.resource(at));
            let mut secrets = Secrets::default();
            for resource in linked.chain([self.resource]) {
                resource.add_secrets(self.model.marks_every_secret, &mut secrets);
            }
            secrets
        })
    }
}

/// `text`, as `policy` said it of `model`, without secrets; the short ones are those in `near`. The
/// policy's own words and the addresses of resources hold none.
pub(super) fn spoken<'a>(
    policy: &Policy,
    model: &'a Model,
    text: &str,
    near: impl FnOnce() -> &'a Secrets,
) -> String {
    if model.secrets.is_empty() {
        return text.to_owned();
    }
    let near = near();
    if policy.says(text) && !near.contains(text) {
        return text.to_owned();
    }
    let clean = model.secrets.clean_made(text, near);
    let is_of = |resource: &Resource| {
        text.contains(&*resource.address.resource_type) && resource.label() == text
    };
    let is_address = || model.resources.iter().any(is_of);
    if clean == text || is_address() { text.to_owned() } else { clean }
}
