//! Resources as a tree of modules: `planned_values` and `prior_state`.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::super::fault::Fault;
use super::marks;
use crate::base::{Address, AttributePath, InstanceKey, Mode, ModuleAddress, ModuleStep};
use crate::model::Value;

/// How deep modules may lie in each other; what is written must be readable again.
const MOST_DEPTH: usize = 40;

/// A module with its resources and the modules that it calls.
#[derive(Default)]
pub(super) struct ModuleTree<'a> {
    address: ModuleAddress,
    resources: Vec<Resource<'a>>,
    children: BTreeMap<&'a ModuleStep, ModuleTree<'a>>,
}

/// A resource as it is or will be.
#[derive(Serialize)]
pub(super) struct Resource<'a> {
    #[serde(flatten)]
    address: AddressParts<'a>,
    provider_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) deposed_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<&'a Value>,
    sensitive_values: Value,
}

/// An address in the parts that documents have.
#[derive(Serialize)]
pub(super) struct AddressParts<'a> {
    address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    module_address: Option<String>,
    mode: Mode,
    #[serde(rename = "type")]
    resource_type: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<Index<'a>>,
}

/// The key of an instance.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Index<'a> {
    Number(u64),
    Text(&'a str),
}

impl<'a> Index<'a> {
    /// The key, as a number or a text.
    pub(super) fn new(key: &'a InstanceKey) -> Self {
        match key {
            InstanceKey::Index(index) => Index::Number(*index),
            InstanceKey::Key(key) => Index::Text(key),
        }
    }
}

impl<'a> AddressParts<'a> {
    /// The parts of `address`.
    pub(super) fn new(address: &'a Address) -> Self {
        AddressParts {
            address: address.to_string(),
            module_address: Some(&address.module)
                .filter(|module| !module.is_root())
                .map(ToString::to_string),
            mode: address.mode,
            resource_type: &address.resource_type,
            name: &address.name,
            index: address.key.as_ref().map(Index::new),
        }
    }
}

impl<'a> Resource<'a> {
    /// A resource in a tree; its module is said by its place there.
    pub(super) fn new(
        address: &'a Address,
        provider: &'a str,
        values: Option<&'a Value>,
        sensitive: &[AttributePath],
    ) -> Self {
        Resource {
            address: AddressParts { module_address: None, ..AddressParts::new(address) },
            provider_name: provider,
            deposed_key: None,
            values,
            sensitive_values: marks::tree(values, sensitive),
        }
    }
}

impl<'a> ModuleTree<'a> {
    /// Puts `resource` into the module `address`.
    pub(super) fn insert(
        &mut self,
        address: &'a ModuleAddress,
        resource: Resource<'a>,
    ) -> Result<(), Fault> {
        if address.0.len() > MOST_DEPTH {
            return Err(Fault::Beyond("its modules are nested too deeply"));
        }
        let mut module = self;
        for step in &address.0 {
            let mut below = module.address.clone();
            below.0.push(step.clone());
            module = module
                .children
                .entry(step)
                .or_insert_with(|| ModuleTree { address: below, ..ModuleTree::default() });
        }
        module.resources.push(resource);
        Ok(())
    }
}

impl Serialize for ModuleTree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(None)?;
        if !self.resources.is_empty() {
            let mut sorted: Vec<&Resource<'_>> = self.resources.iter().collect();
            sorted.sort_by_key(|resource| (&resource.address.address, resource.deposed_key));
            map.serialize_entry("resources", &sorted)?;
        }
        if !self.address.is_root() {
            map.serialize_entry("address", &self.address)?;
        }
        if !self.children.is_empty() {
            let children: Vec<&ModuleTree<'_>> = self.children.values().collect();
            map.serialize_entry("child_modules", &children)?;
        }
        map.end()
    }
}
