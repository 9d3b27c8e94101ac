//! What a policy compares each attribute with, as far as one can read it off an expression.
//!
//! A hint for the order of what is tried, and nothing else: a literal that stands beside the
//! name of an attribute, or of a variable called like it, is likely to decide about it.

use std::collections::BTreeMap;

use regorus::unstable::{Expr, Module, Ref};
use regorus::{Rc, Value};

use super::syntax::{self, Step};

/// The literals that stand beside a name.
#[derive(Debug, Default, Clone)]
pub(super) struct Focus(BTreeMap<Rc<str>, Vec<Value>>);

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
        self.0.get(name).map_or(&[], Vec::as_slice)
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
            let literals = self.0.entry(Rc::from(*name)).or_default();
            for literal in &sides.literals {
                if !literals.contains(literal) {
                    literals.push((*literal).clone());
                }
            }
        }
    }
}

/// The names and the literals in one expression.
#[derive(Default)]
struct Sides<'a> {
    names: Vec<&'a str>,
    literals: Vec<&'a Value>,
}

impl<'a> Sides<'a> {
    fn note(&mut self, expr: &'a Expr) {
        match expr {
            Expr::String { value, .. }
            | Expr::RawString { value, .. }
            | Expr::Number { value, .. } => {
                self.literals.push(value);
            }
            Expr::Array { items, .. } | Expr::Set { items, .. } => {
                items.iter().for_each(|item| self.note(item));
            }
            Expr::Call { params, .. } => params.iter().for_each(|parameter| self.note(parameter)),
            _ => {
                let Some((root, steps)) = syntax::reference(expr) else { return };
                let named = steps.into_iter().rev().find_map(|step| match step {
                    Step::Name(name) => Some(name),
                    _ => None,
                });
                self.names.push(named.unwrap_or(root.text()));
            }
        }
    }
}
