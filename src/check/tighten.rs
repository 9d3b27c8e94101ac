//! What a change under review may do to a verdict: make it stricter, and nothing else.

use std::collections::BTreeSet;

use super::{digest, order};
use crate::finding::Finding;
use crate::report::Report;

/// Adds to `report`, which rests on what is trusted, whatever closes the gate in `proposed`, which
/// rests on the working copy. Its counts stay those of what is trusted.
pub fn tighten(report: &mut Report, proposed: Report) {
    let digests = &mut report.digests;
    digests.policies = digest::joined(&digests.policies, &proposed.digests.policies);
    digests.configuration = digest::joined(&digests.configuration, &proposed.digests.configuration);
    for policy in proposed.policies {
        if !report.policies.iter().any(|known| known.id == policy.id) {
            let level = proposed.enforcement.get(&policy.id);
            report.enforcement.extend(level.map(|level| (policy.id.clone(), *level)));
            report.policies.push(policy);
        }
    }
    report.policies.sort_by(|a, b| a.id.cmp(&b.id));
    let blocking: BTreeSet<Key> = report.findings.iter().filter(|f| f.blocks).map(key).collect();
    let is_new = |finding: &Finding| finding.blocks && !blocking.contains(&key(finding));
    let new: Vec<Finding> = proposed.findings.into_iter().filter(is_new).collect();
    let replaced: BTreeSet<Key> = new.iter().map(key).collect();
    report.findings.retain(|finding| finding.blocks || !replaced.contains(&key(finding)));
    let number = new.len();
    report.findings.extend(new.into_iter().map(|finding| Finding { proposed: true, ..finding }));
    report.findings.sort_by(|a, b| order(a).cmp(&order(b)));
    for problem in proposed.problems {
        let is_known = report.problems.iter().any(|known| {
            (known.kind, &known.path, &known.message)
                == (problem.kind, &problem.path, &problem.message)
        });
        if !is_known {
            report.problems.push(problem);
        }
    }
    let gate = &mut report.gate;
    gate.blocking = report.findings.iter().filter(|finding| finding.blocks).count();
    gate.bad_inputs = gate.bad_inputs.max(proposed.gate.bad_inputs);
    gate.bad_policies = gate.bad_policies.max(proposed.gate.bad_policies);
    if number > 0 {
        let verb = if number == 1 { "finding blocks" } else { "findings block" };
        report.notices.push(format!("{number} {verb} by what this change sets"));
    }
}

/// What a finding is known by, whatever it is taken for.
type Key = (String, String, String, String, String);

fn key(finding: &Finding) -> Key {
    (
        finding.input.clone(),
        finding.address.clone(),
        finding.policy.as_str().to_owned(),
        finding.attribute.as_ref().map(ToString::to_string).unwrap_or_default(),
        finding.message.clone(),
    )
}
