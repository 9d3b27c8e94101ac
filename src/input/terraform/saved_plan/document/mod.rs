//! Contents as JSON, in the shape of `terraform show -json plan.out`.
//!
//! Source of the shape: Terraform's documentation, "JSON Output Format", and its output. What
//! only schemas and the configuration tell is missing: `configuration`, versions of schemas,
//! types of outputs, marks of attributes that a provider holds as sensitive.

pub(super) mod checks;
mod marks;
mod modules;

use std::collections::BTreeMap;

use serde::Serialize;

use super::change::{Change, ResourceChange};
use super::contents::Contents;
use super::fault::Fault;
use super::msgpack::Budget;
use super::{change, wire};
use crate::base::AttributePath;
use crate::input::InputError;
use crate::input::terraform::plan::Converted;
use crate::model::{Model, Object, Value};
use modules::{AddressParts, ModuleTree};

/// The version of the format that is written.
const FORMAT_VERSION: &str = "1.2";
/// The version of the format of states inside.
const STATE_FORMAT_VERSION: &str = "1.0";

#[derive(Serialize)]
struct Document<'a> {
    format_version: &'static str,
    terraform_version: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    variables: BTreeMap<&'a str, Variable<'a>>,
    planned_values: Values<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resource_drift: Vec<Resource<'a>>,
    resource_changes: Vec<Resource<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    deferred_changes: Vec<Deferred<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    output_changes: BTreeMap<&'a str, ChangeDocument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prior_state: Option<State<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    relevant_attributes: Vec<RelevantAttribute<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checks: Vec<checks::Check<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    timestamp: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    applyable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    complete: Option<bool>,
    errored: bool,
    /// Not of Terraform's shape: [`Converted`].
    plangate: Converted,
}

#[derive(Serialize)]
struct Variable<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a Value>,
}

#[derive(Serialize)]
struct Resource<'a> {
    #[serde(flatten)]
    address: AddressParts<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_address: Option<String>,
    provider_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    deposed: Option<&'a str>,
    change: ChangeDocument<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_reason: Option<&'a str>,
}

#[derive(Serialize)]
struct ChangeDocument<'a> {
    actions: &'static [&'static str],
    before: Option<&'a Value>,
    /// Absent when nothing of it is known; null when there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Option<&'a Value>>,
    after_unknown: Value,
    before_sensitive: Value,
    after_sensitive: Value,
    #[serde(skip_serializing_if = "<[AttributePath]>::is_empty")]
    replace_paths: &'a [AttributePath],
    #[serde(skip_serializing_if = "Option::is_none")]
    importing: Option<Importing<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generated_config: Option<&'a str>,
}

#[derive(Serialize)]
struct Importing<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    id: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unknown: bool,
}

#[derive(Serialize)]
struct Deferred<'a> {
    reason: &'a str,
    resource_change: DeferredResource<'a>,
}

#[derive(Serialize)]
struct DeferredResource<'a> {
    address: &'a str,
}

#[derive(Serialize)]
struct Values<'a> {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    outputs: BTreeMap<&'a str, Output<'a>>,
    root_module: ModuleTree<'a>,
}

#[derive(Serialize)]
struct Output<'a> {
    sensitive: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a Value>,
}

#[derive(Serialize)]
struct State<'a> {
    format_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    terraform_version: Option<&'a str>,
    values: Values<'a>,
}

#[derive(Serialize)]
struct RelevantAttribute<'a> {
    resource: &'a str,
    attribute: AttributePath,
}

/// Writes `contents`.
pub(super) fn write(label: &str, contents: &Contents) -> Result<String, InputError> {
    let document = document(contents).map_err(|fault| fault.of(label))?;
    serde_json::to_string(&document)
        .map_err(|_| Fault::Damaged("it cannot be written as JSON").of(label))
}

fn document(contents: &Contents) -> Result<Document<'_>, Fault> {
    let plan = &contents.plan;
    let variables = contents.variables.iter();
    let outputs = contents.outputs.iter();
    Ok(Document {
        format_version: FORMAT_VERSION,
        terraform_version: &plan.terraform_version,
        variables: variables
            .map(|(name, value)| (name.as_str(), Variable { value: value.as_ref() }))
            .collect(),
        planned_values: planned_values(contents)?,
        resource_drift: contents.drift.iter().map(resource).collect(),
        resource_changes: contents.changes.iter().map(resource).collect(),
        deferred_changes: contents.deferred.iter().map(deferred).collect(),
        output_changes: outputs
            .map(|(name, (change, sensitive))| (name.as_str(), output_change(change, *sensitive)))
            .collect(),
        prior_state: contents.state.as_ref().map(prior_state).transpose()?.flatten(),
        relevant_attributes: relevant_attributes(&plan.relevant_attributes)?,
        checks: checks::checks(&plan.check_results)?,
        timestamp: &plan.timestamp,
        applyable: contents.complete.map(|_| plan.applyable),
        complete: contents.complete,
        errored: plan.errored,
        plangate: Converted { marks_every_secret: false },
    })
}

fn resource(raw: &ResourceChange) -> Resource<'_> {
    let mut change = change_document(&raw.change);
    change.replace_paths = &raw.replace_paths;
    Resource {
        address: AddressParts::new(&raw.address),
        previous_address: raw.previous_address.as_ref().map(ToString::to_string),
        provider_name: &raw.provider,
        deposed: raw.deposed.as_deref(),
        change,
        action_reason: raw.reason,
    }
}

fn change_document(change: &Change) -> ChangeDocument<'_> {
    let after = change.after.value.as_ref();
    let is_unknown = change.after.unknown.iter().any(|path| path.0.is_empty());
    let importing = change.importing.as_ref();
    ChangeDocument {
        actions: change.actions,
        before: change.before.as_ref(),
        after: (!is_unknown).then_some(after),
        after_unknown: match change.after.unknown.as_slice() {
            [] => Value::Object(Object::default()),
            unknown => marks::tree(after, unknown),
        },
        before_sensitive: marks::tree(change.before.as_ref(), &change.before_sensitive),
        after_sensitive: marks::tree(after, &change.after_sensitive),
        replace_paths: &[],
        importing: importing.map(|raw| Importing { id: &raw.id, unknown: raw.unknown }),
        generated_config: change.generated_config.as_deref(),
    }
}

/// Of an output the file says only that something of it is or was sensitive.
fn output_change(change: &Change, sensitive: bool) -> ChangeDocument<'_> {
    let mut document = change_document(change);
    if change.after.unknown.is_empty() {
        document.after_unknown = Value::Bool(false);
    }
    document.before_sensitive = Value::Bool(sensitive);
    document.after_sensitive = Value::Bool(sensitive);
    document
}

fn deferred<'a>((address, reason): &'a (String, &'static str)) -> Deferred<'a> {
    Deferred { reason, resource_change: DeferredResource { address } }
}

/// What will be there after apply, as a tree of modules.
fn planned_values(contents: &Contents) -> Result<Values<'_>, Fault> {
    let mut root_module = ModuleTree::default();
    for raw in &contents.changes {
        if raw.deposed.is_some() || matches!(raw.change.actions, ["delete"] | ["forget"]) {
            continue;
        }
        let after = &raw.change.after;
        let resource = modules::Resource::new(
            &raw.address,
            &raw.provider,
            after.value.as_ref(),
            &raw.change.after_sensitive,
        );
        root_module.insert(&raw.address.module, resource)?;
    }
    let outputs = contents.outputs.iter().filter(|(_, (change, _))| change.actions != ["delete"]);
    let outputs = outputs.map(|(name, (change, sensitive))| {
        let is_known = change.after.unknown.is_empty();
        let value = change.after.value.as_ref().filter(|_| is_known);
        (name.as_str(), Output { sensitive: *sensitive, value })
    });
    Ok(Values { outputs: outputs.collect(), root_module })
}

/// The state that the plan starts from; nothing for an empty one.
fn prior_state(state: &Model) -> Result<Option<State<'_>>, Fault> {
    if state.resources.is_empty() && state.outputs.is_empty() {
        return Ok(None);
    }
    let mut root_module = ModuleTree::default();
    for known in &state.resources {
        let mut resource = modules::Resource::new(
            &known.address,
            &known.provider,
            known.values.as_ref(),
            &known.sensitive,
        );
        resource.deposed_key = known.deposed.as_deref();
        root_module.insert(&known.address.module, resource)?;
    }
    let outputs = state.outputs.iter().map(|(name, output)| {
        (name.as_str(), Output { sensitive: output.sensitive, value: output.value.as_ref() })
    });
    Ok(Some(State {
        format_version: STATE_FORMAT_VERSION,
        terraform_version: state.tool_version.as_deref(),
        values: Values { outputs: outputs.collect(), root_module },
    }))
}

/// The path of an attribute that something depends on.
pub(super) fn relevant(raw: &wire::RelevantAttribute) -> Result<AttributePath, Fault> {
    let path = raw.attr.as_ref().map(|path| change::path(path, &Budget::new())).transpose()?;
    Ok(path.map(|followed| followed.path).unwrap_or_default())
}

fn relevant_attributes(
    raw: &[wire::RelevantAttribute],
) -> Result<Vec<RelevantAttribute<'_>>, Fault> {
    let attributes = raw
        .iter()
        .map(|raw| Ok(RelevantAttribute { resource: &raw.resource, attribute: relevant(raw)? }));
    attributes.collect()
}
