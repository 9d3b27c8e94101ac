//! Judges the inputs of files of cases, and compares.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::case::{CaseFile, Expected, ExpectedOfPolicy};
use super::diagnostic::TestFailure;
use super::{Options, Status, TestReport, Tested, Wanted};
use crate::base::Span;
use crate::base::likeness;
use crate::engine::{Coverage, Engine, Inspector, Verdict};
use crate::finding::Outcome;
use crate::input::{self, Directories};
use crate::model::Model;

/// What a case calls the input as a whole.
const WHOLE: &str = "plan";

/// Judges the input of `case` and notes what became of it.
pub(super) fn run(
    case: &CaseFile,
    engine: &Engine,
    options: &Options,
    report: &mut TestReport,
    coverage: &mut Coverage,
) {
    let found = input::find(&[PathBuf::from(&case.input)], &options.read);
    report.input_errors.extend(found.errors);
    for document in found.documents {
        match Directories::default().load(&document, case.root.as_deref()) {
            Ok((model, _)) => {
                report.secrets.merge(&model.secrets);
                let inspector = engine.inspector(&model);
                let run = Run { case, model: &model, inspector, options };
                for policy in &case.policies {
                    report.tests.extend(run.policy(policy, coverage));
                }
            }
            Err(error) => report.input_errors.push(error),
        }
    }
}

/// One file of cases under test.
struct Run<'a> {
    case: &'a CaseFile,
    model: &'a Model,
    inspector: Inspector<'a>,
    options: &'a Options,
}

impl Run<'_> {
    /// What `policy` should say and what it says, a test for each resource that is named and one for
    /// all others.
    fn policy(&self, policy: &ExpectedOfPolicy, coverage: &mut Coverage) -> Vec<Tested> {
        let id = &policy.policy;
        let subjects = self.inspector.subjects(id);
        let labels: Vec<String> = subjects.iter().map(|at| self.label(*at)).collect();
        let mut tests = Vec::new();
        let mut judge = |subject: Option<usize>| {
            let (verdict, lines) = self.inspector.judge(id, subject)?;
            coverage.merge(lines);
            Some(verdict)
        };
        for expected in &policy.expected {
            let name = format!("{id} {}", expected.address);
            if !self.is_wanted(&name) {
                continue;
            }
            let at = labels.iter().position(|label| *label == expected.address);
            let verdict = at.and_then(|at| subjects.get(at)).and_then(|subject| judge(*subject));
            let failure = match verdict {
                Some(verdict) => self.compare(expected, &verdict),
                None => Some(self.absent(expected, &labels)),
            };
            tests.push(self.tested(name, expected.span, failure));
        }
        let named: BTreeSet<&str> = policy.expected.iter().map(|e| e.address.as_str()).collect();
        let others = subjects.iter().zip(&labels);
        let others: Vec<_> = others.filter(|(_, label)| !named.contains(label.as_str())).collect();
        let name = format!("{id} elsewhere");
        if !others.is_empty() && self.is_wanted(&name) {
            let said = others.into_iter().filter_map(|(subject, label)| {
                let verdict = judge(*subject)?;
                let is_silent = matches!(verdict.outcome, Outcome::Pass | Outcome::NotApplicable);
                (!is_silent).then_some((label, verdict))
            });
            let failure = said.collect::<Vec<_>>().into_iter().next();
            let failure = failure.map(|(label, verdict)| self.unexpected(policy, label, &verdict));
            tests.push(self.tested(name, policy.span, failure));
        }
        tests
    }

    fn is_wanted(&self, name: &str) -> bool {
        let full = format!("{} {name}", self.case.source.name());
        Wanted::matches(self.options.wanted.as_ref(), &full)
    }

    fn label(&self, subject: Option<usize>) -> String {
        let resource = subject.and_then(|at| self.model.resources.get(at));
        resource.map_or_else(|| WHOLE.to_owned(), |resource| resource.label())
    }

    fn tested(&self, name: String, span: Span, failure: Option<TestFailure>) -> Tested {
        let status = failure.map_or(Status::Passed, |failure| Status::Failed(Box::new(failure)));
        Tested { file: self.case.source.clone(), span, name, status, prints: Vec::new() }
    }

    fn compare(&self, expected: &Expected, verdict: &Verdict) -> Option<TestFailure> {
        let address = &expected.address;
        let (outcome, found) = (expected.outcome, verdict.outcome);
        if outcome != found {
            let text = format!("{address} is {}, and {} is expected", word(found), word(outcome));
            return Some(self.failure(text, expected.span, said(verdict)));
        }
        let is_meant = |v: &crate::engine::Violation| {
            let attribute = v.attribute.as_ref().map(ToString::to_string);
            expected.attribute.as_ref().is_none_or(|wanted| attribute.as_ref() == Some(wanted))
                && expected.message.as_ref().is_none_or(|wanted| v.message == *wanted)
        };
        let asks = expected.attribute.is_some() || expected.message.is_some();
        if !asks || verdict.violations.iter().any(is_meant) {
            return None;
        }
        let text = format!("no violation of {address} is the one that is expected");
        Some(self.failure(text, expected.span, said(verdict)))
    }

    /// A resource that is not there is no pass.
    fn absent(&self, expected: &Expected, labels: &[String]) -> TestFailure {
        let text = format!("the input has no `{}` that the policy judges", expected.address);
        let offers = likeness::meant(labels.iter().map(String::as_str), &expected.address);
        let help = likeness::question(&offers).unwrap_or_else(|| match labels {
            [] => format!("nothing in {} is of a type that it judges", self.case.input),
            labels => format!("it judges {}", labels.join(", ")),
        });
        self.failure(text, expected.span, vec![help])
    }

    fn unexpected(&self, policy: &ExpectedOfPolicy, label: &str, verdict: &Verdict) -> TestFailure {
        let found = word(verdict.outcome);
        let text = format!("{label} is {found}, and is not named");
        let mut help = said(verdict);
        help.push(format!("expect it: \"{label}\" = \"{}\"", verdict.outcome.as_str()));
        self.failure(text, policy.span, help)
    }

    fn failure(&self, text: String, span: Span, help: Vec<String>) -> TestFailure {
        TestFailure::of_case(&self.case.source, span, text, help)
    }
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "a pass",
        Outcome::Violation => "a violation",
        Outcome::Undetermined => "undetermined",
        Outcome::NotApplicable => "not applicable",
        Outcome::Waived => "waived",
        Outcome::Error => "an error",
    }
}

/// What the policy says.
fn said(verdict: &Verdict) -> Vec<String> {
    let violations = verdict.violations.iter().map(|violation| match &violation.attribute {
        Some(attribute) => format!("{attribute}: {}", violation.message),
        None => violation.message.clone(),
    });
    violations.chain(verdict.reason.clone()).collect()
}
