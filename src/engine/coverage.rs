//! Which lines of policies were evaluated.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Engine as Rego;
use regorus::unstable::{Expr, Literal, Module, Query, Rule, RuleHead};

use super::{compile, syntax};
use crate::base::Source;

/// The lines of files that an evaluation came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    reached: BTreeMap<String, BTreeSet<u32>>,
}

/// The lines of one file on which something can be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCoverage {
    /// The file.
    pub file: String,
    /// Lines that were evaluated.
    pub covered: BTreeSet<u32>,
    /// Lines that were not.
    pub missed: BTreeSet<u32>,
}

impl Coverage {
    /// What `rego` came to since its coverage was last cleared.
    pub(super) fn of(rego: &Rego) -> Self {
        let files = rego.get_coverage_report().map(|report| report.files).unwrap_or_default();
        let reached = files.into_iter().map(|file| (file.path, file.covered));
        Coverage { reached: reached.collect() }
    }

    /// Adds what another evaluation came to.
    pub fn merge(&mut self, other: Coverage) {
        for (file, lines) in other.reached {
            self.reached.entry(file).or_default().extend(lines);
        }
    }

    /// The lines of `source` that were evaluated, and those that were not. A file that does not parse
    /// has neither.
    #[must_use]
    pub fn file(&self, source: &Source) -> FileCoverage {
        let lines = compile::module(source).map(|module| lines(&module)).unwrap_or_default();
        let reached = self.reached.get(source.name());
        let is_reached = |line: &u32| reached.is_some_and(|reached| reached.contains(line));
        let (covered, missed) = lines.into_iter().partition(is_reached);
        FileCoverage { file: source.name().to_owned(), covered, missed }
    }
}

impl FileCoverage {
    /// The part that was evaluated, in per cent; a file without anything to evaluate is covered.
    #[must_use]
    pub fn percent(&self) -> f64 {
        percent(self.covered.len(), self.covered.len() + self.missed.len())
    }
}

/// `part` of `whole` in per cent.
#[must_use]
pub fn percent(part: usize, whole: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "numbers of lines are small")]
    let ratio = if whole == 0 { 1.0 } else { part as f64 / whole as f64 };
    ratio * 100.0
}

/// The lines of which the interpreter says whether it evaluated them: those of statements, and of the
/// values of rules but for `else` and the elements of comprehensions.
fn lines(module: &Module) -> BTreeSet<u32> {
    let mut lines = BTreeSet::new();
    for rule in &module.policy {
        let (value, bodies) = match rule.as_ref() {
            Rule::Default { value, .. } => (Some(value), None),
            Rule::Spec { head, bodies, .. } => {
                let value = match head {
                    RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. } => {
                        assign.as_ref().map(|assign| &assign.value)
                    }
                    RuleHead::Set { key, .. } => key.as_ref(),
                };
                (value, Some(bodies))
            }
        };
        value.iter().for_each(|value| of_expression(value, &mut lines));
        bodies.into_iter().flatten().for_each(|body| of_query(&body.query, &mut lines));
    }
    lines
}

fn of_query(query: &Query, lines: &mut BTreeSet<u32>) {
    for statement in &query.stmts {
        for expr in syntax::statement_expressions(statement) {
            of_expression(expr, lines);
        }
        if let Literal::Every { query, .. } = &statement.literal {
            of_query(query, lines);
        }
    }
}

fn of_expression(expr: &Expr, lines: &mut BTreeSet<u32>) {
    match expr {
        Expr::ArrayCompr { query, .. }
        | Expr::SetCompr { query, .. }
        | Expr::ObjectCompr { query, .. } => of_query(query, lines),
        _ => {
            lines.insert(expr.span().line);
            syntax::children(expr).into_iter().for_each(|child| of_expression(child, lines));
        }
    }
}
