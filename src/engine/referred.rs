//! What the expression of an unknown attribute refers to, and what follows for its value.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::link;
use crate::base::{AttributePath, InstanceKey, PathStep};
use crate::model::configuration::is_longer_form;
use crate::model::{Model, Resource};

/// Attributes by which providers name what they make.
const IDENTITIES: [&str; 6] =
    ["arn", "bucket", "bucket_domain_name", "bucket_regional_domain_name", "id", "self_link"];

/// The same, of types that end like this alone.
const IDENTITIES_OF: [(&str, &str); 1] = [("_key", "key_id")];

/// Words at the end of attributes that take an identity as it is. An expression for another
/// attribute may put one into a text, such as a document or a script.
const TAKES_IDENTITY: [&str; 6] = ["arn", "arns", "bucket", "id", "ids", "link"];

/// Other attributes of which documents speak, and that nobody chooses freely.
const IDENTITIES_IN_DOCUMENTS: [&str; 4] = ["account_id", "iam_arn", "key_arn", "unique_id"];

/// What an unknown attribute refers to.
pub(super) struct Referred<'a> {
    model: &'a Model,
    /// The name of the attribute.
    name: Option<&'a str>,
    /// Followed out of the module; of each argument the longest first.
    references: Vec<&'a str>,
}

impl<'a> Referred<'a> {
    /// What the attribute at `path` of `resource` refers to.
    pub(super) fn of(model: &'a Model, resource: &'a Resource, path: &'a AttributePath) -> Self {
        let references = references(resource, path);
        let references = match &model.configuration {
            Some(configuration) => configuration.followed(&resource.address.module, &references),
            None => references,
        };
        Referred { model, name: path.name(), references }
    }

    /// True for the identity of something, whoever made that: it is not absent.
    pub(super) fn is_identity(&self) -> bool {
        let word = self.name.and_then(|name| name.rsplit('_').next());
        word.is_some_and(|word| TAKES_IDENTITY.contains(&word))
            && refers_only_to(&self.references, |one| self.names_identity(one))
    }

    /// True for an identity that a provider makes for a resource of the plan: no literal of a policy. What a
    /// data source reads may be anything that is there, such as the key that everybody has.
    pub(super) fn is_made(&self) -> bool {
        self.is_identity() && !self.references.iter().any(|one| one.starts_with("data."))
    }

    fn names_identity(&self, reference: &str) -> bool {
        names_such(reference, is_identity_name) || self.must_mean_identity(reference)
    }

    /// True for a reference to a resource that does not say which attribute is meant, as plans before
    /// Terraform 1.1 have them, in an attribute that is called after the type. What is meant is not known
    /// yet, so it is the identity where nothing else that is not known could be called so.
    fn must_mean_identity(&self, reference: &str) -> bool {
        let Some((resource_type, name, key)) = bare(reference) else { return false };
        let is_meant = |resource: &&Resource| is_block(resource, resource_type, name);
        let mut meant = self.model.resources.iter().filter(is_meant).peekable();
        let may_be_another = |path: &AttributePath| {
            let is_called = path.name().is_some_and(|name| link::speaks_of(name, resource_type));
            let is_own =
                matches!(&*path.0, [PathStep::Key(name)] if is_identity_name(resource_type, name));
            is_called && !is_own
        };
        self.name.is_some_and(|name| link::speaks_of(name, resource_type))
            && meant.peek().is_some()
            && meant.all(|resource| {
                let unknown = &resource.unknown;
                (key.is_some() || resource.address.key.is_none())
                    && unknown.iter().any(|path| matches!(path.root(), Some("id" | "arn")))
                    && !unknown.iter().any(may_be_another)
            })
    }

    /// How many resources it refers to, if to nothing else: to their identities, or to all instances of
    /// a block.
    pub(super) fn most_elements(&self) -> Option<usize> {
        let references = &self.references;
        let is_part = |one: &str| references.iter().any(|longer| is_longer_form(longer, one));
        let longest: BTreeSet<&str> =
            references.iter().copied().filter(|one| !is_part(one)).collect();
        let resources = |reference: &str| {
            if matches!(reference, "each.key" | "count.index") {
                return Some(0);
            }
            if names_such(reference, is_identity_name) {
                return Some(1);
            }
            let block = reference.split_once('.').filter(|_| names_such(reference, |_, _| true));
            let (resource_type, name) = block.filter(|(_, name)| !name.contains(['.', '[']))?;
            let is_meant = |resource: &&Resource| is_block(resource, resource_type, name);
            Some(self.model.resources.iter().filter(is_meant).count())
        };
        let number = longest.iter().map(|one| resources(one)).sum::<Option<usize>>()?;
        (number > 0).then_some(number)
    }
}

/// True when the text at `path`, in a document, has the identity of a resource in it and nothing else
/// that is not known.
pub(super) fn holds_identity(resource: &Resource, path: &AttributePath) -> bool {
    in_document(&references(resource, path))
}

/// The same for a text that is made of `references`.
pub(super) fn speaks_of_identity(references: &[Arc<str>]) -> bool {
    let references: Vec<&str> = references.iter().map(|reference| &**reference).collect();
    in_document(&references)
}

fn in_document(references: &[&str]) -> bool {
    let is_such =
        |_: &str, name: &str| IDENTITIES.contains(&name) || IDENTITIES_IN_DOCUMENTS.contains(&name);
    refers_only_to(references, |one| names_such(one, is_such))
}

/// True when an expression refers to what `is_such` says and to nothing else.
fn refers_only_to(references: &[&str], is_such: impl Fn(&str) -> bool) -> bool {
    let is_part = |reference: &str| {
        references.iter().any(|longer| is_longer_form(longer, reference) && is_such(longer))
    };
    !references.is_empty() && references.iter().all(|one| is_such(one) || is_part(one))
}

/// True for a reference to such an attribute, by type and name, of a resource.
fn names_such(reference: &str, is_such: impl Fn(&str, &str) -> bool) -> bool {
    let is_resource = !["var.", "local.", "each.", "module.", "path."]
        .iter()
        .any(|prefix| reference.starts_with(prefix));
    let managed = reference.strip_prefix("data.").unwrap_or(reference);
    let resource_type = managed.split('.').next().unwrap_or_default();
    let attribute = reference.rsplit('.').next().unwrap_or_default();
    is_resource && is_such(resource_type, attribute)
}

fn is_identity_name(resource_type: &str, name: &str) -> bool {
    let of_type = |(end, own): &(&str, &str)| resource_type.ends_with(end) && *own == name;
    IDENTITIES.contains(&name) || IDENTITIES_OF.iter().any(of_type)
}

/// The type, the name and the key of a managed resource that a reference names, and no attribute of it.
fn bare(reference: &str) -> Option<(&str, &str, Option<InstanceKey>)> {
    let (resource_type, rest) = reference.split_once('.')?;
    let (name, key, rest) = link::name_and_key(rest)?;
    let is_managed = resource_type.contains('_');
    (is_managed && rest.is_empty()).then_some((resource_type, name, key))
}

fn is_block(resource: &Resource, resource_type: &str, name: &str) -> bool {
    let address = &resource.address;
    *address.resource_type == *resource_type && *address.name == *name
}

/// The references of the arguments that `path` lies in, or that lie in it; of each argument the
/// longest first.
pub(super) fn references<'a>(resource: &'a Resource, path: &AttributePath) -> Vec<&'a str> {
    let names = || {
        path.0.iter().filter_map(|step| match step {
            PathStep::Key(key) => Some(&**key),
            PathStep::Index(_) => None,
        })
    };
    let declared = resource.declaration.iter().flat_map(|declaration| &declaration.references);
    let own =
        declared.filter(|(argument, _)| argument.split('.').zip(names()).all(|(a, b)| a == b));
    own.flat_map(|(_, references)| references.iter().map(|reference| &**reference)).collect()
}
