//! Plan JSON, as `terraform show -json plan.out` and `tofu show -json plan.out` write it.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::str::FromStr;
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{block, configuration, hashed, invocation, resource, secret, show_state, version};
use crate::base::secret::Secrets;
use crate::base::{Action, Address, AttributePath, PathStep, Source};
use crate::input::detect::Head;
use crate::input::error::Refusal;
use crate::input::json::{self, shared};
use crate::input::{Format, InputError};
use crate::model::{
    Check, Completeness, Configuration, Kind, Model, Output, Resource, Value, Variable,
    VariableDeclaration,
};

const PLAN: &str = "plan";

/// The reason of a replacement whose object is tainted.
pub(super) const TAINTED: &str = "replace_because_tainted";

/// Plan JSON of the format versions 0.1 to 1.x.
pub(crate) const FORMAT: Format = Format { matches, read };

/// What `plangate convert` adds to a plan that it makes.
#[derive(Deserialize, Serialize)]
pub(super) struct Converted {
    /// As [`Model::marks_every_secret`].
    pub(super) marks_every_secret: bool,
}

impl Converted {
    /// The name of the member.
    pub(super) const MEMBER: &str = "plangate";
}

fn matches(head: &Head<'_>) -> bool {
    ["resource_changes", "planned_values", "configuration", "output_changes", "errored"]
        .iter()
        .any(|member| head.has(member))
}

fn read(source: &Source, head: &Head<'_>) -> Result<Model, InputError> {
    let format_version = version::show_version(source, head)?;
    refuse_without_changes(source, head)?;
    let configuration = match head.raw("configuration") {
        Some(raw) => Some(Arc::new(configuration::read(source, raw)?)),
        None => None,
    };
    let declared = configuration.as_deref();
    let mut secrets = secret::of_plan(source, head)?;
    let mut resources = changes(source, head, "resource_changes", declared)?;
    resources.extend(unlisted(source, head, &resources, declared, &mut secrets)?);
    add_data_sources(&mut resources, data_sources(source, head, declared, &mut secrets)?);
    resource::sort(&mut resources);
    resource::refuse_twins(source, &resources)?;
    resources.extend(invocation::invocations(source, head)?);
    resource::sort(&mut resources);
    let mut drift = changes(source, head, "resource_drift", declared)?;
    resource::sort(&mut drift);
    Ok(Model {
        kind: Kind::Plan,
        format_version,
        tool_version: head.text("terraform_version").map(str::to_owned),
        resources,
        drift,
        variables: variables(source, head, declared)?,
        outputs: outputs(source, head)?,
        checks: checks(source, head)?,
        relevant_attributes: relevant_attributes(source, head)?,
        completeness: completeness(source, head)?,
        marks_every_secret: marks_every_secret(source, head)?,
        secrets,
        configuration,
        source: source.clone(),
    })
}

/// A plan says what becomes of each resource. One that plans values and has no
/// `resource_changes` was cut down, and a policy would find nothing to judge.
fn refuse_without_changes(source: &Source, head: &Head<'_>) -> Result<(), InputError> {
    #[derive(Deserialize)]
    struct Planned<'a> {
        #[serde(borrow, default)]
        root_module: BTreeMap<Cow<'a, str>, &'a RawValue>,
    }
    if head.raw("resource_changes").is_some() {
        return Ok(());
    }
    let planned: Option<Planned<'_>> = head.get(source, "planned_values", PLAN)?;
    if planned.is_none_or(|planned| planned.root_module.is_empty()) {
        return Ok(());
    }
    let reason = "it plans values, but `resource_changes` is missing".to_owned();
    let refusal = Refusal::Shape { format: PLAN, reason, command: json::command_for(PLAN) };
    Err(InputError::refused(source.name(), refusal))
}

/// Plans mark every secret since format version 0.2, unless they were converted from a saved
/// plan file, which knows the marks of the configuration alone.
fn marks_every_secret(source: &Source, head: &Head<'_>) -> Result<bool, InputError> {
    let converted: Option<Converted> = head.get(source, Converted::MEMBER, PLAN)?;
    let unmarked = converted.is_some_and(|converted| !converted.marks_every_secret);
    Ok(!unmarked && head.text("format_version") != Some("0.1"))
}

#[derive(Deserialize)]
struct ResourceChange<'a> {
    /// Absent from the drift of Terraform 1.0.
    #[serde(borrow)]
    address: Option<&'a RawValue>,
    #[serde(borrow)]
    mode: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    resource_type: Cow<'a, str>,
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    module_address: Option<Cow<'a, str>>,
    index: Option<Value>,
    #[serde(borrow)]
    provider_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    deposed: Option<Cow<'a, str>>,
    #[serde(borrow)]
    previous_address: Option<Cow<'a, str>>,
    #[serde(borrow)]
    action_reason: Option<Cow<'a, str>>,
    change: Change<'a>,
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow)]
    actions: Vec<Cow<'a, str>>,
    before: Option<Value>,
    after: Option<Value>,
    after_unknown: Option<Value>,
    before_sensitive: Option<Value>,
    after_sensitive: Option<Value>,
    #[serde(default)]
    replace_paths: Vec<Vec<Value>>,
    #[serde(borrow)]
    importing: Option<&'a RawValue>,
}

/// The elements of `member`, parsed in parallel; the first error in the document's order wins.
fn changes(
    source: &Source,
    head: &Head<'_>,
    member: &str,
    configuration: Option<&Configuration>,
) -> Result<Vec<Resource>, InputError> {
    let elements: Vec<&RawValue> = head.get(source, member, PLAN)?.unwrap_or_default();
    let parsed: Vec<Result<Resource, InputError>> =
        elements.par_iter().map(|raw| change(source, raw, configuration)).collect();
    parsed.into_iter().collect()
}

fn change(
    source: &Source,
    raw: &RawValue,
    configuration: Option<&Configuration>,
) -> Result<Resource, InputError> {
    let parsed: ResourceChange<'_> = json::parse(source, raw.get(), PLAN)?;
    let span = json::span_of(source, raw);
    let header = json::span_of(source, parsed.address.unwrap_or(raw));
    let module = resource::module(source, header, parsed.module_address.as_deref())?;
    let address = resource::address(
        source,
        header,
        module,
        &parsed.mode,
        &parsed.resource_type,
        &parsed.name,
        parsed.index.as_ref(),
    )?;
    let actions: Vec<&str> = parsed.change.actions.iter().map(|action| &**action).collect();
    let action = action(&actions).ok_or_else(|| {
        let actions = format!("[{}]", actions.join(", "));
        InputError::at(source, header, Refusal::UnknownAction { actions })
    })?;
    let previous_address = match parsed.previous_address {
        Some(text) => Some(Address::from_str(&text).map_err(|error| {
            InputError::at(source, header, Refusal::BadAddress { address: error.text })
        })?),
        None => None,
    };
    let change = parsed.change;
    let unknown = resource::marks(&[change.after_unknown.as_ref()]);
    let declaration = configuration.and_then(|c| configuration::declaration(c, &address));
    let mut resource = Resource {
        declaration,
        address,
        deposed: parsed.deposed.map(|key| Arc::from(&*key)),
        previous_address,
        provider: shared(parsed.provider_name.as_deref().unwrap_or_default()),
        action,
        tainted: parsed.action_reason.as_deref() == Some(TAINTED),
        action_reason: parsed.action_reason.map(|reason| shared(&reason)),
        importing: change.importing.is_some_and(|raw| raw.get() != "null"),
        replace_paths: change.replace_paths.into_iter().filter_map(path).collect(),
        unknown,
        refinements: Vec::new(),
        sensitive: resource::marks(&[
            change.before_sensitive.as_ref(),
            change.after_sensitive.as_ref(),
        ]),
        values: change.after,
        before: change.before,
        span,
        header,
    };
    block::add_dynamic(&mut resource);
    hashed::reveal(&mut resource);
    Ok(resource)
}

/// The action of a list of actions, as OpenTofu's and Terraform's `jsonplan` write them.
/// Where the old object is forgotten and a new one made, nothing is destroyed: a creation.
/// OpenTofu opens ephemeral resources, which is to read them.
pub(super) fn action(actions: &[&str]) -> Option<Action> {
    Some(match actions {
        ["no-op"] => Action::NoOp,
        ["create"] | ["create", "forget"] | ["forget", "create"] => Action::Create,
        ["read"] | ["open"] => Action::Read,
        ["update"] => Action::Update,
        ["delete"] => Action::Delete,
        ["delete", "create"] | ["create", "delete"] => Action::Replace,
        ["forget"] => Action::Forget,
        _ => return None,
    })
}

fn path(steps: Vec<Value>) -> Option<AttributePath> {
    let steps = steps.into_iter().map(|step| match step {
        Value::String(key) => Some(PathStep::Key(key)),
        Value::Integer(index) => usize::try_from(index).ok().map(PathStep::Index),
        _ => None,
    });
    steps.collect::<Option<Vec<PathStep>>>().map(AttributePath)
}

/// Resources that will be there, but of which the plan does not say what becomes of them: they
/// are judged as they will be.
fn unlisted(
    source: &Source,
    head: &Head<'_>,
    listed: &[Resource],
    configuration: Option<&Configuration>,
    secrets: &mut Secrets,
) -> Result<Vec<Resource>, InputError> {
    let Some(values) = head.raw("planned_values") else { return Ok(Vec::new()) };
    let texts: HashSet<&str> = listed.iter().map(|known| source.slice(known.header)).collect();
    let is_unlisted =
        |peek: &show_state::Peek<'_>| peek.mode == "managed" && !texts.contains(peek.address.get());
    let mut found = show_state::resources(source, values, PLAN, &is_unlisted, secrets)?;
    let known: HashSet<&Address> = listed.iter().map(|known| &known.address).collect();
    found.retain(|resource| !known.contains(&resource.address));
    for resource in &mut found {
        resource.action = Action::NoOp;
        resource.declaration =
            configuration.and_then(|c| configuration::declaration(c, &resource.address));
    }
    Ok(found)
}

/// Data sources that were read while planning stand in the prior state alone.
fn data_sources(
    source: &Source,
    head: &Head<'_>,
    configuration: Option<&Configuration>,
    secrets: &mut Secrets,
) -> Result<Vec<Resource>, InputError> {
    #[derive(Deserialize)]
    struct PriorState<'a> {
        #[serde(borrow)]
        values: Option<&'a RawValue>,
    }
    let prior: Option<PriorState<'_>> = head.get(source, "prior_state", PLAN)?;
    let Some(values) = prior.and_then(|prior| prior.values) else { return Ok(Vec::new()) };
    let is_data = |peek: &show_state::Peek<'_>| peek.mode == "data";
    let mut found = show_state::resources(source, values, PLAN, &is_data, secrets)?;
    for data in &mut found {
        data.declaration = configuration.and_then(|c| configuration::declaration(c, &data.address));
    }
    Ok(found)
}

/// Adds data sources of the prior state to the resources of a plan. One that is read again
/// during apply is planned already.
pub(super) fn add_data_sources(resources: &mut Vec<Resource>, mut found: Vec<Resource>) {
    let planned: HashSet<&Address> = resources.iter().map(|resource| &resource.address).collect();
    found.retain(|data| !planned.contains(&data.address));
    for data in &mut found {
        data.action = Action::NoOp;
    }
    resources.extend(found);
}

fn variables(
    source: &Source,
    head: &Head<'_>,
    configuration: Option<&Configuration>,
) -> Result<BTreeMap<String, Variable>, InputError> {
    #[derive(Deserialize)]
    struct RawVariable {
        value: Option<Value>,
    }
    let raw: BTreeMap<String, RawVariable> =
        head.get(source, "variables", PLAN)?.unwrap_or_default();
    let sensitive = |name: &str| {
        let declared = configuration.and_then(|c| c.root.variables.get(name));
        declared.is_some_and(VariableDeclaration::is_secret)
    };
    let variables = raw.into_iter().map(|(name, variable)| {
        let sensitive = sensitive(&name);
        (name, Variable { value: variable.value, sensitive })
    });
    Ok(variables.collect())
}

fn outputs(source: &Source, head: &Head<'_>) -> Result<BTreeMap<String, Output>, InputError> {
    #[derive(Deserialize)]
    struct OutputChange {
        after: Option<Value>,
        after_unknown: Option<Value>,
        after_sensitive: Option<Value>,
    }
    let raw: BTreeMap<String, OutputChange> =
        head.get(source, "output_changes", PLAN)?.unwrap_or_default();
    let outputs = raw.into_iter().map(|(name, change)| {
        let is_marked = |tree: &Option<Value>| !resource::marks(&[tree.as_ref()]).is_empty();
        let output = Output {
            sensitive: is_marked(&change.after_sensitive),
            unknown: is_marked(&change.after_unknown),
            value: change.after,
        };
        (name, output)
    });
    Ok(outputs.collect())
}

fn checks(source: &Source, head: &Head<'_>) -> Result<Vec<Check>, InputError> {
    #[derive(Deserialize)]
    struct RawCheck {
        address: RawAddress,
        #[serde(default)]
        status: String,
    }
    #[derive(Deserialize)]
    struct RawAddress {
        #[serde(default)]
        kind: String,
        #[serde(default)]
        to_display: String,
    }
    let raw: Vec<RawCheck> = head.get(source, "checks", PLAN)?.unwrap_or_default();
    let checks = raw.into_iter().map(|check| Check {
        address: check.address.to_display,
        kind: check.address.kind,
        status: check.status,
    });
    let mut checks: Vec<Check> = checks.collect();
    checks.sort_by(|a, b| a.address.cmp(&b.address));
    Ok(checks)
}

fn relevant_attributes(
    source: &Source,
    head: &Head<'_>,
) -> Result<Vec<(String, AttributePath)>, InputError> {
    #[derive(Deserialize)]
    struct RawAttribute {
        resource: String,
        #[serde(default)]
        attribute: Vec<Value>,
    }
    let raw: Vec<RawAttribute> = head.get(source, "relevant_attributes", PLAN)?.unwrap_or_default();
    let mut found: Vec<_> = raw
        .into_iter()
        .map(|raw| (raw.resource, path(raw.attribute).unwrap_or_default()))
        .collect();
    found.sort();
    Ok(found)
}

fn completeness(source: &Source, head: &Head<'_>) -> Result<Completeness, InputError> {
    #[derive(Deserialize)]
    struct Deferred<'a> {
        #[serde(borrow)]
        reason: Option<Cow<'a, str>>,
        #[serde(borrow)]
        resource_change: DeferredChange<'a>,
    }
    #[derive(Deserialize)]
    struct DeferredChange<'a> {
        #[serde(borrow)]
        address: Option<Cow<'a, str>>,
    }
    let deferred: Vec<Deferred<'_>> =
        head.get(source, "deferred_changes", PLAN)?.unwrap_or_default();
    let mut deferred: Vec<(String, String)> = deferred
        .into_iter()
        .map(|entry| {
            let address = entry.resource_change.address.unwrap_or_default().into_owned();
            (address, entry.reason.unwrap_or_default().into_owned())
        })
        .collect();
    deferred.extend(invocation::deferred(source, head)?);
    deferred.sort();
    Ok(Completeness {
        is_stated: head.raw("complete").is_some(),
        unplanned: Vec::new(),
        errored: head.get(source, "errored", PLAN)?.unwrap_or(false),
        incomplete: !head.get(source, "complete", PLAN)?.unwrap_or(true),
        deferred,
    })
}
