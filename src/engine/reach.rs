//! The rules that a policy comes to: its own, and those of its libraries that they refer to. The
//! rest of a library reads nothing for it, and has nothing to compare with.

use std::collections::BTreeSet;

use regorus::unstable::{Expr, Module, Ref, Rule};

use super::flow::path_of;
use super::scope::{Names, Symbols, Target};
use super::syntax;

/// Rules by their full paths, without `data`.
pub(super) struct Reach(BTreeSet<Vec<String>>);

impl Reach {
    /// What the rules of the first of `modules` refer to, at any remove.
    pub(super) fn of(modules: &[Ref<Module>], names: &[Names], symbols: &Symbols) -> Self {
        let all = || {
            let modules = modules.iter().zip(names);
            modules.flat_map(|(module, names)| module.policy.iter().map(move |rule| (rule, names)))
        };
        let own = modules.iter().zip(names).take(1);
        let own = own.flat_map(|(module, names)| {
            module.policy.iter().filter_map(|rule| path_of(rule, names))
        });
        let mut open: Vec<Vec<String>> = own.collect();
        let mut reached = BTreeSet::new();
        while let Some(next) = open.pop() {
            if !reached.insert(next.clone()) {
                continue;
            }
            let alike = all().filter(|(rule, names)| path_of(rule, names).as_ref() == Some(&next));
            for (rule, names) in alike {
                syntax::rule_expressions(rule, &mut |expr| {
                    let expr = if let Expr::Call { fcn, .. } = expr { fcn.as_ref() } else { expr };
                    if let Some(Target::Data(path)) = names.target(expr) {
                        open.extend(symbols.meant(&path).cloned());
                    }
                });
            }
        }
        Reach(reached)
    }

    /// True for a rule that the policy comes to.
    pub(super) fn has(&self, rule: &Rule, names: &Names) -> bool {
        path_of(rule, names).is_some_and(|path| self.0.contains(&path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_as_a_whole_stands_for_its_rules() {
        let files = [
            "package a\n\nimport data.lib.one\n\ndeny contains 1 if one.used(input.x)\n\nall := data.lib.two",
            "package lib.one\n\nused(x) if helper(x)\n\nhelper(x) if x == 1\n\nother(x) if x == 2",
            "package lib.two\n\nthis := 1\n\nthat if input.y",
            "package lib.three\n\nthis := 1",
        ];
        let modules: Vec<Ref<Module>> = files
            .iter()
            .map(|text| {
                let mut rego = regorus::Engine::new();
                rego.add_policy("a.rego".to_owned(), (*text).to_owned()).unwrap();
                rego.get_modules().first().unwrap().clone()
            })
            .collect();
        let symbols = Symbols::new(modules.iter().map(AsRef::as_ref));
        let names: Vec<Names> = modules.iter().map(|module| Names::new(module, &symbols)).collect();
        let reached: Vec<String> =
            Reach::of(&modules, &names, &symbols).0.iter().map(|path| path.join(".")).collect();
        let wanted =
            ["a.all", "a.deny", "lib.one.helper", "lib.one.used", "lib.two.that", "lib.two.this"];
        assert_eq!(reached, wanted);
    }
}
