//! Secret values that stand in source: defaults of sensitive variables, and what is written at
//! names of secrets.

use super::block::{Attribute, Body};
use super::expression::{Expression, Shape};
use super::module::SourceModule;
use super::tree::SourceTree;
use crate::base::secret::Secrets;
use crate::model::secret::add_value;
use crate::model::{Value, names_secret};

/// The constants in `tree` that are secret.
#[must_use]
pub fn secrets(tree: &SourceTree) -> Secrets {
    let mut secrets = Secrets::default();
    for (key, module) in tree.modules() {
        add_module(tree, key, &module.module, &mut secrets);
    }
    secrets
}

/// The names of the root module's variables that are declared sensitive or ephemeral.
pub fn sensitive_variables(tree: &SourceTree) -> impl Iterator<Item = &str> {
    let root = tree.module_at("").into_iter();
    let variables = root.flat_map(|root| root.module.of_kind("variable"));
    let secret = variables.filter(|block| is_secret(&block.body, ""));
    secret.filter_map(|block| block.label(0).map(|name| &**name))
}

/// True for a variable or output that says so, or is called like a secret.
fn is_secret(body: &Body, name: &str) -> bool {
    body.is_true("sensitive") || body.is_true("ephemeral") || names_secret(name)
}

fn add_module(tree: &SourceTree, key: &str, module: &SourceModule, secrets: &mut Secrets) {
    for (kind, holder) in [("variable", "default"), ("output", "value")] {
        for block in module.of_kind(kind) {
            if block.label(0).is_some_and(|name| is_secret(&block.body, name)) {
                block.body.value(holder).into_iter().for_each(|value| add_all(value, secrets));
            }
        }
    }
    let known = ["variable", "output", "module"];
    let others = module.blocks().filter(|block| !known.contains(&&*block.kind));
    others.for_each(|block| add_named_in(&block.body, secrets));
    module.locals().for_each(|local| add_attribute(local, secrets));
    for call in module.of_kind("module") {
        let called = call.label(0).and_then(|name| tree.called(key, name));
        for argument in &call.body.attributes {
            let variable = called.and_then(|called| called.module.variable(&argument.name));
            if variable.is_some_and(|variable| is_secret(&variable.body, "")) {
                add_all(&argument.value, secrets);
            } else {
                add_attribute(argument, secrets);
            }
        }
    }
}

fn add_named_in(body: &Body, secrets: &mut Secrets) {
    body.attributes.iter().for_each(|attribute| add_attribute(attribute, secrets));
    body.blocks.iter().for_each(|block| add_named_in(&block.body, secrets));
}

fn add_attribute(attribute: &Attribute, secrets: &mut Secrets) {
    if names_secret(&attribute.name) {
        add_all(&attribute.value, secrets);
    } else {
        add_named(&attribute.value, secrets);
    }
}

/// Adds the members of objects that are called like secrets.
fn add_named(expression: &Expression, secrets: &mut Secrets) {
    match &expression.shape {
        Shape::List(elements) => elements.iter().for_each(|e| add_named(e, secrets)),
        Shape::Object(members) => {
            for member in members {
                if member.key.as_deref().is_some_and(names_secret) {
                    add_all(&member.value, secrets);
                } else {
                    add_named(&member.value, secrets);
                }
            }
        }
        _ => {}
    }
}

/// Adds every constant of an expression. The arguments of a function are none if they name a file.
fn add_all(expression: &Expression, secrets: &mut Secrets) {
    match &expression.shape {
        Shape::Number(text) => secrets.add(text),
        Shape::Text(text) => add_text(text, secrets),
        Shape::Template(parts) => {
            let whole: Option<String> = parts.iter().map(Expression::as_text).collect();
            whole.into_iter().for_each(|text| add_text(&text, secrets));
            parts.iter().for_each(|part| add_all(part, secrets));
        }
        Shape::Call { name, arguments } if !name.contains("file") => {
            arguments.iter().for_each(|argument| add_all(argument, secrets));
        }
        Shape::Choice(parts) => parts.iter().skip(1).for_each(|part| add_all(part, secrets)),
        Shape::List(elements) => elements.iter().for_each(|e| add_all(e, secrets)),
        Shape::Object(members) => members.iter().for_each(|m| add_all(&m.value, secrets)),
        _ => {}
    }
}

/// Adds a text and what it holds. `$${` and `%%{` are how templates are written that are none.
fn add_text(text: &str, secrets: &mut Secrets) {
    add_value(&Value::String(text.into()), secrets);
    let plain = text.replace("$${", "${").replace("%%{", "%{");
    if plain != text {
        add_value(&Value::String(plain.into()), secrets);
    }
}
