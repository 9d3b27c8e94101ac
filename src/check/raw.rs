//! Policies for other tools among ours: loaded beside them, and what they say made into findings.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::finding::Judged;
use super::{Places, Run};
use crate::base::Severity;
use crate::config::RawSettings;
use crate::engine::Violation;
use crate::engine::raw::{RawInput, RawMessage, RawProgram, RawVerdict};
use crate::finding::{Finding, Outcome};
use crate::input::{self, Document, InputError, Json};
use crate::model::{Model, Value};
use crate::policy::raw::{Found, Namespaces, RawSet};
use crate::policy::{Policy, PolicyError, PolicyFault, PolicySet};

/// Members of a message that may hold the address of a resource.
const ADDRESS_MEMBERS: [&str; 4] = ["address", "resource", "resource_address", "addr"];

/// The programs of a run.
#[derive(Default)]
pub(super) struct RawPolicies {
    programs: Vec<RawProgram>,
}

impl RawPolicies {
    /// Compiles `sets` and adds their rules to `set`, where they are selected like any other
    /// policy.
    pub(super) fn load(
        sets: &[RawSet],
        time_limit: Duration,
        set: &mut PolicySet,
        errors: &mut Vec<PolicyError>,
    ) -> Self {
        let mut programs = Vec::new();
        for raw in sets {
            let program = RawProgram::new(raw, time_limit)
                .and_then(|program| add(&program, set).map(|()| program));
            match program {
                Ok(program) => programs.push(program),
                Err(failed) => errors.extend(failed),
            }
        }
        RawPolicies { programs }
    }

    /// Leaves out what is no longer in `set`.
    pub(super) fn retain(&mut self, set: &PolicySet) {
        for program in &mut self.programs {
            program.retain(|policy| set.policies.contains_key(&policy.id));
        }
    }

    pub(super) fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.programs.iter().flat_map(|program| program.rules().iter().map(|rule| &rule.policy))
    }

    /// What the reader should know of them.
    pub(super) fn notices(&self) -> impl Iterator<Item = &String> {
        let used = self.programs.iter().filter(|program| !program.rules().is_empty());
        used.flat_map(|program| &program.notices)
    }

    /// `document` as they see it; None where nobody asks.
    ///
    /// # Errors
    /// When it is no JSON, and cannot be written as such.
    pub(super) fn input(&self, document: &Document) -> Option<Result<RawInput, InputError>> {
        self.policies().next().map(|_| read_input(document))
    }

    /// What every rule says of `input`, whose model is `model`.
    pub(super) fn judge(&self, input: &RawInput, model: &Model) -> Vec<RawVerdict<'_>> {
        self.programs.iter().flat_map(|program| program.judge(input, model)).collect()
    }
}

/// The policies for other tools that `settings` name; None where they name none. `files_below` finds
/// files by a path and extensions.
///
/// # Errors
/// What cannot be read.
pub fn read_raw(
    settings: &RawSettings,
    files_below: impl Fn(&str, &[&str]) -> Found,
) -> Result<Option<RawSet>, Vec<PolicyError>> {
    let directories = settings.directories();
    if directories.is_empty() {
        return Ok(None);
    }
    RawSet::read(&directories, &settings.data(), namespaces(settings), files_below).map(Some)
}

/// Adds the rules of `program` to `set`. Two of one name could not be told apart.
fn add(program: &RawProgram, set: &mut PolicySet) -> Result<(), Vec<PolicyError>> {
    let policies = || program.rules().iter().map(|rule| &rule.policy);
    let twice = policies().filter_map(|policy| {
        let first = &set.policies.get(&policy.id)?.source;
        let fault =
            PolicyFault::DuplicateRule { id: policy.id.clone(), first: first.name().to_owned() };
        Some(*PolicyError::whole_file(&policy.source, fault))
    });
    let twice: Vec<PolicyError> = twice.collect();
    if !twice.is_empty() {
        return Err(twice);
    }
    set.policies.extend(policies().map(|policy| (policy.id.clone(), policy.clone())));
    Ok(())
}

/// The packages that `settings` name.
#[must_use]
pub fn namespaces(settings: &RawSettings) -> Namespaces {
    match settings.all_namespaces.value {
        true => Namespaces::All,
        false => Namespaces::Named(settings.namespaces.iter().map(|n| n.value.clone()).collect()),
    }
}

/// `document` as policies of other tools see it.
///
/// # Errors
/// When it is no JSON, and cannot be written as such.
pub(crate) fn read_input(document: &Document) -> Result<RawInput, InputError> {
    let read = match input::as_json(document)? {
        Json::Whole(json) => RawInput::whole(&json),
        Json::WithoutConfiguration(json) => RawInput::without_configuration(&json),
    };
    read.map_err(|reason| InputError::unusable(&document.label, reason))
}

impl Run<'_> {
    /// Counts `verdicts`, each of which is an outcome of one pair.
    pub(super) fn count_raw(&mut self, model: &Model, verdicts: &[RawVerdict<'_>]) {
        for verdict in verdicts {
            let id = &verdict.rule.policy.id;
            self.report.counts.add(verdict.outcome);
            self.report.by_policy.entry(id.clone()).or_default().add(verdict.outcome);
            if verdict.outcome == Outcome::Waived {
                let number = verdict.messages.len();
                let findings = if number == 1 { "finding does" } else { "findings do" };
                let path = model.source.name();
                self.report.notices.push(format!(
                    "{number} {findings} not count in {path}: `exception` of the package {} says so \
                     for {id}",
                    verdict.rule.policy.package
                ));
            }
        }
    }

    /// Makes findings of `verdict`.
    pub(super) fn add_raw<'b>(
        &mut self,
        model: &'b Model,
        places: &Places<'b>,
        addresses: &Addresses,
        verdict: &RawVerdict<'_>,
    ) {
        let policy = &verdict.rule.policy;
        let policies = self.policies;
        let strictness = &policies.strictness;
        let on = Judged { model, places, policy, strictness, resource: None };
        if verdict.outcome == Outcome::Error {
            let message = "the policy could not be evaluated on this input".to_owned();
            let general = Violation { message, ..Violation::default() };
            let (finding, _) = on.finding(Outcome::Error, general);
            self.report.findings.push(Finding { reason: verdict.reason.clone(), ..finding });
        }
        if verdict.outcome == Outcome::Waived {
            return;
        }
        let mut are_waived = !verdict.messages.is_empty();
        for message in &verdict.messages {
            let violation = addresses.violation(policy, message);
            let (mut finding, calls) = on.finding(Outcome::Violation, violation);
            if let Some(severity) = severity(message) {
                finding.severity = severity;
            }
            finding.details = details(message);
            self.accept(policy, &calls, &mut finding);
            are_waived &= finding.outcome == Outcome::Waived;
            self.report.findings.push(finding);
        }
        if are_waived && verdict.outcome == Outcome::Violation {
            let counts = self.report.by_policy.entry(policy.id.clone()).or_default();
            counts.shift(Outcome::Violation, Outcome::Waived);
            self.report.counts.shift(Outcome::Violation, Outcome::Waived);
        }
    }
}

fn member<'m>(message: &'m RawMessage, name: &str) -> Option<&'m Value> {
    message.members.iter().find(|(known, _)| **known == *name).map(|(_, value)| value)
}

/// The severity that a message gives itself, where it is a word of ours.
fn severity(message: &RawMessage) -> Option<Severity> {
    member(message, "severity")?.as_str()?.to_lowercase().parse().ok()
}

fn details(message: &RawMessage) -> BTreeMap<String, String> {
    let members = message.members.iter();
    members.map(|(name, value)| (name.to_string(), value.to_json())).collect()
}

/// The addresses that a document has, to be found in what policies say of it.
pub(super) struct Addresses {
    /// By what stands before the first point.
    by_start: BTreeMap<String, BTreeSet<String>>,
}

impl Addresses {
    pub(super) fn new(model: &Model) -> Self {
        let mut by_start: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for label in model.resources.iter().map(crate::model::Resource::label) {
            let start = label.split('.').next().unwrap_or_default().to_owned();
            by_start.entry(start).or_default().insert(label);
        }
        Addresses { by_start }
    }

    /// The violation that a message of `policy` is.
    fn violation(&self, policy: &Policy, message: &RawMessage) -> Violation {
        let named = self.named_by(message);
        let (address, related) = match named.as_slice() {
            [one] => (Some(one.clone()), Vec::new()),
            several => (None, several.to_vec()),
        };
        let text = Some(message.text.clone()).filter(|text| !text.is_empty());
        Violation {
            message: text.unwrap_or_else(|| policy.metadata.title.clone()),
            address,
            related,
            ..Violation::default()
        }
    }

    /// Those that a message names: in a member that is made for it, or else in its text.
    fn named_by(&self, message: &RawMessage) -> Vec<String> {
        let mut members = ADDRESS_MEMBERS.iter().filter_map(|name| member(message, name)?.as_str());
        let exact = members.find(|text| self.knows(text));
        match exact {
            Some(address) => vec![address.to_owned()],
            None => self.named_in(&message.text),
        }
    }

    fn knows(&self, address: &str) -> bool {
        let start = address.split('.').next().unwrap_or_default();
        self.by_start.get(start).is_some_and(|labels| labels.contains(address))
    }

    /// The addresses in `text`, each once, in the order in which they stand.
    fn named_in(&self, text: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let mut before = None;
        for (at, character) in text.char_indices() {
            let is_start = !before.is_some_and(is_of_address) && is_of_address(character);
            before = Some(character);
            let rest = text.get(at..).unwrap_or_default();
            let address = is_start.then(|| self.at_start_of(rest)).flatten();
            if let Some(address) = address
                && !found.contains(address)
            {
                found.push(address.clone());
            }
        }
        found
    }

    /// The longest address that `text` begins with and that ends where it does.
    fn at_start_of(&self, text: &str) -> Option<&String> {
        let start = text.split('.').next().unwrap_or_default();
        let labels = self.by_start.get(start)?.iter();
        let ends = |label: &&String| {
            let next = text.strip_prefix(label.as_str()).map(|rest| rest.chars().next());
            // An index or a longer name makes it another address.
            next.is_some_and(|next| !next.is_some_and(|c| is_word(c) || c == '['))
        };
        labels.filter(ends).max_by_key(|label| label.len())
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_' || character == '-'
}

fn is_of_address(character: char) -> bool {
    is_word(character) || matches!(character, '.' | ']' | '[' | '"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(labels: &[&str]) -> Addresses {
        let mut by_start: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for label in labels {
            let start = label.split('.').next().unwrap().to_owned();
            by_start.entry(start).or_default().insert((*label).to_owned());
        }
        Addresses { by_start }
    }

    #[test]
    fn addresses_are_found_where_they_stand_by_themselves() {
        let known = addresses(&["aws_s3_bucket.a", "aws_s3_bucket.a[0]", "module.m.aws_x.y"]);
        for (text, found) in [
            ("aws_s3_bucket.a is public", &["aws_s3_bucket.a"][..]),
            ("bucket `aws_s3_bucket.a[0]`: public", &["aws_s3_bucket.a[0]"]),
            ("(aws_s3_bucket.a)", &["aws_s3_bucket.a"]),
            ("aws_s3_bucket.ab, aws_s3_bucket.a-b, aws_s3_bucket.a[1]", &[]),
            ("xaws_s3_bucket.a and data.aws_s3_bucket.a", &[]),
            ("module.m.aws_x.y", &["module.m.aws_x.y"]),
            ("aws_s3_bucket.a, module.m.aws_x.y", &["aws_s3_bucket.a", "module.m.aws_x.y"]),
            ("é aws_s3_bucket.a", &["aws_s3_bucket.a"]),
        ] {
            assert_eq!(known.named_in(text), found, "{text}");
        }
    }
}
