//! Finds out what a failing test stumbled over.
//!
//! The statements of the test are asked one after the other, as rules of a module of their own
//! beside it: the first with which nothing is left is the one that does not hold. Then its parts are
//! asked for their values. Where a statement goes through elements, the first element that fails is
//! taken and its statements are asked in turn.

use std::collections::BTreeSet;

use regorus::Value as RegoValue;
use regorus::unstable::{Expr, Literal, LiteralStmt, Query, Ref, Rule, RuleHead, Span as RegoSpan};

use super::{Failure, Unit, table_key};
use crate::base::Span;
use crate::engine::evaluate::fenced;
use crate::engine::{literal, syntax};

/// The rule that is asked for, and the variable in it.
const RULE: &str = "plangate_probe";
const VALUE: &str = "plangate_value";
const KEY: &str = "plangate_key";
const ELEMENT: &str = "plangate_element";

/// So many elements are asked one after the other.
const MOST_ELEMENTS: usize = 64;

/// The most values that are shown.
const MOST_VALUES: usize = 6;

/// What may be asked beside a file of tests.
pub(super) struct Probe<'a> {
    unit: &'a Unit,
    /// The package and the imports.
    header: String,
}

/// Statements that hold, and the elements that they are about.
#[derive(Clone, Default)]
struct Way {
    statements: Vec<String>,
    cases: Vec<(String, String)>,
}

impl Way {
    fn and(&self, statement: impl Into<String>) -> Self {
        let mut way = self.clone();
        way.statements.push(statement.into());
        way
    }
}

impl<'a> Probe<'a> {
    pub(super) fn new(unit: &'a Unit) -> Self {
        let mut header = format!("package {}\n", unit.package());
        for import in &unit.module.imports {
            let path = import.refr.span().text();
            let alias = import.r#as.as_ref().map(|alias| format!(" as {}", alias.text()));
            header.push_str(&format!("import {path}{}\n", alias.unwrap_or_default()));
        }
        Probe { unit, header }
    }

    /// Why the rules of one name do not hold, of which the value is `value`: what the first of them
    /// stumbles over.
    pub(super) fn failure(&self, rules: &[Ref<Rule>], value: &RegoValue) -> Option<Failure> {
        let Rule::Spec { head, bodies, .. } = rules.first()?.as_ref() else { return None };
        let body = bodies.first();
        let statements = body.map(|body| body.query.stmts.as_slice()).unwrap_or_default();
        if matches!(value, RegoValue::Undefined) {
            return self.stumble(&Way::default(), statements);
        }
        // The statements hold, and the value is not true.
        let RuleHead::Compr { assign: Some(assign), .. } = head else { return None };
        let way = statements.iter().fold(Way::default(), |way, s| way.and(text(&s.span)));
        let reason = format!("the test is {}, and must be true", literal::shown(value));
        Some(self.found(&way, place(&assign.value), reason, &assign.value, ""))
    }

    /// The cases of the table that `rules` make, which has the value `value`, and why those fail that
    /// do.
    pub(super) fn cases(
        &self,
        rules: &[Ref<Rule>],
        value: &RegoValue,
    ) -> Vec<(String, Option<Failure>)> {
        let mut cases = Vec::new();
        for rule in rules {
            let Rule::Spec { bodies, .. } = rule.as_ref() else { continue };
            let (Some(key), Some(body)) = (table_key(rule), bodies.first()) else { continue };
            let statements = &body.query.stmts;
            // The first statements that bind the key say which cases there are.
            let number = bound_by(key, statements);
            let key = written(key);
            let before = statements.iter().take(number);
            let way = before.fold(Way::default(), |way, s| way.and(text(&s.span)));
            let Some(mut names) = self.ask(&way, key) else { continue };
            names.sort();
            names.dedup();
            for name in names {
                let holds = match value {
                    RegoValue::Object(passed) => passed.get(&name) == Some(&RegoValue::Bool(true)),
                    _ => false,
                };
                let case = name.as_string().map(ToString::to_string);
                let case = case.unwrap_or_else(|_| literal::shown(&name));
                let failure = (!holds).then(|| {
                    let pin = literal::expression(&name).map(|name| format!("{key} == {name}"));
                    let way = pin.map_or_else(|| way.clone(), |pin| way.and(pin));
                    let rest = statements.get(number..).unwrap_or_default();
                    self.stumble(&way, rest).unwrap_or_else(|| Failure {
                        source: self.unit.source.clone(),
                        span: whole(rule.span()),
                        reason: "the case does not hold".to_owned(),
                        values: Vec::new(),
                        cases: Vec::new(),
                    })
                });
                cases.push((case, failure));
            }
        }
        cases
    }

    /// The first of `statements` that does not hold once `way` does.
    fn stumble(&self, way: &Way, statements: &[LiteralStmt]) -> Option<Failure> {
        let mut way = way.clone();
        for (at, statement) in statements.iter().enumerate() {
            let next = way.and(text(&statement.span));
            // What needs a later statement to bind its variables is asked together with that.
            let (before, after) = statements.split_at_checked(at + 1)?;
            let is_ready = before.iter().all(|statement| is_bound(statement, after));
            if is_ready && self.ask(&next, "true").is_some_and(|holds| holds.is_empty()) {
                return Some(self.explain(&way, statement));
            }
            way = next;
        }
        None
    }

    fn explain(&self, way: &Way, statement: &LiteralStmt) -> Failure {
        let span = whole(&statement.span);
        let with = with(statement);
        match &statement.literal {
            Literal::Every { key, value, domain, query, .. } if with.is_empty() => {
                let names = (key.as_ref().map(|key| key.text()), value.text());
                self.in_element(way, names, domain, query).unwrap_or_else(|| {
                    let reason = "this does not hold for every element".to_owned();
                    self.found(way, span, reason, domain, &with)
                })
            }
            Literal::Every { domain, .. } => {
                let reason = "this does not hold for every element".to_owned();
                self.found(way, span, reason, domain, &with)
            }
            Literal::SomeIn { collection, .. } => {
                let reason = "nothing is found here".to_owned();
                self.found(way, span, reason, collection, &with)
            }
            Literal::NotExpr { expr, .. } => {
                let reason = "this does not hold, for what it negates does".to_owned();
                self.found(way, span, reason, expr, &with)
            }
            Literal::Expr { expr, .. } => {
                let asked = format!("({}){with}", written(expr));
                let is_false = self.ask(way, &asked).is_some_and(|values| !values.is_empty());
                let is_assignment = matches!(expr.as_ref(), Expr::AssignExpr { .. });
                let reason = match (is_assignment, is_false) {
                    (true, _) => "this has no value, or another one",
                    (false, true) => "this is false",
                    (false, false) => "this is undefined",
                };
                self.found(way, span, reason.to_owned(), expr, &with)
            }
            Literal::SomeVars { .. } => {
                let reason = "this does not hold".to_owned();
                Failure {
                    source: self.unit.source.clone(),
                    span,
                    reason,
                    values: Vec::new(),
                    cases: way.cases.clone(),
                }
            }
        }
    }

    /// What the first element of `domain` stumbles over, for which `query` does not hold.
    fn in_element(
        &self,
        way: &Way,
        (key, value): (Option<&str>, &str),
        domain: &Expr,
        query: &Query,
    ) -> Option<Failure> {
        // What has no name gets one that occurs nowhere else.
        let depth = way.statements.len();
        let (own_key, own_value) = (format!("{KEY}_{depth}"), format!("{ELEMENT}_{depth}"));
        let named = key.filter(|key| *key != "_");
        let key = named.unwrap_or(&own_key);
        let bound = if value == "_" { own_value.as_str() } else { value };
        let each = way.and(format!("some {key}, {bound} in {}", written(domain)));
        let elements = self.ask(&each, &format!("[{key}, {bound}]"))?;
        elements.iter().take(MOST_ELEMENTS).find_map(|pair| {
            let pair = pair.as_array().ok()?;
            let (at, element) = (pair.first()?, pair.get(1)?);
            let mut inner = each.and(format!("{key} == {}", literal::expression(at)?));
            if named.is_some() {
                inner.cases.push((key.to_owned(), literal::shown(at)));
            }
            if value != "_" {
                inner.cases.push((value.to_owned(), literal::shown(element)));
            }
            self.stumble(&inner, &query.stmts)
        })
    }

    /// A failure at `span`, with the values of the parts of `expr`.
    fn found(&self, way: &Way, span: Span, reason: String, expr: &Expr, with: &str) -> Failure {
        let mut values = Vec::new();
        for part in parts(expr) {
            let asked = format!("{part}{with}");
            let Some(found) = self.ask(way, &asked) else { continue };
            let value = found.first().unwrap_or(&RegoValue::Undefined);
            values.push((part.to_owned(), literal::shown(value)));
            if values.len() == MOST_VALUES {
                break;
            }
        }
        Failure { source: self.unit.source.clone(), span, reason, values, cases: way.cases.clone() }
    }

    /// The values of `term` wherever the statements of `way` hold; None where that cannot be asked.
    fn ask(&self, way: &Way, term: &str) -> Option<Vec<RegoValue>> {
        let statements = way.statements.join("\n");
        let text =
            format!("{}\n{RULE} := [{VALUE} |\n{statements}\n{VALUE} := {term}\n]\n", self.header);
        let mut rego = self.unit.rego.clone();
        rego.set_enable_coverage(false);
        rego.add_policy(RULE.to_owned(), text).ok()?;
        let entry = format!("data.{}.{RULE}", self.unit.package());
        match fenced(|| rego.eval_rule(entry)).ok()? {
            RegoValue::Array(values) => Some(values.to_vec()),
            _ => None,
        }
    }
}

/// What the interpreter takes for a place, with the quotes of strings at its ends, which it leaves out.
fn whole(span: &RegoSpan) -> Span {
    let bytes = span.source.contents().as_bytes();
    let (start, end) = (span.start as usize, span.end as usize);
    let is_quote = |at: Option<usize>| matches!(at.and_then(|at| bytes.get(at)), Some(b'"' | b'`'));
    let before = usize::from(is_quote(start.checked_sub(1)));
    let after = usize::from(is_quote(Some(end)));
    Span { start: start - before, end: end + after }
}

/// Where an expression stands. The interpreter lets objects begin at their last members.
fn place(expr: &Expr) -> Span {
    let span = whole(expr.span());
    let Expr::Object { span: own, fields, .. } = expr else { return span };
    let before = fields
        .first()
        .and_then(|(first, ..)| own.source.contents().get(..first.start as usize)?.rfind('{'));
    Span { start: before.unwrap_or(span.start), ..span }
}

/// An expression as it is written.
fn written(expr: &Expr) -> &str {
    let Span { start, end } = place(expr);
    expr.span().source.contents().get(start..end).unwrap_or_default()
}

fn text(span: &RegoSpan) -> &str {
    let Span { start, end } = whole(span);
    span.source.contents().get(start..end).unwrap_or_default()
}

/// How many of `statements` it takes to bind every variable of `expr` that they bind.
fn bound_by(expr: &Expr, statements: &[LiteralStmt]) -> usize {
    let mut used = BTreeSet::new();
    used_in(expr, &mut used);
    let binds = |statement: &LiteralStmt| binding(statement).iter().any(|name| used.contains(name));
    statements.iter().rposition(binds).map_or(0, |last| last + 1)
}

/// True unless one of `later` binds a variable of `statement`.
fn is_bound(statement: &LiteralStmt, later: &[LiteralStmt]) -> bool {
    let mut used = BTreeSet::new();
    for expr in syntax::statement_expressions(statement) {
        used_in(expr, &mut used);
    }
    let later: BTreeSet<&str> = later.iter().flat_map(binding).collect();
    used.is_disjoint(&later)
}

fn used_in<'a>(expr: &'a Expr, used: &mut BTreeSet<&'a str>) {
    syntax::expression(expr, &mut |expr| {
        if let Some((root, _)) = syntax::reference(expr) {
            used.insert(root.text());
        }
    });
}

/// The variables to which a statement gives values.
fn binding(statement: &LiteralStmt) -> Vec<&str> {
    let patterns: Vec<&Expr> = match &statement.literal {
        Literal::SomeIn { key, value, .. } => {
            key.iter().map(AsRef::as_ref).chain([value.as_ref()]).collect()
        }
        Literal::Expr { expr, .. } => match expr.as_ref() {
            Expr::AssignExpr { lhs, .. } => vec![lhs.as_ref()],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    let mut names = BTreeSet::new();
    patterns.into_iter().for_each(|pattern| used_in(pattern, &mut names));
    names.into_iter().collect()
}

/// The `with` of a statement.
fn with(statement: &LiteralStmt) -> String {
    let with = |modifier: &regorus::unstable::WithModifier| {
        format!(" with {} as {}", written(&modifier.refr), written(&modifier.r#as))
    };
    statement.with_mods.iter().map(with).collect()
}

/// The parts of an expression whose values tell why it does not hold, the outer ones first.
fn parts(expr: &Expr) -> Vec<&str> {
    let mut found = Vec::new();
    let mut open = match expr {
        Expr::BoolExpr { lhs, rhs, .. } | Expr::BinExpr { lhs, rhs, .. } => vec![lhs, rhs],
        Expr::AssignExpr { rhs, .. } => vec![rhs],
        Expr::Membership { value, collection, .. } => vec![value, collection],
        _ => Vec::new(),
    };
    if open.is_empty() {
        inside(expr, &mut found);
    }
    open.drain(..).for_each(|part| inside(part, &mut found));
    let mut seen = BTreeSet::new();
    found.retain(|text| seen.insert(*text));
    found
}

/// References and calls, and what is in their arguments.
fn inside<'a>(expr: &'a Expr, found: &mut Vec<&'a str>) {
    match expr {
        Expr::Var { span, .. } if span.text() == "_" => {}
        Expr::Var { span, .. } | Expr::RefDot { span, .. } | Expr::RefBrack { span, .. }
            if syntax::reference(expr).is_some_and(|(root, _)| root.text() != "input") =>
        {
            found.push(text(span));
        }
        Expr::Call { span, params, .. } => {
            found.push(text(span));
            params.iter().for_each(|part| inside(part, found));
        }
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. } => {
            inside(lhs, found);
            inside(rhs, found);
        }
        Expr::Array { items, .. } | Expr::Set { items, .. } => {
            items.iter().for_each(|item| inside(item, found));
        }
        Expr::Object { fields, .. } => fields.iter().for_each(|(_, _, value)| inside(value, found)),
        Expr::ArrayCompr { span, .. }
        | Expr::SetCompr { span, .. }
        | Expr::ObjectCompr { span, .. } => found.push(text(span)),
        _ => {}
    }
}
