//! `plangate explain`: everything that a policy says of itself, on one page; or why it says what it
//! says of a resource.

use std::fmt::{self, Display, Write as _};
use std::path::PathBuf;

use clap::Args;
use clap::builder::styling::{AnsiColor, Style};
use textwrap::{WordSeparator, WordSplitter};

use super::clock;
use super::explain_verdict;
use super::policies;
use super::pool;
use super::settings::{self, ConfigArguments};
use super::sink;
use super::subject::{self, WHOLE};
use super::supply::{PolicyArguments, Supply};
use super::terminal::Color;
use super::{BAD_POLICY, NOT_WRITTEN, USAGE};
use crate::base::likeness::{self, folded};
use crate::base::secret::Syntax;
use crate::base::{Action, Pattern, Severity, neutralise};
use crate::check::{Options, Policies};
use crate::config::{Config, Flag, Layers, Origin as SettingOrigin, SOURCE, Sourced};
use crate::policy::{Metadata, Origin, Policy, Scope};
use crate::report::{self, Look};

const EXAMPLES: &str = "\
Examples:
  plangate explain aws-s3-unencrypted-bucket
  plangate explain CKV_AWS_19
  plangate explain aws-s3-unencrypted-bucket aws_s3_bucket.logs --input plan.out";

/// The arguments of `explain`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExplainArguments {
    /// The id of a policy, as reports show it, or another tool's code for the same fault
    #[arg(value_name = "POLICY")]
    name: String,

    /// Say why the policy says what it says of the resource at ADDRESS; `plan` is the input as a whole
    #[arg(value_name = "ADDRESS", requires = "input")]
    address: Option<String>,

    /// The plan or state that holds the resource
    #[arg(short, long, value_name = "INPUT", requires = "address")]
    input: Option<PathBuf>,

    #[arg(short, long = SOURCE.flag, value_name = "DIR", help = SOURCE.help())]
    source: Option<String>,

    #[command(flatten)]
    policies: PolicyArguments,

    #[command(flatten)]
    config: ConfigArguments,

    /// Use colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    color: Color,
}

/// Runs the command and returns the exit code.
pub(super) fn run(arguments: &ExplainArguments) -> u8 {
    let flags = |layers: Layers| {
        let layers = arguments.policies.flags(layers);
        layers.with_flag(&SOURCE, Flag::one(arguments.source.as_ref()))
    };
    match arguments.config.load(flags) {
        Ok(config) => pool::run(0, || explain(arguments, &config)),
        Err(code) => code,
    }
}

fn explain(arguments: &ExplainArguments, config: &Config) -> u8 {
    let supply = match Supply::read(config) {
        Ok(supply) => supply,
        Err(code) => return code,
    };
    let policies = Policies::all(supply.files.clone(), supply.errors.clone());
    let look = sink::look_of_errors(arguments.color);
    for error in &policies.errors {
        sink::say(&report::render(error, look));
    }
    let code = if policies.errors.is_empty() { 0 } else { BAD_POLICY };
    let meant = find(&policies, &arguments.name);
    if meant.is_empty() {
        refuse(&policies, &arguments.name);
        return code.max(USAGE);
    }
    let look = sink::look(arguments.color);
    let pages = match (&arguments.input, &arguments.address) {
        (Some(input), Some(address)) => {
            let explained = judging(supply, &meant, arguments, config)
                .and_then(|policies| verdicts(&policies, input, address, config, look));
            match explained {
                Ok(pages) => pages,
                Err(failed) => return code.max(failed),
            }
        }
        _ => meant.into_iter().map(|policy| page(policy, look)).collect(),
    };
    match sink::print(Syntax::Text, |out| out.write_all(pages.join("\n").as_bytes())) {
        Ok(()) => code,
        Err(error) => {
            sink::say(&format!("error: standard output cannot be written: {error}"));
            code.max(NOT_WRITTEN)
        }
    }
}

/// The policies `meant` and no others, as a check would judge by them: with their parameters and
/// assumptions.
fn judging(
    supply: Supply,
    meant: &[&Policy],
    arguments: &ExplainArguments,
    config: &Config,
) -> Result<Policies, u8> {
    let mut config = config.clone();
    let ids = meant.iter().map(|policy| Pattern::new(policy.id.as_str()));
    let only = ids.map(|value| Sourced { value, origin: SettingOrigin::Default });
    config.policies.only = only.collect();
    config.policies.exclude = Vec::new();
    let time_limit = config.check.timeout.value;
    let today = clock::today().map_err(|message| {
        sink::say(&format!("error: {message}"));
        USAGE
    })?;
    let options = Options { time_limit, config, today, ..Options::default() };
    let policies = Policies::of(supply.files, &[], supply.errors, &options);
    match policies.config_errors.as_slice() {
        [] => Ok(policies),
        errors => Err(settings::refuse(errors, arguments.color)),
    }
}

/// Why each of the policies says what it says of `address`.
fn verdicts(
    policies: &Policies,
    input: &PathBuf,
    address: &str,
    config: &Config,
    look: Look,
) -> Result<Vec<String>, u8> {
    let meant: Vec<&Policy> = policies.iter().collect();
    let public = meant.iter().flat_map(|policy| [policy.source.text(), policy.id.as_str()]);
    let public: Vec<&str> = public.collect();
    let source = config.check.source.as_ref().map(Config::path);
    let model = &subject::load(input, source.as_deref(), config.check.max_input.value, &public)?;
    let at = match address {
        WHOLE => None,
        address => Some(subject::find(model, address)?),
    };
    let inspector = policies.inspector(model);
    let explain = |policy: &&Policy| {
        let is_judged = inspector.subjects(&policy.id).contains(&at);
        let trace = inspector.trace(&policy.id, at).filter(|_| is_judged);
        trace.map(|trace| explain_verdict::page(policy, address, &trace, look))
    };
    let pages: Vec<String> = meant.iter().filter_map(explain).collect();
    if pages.is_empty() {
        sink::say(&neutralise(&format!("error: the policy does not judge `{address}`")));
        let types = meant.iter().flat_map(|policy| &policy.metadata.resource_types);
        let types = types.map(String::as_str).collect::<Vec<_>>().join(", ");
        let help = match types.as_str() {
            "" => format!("it judges the input as a whole: `{WHOLE}`"),
            types => format!("it judges resources of these types: {types}"),
        };
        sink::say(&format!("  help: {}", neutralise(&help)));
        return Err(USAGE);
    }
    Ok(pages)
}

/// The policy of that id, or else all that have it as an alias.
pub(super) fn find<'a>(policies: &'a Policies, name: &str) -> Vec<&'a Policy> {
    let name = folded(name);
    let by_id = |policy: &&Policy| folded(policy.id.as_str()) == name;
    let by_alias =
        |policy: &&Policy| policy.metadata.aliases.iter().any(|alias| folded(alias) == name);
    match policies.iter().find(by_id) {
        Some(policy) => vec![policy],
        None => policies.iter().filter(by_alias).collect(),
    }
}

/// Says that there is no such policy, and which may be meant.
pub(super) fn refuse(policies: &Policies, name: &str) {
    sink::say(&format!("error: there is no policy `{}`", neutralise(name)));
    let offers = likeness::meant(policies.iter().map(|policy| policy.id.as_str()), name);
    let question = likeness::question(&offers).unwrap_or_else(|| {
        "give the id that a report shows, such as `aws-s3-unencrypted-bucket`, or an alias such \
         as `CKV_AWS_19`; `--policy DIR` adds your own policies"
            .to_owned()
    });
    sink::say(&format!("  help: {question}"));
}

/// What `policy` says of itself.
fn page(policy: &Policy, look: Look) -> String {
    let metadata = &policy.metadata;
    let mut page = Page::new(look);
    page.head(policy);
    page.section("Judges", |page| page.subjects(metadata));
    if !metadata.description.is_empty() {
        page.section("Why", |page| {
            paragraphs(&metadata.description).iter().for_each(|text| page.wrapped(text, "  "));
        });
    }
    if !metadata.remediation.is_empty() {
        page.section("Remedy", |page| page.wrapped(&metadata.remediation, "  "));
    }
    if !metadata.params.is_empty() {
        page.section("Parameters", |page| {
            for (name, parameter) in &metadata.params {
                let line = match parameter.required {
                    true => format!("{name}: the policy does not judge until it is set"),
                    false => format!("{name} = {}", parameter.default.to_json()),
                };
                page.wrapped(&line, "  ");
                page.wrapped(&parameter.description, "      ");
            }
        });
    }
    if !metadata.assumptions.is_empty() {
        page.section("Assumptions", |page| {
            for (name, assumption) in &metadata.assumptions {
                page.wrapped(name, "  ");
                page.wrapped(&assumption.description, "      ");
            }
        });
    }
    if !metadata.controls.is_empty() {
        page.section("Controls", |page| {
            let rows = metadata.controls.iter();
            page.table(rows.map(|(framework, numbers)| (framework.as_str(), numbers.join(", "))));
        });
    }
    if !metadata.aliases.is_empty() {
        page.section("Aliases", |page| page.wrapped(&metadata.aliases.join(", "), "  "));
    }
    if !metadata.references.is_empty() {
        page.section("Read more", |page| {
            metadata.references.iter().for_each(|link| page.wrapped(link, "  "));
        });
    }
    if let Some(examples) = &metadata.examples {
        page.section("Fails", |page| page.verbatim(&examples.fails));
        page.section("Passes", |page| page.verbatim(&examples.passes));
    }
    page.text
}

/// Text that is written top-down. Whatever comes out of a policy is made harmless here.
pub(super) struct Page {
    /// What was written.
    pub(super) text: String,
    look: Look,
}

impl Page {
    /// An empty page.
    pub(super) fn new(look: Look) -> Self {
        Page { text: String::new(), look }
    }

    pub(super) fn head(&mut self, policy: &Policy) {
        let metadata = &policy.metadata;
        let title = self.styled(Style::new().bold(), &metadata.title);
        let severity = self.styled(style(metadata.severity), metadata.severity.as_str());
        let origin = match policy.origin {
            Origin::BuiltIn => "built in".into(),
            Origin::User => neutralise(policy.source.name()),
        };
        self.line(format_args!("{title}"));
        self.line(format_args!("{} · {severity} · {origin}", policy.id));
    }

    pub(super) fn section(&mut self, name: &str, body: impl FnOnce(&mut Page)) {
        let name = self.styled(Style::new().bold(), name);
        self.line(format_args!("\n{name}"));
        body(self);
    }

    fn subjects(&mut self, metadata: &Metadata) {
        let actions = metadata.actions.iter().map(|action| match action {
            Action::None => "none (in a state)",
            action => action.as_str(),
        });
        let mut rows = match metadata.scope {
            Scope::Plan | Scope::Document => {
                vec![("whole", "the plan, or the state, as a whole".to_owned())]
            }
            Scope::Resource => vec![
                ("types", metadata.resource_types.join(", ")),
                ("actions", actions.collect::<Vec<_>>().join(", ")),
            ],
        };
        if !metadata.needs.is_empty() {
            let needs = metadata.needs.iter().map(|need| need.as_str());
            rows.push(("needs", needs.collect::<Vec<_>>().join(", ")));
        }
        if !metadata.provider_wide.is_empty() {
            let types = metadata.provider_wide.join(", ");
            rows.push(("beside", format!("{types} of the same provider")));
        }
        if !metadata.links_of.is_empty() {
            rows.push(("behind links", policies::behind(&metadata.links_of)));
        }
        self.table(rows.into_iter());
    }

    /// Names, and beside them what belongs to each.
    pub(super) fn table<'a>(&mut self, rows: impl Iterator<Item = (&'a str, String)> + Clone) {
        let width = rows.clone().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
        let indent = " ".repeat(width + 4);
        for (name, text) in rows {
            let first = format!("  {:width$}  ", neutralise(name));
            self.fill(&text, &first, &indent);
        }
    }

    /// `text` in as many lines as it takes.
    pub(super) fn wrapped(&mut self, text: &str, indent: &str) {
        self.fill(text, indent, indent);
    }

    fn fill(&mut self, text: &str, first: &str, indent: &str) {
        let options = textwrap::Options::new(self.look.width)
            .initial_indent(first)
            .subsequent_indent(indent)
            .break_words(false)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation);
        let filled = textwrap::fill(&neutralise(text), options);
        self.line(format_args!("{filled}"));
    }

    /// `text` line by line as it is written.
    pub(super) fn verbatim(&mut self, text: &str) {
        for line in text.lines() {
            let line = format!("  {}", line.replace('\t', "  "));
            self.line(format_args!("{}", neutralise(line.trim_end())));
        }
    }

    fn line(&mut self, text: fmt::Arguments<'_>) {
        let _ = writeln!(self.text, "{text}");
    }

    fn styled(&self, style: Style, text: &str) -> impl Display + use<> {
        let style = if self.look.color { style } else { Style::new() };
        format!("{style}{}{style:#}", neutralise(text))
    }
}

fn style(severity: Severity) -> Style {
    let color = match severity {
        Severity::Critical | Severity::High => AnsiColor::Red,
        Severity::Medium => AnsiColor::Yellow,
        Severity::Low | Severity::Info => AnsiColor::Cyan,
    };
    color.on_default().bold()
}

/// The paragraphs of `text`: what stands between empty lines, and each item of a list.
fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        match paragraphs.last_mut() {
            Some(paragraph) if is_open && !words.is_empty() && !words.starts_with("- ") => {
                paragraph.push(' ');
                paragraph.push_str(&words);
            }
            _ if words.is_empty() => {}
            _ => paragraphs.push(words.clone()),
        }
        is_open = !words.is_empty();
    }
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_paragraph_are_joined() {
        let text = "One  line\nand more.\n\nAnother.\n- an item\n  that goes on\n- a second";
        assert_eq!(
            paragraphs(text),
            ["One line and more.", "Another.", "- an item that goes on", "- a second"]
        );
    }
}
