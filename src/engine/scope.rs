//! What the names in a policy mean: rules, imports, variables.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{Expr, Module};

use super::syntax::{self, Step};

/// The rules of a set of modules, by their full paths without `data`.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    rules: BTreeSet<Vec<String>>,
    /// What stands below `data` beside the rules: the names of its members.
    documents: BTreeSet<String>,
}

/// The names that stand for something else in one module.
#[derive(Debug)]
pub(super) struct Names {
    /// The package of the module.
    pub(super) package: Vec<String>,
    /// Alias → the path that was imported, with `data` or `input`.
    imports: BTreeMap<String, Vec<String>>,
    /// Rules of the module's package.
    own: BTreeSet<String>,
}

/// What a reference stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// `data.…`: the path without `data`, up to the first index that is not written out.
    Data(Vec<String>),
    /// `input.…`.
    Input,
    /// A variable, or the name of a builtin.
    Local(String),
}

impl Symbols {
    /// The rules of `modules`.
    pub(super) fn new<'a>(modules: impl Iterator<Item = &'a Module>) -> Self {
        let mut rules = BTreeSet::new();
        for module in modules {
            let package = owned(&syntax::package(module));
            for rule in &module.policy {
                if let Some((_, name)) = syntax::rule_name(rule) {
                    rules.insert(package.iter().cloned().chain(owned(&name)).collect());
                }
            }
        }
        Symbols { rules, documents: BTreeSet::new() }
    }

    /// The same with documents called `names` below `data`.
    pub(super) fn with_documents(self, names: impl Iterator<Item = String>) -> Self {
        Symbols { documents: names.collect(), ..self }
    }

    /// True when `path` is a rule, lies below one, or is the package of some; or lies in a document.
    pub(super) fn resolves(&self, path: &[String]) -> bool {
        self.rule(path).is_some()
            || path.first().is_some_and(|name| self.documents.contains(name))
            || (!path.is_empty() && self.rules.iter().any(|rule| rule.starts_with(path)))
    }

    /// The rule that `path` is, or lies below.
    pub(super) fn rule(&self, path: &[String]) -> Option<&Vec<String>> {
        self.rules.iter().find(|rule| path.starts_with(rule))
    }

    /// The rules that a reference to `path` may come to: the one that it is, or lies below, or all in
    /// the package that it is.
    pub(super) fn meant<'a>(&'a self, path: &'a [String]) -> impl Iterator<Item = &'a Vec<String>> {
        self.rules.iter().filter(move |rule| path.starts_with(rule) || rule.starts_with(path))
    }

    fn names_of(&self, package: &[String]) -> BTreeSet<String> {
        let below = self.rules.iter().filter_map(|rule| rule.strip_prefix(package));
        below.filter_map(|rest| rest.first().cloned()).collect()
    }
}

impl Names {
    /// The names of `module`.
    pub(super) fn new(module: &Module, symbols: &Symbols) -> Self {
        let package = owned(&syntax::package(module));
        let imports = module.imports.iter().filter_map(|import| {
            let path = owned(&syntax::path(&import.refr));
            let alias = match &import.r#as {
                Some(alias) => alias.text().to_owned(),
                None => path.last()?.clone(),
            };
            let is_ours = path.first().is_some_and(|root| root == "data" || root == "input");
            is_ours.then_some((alias, path))
        });
        Names { imports: imports.collect(), own: symbols.names_of(&package), package }
    }

    /// What the reference `expr` stands for; None when it is no reference.
    pub(super) fn target(&self, expr: &Expr) -> Option<Target> {
        let (root, steps) = syntax::reference(expr)?;
        let named = steps.into_iter().map_while(|step| match step {
            Step::Name(name) => Some(name.to_owned()),
            _ => None,
        });
        let root = root.text();
        if let Some(path) = self.imports.get(root) {
            let (first, rest) = path.split_first()?;
            if first == "input" {
                return Some(Target::Input);
            }
            return Some(Target::Data(rest.iter().cloned().chain(named).collect()));
        }
        Some(match root {
            "data" => Target::Data(named.collect()),
            "input" => Target::Input,
            own if self.own.contains(own) => {
                let path = self.package.iter().cloned().chain([own.to_owned()]);
                Target::Data(path.chain(named).collect())
            }
            other => {
                let rest: Vec<String> = named.collect();
                let mut name = other.to_owned();
                rest.iter().for_each(|step| {
                    name.push('.');
                    name.push_str(step);
                });
                Target::Local(name)
            }
        })
    }

    /// True for a name that is no variable.
    pub(super) fn is_global(&self, name: &str) -> bool {
        name == "data"
            || name == "input"
            || self.imports.contains_key(name)
            || self.own.contains(name)
    }
}

fn owned(path: &[&str]) -> Vec<String> {
    path.iter().map(|step| (*step).to_owned()).collect()
}
