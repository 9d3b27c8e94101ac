//! The document that a policy of the whole plan sees as `input`: a public contract, described in
//! `docs/plan-policies.md`. What is known that nobody reads is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use regorus::Value as Rego;

use super::parts::Parts;
use crate::base::{AttributePath, Mode, PathStep};
use crate::engine::document::{Changes, Document, convert};
use crate::engine::leaf::Leaf;
use crate::engine::reads::Reads;
use crate::model::{Model, Resource, Value};

type Members = BTreeMap<Rego, Rego>;

/// The documents of a plan and its resources, as they are known.
pub(super) struct PlanDocument<'a> {
    model: &'a Model,
    reads: &'a Reads,
    pub(super) parts: Parts,
    resources: Vec<Document>,
    /// Where the document of each resource stands among those of its type.
    places: Vec<(Arc<str>, usize)>,
    /// The whole, as it is known; worlds share what they leave as it is.
    known: Members,
}

impl<'a> PlanDocument<'a> {
    /// The documents of `model` for those who read `reads`.
    pub(super) fn new(model: &'a Model, reads: &'a Reads) -> Self {
        let are_read = reads.may_read("resources") || reads.may_read("by_type");
        let resources: &[Resource] = if are_read { &model.resources } else { &[] };
        let drift: &[Resource] = if reads.may_read("drift") { &model.drift } else { &[] };
        let drift = drift.iter().map(|resource| Document::of(resource, reads).into_value());
        let mut document = PlanDocument {
            model,
            reads,
            parts: Parts::of(model),
            resources: resources.iter().map(|resource| Document::of(resource, reads)).collect(),
            places: Vec::new(),
            known: Members::new(),
        };
        document.known = document.part_members();
        document.known.insert("drift".into(), Rego::from(drift.collect::<Vec<_>>()));
        document.put_resources();
        document
    }

    /// Puts the documents of the resources into the whole, by address and by type.
    fn put_resources(&mut self) {
        let mut by_address = Members::new();
        let mut by_type: BTreeMap<Arc<str>, Vec<Rego>> = BTreeMap::new();
        for (resource, known) in self.model.resources.iter().zip(&self.resources) {
            let document = known.value().clone();
            let name = type_key(resource);
            let alike = by_type.entry(name.clone()).or_default();
            self.places.push((name, alike.len()));
            alike.push(document.clone());
            by_address.insert(resource.label().into(), document);
        }
        let by_type = by_type.into_iter().map(|(name, all)| (Rego::String(name), Rego::from(all)));
        self.known.insert("by_type".into(), Rego::from(by_type.collect::<Members>()));
        self.known.insert("resources".into(), Rego::from(by_address));
    }

    /// The document in a world where `completion` stands in the place of `leaves`. Those whose
    /// owner is no resource are of the parts.
    pub(super) fn with(&self, leaves: &[Leaf], completion: &[Option<Value>]) -> Rego {
        let mut changes: BTreeMap<usize, Changes<'_>> = BTreeMap::new();
        for (leaf, value) in leaves.iter().zip(completion) {
            if let Some(value) = value {
                changes.entry(leaf.at).or_default().push((&leaf.path, value));
            }
        }
        let mut members = self.known.clone();
        for (at, changes) in changes {
            match (self.model.resources.get(at), self.resources.get(at), self.places.get(at)) {
                (Some(resource), Some(known), Some(place)) => {
                    let document = known.with(resource, &changes, self.reads).into_value();
                    put_resource(&mut members, resource, place, document);
                }
                (None, ..) => self.put_parts(&mut members, &changes),
                // Nobody reads resources.
                _ => {}
            }
        }
        Rego::from(members)
    }

    /// Puts the parts with `changes` in the place of what is known of them.
    fn put_parts(&self, members: &mut Members, changes: &Changes<'_>) {
        let mut values = self.parts.values.clone();
        for (path, value) in changes {
            values = values.with(&path.0, value);
        }
        let roots: BTreeSet<&str> = changes.iter().filter_map(|(path, _)| path.root()).collect();
        for root in roots.into_iter().filter(|root| self.reads.may_read(root)) {
            match values.get(root).filter(|value| **value != Value::Null) {
                Some(value) => drop(members.insert(root.into(), convert(value))),
                None => drop(members.remove(&root.into())),
            }
        }
    }

    /// The parts, as they are known.
    fn part_members(&self) -> Members {
        let members = self.parts.values.as_object().into_iter().flatten();
        let read =
            members.filter(|(name, value)| *value != Value::Null && self.reads.may_read(name));
        read.map(|(name, value)| (Rego::String(name.clone()), convert(value))).collect()
    }

    /// The paths of the parts that are not known and that may matter to those who read `reads`.
    pub(super) fn unknown_parts(&self, reads: &Reads) -> Vec<&AttributePath> {
        let is_asked_for = |path: &&AttributePath| match path.0.as_slice() {
            [PathStep::Key(root), .., PathStep::Key(last)] => {
                reads.may_read(root) && reads.may_read(last)
            }
            _ => true,
        };
        self.parts.unknown.iter().filter(is_asked_for).collect()
    }
}

/// Puts the document of one resource in the place of the one that is there.
fn put_resource(
    members: &mut Members,
    resource: &Resource,
    (name, number): &(Arc<str>, usize),
    document: Rego,
) {
    let by_type = members.get_mut(&"by_type".into()).and_then(|all| all.as_object_mut().ok());
    let alike = by_type.and_then(|all| all.get_mut(&Rego::String(name.clone())));
    let alike = alike.and_then(|alike| alike.as_array_mut().ok());
    if let Some(place) = alike.and_then(|alike| alike.get_mut(*number)) {
        *place = document.clone();
    }
    let by_address = members.get_mut(&"resources".into());
    if let Some(by_address) = by_address.and_then(|all| all.as_object_mut().ok()) {
        by_address.insert(resource.label().into(), document);
    }
}

/// `aws_s3_bucket`, and `data.aws_s3_bucket` for a data source.
fn type_key(resource: &Resource) -> Arc<str> {
    let address = &resource.address;
    match address.mode {
        Mode::Managed => address.resource_type.clone(),
        mode => Arc::from(format!("{}{}", mode.prefix(), address.resource_type)),
    }
}
