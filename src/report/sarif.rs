//! SARIF 2.1.0, as GitHub code scanning takes it.
//!
//! Sources: the OASIS standard, and GitHub's documentation, "SARIF support for code scanning":
//! every result has a physical location, or the whole file is refused. What is accepted and what is
//! fixed is left out, because code scanning heeds neither `suppressions` nor `baselineState`.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactLocation, Exception, Invocation, Location, LogicalLocation, Message,
    MultiformatMessageString, Notification, PhysicalLocation, PropertyBag, Region,
    ReportingConfiguration, ReportingDescriptor, Result as SarifResult, ResultLevel, Run,
    RunAutomationDetails, Sarif, Tool, ToolComponent,
};

use super::fingerprint::block_fingerprint;
use super::group::{Group, MOST_NAMED, groups};
use super::line_hash::line_hashes;
use super::{Assumed, Look, Problem, Report, inert};
use crate::base::{Action, Place, Severity, Source, Span, neutralise};
use crate::finding::{Change, Finding, Location as FindingLocation, Outcome};
use crate::policy::Policy;

/// Where the schema is published.
pub(super) const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// plangate, as the tool of a run that knows `rules`.
pub(super) fn driver(rules: Vec<ReportingDescriptor>) -> ToolComponent {
    ToolComponent::builder()
        .name(env!("CARGO_PKG_NAME"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .version(env!("CARGO_PKG_VERSION"))
        .rules(rules)
        .build()
}

/// Writes the report.
pub(super) fn write(report: &Report, _look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut hashes = LineHashes::default();
    let rules: Vec<ReportingDescriptor> = report.policies.iter().map(rule).collect();
    let driver = driver(rules);
    // GitHub shows every result as an open alert, also one that is suppressed or absent.
    let is_open = |finding: &&Finding| finding.acceptance.is_none() && !finding.in_baseline;
    let mut groups = groups(report.findings.iter().filter(is_open));
    let cut = keep_gravest(&mut groups);
    let results: Vec<SarifResult> =
        groups.iter().map(|group| result(report, group, &mut hashes)).collect();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .automation_details(RunAutomationDetails::builder().id(category(report)).build())
        .column_kind(json!("unicodeCodePoints"))
        .invocations(vec![invocation(report, cut)])
        .results(results)
        .build();
    let sarif = Sarif::builder().schema(SCHEMA).version(json!("2.1.0")).runs(vec![run]).build();
    inert::write(&sarif, out)
}

/// What tells the runs of one tool on one commit apart: the directory of the root module, which
/// is that of the input where there is one.
fn category(report: &Report) -> String {
    let first = report.inputs.first().map(|input| uri(report, &input.path));
    match first.as_deref().and_then(|path| path.rsplit_once('/')) {
        Some((directory, _)) if report.inputs.len() == 1 => format!("plangate/{directory}/"),
        _ => "plangate/".to_owned(),
    }
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
    if policy.is_two_valued() {
        properties.insert("twoValued".to_owned(), json!(true));
    }
    let description =
        if metadata.description.is_empty() { &metadata.title } else { &metadata.description };
    let (mut help, mut markdown) = (description.clone(), format!("{description}\n"));
    if !metadata.remediation.is_empty() {
        help.push_str(&format!("\n\nRemedy: {}", metadata.remediation));
        markdown.push_str(&format!("\n**Remedy:** {}\n", metadata.remediation));
    }
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
    let topics = match policy.is_two_valued() {
        true => vec![policy.package.as_str(), "two-valued"],
        false => policy.id.as_str().split('-').take(2).collect(),
    };
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

/// GitHub refuses a file with more results than this.
const MOST_RESULTS: usize = 25_000;

/// Keeps the gravest of too many results; returns how many went.
fn keep_gravest(groups: &mut Vec<Group<'_>>) -> usize {
    let cut = groups.len().saturating_sub(MOST_RESULTS);
    if cut > 0 {
        // The sort is stable: within a severity the order of the report stays.
        groups.sort_by_key(|group| std::cmp::Reverse(group.first.severity));
        groups.truncate(MOST_RESULTS);
    }
    cut
}

/// The line hashes of the files that results point at, each computed once.
#[derive(Default)]
struct LineHashes {
    files: HashMap<String, Vec<String>>,
}

impl LineHashes {
    /// The hash that code scanning compares lines by. A plan is no file of the repository, and
    /// may be megabytes in one line.
    fn of(&mut self, location: &FindingLocation) -> Option<String> {
        if location.precision.is_in_input() {
            return None;
        }
        let source = &location.source;
        let hashes = self
            .files
            .entry(source.name().to_owned())
            .or_insert_with(|| line_hashes(source.text()));
        hashes.get(source.place(location.span.start).line - 1).cloned()
    }
}

/// One result for all instances at a place: code scanning would fold them anyhow.
fn result(report: &Report, group: &Group<'_>, hashes: &mut LineHashes) -> SarifResult {
    let finding = group.first;
    let rule = report.policies.iter().position(|policy| policy.id == finding.policy);
    let resources = group.addresses().filter(|address| !address.is_empty());
    let logical = resources.take(MOST_LOCATIONS).map(|address| {
        LogicalLocation::builder()
            .fully_qualified_name(neutralise(address).into_owned())
            .kind("resource")
            .build()
    });
    let place = &finding.location;
    let location = Location::builder()
        .physical_location(physical(report, &place.source, place.span))
        .logical_locations(logical.collect::<Vec<_>>())
        .build();
    let related = finding.related_locations.iter().zip(1_i64..).map(|(related, id)| {
        let place = &related.location;
        Location::builder()
            .id(id)
            .physical_location(physical(report, &place.source, place.span))
            .message(message(&sentence(&related.message)))
            .build()
    });
    let addresses: Vec<&str> = group.addresses().filter(|text| !text.is_empty()).collect();
    let mut properties = BTreeMap::from([
        ("outcome".to_owned(), json!(finding.outcome)),
        ("enforcement".to_owned(), json!(finding.enforcement)),
        ("change".to_owned(), json!(finding.change)),
        ("action".to_owned(), json!(finding.action.map(Action::as_str))),
        ("locationPrecision".to_owned(), json!(place.precision)),
        ("addresses".to_owned(), json!(addresses)),
    ]);
    if finding.proposed {
        properties.insert("proposed".to_owned(), json!(true));
    }
    if finding.two_valued {
        properties.insert("twoValued".to_owned(), json!(true));
    }
    let mut fingerprints = BTreeMap::from([("plangate/v1".to_owned(), block_fingerprint(finding))]);
    if let Some(hash) = hashes.of(place) {
        fingerprints.insert("primaryLocationLineHash".to_owned(), hash);
    }
    let mut result = SarifResult::builder()
        .rule_id(finding.policy.as_str())
        .rule_index(rule.and_then(|index| i64::try_from(index).ok()).unwrap_or(-1))
        .level(result_level(finding))
        .message(message(&result_text(report, group)))
        .locations(vec![location])
        .related_locations(related.take(MOST_LOCATIONS).collect::<Vec<_>>())
        .partial_fingerprints(fingerprints)
        .properties(PropertyBag::builder().additional_properties(properties).build())
        .build();
    result.baseline_state = finding.change.and_then(baseline_state).map(|state| json!(state));
    result
}

/// What SARIF calls a change, with what was before the plan as the baseline.
fn baseline_state(change: Change) -> Option<&'static str> {
    match change {
        Change::Introduced => Some("new"),
        Change::Worsened => Some("updated"),
        Change::Persisting => Some("unchanged"),
        // What is fixed is no result.
        Change::Fixed => None,
    }
}

/// GitHub shows so many locations of a result.
const MOST_LOCATIONS: usize = 100;

/// The message: what, where, and for an undetermined verdict why.
fn result_text(report: &Report, group: &Group<'_>) -> String {
    let finding = group.first;
    let message = neutralise(&finding.message);
    let what = match finding.outcome {
        Outcome::Undetermined => format!("Not known before apply: {message}"),
        Outcome::Error => format!("The policy failed: {message}"),
        _ => capitalised(&message),
    };
    let named = group.findings().take(MOST_NAMED);
    let named: Vec<String> = named.map(|finding| named_in_text(report, finding)).collect();
    let more = match (group.others.len() + 1).saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let reason = finding.reason.as_ref().map(|reason| format!(": {}", neutralise(reason)));
    format!("{what} ({}{more}{}).", named.join(", "), reason.unwrap_or_default())
}

/// An address in quotes, or the words for the plan or the state.
fn named_in_text(report: &Report, finding: &Finding) -> String {
    match &*finding.address {
        "" => report.whole(finding),
        address => format!("'{}'", neutralise(address)),
    }
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

fn invocation(report: &Report, cut: usize) -> Invocation {
    let notifications = report.problems.iter().map(|problem| notification(report, problem));
    let cut = (cut > 0).then(|| {
        format!("{cut} results of lower severity are left out: code scanning takes {MOST_RESULTS}")
    });
    let assumed: Vec<String> = report.assumed.iter().map(Assumed::sentence).collect();
    let notes = report.notices.iter().chain(&assumed).chain(&cut).map(|notice| {
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
    path_uri(&path)
}

/// A path as a percent-encoded URI.
pub(super) fn path_uri(path: &str) -> String {
    let path = path.replace('\\', "/");
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

/// What is advisory is no error, however grave.
fn result_level(finding: &Finding) -> ResultLevel {
    match level(finding.severity) {
        ResultLevel::Error if !finding.enforcement.is_mandatory() => ResultLevel::Warning,
        level => level,
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

pub(super) fn message(content: &str) -> Message {
    Message::builder().text(neutralise(content).into_owned()).build()
}

pub(super) fn text(content: &str) -> MultiformatMessageString {
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
