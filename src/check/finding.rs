//! From a judgement to the findings of a report: placed, held against what was before, and
//! waived where somebody accepts them.

use std::collections::BTreeMap;

use super::place::Places;
use super::selection::Strictness;
use super::{Run, is_forgiven};
use crate::base::{Source, Span};
use crate::engine::{Fixed, Judgement, Violation};
use crate::finding::{Change, Finding, Outcome};
use crate::model::{Model, Resource};
use crate::policy::Policy;
use crate::waiver::Subject;

impl Run<'_> {
    /// Adds what a judgement found to the report.
    pub(super) fn add_findings<'b>(
        &mut self,
        model: &'b Model,
        places: &Places<'b>,
        judgement: &Judgement,
    ) {
        let policies = self.policies;
        let verdict = &judgement.verdict;
        let Some(policy) = policies.find(&judgement.policy) else { return };
        let strictness = &policies.strictness;
        let on = Judged { model, places, policy, strictness, resource: judgement.resource };
        let subject = if judgement.resource.is_some() { "this resource" } else { "this input" };
        let general = |message: String| Violation { message, ..Violation::default() };
        let general = match verdict.outcome {
            Outcome::Error => {
                Some(general(format!("the policy could not be evaluated on {subject}")))
            }
            Outcome::Undetermined if verdict.violations.is_empty() => {
                Some(general(policy.metadata.title.clone()))
            }
            _ => None,
        };
        let violations = general.iter().chain(&verdict.violations);
        let violations = violations.map(|violation| (verdict.outcome, violation));
        let possible = verdict.possible.iter().map(|violation| (Outcome::Undetermined, violation));
        let mut are_waived = true;
        let mut is_empty = true;
        for (at, (outcome, violation)) in violations.chain(possible).enumerate() {
            let change = judgement.changes.get(at).copied();
            let (mut finding, calls) = on.finding(outcome, violation.clone());
            finding.reason = verdict.reason.clone().filter(|_| outcome != Outcome::Violation);
            finding.change = change;
            finding.blocks &= !is_forgiven(self.options.fail_on, change);
            self.accept(policy, &calls, &mut finding);
            are_waived &= finding.outcome == Outcome::Waived;
            is_empty = false;
            self.report.findings.push(finding);
        }
        if are_waived && !is_empty {
            let counts = self.report.by_policy.entry(policy.id.clone()).or_default();
            counts.shift(verdict.outcome, Outcome::Waived);
            self.report.counts.shift(verdict.outcome, Outcome::Waived);
        }
    }

    /// Waives a finding that somebody accepts.
    pub(super) fn accept(
        &mut self,
        policy: &Policy,
        calls: &[(Source, Span)],
        finding: &mut Finding,
    ) {
        if let Some(ledger) = &mut self.ledger {
            ledger.accept(&Subject { policy, calls }, finding);
        }
    }

    /// Adds what a plan fixes to the report.
    pub(super) fn add_fixed<'b>(&mut self, model: &'b Model, places: &Places<'b>, fixed: &Fixed) {
        let Some(policy) = self.policies.find(&fixed.policy) else { return };
        let strictness = &self.policies.strictness;
        let on = Judged { model, places, policy, strictness, resource: fixed.resource };
        let (finding, _) = on.finding(Outcome::Violation, fixed.violation.clone());
        let change = Some(Change::Fixed);
        self.report.fixed.push(Finding { change, blocks: false, ..finding });
    }

    /// Compares all findings with the baseline, and says what became of all that is accepted.
    pub(super) fn settle(&mut self) {
        if let Some(ledger) = &self.ledger {
            let settled = ledger.settle(&mut self.report.findings);
            self.report.notices.extend(ledger.notices().into_iter().chain(settled));
        }
    }
}

/// What a finding is about.
pub(super) struct Judged<'a, 'b> {
    pub(super) model: &'b Model,
    pub(super) places: &'a Places<'b>,
    pub(super) policy: &'a Policy,
    pub(super) strictness: &'a Strictness,
    /// The index of the resource; None for the input as a whole.
    pub(super) resource: Option<usize>,
}

impl Judged<'_, '_> {
    /// The finding that `violation` makes, and where the modules that hold it are called.
    pub(super) fn finding(
        &self,
        outcome: Outcome,
        violation: Violation,
    ) -> (Finding, Vec<(Source, Span)>) {
        let Judged { model, places, policy, strictness, .. } = self;
        let named = violation.address.as_deref();
        let subject = self.resource.and_then(|at| model.resources.get(at));
        let resource = subject.or_else(|| places.resource(named?));
        let attribute = violation.attribute;
        let mut place = match (resource, named) {
            (Some(resource), _) => places.find(resource, attribute.as_ref()),
            (None, None) => places.part(attribute.as_ref()),
            (None, Some(_)) => places.whole(),
        };
        if policy.metadata.withholds_values {
            place.withhold();
        }
        let mut related_locations = places.declarations(&violation.related);
        related_locations.extend(place.related);
        let named = named.unwrap_or_default();
        let previous = resource.and_then(|resource| resource.previous_address.as_ref());
        let finding = Finding {
            outcome,
            policy: policy.id.clone(),
            severity: policy.metadata.severity,
            address: resource.map_or_else(|| named.to_owned(), Resource::label),
            block: resource.map_or_else(|| named.to_owned(), |r| r.address.block()),
            action: resource.map(|resource| resource.action),
            change: None,
            previous_address: previous.map(ToString::to_string),
            input: model.source.name().to_owned(),
            location: place.location,
            related_locations,
            location_note: place.note,
            attribute,
            message: violation.message,
            reason: None,
            related: violation.related,
            details: BTreeMap::new(),
            two_valued: policy.is_two_valued(),
            enforcement: strictness.level(&policy.id),
            blocks: strictness.blocks(outcome, &policy.id, policy.metadata.severity),
            in_baseline: false,
            proposed: false,
            acceptance: None,
        };
        (finding, place.calls)
    }
}
