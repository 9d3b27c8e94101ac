//! What a policy may be suspected of, at which line, and what to do.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, NamedSource, Severity, SourceCode};

use crate::base::{Source, Span, neutralise};

/// Something in a policy that is hardly meant.
#[derive(Debug, Clone)]
pub struct Lint {
    /// The rule that says so.
    pub rule: LintRule,
    /// The file.
    pub source: Source,
    /// The place.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    snippet: NamedSource<String>,
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LintRule {
    /// A policy has no test.
    MissingTest,
    /// A rule that nobody asks for.
    UnusedRule,
    /// An import that nobody uses.
    UnusedImport,
    /// An attribute that no resource has.
    UnknownAttribute,
    /// A type of resources that no provider has.
    UnknownType,
    /// A comparison of values of different types.
    MixedComparison,
    /// Metadata without what a reader needs.
    ThinMetadata,
}

impl LintRule {
    /// All of them.
    pub const ALL: [LintRule; 7] = [
        LintRule::MissingTest,
        LintRule::UnusedRule,
        LintRule::UnusedImport,
        LintRule::UnknownAttribute,
        LintRule::UnknownType,
        LintRule::MixedComparison,
        LintRule::ThinMetadata,
    ];

    /// What it is called.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            LintRule::MissingTest => "missing-test",
            LintRule::UnusedRule => "unused-rule",
            LintRule::UnusedImport => "unused-import",
            LintRule::UnknownAttribute => "unknown-attribute",
            LintRule::UnknownType => "unknown-type",
            LintRule::MixedComparison => "mixed-comparison",
            LintRule::ThinMetadata => "thin-metadata",
        }
    }

    /// What it looks for, in a sentence.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            LintRule::MissingTest => "A policy without a test may say anything.",
            LintRule::UnusedRule => "A rule that nobody asks for is left over or misspelt.",
            LintRule::UnusedImport => "An import that nobody uses is left over or misspelt.",
            LintRule::UnknownAttribute => "An attribute that no resource has is never there.",
            LintRule::UnknownType => "A type that no provider has is never judged or linked.",
            LintRule::MixedComparison => {
                "Values of different types are never equal, and are ordered by their types."
            }
            LintRule::ThinMetadata => {
                "Who is blocked by a policy wants to know why, and what to do."
            }
        }
    }
}

impl Lint {
    /// A lint at a place.
    #[must_use]
    pub fn new(
        rule: LintRule,
        source: &Source,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let snippet = NamedSource::new(neutralise(source.name()), source.text().to_owned());
        Lint {
            rule,
            source: source.clone(),
            span,
            message: message.into(),
            help: help.into(),
            snippet: snippet.with_language("Rego"),
        }
    }
}

impl std::error::Error for Lint {}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&neutralise(&self.message))
    }
}

impl Diagnostic for Lint {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.rule.as_str()))
    }

    fn severity(&self) -> Option<Severity> {
        Some(Severity::Warning)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(neutralise(&self.help).into_owned()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let length = self.span.end.saturating_sub(self.span.start);
        let label = LabeledSpan::new(Some("here".to_owned()), self.span.start, length);
        Some(Box::new(std::iter::once(label)))
    }
}
