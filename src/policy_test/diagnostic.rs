//! A failing test, shown as a compiler shows an error.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

use crate::base::secret::Scrubber;
use crate::base::{Source, Span, neutralise};
use crate::engine::Failure;

/// Why a test fails, and where.
#[derive(Debug)]
pub struct TestFailure {
    /// The file in which it went wrong.
    pub source: Source,
    /// The place.
    pub span: Span,
    /// What failed.
    pub title: String,
    /// What is wrong at the place.
    pub reason: String,
    /// Expressions, and their values.
    pub values: Vec<(String, String)>,
    /// What else there is to say, a line each.
    pub remarks: Vec<String>,
    snippet: NamedSource<String>,
}

impl TestFailure {
    /// A rule that does not hold.
    pub(super) fn of_rule(name: &str, failure: Failure) -> Self {
        let Failure { source, span, reason, values, cases } = failure;
        let remarks: Vec<String> =
            cases.iter().map(|(name, value)| format!("where {name} is {value}")).collect();
        let snippet = snippet(&source, "Rego");
        let title = format!("{name} fails");
        TestFailure { source, span, title, reason, values, remarks, snippet }
    }

    /// A case whose input is judged otherwise.
    pub(super) fn of_case(
        source: &Source,
        span: Span,
        title: String,
        remarks: Vec<String>,
    ) -> Self {
        TestFailure {
            source: source.clone(),
            span,
            title,
            reason: "expected here".to_owned(),
            values: Vec::new(),
            remarks,
            snippet: snippet(source, "TOML"),
        }
    }

    /// Takes secrets out of what is said of a case.
    pub(super) fn hide(&mut self, scrubber: &Scrubber) {
        let values = self.values.iter_mut().map(|(_, value)| value);
        for text in
            [&mut self.title, &mut self.reason].into_iter().chain(values).chain(&mut self.remarks)
        {
            *text = scrubber.clean(text).into_owned();
        }
    }

    /// The values and remarks, a line each.
    pub(super) fn notes(&self) -> Vec<String> {
        let values = self.values.iter().map(|(text, value)| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            format!("{text} is {value}")
        });
        values
            .chain(self.remarks.iter().cloned())
            .map(|line| neutralise(&line).into_owned())
            .collect()
    }
}

fn snippet(source: &Source, language: &str) -> NamedSource<String> {
    NamedSource::new(neutralise(source.name()), source.text().to_owned()).with_language(language)
}

impl std::error::Error for TestFailure {}

impl fmt::Display for TestFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&neutralise(&self.title))
    }
}

impl Diagnostic for TestFailure {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let notes = self.notes();
        (!notes.is_empty()).then(|| Box::new(notes.join("\n")) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let length = self.span.end.saturating_sub(self.span.start);
        let reason = neutralise(&self.reason).into_owned();
        let label = LabeledSpan::new(Some(reason), self.span.start, length);
        Some(Box::new(std::iter::once(label)))
    }
}
