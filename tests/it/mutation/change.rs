//! The ways to change a resource of a plan: what the author would have written instead, and what the
//! plan would say then.

use serde_json::{Map, Value, json};

use crate::hiding::{self, Path};

/// A document is flipped into one that allows everyone everything.
const ALLOW_ALL: [&str; 2] = [
    r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}"#,
    r#"{"bindings": [{"role": "roles/owner", "members": ["allUsers"]}]}"#,
];

/// One plan with one resource change, by its index, in which something is changed.
pub(crate) struct Place<'a> {
    pub(crate) plan: &'a Value,
    pub(crate) index: usize,
    /// Texts that the policy compares with.
    pub(crate) literals: &'a [String],
}

/// What comes of a plan when what stands at a path changes.
pub(crate) type Mutation = fn(&Place, &Path) -> Vec<Value>;

/// The ways to change an attribute, and with an empty path the resource as a whole.
pub(crate) const MUTATIONS: [(&str, Mutation); 6] = [
    ("flipped", flip),
    ("removed", remove),
    ("null", nullify),
    ("unknown", conceal),
    ("destroyed", destroy),
    ("replaced", replace),
];

/// What stands at a path.
pub(crate) fn value_at<'a>(value: &'a Value, path: &[Value]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, step| match step {
        Value::String(name) => value.get(name),
        index => value.get(position(index)?),
    })
}

fn position(step: &Value) -> Option<usize> {
    usize::try_from(step.as_u64()?).ok()
}

fn place<'a>(value: &'a mut Value, path: &[Value]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, hiding::step)
}

/// The arguments of the block at a path, as they are written.
fn arguments<'a>(written: &'a mut Value, path: &[Value]) -> Option<&'a mut Map<String, Value>> {
    let block = path.iter().try_fold(written, |written, step| match (written, step) {
        (Value::Object(members), Value::String(name)) => members.get_mut(name),
        // Several blocks may stand in another order than the plan's.
        (Value::Array(blocks), _) => match blocks.as_mut_slice() {
            [block] => Some(block),
            _ => None,
        },
        // A single block may be given as an object.
        (block @ Value::Object(_), _) => Some(block),
        _ => None,
    });
    block?.as_object_mut().filter(|members| path.is_empty() || !hiding::is_leaf(members))
}

/// Writes `expression` for what stands at `path` into the configuration, or takes away what is
/// written. The elements of an argument stay as they are, since nobody knows which references are whose.
fn write(plan: &mut Value, index: usize, path: &[Value], expression: Option<Value>) {
    let change = plan["resource_changes"][index].clone();
    let written = hiding::expressions(plan, &change);
    let (Some(written), Some((last, above))) = (written, path.split_last()) else { return };
    match (last, expression) {
        (Value::String(name), Some(expression)) => {
            if let Some(members) = arguments(written, above) {
                members.insert(name.clone(), expression);
            }
        }
        (Value::String(name), None) => {
            if let Some(members) = arguments(written, above) {
                members.remove(name);
            }
        }
        (_, None) => unwrite_block(written, above),
        (_, Some(_)) => {}
    }
}

/// Takes away a block that stands alone.
fn unwrite_block(written: &mut Value, path: &[Value]) {
    let Some((Value::String(name), above)) = path.split_last() else { return };
    let Some(members) = arguments(written, above) else { return };
    let is_alone = match members.get(name) {
        Some(Value::Array(blocks)) => blocks.len() == 1,
        Some(Value::Object(block)) => !hiding::is_leaf(block),
        _ => false,
    };
    if is_alone {
        members.remove(name);
    }
}

/// The blocks that are written at a path, as a `dynamic` block that has the same arguments, each from a
/// variable; None where no blocks are.
fn dynamic(plan: &mut Value, index: usize, path: &[Value]) -> Option<Value> {
    let change = plan["resource_changes"][index].clone();
    let (Value::String(name), above) = path.split_last()? else { return None };
    let written = arguments(hiding::expressions(plan, &change)?, above)?.get(name)?;
    let is_leaf = written.as_object().is_some_and(hiding::is_leaf);
    (!is_leaf).then(|| opaque(written))
}

/// What is written, with a reference to a variable in the place of every expression.
fn opaque(written: &Value) -> Value {
    match written {
        Value::Array(blocks) => blocks.iter().map(opaque).collect(),
        Value::Object(members) if !hiding::is_leaf(members) => {
            members.iter().map(|(name, written)| (name.clone(), opaque(written))).collect()
        }
        _ => json!({ "references": ["var.hidden"] }),
    }
}

/// The plan in which somebody wrote `value` at a path.
fn with(plan: &Value, index: usize, path: &Path, value: &Value) -> Option<Value> {
    let mut plan = plan.clone();
    write(&mut plan, index, path, Some(json!({ "constant_value": value })));
    let change = &mut plan["resource_changes"][index]["change"];
    if let Some(mark) = place(&mut change["after_unknown"], path) {
        *mark = json!(false);
    }
    let (last, above) = path.split_last()?;
    match (place(&mut change["after"], above)?, last) {
        (Value::Object(members), Value::String(name)) => {
            members.insert(name.clone(), value.clone());
        }
        (above, last) => *hiding::step(above, last)? = value.clone(),
    }
    Some(plan)
}

fn flip(at: &Place, path: &Path) -> Vec<Value> {
    let known = value_at(&at.plan["resource_changes"][at.index]["change"]["after"], path);
    let Some(known) = known.filter(|_| !path.is_empty()) else { return Vec::new() };
    let flipped = match known {
        Value::Bool(flag) => vec![json!(!flag)],
        Value::String(text) => opposites(text, at.literals),
        Value::Number(number) => vec![json!(if number.as_u64() == Some(0) { 9999 } else { 0 })],
        Value::Array(elements) if elements.is_empty() => vec![json!([{}]), json!(["0.0.0.0/0"])],
        Value::Array(_) | Value::Object(_) | Value::Null => Vec::new(),
    };
    flipped.iter().filter_map(|value| with(at.plan, at.index, path, value)).collect()
}

/// Other texts, among them what opens the most (to AWS `-1` is every protocol), and what the policy knows.
pub(super) fn opposites(text: &str, literals: &[String]) -> Vec<Value> {
    let address = text.split('/').next().unwrap_or_default();
    let texts = match text {
        "true" => vec!["false"],
        "false" => vec!["true"],
        _ if text.starts_with('{') => ALLOW_ALL.to_vec(),
        _ if address.parse::<std::net::IpAddr>().is_err() => {
            let known = literals.iter().map(String::as_str).filter(|literal| *literal != text);
            // A source without what is asked of it, such as a version.
            let bare = text.split_once('?').map(|(bare, _)| bare);
            ["another", "*", "-1"].into_iter().chain(bare).chain(known).collect()
        }
        _ if text.contains('/') => vec!["0.0.0.0/0"],
        _ => vec!["0.0.0.0"],
    };
    texts.into_iter().map(Value::from).collect()
}

/// As if the author had not written it, and the provider had no default.
fn remove(at: &Place, path: &Path) -> Vec<Value> {
    let Some((last, above)) = path.split_last() else { return Vec::new() };
    let mut plan = at.plan.clone();
    write(&mut plan, at.index, path, None);
    let change = &mut plan["resource_changes"][at.index]["change"];
    let mut is_done = false;
    for side in ["after", "after_unknown"] {
        is_done |= match (place(&mut change[side], above), last) {
            (Some(Value::Object(members)), Value::String(name)) => members.remove(name).is_some(),
            (Some(Value::Array(elements)), index) => {
                let index = position(index).filter(|index| *index < elements.len());
                index.map(|index| elements.remove(index)).is_some()
            }
            _ => false,
        };
    }
    if is_done { vec![plan] } else { Vec::new() }
}

/// Terraform has no null in the place of a block, and hardly ever one in a list.
fn nullify(at: &Place, path: &Path) -> Vec<Value> {
    let after = &at.plan["resource_changes"][at.index]["change"]["after"];
    let is_nested = value_at(after, path).is_some_and(|v| v.is_object() || v.is_array());
    let is_attribute = path.last().is_some_and(Value::is_string) && !is_nested;
    let plan = is_attribute.then(|| with(at.plan, at.index, path, &Value::Null)).flatten();
    plan.into_iter().collect()
}

/// A variable that is known after apply, or a `dynamic` block whose number and arguments are.
fn conceal(at: &Place, path: &Path) -> Vec<Value> {
    let after = &at.plan["resource_changes"][at.index]["change"]["after"];
    let mut plan = at.plan.clone();
    let dynamic = dynamic(&mut plan, at.index, path);
    let is_done = value_at(after, path).is_some()
        && !path.is_empty()
        && hiding::hide(&mut plan, at.index, path);
    if dynamic.is_some() {
        write(&mut plan, at.index, path, dynamic);
    }
    if is_done { vec![plan] } else { Vec::new() }
}

/// The plan in which a resource that exists meets these actions.
fn acted_on(at: &Place, path: &Path, actions: &Value) -> Option<Value> {
    if !path.is_empty() {
        return None;
    }
    let mut plan = at.plan.clone();
    let change = &mut plan["resource_changes"][at.index]["change"];
    if change["before"].is_null() {
        change["before"] = change["after"].clone();
    }
    change["actions"] = actions.clone();
    Some(plan)
}

fn destroy(at: &Place, path: &Path) -> Vec<Value> {
    let mut plan = acted_on(at, path, &json!(["delete"]));
    if let Some(plan) = &mut plan {
        plan["resource_changes"][at.index]["change"]["after"] = Value::Null;
    }
    plan.into_iter().collect()
}

fn replace(at: &Place, path: &Path) -> Vec<Value> {
    acted_on(at, path, &json!(["delete", "create"])).into_iter().collect()
}
