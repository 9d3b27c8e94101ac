//! What a plan holds besides resources, as values of the model, and what of it is not known.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{AttributePath, PathStep};
use crate::model::{
    Backend, BlockArguments, Configuration, Model, Module, Object, Provider, References, Value,
};

/// Arguments of backends that may be given outside of the source, and that policies ask for.
const FROM_OUTSIDE: [&str; 13] = [
    "access_key",
    "acl",
    "dynamodb_table",
    "encrypt",
    "encryption_key",
    "kms_encryption_key",
    "kms_key_id",
    "lock_address",
    "lock_table",
    "path",
    "secret_key",
    "tablestore_table",
    "use_lockfile",
];

/// The members of the document of a plan, without its resources.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) values: Value,
    /// Paths known only after apply, or said nowhere in the input.
    pub(super) unknown: Vec<AttributePath>,
}

impl Parts {
    /// The parts of `model`.
    pub(super) fn of(model: &Model) -> Self {
        let nothing = Configuration::default();
        let configuration = model.configuration.as_deref().unwrap_or(&nothing);
        let settings = configuration.settings.as_ref();
        let mut modules = Vec::new();
        collect_modules(&configuration.root, "", &mut modules);
        let providers = configuration.providers.iter();
        let providers = providers.map(|(key, known)| (Arc::from(key.as_str()), provider(known)));
        let backend = settings.and_then(|settings| settings.backend.as_ref());
        let required = settings.map(|settings| &settings.required_providers).into_iter().flatten();
        let required = required.map(|(name, entry)| {
            let entry = object([
                ("source", optional(entry.source.as_deref())),
                ("version", optional(entry.version.as_deref())),
            ]);
            (Arc::from(name.as_str()), entry)
        });
        let version = settings.and_then(|settings| settings.required_version.as_deref());
        let locked = settings.and_then(|settings| settings.has_lock_file);
        let values = object([
            ("kind", text(model.kind.as_str())),
            ("format_version", text(&model.format_version)),
            ("terraform_version", optional(model.tool_version.as_deref())),
            ("errored", Value::Bool(model.completeness.errored)),
            ("complete", Value::Bool(!model.completeness.incomplete)),
            ("deferred", deferred(model)),
            ("checks", checks(model)),
            ("relevant_attributes", relevant(model)),
            ("variables", variables(model, &configuration.root)),
            ("outputs", outputs(model, &configuration.root)),
            ("providers", members(providers)),
            ("modules", members(modules.into_iter())),
            ("backend", backend.map(self::backend).unwrap_or_default()),
            ("lock_file", locked.map(Value::Bool).unwrap_or_default()),
            ("required_version", optional(version)),
            ("required_providers", members(required)),
        ]);
        Parts { values, unknown: unknown(model, backend) }
    }
}

fn unknown(model: &Model, backend: Option<&Backend>) -> Vec<AttributePath> {
    let path = |steps: [&str; 3]| AttributePath(steps.map(PathStep::from).to_vec());
    let outputs = model.outputs.iter().filter(|(_, output)| output.unknown);
    let outputs = outputs.map(|(name, _)| path(["outputs", name, "value"]));
    let arguments = backend.into_iter().flat_map(|backend| {
        let BlockArguments { constants, references } = &backend.arguments;
        FROM_OUTSIDE.into_iter().filter(move |name| {
            let is_computed = references.iter().any(|(argument, _)| **argument == **name);
            is_computed || (backend.is_partial && constants.get(name).is_none())
        })
    });
    let arguments = arguments.map(|name| path(["backend", "constants", name]));
    outputs.chain(arguments).chain(unknown_places(model)).collect()
}

/// Regions and zones of providers that are more than a constant or a variable, and regions that nothing
/// says: AWS takes one from the environment then, or from a profile.
fn unknown_places(model: &Model) -> impl Iterator<Item = AttributePath> {
    let path = |key: &str, argument: &str| {
        AttributePath(["providers", key, "constants", argument].map(PathStep::from).to_vec())
    };
    let is_known = |referred: &References| match referred.as_slice() {
        [only] => only.strip_prefix("var.").is_some_and(|name| {
            model.variables.get(name).is_some_and(|variable| variable.value.is_some())
        }),
        _ => false,
    };
    let providers = model.configuration.iter().flat_map(|known| &known.providers);
    let arguments = providers.flat_map(|(key, provider)| {
        provider.arguments.references.iter().map(move |referred| (key, provider, referred))
    });
    let unknown = arguments.filter(move |(_, provider, (argument, referred))| {
        let is_known = provider.module.is_empty() && is_known(referred);
        matches!(&**argument, "region" | "zone") && !is_known
    });
    let computed = unknown.map(move |(key, _, (argument, _))| path(key, argument));
    let providers = model.configuration.iter().flat_map(|known| &known.providers);
    let unsaid = providers.filter(|(_, provider)| {
        let BlockArguments { constants, references } = &provider.arguments;
        let is_said = constants.get("region").is_some_and(|region| *region != Value::Null)
            || references.iter().any(|(argument, _)| **argument == *"region");
        provider.name == "aws" && provider.module.is_empty() && !is_said
    });
    computed.chain(unsaid.map(move |(key, _)| path(key, "region")))
}

fn variables(model: &Model, root: &Module) -> Value {
    let mut found: BTreeMap<Arc<str>, Value> = BTreeMap::new();
    let given = model.variables.iter().map(|(name, known)| (name.as_str(), Some(known)));
    let declared = root.variables.keys().map(|name| (&**name, None));
    for (name, known) in declared.chain(given) {
        let declaration = root.variables.get(name);
        let is_secret = known.is_some_and(|known| known.sensitive)
            || declaration.is_some_and(|declaration| declaration.is_secret());
        let default = declaration.and_then(|declaration| declaration.default.clone());
        let variable = object([
            ("value", known.and_then(|known| known.value.clone()).unwrap_or_default()),
            ("default", default.unwrap_or_default()),
            ("sensitive", Value::Bool(is_secret)),
            ("declared", Value::Bool(declaration.is_some())),
        ]);
        found.insert(Arc::from(name), variable);
    }
    members(found.into_iter())
}

fn outputs(model: &Model, root: &Module) -> Value {
    members(model.outputs.iter().map(|(name, output)| {
        let referred = root.outputs.get(name.as_str()).map(references).unwrap_or_default();
        let output = object([
            ("value", output.value.clone().unwrap_or_default()),
            ("sensitive", Value::Bool(output.sensitive)),
            ("references", referred),
        ]);
        (Arc::from(name.as_str()), output)
    }))
}

fn provider(provider: &Provider) -> Value {
    object([
        ("name", text(&provider.name)),
        ("source", optional(provider.source.as_deref())),
        ("alias", optional(provider.alias.as_deref())),
        ("version_constraint", optional(provider.version_constraint.as_deref())),
        ("module", text(&provider.module)),
        ("constants", constants(&provider.arguments)),
        ("references", written_references(&provider.arguments)),
    ])
}

fn backend(backend: &Backend) -> Value {
    object([
        ("type", text(&backend.kind)),
        ("constants", constants(&backend.arguments)),
        ("references", written_references(&backend.arguments)),
    ])
}

/// An object in any case, so that what is not known has its place in it.
fn constants(arguments: &BlockArguments) -> Value {
    match &arguments.constants {
        Value::Null => Value::Object(Object::default()),
        constants => constants.clone(),
    }
}

fn written_references(arguments: &BlockArguments) -> Value {
    let by_argument = arguments.references.iter();
    members(by_argument.map(|(argument, referred)| (argument.clone(), references(referred))))
}

/// The calls of modules by the address of what they call, without keys.
fn collect_modules(module: &Module, parent: &str, found: &mut Vec<(Arc<str>, Value)>) {
    for (name, call) in &module.calls {
        let dot = if parent.is_empty() { "" } else { "." };
        let address = format!("{parent}{dot}module.{name}");
        let value = object([
            ("name", Value::String(name.clone())),
            ("module", text(parent)),
            ("source", text(&call.source)),
            ("version_constraint", optional(call.version_constraint.as_deref())),
        ]);
        found.push((Arc::from(address.as_str()), value));
        collect_modules(&call.module, &address, found);
    }
}

fn deferred(model: &Model) -> Value {
    let deferred = model.completeness.deferred.iter();
    let deferred = deferred
        .map(|(address, reason)| object([("address", text(address)), ("reason", text(reason))]));
    Value::Array(deferred.collect())
}

fn checks(model: &Model) -> Value {
    let checks = model.checks.iter().map(|check| {
        let (kind, status) = (text(&check.kind), text(&check.status));
        object([("address", text(&check.address)), ("kind", kind), ("status", status)])
    });
    Value::Array(checks.collect())
}

fn relevant(model: &Model) -> Value {
    let relevant = model.relevant_attributes.iter().map(|(address, path)| {
        let steps = path.0.iter().map(|step| match step {
            PathStep::Key(key) => Value::String(key.clone()),
            PathStep::Index(index) => Value::Integer(i64::try_from(*index).unwrap_or(i64::MAX)),
        });
        object([("address", text(address)), ("attribute", Value::Array(steps.collect()))])
    });
    Value::Array(relevant.collect())
}

fn references(references: &References) -> Value {
    Value::Array(references.iter().map(|text| Value::String(text.clone())).collect())
}

fn text(text: &str) -> Value {
    Value::String(Arc::from(text))
}

fn optional(value: Option<&str>) -> Value {
    value.map(text).unwrap_or_default()
}

fn object<const N: usize>(entries: [(&str, Value); N]) -> Value {
    members(entries.into_iter().map(|(name, value)| (Arc::from(name), value)))
}

fn members(entries: impl Iterator<Item = (Arc<str>, Value)>) -> Value {
    Value::Object(Object::new(entries.collect()).unwrap_or_default())
}
