//! Actions that apply invokes: `action_invocations`, since Terraform 1.14.
//!
//! Each becomes a resource of the type `action.TYPE`, so that policies can judge it.

use std::borrow::Cow;
use std::str::FromStr;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::resource;
use crate::base::{Action, Address, Source};
use crate::input::InputError;
use crate::input::detect::Head;
use crate::input::error::Refusal;
use crate::input::json::{self, shared};
use crate::model::{Resource, Value};

const PLAN: &str = "plan";

#[derive(Deserialize)]
struct Invocation<'a> {
    #[serde(borrow)]
    address: &'a RawValue,
    #[serde(borrow)]
    provider_name: Option<Cow<'a, str>>,
    config_values: Option<Value>,
    config_unknown: Option<Value>,
    config_sensitive: Option<Value>,
    #[serde(borrow)]
    lifecycle_action_trigger: Option<Trigger<'a>>,
}

#[derive(Deserialize)]
struct Trigger<'a> {
    #[serde(borrow)]
    action_trigger_event: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Deferred<'a> {
    #[serde(borrow)]
    reason: Option<Cow<'a, str>>,
    #[serde(borrow)]
    action_invocation: DeferredInvocation<'a>,
}

#[derive(Deserialize)]
struct DeferredInvocation<'a> {
    #[serde(borrow)]
    address: Cow<'a, str>,
}

/// The invocations of a plan. What several resources trigger alike is one.
pub(super) fn invocations(source: &Source, head: &Head<'_>) -> Result<Vec<Resource>, InputError> {
    let raw: Vec<&RawValue> = head.get(source, "action_invocations", PLAN)?.unwrap_or_default();
    let mut found = Vec::new();
    for raw in raw {
        let parsed: Invocation<'_> = json::parse(source, raw.get(), PLAN)?;
        let header = json::span_of(source, parsed.address);
        let text: Cow<'_, str> = json::parse(source, parsed.address.get(), PLAN)?;
        let address = Address::from_str(&text).map_err(|error| {
            InputError::at(source, header, Refusal::BadAddress { address: error.text })
        })?;
        let provider = shared(parsed.provider_name.as_deref().unwrap_or_default());
        let trigger = parsed.lifecycle_action_trigger.and_then(|t| t.action_trigger_event);
        let span = json::span_of(source, raw);
        found.push(Resource {
            action: Action::Invoke,
            action_reason: trigger.map(|event| shared(&event)),
            values: parsed.config_values,
            unknown: resource::marks(&[parsed.config_unknown.as_ref()]),
            sensitive: resource::marks(&[parsed.config_sensitive.as_ref()]),
            ..resource::of_state(address, provider, span, header)
        });
    }
    Ok(distinct(found))
}

/// Invocations without those that are as another.
pub(super) fn distinct(mut found: Vec<Resource>) -> Vec<Resource> {
    resource::sort(&mut found);
    found.dedup_by(|a, b| a.address == b.address && a.values == b.values && a.unknown == b.unknown);
    found
}

/// The addresses of invocations that are put off, and why.
pub(super) fn deferred(
    source: &Source,
    head: &Head<'_>,
) -> Result<Vec<(String, String)>, InputError> {
    let raw: Vec<Deferred<'_>> =
        head.get(source, "deferred_action_invocations", PLAN)?.unwrap_or_default();
    let pairs = raw.into_iter().map(|entry| {
        let address = entry.action_invocation.address.into_owned();
        (address, entry.reason.unwrap_or_default().into_owned())
    });
    Ok(pairs.collect())
}
