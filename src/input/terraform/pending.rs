//! Resources of which a plan does not say what becomes of them: their changes were put off, or
//! the plan was cut down to targets or stopped with an error.
//!
//! They become resources of which nothing is known, so that no policy passes them over.

use std::collections::HashSet;
use std::str::FromStr;
use std::sync::Arc;

use super::resource;
use crate::base::{Action, Address, AttributePath, Mode, ModuleAddress, ModuleStep, Span};
use crate::model::{Configuration, Declaration, Instances, Kind, Model, Module, Resource};

/// Adds to a plan what it puts off, and what is configured and not planned.
///
/// Terraform since 1.8 says whether a plan is complete. Where nobody says it, a plan is not that
/// has no instance of a block which must have one.
pub fn add(model: &mut Model) {
    if model.kind == Kind::State {
        return;
    }
    let mut added = deferred(model);
    let known: HashSet<String> =
        model.resources.iter().chain(&added).map(|resource| resource.address.block()).collect();
    let completeness = &model.completeness;
    let is_cut = completeness.errored || completeness.incomplete;
    if let Some(configuration) = &model.configuration
        && (is_cut || (!completeness.is_stated && plans_to_keep(model)))
    {
        let mut walk = Walk { configuration, known: &known, is_cut, found: Vec::new() };
        walk.module(&configuration.root, &ModuleAddress::default(), Instances::Sure);
        if !walk.found.is_empty() {
            let unplanned = walk.found.iter().map(|resource| resource.address.block());
            let unplanned = unplanned.collect();
            added.append(&mut walk.found);
            model.completeness.unplanned = unplanned;
            model.completeness.incomplete = true;
        }
    }
    if !added.is_empty() {
        model.resources.append(&mut added);
        resource::sort(&mut model.resources);
    }
}

/// True unless everything is to be destroyed: then what never was is not planned either.
fn plans_to_keep(model: &Model) -> bool {
    let mut managed = model.resources.iter().filter(|r| r.address.mode == Mode::Managed);
    managed.any(|resource| resource.action.leaves_it_managed())
}

fn deferred(model: &Model) -> Vec<Resource> {
    let configuration = model.configuration.as_deref();
    let resource = |(address, reason): &(String, String)| {
        // Of a block whose instances are not known the key is a star.
        let whole = || Address::from_str(&address.replace("[*]", "")).ok();
        let address = Address::from_str(address).ok().or_else(whole)?;
        let module = configuration.and_then(|configuration| configuration.module(&address.module));
        let declaration = module.and_then(|module| {
            let key =
                format!("{}{}.{}", address.mode.prefix(), address.resource_type, address.name);
            module.declarations.get(key.as_str()).cloned()
        });
        let mut resource = pending(address, configuration, declaration);
        resource.action_reason = Some(Arc::from(reason.as_str()));
        Some(resource)
    };
    let found = model.completeness.deferred.iter().filter_map(resource);
    let known: HashSet<&Address> = model.resources.iter().map(|r| &r.address).collect();
    let mut found: Vec<Resource> =
        found.filter(|r| r.address.mode == Mode::Managed && !known.contains(&r.address)).collect();
    resource::sort(&mut found);
    found.dedup_by(|a, b| a.address == b.address);
    found
}

/// A resource of which nothing is known.
fn pending(
    address: Address,
    configuration: Option<&Configuration>,
    declaration: Option<Arc<Declaration>>,
) -> Resource {
    let key = declaration.as_ref().and_then(|declaration| declaration.provider_key.as_deref());
    let provider = key.and_then(|key| configuration?.providers.get(key)?.source.as_deref());
    let provider = Arc::from(provider.unwrap_or_default());
    Resource {
        action: Action::Unknown,
        unknown: vec![AttributePath(Vec::new())],
        declaration,
        ..resource::of_state(address, provider, Span::default(), Span::default())
    }
}

/// The blocks of a configuration that have no instance in the plan.
struct Walk<'a> {
    configuration: &'a Configuration,
    known: &'a HashSet<String>,
    /// The plan is known to be cut down, so that every block without an instance counts.
    is_cut: bool,
    found: Vec<Resource>,
}

impl Walk<'_> {
    fn module(&mut self, module: &Module, at: &ModuleAddress, instances: Instances) {
        for declaration in module.declarations.values() {
            let counts = match instances.of_each(declaration.instances) {
                Instances::Never => false,
                Instances::Maybe => self.is_cut,
                Instances::Sure => true,
            };
            if declaration.mode != Mode::Managed || !counts {
                continue;
            }
            let address = Address {
                module: at.clone(),
                mode: declaration.mode,
                resource_type: declaration.resource_type.clone(),
                name: declaration.name.clone(),
                key: None,
            };
            if !self.known.contains(&address.block()) {
                let found = pending(address, Some(self.configuration), Some(declaration.clone()));
                self.found.push(found);
            }
        }
        for (name, call) in &module.calls {
            let mut inner = at.clone();
            inner.0.push(ModuleStep { name: name.clone(), key: None });
            self.module(&call.module, &inner, instances.of_each(call.instances));
        }
    }
}
