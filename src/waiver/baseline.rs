//! The findings that an estate had on the day when the gate came: they do not close it, and what
//! is new does.
//!
//! A finding is known by policy, address and attribute. The file holds one a line, sorted, so
//! that a diff shows what comes and goes; and never a message, for it may quote a value.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::Names;
use crate::base::text::is_hostile;
use crate::base::{Enforcement, Place, Source, Span};
use crate::config::{ConfigError, ConfigFault, Origin};
use crate::finding::{Finding, Outcome};

/// The version of the file's format.
const VERSION: u32 = 1;

/// How many findings are named before the rest are counted.
const MOST_NAMED: usize = 5;

/// Findings that are known.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    /// What the file is called; empty for one that is made anew.
    name: String,
    /// How many there are of each.
    known: BTreeMap<Key, Number>,
}

/// What a finding is known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    address: String,
    policy: String,
    attribute: Option<String>,
}

/// How many findings have a key: several faults may share an attribute.
#[derive(Debug, Clone, Copy, Default)]
struct Number {
    violations: usize,
    undetermined: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    policy: String,
    address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attribute: Option<String>,
    outcome: Word,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Word {
    Violation,
    Undetermined,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    findings: Vec<Record>,
}

impl Key {
    fn of(finding: &Finding, address: &str) -> Self {
        Key {
            address: address.to_owned(),
            policy: finding.policy.as_str().to_owned(),
            attribute: finding.attribute.as_ref().map(ToString::to_string),
        }
    }
}

impl Number {
    fn add(&mut self, word: Word) {
        match word {
            Word::Violation => self.violations += 1,
            Word::Undetermined => self.undetermined += 1,
        }
    }

    /// True when `found` is no more than this: what was not known may have turned out well, and a
    /// violation is more than that.
    fn holds(self, found: Number) -> bool {
        found.violations <= self.violations
            && found.violations + found.undetermined <= self.violations + self.undetermined
    }
}

impl Baseline {
    /// The findings of a run that may be recorded: neither accepted already, nor hard-mandatory.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let mut known: BTreeMap<Key, Number> = BTreeMap::new();
        for finding in findings.iter().filter(|f| f.enforcement < Enforcement::HardMandatory) {
            if let Some(word) = word(finding) {
                known.entry(Key::of(finding, &finding.address)).or_default().add(word);
            }
        }
        Baseline { name: String::new(), known }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong in it, at its place.
    pub fn read(source: &Source) -> Result<Self, ConfigError> {
        let refused = |place: Place, reason: String| {
            let start = source.offset(place);
            let origin = Origin::File(source.clone(), Span { start, end: start });
            let help = "record it anew with `plangate baseline`".to_owned();
            ConfigError::new(&origin, ConfigFault::BadValue { reason, help })
        };
        let file: File = serde_json::from_str(source.text()).map_err(|error| {
            let place = Place { line: error.line().max(1), column: error.column().max(1) };
            let text = error.to_string();
            let reason = text.split(" at line ").next().unwrap_or_default();
            refused(place, format!("this is no baseline: {reason}"))
        })?;
        if file.version != VERSION {
            let reason = format!("version {} of the format is not known here", file.version);
            return Err(refused(Place { line: 1, column: 1 }, reason));
        }
        let mut known: BTreeMap<Key, Number> = BTreeMap::new();
        for Record { policy, address, attribute, outcome } in file.findings {
            known.entry(Key { address, policy, attribute }).or_default().add(outcome);
        }
        Ok(Baseline { name: source.name().to_owned(), known })
    }

    /// What is in both.
    #[must_use]
    pub fn and(&self, other: &Baseline) -> Self {
        let common = self.known.iter().filter_map(|(key, number)| {
            let other = other.known.get(key)?;
            let number = Number {
                violations: number.violations.min(other.violations),
                undetermined: number.undetermined.min(other.undetermined),
            };
            Some((key.clone(), number))
        });
        Baseline { name: self.name.clone(), known: common.collect() }
    }

    /// What the file is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many findings it holds that `other` does not.
    #[must_use]
    pub fn beyond(&self, other: &Baseline) -> usize {
        let common = self.and(other);
        let more = self.known.iter().map(|(key, number)| {
            let common = common.known.get(key).copied().unwrap_or_default();
            let violations = number.violations - common.violations;
            violations + (number.undetermined - common.undetermined)
        });
        more.sum()
    }

    /// How many findings it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.values().map(|number| number.violations + number.undetermined).sum()
    }

    /// True when it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut lines = Vec::new();
        for (key, number) in &self.known {
            let violations = std::iter::repeat_n(Word::Violation, number.violations);
            let undetermined = std::iter::repeat_n(Word::Undetermined, number.undetermined);
            for outcome in violations.chain(undetermined) {
                let Key { address, policy, attribute } = key.clone();
                let record = Record { policy, address, attribute, outcome };
                lines.extend(serde_json::to_string(&record).map(|text| inert(&text)));
            }
        }
        let lines = lines.join(",\n    ");
        let lines = if lines.is_empty() { String::new() } else { format!("\n    {lines}\n  ") };
        format!("{{\n  \"version\": {VERSION},\n  \"findings\": [{lines}]\n}}\n")
    }

    /// Marks the findings that it holds, so that they block nothing; returns what is to be said.
    pub(super) fn apply(&self, findings: &mut [Finding], names: &Names) -> Vec<String> {
        let mut notices = Vec::new();
        let mut found: BTreeMap<Key, Number> = BTreeMap::new();
        for finding in findings.iter() {
            if let Some(word) = word(finding) {
                found.entry(self.key(finding)).or_default().add(word);
            }
        }
        let mut more = BTreeSet::new();
        for finding in findings.iter_mut().filter(|finding| word(finding).is_some()) {
            let key = self.key(finding);
            let (Some(known), Some(number)) = (self.known.get(&key), found.get(&key)) else {
                continue;
            };
            let (policy, address) = (&finding.policy, &finding.address);
            if finding.enforcement == Enforcement::HardMandatory {
                let reason = "is hard-mandatory, so no baseline holds it";
                more.insert(format!("{policy} {reason}: {address}"));
            } else if known.holds(*number) {
                finding.in_baseline = true;
                finding.blocks = false;
            } else {
                let reason = "finds more than the baseline holds";
                more.insert(format!("{policy} {reason}: {address}"));
            }
        }
        notices.extend(more.into_iter().map(|text| format!("{}: {text}", self.name)));
        notices.extend(self.fixed(findings, &found, names));
        notices
    }

    /// The key under which a finding is known: that of its address, or of the one that it had
    /// before it was moved.
    fn key(&self, finding: &Finding) -> Key {
        let own = Key::of(finding, &finding.address);
        let previous = finding.previous_address.as_ref().map(|address| Key::of(finding, address));
        let is_known = |key: &Key| self.known.contains_key(key);
        if is_known(&own) { own } else { previous.filter(is_known).unwrap_or(own) }
    }

    /// What is said of the findings that are gone.
    fn fixed(
        &self,
        findings: &[Finding],
        found: &BTreeMap<Key, Number>,
        names: &Names,
    ) -> Option<String> {
        // Accepted otherwise, or not judged for an error, is not fixed.
        let others: BTreeSet<(&str, &str)> = findings
            .iter()
            .filter(|finding| word(finding).is_none())
            .map(|finding| (finding.policy.as_str(), finding.address.as_str()))
            .collect();
        let is_gone = |key: &&Key| {
            !found.contains_key(key)
                && names.is_judging(&key.policy)
                && !others.contains(&(key.policy.as_str(), key.address.as_str()))
        };
        let gone: Vec<&Key> = self.known.keys().filter(is_gone).collect();
        if gone.is_empty() {
            return None;
        }
        let named = gone.iter().take(MOST_NAMED);
        let named: Vec<String> =
            named.map(|key| format!("{} at {}", key.policy, key.address)).collect();
        let more = gone.len().saturating_sub(MOST_NAMED);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        let what = if gone.len() == 1 { "finding is" } else { "findings are" };
        Some(format!(
            "{}: {} {what} fixed: take them out with `plangate baseline --prune` ({}{more})",
            self.name,
            gone.len(),
            named.join(", "),
        ))
    }
}

/// What a finding is recorded as; None for what is accepted, or no verdict.
fn word(finding: &Finding) -> Option<Word> {
    match finding.outcome {
        Outcome::Violation => Some(Word::Violation),
        Outcome::Undetermined => Some(Word::Undetermined),
        _ => None,
    }
}

/// JSON whose text cannot act on a reader.
fn inert(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        if is_hostile(character) {
            let mut units = [0u16; 2];
            for unit in character.encode_utf16(&mut units) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(character);
        }
    }
    text
}
