//! Where documents that are not known come from.

use std::collections::{HashMap, HashSet};

use super::{Certainty, Index, follow, reference};
use crate::engine::derive::{rebuild, table};
use crate::model::{References, Resource, Written};

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
fn origins(index: &Index<'_>, at: usize, argument: &str) -> Vec<Origin> {
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
    let targets = reference::targets(index, resource, references, None);
    let is_document = |to: usize| index.resource(to).is_some_and(follow::is_document);
    let found = targets.found.iter();
    let documents = found.filter(|t| t.certainty == Certainty::Exact && is_document(t.to));
    let mut documents: Vec<usize> = documents.map(|target| target.to).collect();
    let mut seen = HashSet::new();
    documents.retain(|at| seen.insert(*at));
    let is_alone = documents.len() == 1 && targets.found.len() == 1 && !targets.is_mixed;
    Origin { documents, is_alone: is_alone && !targets.is_opaque(), written: None }
}

/// Where the documents come from that are not known, in any resource.
pub(super) fn all(index: &Index<'_>) -> HashMap<(usize, String), Vec<Origin>> {
    let mut all = HashMap::new();
    for (at, resource) in index.model.resources.iter().enumerate() {
        let is_document = follow::is_document(resource);
        for path in &resource.unknown {
            let name = path.name().unwrap_or_default();
            let is_wanted = if is_document {
                matches!(path.root(), Some(root) if rebuild::OTHERS.contains(&root))
            } else {
                table::kind(&resource.address.resource_type, name).is_some()
            };
            let argument = is_wanted.then(|| path.argument());
            if let Some(argument) = argument {
                all.entry((at, argument))
                    .or_insert_with_key(|(at, argument)| origins(index, *at, argument));
            }
        }
    }
    all
}
