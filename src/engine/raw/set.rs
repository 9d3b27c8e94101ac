//! Policies of a set of HCP Terraform: the rules that its file names, on the plan and the run.

use std::collections::BTreeMap;

use regorus::Value as RegoValue;
use regorus::unstable::Module;

use super::load::Loaded;
use super::rules::{raw_rule, shape};
use super::{RawInput, RawRule, RuleKind};
use crate::base::{Enforcement, PolicyId};
use crate::engine::syntax::{self, Step};
use crate::policy::policy_set::SetPolicy;
use crate::policy::{PolicyError, PolicyFault};

/// The package under which the policies of sets stand in reports.
const PREFIX: &str = "set";

/// What the policies of a set see beside the plan.
#[derive(Debug, Clone)]
pub(super) struct Around {
    /// The run; None where nobody says it.
    run: Option<RegoValue>,
    /// Some module reads it.
    reads_run: bool,
}

impl Around {
    /// What `modules` see, where the run is `run` as JSON.
    pub(super) fn new(run: Option<&str>, modules: &[Loaded]) -> Self {
        Around {
            run: run.and_then(|json| RegoValue::from_json_str(json).ok()),
            reads_run: modules.iter().any(|loaded| {
                // A rule may get at it by a string, too.
                loaded.source.text().contains("\"run\"") || reads_run(&loaded.module)
            }),
        }
    }

    /// The plan and the run in one document.
    ///
    /// # Errors
    /// When the run is needed, and nobody says it: what is absent would seem to be in order.
    pub(super) fn put(&self, plan: &RawInput) -> Result<RawInput, String> {
        if self.reads_run && self.run.is_none() {
            let reason = "the policies read `input.run`, and nobody says what it is: name a file \
                          with `--run FILE`";
            return Err(reason.to_owned());
        }
        let run = self.run.iter().map(|run| (RegoValue::from("run"), run.clone()));
        let members = run.chain([(RegoValue::from("plan"), plan.value.clone())]);
        let value = RegoValue::from(members.collect::<BTreeMap<_, _>>());
        Ok(RawInput { value, is_whole: plan.is_whole })
    }
}

/// The rules that `policies` name.
pub(super) fn find(
    modules: &[Loaded],
    policies: &[SetPolicy],
    errors: &mut Vec<PolicyError>,
) -> Vec<RawRule> {
    let mut found = Vec::new();
    for policy in policies {
        match rule(modules, policy) {
            Some(rule) => found.push(rule),
            None => errors.push(no_rule(policy)),
        }
    }
    found
}

fn rule(modules: &[Loaded], policy: &SetPolicy) -> Option<RawRule> {
    let (name, package) = policy.query.split_last()?;
    let mut found: Option<RawRule> = None;
    for loaded in modules.iter().filter(|l| syntax::package(&l.module) == *package) {
        for rule in &loaded.module.policy {
            let is_meant = syntax::rule_name(rule).is_some_and(|(_, names)| names == [name]);
            let Some(shape) = shape(rule).filter(|_| is_meant) else { continue };
            let kind = match policy.level {
                Enforcement::Advisory => RuleKind::Warns,
                _ => RuleKind::Denies,
            };
            let known = found.get_or_insert_with(|| raw_rule(loaded, rule, name, kind));
            known.note(rule, shape);
        }
    }
    let mut found = found?;
    let own = &mut found.policy;
    own.id = PolicyId::of_rule(PREFIX, &policy.name);
    own.level = Some(policy.level);
    if let Some(description) = &policy.description {
        own.metadata.title.clone_from(description);
    }
    Some(found)
}

fn no_rule(policy: &SetPolicy) -> PolicyError {
    let fault = PolicyFault::BadPolicySet {
        reason: format!(
            "`{}` asks for `data.{}`, and no module defines that rule",
            policy.name,
            policy.query.join(".")
        ),
        help: "name the package of the module and the rule in it, which is no function".to_owned(),
    };
    *match policy.span {
        Some(span) => PolicyError::at(&policy.source, span, fault),
        None => PolicyError::whole_file(&policy.source, fault),
    }
}

/// True when a reference of the module has a step `run`.
fn reads_run(module: &Module) -> bool {
    let mut reads = false;
    for rule in &module.policy {
        syntax::rule_expressions(rule, &mut |expr| {
            let steps = syntax::reference(expr).map(|(_, steps)| steps).unwrap_or_default();
            reads |= steps.contains(&Step::Name("run"));
        });
    }
    let mut imports = module.imports.iter().map(|import| syntax::path(&import.refr));
    reads || imports.any(|path| path.contains(&"run") || path == ["input"])
}
