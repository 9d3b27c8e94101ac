//! Policies of other tools on a document as it is: one program for all modules of a set, and every
//! rule that judges asked for by itself.
//!
//! Verdicts are two-valued: what is known only after apply is absent from the document.

mod load;
mod message;
mod query;
mod rules;
mod set;
mod unsupported;

use std::collections::BTreeMap;
use std::time::Duration;

use rayon::prelude::*;
use regorus::{Engine as Rego, Value as RegoValue};

use super::evaluate::fenced;
use super::judge::spoken;
use super::rewrite::Rewritten;
use crate::base::Source;
use crate::base::secret::Secrets;
use crate::finding::Outcome;
use crate::model::{Kind, Model};
use crate::policy::raw::RawSet;
use crate::policy::{Policy, PolicyError};
pub use message::RawMessage;
use message::Reading;
pub use query::{QueryError, query};
use set::Around;
pub use unsupported::UNSUPPORTED;

/// A whole document takes as long as so many resources.
const PATIENCE: u32 = 30;

/// An object with this key would be read as a number.
const NUMBER_TOKEN: &str = concat!("$serde_json", "::private");

/// The rule that lists which rules do not count for a document.
const EXCEPTION: &str = "exception";

/// A set of modules that can be evaluated.
pub struct RawProgram {
    rules: Vec<RawRule>,
    rego: Rego,
    modules: Vec<Rewritten>,
    /// The paths of the rules that list exceptions, by package.
    exceptions: BTreeMap<String, String>,
    /// Some module reads the configuration of a plan.
    reads_configuration: bool,
    /// What is around the plan, for a policy set.
    around: Option<Around>,
    /// What the reader should know of the set.
    pub notices: Vec<String>,
}

/// A rule that judges.
#[derive(Debug, Clone)]
pub struct RawRule {
    /// The rule as a policy.
    pub policy: Policy,
    /// Its name.
    pub name: String,
    /// Whether it denies or warns.
    pub kind: RuleKind,
    /// How often it is defined.
    pub definitions: usize,
    shape: Shape,
    path: String,
}

/// What the name of a rule says it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleKind {
    /// It denies.
    Denies,
    /// It warns.
    Warns,
}

/// How a rule is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Message by message.
    Partial,
    /// As one value.
    Complete,
}

/// A document as policies of other tools see it.
#[derive(Debug, Clone)]
pub struct RawInput {
    value: RegoValue,
    /// It holds the configuration of a plan, as far as there is one.
    is_whole: bool,
}

/// What one rule says of one document.
#[derive(Debug)]
pub struct RawVerdict<'a> {
    /// The rule.
    pub rule: &'a RawRule,
    /// Pass, violation, waived or error.
    pub outcome: Outcome,
    /// What it says; for an error, as much as is known besides.
    pub messages: Vec<RawMessage>,
    /// What went wrong.
    pub reason: Option<String>,
    /// The policies themselves say that the rule does not count for this document.
    pub is_excepted: bool,
}

impl<'a> RawVerdict<'a> {
    /// A verdict without messages.
    fn new(rule: &'a RawRule, outcome: Outcome, reason: Option<String>) -> Self {
        RawVerdict { rule, outcome, messages: Vec::new(), reason, is_excepted: false }
    }
}

impl RawInput {
    /// Reads JSON that lacks nothing.
    ///
    /// # Errors
    /// When the interpreter cannot read it.
    pub fn whole(json: &str) -> Result<Self, String> {
        Ok(RawInput { value: read(json)?, is_whole: true })
    }

    /// Reads the JSON of a saved plan, which lacks its `configuration`.
    ///
    /// # Errors
    /// When the interpreter cannot read it.
    pub fn without_configuration(json: &str) -> Result<Self, String> {
        Ok(RawInput { value: read(json)?, is_whole: false })
    }
}

fn read(json: &str) -> Result<RegoValue, String> {
    if json.contains(NUMBER_TOKEN) {
        return Err("it holds a key that is kept for numbers".to_owned());
    }
    RegoValue::from_json_str(json).map_err(|_| "the interpreter cannot read its JSON".to_owned())
}

impl RawProgram {
    /// Compiles the modules of `set`, where one policy may take `time_limit` on one resource.
    ///
    /// # Errors
    /// Everything that is wrong with the set; nothing of it can then be used.
    pub fn new(set: &RawSet, time_limit: Duration) -> Result<Self, Vec<PolicyError>> {
        load::load(set, time_limit.saturating_mul(PATIENCE))
    }

    /// The rules, by package and name.
    #[must_use]
    pub fn rules(&self) -> &[RawRule] {
        &self.rules
    }

    /// Leaves out the rules that are not to `keep`.
    pub fn retain(&mut self, keep: impl Fn(&Policy) -> bool) {
        self.rules.retain(|rule| keep(&rule.policy));
    }

    /// Judges the document `input`, whose model is `model`, by every rule.
    #[must_use]
    pub fn judge(&self, input: &RawInput, model: &Model) -> Vec<RawVerdict<'_>> {
        let around = self.around.as_ref().map(|around| around.put(input));
        self.rules
            .par_iter()
            .map(|rule| match &around {
                None => self.judge_by(rule, input, model),
                // A policy set is about plans.
                Some(_) if model.kind != Kind::Plan => {
                    RawVerdict::new(rule, Outcome::NotApplicable, None)
                }
                Some(Ok(input)) => self.judge_by(rule, input, model),
                Some(Err(reason)) => RawVerdict::new(rule, Outcome::Error, Some(reason.clone())),
            })
            .collect()
    }

    fn judge_by<'a>(&self, rule: &'a RawRule, input: &RawInput, model: &Model) -> RawVerdict<'a> {
        let verdict =
            |outcome, messages| RawVerdict { messages, ..RawVerdict::new(rule, outcome, None) };
        let failed = |reason, messages| RawVerdict {
            reason: Some(reason),
            ..verdict(Outcome::Error, messages)
        };
        if self.reads_configuration && !input.is_whole {
            let reason = "the policies read `configuration`, which a saved plan file does not hold \
                          as JSON: give them the output of `terraform show -json`";
            return failed(reason.to_owned(), Vec::new());
        }
        let clean = |text: &str| spoken(&rule.policy, model, text, || &model.secrets);
        let mut strict = self.rego.clone();
        let messages =
            self.evaluate(&mut strict, &rule.path, input, &model.secrets).and_then(|value| {
                message::messages(&value, rule.shape, self.reading(), &clean).map_err(|reason| {
                    format!("{}: `{}`: {reason}", rule.policy.source.name(), rule.name)
                })
            });
        let excepted = self.is_excepted(rule, input, &model.secrets);
        match (messages, excepted) {
            (Ok(messages), Ok(is_excepted)) => {
                let outcome = match (messages.is_empty(), is_excepted) {
                    (true, _) => Outcome::Pass,
                    (false, true) => Outcome::Waived,
                    (false, false) => Outcome::Violation,
                };
                RawVerdict { is_excepted, ..verdict(outcome, messages) }
            }
            (Ok(messages), Err(reason)) => failed(reason, messages),
            (Err(reason), _) => failed(reason, self.found_besides(rule, input, &clean)),
        }
    }

    /// What rules may say.
    fn reading(&self) -> Reading {
        if self.around.is_some() { Reading::Anything } else { Reading::Messages }
    }

    /// What `rule` finds where it fails, as far as that can be told: one error must not hide what
    /// else is wrong.
    fn found_besides(
        &self,
        rule: &RawRule,
        input: &RawInput,
        clean: &dyn Fn(&str) -> String,
    ) -> Vec<RawMessage> {
        let mut lenient = self.rego.clone();
        lenient.set_strict_builtin_errors(false);
        let value = self.evaluate(&mut lenient, &rule.path, input, &Secrets::default()).ok();
        value
            .and_then(|value| message::messages(&value, rule.shape, self.reading(), clean).ok())
            .unwrap_or_default()
    }

    fn evaluate(
        &self,
        rego: &mut Rego,
        path: &str,
        input: &RawInput,
        secrets: &Secrets,
    ) -> Result<RegoValue, String> {
        rego.set_input(input.value.clone());
        fenced(|| rego.eval_rule(path.to_owned())).map_err(|failed| {
            let sources: Vec<&Source> = self.modules.iter().map(|m| &m.source).collect();
            failed.describe(&sources, secrets, |index, place| {
                self.modules.get(index).map_or(place, |module| module.original(place))
            })
        })
    }

    /// True when the package of `rule` says that it does not count for the document: it lists the
    /// name behind `deny_`, `violation_` or `warn_`, or an empty one for a rule without more.
    fn is_excepted(
        &self,
        rule: &RawRule,
        input: &RawInput,
        secrets: &Secrets,
    ) -> Result<bool, String> {
        let Some(path) = self.exceptions.get(&rule.policy.package) else { return Ok(false) };
        let value = self.evaluate(&mut self.rego.clone(), path, input, secrets)?;
        let mut names = Vec::new();
        each(&value, &mut |listed| each(listed, &mut |name| names.push(name.clone())));
        let (_, rest) = rule.name.split_once('_').unwrap_or((rule.name.as_str(), ""));
        let is_meant = |name: &RegoValue| {
            let is = |text: &str| *name == RegoValue::from(text);
            is(rest) || (rest.is_empty() && is(&rule.name))
        };
        let is_text = |name: &RegoValue| matches!(name, RegoValue::String(_));
        if !names.iter().all(is_text) {
            return Err(format!("`{EXCEPTION}` must list names of rules"));
        }
        Ok(names.iter().any(is_meant))
    }
}

fn each(value: &RegoValue, visit: &mut dyn FnMut(&RegoValue)) {
    match value {
        RegoValue::Array(values) => values.iter().for_each(visit),
        RegoValue::Set(values) => values.iter().for_each(visit),
        RegoValue::Object(members) => members.iter().for_each(|(_, value)| visit(value)),
        _ => {}
    }
}
