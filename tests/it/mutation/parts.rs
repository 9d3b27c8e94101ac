//! Changes of what a plan holds besides its resources, for the policies that judge it as a whole:
//! providers, modules, variables, outputs, checks and the state of the plan itself.

use serde_json::{Value, json};

use super::change::{opposites, value_at};
use crate::hiding::{self, Path};

/// The members of the document of a plan, and where the JSON has them.
const PARTS: [(&str, &[&str]); 9] = [
    ("checks", &["checks"]),
    ("complete", &["complete"]),
    ("drift", &["resource_drift"]),
    ("errored", &["errored"]),
    ("modules", &["configuration.root_module.module_calls"]),
    ("outputs", &["output_changes", "configuration.root_module.outputs"]),
    ("providers", &["configuration.provider_config"]),
    ("relevant_attributes", &["relevant_attributes"]),
    ("variables", &["variables", "configuration.root_module.variables"]),
];

/// So many paths of one part are changed.
const MOST_PATHS: usize = 40;

/// A name for each change of what stands at a path, and the plans that come of it.
type Changes = Vec<(&'static str, Vec<Value>)>;

/// The changes of the parts that `is_read` says, by where they are.
pub(super) fn changes(
    plan: &Value,
    is_read: impl Fn(&str) -> bool,
    literals: &[String],
) -> Vec<(String, Changes)> {
    let parts = PARTS.iter().filter(|(name, _)| is_read(name)).flat_map(|(_, roots)| roots.iter());
    let paths = parts.flat_map(|root| {
        let above: Path = root.split('.').map(Value::from).collect();
        let mut found = Vec::new();
        if let Some(part) = value_at(plan, &above) {
            found.extend((!part.is_object() && !part.is_array()).then(|| above.clone()));
            hiding::paths(part, &above, &mut found);
        }
        // Resources of a module are no part of its call, and what was is no part of the plan.
        found.retain(|path| !path.iter().any(|step| step == "module" || step == "before"));
        found.truncate(MOST_PATHS);
        found
    });
    paths.map(|path| (dotted(&path), all(plan, &path, literals))).collect()
}

fn dotted(path: &Path) -> String {
    let steps = path.iter().map(|step| step.to_string().replace('"', ""));
    steps.collect::<Vec<_>>().join(".")
}

fn all(plan: &Value, path: &Path, literals: &[String]) -> Changes {
    let value = value_at(plan, path).unwrap_or(&Value::Null);
    let flipped = match value {
        Value::Bool(flag) => vec![json!(!flag)],
        Value::String(text) => opposites(text, literals),
        _ => Vec::new(),
    };
    let is_scalar = !value.is_object() && !value.is_array();
    let put = |value: &Value| changed(plan, path, |place| *place = value.clone());
    let changes = [
        ("flipped", flipped.iter().filter_map(put).collect()),
        ("removed", removed(plan, path).into_iter().collect()),
        ("null", put(&Value::Null).filter(|_| is_scalar).into_iter().collect()),
        ("unknown", concealed(plan, path).into_iter().collect()),
    ];
    changes.into_iter().filter(|(_, plans): &(_, Vec<Value>)| !plans.is_empty()).collect()
}

fn changed(plan: &Value, path: &[Value], change: impl FnOnce(&mut Value)) -> Option<Value> {
    let mut plan = plan.clone();
    change(path.iter().try_fold(&mut plan, hiding::step)?);
    Some(plan)
}

fn removed(plan: &Value, path: &Path) -> Option<Value> {
    let (last, above) = path.split_last()?;
    changed(plan, above, |above| match (above, last) {
        (Value::Object(members), Value::String(name)) => drop(members.remove(name)),
        (Value::Array(elements), index) => {
            let index = index.as_u64().and_then(|index| usize::try_from(index).ok());
            elements.remove(index.unwrap());
        }
        _ => {}
    })
}

/// A reference to a local value in the place of a constant, and an output that waits for something.
fn concealed(plan: &Value, path: &Path) -> Option<Value> {
    let (last, above) = path.split_last()?;
    match last.as_str()? {
        "constant_value" => {
            changed(plan, above, |written| *written = json!({ "references": ["local.hidden"] }))
        }
        "after" if above.first()? == "output_changes" => changed(plan, above, |output| {
            output["after"] = Value::Null;
            output["after_unknown"] = json!(true);
        }),
        _ => None,
    }
}
