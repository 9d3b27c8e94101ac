//! Arguments whose values come from constants of the configuration alone.
//!
//! An argument that refers to the variable of a module is as constant as what its call gives, or as
//! the default. `each` is what `for_each` is. A file beside the source is part of it. Of local values
//! a plan says nothing: they count where the source says what stands behind them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Value;
use super::configuration::{
    Configuration, Declaration, LONGEST_WAY, Module, ModuleCall, References, is_longer_form,
};
use crate::base::ModuleAddress;

/// Notes in the declarations of `configuration` which of their arguments are constant.
pub fn mark(configuration: &mut Configuration) {
    let found = Found::of(configuration, &configuration.root, &mut Vec::new());
    found.note_in(&mut configuration.root);
}

/// The arguments of `declaration`, in the module at `address`, that are constant, by their paths without
/// indexes.
#[must_use]
pub fn constants(
    configuration: &Configuration,
    address: &ModuleAddress,
    declaration: &Declaration,
) -> Vec<Arc<str>> {
    let way: Vec<&str> = address.names().collect();
    Modules { configuration }.constants(&way, declaration)
}

/// The constant arguments in a module and in those that it calls.
struct Found {
    declarations: BTreeMap<Arc<str>, Vec<Arc<str>>>,
    calls: BTreeMap<Arc<str>, Found>,
}

impl Found {
    /// Those of `module`, which `way` leads to.
    fn of<'a>(
        configuration: &'a Configuration,
        module: &'a Module,
        way: &mut Vec<&'a str>,
    ) -> Self {
        let modules = Modules { configuration };
        let declarations = module.declarations.iter();
        let declarations = declarations
            .map(|(name, declaration)| (name.clone(), modules.constants(way, declaration)))
            .collect();
        let mut calls = BTreeMap::new();
        for (name, call) in &module.calls {
            way.push(name);
            calls.insert(name.clone(), Found::of(configuration, &call.module, way));
            way.pop();
        }
        Found { declarations, calls }
    }

    fn note_in(self, module: &mut Module) {
        for (name, constants) in self.declarations {
            if let Some(declaration) = module.declarations.get_mut(&name) {
                Arc::make_mut(declaration).constants = constants;
            }
        }
        for (name, found) in self.calls {
            if let Some(call) = module.calls.get_mut(&name) {
                found.note_in(&mut call.module);
            }
        }
    }
}

/// The paths of what is written, without indexes.
#[must_use]
pub fn written(arguments: &Value) -> Vec<Arc<str>> {
    let mut found = Vec::new();
    collect(arguments, String::new(), &mut found);
    found.sort_unstable();
    found.dedup();
    found
}

fn collect(arguments: &Value, path: String, found: &mut Vec<Arc<str>>) {
    match arguments {
        Value::Object(object) => {
            for (name, value) in object {
                let path =
                    if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
                collect(value, path, found);
            }
        }
        Value::Array(elements) => {
            elements.iter().for_each(|element| collect(element, path.clone(), found));
        }
        Value::Null => {}
        _ => found.push(Arc::from(path)),
    }
}

/// True when one of the paths leads to the other.
fn overlap(one: &str, other: &str) -> bool {
    one.split('.').zip(other.split('.')).all(|(a, b)| a == b)
}

struct Modules<'a> {
    configuration: &'a Configuration,
}

impl<'a> Modules<'a> {
    fn constants(&self, way: &[&'a str], declaration: &'a Declaration) -> Vec<Arc<str>> {
        let is_constant = |path: &Arc<str>| {
            let mut own = declaration.references.iter().filter(|(other, _)| overlap(other, path));
            own.all(|(_, references)| {
                self.are_constant(way, references, &declaration.repetition, LONGEST_WAY)
            })
        };
        written(&declaration.arguments).into_iter().filter(is_constant).collect()
    }

    /// True when `references`, in the module that `way` leads to and in a block with `repetition`, come
    /// to nothing but constants.
    fn are_constant(
        &self,
        way: &[&'a str],
        references: &'a References,
        repetition: &'a References,
        left: usize,
    ) -> bool {
        let Some(left) = left.checked_sub(1) else { return false };
        let is_said_longer =
            |reference: &str| references.iter().any(|other| is_longer_form(other, reference));
        references.iter().all(|reference| {
            match reference.split('.').next().unwrap_or_default() {
                "path" | "terraform" | "count" => true,
                "each" => self.are_constant(way, repetition, &NOTHING, left),
                "var" => {
                    let call = self.call(way);
                    let repetition = call.map_or(&NOTHING, |call| &call.repetition);
                    match self.configuration.step(way, reference) {
                        Some((parent, given)) => {
                            self.are_constant(&parent, given, repetition, left)
                        }
                        None => call.is_some_and(|call| has_default(&call.module, reference)),
                    }
                }
                "module" => match self.configuration.step(way, reference) {
                    Some((inner, behind)) => self.are_constant(&inner, behind, &NOTHING, left),
                    // `module.a` beside `module.a.b` says nothing more.
                    None => is_said_longer(reference),
                },
                _ => false,
            }
        })
    }

    /// The call of the module that `way` leads to; None of the root module.
    fn call(&self, way: &[&str]) -> Option<&'a ModuleCall> {
        let (call, parent) = way.split_last()?;
        self.configuration.at(parent)?.calls.get(*call)
    }
}

/// True when the variable that `reference` names has a default in `module`.
fn has_default(module: &Module, reference: &str) -> bool {
    let variable = reference.split(['.', '[']).nth(1).unwrap_or_default();
    let default = module.variables.get(variable).and_then(|declared| declared.default.as_ref());
    default.is_some_and(|default| *default != Value::Null)
}

/// A block without `count` and `for_each`.
static NOTHING: References = References::new();

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Object;

    fn refer(to: &[&str]) -> References {
        to.iter().map(|text| Arc::from(*text)).collect()
    }

    /// A root module that calls `m`, which has a default, with `arguments` and `repetition`.
    fn calling(arguments: &[(&str, &[&str])], repetition: &[&str]) -> Configuration {
        let mut call = ModuleCall { repetition: refer(repetition), ..ModuleCall::default() };
        for (name, to) in arguments {
            call.arguments.insert(Arc::from(*name), refer(to));
        }
        let declared = [("default", Value::String(Arc::from("x"))), ("null", Value::Null)];
        for (name, default) in declared {
            let variable =
                crate::model::VariableDeclaration { default: Some(default), ..Default::default() };
            call.module.variables.insert(Arc::from(name), variable);
        }
        call.module.outputs.insert(Arc::from("constant"), refer(&["var.given"]));
        call.module.outputs.insert(Arc::from("made"), refer(&["random_password.a.result"]));
        let mut configuration = Configuration::default();
        configuration.root.calls.insert(Arc::from("m"), call);
        configuration
    }

    fn is_constant(
        configuration: &Configuration,
        way: &[&str],
        to: &[&str],
        each: &[&str],
    ) -> bool {
        let (references, repetition) = (refer(to), refer(each));
        Modules { configuration }.are_constant(way, &references, &repetition, LONGEST_WAY)
    }

    #[test]
    fn the_root_module_refers_to_what_comes_from_outside() {
        let empty = Configuration::default();
        for constant in [&[][..], &["path.module"], &["terraform.workspace"], &["count.index"]] {
            assert!(is_constant(&empty, &[], constant, &["var.number"]), "{constant:?}");
        }
        for other in ["var.a", "local.a", "data.x.y.z", "module.n.a", "random_password.a.result"] {
            assert!(!is_constant(&empty, &[], &[other, "path.module"], &[]), "{other}");
        }
        assert!(is_constant(&empty, &[], &["each.value.password", "each.value"], &[]));
        assert!(!is_constant(&empty, &[], &["each.value"], &["var.users"]));
    }

    #[test]
    fn a_module_has_what_its_call_gives() {
        let given: &[(&str, &[&str])] =
            &[("given", &[]), ("secret", &["var.secret"]), ("turn", &["each.value"])];
        let called = calling(given, &[]);
        for (variable, expected) in
            [("given", true), ("default", true), ("turn", true), ("secret", false), ("null", false)]
        {
            let reference = format!("var.{variable}");
            assert_eq!(is_constant(&called, &["m"], &[&reference], &[]), expected, "{variable}");
        }
        assert!(!is_constant(&calling(given, &["var.users"]), &["m"], &["var.turn"], &[]));
        assert!(is_constant(&called, &[], &["module.m.constant", "module.m"], &[]));
        assert!(is_constant(&called, &[], &["module.m[\"a\"].constant", "module.m"], &[]));
        assert!(!is_constant(&called, &[], &["module.m.made", "module.m"], &[]));
        assert!(!is_constant(&called, &[], &["module.m"], &[]));
    }

    #[test]
    fn blocks_are_written_once_for_all() {
        let block = || {
            let members = vec![(Arc::from("name"), Value::Bool(true))];
            Value::Object(Object::new(members).unwrap_or_default())
        };
        let members = vec![
            (Arc::from("size"), Value::Bool(true)),
            (Arc::from("user"), Value::Array([block(), block()].into())),
        ];
        let arguments = Value::Object(Object::new(members).unwrap_or_default());
        let paths: Vec<Arc<str>> = written(&arguments);
        assert_eq!(paths.iter().map(|path| &**path).collect::<Vec<_>>(), ["size", "user.name"]);
        assert!(overlap("user", "user.name") && !overlap("users", "user.name"));
    }
}
