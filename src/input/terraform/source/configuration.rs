//! The configuration of a tree, as a plan's `configuration` would have it.
//!
//! Two things only the source can say: `dynamic` blocks count as written, with what they and
//! their content refer to; and a reference to a local value is what stands behind it.
//! One thing only a provider's schema can say: in the JSON syntax, whether an object is a
//! nested block or a value (it counts as a value), and which nested blocks are single
//! (`timeouts` is, the others are lists).

use std::sync::Arc;

use super::argument::Arguments;
use super::block::Block;
use super::expression::{Expression, Shape};
use super::local::Locals;
use super::module::SourceModule;
use super::provider::Providers;
use super::setting;
use super::tree::{SourceTree, child_key};
use crate::base::Mode;
use crate::input::terraform::hashed;
use crate::model::{
    Configuration, Declaration, Instances, Module, ModuleCall, Settings, Value, VariableDeclaration,
};

/// What a `module` block may hold that is no argument of the module.
const META: [&str; 6] = ["source", "version", "providers", "count", "for_each", "depends_on"];

/// The configuration that `tree` holds.
#[must_use]
pub fn configuration(tree: &SourceTree) -> Configuration {
    let providers = Providers::new(tree);
    let root = module(tree, &providers, "");
    let settings = tree.module_at("").map(|root| Settings {
        has_lock_file: tree.has_lock_file,
        ..setting::settings(&root.module)
    });
    Configuration { providers: providers.into_map(), root, settings }
}

fn module(tree: &SourceTree, providers: &Providers, key: &str) -> Module {
    let Some(found) = tree.module_at(key) else { return Module::default() };
    let source: &SourceModule = &found.module;
    let mut locals = Locals::new(source);
    let mut read = Module::default();
    for (kind, mode) in
        [("resource", Mode::Managed), ("data", Mode::Data), ("ephemeral", Mode::Ephemeral)]
    {
        for block in source.of_kind(kind) {
            let provider = providers.key_of(block, key);
            if let Some(declaration) = declaration(&mut locals, block, mode, provider) {
                let Declaration { resource_type, name, .. } = &declaration;
                let key = format!("{}{resource_type}.{name}", mode.prefix());
                read.declarations.insert(Arc::from(key), Arc::new(declaration));
            }
        }
    }
    for block in source.of_kind("module") {
        let Some(name) = block.label(0) else { continue };
        let mut call = call(&mut locals, block);
        call.module = module(tree, providers, &child_key(key, name));
        read.calls.insert(name.clone(), call);
    }
    for block in source.of_kind("output") {
        let Some(name) = block.label(0) else { continue };
        let value = block.body.value("value");
        let mut arguments = Arguments::new(&mut locals);
        read.outputs.insert(name.clone(), arguments.references_of(value));
        read.written.extend(value.map(|value| (name.clone(), arguments.written(value))));
    }
    let variables = source.of_kind("variable");
    read.variables =
        variables.filter_map(|block| Some((block.label(0)?.clone(), variable(block)))).collect();
    read
}

fn declaration(
    locals: &mut Locals<'_>,
    block: &Block,
    mode: Mode,
    provider: String,
) -> Option<Declaration> {
    let [resource_type, name] = block.labels.as_slice() else { return None };
    let mut arguments = Arguments::new(locals);
    let written = arguments.resource(block);
    let repetition = repetition(&mut arguments, block);
    let repeated = block.body.value("for_each").map(|each| arguments.written(each));
    let hashed = hashed::argument(resource_type).and_then(|name| block.body.value(name));
    Some(Declaration {
        mode,
        hashed: hashed.and_then(Expression::literal),
        resource_type: resource_type.clone(),
        name: name.clone(),
        provider_key: Some(Arc::from(provider)),
        arguments: written,
        references: arguments.references,
        constants: Vec::new(),
        repetition,
        instances: instances(block),
        written: arguments.written,
        prevent_destroy: Some(prevents_destruction(block)),
        repeated,
    })
}

fn variable(block: &Block) -> VariableDeclaration {
    VariableDeclaration {
        default: block.body.value("default").and_then(Expression::constant),
        sensitive: block.body.is_true("sensitive"),
        ephemeral: block.body.is_true("ephemeral"),
    }
}

/// The nested block in the native syntax, the member in the JSON syntax.
fn prevents_destruction(block: &Block) -> bool {
    let nested = block.body.nested("lifecycle");
    let member = block.body.value("lifecycle").and_then(|value| value.member("prevent_destroy"));
    nested.iter().any(|nested| nested.body().is_true("prevent_destroy"))
        || member.is_some_and(|member| member.value.constant() == Some(Value::Bool(true)))
}

fn call(locals: &mut Locals<'_>, block: &Block) -> ModuleCall {
    let mut arguments = Arguments::new(locals);
    let repetition = repetition(&mut arguments, block);
    let repeated = block.body.value("for_each").map(|each| arguments.written(each));
    let passed = block.body.attributes.iter();
    let passed = passed.filter(|attribute| !META.contains(&&*attribute.name));
    let written =
        passed.clone().map(|passed| (passed.name.clone(), arguments.written(&passed.value)));
    let written = written.collect();
    ModuleCall {
        source: block.body.text("source").unwrap_or_default().to_owned(),
        version_constraint: block.body.text("version").map(str::to_owned),
        arguments: passed
            .map(|attribute| {
                (attribute.name.clone(), arguments.references_of(Some(&attribute.value)))
            })
            .collect(),
        repetition,
        instances: instances(block),
        module: Module::default(),
        written,
        repeated,
    }
}

/// Whether a block has instances, as far as it says so by itself.
fn instances(block: &Block) -> Instances {
    let lifecycle = block.body.blocks.iter().find(|nested| *nested.kind == *"lifecycle");
    if let Some(enabled) = lifecycle.and_then(|lifecycle| lifecycle.body.value("enabled")) {
        return match enabled.shape {
            Shape::Bool(true) => Instances::Sure,
            Shape::Bool(false) => Instances::Never,
            _ => Instances::Maybe,
        };
    }
    match (block.body.value("count"), block.body.value("for_each")) {
        (None, None) => Instances::Sure,
        (Some(count), _) => match &count.shape {
            Shape::Number(text) | Shape::Text(text) if **text == *"0" => Instances::Never,
            Shape::Number(_) => Instances::Sure,
            _ => Instances::Maybe,
        },
        (None, Some(repeated)) => elements(repeated),
    }
}

/// Whether there is something in a collection that is written out.
fn elements(repeated: &Expression) -> Instances {
    let by_number = |number: usize| if number == 0 { Instances::Never } else { Instances::Sure };
    match &repeated.shape {
        Shape::List(elements) => by_number(elements.len()),
        Shape::Object(members) => by_number(members.len()),
        Shape::Call { name, arguments } if matches!(&**name, "toset" | "tomap") => {
            arguments.first().map_or(Instances::Maybe, elements)
        }
        _ => Instances::Maybe,
    }
}

fn repetition(arguments: &mut Arguments<'_, '_>, block: &Block) -> Vec<Arc<str>> {
    let repeated = block.body.value("count").or_else(|| block.body.value("for_each"));
    arguments.references_of(repeated)
}
