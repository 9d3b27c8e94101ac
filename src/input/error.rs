//! Why an input cannot be judged, and what to do instead.

use std::fmt;

use miette::Diagnostic;

use crate::base::{Place, Source, Span, neutralise};

/// An input that cannot be trusted with a verdict.
///
/// Snippets are never shown: an input may hold secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
pub struct InputError {
    /// The file, as the user named it.
    pub label: String,
    /// Where in the file, when it is at one place.
    pub place: Option<Place>,
    /// What is wrong.
    pub refusal: Refusal,
}

/// What is wrong with an input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Diagnostic)]
pub enum Refusal {
    #[error("cannot be read: {reason}")]
    #[diagnostic(help("check the path and its permissions"))]
    Unreadable { reason: String },

    #[error("is larger than {limit} bytes")]
    #[diagnostic(help("raise the limit with `--max-input BYTES` if the file is what you mean"))]
    TooLarge { limit: u64 },

    #[error("the directory holds no plan and no state ({seen} other files)")]
    #[diagnostic(help(
        "write plans into it first, such as `terraform show -json plan.out > DIR/plan.json` or `terragrunt run --all --json-out-dir DIR -- plan`"
    ))]
    NothingFound { seen: usize },

    #[error("is empty")]
    #[diagnostic(help(
        "the command that wrote it failed: run `terraform show -json plan.out > plan.json` again and look at its errors"
    ))]
    Empty,

    #[error("is not text: byte {offset} is neither UTF-8 nor UTF-16 with a byte order mark")]
    #[diagnostic(help("write the file with `terraform show -json plan.out > plan.json`"))]
    NotText { offset: usize },

    #[error("is compressed with gzip")]
    #[diagnostic(help("unpack it first: `gunzip -c FILE | plangate check -`"))]
    Gzip,

    #[error("is a zip archive without a plan in it")]
    #[diagnostic(help("give the file that `terraform plan -out plan.out` wrote"))]
    Zip,

    #[error("is a damaged saved plan file: {reason}")]
    #[diagnostic(help("write it again with `terraform plan -out plan.out`; do not edit it"))]
    DamagedPlan { reason: &'static str },

    #[error("is a saved plan file beyond the limits of what is read: {reason}")]
    #[diagnostic(help(
        "show it with the tool that wrote it: `terraform show -json plan.out > plan.json`"
    ))]
    PlanBeyondLimits { reason: &'static str },

    #[error("is a saved plan file of version {version}, and this version reads 3")]
    #[diagnostic(help(
        "show it with the tool that wrote it: `terraform show -json plan.out > plan.json`"
    ))]
    PlanVersion { version: u64 },

    #[error("is a saved plan file that invokes actions, which are read from plan JSON alone")]
    #[diagnostic(help("show it: `terraform show -json plan.out > plan.json`"))]
    Invocations,

    #[error("is no saved plan file, and nothing else can be converted")]
    #[diagnostic(help("give the file that `terraform plan -out plan.out` wrote"))]
    NotSavedPlan,

    #[error("is the log stream of `plan -json`, which holds no values")]
    #[diagnostic(help(
        "save the plan and show it: `terraform plan -out plan.out`, then `terraform show -json plan.out > plan.json`"
    ))]
    LogStream,

    #[error("is Terraform source, not a plan")]
    #[diagnostic(help(
        "make a plan of it: `terraform plan -out plan.out`, then `terraform show -json plan.out > plan.json`"
    ))]
    TerraformSource,

    #[error("has other text before the JSON document")]
    #[diagnostic(help(
        "a wrapper printed it (in GitHub Actions, hashicorp/setup-terraform with `terraform_wrapper: true`): turn it off, then `terraform show -json plan.out > plan.json`"
    ))]
    NoiseBefore,

    #[error("has other text after the JSON document")]
    #[diagnostic(help(
        "write standard output only: `terraform show -json plan.out > plan.json`, without `2>&1` and without a wrapper"
    ))]
    NoiseAfter,

    #[error("holds several JSON documents")]
    #[diagnostic(help(
        "write one file for each plan, such as `terragrunt run --all --json-out-dir DIR -- plan`, and check the directory"
    ))]
    SeveralDocuments,

    #[error("is not JSON")]
    #[diagnostic(help("write the file with `terraform show -json plan.out > plan.json`"))]
    NotJson,

    #[error("is a JSON document, but neither a plan nor a state")]
    #[diagnostic(help(
        "make a plan with `terraform show -json plan.out > plan.json`, or a state with `terraform show -json > state.json`"
    ))]
    Unrecognised,

    #[error("ends in the middle of the document")]
    #[diagnostic(help(
        "the file was cut off: write it again with `terraform show -json plan.out > plan.json`"
    ))]
    Truncated,

    #[error("has the member `{key}` twice in one object")]
    #[diagnostic(help(
        "Terraform never writes this, and readers disagree on which one counts: make the file again with `terraform show -json plan.out > plan.json`"
    ))]
    DuplicateKey { key: String },

    #[error("is not valid JSON: {reason}")]
    #[diagnostic(help(
        "write the file again with `terraform show -json plan.out > plan.json`; do not edit it"
    ))]
    Syntax { reason: String },

    #[error("does not have the shape of a {format}: {reason}")]
    #[diagnostic(help("write the file again with `{command}`; do not edit or filter it"))]
    Shape { format: &'static str, reason: String, command: &'static str },

    #[error("has the action {actions}, which this version does not know")]
    #[diagnostic(help(
        "use a version of plangate that knows this version of Terraform, or plan with an older one"
    ))]
    UnknownAction { actions: String },

    #[error("has a resource of the mode `{mode}`, which this version does not know")]
    #[diagnostic(help(
        "use a version of plangate that knows this version of Terraform, or plan with an older one"
    ))]
    UnknownMode { mode: String },

    #[error("names the resource `{address}`, which is no resource address")]
    #[diagnostic(help("write the file again with `terraform show -json plan.out > plan.json`"))]
    BadAddress { address: String },

    #[error("has no `format_version`")]
    #[diagnostic(help(
        "the document was cut down or written by hand: use the whole output of `terraform show -json plan.out`"
    ))]
    NoVersion,

    #[error("has format version `{version}`, and this version reads {supported}")]
    #[diagnostic(help("use a version of plangate that knows the format, or an older Terraform"))]
    UnknownVersion { version: String, supported: &'static str },

    #[error("is a state of version {version}, from Terraform 0.11 or older")]
    #[diagnostic(help(
        "upgrade it: run `terraform apply -refresh-only` with a current Terraform, or `terraform show -json > state.json`"
    ))]
    OldState { version: String },

    #[error("has resources with flat attributes, left from Terraform 0.11 or older")]
    #[diagnostic(help(
        "upgrade it: run `terraform apply -refresh-only` with a current Terraform, or `terraform show -json > state.json`"
    ))]
    FlatAttributes,

    #[error("is encrypted by OpenTofu")]
    #[diagnostic(help(
        "let OpenTofu decrypt it: `tofu show -json plan.out > plan.json`, or `tofu show -json > state.json`"
    ))]
    Encrypted,

    #[error("is a redacted plan of HCP Terraform, without the values to judge")]
    #[diagnostic(help(
        "fetch the whole plan: `terraform show -json plan.out > plan.json`, or the API's `json-output` instead of `json-output-redacted`"
    ))]
    RedactedPlan,

    #[error("is a bookmark of a plan that HCP Terraform keeps, not the plan")]
    #[diagnostic(help("fetch the plan: `terraform show -json plan.out > plan.json`"))]
    PlanBookmark,

    #[error("is a Pulumi document, which this version does not read")]
    #[diagnostic(help("give a plan or state of Terraform or OpenTofu"))]
    Pulumi,

    #[error("is a SARIF report, not a plan")]
    #[diagnostic(help("give the plan that the report was made from"))]
    Sarif,

    #[error("holds no provider schemas")]
    #[diagnostic(help("write them with `terraform providers schema -json > schema.json`"))]
    NotSchema,

    #[error("holds provider schemas, not a plan")]
    #[diagnostic(help("make a plan: `terraform show -json plan.out > plan.json`"))]
    ProviderSchemas,

    #[error("is the output of `terraform validate -json`, not a plan")]
    #[diagnostic(help("make a plan: `terraform show -json plan.out > plan.json`"))]
    Validation,
}

impl Diagnostic for InputError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.refusal.help()
    }
}

impl InputError {
    /// An error about a whole file.
    pub(crate) fn refused(label: &str, refusal: Refusal) -> Self {
        InputError { label: label.to_owned(), place: None, refusal }
    }

    /// A document that can be read, and not be shown to policies of other tools.
    #[must_use]
    pub fn unusable(label: &str, reason: String) -> Self {
        InputError::refused(label, Refusal::Unreadable { reason })
    }

    /// An error at a place in a file.
    pub(crate) fn at(source: &Source, span: Span, refusal: Refusal) -> Self {
        InputError {
            label: source.name().to_owned(),
            place: Some(source.place(span.start)),
            refusal,
        }
    }

    /// Place and refusal, made inert: both may quote the file.
    fn text(&self) -> String {
        let text = match self.place {
            Some(Place { line, column }) => {
                format!("{}:{line}:{column}: {}", self.label, self.refusal)
            }
            None => format!("{}: {}", self.label, self.refusal),
        };
        neutralise(&text).into_owned()
    }
}
