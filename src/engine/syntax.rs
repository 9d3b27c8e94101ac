//! Walking the syntax tree of a policy.
//!
//! regorus keeps its tree behind `unstable`; the version is pinned, and this file and
//! `guard.rs` are the only ones that know its shape.

use std::ops::RangeInclusive;

use regorus::unstable::{Expr, Literal, LiteralStmt, Module, Query, Rule, RuleHead, Span};

/// One step of a reference, as far as it is written out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// `.name` or `["name"]`.
    Name(&'a str),
    /// A number that is written out.
    Position,
    /// `[_]`: each in turn.
    Each,
    /// The value of a variable.
    Variable(&'a str),
    /// Any other index.
    Dynamic,
}

/// The root variable of a reference and its steps; None for anything else.
pub(super) fn reference(expr: &Expr) -> Option<(&Span, Vec<Step<'_>>)> {
    match chain(expr) {
        (Expr::Var { span, .. }, steps) => Some((span, steps)),
        _ => None,
    }
}

/// What an expression begins with, such as a variable or a call, and the steps that follow.
pub(super) fn chain(expr: &Expr) -> (&Expr, Vec<Step<'_>>) {
    let mut steps = Vec::new();
    let mut at = expr;
    loop {
        match at {
            Expr::RefDot { refr, field, .. } => {
                steps.push(Step::Name(field.0.text()));
                at = refr;
            }
            Expr::RefBrack { refr, index, .. } => {
                steps.push(match index.as_ref() {
                    Expr::String { value, .. } | Expr::RawString { value, .. } => {
                        value.as_string().map_or(Step::Dynamic, |text| Step::Name(text))
                    }
                    Expr::Number { .. } => Step::Position,
                    Expr::Var { span, .. } if span.text() == "_" => Step::Each,
                    Expr::Var { span, .. } => Step::Variable(span.text()),
                    _ => Step::Dynamic,
                });
                at = refr;
            }
            base => {
                steps.reverse();
                return (base, steps);
            }
        }
    }
}

/// The parts of a rule that are evaluated, or not, each for itself.
#[derive(Default)]
pub(super) struct Parts<'a> {
    /// Expressions that may be evaluated whenever the rule is asked for, or even before.
    pub(super) always: Vec<&'a Expr>,
    /// Statements and values that are no constants: their lines and what is in them.
    pub(super) statements: Vec<(RangeInclusive<u32>, Vec<&'a Expr>)>,
}

/// The parts of a rule.
pub(super) fn parts(rule: &Rule) -> Parts<'_> {
    let mut parts = Parts::default();
    let (head, bodies) = match rule {
        Rule::Spec { head, bodies, .. } => (head, bodies),
        Rule::Default { value, .. } => {
            parts.always.push(value);
            return parts;
        }
    };
    let value = match head {
        RuleHead::Compr { refr, assign, .. } => {
            parts.always.extend(index_expressions(refr));
            assign.as_ref().map(|assign| &assign.value)
        }
        RuleHead::Set { refr, key, .. } => {
            parts.always.extend(index_expressions(refr));
            key.as_ref()
        }
        RuleHead::Func { args, assign, .. } => {
            parts.always.extend(args.iter().map(AsRef::as_ref));
            assign.as_ref().map(|assign| &assign.value)
        }
    };
    let values = bodies.iter().filter_map(|body| Some(&body.assign.as_ref()?.value));
    for value in value.into_iter().chain(values) {
        match is_constant(value) {
            true => parts.always.push(value),
            false => parts.statements.push((lines(value.span()), vec![value])),
        }
    }
    for statement in bodies.iter().flat_map(|body| &body.query.stmts) {
        let mut inside = Vec::new();
        statement_parts(statement, &mut inside);
        parts.statements.push((lines(&statement.span), inside));
    }
    parts
}

/// True for a value without references, which need not be evaluated to be known.
fn is_constant(value: &Expr) -> bool {
    let mut is_constant = true;
    expression(value, &mut |expr| {
        is_constant &= !matches!(
            expr,
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } | Expr::Call { .. }
        );
    });
    is_constant
}

fn statement_parts<'a>(statement: &'a LiteralStmt, inside: &mut Vec<&'a Expr>) {
    inside.extend(statement_expressions(statement));
    if let Literal::Every { query, .. } = &statement.literal {
        query.stmts.iter().for_each(|statement| statement_parts(statement, inside));
    }
    for modifier in &statement.with_mods {
        inside.extend([modifier.refr.as_ref(), modifier.r#as.as_ref()]);
    }
}

fn lines(span: &Span) -> RangeInclusive<u32> {
    let more = span.text().lines().count().saturating_sub(1);
    span.line..=span.line.saturating_add(u32::try_from(more).unwrap_or(u32::MAX))
}

/// Calls `visit` for every expression of a rule. A reference is visited once, as a whole;
/// its indexes are visited after it.
pub(super) fn rule_expressions<'a>(rule: &'a Rule, visit: &mut dyn FnMut(&'a Expr)) {
    match rule {
        Rule::Spec { head, bodies, .. } => {
            match head {
                RuleHead::Compr { refr, assign, .. } => {
                    visit_indexes(refr, visit);
                    assign.iter().for_each(|assign| expression(&assign.value, visit));
                }
                RuleHead::Set { refr, key, .. } => {
                    visit_indexes(refr, visit);
                    key.iter().for_each(|key| expression(key, visit));
                }
                RuleHead::Func { args, assign, .. } => {
                    args.iter().for_each(|argument| expression(argument, visit));
                    assign.iter().for_each(|assign| expression(&assign.value, visit));
                }
            }
            for body in bodies {
                body.assign.iter().for_each(|assign| expression(&assign.value, visit));
                query(&body.query, visit);
            }
        }
        Rule::Default { value, .. } => expression(value, visit),
    }
}

/// Calls `visit` for every query of a rule: its bodies, and those of comprehensions, but not those
/// of `every`, which stand in the statements of their queries.
pub(super) fn rule_queries<'a>(rule: &'a Rule, visit: &mut dyn FnMut(&'a Query)) {
    if let Rule::Spec { bodies, .. } = rule {
        bodies.iter().for_each(|body| visit(&body.query));
    }
    rule_expressions(rule, &mut |expr| match expr {
        Expr::ArrayCompr { query, .. }
        | Expr::SetCompr { query, .. }
        | Expr::ObjectCompr { query, .. } => visit(query),
        _ => {}
    });
}

/// The name that a rule defines, as written before its arguments and keys.
pub(super) fn rule_name(rule: &Rule) -> Option<(&Span, Vec<&str>)> {
    let refr = match rule {
        Rule::Spec { head: RuleHead::Compr { refr, .. }, .. }
        | Rule::Spec { head: RuleHead::Set { refr, .. }, .. }
        | Rule::Spec { head: RuleHead::Func { refr, .. }, .. }
        | Rule::Default { refr, .. } => refr,
    };
    let (root, steps) = reference(refr)?;
    let named = steps.into_iter().map_while(|step| match step {
        Step::Name(name) => Some(name),
        _ => None,
    });
    Some((root, std::iter::once(root.text()).chain(named).collect()))
}

/// The package of a module, such as `["policies", "aws", "s3"]`.
pub(super) fn package(module: &Module) -> Vec<&str> {
    path(&module.package.refr)
}

/// A path that is written out, such as that of a package or an import.
pub(super) fn path(expr: &Expr) -> Vec<&str> {
    let Some((root, steps)) = reference(expr) else { return Vec::new() };
    let names = steps.into_iter().map_while(|step| match step {
        Step::Name(name) => Some(name),
        _ => None,
    });
    std::iter::once(root.text()).chain(names).collect()
}

/// The expressions of a statement that are directly in it.
pub(super) fn statement_expressions(statement: &LiteralStmt) -> Vec<&Expr> {
    match &statement.literal {
        Literal::SomeVars { .. } => Vec::new(),
        Literal::SomeIn { key, value, collection, .. } => {
            let key = key.iter().map(AsRef::as_ref);
            key.chain([value.as_ref(), collection.as_ref()]).collect()
        }
        Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => vec![expr.as_ref()],
        Literal::Every { domain, .. } => vec![domain.as_ref()],
    }
}

/// Calls `visit` for every expression of a query.
pub(super) fn query<'a>(query_: &'a Query, visit: &mut dyn FnMut(&'a Expr)) {
    for statement in &query_.stmts {
        statement_expressions(statement).into_iter().for_each(|expr| expression(expr, visit));
        if let Literal::Every { query: inner, .. } = &statement.literal {
            query(inner, visit);
        }
        for modifier in &statement.with_mods {
            expression(&modifier.refr, visit);
            expression(&modifier.r#as, visit);
        }
    }
}

/// Calls `visit` for an expression and everything below it.
pub(super) fn expression<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    visit(expr);
    match expr {
        Expr::ArrayCompr { term, query: inner, .. } | Expr::SetCompr { term, query: inner, .. } => {
            expression(term, visit);
            query(inner, visit);
        }
        Expr::ObjectCompr { key, value, query: inner, .. } => {
            expression(key, visit);
            expression(value, visit);
            query(inner, visit);
        }
        _ => children(expr).into_iter().for_each(|child| expression(child, visit)),
    }
}

/// The expressions directly below one that is no comprehension.
pub(super) fn children(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Array { items, .. } | Expr::Set { items, .. } => {
            items.iter().map(AsRef::as_ref).collect()
        }
        Expr::Object { fields, .. } => {
            fields.iter().flat_map(|(_, key, value)| [key.as_ref(), value.as_ref()]).collect()
        }
        Expr::Call { fcn, params, .. } => {
            let mut children = index_expressions(fcn);
            children.extend(params.iter().map(AsRef::as_ref));
            children
        }
        Expr::UnaryExpr { expr, .. } => vec![expr.as_ref()],
        Expr::RefDot { .. } | Expr::RefBrack { .. } => index_expressions(expr),
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => vec![lhs.as_ref(), rhs.as_ref()],
        Expr::Membership { key, value, collection, .. } => {
            let key = key.iter().map(AsRef::as_ref);
            key.chain([value.as_ref(), collection.as_ref()]).collect()
        }
        _ => Vec::new(),
    }
}

/// The indexes of a reference, as in `x[index].name`; none for anything else.
pub(super) fn indexes(reference: &Expr) -> Vec<&Expr> {
    indexes_and_root(reference).0
}

/// Visits what a reference holds besides its names.
fn visit_indexes<'a>(reference: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    index_expressions(reference).into_iter().for_each(|expr| expression(expr, visit));
}

/// What a reference holds besides its names: its indexes, and a root that is no variable.
fn index_expressions(reference: &Expr) -> Vec<&Expr> {
    let (mut found, root) = indexes_and_root(reference);
    if !matches!(root, Expr::Var { .. }) {
        found.push(root);
    }
    found
}

fn indexes_and_root(reference: &Expr) -> (Vec<&Expr>, &Expr) {
    let mut found = Vec::new();
    let mut at = reference;
    loop {
        match at {
            Expr::RefDot { refr, .. } => at = refr,
            Expr::RefBrack { refr, index, .. } => {
                found.push(index.as_ref());
                at = refr;
            }
            root => return (found, root),
        }
    }
}
