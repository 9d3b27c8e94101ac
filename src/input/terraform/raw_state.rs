//! Raw state of version 4, as backends keep it and `terraform state pull` prints it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{cty_type, resource};
use crate::base::secret::Secrets;
use crate::base::{AttributePath, PathStep, Source};
use crate::input::detect::Head;
use crate::input::error::Refusal;
use crate::input::json::{self, shared};
use crate::input::{Format, InputError};
use crate::model::{Completeness, Kind, Model, Output, Resource, Value};

const RAW_STATE: &str = "raw state";

/// Raw state of version 4.
pub(crate) const FORMAT: Format = Format { matches, read };

fn matches(head: &Head<'_>) -> bool {
    head.has("version")
        && ["lineage", "serial", "terraform_version", "modules"].iter().any(|key| head.has(key))
}

fn read(source: &Source, head: &Head<'_>) -> Result<Model, InputError> {
    let version = head.text("version").unwrap_or_default().to_owned();
    match version.as_str() {
        "4" => {}
        "0" | "1" | "2" | "3" => {
            return Err(InputError::refused(source.name(), Refusal::OldState { version }));
        }
        _ => {
            let refusal = Refusal::UnknownVersion { version, supported: "state version 4" };
            return Err(InputError::refused(source.name(), refusal));
        }
    }
    let blocks: Vec<&RawValue> = head.get(source, "resources", RAW_STATE)?.unwrap_or_default();
    let mut resources = Vec::new();
    for raw in blocks {
        read_block(source, raw, &mut resources)?;
    }
    resource::sort(&mut resources);
    resource::refuse_twins(source, &resources)?;
    Ok(Model {
        kind: Kind::State,
        format_version: version,
        tool_version: head.text("terraform_version").map(str::to_owned),
        resources,
        drift: Vec::new(),
        variables: BTreeMap::new(),
        outputs: outputs(source, head)?,
        checks: Vec::new(),
        relevant_attributes: Vec::new(),
        configuration: None,
        completeness: Completeness::default(),
        marks_every_secret: false,
        secrets: Secrets::default(),
        source: source.clone(),
    })
}

#[derive(Deserialize)]
struct Block<'a> {
    #[serde(borrow)]
    module: Option<Cow<'a, str>>,
    #[serde(borrow)]
    mode: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    resource_type: &'a RawValue,
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    provider: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    instances: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Instance<'a> {
    index_key: Option<Value>,
    #[serde(borrow)]
    deposed: Option<Cow<'a, str>>,
    attributes: Option<Value>,
    #[serde(borrow)]
    status: Option<Cow<'a, str>>,
    #[serde(borrow)]
    attributes_flat: Option<&'a RawValue>,
    #[serde(default)]
    sensitive_attributes: Vec<Value>,
}

fn read_block(
    source: &Source,
    raw: &RawValue,
    resources: &mut Vec<Resource>,
) -> Result<(), InputError> {
    let block: Block<'_> = json::parse(source, raw.get(), RAW_STATE)?;
    let header = json::span_of(source, block.resource_type);
    let resource_type: String = json::parse(source, block.resource_type.get(), RAW_STATE)?;
    let module = resource::module(source, header, block.module.as_deref())?;
    let provider = shared(&provider_source(block.provider.as_deref().unwrap_or_default()));
    for raw in block.instances {
        let instance: Instance<'_> = json::parse(source, raw.get(), RAW_STATE)?;
        if instance.attributes_flat.is_some() {
            return Err(InputError::at(source, header, Refusal::FlatAttributes));
        }
        let address = resource::address(
            source,
            header,
            module.clone(),
            &block.mode,
            &resource_type,
            &block.name,
            instance.index_key.as_ref(),
        )?;
        resources.push(Resource {
            tainted: instance.status.as_deref() == Some("tainted"),
            deposed: instance.deposed.map(|key| Arc::from(&*key)),
            values: instance.attributes.map(cty_type::without_types),
            sensitive: instance.sensitive_attributes.iter().filter_map(path).collect(),
            ..resource::of_state(address, provider.clone(), json::span_of(source, raw), header)
        });
    }
    Ok(())
}

/// `module.m.provider["registry.terraform.io/hashicorp/aws"].west`, or `provider.aws` of old.
pub(super) fn provider_source(text: &str) -> String {
    let source = match text.split_once("provider[\"") {
        Some((_, rest)) => rest.split('"').next(),
        None => text.rsplit_once("provider.").map(|(_, name)| name.trim()),
    };
    source.unwrap_or(text).to_owned()
}

/// A path as the state writes it: `[{"type": "get_attr", "value": "password"}, …]`.
fn path(steps: &Value) -> Option<AttributePath> {
    let step = |step: &Value| {
        let value = step.get("value")?;
        match value.get("value").unwrap_or(value) {
            Value::String(key) => Some(PathStep::Key(key.clone())),
            Value::Integer(index) => usize::try_from(*index).ok().map(PathStep::Index),
            _ => None,
        }
    };
    let steps: Vec<PathStep> = steps.as_array()?.iter().map_while(step).collect();
    Some(AttributePath(steps))
}

fn outputs(source: &Source, head: &Head<'_>) -> Result<BTreeMap<String, Output>, InputError> {
    #[derive(Deserialize)]
    struct RawOutput {
        value: Option<Value>,
        #[serde(default)]
        sensitive: bool,
    }
    let raw: BTreeMap<String, RawOutput> =
        head.get(source, "outputs", RAW_STATE)?.unwrap_or_default();
    let outputs = raw.into_iter().map(|(name, output)| {
        (name, Output { value: output.value, sensitive: output.sensitive, unknown: false })
    });
    Ok(outputs.collect())
}
