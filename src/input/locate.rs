//! Where an attribute stands within a document: for the few findings, found on demand.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::base::{AttributePath, PathStep, Source, Span};
use crate::model::{Kind, Resource};

/// The span of the value at `attribute` in the resource's own lines, and how many steps
/// of the path were found. None when not even the first step is there.
#[must_use]
pub fn attribute(
    source: &Source,
    kind: Kind,
    resource: &Resource,
    attribute: &AttributePath,
) -> Option<(Span, usize)> {
    let mut text = source.slice(resource.span);
    let holders: &[&str] = match kind {
        Kind::Plan => &["change", "after"],
        Kind::State => &[],
    };
    for holder in holders {
        text = member(text, holder)?;
    }
    if kind == Kind::State {
        text = member(text, "values").or_else(|| member(text, "attributes"))?;
    }
    let mut found = None;
    for (depth, step) in attribute.0.iter().enumerate() {
        let next = match step {
            PathStep::Key(key) => member(text, key),
            PathStep::Index(index) => element(text, *index),
        };
        let Some(next) = next else { break };
        text = next;
        found = Some((source.span_of(text), depth + 1));
    }
    found
}

fn member<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let members: HashMap<Cow<'a, str>, &'a RawValue> = serde_json::from_str(text).ok()?;
    members.get(key).map(|raw| raw.get())
}

fn element(text: &str, index: usize) -> Option<&str> {
    let elements: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    elements.get(index).map(|raw| raw.get())
}
