//! Which source a plan or state belongs to: the files inside a saved plan, or a directory.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::block;
use super::configuration::declaration;
use super::hashed;
use super::saved_plan::EmbeddedSources;
use super::source::{self, ModuleFiles, Precision, SourceTree};
use crate::input::files::{FileSystem, Files};
use crate::model::constant;
use crate::model::secret::add_value;
use crate::model::{Backend, Configuration, Declaration, Model, Module, Object, References, Value};

/// How many resources are looked for before a directory is taken for another configuration.
const MOST_LOOKED_FOR: usize = 200;

/// The tree of the files inside a saved plan. Their names begin with the directory in which the
/// root module stands now: `root` where it is given, else the working directory or that of the
/// plan, whichever holds the same files.
pub(in crate::input) fn embedded(
    sources: EmbeddedSources,
    plan: &str,
    root: Option<&str>,
) -> SourceTree {
    let beside = Path::new(plan).parent().map(|path| path.display().to_string());
    let candidates = [Some(String::new()), beside];
    let found = candidates.into_iter().flatten().find(|directory| holds(directory, &sources));
    let found = found.unwrap_or_default();
    let root = root.unwrap_or(&found);
    let modules = sources.modules.into_iter().map(|module| ModuleFiles {
        key: module.path.join("."),
        source: module.source,
        directory: source::joined(root, &module.dir),
        files: module.files.into_iter().map(|(name, text)| (name, text.into_bytes())).collect(),
    });
    SourceTree::from_modules(modules.collect())
}

/// True when `directory` holds the files of the root module as they were when the plan was made.
fn holds(directory: &str, sources: &EmbeddedSources) -> bool {
    let files = FileSystem::new(Path::new(if directory.is_empty() { "." } else { directory }));
    let root = sources.modules.iter().find(|module| module.path.is_empty());
    let mut names = root.into_iter().flat_map(|module| &module.files).peekable();
    names.peek().is_some()
        && names.all(|(name, text)| {
            let path = source::joined(directory, name);
            files.read(&path, text.len() as u64).is_ok_and(|bytes| bytes == text.as_bytes())
        })
}

/// Gives a model the configuration that its sources say, and the backend that its plan says.
pub(in crate::input) fn declare(model: &mut Model, tree: &SourceTree, backend: Option<Backend>) {
    let mut configuration = source::configuration(tree);
    if let (Some(settings), Some(backend)) = (configuration.settings.as_mut(), backend) {
        settings.backend = Some(backend);
    }
    constant::mark(&mut configuration);
    learn_secrets(model, tree);
    for resource in model.resources.iter_mut().chain(&mut model.drift) {
        resource.declaration = declaration(&configuration, &resource.address);
        hashed::reveal(resource);
    }
    model.configuration = Some(Arc::new(configuration));
}

/// Adds the secrets that the source tells: what is written in it, and the values of variables
/// that only it says to be sensitive or, as plan JSON of Terraform never says, ephemeral.
fn learn_secrets(model: &mut Model, tree: &SourceTree) {
    model.secrets.merge(&source::secrets(tree));
    for name in source::sensitive_variables(tree) {
        if let Some(variable) = model.variables.get_mut(name) {
            variable.sensitive = true;
            let value = variable.value.iter();
            value.for_each(|value| add_value(value, &mut model.secrets));
        }
    }
}

/// Adds to the configuration of a plan what its JSON leaves out and the source says: `dynamic`
/// blocks, and what stands behind local values. What the plan says stays.
pub fn supplement(model: &mut Model, tree: &SourceTree) {
    learn_secrets(model, tree);
    let Some(configuration) = model.configuration.clone().filter(|_| !tree.is_empty()) else {
        return;
    };
    let written = source::configuration(tree);
    let mut supplemented = Configuration::clone(&configuration);
    supplement_calls(&mut supplemented.root, &written.root);
    supplemented.settings.clone_from(&written.settings);
    let mut merged: HashMap<*const Declaration, Arc<Declaration>> = HashMap::new();
    for resource in &mut model.resources {
        // What a plan was thought to leave out counts no more where the source says it.
        let Some(known) = declaration(&configuration, &resource.address) else { continue };
        let Some(source) = declaration(&written, &resource.address) else { continue };
        let merge = || {
            let merged = merged_declaration(&known, &source);
            let module = &resource.address.module;
            let constants = constant::constants(&supplemented, module, &merged);
            Arc::new(Declaration { constants, ..merged })
        };
        let merged = merged.entry(Arc::as_ptr(&known)).or_insert_with(merge);
        resource.declaration = Some(merged.clone());
        block::add_dynamic(resource);
        hashed::reveal(resource);
    }
    model.configuration = Some(Arc::new(supplemented));
}

/// Arguments of module calls and outputs may go through local values too.
fn supplement_calls(known: &mut Module, written: &Module) {
    known.written.clone_from(&written.written);
    // A plan does not say which variables are ephemeral.
    for (name, variable) in &mut known.variables {
        variable.ephemeral |= written.variables.get(name).is_some_and(|source| source.ephemeral);
    }
    for (name, references) in &mut known.outputs {
        add_behind_locals(references, written.outputs.get(name));
    }
    // Of a repetition by a function, and of `enabled`, a plan says nothing.
    for (name, declaration) in &mut known.declarations {
        let source = written.declarations.get(name);
        if let Some(source) = source.filter(|source| source.instances != declaration.instances) {
            Arc::make_mut(declaration).instances = source.instances;
        }
    }
    for (name, call) in &mut known.calls {
        let Some(source) = written.calls.get(name) else { continue };
        for (argument, references) in &mut call.arguments {
            add_behind_locals(references, source.arguments.get(argument));
        }
        add_behind_locals(&mut call.repetition, Some(&source.repetition));
        call.written.clone_from(&source.written);
        call.repeated.clone_from(&source.repeated);
        call.instances = source.instances;
        supplement_calls(&mut call.module, &source.module);
    }
}

fn merged_declaration(known: &Declaration, written: &Declaration) -> Declaration {
    let mut merged = known.clone();
    merged.hashed = known.hashed.clone().or_else(|| written.hashed.clone());
    merged.prevent_destroy = written.prevent_destroy;
    merged.arguments = merged_arguments(&known.arguments, &written.arguments);
    // What refers to nothing behind its local values is not among the references of the source.
    let without = constant::written(&written.arguments);
    let without = without.iter().filter(|path| written.references.iter().all(|(a, _)| a != *path));
    for argument in without {
        let of_it = merged.references.iter_mut().filter(|(name, _)| name == argument);
        of_it.for_each(|(_, known)| add_behind_locals(known, Some(&References::new())));
    }
    for (argument, references) in &written.references {
        match merged.references.iter_mut().find(|(name, _)| name == argument) {
            Some((_, known)) => add_behind_locals(known, Some(references)),
            None => merged.references.push((argument.clone(), references.clone())),
        }
    }
    add_behind_locals(&mut merged.repetition, Some(&written.repetition));
    merged.written.clone_from(&written.written);
    merged.repeated.clone_from(&written.repeated);
    merged
}

/// Replaces references to local values by what the source says that stands behind them.
fn add_behind_locals(known: &mut References, written: Option<&References>) {
    let is_local = |reference: &Arc<str>| reference.starts_with("local.");
    let Some(written) = written.filter(|_| known.iter().any(is_local)) else { return };
    if written.iter().any(is_local) {
        return;
    }
    known.retain(|reference| !is_local(reference));
    known.extend(
        written.iter().filter(|reference| !known.contains(reference)).cloned().collect::<Vec<_>>(),
    );
}

/// The arguments of both; of nested blocks as many as either has.
fn merged_arguments(known: &Value, written: &Value) -> Value {
    match (known, written) {
        (Value::Object(known), Value::Object(written)) => {
            let own = known.iter().map(|(key, value)| {
                let other = written.get(key).unwrap_or(value);
                (key.clone(), merged_arguments(value, other))
            });
            let added = written.iter().filter(|(key, _)| known.get(key).is_none()).cloned();
            Value::Object(Object::new(own.chain(added).collect()).unwrap_or_default())
        }
        (Value::Array(known), Value::Array(written)) => {
            let length = known.len().max(written.len());
            let element = |index: usize| match (known.get(index), written.get(index)) {
                (Some(known), Some(written)) => merged_arguments(known, written),
                (Some(only), None) | (None, Some(only)) => only.clone(),
                (None, None) => Value::Null,
            };
            Value::Array((0..length).map(element).collect())
        }
        _ => known.clone(),
    }
}

/// The source in `directory`.
#[must_use]
pub fn read(directory: &str) -> SourceTree {
    SourceTree::read(&FileSystem::new(Path::new(directory)), directory)
}

/// True when `tree` declares a resource of `model`, so that it is the model's own source.
#[must_use]
pub fn declares(tree: &SourceTree, model: &Model) -> bool {
    model.resources.iter().take(MOST_LOOKED_FOR).any(|resource| {
        source::locate(tree, &resource.address, None)
            .is_ok_and(|located| located.precision == Precision::Resource)
    })
}
