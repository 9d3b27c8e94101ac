//! plangate's own JSON: everything that a program could want to know.
//!
//! Versioned: members are added within a major version, never changed or removed. The schema
//! is `docs/report.schema.json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::value::RawValue;

use super::{Assumed, Digests, Input, Look, Problem, Report, Trusted, fingerprint, inert};
use crate::base::{Action, AttributePath, Enforcement, PolicyId, Severity};
use crate::finding::{
    Acceptance, AcceptanceKind, Change, Counts, Finding, Location, Outcome, Precision,
};

/// The version of the format.
const VERSION: &str = "1.0";

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    tool: Tool,
    gate: &'static str,
    exit_code: u8,
    inputs: &'a [Input],
    digests: &'a Digests,
    #[serde(skip_serializing_if = "Option::is_none")]
    trusted: Option<&'a Trusted>,
    policies: Vec<PolicyEntry<'a>>,
    pairs: usize,
    counts: BTreeMap<&'static str, usize>,
    findings: Vec<FindingEntry<'a>>,
    fixed: Vec<FindingEntry<'a>>,
    assumed: &'a [Assumed],
    problems: &'a [Problem],
    notices: &'a [String],
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct PolicyEntry<'a> {
    id: &'a PolicyId,
    title: &'a str,
    severity: Severity,
    enforcement: Option<Enforcement>,
    aliases: &'a [String],
    controls: &'a BTreeMap<String, Vec<String>>,
    #[serde(skip_serializing_if = "is_false")]
    two_valued: bool,
    counts: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct FindingEntry<'a> {
    outcome: Outcome,
    policy: &'a PolicyId,
    severity: Severity,
    input: &'a str,
    address: &'a str,
    action: Option<&'static str>,
    change: Option<Change>,
    previous_address: Option<&'a str>,
    attribute: Option<&'a AttributePath>,
    message: &'a str,
    reason: Option<&'a str>,
    related: &'a [String],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    details: BTreeMap<&'a str, Box<RawValue>>,
    #[serde(skip_serializing_if = "is_false")]
    two_valued: bool,
    remediation: Option<&'a str>,
    enforcement: Enforcement,
    blocks: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    proposed: bool,
    in_baseline: bool,
    acceptance: Option<AcceptanceEntry<'a>>,
    fingerprint: String,
    location: LocationEntry<'a>,
    location_note: Option<&'a str>,
    related_locations: Vec<RelatedEntry<'a>>,
}

#[derive(Serialize)]
struct AcceptanceEntry<'a> {
    kind: AcceptanceKind,
    outcome: Outcome,
    reason: &'a str,
    owner: Option<&'a str>,
    ticket: Option<&'a str>,
    until: Option<String>,
    path: &'a str,
    line: usize,
}

#[derive(Serialize)]
struct RelatedEntry<'a> {
    message: &'a str,
    #[serde(flatten)]
    location: LocationEntry<'a>,
}

#[derive(Serialize)]
struct LocationEntry<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    precision: Precision,
}

/// Writes the report.
pub(super) fn write(report: &Report, _look: Look, out: &mut dyn Write) -> io::Result<()> {
    let policies = report.policies.iter().map(|policy| PolicyEntry {
        id: &policy.id,
        title: &policy.metadata.title,
        severity: policy.metadata.severity,
        enforcement: report.enforcement.get(&policy.id).copied(),
        aliases: &policy.metadata.aliases,
        controls: &policy.metadata.controls,
        two_valued: policy.is_two_valued(),
        counts: counts(report.by_policy.get(&policy.id).unwrap_or(&Counts::default())),
    });
    let document = Document {
        version: VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        gate: if report.gate.is_open() { "open" } else { "closed" },
        exit_code: report.gate.exit_code(),
        inputs: &report.inputs,
        digests: &report.digests,
        trusted: report.trusted.as_ref(),
        policies: policies.collect(),
        pairs: report.counts.total(),
        counts: counts(&report.counts),
        findings: report.findings.iter().map(|finding| entry(report, finding)).collect(),
        fixed: report.fixed.iter().map(|finding| entry(report, finding)).collect(),
        assumed: &report.assumed,
        problems: &report.problems,
        notices: &report.notices,
    };
    inert::write(&document, out)
}

fn counts(counts: &Counts) -> BTreeMap<&'static str, usize> {
    Outcome::ALL.into_iter().map(|outcome| (outcome.as_str(), counts.get(outcome))).collect()
}

fn entry<'a>(report: &'a Report, finding: &'a Finding) -> FindingEntry<'a> {
    let policy = report.policy(&finding.policy);
    FindingEntry {
        outcome: finding.outcome,
        policy: &finding.policy,
        severity: finding.severity,
        input: &finding.input,
        address: &finding.address,
        action: finding.action.map(Action::as_str),
        change: finding.change,
        previous_address: finding.previous_address.as_deref(),
        attribute: finding.attribute.as_ref(),
        message: &finding.message,
        reason: finding.reason.as_deref(),
        related: &finding.related,
        details: finding.details.iter().filter_map(detail).collect(),
        two_valued: finding.two_valued,
        remediation: policy.map(|policy| policy.metadata.remediation.as_str()),
        enforcement: finding.enforcement,
        blocks: finding.blocks,
        proposed: finding.proposed,
        in_baseline: finding.in_baseline,
        acceptance: finding.acceptance.as_ref().map(acceptance),
        fingerprint: fingerprint(finding),
        location: place(&finding.location),
        location_note: finding.location_note.as_deref(),
        related_locations: finding
            .related_locations
            .iter()
            .map(|related| RelatedEntry {
                message: &related.message,
                location: place(&related.location),
            })
            .collect(),
    }
}

fn acceptance(acceptance: &Acceptance) -> AcceptanceEntry<'_> {
    AcceptanceEntry {
        kind: acceptance.kind,
        outcome: acceptance.outcome,
        reason: &acceptance.reason,
        owner: acceptance.owner.as_deref(),
        ticket: acceptance.ticket.as_deref(),
        until: acceptance.until.map(|date| date.to_string()),
        path: &acceptance.path,
        line: acceptance.place.line,
    }
}

/// What else a policy says; it is JSON already.
fn detail<'a>((name, json): (&'a String, &String)) -> Option<(&'a str, Box<RawValue>)> {
    Some((name, RawValue::from_string(json.clone()).ok()?))
}

fn is_false(flag: &bool) -> bool {
    !flag
}

fn place(location: &Location) -> LocationEntry<'_> {
    let start = location.source.place(location.span.start);
    let end = location.source.place(location.span.end);
    LocationEntry {
        path: location.source.name(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        precision: location.precision,
    }
}
