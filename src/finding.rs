//! Floor 1: what judging yields. An [`Outcome`] for every pair of policy and resource,
//! and a [`Finding`] for each that is not a pass. A finding knows no format.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::{
    Action, AttributePath, Date, Enforcement, Place, PolicyId, Severity, Source, Span,
};

/// What became of one policy on one resource. Every pair has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The policy could not be evaluated.
    Error,
    /// The resource breaks the policy.
    Violation,
    /// The verdict depends on something known only after apply.
    Undetermined,
    /// A violation that someone accepted.
    Waived,
    /// The resource keeps the policy.
    Pass,
    /// The policy does not judge what is about to be done to the resource.
    NotApplicable,
}

impl Outcome {
    /// All outcomes, in the order of reports.
    pub const ALL: [Outcome; 6] = [
        Outcome::Violation,
        Outcome::Undetermined,
        Outcome::Error,
        Outcome::Waived,
        Outcome::Pass,
        Outcome::NotApplicable,
    ];

    /// The outcome in a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Error => "error",
            Outcome::Violation => "violation",
            Outcome::Undetermined => "undetermined",
            Outcome::Waived => "waived",
            Outcome::Pass => "pass",
            Outcome::NotApplicable => "not-applicable",
        }
    }
}

/// What a finding has to do with what a plan is about to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It was not there before.
    Introduced,
    /// It was there, and said something else, or could not be told for sure.
    Worsened,
    /// It was there and stays.
    Persisting,
    /// It was there and will be gone.
    Fixed,
}

impl Change {
    /// The change in a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Change::Introduced => "introduced",
            Change::Worsened => "worsened",
            Change::Persisting => "persisting",
            Change::Fixed => "fixed",
        }
    }
}

/// Which findings may close the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FailOn {
    /// All that block by their nature.
    #[default]
    All,
    /// Of those, the ones that the plan introduces or worsens, and those of which nobody can
    /// tell.
    Introduced,
}

impl FailOn {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            FailOn::All => "all",
            FailOn::Introduced => "introduced",
        }
    }
}

/// How many pairs had each outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Counts(BTreeMap<Outcome, usize>);

impl Counts {
    /// Counts one more.
    pub fn add(&mut self, outcome: Outcome) {
        self.add_many(outcome, 1);
    }

    /// Counts `number` more.
    pub fn add_many(&mut self, outcome: Outcome, number: usize) {
        *self.0.entry(outcome).or_default() += number;
    }

    /// Counts one that was counted as `from` as `to` instead.
    pub fn shift(&mut self, from: Outcome, to: Outcome) {
        if let Some(number) = self.0.get_mut(&from) {
            *number = number.saturating_sub(1);
            self.add(to);
        }
    }

    /// How many had `outcome`.
    #[must_use]
    pub fn get(&self, outcome: Outcome) -> usize {
        self.0.get(&outcome).copied().unwrap_or(0)
    }

    /// How many there were in all.
    #[must_use]
    pub fn total(&self) -> usize {
        self.0.values().sum()
    }

    /// Takes over the counts of `other`.
    pub fn merge(&mut self, other: &Counts) {
        other.0.iter().for_each(|(outcome, number)| self.add_many(*outcome, *number));
    }
}

/// A violation, an undetermined verdict or an error, of one policy on one resource.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Violation, undetermined or error.
    pub outcome: Outcome,
    /// Which policy.
    pub policy: PolicyId,
    /// The policy's severity.
    pub severity: Severity,
    /// Which resource; a deposed object says so. Empty for the input as a whole.
    pub address: String,
    /// The address without instance keys.
    pub block: String,
    /// What is about to be done to it; None for the input as a whole.
    pub action: Option<Action>,
    /// What it has to do with the plan; None where nobody can tell, as in a state.
    pub change: Option<Change>,
    /// The address before a `moved` block took effect.
    pub previous_address: Option<String>,
    /// Where in the resource, as far as the policy says.
    pub attribute: Option<AttributePath>,
    /// The fact, in one sentence. For an undetermined verdict, what may turn out to be true.
    pub message: String,
    /// What the verdict waits for.
    pub reason: Option<String>,
    /// Addresses of resources that have to do with it.
    pub related: Vec<String>,
    /// What else the policy says, as JSON by name.
    pub details: BTreeMap<String, String>,
    /// What is known only after apply counted as absent.
    pub two_valued: bool,
    /// The name of the document that was judged.
    pub input: String,
    /// Where to read it.
    pub location: Location,
    /// Places that explain it, the nearest first.
    pub related_locations: Vec<RelatedLocation>,
    /// Why the location is no better one.
    pub location_note: Option<String>,
    /// How strictly its policy is enforced.
    pub enforcement: Enforcement,
    /// Whether it closes the gate.
    pub blocks: bool,
    /// Whether it blocks by what the change under review sets, and not by what is trusted.
    pub proposed: bool,
    /// Whether the baseline holds it, so that it does not close the gate.
    pub in_baseline: bool,
    /// Who accepted it, and until when; its outcome is then waived.
    pub acceptance: Option<Acceptance>,
}

/// Why a finding does not count, in the words of those who accepted it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Acceptance {
    /// How it was accepted.
    pub kind: AcceptanceKind,
    /// What it was before: a violation, or undetermined.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// The file that says so.
    pub path: String,
    /// The place in it.
    pub place: Place,
}

/// How a finding was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AcceptanceKind {
    /// By a waiver of the configuration.
    Waiver,
    /// By a comment in the source.
    Comment,
}

/// Where a finding is shown.
#[derive(Debug, Clone)]
pub struct Location {
    /// The file.
    pub source: Source,
    /// The bytes.
    pub span: Span,
    /// How exactly the span is the fault's own place.
    pub precision: Precision,
    /// Whether the text there may be shown: it is no secret as far as the input says.
    pub is_quotable: bool,
}

/// A place that explains a finding.
#[derive(Debug, Clone)]
pub struct RelatedLocation {
    /// Where it is.
    pub location: Location,
    /// What is there.
    pub message: String,
}

/// How exactly a location is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// The attribute itself.
    Attribute,
    /// The nested block that would hold it.
    Block,
    /// The resource.
    Resource,
    /// The call of the module that holds the resource.
    ModuleCall,
    /// The attribute, in the document that was judged.
    InputAttribute,
    /// The resource, in the document that was judged.
    InputResource,
    /// The document that was judged, as a whole.
    Input,
}

impl Precision {
    /// True for a place in the document that was judged, which is no file of the repository.
    #[must_use]
    pub fn is_in_input(self) -> bool {
        matches!(self, Precision::InputAttribute | Precision::InputResource | Precision::Input)
    }
}
