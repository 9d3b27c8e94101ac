//! Policies made ready to evaluate: one small interpreter for each, holding the policy and
//! the libraries it imports.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rayon::prelude::*;
use regorus::Engine as Rego;
use regorus::unstable::{Module, Ref, Rule, RuleHead};
use regorus::utils::limits::ExecutionTimerConfig;

use super::candidate::Candidates;
use super::focus::Focus;
use super::guard::{self, Dialect, Guarded};
use super::reads::Reads;
use super::scope::{Names, Symbols};
use super::slice::Slices;
use super::{builtin, document, fault_text, syntax};
use crate::base::{Source, Span};
use crate::policy::{Library, Origin, Parameter, Policy, PolicyError, PolicyFault, PolicySet};

/// How many steps the interpreter takes between two looks at the clock.
const CHECK_INTERVAL: NonZeroU32 = NonZeroU32::new(256).unwrap();

/// A policy that can be evaluated.
pub(super) struct Compiled {
    /// The policy itself.
    pub(super) policy: Policy,
    /// The interpreter to clone for each thread; cloning shares everything.
    pub(super) rego: Rego,
    /// The same interpreter where something is assumed: first each assumption alone, then all.
    pub(super) assuming: Vec<(Vec<String>, Rego)>,
    /// The rule to evaluate.
    pub(super) entry: String,
    /// What it reads.
    pub(super) reads: Reads,
    /// The same, statement by statement.
    pub(super) slices: Slices,
    /// What it may decide by.
    pub(super) candidates: Candidates,
    /// Its sources, as error messages name them.
    pub(super) sources: Vec<Source>,
}

/// The libraries of a run by package, for every policy that imports them.
pub(super) type Libraries = Arc<BTreeMap<String, Library>>;

/// A policy that is made ready when it is first needed: a run needs few of those that are built in.
pub(super) struct Prepared {
    /// The policy itself.
    pub(super) policy: Policy,
    libraries: Libraries,
    time_limit: Duration,
    compiled: OnceLock<Result<Compiled, Vec<PolicyError>>>,
}

impl Prepared {
    /// The policy, ready to evaluate.
    ///
    /// # Errors
    /// Why it must not be used: it, and the libraries it imports, with their places.
    pub(super) fn compiled(&self) -> Result<&Compiled, &[PolicyError]> {
        let compile = || compile_policy(&self.policy, &self.libraries, self.time_limit);
        self.compiled.get_or_init(compile).as_ref().map_err(Vec::as_slice)
    }

    /// The same, as the reason that a verdict gives.
    ///
    /// # Errors
    /// Why it must not be used, in a line.
    pub(super) fn usable(&self) -> Result<&Compiled, String> {
        self.compiled().map_err(|errors| {
            let reasons: Vec<String> = errors.iter().map(|e| e.fault.to_string()).collect();
            format!("the policy cannot be used: {}", reasons.join("; "))
        })
    }
}

/// Prepares every policy of `set`. Those that users wrote are compiled at once, so that they hear
/// of every mistake; a test compiles all that are built in.
///
/// # Errors
/// The policies and libraries that must not be used, each with its place. The others stand.
pub(super) fn prepare(set: &PolicySet, time_limit: Duration) -> (Vec<Prepared>, Vec<PolicyError>) {
    let libraries = Arc::new(set.libraries.clone());
    let prepared = |policy: &Policy| Prepared {
        policy: policy.clone(),
        libraries: Arc::clone(&libraries),
        time_limit,
        compiled: OnceLock::new(),
    };
    let own = set.policies.values().filter(|policy| !policy.is_two_valued());
    let mut all: Vec<Prepared> = own.map(prepared).collect();
    compile(all.iter().filter(|prepared| prepared.policy.origin == Origin::User));
    let mut errors: BTreeMap<(String, Option<Span>, String), PolicyError> = BTreeMap::new();
    all.retain(|prepared| {
        let Some(Err(found)) = prepared.compiled.get() else { return true };
        for error in found {
            let key = (error.source.name().to_owned(), error.span, error.fault.to_string());
            errors.entry(key).or_insert_with(|| error.clone());
        }
        false
    });
    (all, errors.into_values().collect())
}

/// Makes policies ready, in parallel.
pub(super) fn compile<'a>(policies: impl Iterator<Item = &'a Prepared>) {
    let policies: Vec<&Prepared> = policies.collect();
    policies.into_par_iter().for_each(|prepared| {
        let _ = prepared.compiled();
    });
}

fn compile_policy(
    policy: &Policy,
    libraries: &BTreeMap<String, Library>,
    time_limit: Duration,
) -> Result<Compiled, Vec<PolicyError>> {
    let mut sources = vec![policy.source.clone()];
    let mut modules = vec![parse(&policy.source, &policy.package)?];
    let mut at = 0;
    while let Some(module) = modules.get(at).cloned() {
        for library in imported(&module).iter().filter_map(|package| libraries.get(package)) {
            if !sources.iter().any(|known| known.name() == library.source.name()) {
                modules.push(parse(&library.source, &library.package)?);
                sources.push(library.source.clone());
            }
        }
        at += 1;
    }
    examine(policy, &sources, &modules)?;
    let rego = interpreter(policy, &sources, &[], time_limit)?;
    let with = |names: Vec<String>| {
        let rego = interpreter(policy, &sources, &names, time_limit)?;
        Ok((names, rego))
    };
    let assuming =
        assumed(policy).into_iter().map(with).collect::<Result<_, Vec<PolicyError>>>()?;
    let slices = Slices::of(&modules);
    let links_of = policy.metadata.links_of.clone();
    let reads = Reads { links_of, ..slices.all() };
    let params = policy.metadata.params.values().map(Parameter::value);
    let candidates = Candidates::new(&reads, Focus::of(&modules), params);
    let (policy, entry) = (policy.clone(), entry(policy));
    Ok(Compiled { policy, rego, assuming, entry, reads, slices, candidates, sources })
}

fn entry(policy: &Policy) -> String {
    format!("data.{}.deny", policy.package)
}

/// What to assume for a policy that does not pass without: each of the facts that somebody answers
/// for, and then all of them.
fn assumed(policy: &Policy) -> Vec<Vec<String>> {
    let assumptions = policy.metadata.assumptions.iter();
    let held = assumptions.filter(|(_, assumption)| assumption.holds);
    let names: Vec<String> = held.map(|(name, _)| name.clone()).collect();
    let mut sets: Vec<Vec<String>> = names.iter().map(|name| vec![name.clone()]).collect();
    if names.len() > 1 {
        sets.push(names);
    }
    sets
}

/// The interpreter of a policy, with its parameters and what is assumed.
fn interpreter(
    policy: &Policy,
    sources: &[Source],
    assumed: &[String],
    time_limit: Duration,
) -> Result<Rego, Vec<PolicyError>> {
    let mut rego = new_rego(time_limit);
    builtin::hasten(&mut rego);
    for source in sources {
        add(&mut rego, source)?;
    }
    let params = policy.metadata.params.iter();
    let params = params.map(|(name, parameter)| (name, parameter.value()));
    let fail = |text: String| vec![interpreter_error(&text, sources)];
    rego.add_data(document::data(params, assumed)).map_err(|error| fail(error.to_string()))?;
    let entry = entry(policy);
    rego.compile_with_entrypoint(&entry.as_str().into()).map_err(|e| fail(e.to_string()))?;
    Ok(rego)
}

/// An interpreter as every policy gets it.
pub(super) fn new_rego(time_limit: Duration) -> Rego {
    let mut rego = Rego::new();
    rego.set_strict_builtin_errors(true);
    // Otherwise it writes to standard error by itself.
    rego.set_gather_prints(true);
    rego.set_execution_timer_config(ExecutionTimerConfig {
        limit: time_limit,
        check_interval: CHECK_INTERVAL,
    });
    builtin::install(&mut rego);
    rego
}

/// Adds a file to an interpreter.
///
/// # Errors
/// Why it does not parse.
pub(super) fn add(rego: &mut Rego, source: &Source) -> Result<(), Vec<PolicyError>> {
    rego.add_policy(source.name().to_owned(), source.text().to_owned())
        .map(|_| ())
        .map_err(|error| vec![interpreter_error(&error.to_string(), std::slice::from_ref(source))])
}

/// Parses one file and compares its package with its path.
fn parse(source: &Source, package: &str) -> Result<Ref<Module>, Vec<PolicyError>> {
    let module = module(source)?;
    let found = syntax::package(&module).join(".");
    if found == package {
        return Ok(module);
    }
    let span = guard::ours(module.package.refr.span());
    let fault = PolicyFault::WrongPackage { found, expected: package.to_owned() };
    Err(vec![*PolicyError::at(source, span, fault)])
}

/// Parses one file.
///
/// # Errors
/// Why it does not parse.
pub(super) fn module(source: &Source) -> Result<Ref<Module>, Vec<PolicyError>> {
    let mut rego = Rego::new();
    add(&mut rego, source)?;
    rego.get_modules().first().cloned().ok_or_else(|| {
        vec![interpreter_error("the file holds no module", std::slice::from_ref(source))]
    })
}

fn imported(module: &Module) -> Vec<String> {
    let paths = module.imports.iter().map(|import| syntax::path(&import.refr));
    let data = paths.filter_map(|path| Some(path.strip_prefix(&["data"])?.join(".")));
    data.collect()
}

/// Runs the guards over a policy and its libraries.
fn examine(
    policy: &Policy,
    sources: &[Source],
    modules: &[Ref<Module>],
) -> Result<(), Vec<PolicyError>> {
    let symbols = Symbols::new(modules.iter().map(AsRef::as_ref));
    let names: Vec<Names> = modules.iter().map(|module| Names::new(module, &symbols)).collect();
    let guarded: Vec<Guarded<'_>> = sources
        .iter()
        .zip(modules)
        .zip(&names)
        .map(|((source, module), names)| Guarded {
            source,
            module,
            names,
            symbols: &symbols,
            dialect: Dialect::Own(&policy.metadata),
        })
        .collect();
    let mut errors: Vec<PolicyError> = guarded.iter().flat_map(Guarded::check).collect();
    errors.extend(guard::together(&guarded));
    if !modules.first().is_some_and(|module| module.policy.iter().any(|rule| is_deny(rule))) {
        let span = modules.first().map(|module| guard::ours(&module.package.span));
        let fault = PolicyFault::NoDeny;
        errors.push(*PolicyError::at(&policy.source, span.unwrap_or_default(), fault));
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn is_deny(rule: &Rule) -> bool {
    let is_named = syntax::rule_name(rule).is_some_and(|(_, name)| name == ["deny"]);
    is_named && matches!(rule, Rule::Spec { head: RuleHead::Set { .. }, .. })
}

/// Turns an error text of regorus into one with a place in our sources.
pub(super) fn interpreter_error(text: &str, sources: &[Source]) -> PolicyError {
    let known: Vec<&Source> = sources.iter().collect();
    let fault = fault_text::read(text, &known);
    let reason = PolicyFault::Syntax { reason: fault.message };
    let placed = fault.place.and_then(|(index, place)| Some((sources.get(index)?, place)));
    match (placed, sources.first()) {
        (Some((source, place)), _) => {
            *PolicyError::at(source, fault_text::word_at(source, place), reason)
        }
        (None, Some(source)) => *PolicyError::whole_file(source, reason),
        (None, None) => *PolicyError::whole_file(&Source::new("<policy>", ""), reason),
    }
}
