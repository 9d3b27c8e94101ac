//! A report without secrets: texts are cleared before anything is rendered, because a renderer
//! breaks lines, cuts and aligns.
//!
//! What leaves the process is looked at once more, in whole: see [`crate::base::secret::Scrubbed`].

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Problem, Report};
use crate::base::secret::{Scrubber, Secrets};
use crate::base::{PathStep, PolicyId};
use crate::finding::Finding;
use crate::policy::Policy;

/// What formats say in their own words, as string values: SARIF 2.1.0 and `docs/report.schema.json`
/// hold them. None is a secret, whatever equals it: a report that said `(sensitive)` for a severity
/// would be no report.
const WORDS: &[&str] = &[
    "https://json.schemastore.org/sarif-2.1.0.json",
    "unicodeCodePoints",
    "plangate/",
    env!("CARGO_PKG_NAME"),
    env!("CARGO_PKG_VERSION"),
    "security terraform resource stdin file://",
    "critical high medium low info",
    "error warning note none",
    "violation undetermined waived pass not-applicable",
    "introduced worsened persisting fixed new updated unchanged absent",
    "create update replace delete forget read invoke no-op unknown",
    "advisory soft-mandatory hard-mandatory",
    "attribute block module-call input-attribute input-resource",
    "input policy plan state open closed",
    "waiver comment inSource external accepted",
];

impl Report {
    /// Takes `secrets` out of all that the report says, and keeps them for what is rendered of it.
    pub fn hide(&mut self, secrets: &Secrets) {
        let scrubber = Scrubber::new(secrets, self.public());
        if secrets.is_empty() {
            return;
        }
        let policies: HashMap<&PolicyId, &Policy> =
            self.policies.iter().map(|policy| (&policy.id, policy)).collect();
        for finding in self.findings.iter_mut().chain(&mut self.fixed) {
            hide_in_finding(finding, policies.get(&finding.policy).copied(), &scrubber);
        }
        let clean = |text: &mut String| clean(text, &scrubber);
        for Problem { path, message, help, .. } in &mut self.problems {
            [Some(path), Some(message), help.as_mut()].into_iter().flatten().for_each(clean);
        }
        self.notices.iter_mut().for_each(clean);
        for input in &mut self.inputs {
            let version = input.tool_version.as_mut();
            [Some(&mut input.path), Some(&mut input.format_version), version]
                .into_iter()
                .flatten()
                .for_each(clean);
        }
        self.scrubber = scrubber;
    }

    /// Texts that are printed whatever is secret: those of policies, and the names that the author
    /// gave to modules, resources and files. Terraform takes no secret for a key of `for_each`.
    fn public(&self) -> impl Iterator<Item = &str> {
        let policies = self.policies.iter();
        let policies = policies.flat_map(|policy| [policy.source.text(), policy.id.as_str()]);
        let findings = self.findings.iter().chain(&self.fixed).flat_map(|finding| {
            let related = finding.related_locations.iter().map(|related| &related.location);
            let places = related.chain([&finding.location]).map(|place| place.source.name());
            let address = finding.action.map(|_| finding.address.as_str());
            let addresses = address.into_iter().chain(finding.previous_address.as_deref());
            places.chain(addresses).chain([finding.input.as_str()])
        });
        let inputs = self.inputs.iter().map(|input| input.path.as_str());
        policies
            .chain(findings)
            .chain(inputs)
            .chain(self.directory.as_deref())
            .chain(WORDS.iter().copied())
    }
}

/// A policy writes messages, attributes and related addresses of whatever it likes. What it puts
/// into a message besides its own words are values.
fn hide_in_finding(finding: &mut Finding, policy: Option<&Policy>, scrubber: &Scrubber) {
    if policy.is_none_or(|policy| !policy.says(&finding.message))
        && let Cow::Owned(message) = scrubber.clean_made(&finding.message)
    {
        finding.message = message;
    }
    for step in finding.attribute.iter_mut().flat_map(|attribute| &mut attribute.0) {
        if let PathStep::Key(key) = step
            && let Cow::Owned(safe) = scrubber.clean(key)
        {
            *key = safe.into();
        }
    }
    if finding.action.is_none() {
        // No resource has this address: the policy made it up.
        clean(&mut finding.address, scrubber);
        clean(&mut finding.block, scrubber);
    }
    let reason = finding.reason.iter_mut();
    let related = finding.related.iter_mut();
    let notes = finding.location_note.iter_mut();
    reason.chain(related).chain(notes).for_each(|text| clean(text, scrubber));
    finding.details.values_mut().for_each(|text| clean(text, scrubber));
    for related in &mut finding.related_locations {
        clean(&mut related.message, scrubber);
    }
}

fn clean(text: &mut String, scrubber: &Scrubber) {
    if let Cow::Owned(safe) = scrubber.clean(text) {
        *text = safe;
    }
}
