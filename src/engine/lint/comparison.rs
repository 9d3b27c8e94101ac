//! Comparisons of values whose types differ: never equal, and ordered by their types alone.

use regorus::unstable::{BoolOp, Expr};

use super::{File, reference};
use crate::engine::{guard, syntax};
use crate::model::{Scalar, Vocabulary};
use crate::policy::{Lint, LintRule};

/// Builtins whose values are numbers.
const NUMBERS: [&str; 6] = ["count", "to_number", "sum", "abs", "round", "ceil"];

/// Builtins whose values are strings.
const STRINGS: [&str; 9] = [
    "sprintf",
    "lower",
    "upper",
    "concat",
    "trim",
    "trim_space",
    "replace",
    "format_int",
    "substring",
];

/// The comparisons in `file`.
pub(super) fn mixed(file: &File<'_>, known: Option<&Vocabulary>) -> Vec<Lint> {
    let mut lints = Vec::new();
    for rule in &file.module.policy {
        syntax::rule_expressions(rule, &mut |expr| {
            let Expr::BoolExpr { op, lhs, rhs, .. } = expr else { return };
            let scalar = |expr: &Expr| scalar(expr, file, known);
            let (Some(left), Some(right)) = (scalar(lhs), scalar(rhs)) else { return };
            if left == right {
                return;
            }
            let what = format!("{} is compared with {}", left.as_str(), right.as_str());
            let message = match op {
                BoolOp::Eq => format!("{what}: they are never equal"),
                BoolOp::Ne => format!("{what}: they always differ"),
                _ => format!("{what}: every string is greater than every number"),
            };
            let help = match (left, right) {
                (Scalar::Bool, _) | (_, Scalar::Bool) => {
                    "compare with `true` or `false`, without quotes"
                }
                _ => "convert one of them: `to_number(…)`, or `sprintf(\"%v\", […])`",
            };
            let span = guard::ours(expr.span());
            lints.push(file.lint(LintRule::MixedComparison, span, message, help.to_owned()));
        });
    }
    lints
}

/// The type of an expression, where it is certain.
fn scalar(expr: &Expr, file: &File<'_>, known: Option<&Vocabulary>) -> Option<Scalar> {
    match expr {
        Expr::String { .. } | Expr::RawString { .. } => Some(Scalar::String),
        Expr::Number { .. } => Some(Scalar::Number),
        Expr::Bool { .. } => Some(Scalar::Bool),
        Expr::Call { fcn, .. } => {
            let name = fcn.span().text();
            let is_own = file.names.is_global(name);
            if is_own {
                None
            } else if NUMBERS.contains(&name) {
                Some(Scalar::Number)
            } else if STRINGS.contains(&name) {
                Some(Scalar::String)
            } else {
                None
            }
        }
        Expr::RefDot { .. } | Expr::RefBrack { .. } => {
            reference::shape(expr, file.policy, known)?.scalar
        }
        _ => None,
    }
}
