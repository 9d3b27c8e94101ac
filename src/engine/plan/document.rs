//! The document that a policy of the whole plan sees as `input`: a public contract, described in
//! `docs/plan-policies.md`. What is known that nobody reads is left out.

use std::collections::BTreeMap;
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
    drift: Rego,
}

impl<'a> PlanDocument<'a> {
    /// The documents of `model` for those who read `reads`.
    pub(super) fn new(model: &'a Model, reads: &'a Reads) -> Self {
        let are_read = reads.may_read("resources") || reads.may_read("by_type");
        let resources: &[Resource] = if are_read { &model.resources } else { &[] };
        let drift: &[Resource] = if reads.may_read("drift") { &model.drift } else { &[] };
        let drift = drift.iter().map(|resource| Document::of(resource, reads).into_value());
        PlanDocument {
            model,
            reads,
            parts: Parts::of(model),
            resources: resources.iter().map(|resource| Document::of(resource, reads)).collect(),
            drift: Rego::from(drift.collect::<Vec<_>>()),
        }
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
        let mut members = self.part_members(changes.get(&self.model.resources.len()));
        let mut resources = Members::new();
        let mut by_type: BTreeMap<Arc<str>, Vec<Rego>> = BTreeMap::new();
        for (at, (resource, known)) in self.model.resources.iter().zip(&self.resources).enumerate()
        {
            let none = Changes::new();
            let changes = changes.get(&at).unwrap_or(&none);
            let document = known.with(resource, changes, self.reads).into_value();
            by_type.entry(type_key(resource)).or_default().push(document.clone());
            resources.insert(resource.label().into(), document);
        }
        let by_type = by_type.into_iter().map(|(name, all)| (Rego::String(name), Rego::from(all)));
        members.insert("by_type".into(), Rego::from(by_type.collect::<Members>()));
        members.insert("resources".into(), Rego::from(resources));
        members.insert("drift".into(), self.drift.clone());
        Rego::from(members)
    }

    fn part_members(&self, changes: Option<&Changes<'_>>) -> Members {
        let mut values = self.parts.values.clone();
        for (path, value) in changes.into_iter().flatten() {
            values = values.with(&path.0, value);
        }
        let members = values.as_object().into_iter().flatten();
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

/// `aws_s3_bucket`, and `data.aws_s3_bucket` for a data source.
fn type_key(resource: &Resource) -> Arc<str> {
    let address = &resource.address;
    match address.mode {
        Mode::Managed => address.resource_type.clone(),
        mode => Arc::from(format!("{}{}", mode.prefix(), address.resource_type)),
    }
}
