//! Where a value comes from that an attribute takes over from a variable or a local.

use std::sync::Arc;

use super::block::Attribute;
use super::expression::{Expression, Reference, Shape, Step};
use super::locate::{RelatedPlace, Role};
use super::place::{self, SourcePlace};
use super::tree::SourceTree;
use crate::base::PathStep;

/// How many variables and locals a value is followed through.
const LONGEST_WAY: usize = 16;

/// Adds the places that an expression in the module at `key` gets its value from, nearest
/// first, as long as there is no choice; `rest` leads on into the value.
pub(super) fn follow(
    tree: &SourceTree,
    key: &str,
    expression: &Expression,
    rest: &[PathStep],
    related: &mut Vec<RelatedPlace>,
) {
    let mut key = key.to_owned();
    let mut next = as_reference(expression).cloned();
    let mut rest = rest.to_vec();
    for _ in 0..LONGEST_WAY {
        let Some(reference) = next else { return };
        let path: Vec<PathStep> =
            reference.steps.iter().skip(1).map(path_step).chain(rest).collect();
        let Some(origin) = origin(tree, &key, &reference) else { return };
        let (place, role) = match origin {
            Origin::Unset(place) => {
                related.push(RelatedPlace { place, role: Role::Variable });
                return;
            }
            Origin::Written { attribute, role, key: inside } => {
                let found = place::find_in_attribute(attribute, &path, None);
                let (expression, left) = found.value.unzip();
                next = expression.and_then(as_reference).cloned();
                rest = left.unwrap_or_default().to_vec();
                key = inside;
                (found.place, role)
            }
        };
        let is_same = |known: &RelatedPlace| {
            known.place.span == place.span && known.place.source.name() == place.source.name()
        };
        if related.iter().any(is_same) {
            return;
        }
        related.push(RelatedPlace { place, role });
    }
}

/// Where a variable or a local gets its value.
enum Origin<'a> {
    /// From an attribute, in the module at `key`.
    Written { attribute: &'a Attribute, role: Role, key: String },
    /// From outside of the source; this is its declaration.
    Unset(SourcePlace),
}

fn origin<'a>(tree: &'a SourceTree, key: &str, reference: &Reference) -> Option<Origin<'a>> {
    let module = &tree.module_at(key)?.module;
    let name = reference.name()?;
    let here = |attribute, role| Origin::Written { attribute, role, key: key.to_owned() };
    if &*reference.root == "local" {
        return Some(here(module.local(name)?, Role::Local));
    }
    if &*reference.root != "var" {
        return None;
    }
    let variable = module.variable(name)?;
    let default = variable.body.attribute("default");
    if key.is_empty() {
        let unset = || Origin::Unset(SourcePlace::block(variable));
        return Some(default.map_or_else(unset, |default| here(default, Role::Variable)));
    }
    let (parent, call) = key.rsplit_once('.').unwrap_or(("", key));
    match tree.module_at(parent)?.module.call(call)?.body.attribute(name) {
        Some(attribute) => {
            Some(Origin::Written { attribute, role: Role::Argument, key: parent.to_owned() })
        }
        None => Some(here(default?, Role::Default)),
    }
}

/// The reference that an expression is, if it is nothing else.
fn as_reference(expression: &Expression) -> Option<&Reference> {
    match &expression.shape {
        Shape::Reference(reference) => Some(reference),
        _ => None,
    }
}

fn path_step(step: &Step) -> PathStep {
    match step {
        Step::Attribute(name) | Step::Key(name) => PathStep::Key(Arc::clone(name)),
        Step::Index(index) => PathStep::Index(usize::try_from(*index).unwrap_or(usize::MAX)),
    }
}
