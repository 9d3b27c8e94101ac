//! What plans and states say of one resource, and the parts they share.

use std::str::FromStr;
use std::sync::Arc;

use crate::base::{Action, Address, InstanceKey, Mode, ModuleAddress, Source, Span};
use crate::input::InputError;
use crate::input::error::Refusal;
use crate::input::json::{self, shared};
use crate::model::{Resource, Value};

/// The module of an optional module address.
pub(super) fn module(
    source: &Source,
    span: Span,
    text: Option<&str>,
) -> Result<ModuleAddress, InputError> {
    let text = text.unwrap_or_default();
    ModuleAddress::from_str(text)
        .map_err(|_| InputError::at(source, span, Refusal::BadAddress { address: text.to_owned() }))
}

/// The address that the members of a document say.
pub(super) fn address(
    source: &Source,
    span: Span,
    module: ModuleAddress,
    mode: &str,
    resource_type: &str,
    name: &str,
    index: Option<&Value>,
) -> Result<Address, InputError> {
    let mode = match mode {
        "managed" => Mode::Managed,
        "data" => Mode::Data,
        "ephemeral" => Mode::Ephemeral,
        other => {
            let refusal = Refusal::UnknownMode { mode: other.to_owned() };
            return Err(InputError::at(source, span, refusal));
        }
    };
    let key = match index {
        None | Some(Value::Null) => None,
        Some(Value::Integer(index)) if *index >= 0 => {
            Some(InstanceKey::Index(index.unsigned_abs()))
        }
        Some(Value::String(key)) => Some(InstanceKey::Key(key.clone())),
        Some(_) => {
            let address = format!("{resource_type}.{name}");
            return Err(InputError::at(source, span, Refusal::BadAddress { address }));
        }
    };
    Ok(Address { module, mode, resource_type: shared(resource_type), name: shared(name), key })
}

/// A resource of a state: it is as it is, and nothing is about to happen to it.
pub(super) fn of_state(address: Address, provider: Arc<str>, span: Span, header: Span) -> Resource {
    Resource {
        address,
        deposed: None,
        previous_address: None,
        provider,
        action: Action::None,
        action_reason: None,
        tainted: false,
        importing: false,
        replace_paths: Vec::new(),
        values: None,
        before: None,
        unknown: Vec::new(),
        refinements: Vec::new(),
        sensitive: Vec::new(),
        declaration: None,
        span,
        header,
    }
}

/// The order of resources in a model: by address, the deposed objects after the current one.
pub(super) fn sort(resources: &mut [Resource]) {
    resources.sort_by(|a, b| (&a.address, &a.deposed).cmp(&(&b.address, &b.deposed)));
}

/// Refuses a document that has one object twice.
pub(super) fn refuse_twins(source: &Source, sorted: &[Resource]) -> Result<(), InputError> {
    let twins = sorted
        .iter()
        .zip(sorted.iter().skip(1))
        .find(|(a, b)| a.address == b.address && a.deposed == b.deposed);
    match twins {
        None => Ok(()),
        Some((_, twin)) => {
            let key = twin.label();
            Err(InputError::at(source, twin.header, Refusal::DuplicateKey { key }))
        }
    }
}

/// The paths that the trees of marks name, each once and in order.
pub(super) fn marks(trees: &[Option<&Value>]) -> Vec<crate::base::AttributePath> {
    let mut paths: Vec<_> = trees.iter().flatten().flat_map(|v| json::marked_paths(v)).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}
