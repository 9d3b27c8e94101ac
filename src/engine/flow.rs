//! Where values go in a policy: which variables hold strings of the policy itself, and which
//! functions are handed all the values of a resource.

use std::collections::{HashMap, HashSet};

use regorus::unstable::{Expr, Literal, Module, Query, Ref, Rule, RuleHead};

use super::reach::Reach;
use super::scope::{Names, Symbols, Target};
use super::syntax::{self, Step};

/// The file, first and last byte of an expression.
pub(super) type Location = (String, u32, u32);

/// What is known of the functions and rules of a policy and its libraries.
pub(super) struct Flow {
    /// References to all the values of a resource that go into a function or a collection.
    pub(super) passed: HashSet<Location>,
    /// Functions that are handed all the values of a resource.
    takes_values: HashSet<Vec<String>>,
    /// Rules that are lists of strings.
    lists: HashSet<Vec<String>>,
    /// For each function, which parameters are strings of the policy at every call.
    strings: HashMap<Vec<String>, Vec<bool>>,
    /// Strings that go to functions which only compare them: no attribute is read by such a name.
    pub(super) compared: HashSet<Location>,
    /// Strings that go to functions which read such an attribute of the subject alone.
    pub(super) of_subject: HashSet<Location>,
}

/// `some value in collection`, `some key, value in collection`, or `every …`.
pub(super) struct Iteration<'a> {
    pub(super) is_keyed: bool,
    pub(super) value: Option<&'a str>,
    pub(super) collection: &'a Expr,
}

impl Flow {
    /// Follows the values of those rules of `modules` that are in `reach`.
    pub(super) fn new(
        modules: &[Ref<Module>],
        names: &[Names],
        symbols: &Symbols,
        reach: &Reach,
    ) -> Self {
        let mut flow = Flow {
            passed: HashSet::new(),
            takes_values: HashSet::new(),
            lists: HashSet::new(),
            strings: HashMap::new(),
            compared: HashSet::new(),
            of_subject: HashSet::new(),
        };
        let all = modules.iter().zip(names);
        let all = all.flat_map(|(m, n)| m.policy.iter().map(move |r| (r, n)));
        let rules: Vec<(&Ref<Rule>, &Names)> =
            all.filter(|(rule, names)| reach.has(rule, names)).collect();
        for (rule, names) in &rules {
            if is_list_of_strings(rule) {
                flow.lists.extend(path_of(rule, names));
            }
        }
        let compared = Uses::of(&rules, symbols, false);
        let of_subject = Uses::of(&rules, symbols, true);
        for (rule, names) in &rules {
            compared.note_strings(rule, names, symbols, &mut flow.compared);
            of_subject.note_strings(rule, names, symbols, &mut flow.of_subject);
            let written_out = flow.iterated_strings(rule, names);
            syntax::rule_expressions(rule, &mut |expr| {
                flow.note(expr, names, symbols, &written_out);
            });
        }
        flow
    }

    /// The variables of a rule whose values are strings of the policy.
    pub(super) fn written_out<'a>(&self, rule: &'a Rule, names: &Names) -> HashSet<&'a str> {
        let mut written_out = self.iterated_strings(rule, names);
        let known = path_of(rule, names).and_then(|path| self.strings.get(&path));
        let strings = known.into_iter().flatten().zip(parameters(rule));
        written_out.extend(strings.filter(|(is_string, _)| **is_string).map(|(_, name)| name));
        written_out
    }

    /// True for a function that is handed all the values of a resource.
    pub(super) fn takes_values(&self, rule: &Rule, names: &Names) -> bool {
        path_of(rule, names).is_some_and(|path| self.takes_values.contains(&path))
    }

    fn iterated_strings<'a>(&self, rule: &'a Rule, names: &Names) -> HashSet<&'a str> {
        let is_list = |collection: &Expr| {
            is_strings(collection)
                || matches!(names.target(collection), Some(Target::Data(path)) if self.lists.contains(&path))
        };
        let iterations = iterations(rule).into_iter();
        iterations
            .filter(|iteration| is_list(iteration.collection))
            .filter_map(|i| i.value)
            .collect()
    }

    fn note(&mut self, expr: &Expr, names: &Names, symbols: &Symbols, written_out: &HashSet<&str>) {
        match expr {
            Expr::Call { fcn, params, .. } => {
                let Some(Target::Data(path)) = names.target(fcn) else { return };
                let Some(function) = symbols.rule(&path) else { return };
                let is_string = |parameter: &Ref<Expr>| match parameter.as_ref() {
                    Expr::String { .. } | Expr::RawString { .. } => true,
                    Expr::Var { span, .. } => written_out.contains(span.text()),
                    _ => false,
                };
                let strings = params.iter().map(is_string);
                match self.strings.get_mut(function) {
                    Some(known) => known.iter_mut().zip(strings).for_each(|(all, one)| *all &= one),
                    None => drop(self.strings.insert(function.clone(), strings.collect())),
                }
                for parameter in params.iter().filter(|parameter| is_all_values(parameter)) {
                    self.passed.insert(location(parameter));
                    self.takes_values.insert(function.clone());
                }
            }
            Expr::ArrayCompr { term, .. } | Expr::SetCompr { term, .. } if is_all_values(term) => {
                self.passed.insert(location(term));
            }
            _ => {}
        }
    }
}

/// Of each function, the parameters that are only compared, or handed on to be compared.
struct Uses {
    harmless: HashMap<Vec<String>, Vec<bool>>,
    /// They may also be names of what is read of the subject.
    names_own: bool,
}

impl Uses {
    fn of(rules: &[(&Ref<Rule>, &Names)], symbols: &Symbols, names_own: bool) -> Self {
        let functions = rules.iter().filter_map(|(rule, names)| {
            Some((path_of(rule, names)?, vec![true; parameters(rule).len()]))
        });
        let mut uses = Uses { harmless: functions.collect(), names_own };
        // What is handed on to something that uses it otherwise is used otherwise.
        while rules.iter().any(|(rule, names)| uses.narrow(rule, names, symbols)) {}
        uses
    }

    /// Takes those parameters of a function out that it uses otherwise; true when there are such.
    fn narrow(&mut self, rule: &Rule, names: &Names, symbols: &Symbols) -> bool {
        let Some(path) = path_of(rule, names) else { return false };
        let uses: Vec<bool> = parameters(rule)
            .into_iter()
            .map(|name| name == "_" || self.is_harmless(rule, name, names, symbols))
            .collect();
        let Some(known) = self.harmless.get_mut(&path) else { return false };
        let mut is_narrower = false;
        for (known, is_harmless) in known.iter_mut().zip(uses) {
            is_narrower |= *known && !is_harmless;
            *known &= is_harmless;
        }
        is_narrower
    }

    fn is_harmless(&self, rule: &Rule, name: &str, names: &Names, symbols: &Symbols) -> bool {
        let is_it = |expr: &Expr| matches!(expr, Expr::Var { span, .. } if span.text() == name);
        let (mut all, mut harmless) = (0, 0);
        syntax::rule_expressions(rule, &mut |expr| {
            let is_mentioned = syntax::reference(expr).is_some_and(|(root, _)| root.text() == name);
            all += usize::from(is_mentioned);
            harmless += match expr {
                Expr::BoolExpr { lhs, rhs, .. } => [lhs, rhs].iter().filter(|e| is_it(e)).count(),
                Expr::Membership { key: None, value, collection, .. } => {
                    [value, collection].iter().filter(|e| is_it(e)).count()
                }
                Expr::Call { .. } => {
                    let handed_on = self.arguments(expr, names, symbols);
                    handed_on.filter(|(argument, only)| *only && is_it(argument)).count()
                }
                other if self.names_own && is_of_subject(other) => {
                    let steps = syntax::chain(other).1.into_iter();
                    steps.filter(|step| *step == Step::Variable(name)).count()
                }
                _ => 0,
            };
        });
        // The head of the function names it once.
        all == harmless + 1
    }

    /// The arguments of a call, each with whether its use is harmless.
    fn arguments<'b>(
        &self,
        call: &'b Expr,
        names: &Names,
        symbols: &Symbols,
    ) -> impl Iterator<Item = (&'b Expr, bool)> {
        let (function, arguments) = match call {
            Expr::Call { fcn, params, .. } => (names.target(fcn), params.as_slice()),
            _ => (None, &[][..]),
        };
        let path = match &function {
            Some(Target::Data(path)) => symbols.rule(path),
            _ => None,
        };
        let only = path.and_then(|path| self.harmless.get(path)).cloned().unwrap_or_default();
        arguments
            .iter()
            .enumerate()
            .map(move |(at, argument)| (argument.as_ref(), only.get(at).copied().unwrap_or(false)))
    }

    /// Notes the strings in calls of a rule whose uses are harmless.
    fn note_strings(
        &self,
        rule: &Rule,
        names: &Names,
        symbols: &Symbols,
        found: &mut HashSet<Location>,
    ) {
        syntax::rule_expressions(rule, &mut |expr| {
            for (argument, is_harmless) in self.arguments(expr, names, symbols) {
                if !is_harmless {
                    continue;
                }
                match argument {
                    Expr::String { .. } | Expr::RawString { .. } => {
                        found.insert(location(argument));
                    }
                    Expr::Array { items, .. } | Expr::Set { items, .. } if is_strings(argument) => {
                        found.extend(items.iter().map(|item| location(item)));
                    }
                    _ => {}
                }
            }
        });
    }
}

/// True for a reference to what is read of the subject itself: `input.linked` leads to others, and
/// so may a variable.
pub(super) fn is_of_subject(expr: &Expr) -> bool {
    syntax::reference(expr).is_some_and(|(root, steps)| {
        root.text() == "input"
            && matches!(steps.first(), Some(Step::Name(name)) if *name != "linked")
    })
}

/// Where an expression stands.
pub(super) fn location(expr: &Expr) -> Location {
    let span = expr.span();
    (span.source.file().clone(), span.start, span.end)
}

/// The names of a function's parameters.
pub(super) fn parameters(rule: &Rule) -> Vec<&str> {
    let Rule::Spec { head: RuleHead::Func { args, .. }, .. } = rule else { return Vec::new() };
    args.iter().map(|argument| argument.span().text()).collect()
}

/// Everything that a rule iterates, in comprehensions too.
pub(super) fn iterations(rule: &Rule) -> Vec<Iteration<'_>> {
    let mut found = Vec::new();
    if let Rule::Spec { bodies, .. } = rule {
        bodies.iter().for_each(|body| iterations_of(&body.query, &mut found));
    }
    syntax::rule_expressions(rule, &mut |expr| match expr {
        Expr::ArrayCompr { query, .. }
        | Expr::SetCompr { query, .. }
        | Expr::ObjectCompr { query, .. } => iterations_of(query, &mut found),
        _ => {}
    });
    found
}

fn iterations_of<'a>(query: &'a Query, found: &mut Vec<Iteration<'a>>) {
    for statement in &query.stmts {
        match &statement.literal {
            Literal::SomeIn { key, value, collection, .. } => {
                let value = match value.as_ref() {
                    Expr::Var { span, .. } => Some(span.text()),
                    _ => None,
                };
                found.push(Iteration { is_keyed: key.is_some(), value, collection });
            }
            Literal::Every { key, value, domain, query, .. } => {
                let value = Some(value.text());
                found.push(Iteration { is_keyed: key.is_some(), value, collection: domain });
                iterations_of(query, found);
            }
            _ => {}
        }
    }
}

/// The full path of a rule, without `data`.
pub(super) fn path_of(rule: &Rule, names: &Names) -> Option<Vec<String>> {
    let (_, name) = syntax::rule_name(rule)?;
    let package = names.package.iter().cloned();
    Some(package.chain(name.into_iter().map(str::to_owned)).collect())
}

/// True for `_flags := ["a", "b"]`.
fn is_list_of_strings(rule: &Rule) -> bool {
    let Rule::Spec { head: RuleHead::Compr { assign: Some(assign), .. }, bodies, .. } = rule else {
        return false;
    };
    let is_plain = bodies.iter().all(|body| body.query.stmts.is_empty() && body.assign.is_none());
    is_plain && is_strings(&assign.value)
}

fn is_strings(expr: &Expr) -> bool {
    match expr {
        Expr::Array { items, .. } | Expr::Set { items, .. } => items
            .iter()
            .all(|item| matches!(item.as_ref(), Expr::String { .. } | Expr::RawString { .. })),
        _ => false,
    }
}

/// True for `….values`: all the values of a resource.
fn is_all_values(expr: &Expr) -> bool {
    syntax::reference(expr).is_some_and(|(_, steps)| steps.last() == Some(&Step::Name("values")))
}
