//! SARIF 2.1.0, as GitHub code scanning takes it.
//!
//! Sources: the OASIS standard, and GitHub's documentation, "SARIF support for code scanning":
//! every result has a physical location, or the whole file is refused.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactLocation, Exception, Invocation, Location, LogicalLocation, Message,
    MultiformatMessageString, Notification, PhysicalLocation, PropertyBag, Region,
    ReportingConfiguration, ReportingDescriptor, Result as SarifResult, ResultLevel, Run,
    RunAutomationDetails, Sarif, Tool, ToolComponent,
};

use super::{Look, Problem, Report, fingerprint, inert};
use crate::base::{Place, Severity, Source, Span, neutralise};
use crate::finding::{Finding, Outcome};
use crate::policy::Policy;

/// Where the schema is published.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes the report.
pub(super) fn write(report: &Report, _look: Look, out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<ReportingDescriptor> = report.policies.iter().map(rule).collect();
    let driver = ToolComponent::builder()
        .name(env!("CARGO_PKG_NAME"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .version(env!("CARGO_PKG_VERSION"))
        .rules(rules)
        .build();
    let results: Vec<SarifResult> =
        report.findings.iter().map(|finding| result(report, finding)).collect();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .automation_details(RunAutomationDetails::builder().id("plangate/").build())
        .column_kind(json!("unicodeCodePoints"))
        .invocations(vec![invocation(report)])
        .results(results)
        .build();
    let sarif = Sarif::builder().schema(SCHEMA).version(json!("2.1.0")).runs(vec![run]).build();
    inert::write(&sarif, out)
}

fn rule(policy: &Policy) -> ReportingDescriptor {
    let metadata = &policy.metadata;
    let mut properties = BTreeMap::from([
        ("tags".to_owned(), json!(tags(policy))),
        ("precision".to_owned(), json!("high")),
    ]);
    if let Some(score) = security_severity(metadata.severity) {
        properties.insert("security-severity".to_owned(), json!(score));
    }
    let description =
        if metadata.description.is_empty() { &metadata.title } else { &metadata.description };
    let help = format!("{description}\n\nRemedy: {}", metadata.remediation);
    let mut markdown = format!("{description}\n\n**Remedy:** {}\n", metadata.remediation);
    for reference in &metadata.references {
        markdown.push_str(&format!("\n- <{reference}>"));
    }
    ReportingDescriptor::builder()
        .id(policy.id.as_str())
        .name(pascal_case(policy.id.as_str()))
        .short_description(text(&sentence(&metadata.title)))
        .full_description(text(description))
        .help(MultiformatMessageString::builder().text(help).markdown(markdown).build())
        .default_configuration(
            ReportingConfiguration::builder().level(json!(level_word(metadata.severity))).build(),
        )
        .properties(PropertyBag::builder().additional_properties(properties).build())
        .build()
}

/// What the policy is about, for filters; GitHub takes twenty tags and shows ten.
fn tags(policy: &Policy) -> Vec<String> {
    let topics = policy.id.as_str().split('-').take(2);
    let frameworks = policy.metadata.controls.keys().map(String::as_str);
    let mut tags: Vec<String> = Vec::new();
    for tag in ["security", "terraform"].into_iter().chain(topics).chain(frameworks) {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags.truncate(10);
    tags
}

fn result(report: &Report, finding: &Finding) -> SarifResult {
    let rule = report.policies.iter().position(|policy| policy.id == finding.policy);
    let logical = LogicalLocation::builder()
        .fully_qualified_name(neutralise(&finding.address).into_owned())
        .kind("resource")
        .build();
    let place = &finding.location;
    let location = Location::builder()
        .physical_location(physical(report, &place.source, place.span))
        .logical_locations(vec![logical])
        .build();
    let properties = BTreeMap::from([
        ("outcome".to_owned(), json!(finding.outcome)),
        ("action".to_owned(), json!(finding.action.as_str())),
        ("locationPrecision".to_owned(), json!(place.precision)),
        ("addresses".to_owned(), json!([finding.address])),
    ]);
    let result = SarifResult::builder()
        .rule_id(finding.policy.as_str())
        .rule_index(rule.and_then(|index| i64::try_from(index).ok()).unwrap_or(-1))
        .level(level(finding.severity))
        .message(message(&result_text(finding)))
        .locations(vec![location])
        .partial_fingerprints(BTreeMap::from([("plangate/v1".to_owned(), fingerprint(finding))]))
        .properties(PropertyBag::builder().additional_properties(properties).build());
    result.build()
}

/// The message: what, where, and for an undetermined verdict why.
fn result_text(finding: &Finding) -> String {
    let address = neutralise(&finding.address);
    let message = neutralise(&finding.message);
    let what = match finding.outcome {
        Outcome::Undetermined => format!("Not known before apply: {message}"),
        Outcome::Error => format!("The policy failed: {message}"),
        _ => capitalised(&message),
    };
    let reason = finding.reason.as_ref().map(|reason| format!(": {}", neutralise(reason)));
    format!("{what} ('{address}'{}).", reason.unwrap_or_default())
}

fn physical(report: &Report, source: &Source, span: Span) -> PhysicalLocation {
    let start = source.place(span.start);
    let end = source.place(span.end);
    let mut region = region(start);
    if end.line == start.line {
        region.end_column = i64::try_from(end.column).ok();
    }
    PhysicalLocation::builder()
        .artifact_location(ArtifactLocation::builder().uri(uri(report, source.name())).build())
        .region(region)
        .build()
}

/// One line: an annotation appears only where every line of its region was changed.
fn region(start: Place) -> Region {
    let line = i64::try_from(start.line).unwrap_or(1);
    let column = i64::try_from(start.column).unwrap_or(1);
    Region::builder().start_line(line).start_column(column).end_line(line).build()
}

fn invocation(report: &Report) -> Invocation {
    let notifications = report.problems.iter().map(|problem| notification(report, problem));
    let notes = report.notices.iter().map(|notice| {
        Notification::builder().message(message(&sentence(notice))).level(json!("note")).build()
    });
    Invocation::builder()
        .execution_successful(report.problems.is_empty() && report.gate.bad_policies == 0)
        .exit_code(i64::from(report.gate.exit_code()))
        .tool_execution_notifications(notifications.chain(notes).collect::<Vec<_>>())
        .build()
}

fn notification(report: &Report, problem: &Problem) -> Notification {
    let start = problem.place.unwrap_or(Place { line: 1, column: 1 });
    let physical = PhysicalLocation::builder()
        .artifact_location(ArtifactLocation::builder().uri(uri(report, &problem.path)).build())
        .region(region(start))
        .build();
    let text = sentence(&problem.message);
    Notification::builder()
        .message(message(&text))
        .level(json!("error"))
        .exception(Exception::builder().message(neutralise(&text).into_owned()).build())
        .locations(vec![Location::builder().physical_location(physical).build()])
        .build()
}

/// A path as a relative, percent-encoded URI; absolute where it lies outside the directory.
fn uri(report: &Report, path: &str) -> String {
    let path = path.replace('\\', "/");
    let relative = report.directory.as_ref().and_then(|directory| {
        let below = path.strip_prefix(directory.as_str())?;
        below.strip_prefix('/')
    });
    let path = match relative {
        Some(below) => below.to_owned(),
        None if path == "<stdin>" => "stdin".to_owned(),
        None => path,
    };
    let path = path.trim_start_matches("./");
    let encoded: String = path.bytes().map(encode).collect();
    if encoded.starts_with('/') { format!("file://{encoded}") } else { encoded }
}

/// A byte of a path, percent-encoded unless RFC 3986 lets it stand.
fn encode(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    }
}

fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Critical | Severity::High => ResultLevel::Error,
        Severity::Medium => ResultLevel::Warning,
        Severity::Low | Severity::Info => ResultLevel::Note,
    }
}

fn level_word(severity: Severity) -> Value {
    json!(level(severity))
}

/// GitHub's scale: above 9 critical, from 7 high, from 4 medium, below low.
fn security_severity(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.0"),
        Severity::Info => None,
    }
}

fn message(content: &str) -> Message {
    Message::builder().text(neutralise(content).into_owned()).build()
}

fn text(content: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(content).build()
}

fn sentence(content: &str) -> String {
    let content = capitalised(content.trim());
    if content.ends_with('.') { content } else { format!("{content}.") }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

fn pascal_case(id: &str) -> String {
    id.split('-').map(capitalised).collect()
}
