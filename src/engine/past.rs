//! A resource as it was before the plan, as far as the plan tells.

use std::sync::Arc;

use crate::base::{Action, Mode};
use crate::model::{Declaration, Object, Resource, Value, constant, write_only};

/// The resource as it was.
pub(super) fn was(resource: &Resource, touched: bool, reads_before: bool) -> Resource {
    if resource.deposed.is_some() {
        return gone(resource);
    }
    let values = match resource.address.mode {
        // A data source that is read while planning has no past.
        Mode::Data if !touched => resource.values.clone(),
        _ => resource.before.clone(),
    };
    let Some(values) = values else { return gone(resource) };
    let declaration = resource.declaration.as_ref().map(|declaration| {
        if touched { Arc::new(declared(declaration, resource)) } else { declaration.clone() }
    });
    let mut was = Resource {
        action: Action::NoOp,
        before: reads_before.then(|| values.clone()),
        values: Some(values),
        sensitive: resource.sensitive.clone(),
        declaration,
        previous_address: resource.previous_address.clone(),
        ..bare(resource)
    };
    write_only::mark(&mut was);
    was
}

/// A resource that was not there: it is no subject, and takes part in no link.
pub(super) fn gone(resource: &Resource) -> Resource {
    Resource { action: Action::Delete, ..bare(resource) }
}

fn bare(resource: &Resource) -> Resource {
    Resource {
        address: resource.address.clone(),
        deposed: resource.deposed.clone(),
        previous_address: None,
        provider: resource.provider.clone(),
        action: resource.action,
        action_reason: None,
        importing: false,
        tainted: false,
        replace_paths: Vec::new(),
        values: None,
        before: None,
        unknown: Vec::new(),
        refinements: Vec::new(),
        sensitive: Vec::new(),
        declaration: None,
        span: resource.span,
        header: resource.header,
    }
}

/// What the block said before, as far as today's block tells: an argument whose value changes
/// need not have led where it leads now, and one that had no value was not written.
fn declared(declaration: &Declaration, resource: &Resource) -> Declaration {
    let references =
        declaration.references.iter().filter(|(argument, _)| is_kept(resource, root(argument)));
    let was_given = |name: &str| {
        let before = resource.before.as_ref().and_then(|before| before.get(name));
        before.is_some_and(|value| *value != Value::Null)
    };
    let written = declaration.arguments.as_object().into_iter().flatten();
    let written = written.filter(|(name, _)| was_given(name) || is_kept(resource, name));
    let written: Vec<(Arc<str>, Value)> = written.cloned().collect();
    Declaration {
        arguments: Object::new(written).map(Value::Object).unwrap_or_default(),
        references: references.cloned().collect(),
        constants: constants(declaration, resource),
        ..declaration.clone()
    }
}

/// What is constant, with all that changes.
fn constants(declaration: &Declaration, resource: &Resource) -> Vec<Arc<str>> {
    let changed = constant::written(&declaration.arguments);
    let changed = changed.into_iter().filter(|path| !is_kept(resource, root(path)));
    kept_constants(declaration, resource).chain(changed).collect()
}

fn kept_constants(
    declaration: &Declaration,
    resource: &Resource,
) -> impl Iterator<Item = Arc<str>> {
    let constants = declaration.constants.iter();
    constants.filter(|path| is_kept(resource, root(path))).cloned()
}

fn root(path: &str) -> &str {
    path.split('.').next().unwrap_or_default()
}

/// True for an argument whose value the plan does not change.
fn is_kept(resource: &Resource, root: &str) -> bool {
    let before = resource.before.as_ref().and_then(|values| values.get(root));
    let after = resource.values.as_ref().and_then(|values| values.get(root));
    !resource.unknown.iter().any(|path| path.root().is_none_or(|unknown| unknown == root))
        && before == after
}

/// What stands for references of which nobody knows where they led.
const SOMEWHERE: &str = "?";

/// `told`, what a block said before, had the arguments that change referred to what they refer to
/// `today`, and to something that nobody knows.
pub(super) fn told_otherwise(
    told: &Declaration,
    today: &Declaration,
    resource: &Resource,
) -> Declaration {
    let mut references = today.references.clone();
    let written = today.arguments.as_object().into_iter().flatten().map(|(name, _)| name);
    for name in written.filter(|name| !is_kept(resource, name)) {
        references.push((name.clone(), vec![Arc::from(SOMEWHERE)]));
    }
    Declaration { references, constants: kept_constants(today, resource).collect(), ..told.clone() }
}
