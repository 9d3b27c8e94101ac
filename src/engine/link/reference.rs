//! Links by references of the configuration: what arguments refer to, and how certain that is.

use std::collections::HashMap;

use super::follow::{self, LONGEST_WAY, Scope, Target, Targets};
use super::{Certainty, Found, Index, Mention, expression, unsaid};
use crate::base::PathStep;
use crate::model::{References, Resource, Value, Written};

/// The resources that the arguments of resource `at` refer to.
pub(super) fn links(index: &Index<'_>, at: usize) -> Found {
    let mut found = Found::new();
    let Some(resource) = index.resource(at) else { return found };
    let Some(declaration) = &resource.declaration else { return found };
    let mut times: HashMap<&str, usize> = HashMap::new();
    for (argument, _) in &declaration.references {
        *times.entry(argument).or_default() += 1;
    }
    for (argument, references) in &declaration.references {
        let is_single = times.get(&**argument) == Some(&1);
        let mut written = declaration.written.iter().filter(|(name, _)| name == argument);
        let written = written.next().map(|(_, written)| written).filter(|_| is_single);
        let mut targets = targets(index, resource, references, written);
        let mut guessed = Vec::new();
        if !is_unknown(resource, argument) {
            // What is known does not come from what is yet to be made.
            targets.found.retain(|target| !target.is_unknown);
        } else if targets.is_doubtful() || targets.found.is_empty() && targets.is_opaque() {
            guessed = guess(index, resource, argument);
        }
        unsaid::weaken(index, resource, argument, &mut targets);
        guessed.extend(unsaid::perhaps(index, resource, argument, &targets));
        let holds = Holds::of(resource, argument);
        for group in [&targets.found, &targets.handed, &guessed] {
            let certainty = certainty(holds, group, &targets);
            let wanted = group.iter().filter(|target| index.wants(at, target.to));
            found.extend(wanted.map(|target| Mention {
                from: at,
                to: target.to,
                attribute: Some(argument.clone()),
                certainty: certainty.min(target.certainty),
            }));
        }
    }
    found
}

/// What an argument of `resource` refers to, by how it is written where that is known.
pub(super) fn targets(
    index: &Index<'_>,
    resource: &Resource,
    references: &References,
    written: Option<&Written>,
) -> Targets {
    let none = References::new();
    let scope = Scope::of(index, resource, &none);
    let mut targets = Targets::default();
    match written {
        Some(written) => {
            expression::follow(index, &scope, written, "", LONGEST_WAY, &mut targets);
        }
        None => follow::all(index, &scope, references, LONGEST_WAY, &mut targets),
    }
    targets
}

/// What an argument can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// One value.
    One,
    /// So many values.
    Many(usize),
    /// Any number of values.
    Any,
}

impl Holds {
    /// By the value of the argument, or else by its name.
    fn of(resource: &Resource, argument: &str) -> Self {
        let mut is_only = true;
        let value = resource.values.as_ref().and_then(|values| {
            argument.split('.').try_fold(values, |value, step| match value {
                Value::Array(elements) => {
                    is_only &= elements.len() == 1;
                    elements.first()?.get(step)
                }
                other => other.get(step),
            })
        });
        match value {
            Some(Value::Array(elements)) if is_only => Holds::Many(elements.len()),
            Some(Value::Array(_) | Value::Object(_)) => Holds::Any,
            Some(Value::Null) | None if is_plural(argument) => Holds::Any,
            _ => Holds::One,
        }
    }
}

/// True for an argument that holds several values, as far as its name says.
fn is_plural(argument: &str) -> bool {
    /// Lists with another name.
    const LISTS: [&str; 1] = ["vpc_zone_identifier"];
    argument.ends_with('s') || LISTS.contains(&argument)
}

/// More resources than an argument can hold, or a choice among them: which ones are meant is not said.
fn certainty(holds: Holds, group: &[Target], targets: &Targets) -> Certainty {
    let mut candidates: Vec<usize> = group.iter().map(|target| target.to).collect();
    candidates.sort_unstable();
    candidates.dedup();
    let is_sure = match holds {
        _ if targets.is_doubtful() => false,
        _ if candidates.len() <= 1 => true,
        Holds::One => false,
        Holds::Many(number) => candidates.len() <= number,
        Holds::Any => !targets.is_selective,
    };
    if is_sure { Certainty::Exact } else { Certainty::May }
}

pub(super) fn is_unknown(resource: &Resource, argument: &str) -> bool {
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

/// Behind what cannot be followed may stand any resource that the argument is called after, or that a
/// policy looks for behind an argument whose name does not say it; those that are not known yet either
/// come first, and those of the same module.
pub(super) fn guess(index: &Index<'_>, resource: &Resource, argument: &str) -> Vec<Target> {
    let mut candidates: Vec<(bool, bool, usize)> = index
        .called(argument)
        .chain(index.asked_for(argument))
        .filter_map(|to| {
            let target = index.resource(to)?;
            let is_unknown = target.unknown.iter().any(|path| path.root() == Some("id"));
            let is_near = target.address.module == resource.address.module;
            let is_meant =
                target.address != resource.address && target.provider == resource.provider;
            is_meant.then_some((!is_unknown, !is_near, to))
        })
        .collect();
    candidates.sort_unstable();
    candidates.dedup();
    let guessed = candidates.into_iter().map(|(_, _, to)| to).take(MOST_GUESSED);
    guessed.map(Target::perhaps).collect()
}
