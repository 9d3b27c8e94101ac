//! Why a policy does not load, at which line, and what to do.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

use super::bundle::BundleFault;
use crate::base::policy_id::PolicyIdError;
use crate::base::{PolicyId, Source, Span};

/// A policy file that cannot be used, with the place to look at.
#[derive(Debug, Clone)]
pub struct PolicyError {
    /// The file.
    pub source: Source,
    /// The place; None for the file as a whole.
    pub span: Option<Span>,
    /// What is wrong.
    pub fault: PolicyFault,
    snippet: Option<NamedSource<String>>,
}

/// What is wrong with a policy file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Diagnostic)]
#[expect(missing_docs, reason = "each variant's message says what it means")]
pub enum PolicyFault {
    #[error("cannot be read: {reason}")]
    #[diagnostic(help("check the path given with `--policy` and its permissions"))]
    Unreadable { reason: String },

    #[error(transparent)]
    #[diagnostic(transparent)]
    Bundle(#[from] BundleFault),

    #[error("holds no policy")]
    #[diagnostic(help(
        "put policies below it, such as `aws/s3/unlogged_bucket.rego` with `package policies.aws.s3.unlogged_bucket`"
    ))]
    NoPolicies,

    #[error("the policy set is wrong: {reason}")]
    #[diagnostic(help("{help}"))]
    BadPolicySet { reason: String, help: String },

    #[error("holds no Rego file")]
    #[diagnostic(help("check the path: it is a directory of `.rego` files, or such a file"))]
    NoModules,

    #[error("no rule judges: there is no `deny`, `violation` or `warn` in {packages}")]
    #[diagnostic(help("{help}"))]
    NoRules { packages: String, help: String },

    #[error("this is no data: {reason}")]
    #[diagnostic(help(
        "a file of data is one JSON or YAML object, and files agree where they overlap"
    ))]
    BadData { reason: String },

    #[error(transparent)]
    #[diagnostic(help("name the file for the fault, such as `aws/s3/unlogged_bucket.rego`"))]
    BadPath(#[from] PolicyIdError),

    #[error("the package `{package}` is already that of {other}")]
    #[diagnostic(help("give the policy a path of its own: its identity is its path"))]
    DuplicatePackage { package: String, other: String },

    #[error("the rule `{id}` is already that of {first}")]
    #[diagnostic(help("give one of the two packages another name"))]
    DuplicateRule { id: PolicyId, first: String },

    #[error("literals are nested more than {limit} deep here")]
    #[diagnostic(help(
        "the parser's time doubles with every level: split the literal into rules, or move it into data"
    ))]
    DeepNesting { limit: usize },

    #[error("there is no `# METADATA` block before `package`")]
    #[diagnostic(help(
        "begin the file with a block of comments: `# METADATA`, `# title: …`, `# custom:`, `#   severity: …`"
    ))]
    NoMetadata,

    #[error("the metadata has no `{key}`")]
    #[diagnostic(help("{remedy}"))]
    MissingKey { key: &'static str, remedy: &'static str },

    #[error("the metadata is wrong: {reason}")]
    #[diagnostic(help("{remedy}"))]
    BadMetadata { reason: String, remedy: &'static str },

    #[error("{reason}")]
    #[diagnostic(help(
        "see the Rego syntax at https://www.openpolicyagent.org/docs/policy-language"
    ))]
    Syntax { reason: String },

    #[error("{reason}")]
    #[diagnostic(help(
        "try a part of it first; `plangate inspect` shows what `input` holds, and \
         https://www.openpolicyagent.org/docs/policy-language how Rego is written"
    ))]
    BadQuery { reason: String },

    #[error("the package is `{found}`, but the path says `{expected}`")]
    #[diagnostic(help("a policy's identity is its path: move the file, or change the package"))]
    WrongPackage { found: String, expected: String },

    #[error("the policy has no `deny contains` rule")]
    #[diagnostic(help("write the verdict as `deny contains violation if {{ … }}`"))]
    NoDeny,

    #[error("`walk` is called with one argument")]
    #[diagnostic(help(
        "the interpreter would silently find nothing: write `walk(x, [path, value])` instead"
    ))]
    OneArgumentWalk,

    #[error("`{rule}` refers to itself: {cycle}")]
    #[diagnostic(help("rules must not be recursive: break the cycle"))]
    Recursion { rule: String, cycle: String },

    #[error("`{reference}` is not defined")]
    #[diagnostic(help(
        "check the spelling and the imports; parameters are declared in `custom.params`, assumptions in `custom.assumptions`, libraries stand in `lib/`"
    ))]
    UnresolvedReference { reference: String },

    #[error("`{reference}` is neither a rule nor data")]
    #[diagnostic(help(
        "it would silently be undefined: check the spelling, or name the file that holds it with `--data FILE`"
    ))]
    UnresolvedData { reference: String },

    #[error("`{rule}` has a name of several parts")]
    #[diagnostic(help(
        "a rule that judges is called `deny`, `violation` or `warn`, or like `deny_public`"
    ))]
    PartedRule { rule: String },

    #[error("a document is replaced with `with`")]
    #[diagnostic(help(
        "the interpreter might answer with what holds without the replacement: pass the document to a function instead; tests may use `with`"
    ))]
    Replacement,

    #[error("`{name}` may not be used in a policy")]
    #[diagnostic(help(
        "a verdict depends on the input alone: no clock, no random numbers, no network, no environment"
    ))]
    ForbiddenBuiltin { name: String },

    #[error("there is no function `{name}`")]
    #[diagnostic(help("check the spelling and the imports; not every function of OPA is there"))]
    UnknownFunction { name: String },

    #[error("`{name}` is unsafe: nothing gives it a value")]
    #[diagnostic(help(
        "bind the variable before it is used, for example with `some {name} in …` outside of `not`"
    ))]
    UnsafeVariable { name: String },

    #[error("`not` with the index `{name}` stands inside `every`")]
    #[diagnostic(help(
        "the interpreter would silently find nothing: move the negated expression into a function of its own"
    ))]
    NegationInEvery { name: String },

    #[error("`{name}` is used above what gives it a value")]
    #[diagnostic(help(
        "the interpreter would silently find nothing: move the line with `not` or `every` below the one that gives `{name}` a value"
    ))]
    LateValue { name: String },

    #[error("an object is a pattern")]
    #[diagnostic(help(
        "the interpreter would match objects with more members, too: give the object a name, and ask for its members one by one"
    ))]
    ObjectPattern,

    #[error("there is no `{path}` to import")]
    #[diagnostic(help(
        "the interpreter knows `rego.v1` and `future.keywords` with `contains`, `every`, `if` and `in`"
    ))]
    UnknownImport { path: String },

    #[error("other rules have names below `{name}`, where this one computes them")]
    #[diagnostic(help(
        "the interpreter would leave out what this rule says where one of the others is asked for: give the rules names that cannot meet"
    ))]
    OverlappingNames { name: String },

    #[error("two parameters are called `{name}`")]
    #[diagnostic(help(
        "the interpreter would not ask that they be equal: compare them in the body"
    ))]
    RepeatedParameter { name: String },

    #[error("`{name}` is a rule and a function, or has two defaults")]
    #[diagnostic(help("give them names of their own"))]
    DoubleName { name: String },

    #[error("`not` has a body of its own")]
    #[diagnostic(help("name the body as a rule or a function, and negate that"))]
    NegatedBlock,
}

impl PolicyError {
    /// An error about a file as a whole.
    #[must_use]
    pub fn whole_file(source: &Source, fault: PolicyFault) -> Box<Self> {
        Box::new(PolicyError { source: source.clone(), span: None, fault, snippet: None })
    }

    /// An error at a place; the report shows the line.
    #[must_use]
    pub fn at(source: &Source, span: Span, fault: PolicyFault) -> Box<Self> {
        let snippet = NamedSource::new(source.name(), source.text().to_owned());
        let error = PolicyError {
            source: source.clone(),
            span: Some(span),
            fault,
            snippet: Some(snippet.with_language("Rego")),
        };
        Box::new(error)
    }
}

impl std::error::Error for PolicyError {}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.span {
            Some(_) => write!(f, "{}", self.fault),
            None => write!(f, "{}: {}", self.source.name(), self.fault),
        }
    }
}

impl Diagnostic for PolicyError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.fault.help()
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.as_ref().map(|snippet| snippet as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.span?;
        let label = LabeledSpan::new(Some("here".to_owned()), span.start, span.end - span.start);
        Some(Box::new(std::iter::once(label)))
    }
}
