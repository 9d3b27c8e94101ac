//! Files that say what policies should make of a plan or state.
//!
//! ```toml
//! input = "../plans/buckets.json"
//!
//! [expect.team-storage-unnamed-bucket]
//! "aws_s3_bucket.logs" = "violation"
//! "aws_s3_bucket.data" = { outcome = "violation", attribute = "bucket" }
//! ```
//!
//! A policy that is named must say nothing against the resources that are not.

use crate::base::likeness;
use crate::base::{PolicyId, Source, Span};
use crate::config::read::Read;
use crate::config::table::Table;
use crate::config::{Config, ConfigError, ConfigFault, Node, Origin, Raw, Sourced};
use crate::finding::Outcome;
use crate::policy::Policy;

/// A file of cases.
#[derive(Debug)]
pub(super) struct CaseFile {
    pub(super) source: Source,
    /// The plan or state, a path that can be opened.
    pub(super) input: String,
    /// The directory of its root module.
    pub(super) root: Option<String>,
    /// What is expected of each policy.
    pub(super) policies: Vec<ExpectedOfPolicy>,
}

/// What is expected of one policy.
#[derive(Debug)]
pub(super) struct ExpectedOfPolicy {
    pub(super) policy: PolicyId,
    pub(super) span: Span,
    pub(super) expected: Vec<Expected>,
}

/// What a policy should say of one resource.
#[derive(Debug)]
pub(super) struct Expected {
    /// Its address, or `plan` for the input as a whole.
    pub(super) address: String,
    pub(super) span: Span,
    pub(super) outcome: Outcome,
    /// An attribute that a violation is about.
    pub(super) attribute: Option<String>,
    /// The message of a violation.
    pub(super) message: Option<String>,
}

/// An outcome, as it is written.
struct OutcomeWord(Outcome);

impl Read for OutcomeWord {
    const EXPECTED: &'static str = "an outcome";

    fn read(raw: &Raw) -> Option<Result<Self, String>> {
        let (Raw::Word(text) | Raw::Text(text)) = raw else { return None };
        let found = EXPECTABLE.into_iter().find(|outcome| outcome.as_str() == text);
        Some(found.map(OutcomeWord).ok_or_else(|| {
            let all: Vec<&str> = EXPECTABLE.iter().map(|outcome| outcome.as_str()).collect();
            format!("`{text}` is no outcome: the outcomes are {}", all.join(", "))
        }))
    }
}

/// What a policy can say by itself.
const EXPECTABLE: [Outcome; 5] = [
    Outcome::Violation,
    Outcome::Undetermined,
    Outcome::Pass,
    Outcome::NotApplicable,
    Outcome::Error,
];

impl CaseFile {
    /// Reads a file; the policies that it speaks of are among `policies`.
    ///
    /// # Errors
    /// Everything that is wrong in it, each at its place.
    pub(super) fn read<'a>(
        source: &Source,
        policies: impl Iterator<Item = &'a Policy>,
    ) -> Result<Self, Vec<ConfigError>> {
        let policies: Vec<&Policy> = policies.collect();
        let root = Node::parse(source)?;
        let mut table = Table::new("", &root).map_err(|error| vec![error])?;
        let input =
            table.required::<String>("input", "name a plan or state: `input = \"plan.json\"`");
        let root = table.value::<String>("source").map(|path| Config::path(&path));
        if table.node("expect").is_none() {
            let reason = "nothing is expected";
            let help = "say what a policy makes of a resource: `[expect.POLICY]`, `\"ADDRESS\" = \"violation\"`";
            table.refuse(&table.origin().clone(), reason, help);
        }
        let found = table.named("expect", |table, name| of_policy(table, name, &policies));
        let errors = table.finish();
        match input {
            Some(input) if errors.is_empty() => Ok(CaseFile {
                source: source.clone(),
                input: Config::path(&input),
                root,
                policies: found.into_iter().flatten().collect(),
            }),
            _ => Err(errors),
        }
    }
}

/// What stands below `[expect.NAME]`, for each policy that is called so.
fn of_policy(
    table: &mut Table<'_>,
    name: &Sourced<String>,
    policies: &[&Policy],
) -> Vec<ExpectedOfPolicy> {
    let meant: Vec<&&Policy> = policies.iter().filter(|p| p.is_called(&name.value)).collect();
    if meant.is_empty() {
        let offers = likeness::meant(policies.iter().map(|p| p.id.as_str()), &name.value);
        let help = likeness::question(&offers).unwrap_or_else(|| {
            "the id of a policy is its path, with `-` for `/` and `_`".to_owned()
        });
        let fault = ConfigFault::UnknownName { what: "policy", name: name.value.clone(), help };
        let _ = table.ok::<()>(Err(ConfigError::new(&name.origin, fault)));
    }
    let entries = table.all();
    let of = |policy: &&&Policy| ExpectedOfPolicy {
        policy: policy.id.clone(),
        span: span(&name.origin),
        expected: entries
            .iter()
            .filter_map(|(address, node)| expected(address, node).ok())
            .collect(),
    };
    let found = meant.iter().map(of).collect();
    for (address, node) in entries {
        if let Err(errors) = expected(address, node) {
            for error in errors {
                let _ = table.ok::<()>(Err(error));
            }
        }
    }
    found
}

/// An outcome, or a table that says more.
fn expected(address: &Sourced<String>, node: &Node) -> Result<Expected, Vec<ConfigError>> {
    let plain = |outcome| Expected {
        address: address.value.clone(),
        span: span(&node.origin),
        outcome,
        attribute: None,
        message: None,
    };
    if !matches!(node.raw, Raw::Table(_)) {
        let read = crate::config::read::read::<OutcomeWord>(node);
        return read.map(|word| plain(word.value.0)).map_err(|error| vec![error]);
    }
    let mut table = Table::new(address.value.clone(), node).map_err(|error| vec![error])?;
    let help = "say what the policy should make of it: `outcome = \"violation\"`";
    let outcome = table.required::<OutcomeWord>("outcome", help);
    let attribute = table.value::<String>("attribute").map(|text| text.value);
    let message = table.value::<String>("message").map(|text| text.value);
    let errors = table.finish();
    match outcome {
        Some(outcome) if errors.is_empty() => {
            Ok(Expected { attribute, message, ..plain(outcome.value.0) })
        }
        _ => Err(errors),
    }
}

fn span(origin: &Origin) -> Span {
    match origin {
        Origin::File(_, span) => *span,
        _ => Span::default(),
    }
}
