//! Arguments that are written and that no plan and no state ever shows.
//!
//! Providers call them `…_wo`, with `…_wo_version` beside them. Such a value is null where it is
//! given as well as where it is not, so that it is known only whether it was written.

use super::{Refinement, Resource, Value};
use crate::base::{AttributePath, PathStep};

const SUFFIX: &str = "_wo";
const VERSION: &str = "_version";

/// True for the path of such an argument.
#[must_use]
pub fn is_write_only(path: &AttributePath) -> bool {
    path.name().is_some_and(|name| name.ends_with(SUFFIX))
}

/// Takes what was written in such arguments of `resource` for unknown. With a version beside it,
/// it is there.
pub fn mark(resource: &mut Resource) {
    let mut found = Vec::new();
    if let Some(values) = &resource.values {
        let declaration = resource.declaration.as_ref();
        let written: Vec<&Value> = declaration.iter().map(|d| &d.arguments).collect();
        collect(values, &written, &mut Vec::new(), &mut found);
    }
    for (path, has_version) in found {
        if has_version {
            let refinement = Refinement { not_null: true, ..Refinement::default() };
            resource.refinements.push((path.clone(), refinement));
        }
        if !resource.unknown.contains(&path) {
            resource.unknown.push(path);
        }
    }
    resource.unknown.sort_unstable();
}

/// Finds such arguments below `values`, with whether they have a version. `written` is what may
/// have been written there: blocks may stand in another order than the plan's.
fn collect(
    values: &Value,
    written: &[&Value],
    path: &mut Vec<PathStep>,
    found: &mut Vec<(AttributePath, bool)>,
) {
    match values {
        Value::Object(object) => {
            for (name, value) in object {
                let below: Vec<&Value> = written.iter().filter_map(|w| w.get(name)).collect();
                path.push(PathStep::Key(name.clone()));
                if *value == Value::Null && name.ends_with(SUFFIX) {
                    let version = object.get(&format!("{name}{VERSION}"));
                    let has_version = version.is_some_and(|version| *version != Value::Null);
                    if has_version || !below.is_empty() {
                        found.push((AttributePath(path.clone()), has_version));
                    }
                } else {
                    collect(value, &below, path, found);
                }
                path.pop();
            }
        }
        Value::Array(elements) => {
            let written: Vec<&Value> = written.iter().flat_map(|written| blocks(written)).collect();
            for (index, element) in elements.iter().enumerate() {
                path.push(PathStep::Index(index));
                collect(element, &written, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

/// The blocks of a list; a single block may be given as an object.
fn blocks(written: &Value) -> &[Value] {
    match written {
        Value::Array(blocks) => blocks,
        other => std::slice::from_ref(other),
    }
}
