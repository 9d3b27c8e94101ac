//! `plangate policies`: which policies there are, what each of them reads, and which controls they
//! cover.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::explain::{self, Page};
use super::settings::{ConfigArguments, SelectionArguments};
use super::supply::{PolicyArguments, Supply};
use super::terminal::Color;
use super::{BAD_POLICY, NOT_WRITTEN, USAGE, pool, settings, sink};
use crate::base::secret::Syntax;
use crate::base::{Enforcement, Profile, Severity, likeness, neutralise};
use crate::check::{Options, Policies};
use crate::config::{Config, Layers};
use crate::engine::ReadSet;
use crate::policy::{Coverage, Need, Policy, Scope};
use crate::report;

const EXAMPLES: &str = "\
Examples:
  plangate policies list --severity high --provider aws
  plangate policies list --type aws_s3_bucket --format json
  plangate policies show aws-s3-unencrypted-bucket
  plangate policies coverage cis-aws-5.0";

/// The arguments of `policies`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct PoliciesCommand {
    #[command(subcommand)]
    action: Action,
}

/// What to do with the policies.
#[derive(Debug, Subcommand)]
enum Action {
    /// List the policies that a check would judge by
    List(ListArguments),
    /// Show what a policy judges and what it reads
    Show(ShowArguments),
    /// Show which controls of frameworks the policies cover, and which they do not
    ///
    /// A control that is covered is checked as far as its policies go; passing them does not prove
    /// that it is met.
    Coverage(CoverageArguments),
}

/// The arguments of `policies list`.
#[derive(Debug, Args)]
struct ListArguments {
    /// Only policies for this provider, such as `aws`, `google` or `terraform`
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,

    /// Only policies that judge resources of this type
    #[arg(long = "type", value_name = "TYPE")]
    resource_type: Option<String>,

    /// Only policies with this word in their ids, such as `s3` or `public`
    #[arg(long, value_name = "WORD")]
    tag: Option<String>,

    #[command(flatten)]
    selection: SelectionArguments,

    #[command(flatten)]
    common: CommonArguments,
}

/// The arguments of `policies show`.
#[derive(Debug, Args)]
struct ShowArguments {
    /// The id of a policy, or another tool's code for the same fault
    #[arg(value_name = "POLICY")]
    name: String,

    #[command(flatten)]
    common: CommonArguments,
}

/// The arguments of `policies coverage`.
#[derive(Debug, Args)]
struct CoverageArguments {
    /// Only this framework, such as `cis-aws-5.0`
    #[arg(value_name = "FRAMEWORK")]
    framework: Option<String>,

    #[command(flatten)]
    selection: SelectionArguments,

    #[command(flatten)]
    common: CommonArguments,
}

/// What all of them take.
#[derive(Debug, Args)]
struct CommonArguments {
    #[command(flatten)]
    policies: PolicyArguments,

    #[command(flatten)]
    config: ConfigArguments,

    /// How to print it
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Runs the command and returns the exit code.
pub(super) fn run(command: &PoliciesCommand) -> u8 {
    let (common, selection) = match &command.action {
        Action::List(list) => (&list.common, Some(&list.selection)),
        Action::Show(show) => (&show.common, None),
        Action::Coverage(coverage) => (&coverage.common, Some(&coverage.selection)),
    };
    let flags = |layers: Layers| {
        let layers = common.policies.flags(layers);
        match selection {
            Some(selection) => selection.flags(layers),
            None => layers,
        }
    };
    match common.config.load(flags) {
        Ok(config) => pool::run(0, || answer(&command.action, config)),
        Err(code) => code,
    }
}

fn answer(action: &Action, config: Config) -> u8 {
    let Supply { files, raw, errors, .. } = match Supply::read(&config) {
        Ok(supply) => supply,
        Err(code) => return code,
    };
    let policies = match action {
        Action::List(_) | Action::Coverage(_) => {
            Policies::of(files, &raw, errors, &Options { config, ..Options::default() })
        }
        Action::Show(_) => Policies::all(files, errors),
    };
    let look = sink::look_of_errors(Color::Auto);
    for error in &policies.errors {
        sink::say(&report::render(error, look));
    }
    if !policies.config_errors.is_empty() {
        return settings::refuse(&policies.config_errors, Color::Auto);
    }
    let code = if policies.errors.is_empty() { 0 } else { BAD_POLICY };
    let text = match action {
        Action::List(arguments) => list(&policies, arguments),
        Action::Show(arguments) => {
            let meant = explain::find(&policies, &arguments.name);
            if meant.is_empty() {
                explain::refuse(&policies, &arguments.name);
                return code.max(USAGE);
            }
            show(&policies, &meant, arguments.common.format)
        }
        Action::Coverage(arguments) => match coverage(&policies, arguments) {
            Ok(text) => text,
            Err(refusal) => {
                sink::say(&refusal);
                return code.max(USAGE);
            }
        },
    };
    match sink::print(Syntax::Text, |out| out.write_all(text.as_bytes())) {
        Ok(()) => code,
        Err(error) => {
            sink::say(&format!("error: standard output cannot be written: {error}"));
            code.max(NOT_WRITTEN)
        }
    }
}

/// A policy in a list.
#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    title: &'a str,
    severity: Severity,
    enforcement: Enforcement,
    profiles: &'a [Profile],
    scope: Scope,
    resource_types: &'a [String],
    needs: &'a [Need],
    aliases: &'a [String],
    controls: &'a BTreeMap<String, Vec<String>>,
}

impl<'a> Entry<'a> {
    fn new(policies: &Policies, policy: &'a Policy) -> Self {
        let metadata = &policy.metadata;
        Entry {
            id: policy.id.as_str(),
            title: &metadata.title,
            severity: metadata.severity,
            enforcement: policies.enforcement(&policy.id),
            profiles: &metadata.profiles,
            scope: metadata.scope,
            resource_types: &metadata.resource_types,
            needs: &metadata.needs,
            aliases: &metadata.aliases,
            controls: &metadata.controls,
        }
    }
}

fn list(policies: &Policies, arguments: &ListArguments) -> String {
    let wanted = policies.iter().filter(|policy| is_wanted(policy, arguments));
    let chosen: Vec<Entry<'_>> = wanted.map(|policy| Entry::new(policies, policy)).collect();
    if arguments.common.format == Format::Json {
        return json(&chosen);
    }
    let width = chosen.iter().map(|entry| entry.id.len()).max().unwrap_or_default();
    let mut text = String::new();
    for entry in &chosen {
        let (id, severity, title) = (entry.id, entry.severity.as_str(), neutralise(entry.title));
        let _ = writeln!(text, "{id:width$}  {severity:<8}  {title}");
    }
    let noun = if chosen.len() == 1 { "policy" } else { "policies" };
    let _ = write!(text, "{} {noun}", chosen.len());
    if policies.left_out > 0 {
        let _ = write!(text, "; {} not selected", policies.left_out);
    }
    text.push('\n');
    text
}

fn is_wanted(policy: &Policy, arguments: &ListArguments) -> bool {
    let words = || policy.id.as_str().split('-');
    let types = &policy.metadata.resource_types;
    let judges = |wanted: &String| types.iter().any(|judged| judged == wanted || judged == "*");
    let of_provider = |wanted: &String| {
        let is_of_type = |name: &String| name.split('_').next() == Some(wanted.as_str());
        words().next() == Some(wanted.as_str()) || types.iter().any(is_of_type)
    };
    let has_word = |wanted: &String| words().any(|word| word == wanted);
    arguments.provider.as_ref().is_none_or(of_provider)
        && arguments.resource_type.as_ref().is_none_or(judges)
        && arguments.tag.as_ref().is_none_or(has_word)
}

/// A policy with what it reads.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    entry: Entry<'a>,
    description: &'a str,
    remediation: &'a str,
    reads: ReadSet,
}

fn show(policies: &Policies, meant: &[&Policy], format: Format) -> String {
    let shown: Vec<Shown<'_>> = meant
        .iter()
        .map(|policy| Shown {
            entry: Entry::new(policies, policy),
            description: &policy.metadata.description,
            remediation: &policy.metadata.remediation,
            reads: policies.read_set(&policy.id).unwrap_or_default(),
        })
        .collect();
    match format {
        Format::Json => json(&shown),
        Format::Text => shown.iter().map(page).collect::<Vec<_>>().join("\n"),
    }
}

/// The types that a policy looks for behind linked resources, each with the types of these.
pub(super) fn behind(links_of: &BTreeMap<String, Vec<String>>) -> String {
    let behind = links_of.iter().map(|(of, types)| format!("{} of {of}", types.join(", ")));
    behind.collect::<Vec<_>>().join("; ")
}

fn page(shown: &Shown<'_>) -> String {
    let entry = &shown.entry;
    let mut page = Page::new(sink::look(Color::Auto));
    page.wrapped(entry.title, "");
    page.wrapped(&format!("{} · {}", entry.id, entry.severity), "");
    let names = |names: &mut dyn Iterator<Item = &str>| names.collect::<Vec<_>>().join(", ");
    let all = |set: &std::collections::BTreeSet<String>| names(&mut set.iter().map(String::as_str));
    let reads = &shown.reads;
    let judged = match entry.scope {
        Scope::Plan | Scope::Document => "the plan as a whole".to_owned(),
        Scope::Resource => names(&mut entry.resource_types.iter().map(String::as_str)),
    };
    let whole = if reads.everything { "any attribute: it goes by computed names" } else { "" };
    let rows = [
        ("judges", judged),
        ("needs", names(&mut entry.needs.iter().map(|need| need.as_str()))),
        ("reads", whole.to_owned()),
        ("of it", all(&reads.subject)),
        ("links", all(&reads.links)),
        ("behind them", behind(&reads.links_of)),
        ("of others", all(&reads.others)),
        ("compares", all(&reads.literals)),
    ];
    page.table(rows.into_iter().filter(|(_, text)| !text.is_empty()));
    page.text
}

/// The frameworks that are asked for.
///
/// # Errors
/// What to say where there is no such framework.
fn coverage(policies: &Policies, arguments: &CoverageArguments) -> Result<String, String> {
    let mut frameworks = Coverage::of(policies.iter());
    if let Some(wanted) = &arguments.framework {
        let known: Vec<String> = frameworks.iter().map(|known| known.framework.clone()).collect();
        frameworks.retain(|known| known.framework == *wanted);
        if frameworks.is_empty() {
            let offers = likeness::meant(known.iter().map(String::as_str), wanted);
            let help = likeness::question(&offers)
                .unwrap_or_else(|| format!("policies serve {}", known.join(", ")));
            let wanted = neutralise(wanted);
            return Err(format!("error: no policy serves a framework `{wanted}`\n  help: {help}"));
        }
    }
    if arguments.common.format == Format::Json {
        return Ok(json(&frameworks));
    }
    Ok(match arguments.framework {
        Some(_) => frameworks.iter().map(controls).collect::<Vec<_>>().join("\n"),
        None => frameworks.iter().map(|framework| format!("{}\n", summary(framework))).collect(),
    })
}

/// How much of a framework is covered.
fn summary(framework: &Coverage) -> String {
    let (name, covered) = (neutralise(&framework.framework), framework.covered.len());
    match &framework.uncovered {
        Some(uncovered) => format!("{name}: {covered} of {} controls", covered + uncovered.len()),
        None if covered == 1 => format!("{name}: 1 control; how many there are is not known here"),
        None => format!("{name}: {covered} controls; how many there are is not known here"),
    }
}

fn controls(framework: &Coverage) -> String {
    let mut page = Page::new(sink::look(Color::Auto));
    page.wrapped(&summary(framework), "");
    page.table(framework.covered.iter().map(|control| {
        let policies: Vec<&str> = control.policies.iter().map(|id| id.as_str()).collect();
        (control.number.as_str(), policies.join(", "))
    }));
    if let Some(uncovered) = &framework.uncovered {
        page.wrapped(&format!("Not covered: {}", uncovered.join(", ")), "");
    }
    page.text
}

fn json(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
