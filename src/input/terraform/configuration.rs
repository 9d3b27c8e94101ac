//! The `configuration` member of a plan: blocks as written, without places.
//!
//! It is lossy, by Terraform's design: locals and `dynamic` blocks are absent, and the
//! references of an attribute are listed without saying how they are combined.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::hashed;
use crate::base::{Address, Mode, Source};
use crate::input::InputError;
use crate::input::json::{self, shared};
use crate::model::constant;
use crate::model::{
    BlockArguments, Configuration, Declaration, Instances, Module, ModuleCall, Object, Provider,
    References, Value, VariableDeclaration,
};

const PLAN: &str = "plan";

#[derive(Deserialize)]
struct RawConfiguration<'a> {
    #[serde(default)]
    provider_config: BTreeMap<String, RawProvider>,
    #[serde(borrow)]
    root_module: Option<RawModule<'a>>,
}

#[derive(Deserialize)]
struct RawProvider {
    name: Option<String>,
    full_name: Option<String>,
    alias: Option<String>,
    version_constraint: Option<String>,
    module_address: Option<String>,
    expressions: Option<Value>,
}

#[derive(Deserialize, Default)]
struct RawModule<'a> {
    #[serde(borrow, default)]
    outputs: BTreeMap<Cow<'a, str>, RawOutput<'a>>,
    #[serde(borrow, default)]
    resources: Vec<RawDeclaration<'a>>,
    #[serde(borrow, default)]
    module_calls: BTreeMap<Cow<'a, str>, RawCall<'a>>,
    #[serde(borrow, default)]
    variables: BTreeMap<Cow<'a, str>, RawVariable>,
}

#[derive(Deserialize)]
struct RawOutput<'a> {
    #[serde(borrow)]
    expression: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct RawVariable {
    default: Option<Value>,
    #[serde(default)]
    sensitive: bool,
    #[serde(default)]
    ephemeral: bool,
}

#[derive(Deserialize)]
struct RawDeclaration<'a> {
    #[serde(borrow)]
    mode: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    resource_type: Cow<'a, str>,
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    provider_config_key: Option<Cow<'a, str>>,
    expressions: Option<Value>,
    count_expression: Option<Value>,
    for_each_expression: Option<Value>,
}

#[derive(Deserialize)]
struct RawCall<'a> {
    #[serde(borrow)]
    source: Option<Cow<'a, str>>,
    expressions: Option<Value>,
    count_expression: Option<Value>,
    for_each_expression: Option<Value>,
    #[serde(borrow)]
    version_constraint: Option<Cow<'a, str>>,
    #[serde(borrow)]
    module: Option<RawModule<'a>>,
}

/// Reads the member.
pub(super) fn read(source: &Source, raw: &RawValue) -> Result<Configuration, InputError> {
    let raw: RawConfiguration<'_> = json::parse(source, raw.get(), PLAN)?;
    let providers = raw.provider_config.into_iter().map(|(key, provider)| {
        let provider = Provider {
            name: provider.name.unwrap_or_default(),
            source: provider.full_name,
            alias: provider.alias,
            version_constraint: provider.version_constraint,
            module: provider.module_address.unwrap_or_default(),
            arguments: written(&provider.expressions.unwrap_or_default()),
        };
        (key, provider)
    });
    let mut configuration = Configuration {
        providers: providers.collect(),
        root: module(source, raw.root_module.unwrap_or_default())?,
        settings: None,
    };
    constant::mark(&mut configuration);
    Ok(configuration)
}

/// The block that declares `address`.
pub(super) fn declaration(
    configuration: &Configuration,
    address: &Address,
) -> Option<Arc<Declaration>> {
    let module = configuration.module(&address.module)?;
    let key = block_key(address.mode, &address.resource_type, &address.name);
    module.declarations.get(key.as_str()).cloned()
}

fn block_key(mode: Mode, resource_type: &str, name: &str) -> String {
    format!("{}{resource_type}.{name}", mode.prefix())
}

fn module(source: &Source, raw: RawModule<'_>) -> Result<Module, InputError> {
    let outputs = raw.outputs.into_iter().map(|(name, output)| {
        let references = match output.expression {
            Some(raw) => references(&json::parse(source, raw.get(), PLAN)?),
            None => References::new(),
        };
        Ok((shared(&name), references))
    });
    let calls = raw.module_calls.into_iter().map(|(name, raw)| {
        let arguments = raw.expressions.as_ref().and_then(Value::as_object);
        let arguments = arguments.into_iter().flatten();
        let call = ModuleCall {
            source: raw.source.map(Cow::into_owned).unwrap_or_default(),
            version_constraint: raw.version_constraint.map(Cow::into_owned),
            arguments: arguments.map(|(name, e)| (name.clone(), references(e))).collect(),
            instances: instances(raw.count_expression.as_ref(), raw.for_each_expression.as_ref()),
            repetition: repetition(raw.count_expression, raw.for_each_expression),
            module: module(source, raw.module.unwrap_or_default())?,
            written: BTreeMap::new(),
            repeated: None,
        };
        Ok((shared(&name), call))
    });
    let variables = raw.variables.into_iter().map(|(name, raw)| {
        let RawVariable { default, sensitive, ephemeral } = raw;
        (shared(&name), VariableDeclaration { default, sensitive, ephemeral })
    });
    Ok(Module {
        variables: variables.collect(),
        declarations: raw.resources.into_iter().filter_map(declared).collect(),
        calls: calls.collect::<Result<_, InputError>>()?,
        outputs: outputs.collect::<Result<_, InputError>>()?,
        written: BTreeMap::new(),
    })
}

fn declared(raw: RawDeclaration<'_>) -> Option<(Arc<str>, Arc<Declaration>)> {
    let mode = match &*raw.mode {
        "managed" => Mode::Managed,
        "data" => Mode::Data,
        "ephemeral" => Mode::Ephemeral,
        _ => return None,
    };
    let expressions = raw.expressions.unwrap_or(Value::Null);
    let mut found = Vec::new();
    nested_references(&expressions, "", &mut found);
    let key = shared(&block_key(mode, &raw.resource_type, &raw.name));
    let hashed = hashed::argument(&raw.resource_type).and_then(|name| expressions.get(name));
    let declaration = Declaration {
        hashed: hashed.and_then(constants).and_then(|text| text.as_str().map(shared)),
        mode,
        resource_type: shared(&raw.resource_type),
        name: shared(&raw.name),
        provider_key: raw.provider_config_key.map(|key| shared(&key)),
        arguments: arguments(&expressions).unwrap_or_else(|| Value::Object(Object::default())),
        references: found,
        constants: Vec::new(),
        instances: instances(raw.count_expression.as_ref(), raw.for_each_expression.as_ref()),
        repetition: repetition(raw.count_expression, raw.for_each_expression),
        written: Vec::new(),
        prevent_destroy: None,
        repeated: None,
    };
    Some((key, Arc::new(declaration)))
}

fn repetition(count: Option<Value>, for_each: Option<Value>) -> References {
    [count, for_each].iter().flatten().flat_map(references).collect()
}

/// Whether a block has instances. `for_each = toset([…])` is not in a plan's configuration, so it
/// counts as no repetition.
fn instances(count: Option<&Value>, for_each: Option<&Value>) -> Instances {
    let Some(repeated) = count.or(for_each) else { return Instances::Sure };
    match repeated.get("constant_value") {
        Some(Value::Integer(0)) => Instances::Never,
        Some(Value::String(text)) if **text == *"0" => Instances::Never,
        Some(Value::Object(object)) if object.is_empty() => Instances::Never,
        Some(Value::Array(elements)) if elements.is_empty() => Instances::Never,
        Some(Value::Null) | None => Instances::Maybe,
        Some(_) => Instances::Sure,
    }
}

/// An expression has constants or references, or is empty (`timestamp()`); an object with
/// any other member is a nested block.
fn is_expression(value: &Value) -> bool {
    value.as_object().is_some_and(|object| {
        object.iter().all(|(key, _)| matches!(&**key, "constant_value" | "references"))
    })
}

fn references(expression: &Value) -> References {
    let mut found = Vec::new();
    nested_references(expression, "", &mut found);
    found.into_iter().flat_map(|(_, references)| references).collect()
}

/// Collects the references below `value` with the path of their argument, without indexes.
fn nested_references(value: &Value, path: &str, found: &mut Vec<(Arc<str>, References)>) {
    match value {
        Value::Object(_) if is_expression(value) => {
            let listed = value.get("references").and_then(Value::as_array).unwrap_or_default();
            let texts: References = listed.iter().filter_map(Value::as_str).map(shared).collect();
            if !texts.is_empty() {
                found.push((shared(path), texts));
            }
        }
        Value::Object(object) => {
            for (key, value) in object {
                let path = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
                nested_references(value, &path, found);
            }
        }
        Value::Array(elements) => {
            elements.iter().for_each(|element| nested_references(element, path, found));
        }
        _ => {}
    }
}

/// The constants of a block's expressions, and what the others refer to.
fn written(expressions: &Value) -> BlockArguments {
    let mut references = Vec::new();
    nested_references(expressions, "", &mut references);
    BlockArguments { constants: constants(expressions).unwrap_or_default(), references }
}

/// What is written out of an expression or a block; nothing of what is computed.
fn constants(value: &Value) -> Option<Value> {
    match value {
        Value::Object(_) if is_expression(value) => value.get("constant_value").cloned(),
        Value::Object(object) => {
            let members = object.iter().filter_map(|(key, v)| Some((key.clone(), constants(v)?)));
            Object::new(members.collect()).ok().map(Value::Object)
        }
        Value::Array(elements) => {
            let elements = elements.iter().map(|element| constants(element).unwrap_or_default());
            Some(Value::Array(elements.collect()))
        }
        _ => None,
    }
}

/// The arguments that were written: `true` for each. A constant `null` is not written.
fn arguments(value: &Value) -> Option<Value> {
    match value {
        Value::Object(object) if !object.is_empty() && is_expression(value) => {
            (object.get("constant_value") != Some(&Value::Null)).then_some(Value::Bool(true))
        }
        Value::Object(object) => {
            let members = object.iter().filter_map(|(key, value)| {
                let written = match value {
                    // `{}` below a block is an expression without constants and references.
                    Value::Object(inner) if inner.is_empty() => Some(Value::Bool(true)),
                    other => arguments(other),
                };
                Some((key.clone(), written?))
            });
            Object::new(members.collect()).ok().map(Value::Object)
        }
        Value::Array(elements) => Some(Value::Array(
            elements.iter().map(|element| arguments(element).unwrap_or(Value::Null)).collect(),
        )),
        _ => None,
    }
}
