//! What the interpreter gives other values than OPA, in silence.
//!
//! Values that come too late: the order of statements means nothing to Rego, but the interpreter takes
//! a variable under `not`, or in `every`, whose value a statement further down gives, for one of their
//! own, and finds nothing there. Objects as patterns: they match objects that have more members.

use std::collections::BTreeSet;

use regorus::unstable::{
    AssignOp, BUILTINS, Expr, Literal, LiteralStmt, Query, Rule, RuleHead, Span as RegoSpan,
};

use super::guard::{each_comprehension, variables};
use super::scope::Names;
use super::syntax;

/// What is misread, and where.
#[derive(Debug, Clone, Copy)]
pub(super) enum Misread<'a> {
    /// A variable that is used above what gives it a value.
    Late(&'a RegoSpan),
    /// A parameter of a name that another one has.
    Repeated(&'a RegoSpan),
    /// An object that is a pattern.
    Pattern(&'a RegoSpan),
}

/// What of `rule` the interpreter misreads.
pub(super) fn misread<'a>(rule: &'a Rule, names: &Names) -> Vec<Misread<'a>> {
    let Rule::Spec { head, bodies, .. } = rule else { return Vec::new() };
    let mut arguments = BTreeSet::new();
    let mut found = Vec::new();
    if let RuleHead::Func { args, .. } = head {
        for argument in args {
            for span in variables(argument) {
                if !arguments.insert(span.text()) && span.text() != "_" {
                    found.push(Misread::Repeated(span));
                }
            }
            found.extend(objects(argument).into_iter().map(|expr| Misread::Pattern(expr.span())));
        }
    }
    let mut values = head_values(head);
    let mut given = arguments.clone();
    for body in bodies {
        check(&body.query, &arguments, names, &mut found);
        values.extend(body.assign.iter().map(|assign| assign.value.as_ref()));
        given.extend(body.query.stmts.iter().flat_map(gives).map(|(name, _)| name));
    }
    for value in values {
        each_outermost(value, &given, &mut |query, outer| check(query, outer, names, &mut found));
    }
    found
}

/// The key and the value of a head.
fn head_values(head: &RuleHead) -> Vec<&Expr> {
    let (key, assign) = match head {
        RuleHead::Set { key, .. } => (key.as_ref(), None),
        RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. } => (None, assign.as_ref()),
    };
    key.into_iter().chain(assign.map(|assign| &assign.value)).map(AsRef::as_ref).collect()
}

/// How a statement gives a variable its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gives {
    /// It declares a variable of that name.
    New,
    /// It may give one a value that others speak of too.
    Shared,
}

fn check<'a>(
    query: &'a Query,
    outer: &BTreeSet<&'a str>,
    names: &Names,
    found: &mut Vec<Misread<'a>>,
) {
    let given: Vec<Vec<(&str, Gives)>> = query.stmts.iter().map(gives).collect();
    let mut inner = outer.clone();
    inner.extend(given.iter().flatten().map(|(name, _)| *name));
    let mut before = outer.clone();
    for (at, statement) in query.stmts.iter().enumerate() {
        let is_new: fn(Gives) -> bool = |how| how == Gives::New;
        let below = |name: &str, is_meant: fn(Gives) -> bool| {
            let below = given.iter().skip(at + 1).flatten();
            !before.contains(name)
                && !names.is_global(name)
                && below.into_iter().any(|(other, how)| *other == name && is_meant(*how))
        };
        match &statement.literal {
            Literal::NotExpr { expr, .. } => {
                let late = own(expr).into_iter().filter(|span| below(span.text(), |_| true));
                found.extend(late.map(Misread::Late));
            }
            // A variable that is declared further down is another one.
            Literal::Every { key, value, query: body, .. } => {
                let declared: BTreeSet<&str> =
                    key.iter().chain([value]).map(RegoSpan::text).chain(declares(body)).collect();
                let used = used(body).into_iter();
                let used = used.filter(|span| {
                    !declared.contains(span.text())
                        && below(span.text(), |how| how == Gives::Shared)
                });
                found.extend(used.map(Misread::Late));
                let negated = negated(body).into_iter().filter(|span| below(span.text(), is_new));
                found.extend(negated.map(Misread::Late));
                let inner = inner.iter().copied().chain(declared).collect();
                check(body, &inner, names, found);
            }
            _ => {}
        }
        for expr in syntax::statement_expressions(statement) {
            each_outermost(expr, &inner, &mut |body, outer| {
                let negated = negated(body).into_iter().filter(|span| below(span.text(), is_new));
                found.extend(negated.map(Misread::Late));
                check(body, outer, names, found);
            });
        }
        let is_known = |name: &str| before.contains(name) || names.is_global(name);
        let patterns = patterns(statement, &is_known).into_iter();
        found.extend(patterns.map(|expr| Misread::Pattern(expr.span())));
        before.extend(given.get(at).into_iter().flatten().map(|(name, _)| *name));
    }
}

/// The objects of a statement that are patterns: what they are compared with may give their variables
/// values.
fn patterns<'a>(statement: &'a LiteralStmt, is_known: &dyn Fn(&str) -> bool) -> Vec<&'a Expr> {
    let is_open = |expr: &&Expr| variables(expr).iter().any(|span| !is_known(span.text()));
    let mut found = Vec::new();
    match &statement.literal {
        Literal::SomeIn { key, value, .. } => {
            found.extend(key.iter().chain([value]).flat_map(|expr| objects(expr)));
        }
        Literal::Expr { expr, .. } => match expr.as_ref() {
            Expr::AssignExpr { op: AssignOp::ColEq, lhs, .. } => found.extend(objects(lhs)),
            Expr::AssignExpr { lhs, rhs, .. } => {
                found.extend(opposite(lhs, rhs, is_known).into_iter().filter(is_open));
                found.extend(opposite(rhs, lhs, is_known).into_iter().filter(is_open));
            }
            expr => {
                let place = results_expr(expr).into_iter().flat_map(objects);
                found.extend(place.filter(is_open));
            }
        },
        _ => {}
    }
    for expr in syntax::statement_expressions(statement) {
        outside_comprehensions(expr, &mut |expr| {
            let indexes = syntax::indexes(expr).into_iter().flat_map(objects);
            found.extend(indexes.filter(is_open));
        });
    }
    found
}

/// The objects of `side` that are compared with something of `other` that has a value.
fn opposite<'a>(side: &'a Expr, other: &'a Expr, is_known: &dyn Fn(&str) -> bool) -> Vec<&'a Expr> {
    match (side, other) {
        (_, Expr::Var { span, .. }) if !is_known(span.text()) => Vec::new(),
        (Expr::Object { fields, .. }, Expr::Object { fields: others, .. }) => {
            let mut found = Vec::new();
            for (_, key, value) in fields {
                let key = key.span().text();
                match others.iter().find(|(_, other, _)| other.span().text() == key) {
                    Some((_, _, other)) => found.extend(opposite(value, other, is_known)),
                    None => found.extend(objects(value)),
                }
            }
            found
        }
        (Expr::Array { items, .. }, Expr::Array { items: others, .. }) => {
            let pairs = items.iter().zip(others);
            pairs.flat_map(|(item, other)| opposite(item, other, is_known)).collect()
        }
        _ => objects(side),
    }
}

/// The objects in what may be a pattern.
fn objects(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Object { .. } => vec![expr],
        Expr::Array { items, .. } => items.iter().flat_map(|item| objects(item)).collect(),
        _ => Vec::new(),
    }
}

/// The variables of the negated expressions of a query that nothing in it gives a value.
fn negated(query: &Query) -> Vec<&RegoSpan> {
    let given: BTreeSet<&str> = query.stmts.iter().flat_map(gives).map(|(name, _)| name).collect();
    let negated = query.stmts.iter().filter_map(|statement| match &statement.literal {
        Literal::NotExpr { expr, .. } => Some(variables(expr)),
        _ => None,
    });
    negated.flatten().filter(|span| !given.contains(span.text())).collect()
}

/// The variables of a negated expression that the interpreter may take for its own: those that it
/// may find values for.
fn own(expr: &Expr) -> Vec<&RegoSpan> {
    let mut found = results(expr);
    outside_comprehensions(expr, &mut |expr| {
        found.extend(syntax::indexes(expr).into_iter().flat_map(variables));
        if let Expr::AssignExpr { lhs, rhs, .. } = expr {
            found.extend([lhs, rhs].into_iter().flat_map(|side| variables(side)));
        }
    });
    found.retain(|span| span.text() != "_");
    found
}

/// The variables that a statement gives values.
fn gives(statement: &LiteralStmt) -> Vec<(&str, Gives)> {
    let mut shared = Vec::new();
    let mut new = Vec::new();
    match &statement.literal {
        Literal::NotExpr { .. } | Literal::SomeVars { .. } => return Vec::new(),
        Literal::SomeIn { key, value, .. } => {
            new.extend(key.iter().chain([value]).flat_map(|expr| variables(expr)));
        }
        Literal::Expr { expr, .. } => match expr.as_ref() {
            Expr::AssignExpr { op: AssignOp::ColEq, lhs, .. } => new.extend(variables(lhs)),
            Expr::AssignExpr { lhs, rhs, .. } => {
                shared.extend([lhs, rhs].into_iter().flat_map(|side| variables(side)));
            }
            expr => shared.extend(results(expr)),
        },
        Literal::Every { .. } => {}
    }
    for expr in syntax::statement_expressions(statement) {
        outside_comprehensions(expr, &mut |expr| {
            shared.extend(syntax::indexes(expr).into_iter().flat_map(variables));
        });
    }
    let new = new.into_iter().map(|span| (span.text(), Gives::New));
    new.chain(shared.into_iter().map(|span| (span.text(), Gives::Shared))).collect()
}

/// The variables in what may be the place for the result of a call, which is its last argument.
fn results(expr: &Expr) -> Vec<&RegoSpan> {
    results_expr(expr).map(variables).unwrap_or_default()
}

/// What may be the place for the result of a call.
fn results_expr(expr: &Expr) -> Option<&Expr> {
    let Expr::Call { fcn, params, .. } = expr else { return None };
    let name = syntax::path(fcn).join(".");
    let arity = BUILTINS.get(name.as_str()).map(|(_, arity)| usize::from(*arity));
    let has_place = params.len() > 1 && (name == "walk" || arity != Some(params.len()));
    params.last().filter(|_| has_place).map(AsRef::as_ref)
}

/// The roots of all references in a query and in those inside it.
fn used(query: &Query) -> Vec<&RegoSpan> {
    let mut found = Vec::new();
    syntax::query(query, &mut |expr| {
        if let Some((root, _)) = syntax::reference(expr)
            && root.text() != "_"
        {
            found.push(root);
        }
    });
    found
}

/// The names that a query, or one inside it, declares variables of.
fn declares(query: &Query) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for statement in &query.stmts {
        match &statement.literal {
            Literal::SomeVars { vars, .. } => found.extend(vars.iter().map(RegoSpan::text)),
            Literal::Every { key, value, query, .. } => {
                found.extend(key.iter().chain([value]).map(RegoSpan::text));
                found.extend(declares(query));
            }
            _ => {
                let declared = gives(statement).into_iter().filter(|(_, how)| *how == Gives::New);
                found.extend(declared.map(|(name, _)| name));
            }
        }
        for expr in syntax::statement_expressions(statement) {
            each_comprehension(expr, &mut |inner| found.extend(declares(inner)));
        }
    }
    found
}

/// Calls `visit` for the query of each comprehension that stands in no other one, or in the terms of
/// one, with the names that have values there beside `outer`.
fn each_outermost<'a>(
    expr: &'a Expr,
    outer: &BTreeSet<&'a str>,
    visit: &mut dyn FnMut(&'a Query, &BTreeSet<&'a str>),
) {
    let (query, terms) = match expr {
        Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
            (query, vec![term])
        }
        Expr::ObjectCompr { key, value, query, .. } => (query, vec![key, value]),
        _ => {
            let children = syntax::children(expr).into_iter();
            return children.for_each(|child| each_outermost(child, outer, visit));
        }
    };
    visit(query, outer);
    let given = query.stmts.iter().flat_map(gives).map(|(name, _)| name);
    let inner = outer.iter().copied().chain(given).collect();
    terms.into_iter().for_each(|term| each_outermost(term, &inner, visit));
}

/// Calls `visit` for an expression and what is below it, but not for what stands in comprehensions.
fn outside_comprehensions<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    let is_comprehension =
        matches!(expr, Expr::ArrayCompr { .. } | Expr::SetCompr { .. } | Expr::ObjectCompr { .. });
    if !is_comprehension {
        visit(expr);
        syntax::children(expr).into_iter().for_each(|child| outside_comprehensions(child, visit));
    }
}
