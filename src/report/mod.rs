//! Floor 3: rendering what was found.
//!
//! A reporter reads a [`Report`] and writes bytes; it opens nothing and decides nothing.

mod excerpt;
mod fingerprint;
mod group;
mod hide;
mod inert;
mod json;
mod line_hash;
mod pretty;
mod sarif;
mod sarif_lint;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::base::secret::{Scrubber, Syntax};
use crate::base::{Enforcement, Place, PolicyId};
use crate::config::AssumptionSetting;
use crate::finding::{Counts, Finding};
use crate::policy::Policy;
pub use excerpt::Snippet;
pub use fingerprint::fingerprint;
pub(crate) use fingerprint::sha256;
pub use inert::text as json_text;
pub use pretty::render;
pub use sarif_lint::write_lints;

/// Everything that a reporter may say.
#[derive(Debug)]
pub struct Report {
    /// What was judged.
    pub inputs: Vec<Input>,
    /// The policies that were loaded, by id.
    pub policies: Vec<Policy>,
    /// How strictly each of them is enforced.
    pub enforcement: BTreeMap<PolicyId, Enforcement>,
    /// What was found, sorted by input, address, policy and attribute.
    pub findings: Vec<Finding>,
    /// Violations that were there before the plans and will be gone, in the same order.
    pub fixed: Vec<Finding>,
    /// How many pairs of policy and resource had each outcome.
    pub counts: Counts,
    /// The same by policy.
    pub by_policy: BTreeMap<PolicyId, Counts>,
    /// What was assumed, where a pass rests on it.
    pub assumed: Vec<Assumed>,
    /// What could not be checked.
    pub problems: Vec<Problem>,
    /// What the reader should know besides.
    pub notices: Vec<String>,
    /// What policies printed, where somebody wants to know; shown beside the report.
    pub prints: Vec<Printed>,
    /// Whether `apply` may run.
    pub gate: Gate,
    /// The working directory: paths below it are written relative to it.
    pub directory: Option<String>,
    /// What may not be printed.
    pub scrubber: Scrubber,
    /// What the verdict rests on besides the inputs.
    pub digests: Digests,
    /// The commit whose word counts; None where that of the working copy does.
    pub trusted: Option<Trusted>,
}

/// What a verdict rests on besides its inputs, each as a SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Digests {
    /// Over all policies and libraries that were loaded.
    pub policies: String,
    /// Over the configuration, with all waivers and the baseline.
    pub configuration: String,
}

/// The commit from which everything comes that could bend a verdict.
#[derive(Debug, Clone, Serialize)]
pub struct Trusted {
    /// What it was asked for by.
    pub name: String,
    /// Its full id.
    pub commit: String,
}

/// A line that a policy printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The resource; empty for the input as a whole.
    pub address: String,
    /// The place in the policy, and the text.
    pub text: String,
}

/// A document that was judged.
#[derive(Debug, Clone, Serialize)]
pub struct Input {
    /// The path as the user gave it.
    pub path: String,
    /// Plan or state.
    pub kind: &'static str,
    /// The version of the format.
    pub format_version: String,
    /// The version of Terraform or OpenTofu.
    pub tool_version: Option<String>,
    /// The number of managed resources.
    pub resources: usize,
    /// The SHA-256 of its bytes.
    pub sha256: String,
}

/// A fact that is no part of any input, and that passes rest on.
#[derive(Debug, Clone, Serialize)]
pub struct Assumed {
    /// What is assumed.
    pub name: String,
    /// How it is known.
    pub reason: String,
    /// The last day on which it counts.
    pub until: String,
    /// The passes that would be none without it.
    pub passes: Vec<AssumedPass>,
}

/// A pass that rests on an assumption.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AssumedPass {
    /// The input.
    pub input: String,
    /// The resource; empty for the input as a whole.
    pub address: String,
    /// The policy.
    pub policy: PolicyId,
}

impl Assumed {
    /// What is assumed, before any pass rests on it.
    #[must_use]
    pub fn new(setting: &AssumptionSetting) -> Self {
        Assumed {
            name: setting.name.value.clone(),
            reason: setting.reason.clone(),
            until: setting.until.to_string(),
            passes: Vec::new(),
        }
    }

    /// In one sentence.
    fn sentence(&self) -> String {
        let passes = match self.passes.len() {
            1 => "1 pass rests".to_owned(),
            number => format!("{number} passes rest"),
        };
        let Assumed { name, until, reason, .. } = self;
        format!("{passes} on the assumption {name}, which counts until {until}: {reason}")
    }
}

/// Something that could not be checked.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// An input or a policy.
    pub kind: ProblemKind,
    /// The file.
    pub path: String,
    /// The place in it.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub help: Option<String>,
}

/// What a problem is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ProblemKind {
    /// An input cannot be trusted.
    Input,
    /// A policy does not load, or there is none.
    Policy,
}

/// Whether `apply` may run, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gate {
    /// Findings that block.
    pub blocking: usize,
    /// Inputs that could not be trusted.
    pub bad_inputs: usize,
    /// Policies that could not be loaded, or failed.
    pub bad_policies: usize,
}

impl Gate {
    /// True when nothing stands against `apply`.
    #[must_use]
    pub fn is_open(self) -> bool {
        self == Gate::default()
    }

    /// The process exit code: 0, or the gravest of 4, 3 and 1.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Gate { bad_policies: 1.., .. } => 4,
            Gate { bad_inputs: 1.., .. } => 3,
            Gate { blocking: 1.., .. } => 1,
            Gate { .. } => 0,
        }
    }
}

impl Report {
    /// The policy of a finding.
    fn policy(&self, id: &PolicyId) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.id == *id)
    }

    /// What a finding is about: a resource, or the plan or state itself.
    fn subject(&self, finding: &Finding) -> String {
        match finding.attribute {
            _ if !finding.address.is_empty() => finding.address.clone(),
            Some(_) => format!("the {}", self.kind(finding)),
            None => self.whole(finding),
        }
    }

    /// The plan or state that a finding is of, where it is about no resource.
    fn whole(&self, finding: &Finding) -> String {
        format!("the {} as a whole", self.kind(finding))
    }

    fn kind(&self, finding: &Finding) -> &'static str {
        let input = self.inputs.iter().find(|input| input.path == finding.input);
        input.map_or("input", |input| input.kind)
    }
}

/// How a report is to look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Use colour.
    pub color: bool,
    /// Use characters beyond ASCII for lines.
    pub unicode: bool,
    /// The columns to fill.
    pub width: usize,
}

/// A way to write a report.
pub struct Reporter {
    /// What the format is called on the command line.
    pub name: &'static str,
    /// What it is for, for the help text.
    pub help: &'static str,
    /// What it writes, for taking secrets out of it.
    pub syntax: Syntax,
    /// Writes the report.
    pub write: fn(&Report, Look, &mut dyn Write) -> io::Result<()>,
}

/// Every reporter. To add one: a file below `report/` and a line here.
pub const REPORTERS: &[Reporter] = &[
    Reporter {
        name: "pretty",
        help: "diagnostics for people",
        syntax: Syntax::Text,
        write: pretty::write,
    },
    Reporter {
        name: "json",
        help: "everything, for programs",
        syntax: Syntax::Json,
        write: json::write,
    },
    Reporter {
        name: "sarif",
        help: "SARIF 2.1.0, for code scanning",
        syntax: Syntax::Json,
        write: sarif::write,
    },
];
