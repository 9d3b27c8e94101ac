//! Which policies and libraries a file of tests can come to.

use std::collections::BTreeSet;

use regorus::unstable::{Module, Ref};

use crate::base::Source;
use crate::engine::compile;
use crate::engine::syntax::{self, Step};
use crate::policy::PolicySet;

/// A file that parses.
pub(super) struct Parsed {
    pub(super) source: Source,
    pub(super) module: Ref<Module>,
    package: Vec<String>,
    /// Paths below `data` that are written in it.
    mentions: Vec<Vec<String>>,
}

/// All files that parse. Those that do not are reported where policies are compiled.
pub(super) struct Closure(Vec<Parsed>);

impl Closure {
    /// The policies and libraries of `set`.
    pub(super) fn new(set: &PolicySet) -> Self {
        let policies = set.policies.values().map(|policy| &policy.source);
        let sources = policies.chain(set.libraries.values().map(|library| &library.source));
        let parsed = sources.filter_map(|source| {
            let module = compile::module(source).ok()?;
            let package = owned(&syntax::package(&module));
            Some(Parsed { source: source.clone(), mentions: mentions(&module), module, package })
        });
        Closure(parsed.collect())
    }

    /// The files that `test` can come to, in order of their names.
    pub(super) fn of(&self, test: &Module) -> impl Iterator<Item = &Parsed> {
        let mut reached: BTreeSet<usize> = BTreeSet::new();
        let own = owned(&syntax::package(test));
        let mut open = mentions(test);
        open.push(own);
        while let Some(path) = open.pop() {
            for (at, parsed) in self.0.iter().enumerate() {
                let package = &parsed.package;
                let is_meant = path.starts_with(package) || package.starts_with(&path);
                if is_meant && reached.insert(at) {
                    open.extend(parsed.mentions.iter().cloned());
                }
            }
        }
        let mut reached: Vec<&Parsed> = reached.iter().filter_map(|at| self.0.get(*at)).collect();
        reached.sort_by(|a, b| a.source.name().cmp(b.source.name()));
        reached.into_iter()
    }
}

/// The paths below `data` that stand in a module, as far as they are written out.
fn mentions(module: &Module) -> Vec<Vec<String>> {
    let imports = module.imports.iter().map(|import| owned(&syntax::path(&import.refr)));
    let mut mentions: Vec<Vec<String>> = imports
        .filter_map(|path| Some(path.strip_prefix(&["data".to_owned()])?.to_vec()))
        .collect();
    for rule in &module.policy {
        syntax::rule_expressions(rule, &mut |expr| {
            let Some((root, steps)) = syntax::reference(expr) else { return };
            if root.text() == "data" {
                let names = steps.into_iter().map_while(|step| match step {
                    Step::Name(name) => Some(name.to_owned()),
                    _ => None,
                });
                mentions.push(names.collect());
            }
        });
    }
    mentions.retain(|path| path.first().is_none_or(|root| root != "params"));
    mentions
}

fn owned(path: &[&str]) -> Vec<String> {
    path.iter().map(|step| (*step).to_owned()).collect()
}
