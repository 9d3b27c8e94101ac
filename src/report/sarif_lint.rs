//! What is wrong with policies, as SARIF 2.1.0.

use std::io::{self, Write};

use serde_json::json;
use serde_sarif::sarif::{
    ArtifactLocation, Location, PhysicalLocation, Region, ReportingDescriptor,
    Result as SarifResult, ResultLevel, Run, Sarif, Tool,
};

use super::inert;
use super::sarif::{SCHEMA, driver, message, path_uri, text};
use crate::base::{Source, Span};
use crate::policy::{Lint, LintRule, PolicyError};

/// What errors that keep a policy from loading are called.
const UNUSABLE: &str = "unusable-policy";

/// Writes what is wrong: what keeps policies from loading as errors, the others as warnings.
///
/// # Errors
/// When `out` takes no more.
pub fn write_lints(lints: &[Lint], errors: &[PolicyError], out: &mut dyn Write) -> io::Result<()> {
    let rule = |id: &str, description: &str| {
        ReportingDescriptor::builder().id(id).short_description(text(description)).build()
    };
    let mut rules: Vec<ReportingDescriptor> =
        LintRule::ALL.iter().map(|known| rule(known.as_str(), known.description())).collect();
    rules.push(rule(UNUSABLE, "A policy that does not load judges nothing."));
    let driver = driver(rules);
    let errors = errors.iter().map(|error| {
        let said = sentence(&error.fault.to_string(), miette::Diagnostic::help(&error.fault));
        let span = error.span.unwrap_or_default();
        result(UNUSABLE, ResultLevel::Error, &said, &error.source, span)
    });
    let lints = lints.iter().map(|lint| {
        let said = sentence(&lint.message, Some(Box::new(lint.help.clone())));
        result(lint.rule.as_str(), ResultLevel::Warning, &said, &lint.source, lint.span)
    });
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .column_kind(json!("unicodeCodePoints"))
        .results(errors.chain(lints).collect::<Vec<_>>())
        .build();
    let sarif = Sarif::builder().schema(SCHEMA).version(json!("2.1.0")).runs(vec![run]).build();
    inert::write(&sarif, out)
}

fn sentence(what: &str, help: Option<Box<dyn std::fmt::Display + '_>>) -> String {
    match help {
        Some(help) => format!("{what} ({help})."),
        None => format!("{what}."),
    }
}

fn result(rule: &str, level: ResultLevel, said: &str, source: &Source, span: Span) -> SarifResult {
    let start = source.place(span.start);
    let line = i64::try_from(start.line).unwrap_or(1);
    let column = i64::try_from(start.column).unwrap_or(1);
    let physical = PhysicalLocation::builder()
        .artifact_location(ArtifactLocation::builder().uri(path_uri(source.name())).build())
        .region(Region::builder().start_line(line).start_column(column).end_line(line).build())
        .build();
    SarifResult::builder()
        .rule_id(rule)
        .level(level)
        .message(message(said))
        .locations(vec![Location::builder().physical_location(physical).build()])
        .build()
}
