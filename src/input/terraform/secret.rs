//! Secret values in those parts of a plan of which the model keeps nothing else: how blocks were
//! written, what outputs were, what is put off.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::base::Source;
use crate::base::secret::Secrets;
use crate::input::InputError;
use crate::input::detect::Head;
use crate::input::json;
use crate::input::terraform::resource;
use crate::model::secret::{add_sensitive, add_value};
use crate::model::{Value, names_secret};

const PLAN: &str = "plan";

/// Values before and after, with their marks.
#[derive(Deserialize)]
struct Marked {
    before: Option<Value>,
    after: Option<Value>,
    before_sensitive: Option<Value>,
    after_sensitive: Option<Value>,
}

impl Marked {
    fn add_to(&self, resource_type: &str, secrets: &mut Secrets) {
        let marks = [self.before_sensitive.as_ref(), self.after_sensitive.as_ref()];
        let marks = resource::marks(&marks);
        for value in [&self.before, &self.after].into_iter().flatten() {
            add_sensitive(value, resource_type, &marks, secrets);
        }
    }
}

/// The secrets of a plan that are not in its resources, drift and variables.
pub(super) fn of_plan(source: &Source, head: &Head<'_>) -> Result<Secrets, InputError> {
    let mut secrets = Secrets::default();
    if let Some(raw) = head.raw("configuration") {
        add_configuration(&json::parse(source, raw.get(), PLAN)?, &mut secrets);
    }
    let outputs: BTreeMap<String, Marked> =
        head.get(source, "output_changes", PLAN)?.unwrap_or_default();
    outputs.values().for_each(|output| output.add_to("", &mut secrets));
    add_deferred_changes(source, head, &mut secrets)?;
    add_deferred_invocations(source, head, &mut secrets)?;
    Ok(secrets)
}

fn add_deferred_changes(
    source: &Source,
    head: &Head<'_>,
    secrets: &mut Secrets,
) -> Result<(), InputError> {
    #[derive(Deserialize)]
    struct Deferred {
        resource_change: Option<DeferredChange>,
    }
    #[derive(Deserialize)]
    struct DeferredChange {
        #[serde(rename = "type")]
        resource_type: Option<String>,
        change: Option<Marked>,
    }
    let deferred: Vec<Deferred> = head.get(source, "deferred_changes", PLAN)?.unwrap_or_default();
    for change in deferred.into_iter().filter_map(|deferred| deferred.resource_change) {
        let resource_type = change.resource_type.unwrap_or_default();
        change.change.iter().for_each(|change| change.add_to(&resource_type, secrets));
    }
    Ok(())
}

fn add_deferred_invocations(
    source: &Source,
    head: &Head<'_>,
    secrets: &mut Secrets,
) -> Result<(), InputError> {
    #[derive(Deserialize)]
    struct Deferred {
        action_invocation: Option<Invocation>,
    }
    #[derive(Deserialize)]
    struct Invocation {
        config_values: Option<Value>,
        config_sensitive: Option<Value>,
    }
    let deferred: Vec<Deferred> =
        head.get(source, "deferred_action_invocations", PLAN)?.unwrap_or_default();
    for invocation in deferred.into_iter().filter_map(|deferred| deferred.action_invocation) {
        let marks = resource::marks(&[invocation.config_sensitive.as_ref()]);
        let values = invocation.config_values.iter();
        values.for_each(|values| add_sensitive(values, "", &marks, secrets));
    }
    Ok(())
}

/// True when a tree of marks, as it is written, marks anything.
pub(super) fn is_marked(marks: Option<&RawValue>) -> bool {
    marks.is_some_and(|marks| marks.get().contains("true"))
}

/// The constants of a `configuration` that are secret: of sensitive and ephemeral variables and
/// outputs, and of arguments that are called like secrets. The configuration marks no arguments.
fn add_configuration(configuration: &Value, secrets: &mut Secrets) {
    if let Some(providers) = configuration.get("provider_config") {
        add_named(providers, secrets);
    }
    if let Some(root) = configuration.get("root_module") {
        add_module(root, secrets);
    }
}

fn add_module(module: &Value, secrets: &mut Secrets) {
    for (name, variable) in members(module, "variables") {
        if is_secret(variable) || names_secret(name) {
            variable.get("default").into_iter().for_each(|value| add_value(value, secrets));
        }
    }
    for (name, output) in members(module, "outputs") {
        if is_secret(output) || names_secret(name) {
            output.get("expression").into_iter().for_each(|value| add_constants(value, secrets));
        }
    }
    let resources = module.get("resources").and_then(Value::as_array);
    for resource in resources.into_iter().flatten() {
        let parts = ["expressions", "provisioners"].into_iter().filter_map(|key| resource.get(key));
        parts.for_each(|part| add_named(part, secrets));
    }
    for (_, call) in members(module, "module_calls") {
        let called = call.get("module");
        let variable = |name: &str| called?.get("variables")?.get(name);
        for (name, expression) in members(call, "expressions") {
            if variable(name).is_some_and(is_secret) || names_secret(name) {
                add_constants(expression, secrets);
            } else {
                add_named(expression, secrets);
            }
        }
        called.into_iter().for_each(|module| add_module(module, secrets));
    }
}

fn members<'a>(
    value: &'a Value,
    key: &str,
) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
    let members = value.get(key).and_then(Value::as_object);
    members.into_iter().flatten().map(|(name, value)| (&**name, value))
}

fn is_secret(block: &Value) -> bool {
    ["sensitive", "ephemeral"].iter().any(|key| block.get(key) == Some(&Value::Bool(true)))
}

/// Adds the constants of arguments that are called like secrets, at any depth.
fn add_named(value: &Value, secrets: &mut Secrets) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if names_secret(key) {
                    add_constants(value, secrets);
                } else {
                    add_named(value, secrets);
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|value| add_named(value, secrets)),
        _ => {}
    }
}

/// Adds every constant of an expression, or of a nested block.
fn add_constants(value: &Value, secrets: &mut Secrets) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match &**key {
                    "constant_value" => add_value(value, secrets),
                    "references" => {}
                    _ => add_constants(value, secrets),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|value| add_constants(value, secrets)),
        _ => {}
    }
}
