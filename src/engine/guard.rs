//! What regorus accepts and a gate must not: constructs that lose violations in silence,
//! abort the process, or make a verdict depend on more than the input.
//!
//! Each is an error at load, at its line. The facts were measured on regorus 0.14.1.

use std::collections::BTreeSet;

use regorus::unstable::{
    BUILTINS, Expr, Literal, Module, Query, Rule, RuleAssign, RuleBody, RuleHead, Span as RegoSpan,
};

use super::late::{self, Misread};
use super::scope::{Names, Symbols, Target};
use super::{builtin, heads, syntax};
use crate::base::{Source, Span};
use crate::policy::{Metadata, PolicyError, PolicyFault};

/// Builtins that read a clock, randomness, the network or the environment, by name or prefix.
const FORBIDDEN: [&str; 8] =
    ["time.now_ns", "rand.", "uuid.", "http.", "net.lookup_ip_addr", "opa.", "trace", "rego."];

/// Functions that regorus evaluates outside of its table of builtins.
const BUILT_INTO_SYNTAX: [&str; 2] = ["print", "walk"];

/// The keywords of the interpreter that may be imported.
pub(super) const KEYWORDS: [&str; 4] = ["contains", "every", "if", "in"];

/// One module under examination.
pub(super) struct Guarded<'a> {
    pub(super) source: &'a Source,
    pub(super) module: &'a Module,
    pub(super) names: &'a Names,
    pub(super) symbols: &'a Symbols,
    pub(super) dialect: Dialect<'a>,
}

/// What a module was written for.
#[derive(Clone, Copy)]
pub(super) enum Dialect<'a> {
    /// A policy of ours with this metadata, or a library of it.
    Own(&'a Metadata),
    /// A test of ours, which may set what it likes.
    Test,
    /// Another tool.
    Raw,
}

impl Guarded<'_> {
    /// Everything wrong with the module.
    pub(super) fn check(&self) -> Vec<PolicyError> {
        let mut errors = Vec::new();
        for import in &self.module.imports {
            let path = syntax::path(&import.refr);
            match path.as_slice() {
                ["data", path @ ..] => {
                    let path = path.iter().map(|step| (*step).to_owned()).collect();
                    self.check_data(&path, &import.span, &mut errors);
                }
                ["rego", "v1"] | ["future", "keywords"] => {}
                ["future", "keywords", keyword] if KEYWORDS.contains(keyword) => {}
                ["rego" | "future", ..] => {
                    let path = path.join(".");
                    errors.push(self.error(&import.span, PolicyFault::UnknownImport { path }));
                }
                _ => {}
            }
        }
        for rule in &self.module.policy {
            syntax::rule_expressions(rule, &mut |expr| self.check_expression(expr, &mut errors));
            self.check_safety(rule, &mut errors);
            self.check_replacements(rule, &mut errors);
            errors.extend(late::misread(rule, self.names).into_iter().map(|found| match found {
                Misread::Late(variable) => {
                    let name = variable.text().to_owned();
                    self.error(variable, PolicyFault::LateValue { name })
                }
                Misread::Repeated(parameter) => {
                    let name = parameter.text().to_owned();
                    self.error(parameter, PolicyFault::RepeatedParameter { name })
                }
                Misread::Pattern(object) => self.error(object, PolicyFault::ObjectPattern),
            }));
        }
        errors
    }

    pub(super) fn error(&self, span: &RegoSpan, fault: PolicyFault) -> PolicyError {
        *PolicyError::at(self.source, ours(span), fault)
    }

    fn check_expression(&self, expr: &Expr, errors: &mut Vec<PolicyError>) {
        if let Expr::Call { fcn, params, .. } = expr {
            self.check_call(fcn, params.len(), errors);
        } else if let Some(Target::Data(path)) = self.names.target(expr) {
            self.check_data(&path, expr.span(), errors);
        }
    }

    fn check_data(&self, path: &Vec<String>, span: &RegoSpan, errors: &mut Vec<PolicyError>) {
        let is_declared = match (self.dialect, path.as_slice()) {
            (Dialect::Test, [root, ..]) => root == "params" || root == "assumptions",
            (Dialect::Own(metadata), [root, name, ..]) => match root.as_str() {
                "params" => metadata.params.contains_key(name),
                "assumptions" => metadata.assumptions.contains_key(name),
                _ => false,
            },
            _ => false,
        };
        if !is_declared && !self.symbols.resolves(path) {
            let reference = format!("data.{}", path.join("."));
            let reference = reference.trim_end_matches('.').to_owned();
            errors.push(self.error(
                span,
                match self.dialect {
                    Dialect::Own(_) | Dialect::Test => {
                        PolicyFault::UnresolvedReference { reference }
                    }
                    Dialect::Raw => PolicyFault::UnresolvedData { reference },
                },
            ));
        }
    }

    fn check_call(&self, function: &Expr, parameters: usize, errors: &mut Vec<PolicyError>) {
        let span = function.span();
        match self.names.target(function) {
            Some(Target::Data(path)) => self.check_data(&path, span, errors),
            Some(Target::Local(name)) => {
                if name == "walk" && parameters < 2 {
                    errors.push(self.error(span, PolicyFault::OneArgumentWalk));
                } else if self.permits(&name) {
                    // What it does is done before anything runs, or is nothing.
                } else if is_forbidden(&name) {
                    errors.push(self.error(span, PolicyFault::ForbiddenBuiltin { name }));
                } else if builtin::is_wrong(&name) || !self.is_builtin(&name) {
                    errors.push(self.error(span, PolicyFault::UnknownFunction { name }));
                }
            }
            _ => {
                let name = span.text().to_owned();
                errors.push(self.error(span, PolicyFault::UnknownFunction { name }));
            }
        }
    }

    fn is_builtin(&self, name: &str) -> bool {
        is_builtin(name) || (matches!(self.dialect, Dialect::Raw) && builtin::is_foreign(name))
    }

    /// Tracing does nothing, and the annotation of a rule is put in its place before anything runs.
    fn permits(&self, name: &str) -> bool {
        matches!(self.dialect, Dialect::Raw) && ["rego.metadata.rule", "trace"].contains(&name)
    }

    /// The interpreter may answer with what holds for other documents, where some are replaced.
    fn check_replacements(&self, rule: &Rule, errors: &mut Vec<PolicyError>) {
        let is_test = syntax::rule_name(rule)
            .is_some_and(|(_, names)| names.first().is_some_and(|name| name.starts_with("test_")));
        if is_test || !matches!(self.dialect, Dialect::Raw) {
            return;
        }
        syntax::rule_queries(rule, &mut |query| {
            let replaced = query.stmts.iter().flat_map(|statement| &statement.with_mods);
            errors.extend(replaced.map(|with| self.error(&with.span, PolicyFault::Replacement)));
        });
    }

    /// A variable that only stands under `not` has no value: OPA refuses it, and regorus
    /// takes it for a wildcard.
    fn check_safety(&self, rule: &Rule, errors: &mut Vec<PolicyError>) {
        let Rule::Spec { head, bodies, .. } = rule else { return };
        let mut bound = BTreeSet::new();
        if let RuleHead::Func { args, .. } = head {
            args.iter().for_each(|argument| self.bind(argument, &mut bound));
        }
        for body in bodies {
            self.check_query(&body.query, &bound, errors);
        }
        if matches!(self.dialect, Dialect::Raw) {
            self.check_head(head, bodies, &bound, errors);
        }
    }

    /// A variable of the head that no body gives a value comes up only where the body holds.
    fn check_head<'a>(
        &self,
        head: &'a RuleHead,
        bodies: &'a [RuleBody],
        arguments: &BTreeSet<&'a str>,
        errors: &mut Vec<PolicyError>,
    ) {
        let assigned = |assign: &'a Option<RuleAssign>| assign.as_ref().map(|a| a.value.as_ref());
        let (key, value) = match head {
            RuleHead::Set { key, .. } => (key.as_deref(), None),
            RuleHead::Compr { refr, assign, .. } => match refr.as_ref() {
                Expr::RefBrack { index, .. } => (Some(index.as_ref()), assigned(assign)),
                _ => (None, assigned(assign)),
            },
            RuleHead::Func { assign, .. } => (None, assigned(assign)),
        };
        let body = |body: &'a RuleBody| (Some(&body.query), assigned(&body.assign));
        let bodies: Vec<_> = match bodies {
            [] => vec![(None, None)],
            bodies => bodies.iter().map(body).collect(),
        };
        for (at, (query, own)) in bodies.into_iter().enumerate() {
            let mut bound = arguments.clone();
            let statements = query.into_iter().flat_map(|query| &query.stmts);
            for statement in statements.filter(|s| !matches!(s.literal, Literal::NotExpr { .. })) {
                let expressions = syntax::statement_expressions(statement);
                expressions.into_iter().for_each(|expr| self.bind(expr, &mut bound));
                if let Literal::SomeVars { vars, .. } = &statement.literal {
                    bound.extend(vars.iter().map(RegoSpan::text));
                }
            }
            let of_head = [key, value].into_iter().flatten().filter(|_| at == 0);
            for expr in of_head.chain(own) {
                self.check_negated(expr, &bound, errors);
            }
        }
    }

    fn check_query<'a>(
        &self,
        query: &'a Query,
        outer: &BTreeSet<&'a str>,
        errors: &mut Vec<PolicyError>,
    ) {
        let mut bound = outer.clone();
        for statement in &query.stmts {
            if !matches!(statement.literal, Literal::NotExpr { .. }) {
                let expressions = syntax::statement_expressions(statement);
                expressions.into_iter().for_each(|expr| self.bind(expr, &mut bound));
            }
        }
        for statement in &query.stmts {
            match &statement.literal {
                Literal::NotExpr { expr, .. } => {
                    if matches!(expr.as_ref(), Expr::Set { .. }) {
                        errors.push(self.error(expr.span(), PolicyFault::NegatedBlock));
                    }
                    self.check_negated(expr, &bound, errors);
                }
                Literal::Every { key, value, query, .. } => {
                    let own: Vec<&str> = key.iter().chain([value]).map(RegoSpan::text).collect();
                    self.check_every(&own, query, errors);
                    let inner = bound.iter().copied().chain(own).collect();
                    self.check_query(query, &inner, errors);
                }
                _ => {}
            }
            for expr in syntax::statement_expressions(statement) {
                each_comprehension(expr, &mut |inner| self.check_query(inner, &bound, errors));
            }
        }
    }

    /// regorus takes `every k in xs { not object[k] }` for undefined, where it may be true.
    fn check_every(&self, own: &[&str], query: &Query, errors: &mut Vec<PolicyError>) {
        for statement in &query.stmts {
            let Literal::NotExpr { expr, .. } = &statement.literal else { continue };
            syntax::expression(expr, &mut |expr| {
                let indexes = syntax::indexes(expr).into_iter().flat_map(variables);
                errors.extend(indexes.filter(|variable| own.contains(&variable.text())).map(
                    |variable| {
                        let name = variable.text().to_owned();
                        self.error(variable, PolicyFault::NegationInEvery { name })
                    },
                ));
            });
        }
    }

    fn check_negated(&self, expr: &Expr, bound: &BTreeSet<&str>, errors: &mut Vec<PolicyError>) {
        for variable in variables(expr) {
            let name = variable.text();
            if !bound.contains(name) && !self.names.is_global(name) {
                let fault = PolicyFault::UnsafeVariable { name: name.to_owned() };
                errors.push(self.error(variable, fault));
            }
        }
    }

    fn bind<'a>(&self, expr: &'a Expr, bound: &mut BTreeSet<&'a str>) {
        let found = variables(expr).into_iter().map(RegoSpan::text);
        bound.extend(found.filter(|name| *name != "_" && !self.names.is_global(name)));
    }
}

/// What is wrong with modules only together.
pub(super) fn together(modules: &[Guarded<'_>]) -> Vec<PolicyError> {
    let mut errors = recursion(modules);
    errors.extend(heads::overlaps(modules));
    errors.extend(heads::doubles(modules));
    errors
}

/// The rules that refer to themselves, directly or through others. Such a policy would
/// overflow the stack, which ends the whole process.
fn recursion(modules: &[Guarded<'_>]) -> Vec<PolicyError> {
    let mut edges: Vec<(Vec<String>, Vec<String>, &Guarded<'_>, &RegoSpan)> = Vec::new();
    for guarded in modules {
        for rule in &guarded.module.policy {
            let Some((span, name)) = syntax::rule_name(rule) else { continue };
            let own = guarded.names.package.iter().cloned();
            let from: Vec<String> = own.chain(name.iter().map(|n| (*n).to_owned())).collect();
            syntax::rule_expressions(rule, &mut |expr| {
                let expr = if let Expr::Call { fcn, .. } = expr { fcn.as_ref() } else { expr };
                if let Some(Target::Data(path)) = guarded.names.target(expr)
                    && let Some(to) = guarded.symbols.rule(&path)
                {
                    edges.push((from.clone(), to.clone(), guarded, span));
                }
            });
        }
    }
    let mut reported = BTreeSet::new();
    let mut errors = Vec::new();
    for (from, _, guarded, span) in &edges {
        if reported.contains(from) {
            continue;
        }
        if let Some(cycle) = cycle_through(from, &edges) {
            let names: Vec<&str> =
                cycle.iter().filter_map(|path| path.last()).map(|s| &**s).collect();
            let fault = PolicyFault::Recursion {
                rule: names.first().copied().unwrap_or_default().to_owned(),
                cycle: names.join(" → "),
            };
            errors.push(guarded.error(span, fault));
            reported.extend(cycle);
        }
    }
    errors
}

/// The shortest way from a rule back to itself.
fn cycle_through<G, S>(
    start: &Vec<String>,
    edges: &[(Vec<String>, Vec<String>, G, S)],
) -> Option<Vec<Vec<String>>> {
    let mut seen = BTreeSet::new();
    let mut ways = std::collections::VecDeque::from([vec![start.clone()]]);
    while let Some(way) = ways.pop_front() {
        let last = way.last()?;
        for (_, to, ..) in edges.iter().filter(|(from, ..)| from == last) {
            let mut longer = way.clone();
            longer.push(to.clone());
            if to == start {
                return Some(longer);
            }
            if seen.insert(to.clone()) {
                ways.push_back(longer);
            }
        }
    }
    None
}

/// The variables of an expression, without those that a comprehension inside it binds itself.
pub(super) fn variables(expr: &Expr) -> Vec<&RegoSpan> {
    let mut found = Vec::new();
    let mut inner: BTreeSet<&str> = BTreeSet::new();
    each_comprehension(expr, &mut |query| {
        syntax::query(query, &mut |expr| {
            if let Some((root, _)) = syntax::reference(expr) {
                inner.insert(root.text());
            }
        });
        for statement in &query.stmts {
            if let Literal::SomeVars { vars, .. } = &statement.literal {
                inner.extend(vars.iter().map(RegoSpan::text));
            }
        }
    });
    syntax::expression(expr, &mut |expr| {
        if let Some((root, _)) = syntax::reference(expr)
            && !inner.contains(root.text())
        {
            found.push(root);
        }
    });
    found
}

pub(super) fn each_comprehension<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Query)) {
    syntax::expression(expr, &mut |expr| match expr {
        Expr::ArrayCompr { query, .. }
        | Expr::SetCompr { query, .. }
        | Expr::ObjectCompr { query, .. } => visit(query),
        _ => {}
    });
}

fn is_forbidden(name: &str) -> bool {
    FORBIDDEN.iter().any(|entry| match entry.strip_suffix('.') {
        Some(_) => name.starts_with(entry),
        None => name == *entry,
    })
}

fn is_builtin(name: &str) -> bool {
    BUILT_INTO_SYNTAX.contains(&name) || builtin::is_ours(name) || BUILTINS.contains_key(name)
}

/// A span of regorus as one of ours.
pub(super) fn ours(span: &RegoSpan) -> Span {
    Span { start: span.start as usize, end: span.end as usize }
}
