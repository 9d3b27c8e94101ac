//! Runs the `test_*` rules that stand beside policies.
//!
//! Each file of tests has an interpreter of its own, with the policies and libraries that it can come
//! to and nothing else, so that a broken file fails its own tests alone. What a failing test stumbled
//! over is found by `probe.rs`.

mod closure;
mod probe;

use std::collections::BTreeMap;
use std::time::Duration;

use rayon::prelude::*;
use regorus::unstable::{Expr, Module, Ref, Rule, RuleHead};
use regorus::{Engine as Rego, Value as RegoValue};

use super::coverage::Coverage;
use super::evaluate::{Failed, fenced};
use super::guard::{self, Dialect, Guarded};
use super::print::{self, Print};
use super::scope::{Names, Symbols};
use super::{builtin, compile, document, fault_text, literal, syntax};
use crate::base::{Source, Span};
use crate::policy::{Parameter, PolicyError, PolicyFile, PolicySet};
use closure::{Closure, Parsed};
use probe::Probe;

/// What the name of a test begins with.
const PREFIX: &str = "test_";
/// The same for one that is not to be run yet.
const PENDING_PREFIX: &str = "todo_test_";

/// Tests, ready to be run.
#[derive(Default)]
pub struct Tests {
    units: Vec<Unit>,
}

/// What became of a test, or of one case of it.
#[derive(Debug, Clone)]
pub struct TestResult {
    /// The file that holds it.
    pub source: Source,
    /// Where it begins.
    pub span: Span,
    /// The name of the rule.
    pub name: String,
    /// The case, where the rule makes a table of them.
    pub case: Option<String>,
    /// What became of it.
    pub outcome: TestOutcome,
    /// What it printed.
    pub prints: Vec<Print>,
}

/// What can become of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestOutcome {
    /// It holds.
    Passed,
    /// Its name says that it is to be written yet.
    Skipped,
    /// It does not hold.
    Failed(Box<Failure>),
}

/// Why a test does not hold.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The file in which it went wrong.
    pub source: Source,
    /// The expression that does not hold.
    pub span: Span,
    /// What is the matter with it.
    pub reason: String,
    /// Expressions in it, and their values.
    pub values: Vec<(String, String)>,
    /// Of what is iterated over, the elements in which it does not hold.
    pub cases: Vec<(String, String)>,
}

impl PartialEq for Failure {
    fn eq(&self, other: &Self) -> bool {
        let key = |failure: &Self| {
            let Failure { source, span, reason, values, cases } = failure.clone();
            (source.name().to_owned(), span, reason, values, cases)
        };
        key(self) == key(other)
    }
}

impl Eq for Failure {}

/// A file of tests and what they can come to.
struct Unit {
    source: Source,
    module: Ref<Module>,
    /// The interpreter to clone for each test.
    rego: Rego,
    /// The sources in it, as error messages name them.
    sources: Vec<Source>,
    /// The rules that are tests, by name.
    tests: BTreeMap<String, Vec<Ref<Rule>>>,
}

impl Tests {
    /// Makes the tests of `set` ready to run on its policies and libraries.
    ///
    /// # Errors
    /// The files of tests that cannot be run, each with its place. The others stand.
    #[must_use]
    pub fn new(set: &PolicySet, time_limit: Duration) -> (Self, Vec<PolicyError>) {
        let closure = Closure::new(set);
        let units = set.tests.par_iter().map(|file| Unit::new(file, set, &closure, time_limit));
        let mut tests = Tests::default();
        let mut errors = Vec::new();
        for unit in units.collect::<Vec<_>>() {
            match unit {
                Ok(unit) => tests.units.push(unit),
                Err(found) => errors.extend(found),
            }
        }
        (tests, errors)
    }

    /// Runs the tests whose full names, such as `policies.team.x_test.test_denies`, are `wanted`. The
    /// results are in order of the files and lines.
    #[must_use]
    pub fn run(&self, wanted: &(dyn Fn(&str) -> bool + Sync)) -> (Vec<TestResult>, Coverage) {
        let all: Vec<(&Unit, &String, &Vec<Ref<Rule>>)> = self
            .units
            .iter()
            .flat_map(|unit| unit.tests.iter().map(move |(name, rules)| (unit, name, rules)))
            .filter(|(unit, name, _)| wanted(&unit.full_name(name)))
            .collect();
        let ran: Vec<(Vec<TestResult>, Coverage)> =
            all.par_iter().map(|(unit, name, rules)| unit.run(name, rules)).collect();
        let mut coverage = Coverage::default();
        let mut results = Vec::new();
        for (result, reached) in ran {
            results.extend(result);
            coverage.merge(reached);
        }
        results.sort_by(|a, b| {
            (a.source.name(), a.span, &a.case).cmp(&(b.source.name(), b.span, &b.case))
        });
        (results, coverage)
    }
}

impl Unit {
    fn new(
        file: &PolicyFile,
        set: &PolicySet,
        closure: &Closure,
        time_limit: Duration,
    ) -> Result<Self, Vec<PolicyError>> {
        let source = &file.source;
        let module = compile::module(source)?;
        let reached = closure.of(&module);
        let all: Vec<&Parsed> = reached.collect();
        examine(source, &module, &all)?;
        let mut rego = compile::new_rego(time_limit);
        builtin::hasten(&mut rego);
        let own = std::iter::once(source);
        let sources: Vec<Source> =
            own.chain(all.iter().map(|parsed| &parsed.source)).cloned().collect();
        for source in &sources {
            compile::add(&mut rego, source)?;
        }
        let package = syntax::package(&module).join(".");
        let fail = |text: String| vec![compile::interpreter_error(&text, &sources)];
        let params = params(set, &package);
        rego.add_data(params).map_err(|error| fail(error.to_string()))?;
        let mut tests: BTreeMap<String, Vec<Ref<Rule>>> = BTreeMap::new();
        for rule in &module.policy {
            let name = syntax::rule_name(rule).and_then(|(_, name)| name.first().copied());
            let is_test =
                |name: &&str| name.starts_with(PREFIX) || name.starts_with(PENDING_PREFIX);
            let is_function = matches!(
                rule.as_ref(),
                Rule::Spec { head: RuleHead::Func { .. }, .. } | Rule::Default { .. }
            );
            if let Some(name) = name.filter(is_test).filter(|_| !is_function) {
                tests.entry(name.to_owned()).or_default().push(rule.clone());
            }
        }
        rego.set_enable_coverage(true);
        rego.set_gather_prints(true);
        if let Some(name) = tests.keys().next() {
            // Whatever the interpreter finds wrong before it evaluates, it finds now.
            let entry = format!("data.{package}.{name}");
            let mut trial = rego.clone();
            trial.compile_with_entrypoint(&entry.into()).map_err(|e| fail(e.to_string()))?;
        }
        Ok(Unit { source: source.clone(), module, rego, sources, tests })
    }

    fn package(&self) -> String {
        syntax::package(&self.module).join(".")
    }

    fn full_name(&self, name: &str) -> String {
        format!("{}.{name}", self.package())
    }

    fn run(&self, name: &str, rules: &[Ref<Rule>]) -> (Vec<TestResult>, Coverage) {
        let Some(rule) = rules.first() else { return (Vec::new(), Coverage::default()) };
        let result = |case: Option<String>, outcome: TestOutcome| TestResult {
            source: self.source.clone(),
            span: syntax::rule_name(rule).map(|(span, _)| guard::ours(span)).unwrap_or_default(),
            name: name.to_owned(),
            case,
            outcome,
            prints: Vec::new(),
        };
        if name.starts_with(PENDING_PREFIX) {
            return (vec![result(None, TestOutcome::Skipped)], Coverage::default());
        }
        let mut rego = self.rego.clone();
        rego.clear_coverage_data();
        let value = fenced(|| rego.eval_rule(format!("data.{}", self.full_name(name))));
        let coverage = Coverage::of(&rego);
        let prints = print::take(&mut rego);
        let probe = Probe::new(self);
        let mut results: Vec<TestResult> = match (value, table_key(rule)) {
            (Err(failed), _) => vec![result(None, self.failed(rule, &failed))],
            (Ok(value @ (RegoValue::Undefined | RegoValue::Object(_))), Some(_)) => {
                let cases = probe.cases(rules, &value);
                if cases.is_empty() {
                    let reason = "the table has no cases".to_owned();
                    vec![result(None, self.fails(rule, reason))]
                } else {
                    let outcome = |failure: Option<Failure>| match failure {
                        None => TestOutcome::Passed,
                        Some(failure) => TestOutcome::Failed(Box::new(failure)),
                    };
                    cases.into_iter().map(|(case, f)| result(Some(case), outcome(f))).collect()
                }
            }
            (Ok(RegoValue::Bool(true)), _) => vec![result(None, TestOutcome::Passed)],
            (Ok(value), _) => {
                let failure = probe.failure(rules, &value).map(Box::new).map(TestOutcome::Failed);
                let reason = match &value {
                    RegoValue::Undefined => "the test does not hold".to_owned(),
                    value => format!("the test is {}, and must be true", literal::shown(value)),
                };
                vec![result(None, failure.unwrap_or_else(|| self.fails(rule, reason)))]
            }
        };
        if let Some(first) = results.first_mut() {
            first.prints = prints;
        }
        (results, coverage)
    }

    /// A failure of which nothing more is known than the rule.
    fn fails(&self, rule: &Rule, reason: String) -> TestOutcome {
        let name = syntax::rule_name(rule).map(|(span, _)| guard::ours(span));
        TestOutcome::Failed(Box::new(Failure {
            source: self.source.clone(),
            span: name.unwrap_or_default(),
            reason,
            values: Vec::new(),
            cases: Vec::new(),
        }))
    }

    /// A test whose evaluation failed.
    fn failed(&self, rule: &Rule, failed: &Failed) -> TestOutcome {
        let text = match failed {
            Failed::Slow(limit) => {
                return self.fails(rule, format!("it took longer than {} ms", limit.as_millis()));
            }
            Failed::Panicked => {
                return self.fails(rule, "the interpreter panicked".to_owned());
            }
            Failed::Said(text) => text,
        };
        let known: Vec<&Source> = self.sources.iter().collect();
        let fault = fault_text::read(text, &known);
        let placed = fault.place.and_then(|(index, place)| Some((self.sources.get(index)?, place)));
        let Some((source, place)) = placed else { return self.fails(rule, fault.message) };
        TestOutcome::Failed(Box::new(Failure {
            source: source.clone(),
            span: fault_text::word_at(source, place),
            reason: fault.message,
            values: Vec::new(),
            cases: Vec::new(),
        }))
    }
}

/// The key of a rule that makes a table: `test_x[name] if …`.
fn table_key(rule: &Rule) -> Option<&Expr> {
    match rule {
        Rule::Spec { head: RuleHead::Compr { refr, assign: None, .. }, .. } => {
            match refr.as_ref() {
                Expr::RefBrack { refr, index, .. } if matches!(refr.as_ref(), Expr::Var { .. }) => {
                    Some(index)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Refuses tests that would be wrong in silence or that never end.
fn examine(source: &Source, module: &Module, all: &[&Parsed]) -> Result<(), Vec<PolicyError>> {
    let modules = || std::iter::once(module).chain(all.iter().map(|parsed| parsed.module.as_ref()));
    let symbols = Symbols::new(modules());
    let names: Vec<Names> = modules().map(|module| Names::new(module, &symbols)).collect();
    let sources = std::iter::once(source).chain(all.iter().map(|parsed| &parsed.source));
    let guarded: Vec<Guarded<'_>> = sources
        .zip(modules())
        .zip(&names)
        .map(|((source, module), names)| Guarded {
            source,
            module,
            names,
            symbols: &symbols,
            dialect: Dialect::Test,
        })
        .collect();
    let mut errors = guarded.first().map(Guarded::check).unwrap_or_default();
    errors.extend(guard::together(&guarded));
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// What tests find below `data` that say nothing of it: the parameters of the policy beside them as
/// it declares them.
fn params(set: &PolicySet, package: &str) -> RegoValue {
    let tested = package.strip_suffix("_test").unwrap_or(package);
    let policy = set.policies.values().find(|policy| policy.package == tested);
    let params = policy.iter().flat_map(|policy| policy.metadata.params.iter());
    document::data(params.map(|(name, parameter)| (name, Parameter::value(parameter))), &[])
}
