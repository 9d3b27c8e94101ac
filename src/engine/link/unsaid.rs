//! References that name a resource and mean something else of it than its identity, or do not say what.
//!
//! Plans before Terraform 1.1 list `aws_subnet.a` for `aws_subnet.a.vpc_id`, and every plan does for
//! `aws_subnet.a[*].vpc_id`. What the argument is called after is taken to be meant, but where the
//! resource speaks of others that could be called so, any of them may be.

use std::collections::{BTreeSet, HashSet};

use super::follow::{self, LONGEST_WAY, Scope, Target, Targets};
use super::{Certainty, Index, identity, reference};
use crate::model::{References, Resource, Value};

/// What a reference means of the resource that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    /// Its identity, or something that comes of itself.
    Itself,
    /// An attribute that was written, and is whatever was written.
    Written,
    /// Any attribute: which one is not said.
    Unsaid,
}

impl Means {
    /// What `rest`, such as `logging[0].target_bucket`, means of `resource`.
    pub(super) fn of(resource: &Resource, rest: &str) -> Self {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (attribute, below) = rest.split_at(end);
        let is_nested = below.contains(['.', '"']);
        let is_written =
            |of: &Resource| of.declaration.as_ref()?.arguments.get(attribute).map(|_| ());
        if rest.is_empty() {
            Means::Unsaid
        } else if !is_nested && is_own(attribute, resource) || is_written(resource).is_none() {
            Means::Itself
        } else {
            Means::Written
        }
    }
}

/// True for an attribute that says which one `resource` is: `id`, or `function_name` of a function.
fn is_own(attribute: &str, resource: &Resource) -> bool {
    let of_itself = ["id", "arn", "name", "identifier", "self_link"];
    of_itself.contains(&attribute)
        || identity::speaks_of(attribute, &resource.address.resource_type)
}

/// Takes those of `targets` for perhaps meant that `argument` is called after, where the reference may
/// mean another that they speak of.
pub(super) fn weaken(
    index: &Index<'_>,
    resource: &Resource,
    argument: &str,
    targets: &mut Targets,
) {
    let value = resource.lasting().and_then(|values| values.get(argument)).and_then(Value::as_str);
    for target in &mut targets.found {
        let is_called =
            |named: &&Resource| identity::speaks_of(argument, &named.address.resource_type);
        let Some(named) = index.resource(target.to).filter(is_called) else { continue };
        let is_doubtful = match (target.means, value) {
            (Means::Itself, _) => false,
            (Means::Written, _) => true,
            (Means::Unsaid, Some(text)) => !identity::may_be_called(named, text),
            (Means::Unsaid, None) => {
                let others = Others::of(index, argument, target.to);
                others.is_doubtful || !others.found.is_empty()
            }
        };
        if is_doubtful {
            target.certainty = Certainty::May;
        }
    }
}

/// What an unknown `argument` may mean besides `targets`, where these do not say what is meant of them.
pub(super) fn perhaps(
    index: &Index<'_>,
    resource: &Resource,
    argument: &str,
    targets: &Targets,
) -> Vec<Target> {
    let mut perhaps = Vec::new();
    if !reference::is_unknown(resource, argument) {
        return perhaps;
    }
    let unsaid = targets.found.iter().filter(|target| target.means == Means::Unsaid);
    for target in unsaid {
        let others = Others::of(index, argument, target.to);
        perhaps.extend(others.found.into_iter().map(Target::perhaps));
        if others.is_doubtful {
            perhaps.extend(reference::guess(index, resource, argument));
        }
    }
    perhaps
}

/// The other resources that an argument may mean by some attribute of the one that is named.
struct Others<'a> {
    index: &'a Index<'a>,
    argument: &'a str,
    /// Those whose attributes were looked at.
    seen: HashSet<usize>,
    found: BTreeSet<usize>,
    /// There may be more.
    is_doubtful: bool,
}

impl<'a> Others<'a> {
    /// The most resources whose attributes are looked at.
    const MOST: usize = 32;

    fn of(index: &'a Index<'a>, argument: &'a str, named: usize) -> Self {
        let seen = HashSet::new();
        let mut others =
            Others { index, argument, seen, found: BTreeSet::new(), is_doubtful: false };
        others.behind(named);
        others.found.remove(&named);
        others
    }

    /// Looks at the attributes of resource `at` that are called like the argument.
    fn behind(&mut self, at: usize) {
        let index = self.index;
        let Some(resource) = index.resource(at).filter(|_| self.seen.insert(at)) else { return };
        let Some(declaration) = &resource.declaration else { return };
        if self.seen.len() > Self::MOST {
            self.is_doubtful = true;
            return;
        }
        let none = References::new();
        let scope = Scope::of(index, resource, &none);
        for (argument, references) in &declaration.references {
            let is_its_name = !argument.contains('.') && is_own(argument, resource);
            if is_its_name || !are_alike(argument, self.argument) {
                continue;
            }
            let mut targets = Targets::default();
            follow::all(index, &scope, references, LONGEST_WAY, &mut targets);
            self.is_doubtful |= targets.is_doubtful();
            for target in targets.found.iter().chain(&targets.handed) {
                self.note(target);
            }
        }
    }

    fn note(&mut self, target: &Target) {
        let resource = self.index.resource(target.to);
        if resource.is_some_and(|resource| self.index.may_mean(self.argument, resource)) {
            self.found.insert(target.to);
        }
        if target.means == Means::Unsaid {
            self.behind(target.to);
        }
    }
}

/// True for arguments that are called after the same thing, as `vpc_id` and `vpc_config.vpc_ids`.
fn are_alike(a: &str, b: &str) -> bool {
    let mut words = identity::subject_words(a).filter(|word| !word.is_empty());
    words.any(|word| identity::subject_words(b).any(|other| other == word))
}
