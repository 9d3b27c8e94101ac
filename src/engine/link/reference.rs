//! Links by references of the configuration, followed through modules to instances.
//!
//! Terraform lists the references of an expression flat, each followed by its shorter forms:
//! `["aws_subnet.a[0].id", "aws_subnet.a[0]", "aws_subnet.a"]`. How they are combined is not
//! said, so a scalar argument with several candidates is a link that may exist.

use std::sync::Arc;

use super::{Certainty, Found, Index, Mention};
use crate::base::{InstanceKey, Mode, ModuleAddress, ModuleStep, PathStep};
use crate::engine::derive::rebuild::DATA_SOURCE;
use crate::model::{References, Resource, Value, Written};

/// How many modules and repetitions a reference is followed through.
const LONGEST_WAY: usize = 32;

/// The resources that the arguments of resource `at` refer to.
pub(super) fn links(index: &Index<'_>, at: usize) -> Found {
    let mut found = Found::new();
    let Some(resource) = index.resource(at) else { return found };
    let Some(declaration) = &resource.declaration else { return found };
    for (argument, references) in &declaration.references {
        let scope = Scope {
            module: resource.address.module.clone(),
            key: resource.address.key.clone(),
            repetition: &declaration.repetition,
        };
        let mut targets = Targets::default();
        resolve_all(index, &scope, references, LONGEST_WAY, &mut targets);
        if targets.found.is_empty() && targets.is_opaque && is_unknown(resource, argument) {
            guess(index, resource, argument, &mut targets);
        }
        let certainty = certainty(resource, argument, &targets);
        let wanted = targets.found.iter().filter(|(to, _)| index.wants(at, *to));
        found.extend(wanted.map(|(to, exact)| Mention {
            from: at,
            to: *to,
            attribute: Some(argument.clone()),
            certainty: certainty.min(*exact),
        }));
    }
    found
}

/// Where the document in an argument comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Origin {
    /// The data sources that the references lead to, in their order.
    pub(in crate::engine) documents: Vec<usize>,
    /// There is one, and nothing else that is referred to.
    pub(in crate::engine) is_alone: bool,
    /// How it is written, where that is more than a reference.
    pub(in crate::engine) written: Option<Written>,
}

/// Where the documents in `argument` of resource `at` come from: one entry for each time that it is
/// written, and for each of the alternatives of a condition.
pub(super) fn origins(index: &Index<'_>, at: usize, argument: &str) -> Vec<Origin> {
    let Some(resource) = index.resource(at) else { return Vec::new() };
    let Some(declaration) = &resource.declaration else { return Vec::new() };
    let mut origins = Vec::new();
    let written = declaration.written.iter().filter(|(name, _)| **name == *argument);
    let references = declaration.references.iter().filter(|(name, _)| **name == *argument);
    if written.clone().count() == 0 {
        origins.extend(references.map(|(_, references)| origin(index, resource, references)));
    } else if written.clone().count() == references.count() {
        written.for_each(|(_, written)| alternatives(index, resource, written, &mut origins));
    }
    origins
}

fn alternatives(
    index: &Index<'_>,
    resource: &Resource,
    written: &Written,
    found: &mut Vec<Origin>,
) {
    match written {
        Written::Choice(all) => {
            all.iter().for_each(|one| alternatives(index, resource, one, found));
        }
        Written::Reference(references) => found.push(origin(index, resource, references)),
        other => {
            let written = Some(other.clone());
            found.push(Origin { documents: Vec::new(), is_alone: false, written });
        }
    }
}

fn origin(index: &Index<'_>, resource: &Resource, references: &References) -> Origin {
    let none = References::new();
    let repetition = resource.declaration.as_ref().map_or(&none, |d| &d.repetition);
    let (module, key) = (resource.address.module.clone(), resource.address.key.clone());
    let mut targets = Targets::default();
    let scope = Scope { module, key, repetition };
    resolve_all(index, &scope, references, LONGEST_WAY, &mut targets);
    let is_document = |at: usize| index.resource(at).is_some_and(is_document);
    let found = targets.found.iter();
    let documents = found.filter(|(to, exact)| *exact == Certainty::Exact && is_document(*to));
    let mut documents: Vec<usize> = documents.map(|(to, _)| *to).collect();
    let mut seen = std::collections::HashSet::new();
    documents.retain(|at| seen.insert(*at));
    let is_alone = documents.len() == 1 && targets.found.len() == 1 && !targets.is_mixed;
    Origin { documents, is_alone: is_alone && !targets.is_opaque, written: None }
}

/// True for the data sources that documents are made with.
pub(super) fn is_document(resource: &Resource) -> bool {
    resource.address.mode == Mode::Data && *resource.address.resource_type == *DATA_SOURCE
}

/// Where an expression stands: its module instance, the key of the instance it belongs to,
/// and what that instance is repeated over.
struct Scope<'a> {
    module: ModuleAddress,
    key: Option<InstanceKey>,
    repetition: &'a References,
}

/// What references came to.
#[derive(Default)]
struct Targets {
    found: Vec<(usize, Certainty)>,
    /// Something could not be followed, such as a local value.
    is_opaque: bool,
    /// On the way there was an expression that refers to several things, or to a part of a thing.
    is_mixed: bool,
}

/// Several resources in an argument that takes one value: something chooses among them.
fn certainty(resource: &Resource, argument: &str, targets: &Targets) -> Certainty {
    let mut candidates: Vec<usize> = targets.found.iter().map(|(at, _)| *at).collect();
    candidates.sort_unstable();
    candidates.dedup();
    if candidates.len() > 1 && !takes_many(resource, argument) {
        Certainty::May
    } else {
        Certainty::Exact
    }
}

/// True for an argument that holds a list, by its value or else by its name.
fn takes_many(resource: &Resource, argument: &str) -> bool {
    let value = resource.values.as_ref().and_then(|values| {
        argument.split('.').try_fold(values, |value, step| match value {
            Value::Array(elements) => elements.first()?.get(step),
            other => other.get(step),
        })
    });
    match value {
        Some(Value::Array(_)) => true,
        Some(Value::Null) | None => argument.ends_with('s'),
        Some(_) => false,
    }
}

fn is_unknown(resource: &Resource, argument: &str) -> bool {
    resource.unknown.iter().any(|path| {
        let names = path.0.iter().filter_map(|step| match step {
            PathStep::Key(key) => Some(&**key),
            PathStep::Index(_) => None,
        });
        argument.split('.').zip(names).all(|(a, b)| a == b)
    })
}

/// The most resources that one reference is taken to perhaps lead to.
const MOST_GUESSED: usize = 64;

/// Behind what cannot be followed may stand any resource that the argument is called after: one that
/// is to be made, or one that a data source finds during apply. Those of the same module come first.
fn guess(index: &Index<'_>, resource: &Resource, argument: &str, targets: &mut Targets) {
    let candidates = index.called(argument).filter(|&to| {
        index.resource(to).is_some_and(|target| {
            target.address != resource.address && target.provider == resource.provider
        })
    });
    let is_near = |&to: &usize| {
        index.resource(to).is_some_and(|target| target.address.module == resource.address.module)
    };
    let (near, far): (Vec<usize>, Vec<usize>) = candidates.partition(is_near);
    let guessed = near.into_iter().chain(far).take(MOST_GUESSED);
    targets.found.extend(guessed.map(|to| (to, Certainty::May)));
}

fn resolve_all(
    index: &Index<'_>,
    scope: &Scope<'_>,
    references: &References,
    way: usize,
    targets: &mut Targets,
) {
    let mut longest: &str = "";
    let mut subjects = 0;
    for reference in references {
        let is_shorter_form =
            longest.starts_with(&**reference) && longest[reference.len()..].starts_with(['.', '[']);
        if !is_shorter_form {
            longest = reference;
            subjects += usize::from(!is_key(longest));
            resolve(index, scope, references, longest, way, targets);
        }
    }
    targets.is_mixed |= subjects > 1;
}

/// Follows one reference. Where the way ends without a resource there is none.
fn resolve(
    index: &Index<'_>,
    scope: &Scope<'_>,
    siblings: &References,
    reference: &str,
    way: usize,
    targets: &mut Targets,
) {
    let Some(way) = way.checked_sub(1) else {
        targets.is_opaque = true;
        return;
    };
    let (root, rest) = reference.split_once('.').unwrap_or((reference, ""));
    match root {
        "var" => variable(index, scope, rest, way, targets),
        "module" => module_output(index, scope, siblings, rest, way, targets),
        "each" if rest.starts_with("value") => {
            let before = targets.found.len();
            resolve_all(index, scope, scope.repetition, way, targets);
            keep_key(index, scope.key.as_ref(), before, targets);
        }
        "local" => targets.is_opaque = true,
        "each" | "count" | "path" | "self" | "terraform" => {}
        "data" => block(index, scope, siblings, reference, 3, targets),
        _ => block(index, scope, siblings, reference, 2, targets),
    }
}

/// `var.NAME`: what the caller passes.
fn variable(index: &Index<'_>, scope: &Scope<'_>, rest: &str, way: usize, targets: &mut Targets) {
    let Some((step, parents)) = scope.module.0.split_last() else {
        targets.is_opaque = true;
        return;
    };
    let parent = ModuleAddress(parents.to_vec());
    let configuration = index.model.configuration.as_ref();
    let call = configuration.and_then(|c| c.module(&parent)?.calls.get(&step.name));
    let name = rest.split(['.', '[']).next().unwrap_or_default();
    let Some(call) = call else {
        targets.is_opaque = true;
        return;
    };
    let Some(references) = call.arguments.get(name) else {
        targets.is_opaque = true;
        return;
    };
    let scope = Scope { module: parent, key: step.key.clone(), repetition: &call.repetition };
    resolve_all(index, &scope, references, way, targets);
}

/// `module.NAME[KEY].OUTPUT`: what the module's output refers to.
fn module_output(
    index: &Index<'_>,
    scope: &Scope<'_>,
    siblings: &References,
    rest: &str,
    way: usize,
    targets: &mut Targets,
) {
    let Some((name, key, rest)) = name_and_key(rest) else { return };
    let configuration = index.model.configuration.as_ref();
    let call = configuration.and_then(|c| c.module(&scope.module)?.calls.get(name));
    let output = rest.trim_start_matches('.').split(['.', '[']).next().unwrap_or_default();
    let Some(call) = call else {
        targets.is_opaque = true;
        return;
    };
    let Some(references) = call.module.outputs.get(output) else {
        targets.is_opaque |= !rest.is_empty();
        return;
    };
    let keys = match key {
        Some(key) => vec![Some(key)],
        None if follows_key(siblings) => vec![scope.key.clone()],
        None => index.keys_of(&scope.module, name),
    };
    let many = keys.len() > 1;
    for key in keys {
        let mut module = scope.module.clone();
        module.0.push(ModuleStep { name: Arc::from(name), key });
        let inner = Scope { module, key: None, repetition: &call.repetition };
        let before = targets.found.len();
        resolve_all(index, &inner, references, way, targets);
        if many {
            weaken(before, targets);
        }
    }
}

/// `TYPE.NAME[KEY]…`, with `data.` before it for data sources.
fn block(
    index: &Index<'_>,
    scope: &Scope<'_>,
    siblings: &References,
    reference: &str,
    words: usize,
    targets: &mut Targets,
) {
    let mut rest = reference;
    let mut names = Vec::new();
    let mut key = None;
    for _ in 0..words {
        let Some((name, found, after)) = name_and_key(rest) else { return };
        names.push(name);
        key = found;
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    let mut path = String::new();
    scope.module.names().for_each(|name| {
        path.push_str("module.");
        path.push_str(name);
        path.push('.');
    });
    path.push_str(&names.join("."));
    let Some(all) = index.by_block.get(&path) else {
        // Its own identity leads nowhere else; any other attribute may hand on what it refers to.
        let attribute = rest.split(['.', '[']).next().unwrap_or_default();
        let is_identity = matches!(attribute, "" | "id" | "arn" | "name" | "self_link");
        targets.is_opaque |= words > 2 || !is_identity;
        return;
    };
    let in_scope = all.iter().copied().filter(|&at| {
        index.resource(at).is_some_and(|resource| resource.address.module == scope.module)
    });
    let candidates: Vec<usize> = in_scope.collect();
    if candidates.iter().any(|&at| index.resource(at).is_some_and(is_document)) {
        let attribute = rest.split(['.', '[']).next().unwrap_or_default();
        let is_text = match attribute {
            "json" | "minified_json" => true,
            // Behind a computed key the attribute is not said.
            other => other.is_empty() && follows_key(siblings),
        };
        targets.is_mixed |= !is_text;
    }
    let before = targets.found.len();
    targets.found.extend(candidates.iter().map(|&at| (at, Certainty::Exact)));
    if key.is_some() {
        keep_key(index, key.as_ref(), before, targets);
    } else if follows_key(siblings) {
        keep_key(index, scope.key.as_ref(), before, targets);
    }
}

/// True when the expression picks an instance by the key of its own.
fn follows_key(siblings: &References) -> bool {
    siblings.iter().any(|reference| is_key(reference))
}

fn is_key(reference: &str) -> bool {
    matches!(reference, "each.key" | "count.index")
}

/// Of the targets from `before` on, keeps those with `key`; when there are none, any of them
/// may be meant.
fn keep_key(index: &Index<'_>, key: Option<&InstanceKey>, before: usize, targets: &mut Targets) {
    let has_key =
        |at: usize| index.resource(at).is_some_and(|resource| resource.address.key.as_ref() == key);
    let tail = targets.found.split_off(before);
    let kept: Vec<_> = tail.iter().copied().filter(|(at, _)| has_key(*at)).collect();
    if kept.is_empty() {
        targets.found.extend(tail);
        if targets.found.len() > before + 1 {
            weaken(before, targets);
        }
    } else {
        targets.found.extend(kept);
    }
}

fn weaken(before: usize, targets: &mut Targets) {
    targets.found.iter_mut().skip(before).for_each(|(_, certainty)| *certainty = Certainty::May);
}

/// Splits `name[key]rest`.
pub(in crate::engine) fn name_and_key(text: &str) -> Option<(&str, Option<InstanceKey>, &str)> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    let Some(inner) = rest.strip_prefix('[') else { return Some((name, None, rest)) };
    if let Some(quoted) = inner.strip_prefix('"') {
        let end = quoted.find("\"]")?;
        let (key, after) = quoted.split_at(end);
        return Some((name, Some(InstanceKey::Key(Arc::from(key))), after.get(2..)?));
    }
    let (digits, after) = inner.split_once(']')?;
    Some((name, digits.parse().ok().map(InstanceKey::Index), after))
}
