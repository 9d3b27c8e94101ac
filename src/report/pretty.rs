//! Diagnostics for people, as a compiler prints them.

use std::collections::HashSet;
use std::fmt::{self, Display, Write as _};
use std::io::{self, Write};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity as Level, SourceCode,
    ThemeCharacters, ThemeStyles,
};

use super::group::{Group, MOST_NAMED, groups};
use super::{Look, Report, Snippet};
use crate::base::secret::Scrubber;
use crate::base::{Action, PolicyId, Severity, neutralise};
use crate::finding::{Acceptance, Change, Counts, Finding, Outcome, RelatedLocation};
use crate::policy::Scope;

/// What is said of a verdict that takes what is unknown for absent.
const TWO_VALUED: &str = "two-valued: what is known only after apply counted as absent";

/// Writes the report.
pub(super) fn write(report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let handler = handler(look);
    let is_open = |finding: &&Finding| finding.acceptance.is_none() && !finding.in_baseline;
    let open = report.findings.iter().filter(is_open);
    for group in groups(open) {
        let mut text = String::new();
        let diagnostic = Rendered::new(report, &group);
        if handler.render_report(&mut text, &diagnostic).is_err() {
            return Err(io::Error::other("a finding could not be rendered"));
        }
        writeln!(out, "{}", text.trim_end())?;
        writeln!(out)?;
    }
    summary(report, look, out)
}

/// A diagnostic of any kind as text, such as an error about an input or a policy.
#[must_use]
pub fn render(diagnostic: &dyn Diagnostic, look: Look) -> String {
    let mut text = String::new();
    match handler(look).with_context_lines(1).render_report(&mut text, diagnostic) {
        Ok(()) => text.trim_end().to_owned(),
        Err(fmt::Error) => diagnostic.to_string(),
    }
}

/// The handler that renders diagnostics the way `look` asks for.
fn handler(look: Look) -> GraphicalReportHandler {
    let characters =
        if look.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    let styles = if look.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_width(look.width)
        .with_links(false)
        .with_context_lines(0)
        .with_show_related_as_nested(true)
}

/// Findings at one place as a diagnostic.
#[derive(Debug)]
struct Rendered {
    code: String,
    message: String,
    help: String,
    level: Level,
    snippet: Option<Snippet>,
    label: String,
    related: Vec<Related>,
}

impl Rendered {
    fn new(report: &Report, group: &Group<'_>) -> Self {
        let finding = group.first;
        let attribute = finding.attribute.as_ref();
        let attribute = attribute.map(|path| format!("{path} of ")).unwrap_or_default();
        let subject = report.subject(finding);
        let label = match finding.action {
            Some(action) => format!("{attribute}{subject}, {}{}", plan(action), change(finding)),
            None => format!("{attribute}{subject}"),
        };
        let label = neutralise(&label).into_owned();
        let snippet = Snippet::new(&finding.location, &report.scrubber);
        let mut message = message(finding);
        if snippet.is_none() {
            let name = neutralise(finding.location.source.name());
            let _ = write!(message, "\nin {name}: {label}");
        }
        let related =
            finding.related_locations.iter().filter_map(|r| Related::new(r, &report.scrubber));
        Rendered {
            code: code(finding),
            message,
            help: help(report, group),
            level: level(finding.severity),
            snippet,
            label,
            related: related.collect(),
        }
    }
}

/// What to do, what it waits for, and which others are at the same place.
fn help(report: &Report, group: &Group<'_>) -> String {
    let finding = group.first;
    let mut lines = Vec::new();
    if finding.outcome == Outcome::Violation
        && let Some(policy) = report.policy(&finding.policy)
    {
        lines.extend(Some(policy.metadata.remediation.clone()).filter(|text| !text.is_empty()));
        if finding.two_valued {
            lines.push(TWO_VALUED.to_owned());
        }
    }
    lines.extend(finding.reason.iter().map(|reason| neutralise(reason).into_owned()));
    let (same, differing): (Vec<&&Finding>, Vec<&&Finding>) =
        group.others.iter().partition(|other| other.message == finding.message);
    if !same.is_empty() {
        let named = same.iter().take(MOST_NAMED).map(|other| report.subject(other));
        let named = named.collect::<Vec<_>>().join(", ");
        let named = neutralise(&named);
        let more = same.len().saturating_sub(MOST_NAMED);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        lines.push(format!("the same for {named}{more}"));
    }
    for other in differing {
        lines.push(format!(
            "{}: {}",
            neutralise(&report.subject(other)),
            neutralise(&other.message)
        ));
    }
    if !finding.related.is_empty() && finding.related_locations.is_empty() {
        let related: Vec<_> = finding.related.iter().map(|text| neutralise(text)).collect();
        lines.push(format!("see also: {}", related.join(", ")));
    }
    lines.extend(
        finding.location_note.iter().map(|note| format!("this place: {}", neutralise(note))),
    );
    if !finding.two_valued {
        lines.push(format!("why: plangate explain {}", finding.policy));
    }
    lines.join("\n")
}

/// A place that explains a finding, shown below it.
#[derive(Debug)]
struct Related {
    message: String,
    snippet: Snippet,
}

impl Related {
    fn new(related: &RelatedLocation, scrubber: &Scrubber) -> Option<Self> {
        let snippet = Snippet::new(&related.location, scrubber)?;
        let message = neutralise(&related.message).into_owned();
        Some(Related { message, snippet })
    }
}

impl Display for Related {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Related {}

impl Diagnostic for Related {
    fn severity(&self) -> Option<Level> {
        Some(Level::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(None, self.snippet.label());
        Some(Box::new(std::iter::once(label)))
    }
}

fn message(finding: &Finding) -> String {
    let message = neutralise(&finding.message);
    match finding.outcome {
        Outcome::Undetermined => format!("not known before apply: {message}"),
        _ => message.into_owned(),
    }
}

/// What is said first: how bad it is, of which policy, and what is unusual about it.
fn code(finding: &Finding) -> String {
    let outcome = match finding.outcome {
        Outcome::Undetermined => Some("undetermined"),
        Outcome::Error => Some("error"),
        _ => None,
    };
    let advisory = (!finding.enforcement.is_mandatory()).then_some("advisory");
    let proposed = finding.proposed.then_some("by this change");
    let severity = Some(finding.severity.as_str());
    let words = [severity, outcome, advisory, proposed, Some(finding.policy.as_str())];
    words.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What is about to be done, in words.
fn plan(action: Action) -> &'static str {
    match action {
        Action::Create => "to be created",
        Action::Update => "to be updated",
        Action::Replace => "to be replaced",
        Action::Delete => "to be destroyed",
        Action::Forget => "to be forgotten",
        Action::Read => "to be read",
        Action::NoOp => "unchanged",
        Action::Invoke => "to be invoked",
        Action::None => "in the state",
        Action::Unknown => "not planned",
    }
}

/// What a finding has to do with the plan, where the action does not say it.
fn change(finding: &Finding) -> &'static str {
    match (finding.change, finding.action) {
        (Some(Change::Introduced), Some(Action::Update | Action::NoOp)) => "; new with this plan",
        (Some(Change::Introduced), _) => "",
        (Some(Change::Worsened), _) => "; worse with this plan",
        (Some(Change::Persisting), Some(Action::NoOp)) => "",
        (Some(Change::Persisting), _) => "; there before",
        (Some(Change::Fixed) | None, _) => "",
    }
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Critical | Severity::High => Level::Error,
        Severity::Medium => Level::Warning,
        Severity::Low | Severity::Info => Level::Advice,
    }
}

impl Display for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Rendered {}

impl Diagnostic for Rendered {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<Level> {
        Some(self.level)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        (!self.help.is_empty()).then(|| Box::new(&self.help) as Box<dyn Display + 'a>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.as_ref().map(|snippet| snippet as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.snippet.as_ref()?.label();
        let label = LabeledSpan::new_with_span(Some(self.label.clone()), span);
        Some(Box::new(std::iter::once(label)))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        let related = self.related.iter().map(|related| related as &dyn Diagnostic);
        (!self.related.is_empty()).then(|| Box::new(related) as _)
    }
}

/// How many violations that the plan fixes are named.
const MOST_FIXED: usize = 20;

/// What was checked, what came of it, and whether the gate is open.
fn summary(report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint { color: look.color };
    for fixed in report.fixed.iter().take(MOST_FIXED) {
        let text = format!("fixed: {}: {} ({})", fixed.address, fixed.message, fixed.policy);
        writeln!(out, "{}", neutralise(&text))?;
    }
    if report.fixed.len() > MOST_FIXED {
        writeln!(out, "fixed: and {} more", report.fixed.len() - MOST_FIXED)?;
    }
    for problem in &report.problems {
        let text = format!("not checked: {}", problem.message);
        writeln!(out, "{}", paint.red(&neutralise(&text)))?;
        if let Some(help) = &problem.help {
            writeln!(out, "  help: {}", neutralise(help))?;
        }
    }
    for assumed in &report.assumed {
        writeln!(out, "assumed: {}", neutralise(&assumed.sentence()))?;
    }
    for (finding, acceptance) in accepted(report) {
        writeln!(out, "{}", waived(report, finding, acceptance))?;
    }
    let known = report.findings.iter().filter(|finding| finding.in_baseline).count();
    if known > 0 {
        let verb = if known == 1 { "stands" } else { "stand" };
        writeln!(out, "{} {verb} in the baseline.", count(known, "finding"))?;
    }
    for notice in &report.notices {
        writeln!(out, "note: {}", neutralise(notice))?;
    }
    let resources: usize = report.inputs.iter().map(|input| input.resources).sum();
    writeln!(
        out,
        "Checked {} in {} with {}: {}.",
        count(resources, "managed resource"),
        inputs(report),
        count_of_policies(report.policies.len()),
        count(report.counts.total(), "judgement"),
    )?;
    writeln!(out, "{}", outcomes(&report.counts))?;
    if let Some(changes) = changes(report) {
        writeln!(out, "{changes}")?;
    }
    let verdict = if report.gate.is_open() {
        paint.green("The gate is open.")
    } else {
        paint.red(&format!("The gate is closed: {}.", reasons(report)))
    };
    writeln!(out, "{verdict}")
}

fn accepted(report: &Report) -> impl Iterator<Item = (&Finding, &Acceptance)> {
    report.findings.iter().filter_map(|finding| Some((finding, finding.acceptance.as_ref()?)))
}

/// What was accepted, by whom and until when, on a line.
fn waived(report: &Report, finding: &Finding, acceptance: &Acceptance) -> String {
    let attribute = finding.attribute.as_ref().map(|path| format!("{path} of "));
    let address = report.subject(finding);
    let terms = [
        acceptance.owner.clone(),
        acceptance.ticket.clone(),
        acceptance.until.map(|until| format!("until {until}")),
        Some(format!("{}:{}", acceptance.path, acceptance.place.line)),
    ];
    let terms: Vec<String> = terms.into_iter().flatten().collect();
    let text = format!(
        "waived: {} at {}{address}: {} ({})",
        finding.policy,
        attribute.unwrap_or_default(),
        acceptance.reason,
        terms.join(", "),
    );
    neutralise(&text).into_owned()
}

fn inputs(report: &Report) -> String {
    let of_kind = |kind: &str| report.inputs.iter().filter(|input| input.kind == kind).count();
    let kinds = [(of_kind("plan"), "plan"), (of_kind("state"), "state")];
    let texts: Vec<String> = kinds
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| count(number, word))
        .collect();
    if texts.is_empty() { "no document".to_owned() } else { texts.join(" and ") }
}

fn outcomes(counts: &Counts) -> String {
    let texts = Outcome::ALL.into_iter().map(|outcome| {
        let number = counts.get(outcome);
        match outcome {
            Outcome::Violation => count(number, "violation"),
            Outcome::Undetermined => format!("{number} undetermined"),
            Outcome::Error => count(number, "error"),
            Outcome::Waived => format!("{number} waived"),
            Outcome::Pass => format!("{number} passed"),
            Outcome::NotApplicable => format!("{number} not applicable"),
        }
    });
    texts.collect::<Vec<_>>().join(", ")
}

/// How many findings there are of each change; None where all are new.
fn changes(report: &Report) -> Option<String> {
    let all = || report.findings.iter().chain(&report.fixed);
    let number = |change: Change| all().filter(|f| f.change == Some(change)).count();
    let kinds = [Change::Introduced, Change::Worsened, Change::Persisting, Change::Fixed];
    let texts = kinds.map(|change| format!("{} {}", number(change), change.as_str()));
    let is_worth_it = all().any(|f| f.change.is_some_and(|change| change != Change::Introduced));
    is_worth_it.then(|| texts.join(", "))
}

/// Why the gate is closed.
fn reasons(report: &Report) -> String {
    let gate = report.gate;
    let mut reasons = Vec::new();
    if gate.blocking > 0 {
        let verb = if gate.blocking == 1 { "blocks" } else { "block" };
        let of = match judgements(report) {
            number if number < gate.blocking => format!(" of {}", count(number, "judgement")),
            _ => String::new(),
        };
        reasons.push(format!("{}{of} {verb}", count(gate.blocking, "finding")));
    }
    if gate.bad_inputs > 0 {
        let number = count(gate.bad_inputs, "input");
        reasons.push(format!("{number} cannot be trusted"));
    }
    if gate.bad_policies > 0 {
        reasons.push(format!("{} failed", count_of_policies(gate.bad_policies)));
    }
    reasons.join(", ")
}

/// How many judgements the findings that block come of: one on a plan as a whole may find much.
fn judgements(report: &Report) -> usize {
    let of_plans = report.policies.iter().filter(|policy| policy.metadata.scope == Scope::Plan);
    let of_plans: HashSet<&PolicyId> = of_plans.map(|policy| &policy.id).collect();
    let judged = report.findings.iter().filter(|finding| finding.blocks).map(|finding| {
        let is_of_plan = of_plans.contains(&finding.policy);
        (&finding.input, &finding.policy, (!is_of_plan).then_some(&finding.address))
    });
    judged.collect::<HashSet<_>>().len()
}

fn count(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

fn count_of_policies(number: usize) -> String {
    if number == 1 { "1 policy".to_owned() } else { format!("{number} policies") }
}

/// Colour for the few lines that no diagnostic renders.
struct Paint {
    color: bool,
}

impl Paint {
    fn red(&self, text: &str) -> String {
        self.with("31;1", text)
    }

    fn green(&self, text: &str) -> String {
        self.with("32;1", text)
    }

    fn with(&self, code: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
