//! What a policy compares each attribute with, as far as one can read it off an expression.
//!
//! A hint for the order of what is tried, and nothing else: a literal that stands beside the
//! name of an attribute, or of a variable called like it, is likely to decide about it.

use std::collections::BTreeMap;

use regorus::unstable::{Expr, Module, Ref};
use regorus::{Rc, Value};

use super::syntax::{self, Step};
use crate::base::PathStep;

/// Where every way to an attribute begins.
const ROOTS: [&str; 2] = ["input", "data"];

/// The literals that stand beside a name.
#[derive(Debug, Default, Clone)]
pub(super) struct Focus {
    by_name: BTreeMap<Rc<str>, Vec<Value>>,
    /// By the name of a collection: the paths below it that something is compared at.
    below: BTreeMap<Rc<str>, Vec<Below>>,
}

/// A path below a collection, and what it is compared with.
#[derive(Debug, Clone)]
pub(super) struct Below {
    pub(super) path: Vec<PathStep>,
    pub(super) literals: Vec<Value>,
}

impl Focus {
    /// What stands beside what in `modules`.
    pub(super) fn of(modules: &[Ref<Module>]) -> Self {
        let mut focus = Focus::default();
        for module in modules {
            for rule in &module.policy {
                syntax::rule_expressions(rule, &mut |expr| focus.note(expr));
            }
        }
        focus
    }

    /// The literals beside `name`.
    pub(super) fn of_name(&self, name: &str) -> &[Value] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// What is compared below `name`.
    pub(super) fn below(&self, name: &str) -> &[Below] {
        self.below.get(name).map_or(&[], Vec::as_slice)
    }

    fn note(&mut self, expr: &Expr) {
        let mut sides = Sides::default();
        match expr {
            Expr::BoolExpr { lhs, rhs, .. } => {
                [lhs, rhs].into_iter().for_each(|side| sides.note(side))
            }
            Expr::Membership { value, collection, .. } => {
                [value, collection].into_iter().for_each(|side| sides.note(side));
            }
            Expr::Call { params, .. } => params.iter().for_each(|side| sides.note(side)),
            _ => return,
        }
        for name in &sides.names {
            add(self.by_name.entry(Rc::from(*name)).or_default(), &sides.literals);
        }
        if sides.literals.is_empty() {
            return;
        }
        for (name, path) in sides.ways {
            let all = self.below.entry(Rc::from(name)).or_default();
            match all.iter_mut().find(|below| below.path == path) {
                Some(known) => add(&mut known.literals, &sides.literals),
                None => {
                    all.push(Below { path, literals: sides.literals.clone() });
                }
            }
        }
    }
}

fn add(known: &mut Vec<Value>, literals: &[Value]) {
    for literal in literals {
        if !known.contains(literal) {
            known.push(literal.clone());
        }
    }
}

/// The value of an expression of constants.
fn constant(expr: &Expr) -> Option<Value> {
    Some(match expr {
        Expr::String { value, .. }
        | Expr::RawString { value, .. }
        | Expr::Number { value, .. }
        | Expr::Bool { value, .. } => value.clone(),
        Expr::Null { .. } => Value::Null,
        Expr::Array { items, .. } => {
            Value::from(items.iter().map(|item| constant(item)).collect::<Option<Vec<_>>>()?)
        }
        Expr::Object { fields, .. } => {
            let members =
                fields.iter().map(|(_, key, value)| Some((constant(key)?, constant(value)?)));
            Value::from(members.collect::<Option<BTreeMap<_, _>>>()?)
        }
        _ => return None,
    })
}

/// The names and the literals in one expression.
#[derive(Default)]
struct Sides<'a> {
    names: Vec<&'a str>,
    literals: Vec<Value>,
    /// The names on the way to what is compared, each with the path that follows it.
    ways: Vec<(&'a str, Vec<PathStep>)>,
}

impl<'a> Sides<'a> {
    fn note(&mut self, expr: &'a Expr) {
        match expr {
            Expr::String { value, .. }
            | Expr::RawString { value, .. }
            | Expr::Number { value, .. } => {
                self.literals.push(value.clone());
            }
            Expr::Array { items, .. } | Expr::Set { items, .. } => {
                items.iter().for_each(|item| self.note(item));
                self.literals.extend(constant(expr));
            }
            Expr::Object { .. } => self.literals.extend(constant(expr)),
            Expr::Call { params, .. } => params.iter().for_each(|parameter| self.note(parameter)),
            _ => {
                let (base, steps) = syntax::chain(expr);
                let root = match base {
                    Expr::Var { span, .. } => Some(span.text()),
                    _ => None,
                };
                self.note_way(root, &steps);
                let named = steps.into_iter().rev().find_map(|step| match step {
                    Step::Name(name) => Some(name),
                    _ => None,
                });
                self.names.extend(named.or(root));
            }
        }
    }

    fn note_way(&mut self, root: Option<&'a str>, steps: &[Step<'a>]) {
        let path = |steps: &[Step<'a>]| -> Option<Vec<PathStep>> {
            let step = |step: &Step<'a>| match step {
                Step::Name(name) => Some(PathStep::Key((*name).into())),
                Step::Position | Step::Each | Step::Variable(_) => Some(PathStep::Index(0)),
                Step::Dynamic => None,
            };
            steps.iter().map(step).collect()
        };
        let named = steps.iter().enumerate().filter_map(|(at, step)| match step {
            Step::Name(name) => Some((*name, steps.get(at + 1..)?)),
            _ => None,
        });
        let variable = root.map(|root| (root, steps)).filter(|(root, _)| !ROOTS.contains(root));
        let ways = variable.into_iter().chain(named);
        let ways = ways.filter(|(_, rest)| rest.iter().any(|step| matches!(step, Step::Name(_))));
        self.ways.extend(ways.filter_map(|(name, rest)| Some((name, path(rest)?))));
    }
}
