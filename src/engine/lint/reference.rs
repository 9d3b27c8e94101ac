//! Attributes that no resource has, and types that no provider has.

use std::collections::BTreeSet;

use regorus::unstable::Expr;

use super::{File, first_line};
use crate::base::likeness;
use crate::engine::scope::Target;
use crate::engine::syntax::{self, Step};
use crate::engine::{EVERY_TYPE, guard};
use crate::model::{Shape, Vocabulary};
use crate::policy::{Lint, LintRule, Policy};

/// The members of a document that hold attributes.
const ATTRIBUTES: [&str; 3] = ["values", "before", "configured"];

/// Types that the policy judges, or asks for as linked, and that a whole schema does not have.
pub(super) fn unknown_types(file: &File<'_>, policy: &Policy, known: &Vocabulary) -> Vec<Lint> {
    if !known.is_complete {
        return Vec::new();
    }
    let mut lints = Vec::new();
    let mut check = |name: &str, span| {
        if name == EVERY_TYPE || known.get(name).is_some() || !known.has_provider_of(name) {
            return;
        }
        let offers = likeness::meant(known.types(), name);
        let help = likeness::question(&offers);
        let help = help.unwrap_or_else(|| "the schema must be that of all providers".to_owned());
        let message = format!("no provider of the schema has the type `{name}`");
        lints.push(file.lint(LintRule::UnknownType, span, message, help));
    };
    for name in &policy.metadata.resource_types {
        let at = file.source.text().find(name.as_str());
        let span = at.map(|start| crate::base::Span { start, end: start + name.len() });
        check(name, span.unwrap_or_else(|| first_line(file.source)));
    }
    each_path(file, &mut |steps, expr| {
        if let [Step::Name("linked"), Step::Name(name), ..] = steps {
            check(name, guard::ours(expr.span()));
        }
    });
    lints
}

/// Attributes that none of the types has which the policy judges.
pub(super) fn unknown_attributes(
    file: &File<'_>,
    policy: &Policy,
    known: &Vocabulary,
) -> Vec<Lint> {
    let mut lints = Vec::new();
    each_path(file, &mut |steps, expr| {
        let Some((types, rest)) = subjects(steps, policy) else { return };
        let Some((unknown, known)) = missing(&types, rest, known) else { return };
        let of = types.join(" or ");
        let message = format!("no {of} has an attribute `{unknown}`");
        let offers = likeness::meant(known.iter().map(String::as_str), unknown);
        let help = likeness::question(&offers).unwrap_or_else(|| match known.len() {
            0..=12 => {
                let all: Vec<&str> = known.iter().map(String::as_str).collect();
                format!("there are {}", all.join(", "))
            }
            number => format!("none of the {number} attributes there is called alike"),
        });
        lints.push(file.lint(LintRule::UnknownAttribute, guard::ours(expr.span()), message, help));
    });
    lints
}

/// The types that a path below `input` speaks of, and the rest of it, which leads to an attribute.
pub(super) fn subjects<'a, 'b>(
    steps: &'b [Step<'a>],
    policy: &'b Policy,
) -> Option<(Vec<&'b str>, &'b [Step<'a>])> {
    let is_attributes = |name: &str| ATTRIBUTES.contains(&name);
    match steps {
        [Step::Name("linked"), Step::Name(name), _, Step::Name(root), rest @ ..]
            if is_attributes(root) =>
        {
            Some((vec![*name], rest))
        }
        [Step::Name(root), rest @ ..] if is_attributes(root) => {
            let types = policy.metadata.resource_types.iter().map(String::as_str);
            let types: Vec<&str> = types.collect();
            (!types.is_empty() && !types.contains(&EVERY_TYPE)).then_some((types, rest))
        }
        _ => None,
    }
}

/// The first name on a path that none of `types` has, and what they have there; None where one of them
/// is not known, or has it.
fn missing<'a>(
    types: &[&str],
    path: &[Step<'a>],
    known: &Vocabulary,
) -> Option<(&'a str, BTreeSet<String>)> {
    let mut unknown = None;
    let mut names = BTreeSet::new();
    for name in types {
        let (found, members) = missing_in(known.get(name)?, path)?;
        unknown = unknown.or(Some(found));
        names.extend(members);
    }
    Some((unknown?, names))
}

fn missing_in<'a>(shape: &Shape, path: &[Step<'a>]) -> Option<(&'a str, BTreeSet<String>)> {
    let mut shape = shape;
    for step in path {
        let Step::Name(name) = step else { continue };
        // What has no known members may have any; a scalar has none, but nobody knows what for.
        let members = shape.members.as_ref()?;
        if members.is_empty() {
            return None;
        }
        match members.get(*name) {
            Some(inner) => shape = inner,
            None => return Some((name, members.keys().cloned().collect())),
        }
    }
    None
}

/// Calls `visit` for every path below `input` that is written out.
fn each_path(file: &File<'_>, visit: &mut dyn FnMut(&[Step<'_>], &Expr)) {
    for rule in &file.module.policy {
        syntax::rule_expressions(rule, &mut |expr| {
            if let Some((root, steps)) = syntax::reference(expr)
                && root.text() == "input"
                && file.names.target(expr) == Some(Target::Input)
            {
                visit(&steps, expr);
            }
        });
    }
}

/// What is known of the attribute that `expr` is.
pub(super) fn shape<'v>(
    expr: &Expr,
    policy: Option<&Policy>,
    known: Option<&'v Vocabulary>,
) -> Option<&'v Shape> {
    let (root, steps) = syntax::reference(expr)?;
    let (types, rest) = subjects(&steps, policy?).filter(|_| root.text() == "input")?;
    let shapes = types.iter().map(|name| {
        rest.iter().try_fold(known?.get(name)?, |shape, step| match step {
            Step::Name(name) => shape.members.as_ref()?.get(*name),
            _ => Some(shape),
        })
    });
    let shapes: Vec<&Shape> = shapes.collect::<Option<_>>()?;
    let first = *shapes.first()?;
    shapes.iter().all(|shape| shape.scalar == first.scalar).then_some(first)
}
