//! State JSON, as `terraform show -json` and `tofu show -json` write it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{resource, secret, version};
use crate::base::Source;
use crate::base::secret::Secrets;
use crate::input::detect::Head;
use crate::input::json::{self, shared};
use crate::input::{Format, InputError};
use crate::model::secret::{add_value, has_secrets};
use crate::model::{Completeness, Kind, Model, Output, Resource, Value};

const STATE: &str = "state";

/// State JSON of the format versions 0.1 to 1.x.
pub(crate) const FORMAT: Format = Format { matches, read };

/// A state without resources consists of its versions alone.
fn matches(head: &Head<'_>) -> bool {
    head.has("format_version") || head.has("values")
}

#[derive(Deserialize)]
struct Values<'a> {
    #[serde(default)]
    outputs: BTreeMap<String, RawOutput>,
    #[serde(borrow, default)]
    root_module: StateModule<'a>,
}

#[derive(Deserialize)]
struct RawOutput {
    value: Option<Value>,
    #[serde(default)]
    sensitive: bool,
}

#[derive(Deserialize, Default)]
struct StateModule<'a> {
    #[serde(borrow)]
    address: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    resources: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    child_modules: Vec<StateModule<'a>>,
}

#[derive(Deserialize)]
struct StateResource<'a> {
    #[serde(borrow)]
    address: &'a RawValue,
    #[serde(borrow)]
    mode: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    resource_type: Cow<'a, str>,
    #[serde(borrow)]
    name: Cow<'a, str>,
    index: Option<Value>,
    #[serde(borrow)]
    provider_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    deposed_key: Option<Cow<'a, str>>,
    #[serde(default)]
    tainted: bool,
    values: Option<Value>,
    sensitive_values: Option<Value>,
}

fn read(source: &Source, head: &Head<'_>) -> Result<Model, InputError> {
    let format_version = version::show_version(source, head)?;
    let values = head.raw("values");
    let mut all = match values {
        Some(raw) => resources(source, raw, STATE, &|_| true, &mut Secrets::default())?,
        None => Vec::new(),
    };
    resource::sort(&mut all);
    resource::refuse_twins(source, &all)?;
    let outputs = match values {
        Some(raw) => json::parse::<Values<'_>>(source, raw.get(), STATE)?.outputs,
        None => BTreeMap::new(),
    };
    let outputs = outputs.into_iter().map(|(name, output)| {
        (name, Output { value: output.value, sensitive: output.sensitive, unknown: false })
    });
    Ok(Model {
        kind: Kind::State,
        format_version,
        tool_version: head.text("terraform_version").map(str::to_owned),
        resources: all,
        drift: Vec::new(),
        variables: BTreeMap::new(),
        outputs: outputs.collect(),
        checks: Vec::new(),
        relevant_attributes: Vec::new(),
        configuration: None,
        completeness: Completeness::default(),
        marks_every_secret: false,
        secrets: Secrets::default(),
        source: source.clone(),
    })
}

/// By what a resource is chosen before it is read as a whole.
#[derive(Deserialize)]
pub(super) struct Peek<'a> {
    #[serde(borrow)]
    pub(super) mode: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    resource_type: Cow<'a, str>,
    #[serde(borrow)]
    sensitive_values: Option<&'a RawValue>,
    /// The address as it is written in the document.
    #[serde(borrow)]
    pub(super) address: &'a RawValue,
}

impl Peek<'_> {
    fn has_secrets(&self) -> bool {
        secret::is_marked(self.sensitive_values) || has_secrets(&self.resource_type)
    }
}

/// The resources of a `values` member that are wanted; the secrets of all, and of the outputs.
pub(super) fn resources(
    source: &Source,
    values: &RawValue,
    format: &'static str,
    is_wanted: &dyn Fn(&Peek<'_>) -> bool,
    secrets: &mut Secrets,
) -> Result<Vec<Resource>, InputError> {
    let values: Values<'_> = json::parse(source, values.get(), format)?;
    let outputs = values.outputs.values().filter(|output| output.sensitive);
    let outputs = outputs.filter_map(|output| output.value.as_ref());
    outputs.for_each(|value| add_value(value, secrets));
    let mut found = Vec::new();
    collect(source, &values.root_module, format, is_wanted, &mut found, secrets)?;
    Ok(found)
}

fn collect(
    source: &Source,
    module: &StateModule<'_>,
    format: &'static str,
    is_wanted: &dyn Fn(&Peek<'_>) -> bool,
    found: &mut Vec<Resource>,
    secrets: &mut Secrets,
) -> Result<(), InputError> {
    for raw in &module.resources {
        let peek: Peek<'_> = json::parse(source, raw.get(), format)?;
        let is_wanted = is_wanted(&peek);
        if is_wanted || peek.has_secrets() {
            let resource = state_resource(source, module, raw, format)?;
            resource.add_secrets(true, secrets);
            found.extend(is_wanted.then_some(resource));
        }
    }
    let mut children = module.child_modules.iter();
    children.try_for_each(|child| collect(source, child, format, is_wanted, found, secrets))
}

fn state_resource(
    source: &Source,
    module: &StateModule<'_>,
    raw: &RawValue,
    format: &'static str,
) -> Result<Resource, InputError> {
    let parsed: StateResource<'_> = json::parse(source, raw.get(), format)?;
    let header = json::span_of(source, parsed.address);
    let address = resource::address(
        source,
        header,
        resource::module(source, header, module.address.as_deref())?,
        &parsed.mode,
        &parsed.resource_type,
        &parsed.name,
        parsed.index.as_ref(),
    )?;
    let provider = shared(parsed.provider_name.as_deref().unwrap_or_default());
    let span = json::span_of(source, raw);
    Ok(Resource {
        tainted: parsed.tainted,
        deposed: parsed.deposed_key.map(|key| key.as_ref().into()),
        values: parsed.values,
        sensitive: resource::marks(&[parsed.sensitive_values.as_ref()]),
        ..resource::of_state(address, provider, span, header)
    })
}
