//! Rules and imports that nobody uses.

use std::collections::BTreeSet;

use regorus::unstable::Rule;

use super::File;
use crate::base::likeness;
use crate::engine::scope::{Symbols, Target};
use crate::engine::{guard, syntax};
use crate::policy::{Lint, LintRule};

/// The rules that are mentioned outside of themselves, by their full paths without `data`.
pub(super) fn mentioned(files: &[File<'_>], symbols: &Symbols) -> BTreeSet<Vec<String>> {
    let mut mentioned = BTreeSet::new();
    for file in files {
        for rule in &file.module.policy {
            let own = full_name(file, rule);
            syntax::rule_expressions(rule, &mut |expr| {
                let expr = match expr {
                    regorus::unstable::Expr::Call { fcn, .. } => fcn.as_ref(),
                    expr => expr,
                };
                let Some(Target::Data(path)) = file.names.target(expr) else { return };
                match symbols.rule(&path) {
                    Some(rule) if Some(rule) != own.as_ref() => {
                        mentioned.insert(rule.clone());
                    }
                    Some(_) => {}
                    // A package as a whole stands for everything in it.
                    None => drop(mentioned.insert(path)),
                }
            });
        }
    }
    mentioned
}

fn full_name(file: &File<'_>, rule: &Rule) -> Option<Vec<String>> {
    let (_, name) = syntax::rule_name(rule)?;
    let own = file.names.package.iter().cloned();
    Some(own.chain(name.iter().map(|step| (*step).to_owned())).collect())
}

/// Rules of a policy that nothing comes to, and rules of a library that nobody asks for.
pub(super) fn unused_rules(
    file: &File<'_>,
    mentioned: &BTreeSet<Vec<String>>,
    of_tests: &BTreeSet<Vec<String>>,
) -> Vec<Lint> {
    let of_tests = of_tests.iter().filter(|_| file.policy.is_none());
    let mentioned: Vec<&Vec<String>> = mentioned.iter().chain(of_tests).collect();
    let mut lints = Vec::new();
    let mut seen = BTreeSet::new();
    for rule in &file.module.policy {
        let (Some((span, name)), Some(path)) = (syntax::rule_name(rule), full_name(file, rule))
        else {
            continue;
        };
        let is_entry = file.policy.is_some() && name == ["deny"];
        let is_meant = mentioned.iter().any(|known| path.starts_with(known.as_slice()));
        if is_entry || is_meant || !seen.insert(path) {
            continue;
        }
        let name = name.join(".");
        let others =
            file.module.policy.iter().filter_map(|rule| Some(syntax::rule_name(rule)?.1.join(".")));
        let others: BTreeSet<String> = others.filter(|other| *other != name).collect();
        let offers = likeness::meant(others.iter().map(String::as_str), &name);
        let help = match (offers.first(), file.policy) {
            (Some(other), Some(_)) => format!("remove it, or was it meant to be `{other}`?"),
            (_, Some(_)) => "remove it, or use it in `deny`".to_owned(),
            (_, None) => "remove it, or import it in a policy".to_owned(),
        };
        let message = format!("nobody asks for `{name}`");
        lints.push(file.lint(LintRule::UnusedRule, guard::ours(span), message, help));
    }
    lints
}

/// Imports whose names do not occur.
pub(super) fn unused_imports(file: &File<'_>) -> Vec<Lint> {
    let mut used = BTreeSet::new();
    for rule in &file.module.policy {
        syntax::rule_expressions(rule, &mut |expr| {
            let expr = match expr {
                regorus::unstable::Expr::Call { fcn, .. } => fcn.as_ref(),
                expr => expr,
            };
            if let Some((root, _)) = syntax::reference(expr) {
                used.insert(root.text());
            }
        });
    }
    let unused = file.module.imports.iter().filter_map(|import| {
        let path = syntax::path(&import.refr);
        let name = match &import.r#as {
            Some(alias) => alias.text(),
            None => path.last().copied()?,
        };
        let is_ours = path.first().is_some_and(|root| *root == "data" || *root == "input");
        (is_ours && !used.contains(name)).then(|| {
            let message = format!("`{name}` is imported and not used");
            let span = guard::ours(import.refr.span());
            file.lint(LintRule::UnusedImport, span, message, "remove the import".to_owned())
        })
    });
    unused.collect()
}
