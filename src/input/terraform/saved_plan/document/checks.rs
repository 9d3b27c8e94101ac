//! Results of checks, conditions and validations: `checks`.

use std::str::FromStr;

use serde::Serialize;

use super::super::fault::Fault;
use super::super::wire;
use super::modules::Index;
use crate::base::{Address, InstanceKey, Mode, ModuleAddress};
use crate::model;

/// The results of one block that has conditions.
#[derive(Serialize)]
pub(in super::super) struct Check<'a> {
    address: BlockAddress<'a>,
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    instances: Vec<Instance<'a>>,
}

#[derive(Serialize)]
struct BlockAddress<'a> {
    kind: &'static str,
    to_display: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<Mode>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    resource_type: Option<String>,
    name: String,
}

#[derive(Serialize)]
struct Instance<'a> {
    address: InstanceAddress<'a>,
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Problem<'a>>,
}

#[derive(Serialize)]
struct InstanceAddress<'a> {
    to_display: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_key: Option<serde_json::Value>,
}

#[derive(Serialize)]
struct Problem<'a> {
    message: &'a str,
}

impl Check<'_> {
    /// The result as the model has it.
    pub(in super::super) fn to_model(&self) -> model::Check {
        model::Check {
            address: self.address.to_display.to_owned(),
            kind: self.address.kind.to_owned(),
            status: self.status.to_owned(),
        }
    }
}

/// Reads the results, sorted by address.
pub(in super::super) fn checks(raw: &[wire::CheckResults]) -> Result<Vec<Check<'_>>, Fault> {
    let mut checks = raw.iter().map(check).collect::<Result<Vec<_>, _>>()?;
    checks.sort_by_key(|check| check.address.to_display);
    Ok(checks)
}

fn check(raw: &wire::CheckResults) -> Result<Check<'_>, Fault> {
    let mut instances = raw
        .objects
        .iter()
        .map(|object| instance(raw.kind, object))
        .collect::<Result<Vec<_>, _>>()?;
    instances.sort_by_key(|instance| instance.address.to_display);
    Ok(Check {
        address: block_address(raw.kind, &raw.config_addr)?,
        status: status(raw.status)?,
        instances,
    })
}

fn instance(kind: i32, raw: &wire::ObjectResult) -> Result<Instance<'_>, Fault> {
    let place = Place::read(kind, &raw.object_addr)?;
    Ok(Instance {
        address: InstanceAddress {
            to_display: &raw.object_addr,
            module: place.module(),
            instance_key: place.key.and_then(|key| serde_json::to_value(Index::new(&key)).ok()),
        },
        status: status(raw.status)?,
        problems: raw.failure_messages.iter().map(|message| Problem { message }).collect(),
    })
}

fn block_address(kind: i32, text: &str) -> Result<BlockAddress<'_>, Fault> {
    let place = Place::read(kind, text)?;
    Ok(BlockAddress {
        kind: place.kind,
        to_display: text,
        module: place.module(),
        mode: place.mode,
        resource_type: place.resource_type,
        name: place.name,
    })
}

fn status(number: i32) -> Result<&'static str, Fault> {
    match number {
        0 => Ok("unknown"),
        1 => Ok("pass"),
        2 => Ok("fail"),
        3 => Ok("error"),
        _ => Err(Fault::Damaged("a check has an unknown status")),
    }
}

/// The parts of the address of a block that has conditions, or of an instance of it.
struct Place {
    kind: &'static str,
    module: ModuleAddress,
    mode: Option<Mode>,
    resource_type: Option<String>,
    name: String,
    key: Option<InstanceKey>,
}

impl Place {
    /// Reads an address: `[module.M.]TYPE.NAME`, `[module.M.]output.NAME`, `check.NAME`,
    /// `var.NAME`. The last three read as addresses of resources do.
    fn read(kind: i32, text: &str) -> Result<Self, Fault> {
        const UNREADABLE: Fault = Fault::Damaged("a check has an address that cannot be read");
        let address = Address::from_str(text).map_err(|_| UNREADABLE)?;
        let (kind, is_resource) = match kind {
            1 => ("resource", true),
            2 => ("output_value", false),
            3 => ("check", false),
            4 => ("var", false),
            _ => return Err(Fault::Damaged("a check is of an unknown kind")),
        };
        Ok(Place {
            kind,
            module: address.module,
            mode: is_resource.then_some(address.mode),
            resource_type: is_resource.then(|| address.resource_type.to_string()),
            name: address.name.to_string(),
            key: address.key,
        })
    }

    fn module(&self) -> Option<String> {
        Some(&self.module).filter(|module| !module.is_root()).map(ToString::to_string)
    }
}
